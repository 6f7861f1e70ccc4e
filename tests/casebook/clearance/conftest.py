"""The people of one county organ and the organ above it."""

import pytest

from tests.stages import Cast


@pytest.fixture
def cast(session):
    return Cast(session)
