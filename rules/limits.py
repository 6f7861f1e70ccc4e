"""The limits of rules/limits.yaml, whole or not at all; every fault with its file, line, column and what to write."""

import re
from collections.abc import Collection
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path

from rules.limit import COUNTED, MOVES, SENSES, UNITS, WHOSE, Extension, Limit, Limits
from rules.pack import CONFIDENCES, NEVER_ENABLED, REGIMES, Source, Text
from rules.vocabulary import vocabulary
from rules.yaml_source import Mapping, Place, Sequence, SourceError, parse_yaml, read_text

_DAY = re.compile(r"(19|20|21)\d\d-\d\d-\d\d\Z", re.ASCII)
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


def read_limits(text: str, name: str) -> Limits:
    """The limits in a text whose places are reported under `name`; raises SourceError at the first fault."""
    source = parse_yaml(text, name)
    _keys(source, source.place, {"last_day_off", "sources", "limits"})
    moves = _mapping(source, "last_day_off")
    _keys(moves, moves.place, {*WHOSE, "confidence", "checked"})
    _one_of(moves, "confidence", CONFIDENCES)
    _known_day(moves, "checked")
    instruments = _mapping(source, "sources")
    sources = {key: _source(key, instruments) for key in instruments}
    found: list[Limit] = []
    for item, place in _entries(source, "limits"):
        limit = _limit(item, place, sources)
        for other in found:
            if other.id == limit.id and _overlap(other, limit):
                raise SourceError(
                    place,
                    f"two versions of '{limit.id}' in force on the same day",
                    "dates that do not overlap",
                )
        found.append(limit)
    return Limits(tuple(found), sources, {whose: _one_of(moves, whose, MOVES) for whose in WHOSE})


def _limit(item: object, place: Place, sources: Collection[str]) -> Limit:
    _keys(item, place, _REQUIRED, _OPTIONAL)
    limit_id = _text(item, "id")
    if not _ID.match(limit_id):
        raise SourceError(item.at("id"), f"id: {limit_id!r}", "lower-case words joined by dots")
    cited = _mapping(item, "source")
    _keys(cited, cited.place, {"instrument", "article", "confidence", "checked"})
    _one_of(cited, "instrument", sources)
    confidence = _one_of(cited, "confidence", CONFIDENCES)
    begins, ends = _period(item)
    enabled = item.get("enabled", True)
    if not isinstance(enabled, bool):
        raise SourceError(item.at("enabled"), repr(enabled), "true or false")
    if enabled and confidence in NEVER_ENABLED:
        raise SourceError(
            item.at("enabled"),
            f"an enabled limit with confidence {confidence}",
            "'enabled: false' until someone has read the text",
        )
    amount, unit, sense = _counted(item)
    trigger = item["trigger"] and _text(item, "trigger")
    return Limit(
        limit_id, _both(item, "title"), trigger, _names(item, "met_by"), sense, amount, unit,
        _one_of(item, "whose", WHOSE) if "whose" in item else "organ",
        _extension(item, amount), _who(item), frozenset(_names(item, "regimes", REGIMES)),
        frozenset(_names(item, "measures")), _names(item, "region"), frozenset(_names(item, "channels")),
        frozenset(_names(item, "asks")),
        cited["instrument"], _text(cited, "article"), confidence, _known_day(cited, "checked"), begins, ends,
        enabled, place,
    )  # fmt: skip


def _counted(item: Mapping) -> tuple[int | None, str, str]:
    """The number, its unit, and whether it is a limit or a time to wait: a number exactly where a unit is counted."""
    unit = _one_of(item, "unit", UNITS)
    sense = _one_of(item, "sense", SENSES) if "sense" in item else "within"
    if unit in COUNTED:
        return _positive(item, "amount"), _fits(item, unit, sense), sense
    if item["amount"] is not None or sense != "within":
        raise SourceError(
            item.at("amount"), f"amount: {item['amount']!r}", f"null and sense 'within' with unit '{unit}'"
        )
    return None, unit, sense


def _fits(item: Mapping, unit: str, sense: str) -> str:
    if sense == "before" and unit != "cd":
        raise SourceError(item.at("unit"), f"unit: {unit!r}", "cd: only calendar days are counted back")
    return unit


