"""The records still to obtain in a case: who holds each, what would settle the case, and where the answer goes."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook import intake
from casebook.access import WRITE_CASE, may
from casebook.errors import BadFacts, BadFields, StaleCase, Withheld
from casebook.models import Case
from casebook.procedure.dates import today
from casebook.procedure.sources import SOURCES, is_told
from casebook.worklist import Item, outstanding
from rules.vocabulary import vocabulary
from web import sections
from web.auth import CASE_READERS, CASE_WRITERS, admits
from web.cases import load_case, writable_case
from web.fact_form import SectionForm
from web.i18n import lang
from web.labels import DISPOSITIONS
from web.report import change_words
from web.session import db_session
from web.values import value_words
from web.widgets import date_params

blueprint = Blueprint("worklist", __name__)
INLINE = 12  # so many lines take their answer on the page; the others lead to their question


@dataclass(frozen=True)
class Line:
    """One line of the list: its place, the fact, what its answers would do, and the form that takes the answer."""

    place: int
    item: Item
    settles: list[tuple[str, list[str]]]
    form: SectionForm | None

    @property
    def fact(self):
        return self.item.fact

    @property
    def answers(self) -> list[str]:
        """The answers that paper offers to be ticked; none for a number, a date or a text."""
        values = (True, False) if self.fact.type == "boolean" else [one.value for one in self.fact.choices]
        return [value_words(self.fact.id, value) for value in values]


@blueprint.get("/cases/<number>/worklist")
@admits(*CASE_READERS)
def show(number: str):
    case = load_case(number)
    printed = request.args.get("print") == "1"
    return _page(case, printed=printed)


@blueprint.post("/cases/<number>/worklist/<fact_id>")
@admits(*CASE_WRITERS)
def obtained(number: str, fact_id: str):
    if fact_id not in vocabulary().facts:
        abort(404)
    case = writable_case(number)
    form = SectionForm([vocabulary().facts[fact_id]], {}, request.form)
    seen = request.form.get("seen_version", 0, type=int)
    source = request.form.get("source", "").strip()
    if form.validate():
        if form.entries[fact_id].value is None:
            form.rows[0].errors = [_("Enter what the record says; what is still unknown stays on the list.")]
        else:
            try:
                intake.save_facts(db_session(), case, form.entries, g.user, seen_version=seen, source=source)
            except BadFacts as bad:
                form.refuse(bad.errors[fact_id])
            except BadFields as bad:
                form.source_error = next(iter(bad.errors.values())).message(lang())
            except StaleCase as stale:
                form.rows[0].errors = [stale.message(lang())]
    if form.error_list:
        db_session().rollback()
        return _page(load_case(number), {fact_id: form}, status=422)
    db_session().commit()
    flash(
        _(
            "Entered: %(fact)s. The list has been worked out again.",
            fact=vocabulary().facts[fact_id].label(lang()),
        )
    )
    return redirect(url_for("worklist.show", number=number))


def _page(
    case: Case, forms: dict[str, SectionForm] | None = None, *, printed: bool = False, status: int = 200
):
    """The list; where nothing can be worked out, the way back to the case, which says why."""
    forms = forms or {}
    writes = may(g.user, WRITE_CASE, case) and not printed
    try:
        found = outstanding(db_session(), case, g.user, today(), printed=printed)
    except Withheld as withheld:
        db_session().rollback()
        flash(withheld.message(lang()))
        return redirect(url_for("cases.show_case", number=case.number))
    lines = [
        _line(place, item, forms.get(item.fact.id), writes and place <= INLINE)
        for place, item in enumerate(found.items, start=1)
    ]
    shown = {
        "case": case, "names": {"respondent": case.respondent, "organisation": case.organisation.name(lang())},
        "worklist": found, "lines": lines, "holders": _by_holder(lines), "may_write": writes,
        "date_params": date_params,
        "errors": [error for form in forms.values() for error in form.error_list], "open_ids": set(forms),
        "sources": SOURCES if writes and is_told(db_session(), case) else {}, "printed": printed,
        "as_of": today(), "fact_url": sections.fact_url,
    }  # fmt: skip
    db_session().commit()
    return render_template("worklist/print.html" if printed else "worklist/show.html", **shown), status


def _line(place: int, item: Item, form: SectionForm | None, inline: bool) -> Line:
    entered = {item.fact.id: item.entered} if item.entered is not None else {}
    if form is None and inline:
        form = SectionForm([item.fact], entered)
    grouped: dict[str, list[str]] = {}
    for answer, disposition in item.asked.settles.items():
        grouped.setdefault(disposition, []).append(change_words(item.fact.id, answer))
    settles = [(str(DISPOSITIONS[disposition][0]), answers) for disposition, answers in grouped.items()]
    return Line(place, item, settles, form)


def _by_holder(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """The lines under whoever usually holds their records, in the order of the most decisive of each."""
    grouped: dict[str, list[Line]] = {}
    for line in lines:
        grouped.setdefault(line.fact.holder(lang()), []).append(line)
    return list(grouped.items())
