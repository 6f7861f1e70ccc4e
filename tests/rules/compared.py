"""Readers held against the oracle, rule by rule, finding by finding."""

from rules.columns import Columns
from rules.columns_net import Net, Planes
from rules.columns_rows import Marks, Rows
from rules.pack import DISPOSITIONS
from rules.reading import Reading

from .oracle import Oracle


def differences(rules, steps, case, provisional, *readers):
    """Where a reader does not say of a rule, a finding or the disposition what the oracle says."""
    oracle = Oracle(rules, steps, case, provisional)
    verdicts = {rule_id: oracle.rule(rule_id) for rule_id in oracle.rules}
    findings = {name: oracle.finding(name) for name in oracle.makers}
    findings |= {f"disposition.{one}": oracle.finding(f"disposition.{one}") for one in DISPOSITIONS}
    found = []
    for reader in readers:
        reading = reader.read(case, provisional)
        if (
            reading.rules != verdicts
            or reading.disposition != oracle.disposition
            or any(reading.findings.get(name, verdict) is not verdict for name, verdict in findings.items())
        ):
            found.append((type(reader).__name__, case, provisional))
    return found


class InColumns:
    """Some cases read all at once in columns, as a reader of each of them."""

    def __init__(self, program, words, cases):
        self.columns, self.cases = Columns(program), cases
        self.net = Net(program.tests)
        marks = Marks(program.tests, words)
        rows = Rows(marks)
        for case in cases:
            rows.add(marks.marks(case))
        self.planes, self.rows = rows.planes(), rows
        self.answers = {}

    def read(self, case, provisional):
        if provisional not in self.answers:
            whole = self.columns.verdicts(*self.planes, provisional)
            assert self.columns.dispositions(*self.planes, provisional) == whole[0]
            if provisional:
                self.as_in_a_net(*whole)
            self.answers[provisional] = whole
        dispositions, rules = self.answers[provisional]
        row = self.cases.index(case)
        verdicts = {
            rule: True if true >> row & 1 else False if false >> row & 1 else None
            for rule, (true, false) in rules.items()
        }
        reached = [one for one, here in zip(DISPOSITIONS, dispositions, strict=True) if here >> row & 1]
        assert len(reached) < 2
        return Reading(verdicts, disposition=reached[0] if reached else None)

    def as_in_a_net(self, dispositions, rules):
        """The same program as nodes of a net says the same of what its disposition depends on."""
        planes = Planes(self.net, self.rows, [None] * len(self.rows.of.variables))
        assert tuple(map(planes.of, self.net.dispositions(self.columns.program))) == dispositions
        fired = self.net.rules(self.columns.program)
        assert {rule: planes.of(node) for rule, node in fired.items()} == {
            rule: rules[rule][0] for rule in fired
        }
