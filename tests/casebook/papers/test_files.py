"""The files of papers: the same bytes every time, PDF/A with its fonts inside, the page as GB/T 9704 lays it out."""

import subprocess
import sys
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from casebook.papers import typefaces
from casebook.papers.blocks import (
    Head,
    Heading,
    Imprint,
    Paragraph,
    Recipient,
    Sheet,
    Signature,
    Table,
    Title,
    heading_number,
    numeral,
)
from casebook.papers.docx import make_docx
from casebook.papers.pdf import Unprintable, make_pdf
from tests.casebook.papers.records import docx_part, docx_text, pdf_lines, pdf_text

ON = date(2026, 11, 21)
MM = 72 / 25.4
PROSE = "本机关依照有关规定对该同志在项目建设中的失误进行了核实并且听取了本人的陈述和申辩现将有关情况告知如下"


def sheet(*blocks, organ="青溪县纪委监委", red=True, on=ON) -> Sheet:
    return Sheet(Head(organ, "青纪监〔2026〕3号", red), (Title(("关于周某的处理决定",)), *blocks), on)


def long_sheet() -> Sheet:
    return sheet(
        Recipient("青石镇党委："), Heading(1, "一、基本情况"), Paragraph(PROSE * 40), Heading(2, "（一）主要事实"),
        Paragraph(PROSE * 3), Table((30, 70), (("姓名", "周某"), ("意见", "同意。"))), Signature("青溪县纪委监委", ON),
        Imprint("云山市纪委监委。", "青溪县纪委监委", ON),
    )  # fmt: skip


def test_the_same_paper_has_the_same_bytes_twice_and_in_another_process(tmp_path):
    whole = long_sheet()
    pdf, docx = make_pdf(whole), make_docx(whole)

    assert (make_pdf(whole), make_docx(whole)) == (pdf, docx)
    script = (
        "import sys, pickle, hashlib; from casebook.papers.pdf import make_pdf; from casebook.papers.docx import make_docx;"
        "sheet = pickle.load(sys.stdin.buffer);"
        "print(hashlib.sha256(make_pdf(sheet)).hexdigest(), hashlib.sha256(make_docx(sheet)).hexdigest())"
    )
    import hashlib
    import pickle

    other = subprocess.run(
        [sys.executable, "-c", script], input=pickle.dumps(whole), capture_output=True, check=True, cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONHASHSEED": "7", "TZ": "America/New_York"},
    )  # fmt: skip
    assert other.stdout.decode().split() == [hashlib.sha256(one).hexdigest() for one in (pdf, docx)]


def test_another_day_makes_another_file_and_the_file_knows_only_the_day_of_the_paper():
    one, other = sheet(Paragraph("正文。")), sheet(Paragraph("正文。"), on=date(2026, 11, 22))

    assert make_pdf(one) != make_pdf(other)
    about = PdfReader(BytesIO(make_pdf(one))).metadata
    assert about.creation_date.date() == ON
    assert about.title == "关于周某的处理决定"
    assert "2026-11-21T00:00:00Z" in docx_part(make_docx(one), "docProps/core.xml")


def test_the_record_copy_says_that_it_is_pdf_a_2b():
    described = PdfReader(BytesIO(make_pdf(long_sheet()))).metadata is not None
    packet = PdfReader(BytesIO(make_pdf(long_sheet()))).trailer["/Root"]["/Metadata"].get_data().decode()

    assert described
    assert "<pdfaid:part>2</pdfaid:part>" in packet
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in packet


def test_every_font_is_inside_the_file():
    names = set()
    for page in PdfReader(BytesIO(make_pdf(long_sheet()))).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            assert any(key in descriptor for key in ("/FontFile2", "/FontFile3"))
            names.add(str(descriptor["/FontName"]).partition("+")[2])

    assert {name.partition("-")[0] for name in names} >= {
        "FandolFang",
        "FandolSong",
        "FandolHei",
        "LXGWWenKai",
    }


