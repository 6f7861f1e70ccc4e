"""What the similar-case report (类案检索报告) says: the last search kept of the case, and what the decision made of it.

Everything is read from the consultation as it was kept and from the signed decision; nothing is searched again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import Case, Consultation, Decision, Precedent, Recommendation, Tier
from casebook.papers import words
from casebook.papers.blocks import day_words
from casebook.papers.record import (
    Candidate,
    Gathered,
    check_dated,
    common,
    grounds_of,
    id_of,
    missing,
    not_of_case,
)
from casebook.precedents import sentences
from casebook.precedents.gate import REASONS
from casebook.precedents.words import OUTCOMES, TIERS, force
from casebook.procedure.dates import day_of
from casebook.procedure.decide import standing_decision
from rules.factor import OUTCOMES as ORDER
from rules.factors import book

PROVED = 5  # binding precedents whose proof is printed row by row; the others are named
MOST_NAMES = 8
MOST_OPEN = 3  # more unknown factors than these are counted: the same ones recur with each precedent


def gather(session: Session, case: Case, on: date, ref: str) -> Gathered:
    """Raises NotReady without a search that knows the case as it is, or where a precedent it cites is not there."""
    kept = _latest(session, case)
    wanted = id_of(ref, "consultation")
    if wanted is not None and wanted != kept.id:
        raise not_of_case()
    check_dated(on, kept.as_of, "类案检索之日", "the search")
    content = kept.content
    decision = standing_decision(session, case)
    _ensure_there(session, content)
    whole = content["issues"][0]
    unnamed = whole["strict"]["count"] + whole["only_decided"] - len(list(_each(whole)))
    binding = [_binding(found, content, kept.as_of) for found in _by_code(whole)]
    loud = [one for one in content["issues"] if one is whole or _says_something(one)]
    quiet = [one for one in content["issues"] if one not in loud]
    values = common(case, case.organisation, on) | {
        "search": {
            "which": f"第{kept.seq}次检索", "on": kept.as_of, "by": kept.by.name, "made_on": day_of(kept.at),
            "version": f"第{kept.case_version}版事实", "alive": f"{content['library']['alive']}件",
            "stale": f"{content['library']['stale']}件", "base": _grouped(kept.base_sha256),
            "rules": _grouped(kept.rules_sha256),
            "tiers": [TIERS[tier].zh for tier in Tier if tier != Tier.ELSEWHERE],
        },
        "issues": [_issue(one) for one in loud],
        "quiet": "；".join(_issue(one)["title"] for one in quiet),
        "binding": binding[:PROVED],
        "further": [one["name"] for one in binding[PROVED:]],
        "more": f"另有{unnamed}件先例同样有约束，未逐件列出。" if unnamed > 0 else "",
        "nearest": [
            {"outcome": OUTCOMES[outcome].zh, "cases": [_near(one, content) for one in whole["nearest"][outcome]]}
            for outcome in ORDER if whole["nearest"][outcome]
        ],
        "conflicts": [
            {"why": words.clause(sentences.collision(pair).zh), "weightier": sentences.weightier(pair).zh}
            for pair in whole["conflicts"]["pairs"]
        ],
        "advice": sentences.what_to_do(whole).zh,
        "closest": _zh(sentences.closest(whole)),
        "grounds": grounds_of(kept_recommendation(session, kept), carrying=True),
        "decision": decision and _decided(decision, whole, content),
    }  # fmt: skip
    return Gathered(f"consultation:{kept.id}", case.organisation, on, values)


def candidates(session: Session, case: Case) -> list[Candidate]:
    """The last search that knows the case; raises NotReady where there is none."""
    kept = _latest(session, case)
    label = Problem(f"第{kept.seq}次检索，{day_words(kept.as_of)}", f"search no. {kept.seq}, {kept.as_of}")
    return [Candidate(f"consultation:{kept.id}", label)]


def kept_recommendation(session: Session, kept: Consultation) -> Mapping:
    """The recommendation that stood beside the search; nothing where there was none."""
    made = kept.recommendation_id and session.get(Recommendation, kept.recommendation_id)
    return made.content if made else {"rules": {}, "facts": {}}


def _latest(session: Session, case: Case) -> Consultation:
    of_case = select(Consultation).where(Consultation.case_id == case.id).order_by(Consultation.seq.desc())
    kept = session.scalar(of_case.limit(1))
    if kept is None:
        raise missing(
            "尚未进行类案检索。请先在“先例”页面检索并存入案卷。",
            "No similar cases were searched yet. Search on the page “Precedents” and keep the result first.",
        )
    if kept.case_version != case.version:
        raise missing(
            "类案检索之后案件内容有变动。请重新检索并存入案卷，再制发报告。",
            "The case has changed since the search. Search again and keep the result, then issue the report.",
        )
    return kept


def _ensure_there(session: Session, content: Mapping) -> None:
    """Raise NotReady where a precedent that is named is not in the library, or not as it was."""
    known = select(Precedent.code, Precedent.outcome).where(Precedent.code.in_(list(content["cited"])))
    found = dict(session.execute(known).all())
    for code, one in content["cited"].items():
        if found.get(code) != one["outcome"]:
            raise missing(
                f"库中没有先例“{code}”，或者与检索时不一致。请重新检索。",
                f"The precedent “{code}” is not in the library as it was found. Search again.",
            )


def _each(issue: Mapping) -> Iterable[tuple[Mapping, bool]]:
    """What binds on the facts established, then what would bind if it were decided now."""
    yield from ((one, False) for one in issue["binding"])
    yield from ((one, True) for one in issue["binding_if_decided"])


def _issue(issue: Mapping) -> dict:
    says = [OUTCOMES[one].zh for one in issue["rules"]["says"]]
    provisional = _zh(sentences.if_decided(issue))
    waits = provisional or issue["strict"]["status"] == "open"  # why nothing binds would deny what is said
    provision = issue["provision_title"] or {}
    return {
        "title": issue["title"]["zh"] + (f"：{provision['zh']}" if provision else ""),
        "status": sentences.STATUSES[issue["strict"]["status"]].zh,
        "line": sentences.status_line(issue["strict"]).zh,
        "provisional": provisional,
        "why_none": "" if waits else _zh(sentences.why_none(issue)),
        "rules": sentences.RELATIONS[issue["rules"]["relation"]].zh,
        "says": "、".join(says),
    }


def _by_code(issue: Mapping) -> list[list[tuple[Mapping, bool]]]:
    """The same, one precedent at a time: like cases hold each other from both sides."""
    found: dict[str, list[tuple[Mapping, bool]]] = {}
    for one, provisional in _each(issue):
        found.setdefault(one["code"], []).append((one, provisional))
    return list(found.values())


def _says_something(issue: Mapping) -> bool:
    return issue["strict"]["status"] != "none" or sentences.if_decided(issue) is not None


def _binding(found: list[tuple[Mapping, bool]], content: Mapping, on: date) -> dict:
    one, _ = found[0]
    cited = content["cited"][one["code"]]
    outcome = OUTCOMES[cited["outcome"]].zh
    both_sides = len(found) > 1
    return {
        **_about(one["code"], content),
        "requires": f"要求处理为“{outcome}”"
        if both_sides
        else sentences.holds(one["side"], cited["outcome"]).zh,
        "how": force(Tier(cited["tier"])).zh,
        "because": "本案与该先例在每一项上轻重相当，处理也应相当。"
        if both_sides
        else sentences.because(one).zh,
        "provisional": all(provisional for _, provisional in found),
        "overruled": one["overruled"],
        "rows": [_row(row, "" if both_sides else one["side"], on) for row in one["rows"]],
        "ordinary": f"其余{len(one['ordinary'])}项因素，本案和该先例均无特别情形。"
        if one["ordinary"]
        else "",
    }


def _row(row: Mapping, side: str, on: date) -> dict:
    here = sentences.said(row["factor"], row["here"], on).zh
    there = (sentences.needs(row, side, on) if side else sentences.said(row["factor"], row["there"], on)).zh
    return {
        "factor": book().factors[row["factor"]].zh,
        "needs": f"{there}（未查明，按举证责任认定）" if row["there_presumed"] else there,
        "here": f"{here}（未查明，按举证责任认定）" if row["here_presumed"] else here,
    }


def _near(one: Mapping, content: Mapping) -> dict:
    unknown = len(one["unknown"])
    return {
        **_about(one["code"], content),
        **{key: _names(one[key]) for key in ("shared", "stronger", "weaker")},
        "unknown": f"{unknown}项因素" if unknown > MOST_OPEN else _names(one["unknown"]),
    }


def _about(code: str, content: Mapping) -> dict:
    one = content["cited"][code]
    on = one["decided_on"] and date.fromisoformat(one["decided_on"])
    return {
        "code": code,
        "name": f"{code}“{words.clause(one['title'])}”",
        "tier": TIERS[Tier(one["tier"])].zh,
        "body": one["body"],
        "on": on,
        "outcome": OUTCOMES[one["outcome"]].zh,
        "measure": words.clause(one["measure"]),
    }


def _decided(decision: Decision, whole: Mapping, content: Mapping) -> dict:
    """What the decision made of the binding precedents: those it agrees with, those it departs from and why."""
    departed = {row.precedent.code: row for row in decision.precedent_departures}
    rank = ORDER.index(decision.disposition) if decision.disposition in ORDER else None
    followed = [
        one["code"]
        for one, _ in _each(whole)
        if not one["overruled"] and one["code"] not in departed and _agrees(one, content, rank)
    ]
    return {
        "on": decision.decided_on,
        "disposition": words.DISPOSITIONS[decision.disposition],
        "followed": list(dict.fromkeys(followed)),
        "departed": [
            {
                "name": f"{code}“{words.clause(row.precedent.title)}”",
                "reason": REASONS[row.code].zh,
                "factors": _names(row.factors),
                "newer": row.newer,
                "words": words.sentences(row.reason),
            }
            for code, row in departed.items()
        ],
    }


def _agrees(one: Mapping, content: Mapping, rank: int | None) -> bool:
    if rank is None:
        return False
    required = ORDER.index(content["cited"][one["code"]]["outcome"])
    return rank >= required if one["side"] == "below" else rank <= required


def _names(factors: Sequence[str]) -> str:
    """The first few by name, and how many there are."""
    known = book().factors
    named = "；".join(known[name].zh if name in known else name for name in factors[:MOST_NAMES])
    return f"{named}等{len(factors)}项" if len(factors) > MOST_NAMES else named


def _grouped(digest: str) -> str:
    """A digest in groups of eight: a line breaks between them."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def _zh(problem: Problem | None) -> str:
    return problem.zh if problem else ""
