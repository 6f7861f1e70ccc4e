"""The gate of consistency: the binding precedents that an outcome contradicts, each answered with a reason.

Departing is always allowed and always recorded. Nothing here decides, and likeness takes no part (关于统一法律适用
加强类案检索的指导意见（试行）, applied by analogy).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.db import utc_now
from casebook.errors import Problem
from casebook.fields import check_text
from casebook.models import Case, Decision, Life, Precedent, PrecedentDeparture, Tier, User
from casebook.papers import citations
from casebook.papers.words import cited
from casebook.precedents import sentences
from casebook.precedents.bases import BINDING, base_for, of_tiers
from casebook.precedents.words import TIERS, force
from casebook.procedure.notice import SHOWS_COMPLAINT
from rules.factor import WHOLE
from rules.factors import book, measured
from rules.precedents.index import members
from rules.precedents.proof import Row, proof
from rules.precedents.tiers import combined

DISTINGUISHED, SUPERSEDED = "distinguished", "superseded"
REASONS = {
    DISTINGUISHED: Problem(
        "区别：本案与该先例有重要不同", "Distinguished: this case differs from it where it matters"
    ),
    SUPERSEDED: Problem("已被新的先例或者规定取代", "Superseded by a newer precedent or provision"),
    "wrongly_decided": Problem("该先例处理不当", "That precedent was wrongly decided"),
    "fact_disputed": Problem("据以比较的事实尚有争议", "A fact it is compared by is disputed"),
}
LONGEST_WORDS, LONGEST_NEWER = 4000, 300
_AT_ONCE = 500
_NAMED = 5


@dataclass(frozen=True)
class Contradiction:
    """A binding precedent that an outcome contradicts.

    `lower`: it binds from below (allows nothing milder, and the outcome is), else from above (nothing graver).
    `proof`: why it binds, fact by fact.
    """

    precedent: Precedent
    tier: Tier
    lower: bool
    proof: tuple[Row, ...]

    @property
    def requires(self) -> Problem:
        """What it requires of the case."""
        return sentences.holds("below" if self.lower else "above", self.precedent.outcome)

    @property
    def notable(self) -> list[Row]:
        """The rows in which the two differ or something is there in both; in the others there is nothing to see."""
        return [row for row in self.proof if row.here != row.there or row.here]

    @property
    def factors(self) -> tuple[str, ...]:
        """What the page offers to distinguish it by."""
        return tuple(row.name for row in self.notable)

    def to_be_answered(self) -> Problem:
        """What a decision that leaves it unanswered is told."""
        one, tier, how = self.precedent, TIERS[self.tier], force(self.tier)
        return Problem(
            f"先例“{one.code}”（{tier.zh}，{how.zh}）{self.requires.zh}，与拟作出的决定不一致。可以偏离，"
            "但应当选择原因并说明理由。",
            f"The precedent “{one.code}” ({tier.en}; {how.en}) {self.requires.en}, which this decision "
            "contradicts. Departing is allowed: choose the reason and say why.",
        )

    def to_be_answered_first(self) -> Problem:
        """What a signature that comes before the answer is told."""
        said = self.to_be_answered()
        return Problem(
            f"{said.zh}请重新拟定决定后再签署。", f"{said.en} Draft the decision again, then sign it."
        )


    def to_be_replayed_first(self) -> Problem:
        """What a signature is told while it is open whether the precedent still lives under the rules of the day."""
        code = self.precedent.code
        return Problem(
            f"先例“{code}”尚未按现行规定复核，不能确定它是否约束本案。请负责人先在“先例与现行规定”中复核，再签署。",
            f"The precedent “{code}” has not been decided again by the present rules, so it is open whether it binds. "
            "The chief replays it on the page “Precedents and the present rules” first; then sign.",
        )


class Answer(NamedTuple):
    """Why one precedent is departed from; `newer` names the precedent or provision that displaces it."""

    code: str
    factors: Sequence[str] = ()
    words: str = ""
    newer: str = ""


def contradicted(
    session: Session, case: Case, outcome: str, facts: Mapping[str, object], on: date, *, stale: bool = False
) -> list[Contradiction]:
    """The binding precedents whose side this outcome contradicts, the weightiest tier first, then the newest.

    `facts` are raw facts that are established; the case is read as it would be decided, unknown facts by their burden.
    Only what is alive, current on that day and of a tier that binds counts, on the disposition as a whole, and not
    what a higher tier overrules; a precedent made from this very case never binds it. An outcome without a rank
    ("not_established") contradicts none. `stale`: those instead that wait to be decided again by the rules of the day.
    """
    schema = book().schema(WHOLE)
    if outcome not in schema.outcomes:
        return []
    rank = schema.outcomes.index(outcome)
    base = of_tiers(base_for(session, case.organisation, WHOLE, on, without_case=case.id, stale=stale))
    here = measured(facts, on, decided=True)
    overruled = {one.id for one in combined(base, here, BINDING).overruled}
    against = {}
    for lower in (True, False):
        certain, _possible = base.index.binding(here, lower)
        for number in members(certain):
            one = base.precedents[number]
            contradicts = one.outcome > rank if lower else one.outcome < rank
            if contradicts and one.id not in overruled:
                against[one.id] = one, lower
    found = [
        Contradiction(row, Tier(one.tier), lower, proof(schema, here, one, lower))
        for row in _named(session, list(against))
        for one, lower in [against[row.code]]
    ]
    return sorted(found, key=_rank)


def check(
    session: Session,
    found: Sequence[Contradiction],
    given: Mapping[str, Sequence],
    errors: dict[str, Problem],
) -> list[tuple[Contradiction, Answer]]:
    """Each contradicted precedent with its answer; what is wrong goes into `errors` under "precedent:CODE".

    Parts of an answer have keys of their own: "precedent-factors:CODE", "precedent-newer:CODE", "precedent-words:CODE".
    """
    answered = []
    codes = {one.precedent.code for one in found}
    for code in given:
        if code not in codes:
            errors[f"precedent:{code}"] = Problem(
                f"先例“{code}”对这一决定没有约束，不能作为偏离的对象。请删去。",
                f"The precedent “{code}” does not bind this decision; nothing is departed from. Leave it out.",
            )
    for one in found:
        code = one.precedent.code
        answer = Answer(*given.get(code, ("",)))
        if answer.code not in REASONS:
            errors[f"precedent:{code}"] = one.to_be_answered()
            continue
        words = check_text(errors, f"precedent-words:{code}", answer.words, LONGEST_WORDS)
        newer = check_text(errors, f"precedent-newer:{code}", answer.newer, LONGEST_NEWER, one_line=True)
        factors = tuple(dict.fromkeys(answer.factors))
        if not set(factors) <= set(book().schema(WHOLE).names):
            errors[f"precedent-factors:{code}"] = Problem(
                "请从所列因素中选择。", "Choose among the factors listed."
            )
        if shown := SHOWS_COMPLAINT.search(words):
            errors[f"precedent-words:{code}"] = _shows(shown[0])
        if f"precedent-words:{code}" not in errors and not words:
            errors[f"precedent-words:{code}"] = _say_why(answer.code, code)
        if answer.code == SUPERSEDED and f"precedent-newer:{code}" not in errors:
            if problem := _newer_problem(session, one.precedent, newer):
                errors[f"precedent-newer:{code}"] = problem
        elif answer.code != SUPERSEDED:
            newer = ""
        answered.append((one, Answer(answer.code, factors, words, newer)))
    return answered


def rows(
    case: Case, decision: Decision, answered: Sequence[tuple[Contradiction, Answer]], by: User
) -> list[PrecedentDeparture]:
    """The rows of a decision's departures; the caller writes the event that seals them."""
    return [
        PrecedentDeparture(
            case_id=case.id, decision_id=decision.id, precedent_id=one.precedent.id, code=answer.code,
            factors=list(answer.factors), newer=answer.newer, reason=answer.words, by_id=by.id, at=utc_now(),
        )
        for one, answer in answered
    ]  # fmt: skip


