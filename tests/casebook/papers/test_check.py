"""The check of a paper against its case: what was put wrong on purpose is found, and what is right is not."""

import random
import re
from dataclasses import replace

import pytest

from casebook.errors import NotReady
from casebook.papers import check, citations, data, report, templates, trial
from casebook.papers.blocks import Heading, Imprint, Paragraph, Sheet, Signature, Table, Title
from casebook.papers.kinds import KINDS
from casebook.procedure.dates import today
from tests.casebook.papers import records


def made(record, kind):
    """A paper as it would be issued, and everything the check needs."""
    session, case = record.session, record.case_of(kind)
    gathered = data.gather(session, case, kind, today())
    _, text = trial.current_text(session, kind)
    gathered.values["paper"]["number"] = number = "青纪监〔2026〕9号"
    sheet = templates.render(text, gathered.values, red=KINDS[kind].red)
    return sheet, lambda changed: check.problems(session, case, kind, changed, gathered, number, text)


@pytest.mark.parametrize("kind", records.KINDS)
def test_a_right_paper_has_no_problem(record, kind):
    sheet, problems = made(record, kind)

    assert problems(sheet) == []


def _changed(sheet: Sheet, old: str, new: str) -> Sheet:
    """The paper with one text replaced wherever it stands."""

    def put(text):
        return text.replace(old, new)

    blocks = []
    for block in sheet.blocks:
        match block:
            case Title(lines):
                blocks.append(Title(tuple(map(put, lines))))
            case Heading() | Paragraph():
                blocks.append(replace(block, text=put(block.text)))
            case Table(widths, rows):
                blocks.append(Table(widths, tuple(tuple(map(put, row)) for row in rows)))
            case Signature(organ, _):
                blocks.append(replace(block, organ=put(organ)))
            case Imprint(copies, organ, _):
                blocks.append(replace(block, copies=put(copies), organ=put(organ)))
            case _:
                blocks.append(block)
    return replace(sheet, blocks=tuple(blocks))


@pytest.mark.parametrize(
    ("kind", "old", "new", "said"),
    [
        ("decision", "周某", "周茉", "姓名"), ("decision", "2026年9月1日", "2026年9月11日", "日期"),
        ("decision", "2027年8月31日", "2027年8月30日", "日期"), ("decision", "第五十六条", "第六十五条", "条款"),
        ("decision", "第七条、第八条", "第七条、第一百零八条", "条款"), ("decision", "警告", "记大过", "措施"),
        ("decision", "青石镇", "白石镇", "单位"), ("decision", "-2026-0000", "-2025-0000", "案号"),
        ("decision", "不停止", "停止", "不停止"), ("decision", "复审", "复议", "途径"), ("decision", "一个月", "三个月", "案卷"),
        ("decision", "青溪县纪委监委", "青漠县纪委监委", "机关"), ("recommendation_report", "12,345.60元", "12,354.60元", "金额"),
        ("recommendation_report", "建议容错", "建议追究", "案卷"),
        ("recommendation_report", "适用行为时的规定", "适用新规定", "新旧规定"),
        ("recommendation_report", "行为时的规定（20", "行为时的规定（19", "日期"),
        ("recommendation_report", "第六十七条", "第六十九条", "条款"), ("correction_order", "周某（青石镇）", "周某（青山镇）", "案卷"),
        ("appeal_result", "2026年9月20日", "2026年9月21日", "日期"), ("appeal_result", "变更原决定", "维持原决定", "案卷"),
        ("notice", "予以容错", "予以追究", "案卷"), ("hearing_record", "认可", "否认", "案卷"),
        ("filing_form", "予以容错", "予以纠正", "案卷"), ("tolerance_decision", "第十七条", "第二十七条", "条款"),
    ],
)  # fmt: skip
def test_a_paper_with_something_wrong_is_refused_saying_what_and_where(record, kind, old, new, said):
    sheet, problems = made(record, kind)
    wrong = _changed(sheet, old, new)
    assert wrong != sheet

    found = problems(wrong)

    assert found
    assert said in "".join(problem.zh for problem in found) or new[:4] in "".join(p.zh for p in found)


def test_a_comparison_of_old_and_new_law_that_the_recommendation_did_not_make_is_refused(record, monkeypatch):
    """The paper is made from a falsified comparison; the check reads the recommendation itself."""
    right = report.law_of
    for old, new in (("容错；新", "问责；新"), ("从旧，适用行为时的", "从轻，适用新")):
        monkeypatch.setattr(
            report,
            "law_of",
            lambda document, old=old, new=new: [t.replace(old, new) for t in right(document)],
        )
        sheet, problems = made(record, "recommendation_report")

        assert new in "".join(text for _, text in sheet.texts())
        assert any("新旧规定的适用" in one.zh for one in problems(sheet))


def test_of_two_hundred_single_characters_put_wrong_all_are_found(record):
    chance = random.Random(4711)
    missed = []
    papers = {kind: made(record, kind) for kind in records.KINDS}
    for _ in range(200):
        kind = chance.choice(records.KINDS)
        sheet, problems = papers[kind]
        place, text = chance.choice(list(_texts(sheet)))
        start = len(
            NUMBERED.match(text)[0]
        )  # the number of a heading is made by the layout and is of no case
        at = chance.randrange(start, len(text))
        other = "7" if text[at].isdecimal() and text[at] != "7" else "8" if text[at] == "7" else "锟"
        wrong = text[:at] + other + text[at + 1 :]
        blocks = list(sheet.blocks)
        if isinstance(blocks[place], Table):
            rows = tuple(tuple(wrong if cell == text else cell for cell in row) for row in blocks[place].rows)
            blocks[place] = replace(blocks[place], rows=rows)
        else:
            blocks[place] = replace(blocks[place], text=wrong)
        if not problems(replace(sheet, blocks=tuple(blocks))):
            missed.append((kind, text, at))

    assert missed == []


NUMBERED = re.compile(r"(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+\. |（\d+）)?")


def _texts(sheet):
    for place, block in enumerate(sheet.blocks):
        if isinstance(block, (Heading, Paragraph)):
            yield place, block.text
        elif isinstance(block, Table):
            yield from ((place, cell) for row in block.rows for cell in row if cell.strip())


def test_a_template_with_a_wrong_name_number_or_day_never_leaves(record):
    text = templates.shipped("notice")
    session, by = record.session, record.cast.administrator
    for wrong in ("自2026年2月30日起", "见青纪监〔2019〕88号", "损失98,765元", "案号QX-2019-00001"):
        trial.save_template(
            session, by, "notice", text.replace("# 你的权利", f"{wrong}。\n# 你的权利"), "试错"
        )
        with pytest.raises(NotReady) as refused:
            record.issue("notice")
        assert any(wrong[-6:] in one.zh or "不在案卷中" in one.zh for one in refused.value.missing)


def test_articles_are_known_only_if_somebody_has_read_them():
    assert citations.is_known("中华人民共和国公职人员政务处分法", "第四十五条")
    assert citations.is_known("中国共产党问责条例", "第十七条")
    assert not citations.is_known("中国共产党问责条例", "第二十条")
    assert not citations.is_known("中国共产党组织处理规定（试行）", "第四条")
    assert list(citations.cited_in("依照《监察法》（2024年修正）第五十六条、第五十七条第一款")) == [
        ("中华人民共和国监察法", "第五十六条"), ("中华人民共和国监察法", "第五十七条第一款"),
    ]  # fmt: skip
