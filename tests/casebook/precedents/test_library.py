"""The library: what is refused, who may, what never changes."""

import pytest
from tests.precedents import a_precedent


def test_smoke(session):
    p = a_precedent(session)
    assert p.life == "alive"
