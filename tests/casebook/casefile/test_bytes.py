"""A case file in which some byte was altered, or a part taken out, put in, or put elsewhere."""

import random
import shutil
import zipfile

import pytest

from casebook.casefile.archive import NotACaseFile
from casebook.casefile.verify import verify
from tests.casebook.casefile.forging import (
    found_in,
    parts_in,
    put_together,
)


def spans(path):
    """Where the bytes of each part lie, by name."""
    with zipfile.ZipFile(path) as archive:
        heads = {one.filename: one.header_offset + 30 + len(one.filename) for one in archive.infolist()}
        return {name: (begin, begin + archive.getinfo(name).file_size) for name, begin in heads.items()}


def flipped(exported, target, at, bit=1):
    content = bytearray(exported.read_bytes())
    content[at] ^= bit
    target.write_bytes(content)
    return target


def test_one_byte_altered_in_any_part_is_laid_to_that_part(exported, target, again_is_quick):
    for name, (begin, end) in spans(exported).items():
        for at in {begin, (begin + end) // 2, end - 1}:
            assert found_in(flipped(exported, target, at, 0x10)) == (False, name), at


def test_one_byte_altered_between_the_parts_is_always_caught(exported, target, again_is_quick):
    """Heads of entries in full for some, drawn for the others; the directory at the end drawn as well."""
    places = spans(exported)
    begins = {name: begin - 30 - len(name) for name, (begin, _) in places.items()}
    drawn = random.Random(7)
    ends = max(end for _, end in places.values())
    offsets = [
        (at, name) for name in ("mimetype", "case.json") for at in range(begins[name], places[name][0])
    ]
    offsets += [(drawn.randrange(begin, places[name][0]), name) for name, begin in begins.items()]
    directory = range(ends, exported.stat().st_size)
    offsets += [(at, "zip") for at in [*drawn.sample(directory, 60), directory[0], *directory[-22:]]]

    names = [*places, "zip"]
    for at, name in offsets:
        sound, part = found_in(flipped(exported, target, at))
        assert not sound, at
        near = names.index(name)
        wrong_name = part not in names  # the name itself was altered: an entry under another name
        assert wrong_name or abs(names.index(part) - near) <= 1 or part == "manifest.json", (at, name, part)


def test_a_file_cut_short_or_added_to_anywhere_is_caught(exported, target, again_is_quick):
    content = exported.read_bytes()
    for at in [
        60,
        100,
        spans(exported)["facts.json"][0] - 20,
        5_000,
        len(content) // 2,
        len(content) - 30,
        len(content) - 1,
    ]:
        target.write_bytes(content[:at])
        assert not found_in(target)[0], at
    target.write_bytes(content + b"\0")
    assert found_in(target) == (False, "zip")


@pytest.mark.parametrize("content", [b"", b"\0", b"hello", b"PK\x05\x06" + b"\0" * 18])
def test_what_never_was_a_case_file_is_told_from_one_that_is_damaged(tmp_path, content):
    other = tmp_path / "other.zip"
    other.write_bytes(content)

    for path in (other, tmp_path / "missing", tmp_path):
        with pytest.raises(NotACaseFile) as wrong:
            list(verify(path))
        assert path.name in wrong.value.message("zh")


def test_any_other_zip_file_is_not_a_case_file(tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("manifest.json", "{}")

    with pytest.raises(NotACaseFile):
        list(verify(tmp_path / "other.zip"))


def test_a_part_removed_added_swapped_or_listed_twice_is_named(exported, target, again_is_quick):
    parts = parts_in(exported)
    one, other = "procedure/talks.json", "procedure/reviews.json"

    for gone in ("mimetype", "manifest.json"):
        left = {name: content for name, content in parts.items() if name != gone}
        assert found_in(put_together(target, left)) == (False, gone)
    unsealed = parts["manifest.json"].replace(b'"root":"', b'"root":"0', 1)
    assert found_in(put_together(target, {**parts, "manifest.json": unsealed})) == (False, "manifest.json")
    without = {name: content for name, content in parts.items() if name != one}
    assert found_in(put_together(target, without)) == (False, one)
    assert found_in(put_together(target, {**parts, "more.txt": b"more"})) == (False, "more.txt")
    swapped = {**parts, one: parts[other], other: parts[one]}
    assert found_in(put_together(target, swapped)) == (False, other)
    moved = {**without, one: parts[one]}
    assert not found_in(put_together(target, moved))[0]
    with (
        zipfile.ZipFile(shutil.copy(exported, target), "a") as archive,
        pytest.warns(UserWarning, match="Duplicate"),
    ):
        archive.writestr(one, "[]")
    assert not found_in(target)[0]


def test_a_zip_file_with_the_same_parts_written_by_another_program_is_refused(
    exported, target, again_is_quick
):
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts_in(exported).items():
            archive.writestr(name, content)

    assert not found_in(target)[0]
