"""What the fields of a precedent are called, as pages and the head of a spreadsheet have it."""

from casebook.errors import Problem
from casebook.models import Tier

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
TIERS = {
    Tier.GUIDING: Problem("指导性", "Guiding"),
    Tier.TYPICAL: Problem("典型", "Typical"),
    Tier.SUPERIOR: Problem("上级", "Organ above"),
    Tier.OWN: Problem("本级", "Own organ"),
    Tier.ELSEWHERE: Problem("他地", "Elsewhere"),
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
