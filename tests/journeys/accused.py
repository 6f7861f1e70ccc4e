"""Complaints for the pages of false accusations and of papers: one with a file that waits, one without."""

from types import SimpleNamespace

from casebook.complaints import false_accusation, papers
from casebook.procedure.dates import today
from tests.complaints import a_complaint
from tests.factories import make_user


def accused(session, home, people, unbroken: str) -> dict[str, object]:
    """The numbers of a complaint with a refused and a waiting file, and of one with a paper to its author."""
    organ = people["officer"].organisation
    cast = SimpleNamespace(**people, receiver2=make_user(session, "receiver", organisation=organ))
    seal = home.seal()
    with_file, with_paper = (a_complaint(session, cast, seal, "concluded") for _ in range(2))
    for proof in ("录音", "聊天记录"):
        row = false_accusation.propose(
            session, with_file, people["officer"], fabrication_is="yes", fabrication=f"转账截图经鉴定系伪造 {unbroken}",
            intent_is="yes", intent=f"{proof}证明事先商定阻止提拔 {unbroken}",
            aggravators=["vile_means", "serious_result"], managing_level="province", seal=seal, today=today(),
        )  # fmt: skip
        if proof == "录音":
            false_accusation.refuse(session, row, people["chief"], reason=f"证据不足 {unbroken}")
    papers.issue(session, home, with_paper, "acceptance_notice", people["receiver"], today())
    return {"accused": with_file.number, "unaccused": with_paper.number}
