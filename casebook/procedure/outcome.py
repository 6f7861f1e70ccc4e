"""What a decision may say: the measures the law of the case gives for its person, their months and days.

Also what it departs from: the recommendation, and the rules that carried it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from casebook.errors import NotReady, Problem
from casebook.fields import check_text
from casebook.models import Case, ImposedMeasure, Recommendation
from casebook.procedure.notice import governing_day
from casebook.recommend import fresh_recommendation
from rules.carrying import carrying
from rules.measures import (
    SOFT,
    Imposed,
    Measure,
    Periods,
    codes_of,
    measure_named,
    measures_on,
    misfits,
    months_allowed,
    periods,
    refusal,
)
from rules.offered import provision_of, rules_of

LONGEST_BASIS = 200


@dataclass(frozen=True)
class Chosen:
    """A measure as the panel imposes it; `months` and the provision they rest on only where people set them."""

    code: str
    months: int | None = None
    basis: str = ""


@dataclass(frozen=True)
class Ground:
    """What a decision starts from: the recommendation, the facts it read, and the day whose law governs."""

    recommendation: Recommendation
    facts: Mapping[str, object]
    law_of: date

    @property
    def breaches(self) -> int:
        return int(self.facts.get("multiple_violations") or 1)

    @property
    def category(self) -> str:
        return str(self.facts.get("subject_category") or "")

    def measures(self, on: date) -> dict[str, Measure]:
        """Every measure there is, as it is cited to this person."""
        return {code: self._cited(one) for code, one in measures_on(self.law_of, on).items()}

    def measure(self, code: str, on: date) -> Measure:
        """One measure as it is cited to this person, for words about what may be gone."""
        return self._cited(measure_named(code, self.law_of, on))

    def _cited(self, measure: Measure) -> Measure:
        """Where whom a text reaches matters, the one that the recommendation names comes before those of the table."""
        named = provision_of(self.recommendation.content, measure.code) if measure.stated else None
        return measure.to(self.facts) if named is None else replace(measure, provision=named)

    def periods(self, chosen: Iterable[Chosen], starts_on: date) -> Periods:
        imposed = [Imposed(one.code, one.months) for one in chosen]
        return periods(
            imposed,
            starts_on,
            self.law_of,
            breaches=self.breaches,
            category=self.category,
            decided_on=starts_on,
        )


def ground_of(session: Session, case: Case) -> Ground:
    """The latest recommendation with what a decision reads from it. Raises NotReady if the case changed since."""
    recommendation = fresh_recommendation(session, case)
    if recommendation is None:
        raise NotReady([Problem(
            "案件内容在处理建议之后有变动，请退回审核人，重新生成处理建议。",
            "The case has changed since its recommendation; send it back for a new one.",
        )])  # fmt: skip
    return ground_from(recommendation)


def ground_from(recommendation: Recommendation) -> Ground:
    content = recommendation.content
    return Ground(recommendation, content["facts"], governing_day(content))


def measure_errors(ground: Ground, outcome: str, chosen: list[Chosen], on: date) -> dict[str, Problem]:
    """What is wrong with the measures: not in force, not for this person, not with this outcome, wrong months."""
    known = ground.measures(on)
    errors: dict[str, Problem] = {}
    for one in chosen:
        measure = known.get(one.code)
        if measure is None:
            errors["measures"] = Problem(
                f"没有可以适用的措施“{one.code}”。", f"There is no measure “{one.code}” that applies."
            )
            continue
        if said := refusal(measure, ground.facts):
            errors["measures"] = Problem(said.zh, said.en)
        errors |= _months_errors(measure, one, ground.breaches)
    if len({one.code for one in chosen}) != len(chosen):
        errors["measures"] = Problem("同一措施只能选择一次。", "Choose each measure once.")
    said = misfits(outcome, [one.code for one in chosen])
    if said and "measures" not in errors:
        errors["measures"] = Problem("".join(item.zh for item in said), " ".join(item.en for item in said))
    return errors


def _months_errors(measure: Measure, one: Chosen, breaches: int) -> dict[str, Problem]:
    errors: dict[str, Problem] = {}
    allowed = months_allowed(measure, breaches)
    if one.months is None or one.months == measure.months:
        return errors
    if allowed is None or not allowed[0] <= one.months <= allowed[1]:
        own = f"{measure.months}" if allowed is None else f"{allowed[0]}—{allowed[1]}"
        errors[f"months-{measure.code}"] = Problem(
            f"“{measure.zh}”的期间应为 {own} 个月（{measure.cite('zh')}）。",
            f"The period of “{measure.en}” must be {own} months ({measure.cite('en')}).",
        )
    check_text(errors, f"basis-{measure.code}", one.basis, LONGEST_BASIS, required=True, one_line=True)
    return errors


def plain_measure(ground: Ground, one: Chosen, on: date) -> Chosen:
    measure = ground.measures(on)[one.code]
    if one.months is None or one.months == measure.months:
        return Chosen(one.code, measure.months)
    return Chosen(one.code, one.months, one.basis.strip())


def imposed_rows(ground: Ground, chosen: Iterable[Chosen], on: date) -> list[ImposedMeasure]:
    """The rows of the measures, in the order of the ladder, not in force yet."""
    given = {one.code: one for one in chosen}
    return [
        ImposedMeasure(regime=measure.regime, code=code, months=given[code].months, basis=given[code].basis)
        for code, measure in ground.measures(on).items()
        if code in given
    ]


def departure_rules(
    recommendation: Recommendation, outcome: str, codes: Iterable[str], known: Mapping[str, Measure]
) -> list[str] | None:
    """The rules that carried what is departed from; None where the decision follows the recommendation.

    A recommendation that refers the matter is followed by any decision. Departing is also to impose, in a regime whose
    measures it names, one that it does not name.
    """
    if recommendation.disposition == "refer":
        return None
    document = recommendation.content
    if outcome != recommendation.disposition:
        return carrying(document)
    named = set(codes_of(document["outcomes"]))
    regimes = {known[code].regime for code in named if code in known} - set(SOFT)
    beside = [code for code in codes if known[code].regime in regimes and code not in named]
    if not beside:
        return None
    of = {known[code].regime for code in beside}
    return sorted({rule for one in document["outcomes"] if one["regime"] in of for rule in rules_of(one)})
