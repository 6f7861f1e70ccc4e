"""The example that the manual tells a lawyer to copy is a pack that loads and does what it says."""

import re
from pathlib import Path

from rules.check import pack_faults
from rules.library import library, with_packs

MANUAL = Path(__file__).parents[2] / "docs" / "rule-packs.md"


def test_the_example_of_the_manual_can_be_copied_as_it_stands():
    text = next(one for one in re.findall(r"```yaml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.S))
    books = with_packs(library(), {"regions/ganzi.yaml": text})

    assert books.packs["ganzi"].region == ("5133",)
    assert list(pack_faults(books, "ganzi")) == []
