"""The hearing on its pages: what was told, what was answered, what was made of it, and the way to the panel."""

from datetime import date

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casebook import events, queries
from casebook.errors import BadFields, BadUpload, NotReady
from casebook.models import Answer, Case
from casebook.procedure import answers, ceiling, hearing, personal_link, workflow
from casebook.procedure import notice as notices
from casebook.procedure.code import grouped
from casebook.procedure.dates import today
from casebook.procedure.personal_link import DAYS
from rules.measures import measure_named
from web.auth import CASE_HANDLERS, CASE_READERS, CASE_WRITERS, admits
from web.cases import load_case
from web.fields import plain_lines
from web.files import attach_upload
from web.i18n import both, lang
from web.procedure import gate_words
from web.procedure.hearing_forms import (
    AnswerBoxes,
    AnswersForm,
    LinkForm,
    RecordForm,
    ReturnForm,
    TellForm,
    WeighForm,
)
from web.refusals import show_problems
from web.session import db_session

blueprint = Blueprint("hearing", __name__)
WORDS = {
    "stances": answers.STANCES, "adopted": answers.ADOPTED, "answered": answers.HOW_ANSWERED,
    "heard": hearing.HOW_HEARD, "told": notices.HOW_TOLD,
}  # fmt: skip


@blueprint.get("/cases/<number>/hearing")
@admits(*CASE_READERS)
def show(number: str):
    return _page(load_case(number))


def _page(case: Case, missing=(), tell_form: TellForm | None = None, status: int = 200):
    """The room of a case; `missing` is why the step just tried is not possible yet."""
    session = db_session()
    events.record(session, "hearing.read", g.user, case)
    all_notices = notices.notices_of(session, case)
    days = {one.id: notices.governing_day(one.recommendation.content) for one in all_notices}
    named = {
        one.id: [measure_name(code, days[one.id], one.months.get(code)) for code in one.measures]
        for one in all_notices
    }
    bound, bound_measures = None, []
    if any(one.told_on for one in all_notices):
        law_day = days[all_notices[-1].id]
        bound = ceiling.ceiling(session, case, law_day)
        bound_measures = [
            measure_name(code, law_day, dict(bound.months).get(code)) for code in bound.measures
        ]
    page = render_template(
        "hearing/show.html", case=case, notices=all_notices, named=named, bound=bound, bound_measures=bound_measures,
        open_points=hearing.missing_to_close(session, case), missing=missing, table=WORDS,
        needs_weighing=answers.needs_weighing, tell_form=tell_form or TellForm(data={"told_on": str(today())}),
        may=workflow.open_steps(g.user, case), hints=_hints(case, all_notices),
    )  # fmt: skip
    session.commit()
    return page, status


def _hints(case: Case, found: list) -> list:
    """What the outcome of the notice in hand contradicts, before it is decided."""
    in_hand = [one.disposition for one in found[-1:] if one.closed_at is None]
    return gate_words.hints(case, in_hand)


@blueprint.post("/cases/<number>/hearing/tell")
@admits(*CASE_WRITERS)
def tell_submit(number: str):
    case = load_case(number)
    form = TellForm(request.form)
    problems = ()
    if form.validate():
        try:
            notices.tell(db_session(), case, g.user, told_on=form.told_on.day, how=form.how.data)
        except BadFields as bad:
            show_problems(form, bad)
        except NotReady as not_ready:
            problems = not_ready.missing
        else:
            return _done(number, _("Told. What it has in view now binds: nothing heavier may follow."))
    return _page(case, problems, form, _refused(problems))


@blueprint.get("/cases/<number>/hearing/answers")
@admits(*CASE_WRITERS)
def enter(number: str):
    case = ready(number, "hear")
    return _answers_page(case, AnswersForm(), AnswerBoxes(_open_points(case)))


