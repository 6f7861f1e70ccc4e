"""The folder of a site."""

import pytest

from casebook.errors import StoreNotReady
from casebook.home import Home


def test_the_folder_and_its_secret_key_are_for_the_owner_only(tmp_path):
    home = Home(tmp_path / "site")
    home.create()

    assert home.path.stat().st_mode & 0o777 == 0o700
    assert home.secret_key_file.stat().st_mode & 0o777 == 0o600
    assert len(home.secret_key()) == 64


@pytest.mark.parametrize("before", [None, 0o644])
def test_the_database_is_for_the_owner_only_wherever_it_is_copied(tmp_path, before):
    home = Home(tmp_path / "site")
    database = home.path / "casebook.db"
    if before:
        home.path.mkdir()
        database.touch(before)
    home.create()

    assert database.stat().st_mode & 0o777 == 0o600


def test_creating_again_keeps_the_key(tmp_path):
    home = Home(tmp_path / "site")
    home.create()
    key = home.secret_key()

    home.create()

    assert home.secret_key() == key


def test_two_sites_have_different_keys(tmp_path):
    homes = [Home(tmp_path / name) for name in "ab"]
    for home in homes:
        home.create()

    assert homes[0].secret_key() != homes[1].secret_key()


def test_without_a_key_the_store_is_not_ready(tmp_path):
    with pytest.raises(StoreNotReady) as not_ready:
        Home(tmp_path).secret_key()

    assert "casebook init" in not_ready.value.message("zh")


def test_the_environment_says_where_the_data_lies(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert Home.from_env({}).path == tmp_path / "var"
    assert Home.from_env({}).url == f"sqlite:///{tmp_path / 'var' / 'casebook.db'}"
    assert Home.from_env({"CASEBOOK_HOME": "/srv/casebook"}).files.as_posix() == "/srv/casebook/files"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_address_names_our_driver_however_it_is_written(tmp_path, scheme):
    home = Home.from_env(
        {"CASEBOOK_HOME": str(tmp_path), "DATABASE_URL": f"{scheme}://me:secret@db/casebook"}
    )

    assert home.url == "postgresql+psycopg://me:secret@db/casebook"
    assert "secret" not in repr(home)
