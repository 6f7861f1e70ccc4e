"""The pages of the appeals: channels with their last day, each step by the right person, everything that was corrected."""

from datetime import date

import pytest
from sqlalchemy import func, select

from casebook import audit
from casebook.models import Appeal, Decision, Event, Part, Step
from casebook.procedure import appeal as appeals
from casebook.procedure import people
from tests.appealed import MEMBER, decided, seeded
from tests.appealed import file as hand_in
from tests.factories import PASSWORD
from tests.stages import Cast

FILED = {"filed_on-year": "2026", "filed_on-month": "9", "filed_on-day": "20"}


@pytest.fixture
def cast(session):
    session.expire_on_commit = (
        False  # what a test names of a row must not open a transaction before a request
    )
    seeded(session)
    return Cast(session)


@pytest.fixture
def case(session, cast):
    decided(session, cast)  # noise
    case = decided(session, cast, ("G2", "P1"), **MEMBER)
    session.commit()
    return case


def at(case, rest=""):
    return f"/cases/{case.number}/appeals{rest}"


def open_appeal(session, cast, case, **fields):
    appeal = hand_in(session, cast, case, **fields)
    session.commit()
    return appeal


def with_decider(session, cast, case, *, declared=True):
    appeal = hand_in(session, cast, case)
    appeals.assign(session, case, appeal, Part.APPEAL_DECIDER, cast.superior_member, cast.superior)
    if declared:
        people.declare(session, case, cast.superior_member, Step.APPEAL, [], appeal=appeal)
    session.commit()
    return appeal


def test_the_page_names_every_channel_with_its_last_day_and_says_that_each_has_its_own(as_, cast, case):
    officer = as_(cast.officer)

    officer.get(at(case))

    assert officer.status == 200
    assert "2026年10月10日" in officer.text()
    assert "各走各的渠道" in officer.text()
    assert "不停止原决定的执行" in officer.text()
    assert "条文没有规定申请期限" in officer.text()


def test_the_case_page_leads_to_the_appeals(as_, cast, case):
    officer = as_(cast.officer)

    officer.get(f"/cases/{case.number}")

    assert officer.link("申诉") == at(case)


def test_an_officer_enters_an_appeal(as_, session, cast, case):
    officer = as_(cast.officer)
    officer.get(at(case, "/new"))

    officer.send("登记申请", channel="supervision_review", grounds="对情节认定不服。", **FILED)

    assert (officer.status, officer.path) == (200, at(case))
    assert "申请已登记" in officer.page.get_text()
    assert "对情节认定不服。" in officer.text()
    assert "作出复审决定" in officer.text()
    assert session.scalar(select(Appeal.channel)) == "supervision_review"
    assert audit.verify(session).ok


def test_an_appeal_that_is_late_is_refused_with_the_last_day_and_nothing_typed_is_lost(
    as_, session, cast, case
):
    officer = as_(cast.officer)
    officer.get(at(case, "/new"))

    officer.send(
        "登记申请", channel="supervision_review", grounds="不服处理。", **{**FILED, "filed_on-month": "10"}
    )

    assert officer.status == 422
    assert any("2026-10-10" in error for error in officer.errors)
    assert officer.value("grounds") == "不服处理。"
    assert officer.value("filed_on-day") == "20"
    assert session.scalar(select(Appeal)) is None


def test_an_empty_form_names_every_field_to_fill_in(as_, cast, case):
    officer = as_(cast.officer)
    officer.get(at(case, "/new"))

    officer.send("登记申请", channel=None)

    assert officer.status == 422
    assert len(officer.errors) == 2


def test_without_a_channel_nothing_is_entered(as_, session, cast, case):
    officer = as_(cast.officer)
    officer.get(at(case, "/new"))

    officer.send("登记申请", channel=None, grounds="不服。", **FILED)

    assert officer.status == 422
    assert session.scalar(select(Appeal)) is None


def test_a_late_appeal_is_admitted_by_the_chief(as_, session, cast, case):
    appeal = open_appeal(
        session, cast, case, filed_on=date(2026, 10, 30), late_code="force_majeure", late_reason="洪水封路"
    )
    chief = as_(cast.chief)
    chief.get(at(case))
    chief.get(at(case, f"/{appeal.id}/admit"))

    chief.send("登记决定", admitted="yes", admitted_reason="情况属实")

    assert chief.path == at(case)
    assert "已准许逾期申请" in chief.page.get_text()
    session.expire_all()
    assert session.get(Appeal, appeal.id).admitted_by_id == cast.chief.id


