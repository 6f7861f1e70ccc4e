"""What a pack of a site must be beyond what loads: each fault with its place, what was found and what to write."""

import re
from datetime import date

import pytest

from casebook.packs.checking import MOST_EXAMPLES, MOST_PLACES, MOST_RULES, MOST_VALUES, demands, name_in
from rules.library import read_library
from rules.pack import Pack, PackError
from rules.vocabulary import vocabulary
from tests.messages import uncalled
from tests.packs import county_pack

FIRST = date(2027, 3, 1)  # of the version that is looked at
CONDITION = "        - {fact: purpose, is: public}\n"
SOUND = county_pack(conditions=CONDITION, facts="purpose: public", otherwise=("public", "private"), more="")
RULE = SOUND[SOUND.index("  - id: ganzi.pilot") : SOUND.index("\nexamples:")]
TAIL = SOUND[SOUND.index(RULE) :]
PLACES = ", ".join(f'"{number}"' for number in range(1101, 1102 + MOST_PLACES))
VALUES = "".join(f"          - {{fact: deaths, at_least: {number}}}\n" for number in range(MOST_VALUES + 1))
RULES = "".join(RULE.replace("ganzi.pilot", f"ganzi.pilot{number}") for number in range(MOST_RULES))
EXAMPLES = "".join(f'  - {{name: "example {number}", facts: {{}}}}\n' for number in range(MOST_EXAMPLES))
UNTIL = "effective: {from: 2026-12-01, to: null}", "effective: {from: 2026-12-01, to: 2027-01-31}"
ENDED = SOUND.replace(*UNTIL)

# What is changed in the text, the version before it, what was law earlier, then place, what was found and the Chinese.
BROKEN = {
    "national": (('region: ["5133"]\n', ""), None, None, "4:3", "no 'region'", "没有写 region"),
    "anywhere": (
        ('region: ["5133"]', 'region: ["*"]'), None, None, "7:9", "region: ['*']", "region 写的是 ['*']；",
    ),
    "too many places": (('"5133"', PLACES), None, None, "7:9", "41 codes under 'region'", "最多 40 个"),
    "a place twice": (
        ('"5133"', '"5133", "5134", "5133"'), None, None, "7:9", "the code 5133 a second time", "5133 写了两次；",
    ),
    "too many rules": (("\nexamples:", f"{RULES}\nexamples:"), None, None, "17:3", "201 rules and 2", "超出的另建"),
    "too many examples": (
        ("\nexamples:\n", f"\nexamples:\n{EXAMPLES}"), None, None, "17:3", "1 rules and 502", "示例 502 个；",
    ),
    "too many values": (
        (CONDITION, f"        - any:\n{VALUES}"), None, None, "17:5", "'deaths' compared with more than 40", "事实 deaths 已在",
    ),
    "no first day": (
        ("    from: 2026-12-01\n", "    from: null\n"), None, None, "19:16", "ganzi.pilot without a first day", "没有写明施行日期；",
    ),
    "before its source": (
        ("effective: {from: 2026-12-01", "effective: {from: 2026-11-30"), None, None, "19:16",
        "ganzi.pilot from 2026-11-30, before its source (2026-12-01)", "早于所依据文件的施行日期 2026-12-01；",
    ),
    "another place": (
        ('"5133"', '"5134"'), SOUND, None, "7:9", "region 5134 where the version before has 5133", "由 5133 改为 5134；",
    ),
    "a rule taken out": (
        (TAIL, TAIL.replace("ganzi.pilot", "ganzi.other")), SOUND, None, "17:3", "no ganzi.pilot@2026-12-01", "不得删去；",
    ),
    "a rule changed": (
        ("clause: [exempt]", "clause: [lighten]"), SOUND, None, "17:5", "ganzi.pilot@2026-12-01 changed", "不得改动；",
    ),
    "an end moved": (
        (UNTIL[0], UNTIL[1].replace("01-31", "02-28")), ENDED, None, "17:5", "ganzi.pilot@2026-12-01 changed", "不得改动；",
    ),
    "ended too early": (UNTIL, SOUND, None, "19:16", "ganzi.pilot@2026-12-01 ended on 2027-01-31", "不得溯及既往"),
    "another rule of that id": (
        ("clause: [exempt]", "clause: [lighten]"), None, SOUND, "17:5", "ganzi.pilot@2026-12-01 says something else",
        "应照原文写，或者另起编号",
    ),
}  # fmt: skip
UNNAMED = {
    "title: {zh: 甲, en: A}\n": ("1:1", "no 'pack'", "没有写 pack"),
    "title: {zh: 甲, en: A}\npack: Ganzi 甘孜\n": ("2:7", "pack: 'Ganzi 甘孜'", "写的是 'Ganzi 甘孜'；"),
    "pack: redlines\n": ("1:7", "'redlines', a national pack", "本站不得修改；"),
}


def read(text: str) -> Pack:
    return read_library({"ganzi.yaml": text}, vocabulary()).packs["ganzi"]


def demanded(change: tuple[str, str], before: str | None, earlier: str | None) -> PackError:
    """The one fault of the sound text with one change."""
    assert SOUND.count(change[0]) == 1
    stood = [(read(earlier), FIRST)] if earlier else ()
    (fault,) = demands(read(SOUND.replace(*change)), before and read(before), FIRST, stood=stood)
    return fault


def refused(text: str) -> PackError:
    with pytest.raises(PackError) as caught:
        name_in(text, "ganzi.yaml")
    return caught.value


def is_told(fault: PackError, place: str, found: str, zh: str) -> bool:
    assert str(fault.place) == f"ganzi.yaml:{place}"
    assert str(fault) == f"{fault.place}: found {fault.found}; expected {fault.expected}"
    assert fault.found.startswith(found)
    assert zh in fault.zh
    return "；" in fault.zh and not re.search("[a-z]{2,} [a-z]{2,}", re.sub("'[^']*'", "", fault.zh))


def test_the_text_that_the_broken_ones_are_made_of_is_sound():
    assert list(demands(read(SOUND), read(SOUND), FIRST, stood=[(read(SOUND), FIRST)])) == []
    assert list(demands(read(ENDED), read(ENDED), FIRST)) == []
    assert name_in(SOUND, "ganzi.yaml") == "ganzi"


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_what_a_site_may_not_do_is_refused_with_its_place_and_what_to_write(name):
    *text, place, found, zh = BROKEN[name]

    assert is_told(demanded(*text), place, found, zh)


@pytest.mark.parametrize("text", sorted(UNNAMED))
def test_a_text_whose_name_cannot_be_that_of_a_sites_pack_is_refused(text):
    assert is_told(refused(text), *UNNAMED[text])


def test_a_rollback_may_take_back_what_a_later_version_began():
    later = SOUND.replace("\nexamples:", RULE.replace("ganzi.pilot", "ganzi.other") + "\nexamples:")

    assert list(demands(read(SOUND), read(later), FIRST, back=True)) == []


def test_every_message_about_a_pack_of_a_site_has_a_broken_text():
    said = [demanded(*row[:3]).zh for row in BROKEN.values()] + [refused(text).zh for text in UNNAMED]

    assert uncalled(["casebook/packs/checking.py"], said) == []
