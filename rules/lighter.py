"""The lighter of two dispositions, as far as lightness is one-dimensional (从旧兼从轻)."""

_WEIGHT = {"not_established": 0, "tolerate": 0, "correct": 1, "hold_accountable": 2}


def comparable(old: str, new: str) -> bool:
    """Whether it can be said which of the two governs.

    What a panel would decide (`refer`) has no weight. But nothing is lighter than the old law that frees: no question
    that only the new law puts to a panel can be held against conduct older than it.
    """
    return old == new or (old in _WEIGHT and new in _WEIGHT) or _WEIGHT.get(old) == 0


def lighter(old: str, new: str) -> str:
    """The disposition of the old law unless the new one's is lighter; "refer" where they cannot be compared."""
    if old == new:
        return old
    if not comparable(old, new):
        return "refer"
    return new if _WEIGHT.get(new, _WEIGHT[old]) < _WEIGHT[old] else old
