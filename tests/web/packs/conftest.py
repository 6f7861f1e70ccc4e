"""What the tests of the pages of rule packs share."""

import pytest

from web.packs import jobs


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A page waits for the check of a text, however busy the computer is."""
    monkeypatch.setattr(jobs, "AT_ONCE", 60)
