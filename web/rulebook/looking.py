"""Rules by words: every word asked for must be in what a rule says of itself, in either language."""

import unicodedata

from rules.articles import article_words
from rules.pack import Rule
from rules.vocabulary import vocabulary
from web.rulebook.shelf import Shelf


def find(books: Shelf, asked: str) -> list[Rule]:
    """The rules in which every word occurs, those in use first; words are parted by blanks, as they are typed."""
    wanted = _folded(asked).split()
    texts = _texts(books)
    found = [rule for rule in books.rules.values() if all(word in texts[rule.version] for word in wanted)]
    return sorted(found, key=lambda rule: not rule.enabled)


def _texts(books: Shelf) -> dict[str, str]:
    """What is looked through of each rule, made once a shelf."""
    if "looked_through" not in vars(books):
        books.looked_through = {version: _text(rule, books) for version, rule in books.rules.items()}
    return books.looked_through


def _text(rule: Rule, books: Shelf) -> str:
    pack, facts = books.packs[rule.pack], vocabulary().facts
    source = pack.sources[rule.instrument]
    said = [rule.version, rule.instrument, rule.article, article_words(rule.article, "en")]
    for text in (rule.explain, source.title, pack.title, *(books.titles.get(n) for n in rule.establishes)):
        said += [text.zh, text.en] if text else []
    for fact_id in rule.reads:
        said += [fact_id, facts[fact_id].zh, facts[fact_id].en]
    return _folded("\n".join(said))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
