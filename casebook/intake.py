"""Opening a case and entering its facts. Functions flush and never commit; each writes its event."""

from collections.abc import Mapping
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import access, events, uploads
from casebook.changes import FIELD, NEVER_ENTERED, FactEntry, keep, merge
from casebook.db import BEIJING, utc_now
from casebook.errors import BadFacts, BadFields, Problem
from casebook.fields import check_text, text_problem
from casebook.home import Home
from casebook.models import (
    Attachment,
    Case,
    CaseCounter,
    CaseFact,
    FactChange,
    Respondent,
    Stage,
    Standing,
    Status,
    User,
)
from casebook.procedure.sources import check_source
from casebook.search.index import index_case
from rules.conduct import BadConduct, Conduct
from rules.vocabulary import BadValue, check_value, vocabulary

LONGEST = {
    "title": 200, "summary": 5000, "respondent_name": 100, "respondent_post": 100, "respondent_unit": 100,
    "region": 100, "evidence": 500, "note": 4000, "reason": 1000,
}  # fmt: skip
_FIELDS = ("title", "summary", "respondent_name", "respondent_post", "respondent_unit", "conduct", "region")
_REQUIRED = ("title", "respondent_name")


def open_case(
    session: Session,
    by: User,
    *,
    title: str,
    respondent_name: str,
    summary: str = "",
    respondent_post: str = "",
    respondent_unit: str = "",
    conduct: object = None,
    region: str | None = None,
) -> Case:
    """Open a case in the officer's organ and give it the organ's next number of the year.

    `conduct` says when it happened, as rules.conduct reads it; None is not known. Raises BadFields, NotAllowed.
    """
    access.ensure(by, access.OPEN_CASE)
    fields = _checked(
        {
            "title": title, "summary": summary, "respondent_name": respondent_name,
            "respondent_post": respondent_post, "respondent_unit": respondent_unit,
            "conduct": conduct, "region": region,
        }
    )  # fmt: skip
    events.lock(session)
    now = utc_now()
    case = Case(
        number=_next_number(session, by, now.astimezone(BEIJING).year), organisation=by.organisation, officer=by,
        status=Status.DRAFT, stage=Stage.INTAKE, version=1, created_at=now, updated_at=now, respondents=[Respondent()],
    )  # fmt: skip
    _apply(case, fields)
    session.add(case)
    session.flush()
    place = {"number": case.number, "organisation": case.organisation_id}
    keep(session, "case.opened", case, _entries(fields), {}, by, **place)
    index_case(session, case)
    return case


def amend_case(
    session: Session, case: Case, by: User, *, seen_version: int, reason: str = "", **fields
) -> list[FactChange]:
    """Change fields of a case: any of the arguments of `open_case`.

    Raises BadFields; StaleCase if another person changed one of the same fields since `seen_version`; NotAllowed.
    """
    access.ensure(by, access.WRITE_CASE, case)
    if unknown := fields.keys() - set(_FIELDS):
        raise TypeError(f"found {', '.join(sorted(unknown))}; expected some of {', '.join(_FIELDS)}")
    fields = _checked(fields, reason)
    _lock_case(session, case)
    present = _entries(case_fields(case))
    changed = merge(session, case, _entries(fields), present, by, seen_version)
    if not changed:
        return []
    _apply(case, {fact_id.removeprefix(FIELD): entry.value for fact_id, entry in changed.items()})
    case.version += 1
    changes = keep(session, "case.amended", case, changed, present, by, reason)
    index_case(session, case)
    return changes


def save_facts(
    session: Session,
    case: Case,
    entries: Mapping[str, FactEntry],
    by: User,
    *,
    seen_version: int,
    reason: str = "",
    source: str = "",
) -> list[FactChange]:
    """Keep what was entered for some facts; value None is "not established". Returns the changes made.

    `seen_version` is the version of the case its author was looking at. Entries that they did not touch are
    ignored, and changes that others made to other facts stay. To overwrite what a StaleCase showed, save again
    with the version the case has now.

    `source` says where the change comes from, a code of casebook.procedure.sources; once the respondent has been told
    what is held against them, a graver value needs one, and what they said is none.

    Raises BadFacts with all errors; BadFields; StaleCase if another person changed one of the same facts;
    NotAllowed. In each case nothing is written.
    """
    access.ensure(by, access.WRITE_CASE, case)
    entries = {fact_id: _plain(entry) for fact_id, entry in entries.items()}
    _check_entries(entries)
    if problem := text_problem(reason, LONGEST["reason"]):
        raise BadFields({"reason": problem})
    _lock_case(session, case)
    rows = {row.fact_id: row for row in session.scalars(select(CaseFact).where(CaseFact.case_id == case.id))}
    present = {fact_id: FactEntry.of(row) for fact_id, row in rows.items()}
    changed = merge(session, case, entries, present, by, seen_version)
    if not changed:
        return []
    check_source(session, case, changed, present, source)
    case.version += 1
    coded = {"source": source} if source else {}
    changes = keep(session, "facts.saved", case, changed, present, by, reason, **coded)
    for fact_id, entry in changed.items():
        row = rows.get(fact_id)
        if row is None:
            row = CaseFact(case_id=case.id, fact_id=fact_id)
            session.add(row)
        row.value, row.standing, row.evidence, row.note = (
            entry.value, Standing(entry.standing), entry.evidence, entry.note
        )  # fmt: skip
        row.updated_by, row.updated_at = by, case.updated_at
    session.flush()
    return changes


