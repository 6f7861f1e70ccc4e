"""The pages of the review: handing in, naming the reviewer, answering every item, sending back, two windows."""

from types import SimpleNamespace

import pytest

from casebook.models import Part, Review, SendBack, Stage, Step
from casebook.office import change_settings
from casebook.procedure import people, review
from casebook.procedure.drafts import see_draft
from tests.reviews import leave_intake, settle, whole_review
from tests.stages import TODAY, Cast, recommended_case


@pytest.fixture
def cast(session):
    cast = Cast(session)
    change_settings(session, cast.chief, second_opinion_rate=0)
    return cast


@pytest.fixture
def handed_in(session, cast):
    """A case handed in for review, and another still with its officer as noise."""
    recommended_case(session, cast)
    case = recommended_case(session, cast)
    leave_intake(session, cast, case)
    settle(session, cast, case)
    return case


@pytest.fixture
def assigned(session, cast, handed_in):
    """The same with its reviewer, who has answered on recusal."""
    review.assign_reviewer(session, handed_in, cast.reviewer, cast.chief, on=TODAY)
    people.declare(session, handed_in, cast.reviewer, Step.ASSIGNMENT, [])
    settle(session, cast, handed_in)
    return handed_in


def typed(session, case, by, **changes) -> dict:
    """What a reviewer types into the form to follow the ledger in their own words."""
    fields = {}
    for item, answer in whole_review(session, case, by).items():
        fields |= {
            f"view_{item}": answer.view, f"for_{item}": answer.words_for, f"against_{item}": answer.words_against,
        }  # fmt: skip
    settle(session, SimpleNamespace(), case)
    return {**fields, "disposition": "correct", "reason": "事实清楚，同意处理建议", **changes}


def test_the_officer_answers_on_recusal_and_hands_the_case_in(another_browser, session, cast):
    case = recommended_case(session, cast)
    settle(session, cast, case)
    officer = another_browser(cast.officer)
    officer.get(f"/cases/{case.number}/review")
    assert "Hand in for review" not in officer.text()

    officer.send("None concerns me: go on")
    assert officer.path.endswith("/review")
    officer.send("Hand in for review")

    settle(session, SimpleNamespace(), case)
    assert (officer.status, case.stage) == (200, Stage.REVIEW)
    assert "The case is handed in" in officer.text()


def test_a_case_without_a_recommendation_says_what_to_do_first(another_browser, session, cast):
    from tests.factories import make_case

    case = make_case(session, cast.officer)
    settle(session, cast, case)
    officer = another_browser(cast.officer)

    officer.get(f"/cases/{case.number}/review")
    assert "Get a new recommendation first" in officer.text()
    officer.post(f"/cases/{case.number}/review/submit")
    assert officer.status == 409
    settle(session, SimpleNamespace(), case)
    assert case.stage == Stage.INTAKE


def test_the_chief_names_a_reviewer_out_of_those_who_are_independent(
    another_browser, session, cast, handed_in
):
    chief = another_browser(cast.chief)
    chief.get(f"/cases/{handed_in.number}/review")
    offered = {option["value"] for option in chief.page.select("select[name=reviewer-user_id] option")} - {""}
    assert offered == {str(user.id) for user in (cast.reviewer, cast.reviewer2, cast.superior_reviewer)}

    chief.send("Name the reviewer", **{"reviewer-user_id": ""})
    assert (chief.status, chief.errors) == (422, ["Choose a person from the list."])
    chief.send("Name the reviewer", **{"reviewer-user_id": str(cast.officer.id)})
    assert chief.status == 422
    chief.send("Name the reviewer", **{"reviewer-user_id": str(cast.reviewer.id)})

    assert chief.status == 200
    session.expire_all()
    assert [row.user_id for row in handed_in.assignments] == [cast.reviewer.id]


def test_the_form_starts_from_the_ledger_after_the_answer_on_recusal(
    another_browser, session, cast, handed_in
):
    review.assign_reviewer(session, handed_in, cast.reviewer, cast.chief, on=TODAY)
    settle(session, cast, handed_in)
    reviewer = another_browser(cast.reviewer)
    reviewer.get(f"/cases/{handed_in.number}/review")
    assert "Your opinion" not in reviewer.text()

    reviewer.send("None concerns me: go on")

    assert reviewer.value("view_T3") == "tolerable"
    assert reviewer.value("view_consequences") == "neutral"
    assert len(reviewer.page.select("select[name^=view_]")) == 9
    assert "Keep as draft" in reviewer.text()


def test_a_whole_review_takes_the_case_to_the_hearing(another_browser, session, cast, assigned):
    reviewer = another_browser(cast.reviewer)
    reviewer.get(f"/cases/{assigned.number}/review")

    reviewer.send("Pass the review", **typed(session, assigned, cast.reviewer))

    settle(session, SimpleNamespace(), assigned)
    assert (reviewer.status, assigned.stage) == (200, Stage.HEARING)
    officer = another_browser(cast.officer)
    officer.get(f"/cases/{assigned.number}/review")
    assert "同意处理建议" in officer.text()
    assert not officer.page.select("main form[method=post]")


