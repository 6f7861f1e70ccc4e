"""What the web server writes by itself tells nothing of who came; what a crash leaves holds nothing of anybody."""

import contextlib
import logging
import socket
import subprocess
import sys

import pytest

from web import server_log

NONSENSE = b"GET http://[::1/report/status HTTP/1.1\r\nHost: site\r\n\r\n"


@pytest.fixture
def silent(monkeypatch):
    monkeypatch.setattr(logging.getLogger("waitress"), "filters", [])
    server_log.init()


def test_nonsense_sent_to_the_server_leaves_no_address_and_no_path_in_the_log(silent, served, caplog):
    with caplog.at_level(logging.DEBUG), socket.create_connection(served, timeout=5) as visitor:
        address = visitor.getsockname()
        visitor.sendall(NONSENSE)
        with contextlib.suppress(ConnectionError):
            assert visitor.recv(100) == b""  # the server has hung up

    (record,) = [one for one in caplog.records if one.name.startswith("waitress")]
    assert record.getMessage().startswith("the web server met a fault: ERROR at wasyncore.py:")
    assert address[0] not in caplog.text
    assert str(address[1]) not in caplog.text
    assert "/report" not in caplog.text


def test_a_fault_of_the_server_is_told_without_its_words(silent, caplog):
    try:
        int("203.0.113.9 sent 钟离望舒")
    except ValueError:
        logging.getLogger("waitress").exception("Exception while serving %s", "/report/send")
    logging.getLogger("waitress.queue").warning("Task queue depth is %d", 1)

    (record,) = [one for one in caplog.records if one.name.startswith("waitress")]
    assert record.getMessage().startswith("the web server met a fault: ValueError at test_server_log.py:")
    assert record.exc_info is None
    assert "钟离" not in caplog.text


def test_a_crash_leaves_no_image_of_the_memory():
    script = "import resource; from web import cli; cli.leave_no_core(); print(resource.getrlimit(resource.RLIMIT_CORE))"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert said.strip() == "(0, 0)"
