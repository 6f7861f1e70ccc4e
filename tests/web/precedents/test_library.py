"""The pages of the library: what is found, shown and approved, and what nobody may see or slip in."""

import io
import json

import pytest
from sqlalchemy import func, select

from casebook.models import Event, Life, Precedent
from casebook.precedents import exchange, library
from casebook.procedure.dates import today
from tests.factories import make_case, make_organisation, make_user
from tests.precedents import HELD, TOLERATED, a_precedent

ROW = {
    "code": "GX-1", "title": "未批先建村道", "summary": "事实。", "outcome": "tolerate", "body": "某县", "tier": "typical", "source_title": "典型案例通报",
    "facts": {"purpose": "public", "deaths": 0},
}  # fmt: skip
PLAIN = {
    **TOLERATED, "due_diligence_performed": False, "decision_mode": "collective_full", "role_in_conduct": "principal",
    "rule_status_at_time": "ambiguous",
}  # fmt: skip
GRAVER = {**PLAIN, "knew_of_prohibition": True}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def reviewer(session, people):
    return people.reviewer


def import_of(session, by, *rows):
    content = "\n".join(json.dumps({**ROW, **row}) for row in rows).encode()
    return exchange.import_precedents(session, by, content, "a.jsonl", on=today())


def sent(browser, content: bytes, name: str):
    browser.get("/precedents/import")
    return browser.post("/precedents/import", files={"file": (io.BytesIO(content), name)})


def test_the_list_shows_what_each_is_and_finds_by_filters(session, people, reviewer, as_):
    a_precedent(session, reviewer, title="容错的先例", outcome="tolerate", region="江苏")
    a_precedent(
        session,
        reviewer,
        title="追责的先例",
        outcome="hold_accountable",
        tier="guiding",
        articles=[{"instrument": "PAR2019", "article": "第十七条"}],
    )
    a_precedent(session, reviewer, title="出库的先例", life="withdrawn")
    browser = as_(people.officer, "en")
    browser.get("/precedents")
    assert "Found: 2." in browser.text()
    assert "出库的先例" not in browser.text()
    for filters, title in (
        ({"outcome": "hold_accountable"}, "追责的先例"), ({"tier": "guiding"}, "追责的先例"), ({"region": "江苏"}, "容错的先例"),
        ({"article": "第十七条"}, "追责的先例"), ({"fact": "private_gain_self|true"}, "追责的先例"),
        ({"issue": "disposition", "finding": "tolerate"}, "容错的先例"), ({"life": "withdrawn"}, "出库的先例"),
    ):  # fmt: skip
        browser.get("/precedents", **filters)
        assert [link.get_text() for link in browser.page.select("tbody th a")] == [title], filters
    browser.get("/precedents", life="all")
    assert "Found: 3." in browser.text()


@pytest.mark.parametrize(
    "odd",
    [
        {"page": "9" * 30},
        {"page": "x"},
        {"outcome": "no"},
        {"tier": "' or 1"},
    ],
)
def test_odd_filters_are_passed_over(session, people, reviewer, as_, odd):
    a_precedent(session, reviewer)
    browser = as_(people.officer, "en")
    browser.get("/precedents", **odd)
    assert browser.status == 200
    assert "Found: 1." in browser.text()


def test_a_period_that_cannot_be_read_is_named(session, people, reviewer, as_):
    browser = as_(people.officer, "en")
    browser.get("/precedents", since="soon")
    assert browser.status == 422
    assert browser.errors == ["Found “soon”. Write a year, month or day as in 2024-05."]
    assert browser.value("since") == "soon"


