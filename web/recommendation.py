"""The recommendation: asking for one, and reading the one that was stored."""

from datetime import datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

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


@blueprint.get("/cases/<number>/recommendation/<int:seq>")
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


def render_report(case: Case, recommendation: Recommendation, others, names: dict, *, printed: bool):
    """The page of one stored recommendation; everything comes from its document."""
    template = "recommendation/print.html" if printed else "recommendation/show.html"
    return render_template(
        template, case=case, recommendation=recommendation, report=Report(recommendation.content), others=others,
        names=names, stale=recommendation.case_version != case.version, printed=printed,
        may_recommend=may(g.user, RECOMMEND, case), fact_url=sections.fact_url, facts=vocabulary().facts,
    )  # fmt: skip
