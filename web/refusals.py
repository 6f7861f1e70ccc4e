"""What the record refuses, put on the page it came from: 422 at a field, 409 where it is too early or too late."""

from collections.abc import Callable, Mapping

from flask import g

from casebook.errors import BadFields, NotReady, WrongStage
from casebook.models import Case
from casebook.procedure import workflow
from web.forms import BaseForm
from web.i18n import lang
from web.session import db_session


def show_problems(form: BaseForm, bad: BadFields, elsewhere: Mapping[str, str] | None = None) -> None:
    """Put each problem at its field, at the field that `elsewhere` names for it, or else at the first."""
    for name, problem in bad.errors.items():
        field = (elsewhere or {}).get(name, name)
        form.add_error(field if field in form else next(iter(form)).name, problem.message(lang()))


def take(
    case: Case,
    step: str,
    act: Callable[[], object],
    page: Callable,
    form: BaseForm | None = None,
    name: str = "",
):
    """Take one step of a page with several forms; None once it is taken and committed.

    Otherwise the answer: the page again, with everything typed under `name` and what is wrong.
    """
    typed = {name: form} if form is not None else {}
    try:
        workflow.ensure(db_session(), g.user, step, case)
        if form is not None and not form.validate():
            return page(case, typed=typed), 422
        act()
    except BadFields as bad:
        show_problems(form, bad)
        return page(case, typed=typed), 422
    except (NotReady, WrongStage) as refused:
        return page(case, typed=typed, refused=refused), 409
    db_session().commit()
    return None
