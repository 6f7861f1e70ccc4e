"""Facts kept small: a million precedents of fifty facts each take a tenth of what as many dicts would."""

import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter

UNKNOWN = 2  # of a factor, beside 0 and 1; a dimension has NaN, which no fact may be


class Layout:
    """Where each fact stands in packed facts; the same names have the same layout."""

    def __init__(self, factors: tuple[str, ...], dimensions: tuple[str, ...]):
        self.factors = {name: place for place, name in enumerate(factors)}
        self.dimensions = {name: place for place, name in enumerate(dimensions)}

    def pack(self, facts: Mapping[str, bool | float]) -> "Packed":
        """These facts, packed; what is not in the layout is left out."""
        if isinstance(facts, Packed) and facts.layout is self:
            return facts
        held = [facts.get(name) for name in self.factors]
        values = [facts.get(name) for name in self.dimensions]
        return Packed(
            self,
            bytes([UNKNOWN if value is None else value for value in held]),
            array("d", [math.nan if value is None else value for value in values]).tobytes(),
        )


@lru_cache(maxsize=64)
def layout(factors: tuple[str, ...], dimensions: tuple[str, ...]) -> Layout:
    return Layout(factors, dimensions)


class Packed(Mapping):
    """Facts by name, as a dict would have them; an unknown one is left out."""

    __slots__ = ("factors", "layout", "values")

    def __init__(self, where: Layout, factors: bytes, values: bytes):
        self.layout, self.factors, self.values = where, factors, values

    def get(self, name: str, default=None) -> bool | float | None:
        place = self.layout.factors.get(name)
        if place is not None:
            held = self.factors[place]
            return default if held == UNKNOWN else bool(held)
        place = self.layout.dimensions.get(name)
        if place is None:
            return default
        value = memoryview(self.values).cast("d")[place]
        return default if math.isnan(value) else value

    def __getitem__(self, name: str) -> bool | float:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        names = (*self.layout.factors, *self.layout.dimensions)
        return (name for name in names if self.get(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))


def columns(rows: Sequence[Packed], where: Layout) -> tuple[dict[str, bytes], dict[str, array]]:
    """The facts of many, one column a name: 0, 1 or UNKNOWN for a factor, NaN for what is unknown of a dimension."""
    held = b"".join(map(attrgetter("factors"), rows))
    values = array("d", b"".join(map(attrgetter("values"), rows)))
    return (
        {name: held[place :: len(where.factors)] for name, place in where.factors.items()},
        {name: values[place :: len(where.dimensions)] for name, place in where.dimensions.items()},
    )
