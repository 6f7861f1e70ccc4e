"""Drafting the notice: which facts and grounds are told in which words, and the outcome in view."""

from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from casebook.errors import BadFields, NotReady
from casebook.models import Case
from casebook.procedure import ceiling
from casebook.procedure import notice as notices
from casebook.procedure.dates import today
from casebook.procedure.notice import Offer, PointText
from rules.measures import codes_of, ladder, measures_on, refusal
from rules.vocabulary import vocabulary
from web.auth import CASE_WRITERS, admits
from web.fields import plain_lines
from web.i18n import both, lang
from web.labels import DISPOSITIONS
from web.procedure import gate_words
from web.procedure.hearing import blueprint, measure_name, ready
from web.procedure.hearing_forms import NoticeForm
from web.procedure.wording import point_text
from web.session import db_session


@dataclass
class Box:
    """One fact or rule that may be told: whether it is ticked, its words, and what is wrong with them."""

    offer: Offer
    used: bool
    text: str
    error: str = ""

    @property
    def name(self) -> str:
        return f"{self.offer.kind}:{self.offer.ref}"

    @property
    def id(self) -> str:
        return self.name.replace(":", "-").replace(".", "-")


@blueprint.get("/cases/<number>/hearing/notice")
@admits(*CASE_WRITERS)
def draft(number: str):
    case = ready(number, "tell")
    document = notices.fresh_recommendation(db_session(), case).content
    before = notices.current_notice(db_session(), case)
    unsent = before if before is not None and before.told_on is None else None
    return _page(case, document, _form(case, document, _shown(case, unsent)), _boxes(document, unsent))


@blueprint.post("/cases/<number>/hearing/notice")
@admits(*CASE_WRITERS)
def draft_submit(number: str):
    case = ready(number, "tell")
    document = notices.fresh_recommendation(db_session(), case).content
    form, boxes, missing = _form(case, document, formdata=request.form), _boxes(document), ()
    points = ""
    chosen = set(request.form.getlist("use"))
    for box in boxes:
        box.used = box.name in chosen
        box.text = plain_lines(request.form.get(f"text:{box.name}", box.text))
    if form.validate():
        try:
            notices.draft_notice(
                db_session(), case, g.user, disposition=form.disposition.data or "", measures=form.all_measures,
                months=form.months.number, new_facts=form.new_facts.data or (), on=today(),
                points=[PointText(box.offer.kind, box.offer.ref, box.text) for box in boxes if box.used],
            )  # fmt: skip
        except BadFields as bad:
            points = _refuse(form, boxes, bad)
        except NotReady as not_ready:
            missing = not_ready.missing
        else:
            db_session().commit()
            flash(_("The notice is drafted. Read it over, then enter when and how it was told."))
            return redirect(url_for("hearing.show", number=number))
    return _page(case, document, form, boxes, missing, points, 409 if missing else 422)


def _page(
    case: Case,
    document: dict,
    form: NoticeForm,
    boxes: list[Box],
    missing=(),
    points: str = "",
    status: int = 200,
):
    law_day = notices.governing_day(document)
    errors = [{"text": points, "href": "#points"}] if points else []
    errors += [{"text": box.error, "href": f"#text-{box.id}"} for box in boxes if box.error]
    page = render_template(
        "hearing/draft.html", case=case, form=form, boxes=boxes, missing=missing, points=points,
        errors=[*errors, *form.error_list], document=document, measure_name=measure_name, law_day=law_day,
        bound=ceiling.ceiling(db_session(), case, law_day),
        hints=gate_words.hints(case, notices.in_view(db_session(), case)),
    )  # fmt: skip
    db_session().commit()
    return page, status


def _shown(case: Case, unsent) -> dict:
    """What the form shows at first: the draft that was not told yet, else the one outcome there is."""
    if unsent is not None:
        return {
            "disposition": unsent.disposition, "measures": unsent.measures, "new_facts": unsent.new_facts,
            "months": next(iter(unsent.months.values()), None),
        }  # fmt: skip
    outcomes = notices.in_view(db_session(), case)
    return {"disposition": outcomes[0]} if len(outcomes) == 1 else {}


def _form(case: Case, document: dict, data: dict | None = None, formdata=None) -> NoticeForm:
    form = NoticeForm(formdata, data=data)
    outcomes = notices.in_view(db_session(), case)
    form.disposition.choices = [SelectChoice(one, str(DISPOSITIONS[one][0])) for one in outcomes]
    allowed = {code for one in outcomes for code in ladder().dispositions[one].allows}
    recommended = set(codes_of(document["outcomes"]))
    known = {
        code: measure
        for code, measure in measures_on(notices.governing_day(document), today()).items()
        if code in allowed and refusal(measure, document["facts"]) is None
    }
    near = [code for code in known if code in recommended] or list(known)
    form.measures.choices = [SelectChoice(code, _measure(known[code])) for code in near]
    form.more_measures.choices = [
        SelectChoice(code, _measure(measure)) for code, measure in known.items() if code not in near
    ]
    if formdata is None:
        form.more_measures.data = [code for code in form.measures.data or () if code not in near]
    facts = vocabulary().facts
    form.new_facts.choices = [
        SelectChoice(fact_id, facts[fact_id].label(lang()))
        for fact_id in ceiling.newly_shown(db_session(), case)
    ]
    return form


def _measure(measure) -> str:
    """The measure with its regime."""
    return _(
        "%(regime)s: %(measure)s", regime=both(ladder().regimes[measure.regime].words), measure=both(measure)
    )


def _boxes(document: dict, unsent=None) -> list[Box]:
    kept = {(point.kind, point.ref): point.text for point in unsent.points} if unsent is not None else None
    boxes = []
    for offer in notices.offers(document):
        text = point_text(offer, document)
        if kept is None:
            boxes.append(Box(offer, offer.carries, text))
        else:
            boxes.append(Box(offer, (offer.kind, offer.ref) in kept, kept.get((offer.kind, offer.ref), text)))
    return boxes


def _refuse(form: NoticeForm, boxes: list[Box], bad: BadFields) -> str:
    """Put each problem at its field or box; returns what is wrong with the points as a whole."""
    whole = ""
    for name, problem in bad.errors.items():
        box = next((box for box in boxes if box.name == name), None)
        if box is not None:
            box.error = problem.message(lang())
        elif name in form:
            form.add_error(name, problem.message(lang()))
        else:
            whole = problem.message(lang())
    return whole
