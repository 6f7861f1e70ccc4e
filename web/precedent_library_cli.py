"""The commands that bring precedents into the library from a file, and write the library into one."""

from pathlib import Path

import click

from casebook import accounts
from casebook.errors import BadFields, Problem
from casebook.precedents import exchange
from casebook.precedents.records import BadImport
from casebook.precedents.sheets import LIMIT
from casebook.procedure.dates import today
from web.terminal import lang, opened_store, say, words

KINDS = (".jsonl", ".xlsx")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--organisation", metavar="CODE", required=True, help="录入单位代码 / the organ that enters them"
)
def import_file(file: Path, organisation: str) -> None:
    """导入先例（.jsonl、.xlsx、.xls、.csv），待负责人批准 / import precedents; a chief approves them on the site"""
    try:
        with file.open("rb") as stream:
            content = stream.read(LIMIT + 1)
    except OSError as error:
        raise click.ClickException(
            words(f"无法读取 {file}：{error.strerror}", f"Cannot read {file}: {error.strerror}")
        ) from None
    with opened_store() as (_, session):
        office = accounts.find_organisation(session, organisation)
        if office is None:
            problem = Problem(
                f"没有代码为 {organisation} 的单位。", f"There is no organisation {organisation}."
            )
            raise BadFields({"organisation": problem})
        try:
            taken = exchange.import_precedents(
                session, None, content, file.name, on=today(), organisation=office
            )
        except BadImport as bad:
            for fault in bad.faults:
                click.echo(fault.message(lang()), err=True)
            count = len(bad.faults)
            raise click.ClickException(
                words(f"共 {count} 处错误，未导入任何先例。", f"Faults: {count}; nothing was imported.")
            ) from None
    say(
        f"已导入 {len(taken)} 件，待负责人在网站上批准。",
        f"Imported: {len(taken)}. They wait on the site for approval by a chief.",
    )


@click.command("export")
@click.option(
    "--output", "target", required=True, type=click.Path(path_type=Path),
    help=".jsonl 或者 .xlsx 文件 / a .jsonl or .xlsx file",
)  # fmt: skip
def export_file(target: Path) -> None:
    """导出现行有效的先例 / write every precedent in effect into a file"""
    kind = target.suffix.lower()
    if kind not in KINDS:
        raise click.ClickException(
            words(f"{target}：应以 .jsonl 或者 .xlsx 结尾", f"{target}: it must end in .jsonl or .xlsx")
        )
    part = target.with_name(target.name + ".part")
    try:
        with opened_store() as (_, session):
            part.write_bytes(exchange.export(session, None, kind, lang=lang()))
        part.replace(target)
    except OSError as error:
        raise click.ClickException(
            words(f"无法写入 {target}：{error.strerror}", f"Cannot write {target}: {error.strerror}")
        ) from None
    finally:
        part.unlink(missing_ok=True)
    say(f"已导出 {target}", f"Written: {target}")
