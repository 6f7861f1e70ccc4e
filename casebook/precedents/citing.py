"""What a precedent may rest on: provisions and rules whose text is kept here and was in force when it was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import PrecedentReplay, RuleText
from casebook.papers import citations
from rules.conduct import Conduct
from rules.library import Library, library
from rules.pack import Pack, Rule, Source


@dataclass(frozen=True)
class Cited:
    """A provision that was found: its pack, its source, the article, and the rule where one was named."""

    pack: Pack
    source: Source
    article: str
    rule: Rule | None = None


def resolve(article: object, decided_on: date | None, conduct: object = None) -> Cited | None:
    """What a rule id, or an instrument with an article, stood for when it was applied; None if nothing is known."""
    found = _find(article)
    return next((one for one in found if _governs(one, decided_on, conduct)), None)


def problem(article: object, decided_on: date | None, conduct: object = None) -> Problem | None:
    """Why an article cannot be cited, or None."""
    found = _find(article)
    said = _said(article)
    if not found:
        return Problem(
            f"“{said}”不是系统收录的规则或者条文。请写规则编号，或者 instrument 加 article。",
            f"“{said}” is no rule or article that is kept here. Write the id of a rule, or instrument and article.",
        )
    if not any(_governs(one, decided_on, conduct) for one in found):
        return Problem(
            f"“{said}”在行为至作出决定期间（决定日期 {decided_on}）没有施行。",
            f"“{said}” was not in force between the conduct and the decision of {decided_on}.",
        )
    return None


def knows_rules(session: Session, digest: str) -> bool:
    """Whether this is the digest of rules that are kept here: of one text, or of all together."""
    return (
        digest in _current()
        or session.get(RuleText, digest) is not None
        or session.scalar(select(PrecedentReplay.id).where(PrecedentReplay.rules_sha256 == digest).limit(1))
        is not None
    )


def factors_of() -> dict[str, frozenset[str]]:
    """The factors of each issue."""
    try:
        from rules.factors import book

        book()
    except (ImportError, ValueError, OSError):  # the file of factors is being written
        return dict.fromkeys(("T1", "T2", "T3", "red_line", "gravity", "disposition"), frozenset())
    return {issue: frozenset(found.factors) for issue, found in book().issues.items()}


def _current() -> set[str]:
    texts = (*library().texts.values(), library().vocabulary.text)
    return {sha256(text.encode()).hexdigest() for text in texts}


def _find(article: object, packs: Library | None = None) -> list[Cited]:
    packs = packs or library()
    if isinstance(article, str):
        return [
            Cited(pack, pack.sources[rule.instrument], rule.article, rule)
            for pack in packs.packs.values()
            for rule in pack.rules
            if rule.enabled and rule.id == article
        ]
    if not isinstance(article, Mapping) or set(article) != {"instrument", "article"}:
        return []
    named, place = article["instrument"], article["article"]
    if not isinstance(named, str) or not isinstance(place, str) or not place.strip():
        return []
    return [
        Cited(pack, source, place)
        for pack in packs.packs.values()
        for source in pack.sources.values()
        if named in (source.id, source.title.zh)
        and any(
            rule.enabled and rule.instrument == source.id and rule.article.startswith(place)
            for rule in pack.rules
        )
        or named in (source.id, source.title.zh)
        and citations.is_known(source.title.zh.partition("（")[0], place)
    ]


def _governs(cited: Cited, decided_on: date | None, conduct: object) -> bool:
    """Whether it was in force when it was applied: on the day of the decision or, where the conduct governs, since then."""
    if decided_on is None:
        return True
    of = cited.rule or cited.source
    first = decided_on
    if cited.pack.governed_by == "conduct":
        first = Conduct.parse(conduct).begins[0] or date.min
    return (of.effective_from is None or of.effective_from <= decided_on) and (
        of.effective_to is None or first <= of.effective_to
    )


def _said(article: object) -> str:
    if isinstance(article, Mapping):
        article = " ".join(str(article.get(key, "")) for key in ("instrument", "article"))
    return " ".join(str(article).split())[:60]
