"""The seal on what was done in a case: the event that wrote a row carries the SHA-256 of the whole row.

A row may be written again only together with another event; `casebook audit verify` compares each row with the last
seal it got, and finds rows that no event knows.
"""

from datetime import UTC, date, datetime
from enum import Enum

from sqlalchemy import inspect

from casebook import models
from casebook.db import Base, json_sha256

SEALED: dict[str, type[Base]] = {
    model.__tablename__: model
    for model in (
        models.Assignment, models.Declaration, models.Recusal, models.OfficeSetting,
        models.Review, models.FactorView, models.ConductView, models.SendBack,
        models.Notice, models.Point, models.Answer, models.PersonalLink,
        models.Meeting, models.Vote, models.Decision, models.ImposedMeasure, models.Service,
        models.Appeal, models.Correction, models.Talk, models.CommitmentEntry,
        models.Deadline, models.DeadlineChange, models.CalendarYear,
        models.Paper, models.PaperTemplate,
        models.Precedent, models.PrecedentFact, models.PrecedentIssue, models.PrecedentCoding, models.PrecedentChange,
        models.PrecedentReplay, models.Consultation, models.PrecedentDeparture, models.QuizAnswer,
        models.Complaint, models.ComplaintPoint, models.ComplaintDuty, models.Opening, models.Feedback,
        models.Protection, models.FalseAccusation, models.ComplaintPaper, models.Interference,
        models.Clearance, models.ClearancePoint, models.Reach, models.Repair, models.ReturnVisit,
        models.ClearanceChange, models.ClearanceRequest, models.AdvanceFiling, models.FilingPaper,
        models.Reinstatement, models.ReinstatementOpinion, models.PeriodNotice,
        models.PackVersion, models.PackCheck, models.PackRehearsal,
    )
}  # fmt: skip


def seal(row: Base) -> list:
    """What an event keeps of a row: its table, its id and the SHA-256 of all its columns."""
    if type(row) not in SEALED.values():
        raise TypeError(f"found {type(row).__name__}; expected one of the sealed tables")
    return [row.__tablename__, row.id, digest(row)]


def digest(row: Base) -> str:
    """SHA-256 over every column of a row, the same on both databases; what is worked out from another is left out."""
    columns = inspect(type(row)).column_attrs
    kept = [column.key for column in columns if not column.columns[0].info.get("derived")]
    return digest_of({key: plain(getattr(row, key)) for key in kept})


def digest_of(columns: dict) -> str:
    """The same from the columns as plain values."""
    return json_sha256(columns)


def plain(value: object) -> object:
    """A value of a column as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
