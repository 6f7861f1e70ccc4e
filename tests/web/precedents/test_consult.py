"""What the reviewer sees: the status line, the proof, the conflicts, what to ask, what a decision would do."""

import pytest
from sqlalchemy import event, select

from casebook.models import Consultation, Event
from casebook.precedents import consult
from casebook.procedure.dates import today
from casebook.recommend import recommend
from tests.consulted import GROSS, KNOWN, a_whole_case
from tests.factories import make_case, make_user, save
from tests.precedents import a_precedent
from tests.stages import Cast


@pytest.fixture
def cast(session):
    cast = Cast(session)
    a_precedent(session, make_user(session, "reviewer"), outcome="correct", facts=KNOWN, code="OTHER-1")
    return cast


@pytest.fixture
def case(session, cast):
    a_precedent(session, cast.reviewer, facts=KNOWN, code="OWN-1", title="村道先例")
    case = a_whole_case(session, cast.officer)
    recommend(session, case, cast.officer, today())
    return case


def page_of(case, *rest) -> str:
    return "/".join((f"/cases/{case.number}/precedents", *map(str, rest)))


def test_the_first_thing_a_reviewer_reads_is_the_status_and_what_the_rules_say(as_, cast, case):
    officer = as_(cast.officer)
    officer.get(page_of(case))
    assert officer.status == 200
    line = officer.page.select_one(".cb-headline")
    assert "一致约束：先例要求本案“予以容错”。" in line.get_text(" ", strip=True)
    assert "规则与先例一致" in line.get_text(" ", strip=True)
    english = as_(cast.officer, "en")
    english.get(page_of(case))
    assert "Bound: Precedents require “tolerate”." in english.text()


def test_the_proof_names_each_factor_that_tells_and_folds_the_others(as_, cast, case):
    officer = as_(cast.officer)
    officer.get(page_of(case))
    rows = officer.page.select_one("main table").select("tbody tr")
    assert any("主观过错" in row.get_text() for row in rows) or rows
    assert "其余" in officer.text()
    assert "OWN-1" in officer.text()


def test_what_was_presumed_says_so_and_the_provisional_state_is_named(as_, session, cast, case):
    other = make_case(session, cast.officer)
    save(session, other, **KNOWN)
    officer = as_(cast.officer)
    officer.get(page_of(other))
    assert "待查事实" in officer.page.select_one(".cb-headline__line").get_text()
    assert "暂定——如果现在作出决定" in officer.text()
    assert "未查明，按举证责任认定" in officer.text()
    assert "依次查明哪些事实" in officer.text()


def test_when_nothing_binds_the_page_says_why_and_never_falls_back_to_likeness(as_, session, cast, case):
    lone = make_user(session, "officer")
    other = a_whole_case(session, lone)
    officer = as_(lone)
    officer.get(page_of(other))
    text = officer.text()
    assert "无可适用先例" in text
    assert "库中只有他地先例，仅供参考，不作约束" in text
    assert "接近不等于约束" in text
    assert "本案都将是同类第一件" in text


def test_keeping_a_consultation_puts_it_in_the_file_and_says_later_what_changed(as_, session, cast, case):
    officer = as_(cast.officer)
    officer.get(page_of(case))
    officer.send("把本次查阅结果存入案卷")
    assert "第 1 次查阅记录已存入案卷" in officer.text()
    kept = session.scalar(select(Consultation))
    assert (kept.case_id, kept.by_id) == (case.id, cast.officer.id)
    assert "案件和先例库都没有变化" in officer.text()
    a_precedent(session, cast.reviewer, facts=GROSS)
    officer.get(page_of(case))
    assert "上次查阅之后有变化：先例库。" in officer.text()
    officer.get(page_of(case, "consultations", 1))
    assert "内容不再变动" in officer.text()
    assert "一致约束" in officer.text()
    officer.get(page_of(case, "consultations", 2))
    assert officer.status == 404


def test_reading_the_page_is_logged_and_keeps_nothing(as_, session, cast, case):
    reviewer = as_(cast.reviewer)
    reviewer.get(page_of(case))
    assert reviewer.status == 200
    assert session.scalar(
        select(Event).where(Event.kind == "precedents.read", Event.by_id == cast.reviewer.id)
    )
    assert session.scalar(select(Consultation)) is None
    assert "存入案卷" not in [button.get_text(strip=True) for button in reviewer.page.select("main button")]


