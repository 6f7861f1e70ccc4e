"""Versions of the site's rule packs before anyone approves them: written, changed, taken back by their author."""

from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, defer, joinedload

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, PackNotFound, Problem, StalePack
from casebook.fields import check_text, text_problem
from casebook.models import Organisation, PackLife, PackVersion, User
from casebook.packs.checking import LONGEST, name_in, normal
from casebook.packs.current import approved, digest_of, file_of, own_on
from rules.pack import PackError
from rules.pack_reader import parsed_name

OPEN = (PackLife.DRAFT, PackLife.CHECKED, PackLife.PROVED)
UNFINISHED = (*OPEN, PackLife.PROPOSED)
FARTHEST = 3  # years ahead that a first day may lie


class BadPack(BadFields):
    """A text that cannot be kept under the name it gives, or that gives none; `fault` says where and what to write."""

    def __init__(self, fault: PackError):
        self.fault = fault
        zh, en = (fault.message(lang).removeprefix(str(fault.place))[1:].strip() for lang in ("zh", "en"))
        line, column = fault.place.line, fault.place.column
        super().__init__(
            {"text": Problem(f"第 {line} 行第 {column} 列：{zh}", f"Line {line}, column {column}: {en}")}
        )


def draft(
    session: Session, by: User, *, text: str, reason: str, from_on: date | None, today: date
) -> PackVersion:
    """Keep a new version as a draft of the writer's organ. Raises NotAllowed, BadFields, BadPack."""
    access.ensure(by, access.DRAFT_PACK)
    events.lock(session)
    text, name = _checked(session, by, text)
    reason = _particulars(reason, from_on, today)
    pack = PackVersion(
        name=name, number=_next_number(session, name), organisation=by.organisation, life=PackLife.DRAFT,
        text=text, digest=digest_of(text), reason=reason, proposed_from=from_on, by=by, at=utc_now(),
    )  # fmt: skip
    session.add(pack)
    session.flush()
    events.record(session, "pack.drafted", by, rows=[pack], pack=pack.id, digest=pack.digest)
    return pack


def revise(
    session: Session,
    pack: PackVersion,
    by: User,
    *,
    text: str,
    reason: str,
    from_on: date | None,
    seen: int,
    today: date,
) -> PackVersion:
    """Change a draft of one's own; another text is unchecked again.

    Raises NotAllowed, StalePack, BadFields, BadPack. The text of a rollback stays as it is.
    """
    ensure_author(session, pack, by)
    if pack.version != seen or pack.life not in OPEN:
        raise StalePack
    if pack.back_to_id is not None:
        text = pack.text
    text, name = _checked(session, by, text)
    if name != pack.name:
        raise BadPack(
            PackError(
                parsed_name(text, file_of("new"))[1],
                f"the name '{name}' in a draft of '{pack.name}'",
                f"'{pack.name}', or a draft of its own for another pack",
                f"规则包名称由 {pack.name} 改成了 {name}；另一个规则包请另行起草",
            )
        )
    reason = _particulars(reason, from_on, today)
    digest = digest_of(text)
    if digest != pack.digest:
        pack.life = PackLife.DRAFT
    pack.text, pack.digest, pack.reason, pack.proposed_from = text, digest, reason, from_on
    pack.version += 1
    events.record(session, "pack.revised", by, rows=[pack], pack=pack.id, digest=digest)
    return pack


def withdraw(session: Session, pack: PackVersion, by: User) -> PackVersion:
    """Take back a version of one's own that nobody has decided on; it stays on record. Raises NotAllowed, StalePack."""
    ensure_author(session, pack, by)
    if pack.life not in UNFINISHED:
        raise StalePack
    pack.life = PackLife.WITHDRAWN
    pack.version += 1
    events.record(session, "pack.withdrawn", by, rows=[pack], pack=pack.id, digest=pack.digest)
    return pack


def roll_back(
    session: Session, earlier: PackVersion, by: User, *, reason: str, from_on: date, today: date
) -> PackVersion:
    """A new version that repeats the text of an earlier approved one, to be approved like any other.

    Raises NotAllowed; NotReady where that version is itself the one in force, or never was approved; BadFields.
    """
    access.ensure(by, access.DRAFT_PACK)
    _ensure_own_name(session, by, earlier.name)
    locked(session, earlier)
    if not may_bring_back(session, earlier):
        raise NotReady(
            [
                Problem(
                    "只能退回到以前批准过、现已被取代的版本。",
                    "Only a version that was approved and has been replaced can be brought back.",
                )
            ]
        )
    reason = _particulars(reason, from_on, today)
    pack = PackVersion(
        name=earlier.name, number=_next_number(session, earlier.name), organisation=by.organisation,
        life=PackLife.DRAFT, text=earlier.text, digest=earlier.digest, reason=reason, proposed_from=from_on, by=by,
        at=utc_now(), back_to_id=earlier.id,
    )  # fmt: skip
    session.add(pack)
    session.flush()
    events.record(
        session, "pack.drafted", by, rows=[pack], pack=pack.id, digest=pack.digest, back_to=earlier.id
    )
    return pack


def may_bring_back(session: Session, earlier: PackVersion) -> bool:
    """Whether a version was approved and is not the one that stands."""
    stands = {one.digest for one in own_on(approved(session), date.max) if one.name == earlier.name}
    return earlier.life == PackLife.APPROVED and earlier.digest not in stands


