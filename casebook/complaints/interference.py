"""The register of attempts to interfere (过问、打听、说情): whoever meets with one enters it, nobody takes it out.

SUP2024 66, PD2020 63. Rows are never changed; the store refuses it. The chief, those above and the auditor read them,
and nobody an entry that names themselves; one about the organ's own chief is read above. Whoever works on the matter
sees only what they entered. A mistake is put right by another entry. Numbers do not follow one another: a gap
would tell of an entry that is kept from whoever looks.
"""

from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from casebook import access, events
from casebook.complaints import secrecy, steps
from casebook.complaints.marks import secret_problem
from casebook.db import utc_now
from casebook.errors import BadFields, Problem
from casebook.fields import check_text, plain_name
from casebook.models import Case, Complaint, Interference, Role, User
from casebook.procedure.code import grouped, new_code
from casebook.procedure.dates import check_day, today
from casebook.seal.store import Seal

KINDS = {
    "inquiry": Problem("打听案情", "Asked what was found or done"),
    "meddling": Problem("过问、干预办理", "Wanted it handled in some way"),
    "pleading": Problem("说情", "Pleaded for somebody"),
    "contact": Problem("未经批准接触有关人员", "Met somebody concerned without approval"),
}
HOW = {
    "in_person": Problem("当面", "In person"),
    "call": Problem("电话", "By telephone"),
    "message": Problem("信息、邮件", "By message or mail"),
    "writing": Problem("书面、批条", "In writing"),
    "through": Problem("托人转达", "Through somebody else"),
}
LAW = Problem(
    "监察法（2024）第六十六条、公职人员政务处分法第六十三条",
    "Supervision Law (2024), art. 66; State sanctions law, art. 63",
)
LONGEST, LONGEST_NAME, LONGEST_POST = 5000, 100, 200
_SIGNS = 8  # of a number


def enter(
    session: Session,
    seal: Seal | None,
    by: User,
    *,
    kind: str,
    how: str,
    who: str,
    who_post: str,
    happened_on: date | None,
    words: str,
    past_chief: bool = False,
    about: str = "",
) -> Interference:
    """Enter an attempt. `about` is the number of a complaint or a case that this person may see; "" for none of them.

    Words tell nothing of who complained: they are compared as those of a paper are. Raises NotAllowed, BadFields
    (commit: that sealed words were tried stays), NotReady for whoever tried too often.
    """
    access.ensure(by, access.ENTER_INTERFERENCE)
    events.lock(session)
    errors: dict[str, Problem] = {}
    if kind not in KINDS:
        errors["kind"] = Problem("请选择情形。", "Choose what was attempted.")
    if how not in HOW:
        errors["how"] = Problem("请选择方式。", "Choose in which way.")
    kept = {
        "who": check_text(errors, "who", who, LONGEST_NAME, required=True, one_line=True),
        "who_post": check_text(errors, "who_post", who_post, LONGEST_POST, one_line=True),
        "words": check_text(errors, "words", words, LONGEST, required=True),
    }
    for field, text in kept.items():
        if field not in errors and (problem := secret_problem(text)):
            errors[field] = problem
    check_day(errors, "happened_on", happened_on)
    matter = _matter(session, by, about.strip())
    if about.strip() and matter is None:
        errors["about"] = Problem(
            "没有这个编号的案件或者检举控告件，或者您无权查看；不清楚编号的，可以不填。",
            "There is no case or complaint of that number, or you may not see it; leave it empty if you are not sure.",
        )
    for complaint in secrecy.behind(session, matter) if matter is not None else ():
        secrecy.check_words(session, seal, complaint, by, errors, kept)
    if errors:
        raise BadFields(errors)
    row = Interference(
        number=f"{by.organisation.code}-G{today().year}-{grouped(new_code(_SIGNS))}",
        organisation=by.organisation, kind=kind, how=how, happened_on=happened_on, past_chief=past_chief, by=by,
        at=utc_now(), **kept,
        complaint=matter if isinstance(matter, Complaint) else None, case=matter if isinstance(matter, Case) else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    events.record(session, "interference.entered", by, rows=[row], interference=row.id)
    return row


def listed(session: Session, by: User, *, limit: int, offset: int = 0) -> list[Interference]:
    """One page of what this person may see, newest first; logged. Raises NotAllowed."""
    rows = _shown_to(session, by)[offset : offset + limit]
    events.record(session, "interference.listed", by, numbers=[row.number for row in rows])
    return rows


def count(session: Session, by: User) -> int:
    """How many entries this person may see: what is kept from them leaves no gap in the pages."""
    return len(_shown_to(session, by))


def _shown_to(session: Session, by: User) -> list[Interference]:
    found = _visible(by).order_by(Interference.id.desc()).options(*_SHOWN)
    return [row for row in session.scalars(found) if may_see(by, row)]


def may_see(user: User, row: Interference) -> bool:
    """Whether this person sees an entry: their own, or as the one who watches, unless it names them.

    Of a matter that is kept from somebody nothing is shown to them here either.
    """
    if row.by_id == user.id:
        return True
    if not access.may(user, access.READ_INTERFERENCE) or plain_name(user.name) in plain_name(row.who):
        return False
    if row.past_chief and user.role == Role.CHIEF and user.organisation_id == row.organisation_id:
        return False
    if row.complaint is not None and not steps.may_read(user, row.complaint):
        return False
    return row.case is None or access.may_read(user, row.case)


def _visible(by: User) -> Select[tuple[Interference]]:
    access.ensure(by, access.ENTER_INTERFERENCE if by.role != Role.AUDITOR else access.READ_INTERFERENCE)
    found = select(Interference)
    if not access.may(by, access.READ_INTERFERENCE):
        return found.where(Interference.by_id == by.id)
    if by.role == Role.AUDITOR:
        return found
    within = Interference.organisation_id.in_(access.organs_within(by.organisation_id))
    return found.where(or_(Interference.by_id == by.id, within))


def _matter(session: Session, by: User, number: str) -> Complaint | Case | None:
    """The complaint or case of that number, as far as this person may see it."""
    if not number or "\0" in number:
        return None
    complaint = session.scalar(select(Complaint).where(Complaint.number == number))
    if complaint is not None:
        return complaint if steps.may_read(by, complaint) else None
    case = session.scalar(select(Case).where(Case.number == number))
    return case if case is not None and access.may_read(by, case) else None


_SHOWN = (
    joinedload(Interference.organisation),
    joinedload(Interference.by),
    joinedload(Interference.complaint).selectinload(Complaint.duties),
    joinedload(Interference.case).selectinload(Case.recusals),
)
