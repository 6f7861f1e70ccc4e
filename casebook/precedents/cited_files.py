"""What the files of the product cite, and the look-up of an article: one name, one text in all of them."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from casebook.errors import Problem
from casebook.papers import citations as articles
from casebook.papers.words import cited
from rules.channels import channels
from rules.factors import book
from rules.library import library
from rules.limits import limits
from rules.measure_reader import Provision, Words
from rules.measures import ladder
from rules.pack import NEVER_ENABLED

_PLACE = re.compile(r"[\u4e00-\u9fff§]|\d")
_NOT_KNOWN = Problem("系统没有收录这一条款", "no such article is kept here")
_NOT_YET = Problem("在引用之日尚未施行", "not in force yet on the day it is cited")
_NO_LONGER = Problem("在引用之日已经失效", "no longer in force on the day it is cited")
Seen = Iterator[
    tuple[Problem, str, Problem | None]
]  # where it stands, what it cites, why it cannot be looked up


def in_files(on: date) -> Seen:
    """Every provision that the files rest on: named alike in all of them, with an article, in force by its day."""
    for file, name, provision, day in _provisions():
        where = Problem(f"{file}：{name}", f"{file}: {name}")
        yield where, f"{provision.id} {provision.article}", _why(provision, day or on)
    for channel in channels().channels.values():
        way = channels().way(channel.code, on)
        if way.confidence not in NEVER_ENABLED:
            where = Problem(f"channels.yaml：{channel.code}", f"channels.yaml: {channel.code}")
            yield from articles_in(where, way.zh, on)
    for ground in channels().grounds.values():
        where = Problem(f"channels.yaml：{ground.code}", f"channels.yaml: {ground.code}")
        for article in ground.articles.values():
            yield from articles_in(where, articles.named(article), on)


def articles_in(where: Problem, text: str, day: date) -> Seen:
    """Every article that a text cites, each looked up."""
    for title, article in articles.cited_in(cited(text)):
        why = None
        if not (articles.is_known(title, article) or (title, article) in _of_factors()):
            why = _NOT_KNOWN
        elif (since := _since().get(title)) is not None and day < since:
            why = _NOT_YET
        yield where, f"《{title}》{article}", why


def _provisions() -> Iterator[tuple[str, str, Provision, date | None]]:
    """Each provision in use: its file, what rests on it, and since when that is so (None: all the time)."""
    for factor in book().factors.values():
        for one in factor.provisions:
            yield "factors.yaml", factor.id, one, None
        for threshold in factor.thresholds:
            yield "factors.yaml", factor.id, threshold.provision, threshold.effective_from
    for versions in ladder().versions.values():
        for one in versions:
            for text in one.provisions if one.enabled else ():
                yield "measures.yaml", one.code, text, one.effective_from
    for one in limits().limits:
        if one.enabled:
            title = limits().sources[one.instrument].title
            provision = Provision(one.instrument, Words(title.zh, title.en), one.article, one.confidence)
            yield "limits.yaml", one.id, provision, one.effective_from


def _why(provision: Provision, day: date) -> Problem | None:
    titles, since, until = _instruments()[provision.id]
    if len(titles) > 1:
        named = "、".join(sorted(titles))
        return Problem(f"同一代号指不同的文件：{named}", f"one name for different texts: {named}")
    if not _PLACE.search(provision.article):
        return Problem("没有写明条款", "no article is given")
    if since is not None and day < since:
        return _NOT_YET
    return _NO_LONGER if until is not None and until < day else None


@cache
def _instruments() -> dict[str, tuple[frozenset[str], date | None, date | None]]:
    """Every instrument by its name in the files: its titles (one, if all is well), its first and its last day."""
    dated = [
        (source.id, source.title.zh, source.effective_from, source.effective_to)
        for sources in (limits().sources, *(pack.sources for pack in library().packs.values()))
        for source in sources.values()
    ]
    named = [(one.id, one.source.zh, None, None) for _, _, one, _ in _provisions()]
    found: dict[str, tuple[frozenset[str], date | None, date | None]] = {}
    for name, title, since, until in dated + named:
        titles, first, last = found.get(name, (frozenset(), None, None))
        found[name] = titles | {title}, first or since, last or until
    return found


@cache
def _since() -> dict[str, date | None]:
    """Since when each instrument, by its name without version, has been in force at all."""
    found: dict[str, date | None] = {}
    for titles, since, _ in _instruments().values():
        for title in titles:
            name = articles.plain(title)
            known = found.get(name, since)
            found[name] = None if since is None or known is None else min(since, known)
    return found


@cache
def _of_factors() -> frozenset[tuple[str, str]]:
    """The articles that factors rest on: papers on precedents cite them."""
    texts = [
        f"《{one.source.zh}》{one.article}"
        for file, _, one, _ in _provisions()
        if file == "factors.yaml" and one.confidence not in NEVER_ENABLED
    ]
    return frozenset(pair for text in texts for pair in articles.cited_in(cited(text)))
