"""What a reversal corrects: every record that rested on the decision that fell, and the list of what was corrected.

Nothing is left resting on it: periods, clocks, corrections, figures, precedents, papers, the personnel file, and the
name of the person in every place the decision had reached (PD2020 60, SOE2024 45, RTS2020 37).
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.clearance import clearances
from casebook.clocks import deadlines
from casebook.errors import Problem
from casebook.models import Appeal, Case, Decision, Paper, Service, User
from casebook.precedents import ageing
from casebook.procedure import correct, correction_state
from casebook.procedure.appeal_ways import REVOKE, ref_of
from casebook.procedure.service import services_of
from rules.channels import channels
from rules.measures import measure_named

ENDED = {"vary": "varied", "revoke": "revoked"}
RESTORED = Problem(
    "政务处分法第六十条、国有企业管理人员处分条例第四十五条",
    "Law on Administrative Discipline for Public Officials, art. 60; Regulation on sanctions for managers of "
    "state-owned enterprises, art. 45",
)
_LONGEST_TITLE = 300
Item = list[str]  # kind, ref, in Chinese, in English


def reverse(
    session: Session,
    case: Case,
    appeal: Appeal,
    old: Decision,
    new: Decision,
    by: User,
    on: date,
    *,
    error_fell_away: bool,
    follow_up_by: date,
) -> list[Item]:
    """End the old decision in favour of the new one and correct every record derived from it; returns what it did.

    Called within the step that decides the appeal, in its transaction: all of it happens, or nothing. `follow_up_by`
    is the day a person sets for clearing the name and the personnel formalities; no provision gives one.
    """
    found: list[Item] = []
    found += _end_decision(session, case, appeal, old, new, by, on)
    found += _periods(old, new, on)
    found += _stop_deadlines(session, case, appeal, old, by, on)
    if error_fell_away:
        found += _lift_corrections(session, case, by)
    found += _leave_figures(old, new)
    found += _withdraw_precedents(session, old, by, on)
    found += _call_for_papers(session, case, appeal, old)
    served = services_of(session, old)
    if appeal.outcome == REVOKE:
        found += _clear_name(session, case, appeal, old, by, on, served, follow_up_by)
    found += _restore_file(session, case, appeal, old, by, on, follow_up_by)
    return found


def _end_decision(
    session: Session, case: Case, appeal: Appeal, old: Decision, new: Decision, by: User, on: date
) -> list[Item]:
    """End the old decision and every period of it; what the new one keeps or replaces runs on under the new one."""
    old.ended_on, old.ended_how = on, ENDED[appeal.outcome]
    running = [measure for measure in old.measures if measure.released_on is None]
    for measure in running:
        measure.released_on, measure.released_why = on, f"第 {new.seq} 号决定代替"
    events.record(
        session, "decision.replaced", by, case, rows=[old, *running], decision=old.id, by_decision=new.id
    )
    words = {"varied": ("变更", "varied"), "revoked": ("撤销", "revoked")}[old.ended_how]
    return [
        [
            "decision", f"decision:{old.id}",
            f"第 {old.seq} 号决定自 {on} 起被{words[0]}，由第 {new.seq} 号决定代替",
            f"Decision no. {old.seq} is {words[1]} as of {on}; no. {new.seq} takes its place",
        ]
    ]  # fmt: skip


def _periods(old: Decision, new: Decision, on: date) -> list[Item]:
    kept = {measure.code: measure for measure in new.measures}
    before = {measure.code for measure in old.measures}
    found = [_period_item(measure, kept.get(measure.code), on) for measure in old.measures]
    for code, measure in kept.items():
        if code not in before and measure.ends_on:
            name = measure_named(code, on)
            found.append(
                [
                    "period", f"measure:{measure.id}",
                    f"{name.zh}：影响期自原决定生效之日连续计算，至 {measure.ends_on}",
                    f"{name.en}: its period runs to {measure.ends_on}, counted from the day the first took effect",
                ]
            )  # fmt: skip
    return found


def _period_item(measure, kept, on: date) -> Item:
    name = measure_named(measure.code, on)
    if kept is not None:
        until = kept.ends_on or "—"
        return [
            "period", f"measure:{measure.id}", f"{name.zh}：维持不变，影响期照旧至 {until}",
            f"{name.en}: stays as it is, its period to {until}",
        ]  # fmt: skip
    if measure.ends_on and measure.ends_on >= on:
        return [
            "period", f"measure:{measure.id}", f"{name.zh}：影响期于 {on} 解除（原至 {measure.ends_on}）",
            f"{name.en}: its period is released on {on} (it ran to {measure.ends_on})",
        ]  # fmt: skip
    return ["period", f"measure:{measure.id}", f"{name.zh}：不再有效", f"{name.en}: no longer in effect"]


def _stop_deadlines(
    session: Session, case: Case, appeal: Appeal, old: Decision, by: User, on: date
) -> list[Item]:
    """Stop what runs because of the old decision, but for the time to ask by the channel of another regime (C-18)."""
    family = channels().channels[appeal.channel].family
    own = {code for code, channel in channels().channels.items() if channel.family == family}
    asking = [(row.limit_code, deadlines.limit_of(row)) for row in deadlines.open_deadlines(session, case)]
    keep = {code for code, limit in asking if limit and limit.asks and limit.asks.isdisjoint(own)}
    refs = [f"decision:{old.id}", *(f"measure:{measure.id}" for measure in old.measures)]
    stopped = [
        row
        for ref in refs
        for row in deadlines.stop(session, case, by, "原决定不再有效", ref=ref, on=on, keep=keep)
    ]
    found = []
    for row in stopped:
        limit = deadlines.limit_of(row)
        zh, en = (limit.title.zh, limit.title.en) if limit else (row.title, row.title)
        found.append(["deadline", f"deadline:{row.id}", f"停止计算：{zh}", f"Stopped: {en}"])
    return found


def _lift_corrections(session: Session, case: Case, by: User) -> list[Item]:
    lifted = correct.lift_all(session, case, by, "失误不成立，原决定已撤销")
    return [
        [
            "correction", correction_state.ref_of(row), "失误不成立，撤销这项纠错任务",
            "The error fell away, and this correction with it",
        ]
        for row in lifted
    ]  # fmt: skip


def _leave_figures(old: Decision, new: Decision) -> list[Item]:
    return [
        [
            "figures", f"decision:{old.id}",
            f"统计改按第 {new.seq} 号决定计算，第 {old.seq} 号不再计入",
            f"The figures now count decision no. {new.seq} and no longer no. {old.seq}",
        ]
    ]  # fmt: skip


def _withdraw_precedents(session: Session, old: Decision, by: User, on: date) -> list[Item]:
    """Take the precedents made from the old decision out of use, with their line of history."""
    resting = ageing.withdraw_resting_on(session, old, by, on)
    if not resting:
        return [
            [
                "precedent", f"decision:{old.id}", "没有先例以原决定为依据，无须更正",
                "No precedent rests on the old decision; nothing to correct",
            ]
        ]  # fmt: skip
    return [
        [
            "precedent", f"precedent:{one.id}", f"先例 {one.code} 停止适用：所依据的决定已不再有效",
            f"Precedent {one.code} is no longer followed: the decision it rests on fell",
        ]
        for one in resting
    ]  # fmt: skip


def _call_for_papers(session: Session, case: Case, appeal: Appeal, old: Decision) -> list[Item]:
    issued = session.scalars(
        select(Paper).where(Paper.case_id == case.id, Paper.ref == f"decision:{old.id}").order_by(Paper.id)
    )
    found = [
        [
            "paper",
            f"paper:{row.id}",
            f"{row.number} 所载决定已不再有效",
            f"{row.number} states a decision that fell",
        ]
        for row in issued
    ]
    found.append(
        [
            "paper",
            ref_of(appeal),
            "应制发申诉结果通知书",
            "A notice of the result of the appeal is to be issued",
        ]
    )
    return found


def _clear_name(
    session: Session,
    case: Case,
    appeal: Appeal,
    old: Decision,
    by: User,
    on: date,
    served: Sequence[Service],
    follow_up_by: date,
) -> list[Item]:
    """A task and a clearance wherever the decision had been served or announced, body by body (PD2020 60)."""
    bodies = list(dict.fromkeys(row.recipient for row in served if row.kind != "person"))
    where = "、".join(bodies) or "原决定未向单位送达或者公布"
    title = f"在原公布范围内恢复名誉、消除影响：{where}"
    if len(title) > _LONGEST_TITLE:
        title = title[: _LONGEST_TITLE - 1] + "…"
    row = deadlines.set_own(session, case, title, follow_up_by, by, ref=ref_of(appeal), on=on)
    task = [
        "clearance", f"deadline:{row.id}", f"{follow_up_by} 前在原公布范围内恢复名誉、消除影响（{RESTORED.zh}）",
        f"The name is to be cleared wherever the decision was made known, by {follow_up_by} ({RESTORED.en})",
    ]  # fmt: skip
    clearance = clearances.open_for_reversal(session, case, old, by, on, served)
    opened = [
        "clearance", f"clearance:{clearance.id}", f"启动澄清 {clearance.number}，知悉范围按原决定送达、公布情况列出",
        f"Clearance {clearance.number} opened; its reach map lists wherever the decision had been made known",
    ]  # fmt: skip
    return [task] + [
        [
            "clearance", f"service:{one.id}", f"向“{one.recipient}”更正（{one.served_on}，{one.how}）",
            f"To be put right with “{one.recipient}” ({one.served_on}, {one.how})",
        ]
        for one in served
        if one.kind != "person"
    ] + [opened]  # fmt: skip


def _restore_file(
    session: Session, case: Case, appeal: Appeal, old: Decision, by: User, on: date, follow_up_by: date
) -> list[Item]:
    """A task for the personnel file, post, rank and pay that the old decision had touched (PD2020 60)."""
    what = Problem(
        "恢复级别、薪酬待遇，安排相应职务，存入本人档案",
        "Rank, pay and post restored, the result put into the personnel file",
    )
    if appeal.outcome != REVOKE:
        what = Problem(
            "按变更后的决定调整职务、级别、薪酬待遇，存入本人档案",
            "Post, rank and pay adjusted to the new decision, the result put into the personnel file",
        )
    row = deadlines.set_own(session, case, what.zh, follow_up_by, by, ref=ref_of(appeal), on=on)
    return [
        [
            "personnel_file", f"deadline:{row.id}", f"{follow_up_by} 前{what.zh}（{RESTORED.zh}）",
            f"{what.en}, by {follow_up_by} ({RESTORED.en})",
        ]
    ]  # fmt: skip
