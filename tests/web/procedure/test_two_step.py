"""The two-step view: the conduct first, and no address that shows a consequence before the first view is given."""

from types import SimpleNamespace

import pytest

from casebook import audit
from casebook.changes import FactEntry
from casebook.models import Part, Stage, Step
from casebook.office import change_settings
from casebook.procedure import people, review, second_opinion, two_step
from casebook.procedure.drafts import see_draft
from tests.factories import attach
from tests.reviews import leave_intake, settle, whole_review
from tests.stages import TODAY, Cast, recommended_case
from tests.web.test_access import ROUTES, address

TITLE, SUMMARY, EVIDENCE, FILE = "白泽坠楼事故", "玄鸟摘要：塌了一层", "青鸾卷宗第九页", "毕方现场照片.txt"
MARKS = (TITLE, SUMMARY, EVIDENCE, FILE, "8,765,432", "8765432", "37人", "37 人", "37 persons")
FIRST_VIEW, SECOND_VIEW = "第一审核人只看行为的理由", "复评人只看行为的理由"
CONSEQUENCES = {"deaths": FactEntry(37, "verified", EVIDENCE), "direct_economic_loss_cny": 8765432}


@pytest.fixture
def cast(session, home):
    cast = Cast(session, home)
    change_settings(session, cast.chief, second_opinion_rate=0, two_step_view=1)
    return cast


@pytest.fixture
def owed(session, home, cast):
    """A case whose reviewer owes a first view, and has not answered on recusal; another one as noise."""
    recommended_case(session, cast)
    case = recommended_case(session, cast, **CONSEQUENCES)
    case.title, case.summary = TITLE, SUMMARY
    attach(session, home, case, by=cast.officer, filename=FILE)
    leave_intake(session, cast, case)
    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)
    settle(session, cast, case)
    return case


@pytest.fixture
def reviewer(another_browser, cast, owed):
    return another_browser(cast.reviewer)


@pytest.fixture
def second(another_browser, session, cast, owed):
    """Whoever is to give the second opinion, after the first reviewer said what they thought and passed the review."""
    change_settings(session, cast.chief, second_opinion_rate=100)
    people.declare(session, owed, cast.reviewer, Step.ASSIGNMENT, [])
    two_step.record(session, owed, cast.reviewer, disposition="tolerate", reason=FIRST_VIEW)
    two_step.confirm(session, owed, cast.reviewer, disposition="tolerate", reason=FIRST_VIEW)
    answers = whole_review(session, owed, cast.reviewer)
    review.pass_review(
        session, owed, cast.reviewer, answers, disposition="tolerate", reason=FIRST_VIEW, on=TODAY,
        seen=see_draft(session, owed, cast.reviewer, second=False).mark,
    )  # fmt: skip
    second_opinion.assign_second(session, owed, cast.reviewer2, cast.chief)
    settle(session, cast, owed)
    return another_browser(cast.reviewer2)


def conduct_page(reviewer, case):
    reviewer.get(f"/cases/{case.number}/conduct")
    if reviewer.page.select_one("form[action$='/recusal/declare']"):
        reviewer.send("None concerns me: go on")
        reviewer.get(f"/cases/{case.number}/conduct")
    return reviewer


@pytest.mark.parametrize("who", ["reviewer", "second"])
def test_no_address_shows_a_consequence_before_the_first_view(request, session, cast, owed, who):
    reviewer = request.getfixturevalue(who)
    conduct_page(reviewer, owed)
    known = [*ROUTES, ("GET", "/search?q=白泽"), ("GET", f"/cases?q={owed.number}&whose=all")]
    shown = []
    for method, path in known:
        if method == "GET" and "reviewer" in ROUTES.get((method, path), {"reviewer"}):
            answer = reviewer.client.get(address(path, owed), follow_redirects=True, buffered=True)
            text = answer.get_data(as_text=True) if answer.mimetype.startswith("text") else ""
            shown += [(path, mark) for mark in MARKS if mark in text]
            if "<number>" in path and path.startswith("/cases/"):
                assert answer.status_code != 200 or answer.request.path.endswith(("/conduct", "/recusal")), (
                    path
                )

    assert shown == []


