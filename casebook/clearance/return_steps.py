"""The steps of a return to office: opinion, inquiry, approval, the superior's approval, appointment; each by another.

What the law gives is the order and who speaks; that nobody speaks twice is a choice of this system (职责分离).
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from casebook import events
from casebook.clearance import periods
from casebook.clearance.returns import BY_HAND, SUPERIOR, ask_rules, may_read
from casebook.complaints import log
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Case, Reinstatement, ReinstatementOpinion, ReinstatementState, Role, User
from casebook.procedure import workflow
from casebook.procedure.dates import check_day, in_words
from rules.bars import Bar

DISCIPLINE, INQUIRY, APPROVAL, ABOVE, APPOINTMENT = (
    "discipline",
    "inquiry",
    "approval",
    "superior",
    "appointment",
)
REPORTED, EXAMINED, APPROVED, REFUSED, RESTORED = ReinstatementState
LONGEST = {"organ": 200, "words": 4000, "departs_why": 4000, "restored": 4000, "not_restored": 4000}


@dataclass(frozen=True)
class Kind:
    """One step: what it is called, whose it is, when, and on which provision."""

    code: str
    zh: str
    en: str
    roles: tuple[Role, ...]
    states: tuple[ReinstatementState, ...]
    law: Problem = workflow.RETURNED

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


KINDS = {
    kind.code: kind
    for kind in (
        Kind(DISCIPLINE, "纪检监察机关意见", "Opinion of the discipline organ", (Role.REVIEWER,), (REPORTED,)),
        Kind(
            INQUIRY, "考察并听取所在单位意见", "Inquiry, hearing the unit", (Role.OFFICER, Role.REVIEWER), (REPORTED,)
        ),
        Kind(APPROVAL, "机关主要负责人审批", "Approval by the main leader", (Role.CHIEF,), (EXAMINED,)),
        Kind(ABOVE, "上级审批", "Approval by the superior organ", (Role.CHIEF,), (EXAMINED,)),
        Kind(APPOINTMENT, "登记任职结果", "Enter the appointment", (Role.OFFICER,), (APPROVED,)),
    )
}  # fmt: skip


def given(row: Reinstatement, kind: str) -> ReinstatementOpinion | None:
    """The opinion of that kind, if it is on record."""
    return next((one for one in row.opinions if one.kind == kind), None)


def has_superior(case: Case) -> bool:
    """Whether the organ above is in this system, so that its chief approves here."""
    return case.organisation.parent is not None


def may_give(user: User | None, row: Reinstatement, code: str) -> bool:
    """Whether this person may take this step now."""
    kind = KINDS[code]
    if (
        not may_read(user, row)
        or user.role not in kind.roles
        or row.state not in kind.states
        or given(row, code)
    ):
        return False
    if code != APPOINTMENT and user.id in {row.by_id, *(one.by_id for one in row.opinions)}:
        return False
    own = user.organisation_id == row.organisation_id
    if code in (DISCIPLINE, APPOINTMENT):
        return own or code == DISCIPLINE
    if code == INQUIRY:
        return own
    if code == APPROVAL:
        return own and given(row, APPROVAL) is None
    return not own and row.superior_needed and given(row, APPROVAL) is not None


def open_kinds(user: User | None, row: Reinstatement) -> list[Kind]:
    """The steps this person may take now, in order."""
    return [kind for code, kind in KINDS.items() if may_give(user, row, code)]


def waits_for(row: Reinstatement) -> list[Kind]:
    """The steps the return waits for now, whoever takes them."""
    if row.state == REPORTED:
        return [KINDS[code] for code in (DISCIPLINE, INQUIRY) if given(row, code) is None]
    if row.state == EXAMINED:
        return [KINDS[ABOVE if given(row, APPROVAL) else APPROVAL]]
    return [KINDS[APPOINTMENT]] if row.state == APPROVED else []


def awaits(user: User) -> ColumnElement[bool]:
    """Whether a return in a case waits for this person, as a condition on the list of cases: `open_kinds` in SQL.

    The opinion of the discipline organ is asked of a reviewer above only where the organ itself has none left.
    """
    row, said, other = Reinstatement, ReinstatementOpinion, aliased(User)
    of_row = select(said.id).where(said.reinstatement_id == row.id)

    def has(kind: str) -> ColumnElement[bool]:
        return exists(of_row.where(said.kind == kind))

    own = row.organisation_id == user.organisation_id
    spoke = or_(row.by_id == user.id, exists(of_row.where(said.by_id == user.id)))
    near = select(other.id).where(
        other.organisation_id == row.organisation_id, other.role == Role.REVIEWER, other.active,
        other.id != row.by_id, ~exists(of_row.where(said.by_id == other.id)),
    )  # fmt: skip
    turns = {
        Role.REVIEWER: [
            and_(row.state == REPORTED, ~has(DISCIPLINE), ~spoke, or_(own, ~exists(near))),
            and_(row.state == REPORTED, own, ~has(INQUIRY), ~spoke),
        ],
        Role.OFFICER: [
            and_(row.state == REPORTED, own, ~has(INQUIRY), ~spoke), and_(row.state == APPROVED, own),
        ],
        Role.CHIEF: [
            and_(row.state == EXAMINED, own, ~has(APPROVAL), ~spoke),
            and_(row.state == EXAMINED, ~own, row.superior_needed, has(APPROVAL), ~spoke),
        ],
    }.get(user.role)  # fmt: skip
    return exists(select(row.id).where(row.case_id == Case.id, or_(*turns))) if turns else false()


def give(
    session: Session,
    row: Reinstatement,
    by: User,
    kind: str,
    *,
    favourable: bool | None,
    words: str,
    given_on: date,
    organ: str = "",
    departs_why: str = "",
    on: date,
) -> ReinstatementOpinion:
    """Enter an opinion, or the approval; the rules are asked anew as of that day.

    Raises NotAllowed, BadFields (an approval against the advice without a reason), and NotReady where a bar that still
    runs stands in the way of the post in view.
    """
    _ensure(session, row, by, kind)
    if kind == APPOINTMENT:
        raise NotAllowed(kind)
    errors: dict[str, Problem] = {}
    if favourable is None:
        errors["favourable"] = Problem("请选择意见。", "Say yes or no.")
    words = check_text(errors, "words", words, LONGEST["words"], required=True)
    organ = check_text(errors, "organ", organ, LONGEST["organ"], one_line=True) or by.organisation.name_zh
    check_day(errors, "given_on", given_on, since=row.reported_on, until=on)
    departs_why = check_text(errors, "departs_why", departs_why, LONGEST["departs_why"])
    asked = None
    if kind == ABOVE and favourable is not None:
        asked = {**{name: row.facts[name] for name in _entered(row)}, SUPERIOR: favourable}
    if kind in (APPROVAL, ABOVE):
        ask_rules(session, row, on, asked)
        if (
            favourable is not None
            and departs(row, favourable)
            and not departs_why
            and "departs_why" not in errors
        ):
            errors["departs_why"] = Problem(
                "审批意见与规则审核结论不一致，请说明理由。",
                "This departs from the answer of the rules; say why.",
            )
    if errors:
        raise BadFields(errors)
    if favourable and kind in (APPROVAL, ABOVE) and (barred := in_the_way(session, row, on)):
        raise NotReady([_barred(bar) for bar in barred])
    opinion = ReinstatementOpinion(
        kind=kind, given_on=given_on, organ=organ, favourable=favourable, words=words,
        departs_why=departs_why if departs(row, favourable) and kind in (APPROVAL, ABOVE) else "",
        by_id=by.id, at=utc_now(),
    )  # fmt: skip
    row.opinions.append(opinion)
    row.state = _next(row, opinion)
    row.version += 1
    session.flush()
    log.record(
        session, "return.opinion", by, row, case=row.case, rows=[row, opinion], of=kind,
        favourable=favourable, state=str(row.state),
    )  # fmt: skip
    return opinion


def restore(
    session: Session,
    row: Reinstatement,
    by: User,
    *,
    restored: str,
    not_restored: str,
    given_on: date,
    on: date,
) -> ReinstatementOpinion:
    """Enter the appointment: what the person was given, and what they were not given back. Raises BadFields."""
    _ensure(session, row, by, APPOINTMENT)
    errors: dict[str, Problem] = {}
    restored = check_text(errors, "restored", restored, LONGEST["restored"], required=True)
    not_restored = check_text(errors, "not_restored", not_restored, LONGEST["not_restored"], required=True)
    approved = max(one.given_on for one in row.opinions if one.kind in (APPROVAL, ABOVE))
    check_day(errors, "given_on", given_on, since=approved, until=on)
    if errors:
        raise BadFields(errors)
    if barred := in_the_way(session, row, given_on):
        raise NotReady([_barred(bar) for bar in barred])
    opinion = ReinstatementOpinion(
        kind=APPOINTMENT, given_on=given_on, organ=by.organisation.name_zh, favourable=True, words=restored,
        by_id=by.id, at=utc_now(),
    )  # fmt: skip
    row.opinions.append(opinion)
    row.restored, row.not_restored, row.state = restored, not_restored, RESTORED
    row.version += 1
    session.flush()
    log.record(session, "return.restored", by, row, case=row.case, rows=[row, opinion])
    return opinion


def departs(row: Reinstatement, favourable: bool | None) -> bool:
    """Whether an approval says other than the rules; to refuse while they leave it open is no departure."""
    eligible = row.advice["eligible"]
    return eligible != "yes" if favourable else eligible == "yes"


def in_the_way(session: Session, row: Reinstatement, on: date) -> list[Bar]:
    """The bars of that day that forbid a post of the level in view; without a level, any leading post."""
    level = row.post_level or "equal"
    return [bar for bar in periods.bars_of(session, row.case, on) if level in bar.kind.levels]


def _entered(row: Reinstatement) -> list[str]:
    return [name for name in BY_HAND if name in row.facts]


def _next(row: Reinstatement, opinion: ReinstatementOpinion) -> ReinstatementState:
    if opinion.kind in (DISCIPLINE, INQUIRY):
        return EXAMINED if given(row, DISCIPLINE) and given(row, INQUIRY) else REPORTED
    if not opinion.favourable:
        return REFUSED
    waits = opinion.kind == APPROVAL and row.superior_needed and has_superior(row.case)
    return EXAMINED if waits else APPROVED


def _ensure(session: Session, row: Reinstatement, by: User, code: str) -> None:
    events.lock(session)
    session.expire_all()
    if code not in KINDS or not may_give(by, row, code):
        raise NotAllowed(f"return.{code}")


def _barred(bar: Bar) -> Problem:
    if bar.ends_on is None:
        until = Problem("长期", "for good")
    else:
        day = in_words(bar.ends_on)
        until = Problem(f"至{day.zh}", f"until {day.en}")
    words = bar.kind.words
    return Problem(
        f"“{bar.measure.zh}”影响期内{words.zh}（{until.zh}），现在不能批准",
        f"“{bar.measure.en}” bars it: {words.en}, {until.en}; it cannot be approved now",
    ).by(Problem(bar.cite.zh, bar.cite.en))
