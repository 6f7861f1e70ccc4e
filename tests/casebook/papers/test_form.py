"""A form of several pages: its first rows stand on every page, and the place to sign is never without what is signed."""

from datetime import date
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from casebook.papers import layout, templates
from casebook.papers.blocks import Sheet, Table
from casebook.papers.docx import make_docx
from casebook.papers.pdf import make_pdf

ON = date(2026, 11, 22)
SENTENCE = "影响期内该同志能够深刻反思，主动说明情况，工作表现得到干部群众认可，未发现新的违纪违法问题。"


def sheet(long: int) -> Sheet:
    opinion = {
        "verdict": "同意",
        "words": SENTENCE * long,
        "organ": "青溪县纪委监委",
        "on": date(2026, 11, 6),
    }
    values = {
        "organ": {"name": "青溪县纪委", "head": "青溪县纪委"}, "paper": {"number": "青溪纪监函〔2026〕7号", "on": ON},
        "case": {"number": "QX-2026-00001"}, "person": {"name": "温某", "unit": "县粮食和物资储备中心", "post": "副主任"},
        "decision": {"decided_on": date(2025, 9, 1)},
        "return": {"number": "QX-F2026-0001", "reported_on": date(2026, 10, 30), "post": ""}, "measures": [],
        "verdict": "具备重新任职的资格条件", "reasons": [SENTENCE], "unmet": [], "restored": "", "not_restored": "",
        "opinions": [{"kind": kind, **opinion} for kind in ("纪检监察机关意见", "考察了解情况")],
    }  # fmt: skip
    return templates.render(templates.shipped("return_form"), values, red=False)


@pytest.mark.parametrize("long", [1, 2, 4, 5, 6, 12, 40])
def test_every_page_names_the_form_and_the_place_to_sign_stands_with_whose_opinion_it_follows(long):
    pages = [page.extract_text() for page in PdfReader(BytesIO(make_pdf(sheet(long)))).pages]

    assert all("QX-F2026-0001" in text and "温某" in text for text in pages)
    (signed,) = [text for text in pages if "（盖章）" in text]
    assert "青溪县纪委监委" in signed
    assert "备注" in signed


def test_a_short_form_has_one_table_and_few_pages():
    assert len([block for block in sheet(1).blocks if isinstance(block, Table)]) == 1
    assert len(PdfReader(BytesIO(make_pdf(sheet(1)))).pages) <= 2


def test_the_editable_form_repeats_its_first_rows_too():
    (table,) = Document(BytesIO(make_docx(sheet(2)))).tables

    heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
    assert heads == [True, True] + [False] * (len(heads) - 2)
    assert len({cell._tc for cell in table.rows[-1].cells}) == 2


def read(text):
    return layout.read(text, {"number": "", "on": ON}, {"head": "某机关"}, red=False)


def test_a_row_may_be_short_only_in_a_form():
    table = read("@标题 表\n@表 20 30 20 30 表头1\n| a | b | c | d |\n| a | b |").blocks[-1]
    assert (table.head, table.rows[-1]) == (1, ("a", "b"))
    with pytest.raises(layout.BadLayout):
        read("@标题 表\n@表 20 30 20 30\n| a | b |")


def test_a_paper_kept_before_forms_had_a_head_is_read_as_it_was():
    content = sheet(1).as_json()
    for block in content["blocks"]:
        block.pop("head", None)

    assert [block.head for block in Sheet.from_json(content).blocks if isinstance(block, Table)] == [0]
