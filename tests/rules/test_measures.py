"""The ladder of outcomes: what is on it on a day, whom it is for, how long it lasts, and what is heavier."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import measures
from rules.measure_reader import read_ladder
from rules.measures import Imposed, codes_of, heavier, ladder, measures_on, misfits, periods, refusal
from rules.periods import MOST_MONTHS, carried_out, last_day, months_allowed
from rules.vocabulary import vocabulary
from tests.rules.chinese import is_told, refused_with

SOURCE = Path(measures.__file__).with_name("measures.yaml").read_text(encoding="utf-8")
NOW = date(2026, 11, 21)
LAW = settings(max_examples=200, deadline=None, derandomize=True, database=None)
CADRE = {
    "subject_is_party_member": True,
    "subject_is_leading_cadre": True,
    "subject_category": "civil_servant",
}
SERVANT = {"subject_category": "civil_servant"}
MANAGED = {"subject_category": "reference_managed"}
ENTERPRISE = {"subject_category": "soe_manager"}
LEADER = {"subject_is_party_member": True, "subject_is_leading_cadre": True}
VILLAGE = {
    "subject_is_party_member": True,
    "subject_is_leading_cadre": False,
    "subject_category": "grassroots_org_manager",
}
CODES = tuple(ladder().versions)
USABLE = tuple(code for code, one in measures_on(NOW).items() if one.enabled)
some_codes = st.lists(st.sampled_from(USABLE), unique=True, max_size=6)
days = st.dates(date(2020, 7, 1), date(2040, 12, 31))


# -- what there is


@pytest.mark.parametrize(
    ("day", "code", "months", "source"),
    [
        (date(2012, 5, 1), "P1", 12, "CPD2003"),
        (date(2012, 5, 1), "P2", 12, "CPD2003"),
        (date(2017, 5, 1), "P1", 12, "CPD2015"),
        (date(2017, 5, 1), "P2", None, "CPD2015"),
        (date(2019, 5, 1), "P2", 18, "CPD2018"),
        (date(2023, 12, 31), "P3", 24, "CPD2018"),
        (date(2024, 1, 1), "P2", 18, "CPD2023"),
        (date(2024, 1, 1), "P4a", 36, "CPD2023"),
        (date(2024, 1, 1), "P4b", 48, "CPD2023"),
        (date(2024, 1, 1), "P5", 60, "CPD2023"),
        (date(2020, 6, 30), "G1", 6, "CSL2018"),
        (date(2020, 7, 1), "G1", 6, "PD2020"),
        (date(2020, 7, 1), "G2", 12, "PD2020"),
        (date(2020, 7, 1), "G3", 18, "PD2020"),
        (date(2020, 7, 1), "G4", 24, "PD2020"),
        (date(2020, 7, 1), "G5", 24, "PD2020"),
        (date(2020, 7, 1), "G6", None, "PD2020"),
        (date(2010, 7, 1), "G3", None, "ACS2007"),
        (date(2020, 7, 1), "6", 12, "SEL2019-QA"),
        (date(2020, 7, 1), "7c", 24, "SEL2019-QA"),
        (date(2010, 7, 1), "7b", 12, "PAR2009"),
        (date(2026, 7, 1), "I3", 24, "PIP2014"),
        (date(2026, 7, 1), "3", None, "METHOD"),
    ],
)
def test_a_measure_has_the_period_of_the_version_in_force(day, code, months, source):
    measure = measures_on(day)[code]
    assert (measure.months, measure.source) == (months, source)


def test_a_measure_outside_every_version_is_not_there():
    assert "0b" not in measures_on(date(2019, 8, 31))
    assert "0b" in measures_on(date(2019, 9, 1))
    assert "7a" not in measures_on(date(2017, 1, 1))


def test_discipline_follows_the_day_of_the_conduct_and_handling_the_day_of_the_decision():
    found = measures_on(date(2012, 5, 1), NOW)
    assert found["P2"].source == "CPD2003"
    assert found["7a"].source == "SEL2019-QA"
    assert found["1a"].to(SERVANT).source == "CSL2018"


def test_a_version_known_from_memory_is_shown_and_never_imposed():
    suspended = measures_on(NOW)["5"]
    assert not suspended.enabled
    assert "尚未核对原文" in refusal(suspended, CADRE).zh
    assert [code for code, one in measures_on(NOW).items() if not one.enabled] == ["5", "8"]


def test_every_measure_says_where_it_stands():
    for versions in ladder().versions.values():
        for one in versions:
            assert one.cite("zh")
            assert one.cite("en")
            assert one.label("zh") != one.label("en")
            assert one.confidence != "DESIGN" or one.cite("zh").startswith("本系统设计")
    assert measures.measure_named("G1", NOW).article == "第七条、第八条"
    assert measures.measure_named("0b", date(2001, 1, 1)).source == "PAR2019"


@pytest.mark.parametrize(
    ("code", "day", "facts", "source"),
    [
        ("0a", date(2020, 6, 30), SERVANT, "METHOD"),
        ("0a", date(2020, 7, 1), SERVANT, "PD2020"),
        ("0a", date(2020, 7, 1), {"subject_category": "non_official"}, "METHOD"),
        ("0c-state", date(2019, 5, 31), SERVANT, "ACS2007"),
        ("0c-state", date(2019, 5, 31), MANAGED, "METHOD"),
        ("0c-state", date(2019, 6, 1), MANAGED, "CSL2018"),
        ("0c-state", date(2020, 6, 30), ENTERPRISE, "METHOD"),
        ("0c-state", date(2020, 7, 1), ENTERPRISE, "PD2020"),
        ("1a", date(2019, 5, 31), SERVANT, "METHOD"),
        ("1a", date(2019, 6, 1), SERVANT, "CSL2018"),
        ("1b", date(2019, 6, 1), ENTERPRISE, "METHOD"),
        ("1b", date(2020, 7, 1), ENTERPRISE, "METHOD"),
        ("1c", date(2020, 7, 1), MANAGED, "CSL2018"),
        ("1c", date(2020, 7, 1), {}, "METHOD"),
        ("3", date(2005, 12, 18), LEADER, "METHOD"),
        ("3", date(2005, 12, 19), LEADER, "ADM2005"),
        ("3", date(2016, 10, 26), {"subject_is_leading_cadre": True}, "METHOD"),
        ("3", date(2016, 10, 27), LEADER, "SUPV2016"),
        ("3", date(2019, 6, 1), LEADER, "SUPV2016"),
        ("3", date(2019, 6, 1), LEADER | SERVANT, "CSL2018"),
        ("3", date(2020, 7, 1), LEADER | ENTERPRISE, "SUPV2016"),
        ("3", date(2020, 7, 1), {"subject_is_party_member": True}, "METHOD"),
    ],
)
def test_everybody_is_told_a_text_that_reaches_them_on_that_day_and_else_a_choice_of_this_system(
    code, day, facts, source
):
    assert measures_on(day)[code].to(facts).source == source


def test_no_measure_rests_for_everybody_on_a_text_about_some():
    everyone = [
        one for versions in ladder().versions.values() for one in versions if one.groups[0].code == "everyone"
    ]

    assert {one.source for one in everyone} == {"METHOD"}


# -- whom it is for


def test_a_village_manager_may_not_be_demoted_and_the_provision_says_why():
    found = measures_on(NOW)
    for code in ("G1", "G2", "G3"):
        assert refusal(found[code], VILLAGE) is None
    for code in ("G4", "G5", "G6"):
        assert "第二十二条" in refusal(found[code], VILLAGE).zh


@pytest.mark.parametrize(
    ("code", "facts", "allowed"),
    [
        ("1a", {}, True),
        ("P1", {"subject_is_party_member": True}, True),
        ("P1", {"subject_is_party_member": False}, False),
        ("0b", {"subject_is_leading_cadre": False}, False),
        ("4", CADRE, True),
        ("7c", VILLAGE, False),
        ("G5", CADRE, True),
        ("G1", {**CADRE, "subject_retired_or_left": True}, False),
        ("G1", {"subject_category": "non_official"}, False),
        ("I1", {"subject_category": "institution_other"}, True),
        ("I1", CADRE, False),
        ("G1", {"subject_category": "institution_other"}, False),
        ("G4", {"subject_category": "soe_manager"}, True),
    ],
)
def test_a_measure_is_for_those_its_provision_names(code, facts, allowed):
    assert (refusal(measures_on(NOW)[code], facts) is None) == allowed


def test_who_somebody_is_must_be_established_before_a_measure_that_turns_on_it():
    said = refusal(measures_on(NOW)["P1"], {})
    assert "请先查明：是否中共党员" in said.zh
    assert "First establish" in said.message("en")


# -- what goes together


@pytest.mark.parametrize(
    ("disposition", "codes", "expected"),
    [
        ("tolerate", ["0b", "1a", "2"], []),
        ("tolerate", ["1a"], ["至少应有一项"]),
        ("tolerate", ["0b", "P1"], ["与处理结论不符"]),
        ("not_established", ["0a"], []),
        ("not_established", ["0a", "1a"], ["与处理结论不符"]),
        ("correct", ["3", "0c-party"], []),
        ("correct", ["3", "G1"], ["与处理结论不符"]),
        ("correct", [], ["至少应有一项"]),
        ("hold_accountable", ["P1", "G1", "7c"], []),
        ("hold_accountable", ["P1", "0c-state"], []),
        ("hold_accountable", ["P1", "0c-party"], ["不能并用"]),
        ("hold_accountable", ["4", "0b"], ["不能并用"]),
        ("hold_accountable", ["P1", "P2"], ["党纪处分只能给予一种"]),
        ("hold_accountable", ["I1", "I2"], ["事业单位处分只能给予一种"]),
        ("hold_accountable", ["G1", "G2"], []),
        ("hold_accountable", ["0a", "G2"], ["与处理结论不符", "不能并用"]),
        ("hold_accountable", ["2"], ["至少应有一项"]),
    ],
)
def test_a_disposition_carries_only_its_measures(disposition, codes, expected):
    found = misfits(disposition, codes)
    assert len(found) == len(expected)
    for words, part in zip(found, expected, strict=True):
        assert part in words.zh


def test_the_outcomes_of_an_assessment_become_measures():
    def outcome(regime, step, months=None):
        return {"regime": regime, "measure": step, "months": months}

    assert codes_of([outcome("party_discipline", "P4", 36)]) == ("P4a",)
    assert codes_of([outcome("party_discipline", "P4", 48)]) == ("P4b",)
    assert codes_of([outcome("party_discipline", "P4")]) == ("P4a", "P4b")
    assert codes_of([outcome("party_accountability", "3")]) == ("3q",)
    assert codes_of([outcome("organisational_handling", "3")]) == ("3",)
    assert codes_of([outcome("party_accountability", "7", 12)]) == ("7a", "7b", "7c")
    assert codes_of([outcome("state_sanction", "0c", 0)]) == ("0c-state",)
    assert codes_of([outcome("party_discipline", "0c", 0)]) == ("0c-party",)
    assert codes_of([outcome("state_sanction", "0a", 0)]) == ("0a",)
    assert codes_of([outcome("organisational_handling", "1")]) == ("1a", "1b", "1c")
    assert codes_of([outcome("state_sanction", "3"), outcome("state_sanction", "3")]) == ("3",)


def test_every_outcome_of_every_pack_is_a_measure():
    from rules.library import library

    for pack in library().packs.values():
        for rule in pack.rules:
            for one in rule.outcomes:
                assert codes_of([{"regime": one.regime, "measure": one.measure, "months": one.months}])


# -- from when to when


@pytest.mark.parametrize(
    ("starts_on", "months", "ends_on"),
    [
        (date(2026, 11, 21), 6, date(2027, 5, 20)),
        (date(2026, 11, 21), 12, date(2027, 11, 20)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 8, 29), 6, date(2027, 2, 28)),
        (date(2026, 8, 28), 6, date(2027, 2, 27)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 1), 24, date(2028, 2, 29)),
    ],
)
def test_the_last_day_is_the_one_before_the_corresponding_day(starts_on, months, ends_on):
    assert last_day(starts_on, months) == ends_on


@LAW
@given(days, st.integers(1, 60), st.integers(1, 60))
def test_a_longer_period_never_ends_earlier_and_a_later_one_neither(day, one, other):
    low, high = sorted((one, other))
    assert last_day(day, low) <= last_day(day, high)
    assert last_day(day, low) <= last_day(day + timedelta(days=1), low)
    assert last_day(day, low) > day or low == 0


@LAW
@given(some_codes, st.sampled_from(USABLE), days, st.integers(1, 5))
def test_one_more_measure_never_makes_the_whole_shorter(codes, more, day, breaches):
    before = periods([Imposed(code) for code in codes], day, NOW, breaches=breaches).together
    after = periods([Imposed(code) for code in {*codes, more}], day, NOW, breaches=breaches).together
    assert after.lasting or not before.lasting
    assert after.lasting or (after.ends_on or date.min) >= (before.ends_on or date.min)


@LAW
@given(some_codes, st.randoms(use_true_random=False), days)
def test_the_order_of_the_measures_does_not_matter(codes, random, day):
    shuffled = list(codes)
    random.shuffle(shuffled)
    one = periods([Imposed(code) for code in codes], day, NOW)
    assert one == periods([Imposed(code) for code in shuffled], day, NOW)


@LAW
@given(st.sampled_from(["G1", "G2", "G3", "G4", "G5"]), st.integers(1, 99), days, st.data())
def test_state_sanctions_together_never_exceed_forty_eight_months(code, breaches, day, data):
    allowed = months_allowed(measures_on(NOW)[code], breaches)
    least, most = allowed or (measures_on(NOW)[code].months,) * 2
    months = data.draw(st.integers(least, most))
    found = periods([Imposed("G1"), Imposed(code, months)], day, NOW, breaches=breaches)
    executed = next(period for period in found.each if period.code == code)
    assert executed.months <= MOST_MONTHS
    assert found.together.ends_on <= last_day(day, MOST_MONTHS)


@pytest.mark.parametrize(("months", "breaches"), [(5, 2), (13, 2), (12, 1), (49, 99), (0, 2)])
def test_months_the_law_does_not_allow_are_refused(months, breaches):
    with pytest.raises(ValueError, match=f"found {months} months for G1"):
        periods([Imposed("G1", months)], NOW, NOW, breaches=breaches)


def test_people_set_the_months_of_a_measure_whose_period_no_text_states():
    assert months_allowed(measures_on(NOW)["3"]) == (1, 60)
    assert months_allowed(measures_on(NOW)["G6"]) is None
    assert months_allowed(measures_on(NOW)["P1"], 3) is None
    assert months_allowed(measures_on(NOW)["G5"], 3) == (24, 48)
    found = periods([Imposed("3", 6)], NOW, NOW)
    assert found.together.ends_on == date(2027, 5, 20)
    open_ended = periods([Imposed("3")], NOW, NOW)
    assert open_ended.each[0].starts_on is None
    assert open_ended.together.unstated == ("3",)


def test_party_state_and_organisational_measures_together_last_as_long_as_the_longest():
    found = periods([Imposed("P2"), Imposed("G1"), Imposed("6"), Imposed("2")], NOW, NOW)
    assert found.together.code == "P2"
    assert found.together.ends_on == date(2028, 5, 20)
    assert "按影响期长的执行" in found.together.reasons[0].reason.zh
    assert "SEL2019" not in found.together.reasons[0].reason.en
    assert not periods([Imposed("P2")], NOW, NOW).together.reasons
    nothing = periods([Imposed("2")], NOW, NOW).together
    assert (nothing.ends_on, nothing.code, nothing.lasting) == (None, "", False)


@pytest.mark.parametrize(("category", "source"), [("civil_servant", "PD2020"), ("soe_manager", "SOE2024")])
def test_of_several_state_sanctions_the_heaviest_is_carried_out(category, source):
    found = periods([Imposed("G3", 30), Imposed("G1")], NOW, NOW, breaches=2, category=category)
    lighter, heaviest = found.each
    assert (lighter.starts_on, lighter.ends_on) == (None, None)
    assert lighter.reasons[0].provision.id == source
    assert heaviest.ends_on == last_day(NOW, 30)
    assert heaviest.reasons[-1].provision.id == source


def test_probation_ends_before_the_period_does():
    found = periods([Imposed("P4b")], NOW, NOW).each[0]
    assert (found.probation_ends_on, found.ends_on) == (date(2028, 11, 20), date(2030, 11, 20))
    old = periods([Imposed("P4a")], NOW, date(2012, 1, 1)).each[0]
    assert (old.starts_on, old.probation_ends_on, old.ends_on) == (NOW, date(2027, 11, 20), None)


def test_dismissal_has_no_end_and_outlasts_everything():
    found = periods([Imposed("G6"), Imposed("P5")], NOW, NOW)
    assert found.together.lasting
    assert found.together.ends_on is None
    assert found.together.code == "G6"
    assert carried_out([measures_on(NOW)["2"]]) == {"2"}


# -- what is heavier


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        (("tolerate", ["0b"]), ("tolerate", ["0b"]), []),
        (("correct", ["2"]), ("tolerate", ["0b"]), ["处理结论更重"]),
        (("hold_accountable", ["P2"]), ("hold_accountable", ["P1"]), ["党纪处分更重", "影响期更长"]),
        (("hold_accountable", ["P1"]), ("hold_accountable", ["P2"]), []),
        (("hold_accountable", ["P1", "G1"]), ("hold_accountable", ["P1"]), ["政务处分更重"]),
        (("hold_accountable", ["G1"]), ("hold_accountable", ["P2"]), ["政务处分更重"]),
        (("hold_accountable", ["G2", "G1"]), ("hold_accountable", ["G2"]), []),
        (("hold_accountable", ["4", "3q"]), ("hold_accountable", ["3q"]), ["党内问责更重"]),
        (("hold_accountable", ["4"]), ("hold_accountable", ["3q"]), []),
        (("hold_accountable", ["P1", "3"]), ("hold_accountable", ["P1"]), ["教育提醒与整改更重"]),
        (("correct", ["3"]), ("hold_accountable", ["P1"]), []),
        (("correct", ["3"]), ("correct", ["1a"]), ["教育提醒与整改更重"]),
        (("correct", ["1a", "2"]), ("correct", ["1a"]), []),
        (("hold_accountable", ["G6"]), ("hold_accountable", ["G5"]), ["政务处分更重", "影响期更长"]),
        (("hold_accountable", ["P4b"]), ("hold_accountable", ["P4"]), []),
        (("correct", ["1"]), ("refer", []), ["教育提醒与整改更重"]),
    ],
)
def test_what_is_heavier_is_named(new, old, expected):
    assert [reason.zh for reason in heavier(*new, *old, NOW)] == expected


def test_more_months_of_the_same_sanction_are_heavier():
    told = ("hold_accountable", ["G1"])
    assert [reason.en for reason in heavier(*told, *told, NOW, new_months={"G1": 12})] == ["a longer period"]
    hidden = ("hold_accountable", ["P4a", "G1"])
    assert [reason.en for reason in heavier(*hidden, *hidden, NOW, new_months={"G1": 18})] == [
        "a longer period"
    ]
    assert heavier(*hidden, *hidden, NOW, old_months={"G1": 18}) == ()
    assert not heavier(*told, *told, NOW, new_months={"G1": 12}, old_months={"G1": 12})


def test_a_measure_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="found the measure 'G9'"):
        heavier("correct", ["G9"], "correct", [], NOW)


@LAW
@given(some_codes, st.sampled_from(USABLE))
def test_nothing_is_heavier_than_itself_and_a_measure_taken_away_never_makes_it_heavier(codes, more):
    assert heavier("correct", codes, "correct", codes, NOW) == ()
    assert heavier("correct", codes, "correct", {*codes, more}, NOW) == ()


@LAW
@given(some_codes, st.randoms(use_true_random=False))
def test_the_order_of_measures_makes_nothing_heavier(codes, random):
    shuffled = list(codes)
    random.shuffle(shuffled)
    assert heavier("correct", shuffled, "correct", codes, NOW) == ()


def test_within_a_regime_every_rank_is_heavier_than_the_one_below():
    for regime in ladder().regimes:
        ranked = sorted(
            (v[0] for v in ladder().versions.values() if v[0].regime == regime), key=lambda m: m.rank
        )
        for lighter, graver in pairwise(one for one in ranked if one.rank):
            assert heavier("correct", [graver.code], "correct", [lighter.code], NOW)
            assert not heavier("correct", [lighter.code], "correct", [graver.code], NOW)


# -- a broken file


BROKEN = [
    ("sources:\n", "sources: 1\nsource:\n", "the key 'source'"),
    ("# What may be imposed", "regimes: 1\n# What may be imposed", "the key 'regimes' a second time"),
    ("measures:\n", "measures: 1\nmeasure:\n", "the key 'measure'"),
    ('  METHOD: {zh: "容错纠错推理方法（本系统设计）", en: "The Casebook method (this system\'s design)"}', "  METHOD: 1", "found 1"),
    ("governed_by: decision}", "governed_by: chance}", "governed_by: 'chance'"),
    ("facts: {subject_is_party_member: [true]}", "facts: {nobody_knows: [true]}", "the fact 'nobody_knows'"),
    ("facts: {subject_is_party_member: [true]}", "facts: {subject_is_party_member: [maybe]}", "'maybe'"),
    ("facts: {subject_is_party_member: [true]}", "facts: {subject_is_party_member: []}", "a list with"),
    ("facts: {subject_is_party_member: [true]}", "facts: 1", "facts: 1"),
    ("weight: 0, allows", "weight: -1, allows", "a whole number"),
    ('allows: ["0a"], needs', 'allows: ["0z"], needs', "allows: '0z'"),
    ('needs: ["0a"]}', "needs: [G1]}", "one of the measures it allows"),
    ("  tolerate:\n", "  endure:\n", "the key 'endure'"),
    ("  last_day:\n", "  first_day:\n", "the key 'first_day'"),
    ('    en: "Case withdrawn, no liability"\n', "", "no 'en'"),
    ('    en: "Case withdrawn, no liability"\n', "    en: 3\n", "en: 3"),
    ("    lasting: true", "    lasting: 1", "true or false"),
    ("frees_from: [party_accountability]", "frees_from: [everything]", "frees_from: 'everything'"),
    ("  - code: 1b", "  - code: 1a", "the measure 1a a second time"),
    ("  - code: 1b", "  - koala: 1a", "the key 'koala'"),
    ("  - code: 1b", "  - 7\n  - code: 1b", "found 7"),
    ("    rank: 3\n    zh: \"责令检查\"", "    rank: 2\n    zh: \"责令检查\"", "the rank 2, which 1b has"),
    ("{from: 2024-01-01, to: null, source: CPD2023, article: \"第十条\"", "{from: 2023-12-31, to: null, source: CPD2023, article: \"第十条\"", "on the same day"),
    ("{from: 2024-01-01, to: null, source: CPD2023, article: \"第十条\"", "{from: 2024-01-01, to: 2023-01-01, source: CPD2023, article: \"第十条\"", "a day not before"),
    ("{from: 2024-01-01, to: null, source: CPD2023, article: \"第十条\"", "{from: 2024-13-01, to: null, source: CPD2023, article: \"第十条\"", "a date such as"),
    ("      - from: 2005-12-19", "      - from: null", "the day the provision commenced"),
    ("{from: 2003-12-31, to: 2015-12-31, source: CPD2003", "{from: null, to: 2015-12-31, source: CPD2003", "the day the provision commenced"),
    ("source: CPD2023, article: \"第十条\", confidence: EXCERPT", "source: CPD2023, article: \"第十条\", confidence: SURE", "confidence: 'SURE'"),
    ("article: \"第二十九条\", confidence: SEEN, months: null", "article: \"第二十九条\", confidence: SEEN, months: 6", "a lasting measure has no end"),
    ("months: 36, probation: 12", "months: 36, probation: long", "probation: 'long'"),
    ("{from: 2024-01-01, to: null, source: CPD2023, article: \"第十条\"", "{from: soon, to: null, source: CPD2023, article: \"第十条\"", "a date such as"),
    ("for: [official, village]", "for: [city]", "for: 'city'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "complaint"), BROKEN)
def test_a_fault_in_the_file_is_named_with_its_place(old, new, complaint):
    broken = SOURCE.replace(old, new, 1)
    assert broken != SOURCE
    fault = refused_with(read_ladder, broken, "measures.yaml", vocabulary().facts)
    assert complaint in str(fault)
    assert is_told(fault)


def refusals():
    facts = vocabulary().facts
    return [
        refused_with(read_ladder, SOURCE.replace(old, new, 1), "measures.yaml", facts)
        for old, new, _ in BROKEN
    ]