def test_a_late_appeal_that_is_neither_admitted_nor_not_is_asked_again(as_, session, cast, case):
    appeal = open_appeal(
        session, cast, case, filed_on=date(2026, 10, 30), late_code="force_majeure", late_reason="洪水封路"
    )
    chief = as_(cast.chief)
    chief.get(at(case, f"/{appeal.id}/admit"))

    chief.send("登记决定", admitted_reason="情况属实")

    assert chief.status == 422
    assert chief.value("admitted_reason") == "情况属实"


def test_the_chief_assigns_somebody_fresh_who_answers_and_decides(as_, session, cast, case):
    appeal = open_appeal(session, cast, case)
    chief = as_(cast.chief)
    chief.get(at(case, f"/{appeal.id}/assign"))
    listed = {option["value"] for option in chief.page.select("select[name=user_id] option")}
    assert str(cast.member.id) not in listed
    assert str(cast.reviewer.id) not in listed

    chief.send("指派", part="appeal_decider", user_id=str(cast.member2.id))
    assert "已指定" in chief.page.get_text()
    decider = as_(cast.member2)
    decider.get(at(case))
    decider.get(at(case, f"/{appeal.id}/decide"))
    assert decider.path == at(case)
    decider.send("没有上述情形，继续办理")
    decider.get(at(case, f"/{appeal.id}/decide"))
    decider.send(
        "决定并签署", outcome="uphold", reason="事实清楚，适用规定正确。", password=PASSWORD,
        **{"discussed_on-year": "2026", "discussed_on-month": "10", "discussed_on-day": "8"},
    )  # fmt: skip

    assert decider.status == 200
    assert "维持" in decider.text()
    session.expire_all()
    assert session.get(Appeal, appeal.id).outcome == "uphold"
    assert audit.verify(session).ok


def test_a_form_without_an_answer_is_never_read_as_no_ground_of_recusal(as_, session, cast, case):
    appeal = with_decider(session, cast, case, declared=False)
    decider = as_(cast.superior_member)
    decider.get(at(case))
    one_does = next(
        link for link in decider.page.select("main a") if link["href"].endswith("step=appeal#declare")
    )
    decider.get(one_does["href"])
    assert decider.page.select_one("input[name=step][checked]")["value"] == "appeal"

    decider.post(f"/cases/{case.number}/recusal/declare", {"step": "appeal", "reason": ""})

    assert decider.status == 422
    session.expire_all()
    assert people.find_declaration(session, case, cast.superior_member, Step.APPEAL, appeal=appeal) is None


def test_nobody_is_assigned_who_is_not_on_the_list(as_, session, cast, case):
    appeal = open_appeal(session, cast, case)
    chief = as_(cast.chief)
    chief.get(at(case, f"/{appeal.id}/assign"))

    chief.send("指派", part="appeal_decider", user_id=str(cast.member.id))
    assert chief.status == 422
    chief.send("指派", user_id=str(cast.member2.id), part="chair")

    assert chief.status == 422
    assert appeals.holders(case, appeal, Part.APPEAL_DECIDER) == []


def test_a_reversal_lists_everything_it_corrected(as_, session, cast, case):
    appeal = with_decider(session, cast, case)
    decider = as_(cast.superior_member)
    decider.get(at(case, f"/{appeal.id}/decide"))
    assert "党内警告" in decider.text()
    offered = {box["value"] for box in decider.page.select("input[name=measures]")}
    assert "G1" in offered
    assert not {"G3", "P1", "P2"} & offered

    decider.send(
        "决定并签署", outcome="vary", reason="情节认定有误。", password=PASSWORD, ground_code="circumstances_misjudged",
        disposition="hold_accountable", measures=["G1"], facts_found="经复审查明……",
        **{"discussed_on-year": "2026", "discussed_on-month": "10", "discussed_on-day": "8"},
        **{"follow_up_by-year": "2027", "follow_up_by-month": "3", "follow_up_by-day": "1"},
    )  # fmt: skip

    assert decider.status == 200
    text = decider.text()
    assert "政务处分法第五十八条第二项" in text
    assert "一并更正" in text
    assert "第 1 号决定自" in text
    assert "维持不变" in text
    assert len(session.scalars(select(Decision).where(Decision.case_id == case.id)).all()) == 2
    session.expire_all()
    assert audit.verify(session).ok


def test_a_wrong_password_signs_nothing_and_keeps_what_was_typed(as_, session, cast, case):
    appeal = with_decider(session, cast, case)
    decider = as_(cast.superior_member)
    decider.get(at(case, f"/{appeal.id}/decide"))

    decider.send(
        "决定并签署", outcome="uphold", reason="事实清楚。", password="not the passphrase",
        **{"discussed_on-year": "2026", "discussed_on-month": "10", "discussed_on-day": "8"},
    )  # fmt: skip

    assert decider.status == 422
    assert decider.value("reason") == "事实清楚。"
    assert decider.value("password") == ""
    session.expire_all()
    assert session.get(Appeal, appeal.id).is_open
    tried = session.scalars(select(Event).where(Event.kind == "signature.refused")).one()
    assert (tried.by_id, tried.case_id, tried.detail) == (cast.superior_member.id, case.id, {})