@blueprint.post("/cases/<number>/hearing/answers")
@admits(*CASE_WRITERS)
def enter_submit(number: str):
    case = ready(number, "hear")
    points = _open_points(case)
    form, boxes = AnswersForm(request.form), AnswerBoxes(points, request.form)
    try:
        paper = attach_upload(case)
        answers.enter_answers(
            db_session(), case, g.user, boxes.entries(), how=form.how.data or "", attachment=paper
        )
    except BadFields as bad:
        of_form = {name: problem for name, problem in bad.errors.items() if name in ("how", "attachment")}
        show_problems(form, BadFields(of_form), {"attachment": "file"})
        boxes.refuse({name: problem for name, problem in bad.errors.items() if name not in of_form})
    except BadUpload as bad:
        form.file.errors = [bad.message(lang())]
    else:
        return _done(number, _("The answers are entered."))
    db_session().rollback()
    return _answers_page(load_case(number), form, boxes, 422)


def _open_points(case: Case) -> list:
    return answers.open_notice(db_session(), case).points


def _answers_page(case: Case, form: AnswersForm, boxes: AnswerBoxes, status: int = 200):
    errors = [*form.error_list, *boxes.error_list]
    page = render_template("hearing/enter.html", case=case, form=form, boxes=boxes, errors=errors)
    db_session().commit()
    return page, status


@blueprint.get("/cases/<number>/hearing/answers/<int(max=2147483647):answer_id>")
@admits(*CASE_HANDLERS)
def weigh(number: str, answer_id: int):
    case = ready(number, "weigh")
    return _weigh_page(case, _answer(case, answer_id), WeighForm())


@blueprint.post("/cases/<number>/hearing/answers/<int(max=2147483647):answer_id>")
@admits(*CASE_HANDLERS)
def weigh_submit(number: str, answer_id: int):
    case = ready(number, "weigh")
    answer, form, problems = _answer(case, answer_id), WeighForm(request.form), ()
    if form.validate():
        texts = {"checked": plain_lines(form.checked.data), "reason": plain_lines(form.reason.data)}
        try:
            answers.weigh(db_session(), case, answer, g.user, adopted=form.adopted.data or "", **texts)
        except BadFields as bad:
            show_problems(form, bad)
        except NotReady as not_ready:
            problems = not_ready.missing
        else:
            return _done(number, _("Decided. The respondent reads it when the hearing has ended."))
    return _weigh_page(case, answer, form, problems, _refused(problems))


def _answer(case: Case, answer_id: int) -> Answer:
    answer = db_session().get(Answer, answer_id)
    if answer is None or answer.point.notice.case_id != case.id:
        abort(404)
    return answer


def _weigh_page(case: Case, answer: Answer, form: WeighForm, problems=(), status: int = 200):
    page = render_template(
        "hearing/weigh.html",
        case=case,
        answer=answer,
        point=answer.point,
        form=form,
        table=WORDS,
        missing=problems,
    )
    db_session().commit()
    return page, status


@blueprint.get("/cases/<number>/hearing/record")
@admits(*CASE_WRITERS)
def record(number: str):
    case = ready(number, "hear")
    notice = answers.open_notice(db_session(), case)
    data = {"heard_on": str(today()), "organ": f"{g.user.name}\n", "others": case.respondent.name}
    return _record_page(case, notice, RecordForm(data=data))


@blueprint.post("/cases/<number>/hearing/record")
@admits(*CASE_WRITERS)
def record_submit(number: str):
    case = ready(number, "hear")
    notice = answers.open_notice(db_session(), case)
    form, problems = RecordForm(request.form), ()
    if form.validate():
        met = form.how.data == "meeting"
        try:
            hearing.record_hearing(
                db_session(), case, g.user, heard_on=form.heard_on.day, how=form.how.data or "",
                organ=form.lines(form.organ.data) if met else (), others=form.lines(form.others.data) if met else (),
                record=plain_lines(form.record.data),
            )  # fmt: skip
        except BadFields as bad:
            show_problems(form, bad)
        except NotReady as not_ready:
            problems = not_ready.missing
        else:
            return _done(number, _("The hearing is on record."))
    return _record_page(case, notice, form, problems, _refused(problems))


