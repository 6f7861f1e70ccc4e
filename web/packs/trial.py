"""A case in which a proof fails, as an intake form, tried out and never kept: that of a version with it and without it,
that of everything in force by the rules of today.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

from flask import abort, g, render_template, request, url_for
from flask_babel import gettext as _

from casebook.errors import Withheld
from casebook.models import PackCheck, PackVersion
from casebook.packs import everything
from casebook.packs.current import PacksDoNotFit, approved, library_of, library_on, library_with, own_on
from casebook.packs.looking import PROOF
from casebook.procedure.dates import today
from rules.assess import ReadersDiffer, assess
from rules.complaints import judge_complaint, judge_reinstatement
from rules.conduct import Conduct
from rules.engine import EngineError
from rules.library import TASKS, Library, task_library
from rules.pack import PackError
from rules.program import ProgramError
from rules.vocabulary import BadValue, Fact, vocabulary
from web.auth import admits
from web.fact_form import SectionForm
from web.i18n import both, lang
from web.packs import words
from web.packs.forms import TrialForm
from web.packs.site_packs import PACK, READERS, load
from web.packs.writing import blueprint
from web.session import db_session, reading
from web.widgets import date_params

__all__ = ["blueprint"]

OF_ALL = "/site-packs/trial/<int(max=2147483647):check_id>/<int(max=9999):number>"
OF_ONE = OF_ALL.replace("/site-packs", PACK)
JUDGES = {"complaint": judge_complaint, "reinstatement": judge_reinstatement}


@dataclass(frozen=True)
class Tried:
    """One failure of a proof: of a version (`pack`), or of everything in force. `failed` is the property, in words."""

    pack: PackVersion | None
    row: PackCheck
    number: int
    failure: dict
    failed: str

    @property
    def task(self) -> str:
        """Whose packs fail: those of complaints, of returns to office; empty for those of cases."""
        named = {rule["pack"] for rule in self.failure["rules"]}
        return next((task for task in TASKS if named & task_library(task).packs.keys()), "")

    @property
    def stale(self) -> bool:
        if self.pack is not None:
            return self.row.digest != self.pack.digest
        return not everything.is_of_today(db_session(), self.row, today())

    @property
    def asked(self) -> list[Fact]:
        """The facts of the case, and those that stand beside them on their pages and decide first."""
        known = vocabulary().facts
        named = {*self.failure["facts"], *self.failure["changed"]}
        return [known[fact_id] for fact_id in known if fact_id in named]

    def url(self, **query: object) -> str:
        pack_id = self.pack and self.pack.id
        return url_for("site_packs.trial", pack_id=pack_id, check_id=self.row.id, number=self.number, **query)


@dataclass(frozen=True)
class Outcome:
    """What one set of rules says of the case: where the chain ends and what of the rules in question applies.

    `recommended` is what a recommendation would say instead, as where too few facts are known. A complaint and a return
    have no chain.
    """

    title: str
    disposition: str
    recommended: str
    applied: tuple[tuple[str, str, str], ...]  # rule, what it says, its article


@blueprint.get(OF_ALL, defaults={"pack_id": None})
@blueprint.get(OF_ONE)
@admits(*READERS)
def trial(pack_id: int | None, check_id: int, number: int):
    tried = _found(pack_id, check_id, number)
    failure, asked, second = tried.failure, tried.asked, request.args.get("case") == "2"
    told = failure["facts"] | (failure["changed"] if second else {})
    facts = {fact.id: told[fact.id] for fact in asked if fact.id in told}
    stored = {
        fact_id: SimpleNamespace(value=value, standing="documented", evidence="", note="")
        for fact_id, value in facts.items()
    }
    when = TrialForm(
        data={
            "conduct_on": failure["conduct_day"],
            "as_of": failure["as_of"] or today().isoformat(),
            "region": failure["region"].ljust(6, "0") if failure["region"].isdigit() else "",
        }
    )
    return _page(tried, SectionForm(asked, stored), when, facts, second)


@blueprint.post(OF_ALL, defaults={"pack_id": None})
@blueprint.post(OF_ONE)
@admits(*READERS)
def trial_submit(pack_id: int | None, check_id: int, number: int):
    tried = _found(pack_id, check_id, number)
    form, when = SectionForm(tried.asked, {}, request.form), TrialForm(request.form)
    valid = form.validate()
    if not when.validate() or not valid:
        return _page(tried, form, when, None, False), 422
    facts = {fact_id: entry.value for fact_id, entry in form.entries.items() if entry.value is not None}
    return _page(tried, form, when, facts, False)


def _found(pack_id: int | None, check_id: int, number: int) -> Tried:
    """The failure asked for, with its reading logged; 404 where there is none, or none for this person."""
    pack = None
    if pack_id is None:
        row = everything.read_proof(db_session(), g.user, check_id)
    else:
        pack, row = load(pack_id), db_session().get(PackCheck, check_id)
    db_session().commit()
    if row is None or row.pack != pack or row.kind != PROOF:
        abort(404)
    found = words.failures(row)
    if number >= len(found) or not found[number][1]["facts"]:
        abort(404)
    return Tried(pack, row, *found[number])


def _page(tried: Tried, form: SectionForm, when: TrialForm, facts: dict | None, second: bool):
    outcomes, broken = [], ""
    if facts is not None:
        try:
            outcomes = _outcomes(tried, when, facts)
        except (PackError, ProgramError, PacksDoNotFit) as error:
            broken = error.message(lang())
        except BadValue as error:  # kept when the fact still took it
            label = vocabulary().facts[error.fact_id].label(lang())
            broken = label + _(": ") + error.expected(lang())
        except (ReadersDiffer, EngineError):
            broken = Withheld.zh if lang() == "zh" else Withheld.en
    html = render_template(
        "packs/trial.html", tried=tried, pack=tried.pack, failure=tried.failure,
        said=words.sayings(), form=form, when=when,
        outcomes=outcomes, broken=broken, second=second, date_params=date_params,
        errors=[*when.error_list, *form.error_list],
    )  # fmt: skip
    db_session().commit()
    return html


def _outcomes(tried: Tried, when: TrialForm, facts: dict) -> list[Outcome]:
    pack, as_of = tried.pack, when.as_of.day
    if tried.task:
        reasons = JUDGES[tried.task](facts, as_of)["reasons"]
        applied = tuple((one["rule"], both(one), one["article"]) for one in reasons)
        return [Outcome(_("The rules in force"), "", "", applied)]
    if pack is None:
        with reading() as session:
            sides = ((_("The rules in force"), library_on(session, today())),)
    else:
        with reading() as session:
            own = own_on(approved(session), max(as_of, pack.proposed_from or as_of))
            sides = (
                (_("With this version"), library_with(session, own, pack.name, pack.text)),
                (_("Without it"), library_of(session, own)),
            )
    named = {rule["id"] for rule in tried.failure["rules"]}

    def shown(rule_id: str, one: dict) -> bool:
        return rule_id in named if pack is None else one["pack"] == pack.name

    return [_outcome(title, packs, shown, when, facts) for title, packs in sides]


def _outcome(
    title: str, packs: Library, shown: Callable[[str, dict], bool], when: TrialForm, facts: dict
) -> Outcome:
    document = assess(
        facts, Conduct.parse(when.conduct_on.data), when.as_of.day, when.region.data.strip() or None, packs
    )
    applied = tuple(
        (rule_id, both(one["explain"]), one["article"])
        for rule_id, one in document["rules"].items()
        if one["provisional"] == "fired" and shown(rule_id, one)
    )
    ends = next((law["disposition"] for law in document["law"] if law["governs"]), document["disposition"])
    return Outcome(title, ends, "" if document["disposition"] == ends else document["disposition"], applied)
