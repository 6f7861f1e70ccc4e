"""How fast papers are set: the first page of a process and the next ones, as a PDF and as a DOCX.

python -m benchmarks.papers [--papers 50]
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

from casebook.papers.blocks import Head, Heading, Paragraph, Recipient, Sheet, Signature, Title
from casebook.papers.docx import make_docx
from casebook.papers.pdf import make_pdf

ORGAN = "青溪县纪委监委"
PROSE = "经查，当事人在任期间为推进村道改造，在未取得用地批准的情况下先行开工，造成损失12,345.60元，事后补办手续。"
FIRST = """
import time
start = time.perf_counter()
from benchmarks.papers import page
from casebook.papers.pdf import make_pdf
make_pdf(page())
print(time.perf_counter() - start)
"""


def page(number: int = 0, paragraphs: int = 3) -> Sheet:
    """A paper of one page, different for every number: nothing is laid out twice."""
    on = date(2026, 1, 1) + timedelta(days=number)
    body = [Paragraph(f"第{number}号案件第{no}段。{PROSE}") for no in range(paragraphs)]
    title = Title((f"关于第{number}号案件的处理决定",))
    blocks = (title, Recipient("青石镇："), Heading(1, "一、主要事实"), *body, Signature(ORGAN, on))
    return Sheet(Head(ORGAN, f"青纪监〔2026〕{number}号"), blocks, on)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--papers", type=int, default=50)
    count = options.parse_args().papers
    first = [float(subprocess.check_output([sys.executable, "-c", FIRST])) for _ in range(3)]  # noqa: S603
    print(f"first page of a process, imports and fonts included: {statistics.median(first) * 1e3:.0f} ms")
    make_pdf(page())
    for name, paragraphs, make in (
        ("next paper of one page, PDF/A", 3, make_pdf),
        ("next paper of ten pages, PDF/A", 110, make_pdf),
        ("next paper of one page, DOCX", 3, make_docx),
    ):
        times = _times(make, count, paragraphs)
        print(
            f"{name}: median {statistics.median(times) * 1e3:.1f} ms, slowest {max(times) * 1e3:.1f} ms of {count}"
        )


def _times(make: Callable[[Sheet], bytes], count: int, paragraphs: int) -> list[float]:
    times = []
    for number in range(1, count + 1):
        sheet = page(number, paragraphs)
        start = time.perf_counter()
        make(sheet)
        times.append(time.perf_counter() - start)
    return times


if __name__ == "__main__":
    main()