def attach_file(
    session: Session,
    home: Home,
    case: Case,
    by: User,
    *,
    filename: str,
    stream: BinaryIO,
    fact_id: str | None = None,
) -> Attachment:
    """Keep a file with a case, or with one of its facts. Handing in the same file again returns the first.

    The content is read to a temporary file, checked, and moved to its place as the last step here, so a refused
    file is never stored. If the caller's transaction fails after that, the file stays without a row until
    `uploads.sweep`.

    Raises BadUpload, BadFields (unknown fact), NotAllowed.
    """
    access.ensure(by, access.ATTACH_FILE, case)
    if fact_id is not None and fact_id not in vocabulary().facts:
        raise BadFields({"fact_id": Problem(f"没有“{fact_id}”这一事实。", f"There is no fact “{fact_id}”.")})
    with uploads.receive(home, filename, stream) as received:
        events.lock(session)
        same = select(Attachment).where(
            Attachment.case_id == case.id, Attachment.sha256 == received.sha256,
            Attachment.filename == received.filename, Attachment.fact_id.is_not_distinct_from(fact_id),
        )  # fmt: skip
        attachment = session.scalar(same)
        if attachment is None:
            attachment = Attachment(
                case_id=case.id, fact_id=fact_id, filename=received.filename, media_type=received.media_type,
                size=received.size, sha256=received.sha256, by=by, at=utc_now(),
            )  # fmt: skip
            session.add(attachment)
            session.flush()
            events.record(
                session, "attachment.added", by, case,
                attachment=attachment.id, fact=fact_id, sha256=received.sha256, size=received.size,
            )  # fmt: skip
        received.keep()
    return attachment


def case_fields(case: Case) -> dict[str, object]:
    """The fields of a case as `open_case` and `amend_case` take them."""
    respondent = case.respondent
    return {
        "title": case.title, "summary": case.summary, "respondent_name": respondent.name,
        "respondent_post": respondent.post, "respondent_unit": respondent.unit,
        "conduct": case.conduct, "region": case.region,
    }  # fmt: skip


def _apply(case: Case, fields: Mapping[str, object]) -> None:
    for field, value in fields.items():
        owner = case.respondent if field.startswith("respondent_") else case
        setattr(owner, field.removeprefix("respondent_"), value)


def _entries(fields: Mapping[str, object]) -> dict[str, FactEntry]:
    return {FIELD + field: FactEntry(value, standing=None) for field, value in fields.items()}


def _checked(fields: Mapping[str, object], reason: str = "") -> dict[str, object]:
    """The fields as they are kept; raises BadFields with everything that is wrong."""
    errors: dict[str, Problem] = {}
    kept: dict[str, object] = {}
    for field, value in fields.items():
        if field == "conduct":
            kept[field] = _conduct(errors, value)
        elif field == "region" and not value:
            kept[field] = None
        else:
            kept[field] = check_text(
                errors, field, value, LONGEST[field], required=field in _REQUIRED, one_line=field != "summary"
            )
    check_text(errors, "reason", reason, LONGEST["reason"])
    if errors:
        raise BadFields(errors)
    return kept


def _conduct(errors: dict[str, Problem], value: object) -> object:
    try:
        return Conduct.parse(value).as_json()
    except BadConduct as bad:
        errors["conduct"] = Problem(
            f"行为时间“{bad.found}”无法识别。请填写日期、年月、年份、起止时间，或留空。",
            f"The time of the conduct, {bad.found!r}, cannot be read; expected {bad.expected}.",
        )
        return None


def _plain(entry: FactEntry) -> FactEntry:
    """An entry that says nothing at all is the same as none, whatever standing the form proposed."""
    return entry if entry.value is not None or entry.evidence or entry.note else NEVER_ENTERED


def _check_entries(entries: Mapping[str, FactEntry]) -> None:
    errors = {}
    for fact_id, entry in entries.items():
        try:
            _check_entry(fact_id, entry)
        except BadValue as bad:
            errors[fact_id] = bad
    if errors:
        raise BadFacts(errors)


def _check_entry(fact_id: str, entry: FactEntry) -> None:
    fact = vocabulary().facts.get(fact_id)
    if fact is None:
        raise BadValue(fact_id, fact_id, "词表中的事实", "a fact of the vocabulary")
    if entry.standing not in list(Standing):
        listed = ", ".join(Standing)
        raise BadValue(
            fact_id, entry.standing, f"证明程度为下列之一：{listed}", f"a standing, one of: {listed}"
        )
    if entry.value is not None:
        check_value(fact, entry.value)
    texts = [("evidence", entry.evidence), ("note", entry.note)]
    if isinstance(entry.value, str):
        texts.append(("note", entry.value))
    for name, text in texts:
        if problem := text_problem(text, max(LONGEST[name], 10_000 * (text is entry.value))):
            raise BadValue(fact_id, text, problem.zh, problem.en)


def _lock_case(session: Session, case: Case) -> None:
    """Take the writers' lock, then read the case as it is now: another person may have saved since it was loaded."""
    events.lock(session)
    session.expire_all()


def _next_number(session: Session, by: User, year: int) -> str:
    """Called under the writers' lock; a rolled back transaction gives its number back."""
    key = (by.organisation_id, year)
    counter = session.get(CaseCounter, key, populate_existing=True)
    if counter is None:
        counter = CaseCounter(organisation_id=by.organisation_id, year=year, last=0)
        session.add(counter)
    counter.last += 1
    return f"{by.organisation.code}-{year}-{counter.last:05d}"
