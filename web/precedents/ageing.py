"""Precedents decided again by the rules of today: which are to be, why, and what it changed."""

import re

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casebook.models import Precedent, PrecedentChange, PrecedentReplay, Role
from casebook.precedents import again, ageing
from casebook.procedure.dates import today
from rules.articles import article_words
from web.auth import CASE_READERS, admits
from web.i18n import both, lang
from web.in_force import rules_today
from web.session import db_session
from web.values import partial_date

blueprint = Blueprint("ageing", __name__)
AT_ONCE = 200  # in one request; the command line takes them all
LISTED = 50
_PROVISION = re.compile(
    r"(?P<when>原依据|现依据)?《(?P<title>[^》]+)》(?P<article>.*?)(?:（(?P<bound>[自至])(?P<day>\d{4}-\d{2}-\d{2})）)?\Z"
)
_WHEN = {again.THEN: "Then: ", again.NOW: "Now: "}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@blueprint.app_context_processor
def _shared() -> dict:
    return {"replay_of": _replay_of, "said_of_change": said, "provisions_of_change": provisions}


@blueprint.get("/precedents/replay")
@admits(*CASE_READERS)
def show():
    waiting, changes = ageing.standing(db_session(), g.user, today())
    html = render_template(
        "precedents/replay.html", waiting=waiting[:LISTED], total=len(waiting), changes=changes, at_once=AT_ONCE,
        may_replay=g.user.role == Role.CHIEF and bool(waiting), today=today(),
    )  # fmt: skip
    db_session().commit()
    return html


@blueprint.post("/precedents/replay")
@admits(Role.CHIEF)
def run():
    report, left = ageing.replay_due(db_session(), g.user, today(), AT_ONCE)
    db_session().commit()
    changed = len(report.changed)
    flash(
        ngettext("%(num)d precedent decided again.", "%(num)d precedents decided again.", report.replayed)
        + " "
        + (_("Standing changed: %(count)d.", count=changed) if changed else _("None changed its standing."))
        + (" " + _("Still to do: %(count)d.", count=left) if left else "")
    )
    return redirect(url_for("ageing.show"))


def said(change: PrecedentChange | PrecedentReplay) -> str:
    """Why a precedent changed its standing, in the language of the request where it was said in both."""
    parts = change.why.split(" / ")
    if len(parts) == 2 and _CHINESE.search(parts[0]) and not _CHINESE.search(parts[1]):
        return f"{parts[0]}。" if lang() == "zh" else f"{parts[1][:1].upper()}{parts[1][1:]}."
    return change.why


def provisions(change: PrecedentChange) -> list[str]:
    """The provisions behind a change, one by one, in the language of the request."""
    return [_provision(piece) for piece in change.law.split("；")] if change.law else []


def _provision(piece: str) -> str:
    found = _PROVISION.match(piece)
    if not found:
        return piece
    day, title, when = partial_date(found["day"] or ""), found["title"], found["when"] or ""
    if lang() == "zh":
        bound = {"自": f"，自{day}起施行", "至": f"，施行至{day}"}.get(found["bound"], "")
        return f"{when}{when and '：'}《{title}》{found['article']}{bound}"
    titles = (source.title for pack in rules_today().packs.values() for source in pack.sources.values())
    title = next((one.en for one in titles if one.zh == title), title)
    bound = {"自": f", in force from {day}", "至": f", in force to {day}"}.get(found["bound"], "")
    return f"{_WHEN.get(when, '')}{title}, {article_words(found['article'], 'en')}{bound}"


def _replay_of(precedent: Precedent) -> PrecedentReplay | None:
    return ageing.latest(db_session(), precedent)


@blueprint.app_template_global("replay_result")
def _result(replay: PrecedentReplay) -> str:
    """What came out of a replay, in words."""
    return both(again.RESULTS[replay.result])
