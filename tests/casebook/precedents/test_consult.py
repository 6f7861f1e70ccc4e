"""What the precedents say of a case: the state of each issue, the proof, the nearest, the conflicts, what would change it."""

from datetime import date

import pytest
from sqlalchemy import select

from casebook.db import canonical_json
from casebook.errors import NotAllowed
from casebook.models import Event, Life, PrecedentFact
from casebook.precedents import consult, library, sentences
from casebook.procedure.dates import today
from casebook.recommend import recommend
from rules.factor import OUTCOMES
from rules.factors import book, measured
from tests.consulted import GRAVE, GROSS, KNOWN, a_whole_case, whole
from tests.factories import make_case, make_organisation, make_user, save
from tests.precedents import a_precedent
from tests.stages import Cast


@pytest.fixture
def cast(session):
    cast = Cast(session)
    noise = make_user(session, "reviewer")
    a_precedent(session, noise, outcome="correct", facts=KNOWN, title="他地先例")
    a_precedent(session, cast.reviewer, outcome="correct", facts=KNOWN, life="proposed")
    return cast


def whole_of(session, case) -> dict:
    return consult.look(session, case, today()).whole


def binds_by_hand(content: dict, code: str, side: str, here: dict) -> bool:
    """Whether a precedent binds on the whole, from the kept content alone: the claim checked again by its definition."""
    there = measured(content["cited"][code]["facts"], date.fromisoformat(content["as_of"]), decided=True)
    for name in book().issues["disposition"].factors:
        graver, factor = content["factors"][name]["graver"], book().factors[name].kind == "factor"
        more, less = (
            (here.get(name), there.get(name)) if side == "below" else (there.get(name), here.get(name))
        )
        if factor and (more is graver or (less is not None and less is not graver)):
            continue  # the end of its scale, whatever the other is
        if more is None or less is None or (more < less if graver else more > less):
            return False
    return True


def test_a_case_like_a_precedent_in_every_respect_is_bound_from_above(session, cast):
    one = a_precedent(session, cast.reviewer, facts=KNOWN)
    found = whole_of(session, a_whole_case(session, cast.officer))
    assert (found["strict"]["status"], found["strict"]["low"], found["strict"]["high"]) == (
        "bound", "tolerate", "tolerate",
    )  # fmt: skip
    assert [(each["code"], each["side"]) for each in found["binding"]] == [(one.code, "above")]
    assert {row["verdict"] for row in found["binding"][0]["rows"]} == {"holds"}
    assert sentences.status_line(found["strict"]).zh == "先例要求本案“予以容错”。"


def test_a_graver_case_is_held_from_below_and_its_range_narrowed(session, cast):
    one = a_precedent(session, cast.reviewer, outcome="correct", facts=KNOWN)
    found = whole_of(session, a_whole_case(session, cast.officer, GROSS))
    assert (found["strict"]["status"], found["strict"]["low"], found["strict"]["high"]) == (
        "narrowed", "correct", "hold_accountable",
    )  # fmt: skip
    assert [(each["code"], each["side"]) for each in found["binding"]] == [(one.code, "below")]


def test_what_is_not_found_leaves_the_state_open_and_the_provisional_one_is_named_as_such(session, cast):
    a_precedent(session, cast.reviewer, facts=KNOWN)
    case = make_case(session, cast.officer)
    save(session, case, **KNOWN)
    found = whole_of(session, case)
    assert (found["strict"]["status"], found["decided"]["status"]) == ("open", "bound")
    assert not found["binding"]
    assert found["binding_if_decided"]
    assert found["why_none"] == "facts_missing"
    assert "暂定" in sentences.if_decided(found).zh
    presumed = [row for row in found["binding_if_decided"][0]["rows"] if row["here_presumed"]]
    assert presumed
    assert all(row["there_presumed"] for row in presumed)


def test_questions_name_the_fact_and_what_an_answer_would_settle(session, cast):
    a_precedent(session, cast.reviewer, facts=whole(KNOWN))
    facts = whole(KNOWN)
    del facts["mental_state"]
    case = make_case(session, cast.officer)
    save(session, case, **facts)
    found = whole_of(session, case)
    assert [one["factor"] for one in found["questions"]] == ["mental_state"]
    question = found["questions"][0]
    assert question["facts"] == ["mental_state"]
    settled = question["settles"][0]
    assert (settled["relation"], settled["status"], settled["high"]) == ("at_most", "bound", "tolerate")
    save(session, case, mental_state="ordinary_negligence")
    assert whole_of(session, case)["strict"]["status"] == "bound"


