"""Steps of a hearing for tests: a case in the hearing, a notice told, answers given and weighed."""

from sqlalchemy.orm import Session

from casebook.models import Case, Notice, Part, Stage
from casebook.procedure import answers, hearing, notice, people
from casebook.procedure.dates import today
from casebook.procedure.notice import PointText
from tests.snapshots import prepared
from tests.stages import Cast, recommended_case, skip_to

HELD = {
    "subject_category": "civil_servant", "subject_is_party_member": True, "subject_is_leading_cadre": True,
    "subject_retired_or_left": False, "evidence_status": "sufficient", "concealed_or_falsified": True,
    "decision_mode": "collective_defective",
}  # fmt: skip


@prepared
def at_hearing(session: Session, cast: Cast, **facts) -> Case:
    """A case in the hearing with its reviewer; its recommendation is to hold accountable."""
    case = recommended_case(session, cast, **{**HELD, **facts})
    skip_to(session, case, Stage.REVIEW)
    people.assign(session, case, Part.REVIEWER, cast.reviewer, cast.chief)
    return skip_to(session, case, Stage.HEARING)


def points_of(session: Session, case: Case) -> list[PointText]:
    """What the recommendation carries, in plain words."""
    document = notice.fresh_recommendation(session, case).content
    return [
        PointText(offer.kind, offer.ref, f"经查：{offer.ref}")
        for offer in notice.offers(document)
        if offer.carries
    ]


def draft(session: Session, cast: Cast, case: Case, **fields) -> Notice:
    given = {
        "points": points_of(session, case), "disposition": "hold_accountable", "measures": ["G2"], "on": today(),
    }  # fmt: skip
    return notice.draft_notice(session, case, cast.officer, **{**given, **fields})


def told(session: Session, cast: Cast, case: Case, **fields) -> Notice:
    """A notice drafted and told in person today."""
    draft(session, cast, case, **fields)
    return notice.tell(session, case, cast.officer, told_on=today(), how="in_person")


def heard(session: Session, cast: Cast, case: Case, stance: str = "agrees", words: str = "") -> Notice:
    """Every point of the notice answered alike, and the meeting recorded."""
    one = notice.current_notice(session, case)
    entries = {point.id: answers.AnswerEntry(stance, words) for point in one.points}
    answers.enter_answers(session, case, cast.officer, entries, how="spoken")
    return hearing.record_hearing(
        session, case, cast.officer, heard_on=today(), how="meeting", organ=["张一", "李二"], others=["周某"],
        record="当面听取，逐项核对。",
    )  # fmt: skip


def weighed(session: Session, cast: Cast, case: Case, adopted: str = "none") -> None:
    for one in notice.notices_of(session, case):
        for point in one.points:
            for answer in point.answers:
                if answers.needs_weighing(answer):
                    answers.weigh(
                        session, case, answer, cast.reviewer, adopted=adopted, checked="核对会议记录",
                        reason="" if adopted == "all" else "与会议记录不符",
                    )  # fmt: skip
