"""Whoever complained is protected: tasks above all else, retaliation as a clue of its own, no publicity unasked."""

from datetime import date, timedelta

import pytest

from casebook.audit import verify
from casebook.complaints import awaited, duties, listing, log, protection, screening, secrecy
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Complaint, Protection
from casebook.procedure.dates import today
from casebook.seal import calls, inbox, openings
from tests.complaints import NEUTRAL, SEALED, a_complaint
from tests.factories import make_user
from tests.stages import Cast

DAY = date(2026, 11, 20)
CLUE = {
    "about_name": "郑某", "about_unit": "青石镇", "about_post": "副镇长",
    "text": "MARKER停了我的公益岗位", "earlier": "",
}  # fmt: skip


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def complaint(session, cast, seal):
    a_complaint(session, cast, seal, "handling")  # noise
    return a_complaint(session, cast, seal, "handling")


def protector(session, complaint) -> set[str]:
    return {one.part for one in awaited.awaited(session, complaint) if one.step == "protect"}


def ask(session, complaint, by, kind="protection", **fields):
    return protection.ask(session, complaint, by, **{"kind": kind, "raised_on": DAY, "today": DAY, **fields})


def test_whoever_hears_of_it_opens_the_task(session, cast, complaint):
    for by in (cast.receiver2, cast.receiver, cast.officer, cast.chief, cast.superior):
        row = ask(session, complaint, by)
        protection.record_measures(session, row, by, measures="已对接派出所")
        protection.close(session, row, by, outcome="风险已消除", today=DAY)
    for by in (cast.auditor, cast.stranger, cast.administrator, None):
        with pytest.raises(NotAllowed):
            ask(session, complaint, by)


def test_the_oldest_open_task_stands_first_and_only_for_those_who_see_the_complaint(
    session, cast, seal, complaint
):
    later = ask(session, a_complaint(session, cast, seal, "accepted"), cast.receiver, raised_on=DAY)
    first = ask(session, complaint, cast.receiver, raised_on=DAY - timedelta(days=2))
    over = ask(session, complaint, cast.receiver, "retaliation")
    over.closed_on = DAY
    session.flush()

    assert protection.open_tasks(session, cast.receiver2) == [first, later]
    assert protection.open_tasks(session, cast.officer) == [first]
    assert protection.open_tasks(session, cast.stranger) == []
    assert "第三十五条" in protection.LAWS["protection"].zh
    assert "监察法" in protection.LAWS["retaliation"].zh


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "reward"}, "kind"),
        ({"raised_on": date(2026, 11, 1)}, "raised_on"),
        ({"raised_on": DAY + timedelta(days=1)}, "raised_on"),
    ],
)
def test_a_task_of_no_kind_or_day_is_refused(session, cast, complaint, wrong, field):
    with pytest.raises(BadFields) as refused:
        ask(session, complaint, cast.receiver, **wrong)

    assert list(refused.value.errors) == [field]


def test_the_same_task_is_not_opened_twice(session, cast, complaint):
    ask(session, complaint, cast.receiver)
    with pytest.raises(NotReady):
        ask(session, complaint, cast.officer)
    ask(session, complaint, cast.officer, "retaliation")


def test_nobody_is_protected_under_a_stub(session, cast, seal):
    stub = a_complaint(session, cast, seal, "stub")

    with pytest.raises((WrongStage, NotAllowed)):
        ask(session, stub, cast.receiver2)


def test_retaliation_becomes_a_clue_of_its_own(session, seal, cast, complaint):
    row = ask(session, complaint, cast.officer, "retaliation")
    protection.record_measures(session, row, cast.officer, measures="已约谈")
    with pytest.raises(NotReady) as refused:
        protection.close(session, row, cast.officer, outcome="无", today=DAY)
    assert "另立线索" in refused.value.message("zh")

    clue = protection.register_clue(session, seal, row, cast.receiver2, fields=CLUE, today=DAY)

    assert clue.id == row.new_complaint_id != complaint.id
    assert (clue.state, clue.received_on, clue.naming) == ("registered", DAY, "anonymous")
    assert clue.handle != complaint.handle
    assert seal.read(clue.handle, "text") == CLUE["text"]
    protection.close(session, row, cast.officer, outcome="已恢复岗位", today=DAY)
    with pytest.raises(NotReady):
        protection.register_clue(session, seal, row, cast.receiver2, fields=CLUE, today=DAY)


