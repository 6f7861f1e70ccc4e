"""The quiz: read the facts of a precedent, give one's own outcome and reasons, then see how it was decided and why."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.errors import BadFields, NotReady, PrecedentNotFound
from casebook.models import Precedent, Role
from casebook.precedents import quiz
from casebook.precedents.quiz import Question
from casebook.precedents.words import OUTCOMES
from casebook.procedure.dates import today
from rules.factors import book, measured
from web.auth import admits
from web.forms import MANY, BaseForm
from web.i18n import both, lang
from web.precedents.library import cited
from web.refusals import show_problems
from web.session import db_session
from web.widgets import Checkboxes, Radios, TextArea

blueprint = Blueprint("quiz", __name__)
TAKERS = (Role.OFFICER, Role.REVIEWER, Role.PANEL, Role.CHIEF)


class QuizForm(BaseForm):
    outcome = RadioField(lazy("Your outcome"), widget=Radios(), validate_choice=False)
    reasons = SelectMultipleField(
        lazy("Your reasons"), widget=Checkboxes(), validate_choice=False,
        description=lazy("What you rely on, among what the facts settle."),
    )  # fmt: skip
    others = SelectMultipleField(
        lazy("As usual here, but a reason all the same"), widget=Checkboxes(), validate_choice=False
    )
    words = TextAreaField(
        lazy("In your words (optional)"), [Length(max=quiz.LONGEST_WORDS, message=MANY)],
        widget=TextArea(), description=lazy("Only you see them."),
    )  # fmt: skip

    def __init__(self, facts: dict, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.outcome.choices = [SelectChoice(code, _capital(both(said))) for code, said in OUTCOMES.items()]
        settled = measured(facts, today())
        names = [name for name in quiz.choices() if name in settled] or quiz.choices()
        factors = book().factors
        offered = [SelectChoice(name, _reason(name, settled)) for name in names if name in factors]
        plain = _plain(settled)
        telling = [one for one in offered if one.value not in plain]
        self.reasons.choices = telling or offered
        self.others.choices = [one for one in offered if one.value in plain] if telling else []

    @property
    def named(self) -> list[str]:
        """Every reason that was chosen."""
        return [*(self.reasons.data or ()), *(self.others.data or ())]


@blueprint.get("/quiz")
@admits(*TAKERS)
def show():
    session = db_session()
    html = render_template(
        "quiz/index.html", following=quiz.next_one(session, g.user), answers=quiz.own_answers(session, g.user),
        figure=quiz.figure(session, g.user), few=quiz.FEW,
    )  # fmt: skip
    session.commit()
    return html


@blueprint.get("/quiz/<int(max=2147483647):precedent_id>")
@admits(*TAKERS)
def ask(precedent_id: int):
    if quiz.own_answer(db_session(), g.user, precedent_id) is not None:
        return _result(precedent_id)
    asked = _question(precedent_id)
    return _form_page(asked, QuizForm(dict(asked.facts)))


@blueprint.post("/quiz/<int(max=2147483647):precedent_id>")
@admits(*TAKERS)
def answer(precedent_id: int):
    if quiz.own_answer(db_session(), g.user, precedent_id) is not None:
        flash(_("You have answered this one; it is answered once."))
        return redirect(url_for("quiz.ask", precedent_id=precedent_id))
    asked = _question(precedent_id)
    form = QuizForm(dict(asked.facts), request.form)
    if form.validate():
        try:
            quiz.answer(
                db_session(), g.user, precedent_id, outcome=form.outcome.data or "", reasons=form.named,
                words=form.words.data or "",
            )  # fmt: skip
        except BadFields as bad:
            show_problems(form, bad)
        except NotReady as refused:  # answered in another window meanwhile
            flash(refused.message(lang()))
            return redirect(url_for("quiz.ask", precedent_id=precedent_id))
        else:
            db_session().commit()
            return redirect(url_for("quiz.ask", precedent_id=precedent_id))
    return _form_page(asked, form, 422)


def _question(precedent_id: int) -> Question:
    try:
        return quiz.question(db_session(), g.user, precedent_id)
    except PrecedentNotFound:
        abort(404)


def _form_page(asked: Question, form: QuizForm, status: int = 200):
    html = render_template("quiz/ask.html", asked=asked, facts=_facts(asked), form=form)
    db_session().commit()
    return html, status


def _result(precedent_id: int):
    own, precedent, replay = quiz.result(db_session(), g.user, precedent_id)
    html = render_template(
        "quiz/result.html", own=own, precedent=precedent, replay=replay, rows=_rows(own, precedent),
        cited=cited(precedent), following=quiz.next_one(db_session(), g.user),
    )  # fmt: skip
    db_session().commit()
    return html


def _rows(own, precedent: Precedent) -> list[tuple[str, str, bool, bool]]:
    """Each factor that the person or the decision relied on, its value here, and which of the two relied on it."""
    relied = {factor for issue in precedent.issues for factor in issue.reasons}
    found = measured(precedent.known_facts, today(), decided=True)
    return [
        (
            factor.label(lang()),
            factor.say(found.get(name), lang(), today()),
            name in own.reasons,
            name in relied,
        )
        for name, factor in book().factors.items()
        if name in relied or name in own.reasons
    ]


def _reason(name: str, settled: dict) -> str:
    factor = book().factors[name]
    value = settled.get(name)
    said = "" if value is None else factor.say(value, lang(), today())
    return f"{factor.label(lang())}{'：' if lang() == 'zh' else ': '}{said}" if said else factor.label(lang())


def _plain(settled: Mapping) -> set[str]:
    """The factors that are as in a case of which nothing out of the way was found."""
    usual = measured({}, today(), decided=True)
    return {
        name
        for name, value in settled.items()
        if name != "mental_state"  # fault is weighed in every case, the usual degree of it too
        and (value is False or (value is not True and value == usual.get(name)))
    }


def _facts(asked: Question) -> tuple[list, list]:
    """The facts that make this case what it is, then those that are as usual."""
    settled = measured(dict(asked.facts), today())
    plain = _plain(settled)
    usual = {fact for name in plain for fact in book().factors[name].facts}
    usual -= {fact for name in settled if name not in plain for fact in book().factors[name].facts}
    telling = [one for one in asked.facts if one[0] not in usual]
    return telling, [one for one in asked.facts if one[0] in usual]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