def _extension(item: Mapping, amount: int | None) -> Extension | None:
    if "extension" not in item:
        return None
    extension = _mapping(item, "extension")
    _keys(extension, extension.place, {"amount", "unit", "counts"})
    if amount is None:
        raise SourceError(extension.place, "an extension of a limit without a number", "no 'extension'")
    total = _one_of(extension, "counts", ("more", "total")) == "total"
    return Extension(_positive(extension, "amount"), _one_of(extension, "unit", COUNTED), total)


def _who(item: Mapping) -> dict[str, tuple[str, ...]]:
    if "who" not in item:
        return {}
    who, facts = _mapping(item, "who"), vocabulary().facts
    found = {}
    for fact_id in who:
        if fact_id not in facts or not facts[fact_id].values:
            raise SourceError(
                who.at(fact_id), f"the fact '{fact_id}'", "a fact of the vocabulary with values"
            )
        found[fact_id] = _names(who, fact_id, facts[fact_id].values)
    return found


def _source(key: str, sources: Mapping) -> Source:
    item = _mapping(sources, key)
    _keys(item, item.place, {"title", "from", "to"})
    begins, ends = _period(item)
    return Source(key, _both(item, "title"), begins, ends)


# -- small readers, each raising SourceError at the place of the fault


def _keys(item: object, place: Place, required: set[str], optional: Collection[str] = ()) -> None:
    if not isinstance(item, Mapping):
        raise SourceError(place, repr(item), "a mapping with " + ", ".join(sorted(required)))
    allowed = sorted({*required, *optional})
    for key in item:
        if key not in allowed:
            raise SourceError(item.at(key), f"the key '{key}'", "one of " + ", ".join(allowed))
    for key in sorted(required):
        if key not in item:
            raise SourceError(item.place, f"no '{key}'", f"the key '{key}'")


def _mapping(item: Mapping, key: str) -> Mapping:
    if not isinstance(item[key], Mapping):
        raise SourceError(item.at(key), f"{key}: {item[key]!r}", "a mapping")
    return item[key]


def _entries(item: Mapping, key: str) -> list[tuple[object, Place]]:
    values = item.get(key)
    if not isinstance(values, Sequence):
        raise SourceError(item.at(key), f"{key}: {values!r}", "a list")
    return list(zip(values, values.places, strict=True))


def _names(item: Mapping, key: str, allowed: Collection[str] | None = None) -> tuple[str, ...]:
    if key not in item:
        return ()
    entries = _entries(item, key)
    for value, place in entries:
        if not isinstance(value, str) or (allowed is not None and value not in allowed):
            raise SourceError(
                place, f"{key}: {value!r}", "one of " + ", ".join(allowed) if allowed else "a text"
            )
    return tuple(value for value, _ in entries)


def _text(item: Mapping, key: str) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value.strip():
        raise SourceError(item.at(key), f"{key}: {value!r}", "a text")
    return value.strip()


def _both(item: Mapping, key: str) -> Text:
    _keys(item.get(key), item.at(key), {"zh", "en"})
    return Text(_text(item[key], "zh"), _text(item[key], "en"), item.at(key))


def _one_of(item: Mapping, key: str, allowed: Collection[str]) -> str:
    if item.get(key) not in allowed:
        raise SourceError(item.at(key), f"{key}: {item.get(key)!r}", "one of " + ", ".join(allowed))
    return item[key]


def _positive(item: Mapping, key: str) -> int:
    if type(item[key]) is not int or item[key] < 1:
        raise SourceError(item.at(key), f"{key}: {item[key]!r}", "a whole number, 1 or more")
    return item[key]


def _day(item: Mapping, key: str) -> date | None:
    value = item[key]
    if value is None:
        return None
    if isinstance(value, str) and _DAY.match(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise SourceError(item.at(key), f"{key}: {value!r}", "a date such as 2020-07-01, or null")


def _known_day(item: Mapping, key: str) -> date:
    day = _day(item, key)
    if day is None:
        raise SourceError(item.at(key), f"{key}: null", "the day on which the text was last compared")
    return day


def _period(item: Mapping) -> tuple[date | None, date | None]:
    begins, ends = _day(item, "from"), _day(item, "to")
    if begins and ends and ends < begins:
        raise SourceError(item.at("to"), f"to: {ends}", f"a day not before {begins}")
    return begins, ends


def _overlap(one: Limit, other: Limit) -> bool:
    return (one.effective_from or date.min) <= (other.effective_to or date.max) and (
        other.effective_from or date.min
    ) <= (one.effective_to or date.max)
