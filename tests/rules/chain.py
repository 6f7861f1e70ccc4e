"""A small chain of steps, whose documents are looked at."""

from rules.assess import assess
from rules.conduct import Conduct

from .made import TODAY, both, make_fact, make_library, make_pack, make_rule, make_step, make_words

WORDS = make_words(
    *(
        make_fact(fact_id)
        for fact_id in ("out", "gain", "pilot", "fault", "noise", "calm", "asked", "light", "heavy")
    ),
    make_fact("harm", presume=False),
    make_fact("circumstances_grade", "choice", ("light", "serious")),
    make_fact("identity", factor="case"),
)
STEPS = [
    make_step("routed_out", "refer", 10, gate="G0"),
    make_step("asked", "refer", 20, gate="G7"),
    make_step("tolerated", "tolerate", 30),
    make_step("graded", "hold_accountable", 40, gate="G9"),
    make_step("barred_too", "tolerate", 50),
    make_step("corrected", "correct", 60),
]


def known(fact_id, value=True):
    return {"fact": fact_id, "is": value}


def made(name):
    return {"finding": name, "is": True}


def measure(code, months):
    return {"measure": code, "months": months}


def outcome(*measures):
    return {"outcome": {"regime": "party_discipline", "band": "light", "measures": list(measures)}}


RULES = [
    make_rule("x.out", known("out"), {"step": "routed_out"}),
    make_rule("x.gain", known("gain"), {"red_line": "N-01", "finding": "barred.any"}, side="against"),
    make_rule("x.pilot", known("pilot"), {"tolerance": "T-01", "finding": "tolerable.any"}, side="for"),
    make_rule("x.calm", known("calm"), {"ledger": {"distinction": "T1", "side": "tolerable"}}),
    make_rule("x.selfish", known("gain"), {"ledger": {"distinction": "S1", "side": "intolerable"}}),
    make_rule("x.mixed", known("calm"), {"ledger": {"distinction": "T2", "side": "tolerable"}}),
    make_rule("x.mixed_too", known("gain"), {"ledger": {"distinction": "T2", "side": "intolerable"}}),
    make_rule("x.asked", known("asked"), {"refer": "C-02", "finding": "panel"}),
    make_rule("x.asks", made("panel"), {"step": "asked"}),
    make_rule("x.tolerated", made("tolerable.any"), {"step": "tolerated"}, unless=["barred.any"]),
    make_rule("x.fault", known("fault"), {"gravity": "light", "finding": "grave"}),
    make_rule("x.harm", {"all": [known("fault"), known("harm")]}, {"gravity": "serious"}),
    make_rule("x.graded", made("grave"), {"step": "graded"}),
    make_rule("x.corrected", known("fault", False), {"step": "corrected"}),
    make_rule("x.light", known("light"), {"effect": "mitigate"}),
    make_rule("x.heavy", known("heavy"), {"effect": "aggravate"}),
    make_rule(
        "x.measure", made("disposition.hold_accountable"), outcome(measure("P1", 12), measure("P2", None))
    ),
    make_rule(
        "x.same", {"all": [made("disposition.hold_accountable"), known("fault")]}, outcome(measure("P1", 12))
    ),
    make_rule(
        "x.who",
        {"all": [made("disposition.hold_accountable"), known("identity")]},
        outcome(measure("P3", 24)),
    ),
    make_rule("x.mend", made("disposition.correct"), {"correction": "mend"}),
    make_rule("x.noise", known("noise"), {"finding": "noise"}),
]
TITLES = {
    name: both(name)
    for name in (
        "measure.P1",
        "measure.P2",
        "measure.P3",
        "red_line.N-01",
        "red_line.N-09",
        "tolerance.T-01",
        "correction.mend",
    )
}
PACK = make_pack(RULES, STEPS, titles=TITLES, questions={"C-02": both("C-02")}, regime="party_discipline")
LIBRARY = make_library(WORDS, PACK)


def document(library=LIBRARY, conduct="2020", **facts):
    return assess(facts, Conduct.parse(conduct), TODAY, "gx", library)


def gate(found, name):
    return next(one for one in found["gates"] if one["id"] == name)


def why_not(found, disposition):
    return next(one for one in found["why_not"] if one["disposition"] == disposition)