def test_one_precedent_is_shown_in_full(session, people, reviewer, as_):
    from casebook.precedents.entering import Finding, Found

    precedent = a_precedent(
        session, reviewer, facts={**TOLERATED, "deaths": Found(None, "unknown", "stated", "第三段")}, notes="裁量",
        issues={"T1": Finding("correct", ["knew_of_prohibition"], ["mental_state"], "说理")}, holding="理由在此",
        articles=[{"instrument": "PAR2019", "article": "第十七条"}], collective=True, measure="提醒谈话",
    )  # fmt: skip
    browser = as_(people.panel, "zh")
    browser.get(f"/precedents/{precedent.code}")
    said = browser.text()
    for words in (
        "理由在此",
        "裁量",
        "提醒谈话",
        "说理",
        "明知有禁止性规定",
        "未查明",
        "第三段",
        "本级",
        "已有先例，偏离应当说明理由",
    ):
        assert words in said
    href = browser.link("中国共产党问责条例（2019年修订） 第十七条")
    browser.get(href)
    assert browser.status == 200
    assert "第十七条第一款第一项" in browser.text()


def test_a_stale_precedent_says_that_it_binds_nobody(session, people, reviewer, as_):
    precedent = a_precedent(session, reviewer, current=False)
    browser = as_(people.officer, "en")
    browser.get(f"/precedents/{precedent.code}")
    assert "until then it binds no case" in browser.text()


def test_no_text_of_a_precedent_becomes_markup(session, people, reviewer, as_):
    precedent = a_precedent(
        session,
        reviewer,
        title=SCRIPT,
        summary=SCRIPT,
        body=SCRIPT,
        region=SCRIPT,
        holding=SCRIPT,
        source_title=SCRIPT,
    )
    browser = as_(people.officer, "en")
    for path in ("/precedents", f"/precedents/{precedent.code}", "/precedents/consistency"):
        browser.get(path)
        assert not [one for one in browser.page.select("script") if "alert" in one.get_text()]
    assert SCRIPT in browser.get(f"/precedents/{precedent.code}").select_one("h1").get_text()


def test_the_case_behind_a_precedent_is_nowhere_for_those_who_may_not_read_it(session, people, case, as_):
    precedent = a_precedent(
        session, make_user(session, "reviewer", organisation=case.organisation), case=case
    )
    outsider = make_user(session, "reviewer")
    owner, stranger = as_(people.officer, "en"), as_(outsider, "en")
    owner.get(f"/precedents/{precedent.code}")
    assert case.number in owner.text()
    for path in (
        f"/precedents/{precedent.code}",
        "/precedents",
        "/precedents/consistency",
        "/precedents/export.jsonl",
        "/precedents/export.xlsx",
    ):
        stranger.get(path)
        assert stranger.status == 200
        assert case.number.encode() not in stranger.response.get_data()
    row = {**ROW, "supersedes": case.number, "code": precedent.code}
    sent(stranger, json.dumps(row).encode(), "a.jsonl")
    assert stranger.status == 422
    assert case.title not in stranger.text()


@pytest.mark.parametrize("life", ["proposed", "refused", "coding"])
def test_what_was_not_approved_looks_like_nothing_to_others(session, people, as_, life):
    hidden = a_precedent(session, title="尚未批准的先例", life=life)
    browser = as_(people.officer, "en")
    browser.get(f"/precedents/{hidden.code}")
    seen = browser.text().replace(hidden.code, "X")
    browser.get("/precedents/T-99999")
    assert browser.status == 404
    assert seen == browser.text().replace("T-99999", "X")
    browser.get("/precedents", life="all")
    assert "尚未批准的先例" not in browser.text()


@pytest.mark.parametrize("code", ["..", "%2e%2e", "a%00b", "x" * 3000, "%ff", "先例〔2025〕1"])
def test_odd_addresses_find_nothing(people, as_, code):
    browser = as_(people.officer, "en")
    browser.get(f"/precedents/{code}")
    assert browser.status in (400, 404)


def test_a_code_with_chinese_signs_is_its_own_address(session, people, reviewer, as_):
    a_precedent(session, reviewer, code="执纪指导案例〔2024〕第1号")
    browser = as_(people.officer, "en")
    browser.get("/precedents")
    browser.get(browser.page.select_one("tbody th a")["href"])
    assert browser.status == 200
    assert "执纪指导案例〔2024〕第1号" in browser.text()


