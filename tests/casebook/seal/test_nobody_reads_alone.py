"""Whatever anybody tries, in whatever order: without an opening in force nobody reads."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from casebook.complaints import duties, log
from casebook.complaints.steps import HANDLER
from casebook.errors import BadFields, CasebookError, NotAllowed, NotReady
from casebook.models import Scope
from casebook.procedure.dates import today
from casebook.seal import openings
from casebook.seal.purposes import PURPOSES
from tests.complaints import SEALED, a_complaint, handler
from tests.stages import Cast

PEOPLE = ("officer", "receiver", "chief", "superior", "reviewer", "receiver2", "stranger")
SHOWN = {Scope.TEXT: "text", Scope.IDENTITY: "name"}


class Machine(RuleBasedStateMachine):
    """What each person was granted, told apart from the code that grants it."""

    def __init__(self, session, seal, cast):
        super().__init__()
        self.session, self.seal, self.cast = session, seal, cast
        self.on = today()
        self.complaints = [
            a_complaint(self.session, self.cast, self.seal, "accepted"),
            a_complaint(self.session, self.cast, self.seal, "accepted", naming="anonymous"),
        ]
        for complaint in self.complaints:
            if not any(duty.user_id == self.cast.officer.id for duty in complaint.duties):
                handler(self.session, self.cast, complaint)
        self.asked = []  # (opening, number of the complaint, who, scope)
        self.granted = {}  # id of the opening: (number of the complaint, who, scope, until)
        self.without_part = set()

    @rule(
        number=st.integers(0, 1), who=st.sampled_from(PEOPLE), scope=st.sampled_from(Scope),
        purpose=st.sampled_from([*PURPOSES, "unmasking"]),
    )  # fmt: skip
    def ask(self, number, who, scope, purpose):
        try:
            opening = openings.ask(
                self.session, self.complaints[number], getattr(self.cast, who), scope=scope, purpose=purpose, reason=f"因工作需要 {who}",
            )  # fmt: skip
        except (NotAllowed, NotReady, BadFields):
            return
        assert (number, scope) != (1, Scope.IDENTITY)
        assert purpose in PURPOSES
        self.asked.append((opening, number, who, scope))

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), who=st.sampled_from(PEOPLE), yes=st.booleans(), days=st.integers(-1, 32))
    def answer(self, data, who, yes, days):
        opening, number, asker, scope = data.draw(st.sampled_from(self.asked))
        until = self.on + timedelta(days=days)
        try:
            openings.answer(
                self.session, opening, getattr(self.cast, who), granted=yes, reason="说明理由", until=until, on=self.on, seal=self.seal,
            )  # fmt: skip
        except (NotAllowed, NotReady, BadFields):
            return
        assert who in ("chief", "superior")
        assert who != asker
        if yes:
            assert 0 <= days <= 30
            self.granted[opening.id] = (number, asker, scope, until)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), who=st.sampled_from(PEOPLE))
    def hand_back(self, data, who):
        opening, _number, asker, _scope = data.draw(st.sampled_from(self.asked))
        try:
            openings.hand_back(self.session, opening, getattr(self.cast, who))
        except (NotAllowed, NotReady):
            return
        assert who in (asker, "chief", "superior")
        self.granted.pop(opening.id, None)

    @rule(
        number=st.integers(0, 1),
        who=st.sampled_from(["officer", "receiver", "chief"]),
        days=st.integers(0, 30),
    )
    def ask_and_consent(self, number, who, days):
        """The way it is meant, so that there is something to misuse."""
        complaint, user = self.complaints[number], getattr(self.cast, who)
        try:
            opening = openings.ask(
                self.session, complaint, user, scope="text", purpose="evidence", reason=f"因工作需要 {who}"
            )
        except (NotAllowed, NotReady):
            return
        until = self.on + timedelta(days=days)
        openings.answer(self.session, opening, self.cast.superior, granted=True, until=until, on=self.on)
        self.asked.append((opening, number, who, Scope.TEXT))
        self.granted[opening.id] = (number, who, Scope.TEXT, until)

    @precondition(lambda self: self.granted)
    @rule(data=st.data(), other=st.sampled_from(PEOPLE))
    def whoever_was_granted_it_reads_and_so_does_somebody_else(self, data, other):
        number, who, scope, until = data.draw(st.sampled_from(list(self.granted.values())))
        self.read(number=number, who=who, scope=scope)
        self.read(number=number, who=other, scope=scope)
        self.on = data.draw(
            st.sampled_from([self.on, max(self.on, until), max(self.on, until + timedelta(days=1))])
        )
        self.read(number=number, who=who, scope=scope)

    @rule(days=st.integers(1, 5))
    def days_pass(self, days):
        self.on += timedelta(days=days)

    @rule(number=st.integers(0, 1))
    def the_handler_is_changed(self, number):
        complaint = self.complaints[number]
        held = [duty for duty in duties.current(complaint, HANDLER) if duty.user_id == self.cast.officer.id]
        if held:
            duties.end(self.session, complaint, held[0], self.cast.chief, "工作调整")
            self.without_part.add(number)
        else:
            handler(self.session, self.cast, complaint)
            self.without_part.discard(number)
        self.session.expire_all()
        gone = [key for key, (of, who, *_) in self.granted.items() if of == number and who == "officer"]
        for key in gone if held else ():
            del self.granted[key]

    @invariant()
    def exactly_those_who_were_granted_it_may_read(self):
        for number, complaint in enumerate(self.complaints):
            for who in PEOPLE:
                for scope in Scope:
                    found = openings.active(self.session, complaint, getattr(self.cast, who), scope, self.on)
                    assert bool(found) == self.expected(number, who, scope)

    @rule(number=st.integers(0, 1), who=st.sampled_from(PEOPLE), scope=st.sampled_from(Scope))
    def somebody_reads(self, number, who, scope):
        self.read(number=number, who=who, scope=scope)

    def read(self, number, who, scope):
        complaint, user = self.complaints[number], getattr(self.cast, who)
        before = log.history(self.session, complaint, reads=True)
        try:
            shown = openings.read(self.session, self.seal, complaint, user, scope, self.on).fields
        except CasebookError:
            shown = None
        lines = log.history(self.session, complaint, reads=True)[len(before) :]
        if not self.expected(number, who, scope):
            assert shown is None
            assert [(line.kind, line.by_id) for line in lines] in ([], [("seal.refused", user.id)])
            return
        assert shown[SHOWN[scope]] == SEALED[SHOWN[scope]]
        (line,) = lines
        assert (line.kind, line.by_id, line.detail["scope"]) == ("seal.read", user.id, str(scope))

    def expected(self, number, who, scope):
        if who == "officer" and number in self.without_part:
            return False
        return any(
            (number, who, scope) == held and self.on <= until
            for *held_, until in self.granted.values()
            for held in [tuple(held_)]
        )


def test_nobody_reads_without_another_persons_consent_whatever_the_order_of_steps(session, seal):
    cast = Cast(session)
    run_state_machine_as_test(
        lambda: Machine(session, seal, cast),
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
