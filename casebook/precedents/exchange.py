"""Precedents in and out as files: taken in wholly or not at all, and then waiting for a second person's approval."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from casebook import access, events
from casebook.errors import NotAllowed, Problem
from casebook.models import Event, Life, Organisation, Precedent, User
from casebook.precedents import ageing, checking, entering, identity, library, patterns, tables
from casebook.precedents.records import MOST_FAULTS, BadImport, Fault, Record, as_json, from_json
from casebook.precedents.sheets import (
    LIMIT,
    BadSheet,
    read_csv,
    read_spreadsheet,
    write_spreadsheet,
)

MOST = 1000  # precedents of one file: half a minute while nobody else writes
LONGEST_LINE = 2**20
AT_ONCE = 100  # decided again together with their approval; the others are due
_NUMBERS = ("id_number", "bank", "phone", "email", "account", "plate")
_DIGIT = re.compile(r"\d|@")  # there is none of these without
KINDS = (".jsonl", ".xlsx", ".xls", ".csv")
_WHOLE = Problem("", "")
DEEPEST = 6  # a value of a fact of a precedent is on the fourth level
_DEEP = Problem("JSON 嵌套过深。", "JSON nested too deeply.")
_EMPTY = Problem("没有任何先例。", "There is no precedent in it.")


@dataclass(frozen=True)
class Batch:
    """What one import brought in, and what of it still waits for approval. `number` is that of its event."""

    number: int
    by: User | None
    at: datetime
    precedents: list[Precedent]


def import_precedents(
    session: Session,
    by: User | None,
    content: bytes,
    name: str,
    *,
    on: date,
    organisation: Organisation | None = None,
) -> list[Precedent]:
    """Take in every precedent of a file, each waiting for approval by a second person.

    The ending of the name says how it is read: JSON Lines, a spreadsheet, or CSV. `by` None is the command line, which
    names the organisation. Raises BadImport with everything that is wrong, and then nothing was written; NotAllowed.
    """
    if by is not None:
        access.ensure(by, access.PROPOSE_PRECEDENT)
    kind = next((kind for kind in KINDS if name.lower().endswith(kind)), None)
    name = checking.shown(name)
    records = _read(content, kind, name)  # before anything is asked of the store: until then others write
    organisation = organisation or by.organisation
    events.lock(session)
    faults: list[Fault] = []
    lines: dict[str, Record] = {}
    olds: dict[str, Precedent] = {}
    for record in records:
        if len(faults) > MOST_FAULTS:
            break
        wrong = dict(record.wrong)
        if "" in wrong:
            faults.append(Fault(name, record.place, "", wrong[""]))
            continue
        if first := lines.get(record.code.lower()):
            wrong["code"] = Problem(
                f"编号“{checking.shown(record.code)}”与{first.place.zh}重复。",
                f"The code “{checking.shown(record.code)}” stands already at {first.place.en}.",
            )
        elif record.code:
            lines[record.code.lower()] = record
        wrong |= _telling(record) | identity.problems_of_import(record.said())
        old = _superseded(session, by, record, wrong)
        if old is not None:
            olds[old.code] = old
        _, errors = entering.check(
            session, record.said(), organisation, on, code=record.code, supersedes=old
        )  # fmt: skip
        faults += [Fault(name, record.place_of(field), field, one) for field, one in (errors | wrong).items()]
    if faults:
        raise BadImport(faults)
    taken = [
        entering.enter(
            session, by, on=on, code=record.code, organisation=organisation, supersedes=olds.get(record.supersedes),
            **vars(record.said()),
        )
        for record in records
    ]  # fmt: skip
    events.record(
        session, "precedents.imported", by, precedents=[one.id for one in taken], organisation=organisation.id
    )
    return taken


def export(session: Session, by: User | None, kind: str, *, lang: str = "zh") -> bytes:
    """Every precedent in effect as a file of JSON Lines or a spreadsheet (`.jsonl`, `.xlsx`); logged.

    The tier is what it has for the organ of the person; nothing says in which case it was decided. Raises NotAllowed.
    """
    if by is not None:
        access.ensure(by, access.READ_PRECEDENTS)
    found = library.alive(session)
    rows = [(one, library.tier_for(one, by.organisation) if by else one.tier) for one in found]
    events.record(session, "precedents.exported", by, found=len(found), format=kind.removeprefix("."))
    if kind == ".jsonl":
        return "".join(
            json.dumps(as_json(one, tier), ensure_ascii=False) + "\n" for one, tier in rows
        ).encode()
    sheets = tables.write(rows, lang)
    return write_spreadsheet(sheets, dict(zip(sheets, tables.WIDTHS.values(), strict=True)))


def batches(session: Session, by: User) -> list[Batch]:
    """The imports of which something waits for this person's approval, the oldest first."""
    if not access.may(by, access.APPROVE_PRECEDENT):
        return []
    waiting = select(Precedent).where(Precedent.life == Life.PROPOSED).order_by(Precedent.id)
    waiting = waiting.options(selectinload(Precedent.organisation), selectinload(Precedent.proposed_by))
    open_ones = {one.id: one for one in session.scalars(waiting) if library.may_publish(one, by)}
    if not open_ones:
        return []
    imports = session.scalars(select(Event).where(Event.kind == "precedents.imported").order_by(Event.seq))
    found = []
    for event in imports:
        precedents = [open_ones[one] for one in event.detail["precedents"] if one in open_ones]
        if precedents:
            found.append(Batch(event.seq, precedents[0].proposed_by, event.at, precedents))
    return found


