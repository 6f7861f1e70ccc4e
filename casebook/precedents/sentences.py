"""What a consultation says in sentences, in both languages: made from its content alone, on the page and on paper."""

from collections.abc import Iterable, Mapping
from datetime import date

from casebook.errors import Problem
from casebook.precedents.words import FOLLOWED, OUTCOMES
from rules.factor import OUTCOMES as ORDER
from rules.factors import book
from rules.precedents.base import REQUIRING

STATUSES = {
    "bound": Problem("一致约束", "Bound"),
    "narrowed": Problem("收窄", "Narrowed"),
    "conflict": Problem("先例冲突", "Precedents conflict"),
    "open": Problem("待查事实", "Facts to be found"),
    "none": Problem("无可适用先例", "No precedent applies"),
}
RELATIONS = {
    "agree": Problem("规则与先例一致", "The rules agree"),
    "disagree": Problem("规则与先例不一致", "The rules disagree"),
    "silent": Problem("规则未作结论", "The rules are silent"),
    "": Problem("先例未作要求", "Precedents require nothing"),
}
MOVES = {
    "cite": Problem("援引", "Cite it"),
    "distinguish": Problem("区别", "Distinguish it"),
    "counterexample": Problem("反例", "Counterexample"),
    "downplay": Problem("淡化差异", "Downplay the difference"),
    "emphasise": Problem("强调差异", "Emphasise the difference"),
}
_WHY_NONE = {
    "no_precedent": Problem("库中没有就这一问题作出结论的先例", "none in the library decided this question"),
    "only_elsewhere": Problem(
        "库中只有他地先例，仅供参考，不作约束",
        "only precedents of elsewhere decided this question, and those are for reference only",
    ),
    "only_stale": Problem(
        "库中的先例均未按现行规定复核，暂不作约束",
        "those that decided this question still have to be decided again by the rules of the day",
    ),
    "distinguished": Problem(
        "已有先例均与本案有重要差别", "each that decided this question differs from this case where it matters"
    ),
    "facts_missing": Problem(
        "已查明的事实尚不足以比对", "the facts established so far are too few to compare"
    ),
}  # fmt: skip


def requires(reading: Mapping) -> bool:
    """Whether precedents rule something out."""
    return reading["status"] in REQUIRING


def status_line(reading: Mapping) -> Problem:
    """What precedents require, after the word for their state."""
    low, high = OUTCOMES[reading["low"]], OUTCOMES[reading["high"]]
    if reading["status"] == "bound":
        return Problem(f"先例要求本案“{low.zh}”。", f"Precedents require “{low.en}”.")
    if reading["status"] == "conflict":
        return Problem(
            f"有的先例要求不轻于“{low.zh}”，有的先例要求不重于“{high.zh}”，不能同时遵循。",
            f"Some allow nothing milder than “{low.en}”, others nothing graver than “{high.en}”; both cannot hold.",
        )
    if reading["status"] == "narrowed" and reading["low"] != ORDER[0]:
        return Problem(f"先例要求处理不轻于“{low.zh}”。", f"Precedents allow nothing milder than “{low.en}”.")
    if reading["status"] == "narrowed":
        return Problem(
            f"先例要求处理不重于“{high.zh}”。", f"Precedents allow nothing graver than “{high.en}”."
        )
    if reading["status"] == "open":
        return Problem(
            "先例是否约束本案，取决于尚未查明的事实。",
            "Whether precedents bind this case hangs on facts not yet found.",
        )
    return Problem("没有先例要求本案作何处理。", "No precedent requires an outcome.")


def if_decided(issue: Mapping) -> Problem | None:
    """The same as it would be decided now, where the strict reading requires nothing; named as provisional."""
    if requires(issue["strict"]) or not requires(issue["decided"]):
        return None
    state, line = STATUSES[issue["decided"]["status"]], status_line(issue["decided"])
    return Problem(
        f"暂定——如果现在作出决定，未查明的事实按举证责任认定：{state.zh}，{line.zh}",
        f"Provisional: decided now, with facts not found read by their burden of proof: {state.en}. {line.en}",
    )


