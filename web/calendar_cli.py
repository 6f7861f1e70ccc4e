"""The commands for the working-day calendar: what the kept library knows, a year from a file, a year shown."""

from pathlib import Path

import click

from casebook import accounts
from casebook.clocks import calendar
from casebook.clocks.calendar_file import LARGEST, read_calendar
from casebook.clocks.working import in_use
from casebook.errors import BadFields, Problem
from casebook.models import Organisation
from web.terminal import lang, opened_store, say, words

_office = click.option(
    "--organisation",
    metavar="CODE",
    help="只用于该单位（默认全部单位共用）/ of this organ only (default: shared by all)",
)


@click.group("calendar")
def calendar_group() -> None:
    """工作日历 / the working-day calendar"""


@calendar_group.command("seed")
def seed() -> None:
    """载入软件自带的历年放假安排 / keep the years the software knows"""
    with opened_store() as (_, session):
        years = calendar.seed(session, None)
    if years:
        say(f"已载入：{_stretch(years)}。", f"Kept: {_stretch(years)}.")
    else:
        say("自带的年份都已载入。", "Every year the software knows is there already.")


@calendar_group.command("import")
@click.argument("year", type=int)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", metavar="TEXT", default="", help="依据的文件 / the notice it is taken from")
@_office
def import_year(year: int, file: Path, source: str, organisation: str | None) -> None:
    """导入一年的放假安排（CSV：日期,是否上班,名称）/ keep a year from CSV: day,working,name"""
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise click.ClickException(
            words(f"无法读取 {file}：{error.strerror}", f"Cannot read {file}: {error.strerror}")
        ) from None
    days = read_calendar(content, year)
    with opened_store() as (_, session):
        office = _organisation(session, organisation)
        row = calendar.keep_year(session, office, year, days, (source or file.name)[:200], None)
        version = row.version
    say(
        f"已导入 {year} 年（第 {version} 版，{len(days)} 天）。",
        f"{year} is kept (version {version}, {len(days)} days named).",
    )


@calendar_group.command("show")
@click.argument("year", type=int)
@_office
def show(year: int, organisation: str | None) -> None:
    """列出一年中与平常周不同的日子 / list the days of a year that differ from the plain week"""
    with opened_store() as (_, session):
        row = in_use(session, _organisation(session, organisation), year)
        days = calendar.days_of(row) if row else []
        source = row.source if row else ""
    if row is None:
        raise click.ClickException(
            words(
                f"没有 {year} 年的工作日历。请导入：casebook calendar import {year} FILE",
                f"There is no calendar for {year}. Import it: casebook calendar import {year} FILE",
            )
        )
    say(f"{year} 年，来源：{source}", f"{year}, from: {source}")
    for day, working, name in days:
        click.echo(f"{day}\t{words('上班', 'worked') if working else words('休息', 'off')}\t{name}")


def _organisation(session, code: str | None) -> Organisation | None:
    if not code:
        return None
    organisation = accounts.find_organisation(session, code)
    if organisation is None:
        raise BadFields(
            {
                "organisation": Problem(
                    f"没有代码为“{code}”的单位。", f"There is no organ with the code “{code}”."
                )
            }
        )
    return organisation


def _stretch(years: list[int]) -> str:
    whole = years == list(range(years[0], years[-1] + 1)) and len(years) > 2
    return f"{years[0]}–{years[-1]}" if whole else ("、" if lang() == "zh" else ", ").join(map(str, years))
