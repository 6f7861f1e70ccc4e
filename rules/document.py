"""The assessment document: everything a page, a paper or a later reader needs, as one plain structure.

Texts come in both languages. The trace keeps every rule, fired or not, with what decided it, so that the
disposition can be rebuilt from the document alone.
"""

from datetime import date

from rules import phrases
from rules.conduct import Conduct
from rules.engine import ENGINE_NAME
from rules.law import Governing, World
from rules.library import Library
from rules.local_law import with_local_law
from rules.offered import corrections, outcomes
from rules.pack import DISPOSITIONS, DISTINCTIONS, GRADES, Outcome, Rule
from rules.reading import missing_facts
from rules.trace import support, trace

FORMAT = "casebook-assessment/1"
PAIRS = (("T1", "S1"), ("T3", "S2"), ("T2", "S3"))
GATE_FINDINGS = {
    "G4": ("barred.any",),
    "G5": ("red_line.N-01", "red_line.N-02", "red_line.N-05"),
    "G6": ("red_line.N-03", "red_line.N-04"),
    "G7": ("conflict.decisive",),
    "G8": ("process.defective",),
    "G9": ("consequence.grave", "grave.any"),
    "G10": ("effect.lighten", "effect.mitigate"),
}
_FINDING_STATUS = {True: "established", False: "not_established", None: "open"}


def build_document(
    packs: Library,
    facts: dict,
    presumed: dict,
    conduct: Conduct,
    as_of: date,
    region: str | None,
    law: Governing,
    all_reachable: list[str],
    unknowns: list,
    flips: list,
    answer: str,
    place: str = "",
) -> dict:
    """Put the findings of an assessment together; adds nothing to them but their texts."""
    world = law.chosen
    document = _Document(packs, facts, presumed, law, world).whole(
        conduct, as_of, region, all_reachable, unknowns, flips, answer
    )
    return with_local_law(document, packs, place, world, conduct, as_of)