def tighter_if_decided(issue: Mapping) -> Problem | None:
    """What precedents would require beyond the strict reading if the case were decided now; None where no more."""
    strict, decided = issue["strict"], issue["decided"]
    if not requires(strict) or (strict["low"], strict["high"]) == (decided["low"], decided["high"]):
        return None
    state, line = STATUSES[decided["status"]], status_line(decided)
    return Problem(
        f"如果现在作出决定，未查明的事实按举证责任认定：{state.zh}，{line.zh}",
        f"Decided now, with facts not found read by their burden of proof: {state.en}. {line.en}",
    )


def what_to_do(issue: Mapping) -> Problem:
    """The next step for whoever works on the case."""
    requiring = issue["strict"] if requires(issue["strict"]) else issue["decided"]
    relation = issue["rules"]["relation"]
    if requiring["status"] == "conflict":
        return Problem(
            "请对照下列相互冲突的先例，看哪一方层级高、经集体研究、时间近；无法判断的，提请集体研究统一尺度。",
            "Compare the precedents that collide: by tier, collective adoption, date. If that does not settle it, "
            "refer it for collective study.",
        )
    if requires(requiring):
        first = _find_out_first(issue) if requiring is not issue["strict"] else Problem("", "")
        if relation == "disagree":
            return Problem(
                f"{first.zh}规则结论与先例不一致，其中必有一处需要说明：请核对事实和条文。{_otherwise(requiring).zh}",
                f"{first.en}The rules and the precedents differ, and one of the two needs explaining: check facts and "
                f"provisions. {_otherwise(requiring).en}",
            )
        return Problem(f"{first.zh}{_otherwise(requiring).zh}", f"{first.en}{_otherwise(requiring).en}")
    if issue["questions"]:
        return _find_out_first(issue)
    return Problem(
        "本案依规则处理，并写明理由；作为同类第一件，应当集体审议。",
        "The case rests on the rules. As the first of its kind it needs written reasons and a collective review.",
    )


def _otherwise(requiring: Mapping) -> Problem:
    """What is asked of whoever decides otherwise; only a guiding precedent is to be followed."""
    if requiring["prevailing"] == "guiding":
        return Problem(
            f"其中有指导性先例，{FOLLOWED.zh}；作其他处理的，拟定决定时逐一说明理由。",
            f"A guiding precedent is among them, {FOLLOWED.en}. Whoever decides otherwise gives a reason for each.",
        )
    return Problem(
        "已有先例，偏离应当说明理由：作其他处理的，拟定决定时对所列先例逐一说明。",
        "Whoever decides otherwise says why, for each precedent, when drafting.",
    )


def _find_out_first(issue: Mapping) -> Problem:
    names = _names(one["factor"] for one in issue["questions"][:1])
    if not names.zh:
        return Problem("", "")
    more = len(issue["questions"]) > 1
    return Problem(
        f"请先查明“{names.zh}”{'等事实' if more else ''}。",
        f"Find out first: {names.en}{' and others' if more else ''}. ",
    )


def why_none(issue: Mapping) -> Problem | None:
    """Why nothing binds; None where something does."""
    why = _WHY_NONE.get(issue["why_none"])
    if why is None:
        return None
    return Problem(f"没有先例约束本案：{why.zh}。", f"No precedent binds this case: {why.en}.")


def closest(issue: Mapping) -> Problem | None:
    """The nearest one and in what it differs; never a reason to follow it."""
    near = issue["closest"]
    if near is None:
        return None
    if not near["differs"]:
        return Problem(
            f"最接近的是 {near['code']}，已查明的事实没有差别，仍有事实待查。",
            f"The closest is {near['code']}: nothing found so far sets it apart, and facts are still open.",
        )
    names = _names(near["differs"])
    return Problem(
        f"最接近的是 {near['code']}，与本案的差别在于：{names.zh}。接近不等于约束。",
        f"The closest is {near['code']}; it differs in: {names.en}. To be near is not to bind.",
    )


