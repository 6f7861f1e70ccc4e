"""Recent and saved searches: their owner's alone, at an address that says nothing."""

import pytest
from sqlalchemy import select

from casebook.errors import BadFields, NotAllowed
from casebook.models import Event, SavedSearch
from casebook.search import saved
from casebook.search.filters import CASES, Filters
from casebook.search.saved import SearchNotFound
from tests.factories import make_user


@pytest.fixture
def officer(session):
    return make_user(session)


def test_a_search_is_kept_under_an_address_that_does_not_say_what_was_looked_for(session, officer):
    kept = saved.remember(session, officer, "周某某", Filters(scope=CASES, region="420581"))

    assert "周" not in kept.key
    assert len(kept.key) >= 16
    assert saved.get(session, officer, kept.key) == kept
    assert Filters.from_json(kept.filters) == Filters(scope=CASES, region="420581")


@pytest.mark.parametrize("key", ["", "none", "x" * 400, "\0"])
def test_an_unknown_address_opens_nothing(session, officer, key):
    with pytest.raises(SearchNotFound):
        saved.get(session, officer, key)


def test_another_person_opens_keeps_and_removes_nothing_of_mine(session, officer):
    kept, other = saved.remember(session, officer, "礼金", Filters()), make_user(session, "auditor")

    for attempt in (
        lambda: saved.get(session, other, kept.key),
        lambda: saved.keep(session, other, kept, "我的"),
        lambda: saved.remove(session, other, kept),
    ):
        with pytest.raises(SearchNotFound):
            attempt()
    assert saved.get(session, officer, kept.key) == kept


def test_the_same_search_again_is_the_same_row_and_only_the_last_few_without_a_name_stay(
    session, officer, monkeypatch
):
    monkeypatch.setattr(saved, "MOST_RECENT", 3)
    first = saved.keep(session, officer, saved.remember(session, officer, "词0", Filters()), "常用")
    for number in range(1, 6):
        saved.remember(session, officer, f"词{number}", Filters())
    again = saved.remember(session, officer, "词5", Filters())
    saved.remember(session, make_user(session), "别人的", Filters())

    own = select(SavedSearch.query).where(SavedSearch.user_id == officer.id).order_by(SavedSearch.query)
    assert list(session.scalars(own)) == ["词0", "词3", "词4", "词5"]
    assert saved.remember(session, officer, "词0", Filters()) == first
    assert again.query == "词5"


def test_a_named_search_is_listed_and_removed_and_both_are_logged_without_its_words(session, officer):
    kept = saved.remember(session, officer, "周某某", Filters())
    saved.keep(session, officer, kept, "  我的检索 ", tells=True)
    assert [(one.name, one.tells) for one in saved.named(session, officer)] == [("我的检索", True)]

    saved.remove(session, officer, kept)

    assert saved.named(session, officer) == []
    logged = session.scalars(select(Event).where(Event.kind.startswith("search.")))
    assert [(event.kind, "周" in str(event.detail)) for event in logged] == [
        ("search.saved", False), ("search.removed", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "scope", "tells", "field"),
    [
        ("", "precedents", False, "name"),
        ("x" * 61, "precedents", False, "name"),
        ("a\nb", "precedents", False, "name"),
        ("a\0b", "precedents", False, "name"),
        ("我的", CASES, True, "tells"),
    ],
)
def test_a_name_that_cannot_be_kept_is_refused(session, officer, name, scope, tells, field):
    kept = saved.remember(session, officer, "礼金", Filters(scope=scope))

    with pytest.raises(BadFields) as bad:
        saved.keep(session, officer, kept, name, tells=tells)

    assert set(bad.value.errors) == {field}
    assert kept.name == ""


def test_so_many_searches_are_kept_and_no_more(session, officer, monkeypatch):
    monkeypatch.setattr(saved, "MOST_NAMED", 1)
    one, two = (saved.remember(session, officer, typed, Filters()) for typed in ("一", "二"))
    saved.keep(session, officer, one, "一")

    with pytest.raises(BadFields):
        saved.keep(session, officer, two, "二")
    saved.keep(session, officer, one, "改名")


@pytest.mark.parametrize("typed", ["礼\0金", "字" * 201, "a\nb", "\ud800"])
def test_what_cannot_be_kept_is_refused_before_anything_is_written(session, officer, typed):
    with pytest.raises(BadFields) as bad:
        saved.remember(session, officer, typed, Filters())

    assert set(bad.value.errors) == {"q"}
    assert session.scalar(select(SavedSearch)) is None


def test_who_may_not_read_cases_searches_none(session):
    with pytest.raises(NotAllowed):
        saved.remember(session, make_user(session, "administrator"), "礼金", Filters(scope=CASES))
