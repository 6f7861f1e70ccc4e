"""The glossary of precedents, as pages, papers and spreadsheets have it: outcomes, tiers and how each binds, fields."""

from casebook.errors import Problem
from casebook.models import Life, Tier

OUTCOMES = {
    "tolerate": Problem("予以容错", "tolerate"),
    "correct": Problem("予以纠正", "correct"),
    "hold_accountable": Problem("追究责任", "hold accountable"),
}
TIERS = {
    Tier.GUIDING: Problem("指导性", "guiding"),
    Tier.TYPICAL: Problem("典型", "typical"),
    Tier.SUPERIOR: Problem("上级", "of an organ above"),
    Tier.OWN: Problem("本级", "own"),
    Tier.ELSEWHERE: Problem("他地", "of elsewhere"),
}
LIVES = {
    Life.CODING: Problem("编码中", "being coded"),
    Life.PROPOSED: Problem("待批准", "waiting for approval"),
    Life.REFUSED: Problem("未予批准", "refused"),
    Life.ALIVE: Problem("有效", "in effect"),
    Life.REVIEW: Problem("待复核", "to be reviewed"),
    Life.FLIPPED: Problem("因法律变动失效", "overtaken by a change of law"),
    Life.REVERSED: Problem("原决定被变更或者撤销", "its decision was varied or revoked"),
    Life.WITHDRAWN: Problem("已出库", "withdrawn"),
    Life.SUPERSEDED: Problem("已被新先例替代", "superseded"),
}
FIELDS = {
    "code": Problem("编号", "Code"),
    "title": Problem("标题", "Title"),
    "tier": Problem("层级", "Tier"),
    "body": Problem("作出决定的机关", "Decided by"),
    "region": Problem("地区", "Region"),
    "sector": Problem("领域", "Sector"),
    "outcome": Problem("处理结果", "Outcome"),
    "measure": Problem("具体处理", "Measure"),
    "decided_on": Problem("决定日期", "Decided on"),
    "conduct": Problem("行为时间", "Time of the conduct"),
    "summary": Problem("基本事实", "Facts"),
    "holding": Problem("决定理由", "Reason of the decision"),
    "notes": Problem("裁量说明", "Notes on discretion"),
    "articles": Problem("依据", "Rests on"),
    "effective_from": Problem("效力起始", "In effect from"),
    "effective_to": Problem("效力终止", "In effect until"),
    "collective": Problem("集体研究决定", "Adopted collectively"),
    "rules_sha256": Problem("编码所据规则版本", "Rules it was coded against"),
    "source_title": Problem("公布来源", "Published as"),
    "source_sha256": Problem("公布文本校验值", "Digest of the published text"),
    "paragraphs": Problem("原文段落", "Paragraphs of the text"),
    "supersedes": Problem("替代的先例", "Supersedes"),
}
FACT = {
    "code": FIELDS["code"],
    "fact": Problem("事实代码", "Fact"),
    "words": Problem("事实名称", "Fact in words"),
    "value": Problem("值", "Value"),
    "state": Problem("认定状态", "State"),
    "how": Problem("认定方式", "How established"),
    "evidence": Problem("出处", "Where it says so"),
}
FINDING = {
    "code": FIELDS["code"],
    "issue": Problem("问题", "Issue"),
    "outcome": Problem("认定结果", "Finding"),
    "reasons": Problem("作为理由的因素", "Reasons relied on"),
    "rejected": Problem("明确不予考虑的因素", "Factors given no weight"),
    "words": Problem("说明", "In words"),
}
STATES = {
    "known": Problem("已查明", "known"),
    "unknown": Problem("未查明", "unknown"),
    "not_applicable": Problem("不适用", "does not apply"),
}
HOW = {
    "": Problem("未注明", "not stated"),
    "stated": Problem("原文载明", "stated in the text"),
    "inferred": Problem("由原文推知", "inferred from the text"),
    "documented": Problem("有书面材料", "documented"),
    "verified": Problem("经核实", "verified"),
}
SHEETS = {
    "precedents": Problem("先例", "Precedents"),
    "facts": Problem("事实", "Facts"),
    "findings": Problem("认定", "Findings"),
    "notes": Problem("说明", "Notes"),
}
YES, NO = Problem("是", "yes"), Problem("否", "no")
FOLLOWED = Problem("应当参照", "to be followed")
ANSWERED = Problem("已有先例，偏离应当说明理由", "say why if you depart")


def force(tier: Tier) -> Problem:
    """How a precedent of this tier binds: only a guiding one is to be followed."""
    return FOLLOWED if tier == Tier.GUIDING else ANSWERED
