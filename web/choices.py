"""Tables of codes and words as the choices of a form, in the language of the request."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from web.i18n import both


def worded(table: Mapping, only: Iterable[str] | None = None) -> list[SelectChoice]:
    """The codes of a table, or only some of them, with their words."""
    return [SelectChoice(str(code), both(table[code])) for code in (table if only is None else only)]


def choose(choices: Iterable[SelectChoice]) -> list[SelectChoice]:
    """The same for a list in which nothing is chosen at first."""
    return [SelectChoice("", _("Choose")), *choices]
