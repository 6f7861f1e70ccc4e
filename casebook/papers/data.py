"""Which record each kind of paper is gathered from. A paper whose record is not there yet is refused."""

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from casebook.models import Case
from casebook.papers import decided, followed, heard, report, similar
from casebook.papers.record import Candidate, Gathered

GATHER: dict[str, Callable[[Session, Case, date, str], Gathered]] = {
    "recommendation_report": report.gather,
    "notice": heard.gather_notice,
    "hearing_record": heard.gather_record,
    "tolerance_decision": decided.gather_tolerance,
    "decision": decided.gather_decision,
    "correction_order": followed.gather_order,
    "appeal_result": followed.gather_result,
    "similar_case_report": similar.gather,
    "filing_form": decided.gather_filing,
}


CANDIDATES: dict[str, Callable[[Session, Case], list[Candidate]]] = {
    "recommendation_report": report.candidates,
    "notice": heard.candidates,
    "hearing_record": heard.heard_candidates,
    "tolerance_decision": decided.tolerance_candidates,
    "decision": decided.candidates,
    "correction_order": followed.order_candidates,
    "appeal_result": followed.result_candidates,
    "similar_case_report": similar.candidates,
    "filing_form": decided.filing_candidates,
}


def candidates(session: Session, case: Case, kind: str) -> list[Candidate]:
    """The records a paper of this kind may be issued of now; raises NotReady naming the step still to be taken."""
    return CANDIDATES[kind](session, case)


def gather(session: Session, case: Case, kind: str, on: date, ref: str = "") -> Gathered:
    """Gather one kind; an empty `ref` is the latest record of its sort.

    Raises NotReady naming the step that is still to be taken, BadFields for a `ref` that is not of this case or a day
    before what the paper states.
    """
    return GATHER[kind](session, case, on, ref)
