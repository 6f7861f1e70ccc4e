"""A person's deadlines as a calendar feed (RFC 5545), behind a secret address: numbers of cases, never a name."""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

import icalendar
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook import access, events
from casebook.clearance import tasks
from casebook.clearance.tasks import Task
from casebook.clocks.deadlines import OWN
from casebook.clocks.upcoming import LAPSED, Line, lines, open_to, running
from casebook.db import utc_now
from casebook.errors import CasebookError
from casebook.models import CalendarFeed, User

_NAMES = {"zh": "容错纠错案簿 期限", "en": "Casebook deadlines"}
_OWN = {"zh": "本机关设定的期限", "en": "Deadline set by the organ"}


class FeedNotFound(CasebookError):
    """No such feed, or one that no longer opens: whoever asks cannot tell which."""

    zh = "没有这个订阅地址。"
    en = "There is no such feed."


@dataclass(frozen=True)
class Feed:
    """The feed as sent, and its mark; `content` is empty where the asker has just this version."""

    content: bytes
    mark: str


def open_feed(session: Session, by: User) -> str:
    """Open a feed for this person, end the one they had, and return its secret, which is kept nowhere.

    Raises NotAllowed.
    """
    access.ensure(by, access.READ_CLOCKS)
    events.lock(session)
    _revoke(session, by)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(user_id=by.id, token_sha256=_hash(token), at=utc_now())
    session.add(feed)
    session.flush()
    events.record(session, "feed.opened", by, feed=feed.id)
    return token


def revoke_feed(session: Session, by: User) -> bool:
    """End this person's feed; says whether there was one."""
    events.lock(session)
    ended = _revoke(session, by)
    if ended:
        events.record(session, "feed.revoked", by, feeds=ended)
    return bool(ended)


def feed_of(session: Session, user: User) -> CalendarFeed | None:
    """The feed this person has open."""
    return session.scalar(_open(select(CalendarFeed).where(CalendarFeed.user_id == user.id)))


def read_feed(session: Session, token: str, today: date, known: str = "") -> Feed:
    """What the feed of this secret says today; a reading that brings something new is logged.

    It holds the deadlines of the cases its owner handles, as far as they may see them now. Raises FeedNotFound for a
    wrong or revoked secret, and for an owner whose account is closed or reads no deadlines any more.
    """
    by_secret = _open(select(CalendarFeed).where(CalendarFeed.token_sha256 == _hash(token)))
    feed = session.scalar(by_secret.options(joinedload(CalendarFeed.user)))
    if feed is None or not access.may(feed.user, access.READ_CLOCKS):
        raise FeedNotFound
    lang = feed.user.language or "zh"
    shown = [
        line
        for line in lines(session, running(open_to(feed.user, mine=True)), today, with_changes=True)
        if line.standing != LAPSED
    ]
    clearing = [task for task in tasks.waiting(session, feed.user, today) if task.due_on]
    content = _calendar(shown, clearing, lang)
    mark = sha256(content).hexdigest()
    if mark == known:
        return Feed(b"", mark)
    numbers = sorted({line.case.number for line in shown} | {task.clearance.number for task in clearing})
    events.record(session, "feed.read", feed.user, feed=feed.id, numbers=numbers)
    return Feed(content, mark)


def _calendar(shown: list[Line], clearing: list[Task], lang: str) -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Casebook//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _NAMES[lang])
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
    for line in shown:
        calendar.add_component(_entry(line, lang))
    for task in clearing:
        uid = f"clearance-{task.clearance.id}-{task.step.code}-{task.row_id or 0}@casebook"
        said = f"{task.clearance.number} {task.step.label(lang)}"
        calendar.add_component(_whole_day(uid, said, task.due_on, task.clearance.at))
    return calendar.to_ical()


def _entry(line: Line, lang: str) -> icalendar.Event:
    """One deadline as a whole day. A title that a person typed may hold a name and stays at home."""
    deadline = line.deadline
    title = _OWN[lang] if deadline.limit_code == OWN else line.title(lang)
    said = f"{line.case.number} {title}"
    return _whole_day(f"deadline-{deadline.id}@casebook", said, deadline.due_on, _changed_at(line))


def _whole_day(uid: str, summary: str, day: date, changed_at: datetime) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", uid)
    entry.add("dtstamp", changed_at)
    entry.add("summary", summary)
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    entry.add("transp", "TRANSPARENT")
    entry.add("class", "PRIVATE")
    return entry


def _changed_at(line: Line) -> datetime:
    """When the deadline last changed: not the time of reading, or every reading would bring something new."""
    begun = datetime.combine(line.deadline.starts_on, time(), UTC)
    return max((change.at for change in line.deadline.changes), default=begun)


def _open(feeds):
    return feeds.where(CalendarFeed.revoked_at.is_(None))


def _revoke(session: Session, user: User) -> list[int]:
    feeds = list(session.scalars(_open(select(CalendarFeed).where(CalendarFeed.user_id == user.id))))
    for feed in feeds:
        feed.revoked_at = utc_now()
    return [feed.id for feed in feeds]


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
