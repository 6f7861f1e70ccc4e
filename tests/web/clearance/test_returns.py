"""The pages of the influence period and of a return to office."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from casebook.models import Event, PeriodNotice, Reinstatement, Stage
from casebook.procedure import dates, personal_link
from tests.appealed import decided
from tests.casebook.clearance.test_returns import MET, examined, opinion, report
from tests.factories import CHEAP
from tests.panels import CADRE
from tests.snapshots import prepared
from tests.stages import Cast
from tests.web.procedure.test_corrections import date_fields
from tests.web.visitor import Visitor

AFTER = date(2027, 9, 1)
PATH = "/cases/{}/period"
TYPED = {
    "post": "副镇长", "post_level": "equal", "performance_after": "good",
    **dict.fromkeys(("incident_settled", "reflection_ok", "suitable_post_exists", "no_other_impediment"), "yes"),
}  # fmt: skip


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
@prepared
def case(session, cast):
    noise = decided(session, cast, ("G3",), **CADRE)
    report(session, noise, cast.officer)
    case = decided(session, cast, ("G2",), stage=Stage.CLOSED, **CADRE)
    session.commit()
    return case


@pytest.fixture
def later(monkeypatch):
    """The day after the period, for the whole site."""
    monkeypatch.setattr(dates, "utc_now", lambda: datetime(AFTER.year, AFTER.month, AFTER.day, 4, tzinfo=UTC))


def opinion_fields(kind, **changes):
    fields = {"favourable": "yes", "words": "同意。", **changes}
    return {f"{kind}-{name}": value for name, value in fields.items()} | date_fields(
        f"{kind}-given_on", AFTER
    )


def test_the_page_of_a_case_shows_until_when_what_is_barred(as_, cast, case):
    visitor = as_(cast.officer, "zh")
    visitor.get(f"/cases/{case.number}")
    assert visitor.page.select_one(f"a[href='{PATH.format(case.number)}']")

    visitor.get(PATH.format(case.number))

    assert visitor.status == 200
    text = visitor.text()
    assert "影响期至2027年8月31日届满，次日起自动解除，无需申请。" in text
    assert "不得晋升、提拔" in text
    assert "不得晋升工资档次、薪酬待遇等级" in text
    assert "《中华人民共和国公职人员政务处分法》第十九条至第二十一条" in text
    assert "告知本人影响期届满" not in text


def test_the_day_after_nothing_is_barred_and_the_officer_is_asked_to_tell_the_person(
    as_, cast, case, later, session
):
    visitor = as_(cast.officer, "en")
    visitor.get("/cases", whose="waiting")
    assert "Tell the person that the period is over" in visitor.text()
    visitor.get("/returns")
    assert case.number in visitor.text()
    visitor.get(PATH.format(case.number))
    assert "The influence period ended on 31 August 2027." in visitor.text()

    visitor.send("Enter that the person was told", how="当面告知")

    assert visitor.status == 200
    assert "was told on 1 September 2027" in visitor.text()
    session.expire_all()
    assert session.scalars(select(PeriodNotice)).one().case_id == case.id
    visitor.get("/returns")
    assert case.number not in visitor.text()


def test_a_telling_without_words_keeps_what_was_typed(as_, cast, case, later, session):
    visitor = as_(cast.officer, "en")
    visitor.get(PATH.format(case.number))

    visitor.send("Enter that the person was told", recipient="周某本人", how=" ")

    assert visitor.status == 422
    assert visitor.errors == ["Say how it was told."]
    assert visitor.page.select_one("input[name=recipient]")["value"] == "周某本人"
    session.expire_all()
    assert session.scalars(select(PeriodNotice)).all() == []


def test_telling_before_the_end_is_refused_in_words(as_, cast, case):
    visitor = as_(cast.officer, "en")
    visitor.get(PATH.format(case.number))

    visitor.post(
        PATH.format(case.number) + "/notice",
        {"recipient": "周某", "how": "当面", **date_fields("given_on", dates.today())},
    )

    assert visitor.status == 409
    assert "runs until 31 August 2027" in visitor.text()


def test_a_report_is_entered_and_the_rules_answer(as_, cast, case, later, session):
    visitor = as_(cast.officer, "zh")
    visitor.get(PATH.format(case.number) + "/return")
    visitor.send("登记申请", **TYPED, **date_fields("reported_on", AFTER))

    assert visitor.status == 200
    assert "具备资格条件" in visitor.text()
    assert "仅作提示" in visitor.text()
    session.expire_all()
    row = session.scalars(select(Reinstatement).where(Reinstatement.case_id == case.id)).one()
    assert row.facts["performance_after"] == "good"
    assert row.advice["eligible"] == "yes"


def test_a_report_with_a_wrong_day_keeps_everything_typed(as_, cast, case, later):
    visitor = as_(cast.officer, "en")
    visitor.get(PATH.format(case.number) + "/return")
    visitor.send("Enter the report", **{**TYPED, **date_fields("reported_on", date(2030, 1, 1))})

    assert visitor.status == 422
    assert visitor.errors == ["The date cannot be in the future."]
    assert visitor.page.select_one("input[name=post]")["value"] == "副镇长"
    assert visitor.page.select_one("input[name=performance_after][value=good]").has_attr("checked")


@pytest.mark.parametrize(
    ("name", "value"), [("performance_after", "<b>"), ("incident_settled", "maybe"), ("post_level", "x")]
)
def test_a_value_no_form_offers_is_refused(as_, cast, case, later, session, name, value):
    visitor = as_(cast.officer, "en")
    visitor.get(PATH.format(case.number) + "/return")
    visitor.post(
        PATH.format(case.number) + "/return", {**TYPED, **date_fields("reported_on", AFTER), name: value}
    )

    assert visitor.status == 422
    session.expire_all()
    assert session.scalars(select(Reinstatement).where(Reinstatement.case_id == case.id)).all() == []


def test_every_step_is_taken_by_its_own_person_on_the_page(as_, cast, case, later, session):
    row = report(session, case, cast.officer)
    session.commit()
    path = f"/returns/{row.number}"
    for who, kind in ((cast.reviewer, "discipline"), (cast.officer2, "inquiry"), (cast.chief, "approval")):
        visitor = as_(who, "en")
        visitor.get("/returns")
        assert "Yours to give" in visitor.text()
        visitor.get(path)
        visitor.send(form=f"form[action$='/{kind}']", **opinion_fields(kind))
        assert visitor.status == 200, (kind, visitor.errors)
        assert "Entered." in visitor.text()
    officer = as_(cast.officer, "en")
    officer.get(path)
    officer.send(
        "Enter the appointment", restored="任副镇长", not_restored=" ", **date_fields("given_on", AFTER)
    )
    assert officer.status == 422
    officer.send(
        "Enter the appointment",
        restored="任副镇长",
        not_restored="原镇长职务",
        **date_fields("given_on", AFTER),
    )

    assert officer.status == 200
    assert "原镇长职务" in officer.text()
    session.expire_all()
    assert str(session.get(Reinstatement, row.id).state) == "restored"


def test_an_approval_against_the_rules_asks_for_a_reason_and_keeps_what_was_typed(
    as_, cast, case, later, session
):
    row = examined(session, cast, case, by_hand={**MET, "incident_settled": False})
    session.commit()
    visitor = as_(cast.chief, "en")
    visitor.get(f"/returns/{row.number}")
    visitor.send(form="form[action$='/approval']", **opinion_fields("approval", words="情况特殊"))

    assert visitor.status == 422
    assert "This departs from the answer of the rules; say why." in visitor.errors
    assert visitor.page.select_one("textarea[name=approval-words]").text.strip() == "情况特殊"
    session.expire_all()
    assert str(session.get(Reinstatement, row.id).state) == "examined"


def test_a_bar_that_runs_is_named_and_nothing_is_approved(as_, cast, session, monkeypatch):
    case = decided(session, cast, ("7c",), **CADRE)
    day = date(2027, 8, 31)
    row = examined(session, cast, case, on=day)
    session.commit()
    monkeypatch.setattr(dates, "utc_now", lambda: datetime(2027, 8, 31, 4, tzinfo=UTC))
    visitor = as_(cast.chief, "zh")
    visitor.get(f"/returns/{row.number}")
    assert "目前受限" in visitor.text()
    visitor.send(
        form="form[action$='/approval']",
        **{**opinion_fields("approval", departs_why="急需"), **date_fields("approval-given_on", day)},
    )

    assert visitor.status == 409
    assert "不安排领导职务" in visitor.page.select_one("[role=alert]").text


@pytest.mark.parametrize("who", ["stranger", "superior_reviewer"])
def test_another_organ_finds_nothing_or_gives_nothing(as_, cast, case, later, session, who):
    row = report(session, case, cast.officer)
    session.commit()
    visitor = as_(getattr(cast, who), "en")
    visitor.get(f"/returns/{row.number}")
    if who == "stranger":
        assert visitor.status == 404
        assert "副镇长" not in visitor.page.text
    visitor.get("/returns")
    visitor.get("/account")
    visitor.post(f"/returns/{row.number}/opinion/inquiry", opinion_fields("inquiry"))
    assert visitor.status in (403, 404)
    session.expire_all()
    assert session.get(Reinstatement, row.id).opinions == []


def test_conditions_are_entered_later_and_the_rules_asked_again(as_, cast, case, later, session):
    row = report(session, case, cast.officer, by_hand={})
    session.commit()
    visitor = as_(cast.officer, "en")
    visitor.get(f"/returns/{row.number}")
    stands = [cell.get_text(strip=True) for cell in visitor.page.select("table tbody td:nth-of-type(1)")]
    assert stands.count("Open") == 5
    visitor.send(
        "Ask the rules again", **{name: value for name, value in TYPED.items() if not name.startswith("post")}
    )

    assert visitor.status == 200
    assert "Eligible" in visitor.text()


def test_the_respondent_sees_the_period_and_its_end_behind_their_link(
    client, cast, case, session, monkeypatch
):
    _, token, code = personal_link.create_link(session, case, cast.officer, hasher=CHEAP)
    session.commit()
    visitor = Visitor(client, "en")
    visitor.get(f"/answer/{token}")
    visitor.send("Continue", code=code)

    assert "1 September 2026 to 31 August 2027 (last day)" in visitor.text()
    assert "A period ends by itself" in visitor.text()


def test_markup_in_what_is_typed_is_shown_as_text(as_, cast, case, later, session):
    row = report(session, case, cast.officer, post="<script>alert(1)</script>")
    opinion(session, row, cast.reviewer, "discipline", words="<img src=x onerror=alert(1)>")
    session.commit()
    visitor = as_(cast.officer, "en")
    visitor.get(f"/returns/{row.number}")

    assert "<script>alert" not in visitor.response.text
    assert "<img src=x" not in visitor.response.text
    assert "<script>alert(1)</script>" in visitor.text()


def test_every_reading_leaves_its_line(as_, cast, case, later, session):
    row = report(session, case, cast.officer)
    session.commit()
    visitor = as_(cast.auditor, "en")
    for path in ("/returns", f"/returns/{row.number}", PATH.format(case.number)):
        visitor.get(path)
        assert visitor.status == 200, path
    session.expire_all()
    kinds = set(session.scalars(select(Event.kind).where(Event.by_id == cast.auditor.id)))
    assert {"returns.listed", "return.read", "period.read"} <= kinds


def test_every_condition_stands_on_the_page_with_its_provision_and_the_record_that_settles_it(
    as_, cast, case, later, session
):
    row = report(session, case, cast.officer, by_hand={"incident_settled": True, "reflection_ok": False})
    older = dict(row.advice)
    older.pop("conditions")
    number = row.number
    session.commit()
    visitor = as_(cast.chief, "zh")
    visitor.get(f"/returns/{number}")

    lines = {
        " ".join(line.get_text(" ").split()) for line in visitor.page.select("table tbody tr")
    }  # fmt: skip
    assert any("问责事件已经平息" in line and "第四十四问" in line and "符合" in line for line in lines)
    assert any("反省深刻" in line and "不符合" in line for line in lines)
    assert any("工作需要" in line and "组织" in line for line in lines)
    session.execute(update(Reinstatement).where(Reinstatement.number == number).values(advice=older))
    session.commit()
    visitor.get(f"/returns/{number}")
    assert "问责事件已经平息" in visitor.text()


def test_a_return_waits_on_the_first_page_of_whoever_takes_its_next_step(as_, cast, case, later, session):
    row = examined(session, cast, case)
    number = row.number
    session.commit()
    chief, officer = as_(cast.chief, "zh"), as_(cast.officer, "zh")

    chief.get("/cases")
    assert f"机关主要负责人审批 ({number})" in chief.text()
    chief.get(f"/cases/{case.number}")
    assert chief.page.select_one(f"a[href='/returns/{number}']")
    officer.get("/cases?whose=waiting")
    assert number not in officer.text()


def test_a_second_report_is_not_offered_while_one_is_examined_and_the_page_says_why(
    as_, cast, case, later, session
):
    officer = as_(cast.officer, "en")
    officer.get(PATH.format(case.number))
    assert "Enter a report" in officer.text()

    report(session, case, cast.officer, on=AFTER, reported_on=AFTER)
    session.commit()
    officer.get(PATH.format(case.number))

    assert "Enter a report" not in officer.text()
    assert "being examined already" in officer.text()
