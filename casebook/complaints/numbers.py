"""Numbers of complaints, clearances, filings and returns: by organ, year and register, under the writers' lock."""

from sqlalchemy.orm import Session

from casebook.models import ComplaintCounter, Organisation

LETTERS = {"complaint": "X", "clearance": "C", "filing": "B", "reinstatement": "F"}
# 信访、澄清、报备、复出


def next_number(session: Session, organisation: Organisation, register: str, year: int) -> str:
    """The next number, as QX-X2026-0001; a rolled back transaction gives it back. Call after `events.lock`."""
    key = {"organisation_id": organisation.id, "year": year, "register": register}
    counter = session.get(ComplaintCounter, tuple(key.values()), populate_existing=True)
    if counter is None:
        counter = ComplaintCounter(**key, last=0)
        session.add(counter)
    counter.last += 1
    return f"{organisation.code}-{LETTERS[register]}{year}-{counter.last:04d}"
