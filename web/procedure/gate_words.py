"""What the pages say of precedents that a decision contradicts, in the language of the request."""

from casebook.precedents.gate import REASONS, Contradiction
from casebook.precedents.words import TIERS, force
from casebook.procedure.dates import today
from rules.factors import book
from web.i18n import both, lang


def reason(code: str) -> str:
    return both(REASONS[code]) if code in REASONS else code


def tier(code: str) -> str:
    return both(TIERS[code])


def requires(one: Contradiction) -> str:
    """What a precedent requires of the case, and how it binds."""
    what, how = both(one.requires), both(force(one.tier))
    return f"{what}（{how}）" if lang() == "zh" else f"{what} ({how})"


def factor(name: str) -> str:
    """The name of a factor; one that is no longer compared keeps its code."""
    known = book().factors.get(name)
    return known.label(lang()) if known else name


def value(name: str, measured: bool | float | None) -> str:
    """A measured value in words, by the thresholds of today."""
    return book().factors[name].say(measured, lang(), today())
