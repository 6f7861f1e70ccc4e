"""The container: a zip file of which there is exactly one for given parts, so that no byte of it is free.

Nothing is compressed, no moment and no system is noted; any zip program opens it.
"""

import mmap
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from casebook.errors import CasebookError, Problem

FORMAT = "casebook-casefile/1"
MARK, MANIFEST = "mimetype", "manifest.json"  # the first two entries; the mark tells what this is
DIRECTORY = "zip"  # what a fault of the archive's own directory is laid to
_IN_MANIFEST = '"format":"casebook-casefile/'  # one altered byte leaves either this or the mark
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_LOCAL_FORM, _CENTRAL_FORM, _END_FORM = "<4s5H3L2H", "<4s6H3L5H2L", "<4s4H2LH"
_HEAD = struct.calcsize(_LOCAL_FORM)
_FIRST_DAY = 0x21  # 1 January 1980, the first a zip file knows
_LARGEST = 2**32 - 1
_MOST = 2**16 - 1
_CHUNK = 1 << 20


class CaseFileTooLarge(CasebookError):
    zh = "案卷材料过大（超过 4 GB），无法导出为一个文件。"
    en = "The files of this case are too large for one file (more than 4 GB)."


class NotACaseFile(CasebookError):
    zh = "{name} 不是案卷文件（.casefile），或者无法读取。"
    en = "{name} is not a case file (.casefile), or cannot be read."


class Broken(Exception):
    """The first thing in a file that does not match: the part it is in, and what is wrong, in both languages."""

    def __init__(self, part: str, zh: str, en: str):
        self.part, self.problem = part, Problem(zh, en)
        super().__init__(f"{part}: {en}")


@dataclass(frozen=True)
class Part:
    """One file inside: what it measures, and how its bytes are come by again when it is written."""

    name: str
    size: int
    sha256: str
    crc: int
    chunks: Callable[[], Iterable[bytes]]


def part(name: str, chunks: Callable[[], Iterable[bytes]]) -> Part:
    """Measure a part by reading it once."""
    size, crc, digest = 0, 0, sha256()
    for chunk in chunks():
        size, crc = size + len(chunk), zlib.crc32(chunk, crc)
        digest.update(chunk)
    return Part(name, size, digest.hexdigest(), crc, chunks)


def text_part(name: str, text: str) -> Part:
    content = text.encode()
    return part(name, lambda: (content,))


def file_part(name: str, path: Path) -> Part:
    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    return part(name, chunks)


def write(out: BinaryIO, parts: list[Part]) -> None:
    """Write the one archive of these parts, in their order. Raises CaseFileTooLarge before anything is written."""
    if sum(_HEAD + len(one.name) + one.size for one in parts) > _LARGEST or len(parts) > _MOST:
        raise CaseFileTooLarge
    for one in parts:
        out.write(_local(one.name, one.size, one.crc))
        for chunk in one.chunks():
            out.write(chunk)
    out.write(_directory([(one.name, one.size, one.crc) for one in parts]))


class Archive:
    """A file laid open: where each of its entries lies. Nothing in it is believed yet."""

    def __init__(self, data: mmap.mmap):
        self.data = data
        self.names: list[str] = []
        self._places: dict[
            str, tuple[int, int]
        ] = {}  # where the bytes of an entry begin, and how many they are
        at = 0
        while self.data[at : at + 4] == _LOCAL:
            at = self._entry(at)
        self.end = at

    def _entry(self, at: int) -> int:
        head = self.data[at : at + _HEAD]
        if len(head) == _HEAD:
            *_, size, name_length, _ = struct.unpack(_LOCAL_FORM, head)
            begin = at + _HEAD + name_length
            name = self.data[at + _HEAD : begin]
            if name and name.isascii() and begin + size <= len(self.data):
                self.names.append(name.decode())
                self._places[self.names[-1]] = begin, size
                return begin + size
        raise Broken(
            self.names[-1] if self.names else MARK,
            f"其后的条目在第 {at} 字节处损坏或被截断",
            f"the entry after it is damaged or cut short at byte {at}",
        )

    def size(self, name: str) -> int:
        return self._places[name][1]

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, a piece at a time."""
        begin, size = self._places[name]
        for at in range(begin, begin + size, _CHUNK):
            yield self.data[at : min(at + _CHUNK, begin + size)]

    def content(self, name: str) -> bytes:
        return b"".join(self.chunks(name))

    def check_frame(self) -> None:
        """Every byte that belongs to no part is as it must be; raises Broken. No name occurs twice by then."""
        measured = []
        for name in self.names:
            one = part(name, lambda name=name: self.chunks(name))
            measured.append((name, one.size, one.crc))
            head = _local(*measured[-1])
            begin = self._places[name][0]
            if self.data[begin - len(head) : begin] != head:
                raise Broken(
                    name, "它在压缩包中的条目头被改动", "the head of its entry in the archive was altered"
                )
        if self.data[self.end :] != _directory(measured):
            raise Broken(
                DIRECTORY,
                f"第 {self.end} 字节起的目录被改动、截断或添加了内容",
                f"what follows byte {self.end} was altered, cut short or added to",
            )


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Lay a file open; raises NotACaseFile for anything that was never one, Broken for one that is damaged."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            data = stack.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError):  # ValueError: it is empty
            raise NotACaseFile(name=path.name) from None
        if all(data.find(mark.encode()) < 0 for mark in (FORMAT, _IN_MANIFEST)):
            raise NotACaseFile(name=path.name)
        yield Archive(data)


def _local(name: str, size: int, crc: int) -> bytes:
    form = struct.pack(_LOCAL_FORM, _LOCAL, 20, 0, 0, 0, _FIRST_DAY, crc, size, size, len(name), 0)
    return form + name.encode()


def _directory(entries: list[tuple[str, int, int]]) -> bytes:
    lines, at = b"", 0
    for name, size, crc in entries:
        lines += struct.pack(
            _CENTRAL_FORM, _CENTRAL, 20, 20, 0, 0, 0, _FIRST_DAY, crc, size, size, len(name), 0, 0, 0, 0, 0, at
        ) + name.encode()  # fmt: skip
        at += len(_local(name, size, crc)) + size
    return lines + struct.pack(_END_FORM, _END, 0, 0, len(entries), len(entries), len(lines), at, 0)
