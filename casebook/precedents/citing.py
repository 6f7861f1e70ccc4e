"""What a precedent may rest on: provisions and rules whose text is kept here and was in force when it was decided."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import PrecedentReplay, RuleText
from casebook.packs.current import library_on
from casebook.papers import citations
from casebook.procedure.dates import today
from rules.conduct import Conduct
from rules.library import Library, library
from rules.pack import Pack, Rule, Source


@dataclass(frozen=True)
class Cited:
    """A provision that was found: its pack, its source, the article, and the rules that carry it."""

    pack: Pack
    source: Source
    article: str
    rules: tuple[Rule, ...]

    def governs(self, decided_on: date | None, conduct: object) -> bool:
        """Whether it was in force on the day of the decision or, where the conduct governs, at any time since it."""
        if decided_on is None:
            return True
        first = decided_on
        if self.pack.governed_by == "conduct":
            first = Conduct.parse(conduct).begins[0] or date.min
        return any(
            (one.effective_from or date.min) <= decided_on and first <= (one.effective_to or date.max)
            for one in self.rules or (self.source,)
        )


def resolve(
    article: object, decided_on: date | None, conduct: object = None, packs: Library | None = None
) -> Cited | None:
    """What a rule id, or an instrument with an article, stood for when it was applied; None: nothing kept here."""
    return next((one for one in _find(article, packs) if one.governs(decided_on, conduct)), None)


def problem(
    article: object, decided_on: date | None, conduct: object = None, packs: Library | None = None
) -> Problem | None:
    """Why an article cannot be cited, or None; of the shipped rules, or of these."""
    said = words(article)
    if not _find(article, packs):
        return Problem(
            f"“{said}”不是系统收录的规则或者条文。请写规则编号，或者法规与条文。",
            f"“{said}” is no rule or article that is kept here. Write the id of a rule, or instrument and article.",
        )
    if resolve(article, decided_on, conduct, packs) is None:
        return Problem(
            f"“{said}”在行为发生至作出决定（{decided_on}）期间没有施行。",
            f"“{said}” was not in force between the conduct and the decision of {decided_on}.",
        )
    return None


def words(article: object) -> str:
    """An article as it was given, on one line."""
    if isinstance(article, Mapping):
        article = " ".join(str(article.get(key, "")) for key in ("instrument", "article"))
    return " ".join(str(article).split())[:60].encode(errors="replace").decode()


def knows_rules(session: Session, digest: str) -> bool:
    """Whether this is the digest of rules that are kept here: of one text, or of all of a day together."""
    from casebook.precedents.ageing import rules_digest  # noqa: PLC0415 - ageing rests on the library

    if (
        digest == rules_digest(library_on(session, today()))
        or digest in _texts()
        or session.get(RuleText, digest) is not None
    ):
        return True
    replayed = select(PrecedentReplay.id).where(PrecedentReplay.rules_sha256 == digest)
    return session.scalar(replayed.limit(1)) is not None


def _texts() -> set[str]:
    texts = (*library().texts.values(), library().vocabulary.text)
    return {sha256(text.encode()).hexdigest() for text in texts}


def _find(article: object, known: Library | None) -> list[Cited]:
    packs = (known or library()).packs.values()
    if isinstance(article, str):
        found = [(pack, rule) for pack in packs for rule in pack.rules if rule.enabled and rule.id == article]
        return [Cited(pack, pack.sources[rule.instrument], rule.article, (rule,)) for pack, rule in found]
    if not isinstance(article, Mapping) or set(article) != {"instrument", "article"}:
        return []
    named, place = article["instrument"], article["article"]
    if not isinstance(named, str) or not isinstance(place, str) or not place.startswith("第"):
        return []
    found = []
    for pack in packs:
        for source in pack.sources.values():
            if named not in (source.id, source.title.zh):
                continue
            carried = (rule for rule in pack.rules if rule.enabled and rule.instrument == source.id)
            rules = tuple(rule for rule in carried if _within(rule.article, place))
            if rules or citations.is_known(source.title.zh.partition("（")[0], place):
                found.append(Cited(pack, source, place, rules))
    return found


def _within(article: str, place: str) -> bool:
    """Whether an article is the place or a part of it: 第十七条第一款 is within 第十七条, 第十七条之一 is not."""
    return any(
        part == place or (part.startswith(place) and part[len(place)] == "第")
        for part in re.split("[；、至和与]", article)
    )
