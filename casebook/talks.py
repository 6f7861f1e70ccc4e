"""Talks (约谈、谈心谈话、提醒谈话、诫勉谈话、回访): what was raised, what was promised, and what became of it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook import events
from casebook.clocks import deadlines
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Case, Talk, User
from casebook.procedure import workflow
from casebook.procedure.dates import check_day
from casebook.procedure.decide import standing_decision


@dataclass(frozen=True)
class Kind:
    """A kind of talk and the provision behind it; `law` empty: a practice of the office."""

    name: Problem
    law: Problem


NO_LAW = Problem("", "")
KINDS = {
    "heart_to_heart": Kind(Problem("谈心谈话", "Heart-to-heart talk"), NO_LAW),
    "reminder": Kind(
        Problem("提醒谈话", "Reminder talk"),
        Problem("中国共产党党内监督条例第二十一条", "Regulation on intra-Party supervision, art. 21"),
    ),
    "talk_reminder": Kind(
        Problem("谈话提醒", "Talk in place of a sanction"),
        Problem(
            "公职人员政务处分法第十二条", "Law on Administrative Discipline for Public Officials, art. 12"
        ),
    ),
    "admonition": Kind(
        Problem("诫勉谈话", "Admonition talk"),
        Problem(
            "关于对党员领导干部进行诫勉谈话和函询的暂行办法第三条至第五条",
            "Interim measures on admonition talks, arts 3-5",
        ),
    ),
    "summons": Kind(
        Problem("约谈", "Summons to a talk"),
        Problem("信访工作条例第三十九条", "Regulation on petition work, art. 39"),
    ),
    "appointment": Kind(Problem("任职谈话", "Talk on taking up a post"), NO_LAW),
    "clearance": Kind(
        Problem("澄清后谈话", "Talk after clearance"),
        Problem("纪检监察机关处理检举控告工作规则", "Rules on handling reports and accusations"),
    ),
    "return_visit": Kind(
        Problem("回访", "Return visit"),
        Problem("中国共产党党员权利保障条例第三十六条", "Regulation on the rights of Party members, art. 36"),
    ),
}
_LONGEST = {"person": 100, "held_by": 200, "purpose": 1000, "raised": 5000, "promised": 5000, "words": 5000}
_ONE_LINE = ("person", "held_by")


def ref_of(talk: Talk) -> str:
    return f"talk:{talk.id}"


def read_talks(session: Session, by: User, case: Case) -> list[Talk]:
    """The talks of a case, latest first, for a page; the reading is logged."""
    events.record(session, "talk.read", by, case)
    of_case = select(Talk).where(Talk.case_id == case.id).options(joinedload(Talk.by))
    return list(session.scalars(of_case.order_by(Talk.held_on.desc(), Talk.id.desc())))


def talk_of(session: Session, case: Case, talk_id: int) -> Talk | None:
    """The talk of this case with this number."""
    talk = session.get(Talk, talk_id)
    return talk if talk is not None and talk.case_id == case.id else None


def record(
    session: Session,
    case: Case,
    by: User,
    *,
    kind: str,
    person: str,
    held_on: date,
    held_by: str,
    purpose: str,
    raised: str,
    today: date,
    promised: str = "",
    follow_up_on: date | None = None,
) -> Talk:
    """Enter a talk that was held; an agreed day for coming back to it becomes a deadline.

    Raises BadFields, NotAllowed.
    """  # fmt: skip
    workflow.ensure(session, by, "talk", case)
    errors: dict[str, Problem] = {}
    texts = {"person": person, "held_by": held_by, "purpose": purpose, "raised": raised, "promised": promised}
    kept = {
        name: check_text(
            errors, name, text, _LONGEST[name], required=name != "promised", one_line=name in _ONE_LINE
        )
        for name, text in texts.items()
    }
    if kind not in KINDS:
        errors["kind"] = Problem("请选择谈话类别。", "Choose the kind of talk.")
    check_day(errors, "held_on", held_on, until=today)
    if "held_on" not in errors and follow_up_on is not None and follow_up_on <= held_on:
        errors["follow_up_on"] = Problem(
            "跟踪日期应当在谈话之后。", "The day of the follow-up must lie after the talk."
        )
    if errors:
        raise BadFields(errors)
    talk = Talk(
        case_id=case.id,
        kind=kind,
        held_on=held_on,
        follow_up_on=follow_up_on,
        by_id=by.id,
        at=utc_now(),
        **kept,
    )
    session.add(talk)
    session.flush()
    events.record(session, "talk.held", by, case, rows=[talk], talk=talk.id, form=kind)
    if kind == "return_visit":
        deadlines.meet(session, case, "talk_held", held_on, by, ref=_decision(session, case))
    if follow_up_on is not None:
        deadlines.set_own(
            session, case, f"谈话跟踪：{KINDS[kind].name.zh}", follow_up_on, by, ref=ref_of(talk), on=held_on
        )
    return talk


def follow_up(
    session: Session, case: Case, by: User, talk_id: int, *, followed_up_on: date, words: str, today: date
) -> Talk:
    """Enter what became of a talk. Raises BadFields, NotReady (no such talk, or followed up already), NotAllowed."""
    workflow.ensure(session, by, "talk", case)
    talk = talk_of(session, case, talk_id)
    if talk is None or talk.followed_up_on is not None:
        raise NotReady([
            Problem(
                "没有这次谈话，或者跟踪情况已经登记。请刷新页面核对。",
                "There is no such talk, or its follow-up has been entered already. Load the page again.",
            )
        ])  # fmt: skip
    errors: dict[str, Problem] = {}
    kept = check_text(errors, "words", words, _LONGEST["words"], required=True)
    check_day(errors, "followed_up_on", followed_up_on, since=talk.held_on, until=today)
    if errors:
        raise BadFields(errors)
    talk.followed_up_on, talk.follow_up_words = followed_up_on, kept
    events.record(session, "talk.followed_up", by, case, rows=[talk], talk=talk.id)
    deadlines.stop(session, case, by, "已登记跟踪情况", ref=ref_of(talk), on=followed_up_on)
    if talk.kind == "admonition":
        deadlines.meet(
            session, case, "admonition_followed_up", followed_up_on, by, ref=_decision(session, case)
        )
    return talk


def _decision(session: Session, case: Case) -> str:
    """What the limits of the decision in effect belong to."""
    decision = standing_decision(session, case)
    return f"decision:{decision.id}" if decision else ""
