"""Search: the form, the results under an address that says nothing, and the searches a person keeps."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook.errors import BadFields
from casebook.models import SavedSearch
from casebook.search import likeness, saved
from casebook.search.filters import Filters
from casebook.search.find import find
from casebook.search.texts import FIELDS
from web.auth import CASE_READERS, admits
from web.paging import asked_page
from web.refusals import show_problems
from web.search.forms import SaveForm, SearchForm
from web.session import db_session

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
@admits(*CASE_READERS)
def start():
    return _page(SearchForm(data={"scope": request.args.get("scope")}))  # words in an address are not taken


@blueprint.post("/search")
@admits(*CASE_READERS)
def start_submit():
    """Keep what was sent and go on to its results: they can be loaded again, and their address tells nothing."""
    form = SearchForm(request.form)
    form.validate()
    filters = form.filters
    if not form.errors:
        try:
            search = saved.remember(db_session(), g.user, form.q.data or "", filters)
        except BadFields as bad:
            show_problems(form, bad)
        else:
            db_session().commit()
            return redirect(url_for("search.results", key=search.key))
    return _page(form), 422


@blueprint.get("/search/<key>")
@admits(*CASE_READERS)
def results(key: str):
    return _results(saved.get(db_session(), g.user, key))


@blueprint.post("/search/<key>/save")
@admits(*CASE_READERS)
def save(key: str):
    search, form = saved.get(db_session(), g.user, key), SaveForm(request.form)
    if form.validate():
        try:
            saved.keep(db_session(), g.user, search, form.name.data, tells=form.tells.data)
        except BadFields as bad:
            show_problems(form, bad)
        else:
            db_session().commit()
            flash(_("The search is saved."))
            return redirect(url_for("search.results", key=key))
    return _results(search, form), 422


@blueprint.post("/search/<key>/remove")
@admits(*CASE_READERS)
def remove(key: str):
    saved.remove(db_session(), g.user, saved.get(db_session(), g.user, key))
    db_session().commit()
    flash(_("The saved search is removed."))
    return redirect(url_for("search.start"))


def _page(form: SearchForm) -> str:
    kept = saved.named(db_session(), g.user)
    html = render_template("search/start.html", form=form, kept=kept, fields=FIELDS)
    db_session().commit()
    return html


def _results(search: SavedSearch, save_form: SaveForm | None = None) -> str:
    found = find(db_session(), g.user, search.query, Filters.from_json(search.filters), page=asked_page())
    form = SearchForm.of(search)
    alike = None
    if "alike" in request.args and search.query and not form.is_of_cases and likeness.is_installed():
        shown = [hit.precedent.id for hit in found.hits]
        alike = likeness.alike(db_session(), g.user, search.query, likeness.embedder(), without=shown)
    save_form = save_form or SaveForm(data={"name": search.name, "tells": search.tells})
    html = render_template(
        "search/results.html", form=form, search=search, found=found, save_form=save_form, fields=FIELDS,
        kept=saved.named(db_session(), g.user), alike=alike, may_be_alike=likeness.is_installed(),
    )  # fmt: skip
    db_session().commit()
    return html