def granted(session, cast, complaint, scope, purpose):
    asked = openings.ask(
        session,
        complaint,
        cast.receiver,
        scope=scope,
        purpose=purpose,
        reason="本件检举控告人来电称被调离岗位，需要核对身份后采取保护措施",
    )
    openings.answer(session, asked, cast.chief, granted=True, until=today() + timedelta(days=5), on=today())
    return asked


@pytest.mark.parametrize(("scope", "purpose"), [(None, ""), ("text", "protection"), ("identity", "feedback")])
def test_who_the_author_is_stays_under_the_old_handle(session, seal, cast, complaint, scope, purpose):
    if scope:
        granted(session, cast, complaint, scope, purpose)
    row = ask(session, complaint, cast.officer, "retaliation")

    clue = protection.register_clue(
        session,
        seal,
        row,
        cast.receiver,
        fields={**CLUE, "name": "试填", "contact": "13911112222"},
        today=today(),
    )

    assert {seal.read(clue.handle, name) for name in inbox.IDENTITY} == {None}
    assert clue.naming == "anonymous"


def test_under_an_opening_for_protection_the_author_goes_along_and_leaves_a_line(
    session, seal, cast, complaint
):
    opening = granted(session, cast, complaint, "identity", "protection")
    row = ask(session, complaint, cast.officer, "retaliation")

    clue = protection.register_clue(session, seal, row, cast.receiver, fields=CLUE, today=today())

    assert seal.read(clue.handle, "name") == SEALED["name"]
    assert clue.naming == "real_name"
    (line,) = [one for one in log.history(session, complaint, reads=True) if one.kind == "seal.read"]
    assert (line.by_id, line.detail["opening"], line.detail["what"]) == (cast.receiver.id, opening.id, "clue")


def test_what_is_written_of_the_clue_is_still_compared_with_its_author(session, seal, cast, complaint):
    row = ask(session, complaint, cast.officer, "retaliation")
    clue = protection.register_clue(session, seal, row, cast.receiver2, fields=CLUE, today=today())
    duties.assign(session, clue, "screener", cast.receiver, cast.chief)
    duties.declare(session, clue, cast.receiver, [])

    given = {**NEUTRAL, "naming": "anonymous", "extract": f"反映{SEALED['name']}被停了岗位"}
    with pytest.raises(screening.AuthorNamed):
        screening.screen(session, seal, clue, cast.receiver, screening.Screening(**given))


@pytest.mark.parametrize("words", [f"致函青石镇党委，要求保障{SEALED['name']}的岗位", SEALED["text"][:20]])
def test_measures_do_not_say_who_is_protected_and_the_attempt_stays(session, seal, cast, complaint, words):
    row = ask(session, complaint, cast.officer)

    with pytest.raises(BadFields) as refused:
        protection.record_measures(session, row, cast.officer, measures=words, seal=seal)
    assert set(refused.value.errors) == {"measures"}
    protection.record_measures(session, row, cast.officer, measures="与所在单位负责人谈话", seal=seal)
    with pytest.raises(BadFields):
        protection.close(session, row, cast.officer, outcome=words, today=DAY, seal=seal)

    tried = [one for one in log.history(session, complaint) if one.kind == "complaint.leak_refused"]
    assert [one.by_id for one in tried] == [cast.officer.id] * 2


def test_whoever_tries_names_is_stopped(session, seal, cast, complaint):
    row = ask(session, complaint, cast.officer)
    for _ in range(secrecy.TRIES):
        with pytest.raises(BadFields):
            protection.record_measures(session, row, cast.officer, measures=SEALED["name"], seal=seal)

    with pytest.raises(NotReady) as stopped:
        protection.record_measures(session, row, cast.officer, measures="与所在单位谈话", seal=seal)

    assert "另行指定" in stopped.value.message("zh")


