"""No paper that leaves the office carries who complained, or their words: it is compared before it is issued.

The comparison tells whoever issues it only which part of the paper has something that may not stand in it; what it is,
that there was a complaint, or whether it was the author or the author's words, is not said (CHG2020 47). Each refusal
stays, the chief is told of the first, and after a few of them the same person issues none: trying names would be
looking for the author.
"""

import re
from collections.abc import Mapping

from sqlalchemy import Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from casebook.complaints import leaks, log, steps
from casebook.db import Base
from casebook.errors import NotReady, Problem
from casebook.home import Home
from casebook.models import Case, Clearance, Complaint, ComplaintEvent, Event, Protection, Reinstatement, User
from casebook.papers.blocks import Sheet
from casebook.seal.store import Seal

TRIES = 3  # refusals of one person about one complaint
REFUSED = "complaint.leak_refused"
SAME_IN_PAPERS = (
    16  # characters in a row: fixed words of a form or a provision, both may have; fewer tell nothing
)
_TITLES = re.compile(r"《([^》]{2,60})》")
_NUMBERED = re.compile(r"第\d+[段行]$")  # of a paragraph or a line (casebook.papers.blocks)


class TellsTooMuch(NotReady):
    """A paper that tells of a complaint's author or says it in their words. Roll back, then `note` it and commit."""

    def __init__(self, missing: list[Problem], complaint: Complaint):
        self.complaint_id = complaint.id
        super().__init__(missing)


def ensure_tells_nothing(session: Session, home: Home, about: Base, by: User, sheet: Sheet) -> None:
    """Raise TellsTooMuch where a paper carries anything sealed of a complaint behind what it is about.

    The names of those who did something in this matter, of its organs and of the person complained of it must be able
    to write, and no others: an author may be a colleague. Raises NotReady for whoever was refused too often.
    """
    found = behind(session, about)
    if not found:
        return
    names = [by.name, *_people(session, [about, *found]), *_organs(about)]
    with home.seal() as seal:
        for complaint in found:
            ensure_not_guessing(session, complaint, by)
            sealed = leaks.sealed_fields(seal, complaint.handle)
            concerned = (complaint.respondent_name, complaint.respondent_unit, complaint.respondent_post)
            titles = leaks.without_author(_titles(sheet), sealed)
            if wrong := _wrong(sheet, sealed, [*names, *titles, *filter(None, concerned)]):
                raise TellsTooMuch(wrong, complaint)


def note(session: Session, by: User, refused: TellsTooMuch) -> None:
    """Log that a paper was refused, once what had begun is rolled back."""
    log.record(session, REFUSED, by, session.get_one(Complaint, refused.complaint_id))


def behind(session: Session, about: Base) -> list[Complaint]:
    """Every complaint that lies behind a case, a clearance, a return or a complaint, and holds something sealed."""
    match about:
        case Complaint():
            own = Complaint.id == about.id
        case Case():
            own = Complaint.case_id == about.id
        case Clearance():
            own = Complaint.id == about.complaint_id
            if about.decision is not None:
                own = or_(own, Complaint.case_id == about.decision.case_id)
        case Reinstatement():
            own = Complaint.case_id == about.case_id
        case _:
            return []
    first = set(session.scalars(select(Complaint.id).where(own)))
    told = set(first)
    originals = select(Complaint.repeat_of_id).where(
        Complaint.id.in_(first), Complaint.repeat_of_id.is_not(None)
    )
    told |= set(session.scalars(originals))
    told |= set(session.scalars(select(Complaint.id).where(Complaint.repeat_of_id.in_(told))))
    told |= set(
        session.scalars(select(Protection.complaint_id).where(Protection.new_complaint_id.in_(first)))
    )
    found = select(Complaint).where(Complaint.id.in_(told), Complaint.handle.is_not(None))
    return list(session.scalars(found.order_by(Complaint.id)))


def sealed_behind(session: Session, seal: Seal, complaint: Complaint) -> list[Mapping[str, str]]:
    """What is sealed of a complaint, and of the one whose author's retaliation it reports: its own first."""
    origins = session.scalars(
        select(Complaint)
        .join(Protection, Protection.complaint_id == Complaint.id)
        .where(Protection.new_complaint_id == complaint.id, Complaint.handle.is_not(None))
    )
    return [leaks.sealed_fields(seal, one.handle) for one in (complaint, *origins)]


