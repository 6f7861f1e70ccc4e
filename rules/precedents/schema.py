"""What cases of a base are described by: ordered outcomes, and factors and dimensions each with its direction.

Directions are declared, never learned from outcomes: learning them would hide the faults of the base.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

import yaml

from rules.yaml_source import Mapping as YamlMapping
from rules.yaml_source import Place, Sequence, SourceError, parse_yaml

DEEPEST = 20  # a schema needs three levels; composing thousands would exhaust the stack of the C parser
DIRECTIONS = {"graver": True, "milder": False}

Outcome = str | int
Facts = Mapping[str, bool | float]
Wrong = tuple[Place, str, str]  # where, and what is wrong in Chinese and in English


@dataclass(frozen=True)
class Schema:
    """`outcomes` from mildest to gravest; for each factor and dimension whether it makes a case graver.

    `places`: where each outcome was declared, if the schema was read from a file.
    """

    outcomes: tuple[Outcome, ...]
    factors: Mapping[str, bool]
    dimensions: Mapping[str, bool]
    places: tuple[Place, ...] = field(default=(), compare=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.factors, *self.dimensions)

    @property
    def gravest(self) -> int:
        return len(self.outcomes) - 1

    def gravity(self, name: str, facts: Facts) -> float | None:
        """How grave a fact is on its own scale, a larger number the graver; None if it is unknown."""
        value = facts.get(name)
        if value is None:
            return None
        if name in self.factors:
            return int(value == self.factors[name])
        return value if self.dimensions[name] else -value


@dataclass(frozen=True, slots=True)
class Precedent:
    """A decided case; `outcome` is its place among the outcomes of the schema, 0 the mildest.

    `reasons` are the facts the decision relied on, by name. What stands behind `outcome` never decides whether the
    precedent binds; only the reason model reads `reasons`, and only the order among contradicting ones the rest.
    """

    id: Outcome
    facts: Facts
    outcome: int
    tier: str = ""
    articles: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    decided_on: date | None = None
    collective: bool = False


class BadSchema(ValueError):
    """A schema that cannot be used: each fault with its file, line and column, in both languages."""

    def __init__(self, *faults: Wrong):
        self.place = faults[0][0]
        self._said = {
            "zh": [f"{place}：{zh}" for place, zh, _ in faults],
            "en": [f"{place}: {en}" for place, _, en in faults],
        }
        super().__init__(self.message("en"))

    def message(self, lang: str) -> str:
        """Every fault, each on its own line."""
        return "\n".join(self._said[lang])


def read_schema(text: str, name: str) -> Schema:
    """The schema in a YAML text whose places are reported under `name`; raises BadSchema with every fault."""
    _ensure_shallow(text, name)
    try:
        source = parse_yaml(text, name)
    except SourceError as error:
        raise BadSchema(
            (error.place, f"YAML 有误（{error.found}）", f"found {error.found}; expected {error.expected}")
        ) from None
    faults = [
        (
            source.at(key),
            f"不认识“{key}”；只有 outcomes、factors、dimensions",
            f"“{key}” is not known; write outcomes, factors, dimensions",
        )
        for key in source
        if key not in ("outcomes", "factors", "dimensions")
    ]
    outcomes, places = _outcomes(source, faults)
    factors, dimensions = _directions(source, "factors", faults), _directions(source, "dimensions", faults)
    faults += [
        (
            source["dimensions"].at(twice),
            f"“{twice}”既是因素又是维度；二者只能取一",
            f"“{twice}” is both a factor and a dimension; make it one of them",
        )
        for twice in dimensions
        if twice in factors
    ]
    if not factors and not dimensions and not faults:
        faults.append((source.place, "没有任何因素或维度", "there is no factor and no dimension"))
    if faults:
        raise BadSchema(*sorted(faults, key=lambda fault: (fault[0].line, fault[0].column)))
    return Schema(outcomes, factors, dimensions, places)


def _ensure_shallow(text: str, name: str) -> None:
    depth = 0
    with suppress(yaml.YAMLError):  # parse_yaml names that with its place
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                place = Place(name, event.start_mark.line + 1, event.start_mark.column + 1)
                raise BadSchema((place, "嵌套过深", "nested too deeply"))


def _outcomes(source: YamlMapping, faults: list[Wrong]) -> tuple[tuple[Outcome, ...], tuple[Place, ...]]:
    listed = source.get("outcomes")
    if not isinstance(listed, Sequence) or len(listed) < 2:
        faults.append((
            source.at("outcomes"),
            "outcomes 应为列表，由轻到重，至少两项",
            "outcomes must be a list from mildest to gravest, of two or more",
        ))  # fmt: skip
        return (), ()
    seen: set[str] = set()
    for outcome, place in zip(listed, listed.places, strict=True):
        if type(outcome) not in (str, int, bool) or outcome == "":
            faults.append((place, "结果应为文字或整数", "an outcome must be a word or a whole number"))
        elif str(outcome) in seen:
            faults.append((place, f"结果“{outcome}”重复", f"the outcome “{outcome}” stands twice"))
        seen.add(str(outcome))
    return tuple(listed), tuple(listed.places)


def _directions(source: YamlMapping, key: str, faults: list[Wrong]) -> dict[str, bool]:
    """By name whether it makes a case graver, of those with a direction."""
    declared = source.get(key)
    if declared is None:
        return {}
    if not isinstance(declared, YamlMapping):
        faults.append((
            source.at(key),
            f"{key} 应为“名称: graver 或 milder”",
            f"{key} must be names, each with graver or milder",
        ))  # fmt: skip
        return {}
    directions = {
        name: said for name, said in declared.items() if isinstance(said, str) and said in DIRECTIONS
    }
    faults += [
        (
            declared.at(name),
            f"“{name}”没有方向；应写 graver（更重）或 milder（更轻）",
            f"“{name}” has no direction; write graver or milder",
        )
        for name in declared
        if name not in directions
    ]
    return {name: DIRECTIONS[direction] for name, direction in directions.items()}
