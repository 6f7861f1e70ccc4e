"""The neutral Chinese sentence in which a fact or a rule is offered for the notice: the officer edits it."""

from casebook.procedure.notice import Offer
from rules.vocabulary import vocabulary


def point_text(offer: Offer, document: dict) -> str:
    """A fact with its value, or a provision with what it says; in Chinese, as official papers are."""
    if offer.kind == "rule":
        rule = document["rules"][offer.ref]
        return f"依据《{rule['source']['zh']}》{rule['article']}：{rule['explain']['zh']}"
    return f"经查，{vocabulary().facts[offer.ref].zh}：{_value(offer.ref, document['facts'][offer.ref])}。"


def _value(fact_id: str, value: object) -> str:
    fact = vocabulary().facts[fact_id]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_value(fact_id, item) for item in value) or "无"
    if isinstance(value, (int, float)):
        return f"{value:,}{fact.unit_zh or fact.unit}"
    if fact.type == "date":
        year, month, day = str(value).split("-")
        return f"{year}年{int(month)}月{int(day)}日"
    return fact.choice_label(str(value), "zh")
