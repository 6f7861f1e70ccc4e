"""How a person is called without the whole name, 小周, 周局, 周某远, 明远同志: who knows the office knows who it is."""

import re
from collections.abc import Iterator
from functools import lru_cache

from casebook.precedents.folding import Folded, bare
from casebook.precedents.markers import surname

_MASK = r"[某×x*○〇□_]"
# what may follow, so that 上周总结, 小周期 and 老高速 stay what they are
_ENDS = r"(?=[^一-鿿]|$|[的说在要和与及指批签带召对向称认负也即就均未不已曾便]|同意|表示|安排|主持|授意|要求|知道|决定)"
_SHORT = "局处科总厅队所院校站董工"
_AFTER = "同志|先生|女士|老师|书记|哥|姐|叔|兄|嫂|总"
_WEEK = r"(?<![上下本每一两二三四五六])"


def bynames(folded: Folded, name: str) -> Iterator[tuple[int, int]]:
    """Where in a folded text somebody is called by a part of this Chinese name."""
    for pattern in _patterns(name):
        for match in pattern.finditer(folded.text):
            yield folded.span(*match.span())


@lru_cache(maxsize=512)
def _patterns(name: str) -> tuple[re.Pattern, ...]:
    first = surname(name)
    given = bare(name)[len(first) :]
    if not first or not 1 <= len(given) <= 2:
        return ()
    found = [
        rf"{_WEEK}{first}[{_SHORT}]{_ENDS}",
        rf"[小老阿]{first}{_ENDS}",
        rf"{first}{_MASK}{{1,2}}{given[-1]}",
        rf"{first}[×x*○□_]{{1,2}}",
    ]
    if len(given) == 2:
        found += [rf"{first}{given[0]}{_MASK}", rf"{given}(?:{_AFTER})"]
    return tuple(re.compile(one) for one in found)
