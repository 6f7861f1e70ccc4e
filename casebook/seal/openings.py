"""Opening what is sealed: one asks for a purpose, another consents until a day, and every reading leaves a line.

A refusal stays. Nothing here can be had by one person alone, whatever their role (SEC-01; CHG2020 47).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from casebook import events
from casebook.complaints import log, steps
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, Problem
from casebook.fields import text_problem
from casebook.models import AdvanceFiling, Complaint, Opening, Scope, User
from casebook.seal import inbox, messages, reasons, together
from casebook.seal.consent import (
    About,
    about_of,
    ensure_openable,
    is_complained_of,
    is_unmasking,
    may_ask,
    may_be_second,
    may_hold,
    of_about,
    stands_as_logged,
)
from casebook.seal.files import SealedFile
from casebook.seal.messages import Message
from casebook.seal.purposes import LONGEST, NO_UNMASKING, PURPOSES
from casebook.seal.store import Seal


class Noted(NotReady):
    """Refused, and that it was tried is all that was written. Commit: it stays."""


class Unmasking(Noted):
    """Somebody wanted to know who an anonymous author is."""


class NotOpened(Noted):
    """Somebody wanted to read what is sealed without an opening."""


@dataclass(frozen=True)
class Reading:
    """What one reading showed: the fields of its scope; with the text also the files and what was written since."""

    opening: Opening
    fields: dict[str, str]
    files: list[SealedFile]
    messages: list[Message]


def ask(
    session: Session,
    about: About,
    by: User,
    *,
    scope: Scope | str,
    purpose: str,
    reason: str,
    seal: Seal | None = None,
) -> Opening:
    """Ask to open the text or the identity for a purpose of the closed list, in words of one's own.

    With the sealed store at hand, words that hand on what this person read there are refused.

    Raises NotAllowed, WrongStage, BadFields, NotReady where it may not be opened for that, and Unmasking (commit).
    """
    _lock(session, about, by, "ask_opening")
    if not may_ask(by, about):
        raise NotAllowed("ask_opening")
    scope = Scope(scope)
    ensure_no_unmasking(session, about, by, scope)
    errors = {}
    if purpose not in PURPOSES or scope not in PURPOSES[purpose].scopes:
        errors["purpose"] = Problem("请从所列目的中选择。", "Choose one of the purposes listed.")
    if problem := (
        reasons.unfit(reason)
        or reasons.not_own(session, about, by, purpose, reason)
        or (seal and reasons.hands_on(session, seal, about, by, reason))
    ):
        errors["reason"] = problem
    if errors:
        raise BadFields(errors)
    ensure_openable(session, about, by, scope, purpose)
    opening = Opening(
        complaint_id=about.id if isinstance(about, Complaint) else None,
        filing_id=about.id if isinstance(about, AdvanceFiling) else None,
        scope=scope, purpose=purpose, reason=reason.strip(), asked_by=by, asked_at=utc_now(),
    )  # fmt: skip
    session.add(opening)
    log.record(
        session, "opening.asked", by, about, rows=[opening], opening=_id(session, opening), scope=str(scope)
    )
    return opening


def answer(
    session: Session,
    opening: Opening,
    by: User,
    *,
    granted: bool,
    reason: str = "",
    until: date | None = None,
    on: date,
    seal: Seal | None = None,
) -> None:
    """Consent to a request until a day at most 30 days ahead, or refuse it with a reason; both stay.

    Raises NotAllowed for whoever may not be the second person, BadFields, NotReady for what is no longer open, and
    Unmasking (commit) where the complaint proved to be anonymous since it was asked.
    """
    about = about_of(session, opening)
    _lock(session, about, by, "answer_opening")
    if not may_be_second(by, opening, about) or (seal and is_complained_of(seal, about, by)):
        raise NotAllowed("answer_opening")
    if opening.granted is not None or opening.ended_at is not None:
        raise NotReady(
            [Problem("该申请已经答复或者撤回。", "This request was answered or withdrawn already.")]
        )
    errors = {}
    if granted and not (until and on <= until <= on + timedelta(days=LONGEST)):
        errors["until"] = Problem(
            f"截止日应在 {on} 至 {on + timedelta(days=LONGEST)} 之间。",
            f"The last day must lie between {on} and {on + timedelta(days=LONGEST)}.",
        )
    problem = text_problem(reason, reasons.LONGEST) if granted else reasons.unfit(reason)
    if problem := problem or (seal and reasons.hands_on(session, seal, about, by, reason)):
        errors["reason"] = problem
    if errors:
        raise BadFields(errors)
    if granted:
        ensure_no_unmasking(session, about, by, opening.scope)
        ensure_openable(session, about, opening.asked_by, opening.scope, opening.purpose, opening)
    opening.granted, opening.answered_by, opening.answered_at = granted, by, utc_now()
    opening.answer_reason, opening.until = reason.strip(), until if granted else None
    kind = "opening.granted" if granted else "opening.refused"
    log.record(session, kind, by, about, rows=[opening], opening=opening.id, scope=str(opening.scope))


def grant_screening(session: Session, complaint: Complaint, screener: User, by: User, on: date) -> Opening:
    """The first reading: whoever names the screener consents to it in the same step, until the extract is written."""
    steps.ensure(session, by, "assign_screener", complaint)
    now = utc_now()
    opening = Opening(
        complaint_id=complaint.id, scope=Scope.TEXT, purpose="screening", reason="登记审查", asked_by=screener,
        asked_at=now, granted=True, answered_by=by, answered_at=now, until=on + timedelta(days=LONGEST),
    )  # fmt: skip
    if not may_be_second(by, opening, complaint):
        raise NotAllowed("assign_screener")
    session.add(opening)
    log.record(
        session, "opening.granted", by, complaint, rows=[opening], opening=_id(session, opening), scope="text"
    )
    return opening


def end(
    session: Session, about: About, by: User, *, of: User | None = None, purpose: str | None = None
) -> list[Opening]:
    """End the openings of a person, of a purpose, or all: the extract is written, a duty is over, it is sent up.

    The step that calls it has made sure that `by` may take that step.
    """
    found = [
        opening
        for opening in of_about(session, about)
        if opening.ended_at is None
        and opening.granted is not False
        and (of is None or opening.asked_by_id == of.id)
        and (purpose is None or opening.purpose == purpose)
    ]
    for opening in found:
        _end(session, opening, about, by)
    return found


def hand_back(session: Session, opening: Opening, by: User) -> None:
    """End an opening, or withdraw a request, before its day: whoever asked, or a chief who might have answered it.

    Raises NotAllowed, and NotReady where it is over.
    """
    events.lock(session)
    session.expire_all()
    about = about_of(session, opening)
    if opening.asked_by_id != by.id and not may_be_second(by, opening, about):
        raise NotAllowed("hand_back")
    if opening.ended_at is not None or opening.granted is False:
        raise NotReady([Problem("该次调阅已经结束。", "This opening is over already.")])
    _end(session, opening, about, by)


def active(
    session: Session, about: About, user: User, scope: Scope | str, on: date, *, purpose: str = ""
) -> Opening | None:
    """The opening under which this person may read that scope on that day, for that purpose if it is given."""
    if not may_hold(user, about):
        return None
    for opening in of_about(session, about):
        if (
            opening.asked_by_id == user.id
            and opening.scope == Scope(scope)
            and purpose in ("", opening.purpose)
            and opening.granted is True
            and opening.answered_by_id not in (None, user.id)
            and opening.ended_at is None
            and opening.until is not None
            and on <= opening.until
            and not is_unmasking(about, opening.scope)
            and stands_as_logged(session, opening, about)
        ):
            return opening
    return None


def read(
    session: Session, seal: Seal, about: About, by: User, scope: Scope | str, on: date, *, what: str = "page"
) -> Reading:
    """Open one scope and leave one line in the log, which is to be committed before anything is shown.

    Raises NotAllowed for whoever has no part in it or is themselves complained of, NotReady without an opening.
    """
    opening = _enter(session, seal, about, by, Scope(scope), on, what)
    whole = opening.scope == Scope.TEXT
    names = inbox.TEXT if whole else inbox.IDENTITY
    if isinstance(about, AdvanceFiling):
        names = seal.names(about.handle)
    kept = seal.read_all(about.handle, names)
    return Reading(
        opening,
        {name: kept[name] for name in names if name in kept},
        seal.files(about.handle) if whole else [],
        _letters(session, seal, about, by) if whole else [],
    )


def ensure_no_unmasking(session: Session, about: About, by: User, scope: Scope) -> None:
    """Raise Unmasking, the attempt noted, where it would tell who an anonymous author is (CHG2020 29)."""
    if is_unmasking(about, scope):
        log.record(session, "seal.unmasking_refused", by, about)
        raise Unmasking([NO_UNMASKING])


def read_text(session: Session, seal: Seal, about: About, by: User, on: date) -> dict[str, str]:
    """The words as they were written; see `read`."""
    return read(session, seal, about, by, Scope.TEXT, on).fields


def read_identity(session: Session, seal: Seal, about: About, by: User, on: date) -> dict[str, str]:
    """Who wrote them; see `read`. Of an anonymous author there is no reading."""
    return read(session, seal, about, by, Scope.IDENTITY, on).fields


def read_messages(session: Session, seal: Seal, about: About, by: User, on: date) -> list[Message]:
    """What the author and the organ wrote to each other since; see `read`."""
    _enter(session, seal, about, by, Scope.TEXT, on, "messages")
    return _letters(session, seal, about, by)


def read_file(
    session: Session, seal: Seal, about: About, by: User, on: date, file_id: str
) -> tuple[SealedFile, bytes] | None:
    """One file that came with the words; see `read`. None: there is no such file."""
    _enter(session, seal, about, by, Scope.TEXT, on, "file")
    return seal.read_file(about.handle, file_id)


def listed(session: Session, by: User, about: About | None = None) -> None:
    """Log that requests were looked at: those about one matter, or those that concern this person."""
    if about is None:
        events.record(session, "openings.listed", by)
    else:
        log.record(session, "openings.listed", by, about)


def _lock(session: Session, about: About, by: User, step: str) -> None:
    if isinstance(about, Complaint):
        steps.ensure(session, by, step, about)
    else:
        events.lock(session)
        session.expire_all()


def _enter(
    session: Session, seal: Seal, about: About, by: User, scope: Scope, on: date, what: str
) -> Opening:
    """The opening under which it is read, its line written. Without one, nothing was opened and the attempt noted."""
    events.lock(session)
    session.expire_all()
    if not may_hold(by, about) or is_complained_of(seal, about, by):
        raise NotAllowed("seal.read")
    opening = active(session, about, by, scope, on)
    if opening is None:
        log.record(session, "seal.refused", by, about, scope=str(scope), what=what)
        raise NotOpened([
            Problem("没有有效的调阅批准。请先申请调阅，由另一人批准后再查看。",
                    "There is no opening in force. Ask for one; another person must consent first.").by(steps.SECRET)
        ])  # fmt: skip
    log.record(session, "seal.read", by, about, opening=opening.id, scope=str(scope), what=what)
    return opening


def _letters(session: Session, seal: Seal, about: About, by: User) -> list[Message]:
    """The letters; those of the author no longer wait once the screener, who answers them, has them before them."""
    found = messages.all(seal, about.handle)
    if isinstance(about, Complaint) and steps.SCREENER in steps.parts_of(by, about):
        together.afterwards(session, seal, "seen", about.handle, count=len(found))
    return found


def _end(session: Session, opening: Opening, about: About, by: User) -> None:
    opening.ended_at = utc_now()
    log.record(
        session, "opening.ended", by, about, rows=[opening], opening=opening.id, scope=str(opening.scope)
    )


def _id(session: Session, opening: Opening) -> int:
    session.flush()
    return opening.id
