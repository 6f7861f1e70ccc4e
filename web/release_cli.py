"""The command that releases what is over: periods end by law, on their day, without anybody's request."""

import click

from casebook.procedure.dates import today
from casebook.procedure.service import release_due
from web.terminal import opened_store, say


@click.command("release-periods")
def release_periods() -> None:
    """解除已届满的处分和影响期 / release sanctions and periods that are over"""
    with opened_store() as (_, session):
        released = len(release_due(session, today()))
    say(f"已解除 {released} 项。", f"Released: {released}.")
