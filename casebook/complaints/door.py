"""What an author does through the public door: hands in, writes, adds files. Only the sealed store is written.

There is no row and no event of it in the main store until a receiver takes it in (casebook.complaints.desk), and of
the moment nothing but the day is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from sqlalchemy import select

from casebook.errors import BadUpload, Problem
from casebook.models import Naming
from casebook.seal import calls, drafts, inbox, messages, tables
from casebook.seal.store import Seal

KINDS = {
    "message": Problem("补充情况或者答复", "More about it, or an answer"),
    "objection": Problem("对结果的异议", "An objection to the result"),
    "protection": Problem("请求保护", "A request for protection"),
    "retaliation": Problem("反映打击报复", "A report of retaliation"),
    "leak": Problem("反映检举控告情况被泄露", "A report that something of it has leaked"),
}
CARES = ("protection", "retaliation", "leak")
FILES_ADDED = Problem("补充了附件", "Files were added")
MOST_MESSAGES = 200  # of one author: nobody fills the store through one receipt


@dataclass(frozen=True)
class Sent:
    """What became of a form. `again`: it had been sent before, `differs`: and said something else then."""

    receipt: str
    handle: str
    again: bool = False
    differs: bool = False


def hand_in(
    seal: Seal,
    form: str,
    *,
    fields: Mapping[str, str],
    care: Iterable[str] = (),
    care_words: str = "",
    naming: Naming | str,
    organ_code: str,
    today: date,
) -> Sent:
    """Keep a report with the files its form has collected; the same form again keeps nothing more.

    Raises BadUpload.
    """
    receipt = drafts.receipt_of(seal, form)
    before = inbox.find(seal, receipt)
    attached = drafts.contents(seal, form, today)
    asked = [one for one in CARES if one in set(care)]
    letters = [_letter(one, "" if place else care_words) for place, one in enumerate(asked)]
    if before is None:
        handle = inbox.submit(
            seal,
            receipt=receipt,
            day=today,
            fields=fields,
            files=attached,
            naming=str(naming),
            organ_code=organ_code,
            letters=letters or [care_words] * bool(care_words),
            notes={calls.NAME: " ".join(sorted(asked))},
        )
        drafts.erase(seal, form, today)
        return Sent(receipt, handle)
    if inbox.is_stub(seal, before):
        return Sent(receipt, before, again=True)
    if asked and not cares(seal, before):
        for place, one in enumerate(asked):
            write(seal, before, one, "" if place else care_words, today)
    return Sent(receipt, before, again=True, differs=bool(attached) or _differs(seal, before, fields))


def write(seal: Seal, handle: str, kind: str, words: str, today: date) -> None:
    """Add a letter of the author; what it is stands above its words, and a call for protection is noted beside it.

    Raises BadUpload when there are too many.
    """
    with seal.writing() as connection:
        if messages.count(connection, handle, messages.AUTHOR) >= MOST_MESSAGES:
            raise BadUpload("letters")
        messages.add(seal, connection, handle, messages.AUTHOR, _letter(kind, words), today)
        if kind in CARES:
            calls.add(seal, connection, handle, kind)


def is_known(seal: Seal, handle: str) -> bool:
    """Whether something was handed in under this handle and has not been removed since."""
    with seal.reading() as connection:
        return (
            connection.scalar(select(tables.inbox.c.handle).where(tables.inbox.c.handle == handle))
            is not None
        )


def cares(seal: Seal, handle: str) -> set[str]:
    """What the author asks for besides, in the codes of CARES. It tells nothing of who they are."""
    return set(calls.counted(seal, handle))


def add_file(seal: Seal, handle: str, filename: str, stream: BinaryIO) -> None:
    """Add a file to what was handed in. Raises BadUpload."""
    held = seal.files(handle)
    if len(held) >= 2 * drafts.MOST_FILES:
        raise BadUpload("too_many", most=2 * drafts.MOST_FILES)
    if sum(file.size for file in held) >= 2 * drafts.MOST_BYTES:
        raise BadUpload("too_much", limit_mb=2 * drafts.MOST_BYTES // 1024 // 1024)
    if not seal.has_room():
        raise BadUpload("busy")
    seal.put_file(handle, filename, stream)


def note_files(seal: Seal, handle: str, count: int, today: date) -> None:
    """Say in the letters that files were added, so that they are seen."""
    messages.post(seal, handle, messages.AUTHOR, f"【{FILES_ADDED.zh}】{count}", today)


def heading(text: str) -> tuple[Problem | None, str]:
    """What a letter of the author is, and its words without that heading."""
    for kind in (*KINDS.values(), FILES_ADDED):
        if text.startswith(f"【{kind.zh}】"):
            return kind, text.removeprefix(f"【{kind.zh}】").lstrip("\n")
    return None, text


def _letter(kind: str, words: str) -> str:
    head = "" if kind == "message" else f"【{KINDS[kind].zh}】"
    return "\n".join(filter(None, (head, words)))


def _differs(seal: Seal, handle: str, fields: Mapping[str, str]) -> bool:
    kept = seal.read_all(handle, (*inbox.IDENTITY, *inbox.TEXT))
    return kept != {name: text for name, text in fields.items() if text}
