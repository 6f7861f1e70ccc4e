"""The closed list of purposes for which something sealed may be opened. Finding an anonymous author is none."""

from dataclasses import dataclass

from casebook.complaints.steps import DESIGN, FALSE, FED_BACK, PROTECTED, SCREENED, SECRET, TOLD, provision
from casebook.errors import Problem
from casebook.models import Scope

LONGEST = 30  # days an opening may last
TEXT, IDENTITY = Scope.TEXT, Scope.IDENTITY
UNMASKING = provision("第二十九条", "art. 29")

NO_UNMASKING = Problem(
    "匿名检举控告不得调阅身份，也不得以任何方式追查检举控告人；本系统不提供此项功能",
    "The identity of an anonymous author is not opened, and nobody looks for it in any way; "
    "this system has no function for that",
).by(UNMASKING)


@dataclass(frozen=True)
class Purpose:
    """One purpose: its name, what it may open, and where it comes from."""

    code: str
    zh: str
    en: str
    scopes: tuple[Scope, ...]
    law: Problem

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


PURPOSES = {
    purpose.code: purpose
    for purpose in (
        Purpose("screening", "登记审查", "Screening", (TEXT,), SCREENED),
        Purpose("correspondence", "与检举控告人联系", "Correspondence with the author", (TEXT, IDENTITY), SECRET),
        Purpose("verification", "核实实名检举控告人身份", "Verification of a real name",
                (IDENTITY,), provision("第二十四条、第三十条", "arts. 24 and 30")),
        Purpose("acceptance", "告知受理", "Telling the author that it is accepted", (IDENTITY,), TOLD),
        Purpose("feedback", "反馈结果、听取异议", "Feedback of the result, hearing an objection",
                (TEXT, IDENTITY), FED_BACK),
        Purpose("checking", "核对中性摘录与原文", "Comparing the neutral extract with the words", (TEXT,), DESIGN),
        Purpose("evidence", "作为证据核对、固定", "Use as evidence", (TEXT,), DESIGN),
        Purpose("protection", "保护检举控告人、查处打击报复", "Protection of the author, retaliation",
                (TEXT, IDENTITY), PROTECTED),
        Purpose("false_accusation", "处理已经批准认定的诬告陷害", "An approved file on a false accusation",
                (TEXT, IDENTITY), FALSE),
        Purpose("lawful_request", "有权机关依法调取", "Lawful request of another organ", (TEXT, IDENTITY), SECRET),
    )
}  # fmt: skip


def offered(scope: Scope) -> list[Purpose]:
    """The purposes for which that scope may be asked."""
    return [purpose for purpose in PURPOSES.values() if scope in purpose.scopes]
