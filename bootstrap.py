"""Make .venv and fill it from the hash-locked sets; the first step of ./run and ./test.

    python3 bootstrap.py run           what the site needs
    python3 bootstrap.py test          the same, the test tools, and a browser for the journeys
    python3 bootstrap.py bundle [set]  fill wheelhouse/ for a machine without a network

Standard library only, and it has to parse on an old Python in order to say that it is too old.
A stamp in .venv holds the digest of what was installed, so a second start does nothing here.
CASEBOOK_NO_APT=1 keeps it from installing system packages even where it could.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "casebook-installed.json"
LOCKS = ROOT / "requirements"
WHEELHOUSE = ROOT / "wheelhouse"
OLDEST = (3, 11)
SETS = ("run", "test")

# durable-rules calls a function that Python 3.13 removed. Its setup.py overwrites CFLAGS, so the new
# name can only be given here. On older Pythons the two names mean the same.
BUILD_ENV = {"CPPFLAGS": "-DPyEval_CallObject=PyObject_CallObject", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


class Stop(Exception):
    """Set-up cannot go on; the message tells the reader what to do, in Chinese and in English."""

    def __init__(self, zh, en):
        super().__init__("%s\n%s" % (zh, en))


def say(zh, en):
    print("[casebook] %s / %s" % (zh, en), file=sys.stderr, flush=True)


def run(command, zh, en):
    """Run a command; if it fails, stop with the reason instead of a traceback."""
    words = [str(part) for part in command]
    try:
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL, env=dict(os.environ, **BUILD_ENV))
    except (OSError, subprocess.CalledProcessError) as error:
        line = " ".join(shlex.quote(word) for word in words)
        raise Stop("%s\n    %s" % (zh, line), "%s (%s)" % (en, error.__class__.__name__)) from None


def succeeds(command, **more):
    """Whether a command runs and ends well; what it prints is not shown."""
    try:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.run(command, check=False, **quiet, **more).returncode == 0
    except OSError:
        return False


def apt_line(packages):
    return "sudo apt-get update && sudo apt-get install --no-install-recommends -y " + " ".join(packages)


def may_apt():
    """The words to put before apt-get when we may install system packages, else None."""
    if os.environ.get("CASEBOOK_NO_APT") or not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo and succeeds([sudo, "-n", "true"]) else None


def apt_install(packages):
    """Install Debian packages; True when done, False when we may not or it did not work."""
    before = may_apt()
    if before is None:
        return False
    say("正在安装系统软件包：" + " ".join(packages), "Installing system packages")
    apt = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-oDPkg::Lock::Timeout=300"]
    for words in (["update"], ["install", "--no-install-recommends", "-y", *packages]):
        if subprocess.run(apt + words, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode:
            return False
    return True


def can_compile():
    """Whether a C compiler finds Python's headers and the C library's."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    preprocess = [compiler, "-I", sysconfig.get_path("include"), "-E", "-x", "c", "-"]
    return succeeds(preprocess, input=b"#include <Python.h>\n#include <stdio.h>\n")


def look_for_builders(venv_exists):
    """Have what set-up cannot do without, or stop with the exact line to run."""
    missing = []
    if not venv_exists and not pip_from_wheelhouse() and importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    if not list(WHEELHOUSE.glob("durable_rules-*.whl")) and not can_compile():
        missing += ["gcc", "libc6-dev", "python3-dev"]
    if missing and not apt_install(missing):
        raise Stop(
            "缺少系统软件包。请运行下面一行，然后重新启动：\n    " + apt_line(missing),
            "System packages are missing. Run the line above, then start again.",
        )


def look_for_browser():
    """Install what the browser journeys drive, or say why they will be skipped; never stops the tests."""
    missing = []
    shell = "chromium-headless-shell"  # loads a page with a third of the work; Debian has it, Ubuntu does not
    if not any(map(shutil.which, (shell, "chromium", "chromium-browser"))):
        missing.append(shell if succeeds(["apt-cache", "show", shell]) else "chromium")
    if not shutil.which("fc-list") or not subprocess.check_output(["fc-list", ":lang=zh-cn"]).strip():
        missing.append("fonts-noto-cjk")
    if missing and not apt_install(missing):
        say(
            "缺少 %s，浏览器测试会跳过；需要时请运行下面一行" % " ".join(missing),
            "Browser journeys are skipped; to have them, run\n    " + apt_line(missing),
        )


def pip_from_wheelhouse():
    """pip can run out of its own wheel, which is how a machine without ensurepip starts offline."""
    return [[VENV_PYTHON, wheel / "pip"] for wheel in WHEELHOUSE.glob("pip-*.whl")][:1]


def make_venv():
    say("正在建立 Python 环境 .venv", "Creating the Python environment .venv")
    options = ["--clear"] + ["--without-pip"] * bool(pip_from_wheelhouse())
    python = os.path.realpath(sys.executable)
    run([python, "-m", "venv", *options, VENV], "建立 .venv 失败：", "Could not create .venv")


