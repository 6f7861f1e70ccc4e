"""Who reaches a complaint: the same answer for one and for a list, whoever asks and whatever it is about."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from casebook.complaints import duties, steps
from casebook.models import (
    Channel,
    Complaint,
    ComplaintDuty,
    ComplaintPart,
    ComplaintState,
    Naming,
    Role,
    User,
)
from tests.complaints import a_complaint, handler, screener
from tests.factories import make_user
from tests.stages import Cast

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DUTY = st.tuples(
    st.sampled_from(list(ComplaintPart)), st.integers(0, 9), st.sampled_from([None, [], ["interest"]]), st.booleans()
)  # fmt: skip
COMPLAINT = st.tuples(
    st.integers(0, 2), st.sampled_from(list(ComplaintState)), st.integers(-1, 9),
    st.sampled_from([None, False, True]), st.lists(DUTY, max_size=3),
)  # fmt: skip


WRITTEN = ("{}", "李某、{}", "{}（副镇长）", " {}\u3000等", "Li and {}")


def _people(session, cast: Cast) -> list[User]:
    """Ten people of every role in three organs, one of them gone and two of the same name."""
    people = [
        cast.officer, cast.reviewer, cast.chief, cast.superior, cast.receiver, cast.auditor, cast.administrator,
        cast.member, cast.stranger, make_user(session, "receiver", organisation=cast.city, name=cast.receiver.name),
    ]  # fmt: skip
    return [*people, make_user(session, "chief", organisation=cast.stranger.organisation)]


@FEW
@given(wanted=st.lists(COMPLAINT, min_size=1, max_size=6), roles=st.dictionaries(st.integers(0, 9), st.sampled_from(list(Role))),
       gone=st.sets(st.integers(0, 9), max_size=2))  # fmt: skip
def test_whoever_may_read_a_complaint_is_exactly_whoever_finds_it_in_their_list(session, wanted, roles, gone):
    cast = Cast(session)
    people = _people(session, cast)
    organs = [cast.county, cast.city, cast.stranger.organisation]
    session.execute(delete(ComplaintDuty))
    session.execute(delete(Complaint))
    for place, (organ, state, respondent, own_chief, parts) in enumerate(wanted):
        complaint = Complaint(
            number=f"N-{place}", organisation=organs[organ], handle=f"h{place}", channel=Channel.WEB,
            naming=Naming.ANONYMOUS, received_on=date(2026, 11, 1), registered_at=NOW, registered_by=people[0],
            state=state, own_chief=own_chief,
            respondent_name=WRITTEN[place % len(WRITTEN)].format(people[respondent].name) if respondent >= 0 else "",
        )  # fmt: skip
        session.add(complaint)
        session.flush()
        for part, who, grounds, ended in parts:
            session.add(
                ComplaintDuty(
                    complaint_id=complaint.id, part=part, user_id=people[who].id, by_id=people[2].id, at=NOW,
                    grounds=grounds, ended_at=NOW if ended else None,
                )
            )  # fmt: skip
    for place, role in roles.items():
        people[place].role = role
    for place in gone:
        people[place].active = False
    session.flush()
    session.expire_all()
    everything = list(session.scalars(select(Complaint)))
    for user in people:
        listed = {complaint.id for complaint in session.scalars(steps.visible(user))}
        assert listed == {complaint.id for complaint in everything if steps.may_read(user, complaint)}
    session.rollback()


def test_whoever_a_complaint_names_reaches_nothing_of_it_whatever_their_part(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "accepted", respondent_name=cast.chief.name)
    assert steps.parts_of(cast.chief, complaint) == set()
    assert not steps.may_read(cast.chief, complaint)
    assert complaint not in session.scalars(steps.visible(cast.chief)).all()
    assert steps.may_read(cast.superior, complaint)


@pytest.mark.parametrize(
    "written",
    [
        "{}、吴某",
        "吴某、{}",
        "{}（镇长）",
        "镇长{}",
        "{} 等人",
        "吴某和{}",
        "{0[0]}\u3000{0[1]}{0[2]}{0[3]}{0[4]}",
    ],
)
def test_whoever_is_named_among_others_or_with_a_title_reaches_nothing_of_it(session, seal, written):
    cast = Cast(session)
    for place, person in enumerate((cast.officer, cast.chief, cast.receiver, cast.auditor)):
        person.name = f"钟离望舒{place}"
    complaint = a_complaint(session, cast, seal, "handling")
    for person in (cast.officer, cast.chief, cast.receiver, cast.auditor):
        assert steps.may_read(person, complaint)
        complaint.respondent_name = written.format(person.name)
        session.flush()

        assert not steps.may_read(person, complaint)
        assert complaint not in session.scalars(steps.visible(person)).all()
        assert not steps.parts_of(person, complaint)
        complaint.respondent_name = "周某"
        session.flush()


def test_a_stub_is_not_shown_to_the_chief_whom_it_may_concern(session, seal):
    cast = Cast(session)
    a_complaint(session, cast, seal)
    stub = a_complaint(session, cast, seal, "stub")
    assert not steps.may_read(cast.chief, stub)
    assert steps.may_read(cast.superior, stub)
    assert steps.may_read(cast.receiver2, stub)


def test_a_handler_whose_part_ended_reaches_it_no_more(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "accepted")
    handler(session, cast, complaint)
    assert steps.may_read(cast.officer, complaint)
    [duty] = duties.current(complaint, ComplaintPart.HANDLER)
    duties.end(session, complaint, duty, cast.chief, "工作调整")
    assert not steps.may_read(cast.officer, complaint)
    assert steps.open_steps(cast.officer, complaint) == []


def test_nobody_without_a_part_reaches_it(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal)
    screener(session, cast, complaint)
    elsewhere = make_user(session, "receiver", organisation=cast.city)
    for user in (
        elsewhere,
        cast.officer,
        cast.reviewer,
        cast.member,
        cast.administrator,
        cast.stranger,
        None,
    ):
        assert not steps.may_read(user, complaint)
        assert steps.open_steps(user, complaint) == []


@pytest.mark.parametrize(
    ("account", "written"),
    [
        ("Ｌｉ Ｗｅｉ", "镇长 li wei"),
        ("Özil", "ÖZIL、吴某"),
        ("周\u2003某", "周某"),
        ("Straße", "STRASSE"),
        ("周\u200b某", "周某（镇长）"),
    ],
)
def test_a_name_is_the_same_in_every_width_case_and_spacing_on_a_page_as_in_a_list(
    session, seal, account, written
):
    cast = Cast(session)
    cast.chief.name = cast.auditor.name = account
    complaint = a_complaint(session, cast, seal)
    complaint.respondent_name = written
    session.flush()

    for person in (cast.chief, cast.auditor):
        assert not steps.may_read(person, complaint)
        assert complaint not in session.scalars(steps.visible(person)).all()
    complaint.respondent_name = "吴某"
    session.flush()
    assert complaint in session.scalars(steps.visible(cast.chief)).all()
