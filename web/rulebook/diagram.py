"""The decision structure of a pack: what its rules find, which steps of the chain that leads to, and how each ends."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from rules.pack import DISPOSITIONS, Pack
from web.i18n import both
from web.labels import DISPOSITIONS as WORDS
from web.labels import REGIMES
from web.rulebook.layers import Drawn, columns_of, drawn
from web.rulebook.shelf import Shelf
from web.rulebook.words import finding_title

OWN, THROUGH = "own", "through"  # read by a rule of this pack; or only by way of rules of other packs


@dataclass(frozen=True)
class Diagram:
    """A pack as boxes and lines, and the same in words: each box with those that it leads to."""

    drawn: Drawn
    listed: tuple[tuple[str, str, str, tuple[str, ...]], ...]  # key, kind, text, texts of what it leads to

    @property
    def through(self) -> bool:
        """Whether some line runs by way of other packs."""
        return any(kind == THROUGH for _path, kind in self.drawn.paths)


def diagram(pack: Pack, books: Shelf) -> Diagram:
    """Findings of the pack from left to right, then steps in the order of the chain, then dispositions."""
    rules = [rule for rule in pack.rules if rule.enabled]
    made = dict.fromkeys(name for rule in rules for name in rule.establishes)
    findings = [name for name in made if not name.startswith("step.")]
    edges = {
        (read, name): OWN
        for rule in rules
        for read in sorted(rule.reads_findings)
        for name in rule.establishes
        if read in made or read.startswith("disposition.")
    }
    before = sorted({start for start, _end in edges if start.startswith("disposition.")})
    edges |= _to_steps(made, edges, books)
    steps = [
        f"step.{step.id}"
        for gate in books.gates.values()
        for step in gate.steps
        if f"step.{step.id}" in made or any(end == f"step.{step.id}" for _start, end in edges)
    ]
    by_step = {f"step.{step.id}": step for gate in books.gates.values() for step in gate.steps}
    steps.sort(key=lambda name: by_step[name].order)
    ends = [one for one in DISPOSITIONS if any(by_step[name].disposition == one for name in steps)]
    outcomes = {}
    for rule in rules:
        for one in rule.outcomes:
            outcomes.setdefault(f"outcome {one.regime}", {})[one.measure] = None
            for read in sorted(rule.reads_findings):
                if read in made or read.startswith("disposition."):
                    edges[read, f"outcome {one.regime}"] = OWN
                    before += [read] if read.startswith("disposition.") and read not in before else []
    column = columns_of([*before, *findings, *outcomes], _among(edges, {*before, *findings, *outcomes}))
    last = max(column.values(), default=-1)
    column |= dict.fromkeys(steps, last + 1) | {f"end.{one}": last + 2 for one in ends}
    edges |= {(name, f"end.{by_step[name].disposition}"): OWN for name in steps}
    labels = {name: ("end", finding_title(name, books)) for name in before}
    labels |= {name: ("finding", _finding(name, pack, books)) for name in findings}
    labels |= {name: ("outcome", _outcomes(name, measures)) for name, measures in outcomes.items()}
    labels |= {name: ("step", _step(by_step[name])) for name in steps}
    labels |= {f"end.{one}": ("end", str(WORDS[one][0])) for one in ends}
    edges = {edge: kind for edge, kind in edges.items() if edge[0] in labels and edge[1] in labels}
    listed = tuple(
        (name, kind, _said(text), tuple(_said(labels[end][1]) for start, end in edges if start == name))
        for name, (kind, text) in labels.items()
        if not name.startswith("end.")
    )
    return Diagram(drawn(labels, edges, column, (last + 1, last + 2)), listed)


def _among(edges: dict, keys: set[str]) -> list[tuple[str, str]]:
    return [edge for edge in edges if edge[0] in keys and edge[1] in keys]


def _to_steps(made: dict[str, None], edges: dict, books: Shelf) -> dict[tuple[str, str], str]:
    """From each finding to the steps that it reaches through other packs, unless one that it leads to reaches them."""
    after: dict[str, list[str]] = {}
    for start, end in edges:
        after.setdefault(start, []).append(end)
    reached = {name: _steps_reached(name, made, books) for name in made}
    found = {}
    for name, steps in reached.items():
        seen, waiting = set(), list(after.get(name, ()))
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += after.get(one, ())
        later = {step for one in seen for step in reached.get(one, ())} | seen
        found |= {(name, step): THROUGH for step in sorted(steps - later) if (name, step) not in edges}
    return found


def _steps_reached(name: str, made: dict[str, None], books: Shelf) -> set[str]:
    """The steps that a finding can come to establish by way of findings that the pack does not make."""
    seen, waiting, steps = set(), [name], set()
    while waiting:
        for rule in books.readers.get(waiting.pop(), ()):
            for end in rule.establishes:
                if end.startswith("step."):
                    steps.add(end)
                elif end not in seen and end not in made:
                    seen.add(end)
                    waiting.append(end)
    return steps


def _finding(name: str, pack: Pack, books: Shelf) -> str:
    count = sum(rule.pack == pack.name and rule.enabled for rule in books.makers[name])
    rules = ngettext("%(num)d rule", "%(num)d rules", count)
    return f"{finding_title(name, books)}\n{rules}"


def _outcomes(name: str, measures: dict[str, None]) -> str:
    regime = REGIMES.get(name.removeprefix("outcome "), name)
    count = ngettext("%(num)d measure", "%(num)d measures", len(measures))
    return f"{regime}\n{count}"


def _said(text: str) -> str:
    """The text of a box in a list: its number in brackets."""
    title, _line, count = text.partition("\n")
    return _("%(title)s (%(count)s)", title=title, count=count) if count else title


def _step(step) -> str:
    return f"{step.gate} · {step.order} {both(step.title)}"