def check_words(
    session: Session, seal: Seal | None, complaint: Complaint, by: User, errors: dict[str, Problem],
    words: Mapping[str, str],
) -> None:  # fmt: skip
    """Refuse each field of a form that tells of the author or says it in the author's words; commit, so that it stays.

    Ask it last, when all else would be taken: a form refused for another reason is not compared, so that no guess
    that misses goes without a trace. Raises NotReady for whoever was refused too often.
    """
    if errors or seal is None or complaint.handle is None or not any(words.values()):
        return
    ensure_not_guessing(session, complaint, by)
    names = (complaint.respondent_name, complaint.respondent_unit, complaint.respondent_post)
    for sealed in sealed_behind(session, seal, complaint):
        for field, text in words.items():
            if field not in errors and text and (leak := leaks.find(text, sealed, names)):
                errors[field] = leak.withheld
    if errors:
        log.record(session, REFUSED, by, complaint)


def _wrong(sheet: Sheet, sealed: Mapping[str, str], names: list[str]) -> list[Problem]:
    """What to say of a paper: the parts it stands in, never the words nor the paragraph or line.

    Of a list of names, one in each line, the number of the line would be the author.
    """
    parts = [
        "正文" if where == "小标题" else _NUMBERED.sub("", where)
        for where, text in sheet.texts()
        if leaks.find(text, sealed, names, same=SAME_IN_PAPERS) is not None
    ]
    return [
        Problem(
            f"{part}含有依法应当保密的内容，不得写入文书。请只用自己的话写查明的情况，不写无关人员和号码，不照抄他人的话。",
            f"The part {part} contains something that is secret by law and may not stand in a paper. Write only what "
            "was established, in your own words: nobody without a part in it, no numbers, no quotations.",
        )
        for part in dict.fromkeys(parts)
    ]


def _people(session: Session, matter: list[Base]) -> list[str]:
    """The names of those who did something in a matter: a paper says by whom. To read or be refused is nothing."""
    linked = select(ComplaintEvent.event_seq).where(
        or_(*(
            and_(ComplaintEvent.about == log.ABOUT[one.__tablename__], ComplaintEvent.about_id == one.id)
            for one in matter if one.__tablename__ in log.ABOUT
        ))
    )  # fmt: skip
    cases = {one.id if isinstance(one, Case) else getattr(one, "case_id", None) for one in matter}
    cases |= {
        one.decision.case_id for one in matter if isinstance(one, Clearance) and one.decision is not None
    }
    did = select(Event.by_id).where(
        or_(Event.seq.in_(linked), Event.case_id.in_(cases - {None})),
        not_(or_(*(Event.kind.endswith(nothing) for nothing in (*log.READS, "refused")))),
    )
    return list(session.scalars(select(User.name).where(User.id.in_(did))))


def _organs(about: Base) -> list[str]:
    """The names of the organ that holds a matter and of those above it, whose heading a paper may bear."""
    organ, found = about.organisation, []
    while organ is not None:
        found.append(organ.name_zh)
        organ = organ.parent
    return found


def _titles(sheet: Sheet) -> list[str]:
    """The titles of the provisions a paper cites: whoever wrote may have cited them as well."""
    return [title for _where, text in sheet.texts() for title in _TITLES.findall(text)]


def refusals(session: Session, complaint: Complaint) -> list[tuple[str, int]]:
    """Whose words or papers were refused because of this complaint, and how often: for those who watch over it."""
    found = (
        select(User.name, func.count())
        .join(Event, Event.by_id == User.id)
        .join(ComplaintEvent, ComplaintEvent.event_seq == Event.seq)
        .where(
            ComplaintEvent.about == "complaint",
            ComplaintEvent.about_id == complaint.id,
            Event.kind == REFUSED,
        )
    )
    return [tuple(row) for row in session.execute(found.group_by(User.id, User.name).order_by(User.id))]


def unseen_refusals(by: User) -> Select[tuple[int]]:
    """The complaints because of which somebody else was refused since this person last read their page."""
    read, reading = aliased(ComplaintEvent), aliased(Event)
    seen = (
        select(reading.seq)
        .join(read, read.event_seq == reading.seq)
        .where(
            reading.kind == "complaint.read", reading.by_id == by.id, reading.seq > Event.seq,
            read.about == "complaint", read.about_id == ComplaintEvent.about_id,
        )
    )  # fmt: skip
    refused = select(ComplaintEvent.about_id).join(Event, Event.seq == ComplaintEvent.event_seq)
    return refused.where(
        ComplaintEvent.about == "complaint", Event.kind == REFUSED, Event.by_id != by.id, ~seen.exists()
    )


def ensure_not_guessing(session: Session, complaint: Complaint, by: User) -> None:
    """Raise NotReady where this person was refused too often because of this complaint."""
    if log.tried(session, complaint, REFUSED, by) >= TRIES:
        raise NotReady([
            Problem(
                f"您填写的内容或者制发的文书已有 {TRIES} 次含有依法应当保密的内容，请报主要负责人另行指定人员办理。",
                f"What you wrote carried secret content {TRIES} times. Ask the chief to have another person do it.",
            ).by(steps.SECRET)
        ])  # fmt: skip
