"""What a consultation says, as its page reads it: from the stored content alone, nothing is worked out anew."""

from collections.abc import Mapping
from datetime import date

from casebook.precedents import sentences
from web.i18n import both

COLOURS = {"bound": "green", "narrowed": "amber", "conflict": "red", "open": "violet", "none": ""}
FRAMES = {
    "bound": "tolerate", "narrowed": "correct", "conflict": "hold_accountable", "open": "refer",
    "none": "not_established",
}  # fmt: skip
RELATION_COLOURS = {"agree": "green", "disagree": "red", "silent": "", "": ""}
FIRST_QUESTIONS, FIRST_BINDING = 5, 5


class Told:
    """One consultation. The first issue is the disposition: what is said of it is said of the case."""

    def __init__(self, content: Mapping):
        self.content = content
        self.as_of = date.fromisoformat(content["as_of"])
        self.whole, *self.others = content["issues"]
        self.cited = content["cited"]
        self.recommendation = content["recommendation"]

    @staticmethod
    def requires(issue: Mapping) -> bool:
        return sentences.requires(issue["strict"])

    def provisional(self, issue: Mapping) -> bool:
        """Whether precedents require something only as the case would be decided now."""
        return sentences.if_decided(issue) is not None

    def state(self, issue: Mapping) -> tuple[str, str]:
        """The word of the closed list, and its colour."""
        status = issue["strict"]["status"]
        return both(sentences.STATUSES[status]), COLOURS[status]

    def frame(self, issue: Mapping) -> str:
        return FRAMES[(issue["decided"] if self.provisional(issue) else issue["strict"])["status"]]

    def relation(self, issue: Mapping) -> tuple[str, str]:
        relation = issue["rules"]["relation"]
        return both(sentences.RELATIONS[relation]), RELATION_COLOURS[relation]

    def binding(self, issue: Mapping) -> tuple[list, list, list]:
        """What binds (read as the status line is), those older than three years, and those a higher tier overrules."""
        listed = issue["binding_if_decided"] if self.provisional(issue) else issue["binding"]
        overruled = [one for one in listed if one["overruled"]]
        old = [one for one in listed if not one["overruled"] and self.cited[one["code"]]["old"]]
        return [one for one in listed if one not in overruled and one not in old], old, overruled

    def count(self, issue: Mapping) -> int:
        return issue["only_decided"] if self.provisional(issue) else issue["strict"]["count"]

    def label(self, name: str) -> str:
        return both(self.content["factors"].get(name)) or name

    def labels(self, names) -> list[str]:
        return [self.label(name) for name in names]

    def rows(self, one: Mapping) -> tuple[list, list]:
        """The rows of a proof that ask something of the case, and those that hold whatever it is."""
        free = [row for row in one["rows"] if sentences.asks_nothing(row, one["side"])]
        return [row for row in one["rows"] if row not in free], free

    def needs(self, row: Mapping, one: Mapping) -> str:
        return both(sentences.needs(row, one["side"], self.as_of))

    def value(self, name: str, value: object) -> str:
        return both(sentences.said(name, value, self.as_of))

    def issues_apart(self) -> list[tuple[dict, bool]]:
        """The other issues, each with whether precedents say something on it."""
        return [
            (issue, issue["strict"]["status"] != "none" or self.provisional(issue)) for issue in self.others
        ]
