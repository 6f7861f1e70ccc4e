"""The rules that stored recommendations cite, looked up in the texts they were made from."""

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import RuleText
from rules.library import library
from rules.yaml_source import SourceError, parse_yaml

_NO_TEXT = Problem("所依据的规则文本没有留存", "the text of the rules it was made from is not kept")
_NO_RULE = Problem("留存的规则文本中没有这一条", "the text that is kept has no such rule")
_NOT_IN_FORCE = Problem("在适用之日没有施行", "not in force on the day it is applied to")
_Rule = tuple[str, str, str, str, str]  # id, instrument, article, from, to


class CitedRules:
    """The rules of each text that is kept, read once."""

    def __init__(self, session: Session):
        self.session = session
        self.texts: dict[str, tuple[str, frozenset[_Rule]] | None] = {}

    def check(self, document: Mapping) -> Iterator[tuple[str, Problem | None]]:
        """Each rule of a recommendation with its article, and why it cannot be looked up, if so."""
        own = next((law["date"] for law in document["law"] if law["governs"]), document["as_of"])
        vocabulary = document["vocabulary"]["digest"]
        known = self._kept(vocabulary) is not None or vocabulary == library().vocabulary.digest
        yield "vocabulary.yaml", None if known else _NO_TEXT
        for rule_id, rule in document["rules"].items():
            text = self._text(document["packs"][rule["pack"]]["digest"])
            yield (
                f"{rule_id} {rule['instrument']} {rule['article']}",
                _why(rule_id, rule, text, own, document),
            )

    def _text(self, digest: str) -> tuple[str, frozenset[_Rule]] | None:
        """The day by which the pack of this digest goes and its rules; None if no such text is kept."""
        if digest not in self.texts:
            text = self._kept(digest)
            self.texts[digest] = None if text is None else _read(text)
        return self.texts[digest]

    def _kept(self, digest: str) -> str | None:
        kept = self.session.get(RuleText, digest)
        return kept and kept.text


def _why(rule_id: str, rule: Mapping, text, own: str, document: Mapping) -> Problem | None:
    if text is None:
        return _NO_TEXT
    governed_by, rules = text
    since, until = rule["from"] or "", rule["to"] or ""
    if (rule_id, rule["instrument"], rule["article"], since, until) not in rules:
        return _NO_RULE
    day = date.fromisoformat(own if governed_by == "conduct" else document["as_of"]).isoformat()
    return None if since <= day and (not until or day <= until) else _NOT_IN_FORCE


def _read(text: str) -> tuple[str, frozenset[_Rule]] | None:
    """The rules of a pack's text, whatever version of the product wrote it."""
    try:
        pack = parse_yaml(text, "")
        found = frozenset(
            (
                item["id"], item["source"]["instrument"], item["source"]["article"],
                str(item["effective"]["from"] or ""), str(item["effective"]["to"] or ""),
            )
            for item in pack["rules"]
        )  # fmt: skip
        return pack["governed_by"], found
    except (SourceError, KeyError, TypeError):
        return None
