"""The steps of the panel and of its decision, for tests that need a case beyond them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.models import Case, Decision, Meeting, Notice, Stage, Step, User
from casebook.procedure import decide, panel, people, service
from casebook.procedure.dates import today
from casebook.procedure.notice import current_notice
from casebook.procedure.outcome import Chosen, ground_of
from tests.factories import PASSWORD
from tests.snapshots import prepared

TEXTS = {
    "facts_found": "经审议查明：未取得用地批准即开工，已补办手续，没有谋取私利。",
    "reason": "出于公心，程序有缺陷但未造成损失，主动改正。",
    "considered": "未批先建违反规定，但情节轻微且已纠正，不影响上述结论。",
}


CADRE = {
    "subject_is_party_member": True, "subject_is_leading_cadre": True, "subject_category": "civil_servant",
    "subject_retired_or_left": False,
}  # fmt: skip
# A case that calls for accountability: knowingly, against a ban, with a serious consequence.
GRAVE = {
    **CADRE, "mental_state": "intentional", "knew_of_prohibition": True, "purpose": "private",
    "private_gain_self": True, "circumstances_grade": "relatively_serious",
}  # fmt: skip
VILLAGE = {**GRAVE, "subject_is_leading_cadre": False, "subject_category": "grassroots_org_manager"}


@prepared
def told(session, cast, disposition, measures, **facts):
    """A case before the panel whose respondent was told this outcome."""
    from tests.stages import bring

    case = bring(session, cast, Stage.PANEL, **facts)
    notice = session.scalars(select(Notice).where(Notice.case_id == case.id)).one()
    notice.disposition, notice.measures = disposition, list(measures)
    events.record(session, "notice.drafted", None, case, rows=[notice])
    session.flush()
    return case


def seat(session: Session, cast, case: Case) -> None:
    panel.seat_panel(session, case, cast.chief, cast.chief, [cast.member, cast.member2])


def declare_all(session: Session, case: Case) -> None:
    for row in panel.sitting(case):
        people.declare(session, case, row.user, Step.DECISION, [])


def meet(session: Session, cast, case: Case) -> Meeting:
    """The panel seated, nobody recused, the meeting open."""
    seat(session, cast, case)
    declare_all(session, case)
    return panel.open_meeting(session, case, cast.chief, held_on=today(), place="机关第一会议室")


def vote_all(session: Session, cast, case: Case, *outcomes: str) -> None:
    """The members and, last, the chair; one outcome for all, or one each."""
    voters = (cast.member, cast.member2, cast.chief)
    for user, outcome in zip(voters, outcomes * 3 if len(outcomes) == 1 else outcomes, strict=False):
        panel.vote(session, case, user, outcome, "同意，事实清楚。")


def conclude(session: Session, cast, case: Case, *outcomes: str) -> Meeting:
    meet(session, cast, case)
    vote_all(session, cast, case, *outcomes)
    return panel.close_meeting(
        session, case, cast.chief, minutes="逐项审议，形成一致意见。", others="记录员 赵某"
    )


def draft(session: Session, cast, case: Case, *codes: str, **fields) -> Decision:
    """A draft with these measures; without any, those the respondent was told."""
    codes = codes or tuple(current_notice(session, case).measures)
    texts = {**TEXTS, **fields}
    return decide.draft_decision(
        session, case, cast.chief, measures=[Chosen(code) for code in codes], on=today(), **texts
    )


def sign(session: Session, case: Case, by: User, decision: Decision, password: str = PASSWORD) -> Decision:
    return decide.sign(session, case, by, decision, password, on=today())


def leave_panel(session: Session, cast, case: Case) -> None:
    """The panel decides as the respondent was told, and the chair signs."""
    outcome = current_notice(session, case).disposition
    conclude(session, cast, case, outcome)
    departing = {}
    if ground_of(session, case).recommendation.disposition not in (outcome, "refer"):
        departing = {"departure_code": "proportion", "departure_reason": "错责相当。"}
    sign(session, case, cast.chief, draft(session, cast, case, **departing))


def serve(session: Session, cast, case: Case, *kinds: str) -> None:
    for kind in kinds:
        service.record_service(
            session, case, cast.officer, kind=kind, recipient="周某", how="直接送达", served_on=today()
        )


def leave_decided(session: Session, cast, case: Case) -> None:
    serve(session, cast, case, "person", "unit")
    service.notify(session, case, cast.officer)


def leave_notified(session: Session, cast, case: Case) -> None:
    decision = decide.standing_decision(session, case)
    serve(session, cast, case, *(task.kind for task in service.tasks(session, decision) if task.open))
    service.enforce(session, case, cast.officer, on=today())
