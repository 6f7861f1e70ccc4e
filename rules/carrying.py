"""Which rules carry a recommendation, read from its document alone."""

from collections.abc import Mapping

NEVER_READ = "RECALLED"


def carrying(document: Mapping) -> list[str]:
    """The rules behind the step that stops the chain, back to the facts; those with a provision come first.

    Empty where no step stops the chain, or where the disposition came about otherwise.
    """
    rules = document.get("rules", {})
    stop = next((step for step in document.get("steps", ()) if step["status"] == "established"), None)
    waiting = stop["rules"] if stop and stop["disposition"] == document["disposition"] else ()
    found: dict[str, None] = {}
    for rule_id in _cited(rules, waiting):
        _behind(rules, rule_id, found)
    return sorted(found, key=lambda rule_id: rules[rule_id].get("confidence") == "DESIGN")


def _cited(rules: Mapping, ids) -> list[str]:
    """The rules with these ids, however their version is named; one whose text nobody has seen is never among them."""
    named = (rule_id.partition("@")[0] if rule_id.partition("@")[0] in rules else rule_id for rule_id in ids)
    return [
        rule_id
        for rule_id in named
        if rules.get(rule_id, {"confidence": NEVER_READ})["confidence"] != NEVER_READ
    ]


def _behind(rules: Mapping, rule_id: str, found: dict[str, None]) -> None:
    rule = rules[rule_id]
    if rule_id in found or rule.get("provisional") != "fired":
        return
    found[rule_id] = None
    for leaf in rule.get("because") or ():
        if "finding" in leaf and leaf.get("value", True):
            for other, content in rules.items():
                if leaf["finding"] in (content.get("establishes") or ()):
                    _behind(rules, other, found)
