import json
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casebook.errors import BadFields
from casebook.models import Precedent, PrecedentCoding, PrecedentFact, PrecedentIssue
from casebook.precedents import exchange, identity, publish
from casebook.precedents.entering import Finding, Found, Said
from casebook.precedents.markers import (
    AN_ORGAN,
    NOTHING,
    POSTS,
    RESPONDENT,
    SOMEBODY,
    THIS_CASE,
    Marker,
    general_unit,
    markers_of,
)
from casebook.precedents.records import BadImport
from casebook.procedure.dates import today
from tests.factories import make_user
from tests.proposals import SAID, settled_case
from tests.stages import Cast

MARKERS = [
    Marker("name", "周明远", RESPONDENT), Marker("person", "李四光", SOMEBODY), Marker("person", "人员1", SOMEBODY),
    Marker("unit", "青石镇人民政府", general_unit("青石镇人民政府")), Marker("unit", "青石", general_unit("青石")),
    Marker("post", "镇长", POSTS["main_leader"]), Marker("number", "FZ-2026-0001", THIS_CASE),
    Marker("code", "FZ", NOTHING), Marker("login", "zhang3", NOTHING), Marker("organ", "明山县纪委监委", AN_ORGAN),
]  # fmt: skip


def kinds(text, **told):
    return [hit.kind for hit in identity.check({"summary": text}, MARKERS, **told)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("周明远未批先建", "name"), ("周 明 远", "name"), ("周\u200b明\ufeff远", "name"), ("周·明·远", "name"),
        ("周-明*远", "name"), ("周\n明远", "name"), ("⽅案由李四光起草", "person"), ("人员１", "person"),
        ("周镇长主持", "called"), ("镇长周某主持", "called"), ("周某某副书记", "called"), ("周某（镇长）", "called"),
        ("青石镇人民政府", "unit"), ("青 石", "unit"), ("时任镇长", "post"), ("担任镇长期间", "post"),
        ("FZ-2026-0001", "number"), ("ＦＺ－２０２６－０００１", "number"), ("fz 2026 0001", "number"),
        ("ＺＨＡＮＧ３登录", "login"), ("zhаng3", "login"), ("由FZ办理", "code"), ("明山县纪委监委", "organ"),
        ("电话13800138000", "phone"), ("138-0013-8000", "phone"), ("１３８００１３８０００", "phone"),
        ("一三八〇〇一三八〇〇〇", "phone"), ("0591-87654321", "phone"), ("35012219800101123X", "id_number"),
        ("350122 19800101 1234", "id_number"), ("6222021234567890", "bank"), ("6222 0212 3456 7890 123", "bank"),
        ("a.b@example.cn", "email"), ("ａ＠ｂ．ｃｏｍ", "email"), ("闽A12345", "plate"), ("闽A·D12345", "plate"),
        ("QQ12345678", "account"), ("2023年5月10日", "day"), ("2023-05-10", "day"), ("2023.5.10", "day"),
        ("２０２３／５／１０", "day"), ("20230510", "day"), ("二〇二三年五月十日", "day"), ("5月10日", "day"),
        ("十二月三十一日", "day"), ("on 10 May 2023", "day"), ("on May 10th, 2023", "day"), ("鼓楼区", "place"),
        ("连江县", "place"), ("马鼻镇", "place"), ("拱头村", "place"), ("东街口街道", "place"), ("連江縣", "place"),
        ("in Qingshi Town", "place"), ("周局", "byname"), ("周总的安排", "byname"), ("小周", "byname"), ("老周说", "byname"),
        ("周某远", "byname"), ("周××", "byname"), ("周*远", "byname"), ("周明某", "byname"), ("明远同志", "byname"),
        ("周明遠", "name"), ("138—0013—8000", "phone"), ("138/0013/8000", "phone"), ("+86 13800138000", "phone"),
        ("８６１３８００１３８０００", "phone"), ("www.weibo.com/zhou", "link"), ("weibo.com/u/12", "link"), ("抖音号zhou123", "account"),
        ("贰零贰叁年伍月拾日", "day"), ("五月初十", "day"), ("腊月廿三", "day"), ("10/5/2023", "day"),
        ("明纪立〔2023〕15号", "number"), ("明监立字〔2023〕8号", "number"), ("(2023)闽01刑初5号", "number"), ("该县唯一的少数民族干部", "only"),
        ("当地首位女书记", "only"), ("绰号“麻子”", "nickname"), ("人称王老虎", "nickname"), ("1980年生", "birth"),
        ("1980年3月出生", "birth"), ("江滨路28号", "place"), ("3栋2单元501", "place"),
    ],
)  # fmt: skip
def test_what_tells_who_it_was_is_found_however_it_is_written(text, kind):
    assert set(kinds(f"经查，{text}，属实。")) == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "某县某镇未取得用地批准即组织施工，事后补办手续，挽回损失 123456.50 元，涉及 30 户。", "把三个区分开来", "驻村干部",
        "各乡镇、开发区、园区、社区、城区", "长期未整改", "村道改造", "由镇政府实施", "向县政府报告", "该村村民委员会", "2023年5月",
        "《中国共产党纪律处分条例》第十九条", "福州市", "本市", "市场监督管理部门", "由于主任会议没有召开", "农村道路", "县级部门",
        "The official acted for the public. A town built a road in May 2023 without approval.", "人员12", "FZX公司",
        "上周总结会议", "建审〔2020〕3号", "沿江大道5号桥", "一周工作", "小周期", "中办发〔2018〕29号", "第一位的任务", "施工路段3号线", "当年生产", "周某", "每月初步核实",
    ],
)  # fmt: skip
def test_ordinary_words_are_left_alone(text):
    assert kinds(text) == []


