"""The respondent's door: opened with a code, locked against guesses, and nothing behind it but what was told."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import select

from casebook import audit
from casebook.changes import FactEntry
from casebook.db import canonical_json, utc_now
from casebook.errors import BadFields, NotAllowed, NotReady
from casebook.models import Answer, Decision, Event, ImposedMeasure, PersonalLink, Service, Stage
from casebook.procedure import answers, hearing, notice
from casebook.procedure import personal_link as door
from casebook.procedure.answers import AnswerEntry
from casebook.procedure.code import ALPHABET, new_code
from casebook.procedure.dates import today
from casebook.procedure.respondent_view import read_link
from casebook.recommend import latest_recommendation, recommend
from tests.factories import CHEAP, attach, save
from tests.hearings import at_hearing, draft, told
from tests.stages import TODAY, Cast, skip_to


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def case(session, cast):
    other = at_hearing(session, cast)
    told(session, cast, other)
    door.create_link(session, other, cast.officer, hasher=CHEAP)
    return at_hearing(session, cast)


def create(session, cast, case, **fields):
    return door.create_link(session, case, cast.officer, hasher=CHEAP, **fields)


def knock(session, token, code, **fields):
    return door.open_link(session, token, code, hasher=CHEAP, **fields)


def entries(session, case, stance="disputes", words="我有不同意见") -> dict[int, AnswerEntry]:
    return {point.id: AnswerEntry(stance, words) for point in notice.current_notice(session, case).points}


def test_only_the_hashes_of_number_and_code_are_kept(session, cast, case):
    link, token, code = create(session, cast, case)

    kept = " ".join(str(value) for value in vars(link).values())
    events = canonical_json([event.detail for event in session.scalars(select(Event))])
    for secret in (token, code):
        assert secret not in kept
        assert secret not in events
    assert link.code_hash.startswith("$argon2id$")
    assert len(link.token_sha256) == 64


def test_the_right_code_opens_however_it_is_typed(session, cast, case):
    link, token, code = create(session, cast, case)

    assert knock(session, token, f"{code[:4]} {code[4:8].lower()}-{code[8:]}") is link
    assert link.opened_at is not None


def test_five_wrong_codes_lock_the_link_even_for_the_right_one(session, cast, case):
    link, token, code = create(session, cast, case)
    for _ in range(door.TRIES):
        assert knock(session, token, new_code()) is None

    assert knock(session, token, code) is None
    assert link.failures == door.TRIES
    assert audit.verify(session).ok


def test_the_right_code_in_between_begins_the_count_anew(session, cast, case):
    link, token, code = create(session, cast, case)
    for _ in range(door.TRIES - 1):
        knock(session, token, new_code())
    knock(session, token, code)

    assert link.failures == 0


def test_an_expired_a_revoked_and_an_unknown_link_answer_alike(session, cast, case):
    link, token, code = create(session, cast, case, days=7)

    assert knock(session, token, code, now=utc_now() + timedelta(days=8)) is None
    assert knock(session, "unknown", code) is None
    door.revoke_links(session, case, cast.officer)
    assert knock(session, token, code) is None
    assert link.failures == 0
    refused = list(session.scalars(select(Event).where(Event.kind == "link.refused")))
    assert [event.by_id for event in refused] == [None] * 3


def test_a_code_opens_no_other_link(session, cast, case):
    _, token, _ = create(session, cast, case)
    other = at_hearing(session, cast)
    _, _, code = create(session, cast, other)

    assert knock(session, token, code) is None


def test_a_new_link_ends_the_one_before(session, cast, case):
    first, token, code = create(session, cast, case)
    second, _, _ = create(session, cast, case)

    assert door.living_links(session, case) == [second]
    assert knock(session, token, code) is None
    assert door.find_link(session, token, first.id) is None


def test_a_mistyped_code_is_known_without_asking_anybody():
    code = new_code()

    assert not door.was_mistyped(code)
    assert door.was_mistyped(code[:-1] + next(sign for sign in ALPHABET if sign != code[-1]))


def test_only_the_officer_opens_a_door_and_for_a_listed_time(session, cast, case):
    for person in (cast.reviewer, cast.chief, cast.auditor, cast.stranger, cast.member):
        with pytest.raises(NotAllowed):
            door.create_link(session, case, person, hasher=CHEAP)
    with pytest.raises(BadFields):
        create(session, cast, case, days=3650)


def test_telling_through_the_link_needs_a_link(session, cast, case):
    create(session, cast, case)
    draft(session, cast, case)

    assert notice.tell(session, case, cast.officer, told_on=today(), how="link").told_how == "link"


def test_what_is_sent_is_kept_with_a_receipt_and_counts_as_heard(session, cast, case):
    link, _, _ = create(session, cast, case)
    one = told(session, cast, case)

    receipt = door.send_answers(session, link, entries(session, case))

    rows = [point.answers[0] for point in one.points]
    assert {answer.receipt for answer in rows} == {receipt}
    assert all(answer.entered_by_id is None and answer.how == "link" for answer in rows)
    assert (one.heard_how, one.heard_on) == ("link", today())
    sent = session.scalar(select(Event).where(Event.kind == "link.answered"))
    assert sent.by_id is None
    assert "不同意见" not in canonical_json(sent.detail)
    assert audit.verify(session).ok


def test_what_came_through_the_link_is_weighed_like_any_answer(session, cast, case):
    link, _, _ = create(session, cast, case)
    told(session, cast, case)
    door.send_answers(session, link, entries(session, case))

    assert any("是否采纳" in problem.zh for problem in hearing.missing_to_close(session, case))


def test_a_period_that_is_in_view_is_read_with_its_measure(session, cast, case):
    link, _, _ = create(session, cast, case)
    told(session, cast, case, measures=["3"], months=6)

    assert read_link(session, link).notices[0].measures[0].zh == "诫勉（6个月）"


def test_every_point_needs_an_answer_and_silence_is_one(session, cast, case):
    link, _, _ = create(session, cast, case)
    one = told(session, cast, case)
    first, *rest = one.points

    with pytest.raises(BadFields) as bad:
        door.send_answers(session, link, {first.id: AnswerEntry("agrees")})
    assert list(bad.value.errors) == [f"stance-{point.id}" for point in rest]
    assert session.scalar(select(Answer)) is None

    door.send_answers(session, link, entries(session, case, "silent", ""))
    door.send_answers(session, link, {first.id: AnswerEntry("disputes", "补充一点")})
    assert [answer.stance for answer in first.answers] == ["silent", "disputes"]


def test_a_point_is_answered_often_but_not_without_end(session, cast, case):
    link, _, _ = create(session, cast, case)
    one = told(session, cast, case)
    first = one.points[0]
    for _time in range(door.MOST_SENT):
        door.send_answers(session, link, entries(session, case))

    with pytest.raises(NotReady, match="turn to the organ"):
        door.send_answers(session, link, {first.id: AnswerEntry("disputes", "再说一次")})
    assert len(first.answers) == door.MOST_SENT


def test_what_is_saved_waits_and_nobody_else_sees_it_as_an_answer(session, cast, case):
    link, _, _ = create(session, cast, case)
    one = told(session, cast, case)
    first = one.points[0]

    door.save_draft(session, link, {first.id: AnswerEntry("", "写到一半")})

    assert session.scalar(select(Answer)) is None
    point = read_link(session, link).to_answer.points[0]
    assert (point.draft_stance, point.draft_words) == ("", "写到一半")
    door.send_answers(session, link, entries(session, case))
    assert link.draft == {}
    assert audit.verify(session).ok


@pytest.mark.parametrize("words", ["a\x00b", "字" * 10_001])
def test_a_text_that_cannot_be_kept_is_refused_when_saved(session, cast, case, words):
    link, _, _ = create(session, cast, case)
    first = told(session, cast, case).points[0]

    with pytest.raises(BadFields) as bad:
        door.save_draft(session, link, {first.id: AnswerEntry("disputes", words)})

    assert list(bad.value.errors) == [f"words-{first.id}"]


def test_points_of_another_case_are_refused_through_the_link(session, cast, case):
    link, _, _ = create(session, cast, case)
    told(session, cast, case)
    elsewhere = session.scalar(select(PersonalLink).where(PersonalLink.case_id != case.id)).case
    point = notice.current_notice(session, elsewhere).points[0]

    for send in (door.save_draft, door.send_answers):
        with pytest.raises(BadFields):
            send(session, link, {**entries(session, case), point.id: AnswerEntry("agrees")})


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.HEARING])
def test_nothing_is_sent_once_the_case_has_left_the_hearing(session, cast, case, stage):
    link, _, _ = create(session, cast, case)
    told(session, cast, case)
    given = entries(session, case)
    skip_to(session, case, stage)

    for send in (door.save_draft, door.send_answers):
        with pytest.raises(NotReady):
            send(session, link, given)


def test_nothing_is_shown_before_it_was_told(session, cast, case):
    link, _, _ = create(session, cast, case)
    draft(session, cast, case)

    view = read_link(session, link)

    assert (view.notices, view.decision, view.to_answer) == ((), None, None)
    with pytest.raises(NotReady):
        door.send_answers(session, link, {})


def test_what_was_adopted_is_shown_when_the_hearing_has_ended_and_never_how_it_was_verified(
    session, cast, case
):
    link, _, _ = create(session, cast, case)
    one = told(session, cast, case)
    door.send_answers(session, link, entries(session, case))
    for point in one.points:
        answers.weigh(
            session, case, point.answers[0], cast.reviewer, adopted="partly", checked="MARKER询问证人", reason="部分属实"
        )  # fmt: skip
    assert read_link(session, link).notices[0].points[0].said[0].adopted == ""

    hearing.close_hearing(session, case, cast.officer, today())

    said = read_link(session, link).notices[0].points[0].said[0]
    assert (said.adopted, said.reason) == ("partly", "部分属实")
    assert "MARKER" not in repr(read_link(session, link))


def decide(session, cast, case) -> Decision:
    skip_to(session, case, Stage.DECIDED)
    row = Decision(
        case_id=case.id, seq=1, recommendation_id=latest_recommendation(session, case).id,
        disposition="correct", facts_found="查明的事实", reason="决定的理由", departs=True, departure_code="x",
        departure_reason="MARKER内部偏离理由", departure_rules=[], drafted_by_id=cast.member.id, at=utc_now(),
        decided_on=TODAY, effective_on=TODAY, signed_by_id=cast.member.id, signed_at=utc_now(),
        measures=[ImposedMeasure(regime="correction", code="2")],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def serve(session, cast, case, decision, kind):
    session.add(Service(
        case_id=case.id, decision_id=decision.id, kind=kind, recipient="某人", how="MARKER送达方式", served_on=TODAY,
        by_id=cast.officer.id, at=utc_now(),
    ))  # fmt: skip
    session.flush()


def test_the_decision_is_shown_only_once_it_was_served_on_the_person(session, cast, case):
    link, _, _ = create(session, cast, case)
    decision = decide(session, cast, case)
    serve(session, cast, case, decision, "unit")
    assert read_link(session, link).decision is None

    serve(session, cast, case, decision, "person")

    shown = read_link(session, link).decision
    assert (shown.disposition, shown.facts_found, shown.measures[0].zh) == (
        "correct", "查明的事实", "责令限期整改、纠正",
    )  # fmt: skip
    assert "MARKER" not in repr(shown)


def test_behind_the_door_there_is_nothing_but_what_was_told(session, cast, case, home):
    """Every text of the case that was not told carries a marker; none may come through."""
    case.title, case.summary = "MARKER标题", "MARKER经过"
    save(
        session, skip_to(session, case, Stage.INTAKE),
        case_source=FactEntry("anonymous_report", "verified", "MARKER来信", "MARKER举报人王五"),
        complaint_named=FactEntry("real_name", "verified", "MARKER", "MARKER"),
        deaths=FactEntry(0, "verified", "MARKER证据", "MARKER备注"),
    )  # fmt: skip
    recommend(session, case, cast.officer, TODAY)
    skip_to(session, case, Stage.HEARING)
    attach(session, home, case, b"MARKER", "MARKER.txt")
    link, _, _ = create(session, cast, case)
    one = told(session, cast, case)
    door.send_answers(session, link, entries(session, case))
    hearing.record_hearing(
        session, case, cast.officer, heard_on=today(), how="meeting", organ=["MARKER甲", "MARKER乙"], record="MARKER笔录"
    )  # fmt: skip
    for point in one.points:
        answers.weigh(
            session,
            case,
            point.answers[0],
            cast.reviewer,
            adopted="none",
            checked="MARKER核实",
            reason="与记录不符",
        )
    hearing.close_hearing(session, case, cast.officer, today())
    serve(session, cast, case, decide(session, cast, case), "person")

    shown = repr(asdict(read_link(session, link)))

    assert "MARKER" not in shown
    assert "anonymous_report" not in shown
    for person in (cast.officer, cast.reviewer, cast.member):
        assert person.name not in shown
        assert person.login not in shown
