"""What is too large is answered with a page by the real server, which holds none of it; what has no end is cut off."""

import contextlib
import http.client
import re
import socket
import threading
import tracemalloc
from pathlib import Path

import pytest
from waitress.adjustments import Adjustments

from web import server
from web.config import LARGEST_REQUEST, MEGABYTE, READ_TO_ITS_END
from web.server import LONGEST_LINE, Body, _Parser

PIECE = b"x" * MEGABYTE
FORM = "multipart/form-data; boundary=b"
START = b'--b\r\nContent-Disposition: form-data; name="file"; filename="film.pdf"\r\n\r\n'
END = b"\r\n--b--\r\n"
WORDS = {
    "zh": ("提交的内容过大", "您发送的内容约", "已填写的其他内容一般仍在"),
    "en": ("What you sent is too large", "You sent about", "is as a rule still there"),
}


def send(served, megabytes, *, path="/account/revoke", lang="en"):
    """Post a film of so many megabytes as a browser does: all of it is sent before the answer is read."""
    with contextlib.closing(http.client.HTTPConnection(*served, timeout=20)) as line:
        line.putrequest("POST", path)
        line.putheader("Content-Type", FORM)
        line.putheader("Cookie", f"casebook_lang={lang}")
        line.putheader("Content-Length", str(len(START) + megabytes * MEGABYTE + len(END)))
        line.endheaders()
        for piece in (START, *[PIECE] * megabytes, END):
            line.send(piece)
        answer = line.getresponse()
        return answer.status, answer.read().decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("megabytes", "path"), [(22, "/account/revoke"), (25, "/site-packs/prove"), (60, "/site-packs/new")]
)
def test_a_file_that_is_too_large_is_answered_with_a_page_that_says_how_much_it_was(
    served, lang, megabytes, path
):
    status, text = send(served, megabytes, path=path, lang=lang)

    assert status == 413
    assert all(words in text for words in WORDS[lang])
    assert f"{megabytes} MB" in text
    assert "20 MB" in text


def test_at_the_public_door_the_way_back_is_said(served):
    status, text = send(served, 30, path="/report/status/write", lang="zh")

    assert status == 413
    assert "30 MB" in text
    assert "检举控告" in text


def test_what_is_too_large_fills_no_memory(served):
    send(served, 1)  # everything that is loaded with the first request
    tracemalloc.start()
    try:
        status, _ = send(served, 60)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert status == 413
    assert peak < 8 * MEGABYTE


def sent(*pieces: bytes) -> _Parser:
    """The parser of a body in pieces after these have arrived, as many as it takes."""
    parser = _Parser(Adjustments())
    left = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    for piece in (left, *pieces):
        rest = piece
        while rest and not parser.completed:
            rest = rest[parser.received(rest) :]
    return parser


@pytest.mark.parametrize("begun", [b"5;", b"5\r\nhello\r\n0\r\n"], ids=["extension", "trailer"])
def test_a_line_about_a_piece_that_has_no_end_is_refused_at_once(begun):
    parser = sent(begun, *[b"y" * 8192] * 3)

    assert parser.completed
    assert parser.error.code == 400
    assert len(parser.body_rcv.control_line) + len(parser.body_rcv.trailer) < LONGEST_LINE + 2 * 8192


def test_a_body_in_pieces_is_read_no_further_than_a_request_may_be_long():
    piece = b"100000\r\n" + b"z" * MEGABYTE + b"\r\n"
    parser = sent(*[piece] * 40)

    assert (parser.error.code, len(parser.body_rcv.getbuf().getfile().read())) == (413, 0)
    assert len(parser.body_rcv) < LARGEST_REQUEST + 3 * MEGABYTE


def test_a_body_in_pieces_that_is_not_too_large_is_read():
    parser = sent(b"5;note=1\r\nhello\r\n0\r\nX-Note: 1\r\n\r\n")

    assert (parser.completed, parser.error) == (True, None)
    assert parser.get_body_stream().read() == b"hello"


