"""What the record knows of a rule: when it was last proved, and the cases whose recommendation rests on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session, defer, joinedload

from casebook import access, events, hiding
from casebook.models import Case, PackCheck, PackLife, PackVersion, RuleUse, User
from casebook.packs.current import approved, library_with, own_on
from rules.carrying import carrying
from rules.library import Library
from rules.pack import Pack, PackError

PROOF = "proof"
MOST = 50  # cases on a page
_VERSIONS = 20  # of a pack that are looked through for a rule, the newest first
_LOOKED_AT = 200  # proofs of everything in force, the newest first


@dataclass(frozen=True)
class Uses:
    """The cases that a person may read of those whose last recommendation rests on a rule, the newest first.

    `told` is how many there are on the whole site, in steps of five, for whoever may read none of them: beside a number
    of one's own it would now and then tell of a single other case. None: fewer than five, or none, or not told.
    """

    cases: tuple[tuple[Case, int], ...]  # of one page, each with the number of its recommendation
    page: int
    more: bool
    told: int | None


def last_proof(session: Session, pack: Pack) -> PackCheck | None:
    """The last proof of exactly these bytes: of all that was in force, or of this very pack once it was approved.

    What was found of a draft beside it says nothing of it, and is nobody's to read who may not read the draft.
    """
    proofs = select(PackCheck).where(PackCheck.kind == PROOF).options(defer(PackCheck.report))
    of_all = session.scalars(
        proofs.where(PackCheck.pack_id.is_(None)).order_by(PackCheck.id.desc()).limit(_LOOKED_AT)
    )
    whole = next((one for one in of_all if one.beside.get(pack.name) == pack.digest), None)
    own = proofs.join(PackCheck.pack).where(
        PackVersion.life == PackLife.APPROVED,
        PackVersion.digest == pack.digest,
        PackCheck.digest == pack.digest,
    )
    alone = session.scalar(own.order_by(PackCheck.id.desc()).limit(1))
    return max((one for one in (whole, alone) if one is not None), key=lambda one: one.id, default=None)


def packs_that_had(session: Session, version: str, today: date) -> Library | None:
    """The rules as they stood with the last approved version of a site's pack, begun by today, that has this rule."""
    rule_id, _at, since = version.partition("@")
    if not rule_id or not since:
        return None
    begun = (
        PackVersion.from_on <= today,
        or_(PackVersion.to_on.is_(None), PackVersion.to_on >= PackVersion.from_on),
    )
    having = select(PackVersion).where(
        PackVersion.life == PackLife.APPROVED, *begun, PackVersion.name == rule_id.partition(".")[0],
        PackVersion.text.contains(rule_id, autoescape=True), PackVersion.text.contains(since, autoescape=True),
    )  # fmt: skip
    versions = [one for one in approved(session) if one.signed]
    having = having.where(PackVersion.id.in_([one.id for one in versions]))
    for pack in session.scalars(having.order_by(PackVersion.id.desc()).limit(_VERSIONS)):
        try:
            packs = library_with(session, own_on(versions, pack.from_on), pack.name, pack.text)
        except PackError:  # written for an earlier version of the product
            continue
        if any(rule.version == version for rule in packs.packs[pack.name].rules):
            return packs
    return None


def note_uses(session: Session, case: Case, seq: int, document: Mapping) -> None:
    """Keep the rules on which the last recommendation of a case rests, in the place of those of the one before."""
    session.execute(delete(RuleUse).where(RuleUse.case_id == case.id))
    rules = [document["rules"][rule_id]["version"] for rule_id in carrying(document)]
    if rules:
        rows = [{"rule": rule, "case_id": case.id, "seq": seq} for rule in rules]
        session.execute(insert(RuleUse), rows)


def cases_that_used(session: Session, by: User, version: str, page: int = 1) -> Uses:
    """The cases of this person whose last recommendation rests on the rule; logged. Raises NotAllowed.

    They are not counted: that would take as long as there are cases. Beyond the last page comes the first.
    """
    access.ensure(by, access.LIST_CASES)
    mine = access.visible_cases(by).join(RuleUse, RuleUse.case_id == Case.id).where(RuleUse.rule == version)
    mine = mine.add_columns(RuleUse.seq).options(joinedload(Case.organisation))
    mine = mine.order_by(RuleUse.case_id.desc()).limit(MOST + 1)
    found = session.execute(mine.offset((page - 1) * MOST)).all()
    if not found and page > 1:
        page, found = 1, session.execute(mine).all()
    shown = tuple((case, seq) for case, seq in found[:MOST])
    total = (
        0
        if found
        else session.scalar(select(func.count()).select_from(RuleUse).where(RuleUse.rule == version))
    )
    events.record(
        session, "rule.cases_listed", by, rule=version, numbers=[case.number for case, _seq in shown]
    )
    return Uses(shown, page, len(found) > MOST, hiding.step(total))
