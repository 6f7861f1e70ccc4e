"""The limits as data: shipped, read strictly, and what each gives."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rules.channels import channels
from rules.counting import NoCalendar, WorkingDays
from rules.limit import numeral
from rules.limits import limits, read_limits
from rules.measures import measures_on
from rules.pack import NEVER_ENABLED
from tests.rules.chinese import is_told, refused_with

SHIPPED = Path("rules/limits.yaml").read_text(encoding="utf-8")
PLAIN = WorkingDays(lambda year: {})
UNKNOWN = WorkingDays(lambda year: None)
DAY = date(2026, 3, 2)
HEAD = """last_day_off: {person: next_working_day, organ: stays, confidence: DESIGN, checked: 2026-11-21}
sources:
  L: {title: {zh: 法, en: Law}, from: 2020-07-01, to: null}
limits:
"""
ONE = """  - id: a.b
    title: {zh: 期限, en: Limit}
    trigger: filed
    met_by: [decided]
    amount: 6
    unit: m
    source: {instrument: L, article: 第一条, confidence: SEEN, checked: 2026-11-21}
    from: 2020-07-01
    to: null
"""


def read(text: str):
    return read_limits(text, "made.yaml")


def changed(old: str, new: str, text: str = HEAD + ONE) -> str:
    assert old in text
    return text.replace(old, new, 1)


# -- what is shipped


def test_no_limit_whose_text_nobody_read_is_ever_started():
    for limit in limits().limits:
        assert not (limit.enabled and limit.confidence in NEVER_ENABLED), limit.id
    disabled = {limit.id for limit in limits().limits if not limit.enabled}
    assert "decision.announce_party" in disabled
    assert "complaint.disposition_opinion" in disabled
    assert all(limit.runs for limit in limits().started_by("decided", DAY))


def test_the_recognition_of_tolerance_has_no_limit_configured_and_none_by_default():
    limit = limits().find("tolerance.recognise", DAY)

    assert (limit.amount, limit.unit) == (None, "unset")
    assert limits().last_day(limit, DAY, UNKNOWN) is None
    assert limit.instrument == "METHOD", "no place's own text is cited for the whole country"


def test_prompt_means_that_the_provision_gives_no_number():
    limit = limits().find("decision.serve_sanction_person", DAY)

    assert (limit.amount, limit.unit) == (None, "prompt")


def test_a_time_to_wait_is_kept_as_data_and_never_runs():
    waiting = [limit for limit in limits().limits if limit.sense == "at_least"]

    assert {limit.id for limit in waiting} == {"decision.consult_public", "decision.legality_review"}
    assert not any(limit.runs for limit in waiting)


def test_every_channel_of_appeal_and_its_limits_name_each_other():
    for channel in channels().channels.values():
        ask, decide = limits().find(channel.ask, DAY), limits().find(channel.decide, DAY)
        if ask and channel.against == "decision":
            assert (ask.whose, channel.code in ask.asks) == ("person", True), channel.code
        if decide and channel.against == "decision":
            assert (decide.trigger, channel.code in decide.channels) == ("appeal_filed", True), channel.code
    named = {code for limit in limits().limits for code in limit.channels | limit.asks}
    assert named <= channels().channels.keys()


def test_measures_named_by_a_limit_are_steps_of_the_ladder():
    named = {code for limit in limits().limits for code in limit.measures}

    assert named <= measures_on(DAY).keys()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (4, "四"),
        (10, "十"),
        (13, "十三"),
        (20, "二十"),
        (56, "五十六"),
        (100, "一百"),
        (110, "一百一十"),
        (169, "一百六十九"),
        (203, "二百零三"),
    ],
)
def test_articles_are_numbered_in_chinese(number, words):
    assert numeral(number) == words


def test_a_provision_is_cited_in_both_languages():
    both = limits().find("complaint.transfer", DAY)
    local = limits().find("inquiry.answer", DAY)

    assert (
        limits().cite(both, "zh")
        == "《中华人民共和国监察法实施条例（2021年）》第一百六十九条、第一百七十一条"
    )
    assert limits().cite(both, "en").endswith(", art. 169, 171")
    assert limits().cite(local, "zh") == "《常州市提醒函询诫勉操作规程》（未列条号）"
    assert limits().cite(local, "en").endswith("(article number not known)")


def test_the_version_in_force_on_the_day_is_found_and_otherwise_the_newest():
    assert limits().find("appeal.ask_review_state", date(2024, 1, 1)).instrument == "SUP2018"
    assert limits().find("appeal.ask_review_state", DAY).instrument == "SUP2024"
    assert limits().find("appeal.ask_review_state", date(2001, 1, 1)).instrument == "SUP2024"
    assert limits().find("no.such", DAY) is None
    assert "sanction.decide_soe" not in {
        limit.id for limit in limits().started_by("filed", date(2024, 8, 31))
    }


# -- whom a limit concerns


def test_a_fact_that_contradicts_a_limit_keeps_it_away_and_an_unknown_one_does_not():
    limit = limits().find("sanction.decide_soe", DAY)

    assert limit.concerns({})
    assert limit.concerns({"subject_category": "soe_manager", "deciding_body": "appointing_body"})
    assert not limit.concerns({"subject_category": "civil_servant"})
    assert not limit.concerns({"deciding_body": "supervisory_organ"})


def test_a_limit_of_a_regime_a_measure_a_channel_or_a_region_needs_it_there():
    formalities = limits().find("decision.formalities", DAY)
    review = limits().find("appeal.decide_review_state", DAY)
    local = limits().find("clearance.opinion", DAY)

    assert not formalities.concerns({}, regimes={"state_sanction"})
    assert not formalities.concerns({}, measures={"G4"})
    assert formalities.concerns({}, regimes={"state_sanction"}, measures={"G4"})
    assert not review.concerns({}, regimes={"state_sanction"}, channel="soe_review")
    assert review.concerns({}, regimes={"state_sanction"}, channel="supervision_review")
    assert not local.concerns({}, region="350100")
    assert local.concerns({}, region="360100")


# -- the last day


def test_a_right_that_ends_on_a_day_off_moves_on_and_a_duty_stays():
    right = limits().find("appeal.ask_review_soe", DAY)
    duty = limits().find("appeal.decide_review_soe", DAY)
    saturday = date(2026, 3, 7)

    assert limits().last_day(right, date(2026, 2, 7), PLAIN) == date(2026, 3, 9)
    assert limits().last_day(duty, date(2026, 2, 7), PLAIN) == saturday


def test_what_must_be_done_before_an_event_is_counted_back():
    limit = limits().find("decision.deliver_hearing_papers", DAY)

    assert limits().last_day(limit, date(2026, 3, 9), UNKNOWN) == DAY


def test_only_what_needs_the_unknown_year_is_refused():
    right = limits().find("appeal.ask_review_soe", DAY)
    duty = limits().find("appeal.decide_review_soe", DAY)

    assert limits().last_day(duty, DAY, UNKNOWN) == date(2026, 4, 2)
    with pytest.raises(NoCalendar):
        limits().last_day(right, DAY, UNKNOWN)


def test_pauses_move_the_last_day_before_it_is_settled():
    right = limits().find("appeal.ask_review_soe", DAY)
    pauses = [(date(2026, 2, 10), date(2026, 2, 11))]

    assert limits().last_day(right, date(2026, 2, 7), PLAIN, pauses) == date(2026, 3, 9)  # Sunday the 8th


def test_an_extension_counts_in_all_or_on_top():
    in_all = limits().find("sanction.decide_civil_servant", DAY)
    on_top = limits().find("appeal.decide_appeal_civil_servant", DAY)
    none = limits().find("appeal.decide_review_soe", DAY)

    assert limits().furthest(in_all, DAY, PLAIN) == date(2027, 3, 2)
    assert limits().furthest(on_top, DAY, PLAIN) == date(2026, 5, 31)
    assert limits().furthest(none, DAY, PLAIN) is None


# -- reading strictly


def test_a_sound_file_is_read():
    found = read(HEAD + ONE)

    assert [limit.id for limit in found.limits] == ["a.b"]
    assert found.limits[0].place.line == 5
    assert found.last_day_off == {"person": "next_working_day", "organ": "stays"}


WRONG = [
    ("unknown key", changed("    amount: 6", "    amounts: 6\n    amount: 6"), "the key 'amounts'", "9:14"),
    ("key missing", changed("    met_by: [decided]\n", ""), "no 'met_by'", "5:5"),
    ("no mapping", HEAD + "  - 7\n", "7", "5:5"),
    ("no list", HEAD.replace("limits:", "limits: 7"), "limits: 7", "4:9"),
    ("id without a dot", changed("a.b", "ab"), "id: 'ab'", "5:9"),
    ("unknown instrument", changed("instrument: L", "instrument: M"), "instrument: 'M'", "11:26"),
    ("unknown confidence", changed("confidence: SEEN", "confidence: SURE"), "confidence: 'SURE'", "11:55"),
    ("enabled from memory", changed("confidence: SEEN", "confidence: RECALLED"), "an enabled limit", "5:5"),
    ("enabled is a text", HEAD + ONE + "    enabled: yes\n", "'yes'", "14:14"),
    ("unknown unit", changed("unit: m", "unit: weeks"), "unit: 'weeks'", "10:11"),
    ("amount is a text", changed("amount: 6", "amount: six"), "amount: 'six'", "9:13"),
    ("amount is nothing", changed("amount: 6", "amount: 0"), "amount: 0", "9:13"),
    ("number without a unit", changed("unit: m", "unit: prompt"), "amount: 6", "9:13"),
    ("unknown sense", HEAD + ONE + "    sense: about\n", "sense: 'about'", "14:12"),
    ("months counted back", HEAD + ONE + "    sense: before\n", "unit: 'm'", "10:11"),
    ("unknown owner", HEAD + ONE + "    whose: nobody\n", "whose: 'nobody'", "14:12"),
    ("unknown regime", HEAD + ONE + "    regimes: [love]\n", "regimes: 'love'", "14:15"),
    ("measure is a number", HEAD + ONE + "    measures: [3]\n", "measures: 3", "14:16"),
    ("unknown fact", HEAD + ONE + "    who: {guilt: [high]}\n", "the fact 'guilt'", "14:18"),
    ("fact without values", HEAD + ONE + "    who: {deaths: [a]}\n", "the fact 'deaths'", "14:19"),
    ("unknown value", HEAD + ONE + "    who: {deciding_body: [me]}\n", "deciding_body: 'me'", "14:27"),
    ("who is a list", HEAD + ONE + "    who: [a]\n", "who: ['a']", "14:10"),
    (
        "extension of no number",
        changed("amount: 6\n    unit: m", "amount: null\n    unit: prompt")
        + "    extension: {amount: 1, unit: m, counts: more}\n",
        "an extension of a limit without a number",
        "14:16",
    ),
    (
        "extension counts otherwise",
        HEAD + ONE + "    extension: {amount: 1, unit: m, counts: often}\n",
        "counts: 'often'",
        "14:45",
    ),
    ("not a date", changed("    from: 2020-07-01", "    from: 2020-13-01"), "from: '2020-13-01'", "12:11"),
    ("a number as a date", changed("    from: 2020-07-01", "    from: 7"), "from: 7", "12:11"),
    ("ends before it begins", changed("    to: null", "    to: 2019-01-01"), "to: 2019-01-01", "13:9"),
    (
        "never checked",
        changed("checked: 2026-11-21}\n    from", "checked: null}\n    from"),
        "checked: null",
        "11:70",
    ),
    ("empty title", changed("zh: 期限", "zh: ''"), "zh: ''", "6:17"),
    ("trigger is a number", changed("trigger: filed", "trigger: 7"), "trigger: 7", "7:14"),
    ("two versions at once", HEAD + ONE + ONE, "two versions of 'a.b'", "14:5"),
    ("unknown move", changed("organ: stays", "organ: flies"), "organ: 'flies'", "1:49"),
]


@pytest.mark.parametrize(
    ("text", "found", "place"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_fault_is_named_with_its_place_and_nothing_is_read(text, found, place):
    fault = refused_with(read, text)

    assert found in fault.found
    assert str(fault.place) == f"made.yaml:{place}"
    assert is_told(fault)


def refusals():
    return [refused_with(read, text) for _, text, *_ in WRONG]


def test_versions_of_other_days_and_a_limit_that_nothing_starts_are_sound():
    later = changed("from: 2020-07-01\n    to: null", "from: 2030-01-01\n    to: null", ONE)
    earlier = changed("    to: null", "    to: 2029-12-31", ONE)
    alone = changed("a.b", "a.c", changed("trigger: filed", "trigger: null", ONE))

    assert len(read(HEAD + earlier + later + alone).limits) == 3


def test_the_shipped_file_is_what_is_read():
    assert read_limits(SHIPPED, "limits.yaml") == limits()
    assert replace(limits().limits[0], enabled=False) != limits().limits[0]
