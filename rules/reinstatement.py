"""Whether a person may return to office: the days are worked out first, then the packs are read.

Conditions: answers of the organisation departments on SEL2019, no. 44; RTS2020 36. The old post is never restored
(PD2020 26).
"""

from datetime import date

from rules.counting import add_months
from rules.judgement import Findings, Judgement, first, judge
from rules.library import task_library
from rules.measures import Words, last_day, measures_on
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
CONDITIONS = {
    "influence_period": Words("各项影响期均已届满", "Every influence period is over"),
    "under_sanction": Words("没有其他处分尚在期内", "No other sanction runs"),
    "first_year": Words("引咎辞职、责令辞职、因问责免职已满一年", "A year has passed since the removal"),
    "higher_post": Words("担任更高职务的期限已满", "The time before a higher post is over"),
    "incident": Words(
        "问责事件已经平息，不会引发新的矛盾", "The incident is settled, and no new conflict is to be expected"
    ),
    "reflection": Words("反省深刻，得到干部群众认可", "Reflection accepted by colleagues and residents"),
    "performance": Words("影响期内表现好", "Good conduct during the period"),
    "post": Words("工作需要，且有适合的岗位", "The work calls for it, and there is a suitable post"),
    "impediment": Words("没有其他影响任职的情况", "Nothing else stands in the way"),
    "dismissed": Words("没有受到开除处分", "Not dismissed"),
}
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
    found, meanwhile = worked_out(facts, as_of)
    case = judge(library, found, as_of, meanwhile)
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
        "conditions": [_condition(case, one) for one in CONDITIONS if _concerns(case, one)],
    }


def _condition(case: Judgement, one: str) -> dict:
    """One condition with how it stands, its provisions, and the facts it turns on: those unknown where it is open."""
    finding, words = f"unmet.{one}", CONDITIONS[one]
    weighed = one == "performance" and case.holds("open.performance")
    state = "no" if case.holds(finding) else "open" if weighed or not _met(case, one) else "yes"
    laws = case.establishing(finding)
    reads = sorted(
        set().union(*(case.program.nodes[law["rule"]].rule.reads for law in laws)) & case.facts.keys()
    )
    return {
        "id": one, "zh": words.zh, "en": words.en, "state": state,
        "facts": case.waiting([finding]) if state == "open" and not weighed else reads,
        "laws": [{name: law[name] for name in ("title", "article", "confidence")} for law in laws],
    }  # fmt: skip


def _concerns(case: Judgement, one: str) -> bool:
    """Whether a condition is worth naming: some are only for a removal, a higher post, or whoever was dismissed."""
    only_for = {
        "first_year": REMOVED in case.facts.get("outcome_kind", ()),
        "higher_post": case.facts.get("proposed_post_level") == "higher", "dismissed": False,
    }  # fmt: skip
    return only_for.get(one, True) or not _met(case, one)


def _met(case: Judgement, one: str) -> bool:
    return case.established.findings.get(f"unmet.{one}") is False


def _unknown(case: Judgement) -> list[str]:
    """What the conditions wait for, unless other texts decide; then what would change the answer."""
    elsewhere = any(case.holds(f"open.{one}") for one in ELSEWHERE)
    waiting = [] if elsewhere else case.waiting(["eligible"])
    return list(dict.fromkeys([*waiting, *case.decisive(_answer)]))


def _answer(findings: Findings) -> str:
    return first(findings, ORDER) or "open"


def worked_out(facts: dict, as_of: date) -> tuple[dict, dict]:
    """The facts with the two that dates decide (are the periods over, how many months have passed), and what of the
    two is read meanwhile though something unknown may still stand against it.

    Where what is stated and what the dates say do not agree, neither is read.
    """
    found, meanwhile = dict(facts), {}
    runs, over, seems_over = _evidence(facts, as_of)
    found.pop("influence_period_expired", None)
    if runs != over:
        found["influence_period_expired"] = over
    elif seems_over and not runs:
        meanwhile["influence_period_expired"] = True
    effective = _day(facts, "outcome_effective_date")
    if effective:
        months = months_between(effective, as_of)
        if found.setdefault("months_since_outcome", months) != months:
            del found["months_since_outcome"]
    return found, meanwhile


def _evidence(facts: dict, as_of: date) -> tuple[bool, bool, bool]:
    """Whether something shows that a period runs; that all are over; that they are, as far as the dates go.

    Dates show that all are over only with the end of an earlier period known and, where the end is worked out, with
    both the outcomes and the sanctions known.
    """
    stated, effective = facts.get("influence_period_expired"), _day(facts, "outcome_effective_date")
    fixed, earlier = _day(facts, "influence_period_end"), _day(facts, "under_influence_period_until")
    least, most = _ends(facts)
    runs = stated is False or any(day and day >= as_of for day in (fixed, earlier, least))
    runs = runs or bool(effective and effective > as_of)
    worked = bool(most and most < as_of)
    seems_over = worked or bool(fixed and fixed < as_of)
    every = {"outcome_kind", "sanction_kind"} <= facts.keys()
    by_dates = bool(earlier) and earlier < as_of and ((worked and every) or bool(fixed and fixed < as_of))
    return runs, stated is True or by_dates, seems_over


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
    return tuple(None if months is None else _end(effective, months) for months in (least, most))


def _end(first: date, months: int) -> date:
    try:
        return last_day(first, months)
    except ValueError:  # the calendar ends first
        return date.max


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
