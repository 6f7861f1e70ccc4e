"""Exporting a case: who may, what goes and what never does, the same bytes for the same state."""

import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from casebook import audit
from casebook.casefile import archive, contents
from casebook.casefile.archive import CaseFileTooLarge, part
from casebook.casefile.export import build, export, may_export
from casebook.errors import DamagedFile, NotAllowed
from casebook.models import Assignment, Event, Recommendation, Recusal, Respondent
from casebook.sealing import SEALED
from casebook.uploads import place_of
from tests.casebook.casefile.conftest import MOMENT, SECRET, eventful_case, written
from tests.casebook.casefile.forging import (
    json_in,
    parts_in,
)
from tests.casebook.test_events import tamper
from tests.factories import make_case, make_organisation, make_user, save


@pytest.fixture
def case(session, home):
    return eventful_case(session, home)


def bytes_of(made) -> bytes:
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def test_two_exports_of_one_state_at_one_moment_are_the_same_bytes(session, home, case):
    first = bytes_of(build(session, home, case, case.officer, MOMENT))

    assert bytes_of(build(session, home, case, case.officer, MOMENT)) == first
    assert bytes_of(build(session, home, case, case.officer, MOMENT + timedelta(seconds=1))) != first
    save(session, make_case(session), deaths=1)
    assert bytes_of(build(session, home, case, case.officer, MOMENT)) != first, "the chain has gone on"


def test_an_export_is_logged_with_the_digest_of_the_whole_file(session, home, case):
    made = export(session, home, case, case.officer, MOMENT)

    event = session.scalars(select(Event).where(Event.kind == "case.file_exported")).one()
    assert (event.case_id, event.by_id) == (case.id, case.officer_id)
    assert event.detail == {"root": made.root, "parts": len(made.parts)}
    assert export(session, home, case, None, MOMENT).root != made.root, "the log now has one entry more"
    assert audit.verify(session, home).ok


def test_what_must_not_leave_the_house_does_not(exported):
    everything = exported.read_bytes()

    for word in (SECRET, "张三", "Zhang San", "信访件", "另一件案件", "argon2", "personal_links.json"):
        assert word.encode() not in everything, word
    assert "当事人申请".encode() in everything
    assert json_in(exported, "withheld.json") == [
        ["attachments", 2], ["commitment_entries", 1], ["recusals", 1],
    ]  # fmt: skip
    assert {event["case"] for event in json_in(exported, "events.json")} == {
        json_in(exported, "case.json")["case"]["id"]
    }
    people = json_in(exported, "case.json")["people"]
    assert [one["name"] for one in people] == ["承办人", "审核人"]
    assert {key for one in people for key in one} == {"id", "name", "role", "organisation_id"}


def test_every_sealed_table_goes_whole_or_stays_whole():
    """A column that is added fails here until somebody has decided whether it may leave the house."""
    stay = {
        "personal_links", "office_settings", "calendar_years", "paper_templates",
        "precedents", "precedent_facts", "precedent_issues", "precedent_codings", "precedent_changes",
        "precedent_replays", "quiz_answers",
        # A case never shows that there was a complaint; a clearance and a return have records of their own.
        "complaints", "complaint_points", "complaint_duties", "openings", "feedbacks", "protections",
        "false_accusations", "complaint_papers", "interferences", "clearances", "clearance_points", "reaches", "repairs", "return_visits",
        "clearance_changes", "clearance_requests", "advance_filings", "filing_papers", "reinstatements",
        "reinstatement_opinions", "period_notices",
        "pack_versions", "pack_checks", "pack_rehearsals",
    }  # fmt: skip

    assert set(SEALED) - set(contents.PROCEDURE) == stay
    for table in contents.PROCEDURE:
        assert list(contents.COLUMNS[table]) == [column.key for column in inspect(SEALED[table]).column_attrs]


def test_the_texts_of_the_rules_are_in_the_file_under_the_digests_that_the_document_names(exported):
    parts = parts_in(exported)
    for row in json_in(exported, "recommendations.json"):
        document = json_in(exported, f"recommendations/{row['seq']}.json")
        named = {pack["digest"] for pack in document["packs"].values()}
        assert set(row["rules"]["packs"].values()) == named
        assert {f"rules/{digest}.yaml" for digest in named} <= parts.keys()
        assert row["rules"]["vocabulary"] == document["vocabulary"]["digest"]


