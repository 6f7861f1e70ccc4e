"""What the pages of clearances show at their fullest."""

from datetime import timedelta
from types import SimpleNamespace

from casebook.clearance import changes, clearances, ending, reach, repairs, visits
from casebook.clearance.changes import RepairText
from casebook.clearance.reach import Named
from casebook.procedure.dates import today
from tests.clearances import a_clearance, a_concluded_complaint
from tests.factories import make_user


def cleared(session, people, unbroken: str) -> dict[str, object]:
    """A clearance at each state, one with a long reach map, and a complaint to propose one from; their numbers."""
    organ = people["officer"].organisation
    cast = SimpleNamespace(**people, county=organ)
    full = a_clearance(session, cast, "approved", asked_by="respondent")
    for kind, name in (
        ("body", f"县委组织部干部监督科 {unbroken}"),
        ("selection_file", "拟任人选考察材料"),
        ("public", f"某网络论坛帖文 {unbroken}"),
    ):
        row = reach.add(
            session,
            full,
            cast.officer,
            kind=kind,
            name=name,
            heard=f"考察时征求意见 {unbroken}",
            form="written",
        )
        if kind != "public":
            reach.approve(session, full, cast.chief, row.id)
    rows = list(full.reach)
    reach.correct(session, full, cast.officer, rows[0].id, on=today(), how=f"送达澄清函 {unbroken}")
    reach.correct(session, full, cast.officer, rows[2].id, on=today(), how="会上宣读", present=46)
    reach.gone(session, full, cast.chief, rows[4].id, reason="材料已按规定销毁")
    repair = repairs.add(
        session, full, cast.officer, kind="selection", lost=f"未列入本批提拔名单 {unbroken}", responsible="县委组织部",
        due_on=today() + timedelta(days=60), today=today(),
    )  # fmt: skip
    text = RepairText(repair.kind, repair.lost, f"县委组织部 {unbroken}", repair.due_on + timedelta(days=30))
    changes.amend_repair(
        session, full, cast.officer, repair.id, text, reason=f"责任单位申请延期 {unbroken}", today=today()
    )  # fmt: skip
    other = Named(rows[0].kind, rows[0].name, f"考察谈话时知悉 {unbroken}", rows[0].form)
    changes.amend_reach(session, full, cast.officer, rows[0].id, other, reason=f"录入有误 {unbroken}")
    visits.enter(
        session, full, cast.officer, visited_on=today(), words=f"本人已安心工作 {unbroken}", further="更正考核等次",
        next_on=today() + timedelta(days=30),
    )  # fmt: skip
    faulted = a_clearance(session, cast, "proposed")
    clearances.check(
        session, faulted, make_user(session, "reviewer", organisation=organ, name="欧阳复核"), ok=False,
        facts=f"第一项依据不足 {unbroken}", procedure="程序合规", on=today(),
    )  # fmt: skip
    again = a_clearance(session, cast, "closed")
    late = Named("body", f"县委巡察办 {unbroken}", "干部大会上听到", "written")
    ending.reopen(session, again, cast.officer, reason=f"来函说明其也曾知悉 {unbroken}", further=late)
    return {
        "clearance_again": again.number, "clearance": full.number, "told_row": rows[0].id, "waiting_row": rows[3].id, "late_row": rows[5].id,
        "repair": repair.id, "clearance_opened": a_clearance(session, cast, "opened", asked_by="respondent").number,
        "clearance_proposed": a_clearance(session, cast, "proposed").number, "clearance_faulted": faulted.number,
        "clearance_checked": a_clearance(session, cast, "checked").number,
        "clearance_closed": a_clearance(session, cast, "closed").number,
        "to_clear": a_concluded_complaint(session, cast).number,
    }  # fmt: skip
