"""Appeals: entering one in time, admitting a late one, withdrawing it, who handles it, serving the result.

Execution is never suspended: nothing here touches the stage of the case (PD2020 56, CSL2018 96, SOE2024 40). Deciding
is in casebook.procedure.appeal_decide.
"""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook import events
from casebook.clocks import deadlines
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Appeal, Assignment, Case, Part, Service, User
from casebook.procedure import people, workflow
from casebook.procedure.appeal_ways import (
    DECIDED,
    REFUSED,
    WITHDRAWN,
    Opening,
    earliest_last_day,
    last_day,
    openings,
    received_on,
    ref_of,
)
from casebook.procedure.dates import check_day, in_words
from rules.channels import Channel, channels

LATE_CODES = {
    "force_majeure": Problem("不可抗拒的事由", "Force majeure"),
    "other_obstacle": Problem("其他正当理由", "Another legitimate reason"),
}
LONGEST = {"grounds": 10000, "advice": 2000, "late_reason": 2000, "reason": 5000, "how": 200}
PARTS = (Part.APPEAL_HANDLER, Part.APPEAL_DECIDER)


def file_appeal(
    session: Session,
    case: Case,
    by: User,
    *,
    channel: str,
    filed_on: date,
    grounds: str,
    advice: str = "",
    late_code: str = "",
    late_reason: str = "",
    obstacle_ended_on: date | None = None,
) -> Appeal:
    """Enter an appeal that the respondent handed in.

    In time it is accepted at once. Late it is refused with the last day, unless an obstacle is named; then it waits
    until the competent chief says whether it is heard (SOE2024 38, 39: asked for within ten working days after the
    obstacle ended). Raises BadFields, NotReady (another step comes first, one is still open), NotAllowed, WrongStage.
    """
    workflow.ensure(session, by, "file_appeal", case)
    errors: dict[str, Problem] = {}
    check_day(errors, "filed_on", filed_on)
    grounds = check_text(errors, "grounds", grounds, LONGEST["grounds"], required=True)
    advice = check_text(errors, "advice", advice, LONGEST["advice"])
    late_reason = check_text(errors, "late_reason", late_reason, LONGEST["late_reason"])
    if "filed_on" in errors:
        raise BadFields(errors)
    opening = _opening(session, case, channel, filed_on, errors)
    if not errors:
        _check_opening(opening, filed_on, advice, errors)
    late = not errors and _is_late(session, case, opening, filed_on)
    if late:
        _check_lateness(session, case, opening, filed_on, late_code, late_reason, obstacle_ended_on, errors)
    if errors:
        raise BadFields(errors)
    appeal = Appeal(
        case_id=case.id, seq=_next_seq(session, case), decision_id=opening.decision.id, channel=channel,
        after_id=opening.after.id if opening.after else None, filed_on=filed_on, grounds=grounds,
        ask_by=opening.last_day, advice=advice, late=late, late_code=late_code if late else "",
        late_reason=late_reason if late else "", obstacle_ended_on=obstacle_ended_on if late else None,
        entered_by_id=by.id, at=utc_now(), corrected=[],
    )  # fmt: skip
    session.add(appeal)
    session.flush()
    events.record(
        session, "appeal.filed", by, case, rows=[appeal], appeal=appeal.id, channel=channel, late=late
    )
    if not late:
        _accept(session, case, appeal, by)
    return appeal


def admit_late(
    session: Session, case: Case, appeal: Appeal, by: User, *, admitted: bool, reason: str, on: date
) -> None:
    """Decide whether an appeal that came too late is heard. Raises BadFields, NotReady, NotAllowed, WrongStage.

    The organ that decides on the appeal decides on this, too (SOE2024 38, 39).
    """
    begin(session, by, "admit_late_appeal", case, appeal)
    _ensure_competent(by, case, channel_of(appeal))
    errors: dict[str, Problem] = {}
    reason = check_text(errors, "admitted_reason", reason, LONGEST["reason"], required=True)
    if errors:
        raise BadFields(errors)
    if not appeal.waits:
        raise NotReady([_moved_on()])
    appeal.admitted_by_id, appeal.admitted_reason = by.id, reason
    if admitted:
        appeal.admitted_on = on
    else:
        appeal.outcome, appeal.decided_on = REFUSED, on
    kind = "appeal.admitted" if admitted else "appeal.refused"
    events.record(session, kind, by, case, rows=[appeal], appeal=appeal.id)
    if admitted:
        _accept(session, case, appeal, by)


