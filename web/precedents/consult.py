"""What the precedents say of a case: the page, what is kept of it, what a decision would do, two cases side by side."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import StringField

from casebook.access import WRITE_CASE, may
from casebook.errors import PrecedentNotFound
from casebook.models import Case
from casebook.precedents import consult, library, sentences
from casebook.precedents.words import TIERS
from casebook.procedure import workflow
from casebook.procedure.dates import today
from casebook.recommend import read_facts
from rules.factor import OUTCOMES
from rules.factors import book
from web import sections
from web.auth import CASE_HANDLERS, CASE_READERS, admits
from web.cases import load_case
from web.fields import Filled
from web.forms import BaseForm
from web.i18n import lang
from web.precedents.beside import Beside
from web.precedents.told import Told
from web.session import db_session
from web.widgets import TextInput

blueprint = Blueprint("precedents", __name__)
_NAME_IT = lazy("Write the code of a precedent.")


class CompareForm(BaseForm):
    a = StringField(
        lazy("First precedent"), [Filled(_NAME_IT)], widget=TextInput(), description=lazy("Its code.")
    )
    b = StringField(
        lazy("Second precedent"), [Filled(_NAME_IT)], widget=TextInput(), description=lazy("Its code.")
    )


@blueprint.get("/cases/<number>/precedents")
@admits(*CASE_READERS)
def of_case(number: str):
    case = load_case(number)
    on = today()
    found = consult.read(db_session(), case, g.user, on)
    kept = consult.consultations(db_session(), case, g.user)
    decisions = [
        consult.what_if(db_session(), case, outcome, on, g.user, cases=False) for outcome in OUTCOMES
    ]
    may_keep = workflow.may_do(g.user, "consult", case)
    db_session().commit()
    return render_template(
        "precedents/of_case.html", case=case, told=Told(found.content), kept=kept, decisions=decisions,
        may_keep=may_keep, changed=_changed(case, kept, found), **_shown(case),
    )  # fmt: skip


@blueprint.post("/cases/<number>/precedents")
@admits(*CASE_HANDLERS)
def of_case_submit(number: str):
    case = load_case(number)
    kept = consult.consult(db_session(), case, g.user, today())
    db_session().commit()
    flash(_("Consultation no. %(seq)d is kept in the file of the case.", seq=kept.seq))
    return redirect(url_for("precedents.of_case", number=number))


@blueprint.get("/cases/<number>/precedents/consultations/<int(max=2147483647):seq>")
@admits(*CASE_READERS)
def consultation(number: str, seq: int):
    case = load_case(number)
    kept = consult.consultation(db_session(), case, g.user, seq)
    db_session().commit()
    return render_template(
        "precedents/consultation.html", case=case, kept=kept, told=Told(kept.content), **_shown(case)
    )  # fmt: skip


@blueprint.get("/cases/<number>/precedents/if/<any(tolerate, correct, hold_accountable):outcome>")
@admits(*CASE_READERS)
def what_if(number: str, outcome: str):
    case = load_case(number)
    consult.log_reading(db_session(), case, g.user)
    found = consult.what_if(db_session(), case, outcome, today(), g.user)
    db_session().commit()
    return render_template("precedents/what_if.html", case=case, found=found)


@blueprint.get("/cases/<number>/precedents/<code>")
@admits(*CASE_READERS)
def beside_case(number: str, code: str):
    case = load_case(number)
    precedent = library.get(db_session(), g.user, code)
    raw = read_facts(db_session(), case)
    tier = library.tier_for(precedent, case.organisation)
    beside = Beside(raw, precedent.known_facts, today(), _issue(), decided=False)
    db_session().commit()
    return render_template(
        "precedents/compare.html", case=case, one=None, other=precedent, tier=tier, beside=beside, say=sentences,
        tiers=TIERS,
    )  # fmt: skip


@blueprint.get("/precedents/compare")
@admits(*CASE_READERS)
def compare():
    form = CompareForm(request.args)
    found = {}
    if "b" in request.args and form.validate():
        for field in (form.a, form.b):
            try:
                found[field.name] = library.get(db_session(), g.user, field.data.strip())
            except PrecedentNotFound as missing:
                form.add_error(field.name, missing.message(lang()))
    db_session().commit()
    if len(found) < 2:
        status = 422 if form.errors else 200
        return render_template("precedents/compare_which.html", form=form), status
    one, other = found["a"], found["b"]
    beside = Beside(one.known_facts, other.known_facts, today(), _issue(), decided=True)
    return render_template(
        "precedents/compare.html", case=None, one=one, other=other, tier=None, beside=beside, say=sentences, tiers=TIERS
    )  # fmt: skip


def _shown(case: Case) -> dict:
    """What the parts of both pages need beside a consultation."""
    return {
        "say": sentences, "tiers": TIERS, "fact_url": sections.fact_url,
        "may_write": may(g.user, WRITE_CASE, case),
    }  # fmt: skip


def _issue() -> str:
    asked = request.args.get("issue", "")
    return asked if asked in book().issues else "disposition"


def _changed(case: Case, kept: list, found: consult.Findings) -> list[str]:
    """What changed since the last consultation that was kept."""
    if not kept:
        return []
    last = kept[0]
    changes = {
        _("the case"): last.case_version != case.version,
        _("the library of precedents"): last.base_sha256 != found.base_sha256,
        _("the rules"): last.rules_sha256 != found.rules_sha256,
    }
    return [what for what, happened in changes.items() if happened]
