"""What the page of a complaint shows: where it stands, what waits for whom, which rooms there are."""

from dataclasses import dataclass

from flask import current_app, g, url_for
from flask_babel import gettext as _

from casebook.clocks.working import working_days
from casebook.complaints import awaited, due, inquiry, listing, log, protection, secrecy, steps, stub
from casebook.complaints.awaited import PARTS, Awaited
from casebook.models import Complaint, ComplaintState, Event, Role, User
from web.complaints.step_pages import NEED_A_ROW, PAGE_OF, PAGES
from web.i18n import both, lang
from web.session import db_session

# The page of another room on which an awaited step is taken, and the rooms beside this page.
_ELSEWHERE = {
    "screen": "screening.show", "accept": "screening.show", "refuse": "screening.show",
    "pass_on": "screening.show", "answer_opening": "openings.show",
    "answer_false": "false_accusation.show", "protect": "complaint.show",
}  # fmt: skip
_ROOMS = (
    ("screening.show", "登记审查", "Screening"),
    ("openings.show", "调阅密封内容", "Opening what is sealed"),
    ("false_accusation.show", "诬告陷害认定", "False accusation"),
    ("complaint_papers.show", "文书", "Papers"),
)
_PATH = (
    ComplaintState.REGISTERED, ComplaintState.ACCEPTED, ComplaintState.HANDLING, ComplaintState.CONCLUDED,
    ComplaintState.CLOSED,
)  # fmt: skip
# What a handler is not shown: how it came in and how it is signed, which tells of the author.
_WAY_IN = (
    "complaint.taken_in", "complaint.entered", "complaint.told_accepted", "complaint.told_result", "complaint.written",
    "complaint.consented", "complaint.publicised",
)  # fmt: skip
_REFUSED = ("access.refused", "seal.refused", "seal.unmasking_refused", "complaint.leak_refused")
_WATCH = (Role.CHIEF, Role.AUDITOR)
_SCREENING = ("screen", "accept", "refuse", "pass_on", "send_up")
OF_THE_AUTHOR = ("tell_accepted", "feed_back", "close")  # what waits tells how it is signed


@dataclass(frozen=True)
class Next:
    """A step that waits, where it is taken, and of whom."""

    words: str
    url: str
    who: str = ""


def knows_the_way_in(complaint: Complaint) -> bool:
    """Whether the signed-in person is shown how it came in and how it is signed."""
    return listing.knows_the_way_in(g.user)


def knows_what(complaint: Complaint) -> bool:
    """Whether the signed-in person is shown whom and what it is about: by their part, or as the auditor (SEC-06).

    The list shows an auditor none of it, so that nobody looks through many at once; each page that is read is logged.
    """
    return listing.knows_what(g.user, complaint) or g.user.role == Role.AUDITOR


def path(complaint: Complaint) -> list[tuple[str, str]]:
    """Every state on the way, in words, with whether it is done, now, or ahead; [] off the way."""
    if complaint.state not in _PATH:
        return []
    now = _PATH.index(complaint.state)
    ahead = ["done" if place < now else "now" if place == now else "ahead" for place in range(len(_PATH))]
    return [(both(steps.STATES[state]), word) for state, word in zip(_PATH, ahead, strict=True)]


def mine(complaint: Complaint) -> list[Next]:
    """What waits for the signed-in person."""
    found = [Next(_words(one), _url(complaint, one)) for one in _due_now(complaint)]
    return list(dict.fromkeys(found))  # several requests wait on one page


def others(complaint: Complaint) -> list[Next]:
    """What waits for somebody else, and for whom."""
    own = {(one.step, one.of) for one in _due_now(complaint)}
    found = [
        Next(_words(one), "", "、".join(awaited.holders(complaint, one.part)) or both(PARTS[one.part]))
        for one in awaited.awaited(db_session(), complaint, _ends(complaint))
        if (one.step, one.of) not in own and is_told(g.user, complaint, one)
    ]
    return list(dict.fromkeys(found))


def possible(complaint: Complaint) -> list[Next]:
    """The other steps this person may take now, though nothing waits for them."""
    due_now = {one.step for one in _due_now(complaint)}
    found = []
    for code, page in PAGES.items():
        waits = page.step in due_now and code != "protection"  # one task is open; another may be called for
        if code in NEED_A_ROW or waits or not steps.may_do(g.user, page.step, complaint):
            continue
        if is_open(code, complaint):
            found.append(Next(str(page.title), url_for("complaint.step", number=complaint.number, page=code)))
    return found


def is_told(user: User, complaint: Complaint, one: Awaited) -> bool:
    """Whether this person is told that a step waits for somebody else: not how it is signed, nor of a leak."""
    if one.step == "protect":
        ends = _ends(complaint).tasks.get(complaint.id, ())
        return all(protection.may_see(user, row) for row in ends if row.id == one.of)
    return one.step not in OF_THE_AUTHOR or listing.knows_the_way_in(user)