def test_each_smallest_change_leaves_the_bound_when_it_is_made(session, cast):
    a_precedent(session, cast.reviewer, facts=KNOWN)
    case = a_whole_case(session, cast.officer)
    found = whole_of(session, case)
    changes = [one for one in found["leaving"] if one[0]["factor"] == "multiple_violations"]
    assert changes[0][0]["relation"] == "above"
    assert "违法行为" in sentences.change(changes[0], today()).zh
    save(session, case, multiple_violations=2)
    assert whole_of(session, case)["strict"]["status"] == "none"


def test_two_precedents_that_collide_on_this_case_stand_side_by_side_with_the_reason(session, cast):
    milder = a_precedent(session, cast.reviewer, facts=GROSS, decided_on=date(2025, 1, 1))
    graver = a_precedent(session, cast.reviewer, outcome="correct", facts=KNOWN, decided_on=date(2024, 6, 1))
    found = whole_of(session, a_whole_case(session, cast.officer, GROSS))
    assert found["strict"]["status"] == "conflict"
    assert found["conflicts"]["count"] == 1
    pair = found["conflicts"]["pairs"][0]
    assert (pair["below"], pair["above"], pair["graver"]) == (graver.code, milder.code, ["mental_state"])
    assert (pair["weightier"], pair["ground"]) == (milder.code, "date")
    assert "主观" in sentences.collision(pair).zh


def test_the_higher_tier_prevails_and_the_lower_one_is_shown_as_overruled(session, cast):
    guiding = a_precedent(session, cast.superior_reviewer, facts=GROSS, tier="guiding")
    own = a_precedent(session, cast.reviewer, outcome="correct", facts=KNOWN)
    found = whole_of(session, a_whole_case(session, cast.officer, GROSS))
    assert (found["strict"]["status"], found["strict"]["high"]) == ("bound", "tolerate")
    assert (found["strict"]["prevailing"], found["strict"]["overridden"]) == ("guiding", ["own"])
    assert [(one["code"], one["overruled"]) for one in found["binding"]] == [
        (guiding.code, False), (own.code, True),
    ]  # fmt: skip
    assert found["conflicts"]["pairs"][0]["ground"] == "tier"
    assert "应当参照" in sentences.what_to_do(found).zh


def test_only_a_guiding_precedent_is_to_be_followed(session, cast):
    a_precedent(session, cast.reviewer, facts=KNOWN)
    found = whole_of(session, a_whole_case(session, cast.officer))
    assert "应当参照" not in sentences.what_to_do(found).zh
    assert "偏离应当说明理由" in sentences.what_to_do(found).zh


def test_precedents_of_elsewhere_are_shown_and_never_bind(session, cast):
    found = whole_of(session, a_whole_case(session, cast.officer))
    assert (found["counted"], found["elsewhere"], found["strict"]["status"]) == (0, 1, "none")
    assert found["why_none"] == "only_elsewhere"
    assert len(found["nearest"]["correct"]) == 1


def test_a_precedent_that_was_not_decided_again_binds_nobody_and_is_listed(session, cast):
    one = a_precedent(session, cast.reviewer, facts=KNOWN, current=False)
    found = consult.look(session, a_whole_case(session, cast.officer), today())
    assert (found.whole["strict"]["status"], found.whole["why_none"]) == ("none", "only_stale")
    assert found.whole["stale"] == {"count": 1, "binding": [one.code], "would": 1}
    assert found.content["cited"][one.code]["stale"]["zh"]


def test_when_every_precedent_is_distinguished_the_page_can_say_in_what_the_closest_differs(session, cast):
    one = a_precedent(session, cast.reviewer, facts=KNOWN)
    found = whole_of(session, a_whole_case(session, cast.officer, GRAVE))
    assert (found["strict"]["status"], found["why_none"]) == ("none", "distinguished")
    assert found["closest"]["code"] == one.code
    assert "mental_state" in found["closest"]["differs"]
    assert "接近不等于约束" in sentences.closest(found).zh


def test_without_any_precedent_the_reason_is_that_there_is_none(session):
    case = a_whole_case(session, make_user(session))
    found = whole_of(session, case)
    assert (found["strict"]["status"], found["why_none"], found["closest"]) == ("none", "no_precedent", None)
    assert sentences.why_none(found).zh == "没有先例约束本案：库中没有就这一问题作出结论的先例。"


def test_the_rules_stand_beside_the_precedents_and_agree_disagree_or_are_silent(session, cast):
    a_precedent(session, cast.reviewer, facts=GRAVE)
    case = a_whole_case(session, cast.officer)
    assert whole_of(session, case)["rules"] == {"says": [], "relation": "silent"}
    made = recommend(session, case, cast.officer, today())
    says = whole_of(session, case)["rules"]
    if made.disposition in OUTCOMES:
        assert says["says"] == [made.disposition]
        assert says["relation"] == ("agree" if made.disposition == "tolerate" else "disagree")
    else:
        assert says == {"says": [], "relation": "silent"}


