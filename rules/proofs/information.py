"""Establishing a fact never enlarges what is possible: what is settled stays settled, whatever is learned."""

from collections.abc import Iterator

from rules.pack import DISPOSITIONS
from rules.proofs.counterexample import CounterExample, Found
from rules.proofs.law import Law
from rules.proofs.reading import Reading

INFORMATION = "information"


def information(law: Law) -> Iterator[CounterExample]:
    """Cases in which a verdict or an end that is settled comes undone when one fact more is established.

    Read strictly, on established facts alone. The exact set of reachable ends is read off completions of the case, so
    it can only shrink; this says that the readings of record never promise what a completion takes back.
    """
    yield from unsettled(law, -law.provisional)


def unsettled(law: Law, reading: int) -> Iterator[CounterExample]:
    """The same in either reading: read provisionally, an answer is meant to move as facts come in."""
    less, more = law.case, law.another()
    for key, cells in less.cells.at.items():
        for cell, same in zip(cells, more.cells.at[key], strict=True):
            law.clauses.add(-cell, same)
    pairs = _settled(law, less, more)
    undone = {name: law.clauses.all([before, -after]) for name, before, after in pairs}
    model = law.clauses.find(reading, law.clauses.any(undone.values()))
    if model is None:
        return
    name = next(name for name, literal in undone.items() if literal in model)
    called = law.called(name)
    facts = less.cells.facts(model)
    learned = {fact: value for fact, value in more.cells.facts(model).items() if fact not in facts}
    yield Found(model, facts, learned, law.when(model)).told(
        INFORMATION,
        law.makers.get(name, []),
        f"{called['zh']}已经确定，补充查明其他事实之后却又不确定了；请报告产品维护人员。",
        f"{called['en']} was settled, and is not any more once further facts are established. Report this to the "
        "maintainers of the product.",
    )


def _settled(law: Law, less: Reading, more: Reading) -> list[tuple[str, int, int]]:
    """What may be settled of both cases: name, and the literal of each. What is given from outside only grows too."""
    names = [name for name in law.findings if name in law.makers]
    given = [name for name in law.findings if name not in law.makers]
    rails = [(name, less.finding(name), more.finding(name)) for name in names]
    for name in given:
        law.clauses.add(-less.finding(name).true, more.finding(name).true)
        law.clauses.add(-less.finding(name).false, more.finding(name).false)
    ends = [(one, less.ends(one), more.ends(one)) for one in DISPOSITIONS]
    if law.steps:
        found = ends
    else:
        found = []
        for _, before, after in ends:
            law.clauses.add(-before, after)
    for name, before, after in rails:
        found += [(name, before.true, after.true), (name, before.false, after.false)]
    return found
