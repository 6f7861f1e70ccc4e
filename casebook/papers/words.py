"""Codes and values of the record in the Chinese of official papers."""

from collections.abc import Iterable

from casebook.papers.blocks import day_words
from rules.vocabulary import vocabulary

DISPOSITIONS = {
    "tolerate": "予以容错",
    "correct": "予以纠正",
    "hold_accountable": "追究责任",
    "refer": "提请集体研究",
    "not_established": "反映的问题不成立",
}
REGIMES = {
    "party_accountability": "党内问责",
    "party_discipline": "党纪处分",
    "state_sanction": "政务处分",
    "organisational_handling": "组织处理",
    "institution": "处分",
    "tolerance": "容错处理",
    "correction": "教育提醒与整改",
}
VERDICTS = {
    "tolerable": "属于可容一面",
    "intolerable": "属于不容一面",
    "mixed": "可容与不容两面均有依据",
    "open": "有关事实尚未查明",
}


def fact_value(fact_id: str, value: object) -> str:
    """A value as a paper says it."""
    fact = vocabulary().facts.get(fact_id)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(fact_value(fact_id, item) for item in value) or "无"
    if isinstance(value, (int, float)):
        return f"{number(value)}{(fact.unit_zh or fact.unit) if fact else ''}"
    if fact and fact.type == "date":
        return partial_date(str(value))
    return fact.choice_label(str(value), "zh") if fact and fact.type in ("choice", "choices") else str(value)


def number(value: float) -> str:
    """With commas, and with decimals only where there are any."""
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"


def partial_date(text: str) -> str:
    """ "2020", "2020-03" or "2020-03-01" in words."""
    parts = text.split("-")
    if not all(part.isdecimal() for part in parts):
        return text
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def conduct_time(value: object) -> str:
    """The time of the conduct in words; empty if it is not known."""
    if value is None:
        return ""
    if isinstance(value, str):
        return partial_date(value)
    words = {key: partial_date(str(text)) for key, text in value.items()}
    if "from" in words:
        return f"{words['from']}至{words['to']}"
    return f"{words['before']}之前" if "before" in words else f"不晚于{words.get('published', '')}"


def listed(texts: Iterable[str]) -> str:
    return "、".join(texts)


def titled(name: str) -> str:
    """The name of an instrument between its marks; one that has marks already keeps them."""
    return name if name.startswith("《") else f"《{name}》"


def sentence(text: str) -> str:
    """The text with a full stop at its end, and not two."""
    return text.rstrip("。；; ") + "。"


def clause(text: str) -> str:
    """The text without a stop at its end, to go on after it."""
    return text.strip().rstrip("。；;，, ")


__all__ = [
    "clause",
    "conduct_time",
    "day_words",
    "fact_value",
    "listed",
    "number",
    "partial_date",
    "sentence",
    "titled",
]
