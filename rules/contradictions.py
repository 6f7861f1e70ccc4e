"""Pairs of established facts that cannot both be right. They are pointed out to the officer, never repaired."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contradiction:
    """Two or more facts that cannot all be right; pointed out, never repaired."""

    facts: tuple[str, ...]
    zh: str
    en: str


def contradictions(facts: dict) -> list[Contradiction]:
    """Name the established facts that cannot all be right, in a fixed order; nothing is changed."""
    return [Contradiction(ids, zh, en) for ids, zh, en, holds in _CONTRADICTIONS if holds(facts)]


def _known(facts: dict, *ids: str) -> bool:
    return all(fact_id in facts for fact_id in ids)


def _pair(first: str, first_values, second: str, second_values):
    def holds(facts: dict) -> bool:
        return (
            _known(facts, first, second) and facts[first] in first_values and facts[second] in second_values
        )

    return holds


_CONTRADICTIONS: list[tuple] = [
    (
        ("loss_level", "direct_economic_loss_cny"),
        "损失程度填“无”，直接经济损失却大于零。",
        "The loss is given as none, yet a direct economic loss above zero is stated.",
        lambda f: (
            _known(f, "loss_level", "direct_economic_loss_cny")
            and f["loss_level"] == "none"
            and f["direct_economic_loss_cny"] > 0
        ),
    ),
    (
        ("state_asset_loss", "loss_level"),
        "认定有国有资产损失，损失程度却填“无”。",
        "A loss of state assets is stated, yet the loss is given as none.",
        _pair("state_asset_loss", (True,), "loss_level", ("none",)),
    ),
    (
        ("mental_state", "knew_of_prohibition"),
        "主观上无过错，却明知有禁止性规定。",
        "No fault is stated, yet the prohibition was known.",
        _pair("mental_state", ("no_fault",), "knew_of_prohibition", (True,)),
    ),
    (
        ("purpose", "private_gain_self"),
        "行为目的为公，却为本人谋利。",
        "The purpose is public, yet there was gain for self.",
        _pair("purpose", ("public",), "private_gain_self", (True,)),
    ),
    (
        ("decision_mode", "collective_discussion_done"),
        "决策方式为完整集体决策，却未经集体讨论。",
        "A full collective decision is stated, yet no collective discussion took place.",
        _pair("decision_mode", ("collective_full",), "collective_discussion_done", ("not_done",)),
    ),
    (
        ("legality_review_done", "legality_review_result"),
        "未做合法性审查，却有审查结论。",
        "No legality review was done, yet a result of it is stated.",
        _pair(
            "legality_review_done",
            ("not_done",),
            "legality_review_result",
            ("lawful", "unlawful", "risk_disclosed_exploratory"),
        ),
    ),
    (
        ("superior_order_followed", "objected_to_superior_order"),
        "未执行上级命令，却曾对上级命令提出意见。",
        "No superior order was followed, yet an objection to it is stated.",
        _pair("superior_order_followed", (False,), "objected_to_superior_order", (True,)),
    ),
    (
        ("illicit_gain_returned", "private_gain_self"),
        "为本人谋利，违规所得却填“没有所得”。",
        "There was gain for self, yet nothing is said to have been gained.",
        _pair("illicit_gain_returned", ("none_gained",), "private_gain_self", (True,)),
    ),
    (
        ("accident_grade", "deaths"),
        "有死亡，事故等级却填“无”。",
        "There were deaths, yet the accident grade is none.",
        lambda f: _known(f, "accident_grade", "deaths") and f["accident_grade"] == "none" and f["deaths"] > 0,
    ),
    (
        ("due_diligence_performed", "statutory_duty_fully_performed"),
        "全面履行了法定职责，却未勤勉尽责。",
        "The statutory duty was fully performed, yet diligence is denied.",
        _pair("statutory_duty_fully_performed", (True,), "due_diligence_performed", (False,)),
    ),
    (
        ("conduct_start_date", "conduct_end_date"),
        "行为终了日早于开始日。",
        "The conduct ends before it begins.",
        lambda f: (
            _known(f, "conduct_start_date", "conduct_end_date")
            and f["conduct_end_date"] < f["conduct_start_date"]
        ),
    ),
    (
        ("rule_status_at_time", "knew_of_prohibition"),
        "行为时没有规则，却明知有禁止性规定。",
        "No rule existed at the time, yet the prohibition was known.",
        _pair("rule_status_at_time", ("no_rule", "silent_exploratory"), "knew_of_prohibition", (True,)),
    ),
]
