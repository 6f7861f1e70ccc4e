"""The bytes of papers: kept once by their checksum, beside the files handed in."""

import hashlib
import os
import tempfile
from pathlib import Path

from casebook.errors import DamagedFile
from casebook.home import Home
from casebook.models import Paper
from casebook.uploads import file_sha256, place_of

FORMATS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class DamagedPaper(DamagedFile):
    zh = "文书 {number} 的文件与制发时的校验值不一致或已缺失。请联系管理员从备份恢复。"
    en = "The file of {number} is missing or differs from what was issued. Ask the administrator to restore it."


def keep(home: Home, content: bytes) -> str:
    """Put the bytes in their place and return their checksum; what is there already has the same content."""
    sha256 = hashlib.sha256(content).hexdigest()
    place = place_of(home, sha256)
    incoming = home.files / "incoming"
    for folder in (incoming, place.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, path = tempfile.mkstemp(dir=incoming)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(path).replace(place)
    finally:
        Path(path).unlink(missing_ok=True)
    return sha256


def path_of(home: Home, paper: Paper, form: str) -> Path:
    """Where a file of a paper lies; raises DamagedPaper unless its bytes are those that were issued."""
    sha256 = paper.pdf_sha256 if form == "pdf" else paper.docx_sha256
    path = place_of(home, sha256)
    if not path.is_file() or file_sha256(path) != sha256:
        raise DamagedPaper(number=paper.number)
    return path