def test_the_nearest_stand_by_fewest_distinctions_then_tier(session, cast):
    far = a_precedent(session, cast.reviewer, facts={**KNOWN, "harm_prevented": True})
    above = a_precedent(session, cast.superior_reviewer, facts=KNOWN)
    near = a_precedent(session, cast.reviewer, facts=KNOWN)
    found = whole_of(session, a_whole_case(session, cast.officer))["nearest"]["tolerate"]
    assert [one["code"] for one in found] == [above.code, near.code, far.code]
    assert [len(one["weaker"]) for one in found] == [0, 0, 1]
    moves = dict(sentences.moves(found[2], "tolerate"))
    assert "避免" in moves["distinguish"].zh or "区别" in moves["distinguish"].zh


def test_a_counterexample_shares_as_much_and_was_decided_otherwise(session, cast):
    one = a_precedent(session, cast.reviewer, outcome="correct", facts=KNOWN)
    other = a_precedent(session, cast.reviewer, facts=KNOWN)
    found = whole_of(session, a_whole_case(session, cast.officer))["nearest"]["correct"]
    mine = next(entry for entry in found if entry["code"] == one.code)
    assert other.code in mine["counterexamples"]
    assert any(kind == "counterexample" for kind, _ in sentences.moves(mine, "correct"))


def test_red_lines_are_never_compared_across_different_provisions(session, cast):
    issues = {"red_line": library.Finding("hold_accountable", ["private_gain"])}
    gain = {**KNOWN, "purpose": "private", "private_gain_self": True}
    a_precedent(session, cast.reviewer, outcome="hold_accountable", facts=gain, issues=issues,
                articles=["redlines.gain"])  # fmt: skip
    a_precedent(session, cast.reviewer, outcome="hold_accountable", facts=gain, issues=issues,
                articles=["redlines.unit_gain"])  # fmt: skip
    case = a_whole_case(session, cast.officer, gain)
    found = [
        one for one in consult.look(session, case, today()).content["issues"] if one["issue"] == "red_line"
    ]
    assert [one["provision"] for one in found] == ["N-01", "N-02"]
    assert [one["counted"] for one in found] == [1, 1]
    assert {one["strict"]["status"] for one in found} == {"bound"}


def test_a_precedent_made_from_this_case_does_not_bind_it(session, cast):
    case = a_whole_case(session, cast.officer)
    one = a_precedent(session, cast.reviewer, facts=KNOWN, case=case)
    assert whole_of(session, case)["strict"]["status"] == "none"
    other = a_whole_case(session, cast.officer)
    assert [each["code"] for each in whole_of(session, other)["binding"]] == [one.code]


def test_every_binding_precedent_can_be_checked_again_from_the_kept_content_alone(session, cast):
    a_precedent(session, cast.reviewer, facts=GROSS)
    a_precedent(session, cast.superior_reviewer, outcome="correct", facts=KNOWN)
    a_precedent(session, cast.reviewer, outcome="hold_accountable", facts=GRAVE)
    case = a_whole_case(session, cast.officer, GROSS)
    content = consult.consult(session, case, cast.officer, today()).content
    here = measured(content["facts"], today())
    idle = {"below": "tolerate", "above": "hold_accountable"}  # they rule nothing out from that side
    found = {
        (code, side)
        for code, one in content["cited"].items()
        for side, outcome in idle.items()
        if one["tier"] != "elsewhere"
        and one["outcome"] != outcome
        and binds_by_hand(content, code, side, here)
    }
    assert found == {(one["code"], one["side"]) for one in content["issues"][0]["binding"]}
    assert len(found) == 2


def test_the_same_case_library_and_rules_give_the_same_bytes(session, cast):
    a_precedent(session, cast.reviewer, facts=KNOWN)
    case = a_whole_case(session, cast.officer)
    one, other = (canonical_json(consult.look(session, case, today()).content) for _ in range(2))
    assert one == other


def test_consulting_keeps_what_was_said_and_who_consulted(session, cast):
    a_precedent(session, cast.reviewer, facts=KNOWN)
    case = a_whole_case(session, cast.officer)
    kept = consult.consult(session, case, cast.officer, today())
    again = consult.consult(session, case, cast.chief, today())
    assert (kept.seq, again.seq, kept.case_version) == (1, 2, case.version)
    assert (kept.base_sha256, kept.rules_sha256) == (again.base_sha256, again.rules_sha256)
    assert kept.content["base_sha256"] == kept.base_sha256
    event = session.scalars(select(Event).where(Event.kind == "precedents.consulted")).first()
    assert event.detail["rows"][0][0] == "consultations"
    assert [one.seq for one in consult.consultations(session, case, cast.officer)] == [2, 1]


