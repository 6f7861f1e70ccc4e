"""Whether everything that is cited can be looked up: each precedent by its code, each article in a text that is kept.

Read are the files of the product (factors, measures, limits, channels of appeal) and everything in the store that
cites: precedents, recommendations, decisions, departures, consultations and papers. What a person wrote freely is
not, but in a paper, where an article that nobody knows was refused when it was issued.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import Case, Consultation, Decision, Paper, Precedent, PrecedentDeparture, Recommendation
from casebook.packs.current import library_on
from casebook.precedents import citing
from casebook.precedents.cited_files import Seen, articles_in, in_files
from casebook.precedents.cited_rules import CitedRules
from casebook.procedure.dates import day_of, today
from rules.measures import ladder

_CODE = re.compile(
    r"[A-Z]{1,20}-P\d{4}-\d{4,9}"
)  # as the library numbers them; other codes are found by name
_AT_ONCE = 200


@dataclass(frozen=True)
class Broken:
    """One citation that leads nowhere: where it stands, what it cites, and why it cannot be looked up."""

    where: Problem
    what: str
    why: Problem


@dataclass
class Found:
    """How many citations were looked up, by where they stand, and those that lead nowhere."""

    counted: dict[str, int] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.counted.values())


WHERE = {
    "files": Problem("产品自带的数据文件", "the files of the product"),
    "precedents": Problem("先例", "precedents"),
    "recommendations": Problem("处理建议", "recommendations"),
    "decisions": Problem("决定", "decisions"),
    "departures": Problem("偏离先例的理由", "departures from precedents"),
    "consultations": Problem("先例查阅记录", "consultations"),
    "papers": Problem("文书", "papers"),
}
_NOT_KNOWN = Problem("系统没有收录这一规则或者条款", "no such rule or article is kept here")
_NO_PRECEDENT = Problem("没有这一编号的先例", "there is no precedent of this code")


def check(session: Session, on: date, progress: Callable[[str], None] | None = None) -> Found:
    """Look up everything that is cited anywhere; writes nothing. `progress` is told what is read next.

    A few rows are held at a time, however large the store is.
    """
    found = Found()
    parts: dict[str, Callable[[], Seen]] = {
        "files": lambda: in_files(on),
        "precedents": lambda: _precedents(session),
        "recommendations": lambda: _recommendations(session),
        "decisions": lambda: _decisions(session),
        "departures": lambda: _departures(session),
        "consultations": lambda: _consultations(session),
        "papers": lambda: _papers(session),
    }
    for name, part in parts.items():
        if progress:
            progress(name)
        found.counted[name] = 0
        for where, what, why in part():
            found.counted[name] += 1
            if why is not None:
                found.broken.append(Broken(where, what, why))
    return found


def _precedents(session: Session) -> Seen:
    columns = (
        Precedent.code, Precedent.articles, Precedent.decided_on, Precedent.conduct, Precedent.supersedes_id,
    )  # fmt: skip
    packs = library_on(session, today())
    for row in session.execute(select(*columns).order_by(Precedent.id).execution_options(yield_per=_AT_ONCE)):
        where = Problem(f"先例 {row.code}", f"precedent {row.code}")
        for article in row.articles:
            what = article if isinstance(article, str) else f"{article['instrument']} {article['article']}"
            yield where, what, citing.problem(article, row.decided_on, row.conduct, packs)


def _recommendations(session: Session) -> Seen:
    rules = CitedRules(session)
    columns = select(Case.number, Recommendation.seq, Recommendation.id).join(
        Recommendation, Recommendation.case_id == Case.id
    )
    for number, seq, key in session.execute(columns.order_by(Recommendation.id)).all():
        where = Problem(f"案件 {number} 第 {seq} 号处理建议", f"case {number}, recommendation {seq}")
        content = session.get_one(Recommendation, key).content
        for what, why in rules.check(content):
            yield where, what, why


def _decisions(session: Session) -> Seen:
    query = select(Decision).where(Decision.signed_at.is_not(None)).order_by(Decision.id)
    known = {rule.id for pack in library_on(session, today()).packs.values() for rule in pack.rules}
    for decision in session.scalars(query.execution_options(yield_per=_AT_ONCE)):
        where = Problem(
            f"案件 {decision.case.number} 第 {decision.seq} 号决定",
            f"case {decision.case.number}, decision {decision.seq}",
        )
        given = decision.recommendation.content["rules"] if decision.departure_rules else {}
        for rule in decision.departure_rules:
            plain = rule.partition("@")[0]
            yield where, rule, None if plain in given or plain in known else _NOT_KNOWN
        for measure in decision.measures:
            versions = ladder().versions.get(measure.code, ())
            why = None if any(one.in_force(decision.decided_on) for one in versions) else _NOT_KNOWN
            yield where, f"measures.yaml: {measure.code}", why


def _departures(session: Session) -> Seen:
    query = select(PrecedentDeparture, Case.number).join(Case, Case.id == PrecedentDeparture.case_id)
    for row, number in session.execute(query.order_by(PrecedentDeparture.id)):
        where = Problem(f"案件 {number} 偏离先例的理由", f"case {number}, departure from a precedent")
        yield where, row.precedent.code, None
        if row.newer and _code_exists(session, row.newer):
            yield where, row.newer, None
        elif row.newer:
            yield from list(articles_in(where, row.newer, day_of(row.at))) or [
                (where, row.newer, _NO_PRECEDENT)
            ]


def _consultations(session: Session) -> Seen:
    query = select(Consultation.id, Consultation.seq, Case.number).join(Case, Case.id == Consultation.case_id)
    for key, seq, number in session.execute(query.order_by(Consultation.id)).all():
        where = Problem(f"案件 {number} 第 {seq} 次先例查阅", f"case {number}, consultation {seq}")
        for code in session.get_one(Consultation, key).content["cited"]:
            yield where, code, None if _code_exists(session, code) else _NO_PRECEDENT


def _papers(session: Session) -> Seen:
    rows = session.execute(select(Paper.id, Paper.number, Paper.at).order_by(Paper.id)).all()
    for key, number, at in rows:
        where = Problem(f"文书 {number}", f"paper {number}")
        for text in _texts(session.get_one(Paper, key).content):
            yield from articles_in(where, text, day_of(at))
            for code in dict.fromkeys(_CODE.findall(text)):
                yield where, code, None if _code_exists(session, code) else _NO_PRECEDENT


def _code_exists(session: Session, code: str) -> bool:
    return session.scalar(select(Precedent.id).where(Precedent.code == code)) is not None


def _texts(content: object) -> Iterator[str]:
    """Every text in plain data."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value)
