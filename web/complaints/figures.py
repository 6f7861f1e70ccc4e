"""The tables on complaints and clearances of the page of figures, in words."""

from flask_babel import gettext as _

from casebook.clearance.reach import KINDS as HEARD
from casebook.complaints.figures import (
    BETWEEN,
    CLEARED,
    CLOSED,
    CORRECTED,
    ENDINGS,
    GONE,
    REACHED,
    REFUSED,
    UNDER_WAY,
    WAITS,
    ComplaintFigures,
    Weeks,
)
from casebook.complaints.findings import FINDINGS
from casebook.complaints.steps import STATES
from casebook.models import ComplaintState, Finding
from rules.vocabulary import vocabulary
from web.i18n import both, format_day, lang

Lines = tuple[str, str, list[str], list[list], str]


def tables(found: ComplaintFigures) -> list[Lines]:
    """Name, title, heads, lines and note of each table."""
    total = _("Total")
    until = _(
        "What had ended by %(day)s, the end of the last quarter; never by channel or day.",
        day=format_day(found.until),
    )
    steps = ("" if lang() == "zh" else " ") + _(
        "Rounded down to a multiple of five, fewer than five and none are hidden alike, and totals add up what is "
        "shown: so no difference between two quarters or two organs tells of a single one."
    )
    until += steps
    weeks = [_("Counted"), _("First quartile"), _("Median"), _("Third quartile")]
    organs = [organ.name(lang()) for organ in found.organs.values()]
    return [
        (
            "complaints", _("Complaints by organ, kind and finding"),
            [_("Organ and kind"), *(_ending(one) for one in ENDINGS), total],
            _lined([*(_organ_and_kind(found, row) for row in found.complaints.rows), total], found.complaints.cells),
            until,
        ),
        (
            "complaint_times", _("Weeks from receipt to conclusion, by finding"), [_("Finding"), *weeks],
            [[both(FINDINGS[Finding(one.code)]), *_told(one)] for one in found.times], until,
        ),
        (
            "clearances", _("Clearances by organ"),
            [_("Organ"), *(_cleared(one) for one in CLEARED), total],
            _lined([*organs, total], found.clearances.cells),
            _("As of %(day)s, the end of the last quarter.", day=format_day(found.until)) + steps,
        ),
        (
            "clearance_forms", _("Forms of clearance beside the written one"), [_("Form"), _("How often")],
            [[_form(form), number] for form, number in found.forms],
            _("Of closed clearances; several may belong to one. Small numbers are not listed."),
        ),
        (
            "reach", _("Who had heard, and the correction they received"),
            [_("Who had heard"), *(_reached(one) for one in REACHED), total],
            _lined([*(both(HEARD[kind]) for kind in found.reach.rows), total], found.reach.cells), steps.strip(),
        ),
        (
            "clearance_time", _("Weeks from request to the end of a clearance"), [_("Clearances"), *weeks],
            [[_cleared(CLOSED), *_told(found.clearance_time)]], steps.strip(),
        ),
    ]  # fmt: skip


def _ending(code: str) -> str:
    if code in list(Finding):
        return both(FINDINGS[Finding(code)])
    return both(STATES[ComplaintState(code)])


def _cleared(code: str) -> str:
    return {UNDER_WAY: _("Being cleared"), CLOSED: _("Clearance closed"), REFUSED: _("No clearance")}[code]


def _reached(code: str) -> str:
    return {CORRECTED: _("Received it"), GONE: _("Out of reach"), WAITS: _("Still to receive it")}[code]


def _organ_and_kind(found: ComplaintFigures, row: str) -> str:
    organ, _between, kind = row.partition(BETWEEN)
    kind_words = vocabulary().facts["complaint_kind"].choice_label(kind, lang())
    return f"{found.organs[int(organ)].name(lang())}{_(': ')}{kind_words}"


def _form(code: str) -> str:
    return vocabulary().facts["clearance_method"].choice_label(code, lang())


def _told(one: Weeks) -> list:
    return [one.count, one.lower, one.median, one.upper]


def _lined(names: list[str], cells) -> list[list]:
    return [[name, *line] for name, line in zip(names, cells, strict=True)]
