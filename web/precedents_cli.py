"""The commands on a base of precedents in a file: what it requires of new cases, and whether it agrees with itself."""

import json
import sys
from pathlib import Path

import click

from rules.precedents import (
    BadSchema,
    Base,
    Fault,
    Precedent,
    Schema,
    read_cases,
    read_precedents,
    read_schema,
)
from rules.precedents.consistency import examine
from web.rules_cli import _progress, _written
from web.terminal import lang, say, words

_base = click.option(
    "--base",
    "base_file",
    required=True,
    type=click.Path(path_type=Path),
    help="先例，每行一个 JSON / precedents, JSON Lines",
)
_schema = click.option(
    "--schema",
    "schema_file",
    required=True,
    type=click.Path(path_type=Path),
    help="结果次序、因素和维度（YAML）/ outcomes, factors and dimensions, YAML",
)


@click.group("precedents")
def precedents_group() -> None:
    """先例 / precedents"""


@precedents_group.command("assess")
@_base
@click.option(
    "--input",
    "source",
    required=True,
    type=click.Path(path_type=Path),
    help="案件，每行一个 JSON / cases, JSON Lines",
)
@_schema
@click.option(
    "--output",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    help="结果；- 为标准输出 / results; - for standard output",
)
def assess(base_file: Path, source: Path, schema_file: Path, target: Path) -> None:
    """先例对每个案件的约束；有错误行时退出码为 1 / what precedents require; exit status 1 if a line is bad"""
    schema = _schema_of(schema_file)
    precedents, bad = _precedents(base_file, schema, schema_file)
    base = Base(schema, precedents)
    content = _content(source)
    wrong = 0
    with _written(target) as out, _progress(content.count(b"\n")) as advance:
        for item in read_cases(content, source.name, schema):
            if isinstance(item, Fault):
                wrong += 1
                said = item.message(lang())
                click.echo(said, err=True)
                row = {"id": item.id, "error": {"line": item.line, "message": said}}
            else:
                row = {"id": item.id} | base.assess(item.facts).document(schema.outcomes)
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            advance()
    if wrong:
        click.echo(
            words(
                f"{wrong} 行案件有错误，见结果中的 error。",
                f"Cases: {wrong} lines are in error; see their “error”.",
            ),
            err=True,
        )
    if wrong or bad:
        click.get_current_context().exit(1)


@precedents_group.command("consistency")
@_base
@_schema
def consistency(base_file: Path, schema_file: Path) -> None:
    """先例之间是否一致；有错误行时退出码为 1 / conflicts, landmarks, smallest repair; exit status 1 if a line is bad"""
    schema = _schema_of(schema_file)
    precedents, bad = _precedents(base_file, schema, schema_file)
    found = examine(Base(schema, precedents))
    share = 100 * found.consistent / len(precedents)
    say(f"先例：{len(precedents)}", f"precedents: {len(precedents)}")
    say(f"冲突（对）：{found.count}", f"conflicts: {found.count}")
    say(
        f"无冲突的先例：{found.consistent}（{share:.2f}%）",
        f"consistent precedents: {found.consistent} ({share:.2f}%)",
    )
    say(
        f"标志性先例：{len(found.landmarks)}（相同事实只计一次时 {found.situations}）",
        f"landmarks: {len(found.landmarks)} ({found.situations} with repeated facts counted once)",
    )
    say(f"最小修复：{len(found.repair)}", f"smallest repair: {len(found.repair)}")
    for precedent in found.repair:
        click.echo(f"  {precedent.id}".encode(errors="backslashreplace"))
    if bad:
        click.get_current_context().exit(1)


def _schema_of(file: Path) -> Schema:
    try:
        return read_schema(_content(file).decode("utf-8-sig"), file.name)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        start = error.object.rfind(b"\n", 0, error.start) + 1
        place = f"{file.name}:{line}:{error.start - start + 1}"
        raise click.ClickException(words(f"{place}：不是 UTF-8 编码", f"{place}: not UTF-8")) from None
    except BadSchema as error:
        raise click.ClickException(error.message(lang())) from None


def _precedents(file: Path, schema: Schema, schema_file: Path) -> tuple[list[Precedent], int]:
    """The precedents that can be read and the number of bad lines, each named; refuses a base without any."""
    precedents, faults = read_precedents(_content(file), file.name, schema)
    for fault in faults:
        click.echo(fault.message(lang()), err=True)
    if not precedents:
        raise click.ClickException(
            words(f"{file.name}：没有可用的先例", f"{file.name}: there is no precedent in it")
        )
    decided = {precedent.outcome for precedent in precedents}
    for rank, outcome in enumerate(schema.outcomes):
        if rank not in decided:
            click.echo(
                words(
                    f"注意：{file.name} 中没有结果为“{outcome}”的先例（{schema_file.name}：outcomes）。",
                    f"Note: no precedent in {file.name} has the outcome “{outcome}” ({schema_file.name}: outcomes).",
                ),
                err=True,
            )
    return precedents, len(faults)


def _content(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise click.ClickException(
            words(f"无法读取 {file}：{error.strerror}", f"Cannot read {file}: {error.strerror}")
        ) from None