def _record_page(case: Case, notice, form: RecordForm, problems=(), status: int = 200):
    page = render_template("hearing/record.html", case=case, notice=notice, form=form, missing=problems)
    db_session().commit()
    return page, status


@blueprint.get("/cases/<number>/hearing/return")
@admits(*CASE_HANDLERS)
def send_back(number: str):
    case = ready(number, "return_from_hearing")
    return _return_page(case, ReturnForm(known=queries.facts_of(db_session(), case)))


@blueprint.post("/cases/<number>/hearing/return")
@admits(*CASE_HANDLERS)
def send_back_submit(number: str):
    case = ready(number, "return_from_hearing")
    form = ReturnForm(request.form, known=queries.facts_of(db_session(), case))
    problems = ()
    if form.validate():
        try:
            hearing.return_from_hearing(
                db_session(),
                case,
                g.user,
                code=form.code.data or "",
                reason=plain_lines(form.reason.data),
                items=form.facts,
            )
        except BadFields as bad:
            show_problems(form, bad)
        except NotReady as not_ready:
            problems = not_ready.missing
        else:
            db_session().commit()
            flash(_("The case is with its officer again."))
            return redirect(url_for("cases.show_case", number=number))
    return _return_page(case, form, problems, _refused(problems))


def _return_page(case: Case, form: ReturnForm, problems=(), status: int = 200):
    page = render_template("hearing/send_back.html", case=case, form=form, missing=problems)
    db_session().commit()
    return page, status


@blueprint.post("/cases/<number>/hearing/close")
@admits(*CASE_WRITERS)
def close_submit(number: str):
    case = load_case(number)
    try:
        hearing.close_hearing(db_session(), case, g.user, today())
    except NotReady as not_ready:
        return _page(case, not_ready.missing, status=409)
    return _done(number, _("The hearing has ended. The case is before the panel."))


@blueprint.get("/cases/<number>/hearing/link")
@admits(*CASE_WRITERS)
def link(number: str):
    case = ready(number, "personal_link")
    return _link_page(case, LinkForm())


@blueprint.post("/cases/<number>/hearing/link")
@admits(*CASE_WRITERS)
def link_submit(number: str):
    """Show number and code on the page that answers: they are stored nowhere and shown this once."""
    case = ready(number, "personal_link")
    form = LinkForm(request.form)
    try:
        made, token, code = personal_link.create_link(
            db_session(), case, g.user, days=next((days for days in DAYS if str(days) == form.days.data), 0)
        )
    except BadFields as bad:
        show_problems(form, bad)
        return _link_page(case, form, 422)
    page = render_template(
        "hearing/link_made.html", case=case, link=made, code=grouped(code),
        address=url_for("answer.show", token=token, _external=True),
    )  # fmt: skip
    db_session().commit()
    return page


@blueprint.post("/cases/<number>/hearing/link/end")
@admits(*CASE_WRITERS)
def link_end_submit(number: str):
    case = load_case(number)
    personal_link.revoke_links(db_session(), case, g.user)
    return _done(number, _("The personal link has ended."))


def _link_page(case: Case, form: LinkForm, status: int = 200):
    living = personal_link.living_links(db_session(), case)
    page = render_template("hearing/link.html", case=case, form=form, links=living, tries=personal_link.TRIES)
    db_session().commit()
    return page, status


def ready(number: str, code: str) -> Case:
    """The case, if this person may take this step in it now; otherwise the page that says why not."""
    case = load_case(number)
    workflow.ensure(db_session(), g.user, code, case)
    return case


def measure_name(code: str, on: date, months: int | None = None) -> str:
    """A measure in words, with the period that people gave it."""
    name = both(measure_named(code, on))
    return _("%(measure)s (%(count)d months)", measure=name, count=months) if months else name


def _refused(problems) -> int:
    """The status of a page that shows again what was typed: too early, or something wrong with it."""
    return 409 if problems else 422


def _done(number: str, message: str):
    db_session().commit()
    flash(message)
    return redirect(url_for("hearing.show", number=number))