def _due_now(complaint: Complaint) -> list[Awaited]:
    return awaited.due_for(db_session(), g.user, complaint, _ends(complaint))


def _ends(complaint: Complaint) -> awaited.LooseEnds:
    """What waits in it, read once for a page."""
    if "loose_ends" not in g:
        g.loose_ends = awaited.loose_ends(db_session(), complaint)
    return g.loose_ends


def is_open(code: str, complaint: Complaint) -> bool:
    """Whether the page of a step has anything to take, beyond what the table of steps says."""
    proposed = complaint.disposition_proposed_on is not None and complaint.disposed_on is None
    found = complaint.state == ComplaintState.HANDLING and complaint.found_on is not None
    signed = complaint.naming == "real_name" and complaint.repeat_of_id is None
    conditions = {
        "disposition-approval": proposed, "disposition-return": proposed,
        "conclusion": found, "finding-return": found,
        "acceptance": signed and complaint.told_on is None, "result": complaint.fed_back_on is None,
        "objection": complaint.fed_back_on is not None, "case": complaint.case_id is None and bool(_true(complaint)),
        "inquiry": inquiry.may_reach(complaint), "inquiry-answer": inquiry.may_answer(complaint),
        "reopening": False, "respondent": telling_respondent(complaint),
        "inside": due.reported_inside(complaint) is None,
    }  # fmt: skip
    if code == "case" and g.user.role != Role.OFFICER:
        return False
    return conditions.get(code, True)


def telling_respondent(complaint: Complaint) -> bool:
    """Whether the respondent can be told what was found: named, not told of it yet, and no case that tells them."""
    return (
        bool(complaint.respondent_name)
        and complaint.case_id is None
        and due.told_respondent(complaint) is None
    )


def rooms(complaint: Complaint) -> list[tuple[str, str]]:
    """The pages of a complaint beside its own."""
    if complaint.state == ComplaintState.STUB:
        return []
    found = []
    for endpoint, zh, en in _ROOMS:
        view = current_app.view_functions.get(endpoint)
        if endpoint == "screening.show" and not any(
            steps.may_do(g.user, step, complaint) for step in _SCREENING
        ):
            continue
        if view is not None and g.user.role in view.roles:
            values = {"what": "complaints"} if endpoint == "complaint_papers.show" else {}
            found.append((zh if lang() == "zh" else en, url_for(endpoint, number=complaint.number, **values)))
    return found


def deadlines(complaint: Complaint) -> list[due.Due]:
    """Its deadlines, for whoever may know how it is signed."""
    found = due.deadlines(complaint, working_days(db_session(), complaint.organisation))
    signed = ("complaint.tell_accepted", "complaint.feed_back")
    return [one for one in found if knows_the_way_in(complaint) or one.limit.id not in signed]


def history(complaint: Complaint) -> list[Event]:
    """What happened, latest first; every opening and every reading of what is sealed among it.

    Who was refused here is shown to the chief, the one above and the auditor.
    """
    hidden = {"complaint.read"}
    if not knows_the_way_in(complaint):
        hidden |= {*_WAY_IN, *protection.LEAK_EVENTS}
    if g.user.role not in _WATCH:
        hidden |= set(_REFUSED)
    shown = [kind for kind in (*stub.HISTORY, *_REFUSED) if kind not in hidden]
    only = shown if stub.is_stub(complaint) else ()
    return log.history(db_session(), complaint, reads=True, kinds=only, without=hidden)[::-1]


def tried(complaint: Complaint) -> str:
    """Who wrote what is sealed and was refused, and how often: for the chief, the one above and the auditor."""
    found = secrecy.refusals(db_session(), complaint) if g.user.role in _WATCH else []
    return _(", ").join(f"{name} × {count}" for name, count in found)


def _true(complaint: Complaint) -> list:
    return [point for point in complaint.points if point.finding in ("substantiated", "partly")]


def _words(one: Awaited) -> str:
    if one.step == "protect":
        leaks = {
            row.id for rows in g.loose_ends.tasks.values() for row in rows if row.kind == protection.LEAK
        }
        return (
            _("Deal with a leak: a task is open")
            if one.of in leaks
            else _("Protect the author: a task is open")
        )
    return steps.STEPS[one.step].label(lang())


def _url(complaint: Complaint, one: Awaited) -> str:
    if one.step in PAGE_OF:
        code = PAGE_OF[one.step]
        return url_for(
            "complaint.step", number=complaint.number, page=code, of=one.of if code in NEED_A_ROW else None
        )
    if one.step == "protect":
        return url_for("complaint.show", number=complaint.number, _anchor="protection")
    endpoint = _ELSEWHERE.get(one.step, "")
    if endpoint in current_app.view_functions:
        return url_for(endpoint, number=complaint.number)
    return url_for("complaint.show", number=complaint.number)
