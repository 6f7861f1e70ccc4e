"""The working copy of a paper: an editable DOCX that names the faces every office PC has, the same bytes every time."""

import zipfile
from datetime import UTC, datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as Line

from casebook.papers.blocks import (
    Attachments,
    Block,
    Heading,
    Imprint,
    Paragraph,
    Recipient,
    Sheet,
    Signature,
    Signing,
    Table,
    Title,
    day_words,
)

BODY, TITLE, BLACK, KAI = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
LINE, CHARACTER = 28.99, 15.79  # points: 22 lines on 225 mm, 28 characters on 156 mm
RED = RGBColor(0xE6, 0x00, 0x12)
_LAST = 3  # rows of a form that stay together
_EPOCH = (1980, 1, 1, 0, 0, 0)


def make_docx(sheet: Sheet, *, nameless: bool = False) -> bytes:
    """The bytes of the editable paper; its properties carry the day of the paper and no person.

    `nameless`: they name neither the organ nor the number.
    """
    document = Document()
    _properties(document, sheet)
    if nameless:
        document.core_properties.author = document.core_properties.subject = ""
    _page(document)
    _head(document, sheet)
    for block in sheet.blocks:
        _set(document, block)
    content = BytesIO()
    document.save(content)
    return _fixed(content)


def _properties(document: Docx, sheet: Sheet) -> None:
    moment = datetime.combine(sheet.on, time(), UTC).replace(tzinfo=None)
    about = document.core_properties
    about.title, about.author, about.subject = sheet.title, sheet.head.organ, sheet.head.number
    about.created = about.modified = moment
    about.last_modified_by, about.revision, about.comments, about.keywords = "", 1, "", ""
    about.last_printed = moment


def _page(document: Docx) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(22)
    for old in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 - python-docx has no name for the grid
        section._sectPr.remove(old)  # noqa: SLF001
    # 22 lines of 28 characters: pitch in twentieths of a point, spacing in 4096ths of the difference to 16 pt
    section._sectPr.append(  # noqa: SLF001
        _element("w:docGrid", type="linesAndChars", linePitch=str(round(LINE * 20)),
                 charSpace=str(round((CHARACTER - 16) * 4096)))
    )  # fmt: skip
    document.settings.odd_and_even_pages_header_footer = True
    style = document.styles["Normal"]
    style.font.size = Pt(16)
    _face(style.element.get_or_add_rPr(), BODY)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing = Pt(LINE)
    style.paragraph_format.widow_control = False
    _page_number(section.footer.paragraphs[0], ALIGN.RIGHT)
    section.even_page_footer.is_linked_to_previous = False
    _page_number(section.even_page_footer.paragraphs[0], ALIGN.LEFT)


def _page_number(line: Line, side: ALIGN) -> None:
    line.alignment = side
    indent = line.paragraph_format
    indent.left_indent, indent.right_indent = Pt(14), Pt(14)
    _run(line, "— ", "宋体", 14)
    run = _run(line, "", "宋体", 14)
    begin, end = (_element("w:fldChar", fldCharType=word) for word in ("begin", "end"))
    for part in (begin, _text("w:instrText", "PAGE"), end):
        run._r.append(part)  # noqa: SLF001
    _run(line, " —", "宋体", 14)


def _head(document: Docx, sheet: Sheet) -> None:
    head = sheet.head
    if not head.red:
        _line(document, f"编号：{head.number}", align=ALIGN.RIGHT)
        return
    mark = _line(document, "", align=ALIGN.CENTER)
    mark.paragraph_format.space_before, mark.paragraph_format.line_spacing = Mm(35), None
    size = min(48, int(156 / 25.4 * 72 / max(1, len(head.organ)) / 1.04))
    _run(mark, head.organ, TITLE, max(22, size), RED)
    number = _line(document, head.number, align=ALIGN.CENTER)
    number.paragraph_format.space_before = Pt(2 * LINE)
    number.paragraph_format.space_after = Pt(LINE)
    _border(number, "bottom", "E60012", 12, space=11)


