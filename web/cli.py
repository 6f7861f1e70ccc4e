"""The command `casebook`. Messages are Chinese or English by --lang, else by the terminal's language."""

import json
import logging
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from casebook import __version__, accounts, audit, migrate, queries, recommend, uploads
from casebook.clocks import calendar
from casebook.errors import BadFields, CasebookError, Problem
from casebook.home import Home
from casebook.models import Organisation, Role, User
from casebook.procedure import code
from casebook.procedure.dates import today
from casebook.seal.store import Seal
from fixtures import load as demonstration
from rules.yaml_source import SourceError
from web import create_app, server_log
from web.calendar_cli import calendar_group
from web.config import Config
from web.file_cli import file_group
from web.precedent_ageing_cli import refresh
from web.precedent_library_cli import export_file, import_file
from web.precedents_cli import precedents_group
from web.prove_cli import prove_command, prove_what_is_new
from web.release_cli import release_periods
from web.rules_cli import adjudicate, check_packs_command
from web.seal_cli import seal_group, settle_at_start
from web.search_cli import refresh as refresh_search
from web.search_cli import search_group
from web.server import make_server
from web.terminal import closing_engine, lang, opened_store, say, words

try:
    import resource
except ImportError:  # Windows, which writes no image of a process by itself
    resource = None

log = logging.getLogger("casebook.web")
LOCAL = "127.0.0.1"
A_MINUTE = 60  # seconds between two looks at what day it is
LOOK_MINUTES = 10  # between two at whether what is in force was proved: what goes wrong with each is a trace in the log


class Group(click.Group):
    """Says what went wrong in the user's language and never shows a traceback for what can be expected."""

    def invoke(self, context: click.Context):
        try:
            return super().invoke(context)
        except (CasebookError, SourceError) as error:  # the latter of a pack or a table of the product
            raise click.ClickException(error.message(lang())) from None
        except OperationalError as error:
            reason = str(error.orig).strip()
            raise click.ClickException(
                words(f"数据库无法使用：{reason}", f"The database cannot be used: {reason}")
            ) from None
        except PermissionError as error:
            raise click.ClickException(
                words(f"没有读写权限：{error.filename}", f"No permission to read or write: {error.filename}")
            ) from None


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--lang", "chosen", type=click.Choice(accounts.LANGUAGES), help="消息语言 / language of messages"
)
@click.version_option(__version__, prog_name="casebook")
@click.pass_context
def main(context: click.Context, chosen: str | None) -> None:
    """Casebook 容错纠错案簿"""
    context.obj = chosen or terminal_language()


main.add_command(adjudicate)
main.add_command(file_group)
main.add_command(check_packs_command)
main.add_command(prove_command)
main.add_command(calendar_group)
main.add_command(precedents_group)
main.add_command(search_group)
main.add_command(seal_group)
main.add_command(release_periods)
for command in (import_file, export_file):
    precedents_group.add_command(command)


