"""The few sentences the reasoning itself says, in both languages; everything else is said by the packs."""

from datetime import date


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


_DISPOSITIONS = {
    "tolerate": _both("建议容错", "Recommend: tolerate"),
    "correct": _both("建议纠错，不予问责", "Recommend: correct, without accountability"),
    "hold_accountable": _both("建议问责", "Recommend: hold accountable"),
    "refer": _both("提请集体研究", "Refer to a panel"),
    "not_established": _both(
        "问题不成立，建议了结并研究是否澄清", "Not established: close, and consider clearance"
    ),
}
_CERTAIN, _PROVISIONAL = _both("确定", "certain"), _both("暂定", "provisional")


def headline(disposition: str, certain: bool, ground: dict[str, str] | None) -> dict[str, str]:
    """The one plain line an officer reads first: what is recommended, how certain it is, and on what ground."""
    name, note = _DISPOSITIONS[disposition], _CERTAIN if certain else _PROVISIONAL
    zh, en = f"{name['zh']}（{note['zh']}）", f"{name['en']} ({note['en']})"
    return _both(f"{zh}：{ground['zh']}", f"{en}: {ground['en']}") if ground else _both(zh, en)


GATE = {
    "passed": _both("已审查，没有在此停止。", "Considered; it does not stop the chain."),
    "open": _both(
        "尚有事实未查明，暂未在此停止。", "Facts are still unknown here; it does not stop the chain today."
    ),
    "stops": _both("在此停止。", "The chain stops here."),
}
WHY_BARRED = _both("触及红线，不予容错。", "A red line is crossed, so the error is not tolerated.")
WHY_NO_GROUND = _both("没有已查明的可容情形。", "No ground for tolerance is established.")
WHY_NOT_MET = _both("相应条件没有查明成立。", "Its conditions are not established.")
WHY_STOPPED = _both(
    "在这一关没有查明成立，其后的环节没有走到。",
    "Not established at this gate, and the chain stopped before the later ones.",
)
WHY_EARLIER = _both(
    "审查已在这一关有结论，没有再往下进行。", "The chain had its answer at this gate and went no further."
)
VERSIONS_DISAGREE = _both(
    "可能适用的不同版本得出不同结论，适用哪一版本应当由集体研究决定。",
    "Versions of the law that may govern lead to different dispositions; which one governs is for the panel.",
)
VERSIONS_DIFFER = _both("可能适用的不同版本结论不同", "Versions of the law that may govern differ")
LATER_IS_LIGHTER = _both(
    "行为之后的新规定较轻，按照从旧兼从轻适用新规定。",
    "The later version is lighter, so it governs (the old law applies unless the new one is lighter).",
)
STRADDLES = _both("行为跨越新旧规定，适用哪一版本需要研究。", "The conduct straddles versions of the law.")
SEVERAL_VERSIONS = _both(
    "行为时间不确定，已对每一个可能适用的版本分别审查。",
    "The time of the conduct is uncertain; every version that may govern was applied.",
)
LOCAL = {
    "considered": _both(
        "已按行为地查阅当地的容错规定。",
        "The local rules on tolerance of the place of the conduct were read.",
    ),
    "none_configured": _both(
        "行为地未配置地方容错规定，只适用全国性规定；当地如有规定，应当先行录入核对。",
        "No local rules on tolerance are configured for the place of the conduct; only national rules were read.",
    ),
    "place_unknown": _both(
        "行为地未载明，没有考虑任何地方容错规定；未考虑不等于当地没有规定。",
        "The place of the conduct is not stated, so no local rule on tolerance was considered; "
        "that is not to say that there is none.",
    ),
}
PLACE_WIDE = _both(
    "行为地只载明到上一级，其下各市、区的规定没有考虑。",
    "The place is stated only as a wider area; the rules of the cities within it were not considered.",
)
NOT_READ = {
    "not_yet": _both("行为时尚未施行，不适用。", "It was not yet in force at the time of the conduct."),
    "ended": _both("行为时已经失效，不适用。", "It was no longer in force at the time of the conduct."),
    "disabled": _both(
        "条文或者施行日期尚未核对，暂不启用。",
        "Its text or its commencement has not been checked; it is off.",
    ),
    "other_day": _both(
        "行为时间不确定，据以说明的版本中该条不在施行期内。",
        "The time of the conduct is uncertain; under the version explained here it was not in force.",
    ),
    "no_rule": _both("没有据以编写规则，原因如上。", "No rule is made of it, for the reason given."),
}


