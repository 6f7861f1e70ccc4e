"""The exact smallest set whose removal leaves no pair, in a relation that is transitive and has no circles.

It is what is left beside a largest set without a pair in it, and a maximum matching finds that exactly (Dilworth,
Koenig): no search, and fast on thousands of precedents.
"""

from collections.abc import Iterator, Mapping

from rules.precedents.index import members


def smallest_repair(graver_than: dict[int, int]) -> list[int]:
    """The fewest members whose removal leaves no pair; `graver_than` must be transitive and without circles."""
    partner, holder = _matching(graver_than)
    # Koenig: what alternating paths reach from the unmatched on the left
    left, unseen, reached = [one for one in graver_than if one not in partner], -1, set()
    while left:
        one = left.pop()
        reached.add(one)
        fresh = graver_than[one] & unseen
        unseen &= ~fresh
        left += [
            holder[other] for other in members(fresh)
        ]  # in a largest matching every one of them has a holder
    crossed = {other for other in holder if not unseen >> other & 1}
    return sorted((graver_than.keys() - reached) | crossed)


def smallest_repairs(graver_than: Mapping[int, int]) -> Iterator[list[int]]:
    """Every smallest repair, one after the other, none tried in vain.

    Each takes one member of every matched pair and nothing else. A pair whose upper member stays sets aside the lower
    members of all it contradicts, and so on: what is settled in that way never forbids a choice still open.
    """
    partner, holder = _matching(graver_than)
    uppers: dict[int, int] = {}  # for each lower member those it is contradicted by
    for one, others in graver_than.items():
        for other in members(others):
            uppers[other] = uppers.get(other, 0) | 1 << one

    def settled(known: int, aside: int, one: int, goes: bool) -> tuple[int, int]:
        """Which pairs are settled, and in which the upper member is set aside, once it is said of this one."""
        left = [one]
        while left:
            one = left.pop()
            if not known >> one & 1:
                known, aside = known | 1 << one, aside | goes << one
                left += (
                    members(uppers[partner[one]])
                    if goes
                    else (holder[other] for other in members(graver_than[one]))
                )
        return known, aside

    state = (0, 0)
    for one in graver_than.keys() - partner.keys():
        for other in members(graver_than[one]):
            state = settled(*state, holder[other], False)
    for other in uppers.keys() - holder.keys():
        for one in members(uppers[other]):
            state = settled(*state, one, True)
    stack = [state]
    while stack:
        known, aside = stack.pop()
        undecided = next((one for one in partner if not known >> one & 1), None)
        if undecided is None:
            yield sorted(one if aside >> one & 1 else other for one, other in partner.items())
        else:
            stack += [settled(known, aside, undecided, goes) for goes in (False, True)]


def _matching(graver_than: dict[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    """A largest matching (Hopcroft and Karp): who is matched to whom from the left, and from the right."""
    partner: dict[int, int] = {}
    holder: dict[int, int] = {}
    every = 0
    for others in graver_than.values():
        every |= others
    taken = 0
    while True:
        layers = _layers(graver_than, partner, holder, every, taken)
        if not layers:
            return partner, holder
        for start in [one for one in graver_than if one not in partner]:
            taken |= _augment(start, graver_than, partner, holder, layers)


def _layers(graver_than: dict, partner: dict, holder: dict, every: int, taken: int) -> list[int]:
    """The right side by its distance from the unmatched left, up to the first layer with a free member."""
    front, unseen, layers = [one for one in graver_than if one not in partner], every, []
    while front:
        layer = 0
        for one in front:
            layer |= graver_than[one]
        layer &= unseen
        unseen &= ~layer
        free = layer & ~taken
        if free:
            return [*layers, free]
        layers.append(layer)
        front = [holder[other] for other in members(layer)]
    return []


def _augment(start: int, graver_than: dict, partner: dict, holder: dict, layers: list[int]) -> int:
    """One more pair along a shortest path through the layers, whose members are used up; the newly taken, or 0."""
    path = [start]
    while path:
        depth = len(path) - 1
        options = graver_than[path[-1]] & layers[depth]
        if not options:
            path.pop()
            continue
        other = (options & -options).bit_length() - 1
        layers[depth] &= ~(1 << other)
        if depth == len(layers) - 1:
            for one in reversed(path):  # each takes the next, and gives up what it had to the one before
                previous = partner.get(one)
                partner[one], holder[other] = other, one
                other = previous
            return options & -options
        path.append(holder[other])
    return 0