def test_a_page_has_22_lines_of_28_characters():
    page = PdfReader(BytesIO(make_pdf(sheet(Paragraph(PROSE * 60), red=False)))).pages[1]
    heights = pdf_lines(page)
    number = [height for height, pieces in heights.items() if "—" in "".join(text for _, text in pieces)]
    lines = {height: pieces for height, pieces in heights.items() if height not in number}

    assert len(lines) == 22
    assert {len("".join(text for _, text in pieces)) for pieces in lines.values()} == {28}
    steps = sorted(lines)
    assert all(abs(b - a - 225 * MM / 22) < 0.2 for a, b in pairwise(steps))


def test_the_margins_are_those_of_the_standard():
    page = PdfReader(BytesIO(make_pdf(sheet(Paragraph(PROSE * 60), red=False)))).pages[1]
    lines = pdf_lines(page)
    left = min(place for pieces in lines.values() for place, _ in pieces)
    top = max(lines)

    assert (round(float(page.mediabox.width) / MM), round(float(page.mediabox.height) / MM)) == (210, 297)
    assert abs(left / MM - 28) < 0.5
    assert abs((297 - top / MM) - 37 - 0.88 * 16 / MM) < 0.5


def test_page_numbers_stand_outside_right_then_left():
    pages = PdfReader(BytesIO(make_pdf(long_sheet()))).pages
    places = []
    for number, page in enumerate(pages, 1):
        low = [
            place
            for height, pieces in pdf_lines(page).items()
            if height < 35 * MM
            for place, text in pieces
            if str(number) in text or "—" in text
        ]
        places.append(min(low) / MM)

    assert len(pages) >= 2
    assert all(place > 150 if number % 2 else place < 45 for number, place in enumerate(places, 1))


def test_a_character_no_font_has_is_an_error_and_a_rare_one_is_printed():
    with pytest.raises(Unprintable) as hole:
        make_pdf(sheet(Paragraph("吴\U00031350。")))
    assert hole.value.characters == "\U00031350"

    rare = "喆堃昇玥镕犇䶮𬱖"
    made = make_pdf(
        Sheet(
            Head("机关", "文〔2026〕1号"),
            (Title((f"关于{rare}",)), Heading(1, f"一、{rare}"), Paragraph(rare)),
            ON,
        )
    )
    assert pdf_text(made).count(rare) == 3


def test_the_working_copy_names_the_faces_of_an_office_and_its_line_grid():
    content = make_docx(long_sheet())
    body = docx_part(content, "word/document.xml")

    for face in ("仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"):
        assert f'w:eastAsia="{face}"' in body
    assert 'w:type="linesAndChars"' in body
    assert "w:evenAndOddHeaders" in docx_part(content, "word/settings.xml")
    assert "基本情况" in docx_text(content)
    assert "青纪监〔2026〕3号" in docx_text(content)


def test_the_working_copy_names_no_person_and_no_program():
    about = docx_part(make_docx(long_sheet()), "docProps/core.xml")

    assert "python-docx" not in about
    assert "<dc:creator>青溪县纪委监委</dc:creator>" in about


def test_a_site_may_bring_its_own_fonts_and_nothing_of_the_machine_is_used(tmp_path):
    (tmp_path / "own.otf").write_bytes((typefaces.SHIPPED / "FandolHei-Regular.otf").read_bytes())

    assert typefaces.faces(tmp_path).families == typefaces.faces().families
    assert make_pdf(sheet(Paragraph("正文。")), tmp_path)
    for place in (tmp_path / "none", tmp_path / "own.otf"):
        with pytest.raises(typefaces.NoFonts, match="CASEBOOK_FONTS"):
            make_pdf(sheet(Paragraph("正文。")), place)


def test_blocks_survive_the_record():
    whole = long_sheet()

    assert Sheet.from_json(whole.as_json()) == whole


def test_numbers_of_headings_and_numerals():
    assert [heading_number(level, 3) for level in (1, 2, 3, 4)] == ["三、", "（三）", "3. ", "（3）"]
    assert [numeral(n) for n in (1, 10, 11, 20, 22, 99)] == ["一", "十", "十一", "二十", "二十二", "九十九"]
