"""The rules as everybody may read them, signed in or not: nothing here says anything of any case."""

from datetime import date

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook import rulebook
from casebook.packs import everything
from casebook.procedure.dates import today
from rules.places import code_of
from rules.proofs.prove import PROPERTIES
from rules.vocabulary import vocabulary
from web.auth import CASE_READERS, admits
from web.i18n import lang
from web.in_force import packs_with_tasks
from web.paging import asked_page
from web.rulebook import diagram as diagrams
from web.rulebook import layers, looking, manual, proofs, words
from web.rulebook.shelf import Shelf, shelf
from web.session import db_session, reading

blueprint = Blueprint("rulebook", __name__)
FOUND = 50  # rules shown for one search


@blueprint.get("/rules")
@admits()
def index():
    books = shelf()
    with reading() as session:
        proof, holds = everything.proof_of_all(session, today())
    return render_template(
        "rulebook/index.html",
        proof=proof,
        holds=holds,
        properties=[proofs.words_of(name) for name in PROPERTIES],
        asked=request.args.get("q", "")[:100],
        counts={
            "rules": sum(rule.enabled for rule in books.rules.values()),
            "instruments": len(books.instruments),
            "places": len(books.places),
            "facts": len(books.asking),
        },
    )


@blueprint.get("/rules/writing")
@admits()
def writing():
    return render_template("rulebook/writing.html", manual=manual.html(lang()))


@blueprint.get("/rules/search")
@admits()
def search():
    books = shelf()
    asked = request.args.get("q", "").strip()[:100]
    found = looking.find(books, asked) if asked else []
    return render_template(
        "rulebook/search.html",
        asked=asked,
        found=found[:FOUND],
        total=len(found),
        **tools(books),
    )


@blueprint.get("/rules/instruments")
@admits()
def instruments():
    books = shelf()
    return render_template(
        "rulebook/instruments.html", instruments=books.instruments.values(), **tools(books)
    )


@blueprint.get("/rules/instruments/<code>")
@admits()
def instrument(code: str):
    books = shelf()
    if code not in books.instruments:
        abort(404)
    one = books.instruments[code]
    family = [other for other in books.instruments.values() if other.family == one.family]
    return render_template(
        "rulebook/instrument.html", one=one, family=family if len(family) > 1 else [], **tools(books)
    )


@blueprint.get("/rules/gates")
@admits()
def gates():
    books = shelf()
    return render_template("rulebook/gates.html", gates=books.gates.values(), **tools(books))


@blueprint.get("/rules/gates/<gate>")
@admits()
def gate(gate: str):
    books = shelf()
    if gate not in books.gates:
        abort(404)
    return render_template("rulebook/gate.html", one=books.gates[gate], **tools(books))


@blueprint.get("/rules/findings/<name>")
@admits()
def finding(name: str):
    books = shelf()
    if name not in books.makers:
        abort(404)
    return render_template(
        "rulebook/finding.html",
        name=name,
        title=words.finding_title(name, books),
        makers=books.makers[name],
        readers=books.readers.get(name, []),
        **tools(books),
    )


@blueprint.get("/rules/facts")
@admits()
def facts():
    known = vocabulary()
    books = shelf()
    groups = []
    for factor in known.factors:
        sections = [
            (section, [fact for fact in known.facts.values() if fact.section == section.id])
            for section in known.sections if section.factor == factor.id
        ]  # fmt: skip
        groups.append((factor, [(section, facts) for section, facts in sections if facts]))
    counts = {fact_id: len(books.asking.get(fact_id, ())) for fact_id in known.facts}
    return render_template("rulebook/facts.html", groups=groups, total=len(known.facts), counts=counts)


@blueprint.get("/rules/facts/<fact_id>")
@admits()
def fact(fact_id: str):
    fact = vocabulary().facts.get(fact_id)
    if fact is None:
        abort(404)
    books = shelf()
    by_pack: dict[str, list] = {}
    for rule in books.asking.get(fact_id, ()):
        by_pack.setdefault(rule.pack, []).append(rule)
    return render_template("rulebook/fact.html", fact=fact, by_pack=by_pack, **tools(books))


@blueprint.get("/rules/places")
@admits()
def places():
    return render_template("rulebook/places.html", places=shelf().places, code_of=code_of)


@blueprint.get("/rules/packs")
@admits()
def packs():
    day, problem = asked_day()
    listed = [
        (pack, len(pack.in_force(day)), sum(not rule.enabled for rule in pack.rules))
        for pack in shelf().packs.values()
    ]
    return render_template("rulebook/packs.html", packs=listed, day=day, problem=problem)


