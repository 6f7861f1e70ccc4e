"""The rules of this site today, for pages that put rules into words; what decides asks casebook itself."""

from flask import g, has_app_context

from casebook.packs.current import library_without_fault
from casebook.procedure.dates import today
from rules.library import TASKS, Library, library, task_library
from rules.pack import Pack
from web.session import reading


def rules_today() -> Library:
    """The packs of the disposition, shipped and of the site, looked up once for a request; shipped ones outside."""
    if not has_app_context():
        return library()
    if "rules_today" not in g:
        with reading() as session:
            g.rules_today = library_without_fault(session, today())
    return g.rules_today


def packs_with_tasks(packs: Library) -> dict[str, Pack]:
    """These packs, and those of each other task, by name."""
    return packs.packs | {name: pack for task in TASKS for name, pack in task_library(task).packs.items()}
