"""Which record each kind of paper is gathered from. A paper whose record is not there yet is refused."""

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from casebook.models import Case
from casebook.papers import decided, followed, heard, report
from casebook.papers.record import Gathered

GATHER: dict[str, Callable[[Session, Case, date, str], Gathered]] = {
    "recommendation_report": report.gather,
    "notice": heard.gather_notice,
    "hearing_record": heard.gather_record,
    "tolerance_decision": decided.gather_tolerance,
    "decision": decided.gather_decision,
    "correction_order": followed.gather_order,
    "appeal_result": followed.gather_result,
    "filing_form": decided.gather_filing,
}


def gather(session: Session, case: Case, kind: str, on: date, ref: str = "") -> Gathered:
    """Gather one kind; an empty `ref` is the latest record of its sort.

    Raises NotReady naming the step that is still to be taken, BadFields for a `ref` that is not of this case or a day
    before what the paper states.
    """
    return GATHER[kind](session, case, on, ref)
