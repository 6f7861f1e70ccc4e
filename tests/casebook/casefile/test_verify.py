"""A case file: what verifies, and that nothing in it can be altered unnoticed, however well the rest is made to fit."""

import hashlib
import itertools
import json
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from casebook import recommend as making
from casebook.casefile import verify as module
from casebook.casefile.archive import NotACaseFile
from casebook.casefile.export import build
from casebook.casefile.verify import verify
from casebook.clocks import calendar
from casebook.events import hash_of
from casebook.models import Stage, Step, Vote
from casebook.papers.issue import issue
from casebook.procedure import panel, people, review
from casebook.procedure.dates import today
from casebook.procedure.items import Answer
from casebook.sealing import digest_of
from tests.casebook.casefile.conftest import (
    MOMENT,
    as_bytes,
    forge,
    found_in,
    json_in,
    parts_in,
    put_together,
)
from tests.panels import draft, meet, sign, vote_all
from tests.stages import Cast, bring


@pytest.fixture
def target(tmp_path):
    return tmp_path / "tampered.casefile"


@pytest.fixture
def again_is_quick(monkeypatch):
    """Where the fault comes before the reasoning, the reasoning need not be done to see that it is found."""
    monkeypatch.setattr(module, "_again", lambda file: iter(()))


def test_a_file_as_it_was_exported_verifies_line_by_line(exported):
    lines = list(verify(exported))

    assert [line.ok for line in lines if line.ok is not None] == [True] * 9
    said = [line.message("en") for line in lines]
    assert any(line.startswith("Root digest") for line in said)
    assert "Records of the procedure: 7, signatures: 1, as the events sealed them" in said
    assert "Recommendation 2, made again from the rules in here: the same bytes" in said
    assert all(line.message("zh") != line.message("en") for line in lines)


def test_a_root_digest_noted_elsewhere_is_compared(exported, again_is_quick):
    root = json_in(exported, "manifest.json")["root"]

    assert found_in(exported, root.upper()) == (True, "")
    assert found_in(exported, "0" * 64) == (False, "manifest.json")


def test_it_is_a_zip_file_that_any_program_opens(exported):
    with zipfile.ZipFile(exported) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == list(parts_in(exported))
        assert "casebook file verify" in archive.read("README.txt").decode()


