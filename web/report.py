"""A stored assessment as the page reads it: rules by what became of them, tests in words, codes by their titles.

Nothing is computed anew: what the document does not say, the page does not say.
"""

import itertools
from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from rules.articles import article_words
from rules.at_odds import in_document
from rules.carrying import carrying
from rules.contradictions import Contradiction
from rules.law_of_day import compared
from rules.phrases import LIGHTNESS
from web.i18n import both, lang
from web.in_force import rules_today
from web.labels import DISPOSITIONS, numbered
from web.values import comparison, value_words

NEVER_READ = "RECALLED"
ORDER = ("tolerate", "correct", "hold_accountable", "refer", "not_established")


@dataclass(frozen=True)
class CitedRule:
    """One rule of the document, with its id; `citation` is its source and article in the language of the request."""

    id: str
    anchor: str
    content: dict

    def __getattr__(self, name: str):
        try:
            return self.content[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def is_method(self) -> bool:
        """Whether it is a choice of this system, without a provision behind it."""
        return self.content.get("confidence") == "DESIGN"

    @property
    def citation(self) -> str:
        """Source and article, as the words of a link."""
        if self.is_method:
            return _("method of this system")
        return f"{both(self.content['source'])} {article_words(self.content['article'], lang())}".strip()


class Report:
    """One assessment document, read by the recommendation page."""

    def __init__(self, document: dict):
        self.document = document
        self.rules = {
            rule_id: CitedRule(rule_id, "rule-" + rule_id.replace(".", "-").replace("@", "-"), content)
            for rule_id, content in document.get("rules", {}).items()
        }
        self._titles = self._all_titles()

    def __getattr__(self, name: str):
        """The parts of the document by their names; an absent part is empty."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self.document.get(name) or ()

    @property
    def certain(self) -> bool:
        return self.document["certainty"] == "certain"

    @property
    def contradictions(self) -> list[Contradiction]:
        """Facts that do not go together, by the rules that applied."""
        return in_document(self.document)

    @property
    def weighed(self) -> list[dict]:
        """Old law and later law, version by version: what each gives and which is lighter, in words."""
        return compared(self.document)

    @property
    def lightness(self) -> dict:
        """In what order dispositions are lighter, with the provision."""
        return LIGHTNESS

    def only_open(self, entry: dict) -> list[CitedRule]:
        """What is still open in a ledger entry and stands on neither side already."""
        placed = {*entry.get("for", ()), *entry.get("against", ())}
        return self.cited(rule_id for rule_id in entry.get("open") or () if rule_id not in placed)

    def cited(self, ids) -> list[CitedRule]:
        """The rules with these ids; one whose text nobody has seen is never among them."""
        found = (
            self.rules.get(rule_id.partition("@")[0]) or self.rules.get(rule_id) for rule_id in ids or ()
        )
        return [rule for rule in found if rule is not None and rule.content.get("confidence") != NEVER_READ]

    @property
    def reasons(self) -> list[CitedRule]:
        """The rules that carry the recommendation, from the step that stops the chain back to the facts.

        Those with a provision behind them come first. Empty where no step stops the chain.
        """
        return [self.rules[rule_id] for rule_id in carrying(self.document)]

    @property
    def deciding_questions(self) -> list[dict]:
        """The questions that send the case to a panel."""
        return [item for item in self.refer if item.get("decisive")] if self.disposition == "refer" else []

    def ended(self, status: str) -> list[CitedRule]:
        """The rules that were met, not met or left open, in the order of the document, by pack."""
        return [
            rule for rule in self.rules.values()
            if rule.content["status"] == status and rule.content.get("confidence") != NEVER_READ
        ]  # fmt: skip

    @property
    def law_runs(self) -> list[list[dict]]:
        """The versions of the law considered: those that follow each other and give the same, together."""
        alike = itertools.groupby(
            self.law, key=lambda item: (item["role"], item["disposition"], bool(item.get("governs")))
        )
        return [list(run) for _key, run in alike]

    @staticmethod
    def places(rules: list[CitedRule]) -> list[tuple[str, list[str]]]:
        """Where these rules stand: each source with its articles, each once; of rules of method only that."""
        found: dict[str, dict[str, None]] = {}
        for rule in rules:
            if rule.is_method:
                found.setdefault(rule.citation, {})
            else:
                articles = found.setdefault(both(rule.content["source"]), {})
                articles[article_words(rule.content["article"], lang())] = None
        return [(source, list(articles)) for source, articles in found.items()]

    @staticmethod
    def missing_of(rules: list[CitedRule]) -> list[str]:
        """The unknown facts on which these rules turn, each once."""
        return list(dict.fromkeys(fact_id for rule in rules for fact_id in rule.content.get("missing") or ()))

    @property
    def not_read(self) -> list[CitedRule]:
        """Rules known from memory only: listed as such, whatever the document says became of them."""
        return [rule for rule in self.rules.values() if rule.content.get("confidence") == NEVER_READ]

    def pack_title(self, name: str) -> str:
        pack = self.document.get("packs", {}).get(name) or {}
        return both(pack.get("title")) or name

    def because(self, rule: CitedRule) -> list[dict]:
        """Each condition that decided a rule: what it asks, and what was found."""
        return [self._test(leaf) for leaf in rule.content.get("because") or ()]

    def _test(self, leaf: dict) -> dict:
        if "fact" in leaf:
            fact_id, found = leaf["fact"], leaf.get("found")
            asked = comparison(fact_id, leaf.get("op", "is"), leaf.get("value"))
            words = value_words(fact_id, found)
            if found is not None and fact_id not in self.document.get("facts", {}):
                words = _("presumed: %(value)s", value=words)
            return {"asked": asked, "found": words, "rules": []}
        wanted = _("established") if leaf.get("value", True) else _("does not hold")
        name = leaf.get("finding", "")
        asked = _("%(finding)s: %(state)s", finding=self.finding_title(name), state=wanted)
        return {"asked": asked, "found": "", "rules": self._behind(name)}

    def _behind(self, finding: str) -> list[CitedRule]:
        """The rules that establish a finding."""
        return [rule for rule in self.rules.values() if finding in (rule.content.get("establishes") or ())]

    def gate_title(self, gate: str) -> str:
        """What a gate of the chain asks, by its number; nothing where the document has no such gate."""
        return next((both(one["title"]) for one in self.gates if one["id"] == gate), "")

    def finding_title(self, name: str) -> str:
        """The title of a finding: from the document, from the packs, or the words of the first rule behind it."""
        disposition = DISPOSITIONS.get(name.removeprefix("disposition."))
        if disposition:
            return str(disposition[0])
        title = self._titles.get(name) or pack_titles().get(name)
        if title:
            return both(title)
        behind = self._behind(name)
        return both(behind[0].explain).rstrip("。.") if behind else name

    def _all_titles(self) -> dict[str, dict]:
        found = {}
        for part, prefix in (
            ("red_lines", "red_line."),
            ("tolerances", "tolerance."),
            ("corrections", "correction."),
            ("refer", "refer."),
        ):
            for item in self.document.get(part) or ():
                code = item.get("code") or item.get("id")
                found[prefix + code] = {lang: numbered(code, text) for lang, text in item["title"].items()}
        for entry in self.document.get("ledger") or ():
            for side in ("tolerable", "intolerable"):
                found[f"{entry['id']}.{side}"] = {
                    lang: f"{entry['id']} {text}" for lang, text in entry[side].items()
                }
        return found

    @staticmethod
    def changes(unknown: dict) -> list[tuple[str, list[str]]]:
        """What each value of an unknown fact would lead to: the values in words, by disposition."""
        grouped: dict[str, list[str]] = {}
        for value, disposition in unknown["changes"].items():
            grouped.setdefault(disposition, []).append(change_words(unknown["fact"], value))
        return list(grouped.items())

    @property
    def grouped_flips(self) -> list[dict]:
        """The single changes, those of one fact with the same result together, in the order of the document."""
        grouped: dict[tuple, dict] = {}
        for flip in self.flips:
            row = grouped.setdefault((flip["fact"], flip["disposition"]), {**flip, "to": []})
            row["to"].append(flip["to"])
        return list(grouped.values())

    @property
    def distinctions(self) -> list[tuple[str, list[dict]]]:
        """The ledger by formulation: the central one first."""
        entries = list(self.ledger)
        return [
            (formulation, [entry for entry in entries if entry.get("formulation") == formulation])
            for formulation in ("central", "plain")
        ]  # fmt: skip

    @property
    def outcomes_by_regime(self) -> dict[str, list[dict]]:
        grouped: dict[str, list[dict]] = {}
        for outcome in self.outcomes:
            grouped.setdefault(outcome["regime"], []).append(outcome)
        return grouped

    @property
    def other_dispositions(self) -> list[dict]:
        """Why each of the other dispositions was not reached."""
        return sorted(self.why_not, key=lambda item: ORDER.index(item["disposition"]))


def pack_titles() -> dict:
    """The titles that the packs give to findings; words only, nothing that decides."""
    if "pack_titles" not in g:
        packs = rules_today().packs.values()
        g.pack_titles = {name: text for pack in packs for name, text in pack.titles.items()}
    return g.pack_titles


def change_words(fact_id: str, value: object) -> str:
    """A fact's value out of the key of a document's table, where every value was written as text."""
    parsed = {"true": True, "false": False, "True": True, "False": False}.get(str(value), value)
    if isinstance(parsed, str):
        try:
            parsed = float(parsed) if "." in parsed else int(parsed)
        except ValueError:
            return value_words(fact_id, parsed)
    return value_words(fact_id, parsed)
