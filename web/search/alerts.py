"""What a person was told without asking: precedents and rules that touch their open cases, searches that were met."""

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for

from casebook.errors import Problem
from casebook.models import Alert, Life, Stage
from casebook.precedents.words import LIVES
from casebook.search import alerts
from casebook.search.open_cases import CERTAIN
from web.auth import CASE_READERS, admits
from web.i18n import both
from web.paging import PER_PAGE, page_of
from web.session import db_session

blueprint = Blueprint("alerts", __name__)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["alert_words"] = alert_words


def alert_words(alert: Alert) -> str:
    """What an alert says: what happened, and what that means for the case."""
    return both(_words(alert))


def _words(alert: Alert) -> Problem:
    if alert.kind == alerts.RULES:
        count, seq = len(alert.detail["rules"]), alert.detail["seq"]
        if alert.case.stage == Stage.INTAKE:
            return Problem(
                f"第 {seq} 号处理建议所读取的规则有变动（{count} 条），请重新生成处理建议。",
                f"{count} of the rules that recommendation no. {seq} reads have changed. Ask for a new recommendation.",
            )
        return Problem(
            f"第 {seq} 号处理建议所读取的规则有变动（{count} 条），请核对处理建议是否仍然适用。",
            f"{count} of the rules that recommendation no. {seq} reads have changed. Check whether it still holds.",
        )
    code = alert.precedent.code
    if alert.kind == alerts.SEARCH:
        return Problem(
            f"新生效的先例 {code} 符合您保存的检索“{alert.search.name}”。",
            f"The new precedent {code} meets your saved search “{alert.search.name}”.",
        )
    life, certain = Life(alert.detail["life"]), alert.detail["how"] == CERTAIN
    if life == Life.ALIVE:
        if certain:
            return Problem(
                f"先例 {code} 生效，按现已查明的事实约束本案。",
                f"The precedent {code} has come into effect and, on the facts as they stand, binds this case.",
            )
        return Problem(
            f"先例 {code} 生效，是否约束本案取决于尚未查明的事实。",
            f"The precedent {code} has come into effect; whether it binds this case turns on facts not found yet.",
        )
    now = LIVES[life]
    if certain:
        return Problem(
            f"先例 {code} 按现已查明的事实约束本案，现为“{now.zh}”，不再作为依据。",
            f"The precedent {code} bound this case on the facts as they stand; it is now {now.en} and no longer "
            "relied on.",
        )
    return Problem(
        f"先例 {code} 可能约束本案，现为“{now.zh}”，不再作为依据。",
        f"The precedent {code}, which might have bound this case, is now {now.en} and no longer relied on.",
    )


@blueprint.get("/alerts")
@admits(*CASE_READERS)
def list_alerts():
    total = alerts.count(db_session(), g.user, unseen=False)
    unseen = alerts.count(db_session(), g.user)
    page, pages = page_of(total)
    found = alerts.listing(db_session(), g.user, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    html = render_template("search/alerts.html", alerts=found, unseen=unseen, page=page, pages=pages)
    db_session().commit()
    return html


@blueprint.post("/alerts/seen")
@admits(*CASE_READERS)
def see():
    """Note as seen one alert, those of one case, or all; then back to where the button was."""
    ids = [int(text) for text in request.form.getlist("alert") if text.isdecimal() and len(text) < 10]
    alerts.see(db_session(), g.user, None if request.form.get("all") else ids)
    db_session().commit()
    number = request.form.get("case", "")
    if number:
        return redirect(url_for("cases.show_case", number=number))
    return redirect(url_for("alerts.list_alerts"))
