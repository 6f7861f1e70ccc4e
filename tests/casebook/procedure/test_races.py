"""The same step taken twice at once: one of them is taken, the other is told why not, and the record stays whole."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select

from casebook import audit
from casebook.db import session_factory
from casebook.errors import CasebookError
from casebook.models import Case, Decision, PersonalLink, Stage, User
from casebook.procedure import decide, panel, people, personal_link
from casebook.procedure.dates import today
from tests.factories import CHEAP, PASSWORD
from tests.panels import conclude, declare_all, draft, meet, seat
from tests.stages import Cast, bring


@pytest.fixture
def cast(session):
    return Cast(session)


def race(engine: Engine, case_id: int, user_id: int, *acts: Callable) -> list[CasebookError | None]:
    """Take the steps at once, each in a transaction of its own; what each was refused with."""
    found: list = [None] * len(acts)
    start = Barrier(len(acts))

    def run(place: int, act: Callable) -> None:
        with session_factory(engine)() as own:
            case, user = own.get_one(Case, case_id), own.get_one(User, user_id)
            own.commit()
            start.wait(30)
            try:
                act(own, case, user)
                own.commit()
            except Exception as error:
                own.rollback()
                found[place] = error

    threads = [Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def whole(session, found: list) -> int:
    """How many were taken; every other was refused in words, and the record is whole."""
    assert all(isinstance(one, CasebookError) for one in found if one is not None), found
    session.expire_all()
    report = audit.verify(session)
    assert report.ok, report.message("en")
    return found.count(None)


def test_a_decision_is_signed_once_or_sent_back(session, engine, cast):
    case = bring(session, cast, Stage.PANEL)
    conclude(session, cast, case, "correct")
    wanted = draft(session, cast, case, "1a").id
    case_id, chair = case.id, cast.chief.id
    session.commit()

    def signs(own, case, user):
        decide.sign(own, case, user, own.get_one(Decision, wanted), PASSWORD, on=today(), hasher=CHEAP)

    def returns(own, case, user):
        panel.return_from_panel(own, case, user, code="procedure", reason="程序有缺陷")

    assert whole(session, race(engine, case_id, chair, signs, returns, signs)) == 1


def test_a_member_votes_once(session, engine, cast):
    case = bring(session, cast, Stage.PANEL)
    meeting = meet(session, cast, case)
    case_id, member = case.id, cast.member.id
    session.commit()

    votes = [
        lambda own, case, user, for_=for_: panel.vote(own, case, user, for_, "意见")
        for for_ in panel.OUTCOMES
    ]

    assert whole(session, race(engine, case_id, member, *votes)) == 1
    assert len(meeting.votes) == 1


def test_one_meeting_is_open_at_a_time(session, engine, cast):
    case = bring(session, cast, Stage.PANEL)
    seat(session, cast, case)
    declare_all(session, case)
    case_id, chair = case.id, cast.chief.id
    session.commit()

    def opens(own, case, user):
        panel.open_meeting(own, case, user, held_on=today(), place="第一会议室")

    assert whole(session, race(engine, case_id, chair, opens, opens, opens)) == 1


def test_wrong_codes_at_once_are_counted_one_by_one(session, engine, cast):
    case = bring(session, cast, Stage.HEARING)
    _link, token, _code = personal_link.create_link(session, case, cast.officer, hasher=CHEAP)
    case_id, officer = case.id, cast.officer.id
    session.commit()

    def guesses(own, _case, _user):
        assert personal_link.open_link(own, token, "3" * 12, hasher=CHEAP) is None

    assert whole(session, race(engine, case_id, officer, *[guesses] * 8)) == 8
    assert session.scalars(select(PersonalLink)).one().failures == personal_link.TRIES


def test_whoever_is_asked_to_stand_back_signs_before_that_or_never(session, engine, cast):
    case = bring(session, cast, Stage.PANEL)
    conclude(session, cast, case, "correct")
    wanted = draft(session, cast, case, "1a").id
    case_id, chair, officer = case.id, cast.chief.id, cast.officer.id
    session.commit()

    def signs(own, case, user):
        decide.sign(own, case, user, own.get_one(Decision, wanted), PASSWORD, on=today(), hasher=CHEAP)

    def asks(own, case, user):
        grounds = people.grounds()[:1]
        people.ask_recusal(own, case, own.get_one(User, officer), user, "respondent", grounds, "系其亲属")

    taken = whole(session, race(engine, case_id, chair, asks, signs))
    assert taken == 1 or session.get_one(Case, case_id).stage == Stage.DECIDED