def test_who_sends_without_an_end_is_hung_up_on(served):
    with contextlib.suppress(ConnectionError, http.client.RemoteDisconnected):
        status, text = send(served, READ_TO_ITS_END // MEGABYTE + 1)
        assert (status, "发送的内容过大" in text, "Nothing of it was received" in text) == (413, True, True)


def test_a_request_up_to_the_limit_is_kept_whole_and_one_byte_more_is_not():
    for more, kept in ((0, LARGEST_REQUEST), (1, 0)):
        body = Body()
        body.append(b"x" * (LARGEST_REQUEST - 1))
        body.append(b"x" * (1 + more))
        assert len(body) == LARGEST_REQUEST + more
        assert len(body.getfile().read()) == kept


def told(served, *pieces: bytes) -> bytes:
    """Everything that is answered to these pieces, up to the end of the connection."""
    with socket.create_connection(served, timeout=20) as line:
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                line.sendall(piece)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while more := line.recv(65536):
                answer += more
        return answer


BEGUN = [
    b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nx",
    b"GET /sign-in HTTP/1.1\r\nHo",
    b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
    b"\r\n\r\n\r\n\r\n",
]


@pytest.mark.parametrize("begun", BEGUN, ids=["body", "head", "pieces", "blank lines"])
def test_who_sends_without_getting_anywhere_is_hung_up_on(served, monkeypatch, begun):
    monkeypatch.setattr(server, "GRACE", 0)

    assert told(served, begun) == b""


def test_who_takes_nothing_of_a_long_answer_is_hung_up_on(served, monkeypatch):
    rooms = (b"GET /static/casebook.css HTTP/1.1\r\nHost: x\r\n\r\n") * 400
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(20)
        line.connect(served)
        line.sendall(rooms)
        line.recv(100)
        monkeypatch.setattr(server, "GRACE", 0)
        monkeypatch.setattr(server, "SLOWEST", 2**30)
        taken = 0
        with contextlib.suppress(ConnectionError):
            while more := line.recv(2**20):
                taken += len(more)

    assert taken < 400 * len((Path(server.__file__).parent / "static/casebook.css").read_bytes())


def test_who_asks_for_a_last_answer_and_takes_nothing_of_it_ends_nothing_for_others(served, monkeypatch):
    flushing = threading.Event()
    service = server._Channel.service

    def serve(channel):
        service(channel)
        if channel.close_when_flushed:
            flushing.set()

    monkeypatch.setattr(server._Channel, "service", serve)
    path = Path(server.__file__).parent / "static/casebook.css"
    # More than the systems on both sides take, less than the server holds.
    before = 10 * MEGABYTE // path.stat().st_size
    ask = b"GET /static/casebook.css HTTP/1.1\r\nHost: x\r\n"
    with socket.socket() as line, monkeypatch.context() as hurried:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(20)
        line.connect(served)
        line.sendall((ask + b"\r\n") * before + ask + b"Connection: close\r\n\r\n")
        assert flushing.wait(20)
        hurried.setattr(server, "GRACE", 0)
        hurried.setattr(server, "SLOWEST", 2**30)
        with contextlib.suppress(ConnectionError):
            while line.recv(2**20):
                pass

    answer = told(served, b"GET /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


def test_a_pace_counts_on_the_whole_and_only_after_a_while(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(server.time, "monotonic", lambda: now[0])
    pace = server._Pace()

    now[0] += server.GRACE
    assert not pace.too_slow()
    now[0] += 1
    assert pace.too_slow()
    pace.moved = LARGEST_REQUEST
    now[0] += LARGEST_REQUEST / server.SLOWEST - 1
    assert not pace.too_slow()
    now[0] += 1
    assert pace.too_slow()


def test_a_connection_goes_on_after_what_was_too_large_and_each_request_has_its_own_answer(served):
    large = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % (
        22 * MEGABYTE
    )
    inside = b"GET /site-packs HTTP/1.1\r\nHost: x\r\n\r\n"  # part of what was too large, and no request
    body = inside * (22 * MEGABYTE // len(inside))
    after = b"GET /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    answer = told(served, large, body, b" " * (22 * MEGABYTE - len(body)), after)

    assert re.findall(rb"HTTP/1\.1 (\d{3})", answer) == [b"413", b"200"]


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: %d" % (READ_TO_ITS_END + 1),
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Content-Length: 4\r\nContent-Length: 5",
        b"Transfer-Encoding: chunked, gzip",
        b"Transfer-Encoding: gzip, chunked",
    ],
)
@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_behind_a_request_that_is_refused_nothing_is_taken_for_another(served, head, version):
    first = b"POST /sign-in HTTP/%s\r\nHost: x\r\nConnection: keep-alive\r\n%s\r\n\r\n" % (version, head)
    inside = b"GET /sign-in HTTP/1.1\r\nHost: x\r\n\r\n"

    answer = told(served, first + inside)

    assert re.findall(rb"HTTP/1\.\d (\d)", answer) in ([b"4"], [b"5"])
    assert "网站没有".encode() in answer or "没有处理".encode() in answer
