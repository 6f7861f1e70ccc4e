"""Packs and cases made at random: every operator, type of fact, kind of nesting, bar, override and step.

`LITERALS` are the values that rules may name, `VALUES` those that a case may have: one at least in every stretch
that any choice of literals can cut, so that going through them is going through every case.
"""

from itertools import combinations, product
from random import Random

from rules.library import Library
from rules.vocabulary import Vocabulary

from .made import both, make_fact, make_library, make_pack, make_rule, make_step, make_words
from .oracle import DISPOSITIONS

WORDS = make_words(
    make_fact("bool"),
    make_fact("presumed", presume=False),
    make_fact("choice", "choice", ("x", "y", "z")),
    make_fact("open", "choice", open_values=True),
    make_fact("many", "choices", ("p", "q", "r")),
    make_fact("count", "number", minimum=0, integer=True, presume=0),
    make_fact("money", "number", maximum=3),
    make_fact("day", "date"),
)
LITERALS = {
    "bool": [True, False],
    "presumed": [True, False],
    "choice": ["x", "y", "z"],
    "open": ["甲", "乙", "其他"],
    "many": ["p", "q", "r"],
    "count": [0, 1, 3],
    "money": [-1.5, 0, 2.25, 2.26, 3],
    "day": ["2020-02-29", "2020-03-01", "2021-01-01"],
}
VALUES = {
    "bool": [True, False],
    "presumed": [True, False],
    "choice": ["x", "y", "z"],
    "open": ["甲", "乙", "其他", "丙"],
    "many": [list(some) for size in range(4) for some in combinations("pqr", size)],
    "count": [0, 1, 2, 3, 4],
    "money": [-2, -1.5, -1, 0, 0.01, 2.25, 2.26, 2.5, 3],
    "day": ["2020-02-28", "2020-02-29", "2020-03-01", "2020-06-01", "2021-01-01", "2021-01-02"],
}
OPERATORS = {
    "boolean": ("is", "is_not"),
    "choice": ("is", "is_not", "in", "not_in"),
    "choices": ("includes", "excludes"),
    "number": ("above", "at_least", "below", "at_most"),
    "date": ("above", "at_least", "below", "at_most"),
}


class Made:
    """One random pack: its library, and the plain rules and steps that the oracle reads."""

    def __init__(self, random: Random, facts: tuple[str, ...] = tuple(VALUES), rules: int = 12):
        self.random, self.facts = random, facts
        self.rules: list[dict] = []
        self.findings: list[str] = []
        self.steps = [
            make_step(f"step{n}", random.choice(DISPOSITIONS), order=10 - n)
            for n in range(random.randint(1, 4))
        ]
        for stage in range(3):
            self._add(stage, random.randint(1, rules // 3), lambda n, stage=stage: f"found{stage}{n % 2}")
        for step in self.steps:
            self._add(3, random.randint(0, 2), step=step["id"])
        self.dispositions = [f"disposition.{one}" for one in DISPOSITIONS]
        self._add(4, random.randint(1, 3), lambda n: f"late{n % 2}", late=True)
        self._add(5, 1, lambda _: "last", late=True)

    def library(self, words: Vocabulary = WORDS) -> Library:
        """The pack read by the loader, without the titles that only a document needs."""
        gates = {"G11": both("G11")}
        return make_library(
            words, make_pack(self.rules, self.steps) | {"titles": {}, "questions": {}, "gates": gates}
        )

    def case(self, gap: float = 0.35) -> dict:
        """A case of which some facts are unknown."""
        return {fact: self.random.choice(VALUES[fact]) for fact in self.facts if self.random.random() > gap}

    def completions(self, case: dict):
        """Every case that this one may turn out to be."""
        ranges = [[case[fact]] if fact in case else VALUES[fact] for fact in self.facts]
        for values in product(*ranges):
            yield dict(zip(self.facts, values, strict=True))

    def _add(self, stage: int, count: int, finding=None, step: str = "", late: bool = False) -> None:
        random, made = self.random, []
        readable = [*self.findings, *self.dispositions] if late else list(self.findings)
        for n in range(count):
            then = {"step": step} if step else {"finding": finding(n)}
            rule = make_rule(f"x.r{len(self.rules)}", self.condition(random.randint(0, 3), readable), then)
            if self.findings and random.random() < 0.3:
                rule["unless"] = random.sample(self.findings, min(2, len(self.findings)))
            if late and random.random() < 0.2:
                rule["unless"] = [random.choice(self.dispositions)]
            losers = [other["id"] for other in (made if late else self.rules)]
            losers = [loser for loser in losers if stage == 0 or late or loser in [m["id"] for m in made]]
            if losers and random.random() < 0.25:
                rule["overrides"] = [random.choice(losers)]
            self.rules.append(rule)
            made.append(rule)
        self.findings += sorted({rule["then"]["finding"] for rule in made if not step} - {*self.findings})

    def condition(self, depth: int, readable: list[str]) -> dict:
        random = self.random
        if depth and random.random() < 0.8:
            parts = [self.condition(depth - 1, readable) for _ in range(random.randint(1, 3))]
            return {random.choice(["all", "any"]): parts}
        if readable and random.random() < 0.4:
            return {"finding": random.choice(readable), "is": random.random() < 0.5}
        fact = random.choice(self.facts)
        op = random.choice(OPERATORS[WORDS.facts[fact].type])
        many = op in ("in", "not_in")
        return {"fact": fact, op: random.sample(LITERALS[fact], 2) if many else random.choice(LITERALS[fact])}