def approve_import(session: Session, number: int, by: User, on: date) -> list[Precedent]:
    """Approve what still waits of one import, as a second person, and decide the first of it again by today's rules.

    No more than so many at once, as nobody else writes meanwhile; the others are due and bind nobody until then.

    Raises NotAllowed, also where there is no such import.
    """
    batch = next((one for one in batches(session, by) if one.number == number), None)
    if batch is None:
        raise NotAllowed(access.APPROVE_PRECEDENT)
    for precedent in batch.precedents:
        library.publish(session, precedent, by, on)
    ageing.replay_all(session, by, on, ids=[one.id for one in batch.precedents[:AT_ONCE]])
    events.record(session, "precedents.approved", by, imported=number, approved=len(batch.precedents))
    return batch.precedents


def _telling(record: Record) -> dict[str, Problem]:
    """Numbers and addresses of persons in what everybody will read, by field; names are for the second person."""
    texts = {field: record.fields.get(field) for field in checking.TEXTS}
    texts |= {f"facts.{name}.evidence": found.evidence for name, found in record.facts.items()}
    texts |= {f"issues.{issue}.words": one.words for issue, one in record.issues.items()}
    wrong = {}
    for field, text in texts.items():
        if not isinstance(text, str) or not _DIGIT.search(text):
            continue
        for place in patterns.hard(text):
            if place.kind in _NUMBERS:
                kind, quote = identity.KINDS[place.kind], checking.shown(text[place.start : place.end])
                wrong[field] = Problem(
                    f"“{quote}”是{kind.zh}，请删去。", f"“{quote}” is {kind.en}; leave it out."
                )
                break
    return wrong


def _superseded(
    session: Session, by: User | None, record: Record, wrong: dict[str, Problem]
) -> Precedent | None:
    """The precedent that a record mends; one that the person may not see is not found."""
    if not record.supersedes:
        return None
    text = record.supersedes
    query = library.readable(by) if by else select(Precedent)
    old = None
    if "\0" not in text and text.isprintable():
        old = session.scalar(query.where(Precedent.code == text))
    if old is None:
        said = checking.shown(text)
        wrong["supersedes"] = Problem(f"没有先例“{said}”。", f"There is no precedent “{said}”.")
    return old


def _read(content: bytes, kind: str | None, name: str) -> list[Record]:
    """The records of a file; raises BadImport for what is wrong with the file itself."""
    if kind is None:
        listed = " ".join(KINDS)
        _refuse(
            name,
            Problem(f"不接受此类文件；可用：{listed}。", f"Such files are not read; these are: {listed}."),
        )
    if len(content) > LIMIT:
        size = LIMIT // 1024 // 1024
        _refuse(name, Problem(f"文件超过 {size} MB 的上限。", f"The file is larger than {size} MB."))
    try:
        if kind == ".jsonl":
            records, stray = list(islice(_json_lines(content), MOST + 1)), []
        else:
            sheets = {"": read_csv(content)} if kind == ".csv" else read_spreadsheet(content)
            records, stray = tables.read(sheets, MOST + 1)
    except BadSheet as bad:
        _refuse(name, bad.problem)
    if len(records) > MOST:
        zh = f"先例超过 {MOST} 件的上限，请分成几个文件。"
        _refuse(name, Problem(zh, f"It has more than {MOST} precedents; divide it into several files."))
    if stray:
        raise BadImport(Fault(name, place, field, problem) for place, field, problem in stray)
    if not records:
        _refuse(name, _EMPTY)
    return records


def _refuse(name: str, problem: Problem):
    raise BadImport([Fault(name, _WHOLE, "", problem)])


def _json_lines(content: bytes) -> Iterator[Record]:
    for number, raw in enumerate(io.BytesIO(content.removeprefix(b"\xef\xbb\xbf")), 1):
        if not raw.strip():
            continue
        place = Problem(f"第 {number} 行", f"line {number}")
        if len(raw) > LONGEST_LINE:
            yield Record(place, wrong={"": Problem("这一行超过 1 MB。", "The line is longer than 1 MB.")})
            continue
        try:
            row = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_constant)
        except _Wrong as wrong:
            yield Record(place, wrong={"": wrong.problem})
        except UnicodeDecodeError:
            yield Record(place, wrong={"": Problem("不是 UTF-8 编码。", "Not UTF-8.")})
        except json.JSONDecodeError as error:
            column = error.colno
            problem = Problem(f"不是有效的 JSON（第 {column} 列）。", f"Not valid JSON (column {column}).")
            yield Record(place, wrong={"": problem})
        except RecursionError:
            yield Record(place, wrong={"": _DEEP})
        except ValueError:  # more digits than Python reads
            yield Record(place, wrong={"": Problem("数字过长。", "A number is too long.")})
        else:
            yield from_json(row, place) if _depth(row) <= DEEPEST else Record(place, wrong={"": _DEEP})


def _depth(value: object) -> int:
    """How many levels a value has; no more of them are looked at than matter."""
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        depth += 1
        inner = [
            one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list))
        ]
        level = [part for parts in inner for part in parts]
    return depth


class _Wrong(ValueError):
    def __init__(self, problem: Problem):
        self.problem = problem
        super().__init__(problem.en)


def _once(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = [key for key, _ in pairs]
        twice = checking.shown(next(key for key in seen if seen.count(key) > 1))
        raise _Wrong(Problem(f"“{twice}”重复。", f"“{twice}” stands twice."))
    return found


def _constant(word: str):
    raise _Wrong(Problem(f"{word} 不是数。", f"{word} is not a number."))
