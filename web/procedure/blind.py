"""What the giver of a blind second opinion, or of a first view of the conduct, may open until it is given: lists."""

from flask import g, request

from casebook.models import Case
from casebook.procedure.second_opinion import ensure_not_blind, is_blind

_ROOMS = {
    "cases", "intake", "files", "recommendation", "worklist", "law_of_day", "recusal", "precedents", "two_step",
}  # fmt: skip
_BEFORE_FIRST_VIEW = {
    "two_step",
    "recusal",
}  # rooms that show nothing of a case to whoever owes a first view of it
_PAGES = {"review.second", "review.second_submit"}


def is_open(endpoint: str, case: Case) -> bool:
    """Whether this page of the case is open to the signed-in person."""
    return not is_blind(g.user, case) or endpoint in _PAGES or endpoint.partition(".")[0] in _ROOMS


def is_before_first_view() -> bool:
    """Whether this request asks for a page that is open to whoever owes a first view of the conduct."""
    return (request.endpoint or "").partition(".")[0] in _BEFORE_FIRST_VIEW


def guard(case: Case) -> None:
    """Raise StillBlind where this request asks for a page that may show the first opinion."""
    if not is_open(request.endpoint or "", case):
        ensure_not_blind(g.user, case)
