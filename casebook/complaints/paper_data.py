"""Which record each kind of paper about a complaint, a clearance or a return is gathered from."""

from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy.orm import Session

from casebook.complaints import paper_author, paper_cleared, paper_returned
from casebook.complaints.paper_parts import Prepared
from casebook.db import Base
from casebook.errors import Problem

_GATHER: dict[str, Callable[[Session, Base, date, str], Prepared]] = {
    "acceptance_notice": paper_author.acceptance,
    "result_feedback": paper_author.feedback,
    "clearance_notice": paper_cleared.notice,
    "clearance_letter": paper_cleared.letter,
    "clearance_approval": paper_cleared.approval,
    "clearance_record": paper_cleared.record,
    "period_end_notice": paper_returned.period_end,
    "return_form": paper_returned.return_form,
}


def prepare(session: Session, about: Base, kind: str, on: date, ref: str) -> Prepared:
    """Gather one kind; an empty `ref` is the whole, or the latest of its sort.

    Raises NotReady naming the step still to be taken, BadFields for a `ref` of something else or too early a day.
    """
    return _GATHER[kind](session, about, on, ref)


def refs(about: Base, kind: str) -> Iterator[tuple[str, Problem]]:
    """What a paper of this kind may be of, besides the whole: each with its name."""
    if kind == "clearance_letter":
        return paper_cleared.letters(about)
    return iter([("", Problem("", ""))])
