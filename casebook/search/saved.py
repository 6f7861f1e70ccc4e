"""What a person searched for: their recent searches, so that no address carries one, and those they gave a name.

They are their owner's alone: nobody else opens, changes or counts them, so they carry no seal. That one was kept or
removed is logged, never what it says.
"""

import secrets

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import BadFields, CasebookError, Problem
from casebook.fields import check_text
from casebook.models import Alert, SavedSearch, User
from casebook.search.filters import CASES, PRECEDENTS, Filters
from casebook.search.find import asked

MOST_RECENT, MOST_NAMED = 20, 50
LONGEST_NAME = 60


class SearchNotFound(CasebookError):
    """No such search, or another person's, or one so long ago that it was dropped."""

    zh = "没有找到这次检索，或者已经过期。请重新检索。"
    en = "This search was not found, or is too long ago. Search once more."


def remember(session: Session, by: User, typed: str, filters: Filters) -> SavedSearch:
    """Keep a search under an address of its own; of those without a name only the last few stay.

    Raises BadFields, NotAllowed.
    """
    errors: dict[str, Problem] = {}
    typed = check_text(errors, "q", typed, 10_000, one_line=True)
    if errors:
        raise BadFields(errors)
    _, filters = asked(typed, filters)
    access.ensure(by, access.LIST_CASES if filters.scope == CASES else access.READ_PRECEDENTS)
    events.lock(session)
    same = select(SavedSearch).where(
        SavedSearch.user_id == by.id, SavedSearch.query == typed, SavedSearch.filters == filters.as_json()
    )
    kept = session.scalars(same.order_by(SavedSearch.name.desc()).limit(1)).first()
    if kept is None:
        kept = SavedSearch(
            key=secrets.token_urlsafe(12), user_id=by.id, query=typed, filters=filters.as_json(), at=utc_now()
        )
        session.add(kept)
    kept.at = utc_now()
    session.flush()
    recent = select(SavedSearch.id).where(SavedSearch.user_id == by.id, SavedSearch.name == "")
    old = list(
        session.scalars(recent.order_by(SavedSearch.at.desc(), SavedSearch.id.desc()).offset(MOST_RECENT))
    )
    session.execute(delete(SavedSearch).where(SavedSearch.id.in_(old)))
    return kept


def get(session: Session, by: User, key: str) -> SavedSearch:
    """One's own search under this address. Raises SearchNotFound."""
    own = select(SavedSearch).where(SavedSearch.key == key, SavedSearch.user_id == by.id)
    found = session.scalar(own) if "\0" not in key else None
    if found is None:
        raise SearchNotFound
    return found


def keep(session: Session, by: User, search: SavedSearch, name: str, *, tells: bool = False) -> SavedSearch:
    """Give one's search a name, so that it stays; `tells`: alert its owner when a new precedent meets it.

    Raises BadFields, SearchNotFound.
    """
    if search.user_id != by.id:
        raise SearchNotFound
    events.lock(session)
    errors: dict[str, Problem] = {}
    name = check_text(errors, "name", name, LONGEST_NAME, required=True, one_line=True)
    if not search.name and _count(session, by) >= MOST_NAMED:
        errors["name"] = Problem(
            f"最多保存 {MOST_NAMED} 个检索，请先删除不用的。",
            f"At most {MOST_NAMED} searches are kept; remove one first.",
        )
    if tells and search.filters["scope"] != PRECEDENTS:
        errors["tells"] = Problem("只有先例检索可以提示。", "Only a search for precedents can tell you.")
    if errors:
        raise BadFields(errors)
    search.name, search.tells = name, tells
    session.flush()
    events.record(session, "search.saved", by, search=search.id, tells=tells)
    return search


def named(session: Session, by: User) -> list[SavedSearch]:
    """One's own searches that have a name, by name."""
    own = select(SavedSearch).where(SavedSearch.user_id == by.id, SavedSearch.name != "")
    return list(session.scalars(own.order_by(SavedSearch.name, SavedSearch.id)))


def remove(session: Session, by: User, search: SavedSearch) -> None:
    """Remove one's search with the alerts it gave. Raises SearchNotFound."""
    if search.user_id != by.id:
        raise SearchNotFound
    events.lock(session)
    session.execute(delete(Alert).where(Alert.search_id == search.id))
    session.delete(search)
    session.flush()
    events.record(session, "search.removed", by, search=search.id)


def _count(session: Session, by: User) -> int:
    own = select(func.count()).select_from(SavedSearch)
    return session.scalar(own.where(SavedSearch.user_id == by.id, SavedSearch.name != ""))
