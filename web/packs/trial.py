"""A case in which a proof fails, as an intake form: tried out with and without the pack, and never kept."""

from dataclasses import dataclass
from types import SimpleNamespace

from flask import abort, render_template, request
from flask_babel import gettext as _

from casebook.errors import Withheld
from casebook.models import PackCheck, PackVersion
from casebook.packs.current import approved, library_of, library_with, own_on
from casebook.packs.looking import PROOF
from casebook.procedure.dates import today
from rules.assess import ReadersDiffer, assess
from rules.conduct import Conduct
from rules.engine import EngineError
from rules.library import Library
from rules.pack import PackError
from rules.program import ProgramError
from rules.vocabulary import Fact, vocabulary
from web.auth import admits
from web.fact_form import SectionForm
from web.i18n import both, lang
from web.packs import words
from web.packs.forms import TrialForm
from web.packs.site_packs import PACK, READERS, load
from web.packs.writing import blueprint
from web.session import db_session
from web.widgets import date_params

__all__ = ["blueprint"]

TRIAL = PACK + "/trial/<int(max=2147483647):check_id>/<int(max=9999):number>"


@dataclass(frozen=True)
class Outcome:
    """What one set of rules says of the case: where the chain ends and, of the pack, what applies.

    `recommended` is what a recommendation would say instead, as where too few facts are known.
    """

    title: str
    disposition: str
    recommended: str
    applied: tuple[tuple[str, str, str], ...]  # rule, what it says, its article


@blueprint.get(TRIAL)
@admits(*READERS)
def trial(pack_id: int, check_id: int, number: int):
    pack, row, failure, failed = _found(pack_id, check_id, number)
    second = request.args.get("case") == "2"
    facts = failure["facts"] | (failure["changed"] if second else {})
    asked = _asked(failure)
    stored = {
        fact.id: SimpleNamespace(value=facts[fact.id], standing="documented", evidence="", note="")
        for fact in asked
        if fact.id in facts
    }
    when = TrialForm(
        data={
            "conduct_on": failure["conduct_day"],
            "as_of": failure["as_of"] or today().isoformat(),
            "region": failure["region"].ljust(6, "0") if failure["region"].isdigit() else "",
        }
    )
    form = SectionForm(asked, stored)
    return _page(pack, row, number, failure, failed, form, when, facts, second)


@blueprint.post(TRIAL)
@admits(*READERS)
def trial_submit(pack_id: int, check_id: int, number: int):
    pack, row, failure, failed = _found(pack_id, check_id, number)
    form, when = SectionForm(_asked(failure), {}, request.form), TrialForm(request.form)
    valid = form.validate()
    if not when.validate() or not valid:
        return _page(pack, row, number, failure, failed, form, when, None, False), 422
    facts = {fact_id: entry.value for fact_id, entry in form.entries.items() if entry.value is not None}
    return _page(pack, row, number, failure, failed, form, when, facts, False)


def _found(pack_id: int, check_id: int, number: int) -> tuple[PackVersion, PackCheck, dict, str]:
    pack = load(pack_id)
    db_session().commit()
    row = db_session().get(PackCheck, check_id)
    if row is None or row.pack_id != pack.id or row.kind != PROOF:
        abort(404)
    found = words.failures(row)
    if number >= len(found) or not found[number][1]["facts"]:
        abort(404)
    return pack, row, found[number][1], found[number][2]


def _asked(failure: dict) -> list[Fact]:
    """The facts of the case, and those that stand beside them on their pages and decide first."""
    known = vocabulary().facts
    named = {*failure["facts"], *failure["changed"]}
    return [known[fact_id] for fact_id in known if fact_id in named]


def _page(pack, row, number, failure, failed, form, when, facts, second):
    outcomes, broken = [], ""
    if facts is not None:
        try:
            outcomes = _outcomes(pack, when, facts)
        except (PackError, ProgramError) as error:  # the latter where two findings read each other
            broken = error.message(lang())
        except (ReadersDiffer, EngineError):
            broken = Withheld.zh if lang() == "zh" else Withheld.en
    html = render_template(
        "packs/trial.html", pack=pack, row=row, number=number, failure=failure, failed=failed, form=form, when=when,
        outcomes=outcomes, broken=broken, second=second, date_params=date_params, stale=row.digest != pack.digest,
        errors=[*when.error_list, *form.error_list],
    )  # fmt: skip
    db_session().commit()
    return html


def _outcomes(pack: PackVersion, when: TrialForm, facts: dict) -> list[Outcome]:
    as_of = when.as_of.day
    own = own_on(approved(db_session()), max(as_of, pack.proposed_from or as_of))
    sides = (
        (_("With this version"), library_with(db_session(), own, pack.name, pack.text)),
        (_("Without it"), library_of(db_session(), own)),
    )
    db_session().commit()  # what follows may take seconds and needs no store: nobody is kept from writing
    return [_outcome(title, packs, pack.name, when, facts) for title, packs in sides]


def _outcome(title: str, packs: Library, name: str, when: TrialForm, facts: dict) -> Outcome:
    document = assess(
        facts, Conduct.parse(when.conduct_on.data), when.as_of.day, when.region.data.strip() or None, packs
    )
    applied = tuple(
        (rule_id, both(one["explain"]), one["article"])
        for rule_id, one in document["rules"].items()
        if one["pack"] == name and one["provisional"] == "fired"
    )
    ends = next((law["disposition"] for law in document["law"] if law["governs"]), document["disposition"])
    return Outcome(title, ends, "" if document["disposition"] == ends else document["disposition"], applied)
