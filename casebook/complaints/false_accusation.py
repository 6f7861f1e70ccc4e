"""A file on a false accusation (诬告陷害): invention and intent both established, then approved at the level of law.

Nothing opens one by itself, and an untrue report least of all (检举控告工作规则第三十九条、第四十五条). An anonymous
author stays unknown: such a file may only go to public security, and nothing here looks for a person (第二十九条).
"""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.complaints import log, moves, secrecy, steps, texts
from casebook.complaints.advice import facts_of
from casebook.complaints.author import bars_false_file
from casebook.complaints.false_words import (
    FILE,
    LEVELS,
    MALICIOUS_REASON,
    OPEN_STATES,
    ROUTES,
    STATES,
    STATUSES,
    UNKNOWN,
    answered,
    routes_for,
)
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, Problem, WrongStage
from casebook.models import AuthorFinding, Complaint, FalseAccusation, Finding, Naming, Role, User
from casebook.papers.blocks import day_words
from casebook.procedure.dates import day_of
from casebook.seal.store import Seal
from rules.complaints import judge_complaint
from rules.vocabulary import vocabulary

LONGEST, LONGEST_NAME, SHORTEST = 5000, 200, 10
YES, NO, NOT_KNOWN = "yes", "no", "unknown"
_GROUNDS = {"fabrication": "fabrication_evidence", "intent": "intent_to_frame"}
_ESTABLISHED = {YES: True, NO: False}
_UNTRUE = (Finding.UNSUBSTANTIATED, Finding.PARTLY)


