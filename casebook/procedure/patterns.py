"""What goes wrong again and again (防错): kinds of error over the cases a person may see, to prevent the next one.

Counted in cases, in the order of the table and never by size; no person, no unit, no rank. Fewer than three cases
are not told apart, so that no figure points at a case.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from statistics import median

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.errors import Problem
from casebook.models import Case, CaseFact, Correction, User
from casebook.procedure.correction_state import DONE, FAILED, LIFTED, NOTHING_LEFT, OPEN, VERIFIED
from casebook.procedure.workflow import STAGES
from rules.corrections import table
from rules.pack import Text
from rules.vocabulary import vocabulary

FEW = 3  # fewer cases than this are shown as "a few"
FIELD, BODY = "conduct_sector", "subject_category"  # the facts that tell field of work and kind of body


@dataclass(frozen=True)
class Count:
    """How many cases; where they are only a few, the number is not said."""

    number: int | None
    few: bool

    @classmethod
    def of(cls, rows: Iterable[Correction]) -> "Count":
        number = len({row.case_id for row in rows})
        few = 0 < number < FEW
        return cls(None if few else number, few)


@dataclass(frozen=True)
class Pattern:
    """One kind of error, measure or field of work: in how many cases, how many failed, how many are not settled.

    `days` is the median from order to verification, None below three cases.
    """

    code: str
    name: Problem
    cases: Count
    failed: Count
    unsettled: Count
    days: int | None
    prevent: Problem | None = None


@dataclass(frozen=True)
class Patterns:
    """The same corrections seen five ways."""

    errors: list[Pattern]
    measures: list[Pattern]
    fields: list[Pattern]
    bodies: list[Pattern]
    stages: list[Pattern]


def patterns(session: Session, by: User) -> Patterns:
    """The patterns over the cases this person may list; logged. Raises NotAllowed."""
    access.ensure(by, access.READ_FIGURES)
    seen = access.visible_cases(by).with_only_columns(Case.id)
    wanted = select(Correction).where(Correction.case_id.in_(seen), Correction.state != LIFTED)
    rows = list(session.scalars(wanted.order_by(Correction.id)))
    events.record(session, "corrections.patterns_read", by)
    stages = {
        row.id: str(row.stage)
        for row in session.execute(select(Case.id, Case.stage).where(Case.id.in_(seen)))
    }
    known = table()
    return Patterns(
        [
            replace(pattern, prevent=_problem(known.errors[pattern.code].prevent))
            for pattern in _by(rows, lambda row: row.error_code, _names(known.errors))
        ],
        _by(rows, lambda row: row.measure_code, _names(known.measures)),
        _by_fact(session, seen, rows, FIELD),
        _by_fact(session, seen, rows, BODY),
        _by(rows, lambda row: stages[row.case_id], {str(stage): name for stage, name in STAGES.items()}),
    )


def _names(rows: dict) -> dict[str, Problem]:
    return {code: _problem(row.title) for code, row in rows.items()}


def _problem(text: Text) -> Problem:
    return Problem(text.zh, text.en)


def _by(
    rows: list[Correction], key: Callable[[Correction], str | None], names: dict[str, Problem]
) -> list[Pattern]:
    """The corrections grouped, in the order of `names`; what has no name there is left out."""
    groups: dict[str | None, list[Correction]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return [_pattern(code, name, groups[code]) for code, name in names.items() if code in groups]


def _pattern(code: str, name: Problem, rows: list[Correction]) -> Pattern:
    verified = [row for row in rows if row.state == VERIFIED and row.measure_code not in NOTHING_LEFT]
    enough = len({row.case_id for row in verified}) >= FEW
    return Pattern(
        code, name, Count.of(rows), Count.of(row for row in rows if row.state == FAILED),
        Count.of(row for row in rows if row.state in (OPEN, DONE)),
        round(median((row.verified_on - row.ordered_on).days for row in verified)) if enough else None,
    )  # fmt: skip


def _by_fact(session: Session, seen: Select, rows: list[Correction], fact_id: str) -> list[Pattern]:
    """The corrections grouped by what one fact says of their case, where that is established."""
    facts = session.scalars(select(CaseFact).where(CaseFact.fact_id == fact_id, CaseFact.case_id.in_(seen)))
    values = {fact.case_id: fact.value for fact in facts if fact.is_read}
    choices = vocabulary().facts[fact_id].choices
    return _by(
        rows, lambda row: values.get(row.case_id), {one.value: Problem(one.zh, one.en) for one in choices}
    )