def test_the_second_reviewer_begins_without_the_consequences_too_and_is_read_with_the_second_opinion(
    second, another_browser, session, cast, owed
):
    second.get(f"/cases/{owed.number}/second-review")
    assert second.path.endswith("/conduct")
    conduct_page(second, owed).send(
        "Record the view and see what came of it", disposition="correct", reason=SECOND_VIEW
    )
    assert "8,765,432" in second.text()
    assert FIRST_VIEW not in second.text()

    second.get(f"/cases/{owed.number}/second-review")
    assert "To be confirmed first" in second.text()
    answers = {}
    for item, answer in whole_review(session, owed, cast.reviewer2, second=True).items():
        answers |= {
            f"view_{item}": answer.view, f"for_{item}": answer.words_for, f"against_{item}": answer.words_against,
        }  # fmt: skip
    session.commit()
    answers |= {"disposition": "correct", "reason": "复评意见"}
    second.send("Give the second opinion", **answers)
    assert (second.status, "two-step view" in second.text()) == (409, True)
    second.get(f"/cases/{owed.number}/conduct")
    second.send("Keep this view", reason=SECOND_VIEW)
    assert second.path.endswith("/second-review")

    chief = another_browser(cast.chief)
    chief.get(f"/cases/{owed.number}/review")
    assert (FIRST_VIEW in chief.text(), SECOND_VIEW in chief.text()) == (True, False)
    second.send("Give the second opinion", **answers)
    assert second.status == 200
    chief.get(f"/cases/{owed.number}/review")
    assert (FIRST_VIEW in chief.text(), SECOND_VIEW in chief.text()) == (True, True)


def test_whoever_is_veiled_when_the_case_is_decided_is_veiled_no_more(second, session, cast, owed):
    assert [case.id for case in two_step.owed_by(session, cast.reviewer2)] == [owed.id]
    owed.stage = Stage.NOTIFIED
    session.commit()

    assert two_step.owed_by(session, cast.reviewer2) == []
    session.commit()
    second.get(f"/cases/{owed.number}")
    assert TITLE in second.text()


@pytest.mark.parametrize("stage", [Stage.HEARING, Stage.IN_FORCE])
def test_who_takes_over_a_finished_review_owes_no_view_that_could_not_be_given(
    another_browser, session, cast, owed, stage
):
    owed.stage = stage
    session.commit()
    review.assign_reviewer(session, owed, cast.reviewer2, cast.chief, on=TODAY)
    settle(session, SimpleNamespace(), owed)

    browser = another_browser(cast.reviewer2)
    browser.get(f"/cases/{owed.number}")
    assert TITLE in browser.text()


def test_nothing_can_be_written_of_the_case_before_the_first_view(reviewer, session, cast, owed):
    conduct_page(reviewer, owed)
    token = reviewer.value("csrf_token")

    for path in ("review", "review/submit", "hearing/return", "panel/vote"):
        answer = reviewer.client.post(
            f"/cases/{owed.number}/{path}", data={"csrf_token": token, "then": "pass"}
        )
        assert answer.status_code in (302, 303, 403, 404, 405, 409), path
        assert not any(mark in answer.get_data(as_text=True) for mark in MARKS)
    settle(session, SimpleNamespace(), owed)
    assert owed.stage == Stage.REVIEW


def test_the_case_is_announced_by_its_number_and_every_way_leads_to_the_conduct(reviewer, owed):
    reviewer.get("/cases")
    assert owed.number in reviewer.text()

    reviewer.get(reviewer.link(f"Two-step view: {owed.number}"))
    assert "question of recusal" in reviewer.text()

    for page in (
        "",
        "/review",
        "/recommendation",
        "/recommendation?print=1",
        "/worklist",
        "/history",
        "/file",
    ):
        answer = reviewer.client.get(f"/cases/{owed.number}{page}")
        assert answer.headers["Location"].endswith("/conduct"), page


def test_facts_of_the_conduct_are_shown_only_after_the_answer_on_recusal(reviewer, owed):
    reviewer.get(f"/cases/{owed.number}/conduct")
    assert "The conduct, as established" not in reviewer.text()

    conduct_page(reviewer, owed)
    assert "The conduct, as established" in reviewer.text()
    assert "Public purpose" in reviewer.text() or "Purpose" in reviewer.text()


def test_a_view_needs_a_disposition_and_a_reason_and_what_was_typed_stays(reviewer, owed):
    conduct_page(reviewer, owed).send(
        "Record the view and see what came of it", reason="只看行为，属于一般过失"
    )

    assert reviewer.status == 422
    assert "Choose one of the dispositions" in reviewer.text()
    assert reviewer.value("reason") == "只看行为，属于一般过失"
    assert not any(mark in reviewer.text() for mark in MARKS)


