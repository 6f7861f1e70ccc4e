"""The rules of this site on a day: those shipped, and the site's own packs that are in force on it.

A version takes the place of the shipped pack of its name, or of the version before it, for what is decided from its
first day on. To which conduct a rule applies is said by its own `effective` days, as in every pack.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import CasebookError
from casebook.models import Event, PackLife, PackVersion
from rules.library import REGIONS, Library, library, with_packs
from rules.pack import PackError
from rules.yaml_source import Place

_KEPT = 6  # libraries in memory: today's, those of drafts, and of days gone by
_libraries: OrderedDict[tuple, Library] = OrderedDict()
_lock = Lock()


class PacksDoNotFit(CasebookError):
    """The site's own packs cannot be read beside the shipped ones, as after a new version of the product."""

    zh = (
        "本站的规则包与产品自带的规则无法一并读取，暂不能作出判断：{why} "
        "请由审核人员修订该规则包，或者由主要负责人停用；数据库曾在程序之外被改动的，从备份恢复。"
    )
    en = (
        "The rule packs of this site cannot be read beside those of the product, so nothing can be assessed: {why} "
        "A reviewer mends the pack, or the chief ends it; a store changed behind the program is restored from a "
        "backup."
    )

    def __init__(self, error: PackError):
        self.error = error
        super().__init__(why=error)

    def __reduce__(self):
        return type(self), (self.error,)

    def message(self, lang: str) -> str:
        return (self.zh if lang == "zh" else self.en).format(why=self.error.message(lang))


@dataclass(frozen=True)
class Own:
    """One approved version, without its text; `signed` where the log has of it all that stands here."""

    id: int
    name: str
    number: int
    digest: str
    from_on: date
    to_on: date | None
    signed: bool = True

    @property
    def begins(self) -> bool:
        """Whether it is, was or will be in force: one that was ended before its first day never is."""
        return self.to_on is None or self.from_on <= self.to_on


def library_on(session: Session, day: date) -> Library:
    """The rules by which a case is decided on the day; raises PacksDoNotFit."""
    try:
        return _with(session, own_on(approved(session), day))
    except PackError as error:
        raise PacksDoNotFit(error) from None


def library_without_fault(session: Session, day: date) -> Library:
    """The same for pages that only put rules into words: the shipped ones where the site's own cannot be read."""
    try:
        return library_on(session, day)
    except PacksDoNotFit:
        return library()


def approved(session: Session) -> list[Own]:
    """Every approved version that ever begins, in the order in which each takes the place of the one before.

    Where store and log say different things of one, it is not `signed`, begins on the earlier of the two days and ends
    only as the log says; so one that vanished from the store does not vanish from the law unsaid.
    """
    columns = (
        PackVersion.id, PackVersion.name, PackVersion.number, PackVersion.digest, PackVersion.from_on,
        PackVersion.to_on,
    )  # fmt: skip
    rows = select(*columns).where(PackVersion.life == PackLife.APPROVED, PackVersion.from_on.is_not(None))
    stored = {row.id: Own(*row) for row in session.execute(rows)}
    begun, ended = _signed(session, stored)
    found = []
    for pack_id in stored.keys() | begun.keys():
        known = [here[pack_id] for here in (begun, stored) if pack_id in here]
        one = replace(known[0], to_on=ended.get(pack_id))
        if known[1:] != [one]:
            one = replace(one, from_on=min(other.from_on for other in known), signed=False)
        found.append(one)
    return sorted((one for one in found if one.begins), key=lambda one: (one.from_on, one.number, one.id))


