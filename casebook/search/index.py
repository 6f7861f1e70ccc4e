"""The folded texts that are searched, kept in step with what they are made from.

Whatever writes a precedent, the particulars of a case or a signed decision calls `index_precedent` or `index_case` in
the same transaction. The calls stand in those functions, where the next reader sees them, and not in a listener of the
store: it would run at flushes that nobody sees and could not tell a draft from what is signed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session, selectinload

from casebook import events
from casebook.db import BEIJING
from casebook.models import Case, Precedent, SearchEntry, SeenBy
from casebook.search import tags, texts
from casebook.search.grams import fold, grams

LONGEST = 100_000  # of one folded text: PostgreSQL keeps at most 1 MiB of grams
CHUNK = 500
_PRECEDENT, _OPEN, _WHOLE = range(3)


@dataclass(frozen=True)
class OutOfStep:
    """An entry that is missing, left over, or not what its precedent or case says."""

    what: str  # missing, left_over, differs
    precedent_id: int | None = None
    case_id: int | None = None


def index_precedent(session: Session, precedent: Precedent) -> None:
    """Have a precedent found as it is now: once published, whatever became of it; before that, by nobody."""
    of_it = SearchEntry.precedent_id == precedent.id
    _replace(session, of_it, entries_of_precedent(precedent))


def index_case(session: Session, case: Case) -> None:
    """Have a case found as it is now, by those who may read it."""
    _replace(session, SearchEntry.case_id == case.id, entries_of_case(session, case))


def entries_of_precedent(precedent: Precedent) -> list[dict]:
    """The entries a precedent should have."""
    if precedent.published_at is None:
        return []
    place = _place(precedent.decided_on, precedent.id, _PRECEDENT)
    entry = _entry(place, SeenBy.EVERYONE, texts.of_precedent(precedent), tags.of_precedent(precedent))
    return [entry | {"precedent_id": precedent.id, "case_id": None}]


def entries_of_case(session: Session, case: Case) -> list[dict]:
    """The entries a case should have: once a decision is signed, one with it and one for whoever may not see it yet."""
    said = texts.decided(session, case)
    if not said:
        return [without_decision(case)]
    whole = _entry(
        _place(_opened(case), case.id, _WHOLE), SeenBy.SIGHTED, texts.of_case(case) + said, tags.of_case(case)
    )
    return [without_decision(case, SeenBy.BLIND), whole | {"precedent_id": None, "case_id": case.id}]


def without_decision(case: Case, seen_by: SeenBy = SeenBy.EVERYONE) -> dict:
    """The entry of what everyone may find who reads the case."""
    place = _place(_opened(case), case.id, _OPEN)
    entry = _entry(place, seen_by, texts.of_case(case), tags.of_case(case))
    return entry | {"precedent_id": None, "case_id": case.id}


def to_be_read(session: Session) -> int:
    """How many precedents and cases `rebuild` reads."""
    return sum(session.scalar(select(func.count()).select_from(table)) for table in (Precedent, Case))


def rebuild(session: Session, advance: Callable[[], object] = lambda: None) -> int:
    """Make every entry anew; returns how many there are. `advance` is called for each precedent and case read."""
    events.lock(session)
    session.execute(delete(SearchEntry))
    made = 0
    for sources, entries in _wanted(session):
        if entries:
            session.execute(insert(SearchEntry), entries)
        made += len(entries)
        for _source in sources:
            advance()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO search_grams(search_grams) VALUES ('rebuild')"))
    return made


def check(session: Session) -> list[OutOfStep]:
    """Everything that is not as `rebuild` would make it."""
    found = []
    for sources, entries in _wanted(session):
        ids = [row.id for row in sources]
        column = SearchEntry.case_id if isinstance(sources[0], Case) else SearchEntry.precedent_id
        present = _present(session, column.in_(ids))
        wanted = {entry["id"]: entry for entry in entries}
        for place, entry in wanted.items():
            if place not in present:
                found.append(OutOfStep("missing", entry["precedent_id"], entry["case_id"]))
            elif _said(present[place]) != _said(entry) or not _indexed(session, entry):
                found.append(OutOfStep("differs", entry["precedent_id"], entry["case_id"]))
        found += [
            OutOfStep("left_over", row["precedent_id"], row["case_id"])
            for place, row in present.items()
            if place not in wanted
        ]
    return found


def is_made_with_present_words(session: Session) -> bool:
    """Whether every entry was cut and worded as this version does it, and none is missing for want of an upgrade."""
    old = select(SearchEntry.id).where(SearchEntry.made_with != texts.made_with()).limit(1)
    published = select(func.count()).select_from(Precedent).where(Precedent.published_at.is_not(None))
    wanted = session.scalar(select(func.count()).select_from(Case)), session.scalar(published)
    indexed = select(func.count(SearchEntry.case_id.distinct()), func.count(SearchEntry.precedent_id))
    return session.scalar(old) is None and wanted == tuple(session.execute(indexed).one())


def _entry(place: int, seen_by: SeenBy, fields: Iterable[tuple[str, str]], tagged: set[str]) -> dict:
    kept = "\n".join(fold(said) for _, said in fields)[:LONGEST]
    return {
        "id": place, "seen_by": seen_by, "text": kept, "grams": " ".join(sorted(grams(kept) | tagged)),
        "tags": " ".join(sorted(tagged)),
        "made_with": texts.made_with(),
    }  # fmt: skip


def _opened(case: Case) -> date:
    return case.created_at.astimezone(BEIJING).date()


def _place(day: date | None, number: int, kind: int) -> int:
    """The id of an entry: the newest day has the largest, so that the newest are found by walking the ids."""
    return (day.toordinal() if day else 0) << 32 | number << 2 | kind


def _replace(session: Session, of_it, entries: list[dict]) -> None:
    session.flush()
    present = _present(session, of_it)
    if {place: _said(row) for place, row in present.items()} == {one["id"]: _said(one) for one in entries}:
        return
    session.execute(delete(SearchEntry).where(of_it))
    if entries:
        session.execute(insert(SearchEntry), entries)


def _present(session: Session, of_it) -> dict[int, dict]:
    columns = (
        SearchEntry.id, SearchEntry.seen_by, SearchEntry.text, SearchEntry.tags, SearchEntry.made_with,
        SearchEntry.precedent_id, SearchEntry.case_id,
    )  # fmt: skip
    return {row.id: row._asdict() for row in session.execute(select(*columns).where(of_it))}


def _said(entry: dict) -> tuple:
    return entry["seen_by"], entry["text"], entry["tags"], entry["made_with"]


def _indexed(session: Session, entry: dict) -> bool:
    """Whether the grams are those of the text, in the entry and in what the database made of them."""
    same = select(SearchEntry.id).where(SearchEntry.id == entry["id"])
    if session.get_bind().dialect.name == "sqlite":
        rarest = max(entry["grams"].split(" "), key=len)
        in_index = text("SELECT 1 FROM search_grams WHERE search_grams MATCH :gram AND rowid = :id")
        if rarest and session.execute(in_index, {"gram": f'"{rarest}"', "id": entry["id"]}).first() is None:
            return False
    return session.scalar(same.where(SearchEntry.grams == entry["grams"])) is not None


def _wanted(session: Session) -> Iterator[tuple[list, list[dict]]]:
    """Precedents and cases, some at a time, with the entries they should have."""
    with_facts = selectinload(Precedent.facts), selectinload(Precedent.issues)
    for some in _some(session, Precedent, *with_facts):
        yield some, [entry for one in some for entry in entries_of_precedent(one)]
    for some in _some(session, Case, selectinload(Case.respondents)):
        yield some, [entry for one in some for entry in entries_of_case(session, one)]


def _some(session: Session, table, *loaded) -> Iterator[list]:
    last = 0
    while some := list(
        session.scalars(select(table).where(table.id > last).order_by(table.id).limit(CHUNK).options(*loaded))
    ):
        yield some
        last = some[-1].id
