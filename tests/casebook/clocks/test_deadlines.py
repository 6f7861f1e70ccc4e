"""Deadlines that events start and end."""

from datetime import date

import pytest

from casebook import audit
from casebook.clocks import deadlines
from casebook.errors import BadFields
from casebook.models import DeadlineChange, Event
from tests.factories import make_case, save

DAY = date(2026, 3, 2)


@pytest.fixture
def case(session):
    other = make_case(session)
    deadlines.set_own(session, other, "另案期限", DAY, other.officer, on=DAY)
    return make_case(session)


def by_limit(rows):
    return {row.limit_code: row for row in rows}


def test_a_decision_starts_the_duties_that_follow_it_and_service_ends_them(session, case):
    made = by_limit(
        deadlines.start(
            session, case, "decided", DAY, case.officer, ref="decision:1", regimes={"state_sanction"}
        )
    )

    assert made["decision.serve_sanction_person"].without == "no_number"
    assert "decision.formalities" not in made  # no measure from demotion on was imposed

    met = deadlines.meet(session, case, "person_served", date(2026, 3, 9), case.officer, ref="decision:1")

    assert [row.limit_code for row in met] == ["decision.serve_sanction_person"]
    assert (met[0].state, met[0].ended_on) == ("met", date(2026, 3, 9))
    assert audit.verify(session).ok
