"""Complaints at the stages their pages show at their fullest: an open task of protection, an objection, a stub."""

from types import SimpleNamespace

from casebook.complaints import handling, interference, protection
from casebook.procedure.dates import today
from tests import handled
from tests.complaints import a_complaint
from tests.factories import make_user


def dealt_with(session, home, people, unbroken: str) -> dict[str, object]:
    """The numbers of complaints to be found, to be concluded, objected to, and sent up."""
    organ, day = people["officer"].organisation, today()
    cast = SimpleNamespace(**people, receiver2=make_user(session, "receiver", organisation=organ))
    words = {
        "respondent_unit": "某市某区街道办事处城市建设管理服务中心",
        "extract": f"反映周某超额支付工程款 {unbroken}",
    }
    with home.seal() as seal:
        made = {
            state: a_complaint(session, cast, seal, state, **words)
            for state in ("handling", "proposed", "found", "told", "stub")
        }
        asked = protection.ask(
            session, made["handling"], cast.officer, kind="retaliation", raised_on=day, today=day
        )
        protection.record_measures(session, asked, cast.officer, measures=f"已约谈单位负责人 {unbroken}")
        handling.return_finding(session, made["found"], cast.chief, reason=f"付款凭证没有附卷 {unbroken}")
        handled.find(session, cast, made["found"])
        said = handling.object_to(
            session, seal, made["told"], cast.receiver, how="letter", words="不同意", given_on=day, new_evidence=True,
            today=day,
        )  # fmt: skip
        handling.check_objection(
            session,
            made["told"],
            cast.officer,
            said.id,
            checked=f"收条属实 {unbroken}",
            stands=False,
            today=day,
        )
        interference.enter(
            session, seal, cast.officer, kind="pleading", how="through", who="县住建局孙某", who_post=unbroken,
            happened_on=day, words=f"请对周某从轻处理，已说明按规定办理 {unbroken}", about=made["handling"].number, past_chief=True,
        )  # fmt: skip
        interference.enter(
            session, seal, cast.officer, kind="inquiry", how="call", who="李某", who_post="", happened_on=day,
            words="打听核查进展，未予答复",
        )  # fmt: skip
        leak = protection.ask(session, made["told"], cast.receiver, kind="leak", raised_on=day, today=day)
        protection.record_measures(session, leak, cast.chief, measures=f"已封存查阅记录 {unbroken}")
    numbers = {f"complaint_{state}": complaint.number for state, complaint in made.items()}
    return {**numbers, "task": asked.id}