def test_a_clue_of_retaliation_is_registered_by_a_receiver(session, seal, cast, complaint):
    row = ask(session, complaint, cast.officer, "retaliation")

    with pytest.raises(NotAllowed):
        protection.register_clue(session, seal, row, cast.officer, fields=CLUE, today=DAY)
    assert row.new_complaint_id is None


def test_a_request_for_protection_is_no_clue(session, seal, cast, complaint):
    row = ask(session, complaint, cast.receiver2)

    with pytest.raises(NotReady):
        protection.register_clue(session, seal, row, cast.receiver2, fields=CLUE, today=DAY)


def test_a_task_is_closed_with_measures_and_an_outcome_and_stays_closed(session, cast, complaint):
    row = ask(session, complaint, cast.receiver)
    with pytest.raises(NotReady):
        protection.close(session, row, cast.receiver, outcome="无", today=DAY)
    protection.record_measures(session, row, cast.receiver, measures="已提醒单位")
    with pytest.raises(BadFields):
        protection.close(session, row, cast.receiver, outcome=" ", today=DAY)
    protection.close(session, row, cast.receiver, outcome="已解决", today=DAY)

    assert (row.closed_on, row.closed_by_id) == (DAY, cast.receiver.id)
    with pytest.raises(NotReady):
        protection.record_measures(session, row, cast.receiver, measures="再加")
    with pytest.raises(NotReady):
        protection.close(session, row, cast.receiver, outcome="再办结", today=DAY)


def test_nothing_of_an_author_is_made_public_without_their_stored_consent(session, seal, cast):
    complaint = a_complaint(session, cast, seal, "told")
    with pytest.raises(NotReady) as refused:
        protection.publicise(session, seal, complaint, cast.receiver)
    assert "第四十七条" in refused.value.message("zh")

    protection.consent(session, seal, complaint, cast.receiver, given=False, words="不同意", on=DAY)
    session.commit()
    with pytest.raises(NotReady):
        protection.publicise(session, seal, complaint, cast.receiver)
    protection.consent(session, seal, complaint, cast.receiver, given=True, words="MARKER同意", on=DAY)
    session.commit()
    protection.publicise(session, seal, complaint, cast.receiver)
    protection.consent(session, seal, complaint, cast.receiver, given=False, words="收回同意", on=DAY)
    session.commit()
    with pytest.raises(NotReady):
        protection.publicise(session, seal, complaint, cast.receiver)

    assert "MARKER" not in str([event.detail for event in log.history(session, complaint)])


def test_consent_that_is_rolled_back_is_no_consent(session, seal, cast):
    complaint = a_complaint(session, cast, seal, "told")
    session.commit()

    protection.consent(session, seal, complaint, cast.receiver, given=True, words="同意", on=DAY)
    session.rollback()

    assert not protection.consents(seal, complaint)


def test_consent_is_entered_by_the_screener_alone(session, seal, cast):
    complaint = a_complaint(session, cast, seal, "told")

    for by in (cast.officer, cast.chief, cast.receiver2, None):
        with pytest.raises(NotAllowed):
            protection.consent(session, seal, complaint, by, given=True, words="同意", on=DAY)


def test_every_row_is_sealed_by_the_event_that_wrote_it(session, seal, cast, complaint):
    row = ask(session, complaint, cast.officer, "retaliation")
    protection.register_clue(session, seal, row, cast.receiver2, fields=CLUE, today=DAY)
    protection.record_measures(session, row, cast.officer, measures="已约谈")
    protection.close(session, row, cast.officer, outcome="已恢复岗位", today=DAY)
    session.flush()

    assert session.get(Complaint, complaint.id).version > 1
    assert session.get(Protection, row.id).outcome == "已恢复岗位"
    report = verify(session)
    assert report.ok, report.why


