"""The command `casebook`, run as a person at a terminal would."""

import http.client
import json
import os
import re
import subprocess
import sys
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from casebook import accounts, migrate, uploads
from casebook.db import make_engine, session_factory
from casebook.home import Home
from casebook.models import Event, Organisation, User
from fixtures import load as demonstration
from fixtures.invented import CASES
from tests.factories import CHEAP, PASSWORD, attach, make_case, make_organisation, make_user, save
from web.cli import main
from web.config import Config

ENGLISH = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "en_GB.UTF-8"}


@pytest.fixture
def run(home):
    """Run a command on this test's site and return its result; the exit status must be the one expected."""

    def run(*arguments: str, status: int = 0, keys: str | None = None, **environment: str):
        settings = {**ENGLISH, "CASEBOOK_HOME": str(home.path), "DATABASE_URL": home.url, **environment}
        result = CliRunner().invoke(main, arguments, input=keys, env=settings)
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result

    return run


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch):
    for function in (accounts.create_user, accounts.change_password):
        monkeypatch.setitem(function.__kwdefaults__, "hasher", CHEAP)


def test_init_makes_the_folder_the_key_and_the_tables(tmp_path, run):
    home = Home(tmp_path / "new site")

    result = run("init", CASEBOOK_HOME=str(home.path), DATABASE_URL="")

    assert str(home.path) in result.stdout
    assert home.secret_key()
    engine = home.engine()
    assert migrate.is_current(engine)
    engine.dispose()
    assert "ready" in run("init", CASEBOOK_HOME=str(home.path), DATABASE_URL="").stdout


def test_init_with_demo_loads_the_cases_and_the_accounts_once(run, monkeypatch, session):
    rows = [row for row in demonstration.published_cases() if row["task"] == "disposition"][:2]
    monkeypatch.setattr(demonstration, "published_cases", lambda: rows)

    first, again = run("init", "--demo").stdout, run("init", "--demo").stdout

    assert demonstration.open_accounts(session) == list(demonstration.ACCOUNTS)
    session.rollback()
    with_a_past = 3
    assert len(run("cases").stdout.splitlines()) == 2 + len(CASES) + with_a_past
    receipts = [re.search(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}", printed).group() for printed in (first, again)]
    assert receipts[0] == receipts[1]


@pytest.mark.parametrize(
    "command",
    [
        ["serve"],
        ["cases"],
        ["audit", "verify"],
        ["files", "sweep"],
        ["create-organisation", "A", "--name-zh", "x", "--name-en", "x"],
    ],
)
def test_before_init_every_command_says_what_to_run(tmp_path, run, command):
    result = run(*command, status=1, CASEBOOK_HOME=str(tmp_path / "nowhere"), DATABASE_URL="")

    assert "casebook init" in result.output
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_with_old_tables_is_not_served(run, engine):
    migrate.downgrade(engine, "base")

    assert "casebook init" in run("cases", status=1).output


def test_a_store_of_a_newer_version_is_refused_without_a_traceback(run, engine):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert "newer version" in run("init", status=1).output


def test_a_database_that_does_not_answer_is_said_in_one_line(run):
    url = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"

    result = run("cases", status=1, DATABASE_URL=url)

    assert "cannot be used" in result.output


@pytest.mark.parametrize(
    ("environment", "arguments", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, [], "完好"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, [], "完好"),
        ({"LANG": "C"}, [], "Intact"),
        ({"LANG": ""}, [], "Intact"),
        ({"LANG": "zh_CN.UTF-8"}, ["--lang", "en"], "Intact"),
        ({"LANG": "en_GB.UTF-8"}, ["--lang", "zh"], "完好"),
    ],
)
def test_messages_follow_the_terminal_unless_a_language_is_asked_for(run, environment, arguments, expected):
    assert run(*arguments, "audit", "verify", **environment).stdout.startswith(expected)


def test_cases_are_listed_by_number_as_json_lines(run, session):
    organ = make_organisation(session, code="QX")
    officer = make_user(session, organisation=organ)
    cases = [make_case(session, officer, title=f"案件{n}") for n in range(3)]
    save(session, cases[1], deaths=0)
    session.commit()

    lines = run("cases", "--format", "jsonl").stdout_bytes.decode().splitlines()

    rows = [json.loads(line) for line in lines]
    assert [row["id"] for row in rows] == [case.number for case in cases]
    assert rows[1]["facts"] == {"deaths": 0}
    assert "案件0" in lines[0], "characters are written as they are"


def test_cases_are_listed_for_reading_too(run, session):
    case = make_case(session, title="危桥改造")
    session.commit()

    assert run("cases").stdout.strip() == f"{case.number}\tdraft\t-\t-\t危桥改造"


def test_listing_cases_is_in_the_record(run, session):
    run("cases")

    event = session.scalars(select(Event)).one()
    assert (event.kind, event.by) == ("case.exported", None)


def test_a_broken_chain_is_named_and_the_exit_status_says_so(run, session):
    case = make_case(session)
    session.commit()
    session.execute(text("UPDATE cases SET title = 'another' WHERE id = :id"), {"id": case.id})
    session.commit()

    result = run("audit", "verify", status=1)

    assert re.match(r"Broken: event \d+: ", result.stdout)
    assert "已损坏" in run("--lang", "zh", "audit", "verify", status=1).stdout


def test_a_missing_file_breaks_the_audit_unless_files_are_left_out(run, session, home):
    attachment = attach(session, home, make_case(session))
    session.commit()
    uploads.place_of(home, attachment.sha256).unlink()

    assert "file" in run("audit", "verify", status=1).stdout
    assert "Intact" in run("audit", "verify", "--no-files").stdout