def test_a_hit_names_the_field_quotes_what_was_written_and_says_what_to_write():
    hits = identity.check({"title": "无", "notes": "见周 明远 2023年5月10日笔录"}, MARKERS)
    assert [(hit.field, hit.quote, hit.instead.zh) for hit in hits] == [
        ("notes", "周 明远", "当事人"), ("notes", "2023年5月10日", "2023年5月"),
    ]  # fmt: skip
    problem = identity.problems(hits)["notes"]
    assert "“周 明远”会透露当事人姓名，请改写为“当事人”。" in problem.zh
    assert "write “2023-05”" in problem.en


def test_what_is_suggested_passes_the_check():
    text = "周明远任青石镇镇长期间，于2023年5月10日在拱头村开工，电话13800138000，案号FZ-2026-0001。"
    suggested = identity.suggest(text, MARKERS)
    assert identity.check({"": suggested}, MARKERS) == []
    assert suggested == "当事人任某镇主要负责人期间，于2023年5月在某村开工，电话，案号本案。"


def test_month_and_city_are_found_only_where_they_would_tell_too_much():
    text = "2023年5月在福州市"
    assert kinds(text) == []
    assert kinds(text, period="year") == ["month"]
    assert kinds(text, place="none") == ["city"]
    assert identity.suggest(text, MARKERS, place="none", period="year") == "2023年在某市"


@pytest.mark.parametrize("sign", ["a", "1"])
def test_a_text_of_one_sign_alone_is_read_to_its_end(sign):
    """A pattern that begins anew at each sign and runs to the end would take minutes, and nobody writes meanwhile."""
    assert identity.check({"": sign * 60_000}, MARKERS) == []


def test_a_region_and_a_time_are_told_only_so_far():
    assert [identity.region_of("350122", place) for place in identity.PLACES] == ["350100", "350000", ""]
    assert identity.region_of(None, "city") == identity.region_of("x", "city") == ""
    assert identity.time_of({"from": "2023-05-10", "to": "2024-01-02"}, "month") == {
        "from": "2023-05",
        "to": "2024-01",
    }
    assert identity.time_of("2023-05-10", "year") == "2023"
    assert identity.time_of(None, "year") is None


def test_an_imported_precedent_of_an_office_is_checked_and_a_published_one_is_not():
    said = Said(
        title="未批先建", summary="2023年5月10日在连江县", outcome="tolerate", body="某县纪委监委", tier="own",
        facts={"deaths": Found(0, evidence="电话13800138000")}, issues={"T1": Finding("tolerate", words="见拱头村笔录")},
    )  # fmt: skip
    assert set(identity.problems_of_import(said)) == {"summary", "facts.deaths.evidence", "issues.T1.words"}
    assert identity.problems_of_import(replace(said, tier="guiding")) == {}


