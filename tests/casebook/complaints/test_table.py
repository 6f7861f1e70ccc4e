"""Every step on a complaint in every state for every kind of person, against a table of its own.

The table says what the house grants; it is written down here by hand, so that a change of the code must be said twice.
"""

from dataclasses import dataclass
from datetime import date

import pytest

from casebook.complaints import steps
from casebook.db import utc_now
from casebook.errors import NotAllowed, WrongStage
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
from tests.factories import make_organisation, make_user
from tests.stages import Cast

LETTERS = dict(zip("RAHCXNPS", ComplaintState, strict=True))

# The step, the states by their letters (registered, accepted, handling, concluded, closed, refused, passed on, stub),
# and who may take it there.
TABLE = """
assign_screener     RAHCXN  chief superior
assign_handler      RAHCX   chief superior
screen              R       screener
accept              R       screener
refuse              R       screener
pass_on             RA      screener
send_up             RA      screener
tell_accepted       AHC     screener
propose_disposition AH      screener handler
approve_disposition AH      chief superior
note_inquiry        H       handler
write               RAHCXN  screener
screen_again        N       screener
find                H       handler
conclude            H       chief superior
return_finding      H       chief superior
feed_back           CX      screener
object              CX      screener
check_objection     CX      handler
reopen              CX      chief superior
answer_objection    CX      screener
report_inside       CX      handler
tell_respondent     CX      handler
close               C       screener
open_case           HC      handler
examine_author      CX      handler
propose_false       CX      handler
answer_false        CX      chief superior
follow_false        CX      handler
protect             RAHCXN  receiver screener handler chief superior
consent             CX      screener
ask_opening         RAHCXN  screener handler chief
answer_opening      RAHCXN  chief superior
clear               CX      handler chief
"""


@dataclass(frozen=True)
class Granted:
    states: frozenset[ComplaintState]
    to: frozenset[str]


GRANTED = {
    code: Granted(frozenset(LETTERS[letter] for letter in letters), frozenset(kinds))
    for code, letters, *kinds in (line.split() for line in TABLE.split("\n") if line)
}

# What each kind of person is in the complaint, in the words of the table. Everyone not named here is nothing in it.
COUNTS_AS = {
    "a receiver of the organ": {"receiver"},
    "the screener": {"receiver", "screener"},
    "a screener of before": {"receiver"},
    "a screener who has not answered the question of recusal": {"receiver"},
    "the handler": {"handler"},
    "a reviewer who handles it": {"handler"},
    "the chief": {"chief"},
    "the chief of the organ above": {"superior"},
    "a handler who became a chief": {"chief"},
}


