"""Deciding an appeal: uphold, vary or revoke, by somebody who had nothing to do with the first decision.

Never heavier (PD2020 56, CSL2018 96, SOE2024 40). A channel reaches only the measures of its own regimes; what belongs
to another regime is carried over as it stands (C-18). Without the signature nothing has any effect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook import accounts, events
from casebook.clocks import deadlines
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Appeal, Case, Decision, ImposedMeasure, Part, Step, User
from casebook.precedents import gate
from casebook.procedure import ceiling, people, reversal
from casebook.procedure.appeal import LONGEST, begin, channel_of, end_parts, holders
from casebook.procedure.appeal_ways import ANY_REGIME, REVOKE, UPHOLD, VARY, first_decision, ref_of
from casebook.procedure.dates import check_day
from casebook.procedure.decide import LONGEST as LONGEST_OF_DECISION
from casebook.procedure.decide import check_signature, sign_decision, standing_decision
from casebook.procedure.notice import check_told
from casebook.procedure.outcome import (
    Chosen,
    Ground,
    departure_rules,
    ground_of,
    imposed_rows,
    measure_errors,
    plain_measure,
)
from casebook.procedure.panel import OUTCOMES as DISPOSITIONS
from casebook.procedure.signature import decision_digest
from rules.channels import channels
from rules.factor import OUTCOMES as OUTCOMES_IN_ORDER
from rules.measures import Measure, ladder, refusal

OUTCOMES = {
    UPHOLD: Problem("维持原决定", "Uphold the decision"),
    VARY: Problem("变更原决定", "Vary the decision"),
    REVOKE: Problem("撤销原决定，重新作出决定", "Revoke the decision and decide anew"),
}
LATEST_FOLLOW_UP = timedelta(days=366)


@dataclass(frozen=True)
class Anew:
    """What takes the place of the decision that is varied or revoked.

    `measures` are those the channel reaches; `error_fell_away`: there was no error to put right at all;
    `follow_up_by`: the day the decider sets for clearing the name and the personnel formalities.
    """

    disposition: str
    measures: Sequence[Chosen]
    facts_found: str
    considered: str
    error_fell_away: bool
    follow_up_by: date | None


def decide_appeal(
    session: Session,
    case: Case,
    appeal: Appeal,
    by: User,
    *,
    outcome: str,
    reason: str,
    discussed_on: date,
    password: str,
    on: date,
    ground_code: str = "",
    anew: Anew | None = None,
    precedent_reasons: Mapping[str, gate.Answer] | None = None,
    hasher: PasswordHasher = accounts.HASHER,
) -> Appeal:
    """Decide an appeal and sign it with one's password; a decision varied or revoked is replaced by a new one.

    `precedent_reasons` answers, by its code, each binding precedent that the new disposition contradicts.

    Everything derived from the old decision is corrected in the same transaction and listed in `appeal.corrected`.
    Raises NotAllowed (also for whoever handled the first decision, however they came to be assigned), NotReady
    (recusal not answered, heavier than before), BadFields, WrongStage.
    """
    begin(session, by, "decide_appeal", case, appeal)
    _ensure_fresh(session, case, appeal, by)
    if not appeal.is_open or appeal.waits:
        raise NotReady([Problem("这一申请已经办结。", "This appeal is decided already.")])
    for part in (Part.APPEAL_DECIDER, Part.APPEAL_HANDLER):
        for row in holders(case, appeal, part):
            people.ensure_declared(session, case, row.user, Step.APPEAL, appeal=appeal)
    errors: dict[str, Problem] = {}
    reason = check_text(errors, "reason", reason, LONGEST["reason"], required=True)
    check_told(errors, reason=reason, facts_found=(anew and anew.facts_found) or "")
    check_day(errors, "discussed_on", discussed_on, since=appeal.accepted_on)
    check_day(errors, "on", on, since=discussed_on if isinstance(discussed_on, date) else None)
    old = standing_decision(session, case)
    if outcome not in OUTCOMES:
        errors["outcome"] = Problem("请选择维持、变更或者撤销。", "Choose uphold, vary or revoke.")
    chosen: list[Chosen] = []
    if outcome in (VARY, REVOKE):
        chosen = _checked_anew(session, case, appeal, old, outcome, ground_code, anew, on, errors)
    contradicts = contradicted(session, case, anew.disposition, on) if outcome != UPHOLD and anew else []
    answered = gate.check(session, contradicts, precedent_reasons or {}, errors)
    if errors:
        raise BadFields(errors)
    check_signature(session, by, password, hasher=hasher)
    appeal.outcome, appeal.reason, appeal.discussed_on = outcome, reason, discussed_on
    appeal.decided_by_id, appeal.decided_on, appeal.signed_at = by.id, on, utc_now()
    new = None
    if outcome != UPHOLD:
        appeal.ground_code = ground_code
        new = _new_decision(session, case, appeal, old, chosen, anew, answered, by, on)
    ended = end_parts(case, appeal)
    deadlines.meet(session, case, "appeal_decided", on, by, ref=ref_of(appeal))
    deadlines.start(
        session, case, "appeal_decided", on, by, ref=ref_of(appeal), regimes=channel_of(appeal).regimes
    )
    if new is not None:
        appeal.corrected = reversal.reverse(
            session, case, appeal, old, new, by, on,
            error_fell_away=anew.error_fell_away, follow_up_by=anew.follow_up_by,
        )  # fmt: skip
    events.record(
        session, "appeal.decided", by, case, rows=[appeal, *ended], appeal=appeal.id, outcome=outcome,
        ground=appeal.ground_code, corrected=len(appeal.corrected),
    )  # fmt: skip
    session.expire(case, ["assignments"])
    return appeal


def is_reached(appeal: Appeal, regime: str) -> bool:
    """Whether the channel of an appeal reaches measures of a regime; reminders and exemptions go with any."""
    return regime in channel_of(appeal).regimes | ANY_REGIME


def available(session: Session, case: Case, appeal: Appeal, on: date) -> list[Measure]:
    """The measures that may be imposed anew on this appeal: those the channel reaches, for this person, none heavier.

    Each alone is no heavier than what stands; whether they are together is checked when the appeal is decided.
    """
    ground, old = ground_of(session, case), standing_decision(session, case)
    kept = [one.code for one in old.measures if not is_reached(appeal, one.regime)]
    found = []
    for measure in ground.measures(on).values():
        if not is_reached(appeal, measure.regime) or refusal(measure, ground.facts):
            continue
        try:
            ceiling.check(session, case, old.disposition, [*kept, measure.code], ground.law_of)
        except NotReady:
            continue
        found.append(measure)
    return found


def contradicted(session: Session, case: Case, disposition: str, on: date) -> list[gate.Contradiction]:
    """The binding precedents that a new disposition contradicts.

    None that only a graver outcome than before could follow: an appeal makes nothing heavier (PD2020 56).
    """
    old = standing_decision(session, case).disposition
    most = OUTCOMES_IN_ORDER.index(old) if old in OUTCOMES_IN_ORDER else -1
    found = gate.contradicted(session, case, disposition, ground_of(session, case).facts, on)
    return [one for one in found if not one.lower or OUTCOMES_IN_ORDER.index(one.precedent.outcome) <= most]


def _ensure_fresh(session: Session, case: Case, appeal: Appeal, by: User) -> None:
    """Whoever decides was assigned to this very appeal, and had no part in the first decision (SOE2024 40)."""
    if by.id not in {row.user_id for row in holders(case, appeal, Part.APPEAL_DECIDER)}:
        raise NotAllowed("decide_appeal")
    if people.handled_first(session, case, by):
        raise NotAllowed("decide_appeal")


def _checked_anew(
    session: Session,
    case: Case,
    appeal: Appeal,
    old: Decision,
    outcome: str,
    ground_code: str,
    anew: Anew | None,
    on: date,
    errors: dict[str, Problem],
) -> list[Chosen]:
    """Every measure of the new decision; what is wrong goes into `errors`. Raises NotReady where it is heavier."""
    if ground_code not in channels().grounds_for(outcome):
        errors["ground_code"] = Problem(
            "请选择撤销或者变更的法定事由。", "Choose the ground on which the decision falls."
        )
    if anew is None or anew.disposition not in DISPOSITIONS:
        errors["disposition"] = Problem("请选择新的处理结论。", "Choose the new disposition.")
        return []
    for name in ("facts_found", "considered"):
        check_text(
            errors, name, getattr(anew, name), LONGEST_OF_DECISION[name], required=name == "facts_found"
        )
    _check_follow_up(errors, anew, outcome, on)
    ground = ground_of(session, case)
    known = ground.measures(on)
    beyond = [
        one.code
        for one in anew.measures
        if one.code in known and not is_reached(appeal, known[one.code].regime)
    ]
    if beyond:
        errors["measures"] = Problem(
            "所选措施不属于本渠道所涉的处理，应当按其自身渠道办理。",
            "A measure chosen belongs to another regime, which has a channel of its own.",
        )
    kept = [
        Chosen(one.code, one.months, one.basis) for one in old.measures if not is_reached(appeal, one.regime)
    ]
    chosen = [*kept, *anew.measures]
    terms = ladder().dispositions.get(anew.disposition)
    stays = [one for one in kept if terms and one.code not in terms.allows]
    if stays and "measures" not in errors:
        names = [known[one.code] for one in stays if one.code in known]
        errors["measures"] = Problem(
            f"“{'、'.join(one.zh for one in names)}”不属于本渠道，照旧保留，与所选处理结论不能并存。"
            "请保留原处理结论，只改变本渠道所涉的处理；保留的处理由其自身渠道另行处理。",
            f"“{', '.join(one.en for one in names)}” is not of this channel and stays; the disposition chosen does not "
            "go with it. Keep the disposition and change only what this channel reaches; the rest has its own.",
        )
    for field, problem in measure_errors(ground, anew.disposition, chosen, on).items():
        errors.setdefault(field, problem)
    if errors:
        return []
    chosen = [*kept, *(plain_measure(ground, one, on) for one in anew.measures)]
    if _same(old, anew.disposition, chosen) and outcome == VARY:
        errors["measures"] = Problem(
            "与原决定相同，没有变更。维持原决定的，请选择“维持原决定”。",
            "This is the same as before. To leave it as it is, choose “uphold”.",
        )
    ceiling.check(
        session, case, anew.disposition, [one.code for one in chosen], ground.law_of,
        months={one.code: one.months for one in chosen},
    )  # fmt: skip
    return chosen


def _check_follow_up(errors: dict[str, Problem], anew: Anew, outcome: str, on: date) -> None:
    due = anew.follow_up_by
    if not isinstance(due, date) or not on < due <= on + LATEST_FOLLOW_UP:
        errors["follow_up_by"] = Problem(
            "请确定恢复名誉、调整待遇等后续事项的完成日，在决定日之后一年以内（条文没有规定期限，由决定人确定）。",
            "Set the day by which the name is cleared and the formalities are done, within a year of the decision; "
            "no provision gives one.",
        )
    if anew.error_fell_away and outcome != REVOKE:
        errors["error_fell_away"] = Problem(
            "认定失误不成立的，应当撤销原决定。", "Where there was no error, the decision is revoked."
        )
    if anew.disposition == "not_established" and not anew.error_fell_away:
        errors["error_fell_away"] = Problem(
            "处理结论为事实不成立的，失误亦不成立，请确认，相应纠错任务一并撤销。",
            "Where nothing is established there was no error either; confirm it, and the corrections are lifted.",
        )


def _same(old: Decision, disposition: str, chosen: Sequence[Chosen]) -> bool:
    return disposition == old.disposition and {(one.code, one.months) for one in chosen} == {
        (one.code, one.months) for one in old.measures
    }


def _new_decision(
    session: Session,
    case: Case,
    appeal: Appeal,
    old: Decision,
    chosen: Sequence[Chosen],
    anew: Anew,
    answered: Sequence[tuple[gate.Contradiction, gate.Answer]],
    by: User,
    on: date,
) -> Decision:
    """The decision that takes the place of the old one, signed by who decided the appeal."""
    ground = ground_of(session, case)
    known = ground.measures(on)
    rules = departure_rules(ground.recommendation, anew.disposition, [one.code for one in chosen], known)
    last = session.scalar(select(func.max(Decision.seq)).where(Decision.case_id == case.id))
    new = Decision(
        case_id=case.id, seq=last + 1, meeting_id=None, appeal_id=appeal.id,
        recommendation_id=ground.recommendation.id, disposition=anew.disposition,
        facts_found=anew.facts_found.strip(), reason=appeal.reason, considered=anew.considered.strip(),
        departs=rules is not None, departure_code="", departure_reason=appeal.reason if rules is not None else "",
        departure_rules=rules or [], drafted_by_id=by.id, at=utc_now(),
        measures=imposed_rows(ground, chosen, on),
    )  # fmt: skip
    session.add(new)
    session.flush()
    new.precedent_departures += gate.rows(case, new, answered, by)
    session.flush()
    sign_decision(session, new, by, on)
    _set_periods(session, ground, old, new, chosen)
    new.signature = decision_digest(new)
    events.record(
        session, "decision.signed", by, case, rows=[new, *new.measures, *new.precedent_departures],
        decision=new.id, appeal=appeal.id, signature=new.signature, disposition=new.disposition, departs=new.departs,
        precedents_departed=len(new.precedent_departures),
    )  # fmt: skip
    return new


def _set_periods(
    session: Session, ground: Ground, old: Decision, new: Decision, chosen: Sequence[Chosen]
) -> None:
    """What is kept keeps its days; what is new counts from the day the first decision took effect.

    The time already borne counts: else a lighter measure could end later than the one it replaces.
    """
    begins = first_decision(session, old).effective_on
    found = {period.code: period for period in ground.periods(chosen, begins).each}
    before = {(one.code, one.months): one for one in old.measures}
    for measure in new.measures:
        source: ImposedMeasure | object = before.get((measure.code, measure.months)) or found[measure.code]
        measure.starts_on, measure.ends_on = source.starts_on, source.ends_on