def test_it_verifies_in_another_process_with_an_empty_environment_and_no_store(exported, tmp_path):
    command = [sys.executable, "-m", "web.cli", "file", "verify", str(exported)]
    result = subprocess.run(
        command,
        check=False,
        env={"PYTHONPATH": str(Path.cwd())},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1] == "Everything matches."
    assert list(tmp_path.iterdir()) == []


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
    for at in [60, 100, 5_000, len(content) // 2, len(content) - 30, len(content) - 1]:
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


def changed(row, **values):
    return {**row, **values}


def edit(name, change):
    """A forger who alters one part of JSON."""
    return lambda path: {name: as_bytes(change(json_in(path, name)))}


def first(**values):
    return lambda rows: [changed(rows[0], **values), *rows[1:]]


def about(key, **values):
    return lambda case: {**case, key: changed(case[key], **values)}


def the_present(facts):
    return {**facts, "present": first(value=0)(facts["present"])}


def the_last_change(facts):
    return {**facts, "changes": [*facts["changes"][:-1], changed(facts["changes"][-1], new_value=0)]}


def both(facts):
    """The change and what stands after it, so that they agree with each other."""
    later = the_last_change(facts)
    deaths = [changed(row, value=0) if row["fact_id"] == "deaths" else row for row in facts["present"]]
    return {**later, "present": deaths}


def only_removed(name):
    return lambda path: {name: None}


def rename_attachment(path):
    name = next(name for name in parts_in(path) if name.startswith("attachments/"))
    return {name: b"another memo"}


def file_said_to_be_withheld(path):
    row = json_in(path, "attachments.json")[0]
    withheld = [["attachments", row["id"]], *json_in(path, "withheld.json")]
    return {
        "attachments.json": b"[]", f"attachments/{row['sha256']}": None, "withheld.json": as_bytes(withheld),
    }  # fmt: skip


def weaker_rule(path):
    """Another text of a rule, put in under its own digest."""
    name = max(
        (name for name in parts_in(path) if name.startswith("rules/")),
        key=lambda name: len(parts_in(path)[name]),
    )
    text = parts_in(path)[name].replace(b"\n", b" \n", 1)
    digest = hashlib.sha256(text).hexdigest()
    rows = json.loads(parts_in(path)["recommendations.json"].replace(name[6:-5].encode(), digest.encode()))
    return {name: None, f"rules/{digest}.yaml": text, "recommendations.json": as_bytes(rows)}


def lost_rules(path):
    rows = [changed(row, rules=None) for row in json_in(path, "recommendations.json")]
    gone = {name: None for name in parts_in(path) if name.startswith("rules/")}
    return {**gone, "recommendations.json": as_bytes(rows)}


def signed_by_another(path):
    """The signer replaced in the record, in its seal and in every hash after it, but the signature left."""
    rows = first(signed_by_id=1)(json_in(path, "procedure/decisions.json"))

    def mend(event):
        for sealed in event["detail"].get("rows", ()):
            if sealed[0] == "decisions":
                sealed[2] = digest_of(rows[0])
        return event

    log = rechained(json_in(path, "events.json"), mend)
    signed = json_in(path, "signatures.json")
    signed[0]["signed_by"], signed[0]["seals"][0]["sha256"] = 1, digest_of(rows[0])
    made = {"procedure/decisions.json": rows, "events.json": log, "signatures.json": signed}
    return {name: as_bytes(value) for name, value in made.items()}


FORGERIES = {
    "a fact as it stands": (edit("facts.json", the_present), "facts.json"),
    "a change of a fact": (edit("facts.json", the_last_change), "facts.json"),
    "a change and the fact": (edit("facts.json", both), "facts.json"),
    "a change left out": (edit("facts.json", lambda facts: {**facts, "changes": facts["changes"][:-1]}), "facts.json"),
    "a fact left out": (edit("facts.json", lambda facts: {**facts, "present": facts["present"][1:]}), "facts.json"),
    "a change more": (
        edit("facts.json", lambda facts: {**facts, "changes": [*facts["changes"], changed(facts["changes"][-1], event_seq=1)]}),
        "facts.json",
    ),
    "a column more": (
        edit("facts.json", lambda facts: {**facts, "changes": first(more=1)(facts["changes"])}), "facts.json",
    ),
    "the title": (edit("case.json", about("case", title="依法建设")), "case.json"),
    "the stage": (edit("case.json", about("case", stage="closed")), "case.json"),
    "the officer": (edit("case.json", about("case", officer_id=2)), "case.json"),
    "the number": (edit("case.json", about("case", number="X-2026-1")), "case.json"),
    "the version": (edit("case.json", about("case", version=1)), "case.json"),
    "the time of the conduct": (edit("case.json", about("case", conduct="2010-01-01")), "case.json"),
    "the respondent": (
        edit("case.json", lambda case: {**case, "respondents": first(name="别人")(case["respondents"])}), "case.json",
    ),
    "another person": (
        edit("case.json", lambda case: {**case, "respondents": first(unit="别处")(case["respondents"])}), "case.json",
    ),
    "an event": (edit("events.json", first(kind="case.read")), "events.json"),
    "who did it": (edit("events.json", first(by=None)), "events.json"),
    "the order of events": (edit("events.json", lambda log: log[::-1]), "events.json"),
    "no event at all": (edit("events.json", lambda log: []), "events.json"),
    "a record": (edit("procedure/reviews.json", first(reason="不同意")), "procedure/reviews.json"),
    "a record of a record": (edit("procedure/factor_views.json", first(view="tolerable")), "procedure/factor_views.json"),
    "a record left out": (edit("procedure/talks.json", lambda rows: []), "procedure/talks.json"),
    "a record more": (
        edit("procedure/talks.json", lambda rows: [*rows, changed(rows[0], id=99)]), "procedure/talks.json",
    ),
    "a record with a column less": (
        edit("procedure/talks.json", lambda rows: [{k: v for k, v in row.items() if k != "raised"} for row in rows]),
        "procedure/talks.json",
    ),
    "a talk said to be withheld": (
        lambda path: {"procedure/talks.json": b"[]", "withheld.json": as_bytes([["talks", 1], *json_in(path, "withheld.json")])}, "procedure/talks.json",
    ),
    "a file said to be withheld": (file_said_to_be_withheld, "attachments.json"),
    "a signature": (edit("procedure/decisions.json", first(signed_by_id=1)), "procedure/decisions.json"),
    "a signature mended": (signed_by_another, "procedure/decisions.json"),
    "the list of signatures": (edit("signatures.json", first(signed_by=1)), "signatures.json"),
    "a recommendation": (
        edit("recommendations/2.json", lambda document: {**document, "disposition": "tolerate"}), "recommendations/2.json",
    ),
    "the line of a recommendation": (edit("recommendations.json", first(disposition="tolerate")), "recommendations.json"),
    "a recommendation left out": (
        lambda path: {"recommendations.json": as_bytes(json_in(path, "recommendations.json")[:1]), "recommendations/2.json": None},
        "recommendations.json",
    ),
    "a recommendation twice": (
        edit("recommendations.json", lambda rows: [*rows, changed(rows[0], seq=2), changed(rows[0], seq=1)]), "recommendations.json",
    ),
    "a recommendation of nobody": (
        lambda path: {"recommendations.json": as_bytes([*json_in(path, "recommendations.json"), changed(json_in(path, "recommendations.json")[0], seq=3)]),
                      "recommendations/3.json": parts_in(path)["recommendations/1.json"]},
        "recommendations.json",
    ),
    "a file": (rename_attachment, "attachments/"),
    "the name under which a file is kept": (edit("attachments.json", first(sha256="0" * 64)), "attachments/"),
    "the fact a file is for": (edit("attachments.json", first(fact_id=None)), "attachments.json"),
    "a file more": (edit("attachments.json", lambda rows: [*rows, changed(rows[0], id=99)]), "attachments.json"),
    "a part nobody refers to": (lambda path: {"notes.txt": b"x"}, "notes.txt"),
    "a paper left out": (
        lambda path: {next(name for name in parts_in(path) if name.endswith(".pdf")): None}, "papers/",
    ),
    "the word to the stranger": (lambda path: {"README.txt": b"trust me"}, "README.txt"),
    "a precedent": (lambda path: {"precedents.json": b"[1]"}, "precedents.json"),
    "a part that is no JSON": (lambda path: {"case.json": b"{"}, "case.json"),
    "a part of two readings": (lambda path: {"case.json": b'{"case":1,"case":2}'}, "case.json"),
    "a part that is no text": (lambda path: {"case.json": b"\xff"}, "case.json"),
    "a part of another kind": (lambda path: {"case.json": b"[]"}, "case.json"),
    "a part beyond all nesting": (lambda path: {"withheld.json": b"[" * 100_000}, "withheld.json"),
    "rules of another wording": (weaker_rule, "recommendations.json"),
    "rules left out": (lost_rules, "recommendations.json"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_what_is_altered_is_caught_even_if_the_manifest_is_made_to_fit(exported, target, name):
    make, laid_to = FORGERIES[name]

    sound, part = found_in(forge(exported, make(exported), target))

    assert not sound
    assert part.startswith(laid_to)


def rechained(log, change):
    """Events altered by somebody who also mends every hash they can."""
    mended = []
    for event in log:
        content = change({key: value for key, value in event.items() if key != "hash"})
        if mended and mended[-1]["seq"] + 1 == content["seq"]:
            content["previous"] = mended[-1]["hash"]
        mended.append({**content, "hash": hash_of(content)})
    return mended


def test_a_link_that_is_here_is_checked_although_both_events_match_their_hashes(exported, target):
    log = json_in(exported, "events.json")
    seq = next(later["seq"] for one, later in itertools.pairwise(log) if one["seq"] + 1 == later["seq"])
    mended = [event if event["seq"] != seq - 1 else changed(event, kind="case.read") for event in log]
    mended = [
        changed(event, hash=hash_of({k: v for k, v in event.items() if k != "hash"})) for event in mended
    ]

    assert found_in(forge(exported, {"events.json": as_bytes(mended)}, target)) == (False, "events.json")


@pytest.mark.parametrize(
    "head", [{"count": 3, "hash": "0" * 64}, lambda log: {"count": log[-1]["seq"], "hash": "0" * 64}]
)
def test_a_head_that_the_events_do_not_reach_is_caught(exported, target, head):
    manifest = json_in(exported, "manifest.json")
    manifest["head"] = head(json_in(exported, "events.json")) if callable(head) else head

    assert found_in(forge(exported, {"manifest.json": as_bytes(manifest)}, target)) == (False, "events.json")


def test_an_event_of_another_case_is_not_taken(exported, target):
    log = rechained(json_in(exported, "events.json"), lambda event: event)
    log.append(changed(log[-1], case=1, detail={}, seq=log[-1]["seq"] + 1, previous=log[-1]["hash"]))
    log[-1]["hash"] = hash_of({key: value for key, value in log[-1].items() if key != "hash"})

    assert found_in(forge(exported, {"events.json": as_bytes(log)}, target)) == (False, "events.json")


def test_even_with_every_seal_mended_a_changed_fact_gives_another_recommendation(exported, target):
    """Whoever mends the digest of the changes as well is left with a document that does not come out again."""
    facts = json_in(exported, "facts.json")
    for row in facts["present"]:
        row["value"] = 3 if row["fact_id"] == "deaths" else row["value"]
    for change in facts["changes"]:
        if change["fact_id"] == "deaths" and change["new_value"] == 1:
            change["new_value"] = 3
            sealed = change

    def mend(event):
        if event["seq"] == sealed["event_seq"]:
            one = [sealed[key] for key in ("fact_id", "case_version", "old_value", "old_standing", "old_evidence", "old_note",
                                           "new_value", "new_standing", "new_evidence", "new_note", "reason", "by_id", "at")]  # fmt: skip
            event["detail"]["digest"] = hashlib.sha256(as_bytes([one])).hexdigest()
        return event

    log = rechained(json_in(exported, "events.json"), mend)
    parts = {"facts.json": as_bytes(facts), "events.json": as_bytes(log)}

    assert found_in(forge(exported, {**parts, "signatures.json": signed_again(exported, log)}, target)) == (
        False, "recommendations/2.json",
    )  # fmt: skip


def signed_again(exported, log):
    return as_bytes(json_in(exported, "signatures.json"))


def test_another_version_of_the_product_is_mentioned_and_is_no_fault(exported, monkeypatch):
    monkeypatch.setattr(module, "__version__", "9.9")

    lines = list(verify(exported))

    assert all(line.ok is not False for line in lines)
    said = [line.message("en") for line in lines if line.ok is None]
    assert any("this is 9.9" in one for one in said)
    assert sum("made by another version" in one for one in said) == 2


def test_a_recommendation_from_before_rules_were_kept_is_said_to_be_so(exported, target, again_is_quick):
    """Its event does not name the product that made it, so nobody can pass a later one off as such."""

    def older(event):
        event["detail"].pop("product", None)
        return event

    log = rechained(json_in(exported, "events.json"), older)
    parts = {
        **lost_rules(exported),
        "events.json": as_bytes(log),
        "signatures.json": signed_again(exported, log),
    }
    path = forge(exported, parts, target)
    with module.opened(path) as archive:
        lines = list(ORIGINAL_AGAIN(module.OpenedFile(archive)))

    assert [line.ok for line in lines] == [None, None]
    assert found_in(path) == (True, "")


ORIGINAL_AGAIN = module._again


def test_a_document_that_cannot_be_made_again_is_laid_to_the_recommendation(exported, monkeypatch):
    def broken(*_arguments):
        raise RuntimeError

    monkeypatch.setattr(module, "make_document", broken)

    assert found_in(exported) == (False, "recommendations/1.json")


def test_the_seal_of_a_row_is_the_digest_of_what_the_file_holds_of_it(exported):
    seals = {(table, row_id): seal for event in json_in(exported, "events.json")
             for table, row_id, seal in event["detail"].get("rows", ())}  # fmt: skip

    for name in parts_in(exported):
        if name.startswith("procedure/"):
            for row in json_in(exported, name):
                assert seals[name[10:-5], row["id"]] == digest_of(row)
    assert making.make_document is module.make_document


@pytest.fixture
def the_whole_way(session, home):
    """A real case, from intake to its last correction, with its papers."""
    calendar.seed(session, None)
    cast = Cast(session, home)
    case = bring(session, cast, Stage.CORRECTED)
    for kind in ("notice", "decision"):
        issue(session, home, case, kind, cast.officer, today())
    session.flush()
    return case


def test_a_case_that_has_gone_the_whole_way_verifies(session, home, the_whole_way, target):
    with target.open("wb") as out:
        build(session, home, the_whole_way, None, MOMENT).write(out)

    lines = list(verify(target))

    assert [line.message("en") for line in lines if line.ok is False] == []
    assert len(json_in(target, "signatures.json")) == 1
    filled = {name for name in parts_in(target) if name.startswith("procedure/") and json_in(target, name)}
    assert len(filled) > 12
    assert len([name for name in parts_in(target) if name.startswith("papers/")]) == 4


def exported_to(path, session, home, case):
    with path.open("wb") as out:
        build(session, home, case, None, MOMENT).write(out)
    return path


def test_what_is_not_finished_stays_behind_until_it_is(session, home, target):
    """A draft of a review, votes of an open meeting, a decision not signed: the pages show them to nobody else."""
    calendar.seed(session, None)
    cast = Cast(session, home)
    case = bring(session, cast, Stage.PANEL)
    meet(session, cast, case)
    vote_all(session, cast, case, "correct")
    open_meeting = exported_to(target, session, home, case)
    assert found_in(open_meeting) == (True, "")
    assert json_in(open_meeting, "procedure/votes.json") == []
    assert [row for row in json_in(open_meeting, "withheld.json") if row[0] == "votes"] == [
        ["votes", row.id] for row in session.scalars(select(Vote).order_by(Vote.id))
    ]

    panel.close_meeting(session, case, cast.chief, minutes="一致。", others="")
    decision = draft(session, cast, case, departure_code="proportion", departure_reason="错责相当。")
    drafted = exported_to(target, session, home, case)
    assert found_in(drafted) == (True, "")
    assert len(json_in(drafted, "procedure/votes.json")) == 3
    assert ["decisions", decision.id] in json_in(drafted, "withheld.json")
    assert json_in(drafted, "procedure/imposed_measures.json") == []

    sign(session, case, cast.chief, decision)
    signed = exported_to(target, session, home, case)
    assert found_in(signed) == (True, "")
    assert json_in(signed, "withheld.json") == []
    for table in ("votes", "decisions", "reviews", "imposed_measures"):
        assert not found_in(forge(signed, without_one(signed, table), home.path / "forged"))[0], table


def without_one(path, table):
    """One row taken out and said to be withheld because it was not finished."""
    rows = json_in(path, f"procedure/{table}.json")
    parts = {f"procedure/{table}.json": rows[1:], "withheld.json": [[table, rows[0]["id"]]]}
    if table == "decisions":
        parts["signatures.json"] = []
    return {name: as_bytes(value) for name, value in parts.items()}


def test_a_review_that_is_still_a_draft_stays_behind(session, home, target):
    cast = Cast(session, home)
    case = bring(session, cast, Stage.REVIEW)
    review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=today())
    people.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
    review.save_review(session, case, cast.reviewer, {"T1": Answer("tolerable", "仅我自己可见的草稿")})

    path = exported_to(target, session, home, case)

    assert found_in(path) == (True, "")
    assert "仅我自己可见的草稿".encode() not in path.read_bytes()
    assert {table for table, _ in json_in(path, "withheld.json")} == {"reviews", "factor_views"}
