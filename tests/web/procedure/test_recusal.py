"""The page of recusal: declaring, asking, deciding by whom the law says, handing the case over."""

import pytest
from sqlalchemy import func, select

from casebook.models import Declaration, Part, Recusal, Stage, Step
from casebook.procedure import people, review
from tests.reviews import leave_intake, settle
from tests.snapshots import prepared
from tests.stages import TODAY, Cast, recommended_case


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
@prepared
def case(session, cast):
    """A case under review with its reviewer, beside another."""
    recommended_case(session, cast)
    case = recommended_case(session, cast)
    leave_intake(session, cast, case)
    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)
    settle(session, cast, case)
    return case


def count(session, model) -> int:
    found = session.scalar(select(func.count()).select_from(model))
    session.commit()
    return found


def test_a_reviewer_declares_a_ground_and_the_chief_decides(another_browser, session, cast, case):
    reviewer, chief = another_browser(cast.reviewer), another_browser(cast.chief)
    reviewer.get(f"/cases/{case.number}/recusal")

    reviewer.send("Declare", grounds=["relative_of_respondent"], reason="当事人是我的堂兄")

    assert "you do nothing in this case" in reviewer.text()
    reviewer.get(f"/cases/{case.number}/review")
    assert not reviewer.page.select("main form[method=post]")
    chief.get("/cases")
    assert case.number in chief.text()
    chief.get(f"/cases/{case.number}/recusal")
    recusal = session.scalar(select(Recusal.id))
    session.commit()
    chief.send("Record the decision", **{f"r{recusal}-granted": "yes"})
    assert "Stands back" in chief.text()
    reviewer.get(f"/cases/{case.number}")
    assert reviewer.status == 404
    chief.get(f"/cases/{case.number}/review")
    offered = {option["value"] for option in chief.page.select("select[name=reviewer-user_id] option")} - {""}
    assert str(cast.reviewer.id) not in offered


def test_a_declaration_without_a_ground_says_what_to_do(another_browser, session, cast, case):
    reviewer = another_browser(cast.reviewer)
    reviewer.get(f"/cases/{case.number}/recusal")

    reviewer.send("Declare", reason="不好说")
    assert reviewer.errors == ["Choose at least one ground; or say that there is none."]
    assert reviewer.value("reason") == "不好说"
    reviewer.send("Declare", grounds=["other"], reason="")
    assert (reviewer.status, reviewer.errors) == (422, ["Explanation: This must not be empty."])
    assert count(session, Recusal) == 0
    reviewer.send("I have no such ground")
    assert count(session, Declaration) == 2  # the officer's, and this one
    assert "No ground of recusal" in reviewer.text()


def test_nobody_decides_on_their_own_not_even_by_a_forged_request(another_browser, session, cast, case):
    officer, chief, superior = (another_browser(user) for user in (cast.officer, cast.chief, cast.superior))
    officer.get(f"/cases/{case.number}/recusal")
    officer.send(
        "Ask for the recusal", **{
            "ask-user_id": str(cast.chief.id), "ask-asked_by": "respondent", "ask-grounds": ["interest"],
            "ask-reason": "当事人申请其回避",
        },
    )  # fmt: skip
    recusal = session.scalar(select(Recusal.id))
    session.commit()
    path = f"/cases/{case.number}/recusal/{recusal}/decide"

    chief.get(f"/cases/{case.number}/recusal")
    assert "the chief of the organ above" in chief.text()
    chief.post(path, {f"r{recusal}-granted": "no", f"r{recusal}-reason": "无须回避"})
    assert chief.status == 403
    officer.post(path, {f"r{recusal}-granted": "yes"})
    assert officer.status == 403
    superior.get(f"/cases/{case.number}/recusal")
    superior.send("Record the decision", **{f"r{recusal}-granted": "no"})
    assert (superior.status, superior.errors) == (422, ["Reason: This must not be empty."])
    superior.send(
        "Record the decision", **{f"r{recusal}-granted": "no", f"r{recusal}-reason": "没有利害关系"}
    )
    assert "Goes on" in superior.text()


def test_a_request_says_everything_that_is_missing(another_browser, session, cast, case):
    officer = another_browser(cast.officer)
    officer.get(f"/cases/{case.number}/recusal")

    officer.send("Ask for the recusal")
    assert officer.errors == ["Choose who is to stand back."]
    officer.send("Ask for the recusal", **{"ask-user_id": str(cast.reviewer.id)})
    assert officer.status == 422
    assert len(officer.errors) == 3
    assert count(session, Recusal) == 0


def test_a_case_whose_officer_stands_back_gets_another(another_browser, session, cast):
    case = recommended_case(session, cast)
    people.declare(session, case, cast.officer, Step.ASSIGNMENT, ["interest"])
    people.decide_recusal(session, case, case.recusals[0], cast.chief, granted=True)
    settle(session, cast, case)
    chief = another_browser(cast.chief)
    chief.get(f"/cases/{case.number}/recusal")

    chief.send("Hand over")
    assert chief.errors == ["Choose a person from the list."]
    chief.send("Hand over", **{"officer-user_id": str(cast.officer2.id)})

    settle(session, cast, case)
    assert case.officer_id == cast.officer2.id
    officer = another_browser(cast.officer2)
    officer.get("/cases")
    assert case.number in officer.text()


@pytest.mark.parametrize("name", ["officer", "reviewer", "superior"])
def test_nobody_but_the_chief_hands_a_case_over(another_browser, session, cast, case, name):
    browser = another_browser(getattr(cast, name))
    browser.get("/account")

    browser.post(f"/cases/{case.number}/recusal/officer", {"officer-user_id": str(cast.officer2.id)})

    assert browser.status == 403


def test_a_request_of_another_case_is_not_decided_here(another_browser, session, cast, case):
    other = recommended_case(session, cast)
    people.declare(session, other, cast.officer, Step.ASSIGNMENT, ["interest"])
    settle(session, cast, case, other)
    recusal = session.scalar(select(Recusal.id))
    session.commit()
    chief = another_browser(cast.chief)
    chief.get(f"/cases/{case.number}/recusal")

    chief.post(f"/cases/{case.number}/recusal/{recusal}/decide", {f"r{recusal}-granted": "yes"})

    assert chief.status == 404


def test_the_auditor_reads_and_writes_nothing(another_browser, cast, case):
    auditor = another_browser(cast.auditor)

    auditor.get(f"/cases/{case.number}/recusal")

    assert auditor.status == 200
    assert not auditor.page.select("main form[method=post]")
    assert "No ground of recusal" in auditor.text()


def test_a_step_that_does_not_exist_is_refused(another_browser, session, cast, case):
    reviewer = another_browser(cast.reviewer)
    reviewer.get(f"/cases/{case.number}/recusal")

    reviewer.post(f"/cases/{case.number}/recusal/declare", {"step": "whenever", "none": "yes"})

    assert reviewer.status == 400
    assert case.stage == Stage.REVIEW
    assert Part.REVIEWER in {row.part for row in case.assignments}
