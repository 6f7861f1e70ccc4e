"""Small packs for proofs: made, proved, and their counter-examples read again by the generated reader."""

from rules.conditions import Condition, Test
from rules.factor import Factor
from rules.generated import Generated
from rules.library import Library
from rules.measure_reader import Words
from rules.proofs import CounterExample, prove
from rules.proofs.order import Order
from rules.reading import Reading
from rules.vocabulary import Fact
from tests.rules.made import make_fact, make_library, make_pack, make_words

WORDS = make_words(
    make_fact("harm"),
    make_fact("helped"),
    make_fact("other"),
    make_fact("presumed", presume=False),
    make_fact("grade", "choice", ("low", "middle", "high", "unclear")),
    make_fact("loss", "number", minimum=0, integer=True),
    make_fact("day", "date"),
    make_fact("marks", "choices", ("p", "q")),
    make_fact("circumstances_grade", "choice", ("light", "serious")),
)
YES = {"fact": "harm", "is": True}
NO = {"fact": "harm", "is": False}


def factor(
    fact: Fact, graver: bool = True, condition: Condition | None = None, order: tuple = (), facts: tuple = ()
) -> Factor:
    kind = "factor" if condition is not None else "dimension"
    return Factor(
        fact.id, "因", "why", kind, graver, facts, "", (), Words("因", "why"), fact, condition, order
    )


FACTS = WORDS.facts
ORDER = Order(
    [
        factor(FACTS["harm"], condition=Test("harm", "is", True)),
        factor(FACTS["helped"], graver=False, condition=Test("helped", "is", True)),
        factor(FACTS["grade"], order=(("low",), ("middle",), ("high",))),
        factor(FACTS["loss"]),
    ]
)


def failing(library: Library, pack: str = "") -> dict[str, list[CounterExample]]:
    """What fails, by property; a property that is proved is not there."""
    verdicts = prove(library, pack, order=ORDER).verdicts
    return {verdict.property: list(verdict.failures) for verdict in verdicts if not verdict.proved}


def made(rules: list[dict], steps: list[dict] = (), **details) -> Library:
    return make_library(WORDS, make_pack(rules, steps, **details))


def read(library: Library, found: CounterExample, facts: dict | None = None) -> Reading:
    """What the second reader makes of a counter-example, as an answer is read."""
    program = library.program(found.conduct_day, found.as_of, found.region)
    words = library.vocabulary
    presumed = {fact.id: fact.presume for fact in words.facts.values() if fact.presume is not None}
    return Generated(program, words).read(
        presumed | (found.facts if facts is None else facts), provisional=True
    )
