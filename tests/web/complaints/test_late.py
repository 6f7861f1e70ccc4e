"""When one of the two stores fails: the page says what is recorded and what is still to come, and nothing is done twice."""

import pytest
from sqlalchemy import select

from casebook.models import Complaint, Event
from casebook.seal import messages, outbox, together
from casebook.seal.store import Seal
from tests.complaints import SEALED, a_complaint
from tests.stages import Cast
from web.complaints import complaint as pages

WORDS = "经核查，所反映问题不属实。"
RESULT = {
    "words": WORDS, "how": "receipt", "given_on-year": "2026", "given_on-month": "11", "given_on-day": "21",
}  # fmt: skip


def fail(*_args, **_words):
    raise OSError("No space left on device")


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def at(as_, session, cast, seal):
    """The screener before the page on which the result is fed back."""
    complaint = a_complaint(session, cast, seal, "concluded")
    session.commit()
    page = as_(cast.receiver)
    page.get(f"/complaints/{complaint.number}/step/result")
    return page, complaint


def told(session) -> int:
    found = len(session.scalars(select(Event).where(Event.kind == "complaint.told_result")).all())
    session.rollback()
    return found


def letters(seal, complaint) -> list[str]:
    return [one.text.split("\n")[0] for one in messages.all(seal, complaint.handle)]


def test_a_letter_that_could_not_be_delivered_yet_is_said_to_be_and_comes_by_itself(
    at, session, seal, monkeypatch
):
    page, complaint = at
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "finish", fail)
        page.send(**RESULT)

    assert page.status == 200
    assert "恢复后自动完成" in page.text()
    assert "结果已经反馈" not in page.text()
    assert told(session) == 1
    assert letters(seal, complaint) == []

    page.get(f"/complaints/{complaint.number}/step/result")
    page.send(**RESULT)  # sent once more all the same
    assert page.status == 409
    assert together.settle(session, seal) == 0
    assert letters(seal, complaint) == [WORDS]


def test_where_the_sealed_store_takes_nothing_nothing_is_recorded_and_the_page_says_so(
    at, session, seal, monkeypatch
):
    page, complaint = at
    with monkeypatch.context() as broken:
        broken.setattr(Seal, "writing", fail)
        page.send(**RESULT)

    assert page.status == 500
    assert "没有保存" in page.text()
    assert told(session) == 0
    page.get(f"/complaints/{complaint.number}/step/result")
    page.send(**RESULT)
    assert (told(session), letters(seal, complaint)) == (1, [WORDS])


def test_a_fault_after_the_step_is_committed_does_not_claim_that_nothing_was_saved(
    at, session, seal, monkeypatch
):
    page, complaint = at
    with monkeypatch.context() as broken:
        broken.setattr(pages, "flash", fail)
        page.send(**RESULT)

    assert page.status == 500
    assert "没有保存" not in page.text()
    assert "已经保存" in page.text()
    assert (told(session), letters(seal, complaint)) == (1, [WORDS])


def test_what_could_not_be_erased_yet_after_it_was_sent_up_is_said_to_be(
    as_, session, cast, seal, monkeypatch
):
    complaint = a_complaint(session, cast, seal, "assigned")
    session.commit()
    handle = complaint.handle
    page = as_(cast.receiver)
    page.get(f"/complaints/{complaint.number}/screening")
    day = {"up-on-year": "2026", "up-on-month": "11", "up-on-day": "17"}
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "finish", fail)
        page.post(
            f"/complaints/{complaint.number}/screening/send-up",
            {"up-to": "市纪委监委", "up-reference": "〔2026〕3号", "up-handed_over": "yes", **day},
        )

    assert "恢复后自动完成" in page.text()
    assert session.scalar(select(Complaint.handle).where(Complaint.id == complaint.id)) is None
    session.rollback()
    assert seal.read(handle, "text") == SEALED["text"]
    page.post("/complaints/take-in")  # the next act at the desk
    assert seal.names(handle) == []
