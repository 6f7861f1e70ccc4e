"""Precedents in and out as files: the same library on the other side, and nothing at all of a file with one fault."""

import io
import itertools
import json
import zipfile
from contextlib import ExitStack
from datetime import date

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from casebook.db import make_engine, session_factory
from casebook.errors import NotAllowed
from casebook.models import Event, Life, Precedent, PrecedentFact
from casebook.precedents import checking, exchange, identity, library
from casebook.precedents.entering import Finding, Found
from casebook.precedents.records import BadImport, as_json
from casebook.procedure.dates import today
from rules.factors import book
from rules.vocabulary import vocabulary
from tests.conftest import fresh_database
from tests.factories import make_organisation, make_user
from tests.precedents import a_precedent

ROW = {
    "code": "GX-1", "title": "未批先建村道", "summary": "未取得批准即施工，事后补办。", "outcome": "tolerate",
    "body": "青石县纪委监委", "tier": "typical", "source_title": "典型案例通报", "decided_on": "2025-06-01", "facts": {"purpose": "public", "deaths": 0},
}  # fmt: skip


@pytest.fixture
def reviewer(session):
    return make_user(session, "reviewer")


@pytest.fixture
def fresh_session(server_url, template, tmp_path):
    """Opens sessions over stores of their own."""
    with ExitStack() as stack:
        made = itertools.count(1)

        def opened():
            folder = tmp_path / f"store{next(made)}"
            folder.mkdir()
            engine = make_engine(stack.enter_context(fresh_database(server_url, template, folder)))
            stack.callback(engine.dispose)
            return stack.enter_context(session_factory(engine)())

        yield opened


def lines(*rows) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def taken(session, by, content, name="a.jsonl", **fields):
    return exchange.import_precedents(session, by, content, name, on=today(), **fields)


def refused(session, by, content, name="a.jsonl") -> list[str]:
    before = session.scalar(select(func.count(Event.seq)))
    with pytest.raises(BadImport) as bad:
        taken(session, by, content, name)
    assert session.scalar(select(func.count(Precedent.id))) == 0
    assert session.scalar(select(func.count(Event.seq))) == before
    assert bad.value.message("zh")
    return [fault.message("en") for fault in bad.value.faults]


def sheet(**sheets) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"strings_to_formulas": False}) as file:
        for name, rows in sheets.items():
            page = file.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return made.getvalue()


def everything(session) -> list[str]:
    """All that the precedents say, without what belongs to this store."""
    session.expire_all()
    found = session.scalars(select(Precedent).order_by(Precedent.code))
    return [json.dumps(as_json(one, one.tier), sort_keys=True) for one in found]


def full(session, by, **fields):
    """A precedent with something in every field."""
    sample = {}
    for fact in vocabulary().facts.values():
        sample[fact.id] = {
            "boolean": True, "number": fact.maximum or 12345678.9, "date": "2024-02-29", "text": "=1+1",
            "choice": fact.values[0] if fact.values else "另行\n填写", "choices": list(fact.values[:2]),
        }[fact.type]  # fmt: skip
        if fact.type == "number" and fact.integer:
            sample[fact.id] = int(sample[fact.id])
    sample["deaths"] = Found(None, "unknown", "stated", "第三段")
    sample["direct_economic_loss_cny"] = Found(123456789012345.67, "known", "verified", "审计报告，第2页")
    issues = {
        issue.id: Finding(
            "correct", list(issue.factors[:2]), list(issue.factors[2:3]), "说理\n第二行；与；分号"
        )
        for issue in book().issues.values()
    }
    issues["disposition"] = Finding("tolerate", ["mental_state"], [], "")
    named = {
        "code": "先例〔2025〕1.a_b-c", "region": "=cmd|'/C calc'!A1", "sector": vocabulary().facts["conduct_sector"].values[0],
        "holding": "@SUM(1)\r\n<b>第二行</b>", "notes": "+1 -1\t制表", "conduct": {"from": "2023-01", "to": "2024-03"},
        "effective_from": date(2025, 6, 2), "effective_to": date(2030, 1, 1), "measure": "提醒谈话", "collective": True,
        "articles": [{"instrument": "PAR2019", "article": "第十七条"}], "source_title": "http://example.org/ =1",
        "source_sha256": "a" * 64, "paragraphs": ["第一段；之一", "第二段"], "rules_sha256": vocabulary().digest,
    }  # fmt: skip
    return a_precedent(session, by, facts=sample, issues=issues, **{**named, **fields})


