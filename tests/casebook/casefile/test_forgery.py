"""A case file altered by somebody who knows the format and makes the manifest fit."""

import hashlib
import itertools
import json

import pytest

from casebook.events import hash_of
from casebook.sealing import digest_of
from tests.casebook.casefile.forging import (
    as_bytes,
    changed,
    forge,
    found_in,
    json_in,
    lost_rules,
    parts_in,
    rechained,
)


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


def first_recommendation_gone(path):
    rows = [row for row in json_in(path, "recommendations.json") if row["seq"] != 1]
    return {"recommendations.json": as_bytes(rows), "recommendations/1.json": None}


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
    "the number in the manifest": (edit("manifest.json", lambda manifest: {**manifest, "case": "X-2026-1"}), "case.json"),
    "a recommendation left out with its rules": (first_recommendation_gone, "recommendations.json"),
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

    assert found_in(forge(exported, parts, target)) == (
        False, "recommendations/2.json",
    )  # fmt: skip
