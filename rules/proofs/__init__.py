"""What is proved of packs before anyone relies on them, and the concrete case where a proof fails."""

from rules.proofs.counterexample import CounterExample, Involved
from rules.proofs.prove import PROPERTIES, Proof, Verdict, prove

__all__ = ["PROPERTIES", "CounterExample", "Involved", "Proof", "Verdict", "prove"]