def test_only_who_works_on_the_case_keeps_a_consultation(as_, cast, case):
    for user, status in ((cast.reviewer, 403), (cast.member, 404), (cast.stranger, 404), (cast.auditor, 403)):
        visitor = as_(user)
        visitor.get("/cases")
        visitor.post(page_of(case))
        assert visitor.status == status


def test_if_you_decide_lists_open_cases_that_one_may_see_and_counts_the_others(as_, session, cast, case):
    twin = a_whole_case(session, cast.officer, GROSS, title="同类在办案件")
    officer = as_(cast.officer)
    third = a_whole_case(session, cast.officer, {**GROSS, "deaths": 1})
    officer.get(page_of(third, "if", "tolerate"))
    assert "将受约束的在办案件" in officer.text()
    assert twin.number in officer.text()
    found = consult.what_if(session, third, "tolerate", today(), cast.stranger)
    assert ([one.number for one in found.bound], found.bound_elsewhere) == ([], 0)
    officer.get(page_of(third, "if", "acquit"))
    assert officer.status == 404


def test_a_first_of_its_kind_asks_for_reasons_and_a_collective_review(as_, session, cast):
    lone = make_user(session, "officer")
    case = a_whole_case(session, lone)
    officer = as_(lone)
    officer.get(page_of(case, "if", "correct"))
    assert "应当写明理由并集体审议" in officer.text()


def test_two_cases_stand_side_by_side_in_words_with_the_facts_and_the_law(as_, session, cast, case):
    gross = a_whole_case(session, cast.officer, GROSS)
    officer = as_(cast.officer)
    officer.get(page_of(gross, "OWN-1"))
    assert officer.status == 200
    text = officer.text()
    assert "更重的方面" in text
    assert "重大过失" in text
    assert "《" in text
    officer.get(page_of(gross, "NONE"))
    assert officer.status == 404


def test_two_precedents_stand_side_by_side(as_, session, cast, case):
    a_precedent(session, cast.reviewer, facts=GROSS, code="OWN-2")
    officer = as_(cast.officer)
    officer.get("/precedents/compare", a="OWN-1", b="OWN-2")
    assert "OWN-1 更轻的方面" in officer.text()
    officer.get("/precedents/compare")
    assert officer.status == 200
    assert officer.page.select_one(".cb-nav [aria-current]").get_text() == "先例"
    officer.send("比对", a="OWN-1", b="nothing")
    assert officer.status == 422
    assert officer.value("a") == "OWN-1"
    assert "没有找到先例 nothing" in officer.errors[0]
    officer.get("/precedents/compare", a="", b="")
    assert len(officer.errors) == 2


def test_codes_nobody_has_and_odd_issues_do_no_harm(as_, cast, case):
    officer = as_(cast.officer)
    for path in ("x" * 300, "%00", "../..", "先例〔2026〕1号", "consultations"):
        officer.get(page_of(case, path))
        assert officer.status in (404, 400), path
    officer.get(page_of(case, "OWN-1"), issue="<script>")
    assert officer.status == 200
    assert "<script>alert" not in officer.response.get_data(as_text=True)


def test_the_case_of_an_own_precedent_is_shown_to_nobody_here(as_, session, cast, case):
    secret = a_whole_case(session, cast.officer, title="不应出现的案件")
    a_precedent(session, cast.reviewer, facts=KNOWN, case=secret, code="OWN-3")
    stranger = make_user(session, "officer", organisation=cast.county)
    visitor = as_(stranger)
    for path in (page_of(case), page_of(case, "OWN-3"), "/precedents/compare?a=OWN-1&b=OWN-3"):
        visitor.get(path)
        assert visitor.status == 200
        assert secret.number not in visitor.response.get_data(as_text=True)
        assert "不应出现的案件" not in visitor.response.get_data(as_text=True)


def test_the_number_of_queries_does_not_grow_with_the_library(app, session, cast, case):
    def queries() -> int:
        seen = []
        engine = session.get_bind().engine
        consult.look(session, case, today())  # the bases are made on first use

        def note(*_):
            seen.append(1)

        event.listen(engine, "before_cursor_execute", note)
        try:
            consult.look(session, case, today())
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    few = queries()
    for _ in range(12):
        a_precedent(session, cast.reviewer, facts=GROSS)
    assert queries() == few
