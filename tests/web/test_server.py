"""What is too large is answered with a page by the real server, which holds none of it; what has no end is cut off."""

import contextlib
import http.client
import tracemalloc

import pytest

from web.config import LARGEST_REQUEST, MEGABYTE, READ_TO_ITS_END
from web.server import Body

PIECE = b"x" * MEGABYTE
FORM = "multipart/form-data; boundary=b"
START = b'--b\r\nContent-Disposition: form-data; name="file"; filename="film.pdf"\r\n\r\n'
END = b"\r\n--b--\r\n"
WORDS = {
    "zh": ("提交的内容过大", "您发送的内容约", "已填写的其他内容一般仍在"),
    "en": ("What you sent is too large", "You sent about", "is as a rule still there"),
}


def send(served, megabytes, *, path="/account/revoke", lang="en", announced=True):
    """Post a film of so many megabytes as a browser does: all of it is sent before the answer is read."""
    with contextlib.closing(http.client.HTTPConnection(*served, timeout=20)) as line:
        return _sent(line, megabytes, path, lang, announced)


def _sent(line, megabytes, path, lang, announced):
    line.putrequest("POST", path)
    line.putheader("Content-Type", FORM)
    line.putheader("Cookie", f"casebook_lang={lang}")
    if announced:
        line.putheader("Content-Length", str(len(START) + megabytes * MEGABYTE + len(END)))
    else:
        line.putheader("Transfer-Encoding", "chunked")
    line.endheaders()
    pieces = [START, *[PIECE] * megabytes, END]
    for piece in pieces:
        line.send(piece if announced else b"%x\r\n%b\r\n" % (len(piece), piece))
    if not announced:
        line.send(b"0\r\n\r\n")
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


@pytest.mark.parametrize("announced", [True, False])
def test_what_is_too_large_fills_no_memory(served, announced):
    send(served, 1)  # everything that is loaded with the first request
    tracemalloc.start()
    try:
        status, _ = send(served, 60, announced=announced)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert status == 413
    assert peak < (8 if announced else 64) * MEGABYTE  # a buffer that grows is for a moment there twice


def test_who_sends_without_an_end_is_hung_up_on(served):
    with contextlib.suppress(ConnectionError, http.client.RemoteDisconnected):
        status, text = send(served, READ_TO_ITS_END // MEGABYTE + 1)
        assert (status, "exceeds" in text) == (413, True)


def test_a_request_up_to_the_limit_is_kept_whole_and_one_byte_more_is_not():
    for more, kept in ((0, LARGEST_REQUEST), (1, 0)):
        body = Body()
        body.append(b"x" * (LARGEST_REQUEST - 1))
        body.append(b"x" * (1 + more))
        assert len(body) == LARGEST_REQUEST + more
        assert len(body.getfile().read()) == kept
