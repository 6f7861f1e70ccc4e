"""Reads one spreadsheet from standard input and writes its cells as JSON: a process of its own, with little memory.

A file made to exhaust the memory or the time of its reader ends this process and nothing else.
"""

import io
import json
import re
import sys
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta

MEMORY = 1024**3
SECONDS = 30
CELLS = 1_000_000
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


def main() -> None:
    with suppress(ImportError):  # where a system has no such limits the deadline of the parent remains
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    import python_calamine  # noqa: PLC0415 - after the limits

    content = sys.stdin.buffer.read()
    if _has_formulas(content):
        print(json.dumps({"fault": "formulas"}))
        return
    sheets, cells = {}, 0
    with python_calamine.load_workbook(io.BytesIO(content)) as book:
        for name in book.sheet_names:
            rows = []
            for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False):
                cells += len(row) + 1
                if cells > CELLS:
                    print(json.dumps({"fault": "cells"}))
                    return
                rows.append([_plain(cell) for cell in row])
            sheets[name] = rows
    print(json.dumps({"sheets": sheets}))


def _has_formulas(content: bytes) -> bool:
    """Whether a modern spreadsheet computes anything: what its author saw may not be what is read here."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.lower().startswith("xl/worksheets/")]
        return any(_FORMULA.search(archive.read(name)) for name in names)


def _plain(cell: object) -> object:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= 10**15:
        return int(cell)
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else cell


if __name__ == "__main__":
    main()
