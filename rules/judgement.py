"""One reading of a task's packs: what both readers find, whether it is settled, and which unknown facts matter.

A task that has no chain of steps draws its answers from findings, in an order of its own. An answer is certain when
the strict reading alone gives it: the strict reading is Kleene's strong logic, so that what it holds true or false of
the known facts stays so whatever the unknown ones turn out to be.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rules.assess import with_presumptions
from rules.cells import Variable
from rules.library import Library
from rules.pack import Rule
from rules.program import Program
from rules.readers import Readers, readers_of
from rules.reading import Reading, missing_facts

Findings = Mapping[str, bool | None]


@dataclass(frozen=True)
class Judgement:
    """Both readings of one case. `established` is the strict one, `provisional` the one that is acted on meanwhile."""

    library: Library
    readers: Readers
    facts: dict
    presumed: dict
    established: Reading
    provisional: Reading

    @property
    def program(self) -> Program:
        return self.readers.program

    def first(self, order: Iterable[tuple[str, str]], otherwise: str) -> str:
        """The answer of the first finding that holds provisionally; without any, `otherwise`."""
        return first(self.provisional.findings, order) or otherwise

    def settled(self, order: Iterable[tuple[str, str]]) -> bool:
        """Whether every completion of the case gives one answer, as far as the strict reading tells.

        It does when a finding is strictly true and whatever comes before it and is still open answers alike.
        """
        still_open = set()
        for finding, answer in order:
            verdict = self.established.findings.get(finding, False)
            if verdict:
                return still_open <= {answer}
            if verdict is None:
                still_open.add(answer)
        return False

    def holds(self, finding: str) -> bool:
        """Whether a finding holds provisionally."""
        return bool(self.provisional.findings.get(finding))

    def reasons(self) -> list[dict]:
        """Every rule that holds provisionally, in the order of the packs, with its sentence and its provision."""
        return [
            self._reason(node.rule) for node in self.program.nodes.values() if self.provisional.rules[node.id]
        ]

    def establishing(self, finding: str) -> list[dict]:
        """Every rule in force that establishes a finding, whether or not it holds, with its provision."""
        return [
            self._reason(self.program.nodes[rule_id].rule)
            for rule_id in self.program.established_by.get(finding, ())
        ]

    def _reason(self, rule: Rule) -> dict:
        title = self.library.packs[rule.pack].sources[rule.instrument].title
        return {
            "rule": rule.id,
            "version": rule.version,
            **rule.explain.as_json(),
            "instrument": rule.instrument,
            "title": title.as_json(),
            "article": rule.article,
            "confidence": rule.confidence,
        }

    def questions(self) -> list[dict]:
        """The points referred to people, each with its question."""
        asked = {code: text for pack in self.library.packs.values() for code, text in pack.questions.items()}
        return [
            {"code": code, "question": text.as_json()}
            for code, text in asked.items()
            if self.holds(f"refer.{code}")
        ]

    def decisive(self, answer: Callable[[Findings], object]) -> list[str]:
        """The unknown facts of which some one value would change what `answer` makes of the provisional findings."""
        today = answer(self.provisional.findings)
        generated = self.readers.generated
        found: dict[str, None] = {}
        for variable in generated.variables:
            if variable.fact in self.facts or variable.fact in found:
                continue
            for value in _values(variable):
                reading = generated.read({**self.presumed, variable.fact: value}, provisional=True)
                if answer(reading.findings) != today:
                    found[variable.fact] = None
                    break
        return list(found)

    def waiting(self, findings: Iterable[str]) -> list[str]:
        """The unknown facts on which findings that are strictly open turn."""
        found: dict[str, None] = {}
        for finding in findings:
            for rule_id in self.program.established_by.get(finding, ()):
                if self.established.rules[rule_id] is None:
                    missing = missing_facts(self.program, self.established, rule_id, self.facts)
                    found |= dict.fromkeys(missing)
        return list(found)


def first(findings: Findings, order: Iterable[tuple[str, str]]) -> str | None:
    """The answer of the first finding that holds; None without any."""
    return next((answer for finding, answer in order if findings.get(finding)), None)


def judge(library: Library, facts: dict, as_of: date, meanwhile: dict | None = None) -> Judgement:
    """Read the law of a day on established facts, strictly and provisionally; raises ReadersDiffer.

    `meanwhile` holds what the provisional reading takes for established beyond the facts and the presumptions.
    """
    readers = readers_of(library.program(as_of, as_of), library.vocabulary)
    presumed = with_presumptions(library.vocabulary, facts | (meanwhile or {}))
    established, provisional = readers.read(facts), readers.read(presumed, provisional=True)
    return Judgement(library, readers, facts, presumed, established, provisional)


def _values(variable: Variable) -> list:
    """A value of the fact in each cell that has one; of several choices the one alone."""
    if variable.member is not None:
        return [[variable.member]]
    return [label for label in variable.labels if label is not None]
