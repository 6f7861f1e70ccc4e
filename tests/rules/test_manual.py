"""The example that the manual tells a lawyer to copy is a pack that loads and does what it says."""

import re
from pathlib import Path

from rules.check import pack_faults
from rules.library import library, with_packs
from rules.proofs.dates import dates

MANUAL = Path(__file__).parents[2] / "docs" / "rule-packs.md"


def blocks() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.S)


def test_the_lines_of_the_manual_for_a_document_repealed_for_good_state_its_end():
    example, stated = blocks()[0], next(one for one in blocks() if "property: dates" in one)
    ended = example.replace("from: 2026-12-01, to: null", "from: 2026-12-01, to: 2027-05-31")
    ended = ended.replace("    to: null", "    to: 2027-05-31")
    alone, said = (
        with_packs(library(), {"regions/ganzi.yaml": text}).packs["ganzi"] for text in (ended, ended + stated)
    )

    (failure,) = dates([alone])
    assert "property: dates" in failure.zh
    assert [one.rules for one in said.accepted] == [tuple(rule.id for rule in failure.rules)]


def test_the_example_of_the_manual_can_be_copied_as_it_stands():
    books = with_packs(library(), {"regions/ganzi.yaml": blocks()[0]})

    assert books.packs["ganzi"].region == ("5133",)
    assert list(pack_faults(books, "ganzi")) == []
