"""Attacks on the blind second opinion through the site, with the second reviewer's own account."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from casebook.models import Part, SendBack, Stage, Step
from casebook.office import change_settings
from casebook.procedure import people, review, second_opinion
from casebook.procedure.drafts import see_draft
from casebook.recommend import recommend
from tests.factories import save
from tests.reviews import leave_intake, settle, whole_review
from tests.snapshots import prepared
from tests.stages import TODAY, Cast, recommended_case, skip_to

SECRET, REASON = "只有第一审核人写过的话", "第一审核人的总体理由"


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
@prepared
def case(session, cast):
    """Sent back once, passed in the second round, drawn, and before the panel; the second reviewer is named."""
    change_settings(session, cast.chief, second_opinion_rate=100)
    case = recommended_case(session, cast)
    leave_intake(session, cast, case)
    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)
    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
    review.return_to_officer(
        session, case, cast.reviewer, {}, code="fact_incomplete", words=f"{SECRET}：请补充", on=TODAY
    )
    save(session, case, cast.officer, serious_injuries=0)
    recommend(session, case, cast.officer, TODAY)
    review.submit(session, case, cast.officer, on=TODAY)
    answers = whole_review(session, case, cast.reviewer, T3="mixed")
    answers["T1"] = replace(answers["T1"], words_for=SECRET)
    mark = see_draft(session, case, cast.reviewer, second=False).mark
    review.pass_review(
        session,
        case,
        cast.reviewer,
        answers,
        disposition="hold_accountable",
        reason=REASON,
        seen=mark,
        on=TODAY,
    )
    second_opinion.assign_second(session, case, cast.reviewer2, cast.chief)
    skip_to(session, case, Stage.PANEL)
    people.assign(session, case, Part.CHAIR, cast.member, cast.chief)
    settle(session, cast, case)
    return case


def fill(session, case, by) -> dict:
    fields = {}
    for item, answer in whole_review(session, case, by, second=True).items():
        fields |= {
            f"view_{item}": answer.view, f"for_{item}": answer.words_for, f"against_{item}": answer.words_against,
        }  # fmt: skip
    session.commit()
    return {**fields, "disposition": "correct", "reason": "独立看法如下"}


def case_pages(app) -> list[str]:
    """Every page of a case that is read by GET, whoever wrote it."""
    return [
        str(rule)
        for rule in app.url_map.iter_rules()
        if str(rule).startswith("/cases/<number>") and "GET" in rule.methods
    ]


def address(path: str, number: str) -> str:
    """The path with the number of the case, the first of several words, and 1 for everything else."""
    path = re.sub(r"<any\((\w+)[^<>]*>", r"\1", path.replace("<number>", number))
    return re.sub(r"<[^<>]+>", "1", path)


def test_no_page_of_the_case_shows_a_word_of_the_first_review(app, another_browser, cast, case):
    blind = another_browser(cast.reviewer2)
    closed = set()

    for path in case_pages(app):
        for language in ("zh", "en"):
            blind.get(address(path, case.number), lang=language)
            text = blind.response.get_data(as_text=True)
            assert SECRET not in text, path
            assert REASON not in text, path
            if blind.status == 403:
                closed.add(path)

    assert {"/cases/<number>/review", "/cases/<number>/precedents/propose"} <= closed
    open_rooms = (
        "check",
        "facts",
        "files",
        "history",
        "recommendation",
        "worklist",
        "law-of-day",
        "details",
        "second-review",
        "recusal",
        "precedents",
    )
    for path in case_pages(app):
        part = path.removeprefix("/cases/<number>").strip("/").partition("/")[0]
        assert not part or part in open_rooms or path in closed or not _is_admitted(app, path), path


def _is_admitted(app, path: str) -> bool:
    rule = next(rule for rule in app.url_map.iter_rules() if str(rule) == path and "GET" in rule.methods)
    return "reviewer" in app.view_functions[rule.endpoint].roles


def test_the_refusal_says_why(another_browser, cast, case):
    blind = another_browser(cast.reviewer2, "zh")

    blind.get(f"/cases/{case.number}/review")

    assert blind.status == 403
    assert "提交复评意见之前，不能查看审核意见" in blind.text()


def test_the_history_names_neither_the_return_nor_the_passing_nor_the_panel(another_browser, cast, case):
    blind = another_browser(cast.reviewer2)

    for only in ("changes", "all"):
        blind.get(f"/cases/{case.number}/history", only=only)
        for kind in ("Review passed", "Sent back", "Part in the case assigned", "Submitted for review"):
            assert kind not in blind.text()
    assert "Facts saved" in blind.text()
    officer = another_browser(cast.officer)
    officer.get(f"/cases/{case.number}/history")
    assert "Review passed" in officer.text()


def test_the_page_of_the_case_links_to_no_closed_room(another_browser, cast, case):
    blind = another_browser(cast.reviewer2)
    blind.get(f"/cases/{case.number}")
    links = {link["href"] for link in blind.page.select("main a[href]")}

    for href in links:
        blind.get(href)
        assert blind.status != 403, href
    assert f"/cases/{case.number}/second-review" in links


def test_nothing_is_written_through_a_closed_page(another_browser, session, cast, case):
    blind = another_browser(cast.reviewer2)
    blind.get("/account")

    for path in ("/review", "/review/reviewer", "/review/second-reviewer", "/review/submit"):
        blind.post(f"/cases/{case.number}{path}", {"then": "return", "code": "other", "words": "越权退回"})
        assert blind.status == 403

    assert len(session.scalars(select(SendBack)).all()) == 1
    session.commit()


def test_another_reviewer_who_might_be_asked_is_not_told_either(another_browser, cast, case):
    other = another_browser(cast.superior_reviewer)

    other.get(f"/cases/{case.number}/review")
    assert "closed to you until the second opinion is given" in other.text()
    assert SECRET not in other.page.get_text()
    other.get(f"/cases/{case.number}/second-review")
    assert SECRET not in other.page.get_text()


def test_the_second_opinion_is_given_and_then_both_stand_side_by_side(another_browser, session, cast, case):
    second = another_browser(cast.reviewer2)
    second.get("/cases")
    assert case.number in second.text()
    second.get(f"/cases/{case.number}/second-review")
    second.send("None concerns me: go on")
    assert second.path.endswith("/second-review")
    assert (second.value("view_T3"), second.value("for_T1")) == ("tolerable", "")

    second.send("Give the second opinion")
    assert second.status == 422
    assert len(second.errors) == 11
    assert second.errors[0].startswith("First distinction: ")
    assert second.errors[-1].startswith("Overall reason")
    second.send("Keep as draft", for_T1="第二人的草稿")
    assert second.value("for_T1") == "第二人的草稿"
    second.send("Give the second opinion", **fill(session, case, cast.reviewer2))

    assert second.status == 200
    assert SECRET in second.text()
    assert "独立看法如下" in second.text()
    assert "Differ" in second.text()
    second.get(f"/cases/{case.number}/review")
    assert second.status == 200
    for name in ("officer", "reviewer", "chief", "auditor"):
        reader = another_browser(getattr(cast, name))
        reader.get(f"/cases/{case.number}/second-review")
        assert "独立看法如下" in reader.text()


def test_nobody_reads_a_second_opinion_that_is_still_a_draft(another_browser, cast, case):
    second = another_browser(cast.reviewer2)
    second.get(f"/cases/{case.number}/second-review")
    second.send("None concerns me: go on")
    second.send("Keep as draft", for_T1="第二人的草稿")

    for name in ("officer", "reviewer", "chief", "member", "superior", "auditor"):
        reader = another_browser(getattr(cast, name))
        for page in ("second-review", "review"):
            reader.get(f"/cases/{case.number}/{page}")
            assert "第二人的草稿" not in reader.page.get_text()


@pytest.mark.parametrize("name", ["officer", "reviewer", "chief", "member", "superior_reviewer"])
def test_nobody_else_gives_the_second_opinion(another_browser, cast, case, name):
    browser = another_browser(getattr(cast, name))
    browser.get("/account")

    browser.post(f"/cases/{case.number}/second-review", {"then": "give", "disposition": "correct"})

    assert browser.status == 403