def signing_problems(session: Session, case: Case, decision: Decision, on: date) -> list[Problem]:
    """The precedents a draft contradicts without an answer: those that came to bind after it was written.

    Also those of which nobody can say yet whether they bind: after a change of the rules no signature slips by before
    they are decided again.
    """
    given = {row.precedent_id for row in decision.precedent_departures}
    facts = decision.recommendation.content["facts"]
    found = contradicted(session, case, decision.disposition, facts, on)
    waiting = contradicted(session, case, decision.disposition, facts, on, stale=True)
    left = [one.to_be_answered_first() for one in found if one.precedent.id not in given]
    left += [one.to_be_replayed_first() for one in waiting if one.precedent.id not in given]
    more = len(left) - _NAMED
    if more > 0:
        left[_NAMED:] = [
            Problem(
                f"另有{more}件有约束的先例没有说明偏离的理由。",
                f"{more} more binding precedents are unanswered.",
            )
        ]
    return left


def _named(session: Session, codes: list[str]) -> Iterator[Precedent]:
    """The precedents of these codes, however many: a statement takes only so many values."""
    for start in range(0, len(codes), _AT_ONCE):
        yield from session.scalars(
            select(Precedent).where(Precedent.code.in_(codes[start : start + _AT_ONCE]))
        )


