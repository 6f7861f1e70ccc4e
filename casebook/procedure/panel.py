"""The collective discussion of a case: who sits, who votes and how, and minutes that close it (集体审议).

Members vote themselves, each from their own account, the chair after all others (重大行政决策程序暂行条例第三十条).
Votes and closed minutes never change. Functions flush and never commit.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook import events
from casebook.clocks import deadlines
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Assignment, Case, Meeting, Notice, Part, SendBack, Stage, Step, User, Vote
from casebook.procedure import people, workflow
from casebook.procedure.dates import check_day, day_of
from casebook.procedure.returns import checked_return

FEWEST = 3  # with the chair; no provision gives a number
OUTCOMES = ("tolerate", "correct", "hold_accountable", "not_established")
LONGEST = {"place": 200, "others": 500, "minutes": 20_000, "words": 4000}
CHAIR_LAST = Problem(
    "重大行政决策程序暂行条例第三十条", "Interim regulation on major administrative decisions, art. 30"
)


def sitting(case: Case) -> list[Assignment]:
    """Who sits on the panel now, the chair first."""
    seats = [row for row in case.assignments if row.part in (Part.CHAIR, Part.PANEL) and row.ended_at is None]
    return sorted(seats, key=lambda row: (row.part != Part.CHAIR, row.id))


def seat_panel(session: Session, case: Case, by: User, chair: User | None, members: Iterable[User]) -> None:
    """Seat the chair and at least two members; who sat before and is not named leaves.

    Raises BadFields (too few, the same person twice, somebody not independent), NotReady while votes are out.
    """
    workflow.ensure(session, by, "seat_panel", case)
    members = list(members)
    ids = [user.id for user in members]
    errors = {}
    if chair is None:
        errors["chair"] = Problem("请选择主持人。", "Choose the chair.")
    if len(set(ids) - {chair and chair.id}) < FEWEST - 1:
        errors["members"] = Problem(
            f"连同主持人至少 {FEWEST} 人，请再选成员。",
            f"At least {FEWEST} persons with the chair; choose more members.",
        )
    if chair is not None and chair.id in ids:
        errors["members"] = Problem("主持人不重复列为成员。", "The chair is not a member as well.")
    if errors:
        raise BadFields(errors)
    meeting = current_meeting(session, case)
    led = any(row.part == Part.CHAIR for row in sitting(case))
    if led and meeting is not None and meeting.closed_at is not None and majority(meeting):
        raise NotReady([_needs("会议已经结束，不能更换成员。", "The meeting is over; its members stand.")])
    named = {chair.id: Part.CHAIR, **dict.fromkeys(ids, Part.PANEL)}
    for row in sitting(case):
        if named.get(row.user_id) != row.part:
            people.end_assignment(session, case, row, by, "调整审议成员")
    for user in (chair, *members):
        try:
            people.assign(session, case, named[user.id], user, by)
        except BadFields as bad:
            field = "chair" if user is chair else "members"
            raise BadFields({field: next(iter(bad.errors.values()))}) from bad


def open_meeting(session: Session, case: Case, by: User, *, held_on: date, place: str) -> Meeting:
    """Open the discussion, so that votes may be given; it is held after the respondent was heard.

    Raises BadFields, NotReady (no panel, one open already).
    """
    workflow.ensure(session, by, "meet", case)
    errors: dict[str, Problem] = {}
    heard_on = session.scalar(select(func.max(Notice.heard_on)).where(Notice.case_id == case.id))
    check_day(errors, "held_on", held_on, since=heard_on or day_of(case.created_at))
    place = check_text(errors, "place", place, LONGEST["place"], required=True, one_line=True)
    if errors:
        raise BadFields(errors)
    before = current_meeting(session, case)
    missing = _quorum_problems(case)
    if before is not None and before.closed_at is None:
        missing.append(_needs("已有一次会议尚未结束。", "A meeting is open already."))
    if before is not None and before.closed_at is not None and majority(before):
        missing.append(
            _needs("集体审议已有过半数意见，请拟定决定。", "The panel has its majority; draft the decision.")
        )
    if missing:
        raise NotReady(missing)
    people.ensure_declared(session, case, by, Step.DECISION)
    meeting = Meeting(
        case_id=case.id, held_on=held_on, place=place, chair_id=by.id, minutes="", absences=[], at=utc_now()
    )
    session.add(meeting)
    session.flush()
    events.record(
        session, "meeting.opened", by, case, rows=[meeting], meeting=meeting.id, held_on=held_on.isoformat()
    )
    return meeting


def mark_absent(session: Session, case: Case, by: User, user: User, reason: str) -> Meeting:
    """Note that a member is not there, and why; nobody who has voted. Raises BadFields, NotReady."""
    workflow.ensure(session, by, "meet", case)
    meeting = _open_meeting(session, case)
    errors: dict[str, Problem] = {}
    reason = check_text(errors, "reason", reason, 200, required=True, one_line=True)
    if user.id not in {row.user_id for row in sitting(case)} or user.id == meeting.chair_id:
        errors["user_id"] = Problem("请从未表决的成员中选择。", "Choose a member who has not voted.")
    elif user.id in voters(meeting) or user.id in absent(meeting):
        errors["user_id"] = Problem(
            "此人已经表决或者已登记缺席。", "This person has voted or is noted as absent."
        )
    if errors:
        raise BadFields(errors)
    meeting.absences = [*meeting.absences, {"user": user.id, "reason": reason}]
    events.record(session, "meeting.absence", by, case, rows=[meeting], meeting=meeting.id, user=user.id)
    return meeting


def mark_present(session: Session, case: Case, by: User, user: User) -> Meeting:
    """Take back that a member is absent: they came after all."""
    workflow.ensure(session, by, "meet", case)
    meeting = _open_meeting(session, case)
    meeting.absences = [row for row in meeting.absences if row["user"] != user.id]
    events.record(session, "meeting.presence", by, case, rows=[meeting], meeting=meeting.id, user=user.id)
    return meeting


def vote(session: Session, case: Case, by: User, disposition: str, words: str) -> Vote:
    """Give one's own vote with one's own words; the chair after all others. It never changes.

    Raises BadFields, NotReady (voted, absent, recusal not answered, the chair too early), NotAllowed.
    """
    workflow.ensure(session, by, "vote", case)
    meeting = _open_meeting(session, case)
    errors: dict[str, Problem] = {}
    if disposition not in OUTCOMES:
        errors["disposition"] = Problem("请选择表决意见。", "Choose how you vote.")
    words = check_text(errors, "words", words, LONGEST["words"], required=True)
    if errors:
        raise BadFields(errors)
    if by.id in voters(meeting):
        raise NotReady([_needs("您已经表决，表决不能更改。", "You have voted; a vote never changes.")])
    if by.id in absent(meeting):
        raise NotReady(
            [
                _needs(
                    "主持人已登记您缺席，到会的请主持人更正。",
                    "You are noted as absent; ask the chair to correct it.",
                )
            ]
        )
    people.ensure_declared(session, case, by, Step.DECISION)
    waiting = not_voted(case, meeting)
    if by.id == meeting.chair_id and (others := [row.user for row in waiting if row.user_id != by.id]):
        raise NotReady([Problem(
            f"主持人末位表态。尚未表决：{'、'.join(user.name for user in others)}。",
            f"The chair votes last. Not yet: {', '.join(user.name for user in others)}.",
        ).by(CHAIR_LAST)])  # fmt: skip
    given = Vote(meeting_id=meeting.id, user_id=by.id, disposition=disposition, words=words, at=utc_now())
    session.add(given)
    session.flush()
    events.record(session, "meeting.voted", by, case, rows=[given], meeting=meeting.id)
    session.expire(meeting, ["votes"])
    return given


def close_meeting(session: Session, case: Case, by: User, *, minutes: str, others: str = "") -> Meeting:
    """Close the minutes: everybody has voted or is noted as absent, and enough were there. Then nothing changes.

    Raises BadFields, NotReady naming who has not voted.
    """
    workflow.ensure(session, by, "meet", case)
    meeting = _open_meeting(session, case)
    errors: dict[str, Problem] = {}
    minutes = check_text(errors, "minutes", minutes, LONGEST["minutes"], required=True)
    others = check_text(errors, "others", others, LONGEST["others"])
    if errors:
        raise BadFields(errors)
    if missing := closing_problems(case, meeting):
        raise NotReady(missing)
    meeting.minutes, meeting.others, meeting.closed_at = minutes, others, utc_now()
    ref = f"meeting:{meeting.id}"
    events.record(
        session, "meeting.closed", by, case, rows=[meeting], meeting=meeting.id, votes=len(meeting.votes),
        absent=len(meeting.absences), outcome=majority(meeting),
    )  # fmt: skip
    deadlines.meet(session, case, "meeting_held", meeting.held_on, by, ref=ref)
    deadlines.start(session, case, "meeting_held", meeting.held_on, by, ref=ref)
    return meeting


def return_from_panel(
    session: Session, case: Case, by: User, *, code: str, reason: str, items: Sequence[str] = ()
) -> SendBack:
    """Send the case back to the reviewer, for a reason from the list. An open meeting ends with it.

    Raises BadFields, NotAllowed, WrongStage.
    """
    step = workflow.ensure(session, by, "return_from_panel", case)
    errors: dict[str, Problem] = {}
    checked = checked_return(errors, Stage.PANEL, code, reason, items)
    if errors:
        raise BadFields(errors)
    now = utc_now()
    back = SendBack(case_id=case.id, from_stage=Stage.PANEL, to_stage=step.to, by_id=by.id, at=now, **checked)
    rows = [back]
    meeting = current_meeting(session, case)
    if meeting is not None and meeting.closed_at is None:
        meeting.closed_at = now
        rows.append(meeting)
    session.add(back)
    session.flush()
    workflow.move(session, case, step, by, "panel.returned", rows=rows, code=code, items=len(back.items))
    deadlines.go_back(session, case, by)
    return back


def current_meeting(session: Session, case: Case) -> Meeting | None:
    """The last meeting since the case last came to the panel."""
    returned = select(func.max(SendBack.at)).where(SendBack.case_id == case.id)
    meetings = select(Meeting).where(Meeting.case_id == case.id).order_by(Meeting.id.desc()).limit(1)
    if (since := session.scalar(returned)) is not None:
        meetings = meetings.where(Meeting.at > since)
    return session.scalar(meetings)


def meetings_of(session: Session, case: Case) -> list[Meeting]:
    return list(session.scalars(select(Meeting).where(Meeting.case_id == case.id).order_by(Meeting.id)))


def read_panel(session: Session, case: Case, by: User) -> None:
    """Log that somebody read who sits and what was said."""
    events.record(session, "panel.read", by, case)


def voters(meeting: Meeting) -> set[int]:
    return {given.user_id for given in meeting.votes}


def absent(meeting: Meeting) -> dict[int, str]:
    """Who is noted as absent, with the reason."""
    return {row["user"]: row["reason"] for row in meeting.absences}


def not_voted(case: Case, meeting: Meeting) -> list[Assignment]:
    """Who sits on the panel and has neither voted nor been noted as absent."""
    settled = voters(meeting) | absent(meeting).keys()
    return [row for row in sitting(case) if row.user_id not in settled]


def counting(case: Case, meeting: Meeting) -> list[Vote]:
    """The votes that count: while the meeting is open, of those who still sit."""
    if meeting.closed_at is not None:
        return meeting.votes
    seats = {row.user_id for row in sitting(case)}
    return [given for given in meeting.votes if given.user_id in seats]


def majority(meeting: Meeting) -> str:
    """What more than half of the votes are for; empty where there is no majority, or no minutes of the votes."""
    counts = Counter(given.disposition for given in meeting.votes)
    return next((outcome for outcome, votes in counts.items() if votes * 2 > len(meeting.votes)), "")


def closing_problems(case: Case, meeting: Meeting) -> list[Problem]:
    """What keeps the minutes open."""
    missing = [
        Problem(
            f"{row.user.name}尚未表决，也未登记缺席。",
            f"{row.user.name} has neither voted nor been noted as absent.",
        )
        for row in not_voted(case, meeting)
    ]
    seats = {row.user_id for row in sitting(case)}
    left = [given.user for given in meeting.votes if given.user_id not in seats]
    if left:
        missing.append(Problem(
            f"{'、'.join(user.name for user in left)}表决后不再参加审议，请将案件退回审核人，重新审议。",
            f"{', '.join(user.name for user in left)} voted and no longer sits; send the case back.",
        ))  # fmt: skip
    if len(counting(case, meeting)) < FEWEST and not missing:
        missing.append(
            _needs(
                f"到会表决的不足 {FEWEST} 人，会议不能作出结论，请补充成员。",
                f"Fewer than {FEWEST} have voted; the meeting cannot conclude. Seat more members.",
            )
        )
    return missing


def _open_meeting(session: Session, case: Case) -> Meeting:
    meeting = current_meeting(session, case)
    if meeting is None or meeting.closed_at is not None:
        raise NotReady(
            [
                _needs(
                    "没有正在进行的会议，请主持人先召开会议。",
                    "No meeting is open; the chair opens it first.",
                )
            ]
        )
    return meeting


def _quorum_problems(case: Case) -> list[Problem]:
    if len(sitting(case)) >= FEWEST:
        return []
    return [
        _needs(
            f"审议成员连同主持人不足 {FEWEST} 人，请主要负责人补充。",
            f"The panel has fewer than {FEWEST} persons with the chair; the chief seats more.",
        )
    ]


def _needs(zh: str, en: str) -> Problem:
    return Problem(zh, en).by(workflow.DISCUSSED)
