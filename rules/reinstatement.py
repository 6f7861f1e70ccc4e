"""Whether a person may return to office: the days are worked out first, then the packs are read.

Conditions: answers of the organisation departments on SEL2019, no. 44; RTS2020 36. The old post is never restored
(PD2020 26).
"""

from datetime import date

from rules.counting import add_months
from rules.judgement import Findings, first, judge
from rules.library import task_library
from rules.measures import last_day, measures_on
from rules.vocabulary import check_value

UNMET = (
    "influence_period", "under_sanction", "first_year", "higher_post", "incident", "reflection", "performance",
    "post", "impediment", "dismissed",
)  # fmt: skip
ELSEWHERE = ("demoted", "party_rights", "own_texts", "performance", "earlier_law")
ORDER = (
    *((f"unmet.{one}", "no") for one in UNMET),
    *((f"open.{one}", "open") for one in ELSEWHERE),
    ("eligible", "yes"),
)
NO_PERIOD = ("0a", "0b", "0c", "1", "2")
REMOVED, FIRST_YEAR = "7", 12  # no leading post within the year; the second year bars higher posts only
NO_HIGHER = ("6",)  # a move as unfit bars promotion, not office


def judge_reinstatement(facts: dict, as_of: date) -> dict:
    """Whether a person is eligible on this day, what is not met, and why; "open" where a condition is not recorded.

    Whether the influence periods are over and how many months have passed is worked out from the dates where they are
    given. Raises as judge_complaint does.
    """
    library = task_library("reinstatement")
    for fact_id, value in facts.items():
        check_value(library.vocabulary.facts[fact_id], value)
    case = judge(library, worked_out(facts, as_of), as_of)
    eligible = case.first(ORDER, "open")
    certain = eligible != "open" and case.settled(ORDER)
    unmet = [one for one in UNMET if case.holds(f"unmet.{one}")]
    titles = library.packs["reinstatement"].titles
    return {
        "eligible": eligible,
        "unmet": [{"id": one, **titles[f"unmet.{one}"].as_json()} for one in unmet],
        "reasons": case.reasons(),
        "certainty": "certain" if certain else "provisional",
        "decisive_unknowns": [] if certain else _unknown(case),
    }


def _unknown(case) -> list[str]:
    if any(case.holds(f"open.{one}") for one in ELSEWHERE):
        return case.decisive(_answer, ())
    waiting = case.waiting(["eligible"])
    return list(dict.fromkeys([*waiting, *case.decisive(_answer, ())]))


def _answer(findings: Findings) -> str:
    return first(findings, ORDER) or "open"


def worked_out(facts: dict, as_of: date) -> dict:
    """The facts with the two that dates decide: whether the periods are over, and the months that have passed.

    A period that is known to run counts, whatever is stated beside it.
    """
    found = dict(facts)
    over = period_over(facts, as_of)
    if over is not None:
        found["influence_period_expired"] = over
    effective = _day(facts, "outcome_effective_date")
    if effective:
        found["months_since_outcome"] = months_between(effective, as_of)
    return found


def period_over(facts: dict, as_of: date) -> bool | None:
    """Whether every influence period has ended before this day; None where neither dates nor anyone says so."""
    stated = facts.get("influence_period_expired")
    fixed, earlier = _day(facts, "influence_period_end"), _day(facts, "under_influence_period_until")
    least, most = (fixed, fixed) if fixed else _ends(facts)
    if stated is False or any(end and end >= as_of for end in (least, earlier)):
        return False
    return True if stated or (most and most < as_of) else None


def months_between(first: date, last: date) -> int:
    """How many whole months have passed; none before the first day."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return max(0, months - (add_months(first, months) > last))


def _ends(facts: dict) -> tuple[date | None, date | None]:
    """The earliest and the latest day on which the longest period may end; None where no text that was read says."""
    effective = _day(facts, "outcome_effective_date")
    kinds = {*facts.get("outcome_kind", ()), *facts.get("sanction_kind", ())} - {*NO_PERIOD}
    if effective is None or not kinds:
        return None, None
    spans = [_months(kind, effective) for kind in kinds]
    least = max((shortest for shortest, _ in spans if shortest is not None), default=None)
    longest = [most for _, most in spans]
    most = None if None in longest else max(longest)
    return tuple(None if months is None else last_day(effective, months) for months in (least, most))


def _months(kind: str, day: date) -> tuple[int | None, int | None]:
    """The fewest and the most months of a step of the ladder; None: no period that was read, or none that ends."""
    if kind == REMOVED:
        return FIRST_YEAR, FIRST_YEAR
    of_step = [one for one in measures_on(day).values() if one.step == kind]
    months = [one.months if one.enabled and not one.lasting else None for one in of_step]
    if not months or None in months:
        return None, None
    return (None if kind in NO_HIGHER else min(months)), max(months)


def _day(facts: dict, fact_id: str) -> date | None:
    return date.fromisoformat(facts[fact_id]) if fact_id in facts else None
