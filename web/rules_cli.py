"""The commands that need no store: adjudicate facts from a file, and check the packs."""

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from casebook.adjudicate import adjudicate_lines
from casebook.intake import BEIJING
from rules.check import check_packs
from web.terminal import lang, progress, words, written


@click.command("adjudicate")
@click.option(
    "--input",
    "source",
    required=True,
    type=click.Path(path_type=Path),
    help="案件，每行一个 JSON / cases, JSON Lines",
)
@click.option(
    "--output",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    help="结果；- 为标准输出 / results; - for standard output",
)
@click.option("--explain", is_flag=True, help="附完整推理记录 / with the whole assessment document")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="以哪一天的规定作决定（默认今天）/ decided on this day (default: today)",
)
def adjudicate(source: Path, target: Path, explain: bool, as_of: datetime | None) -> None:
    """对文件中的案件逐行提出建议；有错误行时退出码为 1 / recommend on each line; exit status 1 if a line is bad"""
    day = (as_of or datetime.now(BEIJING)).date()
    try:
        text = sys.stdin.buffer.read() if str(source) == "-" else source.read_bytes()
        lines = text.decode("utf-8-sig").split("\n")  # a text of JSON may hold any other line break
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise click.ClickException(
            words(f"无法读取 {source}：{reason}", f"Cannot read {source}: {reason}")
        ) from None
    bad = 0
    with written(target) as out, progress(sum(bool(line.strip()) for line in lines)) as advance:
        for row in adjudicate_lines(lines, day, lang(), explain):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            bad += "error" in row
            advance()
    if bad:
        click.echo(
            words(f"{bad} 行有错误，见结果中的 error。", f"{bad} lines are in error; see their “error”."),
            err=True,
        )
        click.get_current_context().exit(1)


@click.command("check-packs")
def check_packs_command() -> None:
    """检查全部规则包；有问题时退出码为 1 / check every rule pack; exit status 1 if one has a fault"""
    report = check_packs()
    for fault in report.faults:
        click.echo(fault, err=True)
    click.echo(
        words(
            f"{report.packs} 个规则包，{report.rules} 条规则（{report.disabled} 条停用），{report.examples} 个示例，"
            f"{report.days} 个分界日；{len(report.faults)} 处问题。",
            f"{report.packs} packs, {report.rules} rules ({report.disabled} disabled), {report.examples} examples, "
            f"{report.days} boundary days; {len(report.faults)} faults.",
        )
    )
    if report.faults:
        click.get_current_context().exit(1)
