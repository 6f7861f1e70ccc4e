"""Whether a person may return to office: the days, the conditions, and where other texts decide."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.load import published_cases
from rules.complaints import judge_reinstatement
from rules.library import task_library
from rules.reinstatement import ELSEWHERE, ORDER, UNMET, months_between, worked_out
from rules.vocabulary import BadValue, vocabulary

from .tasks import cases, less

AS_OF = date(2026, 3, 1)
LAW = settings(max_examples=150, deadline=None, derandomize=True, database=None)
MET = {
    "influence_period_expired": True,
    "incident_settled": True,
    "reflection_ok": True,
    "performance_after": "good",
    "suitable_post_exists": True,
    "no_other_impediment": True,
}
KNOWN = MET | {
    "subject_category": "civil_servant",
    "under_sanction_period": False,
    "outcome_kind": ["P1"],
    "sanction_kind": ["P1"],
    "proposed_post_level": "equal",
}
DATES = (
    "influence_period_end",
    "outcome_effective_date",
    "under_influence_period_until",
    "influence_period_expired",
)


def judged(*facts: dict, on: date = AS_OF) -> dict:
    return judge_reinstatement({name: value for some in facts for name, value in some.items()}, on)


def answer(*facts: dict, on: date = AS_OF) -> tuple[str, list[str]]:
    found = judged(*facts, on=on)
    return found["eligible"], [one["id"] for one in found["unmet"]]


# -- the published cases


def test_the_published_returns_come_out_as_decided_and_none_against():
    rows = [row for row in published_cases() if row["task"] == "reinstatement"]
    assert len(rows) == 4
    for row in rows:
        found = judged(row["facts"], on=date.fromisoformat(row["facts"]["assessment_date"]))
        told = {"unknown": "open"}
        acceptable = {told.get(one, one) for one in row["acceptable"]["eligible"]}
        assert found["eligible"] in acceptable, row["id"]
        assert found["certainty"] == "provisional" or found["eligible"] != "no", row["id"]


# -- the conditions


def test_whoever_meets_every_condition_is_eligible_for_certain():
    found = judged(KNOWN)

    assert (found["eligible"], found["certainty"], found["unmet"]) == ("yes", "certain", [])
    assert found["decisive_unknowns"] == []


@pytest.mark.parametrize("missing", MET)
def test_a_condition_that_is_not_recorded_leaves_it_open_and_is_named(missing):
    facts = {name: value for name, value in KNOWN.items() if name != missing}

    found = judged(facts)

    assert (found["eligible"], found["certainty"], found["unmet"]) == ("open", "provisional", [])
    assert missing in found["decisive_unknowns"]


@pytest.mark.parametrize(
    ("failed", "unmet"),
    [
        ({"influence_period_expired": False}, "influence_period"),
        ({"incident_settled": False}, "incident"),
        ({"reflection_ok": False}, "reflection"),
        ({"performance_after": "poor"}, "performance"),
        ({"suitable_post_exists": False}, "post"),
        ({"no_other_impediment": False}, "impediment"),
        ({"outcome_kind": ["G6"], "sanction_kind": ["G6"]}, "dismissed"),
    ],
)
def test_a_condition_that_is_not_met_is_a_certain_no_with_its_name(failed, unmet):
    for rest in (KNOWN, {}):
        found = judged(rest, failed)
        assert (found["eligible"], found["certainty"]) == ("no", "certain")
        assert [one["id"] for one in found["unmet"]] == [unmet]
        assert found["unmet"][0]["zh"]
        assert found["unmet"][0]["en"]


def states(*facts, **more):
    return {one["id"]: one["state"] for one in judged(*facts, **more)["conditions"]}


def test_every_condition_is_named_with_how_it_stands_and_its_provision():
    found = judged(KNOWN)["conditions"]

    assert {one["state"] for one in found} == {"yes"}
    assert [one["id"] for one in found] == [
        "influence_period", "under_sanction", "incident", "reflection", "performance", "post", "impediment",
    ]  # fmt: skip
    assert all(one["laws"] and one["zh"] and one["en"] for one in found)
    assert next(one for one in found if one["id"] == "incident")["facts"] == ["incident_settled"]


def test_a_condition_that_is_open_names_the_facts_that_would_settle_it():
    found = {one["id"]: one for one in judged({"reflection_ok": False})["conditions"]}

    assert (found["incident"]["state"], found["incident"]["facts"]) == ("open", ["incident_settled"])
    assert (found["reflection"]["state"], found["reflection"]["facts"]) == ("no", ["reflection_ok"])
    assert set(found["under_sanction"]["facts"]) == {"under_sanction_period", "influence_period_expired"}


def test_ordinary_conduct_leaves_its_condition_to_people():
    (one,) = [
        one
        for one in judged(KNOWN, {"performance_after": "ordinary"})["conditions"]
        if one["id"] == "performance"
    ]

    assert (one["state"], one["facts"]) == ("open", ["performance_after"])


def test_conditions_of_a_removal_a_higher_post_and_a_dismissal_are_named_only_where_they_matter():
    some = {"first_year", "higher_post", "dismissed"}
    assert not some & states(KNOWN).keys()
    removed = {"outcome_kind": ["7"], "months_since_outcome": 30, "proposed_post_level": "higher"}
    assert {name: state for name, state in states(KNOWN, removed).items() if name in some} == {
        "first_year": "yes", "higher_post": "yes",
    }  # fmt: skip
    assert states(KNOWN, {"outcome_kind": ["G6"], "sanction_kind": ["G6"]})["dismissed"] == "no"
    assert states({})["first_year"] == "open"


def test_everything_that_is_not_met_is_listed():
    facts = {"incident_settled": False, "suitable_post_exists": False, "performance_after": "poor"}

    assert answer(facts) == ("no", ["incident", "performance", "post"])


def test_another_sanction_bars_unless_every_period_is_known_to_be_over():
    assert answer({**KNOWN, "under_sanction_period": True}) == ("yes", [])
    without = {name: value for name, value in KNOWN.items() if name != "influence_period_expired"}
    found = judged(without, {"under_sanction_period": True})
    assert (found["eligible"], found["certainty"]) == ("no", "provisional")
    assert [one["id"] for one in found["unmet"]] == ["under_sanction"]


def test_ordinary_conduct_is_weighed_by_people():
    assert answer({**KNOWN, "performance_after": "ordinary"}) == ("open", [])


def test_approval_above_is_a_step_and_no_condition():
    found = judged(KNOWN, {"superior_approval_obtained": False})

    assert found["eligible"] == "yes"
    assert "reinstatement.approval" in [one["rule"] for one in found["reasons"]]


# -- other texts


@pytest.mark.parametrize(
    "category",
    ["grassroots_org_manager", "soe_manager", "institution_manager", "institution_other", "judge_procurator"],
)
def test_people_of_other_categories_have_texts_of_their_own(category):
    found = judged(KNOWN, {"subject_category": category})

    assert (found["eligible"], found["certainty"]) == ("open", "provisional")
    assert "reinstatement.own_texts" in [one["rule"] for one in found["reasons"]]
    assert answer(KNOWN, {"subject_category": category, "incident_settled": False}) == ("no", ["incident"])


@pytest.mark.parametrize("kind", ["G4", "G5", "P3", "8", "P4", "P5"])
def test_whoever_was_demoted_or_removed_or_lost_party_rights_is_left_to_people(kind):
    facts = {**KNOWN, "outcome_kind": [kind], "sanction_kind": [] if kind == "8" else [kind]}
    assert answer({name: value for name, value in facts.items() if value != []}) == ("open", [])


def test_the_old_post_is_never_restored():
    found = judged(KNOWN, {"outcome_kind": ["G5"], "sanction_kind": ["G5"]})

    assert "reinstatement.old_post" in [one["rule"] for one in found["reasons"]]


def test_before_the_regulation_now_in_force_nothing_is_concluded():
    assert answer(KNOWN, on=date(2019, 4, 1)) == ("yes", [])
    found = judged(KNOWN, on=date(2019, 3, 31))
    assert found["eligible"] == "open"
    assert "reinstatement.earlier_law" in [one["rule"] for one in found["reasons"]]


# -- the days


@pytest.mark.parametrize(("on", "expected"), [(date(2026, 2, 28), "no"), (date(2026, 3, 1), "yes")])
def test_the_last_day_of_the_period_still_counts(on, expected):
    facts = {name: value for name, value in KNOWN.items() if name != "influence_period_expired"}
    facts |= {"influence_period_end": "2026-02-28"}

    assert answer(facts, on=on)[0] == expected


@pytest.mark.parametrize(
    ("kinds", "months"),
    [(["P1"], 12), (["P1", "G3"], 18), (["P2", "0c"], 18), (["G1"], 6), (["7"], 12), (["G2", "7"], 12)],
)
def test_the_period_is_worked_out_from_the_measures_and_the_longest_counts(kinds, months):
    sanctions = [kind for kind in kinds if kind[0] in "PG"] or ["0c"]
    facts = {"outcome_kind": kinds, "sanction_kind": sanctions, "outcome_effective_date": "2024-03-01"}
    last = date(2024 + (2 + months) // 12, (2 + months) % 12 + 1, 1) - timedelta(days=1)

    assert worked_out(facts, last)[0]["influence_period_expired"] is False
    day_after = worked_out(facts, last + timedelta(days=1))
    assert day_after[0].get("influence_period_expired") is None
    assert day_after[1] == {"influence_period_expired": True}
    earlier = facts | {"under_influence_period_until": "2020-01-01"}
    assert worked_out(earlier, last + timedelta(days=1))[0]["influence_period_expired"] is True


@pytest.mark.parametrize(
    "kinds", [["3"], ["4"], ["5"], ["8"], ["P1", "3"], ["P5", "G6"], ["I4"], ["1", "0b"]]
)
def test_what_no_text_gives_a_period_or_lasts_is_never_worked_out_as_over(kinds):
    facts = {"outcome_kind": kinds, "sanction_kind": ["0c"], "outcome_effective_date": "2024-03-01"}

    found, meanwhile = worked_out(facts, date(2040, 3, 1))

    assert "influence_period_expired" not in found | meanwhile


def test_probation_may_have_been_one_year_or_two():
    facts = {"outcome_kind": ["P4"], "outcome_effective_date": "2024-03-01"}

    assert worked_out(facts, date(2027, 2, 28))[0]["influence_period_expired"] is False
    assert worked_out(facts, date(2027, 3, 1)) == (facts | {"months_since_outcome": 36}, {})
    assert worked_out(facts, date(2028, 3, 1))[1] == {"influence_period_expired": True}


def test_an_earlier_period_that_runs_bars_too():
    facts = {name: value for name, value in KNOWN.items() if name != "influence_period_expired"}
    facts |= {"influence_period_end": "2025-12-31", "under_influence_period_until": "2026-06-30"}

    assert answer(facts) == ("no", ["influence_period"])


@pytest.mark.parametrize(
    "against",
    [
        {"influence_period_end": "2026-12-31"},
        {"outcome_effective_date": "2026-01-01"},
        {"outcome_effective_date": "2027-01-01"},
        {"under_influence_period_until": "2026-12-31"},
    ],
)
def test_where_what_is_stated_and_the_dates_do_not_agree_neither_is_read(against):
    found = judged(KNOWN, against)

    assert (found["eligible"], found["certainty"]) == ("open", "provisional")
    assert "influence_period_expired" in found["decisive_unknowns"]


def test_an_outcome_that_has_not_taken_effect_has_no_period_behind_it():
    facts = {name: value for name, value in KNOWN.items() if name != "influence_period_expired"}

    assert answer(facts, {"outcome_effective_date": "2026-03-02"}) == ("no", ["influence_period"])


@pytest.mark.parametrize(
    ("on", "level", "expected"),
    [
        (date(2026, 2, 28), "equal", ["influence_period", "first_year"]),
        (date(2026, 3, 1), "equal", []),
        (date(2026, 3, 1), "higher", ["higher_post"]),
        (date(2027, 2, 28), "higher", ["higher_post"]),
        (date(2027, 3, 1), "higher", []),
    ],
)
def test_after_a_removal_no_post_for_a_year_and_no_higher_one_for_two(on, level, expected):
    facts = {name: value for name, value in KNOWN.items() if name != "influence_period_expired"}
    facts |= {"outcome_kind": ["7"], "outcome_effective_date": "2025-03-01", "proposed_post_level": level}

    found = answer(facts, on=on)

    assert found == ("no" if expected else "yes", expected)


def test_after_a_move_as_unfit_no_promotion_for_a_year_but_a_like_post():
    facts = {**KNOWN, "outcome_kind": ["6"], "sanction_kind": ["0c"], "outcome_effective_date": "2025-06-01"}

    assert answer(facts) == ("yes", [])
    assert answer(facts, {"proposed_post_level": "higher"}) == ("no", ["higher_post"])


def test_months_that_are_stated_and_worked_out_otherwise_are_not_read():
    facts = {"outcome_effective_date": "2025-03-01", "months_since_outcome": 24}

    assert "months_since_outcome" not in worked_out(facts, AS_OF)[0]
    assert worked_out(facts | {"months_since_outcome": 12}, AS_OF)[0]["months_since_outcome"] == 12


@given(st.dates(), st.integers(0, 500))
@settings(deadline=None, derandomize=True, database=None)
def test_months_are_whole(first, more):
    last = date.fromordinal(min(first.toordinal() + more, date.max.toordinal()))
    months = months_between(first, last)

    assert 0 <= months <= more / 28
    assert months >= int(more / 31) - 1 or last == date.max
    assert months_between(last, first) == 0


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_ends_of_the_calendar_are_read(day):
    for on in (date.min, AS_OF, date.max):
        facts = {"outcome_kind": ["P4", "7"], "outcome_effective_date": day, "influence_period_end": day}
        assert judged(facts, on=on)["eligible"] in ("no", "open")


# -- certainty


@LAW
@given(cases("reinstatement", *DATES), st.lists(st.booleans(), max_size=20))
def test_knowing_less_may_widen_a_certain_answer_and_never_turns_it(facts, chance):
    full, part = judged(facts), judged(less(facts, chance))

    if full["certainty"] == part["certainty"] == "certain":
        assert full["eligible"] == part["eligible"]


@LAW
@given(cases("reinstatement", *DATES), cases("reinstatement", *DATES))
def test_a_certain_answer_is_never_the_opposite_of_a_completion(facts, more):
    found = judged(facts)

    if found["certainty"] == "certain":
        completed = judged(more, facts)
        assert completed["eligible"] in (found["eligible"], "open")


@LAW
@given(cases("reinstatement", *DATES))
def test_the_answer_is_of_the_contract(facts):
    found = judged(facts)

    assert found["eligible"] in ("yes", "no", "open")
    assert bool(found["unmet"]) == (found["eligible"] == "no")
    assert found["certainty"] == "provisional" or found["eligible"] != "open"
    assert all(one["confidence"] not in ("RECALLED", "EXCERPT-") for one in found["reasons"])


def test_every_finding_that_an_answer_goes_by_is_made_by_some_rule_and_named():
    pack = task_library("reinstatement").packs["reinstatement"]
    made = {name for rule in pack.rules if rule.enabled for name in rule.establishes}

    assert {name for name, _ in ORDER} <= made
    assert {f"unmet.{one}" for one in UNMET} | {f"open.{one}" for one in ELSEWHERE} <= pack.titles.keys()


def test_the_period_of_a_downgrading_is_known_from_memory_only_and_bars_nothing():
    facts = {"outcome_kind": ["8"], "months_since_outcome": 1, "proposed_post_level": "higher"}

    assert answer(facts) == ("open", [])


def test_a_fact_that_is_none_or_has_a_wrong_value_is_refused():
    with pytest.raises(KeyError):
        judged({"guilt": True})
    with pytest.raises(BadValue):
        judged({"outcome_effective_date": "2026-02-30"})


def test_the_facts_that_the_dates_decide_are_in_the_vocabulary():
    assert {"influence_period_expired", "months_since_outcome", *DATES} <= vocabulary().facts.keys()
