"""Who may ask to open something sealed, who may be the second person, and for what it may be opened at all."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casebook.access import READ_FILINGS, may, organs_within
from casebook.complaints import log, steps
from casebook.errors import NotReady, Problem
from casebook.fields import plain_name
from casebook.models import AdvanceFiling, Complaint, FalseAccusation, Naming, Opening, Role, Scope, User
from casebook.seal.purposes import NO_UNMASKING, Purpose, offered
from casebook.seal.store import Seal
from casebook.sealing import digest

About = Complaint | AdvanceFiling
_ASKERS = {steps.SCREENER, steps.HANDLER, steps.CHIEF}
_HANDLERS_OF_FILINGS = {Role.OFFICER, Role.REVIEWER, Role.CHIEF}
# The events that seal a row of it: asked, answered, ended, blanked with a stub.
_SEALING = ("opening.asked", "opening.granted", "opening.refused", "opening.ended", "complaint.sent_up")
_FALSE_APPROVED = ("approved", "routed", "closed")


def about_of(session: Session, opening: Opening) -> About:
    """What a request is about."""
    if opening.complaint_id is not None:
        return session.get_one(Complaint, opening.complaint_id)
    return session.get_one(AdvanceFiling, opening.filing_id)


def of_about(session: Session, about: About) -> list[Opening]:
    """Every request about it, refused ones too, oldest first."""
    column = Opening.complaint_id if isinstance(about, Complaint) else Opening.filing_id
    return list(session.scalars(select(Opening).where(column == about.id).order_by(Opening.id)))


def may_hold(user: User | None, about: About) -> bool:
    """Whether an opening can be this person's: a part in the complaint as it is, or the organ of the filing."""
    if isinstance(about, Complaint):
        held = about.handle is not None and about.state in steps.HELD
        return held and not steps.parts_of(user, about).isdisjoint(_ASKERS)
    return (
        may(user, READ_FILINGS)
        and user.role in _HANDLERS_OF_FILINGS
        and user.organisation_id == about.organisation_id
    )


def may_see_filing(user: User | None, filing: AdvanceFiling) -> bool:
    """Whether this person may see that a filing is there, and who asked to open it."""
    if not may(user, READ_FILINGS):
        return False
    own = user.organisation_id == filing.organisation_id
    above = user.role == Role.CHIEF and filing.organisation.is_within(user.organisation)
    return own or above or user.role == Role.AUDITOR


def may_ask(user: User | None, about: About) -> bool:
    """Whether this person may ask for an opening now."""
    return may_hold(user, about) and (
        not isinstance(about, Complaint) or steps.may_do(user, "ask_opening", about)
    )


def may_be_second(user: User | None, opening: Opening, about: About) -> bool:
    """Whether this person could consent to that request: a chief of the organ or above it with no part in the matter,
    who did not ask.

    Whoever bears the asker's name counts as the asker with another account. What a chief asks for is not for a deputy
    to grant, but for the organ above, where there is one.
    """
    if user is None or user is opening.asked_by or plain_name(user.name) == plain_name(opening.asked_by.name):
        return False
    if _is_below(user, opening.asked_by, about):
        return False
    if isinstance(about, Complaint):
        parts = steps.parts_of(user, about)
        had_a_part = any(duty.user_id == user.id for duty in about.duties)
        return bool(parts & {steps.CHIEF, steps.SUPERIOR}) and not had_a_part
    return (
        may(user, READ_FILINGS)
        and user.role == Role.CHIEF
        and about.organisation.is_within(user.organisation)
        and plain_name(user.name) != plain_name(about.filed_by)
    )


def decides(asker: User, about: Complaint) -> str:
    """The part in a complaint that consents to what this person asks for: the chief's, or that of the one above."""
    above = asker.role == Role.CHIEF and about.organisation.parent_id is not None
    return steps.SUPERIOR if above else steps.decider(about)


def _is_below(user: User, asker: User, about: About) -> bool:
    """Whether it would be somebody of the chief's own organ who consents to what the chief asks."""
    own = about.organisation
    return asker.role == Role.CHIEF and own.parent_id is not None and user.organisation_id == own.id


def may_answer(user: User | None, opening: Opening, about: About) -> bool:
    """Whether this person may answer that request now."""
    waits = opening.granted is None and opening.ended_at is None
    return waits and may_be_second(user, opening, about)