def test_an_import_is_approved_by_another_person(session, people, reviewer, as_):
    importer, chief = as_(reviewer, "en"), as_(people.chief, "en")
    sent(importer, json.dumps(ROW).encode(), "先例.jsonl")
    assert "Imported: 1." in importer.text()
    assert "Waiting for you" not in importer.text()
    chief.get("/precedents")
    chief.get(next(link["href"] for link in chief.page.select("main a") if "Import of" in link.get_text()))
    chief.send("Approve all 1")
    assert "Approved: 1." in chief.text()
    one = session.scalars(select(Precedent)).one()
    assert one.approved_by_id == people.chief.id
    assert one.published_at is not None
    chief.get("/precedents")
    assert "Waiting for you" not in chief.text()


def test_the_importer_approves_nothing_of_it(session, people, reviewer, as_):
    import_of(session, reviewer, {})
    number = session.scalar(select(func.max(Event.seq)).where(Event.kind == "precedents.imported"))
    browser = as_(reviewer, "en")
    browser.get("/precedents/GX-1")
    assert "Approve it" not in browser.text()
    browser.get("/account")
    browser.post(f"/precedents/imports/{number}")
    assert browser.status == 404
    browser.get("/account")
    browser.post("/precedents/GX-1/approve")
    assert browser.status == 403
    assert library.alive(session) == []


def test_one_of_an_import_is_refused_on_its_page_with_a_reason(session, people, reviewer, as_):
    import_of(session, reviewer, {}, {"code": "GX-2"})
    chief = as_(people.chief, "en")
    chief.get("/precedents/GX-1")
    chief.send("Do not approve", why="")
    assert chief.status == 422
    assert chief.errors == ["Say why it is not approved."]
    chief.send("Do not approve", why="与公布文本不符")
    chief.get("/precedents/GX-2")
    chief.send("Approve")
    assert "is approved" in chief.text()
    lives = dict(session.execute(select(Precedent.code, Precedent.life)).all())
    assert lives["GX-1"] == Life.REFUSED
    assert lives["GX-2"] != Life.PROPOSED


def test_a_precedent_from_a_case_here_is_not_approved_past_its_coding(session, people, case, as_):
    precedent = a_precedent(session, people.reviewer, case=case, life="proposed")
    chief = as_(people.chief, "en")
    chief.get("/account")
    chief.post(f"/precedents/{precedent.code}/approve")
    assert chief.status == 404
    session.refresh(precedent)
    assert precedent.life == Life.PROPOSED


def test_a_chief_takes_a_precedent_out_and_nobody_else(session, people, reviewer, as_):
    precedent = a_precedent(session, reviewer)
    for role in ("officer", "reviewer", "panel", "auditor", "administrator"):
        browser = as_(getattr(people, role), "en")
        browser.get(f"/precedents/{precedent.code}")
        assert "Take it out" not in (browser.page.get_text() if browser.status == 200 else "")
        browser.get("/account")
        browser.post(f"/precedents/{precedent.code}/withdraw", {"why": "不再适用"})
        assert browser.status == 403
    other = as_(make_user(session, "chief"), "en")
    other.get("/account")
    other.post(f"/precedents/{precedent.code}/withdraw", {"why": "不再适用"})
    assert other.status == 403
    chief = as_(people.chief, "en")
    chief.get(f"/precedents/{precedent.code}")
    chief.send("Take it out", why="不再适用", law="新条例第三条")
    assert "taken out of the library" in chief.text()
    assert "新条例第三条" in chief.text()
    session.refresh(precedent)
    assert precedent.life == Life.WITHDRAWN


def test_a_faulty_file_is_reported_by_place_and_field(session, people, reviewer, as_):
    browser = as_(reviewer, "zh")
    rows = [ROW, {**ROW, "code": "GX-2", "title": SCRIPT, "tier": SCRIPT}]
    sent(browser, "\n".join(map(json.dumps, rows)).encode(), "<b>x.jsonl")
    assert browser.status == 422
    (row,) = browser.page.select("tbody tr")
    assert [cell.get_text() for cell in row.select("th, td")][:2] == ["第 2 行", "层级tier"]
    assert SCRIPT in row.get_text()
    assert session.scalars(select(Precedent)).all() == []
    sent(browser, b"", "")
    assert browser.status == 422
    assert browser.errors == ["请选择文件。"]


