"""The recommendation: asking for one, and reading the one that was stored."""

from collections import OrderedDict
from datetime import datetime

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup

from casebook import queries, recommend
from casebook.access import RECOMMEND, may
from casebook.errors import Withheld
from casebook.intake import BEIJING
from casebook.models import Case, Recommendation
from rules.vocabulary import vocabulary
from web import sections
from web.auth import CASE_READERS, CASE_WRITERS, admits
from web.cases import load_case, writable_case
from web.i18n import lang
from web.report import Report
from web.session import db_session

blueprint = Blueprint("recommendation", __name__)
BODIES_KEPT = 100  # a few hundred kilobytes each


@blueprint.post("/cases/<number>/recommend")
@admits(*CASE_WRITERS)
def recommend_submit(number: str):
    case = writable_case(number)
    try:
        made = recommend.recommend(db_session(), case, g.user, datetime.now(BEIJING).date())
    except Withheld as withheld:
        db_session().commit()
        flash(withheld.message(lang()))
        return redirect(url_for("cases.show_case", number=number))
    db_session().commit()
    return redirect(url_for("recommendation.show", number=number, seq=made.seq))


@blueprint.get("/cases/<number>/recommendation")
@admits(*CASE_READERS)
def show_latest(number: str):
    return _show(number, None)


@blueprint.get("/cases/<number>/recommendation/<int(max=2147483647):seq>")
@admits(*CASE_READERS)
def show(number: str, seq: int):
    return _show(number, seq)


def _show(number: str, seq: int | None):
    case = load_case(number)
    printed = request.args.get("print") == "1"
    recommendation = queries.read_recommendation(db_session(), g.user, case, seq, printed=printed)
    others = queries.list_recommendations(db_session(), case)
    names = {
        "respondent": case.respondent,
        "by": recommendation.created_by.name,
        "organisation": case.organisation.name(lang()),
    }
    db_session().commit()
    return render_report(case, recommendation, others, names, printed=printed)


def render_report(case: Case, recommendation: Recommendation, others, names: dict, *, printed: bool) -> str:
    """The page of one stored recommendation; everything comes from its document."""
    shown = {
        "case": case, "recommendation": recommendation, "report": Report(recommendation.content), "names": names,
        "printed": printed, "may_recommend": may(g.user, RECOMMEND, case), "fact_url": sections.fact_url,
        "facts": vocabulary().facts,
    }  # fmt: skip
    template = "recommendation/print.html" if printed else "recommendation/show.html"
    stale = recommendation.case_version != case.version
    return render_template(template, **shown, others=others, stale=stale, body=_body(recommendation, shown))


def _body(recommendation: Recommendation, shown: dict) -> Markup:
    """The long part of the page, rendered once: a stored recommendation never changes."""
    kept: OrderedDict = current_app.extensions.setdefault("casebook.bodies", OrderedDict())
    key = (recommendation.id, recommendation.sha256, lang(), shown["may_recommend"], shown["printed"])
    body = kept.get(key)
    if body is None:
        body = kept[key] = Markup(render_template("recommendation/_body.html", **shown))  # noqa: S704 - our template
        while len(kept) > BODIES_KEPT:
            kept.popitem(last=False)
    return body