def terminal_language() -> str:
    """zh where the terminal's language is Chinese, else en."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if named.lower().startswith("zh") else "en"


@main.command()
@click.option("--demo", is_flag=True, help="连同演示案件和账户 / with the demonstration cases and accounts")
def init(demo: bool) -> None:
    """创建或升级数据库 / create or migrate the store"""
    home = Home.from_env()
    home.create()
    with closing_engine(home) as engine:
        if not migrate.is_current(engine):
            migrate.upgrade(engine)
    with opened_store() as (_, session):
        calendar.seed(session, None)
        refresh_search(session)
    say(f"数据目录已就绪：{home.path}", f"The store is ready: {home.path}")
    if demo:
        with home.seal() as seal:
            with opened_store() as (_, session):
                load_demonstration(session, seal)  # `serve` shows its accounts, as long as they are open
            show_receipt(seal)
    with opened_store() as (_, session):
        refresh(session)


def load_demonstration(session: Session, seal: Seal) -> None:
    bar = click.progressbar(
        length=1,
        label=words("载入演示案件", "Loading demonstration cases"),
        file=sys.stderr,
    )

    def progress(done: int, total: int) -> None:
        bar.length = total
        bar.update(1)

    if demonstration.is_loaded(session):
        return
    with bar:
        demonstration.load(session, seal, as_of=today(), progress=progress)


def show_receipt(seal: Seal) -> None:
    """Print the receipt with which a newcomer comes back to an invented complaint at /report."""
    if receipt := demonstration.receipt(seal):
        shown = code.grouped(receipt)
        say(
            f"演示查询码：{shown}（打开 /report 选“查询办理情况”，不用登录）",
            f"Demonstration receipt: {shown} (open /report, “Come back with a receipt”; no account is needed)",
        )


def show_accounts(session: Session) -> None:
    """Print the demonstration accounts that still have their public passwords."""
    found = demonstration.open_accounts(session)
    if not found:
        return
    say("演示账户（登录名 / 密码 / 角色）：", "Demonstration accounts (login / password / role):")
    for account in found:
        click.echo(f"  {account.login:<14} {account.password:<28} {account.role} {account.name}")


@main.command()
@click.option("--host", default=LOCAL, show_default=True, help="监听地址 / address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="端口 / port")
def serve(host: str, port: int) -> None:
    """启动网站 / start the site"""
    with opened_store() as (home, session):
        demo = demonstration.open_accounts(session)
        show_accounts(session)
        refresh(session)
        settle_at_start(home, session)
    if host not in (LOCAL, "localhost", "::1"):
        say(
            "注意：网站将在网络上可见，请在前面设置 HTTPS 反向代理。",
            "Note: the site will be visible on the network; put an HTTPS proxy in front of it.",
        )
        if demo:
            say(
                "警告：演示账户的密码是公开的，请先停用：casebook deactivate-user",
                "Warning: the passwords of the demonstration accounts are public. "
                "Switch them off first: casebook deactivate-user",
            )
    try:
        door = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(
            words(
                f"无法监听 {host}:{port}：{reason}。请换一个端口：--port",
                f"Cannot listen on {host}:{port}: {reason}. Try another --port",
            )
        ) from None
    config = Config.from_env()
    server_log.init()
    leave_no_core()
    app = create_app(config)
    server = make_server(app, door, config)
    address = f"http://{f'[{host}]' if ':' in host else host}:{door.getsockname()[1]}/"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # as Ctrl+C: requests under way are answered first
    threading.Thread(target=keep_ready, args=[app], daemon=True).start()
    say(f"容错纠错案簿：{address}", f"Casebook: {address}")
    say("按 Ctrl+C 停止。", "Press Ctrl+C to stop.")
    server.run()


def keep_ready(app: Flask) -> None:
    """Compile the rules and prove what is new, at once and when a day begins, and look every ten minutes what is new.

    A look takes a millisecond and starts nothing where what is in force was proved. Without it a pack that is
    approved or ended with effect today, or a proof that broke off at midnight, would wait for the next day.
    """
    ready_for = None
    for minute in count():
        day = today()
        if ready_for != day:
            ready_for = day
            unless_it_breaks(recommend.warm_up, day)
            unless_it_breaks(prove_what_is_new, app)
        elif minute % LOOK_MINUTES == 0:
            unless_it_breaks(prove_what_is_new, app)
        time.sleep(A_MINUTE)


def unless_it_breaks(part: Callable[[Any], object], about: Any) -> None:
    """Do one part; what goes wrong with it, as where the store is locked, is logged and keeps nobody from the next."""
    try:
        part(about)
    except Exception:
        log.exception("what makes the rules ready broke off")


def leave_no_core() -> None:
    """A process that crashes leaves no image of its memory, where keys and words are, on a disk."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@main.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="格式 / format",
)
def cases(form: str) -> None:
    """按案号列出案件 / list the cases by number"""
    with opened_store() as (_, session):
        rows = queries.export_cases(session, None)
    for row in rows:
        line = json.dumps(row, ensure_ascii=False) if form == "jsonl" else _line(row)
        click.echo(line.encode())  # always UTF-8, whatever the terminal's encoding


def _line(row: dict) -> str:
    return "\t".join(
        [row["id"], row["status"], row["disposition"] or "-", row["certainty"] or "-", row["title"]]
    )


@main.group("audit")
def audit_group() -> None:
    """核查记录 / check the record"""


