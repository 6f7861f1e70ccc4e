"""The people of one county organ, each with a browser."""

import pytest

from tests.stages import Cast


@pytest.fixture
def cast(session):
    cast = Cast(session)
    session.commit()
    return cast
