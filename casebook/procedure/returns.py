"""Sending a case back: the coded reasons of each stage, and what every return has to say.

Only a return for new evidence that names its facts opens the way to a heavier notice (政务处分法第四十三条), from
whichever stage it is made; casebook.procedure.ceiling reads it.
"""

from collections.abc import Collection, Sequence

from casebook.errors import Problem
from casebook.fields import check_text
from casebook.models import Stage
from rules.vocabulary import vocabulary

NEW_EVIDENCE, ADOPTED = "new_evidence", "adopted_statement"
OTHER = Problem("其他", "Other")
CODES = {
    Stage.REVIEW: {
        "fact_incomplete": Problem("事实不清或者不完整", "Facts incomplete"),
        "fact_contradicts_evidence": Problem("事实与证据不符", "A fact contradicts the evidence"),
        "evidence_missing": Problem("证据不足或者缺失", "Evidence missing"),
        "evidence_illegal": Problem("证据取得不合法", "Evidence illegally obtained"),
        NEW_EVIDENCE: Problem("发现新证据，需要查证", "New evidence, to be verified"),
        "wrong_standing": Problem("证明程度认定不当", "Wrong standing of a fact"),
        "wrong_conduct_time": Problem("行为时间有误", "Wrong time of the conduct"),
        "procedure_missing": Problem("手续不完备", "A step of the procedure is missing"),
        "other": OTHER,
    },
    Stage.HEARING: {
        ADOPTED: Problem("采纳申辩，需要改变事实认定", "The statement is adopted and changes the facts"),
        NEW_EVIDENCE: Problem("发现与申辩无关的新证据", "New evidence, apart from the statement"),
        "more_inquiry": Problem("申辩所提情况需要补充核查", "What was said needs further inquiry"),
        "notice_wrong": Problem("告知的事实或者依据有误", "The notice has a fact or a ground wrong"),
        "procedure": Problem("告知或者听取程序有缺陷", "A defect in the telling or the hearing"),
        "other": OTHER,
    },
    Stage.PANEL: {
        NEW_EVIDENCE: Problem("会议上出现新的证据", "New evidence came up at the meeting"),
        "facts_unclear": Problem(
            "事实不清，需要补充查证", "The facts are not clear and need further inquiry"
        ),
        "evidence_thin": Problem("证据不足以认定", "The evidence does not suffice"),
        "law_unclear": Problem("适用规定不准确或者有遗漏", "The provisions applied are wrong or incomplete"),
        "procedure": Problem("办理程序有缺陷", "The procedure has a defect"),
        "hearing": Problem("申辩没有充分核实", "What the respondent said was not verified enough"),
        "other": OTHER,
    },
}
_NAMES_FACTS = {
    Stage.REVIEW: (NEW_EVIDENCE,),
    Stage.HEARING: (ADOPTED, NEW_EVIDENCE),
    Stage.PANEL: (),  # the reviewer, to whom it goes, names them
}
LONGEST = {Stage.REVIEW: 2000, Stage.HEARING: 4000, Stage.PANEL: 4000}
FIELDS = ("code", "reason", "items")


# A code counted over all stages is named without the stage.
OF_ALL_STAGES = {**CODES[Stage.HEARING], **CODES[Stage.PANEL], **CODES[Stage.REVIEW]}


def words(code: str, stage: Stage) -> Problem:
    """The reason of a return made at a stage, in words."""
    return CODES[Stage(stage)].get(code, Problem(code, code))


def checked_return(
    errors: dict[str, Problem],
    stage: Stage,
    code: str,
    reason: str,
    items: Sequence[str],
    *,
    beside: Collection[str] = (),
    fields: Sequence[str] = FIELDS,
) -> dict:
    """The columns of a return as they are kept; what is wrong goes into `errors` under the three `fields`.

    `items` are facts, or other things that `beside` lists.
    """
    of_code, of_reason, of_items = fields
    if code not in CODES[stage]:
        errors[of_code] = Problem("请选择退回的原因。", "Choose why the case is sent back.")
    reason = check_text(errors, of_reason, reason, LONGEST[stage], required=True)
    items, facts = list(dict.fromkeys(items)), vocabulary().facts
    if unknown := [item for item in items if item not in facts and item not in beside]:
        errors[of_items] = Problem(
            f"没有这些事实：{'、'.join(unknown)}。", f"There are no such facts: {', '.join(unknown)}."
        )
    elif code in _NAMES_FACTS[stage] and facts.keys().isdisjoint(items):
        errors[of_items] = Problem("请列明涉及的事实。", "Name the facts it is about.")
    return {"code": code, "reason": reason, "items": items}
