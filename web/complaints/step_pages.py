"""The pages on which one step on a complaint is taken: the form, what is sent, and what is said afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import abort, g
from flask_babel import lazy_gettext as lazy

from casebook.complaints import duties, findings, handling, inquiry, protection, screening
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import Channel, Complaint, ComplaintPart, Feedback, Finding, Protection
from casebook.procedure.dates import today
from web.complaints import step_forms as forms
from web.complaints.step_forms import said
from web.complaints.suggested import accepted_words, result_words
from web.fields import plain_lines
from web.forms import BaseForm
from web.session import db_session, sealed

Act = Callable[[Complaint, BaseForm, int], object]


@dataclass(frozen=True)
class StepPage:
    """One page: the step of the table, its words, its form and what it does. `shows` is a part of the template."""

    step: str
    title: object
    button: object
    done: object
    act: Act
    form: Callable[[Complaint], Callable[..., BaseForm]] = lambda complaint: BaseForm
    start: Callable[[Complaint], dict] = lambda complaint: {}
    note: object = ""
    shows: str = ""
    instead: str = ""  # the page of what may be done instead


def _text(form: BaseForm, name: str) -> str:
    return plain_lines(form[name].data).strip()


def _protection(complaint: Complaint, row_id: int) -> Protection:
    row = db_session().get(Protection, row_id)
    if row is None or row.complaint_id != complaint.id or not protection.may_see(g.user, row):
        raise NotReady([Problem("本件没有这项保护任务。", "This complaint has no such task of protection.")])
    return row


def _told(act: Callable) -> Act:
    return lambda complaint, form, of: act(
        db_session(), sealed(), complaint, g.user, words=_text(form, "words"), how=form.how.data or "",
        given_on=form.given_on.day, today=today(),
    )  # fmt: skip


def _find(complaint: Complaint, form: BaseForm, of: int) -> object:
    points = {
        point.id: (form[f"point_{point.id}"].data or "", _text(form, f"reason_{point.id}"))
        for point in findings.points_of(complaint)
    }
    return handling.find(
        db_session(), complaint, g.user, points=points, whole=form.whole.data or "", reason=_text(form, "reason"),
        today=today(),
    )  # fmt: skip


def _found(complaint: Complaint) -> dict:
    kept: dict[str, object] = {"whole": complaint.finding or "", "reason": complaint.finding_reason}
    for point in findings.points_of(complaint):
        kept |= {f"point_{point.id}": point.finding or "", f"reason_{point.id}": point.reason}
    return kept


def _object(complaint: Complaint, form: BaseForm, of: int) -> Feedback:
    return handling.object_to(
        db_session(), sealed(), complaint, g.user, how=form.how.data or "", given_on=form.given_on.day,
        new_evidence=said(form.new_evidence), words=_text(form, "words"), today=today(),
    )  # fmt: skip


def _verified(complaint: Complaint) -> dict:
    """What of the case is known: the points found true, in the words of the extract."""
    true = [
        point.alleged
        for point in findings.points_of(complaint)
        if point.finding in (Finding.SUBSTANTIATED, Finding.PARTLY)
    ]
    return {"title": true[0][:200] if true else "", "summary": complaint.extract}


def _clue(complaint: Complaint, form: BaseForm, of: int) -> object:
    fields = {name: _text(form, name) for name in ("about_name", "about_unit", "about_post", "text")}
    return protection.register_clue(
        db_session(), sealed(), _protection(complaint, of), g.user, fields=fields, today=today()
    )


def _end_duty(complaint: Complaint, form: BaseForm, of: int) -> object:
    duty = next((one for one in complaint.duties if one.id == of), None) or abort(404)
    return duties.end(db_session(), complaint, duty, g.user, form.why.data or "")


def _day(**more) -> Callable[[Complaint], dict]:
    return lambda complaint: {"given_on": today().isoformat(), **more}


def _how(complaint: Complaint) -> str:
    return "receipt" if complaint.channel == Channel.WEB else ""


def _assign(part: ComplaintPart) -> Act:
    def act(complaint: Complaint, form: BaseForm, of: int) -> object:
        chosen = next(
            (
                one
                for one in duties.candidates(db_session(), complaint, part)
                if str(one.id) == form.user_id.data
            ),
            None,
        )
        if chosen is None:
            raise BadFields({"user_id": Problem("请选择人员。", "Choose the person.")})
        return duties.assign(db_session(), complaint, part, chosen, g.user, seal=sealed())

    return act


def _people(part: ComplaintPart) -> Callable[[Complaint], Callable[..., BaseForm]]:
    return lambda complaint: partial(
        forms.PersonForm, people=duties.candidates(db_session(), complaint, part)
    )


PAGES = {
    "screener": StepPage(
        "assign_screener", lazy("Assign who screens it"), lazy("Assign"),
        lazy("Assigned. This person answers the question of recusal first."), _assign(ComplaintPart.SCREENER),
        form=_people(ComplaintPart.SCREENER),
        note=lazy("Naming the screener is your consent that this person reads the original once, to screen it."),
    ),
    "handler": StepPage(
        "assign_handler", lazy("Assign who handles it"), lazy("Assign"),
        lazy("Assigned. This person answers the question of recusal first."), _assign(ComplaintPart.HANDLER),
        form=_people(ComplaintPart.HANDLER),
        note=lazy("Whoever handles it works on the neutral extract; whoever screened it does not handle it."),
    ),
    "duty-end": StepPage(
        "assign_handler", lazy("End a person's part"), lazy("End it"), lazy("The part has ended."), _end_duty,
        form=lambda complaint: forms.EndDutyForm,
        note=lazy("The person sees the complaint no longer, and whatever they were allowed to open is closed."),
    ),
    "disposition": StepPage(
        "propose_disposition", lazy("Propose the disposition"), lazy("Lay it before the chief"),
        lazy("The proposal is with the chief."),
        lambda complaint, form, of: handling.propose_disposition(
            db_session(), complaint, g.user, disposition=form.disposition.data or "",
            minutes=_text(form, "minutes"), today=today(),
        ),
        form=lambda complaint: forms.DispositionForm, shows="extract",
    ),
    "disposition-approval": StepPage(
        "approve_disposition", lazy("Approve the disposition"), lazy("Approve"),
        lazy("The disposition is approved; verification begins."),
        lambda complaint, form, of: handling.approve_disposition(db_session(), complaint, g.user, today=today()),
        shows="disposition", instead="disposition-return",
    ),
    "disposition-return": StepPage(
        "approve_disposition", lazy("Send the disposition back"), lazy("Send back"), lazy("It is sent back."),
        lambda complaint, form, of: handling.return_disposition(
            db_session(), complaint, g.user, reason=_text(form, "reason")
        ),
        form=lambda complaint: forms.ReasonForm, shows="disposition",
    ),
    "findings": StepPage(
        "find", lazy("Enter the findings"), lazy("Lay it before the chief"), lazy("The finding is with the chief."),
        _find, form=forms.FindForm.of, start=_found, shows="whole",
        note=lazy(
            "Say of each point what verification found, and why. That something is untrue says nothing of its author."
        ),
    ),
    "conclusion": StepPage(
        "conclude", lazy("Approve the conclusion"), lazy("Approve"), lazy("The complaint is concluded."),
        lambda complaint, form, of: handling.conclude(
            db_session(), complaint, g.user, today=today(),
            minutes=_text(form, "minutes") if "minutes" in form else "",
        ),
        form=lambda complaint: forms.ConcludeForm if complaint.assigned_from else BaseForm, shows="findings",
        instead="finding-return",
    ),
    "finding-return": StepPage(
        "return_finding", lazy("Send the finding back"), lazy("Send back"), lazy("It is sent back."),
        lambda complaint, form, of: handling.return_finding(
            db_session(), complaint, g.user, reason=_text(form, "reason")
        ),
        form=lambda complaint: forms.ReasonForm, shows="findings",
    ),
    "acceptance": StepPage(
        "tell_accepted", lazy("Tell the author that it is accepted"), lazy("Tell the author"),
        lazy("The author is told."), _told(handling.tell_accepted), form=lambda complaint: forms.TellForm,
        start=lambda complaint: {**_day()(complaint), "how": "receipt", "words": accepted_words(complaint)},
    ),
    "result": StepPage(
        "feed_back", lazy("Feed back the result"), lazy("Feed back"), lazy("The result is fed back."),
        _told(handling.feed_back), form=lambda complaint: forms.TellForm,
        start=lambda complaint: {**_day()(complaint), "how": "receipt", "words": result_words(complaint)},
        shows="secrecy", note=lazy("No more than the result: nobody's statements, no other person, no way of proof."),
    ),
    "message": StepPage(
        "write", lazy("Write to the author"), lazy("Send the message"), lazy("The message is sent."),
        lambda complaint, form, of: handling.write(
            db_session(), sealed(), complaint, g.user, words=_text(form, "words"), today=today()
        ),
        form=lambda complaint: forms.WriteForm, shows="messages",
    ),
    "objection": StepPage(
        "object", lazy("Enter an objection"), lazy("Enter it"), lazy("The objection is entered."), _object,
        form=lambda complaint: forms.ObjectForm, start=lambda complaint: {**_day()(complaint), "how": _how(complaint)},
    ),
    "objection-check": StepPage(
        "check_objection", lazy("Verify the new evidence of an objection"), lazy("Enter it"),
        lazy("What was found is entered."),
        lambda complaint, form, of: handling.check_objection(
            db_session(), complaint, g.user, of, checked=_text(form, "checked"), stands=said(form.stands),
            today=today(),
        ),
        form=lambda complaint: forms.CheckForm, shows="findings",
    ),
    "objection-answer": StepPage(
        "answer_objection", lazy("Answer an objection"), lazy("Send the answer"), lazy("The objection is answered."),
        lambda complaint, form, of: handling.answer_objection(
            db_session(), sealed(), complaint, g.user, of, words=_text(form, "words"), how=form.how.data or "",
            given_on=form.given_on.day, today=today(),
        ),
        form=lambda complaint: forms.TellForm, start=_day(how="receipt"), shows="secrecy",
    ),
    "reopening": StepPage(
        "reopen", lazy("Verify it once more"), lazy("Verify it once more"), lazy("It is verified once more."),
        lambda complaint, form, of: handling.reopen(
            db_session(), complaint, g.user, reason=_text(form, "reason"), today=today()
        ),
        form=lambda complaint: forms.ReasonForm, shows="findings",
    ),
    "author": StepPage(
        "examine_author", lazy("What was found of the author"), lazy("Enter it"), lazy("It is entered."),
        lambda complaint, form, of: handling.examine_author(
            db_session(), complaint, g.user, finding=form.finding.data or "", reason=_text(form, "reason")
        ),
        form=lambda complaint: forms.AuthorForm,
        start=lambda complaint: {"finding": str(complaint.author_finding), "reason": complaint.author_reason},
        note=lazy(
            "Apart from whether the complaint is true. A mistaken report is never punished; a false accusation needs "
            "invention and intent, both shown, and an approved file."
        ),
    ),
    "case": StepPage(
        "open_case", lazy("Open a case from it"), lazy("Open the case"), lazy("The case is opened."),
        lambda complaint, form, of: handling.open_case(
            db_session(), complaint, g.user, title=_text(form, "title"), summary=_text(form, "summary")
        ),
        form=lambda complaint: forms.CaseForm, start=_verified,
        note=lazy(
            "Respondent, unit and post go over as they are. The respondent may come to see the case: nothing in it "
            "shows that somebody complained."
        ),
    ),
    "closing": StepPage(
        "close", lazy("Close it"), lazy("Close it"), lazy("The complaint is closed."),
        lambda complaint, form, of: handling.close(
            db_session(), complaint, g.user, why=form.why.data or "", today=today()
        ),
        form=lambda complaint: forms.CloseForm,
    ),
    "inquiry": StepPage(
        "note_inquiry", lazy("Enter that an inquiry reached the person"), lazy("Enter it"), lazy("It is entered."),
        lambda complaint, form, of: inquiry.reached(
            db_session(), complaint, g.user, on=form.given_on.day, today=today()
        ),
        form=lambda complaint: forms.InquiryForm, start=_day(),
        note=lazy("A local rule (Changzhou) asks for the answer within 15 working days; no national one is known."),
    ),
    "inquiry-answer": StepPage(
        "note_inquiry", lazy("Enter the answer to an inquiry"), lazy("Enter it"), lazy("It is entered."),
        lambda complaint, form, of: inquiry.answered(
            db_session(), complaint, g.user, on=form.given_on.day, today=today()
        ),
        form=lambda complaint: forms.InquiryAnswerForm, start=_day(),
        note=lazy("The day only; what was answered is in the file of the inquiry."),
    ),
    "respondent": StepPage(
        "tell_respondent", lazy("Tell the respondent what was found"), lazy("Enter it"), lazy("It is entered."),
        lambda complaint, form, of: handling.tell_respondent(
            db_session(), complaint, g.user, how=form.how.data or "", given_on=form.given_on.day, today=today()
        ),
        form=lambda complaint: forms.RespondentForm, start=_day(),
        note=lazy(
            "On the respondent's own request (art. 38). Say what was found of each point and no more: not that "
            "somebody wrote, nor who, how or when. Only the day and the way are kept here."
        ),
        shows="findings",
    ),
    "again": StepPage(
        "screen_again", lazy("Screen it again"), lazy("Screen it again"),
        lazy("It is registered again and waits to be screened."),
        lambda complaint, form, of: screening.again(db_session(), complaint, g.user),
        note=lazy(
            "When the author has added what was missing. To read the original once more, ask to open it for screening."
        ),
    ),
    "inside": StepPage(
        "report_inside", lazy("Tell the petition unit that it is concluded"), lazy("Enter it"), lazy("It is entered."),
        lambda complaint, form, of: handling.report_inside(
            db_session(), complaint, g.user, given_on=form.given_on.day, today=today()
        ),
        form=lambda complaint: forms.InsideForm, start=_day(),
        note=lazy("The result goes to the unit that received it, each quarter (art. 18); not to the author."),
    ),
    "protection": StepPage(
        "protect", lazy("Open a priority task"), lazy("Open the task"),
        lazy("The task is open and stands above all else."),
        lambda complaint, form, of: protection.ask(
            db_session(), complaint, g.user, kind=form.kind.data or "", raised_on=form.raised_on.day, today=today()
        ),
        form=lambda complaint: forms.ProtectForm, start=lambda complaint: {"raised_on": today().isoformat()},
        note=lazy(
            "When the author asks for protection or reports retaliation, or when something of it has leaked, whoever "
            "found that. Retaliation and a leak become clues of their own; a leak is dealt with by the chief, and "
            "whoever handles the complaint does not see it."
        ),
    ),
    "protection-measures": StepPage(
        "protect", lazy("Enter what is done"), lazy("Enter them"), lazy("The measures are entered."),
        lambda complaint, form, of: protection.record_measures(
            db_session(), _protection(complaint, of), g.user, measures=_text(form, "measures"), seal=sealed()
        ),
        form=lambda complaint: forms.MeasuresForm,
    ),
    "protection-clue": StepPage(
        "protect", lazy("Register it as a clue of its own"), lazy("Register the clue"),
        lazy("The clue is registered; the chief assigns who screens it."), _clue,
        form=lambda complaint: forms.ClueForm,
        note=lazy(
            "Who the author is stays sealed under the old number and the clue is registered as anonymous. It goes "
            "along only if an opening of the identity for the protection of the author was granted to you."
        ),
    ),
    "protection-close": StepPage(
        "protect", lazy("Close the task"), lazy("Close the task"), lazy("The task is closed."),
        lambda complaint, form, of: protection.close(
            db_session(), _protection(complaint, of), g.user, outcome=_text(form, "outcome"), today=today(),
            seal=sealed(),
        ),
        form=lambda complaint: forms.ProtectedForm,
    ),
    "consent": StepPage(
        "consent", lazy("Publicity about the author"), lazy("Enter the answer"), lazy("The answer is sealed."),
        lambda complaint, form, of: protection.consent(
            db_session(), sealed(), complaint, g.user, given=said(form.given), words=_text(form, "words"),
            on=form.on.day,
        ),
        form=lambda complaint: forms.ConsentForm, start=lambda complaint: {"on": today().isoformat()},
        note=lazy("Nothing of an author is made known without their own consent (art. 47)."), shows="consent",
    ),
    "publicity": StepPage(
        "consent", lazy("Note a publication about the author"), lazy("Note it"), lazy("It is noted."),
        lambda complaint, form, of: protection.publicise(db_session(), sealed(), complaint, g.user),
        shows="consent",
    ),
}  # fmt: skip
NEED_A_ROW = {
    "duty-end", "objection-check", "objection-answer", "protection-measures", "protection-clue", "protection-close",
}  # fmt: skip
# The page on which a step that is awaited is taken.
PAGE_OF = {
    "assign_screener": "screener", "assign_handler": "handler",
    "propose_disposition": "disposition", "approve_disposition": "disposition-approval", "find": "findings",
    "conclude": "conclusion", "tell_accepted": "acceptance", "feed_back": "result",
    "check_objection": "objection-check", "answer_objection": "objection-answer", "reopen": "reopening",
    "close": "closing", "report_inside": "inside",
}  # fmt: skip
