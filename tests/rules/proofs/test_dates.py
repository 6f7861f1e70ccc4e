"""Versions of a rule follow each other day by day, end with a word, and do not outlast what they cite."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rules.library import library, task_library
from rules.limits import limits
from rules.measures import ladder
from rules.pack import PackError
from rules.places import holds_at
from rules.proofs import dates, prove
from rules.proofs.dates import ends, table_dates, tables, unstated
from tests.rules.made import both, make_rule
from tests.rules.proofs.packs import NO, ORDER, YES, failing, made
from tests.rules.proofs.test_chain import STEPS, stepping


def versions(*periods: tuple) -> list[dict]:
    return [make_rule("x.a", YES, {"finding": "a"}, since=since, until=until) for since, until in periods]


def test_versions_that_follow_each_other_are_proved():
    assert (
        failing(made(versions((None, "2019-12-31"), ("2020-01-01", "2024-02-29"), ("2024-03-01", None))))
        == {}
    )


def test_a_gap_of_one_day_is_found_on_that_day():
    (found,) = failing(made(versions((None, "2019-12-30"), ("2020-01-01", None))))["dates"]

    assert [rule.version for rule in found.rules] == ["x.a@method", "x.a@2020-01-01"]
    assert found.conduct_day == date(2019, 12, 31)
    assert "a gap" in found.en


def test_an_overlap_is_refused_before_it_could_be_proved():
    with pytest.raises(PackError, match="do not overlap"):
        made(versions((None, "2020-01-01"), ("2020-01-01", None)))


def test_an_end_without_a_successor_is_fine_only_if_it_is_stated():
    rules = [*versions((None, "2019-12-31")), make_rule("x.b", NO, {"finding": "b"})]
    stated = [{"property": "dates", "rules": ["x.a"], **both("nothing follows")}]

    (found,) = failing(made(rules))["dates"]

    assert "nothing follows" in found.en
    assert failing(made(rules, accepted=stated)) == {}


@pytest.mark.parametrize(
    ("since", "until"), [("2014-12-31", None), ("2015-01-01", "2031-01-01"), ("2015-01-01", None)]
)
def test_a_rule_that_is_in_force_when_what_it_cites_is_not_is_found(since, until):
    sources = {"M": {"title": both("M"), "from": "2015-01-01", "to": "2030-12-31"}}
    accepted = [{"property": "dates", "rules": ["x.a"], **both("ends")}]

    found = failing(made(versions((since, until)), sources=sources))["dates"]

    assert any("which it cites" in one.en for one in found)
    assert failing(made(versions(("2015-01-01", "2030-12-31")), sources=sources, accepted=accepted)) == {}


def test_a_version_that_is_off_is_no_successor_and_none_is_asked_of_it():
    rules = versions((None, "2019-12-31"), ("2020-01-01", None))

    (found,) = failing(made([rules[0], rules[1] | {"enabled": False}]))["dates"]

    assert [rule.version for rule in found.rules] == ["x.a@method"]
    assert failing(made([rules[1], rules[0] | {"enabled": False}])) == {}


def test_our_own_choice_without_a_commencement_outlasts_nothing():
    sources = {"M": {"title": both("M"), "from": "2015-01-01", "to": None}}

    assert failing(made(versions((None, None)), sources=sources)) == {}


# -- every boundary of every version that is shipped


def versions_in_force(packs, conduct_day, as_of, place):
    """What is in force, gone through rule by rule."""
    here = [pack for pack in packs.packs.values() if not pack.local or (place and holds_at(pack, place))]
    found = {
        rule.version
        for pack in here
        for rule in pack.rules
        if rule.enabled
        and not pack.anywhere
        and rule.in_force(as_of if pack.governed_by == "decision" else conduct_day)
    }
    if any(rule.version in found for pack in here if pack.local for rule in pack.rules):
        found |= {rule.version for pack in here if pack.anywhere for rule in pack.in_force(as_of)}
    return found


def boundaries(pack):
    """The day before, the first, the last and the day after each period in force."""
    days = {day for rule in pack.rules for day in (rule.effective_from, rule.effective_to) if day}
    return sorted({day + timedelta(days=step) for day in days for step in (-1, 0, 1)})


@pytest.mark.parametrize(
    "packs", [library, lambda: task_library("complaint"), lambda: task_library("reinstatement")]
)
def test_on_every_boundary_of_every_version_exactly_the_law_of_that_day_is_read(packs):
    packs, today, swept = packs(), date(2026, 11, 22), 0
    for pack in packs.packs.values():
        places = pack.region if pack.local else ("",)
        for place in places:
            for day in boundaries(pack):
                for as_of in (day, max(day, today)):
                    program = packs.program(day, as_of, place)
                    assert {node.rule.version for node in program.nodes.values()} == versions_in_force(
                        packs, day, as_of, place
                    ), (pack.name, place, day, as_of)
                    swept += 1

    assert swept > 0


def measures():
    return [one for versions in ladder().versions.values() for one in versions]


def test_the_measures_and_the_limits_follow_each_other_save_where_it_is_stated_why_not():
    found = list(table_dates(measures(), limits().limits))

    assert {rule.id for one in found for rule in one.rules} == ends().keys()
    assert not any("the same day" in one.en for one in found)
    assert list(tables()) == []


def test_an_end_of_a_table_without_a_reason_is_found_and_so_is_a_reason_that_nothing_needs():
    stated = dict(ends())
    why = stated.pop("complaint.transfer")

    (found,) = unstated(table_dates(measures(), limits().limits), stated)
    (needless,) = unstated([], {"complaint.transfer": why})

    assert "nothing follows" in found.en
    assert found.conduct_day == date(2025, 6, 1)
    assert "take it out" in needless.en
    assert needless.rules[0].place.file == "ends.yaml"


def test_the_proof_of_all_the_law_of_cases_says_the_same_of_its_tables(monkeypatch):
    shipped = set(ends())
    monkeypatch.setattr(dates, "ends", dict)

    library = made([stepping("held", YES), stepping("tolerated", NO)], STEPS)

    assert {one.rules[0].id for one in failing(library)["dates"]} == shipped
    assert failing(made(versions((None, None)))) == {}, "packs of another task say nothing of these tables"
    proof = prove(library, order=ORDER)
    assert set(proof.as_json()["tables"]) == {"limits.yaml", "measures.yaml", "ends.yaml"}


def test_a_gap_and_an_overlap_seeded_into_the_measures_or_the_limits_are_found():
    versions = next(rows for rows in ladder().versions.values() if len(rows) > 1 and rows[1].enabled)
    before, after = versions[:2]
    week = timedelta(days=7)
    late = replace(after, effective_from=after.effective_from + week)
    early = replace(after, effective_from=after.effective_from - week)
    limit = next(one for one in limits().limits if one.enabled and one.effective_from)
    one = replace(limit, effective_to=date(2030, 1, 1))
    other = replace(limit, effective_from=date(2030, 1, 3))

    assert list(table_dates([before, after], [])) == []
    (gap,) = table_dates([before, late], [])
    (overlap,) = table_dates([before, early], [])
    (lasting,) = table_dates([replace(before, effective_to=None), after], [])
    (missing,) = table_dates([], [one, other])

    assert gap.conduct_day == after.effective_from
    assert "措施" in gap.zh
    assert "the same day" in overlap.en
    assert overlap.conduct_day == early.effective_from
    assert "the same day" in lasting.en
    assert (missing.conduct_day, missing.rules[0].place.file) == (date(2030, 1, 2), "limits.yaml")