def holds(side: str, outcome: str) -> Problem:
    """What a precedent of this outcome requires from below or above."""
    word = OUTCOMES[outcome]
    if side == "below":
        return Problem(f"要求处理不轻于“{word.zh}”", f"allows nothing milder than “{word.en}”")
    return Problem(f"要求处理不重于“{word.zh}”", f"allows nothing graver than “{word.en}”")


def because(one: Mapping) -> Problem:
    """Why it does, before the rows."""
    if one["side"] == "below":
        return Problem(
            "本案在每一项上都不轻于该先例，所以处理也不应更轻。",
            "In every respect this case is at least as grave, so it may not be treated more mildly.",
        )
    return Problem(
        "本案在每一项上都不重于该先例，所以处理也不应更重。",
        "In no respect is this case graver, so it may not be treated more severely.",
    )


def asks_nothing(row: Mapping, side: str) -> bool:
    """Whether a row of the proof holds whatever the case is: what the precedent lacks cannot be missing here."""
    factor = book().factors.get(row["factor"])
    if factor is None or row["there"] is None or factor.kind != "factor":
        return False
    return row["there"] is not ((side == "below") == factor.graver)


def needs(row: Mapping, side: str, on: date) -> Problem:
    """What a row of the proof asks of the case: at least, at most, present, absent, or anything."""
    factor = book().factors.get(row["factor"])
    if factor is None or row["there"] is None:
        return Problem("该先例未查明", "not known of the precedent")
    if asks_nothing(row, side):
        return Problem("有无均可", "either")
    upwards = (side == "below") == factor.graver
    if factor.kind == "factor":
        return Problem("应当有", "present") if upwards else Problem("应当没有", "absent")
    words = said(row["factor"], row["there"], on)
    zh, en = ("至少", "at least") if upwards else ("至多", "at most")
    if factor.order:
        return Problem(f"{zh}为“{words.zh}”", f"{en} “{words.en}”")
    return Problem(f"{zh} {words.zh}", f"{en} {words.en}")


def said(name: str, value: bool | float | None, on: date) -> Problem:
    """A measured value in words."""
    factor = book().factors.get(name)
    if factor is None:
        return Problem(str(value), str(value))
    return Problem(factor.say(value, "zh", on), factor.say(value, "en", on))


def collision(pair: Mapping) -> Problem:
    """Why two precedents collide."""
    if pair["graver"]:
        more = _names(pair["graver"])
        return Problem(
            f"{pair['above']} 的案情不轻于 {pair['below']}（更重的有：{more.zh}），处理却更轻。",
            f"{pair['above']} is at least as grave as {pair['below']} (graver in: {more.en}), yet got less.",
        )
    return Problem(
        f"{pair['above']} 与 {pair['below']} 案情相当，处理却更轻。",
        f"{pair['above']} is as grave as {pair['below']}, yet got less.",
    )


def weightier(pair: Mapping) -> Problem:
    """Which of two weighs more, and by what; never averaged."""
    grounds = {
        "tier": Problem("层级较高", "its tier"),
        "collective": Problem("经集体研究", "it was adopted collectively"),
        "date": Problem("时间较近", "it is the later one"),
    }
    if pair["weightier"]:
        ground = grounds[pair["ground"]]
        return Problem(
            f"{pair['weightier']} 分量较重：{ground.zh}。", f"{pair['weightier']} weighs more: {ground.en}."
        )
    return Problem(
        "两者分量相当，系统不作取舍，提请集体研究。",
        "They weigh the same; the system does not choose. Refer it for collective study.",
    )


