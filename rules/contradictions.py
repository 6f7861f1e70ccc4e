"""Pairs of established facts that cannot both be right. They are pointed out to the officer, never repaired."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from rules.cells import holds
from rules.conditions import All, AnyOf, Condition, Test

ABOVE_ZERO = "above zero"


@dataclass(frozen=True)
class Contradiction:
    """Two or more facts that cannot all be right; pointed out, never repaired."""

    facts: tuple[str, ...]
    zh: str
    en: str


def contradictions(facts: dict) -> list[Contradiction]:
    """Name the established facts that cannot all be right, in a fixed order; nothing is changed."""
    return [
        Contradiction(tuple(wrong), zh, en)
        for wrong, zh, en in _CONTRADICTIONS
        if wrong.keys() <= facts.keys() and _together(wrong, facts)
    ]


def impossible() -> Iterator[Condition]:
    """The same as conditions that no case meets; without the order of two dates, which no condition can state."""
    for wrong, _, _ in _STATED:
        yield All(tuple(_condition(fact, values) for fact, values in wrong.items()))


def assumed_impossible(read: Container[str]) -> list[Contradiction]:
    """The same in words, of those that concern facts of these alone: what a proof takes for granted of a case."""
    return [
        Contradiction(tuple(wrong), zh, en)
        for wrong, zh, en in _STATED
        if all(fact in read for fact in wrong)
    ]


def _together(wrong: dict, facts: dict) -> bool:
    if wrong is _REVERSED:
        return facts["conduct_end_date"] < facts["conduct_start_date"]
    return all(
        any(holds(test, facts[fact]) for test in _condition(fact, values).parts)
        for fact, values in wrong.items()
    )


def _condition(fact: str, values: tuple | str) -> AnyOf:
    if values == ABOVE_ZERO:
        return AnyOf((Test(fact, "above", 0),))
    return AnyOf(tuple(Test(fact, "is", value) for value in values))


_REVERSED: dict = {"conduct_start_date": (), "conduct_end_date": ()}
_CONTRADICTIONS: list[tuple[dict, str, str]] = [
    (
        {"loss_level": ("none",), "direct_economic_loss_cny": ABOVE_ZERO},
        "损失程度填“无”，直接经济损失却大于零。",
        "The loss is given as none, yet a direct economic loss above zero is stated.",
    ),
    (
        {"state_asset_loss": (True,), "loss_level": ("none",)},
        "认定有国有资产损失，损失程度却填“无”。",
        "A loss of state assets is stated, yet the loss is given as none.",
    ),
    (
        {"mental_state": ("no_fault",), "knew_of_prohibition": (True,)},
        "主观上无过错，却明知有禁止性规定。",
        "No fault is stated, yet the prohibition was known.",
    ),
    (
        {"purpose": ("public",), "private_gain_self": (True,)},
        "行为目的为公，却为本人谋利。",
        "The purpose is public, yet there was gain for self.",
    ),
    (
        {"decision_mode": ("collective_full",), "collective_discussion_done": ("not_done",)},
        "决策方式为完整集体决策，却未经集体讨论。",
        "A full collective decision is stated, yet no collective discussion took place.",
    ),
    (
        {
            "legality_review_done": ("not_done",),
            "legality_review_result": ("lawful", "unlawful", "risk_disclosed_exploratory"),
        },
        "未做合法性审查，却有审查结论。",
        "No legality review was done, yet a result of it is stated.",
    ),
    (
        {"superior_order_followed": (False,), "objected_to_superior_order": (True,)},
        "未执行上级命令，却曾对上级命令提出意见。",
        "No superior order was followed, yet an objection to it is stated.",
    ),
    (
        {"illicit_gain_returned": ("none_gained",), "private_gain_self": (True,)},
        "为本人谋利，违规所得却填“没有所得”。",
        "There was gain for self, yet nothing is said to have been gained.",
    ),
    (
        {"due_diligence_performed": (False,), "statutory_duty_fully_performed": (True,)},
        "全面履行了法定职责，却未勤勉尽责。",
        "The statutory duty was fully performed, yet diligence is denied.",
    ),
    (
        {"reported_others_verified": (False,), "reported_others_grave": (True,)},
        "检举他人未经查证属实，却认定所检举的问题重大。",
        "The report of others was not verified, yet the breach reported is called grave.",
    ),
    (
        {"earlier_conduct_found_later": (False,), "concealed_earlier_conduct": (True,)},
        "前次处分时隐瞒了其他问题，却填受处分后没有发现此前的问题。",
        "Misconduct was hidden at an earlier sanction, yet none is said to have been found since.",
    ),
    (
        _REVERSED,
        "行为终了日早于开始日。",
        "The conduct ends before it begins.",
    ),
    (
        {"rule_status_at_time": ("no_rule", "silent_exploratory"), "knew_of_prohibition": (True,)},
        "行为时没有规则，却明知有禁止性规定。",
        "No rule existed at the time, yet the prohibition was known.",
    ),
]
_STATED = [one for one in _CONTRADICTIONS if one[0] is not _REVERSED]