class _Document:
    """The parts of one document; holds what they share."""

    def __init__(self, packs: Library, facts: dict, presumed: dict, law: Governing, world: World):
        self.packs, self.facts, self.presumed, self.law, self.world = packs, facts, presumed, law, world
        self.program, self.reading = world.program, world.provisional
        self.rules: dict[str, Rule] = {rule_id: node.rule for rule_id, node in self.program.nodes.items()}
        self.titles = {name: text for pack in packs.packs.values() for name, text in pack.titles.items()}
        self.questions = {
            name: text for pack in packs.packs.values() for name, text in pack.questions.items()
        }
        self.gates = {name: text for pack in packs.packs.values() for name, text in pack.gates.items()}
        self.support = support(self.program, self.reading)

    def whole(self, conduct, as_of, region, all_reachable, unknowns, flips, answer) -> dict:
        certain = all_reachable == [answer]
        refer = self._refer(answer)
        return {
            "format": FORMAT,
            "disposition": answer,
            "certainty": "certain" if certain else "provisional",
            "headline": phrases.headline(answer, certain, self._ground(answer)),
            "reachable": [d for d in DISPOSITIONS if d in all_reachable],
            "as_of": as_of.isoformat(),
            "conduct": conduct.as_json(),
            "region": region,
            "facts": dict(sorted(self.facts.items())),
            "presumed": self._presumed(),
            "packs": {
                pack.name: {"title": pack.title.as_json(), "digest": pack.digest, "regime": pack.regime}
                for pack in self.packs.packs.values()
            },
            "vocabulary": {"digest": self.packs.vocabulary.digest},
            "law": [self._version(world) for world in self.law.worlds],
            "law_notes": self._law_notes(),
            "steps": [
                {
                    "id": step.id,
                    "gate": step.gate,
                    "order": step.order,
                    "disposition": step.disposition,
                    "title": step.title.as_json(),
                    "rules": list(self.program.established_by.get(f"step.{step.id}", ())),
                    "status": _FINDING_STATUS[self.reading.findings.get(f"step.{step.id}", False)],
                }
                for step in self.program.steps
            ],
            "gates": [self._gate(gate) for gate in self.gates],
            "ledger": [self._distinction(name) for name in DISTINCTIONS],
            "factors": [
                self._factor(factor) for factor in self.packs.vocabulary.factors if factor.id != "case"
            ],
            "red_lines": self._coded("red_line."),
            "tolerances": self._coded("tolerance."),
            "gravity": self._gravity(),
            "mitigating": self._fired(
                lambda rule: rule.effect.get("effect") in ("lighten", "mitigate", "exempt")
            ),
            "aggravating": self._fired(lambda rule: rule.effect.get("effect") == "aggravate"),
            "outcomes": self._outcomes(answer),
            "outcomes_open": self._outcomes_open(answer),
            "corrections": self._corrections(answer),
            "refer": refer,
            "decisive_unknowns": [
                {"fact": one.fact, "changes": one.changes, "narrows": one.narrows} for one in unknowns
            ],
            "flips": [
                {"fact": one.fact, "found": one.found, "to": one.to, "disposition": one.disposition}
                for one in flips
            ],
            "why_not": [
                self._why_not(disposition, answer) for disposition in DISPOSITIONS if disposition != answer
            ],
            "rules": {
                rule_id: trace(rule, self.packs, self.world, self.facts, self.presumed)
                for rule_id, rule in sorted(self.rules.items())
            },
            "readers": {"record": ENGINE_NAME, "check": "generated function", "agreed": True},
        }

    def _presumed(self) -> list[dict]:
        found = []
        for fact_id in sorted(self.support[1], key=list(self.packs.vocabulary.facts).index):
            fact = self.packs.vocabulary.facts[fact_id]
            if fact_id not in self.facts and fact.presume is not None:
                found.append(
                    {
                        "fact": fact_id,
                        "value": fact.presume,
                        "burden": fact.burden,
                        "reason": {"zh": fact.burden_zh, "en": fact.burden_en},
                    }
                )
        return found

    def _version(self, world: World) -> dict:
        own, chosen = set(world.program.key), set(self.program.key)
        return {
            "role": world.role,
            "date": world.day.isoformat(),
            "disposition": world.provisional.disposition,
            "governs": world is self.world,
            "differs": sorted(own ^ chosen),
        }

    def _law_notes(self) -> list[dict]:
        notes = []
        if self.law.undecided:
            notes.append({"code": "C-12", "text": phrases.VERSIONS_DISAGREE})
        elif self.world.role == "later":
            notes.append({"code": "lighter", "text": phrases.LATER_IS_LIGHTER})
        if self.law.straddles:
            notes.append({"code": "C-12", "text": phrases.STRADDLES})
        if len([world for world in self.law.worlds if world.role == "possible"]) > 1:
            notes.append({"code": "possible", "text": phrases.SEVERAL_VERSIONS})
        return notes

    def _gate(self, gate: str) -> dict:
        steps = [step for step in self.program.steps if step.gate == gate]
        names = [f"step.{step.id}" for step in steps] + list(GATE_FINDINGS.get(gate, ()))
        stops = self.reading.step is not None and self.reading.step.gate == gate
        strict = self.world.established
        status = (
            "stops"
            if stops
            else "open"
            if any(strict.findings.get(n, False) is None for n in names)
            else "passed"
        )
        rules = [
            rule_id
            for name in names
            for rule_id in self.program.established_by.get(name, ())
            if self.reading.rules[rule_id] is True
        ]
        found = {
            "id": gate,
            "title": self.gates[gate].as_json(),
            "status": status,
            "rules": sorted(set(rules)),
            "text": phrases.GATE[status] if not stops else self.reading.step.title.as_json(),
        }
        if stops:
            found["disposition"] = self.reading.step.disposition
        return found

    def _distinction(self, name: str) -> dict:
        sides = {}
        for side in ("tolerable", "intolerable"):
            behind = self.program.established_by.get(f"{name}.{side}", ())
            sides[side] = [rule_id for rule_id in behind if self.reading.rules[rule_id] is True]
        every = [
            rule_id
            for side in ("tolerable", "intolerable")
            for rule_id in self.program.established_by.get(f"{name}.{side}", ())
        ]
        pulls = bool(sides["tolerable"]), bool(sides["intolerable"])
        verdict = {(True, False): "tolerable", (False, True): "intolerable", (True, True): "mixed"}.get(
            pulls, "open"
        )
        return {
            "id": name,
            "formulation": "central" if name[0] == "T" else "plain",
            "tolerable": self.titles[f"{name}.tolerable"].as_json(),
            "intolerable": self.titles[f"{name}.intolerable"].as_json(),
            "verdict": verdict,
            "for": sides["tolerable"],
            "against": sides["intolerable"],
            "open": [rule_id for rule_id in every if self.world.established.rules[rule_id] is None],
        }

    def _factor(self, factor) -> dict:
        own = [fact for fact in self.packs.vocabulary.facts.values() if fact.factor == factor.id]
        ids = {fact.id for fact in own}
        read = self.program.facts

        def fired(side: str) -> list[str]:
            return [
                rule_id
                for rule_id, rule in self.rules.items()
                if rule.side == side and rule.reads & ids and self.world.established.rules[rule_id] is True
            ]

        return {
            "id": factor.id,
            "title": {"zh": factor.zh, "en": factor.en},
            "facts": [
                {"fact": fact.id, "value": self.facts[fact.id]} for fact in own if fact.id in self.facts
            ],
            "for": fired("for"),
            "against": fired("against"),
            "unknown": [fact.id for fact in own if fact.id in read and fact.id not in self.facts],
        }

    def _coded(self, prefix: str) -> list[dict]:
        found = []
        for name in sorted(name for name in self.titles if name.startswith(prefix)):
            behind = self.program.established_by.get(name)
            if behind is None:
                continue
            found.append(
                {
                    "code": name.removeprefix(prefix),
                    "title": self.titles[name].as_json(),
                    "status": _FINDING_STATUS[self.world.established.findings.get(name, False)],
                    "rules": list(behind),
                }
            )
        return found

    def _gravity(self) -> dict:
        grounds = self._fired(
            lambda rule: "gravity" in rule.effect and not rule.id.startswith("method.stated")
        )
        derived = max(
            (self.rules[rule_id].effect["gravity"] for rule_id in grounds), key=GRADES.index, default=None
        )
        stated = self.facts.get("circumstances_grade")
        return {
            "derived": derived,
            "stated": stated,
            "differs": bool(stated and derived and stated != derived),
            "grounds": [rule_id for rule_id in grounds if self.rules[rule_id].effect["gravity"] == derived],
        }

    def _fired(self, wanted) -> list[str]:
        return [
            rule_id
            for rule_id, rule in sorted(self.rules.items())
            if wanted(rule) and self.reading.rules[rule_id] is True
        ]

    def _outcomes(self, answer: str) -> list[dict]:
        if answer != self.reading.disposition:
            return []
        fired = self._fired(lambda rule: bool(rule.outcomes))
        return outcomes((self.rules[rule_id] for rule_id in fired), self.titles)

    def _outcomes_open(self, answer: str) -> list[dict]:
        """The regimes whose outcome is open because facts (who the person is, mostly) are not established.

        A rule that could only name again what is offered already leaves nothing open but a citation, unless it obliges.
        """
        missing: dict[str, dict[str, None]] = {}
        offered = self._offered(lambda _: True)
        obliging = self._offered(lambda rule: rule.force == "must")
        for rule_id, rule in sorted(self.rules.items()):
            said = obliging if rule.force == "must" else offered
            more = not said.issuperset(rule.outcomes)
            if more and self.reading.rules[rule_id] is None and answer == self.reading.disposition:
                facts = missing_facts(self.program, self.reading, rule_id, self.presumed)
                missing.setdefault(rule.outcomes[0].regime, {}).update(dict.fromkeys(facts))
        return [{"regime": regime, "missing": list(facts)} for regime, facts in missing.items()]

    def _offered(self, wanted) -> set[Outcome]:
        return {one for rule_id in self._fired(wanted) for one in self.rules[rule_id].outcomes}

    def _corrections(self, answer: str) -> list[dict]:
        if answer != self.reading.disposition:
            return []
        fired = self._fired(lambda rule: "correction" in rule.effect)
        return corrections((self.rules[rule_id] for rule_id in fired), self.titles)

    def _refer(self, answer: str) -> list[dict]:
        found: dict[str, dict] = {}

        def add(code: str, rules: list[str], decisive: bool) -> None:
            entry = found.setdefault(
                code,
                {
                    "code": code,
                    "title": self.titles.get(f"refer.{code}", self.questions[code]).as_json(),
                    "question": self.questions[code].as_json(),
                    "rules": [],
                    "decisive": False,
                },
            )
            entry["rules"] += rules
            entry["decisive"] = entry["decisive"] or decisive

        referred = answer == "refer"
        for rule_id in self._fired(lambda rule: "refer" in rule.effect):
            add(self.rules[rule_id].effect["refer"], [rule_id], referred and rule_id in self.support[0])
        if self.law.undecided or self.law.straddles:
            add("C-12", [], self.law.undecided)
        for central, plain in PAIRS:
            verdicts = {self._distinction(central)["verdict"], self._distinction(plain)["verdict"]}
            if verdicts == {"tolerable", "intolerable"} and "C-01" not in found:
                add(
                    "C-01", self._distinction(plain)["against"] + self._distinction(central)["against"], False
                )
        if referred and not any(entry["decisive"] for entry in found.values()):
            step = self.reading.step
            if step is None or step.id != "routed_out":
                add("FACTS", [], True)
            else:
                rules = [
                    r for r in self.program.established_by["step.routed_out"] if self.reading.rules[r] is True
                ]
                add("G0", rules, True)
        return [found[code] for code in sorted(found)]

    def _ground(self, answer: str) -> dict[str, str] | None:
        """Why the chain stops where it does, in a line."""
        if self.law.undecided:
            return phrases.VERSIONS_DIFFER
        step = self.reading.step
        return step.title.as_json() if step is not None and step.disposition == answer else None

    def _why_not(self, disposition: str, answer: str) -> dict:
        steps = [step for step in self.program.steps if step.disposition == disposition]
        stopped = self.reading.step
        earlier = [step for step in steps if stopped is None or step.order < stopped.order]
        if disposition == "tolerate":
            fired = self._fired(lambda rule: "red_line" in rule.effect)
            if fired:
                return self._reason(disposition, "G4", phrases.WHY_BARRED, fired)
            if self.reading.findings.get("tolerable.any") is not True:
                return self._reason(disposition, "G11", phrases.WHY_NO_GROUND, [])
        if earlier and stopped is not None:
            rules = [r for step in earlier for r in self.program.established_by.get(f"step.{step.id}", ())]
            later = len(earlier) < len(steps)
            return self._reason(
                disposition,
                earlier[-1].gate,
                phrases.WHY_NOT_MET if not later else phrases.WHY_STOPPED,
                rules,
            )
        gate = stopped.gate if stopped else "G1"
        rules = list(self.program.established_by.get(f"step.{stopped.id}", ())) if stopped else []
        return self._reason(
            disposition, gate, phrases.WHY_EARLIER, [r for r in rules if self.reading.rules[r] is True]
        )

    @staticmethod
    def _reason(disposition: str, gate: str, text: dict, rules: list[str]) -> dict:
        return {"disposition": disposition, "gate": gate, "text": text, "rules": rules}
