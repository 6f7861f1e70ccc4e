"""Proving what is in force on a site, on record: by command, and beside the requests when it starts or a day begins."""

from datetime import datetime, timedelta

import click
from flask import Flask

from casebook.db import utc_now
from casebook.intake import BEIJING
from casebook.packs import everything
from casebook.procedure.dates import today
from rules.proofs import prove
from web.packs import jobs
from web.rules_cli import say_failure, say_verdict
from web.session import reading
from web.terminal import opened_store, say, words

REST = timedelta(hours=1)  # one that takes too much keeps a processor busy for a quarter of it (see web.packs.jobs)


@click.command("prove")
def prove_command() -> None:
    """证明本站现行全部规则并留存记录；未能证明时退出码为 1 / prove what is in force, keep it; exit status 1 if not

    包括本站自行批准的规则包。只查产品自带的、不留记录：casebook check-packs --prove。/ With the packs that the site
    approved for itself. The shipped ones alone, without a record: casebook check-packs --prove.
    """
    with opened_store() as (_, session):
        digest, libraries = everything.prove_all(session, today())
        session.commit()  # the proof takes seconds: nobody is kept from writing
        now = datetime.now(BEIJING)
        proofs = [prove(one, at=now, tell=say_verdict) for one in libraries]
        row = everything.keep_proof_of_all(session, None, digest, proofs, "prove")
        number, passed = row.id, row.passed
    for place, failure in enumerate(one for proof in proofs for one in proof.failures):
        say_failure(failure)
        if failure.facts:
            path = f"/site-packs/trial/{number}/{place}"
            click.echo(
                words(f"    登录后以表单打开：{path}", f"    as a form, once signed in: {path}"), err=True
            )
    say(
        f"{now:%Y-%m-%d %H:%M}，证明记录第 {number} 号，全部所证内容的校验值 {digest}",
        f"{now:%Y-%m-%d %H:%M}, kept as proof number {number}, digest of all that was proved {digest}",
    )
    if not passed:
        click.get_current_context().exit(1)


def prove_what_is_new(app: Flask) -> None:
    """Begin to prove what is in force, unless exactly that was proved before: no site leaves its law unproved unsaid.

    It runs in a process of its own, and the register of packs says how far it is. It is not begun while another one is
    under way, nor again within an hour of the begin of one that broke off.
    """
    with app.app_context():
        last = jobs.jobs().of(jobs.ALL)
        if last is not None and (not last.failed or utc_now() - last.begun < REST):
            return
        with reading() as session:
            unproved = not everything.proof_of_all(session, today())[1]
            fits = everything.unfit(session, today()) is None
        if unproved and fits:
            jobs.prove_everything(None, today(), "serve")
