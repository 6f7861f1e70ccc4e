"""The commands that need no store: adjudicate facts from a file, and check the packs."""

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from casebook.adjudicate import adjudicate_lines
from casebook.intake import BEIJING
from casebook.packs.everything import digest_of_all
from rules.check import check_packs, pack_faults
from rules.library import TASKS, Library, library, task_library
from rules.pack import PackError
from rules.proofs import CounterExample, Verdict, prove
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
    """对文件中的案件逐行提出建议；有错误行时退出码为 1 / recommend on each line; exit status 1 if a line is bad

    只读取随产品发布的规则包，不读取本站自行批准的规则包。/ Reads the packs shipped with the product only, none that a
    site has approved for itself.
    """
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
@click.option("--prove", "proving", is_flag=True, help="另作证明：九项性质 / prove the nine properties too")
@click.option("--pack", default="", help="只看这一个规则包（与 --prove 同用）/ this pack only (with --prove)")
@click.option(
    "--json", "as_json", is_flag=True, help="输出证明记录 / print the record of the proof (with --prove)"
)
def check_packs_command(proving: bool, pack: str, as_json: bool) -> None:
    """检查产品自带的规则包；有问题时退出码为 1 / check the shipped packs; exit status 1 if one has a fault

    供维护人员使用：不打开数据库，不留记录。要证明本站现行全部规则并留存记录：casebook prove。/ For maintainers: opens
    no store and keeps no record. To prove what is in force on a site and keep the record: casebook prove.
    """
    if (pack or as_json) and not proving:
        raise click.UsageError(
            words("--pack 和 --json 须与 --prove 同用。", "--pack and --json need --prove.")
        )
    asked = _libraries_with(pack) if proving else []
    if not pack:
        faulty = _checked(err=as_json)
    else:
        wrong = pack_faults(asked[0], pack)
        for fault in wrong:
            click.echo(fault.message(lang()), err=True)
        faulty = bool(wrong)
    proved = _proved(asked, pack, as_json) if proving else True
    if faulty or not proved:
        click.get_current_context().exit(1)


def _checked(*, err: bool) -> bool:
    """Check every pack and say what is wrong; whether anything is."""
    report = check_packs()
    for fault in report.faults:
        click.echo(fault.message(lang()), err=True)
    click.echo(
        words(
            f"{report.packs} 个规则包，{report.rules} 条规则（{report.disabled} 条停用），{report.examples} 个示例，"
            f"{report.days} 个分界日；{len(report.faults)} 处问题。",
            f"{report.packs} packs, {report.rules} rules ({report.disabled} disabled), {report.examples} examples, "
            f"{report.days} boundary days; {len(report.faults)} faults.",
        ),
        err=err,
    )
    return bool(report.faults)


def _libraries_with(pack: str) -> list[Library]:
    """Every shipped library, or the one that holds the pack."""
    try:
        libraries = [library(), *(task_library(task) for task in TASKS)]
    except PackError as error:
        raise click.ClickException(error.message(lang())) from None
    asked = [one for one in libraries if not pack or pack in one.packs]
    if not asked:
        known = ", ".join(sorted(name for one in libraries for name in one.packs))
        raise click.ClickException(
            words(f"没有规则包 {pack}；现有：{known}", f"There is no pack {pack}; there are: {known}")
        )
    return asked


def _proved(asked: list[Library], pack: str, as_json: bool) -> bool:
    """Prove the libraries, one line a property as it is reached, then when and of which bytes; whether all holds."""
    now = datetime.now(BEIJING)
    proofs = [prove(one, pack, now, tell=_quiet if as_json else _said) for one in asked]
    if as_json:
        click.echo(json.dumps([proof.as_json() for proof in proofs], ensure_ascii=False, indent=2))
    else:
        assumed = list(dict.fromkeys(one for proof in proofs for one in proof.assumed))
        if assumed:
            click.echo(words("证明时视为不可能同时存在的事实：", "Facts taken never to stand together:"))
        for one in assumed:
            click.echo(words(f"  {one.zh}", f"  {one.en}"))
        programs, rules = (sum(getattr(proof, name) for proof in proofs) for name in ("programs", "rules"))
        failures = sum(len(proof.failures) for proof in proofs)
        click.echo(
            words(
                f"{rules} 条规则，{programs} 个时段和地区的规定；{failures} 处未能证明。",
                f"{rules} rules, {programs} stretches of law in their places; {failures} failures.",
            )
        )
        moment, digest = f"{now:%Y-%m-%d %H:%M}", digest_of_all(asked)
        click.echo(
            words(
                f"{moment}，全部所证内容的摘要 {digest}", f"{moment}, digest of all that was proved {digest}"
            )
        )
    return all(proof.proved for proof in proofs)


def _quiet(_verdict: Verdict) -> None:
    """The record says everything at the end."""


def _said(verdict: Verdict) -> None:
    """One line a property; below it what fails."""
    say_verdict(verdict)
    for failure in verdict.failures:
        say_failure(failure)


def say_verdict(verdict: Verdict) -> None:
    """One line: whether the property is proved, and in how many seconds."""
    seconds = f"{verdict.seconds:.1f}"
    click.echo(
        words(
            f"{'已证明' if verdict.proved else '未证明'}（{seconds} 秒） {verdict.label('zh')}",
            f"{'proved' if verdict.proved else 'FAILED'} ({seconds} s) {verdict.label('en')}",
        )
    )


def say_failure(failure: CounterExample) -> None:
    """What fails: the rules with their lines, and the case as facts."""
    click.echo(f"  {failure.message(lang())}", err=True)
    for rule in failure.rules:
        click.echo(f"    {rule.place} {rule.version}", err=True)
    for facts in (failure.facts, failure.changed):
        if facts:
            click.echo(f"    {json.dumps(facts, ensure_ascii=False)}", err=True)
    if failure.no_case:
        click.echo(f"    {words(*failure.no_case)}", err=True)
    if failure.conduct_day:
        click.echo(
            words(
                f"    行为日 {failure.conduct_day}，决定日 {failure.as_of} {failure.region}".rstrip(),
                f"    conduct {failure.conduct_day}, decided {failure.as_of} {failure.region}".rstrip(),
            ),
            err=True,
        )
