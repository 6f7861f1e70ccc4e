"""Two people code a precedent, the second without seeing the first; where they differ a third settles it, one by one.

Agreement is the share of facts coded alike, with Cohen's kappa over what was said of each: found, found absent, not
known, does not apply.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from casebook import access, events
from casebook.access import may_read, stands_back
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, Problem
from casebook.fields import text_problem
from casebook.models import Life, Precedent, PrecedentCoding, User
from casebook.precedents import checking, identity, library
from casebook.precedents.entering import Finding, Found
from casebook.precedents.markers import markers_of
from casebook.procedure.independence import handled_first
from rules.agreement import Agreement, agreement
from rules.factor import OUTCOMES, WHOLE
from rules.factors import book
from rules.vocabulary import vocabulary

FIRST, SECOND = "first", "second"
COPIED = ("boolean", "choice", "choices", "number")  # kinds of facts that tell nobody apart by themselves
_UNKNOWN = {"state": "unknown", "value": None}


@dataclass(frozen=True)
class Difference:
    """Something two coders said otherwise: `fact:…` or `issue:…`, with what each of them said."""

    id: str
    kind: str
    name: str
    first: Mapping
    second: Mapping


@dataclass(frozen=True)
class Settled:
    """Whose word stands in one difference, and why."""

    take: str
    why: str = ""


@dataclass(frozen=True)
class Choice:
    """Facts and findings as they were settled, with the row that records how."""

    facts: Mapping[str, Found]
    issues: Mapping[str, Finding]
    row: PrecedentCoding
    kept: Mapping[str, Settled] = field(default_factory=dict)


@dataclass(frozen=True)
class Coded:
    """How many people coded a precedent, and how far they agreed."""

    coders: int
    agreement: Agreement | None = None


def asked() -> dict[str, list[str]]:
    """The facts a coder is asked, under the first issue they bear on: those the factors are derived from."""
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    known = vocabulary().facts
    for issue in book().issues.values():
        facts = [fact for factor in issue.factors for fact in book().factors[factor].facts]
        fresh = [fact for fact in dict.fromkeys(facts) if fact not in seen and known[fact].type in COPIED]
        seen |= set(fresh)
        found[issue.id] = fresh
    return found


def asked_facts() -> list[str]:
    return [fact for facts in asked().values() for fact in facts]


def may_code(session: Session, precedent: Precedent, by: User) -> bool:
    """Whether this person may give the second coding.

    Of its organ or one above, allowed to read the case although nothing says which it is, not the proposer, and
    without a part in it: who handled it knows more than the text says.
    """
    return (
        access.may(by, access.CODE_PRECEDENT)
        and precedent.life == Life.CODING
        and precedent.case is not None
        and precedent.organisation.is_within(by.organisation)
        and precedent.proposed_by_id != by.id
        and may_read(by, precedent.case)
        and not stands_back(by, precedent.case)
        and not handled_first(session, precedent.case, by)
    )


def save(
    session: Session,
    precedent: Precedent,
    by: User,
    *,
    facts: Mapping[str, Found],
    issues: Mapping[str, Finding],
) -> PrecedentCoding:
    """Keep a coding as far as it is. Raises NotAllowed, NotReady once another was given, BadFields."""
    row = _write(session, precedent, by, facts, issues)
    events.record(session, "precedent.coding_saved", by, rows=[row], precedent=precedent.id)
    session.expire(precedent, ["codings"])
    return row


def submit(
    session: Session,
    precedent: Precedent,
    by: User,
    *,
    facts: Mapping[str, Found],
    issues: Mapping[str, Finding],
    on: date,
) -> PrecedentCoding:
    """Give the second coding for good; from here on both can be compared. Raises as `save`, and without a fact."""
    if not any(one.state != "unknown" for one in facts.values()):
        _ensure_may(session, precedent, by)
        raise BadFields({"facts": Problem(
            "请至少编码一项事实；文中没有写明的，保持“未载明”。",
            "Code at least one fact; leave what the text does not state as not stated.",
        )})  # fmt: skip
    row = _write(session, precedent, by, facts, issues)
    row.submitted_at = utc_now()
    events.record(session, "precedent.coded", by, rows=[row], precedent=precedent.id)
    session.expire(precedent, ["codings"])
    library.change_life(session, precedent, Life.PROPOSED, by, on=on)
    return row


def own(precedent: Precedent, by: User) -> PrecedentCoding | None:
    """What this person has coded of it."""
    return next((row for row in precedent.codings if row.coder_id == by.id), None)


def first_of(precedent: Precedent) -> PrecedentCoding | None:
    """The coding of who proposed it."""
    return next((row for row in precedent.codings if row.coder_id == precedent.proposed_by_id), None)


def second_of(precedent: Precedent) -> PrecedentCoding | None:
    """The coding of the second person, once given."""
    return next(
        (
            row
            for row in precedent.codings
            if row.submitted_at is not None
            and row.coder_id not in (precedent.proposed_by_id, precedent.approved_by_id)
        ),
        None,
    )


def coded(precedent: Precedent) -> Coded | None:
    """How many coded it and how far they agreed; None for one that was not coded here."""
    first, second = first_of(precedent), second_of(precedent)
    if first is None:
        return None
    return Coded(1) if second is None else Coded(2, agreement_of(first, second))


def agreement_of(first: PrecedentCoding, second: PrecedentCoding) -> Agreement:
    """The agreement of two codings on the facts that both were asked.

    `agreed` counts facts coded alike, value included; kappa is over the states alone.
    """
    names = asked_facts()
    pairs = [(_said(first, name), _said(second, name)) for name in names]
    states = agreement((_state(one), _state(other)) for one, other in pairs)
    alike = sum(one == other for one, other in pairs)
    return Agreement(len(names), alike, states.kappa, states.low, states.high)


def differences(first: PrecedentCoding, second: PrecedentCoding) -> list[Difference]:
    """Everything two codings say otherwise, facts first, in the order in which they are asked."""
    found = [
        Difference(f"fact:{name}", "fact", name, _said(first, name), _said(second, name))
        for name in asked_facts()
        if _said(first, name) != _said(second, name)
    ]
    for issue in book().issues:
        one, other = first.issues.get(issue, {}), second.issues.get(issue, {})
        if _gist(one) != _gist(other):
            found.append(Difference(f"issue:{issue}", "issue", issue, one, other))
    return found


def unsettled(
    first: PrecedentCoding, second: PrecedentCoding, settled: Mapping[str, Settled]
) -> dict[str, Problem]:
    """The differences nobody has settled yet, each with what to do."""
    errors = {}
    for one in differences(first, second):
        choice = settled.get(one.id)
        if choice is None or choice.take not in (FIRST, SECOND):
            errors[one.id] = Problem("请选择采用哪一份编码。", "Choose whose coding stands.")
        elif problem := text_problem(choice.why, checking.LONGEST["words"]):
            errors[one.id] = problem
    return errors


def settle(
    first: PrecedentCoding, second: PrecedentCoding | None, settled: Mapping[str, Settled], by: User
) -> Choice:
    """Facts and findings with every difference settled, and a row of who settled it that says how."""
    facts = {name: Found(one["value"], one["state"], one.get("how", "")) for name, one in first.facts.items()}
    issues = {issue: Finding(**one) for issue, one in first.issues.items()}
    kept: dict[str, Settled] = {}
    said = {"facts": {}, "issues": {}}
    for one in differences(first, second) if second is not None else ():
        choice = kept[one.id] = settled[one.id]
        stands = one.first if choice.take == FIRST else one.second
        said[f"{one.kind}s"][one.name] = {**stands, "take": choice.take, "why": choice.why.strip()}
        if choice.take == FIRST:
            continue
        if one.kind == "issue":
            issues.pop(one.name, None)
            if stands:
                issues[one.name] = Finding(**stands)
        else:
            facts[one.name] = Found(
                stands["value"], stands["state"], "stated" if stands["state"] == "known" else ""
            )
    row = PrecedentCoding(
        precedent_id=first.precedent_id, coder_id=by.id, facts=said["facts"], issues=said["issues"], at=utc_now(),
        submitted_at=utc_now(),
    )  # fmt: skip
    facts = {name: one for name, one in facts.items() if one.state != "unknown"}
    return Choice(facts, issues, row, kept)


def plain_facts(facts: Mapping[str, Found]) -> dict[str, dict]:
    """Facts as a coding keeps them; what is unknown is left out."""
    return {
        name: {"value": one.value, "state": one.state, "how": one.how}
        for name, one in sorted(facts.items())
        if one.state != "unknown"
    }


def plain_issues(issues: Mapping[str, Finding]) -> dict[str, dict]:
    """Findings as a coding keeps them; an issue without an outcome was not decided."""
    return {
        issue: {
            "outcome": one.outcome, "reasons": sorted(one.reasons), "rejected": sorted(one.rejected),
            "words": one.words.strip(),
        }
        for issue, one in sorted(issues.items())
        if one.outcome
    }  # fmt: skip


def finding_problems(issues: Mapping[str, Finding], outcome: str) -> dict[str, Problem]:
    """What is wrong with findings, under `issue_…` and `words_…`."""
    errors: dict[str, Problem] = {}
    for issue, one in issues.items():
        if issue not in book().issues:
            errors["issues"] = Problem("没有这一问题。", "There is no such issue.")
            continue
        known = book().issues[issue].factors
        if one.outcome not in (*OUTCOMES, ""):
            errors[f"issue_{issue}"] = Problem("请从所列处理中选择。", "Choose one of the listed outcomes.")
        elif issue == WHOLE and one.outcome != outcome:
            errors[f"issue_{issue}"] = Problem(
                "整体处理应与决定一致。", "The outcome as a whole is that of the decision."
            )
        if {*one.reasons, *one.rejected} - set(known):
            errors[f"reasons_{issue}"] = Problem("请从所列因素中选择。", "Choose among the listed factors.")
        elif (one.reasons or one.rejected or one.words.strip()) and not one.outcome:
            errors[f"issue_{issue}"] = Problem(
                "写了理由，请同时选择对这一问题的认定。",
                "There are reasons; choose what was found on the issue.",
            )
        if problem := text_problem(one.words, checking.LONGEST["words"]):
            errors[f"words_{issue}"] = problem
    return errors


def _write(
    session: Session,
    precedent: Precedent,
    by: User,
    facts: Mapping[str, Found],
    issues: Mapping[str, Finding],
) -> PrecedentCoding:
    _ensure_may(session, precedent, by)
    errors: dict[str, Problem] = {}
    for name, one in facts.items():
        if name not in asked_facts():
            errors["facts"] = Problem("没有要求编码这一事实。", "This fact is not among those asked.")
            continue
        found: dict[str, Problem] = {}
        checking.check_fact(found, name, one)
        errors |= {f"fact_{name}": problem for problem in found.values()}
    issues = {**issues, WHOLE: _with_outcome(issues.get(WHOLE), precedent.outcome)}
    errors |= finding_problems(issues, precedent.outcome)
    words = {f"words_{issue}": one.words for issue, one in issues.items()}
    errors |= identity.problems(identity.check(words, markers_of(session, precedent.case)))
    if errors:
        raise BadFields(errors)
    row = own(precedent, by)
    if row is None:
        row = PrecedentCoding(precedent_id=precedent.id, coder_id=by.id)
        session.add(row)
    row.facts, row.issues, row.at = plain_facts(facts), plain_issues(issues), utc_now()
    session.flush()
    return row


def _ensure_may(session: Session, precedent: Precedent, by: User) -> None:
    events.lock(session)
    session.expire_all()
    session.refresh(precedent)
    mine = own(precedent, by)
    if precedent.life != Life.CODING and mine is not None and precedent.proposed_by_id != by.id:
        raise NotReady([Problem("编码已经完成，不能再改。", "The coding is complete and cannot be changed.")])
    if not may_code(session, precedent, by):
        raise NotAllowed(access.CODE_PRECEDENT)


def _with_outcome(finding: Finding | None, outcome: str) -> Finding:
    one = finding or Finding(outcome)
    return Finding(outcome, one.reasons, one.rejected, one.words)


def _said(row: PrecedentCoding, name: str) -> dict:
    one = row.facts.get(name, _UNKNOWN)
    return {"state": one["state"], "value": one["value"]}


def _state(said: Mapping) -> str:
    if said["state"] != "known":
        return said["state"]
    return "absent" if said["value"] is False else "present"


def _gist(finding: Mapping) -> tuple:
    """What counts in comparing findings: the words are each coder's own."""
    return (
        finding.get("outcome", ""),
        frozenset(finding.get("reasons", ())),
        frozenset(finding.get("rejected", ())),
    )