def propose(
    session: Session,
    complaint: Complaint,
    by: User,
    *,
    fabrication_is: str,
    fabrication: str,
    intent_is: str,
    intent: str,
    aggravators: Iterable[str] = (),
    managing_level: str = "",
    instigated: str = "",
    seal: Seal | None = None,
    today: date,
) -> FalseAccusation:
    """Propose a file, each ground established by its own evidence; the answer of the rules is kept with it.

    Raises BadFields for what is missing or tells of the author; NotReady with the answer of the rules where they do
    not allow it, while another file is open, or where the author was found honest or mistaken; NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "propose_false", complaint)
    errors: dict[str, Problem] = {}
    stated = {"fabrication": fabrication_is, "intent": intent_is}
    words = {"fabrication": fabrication, "intent": intent}
    kept = {name: _evidence(errors, name, words[name], stated[name]) for name in _GROUNDS}
    for name, answer in stated.items():
        if answer not in (YES, NO, NOT_KNOWN):
            errors[f"{name}_is"] = Problem("请选择是否已经查明。", "Say whether it is established.")
    if instigated not in ("", YES, NO, NOT_KNOWN):
        errors["instigated"] = Problem("请选择是否已经查明。", "Say whether it is established.")
    if not errors and YES in stated.values() and kept["fabrication"] == kept["intent"]:
        errors["intent"] = Problem(
            "捏造事实和陷害意图应当分别有证据，不能写成同一段话。",
            "Invention and intent each need evidence of their own; the two cannot be one text.",
        )
    chosen = _choices(errors, "aggravators", aggravators, "false_accusation_aggravators")
    _choices(errors, "managing_level", [managing_level] if managing_level else [], "managing_authority_level")
    if errors:
        raise BadFields(errors)
    _may_be_proposed(session, complaint, kept)
    facts = facts_of(complaint)
    for name, fact in _GROUNDS.items():
        facts.pop(fact, None)
        if stated[name] in _ESTABLISHED:
            facts[fact] = _ESTABLISHED[stated[name]]
    facts |= {"instigator_role": _ESTABLISHED[instigated]} if instigated in _ESTABLISHED else {}
    more = {"managing_authority_level": managing_level, "false_accusation_aggravators": chosen}
    facts |= {name: value for name, value in more.items() if value}
    advice = judge_complaint(facts, today)
    if advice["false_accusation_path"] != "may_open" or not all(facts.get(one) for one in _GROUNDS.values()):
        raise NotReady(answered(advice))
    secrecy.check_words(session, seal, complaint, by, errors, kept)
    if errors:
        raise BadFields(errors)
    row = FalseAccusation(
        complaint_id=complaint.id, state="proposed", **kept, facts=facts, advice=advice,
        aggravators=chosen, by=by, at=utc_now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    moves.done(session, step, complaint, by, "false_accusation.proposed", rows=[row], file=row.id)
    return row


def approve(
    session: Session, row: FalseAccusation, by: User,
    *, level: str, organ: str, reference: str, approved_on: date | None, accuser_status: str, today: date,
) -> FalseAccusation:  # fmt: skip
    """Enter that the organ of the law's level approved, and whom it concerns; only then is the author found malicious.

    The status comes with the approval: whoever handles the complaint and proposes the file does not know how it is
    signed, and is not told by a question that has one answer.

    Raises BadFields, NotReady where the finding or the grounds no longer bear it, NotAllowed, WrongStage.
    """
    step = _ensure(session, row, by, "answer_false", "proposed")
    errors: dict[str, Problem] = {}
    least = row.advice["approval_level_min"]
    if level not in LEVELS or list(LEVELS).index(level) < list(LEVELS).index(least):
        errors["level"] = Problem(
            f"批准机关的层级应为{LEVELS[least].zh}或者以上。",
            f"The approval must be of {LEVELS[least].en} level or above.",
        )
    organ = texts.check(errors, "organ", organ, LONGEST_NAME, one_line=True)
    reference = texts.check(errors, "reference", reference, LONGEST_NAME, one_line=True)
    _day(errors, "approved_on", approved_on, day_of(row.at), today)
    complaint = row.complaint
    if problem := status_problem(complaint, accuser_status):
        errors["accuser_status"] = problem
    if errors:
        raise BadFields(errors)
    _still_untrue(complaint)
    if barred := bars_false_file(complaint):
        raise NotReady([barred])
    row.state, row.approval_level, row.approval_organ = "approved", level, organ
    row.approval_reference, row.approved_on, row.answered_by = reference, approved_on, by
    row.accuser_status = "" if accuser_status == UNKNOWN else accuser_status
    complaint.author_finding = AuthorFinding.MALICIOUS
    complaint.author_reason = MALICIOUS_REASON.format(
        organ=organ, on=day_words(approved_on), reference=reference
    )
    moves.done(
        session, step, complaint, by, "false_accusation.approved", rows=[row], file=row.id, level=level
    )
    return row


def refuse(session: Session, row: FalseAccusation, by: User, *, reason: str) -> FalseAccusation:
    """Enter that it was not approved, with the reason, which stays. Raises BadFields, NotAllowed, WrongStage."""
    step = _ensure(session, row, by, "answer_false", "proposed")
    errors: dict[str, Problem] = {}
    words = texts.check(errors, "reason", reason, LONGEST)
    if errors:
        raise BadFields(errors)
    row.state, row.answered_by, row.answer_reason = "refused", by, words
    moves.done(session, step, row.complaint, by, "false_accusation.refused", rows=[row], file=row.id)
    return row


def route(
    session: Session, row: FalseAccusation, by: User,
    *, routes: Collection[str], to: str, routed_on: date | None, seal: Seal | None = None, today: date,
) -> FalseAccusation:  # fmt: skip
    """Enter to whom it went, by the status of the accuser; of an unknown author only to public security.

    Raises BadFields, NotAllowed, WrongStage.
    """
    step = _ensure(session, row, by, "follow_false", "approved")
    errors: dict[str, Problem] = {}
    allowed = routes_for(row.accuser_status)
    chosen = [code for code in ROUTES if code in routes]
    if not chosen or set(routes) - set(allowed):
        names = "、".join(ROUTES[code].zh for code in allowed)
        errors["routes"] = Problem(
            f"请按其身份选择处理途径：{names}。",
            f"Choose by the status of the person: {', '.join(ROUTES[code].en for code in allowed)}.",
        )
    to = texts.check(errors, "to", to, LONGEST_NAME, one_line=True)
    _day(errors, "routed_on", routed_on, row.approved_on, today)
    secrecy.check_words(session, seal, row.complaint, by, errors, {"to": to})
    if errors:
        raise BadFields(errors)
    row.state, row.route, row.routed_to, row.routed_on = "routed", ",".join(chosen), to, routed_on
    moves.done(session, step, row.complaint, by, "false_accusation.routed", rows=[row], file=row.id)
    return row


def close(
    session: Session, row: FalseAccusation, by: User,
    *, outcome: str, gains: str, closed_on: date | None, seal: Seal | None = None, today: date,
) -> FalseAccusation:  # fmt: skip
    """Enter what came of it and what gains were undone (CHG2020 43), and close it.

    Raises BadFields, NotAllowed, WrongStage.
    """
    step = _ensure(session, row, by, "follow_false", "routed")
    errors: dict[str, Problem] = {}
    kept = {
        name: texts.check(errors, name, text, LONGEST)
        for name, text in (("outcome", outcome), ("gains", gains))
    }
    _day(errors, "closed_on", closed_on, row.routed_on, today)
    secrecy.check_words(session, seal, row.complaint, by, errors, kept)
    if errors:
        raise BadFields(errors)
    row.state, row.outcome, row.gains, row.closed_on = "closed", kept["outcome"], kept["gains"], closed_on
    moves.done(session, step, row.complaint, by, "false_accusation.closed", rows=[row], file=row.id)
    return row


def may_read(user: User | None, complaint: Complaint) -> bool:
    """Whether this person may see the files: who handles the complaint, who approves, the auditor; not who screens."""
    if not steps.may_read(user, complaint):
        return False
    readers = {steps.HANDLER, steps.CHIEF, steps.SUPERIOR}
    return user.role == Role.AUDITOR or not steps.parts_of(user, complaint).isdisjoint(readers)


def read(session: Session, by: User, complaint: Complaint) -> list[FalseAccusation]:
    """The files about one complaint, refused ones too, oldest first; the reading is logged. Raises NotAllowed."""
    if not may_read(by, complaint):
        raise NotAllowed("false_accusation.read")
    found = files_of(session, complaint)
    log.record(session, "false_accusation.read", by, complaint, files=len(found))
    return found


def files_of(session: Session, complaint: Complaint) -> list[FalseAccusation]:
    """The files about one complaint, refused ones too, oldest first."""
    of = select(FalseAccusation).where(FalseAccusation.complaint_id == complaint.id)
    return list(session.scalars(of.order_by(FalseAccusation.id)))


def bars(session: Session, complaint: Complaint) -> list[Problem]:
    """Why no file may be proposed now, whatever the evidence; empty where one may."""
    found = []
    if complaint.finding not in _UNTRUE:
        found.append(_not_untrue())
    if barred := bars_false_file(complaint):
        found.append(barred)
    if any(row.state in OPEN_STATES for row in files_of(session, complaint)):
        found.append(Problem("已有一件正在办理。", "One file is open already."))
    return found


def status_problem(complaint: Complaint, status: str) -> Problem | None:
    """What is wrong with the status given: of an author who is not known by name it is unknown and stays so."""
    if complaint.naming != Naming.REAL_NAME:
        if status == UNKNOWN:
            return None
        return Problem(
            "匿名的检举控告，身份只能填“不明”，不得追查（检举控告工作规则第二十九条）。",
            "The author is anonymous: the status can only be unknown, and nobody looks for it (CHG2020 art. 29).",
        )
    if status in STATUSES and status != UNKNOWN:
        return None
    return Problem("请选择其身份。", "Choose the status of the person.")


def _ensure(session: Session, row: FalseAccusation, by: User, code: str, state: str) -> steps.Step:
    step = steps.ensure(session, by, code, row.complaint)
    session.refresh(row)
    if row.state != state:
        raise WrongStage(
            stage=STATES[row.state], step=Problem(step.zh, step.en), wanted=[STATES[state]], law=step.law, what=FILE
        )  # fmt: skip
    return step


def _may_be_proposed(session: Session, complaint: Complaint, kept: dict[str, str]) -> None:
    if found := bars(session, complaint):
        raise NotReady(found)
    for row in files_of(session, complaint):
        if (row.fabrication, row.intent) == (kept["fabrication"], kept["intent"]):
            raise NotReady([
                Problem(
                    "同样的证据已经提请过，没有获得批准。有新的证据的，请写明。",
                    "The same evidence was put before and not approved. State what is new.",
                ).by(steps.FALSE)
            ])  # fmt: skip


def _still_untrue(complaint: Complaint) -> None:
    if complaint.finding not in _UNTRUE:
        raise NotReady([_not_untrue()])


def _not_untrue() -> Problem:
    return Problem(
        "只有核查结论为失实或者部分失实的，才可能提请认定。",
        "Only where something was found untrue, in whole or in part, may a file be proposed.",
    ).by(steps.FALSE)


def _evidence(errors: dict[str, Problem], name: str, text: str, stated: str) -> str:
    kept = texts.check(errors, name, text, LONGEST, required=stated == YES)
    if stated == YES and name not in errors and len("".join(kept.split())) < SHORTEST:
        errors[name] = Problem(
            f"请写明证据的名称和内容（至少 {SHORTEST} 个字）。",
            f"Name the evidence and say what it shows (at least {SHORTEST} characters).",
        )
    return kept


def _choices(errors: dict[str, Problem], field: str, given: Iterable[str], fact: str) -> list[str]:
    known = [choice.value for choice in vocabulary().facts[fact].choices]
    given = list(given)
    if set(given) - set(known):
        errors[field] = Problem("请从所列各项中选择。", "Choose from those listed.")
    return [one for one in known if one in given]


def _day(errors: dict[str, Problem], field: str, day: date | None, since: date, today: date) -> None:
    if day is None:
        errors[field] = Problem("请填写日期。", "Enter the day.")
    elif not since <= day <= today:
        errors[field] = Problem(
            f"日期应在{day_words(since)}至{day_words(today)}之间。",
            f"The day must lie between {since} and {today}.",
        )
