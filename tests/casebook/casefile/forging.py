"""How somebody tampers with a case file, from putting parts together to mending every hash they can reach."""

import hashlib
import json
from pathlib import Path

from casebook.casefile import archive
from casebook.casefile.verify import verify
from casebook.db import canonical_json
from casebook.events import hash_of


def found_in(path: Path, expect: str = "") -> tuple[bool, str]:
    """Whether a file verifies, and which part the fault is laid to."""
    last = list(verify(path, expect))[-1]
    return last.ok is not False, last.part


def parts_in(path: Path) -> dict[str, bytes]:
    with archive.opened(path) as laid_open:
        return {name: laid_open.content(name) for name in laid_open.names}


def json_in(path: Path, name: str):
    return json.loads(parts_in(path)[name])


def put_together(path: Path, parts: dict[str, bytes]) -> Path:
    """Write parts as they are, in the frame that belongs to them."""
    made = [archive.part(name, lambda content=content: (content,)) for name, content in parts.items()]
    with path.open("wb") as out:
        archive.write(out, made)
    return path


def forge(path: Path, parts: dict[str, bytes | None], target: Path) -> Path:
    """Replace, add or remove (None) parts, and make the manifest fit, as somebody who knows the format would."""
    every = {**parts_in(path), **parts}
    kept = {name: content for name, content in sorted(every.items()) if content is not None}
    manifest = json.loads(kept.pop("manifest.json"))
    mark = kept.pop("mimetype")
    manifest.pop("root", None)
    manifest["parts"] = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in kept.items()
    ]
    sealed = canonical_json({**manifest, "root": hash_of(manifest)}).encode()
    return put_together(target, {"mimetype": mark, "manifest.json": sealed, **kept})


def as_bytes(value: object) -> bytes:
    return canonical_json(value).encode()


def changed(row, **values):
    return {**row, **values}


def lost_rules(path):
    rows = [changed(row, rules=None) for row in json_in(path, "recommendations.json")]
    gone = {name: None for name in parts_in(path) if name.startswith("rules/")}
    return {**gone, "recommendations.json": as_bytes(rows)}


def rechained(log, change):
    """Events altered by somebody who also mends every hash they can."""
    mended = []
    for event in log:
        content = change({key: value for key, value in event.items() if key != "hash"})
        if mended and mended[-1]["seq"] + 1 == content["seq"]:
            content["previous"] = mended[-1]["hash"]
        mended.append({**content, "hash": hash_of(content)})
    return mended