def without_hashes(lock):
    """The versions of a lock alone, for a wheelhouse made by hand: a wheel built here has its own hash."""
    copy = VENV / lock.name
    copy.write_text(re.sub(r"\s*\\\n\s+--hash=\S+", "", lock.read_text()))
    return copy


def install(name):
    """Install one locked set, from wheelhouse/ if there is one and from the package index if not."""
    offline = WHEELHOUSE.is_dir()
    say("正在安装依赖（首次约需一分钟）", "Installing dependencies (about a minute the first time)")
    pip = [*pip_from_wheelhouse(), [VENV_PYTHON, "-m", "pip"]][0]
    pip_install = [*pip, "install", "-q"] + ["--no-index", "--find-links", WHEELHOUSE] * offline
    builder, lock = LOCKS / "build.lock", LOCKS / (name + ".lock")
    if offline:
        sealed = WHEELHOUSE / (name + ".lock")
        builder, lock = without_hashes(builder), sealed if sealed.exists() else without_hashes(lock)
    for words in (["-r", builder], ["--no-build-isolation", "-r", lock]):
        run(pip_install + words, "安装依赖失败：", "Could not install; pip's own message is above")


def link_project():
    """Make our packages importable and `casebook` a command, without a build step."""
    site = VENV / "lib" / ("python%d.%d" % sys.version_info[:2]) / "site-packages"
    (site / "casebook-root.pth").write_text("%s\n" % ROOT)
    command = VENV / "bin" / "casebook"
    main = "import sys; sys.argv[0] = 'casebook'; from web.cli import main; sys.exit(main())"
    command.write_text('#!/bin/sh\nexec %s -P -c "%s" "$@"\n' % (shlex.quote(str(VENV_PYTHON)), main))
    command.chmod(0o755)


def digest(name):
    files = (LOCKS / "build.lock", LOCKS / (name + ".lock"), Path(__file__))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def ensure(name):
    """Bring .venv up to the named set. The test set holds the run set."""
    python = "%d.%d %s" % (*sys.version_info[:2], ROOT)
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        stamp = {}
    usable = stamp.get("python") == python and VENV_PYTHON.exists()
    if usable and stamp.get(name) == digest(name):
        return
    look_for_builders(usable)
    if not usable:
        make_venv()
        stamp = {"python": python}
    STAMP.unlink(missing_ok=True)  # an install that is cut short starts afresh
    install(name)
    link_project()
    stamp.update({held: digest(held) for held in SETS[: SETS.index(name) + 1]})
    STAMP.write_text(json.dumps(stamp, indent=1))


def bundle(name):
    """Fill wheelhouse/ with a set's wheels, durable-rules built here included, and a lock of their hashes."""
    shutil.rmtree(WHEELHOUSE, ignore_errors=True)
    ensure(name)
    zh, en = "下载离线安装包失败：", "Could not fill wheelhouse/"
    pip_wheel = [VENV_PYTHON, "-m", "pip", "wheel", "-q", "--no-build-isolation", "-w", WHEELHOUSE]
    for lock in ("build", name):
        run([*pip_wheel, "-r", LOCKS / (lock + ".lock")], zh, en)
    lines = []
    for wheel in sorted(WHEELHOUSE.glob("*.whl")):
        project, version = wheel.name.split("-")[:2]
        sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines.append("%s==%s --hash=sha256:%s\n" % (project, version, sha256))
    (WHEELHOUSE / (name + ".lock")).write_text("".join(lines))
    say("已写入 wheelhouse/，连同项目一起复制即可", "wheelhouse/ is ready; copy it along with the project")


def use_newer_python():
    """Start again under a Python that is new enough, or say that there is none."""
    for minor in range(20, OLDEST[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)
        if found and succeeds([found, "-c", ""]):
            os.execv(found, [found, *sys.argv])  # noqa: S606
    here = sys.version.split()[0]
    raise Stop("需要 Python 3.11 或更新版本，现有 %s。" % here, "Python 3.11 or newer is needed.")


def main(words):
    if words[:1] not in (["run"], ["test"], ["bundle"]) or len(words) > 2 or not set(words[1:]) <= set(SETS):
        raise Stop("用法 / Usage:", "    python3 bootstrap.py run | test | bundle [run | test]")
    if sys.version_info < OLDEST:
        use_newer_python()
    turn = os.open(str(ROOT), os.O_RDONLY)
    fcntl.flock(turn, fcntl.LOCK_EX)  # two starts at once take turns
    if words[0] == "bundle":
        bundle(words[1] if words[1:] else "run")
    else:
        ensure(words[0])
    if words[0] == "test":
        look_for_browser()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Stop as stop:
        sys.exit("[casebook] %s" % stop)
    except OSError as error:
        sys.exit("[casebook] 无法读写文件 / Cannot read or write a file: %s" % error)
    except KeyboardInterrupt:
        sys.exit(130)