def load(session: Session, by: User, pack_id: int) -> PackVersion:
    """A version that this person may read; raises PackNotFound."""
    pack = session.get(PackVersion, pack_id)
    if pack is None or not may_read(pack, by):
        raise PackNotFound(pack_id, refused=pack is not None)
    return pack


def locked(session: Session, pack: PackVersion) -> None:
    """Wait until no other transaction writes, and read the version as it now stands."""
    events.lock(session)
    session.refresh(pack)


def may_read(pack: PackVersion, by: User) -> bool:
    """What is or was law here is read by whoever reads packs; the rest by its organ, those above, and the auditor."""
    if not access.may(by, access.READ_PACKS):
        return False
    return pack.life == PackLife.APPROVED or _sees_all(by) or pack.organisation.is_within(by.organisation)


def may_edit(pack: PackVersion, by: User) -> bool:
    """Whether this person wrote the version and it is still open."""
    return _is_author(pack, by) and pack.life in OPEN


def listing(session: Session, by: User, *, log: bool = True) -> list[PackVersion]:
    """The versions this person may read without their texts, the newest of each name first; logged with their number,
    except where the page that shows them only asked for itself again.
    """
    access.ensure(by, access.READ_PACKS)
    bare = (defer(PackVersion.text), joinedload(PackVersion.by), joinedload(PackVersion.organisation))
    query = select(PackVersion).options(*bare).order_by(PackVersion.name, PackVersion.number.desc())
    if not _sees_all(by):
        own = PackVersion.organisation_id.in_(access.organs_within(by.organisation_id))
        query = query.where(or_(PackVersion.life == PackLife.APPROVED, own))
    found = list(session.scalars(query))
    if log:
        events.record(session, "packs.listed", by, found=len(found))
    return found


def ensure_author(session: Session, pack: PackVersion, by: User) -> None:
    """Take the lock and read the version anew; raises NotAllowed for anybody but its author."""
    access.ensure(by, access.DRAFT_PACK)
    locked(session, pack)
    if not _is_author(pack, by):
        raise NotAllowed(access.DRAFT_PACK)


def _is_author(pack: PackVersion, by: User) -> bool:
    return (
        access.may(by, access.DRAFT_PACK)
        and pack.by_id == by.id
        and pack.organisation_id == by.organisation_id
    )


def _sees_all(by: User) -> bool:
    return access.may(by, access.VERIFY_AUDIT)


def _checked(session: Session, by: User, text: str) -> tuple[str, str]:
    """The text as it is kept, and the name of its pack."""
    text = normal(text)
    if problem := text_problem(text, LONGEST, required=True):
        raise BadFields({"text": problem})
    try:
        name = name_in(text, file_of("new"))
    except PackError as fault:
        raise BadPack(fault) from None
    if owner := _owner_elsewhere(session, by.organisation, name):
        raise BadPack(
            PackError(
                parsed_name(text, file_of("new"))[1],
                f"'{name}', the name of a pack approved by {owner.name_en}",
                "a name of its own; a pack of that name is revised by that organ",
                f"规则包名称 {name} 已为{owner.name_zh}批准的规则包所用；请另起名称，或者由该机关修订",
            )
        )
    return text, name


def name_taken(session: Session, organisation: Organisation, name: str) -> Problem | None:
    """What is wrong with the name where another organ approved a pack of it, unless that is one below."""
    owner = _owner_elsewhere(session, organisation, name)
    if owner is None:
        return None
    return Problem(
        f"名称 {name} 已为{owner.name_zh}批准的规则包所用；请另起名称，或者由该机关修订。",
        f"The name {name} belongs to a pack approved by {owner.name_en}; "
        "choose another, or let that organ revise it.",
    )


def _owner_elsewhere(session: Session, organisation: Organisation, name: str) -> Organisation | None:
    """The organ that approved a pack of this name last, unless it is this one or one below."""
    owners = select(PackVersion).where(PackVersion.name == name, PackVersion.life == PackLife.APPROVED)
    last = session.scalar(owners.order_by(PackVersion.from_on.desc(), PackVersion.number.desc()).limit(1))
    return None if last is None or last.organisation.is_within(organisation) else last.organisation


def _ensure_own_name(session: Session, by: User, name: str) -> None:
    if problem := name_taken(session, by.organisation, name):
        raise BadFields({"text": problem})


def _particulars(reason: str, from_on: date | None, today: date) -> str:
    errors: dict[str, Problem] = {}
    reason = check_text(errors, "reason", reason, 2000, required=True)
    if from_on is None:
        errors["from_on"] = Problem("请写明自哪一天起施行。", "Say from which day it is to be in force.")
    elif from_on < today:
        errors["from_on"] = Problem(
            "施行日期不能早于今天：已作出的决定不受影响。",
            "The first day cannot be past: what has been decided stays as it was decided.",
        )
    elif from_on.year > today.year + FARTHEST:
        errors["from_on"] = Problem(f"施行日期最迟在 {FARTHEST} 年以内。", f"At most {FARTHEST} years ahead.")
    if errors:
        raise BadFields(errors)
    return reason


def _next_number(session: Session, name: str) -> int:
    last = session.scalar(select(func.max(PackVersion.number)).where(PackVersion.name == name))
    return (last or 0) + 1
