"""Complaints for the pages of the desk: waiting outside, registered, with the original open, and screened."""

from io import BytesIO
from types import SimpleNamespace

from casebook.procedure import code
from casebook.procedure.dates import today
from casebook.seal import inbox
from tests.complaints import a_complaint
from tests.factories import make_user


def screened(session, home, people, unbroken: str) -> dict[str, object]:
    """The numbers of one whose original is open to its screener, and of one that belongs to another organ."""
    organ = people["officer"].organisation
    cast = SimpleNamespace(**people, receiver2=make_user(session, "receiver", organisation=organ))
    seal = home.seal()
    for _ in range(6):
        inbox.submit(
            seal, receipt=code.new_code(20), day=today(), fields={"text": f"原话 {unbroken}"}, naming="anonymous",
            organ_code=organ.code,
        )  # fmt: skip
    a_complaint(session, cast, seal)
    first = a_complaint(
        session, cast, seal, "assigned", text=f"原话一句\n{unbroken}", about_unit=unbroken[:60]
    )
    seal.put_file(first.handle, f"{unbroken}.txt", BytesIO(b"proof"))
    unit = "某市某区街道办事处城市建设管理服务中心"
    other = a_complaint(session, cast, seal, "screened", kind="other_organ", points=(), respondent_unit=unit)
    plain = a_complaint(session, cast, seal, "screened", extract=f"反映周某发包问题 {unbroken}")
    return {"unscreened": first.number, "elsewhere": other.number, "acceptable": plain.number}
