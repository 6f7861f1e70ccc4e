"""The words in which an opening is asked for and answered: some to weigh, and in plain sight of all who may look."""

import unicodedata

from sqlalchemy.orm import Session

from casebook.complaints import leaks, log
from casebook.complaints.names import visible
from casebook.errors import Problem
from casebook.fields import text_problem
from casebook.models import Complaint, Scope, User
from casebook.seal import inbox
from casebook.seal.consent import About, of_about
from casebook.seal.purposes import PURPOSES
from casebook.seal.store import Seal

LONGEST, FEWEST_LETTERS = 500, 4  # so many different ones
_NAMES = {Scope.IDENTITY: inbox.IDENTITY, Scope.TEXT: inbox.TEXT}


def unfit(words: str) -> Problem | None:
    """What is wrong with a reason that says nothing, or cannot be kept."""
    if len(set(_letters(words))) < FEWEST_LETTERS:
        return Problem("请说明具体理由。", "Say why, in a few words.")
    return text_problem(words, LONGEST)


def not_own(session: Session, about: About, by: User, purpose: str, words: str) -> Problem | None:
    """What is wrong with a reason that only repeats the purpose, or another person: there is nothing to weigh in it."""
    said = _letters(words)
    if purpose in PURPOSES and said in {_letters(PURPOSES[purpose].label(lang)) for lang in ("zh", "en")}:
        return Problem(
            "请写明本件为何需要调阅，不要只重复所选目的。",
            "Say why it is needed here; do not only repeat the purpose.",
        )
    if any(one.asked_by_id != by.id and _letters(one.reason) == said for one in of_about(session, about)):
        return Problem(
            "与他人的申请理由相同，请写明您自己的理由。",
            "Another person asked in the same words. Say why you need it.",
        )
    return None


def hands_on(session: Session, seal: Seal, about: About, by: User, words: str) -> Problem | None:
    """What is wrong with a reason that tells what this person has read under the seal: it stands in the main store.

    Only what they were shown is compared, so that nobody finds out by trying what they were not.
    """
    if not isinstance(about, Complaint):
        return None
    shown = {
        event.detail["scope"]
        for event in log.history(session, about, kinds=("seal.read",))
        if event.by_id == by.id
    }
    read = [name for scope, names in _NAMES.items() if scope in shown for name in names]
    sealed = {name: seal.read(about.handle, name) or "" for name in read}
    concerned = (about.respondent_name, about.respondent_unit, about.respondent_post)
    leak = leaks.find(words, sealed, concerned) if sealed else None
    return leak and leak.problem


def _letters(words: str) -> str:
    """What of a text says something: its letters and figures, without signs that cannot be seen."""
    return "".join(
        sign for sign in words if unicodedata.category(sign)[0] in "LN" and visible(sign) == sign
    ).casefold()
