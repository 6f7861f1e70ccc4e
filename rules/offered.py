"""What rules that fired offer: outcomes by regime and corrections, each once with every rule that names it.

One that obliges is named before one that allows, and a provision before a choice of the method: what must be done never
hides behind what may be.
"""

from collections.abc import Iterable, Mapping

from rules.measure_reader import Provision, Words
from rules.measures import codes_of
from rules.pack import Rule, Text


def outcomes(rules: Iterable[Rule], titles: Mapping[str, Text]) -> list[dict]:
    """The measures of these rules, those of the same regime, band and months together."""
    found: dict[tuple, list[Rule]] = {}
    for rule in rules:
        for one in rule.outcomes:
            found.setdefault((one.regime, one.band, one.measure, one.months), []).append(rule)
    return [
        {
            "regime": regime,
            "band": band,
            "measure": measure,
            "months": months,
            "title": titles[f"measure.{measure}"].as_json(),
        }
        | _named_by(behind)
        for (regime, band, measure, months), behind in found.items()
    ]


def corrections(rules: Iterable[Rule], titles: Mapping[str, Text]) -> list[dict]:
    """The corrections that these rules call for."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.effect["correction"], []).append(rule)
    return [
        {"id": name, "title": titles[f"correction.{name}"].as_json()} | _named_by(behind)
        for name, behind in found.items()
    ]


def rules_of(entry: Mapping) -> list[str]:
    """The rules behind an outcome or a correction of a document; one made before they were listed names the first."""
    return entry.get("rules") or [entry["rule"]]


def provision_of(document: Mapping, code: str) -> Provision | None:
    """The provision by which a document offers a measure of the ladder, the first that it names; None if none does."""
    behind = (
        document["rules"][rule_id]
        for one in document["outcomes"]
        if code in codes_of([one])
        for rule_id in rules_of(one)
    )
    found = next((rule for rule in behind if rule["confidence"] in ("SEEN", "EXCERPT")), None)
    if found is None:
        return None
    return Provision(found["instrument"], Words(**found["source"]), found["article"], found["confidence"])


def _named_by(rules: list[Rule]) -> dict:
    first, *others = sorted(
        rules, key=lambda rule: (rule.force != "must", rule.confidence == "DESIGN", rule.id)
    )
    return {"rule": first.id, "rules": [first.id, *(rule.id for rule in others)], "force": first.force}
