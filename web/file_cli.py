"""The commands for the file of a case: write one, and verify one without any store."""

from pathlib import Path

import click
from sqlalchemy import select

from casebook.casefile.archive import NotACaseFile
from casebook.casefile.export import export
from casebook.casefile.verify import verify
from casebook.db import utc_now
from casebook.errors import CaseNotFound
from casebook.models import Case
from web.terminal import lang, opened_store, say, words

_SIGNS = {True: "ok", False: "!!", None: "--"}


@click.group("file")
def file_group() -> None:
    """案卷文件：导出与核验 / the file of a case: export it, verify it"""


@file_group.command("export")
@click.argument("number", metavar="CASE_NUMBER")
@click.option(
    "--output",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    help="案卷文件 / the file to write",
)
def file_export(number: str, target: Path) -> None:
    """把一件案件完整导出为一个文件 / write a whole case into one file"""
    part = target.with_name(target.name + ".part")
    try:
        with opened_store() as (home, session):
            case = session.scalar(select(Case).where(Case.number == number))
            if case is None:
                raise CaseNotFound(number)
            made = export(session, home, case, None, utc_now())
            with part.open("wb") as out:
                made.write(out)
        part.replace(target)
    except OSError as error:
        raise click.ClickException(
            words(f"无法写入 {target}：{error.strerror}", f"Cannot write {target}: {error.strerror}")
        ) from None
    finally:
        part.unlink(missing_ok=True)
    say(f"已导出 {target}", f"Written: {target}")
    say(f"根校验值（请另行记下）：{made.root}", f"Root digest (note it elsewhere): {made.root}")


@file_group.command("verify")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--expect", metavar="ROOT", default="", help="另行记下的根校验值 / a root digest noted elsewhere"
)
def file_verify(path: Path, expect: str) -> None:
    """核验案卷文件，不需要数据库；不符时退出码为 1 / verify a file without a store; exit status 1 if it is altered"""
    ok = True
    try:
        for line in verify(path, expect):
            ok = line.ok is not False
            text = "".join(one if one.isprintable() else "?" for one in line.message(lang()))
            click.echo(f"{_SIGNS[line.ok]} {text}", err=not ok)
    except NotACaseFile as wrong:
        click.echo(wrong.message(lang()), err=True)
        click.get_current_context().exit(2)
    if not ok:
        say(
            "核验未通过：上面最后一行是第一处不符之处。",
            "Not verified: the last line names the first part that does not match.",
        )
        click.get_current_context().exit(1)
    say("全部相符。", "Everything matches.")
