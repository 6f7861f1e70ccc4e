"""What comes in through the door is received once, whole, and without its moment."""

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import delete, select, update

from casebook.errors import BadUpload, SealBroken
from casebook.seal import inbox, messages
from casebook.seal.tables import cells, metadata
from tests.casebook.seal.conftest import do

DAY = date(2026, 3, 1)


def submit(seal, receipt="34679ACD", **changed):
    given = {
        "receipt": receipt, "day": DAY, "fields": {"text": "原话", "about_name": "周某", "name": ""},
        "naming": "anonymous", "organ_code": "QX",
    }  # fmt: skip
    return inbox.submit(seal, **{**given, **changed})


def test_the_receipt_is_found_however_it_is_typed_and_is_nowhere_kept(seal):
    handle = submit(seal)
    submit(seal, "OTHER")
    assert inbox.find(seal, " 3467-9acd ") == handle
    assert inbox.find(seal, "３４６７９ＡＣＤ") == handle
    assert inbox.find(seal, "34679ACC") is None
    with seal.reading() as connection:
        rows = connection.execute(select(metadata.tables["seal_inbox"])).all()
    assert "34679ACD" not in str(rows)


def test_a_form_sent_twice_is_one_item_and_another_text_under_it_is_noticed(seal):
    handle = submit(seal)
    assert submit(seal) == handle
    assert submit(seal, fields={"text": "改过的话"}) == handle
    assert seal.read(handle, "text") == "原话"
    assert len(inbox.waiting(seal, "QX")) == 1
    assert not inbox.differs(seal, handle, {"text": "原话", "about_name": "周某", "contact": ""})
    assert inbox.differs(seal, handle, {"text": "改过的话", "about_name": "周某"})


def test_what_was_not_said_is_not_kept(seal):
    assert seal.names(submit(seal)) == ["about_name", "text"]


def test_an_unknown_field_is_a_mistake_of_the_program(seal):
    with pytest.raises(ValueError, match="address"):
        submit(seal, fields={"address": "10.0.0.1"})


def test_with_a_bad_file_nothing_is_received(seal):
    with pytest.raises(BadUpload):
        submit(seal, files=[("good.txt", BytesIO(b"good")), ("bad.pdf", BytesIO(b"not a pdf"))])
    assert inbox.find(seal, "34679ACD") is None
    assert inbox.waiting(seal, "QX") == []
    with seal.reading() as connection:
        assert connection.execute(select(cells)).all() == []


def test_each_organ_has_its_own_waiting_until_it_is_taken_in(seal):
    mine, theirs = (
        submit(seal),
        submit(seal, "OTHER", organ_code="XC", day=date(2026, 3, 2), naming="real_name"),
    )
    assert [(item.handle, item.day, item.naming) for item in inbox.waiting(seal, "XC")] == [
        (theirs, date(2026, 3, 2), "real_name")
    ]
    do(seal, "taken", mine)
    assert inbox.waiting(seal, "QX") == []
    assert len(inbox.waiting(seal, "XC")) == 1


def test_what_waits_comes_in_no_order(seal):
    made = [submit(seal, f"R{number}") for number in range(12)]
    orders = {tuple(item.handle for item in inbox.waiting(seal, "QX")) for _ in range(20)}
    assert len(orders) > 15
    assert all(sorted(order) == sorted(made) for order in orders)


def test_no_column_of_the_sealed_store_keeps_a_moment():
    kinds = {
        (table.name, column.name): str(column.type)
        for table in metadata.tables.values()
        for column in table.columns
    }
    assert not [place for place, kind in kinds.items() if "TIME" in kind]
    assert [place for place, kind in kinds.items() if kind == "DATE"] == [("seal_inbox", "day")]
    assert not [place for place in kinds if {"ip", "agent", "at", "order"} & set(place[1].split("_"))]


def test_a_stub_keeps_its_receipt_and_nothing_else(seal):
    handle = submit(seal, files=[("a.txt", BytesIO(b"something"))])
    messages.post(seal, handle, "author", "补充", DAY)
    do(seal, "stub", handle)
    assert inbox.find(seal, "34679ACD") == handle
    assert inbox.is_stub(seal, handle)
    assert (seal.names(handle), seal.files(handle), messages.all(seal, handle)) == ([], [], [])
    assert inbox.waiting(seal, "QX") == []
    assert not inbox.is_stub(seal, submit(seal, "OTHER"))


# -- messages -----------------------------------------------------------------------------------------------------


def test_messages_come_back_in_order_with_side_and_day(seal):
    handle, other = submit(seal), submit(seal, "OTHER")
    messages.post(seal, other, "author", "别的事", DAY)
    for number in range(12):
        messages.post(
            seal, handle, "author" if number % 2 else "organ", f"第 {number}", date(2026, 3, 1 + number)
        )
    found = messages.all(seal, handle)
    assert [message.text for message in found] == [f"第 {number}" for number in range(12)]
    assert (found[3].who, found[3].day) == ("author", date(2026, 3, 4))
    with pytest.raises(ValueError, match="chief"):
        messages.post(seal, handle, "chief", "x", DAY)


def test_unread_is_what_the_author_wrote_since_the_organ_looked(seal):
    handle, other = submit(seal), submit(seal, "OTHER")
    messages.post(seal, handle, "organ", "请补充", DAY)
    assert messages.unread(seal, [handle, other]) == set()
    messages.post(seal, handle, "author", "补充如下", DAY)
    messages.post(seal, other, "author", "还有", DAY)
    assert messages.unread(seal, [handle, other]) == {handle, other}
    assert messages.unread(seal, [other]) == {other}
    do(seal, "seen", handle, count=2)
    assert messages.unread(seal, [handle, other]) == {other}
    messages.post(seal, handle, "author", "又及", DAY)
    assert messages.unread(seal, [handle]) == {handle}
    do(seal, "seen", handle, count=1)  # a page opened earlier and shown later
    assert messages.unread(seal, [handle]) == {handle}
    do(seal, "seen", handle, count=3)
    do(seal, "seen", handle, count=2)
    assert messages.unread(seal, [handle]) == set()


@pytest.mark.parametrize("name", ["message:000001:organ:2026-03-01", "message:000001:author:2026-04-01"])
def test_a_message_given_to_the_other_side_or_another_day_is_refused(seal, name):
    handle = submit(seal)
    messages.post(seal, handle, "author", "我说的", DAY)
    with seal.writing() as connection:
        connection.execute(update(cells).where(cells.c.name.startswith("message:")).values(name=name))
    with pytest.raises(SealBroken):
        messages.all(seal, handle)


def test_a_message_moved_to_another_complaint_is_refused(seal):
    handle, other = submit(seal), submit(seal, "OTHER")
    messages.post(seal, handle, "author", "我说的", DAY)
    with seal.writing() as connection:
        connection.execute(delete(cells).where(cells.c.handle == other))
        connection.execute(update(cells).where(cells.c.handle == handle).values(handle=other))
    with pytest.raises(SealBroken):
        messages.all(seal, other)
