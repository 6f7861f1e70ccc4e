"""Papers to who complained: that it is accepted, and the result. Nothing of the respondent, nobody by name.

They say the result and no more, with the notice of secrecy (检举控告工作规则第二十六条、第二十七条、第三十六条).
"""

from datetime import date

from sqlalchemy.orm import Session

from casebook.complaints.paper_parts import DAY, NUMBER, STATED, Prepared
from casebook.errors import Problem
from casebook.models import Complaint, Finding, Naming
from casebook.papers.blocks import day_words
from casebook.papers.record import Gathered, check_dated, missing

RESULTS = {
    Finding.SUBSTANTIATED: "经核查，所反映的问题属实，本机关已依规依纪依法予以办理。",
    Finding.PARTLY: "经核查，所反映的问题部分属实，对属实的问题，本机关已依规依纪依法予以办理。",
    Finding.UNSUBSTANTIATED: "经核查，所反映的问题不属实。",
    Finding.CANNOT_VERIFY: "经核查，根据现有证据，对所反映的问题尚不能认定，也不能排除。",
    Finding.NO_VIOLATION: "经核查，所反映的情况存在，但不构成违纪违法。",
}


def acceptance(session: Session, complaint: Complaint, on: date, ref: str) -> Prepared:
    _named(complaint)
    if complaint.accepted_on is None:
        raise missing(
            "尚未受理。请先登记审查并受理（检举控告工作规则第二十六条）。",
            "It is not accepted yet. Screen it and accept it first (CHG2020 art. 26).",
        )
    return _to_author(complaint, on, {"accepted_on": complaint.accepted_on}, complaint.accepted_on)


def feedback(session: Session, complaint: Complaint, on: date, ref: str) -> Prepared:
    _named(complaint)
    if complaint.concluded_on is None or complaint.finding is None:
        raise missing(
            "尚未办结。请先填写核查结论并报批（检举控告工作规则第二十七条）。",
            "It is not concluded yet. Enter what was found and have it approved first (CHG2020 art. 27).",
        )
    said = {"concluded_on": complaint.concluded_on, "result": RESULTS[complaint.finding]}
    made = _to_author(complaint, on, said, complaint.concluded_on)
    more = (
        (STATED, said["result"]),
        (Problem("保密要求", "the notice of secrecy"), "请你对本反馈的内容保密"),
    )
    return Prepared(made.gathered, made.rows, made.own, made.person, (*made.wanted, *more))


def _to_author(complaint: Complaint, on: date, said: dict, since: date) -> Prepared:
    """Only days that the author may know are there to be printed; the person it is about is not."""
    check_dated(on, since, day_words(since), "the day it states")
    organ = complaint.organisation
    values = {
        "organ": {"name": organ.name_zh, "head": organ.name_zh}, "paper": {"number": "", "on": on},
        "complaint": {"number": complaint.number}, **said,
    }  # fmt: skip
    wanted = ((NUMBER, complaint.number), (DAY, day_words(since)))
    return Prepared(Gathered("", organ, on, values), (complaint, organ), complaint.number, "", wanted)


def _named(complaint: Complaint) -> None:
    if complaint.naming != Naming.REAL_NAME:
        raise missing(
            "只有实名检举控告才制发这一文书；匿名的，通过查询码答复（检举控告工作规则第二十六条、第三十条）。",
            "Only a real-name complaint gets this paper; an anonymous author is answered through the receipt "
            "(CHG2020 arts. 26, 30).",
        )
