"""How fast the pages answer: the real application over a real store, asked in one thread without a network."""

import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from casebook import migrate
from casebook.db import session_factory
from casebook.home import Home
from fixtures import load
from web import create_app
from web.config import Config


def requests_a_second(folder: Path, seconds: float) -> Iterator[tuple[str, float, int]]:
    """Yield for each page its name, requests a second, and the size of its answer in bytes."""
    home = Home(folder)
    home.create()
    engine = home.engine()
    migrate.upgrade(engine)
    with home.seal() as seal, session_factory(engine)() as session:
        load.load(session, seal, as_of=date(2026, 11, 21))
        session.commit()
    engine.dispose()
    client = create_app(Config(home=home, testing=True)).test_client()
    sign_in(client)
    first = re.search(r'href="(/cases/[^"/]+-\d+)', client.get("/cases").text).group(1)
    for name, path in (
        ("recommendation page", f"{first}/recommendation"),
        ("list of cases", "/cases"),
        ("task list of a case", first),
    ):
        yield name, *_rate(client, path, seconds / 2)


def sign_in(client) -> None:
    account = load.ACCOUNTS[0]
    page = client.get("/sign-in?lang=en").get_data(as_text=True)
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    client.post("/sign-in", data={"csrf_token": token, "login": account.login, "password": account.password})


def _rate(client, path: str, seconds: float) -> tuple[float, int]:
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        client.get(path)
        count += 1
    return count / (time.perf_counter() - start), len(answer.data)