def test_a_recommendation_from_before_rules_were_kept_goes_without_them(session, home, case):
    made = session.scalars(select(Recommendation).where(Recommendation.case_id == case.id)).first()
    document = json.loads(made.document)
    document.pop("vocabulary")
    tamper(
        session, "UPDATE recommendations SET document = :text WHERE id = :id", "recommendations",
        text=json.dumps(document), id=made.id,
    )  # fmt: skip

    parts = {one.name: b"".join(one.chunks()) for one in build(session, home, case, None, MOMENT).parts}

    assert [row["rules"] is None for row in json.loads(parts["recommendations.json"])] == [True, False]


def test_an_event_of_no_single_case_goes_along_if_it_wrote_a_row_of_the_case(session, home, case):
    review = session.scalars(select(Assignment)).one()
    event = (
        written(session, "office.changed", case.officer, None, review)
        and session.scalars(select(Event).order_by(Event.seq.desc())).first()
    )

    parts = {one.name: b"".join(one.chunks()) for one in build(session, home, case, None, MOMENT).parts}

    assert event.seq in [one["seq"] for one in json.loads(parts["events.json"])]


@pytest.mark.parametrize("damage", ["altered", "gone"])
@pytest.mark.parametrize("which", ["attachment", "paper"])
def test_a_case_whose_files_are_not_what_was_kept_is_not_exported(session, home, case, damage, which):
    name = "attachments.json" if which == "attachment" else "procedure/papers.json"
    parts = {one.name: b"".join(one.chunks()) for one in build(session, home, case, None, MOMENT).parts}
    row = json.loads(parts[name])[0]
    path = place_of(home, row.get("sha256") or row["pdf_sha256"])
    path.write_bytes(b"other") if damage == "altered" else path.unlink()

    with pytest.raises(DamagedFile):
        export(session, home, case, case.officer, MOMENT)


def test_more_than_a_zip_file_of_the_plain_kind_holds_is_refused_before_anything_is_written():
    huge = archive.Part("x", 2**32, "0" * 64, 0, lambda: iter(()))
    out = io.BytesIO()

    for parts in ([huge], [part("x", lambda: (b"",))] * 2**16):
        with pytest.raises(CaseFileTooLarge):
            archive.write(out, parts)
    assert out.getvalue() == b""


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("officer", True), ("reviewer", True), ("chief", True), ("auditor", True), ("panel", False), ("administrator", False)],
)  # fmt: skip
def test_who_may_export_a_case(session, home, case, role, allowed):
    person = make_user(session, role, organisation=case.organisation)
    session.add(
        Assignment(case_id=case.id, part="chair", user_id=person.id, by_id=case.officer_id, at=MOMENT)
    )
    session.flush()
    session.expire(case)

    assert may_export(person, case) is allowed
    if not allowed:
        with pytest.raises(NotAllowed):
            export(session, home, case, person, MOMENT)


def test_nobody_from_elsewhere_and_nobody_at_all_may_export(session, case):
    stranger = make_user(session, "officer", organisation=make_organisation(session))

    assert not may_export(stranger, case)
    assert not may_export(None, case)
    case.officer.active = False
    assert not may_export(case.officer, case)


def test_whoever_is_to_give_a_blind_second_opinion_may_not_until_that_part_has_ended(session, home, case):
    second = make_user(session, "reviewer", organisation=case.organisation)
    part_taken = Assignment(
        case_id=case.id, part="second_reviewer", user_id=second.id, by_id=case.officer_id, at=MOMENT
    )
    session.add(part_taken)
    session.flush()
    session.expire(case)

    with pytest.raises(NotAllowed):
        export(session, home, case, second, MOMENT)
    part_taken.ended_at = MOMENT
    session.flush()
    assert may_export(second, case)


@pytest.mark.parametrize("granted", [None, True])
def test_whoever_is_asked_to_stand_back_may_not(session, home, case, granted):
    auditor = make_user(session, "auditor")
    assert may_export(auditor, case)
    asked = Recusal(
        case_id=case.id, user_id=auditor.id, asked_by="self", entered_by_id=auditor.id, grounds=[], reason="亲属",
        at=MOMENT, granted=granted,
    )  # fmt: skip
    session.add(asked)
    session.flush()
    session.expire(case)

    assert not may_export(auditor, case)
    asked.granted = False
    assert may_export(auditor, case)


def test_a_case_that_has_only_been_opened_can_be_exported(session, home):
    case = make_case(session)

    made = export(session, home, case, case.officer, MOMENT)

    assert "recommendations.json" in {one.name for one in made.parts}
    assert session.scalars(select(Respondent).where(Respondent.case_id == case.id)).one()
