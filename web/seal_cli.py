"""The commands of the sealed store: new keys, and whether everything in it still opens. No content is ever shown."""

import click
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from casebook import events
from casebook.complaints.steps import HELD
from casebook.errors import CasebookError
from casebook.home import Home
from casebook.models import AdvanceFiling, Complaint
from casebook.seal import inbox, rotation, together
from web.terminal import lang, opened_store, progress, say


@click.group("seal")
def seal_group() -> None:
    """密封库：更换密钥、核验 / the sealed store: rotate its keys, verify it"""


@seal_group.command("rotate")
@click.option(
    "--new-key",
    is_flag=True,
    help="即使上次更换未完成也另加新密钥 / add a key even where the last rotation was not finished",
)
def rotate(new_key: bool) -> None:
    """换用新密钥并重新加密全部密封内容；中断后可再次运行 / seal everything again under a fresh key; may be run again"""
    with opened_store() as (home, session):
        session.rollback()  # the site goes on writing meanwhile
        with home.seal() as seal, progress(None) as step:
            done = rotation.rotate(seal, fresh=new_key, progress=lambda _done, _all: step())
        events.record(session, "seal.rotated", None, cells=done.done, broken=len(done.broken))
    if done.resumed:
        say("继续上次未完成的更换。", "The rotation that was cut off went on.")
    say(
        f"已用密钥 {done.key} 重新加密 {done.done} 项。",
        f"{done.done} ciphertexts sealed again under the key {done.key}.",
    )
    _show(done.broken)


@seal_group.command("verify")
def verify() -> None:
    """逐项试解密封内容；有损坏时退出码为 1 / open every ciphertext; exit status 1 if one is broken or missing"""
    with opened_store() as (home, session):
        held = select(Complaint.handle).where(Complaint.handle.is_not(None), Complaint.state.in_(HELD))
        expected = [*session.scalars(held), *session.scalars(select(AdvanceFiling.handle))]
        session.rollback()
        with home.seal() as seal:
            found = rotation.verify(seal, expected)
            unknown = together.unknown(session, seal)
            session.rollback()
    for key, count in sorted(found.by_key.items()):
        say(f"密钥 {key}：{count} 项", f"Key {key}: {count} ciphertexts")
    if found.pending:
        _say_pending(found.pending)
    if unknown:
        for handle in unknown:
            click.echo(f"  {handle}")
        say(
            f"以上 {len(unknown)} 件已从密封库登记，主库中却没有，主库可能是从较早的备份恢复的。"
            "重新登记请运行：casebook seal settle --take-in-again",
            f"These {len(unknown)} were taken in and are not in the main store, which may have been restored from an "
            "older backup. To take them in once more, run: casebook seal settle --take-in-again",
        )
    say("密封内容完好。", "Everything sealed opens.") if found.ok else _show(found.broken)
    if unknown:
        click.get_current_context().exit(1)


@seal_group.command("settle")
@click.option(
    "--take-in-again",
    is_flag=True,
    help="主库中没有的，重新等待登记 / have what the main store does not know wait to be taken in again",
)
def settle(take_in_again: bool) -> None:
    """完成因故障中断的密封库办理事项 / finish what a fault or a crash left to be done in the sealed store"""
    with opened_store() as (home, session), home.seal() as seal:
        left = together.settle(session, seal)
        if take_in_again and (handles := together.unknown(session, seal)):
            inbox.wait_again(seal, handles)
            events.record(session, "seal.waits_again", None)
    if left:
        _say_pending(left)
        click.get_current_context().exit(1)
    say("密封库没有待完成的事项。", "Nothing is left to be done in the sealed store.")


def settle_at_start(home: Home, session: Session) -> None:
    """Finish what was left when the site last ended. A sealed store that cannot be used keeps it not from starting."""
    try:
        with home.seal() as seal:
            left = together.settle(session, seal)
    except CasebookError as error:
        click.echo(error.message(lang()), err=True)
        return
    except OperationalError:
        say("密封库暂时无法使用。", "The sealed store cannot be used just now.")
        return
    if left:
        _say_pending(left)


def _say_pending(count: int) -> None:
    say(
        f"密封库有 {count} 项尚待完成，已加密暂存，不会丢失。完成请运行：casebook seal settle",
        f"{count} are left to be done in the sealed store; they are kept under seal. Run: casebook seal settle",
    )


def _show(broken: list[tuple[str, str]]) -> None:
    """Name what is broken by its random handle, and end with exit status 1."""
    if not broken:
        return
    for handle, name in broken:
        click.echo(f"  {handle}  {name}")
    say(
        f"有 {len(broken)} 项无法打开或者缺失，请从备份恢复。",
        f"{len(broken)} could not be opened or are missing. Restore them from a backup.",
    )
    click.get_current_context().exit(1)
