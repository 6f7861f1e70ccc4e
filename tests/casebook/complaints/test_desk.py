"""The desk: what waits is taken in by lot, what comes by hand is entered, and nothing sealed passes over."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from casebook import audit, events
from casebook.complaints import desk, log
from casebook.db import Base
from casebook.errors import BadFields, NotAllowed
from casebook.models import Channel, Complaint, ComplaintState, Naming
from casebook.procedure import code
from casebook.procedure.dates import today
from casebook.seal import inbox
from tests.complaints import RECEIVED, SEALED, a_complaint
from tests.factories import make_user
from tests.stages import Cast


def drop(seal, cast, count: int = 1, *, organ=None, naming="anonymous", day=RECEIVED) -> list[str]:
    """Put some complaints through the door; returns their handles."""
    return [
        inbox.submit(
            seal, receipt=code.new_code(20), day=day, fields={"text": f"第{place}封：{SEALED['text']}"},
            naming=naming, organ_code=(organ or cast.county).code,
        )
        for place in range(count)
    ]  # fmt: skip


def enter(session, seal, by, **fields):
    given = {"channel": "letter", "naming": "real_name", "received_on": RECEIVED, "fields": SEALED, **fields}
    return desk.enter(session, seal, by, **given)


def everything_in(session) -> str:
    """Every value of every table of the main store, as one text."""
    tables = Base.metadata.sorted_tables
    return "\n".join(str(row) for table in tables for row in session.execute(select(table)))


def test_what_waits_for_the_organ_is_taken_in_once_and_nothing_of_another_organ(session, seal):
    cast = Cast(session)
    ours, _theirs = drop(seal, cast, 3), drop(seal, cast, 2, organ=cast.city)
    taken = desk.take_in(session, seal, cast.receiver)
    session.commit()
    assert {complaint.handle for complaint in taken} == set(ours)
    assert {complaint.organisation_id for complaint in taken} == {cast.county.id}
    assert desk.take_in(session, seal, cast.receiver) == []
    assert inbox.waiting(seal, cast.county.code) == []
    assert len(inbox.waiting(seal, cast.city.code)) == 2


def test_of_a_complaint_from_the_door_the_day_is_kept_and_how_it_is_signed(session, seal):
    cast = Cast(session)
    drop(seal, cast, naming="real_name")
    [complaint] = desk.take_in(session, seal, cast.receiver)
    assert (complaint.received_on, complaint.channel, complaint.naming, complaint.state) == (
        RECEIVED, Channel.WEB, Naming.REAL_NAME, ComplaintState.REGISTERED,
    )  # fmt: skip
    assert complaint.extract == complaint.respondent_name == ""


def test_the_order_of_the_register_is_drawn_by_lot(session, seal):
    cast = Cast(session)
    handles = drop(seal, cast, 12)
    taken = [complaint.handle for complaint in desk.take_in(session, seal, cast.receiver)]
    assert sorted(taken) == sorted(handles)
    assert taken not in (handles, handles[::-1], sorted(handles))  # one chance in hundred millions


def test_so_many_are_taken_in_at_once_and_the_rest_wait_for_the_next_time(session, seal, monkeypatch):
    monkeypatch.setattr(desk, "MOST_AT_ONCE", 5)
    cast = Cast(session)
    handles = drop(seal, cast, 12)

    taken, left = [], []
    for _ in range(4):
        found = desk.take_in(session, seal, cast.receiver)
        session.commit()
        taken.append([complaint.handle for complaint in found])
        left.append(desk.waits(session, seal, cast.county))
        session.commit()

    assert [len(some) for some in taken] == [5, 5, 2, 0]
    assert left == [7, 1, 0, 0]
    assert sorted(one for some in taken for one in some) == sorted(handles)


def test_what_is_taken_in_and_rolled_back_waits_on(session, seal):
    cast = Cast(session)
    session.commit()
    drop(seal, cast, 2)
    desk.take_in(session, seal, cast.receiver)
    session.rollback()
    assert len(inbox.waiting(seal, cast.county.code)) == 2
    assert len(desk.take_in(session, seal, cast.receiver)) == 2


def test_what_the_main_store_knows_is_not_registered_twice_after_a_crash(session, seal):
    cast = Cast(session)
    [handle] = drop(seal, cast)
    desk.take_in(session, seal, cast.receiver)
    session.info["casebook.seal.afterwards"].acts.clear()  # as before there was an outbox, and after a crash
    session.commit()
    assert len(inbox.waiting(seal, cast.county.code)) == 1
    assert desk.waits(session, seal, cast.county) == 0
    assert desk.take_in(session, seal, cast.receiver) == []
    session.commit()
    assert inbox.waiting(seal, cast.county.code) == []
    assert session.scalars(select(Complaint.handle)).all() == [handle]


@pytest.mark.parametrize(("waiting", "said"), [(0, 0), (1, 1), (3, 1), (4, 1), (5, 5), (7, 7)])
def test_of_fewer_than_five_it_is_only_said_that_some_wait(session, seal, waiting, said):
    cast = Cast(session)
    drop(seal, cast, waiting)
    drop(seal, cast, 6, organ=cast.city)
    assert desk.waits(session, seal, cast.county) == said


@pytest.mark.parametrize("who", ["officer", "chief", "auditor", "administrator", "reviewer", "member"])
def test_only_a_receiver_takes_in_or_enters(session, seal, who):
    cast = Cast(session)
    drop(seal, cast)
    with pytest.raises(NotAllowed):
        desk.take_in(session, seal, getattr(cast, who))
    with pytest.raises(NotAllowed):
        enter(session, seal, getattr(cast, who))
    assert session.scalars(select(Complaint)).all() == []


def test_a_letter_is_entered_and_its_author_and_words_lie_in_the_sealed_store_only(session, seal):
    cast = Cast(session)
    complaint, receipt = enter(session, seal, cast.receiver, files=[("证据.txt", BytesIO("账页".encode()))])
    session.commit()
    assert code.is_whole(receipt)
    assert inbox.find(seal, receipt) == complaint.handle
    assert {name: seal.read(complaint.handle, name) for name in SEALED} == SEALED
    assert [file.filename for file in seal.files(complaint.handle)] == ["证据.txt"]
    kept = everything_in(session)
    assert complaint.number in kept
    assert [words for words in (*SEALED.values(), "证据", receipt) if words in kept] == []
    assert audit.verify(session).ok


def test_the_same_form_sent_twice_is_one_complaint(session, seal):
    cast = Cast(session)
    receipt = code.new_code(20)
    first, _ = enter(session, seal, cast.receiver, receipt=receipt)
    session.commit()
    again, same = enter(session, seal, cast.receiver, receipt=receipt)
    assert again.id == first.id
    assert same == receipt
    assert len(session.scalars(select(Complaint)).all()) == 1


@pytest.mark.parametrize("missing", ["name", "contact"])
def test_without_a_name_or_a_contact_it_is_not_real_name(session, seal, missing):
    cast = Cast(session)
    with pytest.raises(BadFields) as refused:
        enter(session, seal, cast.receiver, fields={**SEALED, missing: ""})
    assert list(refused.value.errors) == [missing]
    assert enter(session, seal, cast.receiver, fields={**SEALED, missing: ""}, naming="unverifiable_name")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("channel", {"channel": "web"}),
        ("channel", {"channel": "pigeon"}),
        ("naming", {"naming": "known"}),
        ("received_on", {"received_on": today() + timedelta(days=1)}),
        ("received_on", {"received_on": "2026-11-16"}),
        ("assigned_from", {"channel": "transfer"}),
        ("assigned_from", {"channel": "transfer", "assigned_from": "机密★件"}),
        ("text", {"fields": {**SEALED, "text": "  "}}),
        ("text", {"fields": {**SEALED, "text": "机密★10年 关于……"}}),
        ("text", {"fields": {**SEALED, "text": "半\x00字"}}),
        ("about_name", {"fields": {**SEALED, "about_name": "两\n行"}}),
    ],
)
def test_what_cannot_be_kept_is_named_and_nothing_is_written(session, seal, field, wrong):
    cast = Cast(session)
    with pytest.raises(BadFields) as refused:
        enter(session, seal, cast.receiver, **wrong)
    assert list(refused.value.errors) == [field]
    assert inbox.waiting(seal, cast.county.code) == []
    assert session.scalars(select(Complaint)).all() == []


def test_an_item_transferred_in_keeps_from_where(session, seal):
    cast = Cast(session)
    complaint, _ = enter(session, seal, cast.receiver, channel="transfer", assigned_from="市纪委监委")
    letter, _ = enter(session, seal, cast.receiver, assigned_from="市纪委监委")
    assert (complaint.assigned_from, letter.assigned_from) == ("市纪委监委", "")


def test_the_numbers_of_an_organ_run_without_gaps_and_apart_from_another_organ_s(session, seal):
    cast = Cast(session)
    elsewhere = make_user(session, "receiver", organisation=cast.city)
    numbers = [enter(session, seal, by)[0].number for by in (cast.receiver, elsewhere, cast.receiver2)]
    year = today().year
    assert numbers == [
        f"{cast.county.code}-X{year}-0001", f"{cast.city.code}-X{year}-0001", f"{cast.county.code}-X{year}-0002",
    ]  # fmt: skip


def test_the_event_tells_neither_the_author_nor_the_receipt(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal)
    desk.read(session, cast.receiver, complaint)
    [entered] = log.history(session, complaint)
    assert set(entered.detail) == {"complaint", "rows"}
    assert [event.kind for event in log.history(session, complaint, reads=True)][-1] == "complaint.read"
    assert events.label("complaint.read", "zh")


def test_a_day_long_ago_may_be_entered_for_a_letter_that_was_mislaid(session, seal):
    cast = Cast(session)
    assert enter(session, seal, cast.receiver, received_on=date(2025, 1, 3))[0].received_on == date(
        2025, 1, 3
    )