@audit_group.command("verify")
@click.option("--files/--no-files", default=True, help="同时核对材料文件 / also check the files")
@click.option(
    "--expect",
    metavar="COUNT:HASH",
    help="以前记下的条数和链头 / a count and a head noted earlier",
)
def audit_verify(files: bool, expect: str | None) -> None:
    """核对事件链；有损坏时退出码为 1 / check the chain of events; exit status 1 if it is broken"""
    noted = re.fullmatch(r"([0-9]{1,9}):([0-9a-f]{64})", expect) if expect else None
    if expect and not noted:
        raise click.BadParameter(words("应为 条数:链头", "must be COUNT:HASH"), param_hint="--expect")
    with opened_store() as (home, session):
        report = audit.verify(session, home if files else None, (int(noted[1]), noted[2]) if noted else None)
    click.echo(report.message(lang()))
    if not report.ok:
        click.get_current_context().exit(1)


@main.group("files")
def files_group() -> None:
    """材料文件 / files of cases"""


@files_group.command("sweep")
def files_sweep() -> None:
    """删除没有任何案件引用的残留文件 / remove files that no case refers to"""
    with opened_store() as (home, session):
        removed = uploads.sweep(session, home)
    say(f"已删除 {len(removed)} 个残留文件。", f"{len(removed)} leftover files removed.")


@main.command("create-organisation")
@click.argument("code")
@click.option("--name-zh", required=True, help="中文名称 / name in Chinese")
@click.option("--name-en", required=True, help="英文名称 / name in English")
@click.option("--parent", metavar="CODE", help="上级单位代码 / code of the organ above")
def create_organisation(code: str, name_zh: str, name_en: str, parent: str | None) -> None:
    """新建单位 / add an organ"""
    with opened_store() as (_, session):
        above = _organisation(session, parent, "parent") if parent else None
        accounts.create_organisation(session, None, code=code, name_zh=name_zh, name_en=name_en, parent=above)
    say(f"已新建单位 {code}。", f"Organ {code} added.")


@main.command("create-user")
@click.argument("login")
@click.option("--name", required=True, help="姓名 / name")
@click.option("--role", required=True, type=click.Choice([str(role) for role in Role]), help="角色 / role")
@click.option("--organisation", required=True, metavar="CODE", help="单位代码 / code of the organ")
@click.password_option(
    prompt="密码 / Password",
    confirmation_prompt="再次输入 / Repeat",
    help="不给出则提示输入 / prompted for if not given",
)
def create_user(login: str, name: str, role: str, organisation: str, password: str) -> None:
    """新建账户 / add an account"""
    with opened_store() as (_, session):
        organ = _organisation(session, organisation, "organisation")
        user = accounts.create_user(
            session, None, login=login, name=name, password=password, role=role, organisation=organ
        )
        created = user.login
    say(f"已新建账户 {created}。", f"Account {created} added.")


@main.command("deactivate-user")
@click.argument("logins", metavar="LOGIN...", nargs=-1, required=True)
def deactivate_user(logins: tuple[str, ...]) -> None:
    """停用账户并立即结束其登录 / switch accounts off and end their sign-ins at once"""
    with opened_store() as (_, session):
        for login in logins:
            accounts.set_active(session, _user(session, login), None, active=False)
    say(f"已停用：{'、'.join(logins)}", f"Switched off: {', '.join(logins)}")


@main.command("set-password")
@click.argument("login")
@click.password_option(
    prompt="新密码 / New password",
    confirmation_prompt="再次输入 / Repeat",
    help="不给出则提示输入 / prompted for if not given",
)
def set_password(login: str, password: str) -> None:
    """重设密码并结束该账户的登录 / set a password and end the account's sign-ins"""
    with opened_store() as (_, session):
        accounts.change_password(session, _user(session, login), None, password)
    say(f"已重设 {login} 的密码。", f"The password of {login} is set.")


def _user(session: Session, login: str) -> User:
    user = accounts.find_user(session, login)
    if user is None:
        raise BadFields(
            {"login": Problem(f"没有登录名为“{login}”的账户。", f"There is no account “{login}”.")}
        )
    return user


def _organisation(session: Session, code: str, field: str) -> Organisation:
    organisation = accounts.find_organisation(session, code)
    if organisation is None:
        raise BadFields(
            {field: Problem(
                f"没有代码为“{code}”的单位。请先运行：casebook create-organisation",
                f"There is no organ with the code “{code}”. Run first: casebook create-organisation",
            )}
        )  # fmt: skip
    return organisation


if __name__ == "__main__":
    main()