def test_an_import_that_tells_who_it_was_is_refused_whole_with_its_line(session):
    reviewer = make_user(session, "reviewer")
    row = {
        "title": "未批先建",
        "summary": "某镇先行施工。",
        "outcome": "tolerate",
        "body": "某机关",
        "tier": "own",
    }
    lines = [row, {**row, "summary": "周某于2023年5月10日施工。"}]
    content = "\n".join(json.dumps(one, ensure_ascii=False) for one in lines).encode()
    with pytest.raises(BadImport) as refused:
        exchange.import_precedents(session, reviewer, content, "own.jsonl", on=today())
    [fault] = refused.value.faults
    assert fault.field == "summary"
    assert "2023年5月10日" in fault.message("zh")
    assert session.scalar(select(Precedent)) is None


_PLANTED = st.sampled_from([
    "周明远", "青石镇", "镇长周某", "13800138000", "35012219800101123X", "2023年5月10日", "拱头村", "zhang@a.cn", "闽A12345",
])  # fmt: skip
_TRICKS = st.sampled_from([
    lambda text: text, " ".join, "\u200b".join, "\u00ad".join, "\u3000".join,
    lambda text: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text),
])  # fmt: skip
_AROUND = st.text(st.characters(whitelist_categories=("Lo", "Po"), max_codepoint=0x9FFF), max_size=12)


@settings(max_examples=150, deadline=None)
@given(_PLANTED, _TRICKS, _AROUND, _AROUND)
@example("周明远", " ".join, "周", "期")
def test_what_is_planted_anywhere_in_any_disguise_is_found(planted, trick, before, after):
    text = f"{before}。{trick(planted)}。{after}"
    assert identity.check({"notes": text}, MARKERS)


def test_nothing_planted_in_any_free_text_of_a_case_reaches_the_published_precedent(session):
    cast = Cast(session)
    planted = "绝密标记甲乙丙"
    case = settled_case(
        session, cast, violated_provision_ref=planted, clearance_scope=planted, interference_log=planted,
        statement_reason=planted, conduct_region="350122", conduct_start_date="2023-05-10", unfit_ground=planted,
    )  # fmt: skip
    case.title = case.summary = planted
    session.flush()
    precedent = publish.propose(session, case, cast.reviewer, **SAID, on=today())
    publish.approve(session, precedent, cast.chief, alone="无第二人", on=today())
    whole = repr([
        [getattr(row, column.key) for column in model.__table__.columns if column.key in dir(row)]
        for model in (Precedent, PrecedentFact, PrecedentIssue, PrecedentCoding)
        for row in session.scalars(select(model))
    ])  # fmt: skip
    for word in (planted, "周某", "青石", "350122", "2023-05-10", case.number, case.organisation.code + "-"):
        assert word not in whole


@pytest.mark.parametrize("field", ["title", "summary", "holding", "notes", "words"])
def test_a_marker_planted_in_any_field_of_a_proposal_keeps_it_back(session, field):
    cast = Cast(session)
    case = settled_case(session, cast)
    marker = f"见{cast.member.name}的意见"
    said = {**SAID, field: marker} if field != "words" else SAID
    issues = {"disposition": Finding("hold_accountable", words=marker)} if field == "words" else None
    with pytest.raises(BadFields) as refused:
        publish.propose(session, case, cast.reviewer, **said, issues=issues, on=today())
    assert set(refused.value.errors) == {field if field != "words" else "words_disposition"}
    assert session.scalar(select(Precedent)) is None


def test_the_markers_of_a_case_are_all_that_names_somebody_in_it(session):
    cast = Cast(session)
    case = settled_case(session, cast)
    found = {(one.kind, one.text) for one in markers_of(session, case)}
    assert {("name", "周某"), ("unit", "青石镇"), ("post", "镇长"), ("number", case.number)} <= found
    assert {("person", cast.officer.name), ("person", cast.chief.name), ("login", cast.chief.login)} <= found
    assert {("code", cast.county.code), ("organ", cast.city.name_zh)} <= found
    assert not any(text == "记录员" for _, text in found)
