"""Commands that keep precedents fit to be relied on: decided again by the rules of today, all that is cited found."""

import click
from sqlalchemy.orm import Session

from casebook.precedents import ageing, citations
from casebook.precedents.again import RESULTS
from casebook.precedents.words import LIVES
from casebook.procedure.dates import today
from web.precedents_cli import precedents_group
from web.terminal import lang, opened_store, progress, say, words


@precedents_group.command("replay")
def replay() -> None:
    """按现行规定重新复核先例 / decide every precedent that is not current again by the rules of today"""
    with opened_store() as (_, session):
        report = replay_due(session)
    say(f"已复核 {report.replayed} 件。", f"Decided again: {report.replayed}.")
    for result, number in sorted(report.results.items()):
        click.echo(f"  {RESULTS[result].message(lang())}{words('：', ': ')}{number}")


def replay_due(session: Session) -> ageing.Report:
    """Replay what is due with a bar of progress, committing as it goes, and say what changed its standing."""
    waiting = [one.precedent_id for one in ageing.due(session, today())]
    with progress(len(waiting)) as advance:
        report = ageing.replay_all(
            session, None, today(), ids=waiting, progress=lambda done, total: advance(), keep=session.commit
        )
    for code, before, now in report.changed:
        was, becomes = LIVES[before].message(lang()), LIVES[now].message(lang())
        say(f"先例 {code}：{was} → {becomes}", f"Precedent {code}: {was} → {becomes}")
    return report


def refresh(session: Session) -> None:
    """The same when the site starts: silent where the rules are those of the last time."""
    if report := replay_due(session).replayed:
        say(
            f"规定有变动，已复核先例 {report} 件。",
            f"The law has moved on: {report} precedents decided again.",
        )


@precedents_group.command("check-citations")
def check_citations() -> None:
    """核对全部引用；有断链时退出码为 1 / look up everything that is cited; exit status 1 if any is broken"""
    with opened_store() as (_, session), progress(len(citations.WHERE)) as advance:
        found = citations.check(session, today(), lambda name: advance())
    for name, number in found.counted.items():
        click.echo(f"{citations.WHERE[name].message(lang())}{words('：', ': ')}{number}")
    for one in found.broken:
        click.echo(words(
            f"断链：{one.where.zh}：{one.what}：{one.why.zh}", f"broken: {one.where.en}: {one.what}: {one.why.en}"
        ))  # fmt: skip
    say(
        f"共核对 {found.total} 处引用，断链 {len(found.broken)} 处。",
        f"Citations looked up: {found.total}; broken: {len(found.broken)}.",
    )
    if found.broken:
        click.get_current_context().exit(1)
