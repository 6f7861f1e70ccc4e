"""Spreadsheets and CSV as rows of cells, whatever is in the file; and rows of text as a spreadsheet."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence

import xlsxwriter

from casebook.errors import Problem
from casebook.precedents.sheet_child import CELLS

LIMIT = 20 * 1024 * 1024
UNPACKED = 100 * 1024 * 1024
PATIENCE = 60
_MOST_PARTS = 300
Rows = list[list[object]]


class BadSheet(ValueError):
    """A file that cannot be read as rows; `problem` says why in both languages."""

    def __init__(self, problem: Problem):
        self.problem = problem
        super().__init__(problem.en)


DAMAGED = Problem(
    "无法读取：文件已损坏、已加密、内容过大，或者不是表格。请另存为 .xlsx 后重试。",
    "It cannot be read: it is damaged, encrypted, too large, or no spreadsheet. Save it as .xlsx and try again.",
)
TOO_LARGE = Problem(
    "表格内容过大，请分成几个文件导入。", "There is too much in it; divide it into several files."
)
FORMULAS = Problem(
    "表格含有公式，不予导入。请将公式“粘贴为数值”后重试。",
    "It contains formulas and is not imported. Paste them as values and try again.",
)
NOT_UTF8 = Problem(
    "不是 UTF-8 编码。请在表格软件中另存为“CSV UTF-8”或者 .xlsx。",
    "It is not UTF-8. Save it as “CSV UTF-8” or as .xlsx.",
)


def read_csv(content: bytes) -> Rows:
    """The rows of a CSV file; raises BadSheet."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadSheet(NOT_UTF8) from None
    try:
        rows, cells = [], 0
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            cells += len(row) + 1
            if cells > CELLS:
                break
            rows.append(row)
    except csv.Error:
        raise BadSheet(DAMAGED) from None
    if cells > CELLS:
        raise BadSheet(TOO_LARGE)
    return rows


def read_spreadsheet(content: bytes) -> dict[str, Rows]:
    """The rows of every sheet by its name, read by a process of its own; raises BadSheet."""
    _ensure_small(content)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "casebook.precedents.sheet_child"],
            input=content, capture_output=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BadSheet(DAMAGED) from None
    if done.returncode:
        raise BadSheet(DAMAGED)
    found = json.loads(done.stdout)
    if "fault" in found:
        raise BadSheet({"formulas": FORMULAS, "cells": TOO_LARGE}[found["fault"]])
    return found["sheets"]


def _ensure_small(content: bytes) -> None:
    """Refuse an archive that unpacks to more than any library of precedents has."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeError):
        raise BadSheet(DAMAGED) from None
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise BadSheet(TOO_LARGE)


def write_spreadsheet(
    sheets: Mapping[str, Iterable[Sequence[str]]], widths: Mapping[str, Sequence[int]]
) -> bytes:
    """A spreadsheet of texts alone: no cell is a formula, a link or a number, whatever it begins with."""
    made = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(made, options) as book:
        head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EEF1F4", "border": 1}
        )
        body = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            for column, width in enumerate(widths.get(name, ())):
                sheet.set_column(column, column, width)
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    if text:
                        sheet.write_string(number, column, text, body if number else head)
    return made.getvalue()
