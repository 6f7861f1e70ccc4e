"""What may stand under a key of a YAML source: each reader raises SourceError at the place of the fault."""

import re
from collections.abc import Collection
from contextlib import suppress
from datetime import date

from rules.pack import Text
from rules.yaml_source import Mapping, Place, Sequence, SourceError, shown

_DAY = re.compile(r"(19|20|21)\d\d-\d\d-\d\d\Z", re.ASCII)  # a year far from ours is a slip, or means null


def keys(item: object, place: Place, required: Collection[str], optional: Collection[str] = ()) -> None:
    """It is a mapping with all of the required keys, some of the optional ones and no other."""
    if not isinstance(item, Mapping):
        raise SourceError(
            place,
            shown(item),
            "a mapping with " + ", ".join(sorted(required)),
            f"此处写的是 {shown(item)}；应为一组“键: 值”"
            + (f"，键有 {'、'.join(sorted(required))}" if required else ""),
        )
    allowed = sorted({*required, *optional})
    for key in item:
        if key not in allowed:
            raise SourceError(
                item.at(key),
                f"the key '{key}'",
                "one of " + ", ".join(allowed),
                f"此处不能写键“{key}”；可以写的键：{'、'.join(allowed)}",
            )
    for key in sorted(required):
        if key not in item:
            raise SourceError(item.place, f"no '{key}'", f"the key '{key}'", f"缺少键“{key}”；请补写")


def mapping(item: Mapping, key: str) -> Mapping:
    if not isinstance(item.get(key), Mapping):
        raise _wrong(item, key, "a mapping", "一组“键: 值”")
    return item[key]


def entries(item: Mapping, key: str) -> list[tuple[object, Place]]:
    """The entries of a list that may be empty or left out, each with its place."""
    values = item.get(key, ())
    if key in item and not isinstance(values, Sequence):
        raise _wrong(item, key, "a list", "一个列表")
    return list(zip(values, getattr(values, "places", ()), strict=True))


def some(item: Mapping, key: str) -> list[tuple[object, Place]]:
    """The entries of a list that has at least one."""
    values = item.get(key)
    if not isinstance(values, Sequence) or not values:
        raise _wrong(item, key, "a list with at least one entry", "至少有一项的列表")
    return entries(item, key)


def names(
    item: Mapping, key: str, allowed: Collection | None = None, what: str = "", what_zh: str = ""
) -> tuple:
    """The entries of a list, each one of those allowed; None allows any text. `what` says in words what is."""
    found = entries(item, key)
    for value, place in found:
        if not (isinstance(value, str) if allowed is None else _among(value, allowed)):
            expected = what or ("a text" if allowed is None else "one of " + ", ".join(map(str, allowed)))
            wanted = what_zh or (
                "一段文字" if allowed is None else "下列之一：" + "、".join(map(str, allowed))
            )
            raise SourceError(
                place, f"{key}: {shown(value)}", expected, f"{key} 中写的是 {shown(value)}；应为{wanted}"
            )
    return tuple(value for value, _ in found)


def text(item: Mapping, key: str) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _wrong(item, key, "a text", "一段文字")
    return value.strip()


def both(item: Mapping, key: str) -> Text:
    """A text in both languages."""
    keys(item.get(key), item.at(key), {"zh", "en"})
    return Text(text(item[key], "zh"), text(item[key], "en"), item.at(key))


def one_of(item: Mapping, key: str, allowed: Collection[str]) -> str:
    if not _among(item.get(key), allowed):
        raise _wrong(
            item,
            key,
            "one of " + ", ".join(allowed) if allowed else "nothing: this pack declares none",
            "下列之一：" + "、".join(allowed) if allowed else "空：本包没有声明可以引用的内容",
        )
    return item[key]


def _among(value: object, allowed: Collection) -> bool:
    return not isinstance(value, (list, dict)) and value in allowed  # neither can be looked up in a set


def flag(item: Mapping, key: str, *, default: bool = False) -> bool:
    value = item.get(key, default)
    if type(value) is not bool:
        raise SourceError(
            item.at(key),
            f"{key}: {shown(value)}",
            "true or false",
            f"{key} 写的是 {shown(value)}；应为 true（是）或者 false（否）",
        )
    return value


def whole(item: Mapping, key: str, least: int = 0) -> int:
    if type(item[key]) is not int or item[key] < least:
        raise _wrong(item, key, f"a whole number from {least}", f"不小于 {least} 的整数")
    return item[key]


def day(item: Mapping, key: str) -> date | None:
    value = item.get(key)
    if value is None:
        return None
    if isinstance(value, str) and _DAY.match(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise _wrong(
        item, key, "a date such as 2020-07-01, or null", "日历上有的日期（如 2020-07-01），或者 null"
    )


def checked_on(item: Mapping, key: str = "checked") -> date:
    """The day on which a text was last compared, which somebody has to have done."""
    found = day(item, key)
    if found is None:
        raise SourceError(
            item.at(key),
            f"{key}: null",
            "the day on which the text was last compared",
            f"{key} 写的是 null；应写最近一次核对原文的日期",
        )
    return found


def period(item: Mapping) -> tuple[date | None, date | None]:
    """The days 'from' and 'to' which something is in force."""
    begins, ends = day(item, "from"), day(item, "to")
    if begins and ends and ends < begins:
        raise SourceError(
            item.at("to"),
            f"to: {ends}",
            f"a day not before {begins}",
            f"to（截止日期）写的是 {ends}；不得早于施行日期 {begins}",
        )
    return begins, ends


def overlap(one, other) -> bool:
    """Whether two versions of one thing are in force on the same day."""
    starts = max(one.effective_from or date.min, other.effective_from or date.min)
    return starts <= min(one.effective_to or date.max, other.effective_to or date.max)


def _wrong(item: Mapping, key: str, expected: str, wanted: str) -> SourceError:
    """`expected` says it in English, `wanted` in Chinese."""
    if key not in item:
        return SourceError(item.place, f"no '{key}'", expected, f"没有写 {key}；应为{wanted}")
    found = shown(item[key])
    return SourceError(item.at(key), f"{key}: {found}", expected, f"{key} 写的是 {found}；应为{wanted}")
