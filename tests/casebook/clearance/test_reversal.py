"""A sanction revoked on appeal is cleared wherever it had been made known, and nobody may refuse that."""

import pytest
from sqlalchemy import select

from casebook.audit import verify
from casebook.clearance import clearances, reach, steps
from casebook.clearance.clearances import Opinion, PointText
from casebook.errors import BadFields, NotAllowed, NotReady
from casebook.models import Clearance, ClearanceState
from casebook.procedure.dates import today
from casebook.procedure.decide import standing_decision
from tests.appealed import anew, assign, decide, decided, file, seeded
from tests.factories import CHEAP, PASSWORD

OPINION = Opinion(
    points=[PointText("经复审，该项目系镇党委集体研究决定，履行了审批手续。", "擅自决定未批先建")],
    forms=("written", "meeting"), words="原处分决定已经撤销，应当在原公布范围内恢复名誉。",
)  # fmt: skip


@pytest.fixture
def case(session, cast):
    seeded(session)
    return decided(session, cast)


def reversed_case(session, cast, case, outcome="revoke"):
    appeal = file(session, cast, case)
    by = assign(session, cast, case, appeal)
    fields = {"ground_code": "facts_unclear", "anew": anew("not_established", "0a", error_fell_away=True)}
    decide(session, case, appeal, by, outcome, **fields)
    return appeal


def of_case(session, case):
    return session.scalars(select(Clearance).where(Clearance.case_id == case.id)).one()


def test_everyone_who_was_served_or_told_is_on_the_map(session, cast, case):
    appeal = reversed_case(session, cast, case)
    clearance = of_case(session, case)

    assert (clearance.state, clearance.name, clearance.asked_by) == (ClearanceState.OPENED, "周某", "organ")
    assert [(row.kind, row.name, row.form) for row in clearance.reach] == [
        ("person", "周某", "written"), ("unit", "青石镇人民政府", "written"), ("meeting", "青石镇机关全体干部", "meeting"),
    ]  # fmt: skip
    assert clearance.forms == ["written", "meeting"]
    assert clearance.number in appeal.corrected[-1][2] + " ".join(item[2] for item in appeal.corrected)
    assert verify(session).ok


def test_the_officer_of_the_organ_gives_the_points_another_re_checks_and_the_leader_may_not_refuse(
    session, cast, case
):
    reversed_case(session, cast, case)
    clearance = of_case(session, case)

    with pytest.raises(BadFields) as refused:
        clearances.give_opinion(
            session, clearance, cast.officer, Opinion(words="没有必要。", clear=False), on=today()
        )
    assert refused.value.errors.keys() == {"clear"}
    clearances.give_opinion(session, clearance, cast.officer, OPINION, on=today())
    given = {"ok": True, "facts": "与复审结论一致", "procedure": "原程序有欠缺，已纠正", "on": today()}
    with pytest.raises(NotAllowed):
        clearances.check(session, clearance, cast.reviewer, **given)  # reviewed the first decision
    clearances.check(session, clearance, cast.superior_reviewer, **given)
    signed = {"reason": "同意", "password": PASSWORD, "on": today(), "hasher": CHEAP}
    with pytest.raises(NotReady) as never:
        clearances.decide(session, clearance, cast.chief, approve=False, **signed)
    assert "第六十条" in never.value.missing[0].zh
    clearances.decide(session, clearance, cast.chief, approve=True, **signed)
    assert reach.progress(clearance).unapproved == 0


def test_a_person_recused_from_the_case_and_others_do_not_see_it(session, cast, case):
    reversed_case(session, cast, case)
    clearance = of_case(session, case)

    assert steps.may_read(session, cast.officer2, clearance)
    for who in (cast.stranger, cast.member, cast.receiver, cast.administrator):
        assert not steps.may_read(session, who, clearance)
        assert clearance not in session.scalars(steps.visible(session, who)).all()


def test_a_decision_that_stands_is_not_cleared_and_one_that_fell_only_once(session, cast, case):
    decision = standing_decision(session, case)
    with pytest.raises(NotReady):
        clearances.ask(session, cast.officer, decision=decision, asked_on=today())
    reversed_case(session, cast, case)
    with pytest.raises(NotReady) as refused:
        clearances.ask(session, cast.officer, decision=decision, asked_on=today())
    assert of_case(session, case).number in refused.value.missing[0].zh
