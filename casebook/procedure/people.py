"""Who takes which part in a case, and who stands back: assignment, declarations, recusal (回避), handing a case over.

The reviewer is never the officer, the second reviewer neither of them, panel and chair none of these; whoever
handled the first decision holds no part in an appeal. Who did what is read from the record, never from today's role.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, Problem
from casebook.fields import check_text
from casebook.models import (
    Appeal,
    Assignment,
    Case,
    Part,
    Recusal,
    Review,
    Role,
    User,
)
from casebook.procedure import two_step, workflow
from casebook.procedure.declarations import (
    checked_grounds,
    checked_reason,
    current,
    declarations_of,
    declare,
    ensure_declared,
    find_declaration,
    ground_label,
    grounds,
)
from casebook.procedure.independence import handled_first, judged, stands_back, why_not

__all__ = [
    "ask_recusal", "assign", "candidates", "decide_recusal", "decides_on", "declarations_of", "declare",
    "end_assignment", "ensure_declared", "find_declaration", "ground_label", "grounds", "hand_over",
    "handled_first", "involved", "officers_for", "read_recusals", "why_not",
]  # fmt: skip
ASSIGNING = {
    Part.REVIEWER: "assign_reviewer", Part.SECOND_REVIEWER: "assign_second",
    Part.PANEL: "seat_panel", Part.CHAIR: "seat_panel",
    Part.APPEAL_HANDLER: "assign_appeal", Part.APPEAL_DECIDER: "assign_appeal",
}  # fmt: skip
PART_NAMES = {
    "officer": Problem("承办人", "Officer"),
    "chief": Problem("主要负责人", "Chief"),
    "superior": Problem("上级主要负责人", "Chief of the organ above"),
    Part.REVIEWER: Problem("审核人", "Reviewer"),
    Part.SECOND_REVIEWER: Problem("复评人", "Second reviewer"),
    Part.PANEL: Problem("审议成员", "Panel member"),
    Part.CHAIR: Problem("审议主持人", "Chair of the panel"),
    Part.APPEAL_HANDLER: Problem("申诉承办人", "Handler of the appeal"),
    Part.APPEAL_DECIDER: Problem("申诉决定人", "Decider of the appeal"),
}
ASKED_BY = {
    "self": Problem("本人自行提出", "The person themselves"),
    "respondent": Problem("被反映人申请", "The respondent"),
    "complainant": Problem("检举控告人或其他有关人员申请", "The complainant or another person concerned"),
    "organ": Problem("机关依职权", "The organ of its own motion"),
}
_ALONE = set(Part) - {Part.PANEL}  # parts that one person holds at a time


def candidates(session: Session, case: Case, part: Part, appeal: Appeal | None = None) -> list[User]:
    """Everyone who may take this part now, by name."""
    fitting = select(User).where(User.active, User.role.in_(workflow.PART_ROLES[part]))
    users = session.scalars(fitting.options(joinedload(User.organisation)).order_by(User.name, User.id))
    return [user for user in users if why_not(session, case, part, user, appeal) is None]


def assign(
    session: Session, case: Case, part: Part, user: User, by: User, *, appeal: Appeal | None = None
) -> Assignment:
    """Give a person a part in the case; a part that one person holds passes from the one before.

    Assigning the same person again changes nothing. Raises BadFields where the person is not independent (reading
    the record of everything they did in the case), NotAllowed, WrongStage.
    """
    part = Part(part)
    session.flush()
    workflow.ensure(session, by, ASSIGNING[part], case)
    appeal_id = appeal.id if appeal else None
    present = [row for row in current(case) if row.part == part and row.appeal_id == appeal_id]
    if mine := next((row for row in present if row.user_id == user.id), None):
        return mine
    if problem := why_not(session, case, part, user, appeal):
        raise BadFields({"user_id": problem})
    ended = []
    if part in _ALONE:
        for row in present:
            ended += _end(session, case, row, "replaced")
    now = utc_now()
    assignment = Assignment(
        case_id=case.id, part=part, user_id=user.id, by_id=by.id, at=now, appeal_id=appeal_id
    )
    session.add(assignment)
    session.flush()
    owed = two_step.owe(session, case, assignment)
    events.record(
        session, "assignment.made", by, case, rows=[assignment, *ended, *owed], part=str(part), user=user.id
    )
    session.expire(case, ["assignments", "conduct_views"])
    return assignment


def end_assignment(session: Session, case: Case, assignment: Assignment, by: User, why: str) -> None:
    """Take a person out of a part; whoever may fill the part may empty it. Raises NotAllowed, WrongStage, BadFields."""
    session.flush()
    workflow.ensure(session, by, ASSIGNING[assignment.part], case)
    errors: dict[str, Problem] = {}
    why = check_text(errors, "why", why, 200, required=True, one_line=True)
    if errors:
        raise BadFields(errors)
    if assignment.case_id != case.id:
        raise NotAllowed(ASSIGNING[assignment.part])
    if assignment.ended_at is None:
        rows = _end(session, case, assignment, why)
        events.record(
            session, "assignment.ended", by, case, rows=rows, part=str(assignment.part), user=assignment.user_id
        )  # fmt: skip


def ask_recusal(
    session: Session, case: Case, by: User, user: User, asked_by: str, grounds: list[str], reason: str
) -> Recusal:
    """Ask that a person stand back; until it is decided they do nothing in the case. Raises BadFields, NotAllowed."""
    workflow.ensure(session, by, "ask_recusal", case)
    errors: dict[str, Problem] = {}
    found = checked_grounds(errors, grounds)
    if not found and "grounds" not in errors:
        errors["grounds"] = Problem("请选择至少一种回避情形。", "Choose at least one ground of recusal.")
    reason = checked_reason(errors, reason, required=True)
    if asked_by not in ASKED_BY or (asked_by == "self") != (user.id == by.id):
        errors["asked_by"] = Problem(
            "请选择由谁提出；本人回避由本人提出。",
            "Say who asks; a person asks for their own recusal themselves.",
        )
    if user.id not in {person.id for person in involved(session, case)}:
        errors["user_id"] = Problem(
            "此人在本案没有职责，无须回避。", "This person has no part in the case to stand back from."
        )
    elif stands_back(session, case, user):
        errors["user_id"] = Problem(
            "此人的回避已经提出或者决定。", "A recusal of this person is already asked or granted."
        )
    if errors:
        raise BadFields(errors)
    recusal = Recusal(
        case_id=case.id, user_id=user.id, asked_by=asked_by, entered_by_id=by.id, grounds=found, reason=reason,
        at=utc_now(),
    )  # fmt: skip
    session.add(recusal)
    session.flush()
    events.record(session, "recusal.asked", by, case, rows=[recusal], recusal=recusal.id, user=user.id)
    session.expire(case, ["recusals"])
    return recusal


def decides_on(by: User, recusal: Recusal, case: Case) -> bool:
    """Whether this person decides on this recusal: the chief on others, the chief of the organ above on a chief.

    Nobody decides on their own. Where a chief's organ has none above it here, another chief of that organ enters
    the decision (PD2020 48, SUP2024 67).
    """
    target, parts = recusal.user, workflow.parts_of(by, case)
    if by.id == target.id or not parts & {workflow.CHIEF, workflow.SUPERIOR}:
        return False
    if target.role == Role.CHIEF:
        if by.organisation_id == target.organisation_id:
            return target.organisation.parent_id is None
        return target.organisation.is_within(by.organisation)
    return workflow.CHIEF in parts or by.organisation_id == target.organisation_id


def decide_recusal(
    session: Session, case: Case, recusal: Recusal, by: User, *, granted: bool, reason: str = ""
) -> None:
    """Decide whether a person stands back. If so, everything they hold in the case ends and nothing new begins.

    Raises NotAllowed unless the law gives the decision to this person, BadFields (a refusal needs its reason;
    decided already).
    """
    workflow.ensure(session, by, "decide_recusal", case)
    if recusal.case_id != case.id or not decides_on(by, recusal, case):
        raise NotAllowed("decide_recusal")
    errors: dict[str, Problem] = {}
    reason = checked_reason(errors, reason, required=not granted)
    if recusal.granted is not None:
        errors["granted"] = Problem("这一回避申请已经决定。", "This recusal is already decided.")
    if errors:
        raise BadFields(errors)
    recusal.granted, recusal.decided_by_id, recusal.decided_at = granted, by.id, utc_now()
    recusal.decision_reason = reason
    rows = [recusal]
    if granted:
        for assignment in [row for row in current(case) if row.user_id == recusal.user_id]:
            rows += _end(session, case, assignment, "recused")
    events.record(
        session, "recusal.decided", by, case, rows=rows,
        recusal=recusal.id, user=recusal.user_id, granted=granted,
    )  # fmt: skip
    session.expire(case, ["recusals", "assignments"])


def officers_for(session: Session, case: Case) -> list[User]:
    """The officers of the organ who could take the case over."""
    users = session.scalars(
        select(User)
        .where(User.active, User.role == Role.OFFICER, User.organisation_id == case.organisation_id)
        .order_by(User.name, User.id)
    )
    return [user for user in users if user.id != case.officer_id and _may_be_officer(session, case, user)]


def hand_over(session: Session, case: Case, officer: User, by: User) -> None:
    """Make another officer of the organ the officer of the case. Raises BadFields, NotAllowed, WrongStage."""
    workflow.ensure(session, by, "hand_over", case)
    fits = officer.active and officer.role == Role.OFFICER and officer.organisation_id == case.organisation_id
    if not fits or officer.id == case.officer_id or not _may_be_officer(session, case, officer):
        raise BadFields(
            {
                "user_id": Problem(
                    "请选择本机关另一名在岗、没有回避情形且未参与本案审核审议的经办人。",
                    "Choose another active officer of the organ who stands back from nothing and judges nothing here.",
                )
            }
        )
    before = case.officer_id
    case.officer_id = officer.id
    events.record(session, "case.handed_over", by, case, officer=officer.id, before=before)
    session.flush()
    session.expire(case, ["officer"])


def involved(session: Session, case: Case) -> list[User]:
    """Everyone who now has a part in the case: its officer, the holders of parts, the chiefs of its organ."""
    chiefs = select(User).where(
        User.active, User.role == Role.CHIEF, User.organisation_id == case.organisation_id
    )
    people = [case.officer, *(row.user for row in current(case)), *session.scalars(chiefs.order_by(User.id))]
    return list({person.id: person for person in people}.values())


def read_recusals(session: Session, by: User, case: Case) -> list[Recusal]:
    """Every request of the case that somebody stand back, latest first; logged."""
    if not access.may_take_part(by, case):
        raise NotAllowed(access.READ_CASE)
    rows = select(Recusal).where(Recusal.case_id == case.id).order_by(Recusal.id.desc())
    whole = joinedload(Recusal.user).joinedload(User.organisation), joinedload(Recusal.decided_by)
    found = list(session.scalars(rows.options(*whole)))
    events.record(session, "recusal.read", by, case)
    return found


def _end(session: Session, case: Case, assignment: Assignment, why: str) -> list:
    """End an assignment and empty the draft that belongs to it; returns the rows to seal.

    A draft has no effect, and the next reviewer is not to begin from another's words.
    """
    assignment.ended_at, assignment.ended_why = utc_now(), why
    rows = [assignment]
    if assignment.part in (Part.REVIEWER, Part.SECOND_REVIEWER):
        drafts = select(Review).where(
            Review.case_id == case.id, Review.reviewer_id == assignment.user_id, Review.submitted_at.is_(None),
            Review.second == (assignment.part == Part.SECOND_REVIEWER),
        )  # fmt: skip
        for review in session.scalars(drafts):
            review.reviewer_id, review.disposition, review.reason = None, "", ""
            for view in review.views:
                view.view, view.words_for, view.words_against, view.grounds = "", "", "", None
            rows += [review, *review.views]
    return rows


def _may_be_officer(session: Session, case: Case, user: User) -> bool:
    return not stands_back(session, case, user) and not judged(session, case, user, set(Part))
