"""The server, which reads what is too large to its end and keeps none of it, so that the site can answer with a page.

Left to itself it hangs up in the middle, and a browser shows a broken connection instead of what was too large.
"""

import socket
from io import BytesIO
from typing import BinaryIO

from flask import Flask
from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.utilities import BadRequest, RequestEntityTooLarge

from web.config import LARGEST_REQUEST, MEGABYTE, Config

LONGEST_LINE = 4096  # bytes of a chunk's size with its extension, or of the trailer


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
        if self.body_rcv is not None:
            self.body_rcv.buf = Body(self.content_length)

    def received(self, data: bytes) -> int:
        taken = super().received(data)
        if self.chunked and not self.completed and self.body_rcv is not None:
            lines = len(self.body_rcv.control_line) + len(self.body_rcv.trailer)
            if lines > LONGEST_LINE:
                self._refuse(BadRequest("a line about a piece of the body that has no end"))
            elif len(self.body_rcv) > LARGEST_REQUEST + MEGABYTE:
                self._refuse(RequestEntityTooLarge("a body in pieces that is too large"))
        return taken

    def _refuse(self, error: BadRequest | RequestEntityTooLarge) -> None:
        self.error, self.completed = error, True


class _Channel(HTTPChannel):
    parser_class = _Parser
