"""Who screens a complaint and who handles it: assigned by the chief, never the same person, ended and never erased."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.complaints import log, steps
from casebook.complaints.steps import HANDLER, PART_ROLES, SCREENER
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, Problem
from casebook.fields import check_text, plain_name
from casebook.models import Complaint, ComplaintDuty, ComplaintPart, Role, User
from casebook.procedure.dates import today
from casebook.procedure.declarations import checked_grounds
from casebook.seal import openings
from casebook.seal.store import Seal

PARTS = {SCREENER: Problem("登记审查人", "Screener"), HANDLER: Problem("承办人", "Handler")}
_ASSIGNING = {SCREENER: "assign_screener", HANDLER: "assign_handler"}
_ENDED_FOR_ANOTHER = "改由他人办理"
_ENDED_BY_RECUSAL = "申报回避"


def assign(
    session: Session,
    complaint: Complaint,
    part: ComplaintPart,
    user: User,
    by: User,
    *,
    seal: Seal | None = None,
) -> ComplaintDuty:
    """Give a person a part. A new screener takes the place of the one before; handlers may be several.

    Naming the screener is the second person's consent that this one reads the sealed text once, to screen it
    (CHG2020 47). With the sealed store at hand whoever is named in the text is refused. Raises NotAllowed, WrongStage,
    NotReady.
    """
    steps.ensure(session, by, _ASSIGNING[part], complaint)
    if problem := _own_account(user, by) or why_not(complaint, part, user, seal=seal):
        raise NotReady([problem])
    now, rows = utc_now(), []
    if part == SCREENER:
        rows = [_close(session, duty, by, _ENDED_FOR_ANOTHER) for duty in current(complaint, SCREENER)]
    duty = ComplaintDuty(complaint_id=complaint.id, part=part, user_id=user.id, by_id=by.id, at=now)
    session.add(duty)
    session.flush()
    log.record(session, "complaint.assigned", by, complaint, rows=[*rows, duty], part=str(part), user=user.id)
    session.expire(complaint, ["duties"])
    if part == SCREENER and complaint.screened_on is None and complaint.handle:
        openings.grant_screening(session, complaint, user, by, today())
    return duty


def candidates(session: Session, complaint: Complaint, part: ComplaintPart) -> list[User]:
    """Those of the organ who may take the part, by name."""
    people = select(User).where(
        User.organisation_id == complaint.organisation_id, User.active.is_(True),
        User.role.in_(PART_ROLES[part]),
    )  # fmt: skip
    return [
        user for user in session.scalars(people.order_by(User.name)) if why_not(complaint, part, user) is None
    ]


def why_not(
    complaint: Complaint, part: ComplaintPart, user: User, *, seal: Seal | None = None
) -> Problem | None:
    """Why this person may not take this part; None: they may."""
    if (
        not user.active
        or user.role not in PART_ROLES[part]
        or user.organisation_id != complaint.organisation_id
    ):
        wanted = {
            SCREENER: Problem("登记审查人应为本机关信访受理人员。", "The screener must be a receiver of the organ."),
            HANDLER: Problem("承办人应为本机关承办或者审核人员。", "The handler must be an officer or reviewer of it."),
        }  # fmt: skip
        return wanted[part]
    # one person may have two accounts
    mine = [duty for duty in complaint.duties if plain_name(user.name) == plain_name(duty.user.name)]
    if any(duty.part == part and duty.ended_at is None for duty in mine):
        return Problem("该人员已承担此项工作。", "This person has that part already.")
    if any(duty.part != part for duty in mine):
        return Problem(
            "登记审查人与承办人不得为同一人：看过原文的不再办理。请另行指定。",
            "Screener and handler must be two persons: whoever read the original does not handle it. Assign another.",
        ).by(steps.SECRET)
    if any(duty.grounds for duty in mine) or _is_named(complaint, user, seal):
        return Problem("该人员应当回避，请另行指定。", "This person must stand back; assign another.").by(
            steps.RECUSED
        )
    return None


def _own_account(user: User, by: User) -> Problem | None:
    """What is wrong with naming an account that bears one's own name."""
    if plain_name(user.name) != plain_name(by.name):
        return None
    return Problem(
        "该账户与您同名：指定人不得自行承担所指定的工作。",
        "That account bears your own name: whoever assigns a part does not take it.",
    ).by(steps.SECRET)


def end(session: Session, complaint: Complaint, duty: ComplaintDuty, by: User, why: str) -> ComplaintDuty:
    """End a person's part. Raises NotAllowed, WrongStage, BadFields, NotReady."""
    steps.ensure(session, by, _ASSIGNING[duty.part], complaint)
    errors: dict[str, Problem] = {}
    why = check_text(errors, "why", why, 200, required=True, one_line=True)
    if errors:
        raise BadFields(errors)
    if duty.complaint_id != complaint.id or duty.ended_at is not None:
        raise NotReady([Problem("该项工作已经结束。", "That part has ended already.")])
    _close(session, duty, by, why)
    log.record(session, "complaint.duty_ended", by, complaint, rows=[duty], user=duty.user_id)
    return duty


def declare(session: Session, complaint: Complaint, by: User, grounds: list[str]) -> ComplaintDuty:
    """Answer the question of recusal for one's part; an empty list says there is no ground (CHG2020 48).

    A declared ground ends the part at once, also later, when it is only then noticed. Raises NotAllowed, BadFields.
    """
    events.lock(session)
    session.expire_all()
    duty = _own(complaint, by)
    if duty is None:
        raise NotAllowed("declare")
    errors: dict[str, Problem] = {}
    found = checked_grounds(errors, grounds)
    if errors:
        raise BadFields(errors)
    duty.grounds, duty.declared_at = found, utc_now()
    if found:
        _close(session, duty, by, _ENDED_BY_RECUSAL)
    log.record(session, "complaint.declared", by, complaint, rows=[duty], grounds=len(found))
    return duty


def current(complaint: Complaint, part: ComplaintPart | None = None) -> list[ComplaintDuty]:
    """The parts that have not ended."""
    return [duty for duty in complaint.duties if duty.ended_at is None and part in (None, duty.part)]


def end_all(session: Session, complaint: Complaint, by: User, why: str) -> list[ComplaintDuty]:
    """End every part, for a step that leaves nothing to do; the caller's event seals the rows."""
    return [_close(session, duty, by, why) for duty in current(complaint)]


def _close(session: Session, duty: ComplaintDuty, by: User, why: str) -> ComplaintDuty:
    """End one part, and whatever its person was allowed to open; the caller's event seals the row."""
    openings.end(session, duty.complaint, by, of=duty.user)
    duty.ended_at, duty.ended_why = utc_now(), why
    return duty


def _own(complaint: Complaint, by: User) -> ComplaintDuty | None:
    """The part this person may answer for: the unanswered one first."""
    if by.role == Role.ADMINISTRATOR or steps.is_named(by, complaint):
        return None
    mine = [duty for duty in current(complaint) if duty.user_id == by.id and by.role in PART_ROLES[duty.part]]
    return steps.must_declare(by, complaint) or next(iter(mine), None)


def _is_named(complaint: Complaint, user: User, seal: Seal | None) -> bool:
    words = [complaint.respondent_name, complaint.extract, *(point.alleged for point in complaint.points)]
    if seal is not None and complaint.handle:
        words += [seal.read(complaint.handle, name) or "" for name in ("about_name", "text")]
    return any(plain_name(user.name) in plain_name(text) for text in words)
