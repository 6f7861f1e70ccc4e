"""What is found of the author, apart from whether the complaint is true: honest, mistaken, malicious (CHG2020 39, 45).

A finding that something is untrue says nothing of the author. A mistaken report is explained at most; only an approved
file on a false accusation allows malicious.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.complaints import moves, steps, texts
from casebook.errors import BadFields, NotReady, Problem
from casebook.models import AuthorFinding, Complaint, FalseAccusation, Finding, User

FINDINGS = {
    AuthorFinding.NOT_EXAMINED: Problem("未作认定", "Not examined"),
    AuthorFinding.HONEST: Problem("如实检举控告", "Honest"),
    AuthorFinding.MISTAKEN: Problem("错告（检举失实）", "Mistaken"),
    AuthorFinding.MALICIOUS: Problem("诬告陷害", "False accusation"),
}
APPROVED = (
    "approved",
    "routed",
    "closed",
)  # the states of a file that the authority of the law's level approved
LONGEST = 5000


def examine(session: Session, complaint: Complaint, by: User, *, finding: str, reason: str) -> Complaint:
    """Enter what was found of the author, with the reason; for a mistake also what was explained to them.

    Nothing follows from it: no step on an author exists but the file on a false accusation, which has its own grounds
    and approval. Raises BadFields, NotReady, NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "examine_author", complaint)
    errors: dict[str, Problem] = {}
    words = texts.check(errors, "reason", reason, LONGEST)
    if finding not in list(AuthorFinding):
        errors["finding"] = Problem("请选择对检举控告人的认定。", "Choose what was found of the author.")
    if errors:
        raise BadFields(errors)
    finding = AuthorFinding(finding)
    if finding == AuthorFinding.MALICIOUS and not has_approved_file(session, complaint):
        raise NotReady([
            Problem(
                "认定诬告陷害，须既有捏造事实的证据、又有陷害意图的证据，并经设区的市级以上党委或者纪检监察机关批准。"
                "请先提请认定；不得因查不属实而认定。",
                "A false accusation needs evidence of invention and of intent, and the approval of a Party committee "
                "or discipline organ of prefecture-city level or above. Propose the file first; that something was "
                "found untrue is no ground.",
            ).by(step.law)
        ])  # fmt: skip
    if finding == AuthorFinding.MISTAKEN and complaint.finding == Finding.SUBSTANTIATED:
        raise BadFields(
            {"finding": Problem("经查属实的，不是错告。", "What was found true is no mistaken report.")}
        )
    complaint.author_finding, complaint.author_reason = finding, words
    moves.done(session, step, complaint, by, "complaint.author_examined", finding=str(finding))
    return complaint


def has_approved_file(session: Session, complaint: Complaint) -> bool:
    """Whether a file on a false accusation was approved at the level of law."""
    found = select(FalseAccusation.id).where(
        FalseAccusation.complaint_id == complaint.id,
        FalseAccusation.state.in_(APPROVED),
        FalseAccusation.approved_on.is_not(None),
    )
    return session.scalar(found.limit(1)) is not None


def bars_false_file(complaint: Complaint) -> Problem | None:
    """What stands in the way of a file on a false accusation: the author was found honest or mistaken (CHG2020 45).

    Entering “not examined” with the reason for doubt takes it away.
    """
    if complaint.author_finding not in (AuthorFinding.HONEST, AuthorFinding.MISTAKEN):
        return None
    words = FINDINGS[complaint.author_finding]
    return Problem(
        f"已认定为“{words.zh}”，不得按诬告陷害处理。有新的情况的，先说明理由并改为“未作认定”。",
        f"The author was found “{words.en}”; this is no false accusation. If something new turned up, enter “Not "
        "examined” with the reason first.",
    ).by(steps.FALSE)
