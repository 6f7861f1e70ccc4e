"""Codes and values of the record in the Chinese of official papers."""

import re

from rules.limit import numeral
from rules.vocabulary import vocabulary

_VERSION = re.compile(r"(.*?)(（\d{4}年[^）]*）)?")
_NAMED = re.compile(r"《([^《》]+)》")
_DIGITS = re.compile(r"第(\d{1,2}(?:、\d{1,2})*)条")
_FULL = {
    "政务处分法": "中华人民共和国公职人员政务处分法",
    "公职人员政务处分法": "中华人民共和国公职人员政务处分法",
    "监察法": "中华人民共和国监察法",
    "公务员法": "中华人民共和国公务员法",
    "刑法": "中华人民共和国刑法",
}
_ENDS = tuple("。；：！？…”’）》，、.;:!?")
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
        unit = (fact.unit_zh or fact.unit) if fact else ""
        return f"{number(value, 2 if unit == '元' else None)}{unit}"
    if fact and fact.type == "date":
        return partial_date(str(value))
    return fact.choice_label(str(value), "zh") if fact and fact.type in ("choice", "choices") else str(value)


def number(value: float, decimals: int | None = None) -> str:
    """With commas, and with decimals only where there are any; then so many of them."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.{decimals}f}" if decimals else f"{value:,}"


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


def titled(name: str) -> str:
    """The name of an instrument as papers cite it: between its marks, its version after them, short names in full.

    What is no instrument, as a speech, gets no marks.
    """
    if "“" in name or name.startswith("《"):
        return name
    short, version = _VERSION.fullmatch(name).groups()
    return f"《{_FULL.get(short, short)}》{version or ''}"


def cited(text: str) -> str:
    """A citation put together elsewhere, with its names as `titled` gives them and its articles spelt out."""
    spelt_out = _DIGITS.sub(
        lambda found: "、".join(f"第{numeral(int(no))}条" for no in found[1].split("、")), text
    )
    return _NAMED.sub(lambda found: titled(found[1]), spelt_out)


def sentence(text: str) -> str:
    """The text with a full stop at its end, and not two."""
    return text.rstrip("。；; ") + "。"


def sentences(text: str) -> str:
    """A text of several lines, each ending as a sentence does."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line if line.endswith(_ENDS) else line + "。" for line in lines if line)


def clause(text: str) -> str:
    """The text without a stop at its end, to go on after it."""
    return text.strip().rstrip("。；;，, ")