def ensure_openable(
    session: Session, about: About, by: User, scope: Scope, purpose: str, asked: Opening | None = None
) -> None:
    """Raise NotReady where the law or the state of the matter has no room for that opening, whoever consents."""
    problems = why_not(session, about, scope, purpose)
    waiting = (
        one
        for one in of_about(session, about)
        if one is not asked and one.asked_by_id == by.id and one.scope == scope
        and one.granted is None and one.ended_at is None
    )  # fmt: skip
    if asked is None and any(waiting):
        problems.append(
            Problem(
                "您已申请调阅同一内容，正待答复。",
                "You have asked for the same already; it waits for its answer.",
            )
        )
    if problems:
        raise NotReady(problems)


def why_not(session: Session, about: About, scope: Scope, purpose: str) -> list[Problem]:
    """What stands in the way of opening that scope for that purpose, whoever asks and whoever consents."""
    problems = []
    if is_unmasking(about, scope):
        problems.append(NO_UNMASKING)
    elif isinstance(about, AdvanceFiling):
        if scope != Scope.TEXT or purpose != "evidence":
            problems.append(
                Problem(
                    "事前报备只可作为证据调阅其内容。",
                    "Of an advance filing the text is opened, as evidence.",
                )
            )
    elif purpose == "screening" and about.screened_on is not None:
        problems.append(
            Problem("中性摘录已经形成，登记审查已经结束；请按其他目的申请。",
                    "The neutral extract is written and the screening over; ask for another purpose.")
        )  # fmt: skip
    elif purpose == "false_accusation" and not _false_approved(session, about):
        problems.append(
            Problem("尚无经设区的市级以上批准认定的诬告陷害，不得以此为由调阅。",
                    "No file on a false accusation has been approved at city level or above.")
            .by(steps.FALSE)
        )  # fmt: skip
    return problems


def is_unmasking(about: About, scope: Scope) -> bool:
    """Whether it would be opening the identity of an anonymous author (CHG2020 29)."""
    return isinstance(about, Complaint) and scope == Scope.IDENTITY and about.naming == Naming.ANONYMOUS


def is_complained_of(seal: Seal, about: About, user: User) -> bool:
    """Whether the words themselves name this person; the extract need not do so yet."""
    if not isinstance(about, Complaint) or about.handle is None:
        return False
    return plain_name(user.name) in plain_name(seal.read(about.handle, "about_name") or "")


def stands_as_logged(session: Session, opening: Opening, about: About) -> bool:
    """Whether the row is what the last event about it sealed: one changed past the log opens nothing."""
    for event in reversed(log.history(session, about, kinds=_SEALING)):
        for table, row_id, sealed in event.detail.get("rows", ()):
            if table == Opening.__tablename__ and row_id == opening.id:
                return sealed == digest(opening)
    return False


def waiting_for(session: Session, user: User) -> list[Opening]:
    """The requests that wait for an answer this person may give, oldest first."""
    if user.role != Role.CHIEF:
        return []
    filings = select(AdvanceFiling.id).where(
        AdvanceFiling.organisation_id.in_(organs_within(user.organisation_id))
    )
    complaints = steps.visible(user).with_only_columns(Complaint.id)
    found = session.scalars(
        select(Opening)
        .where(
            Opening.granted.is_(None), Opening.ended_at.is_(None), Opening.asked_by_id != user.id,
            or_(Opening.complaint_id.in_(complaints), Opening.filing_id.in_(filings)),
        )
        .order_by(Opening.id)
    )  # fmt: skip
    return [opening for opening in found if may_answer(user, opening, about_of(session, opening))]


def is_over(opening: Opening, on: date) -> bool:
    """Whether nothing can be read under it any more, or ever could."""
    granted_on = opening.granted is True and opening.until is not None and on <= opening.until
    return opening.ended_at is not None or not (opening.granted is None or granted_on)


def purposes(session: Session, about: About, scope: Scope) -> list[Purpose]:
    """The purposes for which this may be asked now; none: it is not opened at all."""
    return [purpose for purpose in offered(scope) if not why_not(session, about, scope, purpose.code)]


def _false_approved(session: Session, complaint: Complaint) -> bool:
    states = session.scalars(
        select(FalseAccusation.state).where(FalseAccusation.complaint_id == complaint.id)
    )
    return any(state in _FALSE_APPROVED for state in states)