@blueprint.get("/rules/packs/<name>")
@admits()
def pack(name: str):
    books = shelf()
    found = books.packs.get(name)
    if found is None:
        abort(404)
    day, problem = asked_day()
    groups = [
        ("active", [rule for rule in found.rules if rule.enabled and rule.in_force(day)]),
        ("other", [rule for rule in found.rules if rule.enabled and not rule.in_force(day)]),
        ("disabled", [rule for rule in found.rules if not rule.enabled]),
    ]
    return render_template(
        "rulebook/pack.html", pack=found, day=day, problem=problem, groups=groups, code_of=code_of, **tools(books)
    )  # fmt: skip


@blueprint.get("/rules/packs/<name>/diagram")
@admits()
def diagram(name: str):
    books = shelf()
    found = books.packs.get(name)
    if found is None:
        abort(404)
    return render_template(
        "rulebook/diagram.html", pack=found, picture=diagrams.diagram(found, books), width=layers.WIDTH, **tools(books)
    )  # fmt: skip


@blueprint.get("/rules/<version>")
@admits()
def rule(version: str):
    """One version of one rule; by the rule's id alone, the newest."""
    books = shelf()
    if version in books.versions:
        return redirect(url_for("rulebook.rule", version=books.versions[version][-1].version))
    rule = books.rules.get(version)
    if rule is None:
        return _ended(version)
    versions = books.versions[rule.id]
    place = versions.index(rule)
    fires, silent = books.examples(rule)
    with reading() as session:
        proof = rulebook.last_proof(session, books.packs[rule.pack])
    return render_template(
        "rulebook/rule.html",
        rule=rule,
        pack=books.packs[rule.pack],
        source=books.packs[rule.pack].sources[rule.instrument],
        versions=versions,
        before=versions[place - 1] if place else None,
        after=versions[place + 1] if place + 1 < len(versions) else None,
        condition=words.condition(rule.when, books),
        bars=[(words.finding_title(name, books), words.finding_url(name, books)) for name in rule.unless],
        goes_before=[books.versions[name][-1] for name in rule.overrides],
        gives_way=books.displacing.get(rule.id, []),
        fires=fires,
        silent=silent,
        properties=proofs.properties_of(rule, books),
        reads_cases=g.user is not None and g.user.role in CASE_READERS,
        proof=proof,
        accepted=[one for one in books.packs[rule.pack].accepted if not one.rules or rule.id in one.rules],
        **tools(books),
    )


def _ended(version: str) -> str:
    """A rule of a pack of this site that is no longer in force: what was decided with it still names it."""
    with reading() as session:
        packs = rulebook.packs_that_had(session, version, today())
    books = Shelf(packs_with_tasks(packs)) if packs else None
    if books is None or version not in books.rules:
        abort(404)
    rule = books.rules[version]
    return render_template(
        "rulebook/ended.html", rule=rule, pack=books.packs[rule.pack], condition=words.condition(rule.when, books),
        **tools(books),
    )  # fmt: skip


@blueprint.get("/rules/<version>/cases")
@admits(*CASE_READERS)
def cases(version: str):
    """The cases of whoever asks, and of nobody else; that they were looked at is kept."""
    books = shelf()
    if version not in books.rules:
        abort(404)
    uses = rulebook.cases_that_used(db_session(), g.user, version, asked_page())
    page = render_template("rulebook/cases.html", rule=books.rules[version], uses=uses, **tools(books))
    db_session().commit()
    return page


def asked_day() -> tuple[date, str]:
    """The day asked for (?on=2026-01-31), else today in Beijing; with a message if it could not be read."""
    asked = request.args.get("on", "").strip()
    if not asked:
        return today(), ""
    try:
        return date.fromisoformat(asked), ""
    except ValueError:
        return today(), _(
            "“%(found)s” is not a date; write it as in 2026-01-31. Today is shown.", found=asked[:30]
        )


def tools(books: Shelf) -> dict:
    """What every page needs that names rules."""
    return {
        "books": books,
        "citation": lambda rule: words.source_line(rule, books),
        "in_force": words.in_force,
        "example_title": words.example_title,
        "must_hold": lambda rule: words.condition(rule.when, books),
        "finding_title": lambda name: words.finding_title(name, books),
        "finding_url": lambda name: words.finding_url(name, books),
        "consequences": lambda rule: words.consequences(rule, books),
        "property_words": proofs.words_of,
        "meaning": words.confidence_meaning,
        "differences": lambda old, new: words.differences(old, new, books),
    }
