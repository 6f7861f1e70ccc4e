"""What the rules themselves say beside the precedents: the latest recommendation of a case, issue by issue."""

from collections.abc import Mapping

from casebook.models import Case, Recommendation, Status
from rules.carrying import carrying
from rules.factor import OUTCOMES, WHOLE
from rules.library import library
from rules.precedents.base import Bounds

AGREE, DISAGREE, SILENT = "agree", "disagree", "silent"
_VERDICTS = {"tolerable": (0,), "intolerable": (1, 2)}
MOST_RULES = 3


class OwnRules:
    """The latest recommendation of a case as it bears on each issue. Withheld, or none at all: silent on everything."""

    def __init__(self, recommendation: Recommendation | None, case: Case):
        self.recommendation = recommendation
        self.withheld = case.status == Status.WITHHELD
        self.fresh = recommendation is not None and recommendation.case_version == case.version
        self.document: Mapping = recommendation.content if recommendation is not None else {}
        self.red_lines = {one["code"]: one for one in self.document.get("red_lines", ())}

    def content(self) -> dict | None:
        """What is kept of it: which one, what it says, and the provisions it rests on."""
        if self.recommendation is None:
            return None
        rules = self.document.get("rules", {})
        cited = [{"id": rule_id, **{key: rules[rule_id][key] for key in ("source", "article", "explain")}}
                 for rule_id in carrying(self.document) if rules[rule_id].get("confidence") != "DESIGN"]  # fmt: skip
        return {
            "seq": self.recommendation.seq,
            "sha256": self.recommendation.sha256,
            "disposition": self.recommendation.disposition,
            "certainty": self.recommendation.certainty,
            "fresh": self.fresh,
            "withheld": self.withheld,
            "rests_on": cited[:MOST_RULES],
        }

    def red_line(self, code: str) -> str:
        """Whether a red line is established, open, or not made out; "" where the rules were not asked."""
        return self.red_lines.get(code, {}).get("status", "")

    def titled(self, code: str) -> dict | None:
        """A red line in words."""
        name = f"red_line.{code}"
        return next(
            (pack.titles[name].as_json() for pack in library().packs.values() if name in pack.titles), None
        )

    def beside(self, issue: str, provision: str, bounds: Bounds | None) -> dict:
        """What the rules say on this issue, and how it stands to what precedents require: agree, disagree or silent.

        `relation` is "" where precedents require nothing. Where they contradict one another whatever the rules say
        goes against one of them.
        """
        ranks = () if self.withheld else self._ranks(issue, provision)
        if not ranks:
            relation = SILENT
        elif bounds is None:
            relation = ""
        else:
            relation = AGREE if any(bounds.low <= rank <= bounds.high for rank in ranks) else DISAGREE
        return {"says": [OUTCOMES[rank] for rank in ranks], "relation": relation}

    def _ranks(self, issue: str, provision: str) -> tuple[int, ...]:
        """The outcomes that the rules leave on an issue; none where they are silent on it."""
        if issue == WHOLE:
            said = self.document.get("disposition")
            return (OUTCOMES.index(said),) if said in OUTCOMES else ()
        if provision:
            return (1, 2) if self.red_line(provision) == "established" else ()
        entry = next((one for one in self.document.get("ledger", ()) if one["id"] == issue), {})
        return _VERDICTS.get(entry.get("verdict"), ())
