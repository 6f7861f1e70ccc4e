"""Which rules carry a recommendation: from the step that decides back to the facts, provisions first."""

import pytest

from rules.carrying import carrying


def rule(confidence="SEEN", provisional="fired", because=(), establishes=()):
    return {
        "confidence": confidence, "provisional": provisional, "because": list(because),
        "establishes": list(establishes),
    }  # fmt: skip


def document(rules, carried, disposition="tolerate", status="established"):
    step = {"status": status, "disposition": "tolerate", "rules": carried}
    return {"disposition": disposition, "steps": [step], "rules": rules}


def test_every_rule_behind_the_deciding_step_is_named_and_the_provisions_come_first():
    rules = {
        "a.method": rule(
            "DESIGN", because=[{"finding": "f"}, {"fact": "deaths"}, {"finding": "g", "value": False}]
        ),
        "b.law": rule(establishes=["f"], because=[{"finding": "f"}]),
        "c.unmet": rule(establishes=["f"], provisional="open"),
        "d.denied": rule(establishes=["g"]),
        "e.apart": rule(),
    }
    assert carrying(document(rules, ["a.method@2020"])) == ["b.law", "a.method"]


def test_a_rule_from_memory_or_unknown_carries_nothing():
    assert carrying(document({"a.x": rule("RECALLED")}, ["a.x", "b.gone"])) == []


@pytest.mark.parametrize(("disposition", "status"), [("refer", "established"), ("tolerate", "open")])
def test_without_a_deciding_step_nothing_carries(disposition, status):
    assert carrying(document({"a.x": rule()}, ["a.x"], disposition, status)) == []
