"""What the giver of a blind second opinion may open of a case, until the opinion is given: a list, and nothing else."""

from flask import g, request

from casebook.models import Case
from casebook.procedure.second_opinion import ensure_not_blind, is_blind

_ROOMS = {"cases", "intake", "files", "recommendation", "worklist", "recusal", "precedents"}
_PAGES = {"review.second", "review.second_submit"}


def is_open(endpoint: str, case: Case) -> bool:
    """Whether this page of the case is open to the signed-in person."""
    return not is_blind(g.user, case) or endpoint in _PAGES or endpoint.partition(".")[0] in _ROOMS


def guard(case: Case) -> None:
    """Raise StillBlind where this request asks for a page that may show the first opinion."""
    if not is_open(request.endpoint or "", case):
        ensure_not_blind(g.user, case)
