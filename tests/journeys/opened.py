"""A complaint for the pages of openings: one request refused, two granted, one that waits; files and messages."""

from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

from casebook.procedure.dates import today
from casebook.seal import messages, openings
from tests.complaints import a_complaint
from tests.factories import make_user


def opened(session, home, people, unbroken: str) -> dict[str, object]:
    """The numbers of that complaint and of an anonymous one."""
    organ = people["officer"].organisation
    cast = SimpleNamespace(**people, receiver2=make_user(session, "receiver", organisation=organ))
    officer, chief, seal, day = people["officer"], people["chief"], home.seal(), today()
    complaint = a_complaint(session, cast, seal, "handling", text=f"原话一句 {unbroken}")
    anonymous = a_complaint(session, cast, seal, "handling", naming="anonymous")
    seal.put_file(complaint.handle, f"{unbroken}.txt", BytesIO(b"proof"))
    messages.post(seal, complaint.handle, "organ", f"请补充 {unbroken}", day)
    messages.post(seal, complaint.handle, "author", f"补充如下 {unbroken}", day)
    for granted in (False, True):
        asked = openings.ask(
            session, complaint, officer, scope="text", purpose="evidence", reason=f"因核查需要 {unbroken}"
        )
        openings.answer(
            session,
            asked,
            chief,
            granted=granted,
            reason=f"说明理由 {unbroken}",
            until=day + timedelta(days=9),
            on=day,
        )
    openings.ask(
        session,
        complaint,
        people["receiver"],
        scope="identity",
        purpose="acceptance",
        reason="实名件告知受理",
    )
    return {"opened": complaint.number, "anonymous": anonymous.number}