def test_every_fault_is_named_with_its_item_and_what_was_typed_stays(
    another_browser, session, cast, assigned
):
    reviewer = another_browser(cast.reviewer, "zh")
    reviewer.get(f"/cases/{assigned.number}/review")

    reviewer.send("审核通过", for_T1="先行先试的理由", disposition=None, reason="")

    assert reviewer.status == 422
    assert any(error.startswith("后果影响") for error in reviewer.errors)
    assert "请选择您的处理意见。" in reviewer.errors
    assert reviewer.value("for_T1") == "先行先试的理由"
    ids = {element["id"] for element in reviewer.page.select("[id]")}
    assert {link["href"][1:] for link in reviewer.page.select(".govuk-error-summary__list a")} <= ids


def test_the_same_sentence_everywhere_is_refused(another_browser, session, cast, assigned):
    reviewer = another_browser(cast.reviewer)
    reviewer.get(f"/cases/{assigned.number}/review")
    fields = typed(session, assigned, cast.reviewer)
    pasted = {name: "同意台账的判断" if name.startswith("for_") else value for name, value in fields.items()}

    reviewer.send("Pass the review", **pasted)

    assert reviewer.status == 422
    assert sum("same sentence" in error for error in reviewer.errors) == 9


def test_a_draft_is_kept_and_only_its_author_reads_it(another_browser, session, cast, assigned):
    reviewer, chief = another_browser(cast.reviewer), another_browser(cast.chief)
    reviewer.get(f"/cases/{assigned.number}/review")

    reviewer.send("Keep as draft", for_T1="仅供自己看的草稿")

    assert reviewer.value("for_T1") == "仅供自己看的草稿"
    chief.get(f"/cases/{assigned.number}/review")
    assert "仅供自己看的草稿" not in chief.page.get_text()


def test_a_second_window_loses_nothing_and_overwrites_nothing_unseen(
    another_browser, session, cast, assigned
):
    one, other = another_browser(cast.reviewer), another_browser(cast.reviewer)
    for window in (one, other):
        window.get(f"/cases/{assigned.number}/review")
    one.send("Keep as draft", for_T1="第一个窗口的话")

    other.send("Keep as draft", for_T1="第二个窗口的话")

    assert other.status == 409
    assert other.value("for_T1") == "第二个窗口的话"
    assert "第一个窗口的话" in other.text()
    other.send("Keep as draft")
    assert (other.status, other.value("for_T1")) == (200, "第二个窗口的话")


def test_what_is_typed_in_a_window_left_behind_by_the_case_is_shown_again(
    another_browser, session, cast, assigned
):
    one, other = another_browser(cast.reviewer), another_browser(cast.reviewer)
    for window in (one, other):
        window.get(f"/cases/{assigned.number}/review")
    one.send("Pass the review", **typed(session, assigned, cast.reviewer))

    other.send("Keep as draft", for_T1="还没来得及保存的话")

    assert other.status == 409
    assert "belongs to the stage" in other.text()
    assert other.value("for_T1") == "还没来得及保存的话"


def test_a_case_is_sent_back_and_the_officer_reads_why(another_browser, session, cast, assigned):
    reviewer, officer = another_browser(cast.reviewer), another_browser(cast.officer)
    reviewer.get(f"/cases/{assigned.number}/review")
    reviewer.send("Send back", for_T1="先行先试的理由")
    assert reviewer.errors[:2] == [
        "Choose why the case is sent back.", "What the officer is to do: This must not be empty.",
    ]  # fmt: skip
    assert reviewer.value("for_T1") == "先行先试的理由"

    reviewer.send("Send back", code="evidence_illegal", words="询问笔录没有两人签名", about=["deaths"])

    settle(session, SimpleNamespace(), assigned)
    assert assigned.stage == Stage.INTAKE
    officer.get(f"/cases/{assigned.number}/review")
    assert "Evidence illegally obtained" in officer.text()
    assert "询问笔录没有两人签名" in officer.text()
    officer.get(f"/cases/{assigned.number}")
    assert "Submit for review" in officer.text()


def test_a_new_round_is_prefilled_and_a_changed_item_is_ticked_again(
    another_browser, session, cast, assigned
):
    from casebook.recommend import recommend
    from tests.factories import save

    answers = whole_review(session, assigned, cast.reviewer)
    review.return_to_officer(
        session, assigned, cast.reviewer, answers, code="fact_incomplete", words="请核实死亡人数", on=TODAY
    )
    save(session, assigned, cast.officer, deaths=1)
    recommend(session, assigned, cast.officer, TODAY)
    review.submit(session, assigned, cast.officer, on=TODAY)
    settle(session, cast, assigned)
    reviewer = another_browser(cast.reviewer)
    reviewer.get(f"/cases/{assigned.number}/review")
    assert reviewer.value("for_T1") == answers["T1"].words_for
    assert [box["name"] for box in reviewer.page.select("input[name^=confirm_]")] == ["confirm_consequences"]

    reviewer.send("Pass the review", disposition="correct", reason="已按退回意见补正")
    assert len(reviewer.errors) == 1
    assert reviewer.errors[0].startswith("Consequences: What the ledger lists here has changed")
    reviewer.send(
        "Pass the review", disposition="correct", reason="已按退回意见补正", confirm_consequences="y"
    )

    settle(session, SimpleNamespace(), assigned)
    assert assigned.stage == Stage.HEARING
    reviewer.get(f"/cases/{assigned.number}/review")
    assert "Round 1" in reviewer.text()


