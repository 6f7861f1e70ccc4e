"""The neutral Chinese sentence in which a fact or a rule is offered for the notice: the officer edits it."""

from casebook.procedure.notice import Offer
from rules.vocabulary import vocabulary


def point_text(offer: Offer, document: dict) -> str:
    """A fact with its value, or a provision with what it says; in Chinese, as official papers are."""
    if offer.kind == "rule":
        rule = document["rules"][offer.ref]
        return f"依据《{rule['source']['zh']}》{rule['article']}：{rule['explain']['zh']}"
    name, value = vocabulary().facts[offer.ref].zh, document["facts"][offer.ref]
    if isinstance(value, bool):
        if name.startswith("是否"):
            return f"经查，当事人{'是' if value else '不是'}{name.removeprefix('是否')}。"
        return f"经查，{'存在' if value else '不存在'}“{name}”的情形。"
    return f"经查，{name}：{_value(offer.ref, value)}。"


def _value(fact_id: str, value: object) -> str:
    fact = vocabulary().facts[fact_id]
    if isinstance(value, list):
        return "、".join(_value(fact_id, item) for item in value) or "无"
    if isinstance(value, (int, float)):
        return f"{value:,}{fact.unit_zh or fact.unit}"
    if fact.type == "date":
        year, month, day = str(value).split("-")
        return f"{year}年{int(month)}月{int(day)}日"
    return fact.choice_label(str(value), "zh")