def test_a_heavier_result_is_refused_on_the_page(as_, session, cast, case):
    appeal = with_decider(session, cast, case)
    decider = as_(cast.superior_member)
    decider.get(at(case, f"/{appeal.id}/decide"))

    decider.send(
        "决定并签署", outcome="vary", reason="加重。", password=PASSWORD, ground_code="improper",
        disposition="hold_accountable", measures=["G3"], facts_found="经复审查明……",
        **{"discussed_on-year": "2026", "discussed_on-month": "10", "discussed_on-day": "8"},
        **{"follow_up_by-year": "2027", "follow_up_by-month": "3", "follow_up_by-day": "1"},
    )  # fmt: skip

    assert decider.status == 409
    session.expire_all()
    assert session.get(Appeal, appeal.id).is_open


def test_the_result_is_served_and_the_next_channel_opens(as_, session, cast, case):
    appeal = with_decider(session, cast, case)
    from tests.appealed import decide

    decide(session, case, appeal, cast.superior_member)
    session.commit()
    officer = as_(cast.officer)
    officer.get(at(case, f"/{appeal.id}/serve"))

    officer.send(
        "登记送达",
        how="直接送达",
        **{"served_on-year": "2026", "served_on-month": "10", "served_on-day": "12"},
    )

    assert officer.path == at(case)
    assert "2026年11月12日" in officer.text()


def test_a_withdrawal_is_entered(as_, session, cast, case):
    appeal = open_appeal(session, cast, case)
    officer = as_(cast.officer, "en")
    officer.get(at(case, f"/{appeal.id}/withdraw"))

    officer.send("Enter the withdrawal", withdrawn_reason="A letter of 25 September")

    assert "The withdrawal is entered." in officer.page.get_text()
    assert "Withdrawn" in officer.text()


@pytest.mark.parametrize("step", ["admit", "assign", "withdraw", "serve", "decide"])
@pytest.mark.parametrize("who", ["officer2", "reviewer", "chief", "member", "superior"])
def test_a_step_that_is_not_yours_leads_back_and_writes_nothing(as_, session, cast, case, who, step):
    appeal = with_decider(session, cast, case)
    allowed = {"officer2": {"withdraw"}, "chief": {"assign"}, "superior": {"assign"}}
    if step in allowed.get(who, ()):
        return
    visitor = as_(getattr(cast, who))
    visitor.get(at(case, f"/{appeal.id}/{step}"))
    assert visitor.path == at(case)
    before = session.scalar(select(func.max(Event.seq)))
    session.commit()

    visitor.post(at(case, f"/{appeal.id}/{step}"), {"password": PASSWORD, "outcome": "uphold"})

    assert visitor.status == 403
    session.expire_all()
    assert session.get(Appeal, appeal.id).is_open
    kinds = session.scalars(select(Event.kind).where(Event.seq > before, Event.kind.like("appeal.%")))
    assert set(kinds) <= {"appeal.read"}


def test_an_appeal_of_another_case_is_not_found(as_, session, cast, case):
    other = decided(session, cast)
    appeal = open_appeal(session, cast, other)
    officer = as_(cast.officer)

    officer.get(at(case, f"/{appeal.id}/withdraw"))

    assert officer.status == 404


def test_a_reader_finds_no_form_and_no_button(as_, session, cast, case):
    with_decider(session, cast, case)
    auditor = as_(cast.auditor)

    auditor.get(at(case))

    assert auditor.status == 200
    assert not auditor.page.select("main form, main .govuk-button")


def test_the_reading_is_logged(as_, session, cast, case):
    as_(cast.auditor).get(at(case))

    assert session.scalar(select(Event.by_id).where(Event.kind == "appeal.read")) == cast.auditor.id


def test_a_signature_is_not_guessed_by_trying(as_, session, cast, case):
    appeal = with_decider(session, cast, case)
    decider = as_(cast.superior_member)
    decider.get(at(case, f"/{appeal.id}/decide"))
    statuses = []

    for _ in range(7):
        decider.post(at(case, f"/{appeal.id}/decide"), {"outcome": "uphold", "password": "guess"})
        statuses.append(decider.status)
        if decider.status == 422:
            continue
        break

    assert statuses[-1] == 429
    session.expire_all()
    assert session.get(Appeal, appeal.id).is_open
