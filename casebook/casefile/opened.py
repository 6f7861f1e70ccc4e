"""A case file laid open, its parts checked against its manifest, read on demand."""

import json
from functools import cached_property
from hashlib import sha256
from itertools import zip_longest

from casebook.casefile.archive import FORMAT, MANIFEST, MARK, Archive, Broken
from casebook.casefile.contents import PROCEDURE, files_of
from casebook.db import canonical_json
from casebook.events import hash_of

_ALWAYS = {
    "README.txt", "attachments.json", "case.json", "events.json", "facts.json", "precedents.json",
    "recommendations.json", "signatures.json", "withheld.json", *(f"procedure/{table}.json" for table in PROCEDURE),
}  # fmt: skip
# What files of earlier versions do not have; whoever takes a part away leaves the seals of its rows in the log.
_LATER = {"procedure/consultations.json", "procedure/precedent_departures.json"}


class OpenedFile:
    """The contents of a case file. `reading` is the part last read: what cannot be understood lies there."""

    def __init__(self, archive: Archive):
        self.archive = archive
        self.reading = MANIFEST
        self._read: dict[str, object] = {}

    @cached_property
    def manifest(self) -> dict:
        """The manifest, whose digest is right; raises Broken."""
        names = self.archive.names
        if names[:1] != [MARK] or self.archive.content(MARK) != FORMAT.encode():
            raise Broken(MARK, f"开头不是 {FORMAT}", f"it does not say {FORMAT}")
        if names[1:2] != [MANIFEST]:
            raise Broken(MANIFEST, "缺失", "it is missing")
        manifest = self.table(MANIFEST)
        sealed = {key: value for key, value in manifest.items() if key != "root"}
        if manifest.get("root") != hash_of(sealed) or manifest["format"] != FORMAT:
            raise Broken(MANIFEST, "与根校验值不符", "it does not match its root digest")
        return manifest

    def check_parts(self) -> None:
        """Every part that is listed is here, as listed, and no other; raises Broken for the first that is not."""
        listed = {one["name"]: one for one in self.manifest["parts"]}
        found = self.archive.names[2:]
        for here, wanted in zip_longest(found, listed):
            if here == wanted:
                continue
            if wanted is not None and wanted not in found:
                raise Broken(wanted, "缺失", "it is missing")
            if here is not None and here not in listed:
                raise Broken(here, "是添加的，清单中没有", "it was added: the manifest does not list it")
            raise Broken(here or wanted, "次序不对", "it is out of order")
        for name, one in listed.items():
            digest = sha256()
            for chunk in self.archive.chunks(name):
                digest.update(chunk)
            if (self.archive.size(name), digest.hexdigest()) != (one["size"], one["sha256"]):
                raise Broken(name, "内容与清单所列校验值不符", "its content does not match the manifest")

    def check_kinds(self) -> None:
        """The parts are those that a case file of these contents has; raises Broken."""
        wanted = {*_ALWAYS, *self.wanted_files}
        for row in self.table("recommendations.json"):
            wanted.add(f"recommendations/{row['seq']}.json")
            rules = row["rules"] or {"packs": {}}
            wanted |= {f"rules/{digest}.yaml" for digest in rules["packs"].values()}
            if row["rules"]:
                wanted.add(f"rules/{rules['vocabulary']}.yaml")
        found = set(self.archive.names[2:])
        wanted -= _LATER - found
        for name in sorted(wanted ^ found):
            if name in found:
                raise Broken(name, "不属于案卷文件", "nothing in the case refers to it")
            raise Broken(name, "案卷提到它，但文件中没有", "the case refers to it, but it is not here")

    @property
    def wanted_files(self) -> dict[str, str]:
        """The parts that hold the bytes of attachments and papers, with the digest of each."""
        return files_of({"attachments": self.table("attachments.json"), "papers": self.rows("papers")})

    def text(self, name: str) -> str:
        self.reading = name
        try:
            return self.archive.content(name).decode()
        except (KeyError, UnicodeDecodeError):
            raise Broken(name, "缺失或者不是文本", "it is missing or is not text") from None

    def table(self, name: str):
        """What a part of JSON holds; its text must be the one canonical text of that. Raises Broken."""
        if name not in self._read:
            text = self.text(name)
            try:
                value = json.loads(text)
                canonical = canonical_json(value) == text
            except (ValueError, RecursionError):
                canonical = False
            if not canonical:
                raise Broken(name, "不是规范的 JSON 文本", "it is not canonical JSON")
            self._read[name] = value
        self.reading = name
        return self._read[name]

    def rows(self, table: str) -> list[dict]:
        name = f"procedure/{table}.json"
        return [] if name in _LATER and name not in self.archive.names else self.table(name)

    @property
    def log(self) -> list[dict]:
        return self.table("events.json")
