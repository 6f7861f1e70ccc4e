"""The commands that keep what is searched in step with what it was made from."""

from collections import Counter

import click
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import Case, Precedent
from casebook.search import index, likeness
from web.terminal import lang, opened_store, progress, say, words

WHAT = {
    "missing": Problem("缺少", "missing"),
    "left_over": Problem("多余", "left over"),
    "differs": Problem("内容不一致", "differs"),
}


@click.group("search")
def search_group() -> None:
    """检索索引 / what is searched"""


@search_group.command("rebuild")
def rebuild() -> None:
    """重建检索索引 / make everything that is searched anew"""
    with opened_store() as (_, session):
        made = rebuilt(session)
    say(f"检索索引已重建：{made} 条。", f"Everything searched is made anew: {made} entries.")


@search_group.command("check")
def check() -> None:
    """核对检索索引；有不一致时退出码为 1 / compare it with precedents and cases; exit status 1 if it differs"""
    with opened_store() as (_, session):
        found = index.check(session)
        for one in found:
            what, row = (
                WHAT[one.what].message(lang()),
                (
                    session.get(Precedent, one.precedent_id)
                    if one.precedent_id
                    else session.get(Case, one.case_id)
                ),
            )
            number = row.code if one.precedent_id else row.number
            click.echo(f"{what}{words('：', ': ')}{number}")
    if found:
        counted = ", ".join(f"{WHAT[what].message(lang())} {number}" for what, number in Counter(
            one.what for one in found
        ).items())  # fmt: skip
        say(f"检索索引不一致（{counted}）。请运行：casebook search rebuild",
            f"What is searched is out of step ({counted}). Run: casebook search rebuild")  # fmt: skip
        click.get_current_context().exit(1)
    say("检索索引与案件、先例一致。", "What is searched agrees with the cases and precedents.")


@search_group.command("liken")
def liken() -> None:
    """为先例制作“意思相近”所需的向量（可选组件） / make the vectors of the extra for likeness of meaning"""
    if not likeness.is_installed():
        raise click.ClickException(
            words(
                "可选组件未安装：pip install --require-hashes --no-build-isolation -r requirements/similarity.lock",
                "The extra is not installed: "
                "pip install --require-hashes --no-build-isolation -r requirements/similarity.lock",
            )
        )
    with opened_store() as (_, session), progress(None) as advance:
        likeness.make_vectors(session, likeness.embedder(), advance=advance)
    say("已完成。", "Done.")


def rebuilt(session: Session) -> int:
    """Rebuild with a bar of progress; returns how many entries there are."""
    with progress(index.to_be_read(session)) as advance:
        return index.rebuild(session, advance)


def refresh(session: Session) -> None:
    """After an upgrade: rebuild if anything was cut or worded by an earlier version, or was never read."""
    if not index.is_made_with_present_words(session):
        rebuilt(session)
