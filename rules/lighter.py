"""The lighter of two dispositions, as far as lightness is one-dimensional (从旧兼从轻)."""

_WEIGHT = {"not_established": 0, "tolerate": 0, "correct": 1, "hold_accountable": 2}


def comparable(old: str, new: str) -> bool:
    """Whether it can be said which of the two governs.

    What a panel would decide (`refer`) has no weight, but nothing is lighter than to free: a question that only the new
    law puts to a panel is not held against older conduct, and where the new law frees, the old one need not be asked.
    """
    return old == new or (old in _WEIGHT and new in _WEIGHT) or 0 in (_WEIGHT.get(old), _WEIGHT.get(new))


def lighter(old: str, new: str) -> str:
    """The disposition of the old law unless the new one's is lighter; "refer" where they cannot be compared."""
    if old == new:
        return old
    if not comparable(old, new):
        return "refer"
    beyond = len(_WEIGHT)
    return new if _WEIGHT.get(new, beyond) < _WEIGHT.get(old, beyond) else old
