"""A store whose shared calendar knows the years the library knows."""

import pytest

from casebook.clocks import calendar


@pytest.fixture
def seeded(session):
    calendar.seed(session, None)
    return session
