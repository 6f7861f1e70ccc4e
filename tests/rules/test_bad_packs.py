"""A pack that loads and cannot be relied on: each fault is told with its place, in both languages.

The first lines of each file say what is told: `checked` by the check of the packs, `proved` by the proofs.
"""

import shutil
from pathlib import Path

import pytest

from rules.check import check_packs
from rules.library import load_library
from rules.proofs import prove
from rules.vocabulary import vocabulary

BAD = Path(__file__).parents[1] / "bad_packs"
CHECKED, PROVED = (sorted((BAD / folder).glob("*.yaml")) for folder in ("checked", "proved"))


def promised(path: Path) -> tuple[str, str]:
    """What a file says is told of it, in English and in Chinese."""
    english, chinese = path.read_text(encoding="utf-8").splitlines()[:2]
    return english.removeprefix("# "), chinese.removeprefix("# ")


@pytest.mark.parametrize("path", CHECKED, ids=lambda path: path.stem)
def test_a_check_tells_what_is_wrong_with_a_pack_that_loads(path, tmp_path):
    shutil.copy(path, tmp_path)

    faults = check_packs(tmp_path).faults

    assert promised(path) in [(str(fault), fault.message("zh")) for fault in faults]


@pytest.mark.parametrize("path", PROVED, ids=lambda path: path.stem)
def test_a_proof_tells_what_examples_do_not_show(path, tmp_path):
    shutil.copy(path, tmp_path)

    failures = prove(load_library(tmp_path, vocabulary()), "broken").failures

    said = [(one.rules[0].place, one.message("en"), one.message("zh")) for one in failures]
    assert promised(path) in [(f"{place}: {en}", f"{place}：{zh}") for place, en, zh in said]
