"""A pack of a place that no shipped pack knows, as a reviewer would type it, and ways in which it goes wrong."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from casebook import events
from casebook.db import utc_now
from casebook.migrations.triggers import law_statements
from casebook.models import PackLife, PackVersion, User
from casebook.packs.current import digest_of
from rules.library import Library, read_library, task_library

NAME, PLACE = "ganzi", "513300"
_FACTS = (
    "expected_goal_unmet: true, purpose: public, decision_mode: collective_full, private_gain_self: false, "
    "private_gain_related_persons: false, gifts_or_benefits_received: false, lack_of_experience_pilot: true"
)
FIRES = {
    "expected_goal_unmet": True, "purpose": "public", "decision_mode": "collective_full", "private_gain_self": False,
    "private_gain_related_persons": False, "gifts_or_benefits_received": False, "lack_of_experience_pilot": True,
}  # fmt: skip
CONDITIONS = """\
        - {finding: local.error, is: true}
        - {fact: purpose, is: public}
        - {fact: decision_mode, is: collective_full}
        - {finding: gain.private, is: false}
"""
LOSS = "        - {fact: direct_economic_loss_cny, at_least: 1000000}\n"  # instead of at_most: what a proof finds
LOST = ", direct_economic_loss_cny: 1500000"
PILOT = "        - {fact: lack_of_experience_pilot, is: true}\n"


def county_pack(
    name: str = NAME,
    since: str = "2026-12-01",
    last: str = "null",
    *,
    more: str = PILOT,
    region: str = "5133",
    source: str = "2026-12-01",
    then: str = "clause: [exempt]",
    force: str = "as_prescribed",
    explain: str = "出于公心、集体决策、先行先试的失误，予以容错。",
    explain_en: str = "An error of a pilot made for the public and decided together is tolerated.",
    extra: str = "",
    known: str = "",
    examples: str | None = None,
    conditions: str = CONDITIONS,
    facts: str = _FACTS,
    otherwise: tuple[str, str] = ("collective_full", "individual"),
    title: tuple[str, str] = ("甘孜州容错免责办法", "Ganzi: measures of tolerance"),
) -> str:
    """The text of a pack with one clause that exempts a pilot decided together; each part can be another.

    Its examples are a case with these facts, and the same case but for one answer.
    """
    if examples is None:
        examples = f"""
examples:
  - name: "it applies"
    on: {since}
    facts: {{{facts}{known}}}
    fires: [{name}.pilot]
  - name: "one condition is not met"
    on: {since}
    facts: {{{facts.replace(*otherwise)}{known}}}
    silent: [{name}.pilot]
"""
    return f"""\
# {title[0]}
pack: {name}
title:
  zh: "{title[0]}"
  en: "{title[1]}"
governed_by: conduct
region: ["{region}"]
sources:
  GZ2026:
    title:
      zh: "{title[0]}"
      en: "{title[1]}"
    from: {source}
    to: null

rules:
  - id: {name}.pilot
    source: {{instrument: GZ2026, article: "第六条", confidence: SEEN, checked: 2026-11-22}}
    effective: {{from: {since}, to: {last}}}
    when:
      all:
{conditions}{more}    then: {{{then}}}
    side: for
    force: {force}
    explain:
      zh: "{explain}"
      en: "{explain_en}"
{extra}{examples}"""


def broken_complaints() -> Library:
    """The packs of complaints with two rules that contradict each other: what a proof of everything finds."""
    packs, file = task_library("complaint"), "complaints.yaml"
    rule = """\
  - id: complaints.{0}
    source: {{instrument: METHOD, article: "invented", confidence: DESIGN, checked: 2026-11-22}}
    effective: {{from: null, to: null}}
    when: {{all: [{{fact: complaint_named, is: real_name}}, {{fact: {1}, is: true}}]}}
    then: {{effect: {0}}}
    side: {2}
    force: must
    explain: {{zh: "甲", en: "A"}}
"""
    rules = rule.format("exempt", "fabrication_evidence", "for")
    rules += rule.format("aggravate", "intent_to_frame", "against")
    text = packs.texts[file].replace("\nrules:\n", f"\nrules:\n{rules}", 1)
    return read_library({**packs.texts, file: text}, packs.vocabulary)


def without_guards(session: Session) -> None:
    """Let the store be changed as only somebody behind the program can, or a later product in the meaning of a text."""
    dialect = session.get_bind().dialect.name
    for name in law_statements(dialect):
        on = " ON pack_versions" if dialect == "postgresql" else ""
        session.execute(text(f"DROP TRIGGER IF EXISTS {name}{on}"))


def make_law(
    session: Session,
    by: User,
    text_: str,
    from_on: date | None,
    to_on: date | None = None,
    *,
    number: int = 1,
    name: str = NAME,
    life: PackLife = PackLife.APPROVED,
) -> PackVersion:
    """A version as it stands once it was signed, with what the log then holds, without the way there."""
    row = PackVersion(
        name=name, number=number, organisation=by.organisation, life=life, text=text_, digest=digest_of(text_),
        reason="x", by=by, at=utc_now(), from_on=from_on, to_on=to_on,
    )  # fmt: skip
    session.add(row)
    if life == PackLife.APPROVED:
        sign_law(session, row)
    session.flush()
    return row


def sign_law(session: Session, row: PackVersion) -> None:
    """The events of an approval, and of an end, of the version as it is."""
    session.flush()
    events.record(
        session, "pack.approved", row.by, rows=[row], pack=row.id, name=row.name, number=row.number,
        digest=row.digest, from_on=row.from_on.isoformat(),
    )  # fmt: skip
    if row.to_on is not None:
        events.record(
            session, "pack.ended", row.by, rows=[row], pack=row.id, digest=row.digest,
            to_on=row.to_on.isoformat(),
        )  # fmt: skip