# -- old and new law, and the law of a named day

SAME_LAW = _both(
    "行为时与现在适用的规定相同，不涉及新旧规定的选择。",
    "The law of the conduct is the law in force now: there are no two versions to choose between.",
)
_WEIGHED = {
    "alike": _both(
        "两者轻重相同，按照从旧，适用行为时的规定。",
        "neither is lighter, so the law of the conduct stays.",
    ),
    "old": _both(
        "新规定较重，按照从旧，适用行为时的规定。",
        "the later one is heavier, so the law of the conduct stays.",
    ),
    "new": _both(
        "新规定较轻，按照从轻，适用新规定。",
        "the later one is lighter, so it governs.",
    ),
    "not_comparable": _both(
        "其中一个结论是提请集体研究，研究结果可轻可重，无法比较轻重，适用哪一版本应当由集体研究决定（C-12）。",
        "one of them refers the case to a panel, which may end anywhere: they cannot be compared, "
        "and which version governs is for the panel (C-12).",
    ),
}
BRIEF = {
    "tolerate": _both("容错", "tolerate"),
    "correct": _both("纠错，不予问责", "correct, without accountability"),
    "hold_accountable": _both("问责", "hold accountable"),
    "refer": _both("提请集体研究", "refer to a panel"),
    "not_established": _both("问题不成立", "not established"),
}
LIGHTNESS = _both(
    "轻重次序：容错、问题不成立同为最轻，其次纠错，再次问责。依据：《公职人员政务处分法》第六十七条，参照《刑法》第十二条。",
    "Order of lightness: tolerate and not established are alike the lightest, then correct, then hold accountable. "
    "Basis: Law on Administrative Discipline for Public Officials art. 67; compare Criminal Law art. 12.",
)


def weighed(old: list[dict], new: dict, which: str) -> dict[str, str]:
    """Versions of the law that give the same beside a later one, as the document lists them, and which is lighter."""
    before, after, said = BRIEF[old[0]["disposition"]], BRIEF[new["disposition"]], _WEIGHED[which]
    days = [date.fromisoformat(one["date"]) for one in old]
    later = date.fromisoformat(new["date"])
    possible = old[0]["role"] == "possible"
    zh = "如行为发生在{}有效的规定之下" if possible else "行为时的规定（{}有效）"
    en = "If the conduct fell under the law of {}" if possible else "Law of the conduct ({})"
    return _both(
        f"{zh.format(_listed([_zh(day) for day in days], '、', '或者'))}：{before['zh']}；"
        f"新规定（{_zh(later)}有效）：{after['zh']}。{said['zh']}",
        f"{en.format(_listed([_en(day) for day in days], ', ', ' or '))}: {before['en']}; "
        f"later law ({_en(later)}): {after['en']}; {said['en']}",
    )


def _listed(days: list[str], between: str, last: str) -> str:
    *others, end = days
    return f"{between.join(others)}{last}{end}" if others else end


def _zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _en(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


DAY = {
    "same": _both("按该日的规定，结论与现在相同。", "The law of that day leads to the same."),
    "new": _both("按该日的规定，结论较现在为轻。", "The law of that day leads to something lighter."),
    "old": _both("按该日的规定，结论较现在为重。", "The law of that day leads to something heavier."),
    "alike": _both(
        "按该日的规定，结论与现在不同，轻重相同。",
        "The law of that day leads to something else that is as light.",
    ),
    "not_comparable": _both(
        "按该日的规定，结论与现在不同；其中一个是提请集体研究，无法比较轻重。",
        "The law of that day leads to something else; one of the two is a referral, so they cannot be compared.",
    ),
}
DAY_NO_STEP = _both(
    "按该日的规定，没有任何环节作出结论，无规则可依的提请集体研究。",
    "No step of the law of that day ends the case: it is referred for want of a rule.",
)