@pytest.mark.parametrize(("kind", "lang"), [(".jsonl", "zh"), (".xlsx", "zh"), (".xlsx", "en")])
def test_what_goes_out_comes_in_the_same(session, reviewer, kind, lang, fresh_session):
    full(session, reviewer)
    a_precedent(
        session, reviewer, outcome="correct", tier="guiding", conduct={"before": "2020"}, decided_on=None
    )
    a_precedent(
        session, reviewer, outcome="hold_accountable", tier="elsewhere", conduct={"published": "2024"}
    )
    content = exchange.export(session, None, kind, lang=lang)
    other = fresh_session()
    took = taken(other, make_user(other, "reviewer"), content, "library" + kind)
    assert len(took) == 3
    assert everything(other) == everything(session)
    assert {one.life for one in took} == {Life.PROPOSED}


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: (
        checking.is_seen(text)
        and not checking._NO_TEXT.search(text)
        and not identity.problems(identity.check({"text": text}))  # a telephone number is rightly refused
    )
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "private_gain_self": st.booleans(), "deaths": st.integers(0, 10**6),
        "direct_economic_loss_cny": st.integers(0, 10**15).map(lambda cents: cents / 100),
        "purpose": st.sampled_from(vocabulary().facts["purpose"].values),
    },
)  # fmt: skip


