"""How the vocabulary is laid out over pages: first the facts that decide, then the sections with the rest.

A core fact is asked on the first page only; its own section shows its answer and links there.
"""

from dataclasses import dataclass

from flask import g, has_app_context, url_for
from flask_babel import gettext as _

from rules.pack import Pack
from rules.vocabulary import Fact, vocabulary
from web.i18n import lang
from web.in_force import packs_with_tasks, rules_today

KEY = "key"


@dataclass(frozen=True)
class Page:
    """One page of the intake: the facts it asks, and the core facts of the section that are asked on the first page."""

    id: str
    title: str
    asked: tuple[Fact, ...]
    elsewhere: tuple[Fact, ...] = ()


def pages(task: str = "disposition") -> list[Page]:
    """All pages in order, without the sections that have nothing for this task."""
    words = vocabulary()
    by_section = {
        section.id: [
            fact for fact in words.facts.values() if fact.section == section.id and is_asked(fact, task)
        ]
        for section in words.sections
    }
    core = tuple(fact for facts in by_section.values() for fact in facts if fact.core)
    found = [Page(KEY, _("What decides first"), core)]
    for section in words.sections:
        facts = by_section[section.id]
        asked = tuple(fact for fact in facts if not fact.core)
        if facts:
            found.append(
                Page(section.id, section.label(lang()), asked, tuple(fact for fact in facts if fact.core))
            )
    return found


def is_asked(fact: Fact, task: str = "disposition") -> bool:
    """Whether the intake asks a fact: it belongs to the task, or a rule reads it all the same."""
    return task in fact.tasks or bool(packs_that_read()[fact.id])


def packs_that_read(every_task: bool = False) -> dict[str, list[Pack]]:
    """For every fact the packs that have an enabled rule which reads it: those of the disposition, or of every task.

    Looked up once for a request.
    """
    kept = g.setdefault("packs_that_read", {}) if has_app_context() else {}
    if every_task not in kept:
        packs = packs_with_tasks(rules_today()) if every_task else rules_today().packs
        kept[every_task] = found = {fact_id: [] for fact_id in vocabulary().facts}
        for pack in packs.values():
            for fact_id in {fact_id for rule in pack.rules if rule.enabled for fact_id in rule.reads}:
                found[fact_id].append(pack)
    return kept[every_task]


def find_page(section_id: str) -> Page | None:
    return next((page for page in pages() if page.id == section_id), None)


def next_page(page: Page) -> Page | None:
    """The page after this one in the order of the sections."""
    rest = [other for other in pages() if other.asked]
    ids = [other.id for other in rest]
    place = ids.index(page.id) + 1 if page.id in ids else 1
    return rest[place] if place < len(rest) else None


def fact_url(number: str, fact_id: str) -> str | None:
    """The address of the question about a fact in a case; None for a fact that the intake does not ask."""
    fact = vocabulary().facts.get(fact_id)
    if fact is None or not is_asked(fact):
        return None
    section = KEY if fact.core else fact.section
    return url_for("intake.section", number=number, section=section, _anchor=f"q-{fact_id}")
