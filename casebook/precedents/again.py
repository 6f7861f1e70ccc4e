"""One precedent decided again by the rules of a day: whether they still give its outcome, and what changed if not.

The facts stay as they were found. A fact that was not found is read by its burden of proof, as in any decided case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from casebook.errors import Problem
from casebook.precedents.words import OUTCOMES
from rules.assess import ReadersDiffer, assess, with_presumptions
from rules.carrying import carrying
from rules.conduct import Conduct
from rules.engine import EngineError
from rules.library import Library
from rules.vocabulary import BadValue, check_value

SAME, OTHER, DEPARTED, CANNOT_RUN = "same", "other", "departed", "cannot_run"
RESULTS = {
    SAME: Problem("现行规定仍可得出同一结果", "the rules still allow its outcome"),
    OTHER: Problem("现行规定得出另一结果", "the rules give another outcome"),
    DEPARTED: Problem(
        "作出决定时的规定即得出另一结果", "the rules of its own day gave another outcome already"
    ),
    CANNOT_RUN: Problem("不能按现行规定重新判断", "cannot be decided again"),
}
_ANSWERS = OUTCOMES | {
    "refer": Problem("提请研究", "refer"),
    "not_established": Problem("失误不成立", "no error established"),
}
_CITED, LONGEST_LAW = 3, 300
THEN, NOW = "原依据", "现依据"  # before each provision behind a change


@dataclass(frozen=True)
class Again:
    """What came out: one of RESULTS, what the rules of the day give, why in words, and the provisions that changed."""

    result: str
    why: Problem
    disposition: str = ""
    reachable: tuple[str, ...] = ()
    law: str = ""


def decide_again(
    facts: Mapping[str, object],
    outcome: str,
    conduct: object,
    decided_on: date | None,
    on: date,
    packs: Library,
) -> Again:
    """Decide these facts by the rules of the day `on`, as conduct of that day, and compare with the outcome they had.

    The outcome stands while the rules give it, refer the matter, or could still come to it. It does not where they
    certainly give another; nor where those of its own day gave it on these very facts, and those of `on` do not.
    """
    if unfit := _unfit(facts, packs):
        return Again(CANNOT_RUN, unfit)
    try:
        now = _document(facts, Conduct.parse(on.isoformat()), on, packs)
        if _stands(now, outcome):
            return _again(SAME, _say_same(now, outcome), now)
        day = decided_on or Conduct.parse(conduct).ends[1]
        if day is None:
            if outcome in now["reachable"]:
                return _again(SAME, _say_same(now, outcome), now)
            return _again(
                CANNOT_RUN, _say_undated(now), now, _joined(_cites(now, carrying(now), NOW, "from"))
            )
        then = _document(facts, Conduct.parse(conduct or day.isoformat()), day, packs)
    except (ReadersDiffer, EngineError):
        return Again(CANNOT_RUN, Problem(
            "两套独立计算的结果不一致或者不完整", "two independent evaluations differ or are incomplete"
        ))  # fmt: skip
    certain = outcome not in now["reachable"]
    if then["disposition"] == outcome or (certain and _allows(then, outcome)):
        return _again(OTHER, _say_changed(then, now), now, _changed(then, now))
    if certain:
        return _again(DEPARTED, _say_departed(then, now), now)
    return _again(SAME, _say_same(now, outcome), now)


def _unfit(facts: Mapping[str, object], packs: Library) -> Problem | None:
    """Why the facts cannot be read by these rules."""
    words = packs.vocabulary
    unknown = sorted(facts.keys() - words.facts.keys())
    if unknown:
        named = "、".join(unknown), ", ".join(unknown)
        return Problem(
            f"事实词表中已没有：{named[0]}", f"the vocabulary no longer has these facts: {named[1]}"
        )
    bad = []
    for fact_id, value in sorted(facts.items()):
        try:
            check_value(words.facts[fact_id], value)
        except BadValue:
            bad.append(words.facts[fact_id])
    if bad:
        return Problem(
            f"事实词表不再接受其取值：{'、'.join(fact.zh for fact in bad)}",
            f"the vocabulary no longer takes their values: {', '.join(fact.en for fact in bad)}",
        )
    if not any(rule.enabled for pack in packs.packs.values() for rule in pack.rules):
        return Problem("没有可用的规则", "there are no rules")
    return None


def _document(facts: Mapping[str, object], conduct: Conduct, on: date, packs: Library) -> dict:
    return assess(with_presumptions(packs.vocabulary, dict(facts)), conduct, on, packs=packs)


def _stands(document: dict, outcome: str) -> bool:
    return document["disposition"] in (outcome, "refer")


def _allows(document: dict, outcome: str) -> bool:
    return _stands(document, outcome) or outcome in document["reachable"]


def _again(result: str, why: Problem, now: dict, law: str = "") -> Again:
    return Again(result, why, now["disposition"], tuple(now["reachable"]), law)


def _say_same(now: dict, outcome: str) -> Problem:
    if now["disposition"] == outcome:
        return Problem(f"现行规定仍得出“{_zh(now)}”", f"the rules still give “{_en(now)}”")
    if now["disposition"] == "refer":
        return Problem(
            "现行规定将其提请研究，不排除原结果", "the rules refer it; the outcome is not ruled out"
        )
    return Problem(
        f"按已查明事实现行规定得出“{_zh(now)}”，但未查明的事实仍可使原结果成立",
        f"on the facts found the rules give “{_en(now)}”, but unknown ones could still lead to its outcome",
    )


def _say_undated(now: dict) -> Problem:
    return Problem(
        f"现行规定得出“{_zh(now)}”；作出决定的日期和行为时间均未载明，无法区分是法律变动还是当初即偏离规定",
        f"the rules give “{_en(now)}”; neither its day nor that of the conduct is stated, so a change of law cannot "
        "be told from a departure",
    )


def _say_changed(then: dict, now: dict) -> Problem:
    return Problem(
        f"同样的事实，作出决定时的规定得出“{_zh(then)}”，现行规定得出“{_zh(now)}”",
        f"on the same facts the rules of its day gave “{_en(then)}”; those of today give “{_en(now)}”",
    )


def _say_departed(then: dict, now: dict) -> Problem:
    return Problem(
        f"作出决定时的规定即得出“{_zh(then)}”，现行规定得出“{_zh(now)}”：该先例自始偏离规定，并非法律变动",
        f"the rules of its own day gave “{_en(then)}” already, those of today “{_en(now)}”: it departed from the "
        "rules from the start, and no law changed it",
    )


def _zh(document: dict) -> str:
    return _ANSWERS[document["disposition"]].zh


def _en(document: dict) -> str:
    return _ANSWERS[document["disposition"]].en


def _changed(then: dict, now: dict) -> str:
    """The provisions that carried the old answer and are gone, and those that carry the new one and have come."""
    gone = [rule_id for rule_id in carrying(then) if not _holds_alike(now, then, rule_id)]
    come = [rule_id for rule_id in carrying(now) if not _holds_alike(then, now, rule_id)]
    return _joined([*_cites(then, gone, THEN, "to"), *_cites(now, come or carrying(now), NOW, "from")])


def _holds_alike(there: dict, here: dict, rule_id: str) -> bool:
    """Whether the rule holds there in the same version as here."""
    other, own = there["rules"].get(rule_id), here["rules"][rule_id]
    return other is not None and (other["version"], other["provisional"]) == (own["version"], "fired")


def _cites(document: dict, rule_ids: list[str], when: str, bound: str) -> list[str]:
    """The provisions of these rules, those of a text before those of this system's design, each once."""
    texts = [rule_id for rule_id in rule_ids if document["rules"][rule_id]["confidence"] != "DESIGN"]
    found = dict.fromkeys(_cite(document["rules"][rule_id], bound) for rule_id in texts or rule_ids)
    return [f"{when}{cite}" for cite in found][:_CITED]


def _cite(rule: dict, bound: str) -> str:
    day = rule[bound]
    since = f"（{'至' if bound == 'to' else '自'}{day}）" if day else ""
    return f"《{rule['source']['zh']}》{rule['article']}{since}"


def _joined(cites: list[str]) -> str:
    law = ""
    for cite in dict.fromkeys(cites):
        longer = f"{law}；{cite}" if law else cite
        if len(longer) <= LONGEST_LAW:
            law = longer
    return law
