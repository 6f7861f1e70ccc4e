"""What anyone signed in may read about the method: the vocabulary, the rule packs on a date, help."""

from datetime import date, datetime

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _

from casebook.intake import BEIJING
from rules.library import shipped_packs
from rules.pack import Rule
from rules.vocabulary import vocabulary
from web.auth import EVERYONE, OPEN, admits
from web.sections import packs_that_read

blueprint = Blueprint("reading", __name__)


@blueprint.get("/vocabulary")
@admits(*EVERYONE)
def vocabulary_page():
    words = vocabulary()
    groups = []
    for factor in words.factors:
        sections = [
            (section, [fact for fact in words.facts.values() if fact.section == section.id])
            for section in words.sections if section.factor == factor.id
        ]  # fmt: skip
        groups.append((factor, [(section, facts) for section, facts in sections if facts]))
    return render_template(
        "reading/vocabulary.html",
        groups=groups,
        total=len(words.facts),
        readers=packs_that_read(every_task=True),
    )


@blueprint.get("/packs")
@admits(*EVERYONE)
def list_packs():
    day, problem = _day()
    packs = [
        (pack, len(pack.in_force(day)), sum(not rule.enabled for rule in pack.rules))
        for pack in shipped_packs().values()
    ]
    return render_template("reading/list_packs.html", packs=packs, day=day, problem=problem)


@blueprint.get("/packs/<name>")
@admits(*EVERYONE)
def show_pack(name: str):
    pack = shipped_packs().get(name)
    if pack is None:
        abort(404)
    day, problem = _day()
    active = [rule for rule in pack.rules if rule.enabled and rule.in_force(day)]
    disabled = [rule for rule in pack.rules if not rule.enabled]
    other = [rule for rule in pack.rules if rule.enabled and not rule.in_force(day)]
    return render_template(
        "reading/show_pack.html", pack=pack, day=day, problem=problem,
        groups=[("active", active), ("other", other), ("disabled", disabled)], anchor=_anchor,
    )  # fmt: skip


@blueprint.get("/help")
@admits(*OPEN)
def help():
    return render_template("reading/help.html")


def _anchor(rule: Rule) -> str:
    return "rule-" + rule.version.replace(".", "-").replace("@", "-")


def _day() -> tuple[date, str]:
    """The day asked for (?on=2026-01-31), else today in Beijing; with a message if it could not be read."""
    today = datetime.now(BEIJING).date()
    asked = request.args.get("on", "").strip()
    if not asked:
        return today, ""
    try:
        return date.fromisoformat(asked), ""
    except ValueError:
        return today, _(
            "“%(found)s” is not a date; write it as in 2026-01-31. Today is shown.", found=asked[:30]
        )
