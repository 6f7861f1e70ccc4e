"""The channels of appeal: each regime its own ladder and numbers, nothing made up, a broken file refused with its line."""

from datetime import date

import pytest

from rules.channels import channels, read_channels
from rules.yaml_source import SourceError
from tests.rules.chinese import is_told, refused_with

TODAY = date(2026, 11, 21)
SUPERVISED = {"deciding_body": "supervisory_organ"}
SERVANT = {"deciding_body": "appointing_body", "subject_category": "civil_servant"}
MANAGER = {"deciding_body": "appointing_body", "subject_category": "soe_manager"}


def codes(regimes, facts=None, day=TODAY):
    return [way.code for way in channels().open_to(regimes, facts or {}, day)]


@pytest.mark.parametrize(
    ("code", "ask", "decide"),
    [
        ("supervision_review", (1, "m"), (1, "m")),
        ("supervision_reexamination", (1, "m"), (2, "m")),
        ("inquiry_recheck", (1, "m"), (2, "m")),
        ("civil_servant_review", (30, "cd"), (30, "cd")),
        ("civil_servant_appeal", (15, "cd"), (60, "cd")),
        ("civil_servant_direct_appeal", (30, "cd"), (60, "cd")),
        ("soe_review", (1, "m"), (1, "m")),
        ("soe_appeal", (1, "m"), (2, "m")),
    ],
)
def test_each_step_has_the_time_its_provision_gives(code, ask, decide):
    way = channels().way(code, TODAY)

    assert (way.ask.amount, way.ask.unit) == ask
    assert (way.decide.amount, way.decide.unit) == decide
    assert not way.needs_advice


def test_what_may_be_extended_and_what_may_be_tolled():
    appeal = channels().way("soe_appeal", TODAY)

    assert (appeal.decide.extension.amount, appeal.decide.extension.unit) == (1, "m")
    assert (appeal.toll.amount, appeal.toll.unit) == (10, "wd")
    assert channels().way("civil_servant_appeal", TODAY).decide.extension.amount == 30
    assert channels().way("supervision_review", TODAY).toll is None


@pytest.mark.parametrize("code", ["institution_appeal", "accountability_appeal", "handling_appeal"])
def test_where_the_text_was_not_seen_there_is_no_number_but_advice_to_ask_for(code):
    way = channels().way(code, TODAY)

    assert (way.ask, way.decide, way.needs_advice) == (None, None, True)
    assert way.cite("zh")
    assert way.cite("en")


def test_a_party_members_appeal_has_no_limit_and_needs_no_advice():
    way = channels().way("party_member_appeal", TODAY)

    assert (way.ask, way.without, way.needs_advice) == (None, "no_limit", False)


def test_the_old_accountability_rules_gave_fifteen_days_and_lend_them_to_no_later_time():
    assert channels().way("accountability_appeal", date(2016, 7, 7)).ask.amount == 15
    assert channels().way("accountability_appeal", date(2016, 7, 8)).ask is None
    assert channels().way("accountability_appeal", date(2019, 9, 1)).ask is None


@pytest.mark.parametrize(
    ("day", "article"), [(date(2025, 5, 31), "第四十九条"), (date(2025, 6, 1), "第五十六条")]
)
def test_the_version_in_force_on_the_day_of_the_step_is_cited(day, article):
    assert channels().way("supervision_review", day).cite("zh").endswith(article)


def test_a_channel_that_no_provision_gave_yet_is_not_open():
    assert codes({"state_sanction"}, MANAGER, date(2024, 8, 31)) == []
    assert codes({"state_sanction"}, MANAGER, date(2024, 9, 1)) == ["soe_review", "soe_appeal"]


def test_each_regime_has_its_own_channel():
    assert codes({"state_sanction"}, SUPERVISED) == ["supervision_review", "supervision_reexamination"]
    assert codes({"party_discipline"}, {"subject_is_party_member": True}) == ["party_member_appeal"]
    assert codes({"state_sanction", "party_discipline", "party_accountability"}, SUPERVISED) == [
        "supervision_review", "supervision_reexamination", "accountability_appeal", "party_member_appeal",
    ]  # fmt: skip
    assert codes({"institution"}, {**SERVANT, "subject_category": "institution_other"}) == [
        "institution_appeal"
    ]


def test_who_decided_and_about_whom_decides_between_the_channels():
    assert codes({"state_sanction"}, SERVANT) == [
        "civil_servant_review", "civil_servant_appeal", "civil_servant_direct_appeal",
    ]  # fmt: skip
    assert codes({"organisational_handling"}, SUPERVISED) == ["handling_appeal"]
    assert codes({"party_discipline"}, {"subject_is_party_member": False}) == []
    assert codes(set()) == []


def test_a_fact_that_is_not_established_closes_no_channel_and_is_named():
    open_ways = {way.code: way for way in channels().open_to({"state_sanction"}, {}, TODAY)}

    assert {"supervision_review", "civil_servant_review", "soe_review"} <= open_ways.keys()
    assert open_ways["soe_review"].channel.unknown({"deciding_body": "appointing_body"}) == (
        "subject_category",
    )
    assert open_ways["soe_review"].channel.unknown(MANAGER) == ()


def test_measures_of_the_inquiry_are_no_decision():
    assert "inquiry_complaint" in channels().channels
    assert not any(code.startswith("inquiry") for code in codes({"state_sanction"}))


def test_every_step_that_follows_another_runs_from_its_result_and_the_others_from_the_decision():
    for code, channel in channels().channels.items():
        ask = channels().way(code, TODAY).ask
        if ask and channel.against == "decision":
            assert ask.trigger == ("appeal_served" if channel.after else "person_served"), code


