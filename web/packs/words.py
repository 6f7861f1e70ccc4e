"""Words of the pages of rule packs: how far a version is, faults with the line they are about, failures of a proof."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy.orm import Session

from casebook.models import PackCheck, PackLife, PackVersion
from casebook.packs.current import approved, file_of, library_with, own_on
from casebook.packs.looking import fault_as_json
from rules.pack import PackError
from rules.yaml_source import SourceError, parse_yaml
from web.i18n import both, lang
from web.in_force import packs_with_tasks
from web.rulebook.shelf import Shelf, shelf

METHOD = "method"  # the day that a version without a first day names
LIVES = {
    PackLife.DRAFT: (lazy("Draft"), ""),
    PackLife.CHECKED: (lazy("Checked"), "blue"),
    PackLife.PROVED: (lazy("Proved"), "blue"),
    PackLife.PROPOSED: (lazy("Waits for approval"), "amber"),
    PackLife.APPROVED: (lazy("Approved"), "green"),
    PackLife.REFUSED: (lazy("Refused"), "red"),
    PackLife.WITHDRAWN: (lazy("Withdrawn"), ""),
}
STAGES = {
    "waits": lazy("Waits for its turn"),
    "check": lazy("The text is being checked"),
    "proof": lazy("Its properties are being proved"),
    "rehearsal": lazy("The cases of the organ are being assessed with and without it"),
}


@dataclass(frozen=True)
class Quoted:
    """One fault as a page shows it, with the lines around it; `lines` is empty where it is about another file."""

    line: int
    column: int
    message: str
    file: str
    lines: tuple[tuple[int, str], ...]

    @property
    def href(self) -> str:
        return f"#line-{self.line}" if self.lines else "#text"


def life(pack: PackVersion, today: date) -> tuple[str, str]:
    """How far a version is, in words, and the colour of its tag; of an approved one, whether it is in force."""
    text, colour = LIVES[pack.life]
    if pack.life != PackLife.APPROVED:
        return str(text), colour
    if pack.to_on is not None and (pack.to_on < pack.from_on or pack.to_on < today):
        return _("No longer in force"), ""
    return (_("Approved, not yet in force"), "blue") if pack.from_on > today else (_("Now in force"), "green")


def title(pack: PackVersion) -> str:
    """What the text calls itself, in the language of the page; nothing where it does not say so."""
    said = _read(pack.text).get("title")
    found = said.get(lang()) if isinstance(said, dict) else None
    return found if isinstance(found, str) else ""


def shelf_with(session: Session, pack: PackVersion) -> Shelf | None:
    """The rules as they would stand with this version, to be told in words; none where its text cannot be loaded."""
    own = own_on(approved(session), pack.from_on or pack.proposed_from)
    try:
        return Shelf(packs_with_tasks(library_with(session, own, pack.name, pack.text)))
    except PackError:
        return None


def sayings(pack: PackVersion | None = None) -> dict[str, str]:
    """What each rule in force here says, and each of a version of a pack: a code alone tells nobody anything.

    By the version of the rule (its id and first day), and by its id what the latest version says.
    """
    said: dict[str, str] = {}
    for rule_id, rules in shelf().versions.items():
        said |= {rule.version: both(rule.explain) for rule in rules} | {rule_id: both(rules[-1].explain)}
    return said | (sentences(pack) if pack is not None else {})


def sentences(pack: PackVersion) -> dict[str, str]:
    """What each rule of the text says, by version and by id as in `sayings`, as far as it can be read."""
    rules = _read(pack.text).get("rules")
    read = [
        (one["id"], _begins(one), text)
        for one in (rules if isinstance(rules, list) else ())
        if isinstance(one, dict) and isinstance(one.get("explain"), dict) and isinstance(one.get("id"), str)
        if isinstance(text := one["explain"].get(lang()), str)
    ]
    read.sort(key=lambda one: "" if one[1] == METHOD else one[1])
    return {rule_id: text for rule_id, _from, text in read} | {
        f"{rule_id}@{begins}": text for rule_id, begins, text in read if begins
    }


def _begins(rule: dict) -> str:
    """The first day of a rule as its version names it; nothing where a half-written text does not say it."""
    effective = rule.get("effective")
    return str(effective.get("from") or METHOD) if isinstance(effective, dict) else ""


@lru_cache(maxsize=32)  # a register shows many, and a long text takes a while to read
def _read(text: str) -> dict:
    try:
        return parse_yaml(text, "")
    except SourceError:
        return {}


def quoted(found: dict, text: str, own: str) -> Quoted:
    """A fault as it was kept, in the language of the page, with the lines of the text around it."""
    said = (
        found["zh"]
        if lang() == "zh"
        else _("Found %(found)s; expected %(expected)s", found=found["found"], expected=found["expected"])
    )
    lines: tuple[tuple[int, str], ...] = ()
    if found["file"] in (own, file_of("new")):
        every = text.split("\n")
        first = max(found["line"] - 2, 1)
        lines = tuple(
            (number, every[number - 1]) for number in range(first, found["line"] + 2) if number <= len(every)
        )
    return Quoted(found["line"], found["column"], said, found["file"], lines)


def quoted_error(error: PackError, text: str) -> Quoted:
    """The same of a fault that was just found."""
    return quoted(fault_as_json(error), text, error.place.file)


def accepted(rows: list[PackCheck]) -> list[tuple[str, str, str]]:
    """What the pack itself excuses from a property: the property, for which rules, and the reason it gives."""
    found = {}
    for row in rows:
        for one in row.report["properties"]:
            for excuse in one["accepted"]:
                key = one["zh"], tuple(excuse["rules"]), excuse["zh"]
                said = (one["zh"], excuse["zh"]) if lang() == "zh" else (one["en"], excuse["en"])
                found[key] = said[0], _(", ").join(excuse["rules"]), said[1]
    return list(found.values())


def failures(row: PackCheck) -> list[tuple[int, dict, str]]:
    """The failures of a proof with their number in it and the property that fails, in words."""
    reports = row.report if row.pack_id is None else [row.report]
    every = [
        (failure, one["zh"] if lang() == "zh" else one["en"])
        for report in reports
        for one in report["properties"]
        for failure in one["failures"]
    ]
    return [(number, failure, said) for number, (failure, said) in enumerate(every)]
