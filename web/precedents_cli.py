"""The commands on a base of precedents in a file: what it requires of new cases, and whether it agrees with itself."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from rules.precedents import (
    BadSchema,
    Base,
    Faulty,
    Precedent,
    Schema,
    read_cases,
    read_precedents,
    read_schema,
)
from rules.precedents.consistency import examine
from web.terminal import lang, progress, say, words, written

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
    """先例对每个案件的约束；有错误时退出码为 1 / what precedents require; exit status 1 if there is an error"""
    _ensure_apart(base_file, source, schema_file, target=target)
    schema = _schema_of(schema_file)
    base = Base(schema, _precedents(base_file, schema))
    complete = _every_outcome(base, base_file)
    total = _lines_in(source)
    wrong = 0
    with written(target) as out, progress(total) as advance:
        for item in read_cases(_lines(source), source.name, schema):
            if isinstance(item, Faulty):
                wrong += 1
                for fault in item.faults:
                    click.echo(fault.message(lang()), err=True)
                row = {"id": item.id, "error": {"line": item.line, "message": item.message(lang())}}
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
    if wrong or not complete:
        click.get_current_context().exit(1)


@precedents_group.command("consistency")
@_base
@_schema
def consistency(base_file: Path, schema_file: Path) -> None:
    """先例之间是否一致；有错误时退出码为 1 / conflicts, landmarks, smallest repair; exit status 1 on an error"""
    _ensure_apart(base_file, schema_file)
    schema = _schema_of(schema_file)
    base = Base(schema, _precedents(base_file, schema))
    complete = _every_outcome(base, base_file)
    found = examine(base)
    count = len(base.precedents)
    share = 100 * found.consistent / count
    say(f"先例：{count}", f"precedents: {count}")
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
    if not complete:
        click.get_current_context().exit(1)


def _ensure_apart(*sources: Path, target: Path | None = None) -> None:
    """Raises UsageError where standard input would be read twice, or the results written over what is read."""
    if [str(source) for source in sources].count("-") > 1:
        raise click.UsageError(words("标准输入只能读一次。", "Standard input can be read once only."))
    if target and target.is_file() and any(source.exists() and source.samefile(target) for source in sources):
        raise click.UsageError(
            words(
                f"结果会覆盖 {target}，请另取文件名。",
                f"{target} is read from; name another file for the results.",
            )
        )


def _schema_of(file: Path) -> Schema:
    content = b"".join(_lines(file))
    try:
        return read_schema(content.decode("utf-8-sig"), file.name)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        start = error.object.rfind(b"\n", 0, error.start) + 1
        place = f"{file.name}:{line}:{error.start - start + 1}"
        raise click.ClickException(words(f"{place}：不是 UTF-8 编码", f"{place}: not UTF-8")) from None
    except BadSchema as error:
        raise click.ClickException(error.message(lang())) from None


def _precedents(file: Path, schema: Schema) -> list[Precedent]:
    """The precedents of a base; one with a fault is refused whole, each fault named, as one without a precedent is."""
    precedents, faults = read_precedents(_lines(file), file.name, schema)
    for fault in faults:
        click.echo(fault.message(lang()), err=True)
    if faults:
        raise click.ClickException(
            words(
                f"{file.name}：{len(faults)} 处错误，先例库未采用，也没有写出结果。",
                f"{file.name}: {len(faults)} faults; the base is not used and no results are written.",
            )
        )
    if not precedents:
        raise click.ClickException(
            words(f"{file.name}：没有可用的先例", f"{file.name}: there is no precedent in it")
        )
    return precedents


def _every_outcome(base: Base, file: Path) -> bool:
    """Whether each outcome has a precedent; says which has none. What the others require stays true without it."""
    missing = [rank for rank, given in enumerate(base.index.given) if not given]
    for rank in missing:
        outcome, place = base.schema.outcomes[rank], base.schema.places[rank]
        click.echo(
            words(
                f"{file.name}：outcome：没有结果为“{outcome}”的先例（该结果列于 {place}）",
                f"{file.name}: outcome: no precedent has the outcome “{outcome}” (declared at {place})",
            ),
            err=True,
        )
    return not missing


def _lines(file: Path) -> Iterator[bytes]:
    """The lines of a file as they are needed; `-` is standard input."""
    try:
        if str(file) == "-":
            yield from sys.stdin.buffer
        else:
            with file.open("rb") as stream:
                yield from stream
    except OSError as error:
        raise click.ClickException(
            words(f"无法读取 {file}：{error.strerror}", f"Cannot read {file}: {error.strerror}")
        ) from None


def _lines_in(file: Path) -> int | None:
    """How many lines a file has, None if it can be read but once; raises ClickException if it cannot be read."""
    regular = str(file) != "-" and (file.is_file() or not file.exists())
    return sum(1 for line in _lines(file) if line.strip()) if regular else None
