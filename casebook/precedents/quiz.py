"""Training on published precedents: read the facts, give one's own outcome and reasons, then see the decision.

Once per person and precedent. Only the person sees their own answers; the organ sees how far all of its people agree
with the decisions, never who answered what. Nobody is ranked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import BadFields, NotReady, PrecedentNotFound, Problem
from casebook.fields import check_text
from casebook.hiding import FEW, Table, hide
from casebook.models import (
    Assignment,
    Case,
    Event,
    Life,
    Precedent,
    PrecedentCoding,
    PrecedentReplay,
    QuizAnswer,
    User,
)
from casebook.precedents import ageing
from casebook.precedents.words import OUTCOMES
from rules.agreement import Agreement, agreement
from rules.factors import book

LONGEST_WORDS = 2000
AGREED, DIFFERED = "agreed", "differed"
_TELLS = re.compile(
    r"容错|免责|免予|不予(?:追究|问责|处分|处理)|从轻|减轻|处分|问责|追究|追责|纠正|纠错|诫勉|警告|记过|降级|撤职|开除|免职"
    r"|通报批评|批评教育|责令|谈话|立案|结案|先例|指导性|典型案例"
)
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?")


@dataclass(frozen=True)
class Question:
    """What a person reads before answering; nothing in it tells the decision, who made it, or how much it weighs."""

    precedent_id: int
    summary: str
    shortened: bool
    facts: tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class Figure:
    """How far the people of an organ agree with the decisions. None: too few answers, or by too few people, to tell."""

    counts: Table
    agreement: Agreement | None


def next_one(session: Session, by: User) -> int | None:
    """The precedent to answer next: the one fewest have answered, then the one entered first. Raises NotAllowed."""
    access.ensure(by, access.TAKE_QUIZ)
    answers = (
        select(func.count())
        .where(QuizAnswer.precedent_id == Precedent.id)
        .correlate(Precedent)
        .scalar_subquery()
    )
    own = select(QuizAnswer.precedent_id).where(QuizAnswer.user_id == by.id)
    waiting = _open_to(by).where(Precedent.id.not_in(own))
    return session.scalar(waiting.with_only_columns(Precedent.id).order_by(answers, Precedent.id).limit(1))


def question(session: Session, by: User, precedent_id: int) -> Question:
    """The facts of one precedent, for whoever has not answered it; logged. Raises NotAllowed, PrecedentNotFound."""
    precedent = _asked(session, by, precedent_id)
    events.record(session, "quiz.read", by)
    known = precedent.known_facts
    kept = [sentence for sentence in _SENTENCE.findall(precedent.summary) if not _TELLS.search(sentence)]
    summary = "".join(kept).strip()
    compared = dict.fromkeys(fact for factor in book().factors.values() for fact in factor.facts)
    facts = tuple((fact, known[fact]) for fact in compared if fact in known)
    return Question(precedent.id, summary, summary != precedent.summary.strip(), facts)


def answer(
    session: Session,
    by: User,
    precedent_id: int,
    *,
    outcome: str,
    reasons: Sequence[str],
    words: str = "",
) -> QuizAnswer:
    """Keep a person's own outcome with its reasons, for good.

    Raises NotAllowed, PrecedentNotFound; NotReady for a second answer; BadFields.
    """
    access.ensure(by, access.TAKE_QUIZ)
    events.lock(session)
    if own_answer(session, by, precedent_id) is not None:
        raise NotReady(
            [Problem("您已答过这一例，不能再答。", "You have answered this one; it is answered once.")]
        )
    precedent = _asked(session, by, precedent_id)
    errors: dict[str, Problem] = {}
    if outcome not in OUTCOMES:
        errors["outcome"] = Problem("请选择您的处理意见。", "Choose your outcome.")
    if not reasons:
        errors["reasons"] = Problem("请至少选择一个理由。", "Choose at least one reason.")
    elif not set(reasons) <= set(choices()):
        errors["reasons"] = Problem("请从所列因素中选择。", "Choose among the factors listed.")
    said = check_text(errors, "words", words, LONGEST_WORDS)
    if errors:
        raise BadFields(errors)
    row = QuizAnswer(
        precedent_id=precedent.id, user_id=by.id, organisation_id=by.organisation_id, outcome=outcome,
        reasons=[factor for factor in choices() if factor in set(reasons)], words=said, at=utc_now(),
    )  # fmt: skip
    session.add(row)
    events.record(session, "quiz.answered", by, rows=[row])
    return row


def choices() -> tuple[str, ...]:
    """The factors a person may name as reasons: all that bear on the disposition as a whole."""
    return book().issues["disposition"].factors


def own_answer(session: Session, by: User, precedent_id: int) -> QuizAnswer | None:
    """What this person answered on it, which nobody else is shown."""
    own = select(QuizAnswer).where(QuizAnswer.user_id == by.id, QuizAnswer.precedent_id == precedent_id)
    return session.scalar(own)


def result(
    session: Session, by: User, precedent_id: int
) -> tuple[QuizAnswer, Precedent, PrecedentReplay | None]:
    """A person's own answer, the decision with its reasons, and what the rules last said of it; logged.

    Raises NotAllowed; PrecedentNotFound before the answer.
    """
    access.ensure(by, access.TAKE_QUIZ)
    own = own_answer(session, by, precedent_id)
    if own is None:
        raise PrecedentNotFound(code="")
    query = select(Precedent).where(Precedent.id == precedent_id)
    precedent = session.scalars(
        query.options(selectinload(Precedent.issues), selectinload(Precedent.facts))
    ).one()
    events.record(session, "quiz.read", by)
    return own, precedent, ageing.latest(session, precedent)


def own_answers(session: Session, by: User) -> list[tuple[QuizAnswer, Precedent]]:
    """What this person answered so far, the latest first, with the precedents."""
    access.ensure(by, access.TAKE_QUIZ)
    query = select(QuizAnswer, Precedent).join(Precedent, Precedent.id == QuizAnswer.precedent_id)
    query = query.where(QuizAnswer.user_id == by.id).order_by(QuizAnswer.id.desc())
    return [tuple(row) for row in session.execute(query)]


def figure(session: Session, by: User) -> Figure:
    """How far the people of one's own organ agree with the decisions. Raises NotAllowed.

    It moves only with every few answers, so that watching it tells nobody what one more person answered; and it is not
    told at all where few answered, or where few agreed or differed.
    """
    access.ensure(by, access.TAKE_QUIZ)
    query = select(QuizAnswer.user_id, QuizAnswer.outcome, Precedent.outcome).join(
        Precedent, Precedent.id == QuizAnswer.precedent_id
    )
    rows = session.execute(
        query.where(QuizAnswer.organisation_id == by.organisation_id).order_by(QuizAnswer.id)
    ).all()
    rows = rows[: len(rows) - len(rows) % FEW]
    people = {user for user, _, _ in rows}
    pairs = [(own, decided) for _, own, decided in rows] if len(people) >= FEW else []
    agreed = sum(own == decided for own, decided in pairs)
    counts = {("answers", AGREED): agreed, ("answers", DIFFERED): len(pairs) - agreed}
    table = hide(["answers"], [AGREED, DIFFERED], counts)
    told = bool(pairs) and None not in table.row("answers")
    return Figure(table, agreement(pairs) if told else None)


def _asked(session: Session, by: User, precedent_id: int) -> Precedent:
    """A precedent this person may be asked about; raises PrecedentNotFound."""
    access.ensure(by, access.TAKE_QUIZ)
    query = _open_to(by).where(Precedent.id == precedent_id).options(selectinload(Precedent.facts))
    found = session.scalar(query)
    if found is None:
        raise PrecedentNotFound(code="")
    return found


def _open_to(by: User) -> Select[tuple[Precedent]]:
    """What is alive, but for what this person decided, coded, proposed, approved, or has seen as a case."""
    touched = select(Event.case_id).where(Event.by_id == by.id, Event.case_id.is_not(None))
    held = select(Assignment.case_id).where(Assignment.user_id == by.id)
    led = select(Case.id).where(Case.officer_id == by.id)
    coded = select(PrecedentCoding.precedent_id).where(PrecedentCoding.coder_id == by.id)
    return select(Precedent).where(
        Precedent.life == Life.ALIVE,
        Precedent.published_at.is_not(None),
        or_(
            Precedent.case_id.is_(None),
            Precedent.case_id.not_in(touched)
            & Precedent.case_id.not_in(held)
            & Precedent.case_id.not_in(led),
        ),
        or_(Precedent.proposed_by_id.is_(None), Precedent.proposed_by_id != by.id),
        or_(Precedent.approved_by_id.is_(None), Precedent.approved_by_id != by.id),
        Precedent.id.not_in(coded),
    )
