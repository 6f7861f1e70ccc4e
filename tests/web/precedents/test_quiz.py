"""The pages of the quiz: one question at a time, everything typed stays, and nobody reads another's answers."""

import io
import zipfile

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from casebook.models import QuizAnswer
from casebook.precedents import quiz
from tests.factories import make_user
from tests.precedents import TOLERATED, a_precedent
from tests.web.test_access import EVERYONE, HANDLERS, ROUTES, address
from web.cli import main

SECRET = "路线由县里定过，我认为只宜纠正"


@pytest.fixture
def precedent(session):
    found = a_precedent(
        session, make_user(session, "reviewer"), code="YS-7", tier="guiding", title="先建后批的村道",
        holding="系先行先试中的失误。", measure="批评教育",
    )  # fmt: skip
    session.commit()
    return found


def ask(visitor, precedent):
    return visitor.get(f"/quiz/{precedent.id}")


def test_a_person_reads_answers_and_then_sees_the_decision(officer_zh, precedent, session):
    officer_zh.get("/quiz")
    officer_zh.get(officer_zh.link("下一例"))
    asked = officer_zh.text() + officer_zh.path
    for told in ("YS-7", "指导性", "先建后批的村道", "先行先试", "批评教育"):
        assert told not in asked
    assert "镇政府为方便群众出行" in asked

    officer_zh.send(button="提交并查看原决定", outcome="correct", reasons=["mental_state"], words=SECRET)

    assert officer_zh.status == 200
    shown = officer_zh.text()
    for told in (
        "YS-7",
        "指导性",
        "我的处理意见 纠错",
        "现行规定仍可得出同一结果",
        "系先行先试中的失误。",
        "批评教育",
        "与原决定结果不同",
        SECRET,
    ):
        assert told in shown
    assert session.scalars(select(QuizAnswer)).one().reasons == ["mental_state"]
    session.commit()
    officer_zh.get("/quiz")
    assert "先建后批的村道" in officer_zh.text()
    assert "暂无可供您练习的先例" in officer_zh.text()


def test_what_is_as_usual_is_folded_and_may_be_named_all_the_same(visitor, session):
    facts = {**TOLERATED, "knew_of_prohibition": False}
    precedent = a_precedent(session, make_user(session, "reviewer"), facts=facts)
    session.commit()
    ask(visitor, precedent)
    offered = {
        name: [one["value"] for one in visitor.page.select(f"input[name={name}]")]
        for name in ("reasons", "others")
    }
    assert "mental_state" in offered["reasons"]
    assert "knew_of_prohibition" in offered["others"]
    assert not set(offered["others"]) & set(offered["reasons"])
    assert all(one.find_parent("details") for one in visitor.page.select("input[name=others]"))

    visitor.send(button="Answer and see the decision", outcome="tolerate", others=offered["others"][:1])

    assert visitor.status == 200
    assert session.scalars(select(QuizAnswer)).one().reasons == offered["others"][:1]


def test_what_is_missing_is_named_and_what_was_typed_stays(visitor, precedent, session):
    ask(visitor, precedent)
    visitor.send(button="Answer and see the decision", words=SECRET)

    assert visitor.status == 422
    assert visitor.errors == ["Choose your outcome.", "Choose at least one reason."]
    assert visitor.value("words") == SECRET
    visitor.send(button="Answer and see the decision", outcome="pardon", reasons=["luck"])
    assert visitor.status == 422
    assert visitor.errors == ["Choose your outcome.", "Choose among the factors listed."]
    visitor.send(
        button="Answer and see the decision", words="长" * 2001, outcome="tolerate", reasons=["mental_state"]
    )
    assert visitor.status == 422
    assert session.scalars(select(QuizAnswer)).all() == []


def test_a_second_answer_changes_nothing(visitor, precedent, session):
    ask(visitor, precedent)
    fields = [
        ("outcome", "tolerate"),
        ("reasons", "mental_state"),
        ("csrf_token", visitor.value("csrf_token")),
    ]
    visitor.post(f"/quiz/{precedent.id}", fields)
    visitor.post(f"/quiz/{precedent.id}", [("outcome", "hold_accountable"), *fields[1:]])

    assert "it is answered once" in visitor.page.get_text()
    assert session.scalars(select(QuizAnswer.outcome)).all() == ["tolerate"]


@pytest.mark.parametrize("life", ["coding", "proposed", "flipped", "withdrawn"])
def test_what_is_not_asked_is_not_there(visitor, session, life):
    hidden = a_precedent(session, life=life)
    session.commit()

    visitor.get(f"/quiz/{hidden.id}")
    assert visitor.status == 404
    visitor.get("/quiz")
    visitor.post(f"/quiz/{hidden.id}", {"outcome": "tolerate", "reasons": "mental_state"})
    assert visitor.status in (400, 404)
    assert session.scalars(select(QuizAnswer)).all() == []


def test_no_page_and_no_export_tells_who_answered_what(
    another_browser, people, case, precedent, session, home, monkeypatch
):
    quiz.answer(
        session, people.officer, precedent.id, outcome="correct", reasons=["mental_state"], words=SECRET
    )
    session.commit()
    paths = [
        (path, roles) for (method, path), roles in ROUTES.items() if method == "GET" and "token" not in path
    ]
    seen = 0
    for role in sorted(EVERYONE | {"colleague"}):
        browser = another_browser(getattr(people, role), "zh")
        for path, roles in paths:
            where = address(path, case).replace("/precedents/P1", "/precedents/YS-7")
            where = where.replace("/quiz/1", f"/quiz/{precedent.id}")
            if ("officer" if role == "colleague" else role) not in roles or role == "officer":
                continue
            answer = browser.client.get(where, buffered=True)
            assert SECRET not in plain(answer.get_data()), (role, where)
            assert "quiz_answers" not in plain(answer.get_data()), (role, where)
            seen += answer.status_code == 200
    assert seen > 60

    settings = {
        "CASEBOOK_HOME": str(home.path),
        "DATABASE_URL": home.url,
        "LANG": "zh_CN.UTF-8",
        "LC_ALL": "",
    }
    for command in (["export", "--format", "jsonl"], ["export", "--format", "text"], ["audit", "export"]):
        result = CliRunner().invoke(main, command, env=settings)
        assert SECRET not in result.output
        for line in result.output.splitlines():
            if "quiz" in line:  # that somebody practised is logged, not on which precedent nor what they said
                assert "correct" not in line
                assert "YS-7" not in line


def plain(content: bytes) -> str:
    """The text of a page or a file, packed ones unpacked."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    return content.decode("utf-8", "replace")


def test_the_figure_of_the_organ_waits_until_it_is_nobodys(another_browser, people, precedent, session):
    chief = another_browser(people.chief)
    chief.get("/quiz")
    assert "Too few answers" in chief.text()
    for _ in range(5):
        person = make_user(session, "officer", organisation=people.officer.organisation)
        quiz.answer(session, person, precedent.id, outcome="tolerate", reasons=["mental_state"])
    session.commit()

    chief.get("/quiz")

    assert "Same outcome as the decision 100 %" in chief.text()
    assert "Answers counted 5" in chief.text()
    assert ROUTES["GET", "/quiz"] == HANDLERS


def test_the_pages_read_well_in_english_and_in_chinese(another_browser, people, precedent, session):
    for language, heading in (("zh", "您会如何处理？"), ("en", "How would you decide?")):
        browser = another_browser(people.officer, language)
        ask(browser, precedent)
        assert browser.heading == heading
        assert browser.page.select_one("main form").get("novalidate") is not None