def test_leftover_files_are_swept(run, home):
    (home.files / "ab").mkdir()
    (home.files / "ab" / "abcd").write_bytes(b"x")

    assert run("files", "sweep").stdout.startswith("1 ")
    assert run("--lang", "zh", "files", "sweep").stdout.startswith("已删除 0 ")


def test_organs_and_accounts_are_made_from_the_command_line(run, session):
    run("create-organisation", "YS", "--name-zh", "云山市", "--name-en", "Yunshan")
    run("create-organisation", "QX", "--name-zh", "青溪县", "--name-en", "Qingxi", "--parent", "YS")
    account = ["create-user", "Li.Si", "--name", "李四", "--role", "officer", "--organisation", "QX"]
    result = run(*account, keys=f"{PASSWORD}\n{PASSWORD}\n")

    assert "li.si" in result.stdout
    assert PASSWORD not in result.output
    session.rollback()
    user = session.scalars(select(User)).one()
    assert (user.login, user.role, user.organisation.parent.code) == ("li.si", "officer", "YS")


def test_what_cannot_be_kept_is_said_in_the_users_language_and_nothing_is_made(run, session):
    account = [
        "create-user",
        "li",
        "--name",
        "李四",
        "--role",
        "officer",
        "--organisation",
        "QX",
        "--password",
    ]

    assert "create-organisation" in run(*account, PASSWORD, status=1).output
    run("create-organisation", "QX", "--name-zh", "青溪县", "--name-en", "Qingxi")
    assert "密码长度" in run("--lang", "zh", *account, "short", status=1).output
    assert (
        "already used"
        in run("create-organisation", "QX", "--name-zh", "x", "--name-en", "x", status=1).output
    )
    assert session.scalars(select(User)).all() == []
    assert len(session.scalars(select(Organisation)).all()) == 1


def test_an_account_is_switched_off_and_given_a_new_password_from_the_command_line(run, session):
    user = make_user(session, login="li.si")
    token = accounts.start_sign_in(session, user)
    session.commit()

    run("set-password", "li.si", "--password", "an entirely new passphrase")
    session.expire_all()
    assert accounts.find_sign_in(session, token) is None
    assert accounts.check_password(session, "li.si", "an entirely new passphrase", hasher=CHEAP)
    session.rollback()
    run("deactivate-user", "li.si")

    session.expire_all()
    assert not user.active
    session.rollback()
    assert "no account" in run("deactivate-user", "nobody", status=1).output


def test_a_command_that_does_not_exist_is_refused_with_the_usual_status(run):
    assert "No such command" in run("burn", status=2).output


@pytest.fixture
def serving(home):
    """Start the site as its own process; gives what it printed up to the address, and the address."""
    processes = []

    def start(*arguments: str, **environment: str):
        settings = {
            **os.environ,
            **ENGLISH,
            "CASEBOOK_HOME": str(home.path),
            "DATABASE_URL": home.url,
            **environment,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "serve", "--port", "0", *arguments],
            env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        processes.append(process)
        printed = ""
        for line in process.stdout:
            printed += line
            if found := re.search(r"http://\S+", line):
                return printed, found.group()
        raise AssertionError(printed)

    yield start
    for process in processes:
        process.terminate()  # a job started in the background ignores the signal of Ctrl+C
        process.communicate(timeout=10)
        assert process.returncode == 0


def test_serve_prints_the_address_and_answers_there(serving):
    printed, address = serving()

    assert address.startswith("http://127.0.0.1:")
    assert "Demonstration accounts" not in printed
    connection = http.client.HTTPConnection(address.removeprefix("http://").rstrip("/"), timeout=10)
    connection.request("GET", "/sign-in")
    assert connection.getresponse().status == 200
    connection.close()


def test_serve_prints_the_demonstration_accounts_and_warns_when_it_is_visible_outside(
    serving, home, monkeypatch
):
    monkeypatch.setattr(demonstration, "published_cases", list)
    engine = make_engine(home.url)
    with home.seal() as seal, session_factory(engine)() as session:
        demonstration.load(session, seal, as_of=date(2026, 11, 21), hasher=CHEAP)
        session.commit()
    engine.dispose()

    printed, _ = serving("--host", "0.0.0.0")  # noqa: S104 - that is the point

    assert "casebook-demo-officer" in printed
    assert "visible on the network" in printed
    assert "passwords of the demonstration accounts are public" in printed


def test_a_port_that_is_taken_is_said_in_one_line(serving, run):
    _, address = serving()
    port = address.rstrip("/").rsplit(":", 1)[1]

    assert "--port" in run("serve", "--port", port, status=1).output


def test_the_audit_compares_with_a_head_noted_earlier(run, session):
    make_case(session)
    session.commit()
    count, head = re.search(r"(\d+) events checked, head (\w+)", run("audit", "verify").stdout).groups()

    run("audit", "verify", "--expect", f"{count}:{head}")
    assert "noted earlier" in run("audit", "verify", "--expect", f"{count}:{'0' * 64}", status=1).output
    assert "COUNT:HASH" in run("audit", "verify", "--expect", "yesterday", status=2).output


def test_a_folder_made_beforehand_is_closed_to_others(tmp_path, run):
    folder = tmp_path / "made"
    folder.mkdir(mode=0o755)

    run("init", CASEBOOK_HOME=str(folder), DATABASE_URL="")

    assert folder.stat().st_mode & 0o077 == 0


def test_no_request_is_read_without_end_and_only_the_named_proxy_is_believed(home):
    plain, behind = Config(home).server_settings(), Config(home, proxy="127.0.0.1").server_settings()

    assert plain == {
        "max_request_body_size": 128 * 1024 * 1024,
        "log_socket_errors": False,
    }
    assert behind["trusted_proxy"] == "127.0.0.1"
    assert behind["clear_untrusted_proxy_headers"]