class Company:
    """One complaint with everybody who could come near it."""

    def __init__(self, session):
        self.session = session
        cast = Cast(session)
        county, city = cast.county, cast.city
        sister = make_organisation(session, parent=city)
        self.complaint, noise = (
            Complaint(
                number=f"T-X2026-{place}", organisation=county, handle=f"handle{place}", channel=Channel.LETTER,
                naming=Naming.REAL_NAME, received_on=date(2026, 11, 2), registered_at=utc_now(),
                registered_by=cast.receiver2, state=ComplaintState.REGISTERED, respondent_name="周某",
            )
            for place in (1, 2)
        )  # fmt: skip
        session.add_all([self.complaint, noise])
        session.flush()

        def person(role: str, organ=county, **fields) -> User:
            user = make_user(session, role, organisation=organ)
            for name, value in fields.items():
                setattr(user, name, value)
            return user

        holding, screens, handles = self.holding, ComplaintPart.SCREENER, ComplaintPart.HANDLER
        self.people: dict[str, User | None] = {
            "a receiver of the organ": cast.receiver2,
            "the screener": holding(cast.receiver, screens),
            "a screener of before": holding(person("receiver"), screens, ended=True),
            "a screener who has not answered the question of recusal": holding(
                person("receiver"), screens, grounds=None
            ),
            "a screener with a ground of recusal": holding(person("receiver"), screens, grounds=["interest"]),
            "a screener who stood back and ended": holding(
                person("receiver"), screens, grounds=["interest"], ended=True
            ),
            "a receiver of the organ above": person("receiver", city),
            "a receiver of an organ beside": person("receiver", sister),
            "a receiver without an active account": holding(person("receiver", active=False), screens),
            "a receiver of the respondent's name": holding(person("receiver", name="周某"), screens),
            "the handler": holding(cast.officer, handles),
            "a reviewer who handles it": holding(cast.reviewer, handles),
            "a handler of before": holding(person("officer"), handles, ended=True),
            "a handler who has not answered": holding(person("officer"), handles, grounds=None),
            "a handler with a ground of recusal": holding(person("officer"), handles, grounds=["interest"]),
            "a handler of the respondent's name": holding(person("officer", name="周某"), handles),
            "a handler who became a panel member": holding(person("officer"), handles, role=Role.PANEL),
            "a handler who became an administrator": holding(
                person("officer"), handles, role=Role.ADMINISTRATOR
            ),
            "a handler who became an auditor": holding(person("officer"), handles, role=Role.AUDITOR),
            "a handler who became a chief": holding(person("officer"), handles, role=Role.CHIEF),
            "an officer of the organ without a part": cast.officer2,
            "an officer who was given a screener's part": holding(person("officer"), screens),
            "an officer who handles another one": holding(person("officer"), handles, of=noise),
            "a reviewer without a part": cast.reviewer2,
            "a reviewer of the organ above": cast.superior_reviewer,
            "a panel member": cast.member,
            "the chief": cast.chief,
            "a chief of the respondent's name": person("chief", name="周某"),
            "a chief without an active account": person("chief", active=False),
            "the chief of the organ above": cast.superior,
            "the chief of an organ beside": person("chief", sister),
            "the chief of an organ far away": person("chief", make_organisation(session)),
            "the auditor": cast.auditor,
            "the administrator": cast.administrator,
            "an officer far away": cast.stranger,
            "nobody": None,
        }
        session.flush()
        session.expire_all()

    def holding(
        self, user: User, part: ComplaintPart, *, grounds=(), ended=False, role: Role | None = None, of=None
    ) -> User:
        """Written straight into the table: also what the functions would never allow."""
        self.session.add(
            ComplaintDuty(
                complaint_id=(of or self.complaint).id, part=part, user_id=user.id, by_id=user.id, at=utc_now(),
                grounds=None if grounds is None else list(grounds), ended_at=utc_now() if ended else None,
            )
        )  # fmt: skip
        user.role = role or user.role
        return user


def outcome(session, user: User | None, code: str, complaint: Complaint) -> str:
    try:
        steps.ensure(session, user, code, complaint)
    except NotAllowed:
        return "not this person"
    except WrongStage:
        return "not now"
    return "granted"


def test_the_table_names_every_step_there_is():
    assert set(GRANTED) == set(steps.STEPS)


@pytest.mark.parametrize("state", ComplaintState)
def test_every_person_is_granted_exactly_what_the_table_says(session, monkeypatch, state):
    company = Company(session)
    company.complaint.state = state
    session.flush()
    monkeypatch.setattr(session, "expire_all", lambda: None)  # nothing changes between the questions
    wrong = []

    for name, user in company.people.items():
        counts_as = COUNTS_AS.get(name, set())
        if state == ComplaintState.STUB:
            counts_as = counts_as - {"chief"}  # whom it may concern
        for code, granted in GRANTED.items():
            may = counts_as & granted.to
            expected = (
                "granted" if may and state in granted.states else "not now" if may else "not this person"
            )
            found = outcome(session, user, code, company.complaint)
            if found != expected:
                wrong.append(f"{name}, {code}: {found}, expected {expected}")
            assert steps.may_do(user, code, company.complaint) == (found == "granted")

    assert wrong == []


def test_an_unknown_step_is_nobody_s(session):
    company = Company(session)

    assert not steps.may_do(company.people["the chief"], "unmask", company.complaint)


def test_the_steps_that_move_a_complaint_lead_where_the_rules_have_them_lead():
    moves = {
        (step.code, str(state), str(step.to))
        for step in steps.STEPS.values() if step.to for state in step.states
    }  # fmt: skip

    assert moves == {
        ("accept", "registered", "accepted"),
        ("refuse", "registered", "refused"),
        ("screen_again", "refused", "registered"),
        ("pass_on", "registered", "passed_on"),
        ("pass_on", "accepted", "passed_on"),
        ("send_up", "registered", "stub"),
        ("send_up", "accepted", "stub"),
        ("approve_disposition", "accepted", "handling"),
        ("approve_disposition", "handling", "handling"),
        ("conclude", "handling", "concluded"),
        ("reopen", "concluded", "handling"),
        ("reopen", "closed", "handling"),
        ("close", "concluded", "closed"),
    }


def test_no_step_looks_for_an_anonymous_author():
    assert not [code for code in steps.STEPS if "mask" in code or "trace" in code or "identify" in code]