@pytest.mark.parametrize("role", ["officer", "panel", "auditor", "administrator"])
def test_nobody_else_imports(session, people, as_, role):
    browser = as_(getattr(people, role), "en")
    browser.get("/account")
    browser.post("/precedents/import", files={"file": (io.BytesIO(json.dumps(ROW).encode()), "a.jsonl")})
    assert browser.status == 403
    assert session.scalars(select(Precedent)).all() == []


def test_a_download_is_logged_and_has_what_is_in_effect(session, people, reviewer, as_):
    a_precedent(session, reviewer, title="在库")
    a_precedent(session, reviewer, title="待批", life="proposed")
    browser = as_(people.officer, "en")
    browser.get("/precedents/export.jsonl")
    (row,) = [json.loads(line) for line in browser.response.get_data().splitlines()]
    assert row["title"] == "在库"
    assert "attachment" in browser.response.headers["Content-Disposition"]
    browser.get("/precedents/export.xlsx")
    assert browser.response.get_data()[:2] == b"PK"
    events = session.scalars(select(Event).where(Event.kind == "precedents.exported")).all()
    assert [event.detail for event in events] == [
        {"found": 1, "format": "jsonl"},
        {"found": 1, "format": "xlsx"},
    ]


def test_conflicts_stand_side_by_side_with_what_would_mend_them(session, people, reviewer, as_):
    graver = a_precedent(session, reviewer, title="重而轻处", outcome="tolerate", facts=GRAVER)
    milder = a_precedent(session, reviewer, title="轻而重处", outcome="hold_accountable", facts=PLAIN)
    a_precedent(session, make_user(session, "reviewer"), title="他地", outcome="correct", facts=HELD)
    browser = as_(people.officer, "en")
    browser.get("/precedents/consistency")
    said = browser.text()
    assert f"{graver.code} is at least as grave as {milder.code}" in said
    assert "The fewest precedents whose removal leaves no conflict: 1." in said
    assert "These would do as well" in said
    assert "0 (0.0%)" in said
    assert "他地" not in said
    browser.get("/precedents/consistency", issue="T2")
    assert "No precedent that may bind here has decided this issue" in browser.text()
    browser.get("/precedents/consistency", issue="../x", page="999999999999")
    assert browser.status == 200


def test_a_precedent_of_an_organ_below_says_where_it_binds(session, as_):
    city = make_organisation(session)
    county = make_organisation(session, parent=city)
    one = a_precedent(session, make_user(session, "reviewer", organisation=county))
    browser = as_(make_user(session, "reviewer", organisation=city))
    browser.get("/precedents")
    assert "下级" in browser.page.select_one("tbody").get_text()
    browser.get(f"/precedents/{one.code}")
    assert (
        f"下级机关的先例：对您所在机关的案件仅供参考；对{county.name_zh}及其下级机关的案件有约束"
        in browser.text()
    )
    browser.get(browser.link("与另一件先例并排比对"))
    assert (browser.status, browser.value("a"), browser.errors) == (200, one.code, [])


def test_a_chief_of_the_organ_above_sees_what_waits_below(session, as_):
    city = make_organisation(session)
    below = make_user(session, "reviewer", organisation=make_organisation(session, parent=city))
    import_of(session, below, {})
    browser = as_(make_user(session, "chief", organisation=city), "en")
    browser.get("/precedents")
    assert "Waiting for you" in browser.text()


def test_a_case_of_its_own_does_not_count_as_a_precedent_by_itself(session, people, as_):
    make_case(session, people.officer)
    browser = as_(people.officer, "zh")
    browser.get("/precedents")
    assert "先例库还是空的" in browser.text()