def test_the_view_is_given_then_the_consequences_open_and_the_move_is_kept_and_shown_to_the_panel(
    reviewer, another_browser, session, cast, owed
):
    conduct_page(reviewer, owed).send(
        "Record the view and see what came of it", disposition="tolerate", reason="程序齐备，属于一般过失"
    )
    assert reviewer.status == 200
    assert "8,765,432" in reviewer.text()
    assert TITLE in reviewer.text()

    reviewer.get(f"/cases/{owed.number}/review")
    assert "To be confirmed first" in reviewer.text()
    reviewer.send("Pass the review")
    assert reviewer.status == 409
    assert "two-step view" in reviewer.text()

    reviewer.get(f"/cases/{owed.number}/conduct")
    reviewer.send("Keep this view", disposition="hold_accountable", reason="伤亡重大")
    assert reviewer.path.endswith("/review")
    reviewer.get(f"/cases/{owed.number}/conduct")
    assert "you may say the second anew" in reviewer.text()
    assert "伤亡重大" in reviewer.text()

    settle(session, SimpleNamespace(), owed)
    view = owed.conduct_views[0]
    assert (view.disposition, view.after_disposition, view.moved, view.read_before) == (
        "tolerate", "hold_accountable", True, False,
    )  # fmt: skip
    owed.stage = Stage.PANEL
    session.commit()
    chief = another_browser(cast.chief)
    chief.get(f"/cases/{owed.number}/panel")
    assert "程序齐备，属于一般过失" in chief.text()
    assert "伤亡重大" in chief.text()
    assert "Moved" in chief.text()
    reviewer.get(f"/cases/{owed.number}/conduct")
    assert "the review is finished" in reviewer.text()
    assert reviewer.page.select_one("form[action$='/conduct/after']") is None


def test_what_was_said_first_is_never_said_again(reviewer, session, cast, owed):
    conduct_page(reviewer, owed).send(
        "Record the view and see what came of it", disposition="tolerate", reason="一般过失"
    )
    reviewer.post(f"/cases/{owed.number}/conduct", {"disposition": "correct", "reason": "改主意"})

    assert reviewer.status == 403
    settle(session, SimpleNamespace(), owed)
    assert owed.conduct_views[0].disposition == "tolerate"


def test_nobody_but_the_reviewer_gives_a_view(another_browser, session, cast, owed):
    for somebody in (cast.officer, cast.chief, cast.reviewer2):
        browser = another_browser(somebody)
        browser.get(f"/cases/{owed.number}/conduct")
        assert browser.status in (403, 404)


def test_everybody_else_reads_the_case_as_ever(another_browser, cast, owed):
    chief = another_browser(cast.chief)
    chief.get(f"/cases/{owed.number}")

    assert TITLE in chief.text()


def test_who_had_read_the_case_before_is_known_to_have(another_browser, session, cast):
    case = recommended_case(session, cast)
    settle(session, cast, case)
    another_browser(cast.reviewer).get(f"/cases/{case.number}")
    settle(session, cast, case)
    leave_intake(session, cast, case)
    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)

    assert two_step.view_of(case, cast.reviewer).read_before
    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
    two_step.record(session, case, cast.reviewer, disposition="tolerate", reason="一般过失")
    two_step.confirm(session, case, cast.reviewer, disposition="tolerate", reason="后果不改变意见")
    session.commit()
    assert audit.verify(session).ok


def test_who_only_opened_pages_that_show_nothing_is_not_said_to_have_read_the_case(
    another_browser, session, cast, owed
):
    browser = another_browser(cast.reviewer)
    browser.get(f"/cases/{owed.number}/recusal")
    browser.get(f"/cases/{owed.number}/conduct")
    settle(session, cast, owed)
    review.assign_reviewer(session, owed, cast.reviewer2, cast.chief, on=TODAY)
    review.assign_reviewer(session, owed, cast.reviewer, cast.chief, on=TODAY)

    assert not two_step.view_of(owed, cast.reviewer).read_before


def test_where_the_organ_does_not_want_it_nothing_changes(another_browser, session, cast):
    change_settings(session, cast.chief, two_step_view=0)
    case = recommended_case(session, cast)
    leave_intake(session, cast, case)
    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)
    settle(session, cast, case)

    browser = another_browser(cast.reviewer)
    browser.get(f"/cases/{case.number}")
    assert browser.status == 200
    browser.get(f"/cases/{case.number}/conduct")
    assert browser.status == 403


def test_another_reviewer_owes_a_view_of_their_own_and_the_first_is_free(session, cast, owed):
    review.assign_reviewer(session, owed, cast.reviewer2, cast.chief, on=TODAY)

    assert two_step.owed_by(session, cast.reviewer) == []
    assert [case.id for case in two_step.owed_by(session, cast.reviewer2)] == [owed.id]
    assert any(row.part == Part.REVIEWER and row.ended_at is None for row in owed.assignments)


def test_the_chief_sets_it_and_finds_the_moves_without_small_numbers(another_browser, session, cast, owed):
    people.declare(session, owed, cast.reviewer, Step.ASSIGNMENT, [])
    two_step.record(session, owed, cast.reviewer, disposition="tolerate", reason="一般过失")
    two_step.confirm(session, owed, cast.reviewer, disposition="correct", reason="后果较重")
    assert (
        two_step.moves(session, cast.chief, cast.county).total == 0
    )  # a review that is not over is nobody's business
    owed.stage = Stage.HEARING
    session.commit()

    chief = another_browser(cast.chief)
    chief.get("/office")
    assert "fewer than five" in chief.text()
    assert chief.value("two_step_view") == "1"
    chief.send("Save", two_step_view="0")
    assert chief.status == 200
    chief.send("Save", two_step_view=None)
    assert chief.status == 422
