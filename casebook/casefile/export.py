"""Putting a case into one file."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import __version__, access, events
from casebook.casefile import archive, contents
from casebook.casefile.archive import FORMAT, MANIFEST, MARK, file_part, text_part
from casebook.casefile.cited import precedents_of
from casebook.casefile.readme import README
from casebook.casefile.signatures import signatures
from casebook.db import canonical_json
from casebook.errors import DamagedFile, NotAllowed
from casebook.events import hash_of
from casebook.home import Home
from casebook.models import Case, Part, Recommendation, RuleText, User
from casebook.uploads import place_of


@dataclass(frozen=True)
class CaseFile:
    """A case ready to be written as one file, and the digest that stands for all of it."""

    root: str
    parts: tuple[archive.Part, ...]

    def write(self, out: BinaryIO) -> None:
        archive.write(out, self.parts)


def may_export(by: User | None, case: Case) -> bool:
    """Whether this person may take the whole case out.

    Never one whose own opinion must stay blind to another's, nor one whose recusal is granted or not decided yet.
    """
    if (
        not access.may(by, access.EXPORT_CASES)
        or not access.may_read(by, case)
        or access.stands_back(by, case)
    ):
        return False
    return not any(
        row.user_id == by.id and row.part == Part.SECOND_REVIEWER and row.ended_at is None
        for row in case.assignments
    )


def export(session: Session, home: Home, case: Case, by: User | None, at: datetime) -> CaseFile:
    """The case as it stands, as one file; logged with its digest. `by` None is the command line.

    Raises NotAllowed; DamagedFile if a file of the case is not what was kept.
    """
    events.lock(session)
    session.expire_all()
    if by is not None and not may_export(by, case):
        raise NotAllowed(access.EXPORT_CASES)
    made = build(session, home, case, by, at)
    events.record(session, "case.file_exported", by, case, root=made.root, parts=len(made.parts))
    return made


def build(session: Session, home: Home, case: Case, by: User | None, at: datetime) -> CaseFile:
    """The file of a case: the same bytes for the same state of the record at the same moment."""
    rows = {table: contents.rows_of(session, case, table) for table in contents.COLUMNS}
    documents = dict(
        session.execute(
            select(Recommendation.seq, Recommendation.document).where(Recommendation.case_id == case.id)
        ).all()
    )
    texts = {row.sha256: row for row in session.scalars(select(RuleText))}
    rules = {seq: _rules_of(json.loads(document), texts) for seq, document in documents.items()}
    log = [
        {**events.content_of(event), "hash": event.hash} for event in contents.events_of(session, case, rows)
    ]
    tables = {
        "case.json": _about(session, rows, log),
        "facts.json": {"present": rows["case_facts"], "changes": rows["fact_changes"]},
        "recommendations.json": [{**row, "rules": rules[row["seq"]]} for row in rows["recommendations"]],
        "attachments.json": rows["attachments"],
        "events.json": log,
        "signatures.json": signatures(rows, log),
        "withheld.json": contents.withheld_of(session, case),
        "precedents.json": precedents_of(session, rows),
        **{f"procedure/{table}.json": rows[table] for table in contents.PROCEDURE},
    }
    parts = [text_part("README.txt", README)]
    parts += [text_part(name, canonical_json(table)) for name, table in tables.items()]
    parts += [text_part(f"recommendations/{seq}.json", document) for seq, document in documents.items()]
    used = {sha256 for found in rules.values() if found for sha256 in _digests(found)}
    parts += [text_part(f"rules/{sha256}.yaml", texts[sha256].text) for sha256 in used]
    parts += [_file(home, *named) for named in sorted(contents.files_of(rows).items())]
    return _sealed(session, case, by, at, sorted(parts, key=lambda one: one.name))


def _sealed(
    session: Session, case: Case, by: User | None, at: datetime, parts: list[archive.Part]
) -> CaseFile:
    """The parts under a manifest that names each of them and its digest."""
    count, last = events.lock(session)
    manifest = {
        "format": FORMAT,
        "product": __version__,
        "case": case.number,
        "exported": {
            "at": at.isoformat(timespec="microseconds"),
            "by": by and {"id": by.id, "name": by.name},
        },
        "head": {"count": count, "hash": last},
        "parts": [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in parts],
    }
    root = hash_of(manifest)
    first = text_part(MARK, FORMAT), text_part(MANIFEST, canonical_json({**manifest, "root": root}))
    return CaseFile(root, (*first, *parts))


def _about(session: Session, rows: dict[str, list[dict]], log: list[dict]) -> dict:
    people = contents.people_of(session, rows, log)
    organs = {row["organisation_id"] for row in [*rows["cases"], *rows["papers"], *people]}
    return {
        "case": rows["cases"][0],
        "respondents": rows["respondents"],
        "people": people,
        "organisations": contents.organisations_of(session, organs),
    }


def _rules_of(document: dict, texts: dict[str, RuleText]) -> dict | None:
    """The texts a recommendation was made with, by file name; None if it is older than the keeping of them."""
    words = document.get("vocabulary", {}).get("digest")
    packs = [pack["digest"] for pack in document["packs"].values()]
    if not {words, *packs} <= texts.keys():
        return None
    return {"vocabulary": words, "packs": {texts[sha256].name: sha256 for sha256 in sorted(packs)}}


def _digests(rules: dict) -> list[str]:
    return [rules["vocabulary"], *rules["packs"].values()]


def _file(home: Home, name: str, sha256: str) -> archive.Part:
    path: Path = place_of(home, sha256)
    found = file_part(name, path) if path.is_file() else None
    if found is None or found.sha256 != sha256:
        raise DamagedFile(filename=name)
    return found