def withdraw(session: Session, case: Case, appeal: Appeal, by: User, *, reason: str, on: date) -> None:
    """Enter that the respondent took an appeal back. Raises BadFields, NotReady, NotAllowed, WrongStage."""
    begin(session, by, "withdraw_appeal", case, appeal)
    errors: dict[str, Problem] = {}
    reason = check_text(errors, "withdrawn_reason", reason, LONGEST["reason"], required=True)
    if errors:
        raise BadFields(errors)
    if not appeal.is_open:
        raise NotReady([_moved_on()])
    appeal.outcome, appeal.reason, appeal.decided_on = WITHDRAWN, reason, on
    rows = [appeal, *end_parts(case, appeal)]
    events.record(session, "appeal.withdrawn", by, case, rows=rows, appeal=appeal.id)
    deadlines.stop(session, case, by, "申请已撤回", ref=ref_of(appeal), on=on)
    session.expire(case, ["assignments"])


def assign(session: Session, case: Case, appeal: Appeal, part: Part, user: User, by: User) -> Assignment:
    """Give an appeal a handler or a decider who had nothing to do with the first decision.

    The organ above is chosen for where the provision asks it. Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    begin(session, by, "assign_appeal", case, appeal)
    if part not in PARTS:
        raise NotAllowed("assign_appeal")
    channel = channel_of(appeal)
    _ensure_competent(by, case, channel)
    if not appeal.is_open or appeal.waits:
        raise NotReady([_moved_on()])
    if not is_level(channel, user, case):
        raise BadFields({"user_id": _wrong_level(channel)})
    return people.assign(session, case, part, user, by, appeal=appeal)


def candidates(session: Session, case: Case, appeal: Appeal, part: Part) -> list[User]:
    """Everyone who may handle or decide this appeal, by name."""
    channel = channel_of(appeal)
    return [one for one in people.candidates(session, case, part, appeal) if is_level(channel, one, case)]


def serve(session: Session, case: Case, appeal: Appeal, by: User, *, served_on: date, how: str) -> None:
    """Record that the respondent received the result: the time for the next step begins.

    A new decision made on the appeal is served with it. Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    begin(session, by, "serve_appeal", case, appeal)
    if appeal.outcome not in DECIDED or appeal.served_on is not None:
        raise NotReady([_moved_on()])
    errors: dict[str, Problem] = {}
    check_day(errors, "served_on", served_on, since=appeal.decided_on)
    how = check_text(errors, "how", how, LONGEST["how"], required=True, one_line=True)
    if errors:
        raise BadFields(errors)
    appeal.served_on = served_on
    rows = [appeal]
    new = appeal.new_decision
    if new is not None and received_on(session, new) is None:
        service = Service(
            case_id=case.id, decision_id=new.id, kind="person", recipient=case.respondent.name,
            how=how, served_on=served_on, by_id=by.id, at=utc_now(),
        )  # fmt: skip
        session.add(service)
        rows.append(service)
    session.flush()
    events.record(session, "appeal.served", by, case, rows=rows, appeal=appeal.id)
    deadlines.meet(session, case, "appeal_served", served_on, by, ref=ref_of(appeal))
    deadlines.start(
        session, case, "appeal_served", served_on, by, ref=ref_of(appeal), regimes=channel_of(appeal).regimes
    )
    if new is not None:
        regimes = frozenset(one.regime for one in new.measures)
        deadlines.start(
            session, case, "person_served", served_on, by, ref=f"decision:{new.id}", regimes=regimes
        )


def begin(session: Session, by: User, code: str, case: Case, appeal: Appeal) -> None:
    """Begin a step of an appeal of this case. Raises NotAllowed, WrongStage."""
    workflow.ensure(session, by, code, case)
    if appeal.case_id != case.id:
        raise NotAllowed(code)


def channel_of(appeal: Appeal) -> Channel:
    return channels().channels[appeal.channel]


def is_level(channel: Channel, user: User, case: Case) -> bool:
    """Whether a person's organ is one that may decide by this channel."""
    own = user.organisation_id == case.organisation_id
    return not own or channel.decider in ("same", "any")


def is_competent(by: User, case: Case, channel: Channel) -> bool:
    """Whether this chief arranges appeals by this channel: for an organ above or another, that organ's own chief."""
    needed = (
        {workflow.CHIEF, workflow.SUPERIOR} if channel.decider in ("same", "any") else {workflow.SUPERIOR}
    )
    return not needed.isdisjoint(workflow.parts_of(by, case))


def holders(case: Case, appeal: Appeal, part: Part) -> list[Assignment]:
    """Who now handles or decides this appeal."""
    return [
        row
        for row in case.assignments
        if row.appeal_id == appeal.id and row.part == part and row.ended_at is None
    ]


def end_parts(case: Case, appeal: Appeal) -> list[Assignment]:
    """End every part in an appeal that is over; the rows are sealed by whoever calls."""
    ended = [row for part in PARTS for row in holders(case, appeal, part)]
    for row in ended:
        row.ended_at, row.ended_why = utc_now(), "appeal_over"
    return ended


