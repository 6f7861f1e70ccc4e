"""What the pages say of precedents that an outcome contradicts, in the language of the request."""

from collections.abc import Iterable

from flask import g

from casebook.models import Case
from casebook.precedents import sentences
from casebook.precedents.gate import REASONS, Contradiction, contradicted
from casebook.precedents.words import TIERS, force
from casebook.procedure import workflow
from casebook.procedure.dates import today
from casebook.recommend import read_facts
from rules.factors import book
from rules.precedents.proof import Row
from web.i18n import both, lang
from web.labels import DISPOSITIONS
from web.session import db_session


def reason(code: str) -> str:
    return both(REASONS[code]) if code in REASONS else code


def outcome(code: str) -> str:
    return str(DISPOSITIONS[code][0])


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


def needs(row: Row, lower: bool) -> str:
    """What a row of the proof asks of the case."""
    asked = {"factor": row.name, "there": row.there}
    return both(sentences.needs(asked, "below" if lower else "above", today()))


def value(name: str, measured: bool | float | None) -> str:
    """A measured value in words, by the thresholds of today."""
    return book().factors[name].say(measured, lang(), today())


def may_issue(case: Case) -> bool:
    """Whether this person may issue the similar-case report of the case now."""
    return workflow.may_do(g.user, "issue_paper", case)


def day_boxes() -> list[tuple[str, int]]:
    """Today in the three boxes of a date named "on"."""
    on = today()
    return [("on-year", on.year), ("on-month", on.month), ("on-day", on.day)]


def hints(case: Case, outcomes: Iterable[str]) -> list[tuple[str, list[Contradiction]]]:
    """Each of these outcomes that contradicts precedents as the case stands, with those precedents."""
    session = db_session()
    facts = read_facts(session, case)
    found = [(outcome, contradicted(session, case, outcome, facts, today())) for outcome in outcomes]
    return [(outcome, against) for outcome, against in found if against]