def test_grounds_are_cited_where_the_rules_of_the_family_list_them():
    revoke, vary = channels().grounds_for("revoke"), channels().grounds_for("vary")

    assert list(revoke) == ["facts_unclear", "procedure_unfair", "beyond_powers"]
    assert list(vary) == ["law_misapplied", "circumstances_misjudged", "improper"]
    assert revoke["facts_unclear"].article("supervision") == "政务处分法第五十七条第一项"
    assert vary["improper"].article("soe") == "国有企业管理人员处分条例第四十三条第三项"
    assert vary["improper"].article("party_member") == ""


def test_everything_has_words_in_both_languages():
    for way in channels().open_to(
        {"state_sanction", "party_discipline", "organisational_handling"}, {}, TODAY
    ):
        assert way.channel.label("zh") != way.channel.label("en")
        assert bool(way.channel.note("zh")) == bool(way.channel.note("en"))
    for ground in channels().grounds.values():
        assert ground.label("zh") != ground.label("en")


GOOD = """
channels:
  - {code: one, zh: 一, en: One, family: f, against: decision, regimes: [state_sanction], after: [], decider: same, ask: appeal.ask_review_state, enabled: true}
  - {code: two, zh: 二, en: Two, family: f, against: decision, regimes: [], after: [one], decider: above, without: no_limit, source: {zh: 法, en: Law, article: 第一条, confidence: SEEN}, enabled: true, when: {deciding_body: [supervisory_organ]}}
grounds:
  - {code: g, outcome: vary, zh: 错, en: Wrong, articles: {f: 第一条}}
"""


def test_a_well_formed_text_is_read():
    found = read_channels(GOOD, "made.yaml")

    assert list(found.channels) == ["one", "two"]
    assert found.way("two", TODAY).cite("zh") == "《法》第一条"
    assert found.way("two", TODAY).cite("en") == "Law, art. 1"


BROKEN = [
    ("channels:", "chanels:", "3:3", "the key 'chanels'"),
    ("grounds:\n  - {", "grounds: {a: 1}\nx:\n  - {", "7:3", "the key 'x'"),
    ("  - {code: g", "  - g\n  - {code: h", "6:5", "'g'"),
    ("- {code: two", "- two\n  - {code: two", "4:5", "'two'"),
    ("code: two", "code: one", "4:5", "the channel one a second time"),
    ("code: two", "code: 2", "4:12", "2"),
    ("code: two", "code: ''", "4:12", "''"),
    ("zh: 二, ", "", "4:5", "no 'zh'"),
    ("after: [one]", "after: [three]", "4:83", "the earlier step three"),
    ("after: [one]", "after: [two]", "4:83", "the earlier step two"),
    ("after: [one]", "after: one", "4:83", "'one'"),
    ("after: [one]", "after: [1]", "4:84", "after: 1"),
    ("regimes: [state_sanction]", "regimes: [state]", "3:73", "regimes: 'state'"),
    ("decider: above", "decider: below", "4:99", "'below'"),
    ("ask: appeal.ask_review_state", "ask: appeal.ask_me", "3:121", "the limit appeal.ask_me"),
    ("without: no_limit", "without: lost", "4:115", "'lost'"),
    ("ask: appeal.ask_review_state", "zh: x", "3:116", "the key 'zh' a second time"),
    ("ask: appeal.ask_review_state, ", "", "3:5", "neither or both"),
    ("ask: appeal.ask_review_state", "ask: appeal.ask_review_state, without: no_limit", "3:5", "neither or both"),
    ("source: {zh: 法, en: Law, article: 第一条, confidence: SEEN}, ", "", "4:5", "no source"),
    ("source: {zh: 法, en: Law, article: 第一条, confidence: SEEN}", "source: 法", "4:133", "'法'"),
    ("confidence: SEEN", "confidence: SURE", "4:176", "'SURE'"),
    ("confidence: SEEN", "confidence: RECALLED", "4:196", "a channel in use on RECALLED alone"),
    ("confidence: SEEN}, enabled: true", "confidence: SEEN}, enabled: false", "4:192", "a number nobody may use"),
    ("enabled: true}\n  - {code: two", "enabled: yes}\n  - {code: two", "3:155", "'yes'"),
    ("deciding_body: [", "deciding_bodies: [", "4:222", "the fact deciding_bodies"),
    ("[supervisory_organ]", "[nobody]", "4:221", "deciding_body: 'nobody'"),
    ("when: {deciding_body: [supervisory_organ]}", "when: 1", "4:204", "1"),
    ("outcome: vary", "outcome: uphold", "6:24", "'uphold'"),
    ("articles: {f:", "articles: {h:", "6:62", "the key 'h'"),
    ("articles: {f: 第一条}", "articles: 第一条", "6:58", "'第一条'"),
    ("- {code: g", "- {code: g, outcome: vary, zh: 错, en: Wrong, articles: {}}\n  - {code: g", "7:5", "the ground g"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "found"), BROKEN)
def test_a_broken_text_is_refused_with_its_place(old, new, place, found):
    assert old in GOOD

    fault = refused_with(read_channels, GOOD.replace(old, new, 1), "made.yaml")

    assert str(fault.place) == f"made.yaml:{place}"
    assert found in fault.found
    assert is_told(fault)


def refusals():
    return [refused_with(read_channels, GOOD.replace(old, new, 1), "made.yaml") for old, new, *_ in BROKEN]


def test_a_list_that_is_none_is_refused():
    with pytest.raises(SourceError, match="channels: 1"):
        read_channels("channels: 1\ngrounds: []\n", "made.yaml")
