"""Attempts to interfere: entered by whoever meets with one, read by those who watch, changed and removed by nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from casebook.audit import verify
from casebook.complaints import interference, log, secrecy
from casebook.errors import BadFields, NotAllowed, NotReady
from casebook.models import Interference
from casebook.procedure.code import is_whole, normal
from casebook.procedure.dates import today
from tests.complaints import SEALED, a_complaint
from tests.factories import make_case, make_user
from tests.stages import Cast

GIVEN = {
    "kind": "pleading", "how": "call", "who": "孙某", "who_post": "县住建局局长", "words": "请对周某从轻，我答复按规定办理。",
}  # fmt: skip


@pytest.fixture
def cast(session):
    return Cast(session)


def enter(session, by, seal=None, **more) -> Interference:
    return interference.enter(session, seal, by, **{**GIVEN, "happened_on": today(), **more})


def seen(session, by) -> list[Interference]:
    return interference.listed(session, by, limit=50)


def test_whoever_works_on_matters_enters_one_and_those_who_watch_read_it(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "handling")
    rows = [
        enter(session, cast.officer, seal, about=complaint.number),
        enter(session, cast.receiver2),
        enter(session, cast.reviewer),
        enter(session, cast.member),
        enter(session, cast.chief),
    ]
    make_user(session, "chief")  # of an organ beside

    for who in (cast.chief, cast.superior, cast.auditor):
        assert seen(session, who) == rows[::-1]
    assert seen(session, cast.officer) == rows[:1]
    assert seen(session, cast.officer2) == []
    assert rows[0].complaint is complaint
    assert verify(session).ok


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_whoever_works_on_nothing_enters_none(session, cast, who):
    with pytest.raises(NotAllowed):
        enter(session, getattr(cast, who))


def test_nobody_else_reads_the_register(session, cast):
    with pytest.raises(NotAllowed):
        seen(session, cast.administrator)


@pytest.mark.parametrize(
    "change",
    [update(Interference).values(words="没有此事"), delete(Interference)],
    ids=["changed", "removed"],
)
def test_no_entry_is_changed_or_removed_by_anybody(session, cast, change):
    enter(session, cast.officer)
    session.commit()

    with pytest.raises(DatabaseError, match="kept for good"):
        session.execute(change)
    session.rollback()


def test_an_entry_is_not_shown_to_whom_it_names_nor_that_of_a_matter_kept_from_them(session, cast, seal):
    cast.chief.name = "Ｌｉ Ｗｅｉ"
    about_chief = a_complaint(session, cast, seal, "handling")
    about_chief.respondent_name = "li wei"
    session.flush()
    named = enter(session, cast.officer, who="县纪委书记 Li Wei")
    kept = enter(session, cast.officer, seal, about=about_chief.number)
    marked = enter(session, cast.officer, who="主要负责人", past_chief=True)
    plain = enter(session, cast.officer2)

    assert seen(session, cast.chief) == [plain]
    assert seen(session, cast.superior) == [plain, marked, kept, named]
    assert seen(session, cast.officer) == [marked, kept, named]


def test_it_names_only_a_matter_that_whoever_enters_it_may_see(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "handling")
    far = make_case(session, cast.stranger)
    own = make_case(session, cast.officer)
    for number in (complaint.number, far.number, "QX-9", "\0"):
        with pytest.raises(BadFields) as refused:
            enter(session, cast.officer2, seal, about=number)
        assert list(refused.value.errors) == ["about"]

    assert enter(session, cast.officer, about=own.number).case is own
    assert enter(session, cast.officer2, about=" ").case is None


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("kind", ""), ("how", "smoke"), ("who", " "), ("words", ""), ("happened_on", None),
        ("happened_on", today() + timedelta(days=1)), ("words", "本件为机密★10年"), ("who", "孙\n某"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_and_nothing_is_kept(session, cast, field, wrong):
    with pytest.raises(BadFields) as refused:
        enter(session, cast.officer, **{field: wrong})

    assert list(refused.value.errors) == [field]
    assert seen(session, cast.auditor) == []


def test_the_author_does_not_get_into_the_register_by_way_of_it(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "handling")
    for _ in range(secrecy.TRIES):
        with pytest.raises(BadFields) as refused:
            enter(session, cast.officer, seal, about=complaint.number, words=f"打听{SEALED['name']}写了什么")
        assert list(refused.value.errors) == ["words"]

    with pytest.raises(NotReady):
        enter(session, cast.officer, seal, about=complaint.number)
    assert log.tried(session, complaint, secrecy.REFUSED, cast.officer) == secrecy.TRIES


def test_a_form_that_cannot_be_entered_tells_nothing_of_its_words(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "handling")

    with pytest.raises(BadFields) as refused:
        enter(session, cast.officer, seal, about=complaint.number, kind="", words=f"可能是{SEALED['name']}")

    assert list(refused.value.errors) == ["kind"]
    assert log.tried(session, complaint, secrecy.REFUSED, cast.officer) == 0


def test_nor_by_way_of_the_case_that_was_opened_from_the_complaint(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "handling")
    case = make_case(session, cast.officer2)
    complaint.case_id = case.id
    session.flush()

    with pytest.raises(BadFields) as refused:
        enter(session, cast.officer2, seal, about=case.number, words=f"打听是不是{SEALED['name']}写的")

    assert list(refused.value.errors) == ["words"]
    assert log.tried(session, complaint, secrecy.REFUSED, cast.officer2) == 1
    assert enter(session, cast.officer2, seal, about=case.number).case is case


def test_numbers_do_not_tell_that_an_entry_between_them_is_kept_from_somebody(session, cast):
    rows = [enter(session, cast.officer, past_chief=place == 1) for place in range(3)]

    own = [row.number.removeprefix(f"{cast.county.code}-G{today().year}-") for row in rows]
    assert all(len(code) == 9 and is_whole(normal(code)) for code in own)
    assert len(set(own)) == 3


def test_what_is_kept_from_somebody_leaves_no_gap_in_the_pages(session, cast):
    first, _kept, last = (enter(session, cast.officer, past_chief=past) for past in (False, True, False))

    pages = [interference.listed(session, cast.chief, limit=1, offset=place) for place in range(3)]

    assert pages == [[last], [first], []]
    assert interference.count(session, cast.chief) == 2
    assert interference.count(session, cast.superior) == 3
