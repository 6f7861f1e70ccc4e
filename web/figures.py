"""Figures of the office: tables, the same as charts drawn on the server, and as a spreadsheet. No person appears."""

from dataclasses import dataclass
from io import BytesIO

import pygal
import xlsxwriter
from flask import Blueprint, Response, g, render_template
from flask_babel import gettext as _
from lxml import etree
from pygal.style import Style

from casebook import figures as record
from casebook.complaints.figures import complaint_figures
from casebook.figures import RESULTS, Figures
from casebook.models import Role, Stage
from casebook.procedure.appeal_decide import OUTCOMES as APPEAL_OUTCOMES
from casebook.procedure.dates import today
from casebook.procedure.decide import DEPARTURES
from casebook.procedure.panel import OUTCOMES
from casebook.procedure.returns import OF_ALL_STAGES
from casebook.procedure.workflow import STAGES
from rules.channels import channels
from rules.vocabulary import vocabulary
from web.auth import admits
from web.complaints.figures import tables
from web.i18n import both, lang
from web.labels import DISPOSITIONS, DISTINCTIONS
from web.session import db_session

blueprint = Blueprint("figures", __name__)
READERS = (Role.OFFICER, Role.REVIEWER, Role.CHIEF, Role.AUDITOR)
HIDDEN = "＊"
STYLE = Style(
    background="#ffffff", plot_background="#ffffff", foreground="#0b0c0c", foreground_strong="#0b0c0c",
    foreground_subtle="#505a5f", colors=("#1d5b8f", "#a33b2a", "#5b6b1f", "#7a4a86", "#8a5a00"),
    value_colors=("#ffffff",), opacity="1", no_data_font_size=14,
    font_family="sans-serif", label_font_size=12, major_label_font_size=12, value_font_size=12, legend_font_size=12,
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One table in words: its title, its heads, its lines; None is a hidden number."""

    name: str
    title: str
    heads: list[str]
    lines: list[list]
    note: str = ""
    chart: str = ""

    @property
    def has_chart(self) -> bool:
        """Whether there is anything that a chart of it could show."""
        return bool(self.chart) and any(value for _name, value in _bars(self))


@blueprint.get("/figures")
@admits(*READERS)
def show():
    page = render_template("figures/show.html", sheets=_everything(), hidden=HIDDEN)
    db_session().commit()
    return page


@blueprint.get("/figures/<any(outcomes,times,returns,departures,appeals):chart>.svg")
@admits(*READERS)
def draw(chart: str):
    found = record.figures(db_session(), g.user)
    sheet = next(one for one in sheets(found) if one.chart == chart)
    db_session().commit()
    return Response(drawn(sheet), mimetype="image/svg+xml")


@blueprint.get("/figures.xlsx")
@admits(*READERS)
def export():
    found = _everything()
    record.record_export(db_session(), g.user)
    content = written(found)
    db_session().commit()
    response = Response(content, mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response.headers["Content-Disposition"] = 'attachment; filename="figures.xlsx"'
    return response


def _everything() -> list[Sheet]:
    """The tables of cases, and those of complaints and clearances."""
    session = db_session()
    of_cases = sheets(record.figures(session, g.user))
    return [*of_cases, *(Sheet(*one) for one in tables(complaint_figures(session, g.user, today())))]


def sheets(found: Figures) -> list[Sheet]:
    """Every table of the figures in the words of the request."""
    organs = [organ.name(lang()) for organ in found.organs.values()]
    total = _("Total")
    return [
        Sheet(
            "outcomes", _("Outcomes by organ"), [_("Organ"), *(str(DISPOSITIONS[one][0]) for one in OUTCOMES), total],
            _lined([*organs, total], found.outcomes.cells), _("Only the decision that stands counts."), "outcomes",
        ),
        Sheet(
            "stages", _("Where the cases stand, by organ"),
            [_("Organ"), *(both(STAGES[stage]) for stage in Stage), total],
            _lined([*organs, total], found.stages.cells),
        ),
        Sheet(
            "times", _("Days at each stage"),
            [_("Stage"), _("Times counted"), _("First quartile"), _("Median"), _("Third quartile")],
            [_timed(one) for one in found.times],
            _("Whole days from one step to the next; where a case is now is not counted."), "times",
        ),
        Sheet(
            "returns", _("Send-backs by reason"), [_("Reason"), _("How often")],
            _listed(found.returns, OF_ALL_STAGES), "", "returns",
        ),
        Sheet(
            "departures", _("Departures from the recommendation by reason"), [_("Reason"), _("How often")],
            _listed(found.departures, DEPARTURES), _("Of decisions that stand."), "departures",
        ),
        Sheet(
            "rules", _("Rules departed from"), [_("Rule"), _("How often")], [list(row) for row in found.rules],
            _("Several rules may stand behind one decision. Those under five are not listed."),
        ),
        Sheet(
            "agreement", _("Agreement of first and second opinion"),
            [_("Item"), _("Pairs"), _("Kappa"), _("From"), _("To")],
            [_agreed(item, one) for item, one in found.agreements.items()],
            _("Cohen's kappa with its interval of 95 percent; not told under five pairs."),
        ),
        Sheet(
            "appeals", _("Appeals by channel and result"),
            [_("Channel of appeal"), *_results(), total, _("Reversed, percent")],
            _appealed(found, total), _("Varied or revoked, of those decided."), "appeals",
        ),
        *(
            [Sheet("grounds", _("Grounds of reversal"), [_("Ground"), _("How often")],
                   _listed(found.grounds, channels().grounds))]
            if found.grounds else []
        ),
    ]  # fmt: skip


def drawn(sheet: Sheet) -> bytes:
    """A chart of a table as SVG without any script; hidden numbers are left out."""
    bars = list(reversed(_bars(sheet)))
    chart = pygal.HorizontalBar(
        style=STYLE, height=40 + 44 * max(1, len(bars)), width=760, show_legend=False, print_values=True,
        print_zeroes=False, margin=10, margin_left=90, min_scale=1, js=(), disable_xml_declaration=True,
        value_formatter=_whole, show_x_guides=False, show_x_labels=False, truncate_label=30,
    )  # fmt: skip
    chart.x_labels = [name for name, _value in bars]
    chart.add("", [value for _name, value in bars])
    chart.no_data_text = _("No numbers to show")
    tree = chart.render_tree()
    for script in list(tree.iter("{*}script", "script")):
        script.getparent().remove(script)
    return etree.tostring(tree, encoding="utf-8")


def written(found: list[Sheet]) -> bytes:
    """The tables as a spreadsheet; nothing in it is a formula or a link."""
    file = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for one in found:
            page = book.add_worksheet(one.name)
            page.write_string(0, 0, one.title, head)
            page.write_string(1, 0, " ".join([one.note, _hidden_note()]).strip())
            page.set_column(0, 0, 36)
            for column, words in enumerate(one.heads):
                page.write_string(3, column, words, head)
            for row, line in enumerate(one.lines, start=4):
                for column, value in enumerate(line):
                    _write(page, row, column, value)
            page.freeze_panes(4, 1)
    return file.getvalue()


def _write(page, row: int, column: int, value: object) -> None:
    if value is None:
        page.write_string(row, column, HIDDEN)
    elif isinstance(value, str):
        page.write_string(row, column, value)
    else:
        page.write_number(row, column, value)


def _hidden_note() -> str:
    return _(
        "%(mark)s: fewer than five, or hidden with others so that those cannot be worked out.", mark=HIDDEN
    )


def _timed(one) -> list:
    parts = ["—"] * 3 if one.count == 0 else [one.lower, one.median, one.upper]
    return [both(STAGES[Stage(one.stage)]), one.count, *parts]


def _lined(names: list[str], cells) -> list[list]:
    return [[name, *line] for name, line in zip(names, cells, strict=True)]


def _listed(table, words: dict) -> list[list]:
    names = [both(words[code]) if code in words else code or _("On appeal") for code in table.rows]
    return [[name, line[0]] for name, line in zip([*names, _("Total")], table.cells, strict=True)]


def _results() -> list[str]:
    more = {"withdrawn": _("Withdrawn"), "refused": _("Not heard: too late")}
    return [more.get(one) or both(APPEAL_OUTCOMES[one]) for one in RESULTS]


def _appealed(found: Figures, total: str) -> list[list]:
    names = [both(channels().channels[code]) for code in found.appeals.rows]
    rates = [None if one is None else round(100 * one) for one in found.reversals.values()]
    return [
        [name, *line, rate]
        for name, line, rate in zip([*names, total], found.appeals.cells, rates, strict=True)
    ]


def _agreed(item: str, one) -> list:
    name = {"disposition": _("Disposition")}.get(item) or DISTINCTIONS.get(item) or _factor(item)
    if one is None:
        return [str(name), None, None, None, None]
    parts = [one.kappa, one.low, one.high]
    return [str(name), one.n, *("—" if part is None else round(part, 2) for part in parts)]


def _factor(item: str) -> str:
    return next((factor.label(lang()) for factor in vocabulary().factors if factor.id == item), item)


def _bars(sheet: Sheet) -> list[tuple[str, int | None]]:
    """What a chart shows of a table: medians of the times, totals of the columns, or the numbers of a list."""
    if sheet.name == "times":
        return [(line[0], line[3] if line[1] else None) for line in sheet.lines]
    if sheet.name in ("outcomes", "appeals"):
        end = -1 if sheet.name == "outcomes" else -2
        return list(zip(sheet.heads[1:end], sheet.lines[-1][1:end], strict=True))
    return [(line[0], line[1]) for line in sheet.lines[:-1]]


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