@pytest.mark.slow
@given(st.lists(st.tuples(TEXT, TEXT, TEXT, FACTS), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_and_number_survives_a_spreadsheet(fresh_session, entries):
    session, other = fresh_session(), fresh_session()
    by = make_user(session, "reviewer")
    for title, summary, region, facts in entries:
        a_precedent(
            session, by, title=title[:200], summary=summary, region=region, facts=facts, current=False
        )
    content = exchange.export(session, None, ".xlsx")
    taken(other, make_user(other, "reviewer"), content, "library.xlsx")
    assert everything(other) == everything(session)
    session.close()
    other.close()


def test_an_import_waits_for_a_second_person_and_is_then_relied_on(session, reviewer):
    took = taken(session, reviewer, lines(ROW, {**ROW, "code": "GX-2"}))
    assert library.alive(session) == []
    second = make_user(session, "reviewer", organisation=reviewer.organisation)
    (batch,) = exchange.batches(session, second)
    assert batch.precedents == took
    assert batch.by is reviewer
    assert exchange.batches(session, reviewer) == []
    with pytest.raises(NotAllowed):
        exchange.approve_import(session, batch.number, reviewer, today())
    exchange.approve_import(session, batch.number, second, today())
    assert {one.approved_by_id for one in took} == {second.id}
    assert exchange.batches(session, second) == []


def test_what_the_command_line_imports_waits_for_a_chief(session, reviewer):
    taken(session, None, lines(ROW), organisation=reviewer.organisation)
    assert exchange.batches(session, reviewer) == []
    chief = make_user(session, "chief", organisation=reviewer.organisation)
    (batch,) = exchange.batches(session, chief)
    assert batch.by is None


@pytest.mark.parametrize("role", ["officer", "panel", "auditor", "administrator"])
def test_nobody_else_imports(session, role):
    with pytest.raises(NotAllowed):
        taken(session, make_user(session, role), lines(ROW))


def test_a_batch_of_another_organ_is_not_approved(session, reviewer):
    taken(session, reviewer, lines(ROW))
    stranger = make_user(session, "chief")
    assert exchange.batches(session, stranger) == []
    number = session.scalar(select(func.max(Event.seq)).where(Event.kind == "precedents.imported"))
    with pytest.raises(NotAllowed):
        exchange.approve_import(session, number, stranger, today())


def test_a_precedent_of_own_making_leaves_without_its_case(session, reviewer):
    from tests.factories import make_case

    case = make_case(session)
    a_precedent(session, reviewer, case=case)
    for kind in (".jsonl", ".xlsx"):
        content = exchange.export(session, reviewer, kind)
        texts = content if kind == ".jsonl" else b"".join(_parts(content))
        assert case.number.encode() not in texts
        assert b"case_id" not in texts


def test_the_tier_that_leaves_is_the_one_it_has_for_whoever_exports(session, reviewer):
    a_precedent(session, make_user(session, "reviewer"), tier="own")
    (row,) = map(json.loads, exchange.export(session, reviewer, ".jsonl").splitlines())
    assert row["tier"] == "elsewhere"


def test_only_what_is_in_effect_leaves(session, reviewer):
    for life in ("proposed", "refused", "withdrawn", "flipped", "review", "reversed"):
        a_precedent(session, reviewer, life=life)
    assert exchange.export(session, reviewer, ".jsonl") == b""


def test_an_exported_sheet_has_no_formula_and_no_link(session, reviewer):
    full(session, reviewer)
    content = exchange.export(session, reviewer, ".xlsx")
    parts = b"".join(_parts(content))
    assert b"=cmd|" in parts
    assert b"<f>" not in parts
    assert b"<hyperlink" not in parts


def _parts(content: bytes):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield from (archive.read(name) for name in archive.namelist())


def test_a_sheet_filled_in_by_hand_is_understood(session, reviewer):
    choice = vocabulary().facts["purpose"].choices[0]
    issue = book().issues["red_line"]
    factor = book().factors[issue.factors[0]]
    content = sheet(
        先例=[
            ["编号", "标题", "层级", "公布来源", "作出决定的机关", "处理结果", "基本事实", "决定日期", "行为时间", "集体研究决定", "facts.deaths"],
            [2024001, "未批先建", "典型", "通报", "某县纪委", "予以容错", "事实", "2025-06-01", "2023-01 至 2023-05", "是", 0],
        ],
        事实=[
            ["编号", "事实代码", "值", "认定方式"],
            [2024001, "purpose", choice.zh, "经核实"],
            [2024001, "private_gain_self", "否", ""],
            [2024001, "direct_economic_loss_cny", "1000.50", ""],
        ],
        认定=[["编号", "问题", "认定结果", "作为理由的因素"], [2024001, issue.zh, "予以容错", factor.zh]],
    )  # fmt: skip
    (one,) = taken(session, reviewer, content, "手工.xlsx")
    assert (one.code, one.tier, one.outcome, one.collective) == ("2024001", "typical", "tolerate", True)
    assert one.conduct == {"from": "2023-01", "to": "2023-05"}
    assert one.known_facts == {
        "deaths": 0, "purpose": choice.value, "private_gain_self": False, "direct_economic_loss_cny": 1000.5,
    }  # fmt: skip
    assert {issue.issue: issue.reasons for issue in one.issues} == {
        "disposition": [],
        "red_line": [factor.id],
    }


def test_a_csv_has_facts_and_findings_as_columns(session, reviewer):
    text = '编号,标题,层级,作出决定的机关,处理结果,基本事实,facts.purpose,issues.T1\nA-1,标题,他地,某县,追究责任,"甲\n乙",public,追究责任\n'
    (one,) = taken(session, reviewer, b"\xef\xbb\xbf" + text.encode(), "a.csv")
    assert one.summary == "甲\n乙"
    assert one.known_facts == {"purpose": "public"}
    assert {issue.issue for issue in one.issues} == {"T1", "disposition"}


BAD = [
    ({"outcome": "forgive"}, "outcome", "one of: tolerate, correct, hold_accountable"),
    ({"tier": "supreme"}, "tier", "one of: guiding"),
    ({"title": " "}, "title", "must not be empty"),
    ({"title": 5}, "title", "must be text"),
    ({"title": "a\0b"}, "title", "control characters"),
    ({"title": "\ud800"}, "title", "control characters"),
    ({"title": "\u202e查追任责究"}, "title", "cannot be kept"),
    ({"title": "先例\u2028一"}, "title", "cannot be kept"),
    ({"title": "\u200b\u200b"}, "title", "must not be empty"),
    ({"summary": "\u3164"}, "summary", "must say something"),
    ({"decided_on": "2025-02-30"}, "decided_on", "expected a date"),
    ({"decided_on": "2999-01-01"}, "decided_on", "after the day of entry"),
    ({"effective_from": "2025-02-02", "effective_to": "2025-02-01"}, "effective_to", "before it begins"),
    ({"conduct": "2026"}, "conduct", "after the decision"),
    ({"conduct": "soon"}, "conduct", "expected a date, month or year"),
    ({"rules_sha256": "0" * 64}, "rules_sha256", "No version of the rules with the digest"),
    ({"rules_sha256": "xyz"}, "rules_sha256", "64 hexadecimal"),
    ({"facts": {"likes_tea": True}}, "facts.likes_tea", "no fact"),
    ({"facts": {"deaths": -1}}, "facts.deaths", "expected a whole number"),
    ({"facts": {"deaths": 10**400}}, "facts.deaths", "10^18"),
    ({"facts": {"deaths": True}}, "facts.deaths", "expected a whole number"),
    ({"facts": {"deaths": {"value": 1, "state": "unknown"}}}, "facts.deaths", "no value"),
    ({"facts": {"deaths": {"value": 1, "state": ["x"]}}}, "facts.deaths.state", "one of: known"),
    ({"facts": {"deaths": {"value": 1, "how": "guessed"}}}, "facts.deaths.how", "one of: stated"),
    ({"facts": {"deaths": {"value": 1, "colour": "red"}}}, "facts.deaths", "only value, state"),
    ({"facts": {"deaths": {"value": 1, "evidence": 7}}}, "facts.deaths.evidence", "must be text"),
    ({"facts": [1]}, "facts", "an object"),
    ({"facts": {"purpose": "\ud800"}}, "facts.purpose", "one of"),
    ({"issues": {"T9": "tolerate"}}, "issues.T9", "one of: T1"),
    ({"issues": {"T1": "forgive"}}, "issues.T1.outcome", "one of: tolerate"),
    ({"issues": {"disposition": "correct"}}, "issues.disposition.outcome", "the outcome of the precedent"),
    ({"issues": {"T1": {"outcome": "correct", "reasons": ["beauty"]}}}, "issues.T1.reasons", "a factor of"),
    ({"issues": {"T1": {"outcome": "correct", "reasons": "mental_state"}}}, "issues.T1.reasons", "a list of factors"),
    ({"issues": {"T1": {"outcome": "correct", "reasons": ["mental_state"] * 2}}}, "issues.T1.reasons", "each factor once"),
    (
        {"issues": {"T1": {"outcome": "correct", "reasons": ["mental_state"], "rejected": ["mental_state"]}}},
        "issues.T1.rejected", "no reason as well",
    ),
    ({"articles": "tolerance"}, "articles", "a list"),
    ({"articles": ["no.such_rule"]}, "articles.1", "no rule or article"),
    ({"articles": [{"instrument": "PAR2019", "article": "第九百九十九条"}]}, "articles.1", "no rule or article"),
    ({"articles": [{"instrument": "SOE2024", "article": "第十一条"}], "decided_on": "2019-01-01"}, "articles.1", "not in force"),
    ({"articles": [["x"]] * 61}, "articles", "at most 60"),
    ({"paragraphs": ["x" * 61]}, "paragraphs", "At most 60"),
    ({"collective": "perhaps"}, "collective", "yes (true) or no (false)"),
    ({"sector": "moon"}, "sector", "one of"),
    ({"code": "../../etc"}, "code", "1 to 60 letters"),
    ({"code": "a b"}, "code", "1 to 60 letters"),
    ({"code": 7}, "code", "expected a text"),
    ({"supersedes": "nothing"}, "supersedes", "There is no precedent"),
    ({"supersedes": "\0"}, "supersedes", "There is no precedent"),
    ({"case_id": 1}, "case_id", "no such field"),
    ({"life": "alive"}, "life", "no such field"),
    ({"summary": "身份证号11010119900307451X"}, "summary", "the number of a document"),
    ({"notes": "联系电话 138 1234 5678"}, "notes", "a telephone number"),
    ({"facts": {"deaths": {"value": 1, "evidence": "wang@example.org"}}}, "facts.deaths.evidence", "an e-mail address"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "words"), BAD, ids=[f"{one[1]}-{n}" for n, one in enumerate(BAD)]
)
def test_one_fault_names_its_line_and_field_and_keeps_the_whole_file_out(
    session, reviewer, change, field, words
):
    content = lines(ROW, {**ROW, "code": "GX-2", **change})
    (said,) = refused(session, reviewer, content)
    assert said.startswith(f"a.jsonl line 2 {field}: ")
    assert words in said


def test_a_code_stands_once_in_a_file_and_in_the_library(session, reviewer):
    (said,) = refused(session, reviewer, lines(ROW, {**ROW, "code": "gx-1"}))
    assert said == "a.jsonl line 2 code: The code “gx-1” stands already at line 1."
    taken(session, reviewer, lines(ROW))
    with pytest.raises(BadImport, match="already used"):
        taken(session, reviewer, lines(ROW))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no precedent in it"),
        (b"\n\n", "no precedent in it"),
        (b"{", "line 1: Not valid JSON (column 2)"),
        (b"\xff{}", "line 1: Not UTF-8"),
        (b"[]", "one JSON object"),
        (b'{"code": NaN}', "NaN is not a number"),
        (b'{"code": 1' + b"0" * 10**6 + b"}", "number is too long"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"facts": {"deaths": ' + b"[" * 50 + b"]" * 50 + b"}}", "nested too deeply"),
        (b'{"code": "a", "code": "b"}', "“code” stands twice"),
    ],
)
def test_lines_that_are_no_json_object_are_named(session, reviewer, content, words):
    assert words in refused(session, reviewer, content)[0]


def test_a_file_of_another_kind_or_too_large_is_refused(session, reviewer, monkeypatch):
    assert "Such files are not read" in refused(session, reviewer, b"{}", "a.exe")[0]
    monkeypatch.setattr(exchange, "LIMIT", 10)
    assert "larger than" in refused(session, reviewer, lines(ROW))[0]


def test_more_precedents_than_one_import_takes_are_refused(session, reviewer, monkeypatch):
    monkeypatch.setattr(exchange, "MOST", 1)
    assert "more than 1 precedents" in refused(session, reviewer, lines(ROW, ROW))[0]


HEAD = ["编号", "标题", "层级", "公布来源", "作出决定的机关", "处理结果", "基本事实"]
GOOD = ["A-1", "标题", "典型", "通报", "某县", "予以容错", "事实"]


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        ({"先例": [[*HEAD, "颜色"], [*GOOD, "红"]]}, "the name “颜色” is not known"),
        ({"先例": [[*HEAD, "Code"], [*GOOD, "A-2"]]}, "stands twice"),
        ({"先例": [HEAD, [*GOOD, "多"]]}, "row 2: A cell stands under no column"),
        ({"先例": [HEAD, GOOD], "事实": [["编号", "事实代码", "值"], ["A-9", "deaths", 1]]}, "row 2 code: No precedent in this file"),
        ({"先例": [HEAD, GOOD], "事实": [["事实代码", "值"], ["deaths", 1]]}, "“Code” is missing"),
        ({"先例": [HEAD, GOOD], "事实": [["编号", "事实代码", "值"], ["A-1", "deaths", 1], ["A-1", "deaths", 2]]}, "row 3 facts.deaths: This fact stands twice"),
        ({"先例": [HEAD, GOOD], "事实": [["编号", "事实代码", "值"], ["A-1", "deaths", "很多"]]}, "row 2 facts.deaths: Found “很多”"),
        ({"先例": [HEAD, GOOD], "认定": [["编号", "问题", "认定结果"], ["A-1", "T1", "原谅"]]}, "row 2 issues.T1.outcome: Found “原谅”"),
        ({"先例": [HEAD, GOOD], "别的": [["x"]]}, "sheet “别的”: Unknown sheet"),
        ({"先例": [HEAD, [*GOOD[:5], "宽恕", "事实"]]}, "sheet “先例” row 2 outcome: Found “宽恕”"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_sheet_is_named_by_row_and_column(session, reviewer, sheets, words):
    found = refused(session, reviewer, sheet(**sheets), "a.xlsx")
    assert any(words in said for said in found), found


def bomb(size: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * size)
    return made.getvalue()


def altered(content: bytes, name: str, change) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data) if part == name else data)
    return made.getvalue()


def test_hostile_spreadsheets_are_refused_with_a_message(session, reviewer):
    good = sheet(先例=[HEAD, GOOD])
    first = "xl/worksheets/sheet1.xml"
    far = altered(good, first, lambda xml: xml.replace(b'r="A2"', b'r="XFD1048576"'))
    formula = altered(good, first, lambda xml: xml.replace(b"<v>", b"<f>1+1</f><v>", 1))
    entity = altered(
        good, first, lambda xml: xml.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)
    )
    for content, words in (
        (bomb(200 * 1024 * 1024), "too much in it"),
        (far, "cannot be read"),
        (formula, "contains formulas"),
        (b"PK\x03\x04" + b"x" * 100, "cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "cannot be read"),
        (b"", "cannot be read"),
    ):
        assert words in refused(session, reviewer, content, "a.xlsx")[0]
    assert len(taken(session, reviewer, entity, "a.xlsx")) == 1


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"[]\n" * 2_000_000, "a.jsonl", "more than 1000 precedents"),
        (b"\n" * 19_000_000, "a.jsonl", "no precedent in it"),
        (
            b'{"facts": {' + b",".join(b'"%d":1' % n for n in range(200_000)) + b"}}",
            "a.jsonl",
            "longer than 1 MB",
        ),
        (b"," * 19_000_000, "a.csv", "too much in it"),
        (b"code\n" + b"x\n" * 300_000, "a.csv", "more than 1000 precedents"),
        (b"," * 2000, "a.csv", "More than 1000 columns"),
        (b"code,title\n" + b",,x\n" * 200_000, "a.csv", "A cell stands under no column"),
    ],
    ids=["objects", "lines", "facts", "commas", "rows", "columns", "strays"],
)
def test_a_file_made_to_exhaust_its_reader_is_refused(session, reviewer, content, name, words):
    assert words in refused(session, reviewer, content, name)[0]


