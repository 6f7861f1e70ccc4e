"""Writes the text of the PDF on its input to its output: a process of its own, with little time and memory.

A file made to exhaust the memory or the time of its reader ends this process and nothing else.
"""

import sys
from contextlib import suppress
from io import BytesIO

SECONDS, MEMORY, PAGES = 5, 1024**3, 10


def main() -> None:
    with suppress(ImportError):  # where a system has no such limits the deadline of the parent remains
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    from pypdf import PdfReader  # noqa: PLC0415 - after the limits

    reader = PdfReader(BytesIO(sys.stdin.buffer.read()))
    text = "\n".join(page.extract_text() for page in reader.pages[:PAGES])
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