def _rank(one: Contradiction) -> tuple:
    on = one.precedent.decided_on
    return list(Tier).index(one.tier), -(on.toordinal() if on else 0), one.precedent.code


def _shows(text: str) -> Problem:
    return Problem(
        f"“{text}”可能透露检举控告情况，类案检索报告要载明理由，不得出现（检举控告工作规则第四十七条）。请改为中性表述。",
        f"“{text}” may show that somebody complained, and the similar-case report states the reason; word it neutrally "
        "(Rules on complaints, art. 47).",
    )


def _say_why(reason: str, code: str) -> Problem:
    if reason == DISTINGUISHED:
        return Problem(
            f"请说明本案与先例“{code}”有何不同；所列因素没有反映的，写明是什么情形。",
            f"Say how this case differs from “{code}”; where the factors listed do not show it, say what it is.",
        )
    return Problem(f"请说明偏离先例“{code}”的理由。", f"Say why “{code}” is departed from.")


def _newer_problem(session: Session, precedent: Precedent, newer: str) -> Problem | None:
    """What displaces a precedent has to be there: a precedent that is alive, or an article that the rules know."""
    if not newer:
        return Problem(
            f"请写明取代先例“{precedent.code}”的新先例编号，或者规定的名称和条款。",
            f"Name what displaces “{precedent.code}”: a newer precedent by its code, or a provision with its article.",
        )
    published = Precedent.published_at.is_not(None)  # of no other does anybody learn here that it is there
    other = session.scalar(select(Precedent).where(Precedent.code == newer, published))
    if other is not None and other.decided_on and (precedent.decided_on or date.min) > other.decided_on:
        return Problem(
            f"先例“{newer}”早于先例“{precedent.code}”，不能取代它。",
            f"“{newer}” was decided before “{precedent.code}” and does not displace it.",
        )
    if other is not None:
        if other.id == precedent.id or other.life != Life.ALIVE:
            return Problem(
                f"先例“{newer}”现在不能依据，不能取代别的先例。",
                f"The precedent “{newer}” is not relied on now, and displaces no other.",
            )
        return None
    articles = list(citations.cited_in(cited(newer)))
    if articles and all(citations.is_known(*one) for one in articles):
        return None
    return Problem(
        "没有这一编号的先例，规则库中也没有这一条款。条款写作“《名称》第几条”。",
        "There is neither a precedent of this code nor such an article in the rules. Cite as 《name》第…条.",
    )
