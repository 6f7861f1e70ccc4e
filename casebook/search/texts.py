"""What can be found of a precedent and of a case, field by field, as it is shown."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import Case, Decision, Precedent
from casebook.precedents import citing
from casebook.search import grams
from rules.factors import book, measured
from rules.vocabulary import Fact, vocabulary

FIELDS = {
    "number": Problem("案号", "number"),
    "code": Problem("编号", "code"),
    "title": Problem("标题", "title"),
    "summary": Problem("案情", "facts"),
    "holding": Problem("处理理由", "reason"),
    "notes": Problem("裁量说明", "notes"),
    "measure": Problem("处理措施", "measure"),
    "body": Problem("作出单位", "body"),
    "region": Problem("地区", "region"),
    "articles": Problem("依据条款", "provisions"),
    "factors": Problem("情形", "factors"),
    "respondent": Problem("当事人", "respondent"),
    "facts_found": Problem("决定认定的事实", "facts found by the decision"),
    "reason": Problem("决定的理由", "reason of the decision"),
}
_NUMERALS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {"十": 10, "百": 100}


@cache
def made_with() -> str:
    """What texts are made with beside what they say; where it changes, they are made anew."""
    words = sha256(f"{vocabulary().digest} {book().digest}".encode()).hexdigest()
    return f"{grams.VERSION}-{words[:10]}"


def of_precedent(precedent: Precedent) -> list[tuple[str, str]]:
    """Everything that a published precedent says, with its provisions and facts in words."""
    fields = [(name, getattr(precedent, name)) for name in ("code", "title", "summary", "holding", "measure")]
    fields += [
        ("factors", "；".join(_facts_in_words(precedent))),
        ("articles", "；".join(_articles_in_words(precedent))),
        ("notes", precedent.notes),
        ("body", precedent.body),
        ("region", precedent.region),
    ]
    return [(name, text) for name, text in fields if text]


def of_case(case: Case) -> list[tuple[str, str]]:
    """What everyone finds who may read the case: no note, no evidence, no statement, nothing of who reported it."""
    fields = [("number", case.number), ("title", case.title), ("summary", case.summary)]
    fields += [("respondent", f"{one.name} {one.unit} {one.post}".strip()) for one in case.respondents]
    return [(name, text) for name, text in [*fields, ("region", case.region)] if text]


def decided(session: Session, case: Case) -> list[tuple[str, str]]:
    """What its signed decisions say; a draft is found by nobody."""
    signed = select(Decision).where(Decision.case_id == case.id, Decision.signed_at.is_not(None))
    return [
        (name, getattr(decision, name))
        for decision in session.scalars(signed.order_by(Decision.seq.desc()))
        for name in ("facts_found", "reason")
    ]


def _articles_in_words(precedent: Precedent) -> Iterator[str]:
    for article in precedent.articles:
        found = citing.resolve(article, precedent.decided_on, precedent.conduct)
        if found is None:
            yield article if isinstance(article, str) else " ".join(map(str, article.values()))
            continue
        yield f"《{found.source.title.zh}》{found.article}"
        if (numbered := in_digits(found.article)) != found.article:
            yield numbered


def _facts_in_words(precedent: Precedent) -> Iterator[str]:
    """The facts that were found, and the factors they make up; what was found not to be so is not looked for."""
    known = precedent.known_facts
    for fact_id, value in known.items():
        fact = vocabulary().facts.get(fact_id)
        if fact is not None and value not in (None, False, 0):
            yield _fact_in_words(fact, value)
    if not known:
        return
    for name, value in measured(known, precedent.decided_on or precedent.published_at.date()).items():
        if value is True:
            yield book().factors[name].zh


def _fact_in_words(fact: Fact, value: object) -> str:
    if isinstance(value, bool):
        return fact.zh
    values = value if isinstance(value, list) else [value]
    return f"{fact.zh}：" + "、".join(fact.choice_label(one, "zh") for one in values)


def in_digits(article: str) -> str:
    """第三十八条 as 第38条: people type it either way."""
    found, number = [], None
    for character in article:
        if character in _NUMERALS:
            number = (number or 0) + _NUMERALS[character]
        elif character in _TENS:
            ones = (number or 0) % 10
            number = (number or 0) - ones + (ones or 1) * _TENS[character]
        else:
            found += ["" if number is None else str(number), character]
            number = None
    return "".join([*found, "" if number is None else str(number)])
