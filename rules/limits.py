"""The limits of rules/limits.yaml, whole or not at all; every fault with its file, line, column and what to write."""

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from rules.limit import COUNTED, MOVES, SENSES, UNITS, WHOSE, Extension, Limit, Limits
from rules.pack import CONFIDENCES, NEVER_ENABLED, REGIMES, Source
from rules.vocabulary import vocabulary
from rules.yaml_fields import (
    both,
    checked_on,
    entries,
    flag,
    keys,
    mapping,
    names,
    one_of,
    overlap,
    period,
    text,
    whole,
)  # fmt: skip
from rules.yaml_source import Mapping, Place, SourceError, parse_yaml, read_text, shown

_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\Z")
_REQUIRED = {"id", "title", "trigger", "met_by", "amount", "unit", "source", "from", "to"}
_OPTIONAL = {
    "sense", "whose", "extension", "who", "regimes", "measures", "region", "channels", "asks", "enabled",
}  # fmt: skip


@cache
def limits() -> Limits:
    """The limits shipped with the product; raises SourceError, and then there are none."""
    path = Path(__file__).with_name("limits.yaml")
    return read_limits(read_text(path), path.name)


def read_limits(content: str, name: str) -> Limits:
    """The limits in a text whose places are reported under `name`; raises SourceError at the first fault."""
    source = parse_yaml(content, name)
    keys(source, source.place, {"last_day_off", "sources", "limits"})
    moves = mapping(source, "last_day_off")
    keys(moves, moves.place, {*WHOSE, "confidence", "checked"})
    one_of(moves, "confidence", CONFIDENCES)
    checked_on(moves, "checked")
    instruments = mapping(source, "sources")
    sources = {key: _source(key, instruments) for key in instruments}
    found: list[Limit] = []
    for item, place in entries(source, "limits"):
        limit = _limit(item, place, sources)
        for other in found:
            if other.id == limit.id and overlap(other, limit):
                raise SourceError(
                    place,
                    f"two versions of '{limit.id}' in force on the same day",
                    "dates that do not overlap",
                    f"期限 {limit.id} 有两个版本在同一日施行；施行期间不得重叠",
                )
        found.append(limit)
    return Limits(tuple(found), sources, {whose: one_of(moves, whose, MOVES) for whose in WHOSE})


def _limit(item: object, place: Place, sources: Collection[str]) -> Limit:
    keys(item, place, _REQUIRED, _OPTIONAL)
    limit_id = text(item, "id")
    if not _ID.match(limit_id):
        raise SourceError(
            item.at("id"),
            f"id: {shown(limit_id)}",
            "lower-case words joined by dots",
            f"id 写的是 {shown(limit_id)}；应为以点号连接的小写拉丁字母",
        )
    cited = mapping(item, "source")
    keys(cited, cited.place, {"instrument", "article", "confidence", "checked"})
    one_of(cited, "instrument", sources)
    confidence = one_of(cited, "confidence", CONFIDENCES)
    begins, ends = period(item)
    enabled = flag(item, "enabled", default=True)
    if enabled and confidence in NEVER_ENABLED:
        raise SourceError(
            item.at("enabled"),
            f"an enabled limit with confidence {confidence}",
            "'enabled: false' until someone has read the text",
            f"这一期限仅凭 {confidence}（未见原文）启用；核对原文之前应写 enabled: false",
        )
    amount, unit, sense = _counted(item)
    trigger = item["trigger"] and text(item, "trigger")
    return Limit(
        limit_id, both(item, "title"), trigger, names(item, "met_by"), sense, amount, unit,
        one_of(item, "whose", WHOSE) if "whose" in item else "organ",
        _extension(item, amount), _who(item), frozenset(names(item, "regimes", REGIMES)),
        frozenset(names(item, "measures")), names(item, "region"), frozenset(names(item, "channels")),
        frozenset(names(item, "asks")),
        cited["instrument"], text(cited, "article"), confidence, checked_on(cited, "checked"), begins, ends,
        enabled, place,
    )  # fmt: skip


def _counted(item: Mapping) -> tuple[int | None, str, str]:
    """The number, its unit, and whether it is a limit or a time to wait: a number exactly where a unit is counted."""
    unit = one_of(item, "unit", UNITS)
    sense = one_of(item, "sense", SENSES) if "sense" in item else "within"
    if unit in COUNTED:
        return whole(item, "amount", 1), _fits(item, unit, sense), sense
    if item["amount"] is not None or sense != "within":
        raise SourceError(
            item.at("amount"),
            f"amount: {shown(item['amount'])}",
            f"null and sense 'within' with unit '{unit}'",
            f"amount 写的是 {shown(item['amount'])}；单位为 {unit} 的期限没有数字，amount 应为 null，sense 应为 within",
        )
    return None, unit, sense


def _fits(item: Mapping, unit: str, sense: str) -> str:
    if sense == "before" and unit != "cd":
        raise SourceError(
            item.at("unit"),
            f"unit: {shown(unit)}",
            "cd: only calendar days are counted back",
            f"unit 写的是 {shown(unit)}；向前倒算的期限只能按日历日（cd）计算",
        )
    return unit


def _extension(item: Mapping, amount: int | None) -> Extension | None:
    if "extension" not in item:
        return None
    extension = mapping(item, "extension")
    keys(extension, extension.place, {"amount", "unit", "counts"})
    if amount is None:
        raise SourceError(
            extension.place,
            "an extension of a limit without a number",
            "no 'extension'",
            "没有数字的期限不能延长；应当删去 extension",
        )
    total = one_of(extension, "counts", ("more", "total")) == "total"
    return Extension(whole(extension, "amount", 1), one_of(extension, "unit", COUNTED), total)


def _who(item: Mapping) -> dict[str, tuple[str, ...]]:
    if "who" not in item:
        return {}
    who, facts = mapping(item, "who"), vocabulary().facts
    found = {}
    for fact_id in who:
        if fact_id not in facts or not facts[fact_id].values:
            raise SourceError(
                who.at(fact_id),
                f"the fact '{fact_id}'",
                "a fact of the vocabulary with values",
                f"事实“{fact_id}”不在事实词表中，或者没有可选值；应为词表中有可选值的事实",
            )
        found[fact_id] = names(who, fact_id, facts[fact_id].values)
    return found


def _source(key: str, sources: Mapping) -> Source:
    item = mapping(sources, key)
    keys(item, item.place, {"title", "from", "to"})
    begins, ends = period(item)
    return Source(key, both(item, "title"), begins, ends)
