"""What every step of a clearance shares: find it, take the step and commit, or keep what was typed."""

from collections.abc import Callable

from flask import g, request

from casebook.clearance import steps, texts
from casebook.errors import BadFields, NotReady, WrongStage
from casebook.models import Clearance, Role
from casebook.procedure.dates import today
from web.forms import BaseForm
from web.refusals import show_problems
from web.session import db_session

READERS = (Role.OFFICER, Role.REVIEWER, Role.CHIEF, Role.AUDITOR)
WORKERS = (Role.OFFICER, Role.REVIEWER, Role.CHIEF)


def load(number: str) -> Clearance:
    return steps.get(db_session(), g.user, number)


def seen() -> int | None:
    """The version of the clearance that the page showed when it was filled in."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def attempt(form: BaseForm | None, act: Callable, elsewhere: dict | None = None):
    """Do it and commit; else what refuses it (None: the form says so) and the status, with nothing kept."""
    try:
        if form is not None and not form.validate():
            db_session().rollback()
            return None, 422
        act()
    except BadFields as bad:
        db_session().rollback()
        show_problems(form, bad, elsewhere)
        if texts.note(db_session(), g.user, bad):
            db_session().commit()
        return None, 422
    except (NotReady, WrongStage) as refused:
        db_session().rollback()
        return refused, 409
    db_session().commit()
    return None


def opinion_step(clearance: Clearance) -> str | None:
    codes = {step.code for step in steps.open_steps(db_session(), g.user, clearance)}
    return next((code for code in ("give_opinion", "revise") if code in codes), None)


def this_day(field: str) -> dict[str, str]:
    return {field: today().isoformat()}
