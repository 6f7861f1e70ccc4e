"""Which rules that read a case are no longer what they were when it was recommended: compared rule by rule."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.models import RuleText
from rules.library import Library, read_library
from rules.pack import Rule
from rules.vocabulary import read_vocabulary
from rules.yaml_source import SourceError


def changed_rules(session: Session, document: dict, packs: Library) -> set[str]:
    """The rules that read something in this case and are not what they were when it was assessed."""
    known = document["facts"].keys() | {one["fact"] for one in document["presumed"]}
    matters = {
        rule_id
        for rule_id, one in document["rules"].items()
        if "fired" in (one["status"], one["provisional"]) or "open" in (one["status"], one["provisional"])
    }
    changed = _differences(session, document, packs)
    return {rule_id for rule_id, reads in changed.items() if rule_id in matters or reads & known}


def _differences(session: Session, document: dict, packs: Library) -> dict[str, frozenset[str]]:
    """Every rule that differs between the texts of a recommendation and these, with the facts it reads or read."""
    were = {name: one["digest"] for name, one in document["packs"].items()}
    are = {name: pack.digest for name, pack in packs.packs.items()}
    vocabulary = document["vocabulary"]["digest"]
    if were == are and vocabulary == packs.vocabulary.digest:
        return {}
    kept = session.info.setdefault("rule_differences", {})
    key = (*sorted(were.items()), vocabulary, *sorted(are.items()), packs.vocabulary.digest)
    if key not in kept:
        kept[key] = _compared(_old_library(session, were, vocabulary), packs, document, were, are)
    return kept[key]


def _compared(
    old: Library | None, new: Library, document: dict, were: dict, are: dict
) -> dict[str, frozenset[str]]:
    after = _rules_of(new)
    if (
        old is None
    ):  # the old texts cannot be read any more: every rule of a text that changed counts as changed
        differing = {name for name in were.keys() | are.keys() if were.get(name) != are.get(name)}
        gone = {rule_id for rule_id, one in document["rules"].items() if one["pack"] in differing}
        now = {rule_id for rule_id, rules in after.items() if rules[0].pack in differing}
        return {rule_id: _reads(after.get(rule_id, ())) for rule_id in gone | now}
    before = _rules_of(old)
    return {
        rule_id: _reads(before.get(rule_id, ())) | _reads(after.get(rule_id, ()))
        for rule_id in before.keys() | after.keys()
        if _say(before.get(rule_id, ())) != _say(after.get(rule_id, ()))
    }


def _old_library(session: Session, were: dict, vocabulary: str) -> Library | None:
    """The rules as they were, from the texts that were kept with the recommendation."""
    kept = select(RuleText).where(RuleText.sha256.in_([*were.values(), vocabulary]))
    texts = {row.sha256: row for row in session.scalars(kept)}
    if len(texts) < len({*were.values(), vocabulary}):
        return None
    words = texts.pop(vocabulary)
    try:
        return read_library(
            {row.name: row.text for row in texts.values()}, read_vocabulary(words.text, words.name)
        )
    except SourceError:
        return None


def _rules_of(packs: Library) -> dict[str, list[Rule]]:
    """The versions of every rule in use, by id."""
    found: dict[str, list[Rule]] = {}
    for pack in packs.packs.values():
        for rule in pack.rules:
            if rule.enabled:
                found.setdefault(rule.id, []).append(rule)
    return found


def _say(rules: Iterable[Rule]) -> list[tuple]:
    """What rules do; how they are explained and when they were checked is not compared."""
    return [
        (
            rule.pack, rule.when, rule.unless, rule.establishes, rule.effect, rule.outcomes, rule.overrides, rule.force,
            rule.side, rule.effective_from, rule.effective_to,
        )
        for rule in rules
    ]  # fmt: skip


def _reads(rules: Iterable[Rule]) -> frozenset[str]:
    return frozenset().union(*(rule.reads for rule in rules))
