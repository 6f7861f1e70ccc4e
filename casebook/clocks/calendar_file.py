"""Reading the working days of a year from a file: every row that is wrong is named, and then none is kept."""

import csv
import io
import re
from datetime import date

from casebook.clocks.calendar import Day
from casebook.errors import NotReady, Problem
from casebook.fields import text_problem

LARGEST = 100_000  # bytes
FIRST_YEAR, LAST_YEAR = 1990, 2100
HEADER = ("day,working,name", "日期,是否上班,名称")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\Z", re.ASCII)
_WORKING = {"1", "yes", "true", "是", "班", "上班"}
_OFF = {"0", "no", "false", "否", "休", "休息"}
_LONGEST_NAME = 50
_SHOWN = 20


class BadCalendar(NotReady):
    """A file of working days that is not kept; `missing` has one problem for each row that is wrong."""

    def message(self, lang: str) -> str:
        return "\n".join(problem.message(lang) for problem in self.missing)


def read_calendar(content: bytes, year: int) -> list[Day]:
    """The days named by a file of the columns day, working, name; days it does not name go by the week.

    Takes UTF-8 and, as Excel in China saves it, GB 18030. Raises BadCalendar.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadCalendar([_year_problem(year)])
    days: dict[date, tuple[bool, str]] = {}
    problems: list[Problem] = []
    for number, row in _rows(content):
        found = _row(row, year)
        if isinstance(found, Problem):
            problems.append(Problem(f"第{number}行：{found.zh}", f"Row {number}: {found.en}"))
        elif found[0] in days:
            problems.append(
                Problem(f"第{number}行：{found[0]} 重复。", f"Row {number}: {found[0]} a second time.")
            )
        else:
            days[found[0]] = found[1:]
    if not problems and not any(day.weekday() < 5 and not working for day, (working, _) in days.items()):
        problems.append(
            Problem(
                f"文件没有列出 {year} 年任何一个放假的平日，不像是全年的放假安排。请核对文件。",
                f"The file names no weekday off in {year}: it does not look like the arrangement of a whole year. "
                "Check the file.",
            )
        )
    if problems:
        raise BadCalendar(_shortened(problems))
    return [(day, working, name) for day, (working, name) in sorted(days.items())]


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    """The rows with their numbers, without the heading and without empty ones."""
    if len(content) > LARGEST:
        raise BadCalendar(
            [
                Problem(
                    "文件过大：一年的日历不超过 100 KB。",
                    "The file is too large: a year takes at most 100 KB.",
                )
            ]
        )
    text = _text(content)
    rows = csv.reader(io.StringIO(text, newline=""))
    numbered = [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows, 1)]
    return [
        (number, row)
        for number, row in numbered
        if any(row) and not (number == 1 and ",".join(row).lower() in HEADER)
    ]


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadCalendar([_NOT_CSV])


_NOT_CSV = Problem(
    "文件不是 CSV 文本。请另存为 CSV（UTF-8）。", "The file is not CSV text. Save it as CSV (UTF-8)."
)


def _row(row: list[str], year: int) -> tuple[date, bool, str] | Problem:
    if len(row) not in (2, 3):
        return Problem(
            f"应有两列或三列（日期、是否上班、名称），现有 {len(row)} 列。",
            f"expected two or three columns (day, working, name), found {len(row)}.",
        )
    day, name = _date(row[0]), row[2] if len(row) == 3 else ""
    if day is None:
        return Problem(
            f"“{row[0][:20]}”不是日期。请写成 {year}-01-01。",
            f"“{row[0][:20]}” is no date. Write it as {year}-01-01.",
        )
    if day.year != year:
        return Problem(f"{day} 不在 {year} 年内。", f"{day} is not in {year}.")
    working = row[1].lower()
    if working not in _WORKING | _OFF:
        return Problem(
            f"“{row[1][:20]}”不能识别。上班填 1，放假填 0。",
            f"“{row[1][:20]}” cannot be read. Write 1 for worked, 0 for off.",
        )
    if problem := text_problem(name, _LONGEST_NAME, one_line=True):
        return problem
    return day, working in _WORKING, name


def _date(text: str) -> date | None:
    found = _DAY.match(text)
    if not found:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def _year_problem(year: int) -> Problem:
    return Problem(
        f"年份应在 {FIRST_YEAR} 年至 {LAST_YEAR} 年之间，现为 {year}。",
        f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}; found {year}.",
    )


def _shortened(problems: list[Problem]) -> list[Problem]:
    more = len(problems) - _SHOWN
    if more <= 0:
        return problems
    return [*problems[:_SHOWN], Problem(f"另有 {more} 行有误。", f"{more} more rows are wrong.")]
