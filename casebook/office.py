"""What an organ sets for itself, and the agreement of first and second opinions it publishes to itself."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import BadFields, Problem
from casebook.models import OfficeSetting, Organisation, User


@dataclass(frozen=True)
class Setting:
    """A whole number an organ may set, with what holds where it has not."""

    default: int
    least: int
    most: int


SETTINGS = {
    "second_opinion_rate": Setting(10, 0, 100),  # percent of the passed reviews
    "early_warning_days": Setting(7, 1, 60),  # days before the last day of a deadline
    "two_step_view": Setting(0, 0, 1),  # 1: a reviewer judges the conduct before they see what came of it
    "return_visit_days": Setting(90, 7, 730),  # days from the approval of a clearance to the return visit
}


def setting(session: Session, organisation_id: int, key: str) -> int:
    """What the organ has set, or the default."""
    value = session.scalar(
        select(OfficeSetting.value).where(
            OfficeSetting.organisation_id == organisation_id, OfficeSetting.key == key
        )
    )
    return SETTINGS[key].default if value is None else value


def own_settings(session: Session, organisation: Organisation) -> dict[str, OfficeSetting]:
    """The rows an organ has, by key; what is not among them is at its default."""
    rows = select(OfficeSetting).where(OfficeSetting.organisation_id == organisation.id)
    return {row.key: row for row in session.scalars(rows)}


def change_settings(session: Session, by: User, **wanted: int) -> list[OfficeSetting]:
    """Set what the chief's own organ keeps; returns the rows changed. Raises BadFields, NotAllowed."""
    access.ensure(by, access.MANAGE_OFFICE)
    if unknown := wanted.keys() - SETTINGS.keys():
        raise TypeError(f"found {', '.join(sorted(unknown))}; expected some of {', '.join(SETTINGS)}")
    errors = {}
    for key, value in wanted.items():
        allowed = SETTINGS[key]
        if not isinstance(value, int) or not allowed.least <= value <= allowed.most:
            errors[key] = Problem(
                f"请填写 {allowed.least} 至 {allowed.most} 的整数。",
                f"Enter a whole number from {allowed.least} to {allowed.most}.",
            )
    if errors:
        raise BadFields(errors)
    events.lock(session)
    session.expire_all()
    present = own_settings(session, by.organisation)
    changed = []
    for key, value in wanted.items():
        row = present.get(key)
        if (row.value if row else SETTINGS[key].default) == value:
            continue
        if row is None:
            row = OfficeSetting(organisation_id=by.organisation_id, key=key)
            session.add(row)
        row.value, row.by_id, row.at = value, by.id, utc_now()
        changed.append(row)
    if changed:
        events.record(
            session, "office.changed", by, rows=changed, settings={row.key: row.value for row in changed}
        )
    return changed
