"""What is told to the respondent, and the record of what they said (政务处分法第四十三条)."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import NotReady, Problem
from casebook.models import Case, Notice, Paper, Point
from casebook.papers import words
from casebook.papers.record import Candidate, Gathered, check_dated, common, id_of, missing, not_of_case
from casebook.procedure.answers import STANCES
from casebook.procedure.dates import day_of
from casebook.procedure.hearing import HOW_HEARD
from casebook.procedure.notice import HOW_TOLD, governing_day, notices_of
from rules.measures import measure_named


def gather_notice(session: Session, case: Case, on: date, ref: str) -> Gathered:
    """Raises NotReady before the notice is drafted."""
    told = _notice(session, case, ref)
    check_dated(on, day_of(told.at), "拟定告知内容之日", "its draft")
    document = told.recommendation.content
    law_day = governing_day(document)
    measures = [measure_named(code, law_day, on) for code in told.measures]
    return Gathered(f"notice:{told.id}", case.organisation, on, common(case, case.organisation, on) | {
        "party_member": document["facts"].get("subject_is_party_member") is True,
        "facts": [words.sentence(point.text) for point in told.points if point.kind == "fact"],
        "grounds": [_ground(point, document) for point in told.points if point.kind == "rule"],
        "others": [words.sentence(point.text) for point in told.points if point.kind not in ("fact", "rule")],
        "disposition": words.DISPOSITIONS[told.disposition],
        "measures": [measure.zh for measure in measures],
    })  # fmt: skip


def gather_record(session: Session, case: Case, on: date, ref: str) -> Gathered:
    """Raises NotReady before it is on record how the respondent was heard."""
    told = _notice(session, case, ref)
    if told.heard_on is None:
        raise _not_heard()
    check_dated(on, told.heard_on, "听取陈述申辩之日", "the hearing")
    of_organ, _, others = told.present.partition("\n")
    return Gathered(f"notice:{told.id}", case.organisation, on, common(case, case.organisation, on) | {
        "told_on": told.told_on,
        "told_how": HOW_TOLD[told.told_how].zh,
        "notice_number": _number_of(session, told),
        "heard_on": told.heard_on,
        "heard_how": HOW_HEARD[told.heard_how].zh,
        "heard_by": of_organ,
        "others": others,
        "record": words.sentences(told.record),
        "points": [
            {"text": words.clause(point.text), "answers": [
                {"stance": STANCES[answer.stance].zh, "words": words.sentences(answer.words)}
                for answer in point.answers
            ]}
            for point in told.points
        ],
    })  # fmt: skip


def candidates(session: Session, case: Case) -> list[Candidate]:
    """Every notice, drafted or told; raises NotReady where there is none."""
    return [
        Candidate(f"notice:{row.id}", Problem(f"第{row.round}次告知", f"notice no. {row.round}"))
        for row in _some(notices_of(session, case))
    ]


def heard_candidates(session: Session, case: Case) -> list[Candidate]:
    """Every notice with a hearing on record; raises NotReady where there is none."""
    heard = [row for row in _some(notices_of(session, case)) if row.heard_on is not None]
    if not heard:
        raise _not_heard()
    return [
        Candidate(f"notice:{row.id}", Problem(f"第{row.round}次告知", f"notice no. {row.round}"))
        for row in heard
    ]


def _some(found: list[Notice]) -> list[Notice]:
    if not found:
        raise missing(
            "尚未拟定告知内容。请先“告知事实和依据”（政务处分法第四十三条）。",
            "There is no notice yet: draft the facts and grounds to be told first (政务处分法 art. 43).",
        )
    return found


def _not_heard() -> NotReady:
    return missing(
        "尚未登记听取陈述申辩的情况。请先“记录陈述申辩”（政务处分法第四十三条）。",
        "The hearing is not on record yet: record the statement first (政务处分法 art. 43).",
    )


def _notice(session: Session, case: Case, ref: str) -> Notice:
    wanted = id_of(ref, "notice")
    found = _some(notices_of(session, case))
    if wanted is None:
        return found[-1]
    chosen = next((row for row in found if row.id == wanted), None)
    if chosen is None:
        raise not_of_case()
    return chosen


def _ground(point: Point, document: dict) -> str:
    """The point with its article, unless what the officer wrote has it already."""
    rule = document["rules"].get(point.ref)
    text = words.sentence(point.text)
    if rule is None or rule["instrument"] == "METHOD" or rule["article"] in text:
        return text
    return f"{words.titled(rule['source']['zh'])}{rule['article']}：{text}"


def _number_of(session: Session, told: Notice) -> str:
    issued = select(Paper.number).where(Paper.kind == "notice", Paper.ref == f"notice:{told.id}")
    return session.scalar(issued.order_by(Paper.id.desc()).limit(1)) or ""