@pytest.mark.parametrize("name", ["officer", "officer2", "reviewer2", "chief", "member", "superior"])
def test_nobody_else_reviews_however_the_request_is_made(another_browser, session, cast, assigned, name):
    browser = another_browser(getattr(cast, name))
    browser.get("/account")

    browser.post(f"/cases/{assigned.number}/review", {"then": "pass"})

    assert browser.status in (403, 404)
    session.expire_all()
    assert assigned.stage == Stage.REVIEW
    assert session.query(Review).count() == 0


@pytest.mark.parametrize("name", ["officer", "reviewer", "member", "superior"])
def test_nobody_but_the_chief_names_the_reviewer(another_browser, session, cast, handed_in, name):
    browser = another_browser(getattr(cast, name))
    browser.get("/account")

    browser.post(f"/cases/{handed_in.number}/review/reviewer", {"reviewer-user_id": str(cast.reviewer.id)})

    assert browser.status in (403, 404)
    session.expire_all()
    assert handed_in.assignments == []


def test_a_stranger_finds_no_review(another_browser, cast, handed_in):
    stranger = another_browser(cast.stranger)

    stranger.get(f"/cases/{handed_in.number}/review")

    assert stranger.status == 404


def test_the_workbench_of_a_reviewer_begins_with_what_waits(another_browser, session, cast, assigned):
    reviewer = another_browser(cast.reviewer)

    reviewer.get("/cases")

    assert reviewer.heading == "Cases waiting for me"
    assert assigned.number in reviewer.text()
    assert reviewer.text().count("With the reviewer") >= 1
    reviewer.get("/cases", whose="all", stage="intake")
    assert assigned.number not in reviewer.text()
    other = another_browser(cast.reviewer2)
    other.get("/cases")
    assert other.heading == "Cases"


def test_a_forged_round_or_mark_does_no_harm(another_browser, session, cast, assigned):
    reviewer = another_browser(cast.reviewer)
    reviewer.get(f"/cases/{assigned.number}/review")
    reviewer.send("Keep as draft", for_T1="已经保存的话")

    reviewer.send("Keep as draft", seen="0" * 32, for_T1="伪造标记后的话", view_T1="nonsense")

    assert reviewer.status == 422
    kept = see_draft(session, assigned, cast.reviewer, second=False)
    assert kept.answers["T1"].words_for == "已经保存的话"
    assert session.query(SendBack).count() == 0
    assert Part.REVIEWER in {row.part for row in assigned.assignments}


def test_the_page_of_the_case_asks_the_chief_for_a_name_only_while_one_is_wanted(
    another_browser, session, cast, handed_in
):
    chief = another_browser(cast.chief)
    chief.get(f"/cases/{handed_in.number}")
    assert "Assign the reviewer" in chief.text()
    assert "Assign the second reviewer" not in chief.text()

    chief.get(f"/cases/{handed_in.number}/review")
    chief.send("Name the reviewer", **{"reviewer-user_id": str(cast.reviewer.id)})
    chief.get(f"/cases/{handed_in.number}")

    assert "Assign the reviewer" not in chief.text()


def test_a_summary_names_the_box_that_was_left_empty(another_browser, session, cast, assigned):
    reviewer = another_browser(cast.reviewer)
    reviewer.get(f"/cases/{assigned.number}/review")

    reviewer.send("Send back", code="other", words="")

    assert reviewer.status == 422
    assert "What the officer is to do: This must not be empty." in reviewer.text()


def test_the_case_says_why_it_came_back_and_whom_it_waits_for(another_browser, session, cast, assigned):
    officer = another_browser(cast.officer)
    officer.get(f"/cases/{assigned.number}")
    assert f"{cast.reviewer.name}: Write the review" in officer.text()

    review.return_to_officer(
        session, assigned, cast.reviewer, {}, code="evidence_missing", words="补充合同。", on=TODAY
    )
    settle(session, cast, assigned)
    officer.get(f"/cases/{assigned.number}")
    assert "Sent back: Evidence missing" in officer.text()
    assert "补充合同。" in officer.text()


def test_who_is_refused_learns_whose_step_it_is_and_goes_back_to_the_case(
    another_browser, session, cast, assigned
):
    officer = another_browser(cast.officer)
    officer.get(f"/cases/{assigned.number}/hearing/return")

    assert officer.status == 403
    assert "It is for: reviewer." in officer.text()
    assert f"Back to the case {assigned.number}" in officer.text()
