"""Talks with the people of a case, and the commitment record beside it."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook import commitment, talks
from casebook.errors import BadFields
from casebook.models import Case, Role, Talk
from casebook.procedure import workflow
from casebook.procedure.dates import today
from web.auth import CASE_READERS, admits
from web.cases import load_case
from web.forms import BaseForm
from web.procedure.talk_forms import CommitmentForm, FollowUpForm, TalkForm
from web.refusals import show_problems
from web.session import db_session

blueprint = Blueprint("talks", __name__)
TALKERS = (Role.OFFICER, Role.REVIEWER, Role.CHIEF)
NOTERS = (Role.OFFICER, Role.CHIEF)


@blueprint.get("/cases/<number>/talks")
@admits(*CASE_READERS)
def show(number: str):
    case = load_case(number)
    held = talks.read_talks(db_session(), g.user, case)
    entries = commitment.read_commitment(db_session(), g.user, case)
    record = [
        (name, [entry for entry in entries if entry.channel == code])
        for code, name in commitment.CHANNELS.items()
    ]
    page = render_template(
        "procedure/talks.html", case=case, held=held, kinds=talks.KINDS, today=today(),
        record=[(name, found) for name, found in record if found],
        may_talk=workflow.may_do(g.user, "talk", case),
        may_note=workflow.may_do(g.user, "note_commitment", case),
    )  # fmt: skip
    db_session().commit()
    return page


@blueprint.get("/cases/<number>/talks/new")
@admits(*TALKERS)
def new_talk(number: str):
    case = load_case(number)
    if not workflow.may_do(g.user, "talk", case):
        return _back(case)
    return _form_page(
        "talk_new", case, TalkForm(data={"person": case.respondent.name, "held_on": today().isoformat()})
    )


@blueprint.post("/cases/<number>/talks/new")
@admits(*TALKERS)
def new_talk_submit(number: str):
    case = load_case(number)
    form = TalkForm(request.form)
    if form.validate():
        try:
            talks.record(
                db_session(), case, g.user, kind=form.kind.data, person=form.person.data, held_on=form.held_on.day,
                held_by=form.held_by.data, purpose=form.purpose.data, raised=form.raised.data,
                promised=form.promised.data or "", follow_up_on=form.follow_up_on.day, today=today(),
            )  # fmt: skip
        except BadFields as bad:
            show_problems(form, bad)
        else:
            db_session().commit()
            flash(_("The talk is entered."))
            return _back(case)
    return _form_page("talk_new", case, form, status=422)


@blueprint.get("/cases/<number>/talks/<int(max=2147483647):talk_id>/follow-up")
@admits(*TALKERS)
def follow_up(number: str, talk_id: int):
    case, talk = _loaded(number, talk_id)
    if talk.followed_up_on or not workflow.may_do(g.user, "talk", case):
        return _back(case)
    return _form_page(
        "talk_follow_up", case, FollowUpForm(data={"followed_up_on": today().isoformat()}), talk
    )


@blueprint.post("/cases/<number>/talks/<int(max=2147483647):talk_id>/follow-up")
@admits(*TALKERS)
def follow_up_submit(number: str, talk_id: int):
    case, talk = _loaded(number, talk_id)
    form = FollowUpForm(request.form)
    if form.validate():
        try:
            talks.follow_up(
                db_session(), case, g.user, talk_id, followed_up_on=form.followed_up_on.day, words=form.words.data,
                today=today(),
            )  # fmt: skip
        except BadFields as bad:
            show_problems(form, bad)
        else:
            db_session().commit()
            flash(_("The follow-up is entered."))
            return _back(case)
    return _form_page("talk_follow_up", case, form, talk, 422)


@blueprint.get("/cases/<number>/commitment/new")
@admits(*NOTERS)
def new_entry(number: str):
    case = load_case(number)
    if not workflow.may_do(g.user, "note_commitment", case):
        return _back(case)
    return _form_page("commitment_new", case, CommitmentForm())


@blueprint.post("/cases/<number>/commitment/new")
@admits(*NOTERS)
def new_entry_submit(number: str):
    case = load_case(number)
    form = CommitmentForm(request.form)
    if form.validate():
        try:
            commitment.note(
                db_session(), case, g.user, channel=form.channel.data or "", observed_on=form.observed_on.day,
                source=form.source.data, text=form.text.data, today=today(),
            )  # fmt: skip
        except BadFields as bad:
            show_problems(form, bad)
        else:
            db_session().commit()
            flash(_("The observation is entered."))
            return _back(case)
    return _form_page("commitment_new", case, form, status=422)


def _back(case: Case):
    return redirect(url_for("talks.show", number=case.number), 303)


def _loaded(number: str, talk_id: int) -> tuple[Case, Talk]:
    case = load_case(number)
    talk = talks.talk_of(db_session(), case, talk_id)
    if talk is None:
        abort(404)
    return case, talk


def _form_page(name: str, case: Case, form: BaseForm, talk: Talk | None = None, status: int = 200):
    page = render_template(f"procedure/{name}.html", case=case, form=form, talk=talk, kinds=talks.KINDS)
    db_session().commit()
    return page, status