def test_a_person_without_a_part_in_the_case_cannot_keep_a_consultation(session, cast):
    case = a_whole_case(session, cast.officer)
    for user in (cast.auditor, cast.reviewer, cast.stranger):
        with pytest.raises(NotAllowed):
            consult.consult(session, case, user, today())


def test_the_administrator_does_not_read_what_precedents_say_of_a_case(session, cast):
    case = a_whole_case(session, cast.officer)
    with pytest.raises(NotAllowed):
        consult.read(session, case, cast.administrator, today())


def test_the_digest_of_the_library_changes_with_a_precedent_and_with_a_life(session, cast):
    one = a_precedent(session, cast.reviewer, facts=KNOWN)
    case = a_whole_case(session, cast.officer)
    first = consult.look(session, case, today()).base_sha256
    other = a_precedent(session, cast.reviewer, facts=GROSS)
    second = consult.look(session, case, today()).base_sha256
    library.change_life(session, one, Life.WITHDRAWN, None, on=today(), why="测试")
    third = consult.look(session, case, today())
    assert len({first, second, third.base_sha256}) == 3
    assert [each["code"] for each in third.whole["binding"]] == [other.code]


def test_a_fact_that_was_only_claimed_of_the_case_is_not_compared(session, cast):
    a_precedent(session, cast.reviewer, facts=KNOWN)
    case = make_case(session, cast.officer)
    from casebook.changes import FactEntry

    save(session, case, **{name: FactEntry(value, "claimed") for name, value in KNOWN.items()})
    assert consult.look(session, case, today()).content["facts"] == {}


def test_a_fact_of_a_precedent_that_does_not_apply_is_unknown(session, cast):
    facts = dict(KNOWN)
    facts["rule_status_at_time"] = library.Found(None, "not_applicable")
    one = a_precedent(session, cast.reviewer, facts=facts)
    assert session.scalar(
        select(PrecedentFact).where(
            PrecedentFact.precedent_id == one.id, PrecedentFact.state == "not_applicable"
        )
    )
    found = whole_of(session, a_whole_case(session, cast.officer))
    assert found["strict"]["status"] == "open"
    assert "rule_status" in found["nearest"]["tolerate"][0]["unknown"]


def test_another_organ_below_is_held_by_its_superior(session, cast):
    above = a_precedent(session, cast.superior_reviewer, facts=KNOWN)
    found = consult.look(session, a_whole_case(session, cast.officer), today())
    assert found.content["cited"][above.code]["tier"] == "superior"
    assert found.whole["strict"]["by_tier"]["superior"]["status"] == "bound"
    other = make_user(session, organisation=make_organisation(session))
    assert whole_of(session, a_whole_case(session, other))["strict"]["status"] == "none"


def test_older_ones_still_bind_and_are_marked_as_older(session, cast):
    old = a_precedent(session, cast.reviewer, facts=KNOWN, decided_on=date(2020, 1, 1), conduct="2019-01")
    guiding = a_precedent(
        session,
        cast.superior_reviewer,
        facts=KNOWN,
        tier="guiding",
        decided_on=date(2020, 1, 1),
        conduct="2019-01",
    )
    found = consult.look(session, a_whole_case(session, cast.officer), today())
    assert {one["code"] for one in found.whole["binding"]} == {old.code, guiding.code}
    assert (found.content["cited"][old.code]["old"], found.content["cited"][guiding.code]["old"]) == (
        True,
        False,
    )


def test_what_would_bind_as_well_if_the_case_were_decided_now_is_told_beside_a_strict_bound(session, cast):
    a_precedent(session, cast.reviewer, outcome="correct", facts=KNOWN)
    above = a_precedent(session, cast.reviewer, outcome="correct", facts={**GROSS, "truthful_cooperation": False})
    facts = whole(GROSS)
    del facts["reported_others_verified"], facts["tendering_skipped"]
    case = make_case(session, cast.officer)
    save(session, case, **facts)
    found = whole_of(session, case)
    assert (found["strict"]["status"], found["decided"]["status"]) == ("open", "bound")
    save(session, case, reported_others_verified=False)
    found = whole_of(session, case)
    assert (found["strict"]["status"], found["decided"]["status"]) == ("narrowed", "bound")
    assert above.code in {one["code"] for one in found["binding_if_decided"]}
    assert sentences.if_decided(found) is None
    assert "现在作出决定" in sentences.tighter_if_decided(found).zh