def _set(document: Docx, block: Block) -> None:  # noqa: C901 - one case for each kind of block
    match block:
        case Title(lines):
            for place, text in enumerate(lines):
                line = _line(document, text, TITLE, 22, align=ALIGN.CENTER)
                line.paragraph_format.line_spacing = Pt(34)
                line.paragraph_format.space_before = Pt(LINE if place == 0 else 0)
                line.paragraph_format.space_after = Pt(LINE if place == len(lines) - 1 else 0)
        case Recipient(text):
            _line(document, text)
        case Heading(level, text):
            line = _line(document, text, {1: BLACK, 2: KAI}.get(level, BODY), indent=True)
            line.paragraph_format.keep_with_next = level <= 2
        case Paragraph(text, indent):
            _line(document, text, indent=indent, align=ALIGN.JUSTIFY)
        case Table():
            _table(document, block)
        case Attachments(names):
            for place, name in enumerate(names):
                label = ("附件：" if place == 0 else "　　　") + (f"{place + 1}. " if len(names) > 1 else "")
                line = _line(document, label + name, indent=True)
                line.paragraph_format.space_before = Pt(LINE if place == 0 else 0)
        case Signature(organ, on):
            date = day_words(on)
            # The organ is centred above the date, which stands four characters in from the right.
            # A long name moves both to the left, so that two characters stay free beside it.
            shift = (_wide(organ) - _wide(date)) / 2
            free = max(4, 2 + shift)
            for text, right in ((organ, free - shift), (date, free)):
                line = _line(document, text, align=ALIGN.RIGHT)
                line.paragraph_format.right_indent = Pt(right * CHARACTER)
                line.paragraph_format.space_before = Pt(2 * LINE if text is organ else 0)
                line.paragraph_format.keep_together = line.paragraph_format.keep_with_next = True
        case Signing(lines):
            for place, text in enumerate(lines):
                line = _line(document, text)
                line.paragraph_format.space_before = Pt(LINE if place == 0 else 0)
        case Imprint(copies, organ, on):
            _imprint(document, copies, organ, on)


def _imprint(document: Docx, copies: str, organ: str, on) -> None:
    if copies:
        line = _line(document, f"抄送：{copies}", size=14)
        line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Pt(14 * 4), Pt(-14 * 3)
        line.paragraph_format.right_indent = Pt(14)
        line.paragraph_format.space_before = Pt(LINE)
        _border(line, "top", "000000", 8)
    line = _line(document, "", size=14)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156) - Pt(14), WD_TAB_ALIGNMENT.RIGHT)
    _run(line, f"{organ}\t{day_words(on)}印发", BODY, 14)
    _border(line, "top", "000000", 6)
    _border(line, "bottom", "000000", 8)


def _table(document: Docx, block: Table) -> None:
    table = document.add_table(rows=0, cols=len(block.widths))
    table.style = "Table Grid"
    table.autofit = False
    total = sum(block.widths)
    for count, row in enumerate(block.rows, 1):
        made = table.add_row()
        if count <= block.head:
            made._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - python-docx has no name for it
        cells = made.cells
        for cell, part in zip(cells, block.widths, strict=True):
            cell.width = Mm(156 * part / total)
        if len(row) < len(cells):
            cells = (*cells[: len(row) - 1], cells[len(row) - 1].merge(cells[-1]))
        for cell, text in zip(cells, row, strict=False):
            for place, piece in enumerate(text.split("\n")):
                line = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
                line.paragraph_format.line_spacing = Pt(22)
                # The place to sign stays with what stands before it.
                line.paragraph_format.keep_with_next = bool(block.head) and len(block.rows) - _LAST < count
                _run(line, piece, BODY, 14)


def _line(
    document: Docx,
    text: str,
    face: str = BODY,
    size: float = 16,
    *,
    indent: bool = False,
    align: ALIGN | None = None,
) -> Line:
    line = document.add_paragraph()
    line.alignment = align
    if indent:
        line.paragraph_format.first_line_indent = Pt(2 * CHARACTER)
        line._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")  # noqa: SLF001
    if text:
        _run(line, text, face, size)
    return line


def _run(line: Line, text: str, face: str, size: float, colour: RGBColor | None = None):
    run = line.add_run(text)
    run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour
    _face(run._r.get_or_add_rPr(), face)  # noqa: SLF001
    return run


def _face(properties, face: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), face)


def _border(line: Line, side: str, colour: str, eighths: int, space: int = 4) -> None:
    properties = line._p.get_or_add_pPr()  # noqa: SLF001
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = _element("w:pBdr")
        # the schema wants it before spacing, indent and alignment
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct",
            "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid",
            "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc",
            "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle",
            "w:rPr", "w:sectPr", "w:pPrChange",
        )  # fmt: skip
    borders.append(_element(f"w:{side}", val="single", sz=str(eighths), space=str(space), color=colour))


def _element(name: str, **attributes: str):
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _text(name: str, text: str):
    element = OxmlElement(name)
    element.text = text
    return element


def _wide(text: str) -> float:
    """The width of a text in characters; digits take half of one."""
    return sum(0.5 if character.isascii() else 1 for character in text)


def _fixed(content: BytesIO) -> bytes:
    """The same archive with its files in one order and without the time of day in them."""
    out = BytesIO()
    with zipfile.ZipFile(content) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in sorted(archive.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            fixed.writestr(entry, archive.read(name))
    return out.getvalue()