def test_a_csv_in_another_encoding_says_how_to_save_it(session, reviewer):
    assert "CSV UTF-8" in refused(session, reviewer, "编号,标题".encode("gbk"), "a.csv")[0]
    assert "cannot be read" in refused(session, reviewer, b'code,title\n"a"b,c', "a.csv")[0]


def test_formulas_in_a_csv_are_texts_and_leave_as_texts(session, reviewer):
    text = "编号,标题,层级,作出决定的机关,处理结果,基本事实\nA-1,=1+1,他地,+cmd,追究责任,@x\n"
    (one,) = taken(session, reviewer, text.encode(), "a.csv")
    assert (one.title, one.body, one.summary) == ("=1+1", "+cmd", "@x")


def test_facts_that_were_left_out_stay_unknown(session, reviewer):
    (one,) = taken(session, reviewer, lines({**ROW, "facts": {"deaths": None, "purpose": "public"}}))
    states = dict(session.execute(select(PrecedentFact.fact_id, PrecedentFact.state)).all())
    assert states == {"deaths": "unknown", "purpose": "known"}
    assert one.known_facts == {"purpose": "public"}


def test_only_what_a_person_may_see_can_be_superseded(session, reviewer):
    hidden = a_precedent(session, life="proposed")
    with pytest.raises(BadImport, match="There is no precedent"):
        taken(session, reviewer, lines({**ROW, "supersedes": hidden.code}))


def test_a_file_with_a_long_name_is_read(session, reviewer):
    assert len(taken(session, reviewer, lines(ROW), "先例" * 100 + ".JSONL")) == 1


def test_an_organ_is_named_by_the_command_line(session):
    organ = make_organisation(session)
    (one,) = taken(session, None, lines(ROW), organisation=organ)
    assert (one.organisation, one.proposed_by) == (organ, None)


@pytest.mark.parametrize("tier", ["guiding", "typical"])
def test_what_weighs_in_every_organ_says_who_published_it(session, reviewer, tier):
    row = {**ROW, "tier": tier, "source_title": " "}

    assert "say who published it" in refused(session, reviewer, lines(row))[0]
    assert len(taken(session, reviewer, lines({**row, "tier": "elsewhere"}))) == 1
