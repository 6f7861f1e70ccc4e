"""States, levels, statuses and ways of a file on a false accusation, and what the rules answered, in words."""

from dataclasses import dataclass

from casebook.complaints import steps
from casebook.errors import Problem
from rules.library import task_library
from rules.vocabulary import vocabulary

FILE = Problem("诬告陷害认定件", "file on a false accusation")
STATES = {
    "proposed": Problem("已提请，待批准", "Proposed, waits for approval"),
    "approved": Problem("已批准认定", "Approved"),
    "refused": Problem("未予批准", "Not approved"),
    "routed": Problem("已移送处理", "Passed on"),
    "closed": Problem("已办结", "Closed"),
}
OPEN_STATES = ("proposed", "approved", "routed")
LEVELS = {
    "city": Problem("设区的市级", "prefecture-city"),
    "province": Problem("省级", "province"),
    "central": Problem("中央", "central"),
}
UNKNOWN = "unknown"
STATUSES = {
    "party_member": Problem("中共党员（不是公职人员）", "Party member, no public official"),
    "public_official": Problem("公职人员", "Public official"),
    "other": Problem("其他人员", "Other"),
    UNKNOWN: Problem("不明（匿名，不得追查）", "Unknown (anonymous; nobody looks for it)"),
}
MALICIOUS_REASON = "经{organ}于{on}批准认定（{reference}）。"


@dataclass(frozen=True)
class Route:
    """One way a file may go: to whom, on which provision."""

    code: str
    zh: str
    en: str
    law: Problem

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


ROUTES = {
    route.code: route
    for route in (
        Route("party_discipline", "依规给予党纪处理", "Party discipline",
              Problem("检举控告工作规则第三十九条", "CHG2020 art. 39")),
        Route("state_sanction", "依法给予政务处分", "State sanction",
              Problem("政务处分法第三十二条第四项", "PD2020 art. 32(4)")),
        Route("unit", "移送所在单位处理", "To the person's unit",
              Problem("北流市的做法，参照", "practice of Beiliu, for reference")),
        Route("public_security", "移送公安机关依法处理", "To public security",
              Problem("治安管理处罚法第四十二条", "PSL2012 art. 42")),
        Route("crime", "涉嫌诬告陷害罪，移送追究刑事责任", "Suspected crime, transferred",
              Problem("刑法第二百四十三条", "CRL art. 243")),
    )
}  # fmt: skip
_BY_STATUS = {
    "party_member": ("party_discipline", "unit", "public_security", "crime"),
    "public_official": ("party_discipline", "state_sanction", "crime"),
    "other": ("unit", "public_security", "crime"),
    "": ("public_security",),
}
_OF_PATH = ("path.", "fabricated", "intended", "level.")


def routes_for(status: str) -> tuple[str, ...]:
    """The ways open for a status; an unknown author goes to nobody but public security (CHG2020 29)."""
    return _BY_STATUS[status]


def reasons_of(advice: dict) -> list[dict]:
    """Those reasons of the rules that speak of false accusation, not of clearance."""
    rules = {rule.id: rule for pack in task_library("complaint").packs.values() for rule in pack.rules}
    return [
        reason
        for reason in advice["reasons"]
        if any(one.startswith(_OF_PATH) for one in getattr(rules.get(reason["rule"]), "establishes", ()))
    ]


def answered(advice: dict) -> list[Problem]:
    """Why the rules do not allow a file: their answer, their reasons, what is missing, and the panel's question."""
    path = advice["false_accusation_path"]
    head = {
        "closed": Problem("规则提示：不得按诬告陷害处理", "The rules: this may not be treated as a false accusation"),
        "open": Problem("规则提示：要件尚未查明，不得提请认定", "The rules: the grounds are not established; no file"),
        "refer": Problem("规则提示：提请集体研究，不得直接提请认定", "The rules: this is for the panel; no file yet"),
        "may_open": Problem("捏造事实和陷害意图须同时查明", "Invention and intent must both be established"),
    }[path]  # fmt: skip
    found = [head.by(steps.FALSE)]
    found += [Problem(one["zh"], one["en"]) for one in reasons_of(advice)]
    facts = vocabulary().facts
    missing = [
        facts[one]
        for one in advice["decisive_unknowns"]
        if one in ("fabrication_evidence", "intent_to_frame")
    ]
    if missing:
        found.append(Problem(
            f"尚待查明：{'、'.join(fact.zh for fact in missing)}。",
            f"Still to be established: {', '.join(fact.en for fact in missing)}.",
        ))  # fmt: skip
    if path == "refer":
        found += [
            Problem(
                f"提请集体研究的问题：{one['question']['zh']}",
                f"Question for the panel: {one['question']['en']}",
            )
            for one in advice["refer"]
            if one.get("code") == "INTENT"
        ]
    return found
