"""A broken pack is refused whole: file, line, column, what was found and what to write, in both languages.

Each file of tests/bad_packs has one fault, and its first two lines say what is told of it in English and in Chinese:
those in the folder itself when packs are loaded, `checked` by the check of the packs, `proved` by the proofs.
"""

import re
import shutil
from pathlib import Path

import pytest

from rules.check import check_packs
from rules.library import load_library
from rules.pack import PackError
from rules.proofs import prove
from rules.vocabulary import vocabulary
from tests.messages import alike, uncalled

from . import test_channels, test_factors, test_limits, test_measures, test_vocabulary

BAD = Path(__file__).parents[1] / "bad_packs"
READ, CHECKED, PROVED = (sorted((BAD / folder).glob("*.yaml")) for folder in ("", "checked", "proved"))
SOUND = BAD / "beside" / "sound.yaml"
MODULES = sorted(
    [
        *(
            f"rules/{name}.py"
            for name in ("check", "conditions", "engine", "example_reader", "library", "pack_reader")
        ),
        *(f"rules/{name}.py" for name in ("places", "program", "yaml_fields", "yaml_source")),
        *(
            f"rules/proofs/{name}.py"
            for name in ("chain", "dates", "direction", "information", "live", "older", "prove")
        ),
    ]
)
TABLES = {
    "rules/channels.py": test_channels,
    "rules/factor_reader.py": test_factors,
    "rules/limits.py": test_limits,
    "rules/measure_reader.py": test_measures,
    "rules/vocabulary.py": test_vocabulary,
}
NO_PACK_CAN = {  # and where it is tested instead
    "rules/measure_reader.py: 本系统设计": "no fault: what a document prints of a measure",
    "rules/vocabulary.py: 不大于": "test_vocabulary.py: no fact that is shipped has a largest value alone",
    "rules/vocabulary.py: 大小不限": "test_vocabulary.py: no number that is shipped has no bounds",
    "rules/check.py: 两个判读程序对": "test_check.py: the readers of the product would have to differ",
    "rules/library.py: 文件名": "test_places.py: only a pack that is added to others has a file name to take",
    "rules/program.py: 有两个版本同时有效": "test_program.py: refused when the pack is read",
    "rules/proofs/dates.py: 写明了为何没有接续": "proofs/test_dates.py: of the tables",
    "rules/proofs/dates.py: 的两个版本在同一日同时施行": "proofs/test_dates.py: of the tables; of packs when they are read",
    "rules/proofs/information.py: 已经确定": "proofs/test_information.py: the reader itself would have to be wrong",
    "rules/proofs/prove.py: 规则的条件组合过于复杂": "proofs/test_prove.py: it would take minutes",
    "rules/proofs/prove.py: 不等于没有这样的案件": "proofs/test_prove.py: why the same has no case",
    "rules/proofs/prove.py: 多余的是规则包中的说明": "proofs/test_prove.py: why what is spare has no case",
}


def promised(path: Path) -> tuple[str, str]:
    """What a file says is told of it, in English and in Chinese."""
    english, chinese = path.read_bytes().split(b"\n")[:2]
    return english.decode().removeprefix("# "), chinese.decode().removeprefix("# ")


@pytest.mark.parametrize("path", READ, ids=lambda path: path.stem)
def test_a_broken_pack_is_refused_with_its_place_what_was_found_and_what_to_write(path, tmp_path):
    shutil.copy(SOUND, tmp_path)
    shutil.copy(path, tmp_path)

    report = check_packs(tmp_path)

    (fault,) = report.faults
    assert (report.packs, report.rules, report.examples) == (0, 0, 0)
    assert (fault.message("en"), fault.message("zh")) == promised(path)
    assert str(fault) == f"{fault.place}: found {fault.found}; expected {fault.expected}"
    with pytest.raises(PackError, match=re.escape(fault.found)):
        load_library(tmp_path, vocabulary())


def test_the_sound_pack_that_stands_beside_the_broken_ones_is_loaded():
    assert list(load_library(SOUND.parent, vocabulary()).packs) == ["sound"]


@pytest.mark.parametrize("path", CHECKED, ids=lambda path: path.stem)
def test_a_check_tells_what_is_wrong_with_a_pack_that_loads(path, tmp_path):
    shutil.copy(path, tmp_path)

    faults = check_packs(tmp_path).faults

    assert promised(path) in [(fault.message("en"), fault.message("zh")) for fault in faults]


@pytest.mark.parametrize("path", PROVED, ids=lambda path: path.stem)
def test_a_proof_tells_what_examples_do_not_show(path, tmp_path):
    """A file beside it of the same name is the national law without which the fault would not be one."""
    shutil.copy(path, tmp_path)
    for beside in (PROVED[0].parent / "beside").glob(path.name):
        shutil.copy(beside, tmp_path / "nation.yaml")
    packs = load_library(tmp_path, vocabulary())

    failures = prove(packs, next(name for name in packs.packs if name != "nation")).failures

    said = [
        (one, f"{one.rules[0].place}: " if one.rules else "", f"{one.rules[0].place}：" if one.rules else "")
        for one in failures
    ]
    told = [pair for one, en, zh in said for pair in ((en + one.en, zh + one.zh), (one.en, one.zh))]
    assert promised(path) in told


@pytest.mark.parametrize("path", [*READ, *CHECKED, *PROVED], ids=lambda path: path.stem)
def test_what_is_told_of_a_broken_pack_is_told_in_either_language_by_itself(path):
    english, chinese = promised(path)
    in_our_words = re.sub(r"“[^”]*”|'[^']*'", "", chinese.partition("：")[2])

    place = re.match(r"\S+\.yaml:[1-9]\d*:[1-9]\d*", english)[0]
    assert chinese.startswith(f"{place}：")
    assert re.search("；|应当", in_our_words), "what was found; what to write"
    assert not re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", in_our_words), "no English is quoted in the Chinese"
    assert not re.search("[一-鿿]", re.sub(r"“[^”]*”|'[^']*'", "", english)), "nor Chinese in the English"


def test_every_message_about_a_broken_pack_or_table_has_a_broken_text():
    """A message that is written into a reader, a check or a proof without one is named here by its line."""
    of_packs = [promised(path)[1] for path in (*READ, *CHECKED, *PROVED)]
    of_tables = {module: [fault.zh for fault in tests.refusals()] for module, tests in TABLES.items()}
    shared = [*of_packs, *(one for said in of_tables.values() for one in said)]

    missing = [one for module, said in of_tables.items() for one in uncalled([module], [*said, *of_packs])]
    missing += uncalled(MODULES, shared)

    excused = [key for key in NO_PACK_CAN if any(_is(one, key) for one in missing)]
    assert [one for one in missing if not any(_is(one, key) for key in NO_PACK_CAN)] == []
    assert alike(MODULES) == []
    assert excused == list(NO_PACK_CAN), "a message is excused that has a broken text, or is no more"


def _is(missing: str, excused: str) -> bool:
    module, _, words = excused.partition(": ")
    return missing.startswith(f"{module}:") and words in missing
