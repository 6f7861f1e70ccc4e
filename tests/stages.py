"""Cases at any stage of their way, brought there through the functions the site uses."""

import tempfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from casebook import events
from casebook.home import Home
from casebook.models import Case, Organisation, Stage, User
from casebook.procedure import answers, correct, hearing, notice
from casebook.procedure.dates import today
from casebook.recommend import recommend
from rules.measures import measures_on, refusal
from tests.factories import attach, make_case, make_organisation, make_user, save
from tests.panels import leave_decided, leave_notified, leave_panel
from tests.reviews import leave_intake, leave_review
from tests.snapshots import prepared

TODAY = date(2026, 11, 21)


@prepared
def make_people(session: Session) -> dict[str, Organisation | User]:
    city = make_organisation(session)
    county = make_organisation(session, parent=city)
    people = {
        name: make_user(session, role, organisation=organ)
        for name, role, organ in (
            ("officer", "officer", county),
            ("officer2", "officer", county),
            ("reviewer", "reviewer", county),
            ("reviewer2", "reviewer", county),
            ("chief", "chief", county),
            ("member", "panel", county),
            ("member2", "panel", county),
            ("superior", "chief", city),
            ("superior_reviewer", "reviewer", city),
            ("superior_member", "panel", city),
            ("auditor", "auditor", city),
            ("administrator", "administrator", city),
            ("stranger", "officer", make_organisation(session)),
            ("receiver", "receiver", county),
            ("receiver2", "receiver", county),
        )
    }
    return {"city": city, "county": county, **people}


@dataclass
class Cast:
    """The people of one county organ, the organ above it, and somebody unrelated."""

    session: Session
    home: Home | None = None  # where files go; without one, to a folder that nobody looks into
    city: Organisation = field(init=False)
    county: Organisation = field(init=False)

    def __post_init__(self):
        for name, row in make_people(self.session).items():
            setattr(self, name, row)

    officer: User = field(init=False)
    officer2: User = field(init=False)
    reviewer: User = field(init=False)
    reviewer2: User = field(init=False)
    chief: User = field(init=False)
    member: User = field(init=False)
    member2: User = field(init=False)
    superior: User = field(init=False)
    superior_reviewer: User = field(init=False)
    superior_member: User = field(init=False)
    auditor: User = field(init=False)
    administrator: User = field(init=False)
    stranger: User = field(init=False)
    receiver: User = field(init=False)
    receiver2: User = field(init=False)


@prepared
def recommended_case(session: Session, cast: Cast, **facts) -> Case:
    """A case of the officer with a few verified facts and a recommendation, still with the officer."""
    case = make_case(
        session, cast.officer, title="村道改造未批先建", respondent_name="周某", respondent_unit="青石镇",
        respondent_post="镇长", conduct="2023-05-10",
    )  # fmt: skip
    known = {
        "purpose": "public",
        "private_gain_self": False,
        "mental_state": "ordinary_negligence",
        "deaths": 0,
    }
    save(session, case, **{**known, **facts})
    recommend(session, case, cast.officer, TODAY)
    return case


@prepared
def skip_to(session: Session, case: Case, stage: Stage) -> Case:
    """Put a case at a stage without the steps before it: for rooms whose earlier rooms are not under test."""
    events.record(session, "case.read", None, case, stage=str(stage))
    case.stage = stage
    session.flush()
    return case


def bring(session: Session, cast: Cast, stage: Stage, **facts) -> Case:
    """A case that has really come to a stage, every step before it taken by the right person."""
    if stage in (Stage.CORRECTED, Stage.CLOSED):  # the way there leaves a file in the test's own home
        case = _bring(session, cast, Stage.IN_FORCE, **facts)
        return _go_on(session, cast, case, stage)
    return _bring(session, cast, stage, **facts)


@prepared
def _bring(session: Session, cast: Cast, stage: Stage, **facts) -> Case:
    return _go_on(session, cast, recommended_case(session, cast, **facts), stage)


def _go_on(session: Session, cast: Cast, case: Case, stage: Stage) -> Case:
    for reached, step in STEPS:
        if case.stage == stage:
            break
        if case.stage == reached:
            step(session, cast, case)
    assert case.stage == stage, f"no room takes a case from {case.stage} on yet"
    return case


# What the notice has in view, as far as the person's facts allow it: enough for the rooms after it to decide in.
IN_VIEW = {
    "tolerate": ["0a", "0b", "0c-party", "0c-state"], "correct": ["1a", "1b", "1c", "2", "3"],
    "hold_accountable": ["3", "6", "P2", "G3"], "not_established": ["0a"],
}  # fmt: skip


def leave_hearing(session: Session, cast: Cast, case: Case) -> None:
    """Everything the recommendation rests on is told, agreed to in a meeting, and goes before the panel."""
    content = notice.fresh_recommendation(session, case).content
    outcome = notice.in_view(session, case)[0]
    known = measures_on(notice.governing_day(content), today())
    notice.draft_notice(
        session, case, cast.officer, disposition=outcome, on=today(),
        measures=[code for code in IN_VIEW[outcome] if refusal(known[code], content["facts"]) is None],
        points=[notice.PointText(one.kind, one.ref, f"经查：{one.ref}") for one in notice.offers(content)],
    )  # fmt: skip
    told = notice.tell(session, case, cast.officer, told_on=today(), how="in_person")
    agreed = {point.id: answers.AnswerEntry("agrees") for point in told.points}
    answers.enter_answers(session, case, cast.officer, agreed, how="spoken")
    hearing.record_hearing(
        session, case, cast.officer, heard_on=today(), how="meeting", organ=["张一", "李二"], others=["周某"],
        record="当面听取，逐项核对，当事人无异议。",
    )  # fmt: skip
    hearing.close_hearing(session, case, cast.officer, today())


def leave_in_force(session: Session, cast: Cast, case: Case) -> None:
    """One correction, ordered, done with evidence, verified by the chief; then the corrections are concluded."""
    day = max(TODAY, today())
    ordered = correct.order(
        session, case, cast.officer, error_code="approval_missing", error="未取得用地批准先行开工", responsible="周某",
        unit="青石镇", measure_code="formalities", measure="补办用地审批手续", due_on=day + timedelta(days=30), today=day,
    )  # fmt: skip
    home = cast.home or Home(Path(tempfile.mkdtemp()), "")
    evidence = attach(session, home, case, by=cast.officer, content=b"approved", filename="approval.txt")
    correct.report_done(
        session,
        case,
        cast.officer,
        ordered.id,
        done_on=day,
        words="已取得用地批复",
        attachment_id=evidence.id,
        today=day,
    )
    correct.verify(
        session, case, cast.chief, ordered.id, passed=True, words="已核对批复原件", verified_on=day, today=day
    )
    correct.finish(session, case, cast.officer, day)


# From which stage, and how a case leaves it. Each room adds its own.
STEPS: list = [
    (Stage.INTAKE, leave_intake),
    (Stage.REVIEW, leave_review),
    (Stage.HEARING, leave_hearing),
    (Stage.PANEL, leave_panel),
    (Stage.DECIDED, leave_decided),
    (Stage.NOTIFIED, leave_notified),
    (Stage.IN_FORCE, leave_in_force),
]