def moves(entry: Mapping, outcome: str) -> list[tuple[str, Problem]]:
    """The written moves on one precedent beside the case, each with its kind."""
    found: list[tuple[str, Problem]] = []
    word = OUTCOMES[outcome]
    shared, stronger, weaker = (_names(entry[key]) for key in ("shared", "stronger", "weaker"))
    if entry["shared"]:
        more = f"；本案在“{stronger.zh}”上理由更强" if entry["stronger"] else ""
        more_en = f"; this case is stronger on {stronger.en}" if entry["stronger"] else ""
        found.append(("cite", Problem(
            f"与 {entry['code']} 同有：{shared.zh}{more}，可据以主张“{word.zh}”。",
            f"It shares with {entry['code']}: {shared.en}{more_en}. That speaks for “{word.en}”.",
        )))  # fmt: skip
    if entry.get("by_reasons"):
        found.append(("cite", Problem(
            f"{entry['code']} 据以决定的理由，本案都具备，也没有新的相反因素。",
            f"Every reason {entry['code']} relied on is present here, and nothing new speaks against it.",
        )))  # fmt: skip
    if entry["weaker"]:
        found.append(("distinguish", Problem(
            f"本案在“{weaker.zh}”上不及 {entry['code']}，可据以区别。",
            f"This case is weaker on {weaker.en}; that distinguishes {entry['code']}.",
        )))  # fmt: skip
    for name, instead in entry["downplayed"].items():
        one, other = _names([name]), _names([instead])
        found.append(("downplay", Problem(
            f"“{one.zh}”的差异，可由同属一个方面的“{other.zh}”弥补。",
            f"The difference in {one.en} is made up for by {other.en}, which bears on the same question.",
        )))  # fmt: skip
    if entry["emphasised"]:
        stressed = _names(entry["emphasised"])
        found.append(("emphasise", Problem(
            f"“{stressed.zh}”的差异没有其他因素可以弥补。", f"Nothing makes up for the difference in {stressed.en}."
        )))  # fmt: skip
    if entry["counterexamples"]:
        codes = entry["counterexamples"]
        found += [("counterexample", Problem(
            f"{code} 与本案的共同点不比它少，处理却不同。",
            f"{code} shares at least as much with this case and was decided otherwise.",
        )) for code in codes]  # fmt: skip
    return found


def settles(name: str, one: Mapping, on: date) -> Problem:
    """What one answer to an open question would settle."""
    answer = _answer(name, one["relation"], one["value"], on)
    state, line = STATUSES[one["status"]], status_line(one)
    return Problem(f"{answer.zh} → {state.zh}：{line.zh}", f"{answer.en} → {state.en}: {line.en}")


def change(changes: Iterable[Mapping], on: date) -> Problem:
    """A smallest change of known facts that leaves the bound."""
    zh, en = [], []
    for one in changes:
        factor, now = _names([one["factor"]]), said(one["factor"], one["here"], on)
        answer = _answer(one["factor"], one["relation"], one["value"], on)
        zh.append(f"“{factor.zh}”由“{now.zh}”变为“{answer.zh}”")
        en.append(f"{factor.en}: {answer.en} instead of {now.en}")
    return Problem("，并且".join(zh), " and ".join(en))


def _answer(name: str, relation: str, value: bool | float, on: date) -> Problem:
    word = said(name, value, on)
    forms = {
        "is": ("{}", "{}"), "at_least": ("至少{}", "at least {}"), "at_most": ("至多{}", "at most {}"),
        "below": ("低于{}", "below {}"), "above": ("高于{}", "above {}"),
    }  # fmt: skip
    zh, en = forms[relation]
    return Problem(zh.format(word.zh), en.format(word.en))


def _names(names: Iterable[str]) -> Problem:
    factors = [book().factors.get(name) for name in names]
    known = [one for one in factors if one is not None]  # their names hold commas and "、" themselves
    return Problem("；".join(one.zh for one in known), "; ".join(one.en for one in known))
