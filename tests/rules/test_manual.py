"""The example that the manual tells a lawyer to copy is a pack that loads and does what it says."""

import re
from pathlib import Path

import pytest

from rules.check import pack_faults
from rules.factors import book
from rules.library import library, with_packs
from rules.proofs.dates import dates
from rules.proofs.direction import DIRECTION
from rules.proofs.order import Order
from rules.proofs.prove import PROPERTIES, _Proving

MANUAL = Path(__file__).parents[2] / "docs" / "rule-packs.md"
CHINESE = MANUAL.with_name("rule-packs.zh-CN.md")


def blocks() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.S)


def codes(text: str, head: str) -> set[str]:
    """What stands as code in the first column of the table with this head."""
    rows = text.split(f"| {head} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return {code for row in rows for code in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_the_chinese_reference_explains_the_keys_that_the_english_one_explains():
    english, chinese = MANUAL.read_text(encoding="utf-8"), CHINESE.read_text(encoding="utf-8")
    rule, place = "## A rule", "## Packs of places"

    for text, head in ((english, "property"), (chinese, "性质")):
        rows = text.split(f"| {head} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
        assert len(rows) == len(PROPERTIES), head
    assert "`decision`" in english
    assert "`governed_by: decision`" in chinese

    for head in ("key", "`then`"):
        ours = codes(chinese, "键" if head == "key" else head)
        assert codes(english.split(rule)[1], head) == ours != set()
    for head in ("key", "`clause`"):
        ours = codes(chinese.split("## 地方规则包")[1], "键" if head == "key" else head)
        assert codes(english.split(place)[1], head) == ours != set()


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


def with_text(text: str):
    return with_packs(library(), {"regions/ganzi.yaml": text})


def step_six(operator: str, loss: int) -> str:
    """The example with the line that step 6 says to write, and this loss in both cases."""
    line = next(one for one in blocks() if one.strip().startswith("- {fact: direct_economic_loss_cny"))
    text = blocks()[0].replace("        - {fact: lack_of_experience_pilot, is: true}\n", line)
    assert line in text
    text = text.replace(
        "lack_of_experience_pilot: true}",
        f"lack_of_experience_pilot: true, direct_economic_loss_cny: {loss}}}",
    )
    return text.replace("at_least", operator)


def test_the_example_of_the_manual_can_be_copied_as_it_stands():
    books = with_text(blocks()[0])

    assert books.packs["ganzi"].region == ("5133",)
    assert list(pack_faults(books, "ganzi")) == []


@pytest.mark.parametrize(
    ("operator", "loss", "proved"), [("at_least", 1500000, False), ("at_most", 500000, True)]
)
def test_step_six_fails_as_it_says_and_its_remedy_passes(operator, loss, proved):
    told = MANUAL.read_text(encoding="utf-8")
    assert f"`direct_economic_loss_cny: {loss}`" in told or f"`{loss}`" in told
    books = with_text(step_six(operator, loss))
    proving = _Proving(books, [books.packs["ganzi"]], Order(book().factors.values()))

    assert list(pack_faults(books, "ganzi")) == []
    assert proving.verdict(DIRECTION).proved == proved
    proving.close()


def test_the_remedy_without_the_amount_is_refused_by_its_own_example():
    assert any(
        "ganzi.pilot" in str(fault) for fault in pack_faults(with_text(step_six("at_most", 1500000)), "ganzi")
    )