def test_a_leak_is_a_clue_of_its_own_and_the_chief_s_to_deal_with(session, seal, cast, complaint):
    row = ask(session, complaint, cast.officer, "leak")
    for who in (cast.officer, cast.receiver, cast.receiver2):
        with pytest.raises(NotAllowed):
            protection.record_measures(session, row, who, measures="已调查")
        with pytest.raises(NotAllowed):
            protection.close(session, row, who, outcome="无此事", today=DAY)
    protection.record_measures(session, row, cast.chief, measures="已封存查阅记录，责令保密")
    with pytest.raises(NotReady) as refused:
        protection.close(session, row, cast.chief, outcome="已处理", today=DAY)
    assert "另立线索" in refused.value.message("zh")
    assert "第五十二条" in refused.value.message("zh")

    clue = protection.register_clue(session, seal, row, cast.receiver2, fields=CLUE, today=DAY)

    assert clue.id == row.new_complaint_id
    protection.close(session, row, cast.chief, outcome="已移送", today=DAY)
    assert row.closed_on == DAY


def test_a_leak_is_the_one_above_s_where_the_complaint_names_the_only_chief(session, seal, cast, complaint):
    other = a_complaint(session, cast, seal, "handling")
    row, plain = ask(session, complaint, cast.officer, "leak"), ask(session, other, cast.officer, "leak")
    complaint.respondent_name = f"{cast.chief.name}、周某"
    session.flush()
    session.expire_all()
    assert complaint.own_chief is False
    for one in (row, plain):
        protection.register_clue(session, seal, one, cast.receiver2, fields=CLUE, today=DAY)

    assert protector(session, complaint) == {"superior"}
    assert protector(session, other) == {"chief"}
    assert complaint in listing.waiting_for(session, seal, cast.superior)
    assert other not in listing.waiting_for(session, seal, cast.superior)
    with pytest.raises(NotAllowed):
        protection.record_measures(session, row, cast.chief, measures="已查")
    protection.record_measures(session, row, cast.superior, measures="已封存查阅记录")
    make_user(session, "chief", organisation=cast.county, name="副主任丁某")  # one whom it does not name
    session.expire_all()
    assert protector(session, complaint) == {"chief"}

    protection.close(session, row, cast.superior, outcome="已移送", today=DAY)
    assert (row.closed_on, row.closed_by_id) == (DAY, cast.superior.id)


@pytest.mark.parametrize("reported", [False, True])
def test_the_author_signs_a_leak_only_where_they_reported_it(session, seal, cast, complaint, reported):
    if reported:
        with seal.writing() as connection:
            calls.add(seal, connection, complaint.handle, "leak")
    granted(session, cast, complaint, "identity", "protection")
    row = ask(session, complaint, cast.receiver, "leak")

    clue = protection.register_clue(session, seal, row, cast.receiver, fields=CLUE, today=today())

    assert seal.read(clue.handle, "name") == (SEALED["name"] if reported else None)
    assert clue.naming == ("real_name" if reported else "anonymous")
    lines = [one for one in log.history(session, complaint, reads=True) if one.kind == "seal.read"]
    assert len(lines) == reported


def test_whoever_handles_the_complaint_is_not_shown_that_it_leaked(session, cast, seal, complaint):
    leak = ask(session, complaint, cast.receiver2, "leak")
    plain = ask(session, complaint, cast.receiver2, "protection")

    assert protection.of_complaint(session, complaint, cast.officer) == [plain]
    assert protection.open_tasks(session, cast.officer) == [plain]
    for who in (cast.chief, cast.superior, cast.receiver2, cast.auditor):
        assert leak in protection.of_complaint(session, complaint, who)
    assert {event.kind for event in log.history(session, complaint, kinds=protection.LEAK_EVENTS)} == {
        "leak.asked"
    }


def test_whoever_handles_the_complaint_does_not_learn_of_a_leak_by_reporting_one(
    session, cast, seal, complaint
):
    first = ask(session, complaint, cast.receiver2, "leak")

    second = ask(session, complaint, cast.officer, "leak")  # as if there were none

    assert protection.of_complaint(session, complaint, cast.chief) == [first, second]
    assert protection.of_complaint(session, complaint, cast.officer) == []
    with pytest.raises(NotReady):
        ask(session, complaint, cast.receiver2, "leak")
