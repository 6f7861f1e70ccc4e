"""Articles that papers cite, and those that the rules, measures, limits and channels of the product know."""

import re
from collections.abc import Iterator
from functools import cache

from casebook.papers import words
from rules.channels import channels
from rules.corrections import table
from rules.library import Library, library, shipped_packs
from rules.limits import limits
from rules.measures import ladder
from rules.pack import NEVER_ENABLED

_NUMERAL = "[零一二三四五六七八九十百]+"
_ARTICLE = rf"第{_NUMERAL}条(?:之{_NUMERAL})?(?:第{_NUMERAL}款)?(?:第（?{_NUMERAL}）?项)?"
_PIECE = re.compile(_ARTICLE)
_CITED = re.compile(rf"《([^《》]+)》(?:（[^（）]*）)?({_ARTICLE}(?:(?:[、和至]|以及|或者)?{_ARTICLE})*)")
# Articles on procedure that papers name and no rule, measure, limit or channel does; each read in full.
PROCEDURE = {
    "中华人民共和国公职人员政务处分法": (
        "第四条", "第二十六条", "第四十三条", "第四十五条", "第四十六条", "第四十七条", "第五十三条", "第五十五条",
        "第五十六条", "第六十条", "第六十七条",
    ),
    "中华人民共和国刑法": ("第十二条",),
    "中国共产党党员权利保障条例": ("第三十四条", "第三十五条", "第三十七条"),
}  # fmt: skip


def cited_in(text: str) -> Iterator[tuple[str, str]]:
    """Every article cited with its instrument: the full name without marks and version, and the article."""
    for title, articles in _CITED.findall(text):
        for piece in _PIECE.findall(articles):
            yield plain(title), piece


@cache
def known() -> frozenset[tuple[str, str]]:
    """What may be cited: nothing that is known from memory only."""
    texts = [f"《{title}》{article}" for title, articles in PROCEDURE.items() for article in articles]
    for pack in shipped_packs().values():
        texts += [
            _put(pack.sources[rule.instrument].title.zh, rule.article)
            for rule in pack.rules
            if rule.confidence not in NEVER_ENABLED
        ]
    for versions in ladder().versions.values():
        given = [text for one in versions if one.enabled for text in one.provisions]
        texts += [_put(text.source.zh, text.article) for text in given if text.confidence not in NEVER_ENABLED]
    for limit in limits().limits:
        if limit.confidence not in NEVER_ENABLED:
            texts.append(_put(limits().sources[limit.instrument].title.zh, f"第{limit.article}条"))
    for channel in channels().channels.values():
        if channel.confidence not in NEVER_ENABLED:
            texts.append(channel.cited_zh)
    for ground in channels().grounds.values():
        texts += [named(article) for article in ground.articles.values()]
    texts += [_put(one.instrument.zh, one.article) for one in table().situations.values() if one.enabled]
    return frozenset(pair for text in texts for pair in cited_in(words.cited(text)))


def provisions_of_site(packs: Library) -> list[str]:
    """The provisions of packs that are the site's own, as a text would cite them."""
    shipped = {pack.digest for pack in library().packs.values()}
    return [
        _put(pack.sources[rule.instrument].title.zh, rule.article)
        for pack in packs.packs.values()
        for rule in pack.rules
        if pack.digest not in shipped and rule.confidence not in NEVER_ENABLED
    ]


def is_known(title: str, article: str) -> bool:
    """Whether an article is known, itself or a part of it."""
    return any(name == title and piece.startswith(article) for name, piece in known())


def named(text: str) -> str:
    """An article written as 政务处分法第五十七条第一项, with its instrument between marks."""
    title, mark, article = text.partition("第")
    return f"《{title}》{mark}{article}" if title and mark and not title.startswith("《") else text


def _put(title: str, article: str) -> str:
    return f"《{title.replace('“', '').replace('”', '')}》{article}"


def plain(title: str) -> str:
    """The full name of an instrument, without its version."""
    return words.titled(title).partition("》")[0].removeprefix("《")