def _signed(session: Session, stored: dict[int, Own]) -> tuple[dict[int, Own], dict[int, date]]:
    """What was signed, as the log has it: each version without its end, and the days on which versions end.

    Approvals that were logged without name and number say nothing of them: there the store is believed.
    """
    rows = select(Event.kind, Event.detail).where(Event.kind.in_(("pack.approved", "pack.ended")))
    begun, ended = {}, {}
    for kind, detail in session.execute(rows.order_by(Event.seq)):
        pack_id = detail["pack"]
        if kind == "pack.ended":
            ended[pack_id] = date.fromisoformat(detail["to_on"])
            continue
        row = stored.get(pack_id)
        name, number = (row.name, row.number) if row else ("?", 0)
        begun[pack_id] = Own(
            pack_id, detail.get("name", name), detail.get("number", number), detail["digest"],
            date.fromisoformat(detail["from_on"]), None,
        )  # fmt: skip
    return begun, ended


def own_on(versions: Iterable[Own], day: date) -> list[Own]:
    """Of each name the version in force on the day; once the last one has ended, none of the site's own is."""
    latest = {one.name: one for one in versions if one.from_on <= day}
    return [one for one in latest.values() if one.to_on is None or day <= one.to_on]


def turning_days(versions: Iterable[Own], since: date) -> list[date]:
    """The day, and each later one on which another set of packs comes to be in force."""
    days = {since}
    for one in versions:
        days.add(one.from_on)
        if one.to_on is not None:
            days.add(one.to_on + timedelta(days=1))
    return sorted(day for day in days if day >= since)


def library_with(session: Session, own: Iterable[Own], name: str, text: str) -> Library:
    """The rules of these versions with this text in the place of any pack of its name; raises PackError."""
    return _with(session, [one for one in own if one.name != name], (name, text))


def library_of(session: Session, own: Iterable[Own]) -> Library:
    """The rules of these versions; raises PackError."""
    return _with(session, list(own))


def file_of(name: str) -> str:
    """The file name under which a pack of the site is read and kept: among those of places."""
    return f"{REGIONS}/{name}.yaml"


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _with(session: Session, own: list[Own], extra: tuple[str, str] | None = None) -> Library:
    if not own and extra is None:
        return library()
    if forged := next((one for one in own if not one.signed), None):
        raise _not_signed(forged)
    named = {(one.name, one.digest) for one in own} | ({(extra[0], digest_of(extra[1]))} if extra else set())
    key = (library().vocabulary.digest, *sorted(named))
    with _lock:
        if key in _libraries:
            _libraries.move_to_end(key)
            return _libraries[key]
    ids = [one.id for one in own]
    columns = PackVersion.name, PackVersion.text, PackVersion.digest
    texts = {}
    for name, text, digest in session.execute(select(*columns).where(PackVersion.id.in_(ids))):
        if digest_of(text) != digest:
            raise _not_what_was_signed(name, digest)
        texts[file_of(name)] = text
    if extra:
        texts[file_of(extra[0])] = extra[1]
    made = with_packs(library(), texts)
    with _lock:
        made = _libraries.setdefault(key, made)
        while len(_libraries) > _KEPT:
            _libraries.popitem(last=False)
    return made


def _not_signed(one: Own) -> PackError:
    return PackError(
        Place(file_of(one.name), 1, 1),
        f"version {one.number}, of which the log has no signature for these days (SHA-256 {one.digest})",
        "a version approved, and ended, on its page: the store was changed behind the program; run "
        "'casebook audit verify' and restore it from a backup, or approve another version, which takes its place",
        f"第 {one.number} 版的施行或者停用在日志中没有批准记录（SHA-256 {one.digest}）：数据库曾在程序之外被改动，"
        "请运行 casebook audit verify 核对，并从备份恢复，或者另行批准新版取代本版",
    )


def _not_what_was_signed(name: str, digest: str) -> PackError:
    return PackError(
        Place(file_of(name), 1, 1),
        f"a text that is not the one approved (SHA-256 {digest})",
        "the text that was signed: the store was changed behind the program; restore it from a backup, or end this "
        "version and approve another",
        f"该文本不是批准时的文本（SHA-256 {digest}）：数据库曾在程序之外被改动，请从备份恢复，"
        "或者停用本版、另行批准新版",
    )
