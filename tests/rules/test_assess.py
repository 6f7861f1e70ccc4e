"""The answer of an assessment where it is not the reading of one version, and what is refused before."""

import pytest

from rules.vocabulary import BadValue

from .chain import (
    PACK,
    RULES,
    WORDS,
    document,
    known,
)
from .made import make_library, make_rule


def test_a_fact_that_does_not_exist_or_takes_no_such_value_is_refused():
    with pytest.raises(KeyError, match="luck"):
        document(luck=True)
    with pytest.raises(BadValue, match="pilot"):
        document(pilot="yes")


def split(step, fact_id):
    """A step that is certain to stop although, while the fact is unknown, no reading shows it."""
    return make_rule(f"x.{step}", {"any": [known(fact_id), known(fact_id, False)]}, {"step": step})


def test_the_only_disposition_that_can_be_reached_is_the_answer_although_no_step_is_shown():
    library = make_library(WORDS, PACK | {"rules": [split("graded", "fault"), *RULES[-6:]]})

    found = document(library)

    assert (found["disposition"], found["certainty"]) == ("hold_accountable", "certain")
    assert (found["outcomes"], found["outcomes_open"], found["corrections"], found["refer"]) == (
        [],
        [],
        [],
        [],
    )


def test_what_no_completion_of_the_case_leads_to_is_not_recommended():
    either = [
        make_rule("x.held", known("fault"), {"step": "tolerated"}),
        make_rule("x.not_held", known("fault", False), {"step": "asked"}),
        make_rule("x.always", known("noise"), {"step": "graded"}),
    ]
    library = make_library(WORDS, PACK | {"rules": [*either, *RULES[-6:]]})

    found = document(library, noise=True)

    assert found["reachable"] == ["tolerate", "refer"]
    assert (found["disposition"], found["certainty"], found["outcomes"]) == ("refer", "provisional", [])
    assert [one["fact"] for one in found["decisive_unknowns"]] == ["fault"]


def changed(old, new):
    """A library whose law changed with 2020 from one step that always stops to another."""
    rules = [
        make_rule("x.law", {"any": [known("fault"), known("fault", False)]}, {"step": step}, **dates)
        for step, dates in (
            (old, {"since": "2010-01-01", "until": "2019-12-31"}),
            (new, {"since": "2020-01-01"}),
        )
    ]
    return make_library(WORDS, PACK | {"rules": rules, "governed_by": "conduct"})


@pytest.mark.parametrize(
    ("old", "new", "conduct", "notes", "disposition"),
    [
        ("graded", "corrected", "2021", [], "correct"),
        ("graded", "corrected", "2019", [("lighter", "")], "correct"),
        ("corrected", "graded", "2019", [], "correct"),
        ("asked", "corrected", "2019", [("C-12", "decisive")], "refer"),
        ("graded", "asked", "2019", [("C-12", "decisive")], "refer"),
        ("corrected", "graded", None, [("C-12", "decisive"), ("possible", "")], "refer"),
        ("corrected", "corrected", None, [("possible", "")], "correct"),
        ("corrected", "graded", {"from": "2019", "to": "2020"}, [("C-12", "beside")], "hold_accountable"),
        ("corrected", "graded", {"from": "2018", "to": "2019"}, [], "correct"),
    ],
)
def test_what_is_notable_about_the_law_is_said(old, new, conduct, notes, disposition):
    found = document(changed(old, new), conduct, fault=True)

    assert found["disposition"] == disposition
    assert [note["code"] for note in found["law_notes"]] == [code for code, _ in notes]
    decisive = {one["code"]: "decisive" if one["decisive"] else "beside" for one in found["refer"]}
    assert decisive.get("C-12") == dict(notes).get("C-12")


def test_a_time_on_which_the_answer_turns_is_the_first_thing_to_ask():
    found = document(changed("corrected", "graded"), None)

    assert found["decisive_unknowns"][0] == {"fact": "conduct_end_date", "changes": {}, "narrows": True}
    assert found["reachable"] == ["correct", "hold_accountable", "refer"]


def test_each_version_that_was_considered_is_listed_with_what_it_leads_to():
    found = document(changed("graded", "corrected"), "2019", fault=True)

    assert [(one["role"], one["date"], one["disposition"], one["governs"]) for one in found["law"]] == [
        ("conduct", "2019-01-01", "hold_accountable", False),
        ("later", "2026-11-21", "correct", True),
    ]
    assert found["law"][0]["differs"] == ["x.law@2010-01-01", "x.law@2020-01-01"]
    assert found["law"][1]["differs"] == []
