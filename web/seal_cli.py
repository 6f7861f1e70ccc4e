"""The commands of the sealed store: new keys, and whether everything in it still opens. No content is ever shown."""

import click
from sqlalchemy import select

from casebook import events
from casebook.complaints.steps import HELD
from casebook.models import AdvanceFiling, Complaint
from casebook.seal import rotation
from web.terminal import opened_store, progress, say


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
    for key, count in sorted(found.by_key.items()):
        say(f"密钥 {key}：{count} 项", f"Key {key}: {count} ciphertexts")
    say("密封内容完好。", "Everything sealed opens.") if found.ok else _show(found.broken)


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
