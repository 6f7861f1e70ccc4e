"""The packs as shipped have all nine properties, together and each alone."""

import pytest

from rules.library import library, task_library
from rules.proofs import prove


@pytest.mark.parametrize(
    "packs", [library, lambda: task_library("complaint"), lambda: task_library("reinstatement")]
)
def test_everything_is_proved_of_the_shipped_packs(packs):
    proof = prove(packs())

    assert [(one.en, [str(rule.place) for rule in one.rules], one.facts) for one in proof.failures] == []


def test_the_proof_is_of_every_commencement_and_every_place():
    proof = prove(library(), "method")

    assert proof.programs > 180
    assert proof.digests == {pack.name: pack.digest for pack in library().packs.values()}
    assert [verdict.property for verdict in proof.verdicts if verdict.accepted] == [
        "completeness",
        "live_rules",
    ]
