"""The server, which reads what is too large to its end and keeps none of it, so that the site can answer with a page.

Left to itself it hangs up in the middle, and a browser shows a broken connection instead of what was too large. Nor
does it hang up on whoever sends or takes a byte a minute, of whom a hundred keep everybody else out.
"""

import socket
import time
from io import BytesIO
from typing import BinaryIO

from flask import Flask
from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask
from waitress.utilities import BadRequest, RequestEntityTooLarge

from web.config import LARGEST_REQUEST, MEGABYTE, Config

LONGEST_LINE = 4096  # bytes of a chunk's size with its extension, or of the trailer

GRACE = 30  # seconds in which a request, or its answer, need not have got anywhere
SLOWEST = (
    4096  # bytes a second on the whole after that: about half of what a modem carried
)
# Said to whoever the site itself never hears of, in both languages, as nothing is known of them.
REFUSED = {
    400: "无法读取这一请求，网站没有处理。 / The request could not be read. Nothing was done.",
    413: (
        "发送的内容过大，网站没有接收，也没有保存。 / "
        "What you sent is far too large. Nothing of it was received or stored."
    ),
    431: "请求的地址或者标头过长，网站没有处理。 / The address or the headers are too long. Nothing was done.",
    500: "网站出错，请稍后再试。 / Something went wrong on the site. Try again later.",
    501: "网站不支持这种传输方式，没有处理。 / The site takes nothing in this way of sending. Nothing was done.",
}


def make_server(app: Flask, door: socket.socket, config: Config, threads: int = 8, **more) -> BaseWSGIServer:
    """The server of the site behind an open socket; `run` serves until it is closed."""
    server = create_server(
        app, sockets=[door], threads=threads, ident=None, **config.server_settings(), **more
    )
    server.channel_class = _Channel
    return server


class Body:
    """What is sent with a request, in memory: a file typed in at the public door must not lie on a disk unsealed.

    Nothing is kept of one that is larger than a request may be, from the moment it is; only its size is counted on.
    """

    def __init__(self, announced: int = 0):
        self._size, self._kept, self._dropped = 0, BytesIO(), announced > LARGEST_REQUEST

    def __len__(self) -> int:
        return self._size

    def append(self, data: bytes) -> None:
        self._size += len(data)
        if not self._dropped and self._size > LARGEST_REQUEST:
            self._dropped, self._kept = True, BytesIO()
        if not self._dropped:
            self._kept.write(data)

    def getfile(self) -> BinaryIO:
        self._kept.seek(0)
        return self._kept

    def close(self) -> None:
        self._kept.close()


class _Parser(HTTPRequestParser):
    """Reads to its end only what announced its size, as browsers do, and no line about a piece beyond `LONGEST_LINE`:
    the server looks through such a line anew with everything that arrives.
    """

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if "TRANSFER_ENCODING" in self.headers or (self.chunked and "CONTENT_LENGTH" in self.headers):
            # Where it ends would be one place here and another to a server in between: what is behind it there would
            # be a request of somebody else.
            raise ParsingError(
                "a body whose end is told in two ways, or in one that its version does not know"
            )
        if self.body_rcv is not None:
            self.body_rcv.buf = Body(self.content_length)

    def received(self, data: bytes) -> int:
        taken = super().received(data)
        if self.empty:  # blank lines before a request: it is still awaited, for no longer than without them
            self.empty = self.completed = self.headers_finished = False
            self.header_plus, self.header_bytes_received = b"", 0
        if self.chunked and not self.completed and self.body_rcv is not None:
            lines = len(self.body_rcv.control_line) + len(self.body_rcv.trailer)
            if lines > LONGEST_LINE:
                self._refuse(BadRequest("a line about a piece of the body that has no end"))
            elif len(self.body_rcv) > LARGEST_REQUEST + MEGABYTE:
                self._refuse(RequestEntityTooLarge("a body in pieces that is too large"))
        return taken

    def _refuse(self, error: BadRequest | RequestEntityTooLarge) -> None:
        self.error, self.completed = error, True


class _Refused(ErrorTask):
    """The answer to a request that the site itself never sees; the connection ends with it."""

    def execute(self) -> None:
        error = self.request.error
        error.to_response = lambda _ident: (
            f"{error.code} {error.reason}",
            [("Content-Type", "text/plain; charset=utf-8")],
            REFUSED[error.code].encode(),
        )
        super().execute()


class _Pace:
    """How many bytes have moved since it began."""

    def __init__(self):
        self.since, self.moved = time.monotonic(), 0

    def too_slow(self) -> bool:
        return self.moved < SLOWEST * (time.monotonic() - self.since - GRACE)


class _Channel(HTTPChannel):
    """A connection, closed on whoever sends a request, or takes its answer, so slowly that they keep others out."""

    parser_class = _Parser
    error_task_class = _Refused
    arriving: _Pace | None = None
    leaving: _Pace | None = None

    def received(self, data: bytes) -> bool:
        self.arriving = self.arriving or _Pace()
        self.arriving.moved += len(data)
        taken = super().received(data)
        if self.request is None:  # it is whole
            self.arriving = None
        return taken

    def send(self, data: bytes, do_close: bool = True) -> int:
        sent = super().send(data, do_close)
        if self.leaving is not None:
            self.leaving.moved += sent
        return sent

    def readable(self) -> bool:
        """Asked at least once a second."""
        waits = self.total_outbufs_len >= (self.adj.send_bytes if self.requests else 1)
        self.leaving = (self.leaving or _Pace()) if waits else None
        if self.arriving is not None and (self.requests or waits):
            self.arriving = _Pace()  # what follows is not read before this is answered
        if any(pace is not None and pace.too_slow() for pace in (self.arriving, self.leaving)):
            self.handle_close()  # now: one that takes nothing never becomes ready to be told
            return False
        return super().readable()

    def writable(self) -> bool:
        """Asked in the same breath: one that was just hung up on has nothing left that could be waited for."""
        return self._fileno is not None and super().writable()
