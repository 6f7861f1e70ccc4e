"""docs/law-coverage.md is the list of the law: every name in it exists, and every provision in use is named in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from casebook.clearance import return_steps
from casebook.clearance import steps as clearance
from casebook.complaints import steps as complaints
from casebook.procedure import workflow
from rules.channels import channels
from rules.library import shipped_packs
from rules.limits import limits
from rules.measures import ladder
from rules.pack import CONFIDENCES, NEVER_ENABLED

ROOT = Path(__file__).parents[2]
LIST = (ROOT / "docs" / "law-coverage.md").read_text(encoding="utf-8")
DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True)
class Line:
    """One line of the list: a provision, or an entry of a list (then without an instrument)."""

    instrument: str
    article: str
    mark: str
    names: tuple[str, ...]
    why: str

    @property
    def key(self) -> tuple[str, str]:
        return self.instrument, self.article


def read_list() -> Iterator[Line]:
    columns: list[str] = []
    for line in LIST.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            columns = []
        elif not columns:
            columns = cells
        elif "mark" in columns and set(line) - set("|- "):
            row = dict(zip(columns, cells, strict=True))
            names, _, why = row["where"].partition("— ")
            yield Line(
                row.get("instrument", ""),
                row.get("art.") or row["entry"],
                row["mark"],
                tuple(re.findall(r"`([^`]+)`", names)),
                why,
            )


LINES = tuple(read_list())


def number(text: str) -> int:
    """A number as an article writes it: 十六, 二百四十三."""
    total, digit = 0, 0
    for sign in text:
        if sign in DIGITS:
            digit = DIGITS[sign]
        else:
            total, digit = total + (digit or 1) * (100 if sign == "百" else 10), 0
    return total + digit


def articles(text: str) -> set[int]:
    """The articles that a source names: 第九条至第十四条 or 38、39 or 7–8, 13(1)."""
    written = re.sub(r"（[^）]*）|\([^)]*\)", "", text)
    spans = re.findall(r"第([零一二三四五六七八九十百]+)条(?:至第([零一二三四五六七八九十百]+)条)?", written)
    if not spans:
        spans = re.findall(r"(\d+)(?:[–-](\d+))?", written)
        return {one for first, last in spans for one in range(int(first), int(last or first) + 1)}
    return {one for first, last in spans for one in range(number(first), number(last or first) + 1)}


def in_use() -> Iterator[tuple[str, str, str, str]]:
    """Every name, instrument, article and mark of what is switched on and rests on a text."""
    for pack in shipped_packs().values():
        for rule in pack.rules:
            if rule.enabled:
                yield rule.id, rule.instrument, rule.article, rule.confidence
    for limit in limits().limits:
        if limit.enabled:
            yield f"limit:{limit.id}", limit.instrument, limit.article, limit.confidence
    for code, versions in ladder().versions.items():
        for one in versions:
            for text in one.provisions:
                yield f"measure:{code}", text.id, text.article, text.confidence


def every_name() -> set[str]:
    tables = {
        "case": workflow.STEPS,
        "complaint": complaints.STEPS,
        "clearance": clearance.STEPS,
        "return": return_steps.KINDS,
        "channel": channels().channels,
        "limit": {limit.id: limit for limit in limits().limits},
        "measure": ladder().versions,
    }
    names = {f"{kind}:{code}" for kind, table in tables.items() for code in table}
    return names | {rule.id for pack in shipped_packs().values() for rule in pack.rules}


def test_the_list_holds_the_provisions_and_the_entries_that_it_says_it_holds():
    provisions, entries = map(int, re.search(r"(\d+) provisions.*and (\d+) entries", LIST).groups())

    assert provisions == sum(bool(line.instrument) for line in LINES)
    assert entries == sum(not line.instrument for line in LINES)


def test_no_provision_stands_twice():
    keys = [line.key for line in LINES if line.instrument]

    assert sorted(keys) == sorted(set(keys))


def test_every_line_has_a_mark_and_a_name_or_the_reason_why_it_has_none():
    for line in LINES:
        assert line.mark in (*CONFIDENCES, "seed"), line
        assert line.names or len(line.why) > 10, line


def test_every_name_in_the_list_exists():
    known = every_name()
    for line in LINES:
        for name in line.names:
            assert name in known or ("/" in name and (ROOT / name).exists()), (line.key, name)


def test_every_provision_in_use_is_named_in_the_list_under_its_own_article():
    for name, instrument, article, mark in in_use():
        if instrument == "METHOD" or mark == "DESIGN":
            continue
        own = [line for line in LINES if line.instrument == instrument]
        listed = set().union(*(articles(line.article) for line in own))
        cited = articles(article) if articles(article) and listed else set()

        assert any(name in line.names for line in own), f"{name} is missing under {instrument} {article}"
        assert cited <= listed, f"{name} cites {instrument} {sorted(cited - listed)}, which no line names"


def test_what_no_rule_is_made_of_is_in_the_list_with_its_reason():
    for pack in shipped_packs().values():
        for one in pack.unruled:
            lines = [line for line in LINES if line.instrument == one.instrument]
            wanted = articles(one.article)

            assert any(
                not wanted or wanted & articles(line.article) or not articles(line.article) for line in lines
            ), one


def test_nothing_that_nobody_read_is_in_use():
    assert [name for name, _, _, mark in in_use() if mark in NEVER_ENABLED and "measure" not in name] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("第九条至第十一条", {9, 10, 11}),
        ("第二百四十三条", {243}),
        ("38、39", {38, 39}),
        ("7–8, 13(1)", {7, 8, 13}),
    ],
)
def test_articles_are_read_as_sources_and_lines_write_them(text, found):
    assert articles(text) == found
