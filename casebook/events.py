"""The log: every write, read, print and export leaves one event, chained by hash to the one before."""

import hashlib

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casebook.db import canonical_json, utc_now
from casebook.models import Case, ChainHead, Event, User

GENESIS = "0" * 64
KINDS = {
    "case.opened": ("新建案件", "Case opened"),
    "case.amended": ("修改案件信息", "Case details changed"),
    "case.read": ("查看案件", "Case read"),
    "case.refused": ("无权查看案件，已拒绝", "Reading a case refused"),
    "case.listed": ("查看案件列表", "Cases listed"),
    "case.history_read": ("查看案件经过", "Case history read"),
    "case.exported": ("导出案件", "Cases exported"),
    "facts.saved": ("保存事实", "Facts saved"),
    "attachment.added": ("上传材料", "File added"),
    "attachment.read": ("查看材料", "File read"),
    "recommendation.made": ("生成处理建议", "Recommendation made"),
    "recommendation.withheld": ("暂不出具处理建议", "Recommendation withheld"),
    "recommendation.read": ("查看处理建议", "Recommendation read"),
    "recommendation.printed": ("打印处理建议", "Recommendation printed"),
    "organisation.created": ("新建单位", "Organisation created"),
    "account.created": ("新建账户", "Account created"),
    "account.activated": ("启用账户", "Account activated"),
    "account.deactivated": ("停用账户", "Account deactivated"),
    "account.language_changed": ("更改界面语言", "Language changed"),
    "password.changed": ("更改密码", "Password changed"),
    "sign_in.started": ("登录", "Signed in"),
    "sign_in.refused": ("登录失败", "Sign-in refused"),
    "sign_in.ended": ("退出或撤销登录", "Signed out or revoked"),
}
_NEVER_IN_DETAIL = {"note", "notes", "password", "token", "evidence", "value"}


def label(kind: str, lang: str) -> str:
    """The kind of an event in words."""
    zh, en = KINDS[kind]
    return zh if lang == "zh" else en


def lock(session: Session) -> tuple[int, str]:
    """Wait until no other transaction writes, and return the head of the chain (count and hash).

    Called first in every function that writes, so that on PostgreSQL, too, one transaction writes at a time,
    and always takes this lock before any other: chain, case numbers and versions cannot race or deadlock.
    """
    head = select(ChainHead.count, ChainHead.hash).where(ChainHead.id == 1).with_for_update()
    count, last_hash = session.execute(head).one()
    return count, last_hash


def record(session: Session, kind: str, by: User | None, case: Case | None = None, **detail) -> Event:
    """Append one event to the chain. `by` None means the command line. Never pass what a person wrote as a note."""
    if kind not in KINDS:
        raise ValueError(f"found the kind of event {kind!r}; expected one of {', '.join(KINDS)}")
    if unfit := _NEVER_IN_DETAIL & detail.keys():
        raise ValueError(
            f"found {', '.join(sorted(unfit))} in the detail of an event; log identifiers and counts only"
        )
    session.flush()
    count, previous_hash = lock(session)
    event = Event(
        seq=count + 1, at=utc_now(), kind=kind, by_id=by and by.id, case_id=case and case.id,
        detail=detail, previous_hash=previous_hash,
    )  # fmt: skip
    event.hash = event_hash(event)
    session.add(event)
    session.execute(update(ChainHead).where(ChainHead.id == 1).values(count=event.seq, hash=event.hash))
    return event


def event_hash(event) -> str:
    """SHA-256 over everything in an event (or its row) but the hash itself."""
    sealed = {
        "seq": event.seq,
        "at": event.at.isoformat(timespec="microseconds"),
        "kind": event.kind,
        "by": event.by_id,
        "case": event.case_id,
        "detail": event.detail,
        "previous": event.previous_hash,
    }
    return hashlib.sha256(canonical_json(sealed).encode()).hexdigest()
