"""Which measures there are on a day, whom they are for, what goes together, and which outcome is heavier.

Read from measures.yaml. Nothing here decides: people impose measures, and this says which of them the law gives.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from rules.measure_reader import Ladder, Measure, Words, read_ladder
from rules.periods import (
    Imposed,
    Period,
    Periods,
    Together,
    carried_out,
    last_day,
    months_allowed,
    work_out,
)
from rules.vocabulary import vocabulary
from rules.yaml_source import read_text

__all__ = [
    "Imposed", "Ladder", "Measure", "Period", "Periods", "Together", "Words", "codes_of", "heavier", "ladder",
    "last_day", "measure_named", "measures_on", "misfits", "months_allowed", "periods", "refusal",
]  # fmt: skip
SOFT = ("tolerance", "correction")
ONE_EACH = ("party_discipline", "institution")


@cache
def ladder() -> Ladder:
    """The ladder as shipped."""
    path = Path(__file__).with_name("measures.yaml")
    return read_ladder(read_text(path), path.name, vocabulary().facts)


def measures_on(day: date, decided_on: date | None = None) -> dict[str, Measure]:
    """Every measure by its code, in the version of the law of `day`, in the order of the ladder.

    `day` is the day whose law governs the conduct; for regimes that follow the day of the decision it is
    `decided_on` (left out: the same day). One that is not `enabled` may be shown and never imposed.
    """
    found = {}
    for versions in ladder().versions.values():
        by_conduct = ladder().regimes[versions[0].regime].governed_by == "conduct"
        on = day if by_conduct or decided_on is None else decided_on
        found |= {version.code: version for version in versions if version.in_force(on)}
    return found


def measure_named(code: str, day: date, decided_on: date | None = None) -> Measure:
    """The version of one measure; the latest if none is in force on the day, for words about what once was."""
    return measures_on(day, decided_on).get(code) or ladder().versions[code][-1]


def codes_of(outcomes: Iterable[Mapping]) -> tuple[str, ...]:
    """The measures that the outcomes of an assessment name by regime, step of the ladder and months."""
    found: dict[str, None] = {}
    for outcome in outcomes:
        regime, step, months = outcome["regime"], str(outcome["measure"]), outcome["months"]
        of_step = [versions for versions in ladder().versions.values() if versions[0].step == step]
        own = [item for item in of_step if regime == item[0].regime or regime in item[0].frees_from]
        exact = [item for item in own if months and any(one.months == months for one in item)]
        elsewhere = [item for item in of_step if item[0].regime != "party_accountability"]
        found.update({versions[0].code: None for versions in exact or own or elsewhere})
    return tuple(found)


def refusal(measure: Measure, facts: Mapping[str, object]) -> Words | None:
    """Why a measure may not be imposed on a person with these facts; None if it may."""
    if not measure.enabled:
        return Words(
            f"“{measure.zh}”的依据（{measure.cite('zh')}）尚未核对原文，不能作出。",
            f"“{measure.en}” rests on a text that nobody has read yet ({measure.cite('en')}); it cannot be imposed.",
        )
    if any(group.has(facts) for group in measure.groups):
        return None
    asked = {fact: None for group in measure.groups for fact in group.facts}
    unknown = [vocabulary().facts[fact] for fact in asked if facts.get(fact) is None]
    who = Words(
        "；".join(group.words.zh for group in measure.groups),
        "; ".join(group.words.en for group in measure.groups),
    )
    if unknown:
        return Words(
            f"“{measure.zh}”适用于：{who.zh}。请先查明：{'、'.join(fact.zh for fact in unknown)}。",
            f"“{measure.en}” is for: {who.en}. First establish: {', '.join(fact.en for fact in unknown)}.",
        )
    return Words(
        f"“{measure.zh}”不适用于本人。该措施适用于：{who.zh}（{measure.cite('zh')}）。",
        f"“{measure.en}” is not for this person. It is for: {who.en} ({measure.cite('en')}).",
    )


def misfits(disposition: str, codes: Iterable[str]) -> tuple[Words, ...]:
    """What does not go together: measures the disposition does not carry, one it needs, two that exclude each other."""
    codes = set(codes)
    terms = ladder().dispositions[disposition]
    chosen = [versions[0] for code, versions in ladder().versions.items() if code in codes]
    found = [
        Words(f"“{one.zh}”与处理结论不符。", f"“{one.en}” does not go with the disposition.")
        for one in chosen
        if one.code not in terms.allows
    ]
    if codes.isdisjoint(terms.needs):
        needed = [ladder().versions[code][0] for code in terms.needs]
        shown = needed[:4]
        found.append(
            Words(
                f"该处理结论至少应有一项相应措施，例如：{'、'.join(one.zh for one in shown)}。",
                f"This disposition needs one of its measures, such as: {'; '.join(one.en for one in shown)}.",
            )
        )
    for one in chosen:
        against = [other for other in chosen if other.regime in one.frees_from]
        found += [
            Words(f"“{one.zh}”与“{other.zh}”不能并用。", f"“{one.en}” and “{other.en}” exclude each other.")
            for other in against
        ]
    for regime in ONE_EACH:
        several = [one for one in chosen if one.regime == regime]
        if len(several) > 1:
            name = ladder().regimes[regime].words
            found.append(
                Words(
                    f"{name.zh}只能给予一种，现有：{'、'.join(one.zh for one in several)}。",
                    f"{name.en}: one only; found {'; '.join(one.en for one in several)}.",
                )
            )
    return tuple(found)


def periods(
    imposed: Iterable[Imposed],
    starts_on: date,
    day: date,
    *,
    breaches: int = 1,
    category: str = "",
    decided_on: date | None = None,
) -> Periods:
    """The period of each measure from its first to its last day, and the one that counts, with reasons.

    `day` is the law of the conduct as in `measures_on`; `breaches` and `category` are facts of the case (PD2020 15,
    SOE2024 9). Raises ValueError for months the law does not allow.
    """
    return work_out(
        ladder(), lambda code: measure_named(code, day, decided_on), imposed, starts_on, breaches, category
    )


def heavier(
    new_disposition: str,
    new_codes: Iterable[str],
    old_disposition: str,
    old_codes: Iterable[str],
    day: date,
    *,
    new_months: Mapping[str, int | None] | None = None,
    old_months: Mapping[str, int | None] | None = None,
) -> tuple[Words, ...]:
    """In what the new outcome is heavier than the old one; empty: in nothing.

    Heavier is a graver disposition; in any one regime a graver or a further measure; a longer period, be it the
    longest of all or that of a measure that stays.
    A reminder, an education or an admonition added is heavier unless a sanction became lighter instead. An order to
    put an error right never is. Codes may also be steps of the ladder as the rule packs name them.
    """
    weights = {code: item.weight for code, item in ladder().dispositions.items()}
    found = []
    if {new_disposition, old_disposition} <= weights.keys() and weights[new_disposition] > weights[
        old_disposition
    ]:
        found.append(Words("处理结论更重", "a graver disposition"))
    new, old = _weighed(new_codes, day), _weighed(old_codes, day)
    lighter_somewhere = False
    for regime in ladder().regimes:
        mine, theirs = _ranks(new, regime), _ranks(old, regime)
        if regime in SOFT:
            continue
        name = ladder().regimes[regime].words
        if mine > theirs:
            found.append(Words(f"{name.zh}更重", f"{name.en}: graver"))
        lighter_somewhere = lighter_somewhere or mine < theirs
    if _ranks(new, "correction") > _ranks(old, "correction") and not lighter_somewhere:
        name = ladder().regimes["correction"].words
        found.append(Words(f"{name.zh}更重", f"{name.en}: graver"))
    asked, had = new_months or {}, old_months or {}
    if _length(new, asked) > _length(old, had) or _outlasts(new, asked, old, had):
        found.append(Words("影响期更长", "a longer period"))
    return tuple(found)


def _weighed(codes: Iterable[str], day: date) -> list[Measure]:
    """The measures with these codes that would be carried out."""
    found = [measure_named(_code(code), day) for code in codes]
    kept = carried_out(found)
    return [measure for measure in found if measure.code in kept]


def _code(code: str) -> str:
    """The code itself; of a step of the ladder the gravest measure it names."""
    if code in ladder().versions:
        return code
    of_step = [versions[0] for versions in ladder().versions.values() if versions[0].step == code]
    if not of_step:
        raise ValueError(f"found the measure {code!r}; expected one of {', '.join(ladder().versions)}")
    return max(of_step, key=lambda one: one.rank).code


def _ranks(measures: list[Measure], regime: str) -> list[int]:
    return sorted({one.rank for one in measures if one.regime == regime and one.rank}, reverse=True)


def _outlasts(
    new: list[Measure], asked: Mapping[str, int | None], old: list[Measure], had: Mapping[str, int | None]
) -> bool:
    """Whether a measure that stays lasts longer than it did, even where a still longer one hides it."""
    before = {one.code for one in old}
    return any(_length([one], asked) > _length([one], had) for one in new if one.code in before)


def _length(measures: list[Measure], given: Mapping[str, int | None]) -> float:
    """The longest period in months; one without an end is longer than any, one that no text states counts nothing."""
    return max(
        (float("inf") if one.lasting else given.get(one.code) or one.months or 0 for one in measures),
        default=0,
    )
