"""Files that come through the public door: each is taken or refused by itself, and none lies plainly on a disk."""

from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO

from flask import Flask, Request, request

from casebook.complaints.names import visible
from casebook.errors import BadUpload
from web.complaints.door_forms import secret_problem
from web.i18n import lang

_SHOWN = 200
_AT_THE_DOOR = ("/report", "/complaints", "/advance-filing")  # and where a letter, or a pilot, is entered


class InMemory(Request):
    """What is sent to the door is held in memory: the form library would put a large file into a temporary one."""

    def _get_file_stream(self, *args, **kwargs) -> BinaryIO:
        return BytesIO() if self.path.startswith(_AT_THE_DOOR) else super()._get_file_stream(*args, **kwargs)


def init_app(app: Flask) -> None:
    app.request_class = InMemory


def receive_files(keep: Callable[[str, BinaryIO], object]) -> list[str]:
    """Hand every file of this request to `keep(name, stream)`; returns what is wrong with those that were refused."""
    problems = []
    for upload in request.files.getlist("file"):
        if not upload.filename:
            continue
        shown = visible(upload.filename)[:_SHOWN]
        try:
            if problem := secret_problem(upload.filename):
                problems.append(f"{shown}: {problem.message(lang())}")
                continue
            keep(upload.filename, upload.stream)
        except BadUpload as bad:
            problems.append(f"{shown}: {bad.message(lang())}")
    return problems