def _opening(
    session: Session, case: Case, channel: str, filed_on: date, errors: dict[str, Problem]
) -> Opening | None:
    found = next((one for one in openings(session, case, filed_on) if one.way.code == channel), None)
    if found is None:
        errors["channel"] = Problem(
            "现行决定不适用这一渠道，请从列出的渠道中选择。",
            "The decision that stands does not open this channel; choose one of those listed.",
        )
    elif found.closed is not None:
        raise NotReady([found.closed])
    return found


def _check_opening(opening: Opening, filed_on: date, advice: str, errors: dict[str, Problem]) -> None:
    since = opening.after.decided_on if opening.after else opening.decision.decided_on
    if not opening.after and opening.starts_on:
        since = min(since, opening.starts_on)
    if filed_on < since:
        words = in_words(since)
        errors["filed_on"] = Problem(
            f"递交日期不能早于所不服决定的日期{words.zh}。",
            f"It cannot have been handed in before the decision it is against, {words.en}.",
        )
    if opening.way.needs_advice and not advice:
        errors["advice"] = Problem(
            f"系统未见该渠道的条文（{opening.way.cite('zh')}）。请先询问本机关法规部门，并写明其答复。",
            f"The text of this channel was not seen ({opening.way.cite('en')}). Ask the organ's law office and enter "
            "what it answered.",
        )


def _is_late(session: Session, case: Case, opening: Opening, filed_on: date) -> bool:
    """Whether it came after the last day. Raises NotReady where only a missing calendar could tell."""
    if opening.last_day is not None:
        return filed_on > opening.last_day
    if opening.way.ask is None or opening.starts_on is None:
        return False
    certain = earliest_last_day(session, case, opening.way.ask, opening.starts_on)
    if certain is not None and filed_on <= certain:
        return False
    raise NotReady([opening.no_day])


def _check_lateness(
    session: Session,
    case: Case,
    opening: Opening,
    filed_on: date,
    code: str,
    reason: str,
    obstacle_ended_on: date | None,
    errors: dict[str, Problem],
) -> None:
    way = opening.way
    if not code:
        errors["filed_on"] = Problem(
            f"已经逾期：最后一日为 {opening.last_day}（{way.cite('zh')}）。因不可抗拒的事由或者其他正当理由耽误的，"
            "请写明原因，由有权机关决定是否准许。",
            f"Too late: the last day was {opening.last_day} ({way.cite('en')}). If force majeure or another legitimate "
            "reason stood in the way, say so; the competent organ then decides whether it is heard.",
        )
        return
    if code not in LATE_CODES:
        errors["late_code"] = Problem("请从列出的逾期原因中选择。", "Choose one of the reasons listed.")
    if not reason:
        errors["late_reason"] = Problem("请写明什么事由耽误了申请。", "Say what stood in the way.")
    if way.toll is None:
        return
    if not isinstance(obstacle_ended_on, date) or not opening.starts_on <= obstacle_ended_on <= filed_on:
        errors["obstacle_ended_on"] = Problem(
            "请填写障碍消除的日期，在收到决定之后、递交之前。",
            "Enter the day on which the obstacle ended, after the decision was received and before the appeal.",
        )
        return
    toll, missing = last_day(session, case, way.toll, obstacle_ended_on)
    if missing is not None:
        raise NotReady([missing])
    if filed_on > toll:
        errors["obstacle_ended_on"] = Problem(
            f"申请顺延应当在障碍消除后 {way.toll.amount} 个工作日内提出，最后一日为 {toll}（{way.cite('zh')}）。",
            f"More time is asked for within {way.toll.amount} working days after the obstacle ended, here by {toll} "
            f"({way.cite('en')}).",
        )


def _accept(session: Session, case: Case, appeal: Appeal, by: User) -> None:
    """Start the organ's own time and end the respondent's."""
    deadlines.meet(session, case, "appeal_filed", appeal.filed_on, by, ref=ref_of(appeal))
    deadlines.start(
        session, case, "appeal_filed", appeal.accepted_on, by, ref=ref_of(appeal),
        regimes=channel_of(appeal).regimes,
    )  # fmt: skip


def _ensure_competent(by: User, case: Case, channel: Channel) -> None:
    if not is_competent(by, case, channel):
        raise NotAllowed("assign_appeal")


def _wrong_level(channel: Channel) -> Problem:
    return Problem(
        f"“{channel.zh}”由原决定机关以外的上级机关办理，请指派上级机关的人员。",
        f"“{channel.en}” belongs to an organ above the one that decided; choose somebody of that organ.",
    )


def _moved_on() -> Problem:
    return Problem(
        "这一申请的状态已经变化，请刷新页面核对。", "This appeal has moved on meanwhile. Load the page again."
    )


def _next_seq(session: Session, case: Case) -> int:
    return (session.scalar(select(func.max(Appeal.seq)).where(Appeal.case_id == case.id)) or 0) + 1
