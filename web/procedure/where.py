"""Where a case stands and what this person may do next: shown on the page of every case."""

from dataclasses import dataclass

from flask import Flask, g, url_for
from flask_babel import gettext as _

from casebook.clearance import grounds, requests, return_steps, returns, scope
from casebook.clearance import steps as clearance_steps
from casebook.clearance.clearances import of_case
from casebook.models import Case, Decision, Stage
from casebook.procedure import workflow
from casebook.procedure.due import due_of_others, due_steps
from web.i18n import lang
from web.procedure import blind
from web.session import db_session

# The page on which each step is taken; steps of the intake have their places on the case's own page.
PAGES = {
    "submit": "review.show", "assign_reviewer": "review.show", "assign_second": "review.show",
    "review": "review.show", "second_review": "review.second", "return_to_officer": "review.show",
    "pass_review": "review.show",
    "tell": "hearing.show", "hear": "hearing.show", "weigh": "hearing.show", "return_from_hearing": "hearing.show",
    "close_hearing": "hearing.show", "personal_link": "hearing.link",
    "seat_panel": "panel.show", "meet": "panel.show", "vote": "panel.show", "decide": "panel.show",
    "return_from_panel": "panel.show", "sign": "panel.show",
    "serve": "decision.show", "notify": "decision.show", "enforce": "decision.show", "close": "decision.show",
    "order_correction": "corrections.show", "report_correction": "corrections.show",
    "verify_correction": "corrections.show", "finish_corrections": "corrections.show",
    "file_appeal": "appeals.show", "assign_appeal": "appeals.show", "decide_appeal": "appeals.show",
    "admit_late_appeal": "appeals.show", "withdraw_appeal": "appeals.show", "serve_appeal": "appeals.show",
    "consult": "precedents.of_case", "propose_precedent": "publishing.propose",
    "period_notice": "returns.of_case", "ask_return": "returns.of_case",
    "talk": "talks.show", "note_commitment": "talks.show",
    "ask_recusal": "recusal.show", "decide_recusal": "recusal.show", "hand_over": "recusal.show",
    "finish_deadline": "clocks.of_case", "change_deadline": "clocks.of_case", "issue_paper": "papers.of_case",
}  # fmt: skip
# The rooms of a case: the page, its name, and from which stage on there is something to see.
ROOMS = (
    ("recommendation.show_latest", "处理建议", "Recommendation", Stage.INTAKE),
    ("review.show", "审核", "Review", Stage.INTAKE),
    ("review.second", "复评", "Second opinion", Stage.REVIEW),
    ("hearing.show", "告知与申辩", "Hearing", Stage.HEARING),
    ("panel.show", "集体审议", "Panel", Stage.PANEL),
    ("decision.show", "决定与执行", "Decision", Stage.DECIDED),
    ("corrections.show", "纠错", "Corrections", Stage.NOTIFIED),
    ("appeals.show", "申诉", "Appeals", Stage.NOTIFIED),
    ("returns.of_case", "影响期与重新任职", "Period and return", Stage.NOTIFIED),
    ("precedents.of_case", "先例", "Precedents", Stage.INTAKE),
    ("talks.show", "谈话与担当记录", "Talks and commitment", Stage.INTAKE),
    ("recusal.show", "回避", "Recusal", Stage.INTAKE),
    ("clocks.of_case", "期限", "Deadlines", Stage.INTAKE),
    ("papers.of_case", "文书", "Papers", Stage.INTAKE),
)
_ORDER = list(Stage)


@dataclass(frozen=True)
class Next:
    """A page to go to, and the steps that this person may take there now."""

    url: str
    steps: tuple[str, ...]


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        stage_path=stage_path, stage_name=stage_name, rooms=rooms, to_clear=to_clear,
        ground_of_decision=grounds.ground_in, ground_law=grounds.LAW,
    )  # fmt: skip


def stage_name(stage: str) -> str:
    return workflow.STAGES[Stage(stage)].message(lang())


def stage_path(case: Case) -> list[tuple[str, str]]:
    """Every stage in words, with whether it is done, now, or ahead."""
    now = _ORDER.index(case.stage)
    states = ["done" if place < now else "now" if place == now else "ahead" for place in range(len(_ORDER))]
    return [(stage_name(stage), state) for stage, state in zip(_ORDER, states, strict=True)]


def next_pages(case: Case) -> list[Next]:
    """What waits for the signed-in person in a case, page by page; read before the view commits."""
    found: dict[str, list[str]] = {}
    for step in due_steps(db_session(), g.user, case):
        if blind.is_open(PAGES[step.code], case):
            found.setdefault(PAGES[step.code], []).append(step.label(lang()))
    pages = [Next(url_for(page, number=case.number), tuple(steps)) for page, steps in found.items()]
    return pages + _beside(case)


def due_words(case: Case) -> str:
    """What waits for the signed-in person in a case, in one line of a list."""
    words = [step for page in next_pages(case) for step in page.steps]
    if to_clear(case):
        words.append(_("Begin the clearance because of a decision"))
    return _("; ").join(words)


def to_clear(case: Case) -> list[Decision]:
    """The decisions of a case, revoked or making nothing out, whose clearance the signed-in person may begin."""
    if not blind.is_open("appeals.show", case) or not clearance_steps.may_open(g.user, case=case):
        return []
    return scope.uncleared(db_session(), case)


def _beside(case: Case) -> list[Next]:
    """What waits for the signed-in person beside the path of the case: a request of the person, a return to office."""
    session, found = db_session(), []
    if not blind.is_open("returns.show", case):
        return found
    waits = any(one.answer == "" for one in requests.of_case(session, case))
    if waits and requests.may_answer(g.user, case):
        found.append(
            Next(
                url_for("clearance.of_case", number=case.number),
                (_("Answer the person’s request for clearance"),),
            )
        )
    for row in returns.returns_of(session, case):
        kinds = return_steps.open_kinds(g.user, row)
        if kinds:
            steps = tuple(f"{kind.label(lang())} ({row.number})" for kind in kinds)
            found.append(Next(url_for("returns.show", number=row.number), steps))
    return found


def others_due(case: Case) -> list[tuple[str, str]]:
    """Whom the case waits for beside the signed-in person: each name with what is to be done."""
    return [
        (user.name, _("; ").join(step.label(lang()) for step in steps))
        for user, steps in due_of_others(db_session(), g.user, case)
    ]


def rooms(case: Case) -> list[tuple[str, str]]:
    """The pages of a case beside its own, each with its address."""
    reached = _ORDER.index(case.stage)
    found = [
        (zh if lang() == "zh" else en, url_for(page, number=case.number))
        for page, zh, en, since in ROOMS
        if _ORDER.index(since) <= reached and blind.is_open(page, case)
    ]
    session, user = db_session(), g.user
    if blind.is_open("returns.show", case) and requests.of_case(session, case):
        found.append((_("Requests for clearance"), url_for("clearance.of_case", number=case.number)))
    return found + [
        (_("Clearance %(number)s", number=one.number), url_for("clearance.show", number=one.number))
        for one in of_case(session, case)
        if clearance_steps.may_read(session, user, one)
    ]
