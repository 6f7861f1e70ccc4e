"""Issuing papers: what is written, who may, when, and that nothing is half-done."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casebook import audit, events, uploads
from casebook.errors import BadFields, NotAllowed, NotReady
from casebook.models import Event, Paper, PaperCounter, Stage
from casebook.papers import store
from casebook.papers.issue import issue, papers_of
from casebook.papers.kinds import KINDS
from casebook.procedure.dates import today
from tests.casebook.papers import records
from tests.casebook.papers.records import docx_text, pdf_text
from tests.factories import make_case, save
from tests.stages import Cast, recommended_case, skip_to


def test_every_kind_is_issued_from_its_record_with_both_files_and_its_event(record):
    made = [record.issue(kind) for kind in records.KINDS]

    assert {paper.kind for paper in made} == set(KINDS)
    for paper in made:
        assert store.path_of(record.home, paper, "pdf").read_bytes().startswith(b"%PDF-")
        assert store.path_of(record.home, paper, "docx").read_bytes().startswith(b"PK")
        event = record.session.scalars(select(Event).where(Event.kind == "paper.issued")).all()
        assert paper.id in [one.detail["paper"] for one in event]
    assert audit.verify(record.session, record.home).ok


@pytest.mark.parametrize("kind", records.KINDS)
def test_both_files_say_the_same(record, kind):
    paper = record.issue(kind)
    whole, other = pdf_text(record.content(paper)), docx_text(record.content(paper, "docx"))

    for block in paper.content["blocks"]:
        cells = [cell for row in block.get("rows", ()) for cell in row]
        for text in (block.get("text"), *block.get("lines", ()), *cells):
            for line in (text or "").split("\n"):
                bare = "".join(line.split())
                assert bare in whole
                assert bare in other


def test_a_decision_has_the_five_contents_of_article_45(record):
    text = pdf_text(record.content(record.issue("decision", ref=f"decision:{first_decision(record).id}")))

    for wanted in (
        "周某", "工作单位：青石镇", "职务：镇长", "经查，周某未批先建。", "记过（政务处分，依据《中华人民共和国公职人员政务处分法》第七条、第八条）",
        "自2026年9月1日起至2027年8月31日止", "复审：自收到本文书之日起一个月内向本机关提出", "不停止本决定的执行",
        "青溪县纪委监委2026年9月1日",
    ):  # fmt: skip
        assert wanted in text


def first_decision(record):
    from casebook.models import Decision

    return record.session.scalars(
        select(Decision).where(Decision.case_id == record.sanctioned.id).order_by(Decision.seq)
    ).first()


def test_the_result_of_an_appeal_is_the_paper_of_the_organ_that_decided_it(record):
    paper = record.issue("appeal_result")

    assert paper.organisation_id == record.cast.city.id
    assert "云山市纪委监委" in pdf_text(record.content(paper))
    assert "变更原决定" in pdf_text(record.content(paper))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "recommendation_report"])
def test_a_paper_whose_record_is_not_there_is_refused_and_uses_no_number(session, home, kind):
    cast = Cast(session)
    case = recommended_case(session, cast)

    with pytest.raises(NotReady) as refused:
        issue(session, home, case, kind, cast.officer, today())

    assert any(word in refused.value.message("zh") for word in ("请先", "请制发"))
    assert session.scalar(select(func.count()).select_from(Paper)) == 0
    assert session.scalar(select(PaperCounter)) is None
    assert list(home.files.glob("*/*")) == []


def test_a_report_needs_a_recommendation_that_knows_the_case(session, home):
    cast = Cast(session)
    case = make_case(session, cast.officer)
    with pytest.raises(NotReady, match="no recommendation"):
        issue(session, home, case, "recommendation_report", cast.officer, today())

    case = recommended_case(session, cast)
    save(session, case, deaths=1)
    with pytest.raises(NotReady, match="has changed"):
        issue(session, home, case, "recommendation_report", cast.officer, today())


def test_who_has_no_part_in_the_case_issues_nothing(record):
    for who in ("member2", "auditor", "administrator", "stranger", "superior_member"):
        with pytest.raises(NotAllowed):
            record.issue("notice", by=getattr(record.cast, who))


def test_a_kind_or_a_record_that_is_not_of_the_case_is_refused(record):
    other = first_decision(record)
    for kind, ref in (
        ("charter", ""), ("tolerance_decision", f"decision:{other.id}"), ("notice", "notice:999"), ("notice", "decision:1"),
        ("notice", "notice:1; drop"), ("correction_order", "correction:999999999999"), ("appeal_result", "appeal:77"),
    ):  # fmt: skip
        with pytest.raises(BadFields):
            record.issue(kind, ref=ref)


def test_a_paper_is_not_dated_before_what_it_states(record):
    for kind in ("tolerance_decision", "hearing_record", "recommendation_report"):
        with pytest.raises(BadFields) as refused:
            record.issue(kind, on=today() - timedelta(days=40))
        assert "on" in refused.value.errors


def test_a_decision_printed_late_bears_the_day_it_was_made(record):
    paper = record.issue("decision", ref=f"decision:{first_decision(record).id}")

    signature = next(block for block in paper.content["blocks"] if block["kind"] == "signature")
    imprint = next(block for block in paper.content["blocks"] if block["kind"] == "imprint")
    assert (signature["on"], imprint["on"]) == ("2026-09-01", today().isoformat())


def test_the_report_weighs_old_and_new_law_and_names_facts_that_contradict_each_other_in_both_files(
    session, home
):
    cast = Cast(session)
    case = recommended_case(session, cast, accident_grade="none", deaths=1)

    paper = issue(session, home, case, "recommendation_report", cast.officer, today())

    for form, read in (("pdf", pdf_text), ("docx", docx_text)):
        text = "".join(read(store.path_of(home, paper, form).read_bytes()).split())
        assert "新旧规定的适用" in text
        assert "按照从旧，适用行为时的规定" in text or "不涉及新旧规定的选择" in text
        assert "《中华人民共和国公职人员政务处分法》第六十七条，参照《中华人民共和国刑法》第十二条" in text
        assert "相互矛盾，有待核对" in text
        assert "事故等级填“无”，但有人员死亡" in text


def test_a_fact_that_shows_who_complained_stands_in_no_paper(session, home):
    cast = Cast(session)
    case = recommended_case(session, cast, case_source="real_name_report", complaint_kind="accusation")
    paper = issue(session, home, case, "recommendation_report", cast.officer, today())

    text = pdf_text(store.path_of(home, paper, "pdf").read_bytes())
    assert "检举" not in text
    assert "来源" not in text
    assert "控告" not in text


def test_free_text_that_shows_a_complaint_is_refused_with_its_place(session, home):
    cast = Cast(session)
    case = recommended_case(session, cast)
    from casebook.changes import FactEntry
    from casebook.recommend import recommend

    save(session, case, purpose=FactEntry("public", "verified", "举报人李某提供的录音"))
    recommend(session, case, cast.officer, today())
    with pytest.raises(NotReady) as refused:
        issue(session, home, case, "recommendation_report", cast.officer, today())
    assert "举报人" in refused.value.message("zh")
    assert "第四十七条" in refused.value.message("zh")


def test_a_character_without_a_glyph_is_an_error_that_names_it(session, home):
    cast = Cast(session)
    case = make_case(session, cast.officer, respondent_name="吴\U00031350", title="无字")
    save(session, case, purpose="public")
    from casebook.recommend import recommend

    recommend(session, case, cast.officer, today())
    with pytest.raises(NotReady) as refused:
        issue(session, home, case, "recommendation_report", cast.officer, today())
    assert "U+31350" in refused.value.message("zh")


def test_a_rare_name_is_printed_as_it_is(session, home):
    from casebook.recommend import recommend

    cast = Cast(session)
    case = make_case(session, cast.officer, respondent_name="吴喆堃䶮", title="村道改造")
    save(session, case, purpose="public")
    recommend(session, case, cast.officer, today())
    paper = issue(session, home, case, "recommendation_report", cast.officer, today())
    assert "关于吴喆堃䶮同志" in pdf_text(store.path_of(home, paper, "pdf").read_bytes())


def test_what_a_person_typed_directs_neither_layout_nor_template(session, home):
    from casebook.recommend import recommend

    cast = Cast(session)
    typed = '@标题 假标题\n# 一级\n| a | b |\n{{ organ.name }}{% for x in y %}\n#import "x"; $x$ *粗* _斜_ <label> @ref \\ //'
    case = make_case(session, cast.officer, title="村道改造", summary=typed)
    save(session, case, purpose="public")
    recommend(session, case, cast.officer, today())
    paper = issue(session, home, case, "recommendation_report", cast.officer, today())

    text = pdf_text(store.path_of(home, paper, "pdf").read_bytes())
    for line in typed.split("\n"):
        assert "".join(line.split()) in text
    assert [block["lines"] for block in paper.content["blocks"] if block["kind"] == "title"] == [
        [f"关于{case.respondent.name}同志有关问题的处理建议报告"]
    ]


def test_the_sweep_leaves_the_files_of_papers(record):
    paper = record.issue("notice")
    record.session.commit()

    uploads.sweep(record.session, record.home)

    assert store.path_of(record.home, paper, "pdf").is_file()


def test_a_damaged_file_is_not_given_out(record):
    paper = record.issue("notice")
    store.path_of(record.home, paper, "pdf").write_bytes(b"%PDF-something else")

    with pytest.raises(store.DamagedPaper):
        store.path_of(record.home, paper, "pdf")


def test_a_case_at_any_stage_may_have_its_report_issued_again(record):
    first, second = record.issue("recommendation_report"), record.issue("recommendation_report")

    assert (first.seq + 1, first.id) == (second.seq, papers_of(record.session, record.tolerated)[1].id)


def test_the_event_of_a_paper_holds_no_words_of_it(record):
    paper = record.issue("tolerance_decision")
    event = record.session.scalars(select(Event).order_by(Event.seq.desc())).first()

    assert event.detail.keys() == {"rows", "paper", "of", "ref", "number", "pdf", "docx"}
    assert paper.number == event.detail["number"]
    assert events.label("paper.issued", "zh") == "制发文书"


def test_at_the_panel_the_decision_is_not_signed_and_has_no_paper(session, home):
    cast = Cast(session)
    case = skip_to(session, recommended_case(session, cast), Stage.PANEL)

    with pytest.raises(NotReady, match="not signed"):
        issue(session, home, case, "decision", cast.officer, today())
