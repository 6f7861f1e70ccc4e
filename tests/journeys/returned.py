"""What the pages of influence periods, returns to office and advance filings show at their fullest."""

from datetime import date
from types import SimpleNamespace
from unittest.mock import patch

from casebook.clearance import filings
from casebook.models import Stage
from casebook.procedure.dates import today
from casebook.seal import openings
from tests import appealed
from tests.casebook.clearance.test_filings import FIELDS
from tests.casebook.clearance.test_returns import MET, opinion, report
from tests.factories import make_user
from tests.panels import CADRE
from tests.stages import recommended_case


def returned(session, home, people, unbroken: str) -> dict[str, object]:
    """A period that runs, one that is over and not told, a return that the chief may approve, filings; their numbers."""
    organ = people["officer"].organisation
    cast = SimpleNamespace(
        **people, officer2=people["colleague"], member=people["panel"],
        reviewer2=make_user(session, "reviewer", organisation=organ, name="欧阳审核"),
    )  # fmt: skip
    running = appealed.decided(session, cast, ("P2", "G3", "7c", "3"), stage=Stage.CLOSED, **CADRE)
    with patch.object(appealed, "DECIDED_ON", date(2024, 3, 1)):
        over, asked = (
            appealed.decided(
                session, cast, ("P1", "G2"), served_on=date(2024, 3, 5), stage=Stage.CLOSED, **CADRE
            )
            for _ in range(2)
        )
    row = report(
        session,
        asked,
        cast.officer,
        today(),
        post=f"镇人民政府副镇长 {unbroken}",
        by_hand={**MET, "incident_settled": False},
    )
    opinion(session, row, cast.reviewer2, "discipline", on=today(), words=f"未发现影响任职的问题 {unbroken}")
    opinion(session, row, cast.officer2, "inquiry", False, today(), words="群众意见分歧较大，建议暂缓。")
    with home.seal() as seal:
        titled = {**FIELDS, "title": f"农产品直播销售试点 {unbroken}"}
        first = filings.submit(session, seal, "places1", organ=organ, fields=titled, today=today())
        more = filings.submit(
            session, seal, "places2", organ=organ, fields=FIELDS, adds_to=first.filing, today=today()
        )
        for filed in (first, more):
            opening = openings.ask(
                session, filed.filing, cast.officer, scope="text", purpose="evidence", reason="核对报备内容"
            )
            openings.answer(session, opening, cast.chief, granted=True, until=today(), on=today(), seal=seal)
        evidenced = recommended_case(session, cast)
        filings.link(session, first.filing, cast.officer, evidenced, today())
    return {
        "running": running.number, "over": over.number, "return": row.number, "filing": first.filing.number,
        "addition": more.filing.number, "evidenced": evidenced.number,
    }  # fmt: skip
