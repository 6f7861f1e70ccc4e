"""Nobody opens alone: a purpose, another person's consent, an end, and a line for every reading."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update

from casebook import accounts
from casebook.complaints import duties, log
from casebook.errors import BadFields, NotAllowed, NotReady, SealBroken, WrongStage
from casebook.models import ComplaintPart, FalseAccusation, Opening, Scope
from casebook.procedure.dates import today
from casebook.seal import consent, messages, openings
from casebook.seal.purposes import PURPOSES
from casebook.seal.tables import cells
from tests.complaints import SEALED, a_complaint, handler
from tests.factories import make_user
from tests.stages import Cast

NOW = today()
WHY = "核对摘录是否准确"


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def complaint(session, cast, seal):
    """Accepted, with a screener and a handler, beside another of the same organ."""
    a_complaint(session, cast, seal, "accepted", text="另一件的原话另一件的原话")
    complaint = a_complaint(session, cast, seal, "accepted")
    if not any(duty.user_id == cast.officer.id for duty in complaint.duties):
        handler(session, cast, complaint)
    return complaint


def ask(session, complaint, by, **changed):
    return openings.ask(
        session,
        complaint,
        by,
        **{"scope": "text", "purpose": "checking", "reason": f"{WHY}，{by.role}", **changed},
    )


def consent_to(session, opening, by, **changed):
    openings.answer(
        session, opening, by, **{"granted": True, "until": NOW + timedelta(days=7), "on": NOW, **changed}
    )
    return opening


def opened(session, complaint, by, second, **changed):
    return consent_to(session, ask(session, complaint, by, **changed), second)


def readings(session, complaint):
    return [event for event in log.history(session, complaint, reads=True) if event.kind == "seal.read"]


def refused_to_read(session, seal, complaint, user, on=NOW, scope="text"):
    """Whether this person is kept out, and no line says that they read."""
    before = len(readings(session, complaint))
    with pytest.raises((NotAllowed, NotReady)):
        openings.read(session, seal, complaint, user, scope, on)
    assert openings.active(session, complaint, user, scope, on) is None
    return len(readings(session, complaint)) == before


# -- the way it is meant ------------------------------------------------------------------------------------------


def test_the_handler_reads_the_words_after_the_chief_consents_and_each_reading_is_a_line(
    session, cast, seal, complaint
):
    opening = ask(session, complaint, cast.officer)
    assert refused_to_read(session, seal, complaint, cast.officer)
    consent_to(session, opening, cast.chief)
    assert openings.active(session, complaint, cast.officer, "text", NOW) is opening
    words = openings.read_text(session, seal, complaint, cast.officer, NOW)
    assert words == {
        name: SEALED[name] for name in ("about_name", "about_unit", "about_post", "text", "earlier")
    }
    openings.read_messages(session, seal, complaint, cast.officer, NOW)
    assert openings.read_file(session, seal, complaint, cast.officer, NOW, "none") is None
    lines = readings(session, complaint)
    assert [
        (line.by_id, line.detail["opening"], line.detail["scope"], line.detail["what"]) for line in lines
    ] == [(cast.officer.id, opening.id, "text", what) for what in ("page", "messages", "file")]
    assert refused_to_read(session, seal, complaint, cast.officer, scope="identity")


def test_the_identity_is_opened_apart_from_the_words(session, cast, seal, complaint):
    opened(session, complaint, cast.officer, cast.chief, scope="identity", purpose="protection")
    known = openings.read_identity(session, seal, complaint, cast.officer, NOW)
    assert known == {name: SEALED[name] for name in ("name", "contact", "identity_number")}
    assert refused_to_read(session, seal, complaint, cast.officer)


def test_the_screener_reads_once_named_and_declared_and_no_longer_once_the_extract_is_written(
    session, cast, seal
):
    complaint = a_complaint(session, cast, seal)
    assert refused_to_read(session, seal, complaint, cast.receiver)
    duties.assign(session, complaint, ComplaintPart.SCREENER, cast.receiver, cast.chief)
    assert refused_to_read(session, seal, complaint, cast.receiver)
    duties.declare(session, complaint, cast.receiver, [])
    assert openings.read_text(session, seal, complaint, cast.receiver, NOW)["text"] == SEALED["text"]
    (opening,) = complaint.openings
    assert (opening.purpose, opening.granted, opening.answered_by) == ("screening", True, cast.chief)
    screened = a_complaint(session, cast, seal, "screened")
    assert refused_to_read(session, seal, screened, cast.receiver)
    with pytest.raises(NotReady, match="screening over"):
        ask(session, screened, cast.receiver, purpose="screening")


def test_a_screener_without_time_enough_asks_again(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "assigned")
    late = NOW + timedelta(days=31)
    assert refused_to_read(session, seal, complaint, cast.receiver, late)
    opening = ask(session, complaint, cast.receiver, purpose="screening")
    consent_to(session, opening, cast.chief, until=late, on=late)
    assert openings.read_text(session, seal, complaint, cast.receiver, late)


def test_a_chief_who_asks_needs_the_chief_above(session, cast, seal, complaint):
    opening = ask(session, complaint, cast.chief)
    with pytest.raises(NotAllowed):
        consent_to(session, opening, cast.chief)
    consent_to(session, opening, cast.superior)
    assert openings.read_text(session, seal, complaint, cast.chief, NOW)


def test_what_a_chief_asks_is_not_granted_by_a_deputy_but_where_nobody_is_above(
    session, cast, seal, complaint
):
    deputy = make_user(session, "chief", organisation=cast.county)
    opening = ask(session, complaint, cast.chief)
    assert opening not in consent.waiting_for(session, deputy)
    with pytest.raises(NotAllowed):
        consent_to(session, opening, deputy)

    complaint.organisation.parent_id = None
    session.flush()
    session.expire_all()
    consent_to(session, opening, deputy)
    assert openings.read_text(session, seal, complaint, cast.chief, NOW)


def test_nobody_consents_to_themselves_with_another_account(session, cast, seal, complaint):
    other = make_user(session, "chief", organisation=cast.county, name=f" {cast.officer.name}\u3000")
    opening = ask(session, complaint, cast.officer)

    with pytest.raises(NotAllowed):
        consent_to(session, opening, other)
    assert refused_to_read(session, seal, complaint, cast.officer)
    new = a_complaint(session, cast, seal)
    cast.chief.name = cast.receiver.name
    session.flush()
    with pytest.raises(NotReady, match="your own name"):
        duties.assign(session, new, ComplaintPart.SCREENER, cast.receiver, cast.chief)


def test_whoever_screened_does_not_handle_it_with_another_account(session, cast, seal, complaint):
    again = make_user(session, "officer", organisation=cast.county, name=cast.receiver.name)

    with pytest.raises(NotReady, match="must be two persons"):
        duties.assign(session, complaint, ComplaintPart.HANDLER, again, cast.chief)


def test_a_refusal_stays_with_its_reason_and_one_may_ask_again(session, cast, seal, complaint):
    opening = ask(session, complaint, cast.officer)
    openings.answer(session, opening, cast.chief, granted=False, reason="摘录已经足够", on=NOW)
    assert refused_to_read(session, seal, complaint, cast.officer)
    with pytest.raises(NotReady, match="answered"):
        consent_to(session, opening, cast.chief)
    assert [
        (one.granted, one.answer_reason)
        for one in consent.of_about(session, complaint)
        if one.purpose == "checking"
    ] == [(False, "摘录已经足够")]
    opened(session, complaint, cast.officer, cast.chief)
    assert openings.read_text(session, seal, complaint, cast.officer, NOW)


def test_what_is_handed_back_is_closed_and_a_request_withdrawn_cannot_be_granted(
    session, cast, seal, complaint
):
    opening = opened(session, complaint, cast.officer, cast.chief)
    openings.hand_back(session, opening, cast.officer)
    assert refused_to_read(session, seal, complaint, cast.officer)
    with pytest.raises(NotReady, match="over already"):
        openings.hand_back(session, opening, cast.officer)
    waiting = ask(session, complaint, cast.officer)
    openings.hand_back(session, waiting, cast.officer)
    with pytest.raises(NotReady, match="withdrawn"):
        consent_to(session, waiting, cast.chief)


def test_a_chief_takes_back_what_a_chief_consented_to(session, cast, seal, complaint):
    opening = opened(session, complaint, cast.officer, cast.chief)
    for wrong in (cast.receiver, cast.receiver2, cast.officer2, cast.auditor, cast.stranger):
        with pytest.raises(NotAllowed):
            openings.hand_back(session, opening, wrong)
    openings.hand_back(session, opening, cast.superior)
    assert refused_to_read(session, seal, complaint, cast.officer)


def test_a_chief_sees_what_waits_for_them_and_nobody_else_does(session, cast, seal, complaint):
    opening = ask(session, complaint, cast.officer)
    assert (
        consent.waiting_for(session, cast.chief) == [opening] == consent.waiting_for(session, cast.superior)
    )
    for other in (
        cast.officer,
        cast.receiver,
        cast.reviewer,
        cast.auditor,
        cast.administrator,
        cast.stranger,
    ):
        assert consent.waiting_for(session, other) == []
    by_chief = ask(session, complaint, cast.chief)
    assert consent.waiting_for(session, cast.chief) == [opening]
    assert consent.waiting_for(session, cast.superior) == [opening, by_chief]
    consent_to(session, opening, cast.superior)
    assert consent.waiting_for(session, cast.chief) == []


# -- abuse --------------------------------------------------------------------------------------------------------


def test_nobody_without_a_part_asks_and_nobody_but_a_chief_answers(session, cast, seal, complaint):
    for wrong in (
        "officer2",
        "receiver2",
        "reviewer",
        "superior",
        "auditor",
        "administrator",
        "stranger",
        "member",
    ):
        with pytest.raises(NotAllowed):
            ask(session, complaint, getattr(cast, wrong))
    opening = ask(session, complaint, cast.officer)
    for wrong in (
        "officer",
        "receiver",
        "receiver2",
        "reviewer",
        "superior_reviewer",
        "auditor",
        "administrator",
        "stranger",
    ):
        with pytest.raises(NotAllowed):
            consent_to(session, opening, getattr(cast, wrong))
    assert opening.granted is None


def test_an_opening_is_its_askers_alone(session, cast, seal, complaint):
    opened(session, complaint, cast.officer, cast.chief)
    for other in (
        "receiver",
        "chief",
        "superior",
        "officer2",
        "reviewer",
        "auditor",
        "administrator",
        "stranger",
    ):
        assert refused_to_read(session, seal, complaint, getattr(cast, other))


def test_an_opening_of_one_complaint_opens_no_other(session, cast, seal, complaint):
    other = a_complaint(session, cast, seal, "accepted", text="第三件的原话第三件的原话")
    if not any(duty.user_id == cast.officer.id for duty in other.duties):
        handler(session, cast, other)
    opened(session, complaint, cast.officer, cast.chief)
    assert refused_to_read(session, seal, other, cast.officer)


def test_after_its_last_day_nothing_is_read(session, cast, seal, complaint):
    opening = opened(session, complaint, cast.officer, cast.chief)
    assert openings.read_text(session, seal, complaint, cast.officer, opening.until)
    assert refused_to_read(session, seal, complaint, cast.officer, opening.until + timedelta(days=1))


@pytest.mark.parametrize("until", [None, NOW - timedelta(days=1), NOW + timedelta(days=31), date(2099, 1, 1)])
def test_an_end_is_needed_and_lies_within_thirty_days(session, cast, seal, complaint, until):
    opening = ask(session, complaint, cast.officer)
    with pytest.raises(BadFields) as refused:
        consent_to(session, opening, cast.chief, until=until)
    assert set(refused.value.errors) == {"until"}
    assert refused_to_read(session, seal, complaint, cast.officer)


def test_whoever_loses_the_part_loses_the_opening_for_good(session, cast, seal, complaint):
    opened(session, complaint, cast.officer, cast.chief)
    (duty,) = [duty for duty in complaint.duties if duty.user_id == cast.officer.id]
    duties.end(session, complaint, duty, cast.chief, "工作调整")
    session.expire_all()
    assert refused_to_read(session, seal, complaint, cast.officer)
    handler(session, cast, complaint)
    assert refused_to_read(session, seal, complaint, cast.officer)


def test_a_person_switched_off_reads_nothing(session, cast, seal, complaint):
    opened(session, complaint, cast.officer, cast.chief)
    accounts.set_active(session, cast.officer, None, active=False)
    assert refused_to_read(session, seal, complaint, cast.officer)


def test_a_screener_or_handler_who_became_chief_consents_to_nothing_here(session, cast, seal, complaint):
    opening = ask(session, complaint, cast.officer)
    cast.receiver.role = "chief"
    session.flush()
    with pytest.raises(NotAllowed):
        consent_to(session, opening, cast.receiver)


def test_whoever_the_words_name_neither_consents_nor_reads(session, cast, seal):
    chief = make_user(session, "chief", organisation=cast.county, name="郑 某某")
    complaint = a_complaint(session, cast, seal, "assigned", about_name="李某、郑某某")
    opening = ask(session, complaint, cast.receiver, purpose="evidence")
    with pytest.raises(NotAllowed):
        consent_to(session, opening, chief, seal=seal)
    with pytest.raises(NotAllowed):
        openings.hand_back(session, opening, cast.stranger)
    named = a_complaint(session, cast, seal, "assigned", about_name=cast.receiver2.name)
    cast.receiver.name = cast.receiver2.name
    session.flush()
    with pytest.raises(NotAllowed):
        openings.read_text(session, seal, named, cast.receiver, NOW)
    assert readings(session, named) == []


def test_the_author_of_an_anonymous_complaint_is_never_opened(session, cast, seal):
    complaint = a_complaint(
        session,
        cast,
        seal,
        "accepted",
        naming="anonymous",
        name="",
        contact="13900008765",
        identity_number="",
    )
    for purpose in [code for code, purpose in PURPOSES.items() if "identity" in purpose.scopes]:
        with pytest.raises(NotReady) as refused:
            ask(session, complaint, cast.receiver, scope="identity", purpose=purpose)
        assert "第二十九条" in refused.value.message("zh")
        assert "不提供此项功能" in refused.value.message("zh")
    assert not [one for one in complaint.openings if one.scope == "identity"]
    # and not under an opening of before it was found anonymous, nor one set past the functions
    row = Opening(
        complaint_id=complaint.id, scope="identity", purpose="protection", reason="x", asked_by=cast.receiver,
        asked_at=complaint.registered_at, granted=True, answered_by=cast.chief, until=NOW,
    )  # fmt: skip
    session.add(row)
    log.record(session, "opening.granted", cast.chief, complaint, rows=[row])
    session.expire_all()
    assert refused_to_read(session, seal, complaint, cast.receiver, scope="identity")


def test_finding_the_author_is_no_purpose_and_every_purpose_says_where_it_comes_from(
    session, cast, seal, complaint
):
    for purpose in ("", "unmasking", "find_author", "curiosity", "screening; DROP"):
        with pytest.raises(BadFields) as refused:
            ask(session, complaint, cast.officer, scope="identity", purpose=purpose)
        assert set(refused.value.errors) == {"purpose"}
    with pytest.raises(BadFields):
        ask(session, complaint, cast.officer, scope="identity", purpose="checking")
    assert all(one.law.zh and one.law.en and one.zh and one.en for one in PURPOSES.values())


def test_words_are_needed_and_are_bounded(session, cast, seal, complaint):
    blank = ("", "   ", "看看", "字" * 501, "\u200b\u200c\u200d\u2060\ufeff", "\u3164\u115f\u1160\u2800", "。。。。。。",
             "一一一一一一", "\u202e......\u202c", "核对\0摘录是否准确", "核对中性摘录与原文",
             "Comparing the neutral extract: with the words.")  # fmt: skip
    for reason in blank:
        with pytest.raises(BadFields) as refused:
            ask(session, complaint, cast.officer, reason=reason)
        assert set(refused.value.errors) == {"reason"}
    opening = ask(session, complaint, cast.officer)
    with pytest.raises(BadFields) as refused:
        openings.answer(session, opening, cast.chief, granted=False, reason=" ", on=NOW)
    assert set(refused.value.errors) == {"reason"}
    with pytest.raises(BadFields):
        consent_to(session, opening, cast.chief, reason="字" * 501)


def test_a_reason_copied_from_another_person_is_none(session, cast, seal, complaint):
    ask(session, complaint, cast.officer, reason="核对第三点所述日期")
    with pytest.raises(BadFields) as refused:
        ask(session, complaint, cast.receiver, reason="核对 第三点，所述日期。")
    assert set(refused.value.errors) == {"reason"}
    ask(session, a_complaint(session, cast, seal, "accepted"), cast.receiver, reason="核对第三点所述日期")


def test_no_reason_hands_on_what_its_writer_read_and_none_tells_what_they_did_not(
    session, cast, seal, complaint
):
    guess = f"向{SEALED['name']}核实日期"
    first = ask(
        session, complaint, cast.officer, scope="identity", purpose="verification", reason=guess, seal=seal
    )
    openings.hand_back(session, first, cast.officer)  # a guess is told nothing
    opened(session, complaint, cast.officer, cast.chief, scope="identity", purpose="verification")
    openings.read_identity(session, seal, complaint, cast.officer, NOW)

    for words in (guess, f"向 钟 离 望 舒 核实日期 {SEALED['contact']}", f"电话{SEALED['contact']}核实"):
        with pytest.raises(BadFields) as refused:
            ask(session, complaint, cast.officer, purpose="evidence", reason=words, seal=seal)
        assert set(refused.value.errors) == {"reason"}
    own = "我是村里的会计，亲眼看见周镇长"  # the words were not opened to this officer
    asked = ask(session, complaint, cast.officer, purpose="evidence", reason=own, seal=seal)
    consent_to(session, asked, cast.chief, seal=seal)
    openings.read_text(session, seal, complaint, cast.officer, NOW)
    with pytest.raises(BadFields):
        ask(session, complaint, cast.officer, purpose="checking", reason=own, seal=seal)
    ask(
        session, complaint, cast.officer, purpose="checking", reason="核对周某所在青石镇的账目日期", seal=seal
    )


def test_the_same_is_not_asked_twice_at_once(session, cast, seal, complaint):
    ask(session, complaint, cast.officer)
    with pytest.raises(NotReady, match="waits for its answer"):
        ask(session, complaint, cast.officer, purpose="evidence")
    ask(session, complaint, cast.officer, scope="identity", purpose="protection")
    ask(session, complaint, cast.receiver)


def test_false_accusation_is_a_purpose_only_once_it_is_approved(session, cast, seal, complaint):
    wanted = {"scope": "identity", "purpose": "false_accusation"}
    with pytest.raises(NotReady, match="city level"):
        ask(session, complaint, cast.officer, **wanted)
    row = FalseAccusation(
        complaint=complaint, state="proposed", fabrication="x", intent="y", facts={}, advice={}, aggravators=[],
        by=cast.officer, at=complaint.registered_at,
    )  # fmt: skip
    session.add(row)
    log.record(session, "opening.asked", cast.officer, complaint, rows=[row])
    with pytest.raises(NotReady):
        ask(session, complaint, cast.officer, **wanted)
    row.state = "approved"
    log.record(session, "opening.asked", cast.officer, complaint, rows=[row])
    assert ask(session, complaint, cast.officer, **wanted)


@pytest.mark.parametrize("state", ["stub", "passed_on"])
def test_what_went_to_another_organ_is_not_opened_here(session, cast, seal, state):
    complaint = a_complaint(session, cast, seal, state)
    session.commit()
    session.expire_all()
    with pytest.raises((NotAllowed, WrongStage)):
        ask(session, complaint, cast.receiver)
    assert refused_to_read(session, seal, complaint, cast.receiver)
    assert refused_to_read(session, seal, complaint, cast.chief)


@pytest.mark.parametrize(
    "change",
    ["granted", "until", "asked_by_id", "scope", "ended_at", "purpose", "answered_by_id"],
)
def test_a_request_changed_past_the_log_opens_nothing(session, cast, seal, complaint, change):
    values = {
        "granted": {"granted": True, "answered_by_id": cast.chief.id, "until": date(2099, 1, 1)},
        "until": {"until": date(2099, 1, 1)},
        "asked_by_id": {"asked_by_id": cast.chief.id},
        "scope": {"scope": Scope.IDENTITY},
        "ended_at": {"ended_at": None},
        "purpose": {"purpose": "evidence"},
        "answered_by_id": {"answered_by_id": cast.superior.id},
    }[change]
    opening = ask(session, complaint, cast.officer)
    if change != "granted":
        consent_to(session, opening, cast.chief)
    if change == "ended_at":
        openings.hand_back(session, opening, cast.officer)
    session.execute(update(Opening).where(Opening.id == opening.id).values(**values))
    session.expire_all()
    for user in (cast.officer, cast.chief):
        for scope in Scope:
            assert refused_to_read(session, seal, complaint, user, scope=scope)


def test_words_exchanged_between_two_complaints_are_refused_and_nothing_is_shown(
    session, cast, seal, complaint
):
    other = a_complaint(session, cast, seal, "accepted", text="第三件的原话第三件的原话")
    opened(session, complaint, cast.officer, cast.chief)
    with seal.writing() as connection:
        connection.execute(delete(cells).where(cells.c.handle == complaint.handle))
        connection.execute(
            update(cells).where(cells.c.handle == other.handle).values(handle=complaint.handle)
        )
    with pytest.raises(SealBroken):
        openings.read_text(session, seal, complaint, cast.officer, NOW)


def test_no_event_of_an_opening_tells_a_word_of_what_was_typed_or_sealed(session, cast, seal, complaint):
    opening = ask(
        session, complaint, cast.officer, reason="只有本人知道的理由", scope="identity", purpose="protection"
    )
    consent_to(session, opening, cast.chief, reason="同意的理由同意的理由")
    messages.post(seal, complaint.handle, "author", "补充的话", NOW)
    openings.read_identity(session, seal, complaint, cast.officer, NOW)
    told = str([event.detail for event in log.history(session, complaint, reads=True)])
    for word in (*SEALED.values(), "理由", "补充", complaint.handle):
        assert word not in told


def test_what_an_author_wrote_waits_until_the_screener_has_read_it_and_no_one_else(
    session, seal, cast, complaint
):
    messages.post(seal, complaint.handle, "author", "补充一个地点", NOW)
    consent_to(session, ask(session, complaint, cast.officer), cast.chief)
    openings.read(session, seal, complaint, cast.officer, "text", NOW)
    session.commit()
    assert messages.unread(seal, [complaint.handle]) == {complaint.handle}

    consent_to(session, ask(session, complaint, cast.receiver, purpose="correspondence"), cast.chief)
    openings.read_messages(session, seal, complaint, cast.receiver, NOW)
    assert messages.unread(seal, [complaint.handle]) == {complaint.handle}, (
        "nothing is read before the commit"
    )
    session.commit()
    assert messages.unread(seal, [complaint.handle]) == set()
