"""A case opened from a complaint that shows nothing of it, and closing the file."""

import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest

from casebook import access, queries
from casebook.casefile.export import export
from casebook.complaints import due, duties, handling, log, protection
from casebook.errors import BadFields, NotAllowed, NotReady
from casebook.models import Event, Finding
from tests import handled
from tests.casebook.complaints.test_author import a_file
from tests.complaints import a_complaint
from tests.factories import make_case
from tests.stages import Cast

DAY = date(2026, 11, 21)
TITLE, SUMMARY = "村道改造工程未招标先行发包", "经查，工程未经招标即发包，超付工程款。"
ANONYMOUS = {"naming": "anonymous", "name": "", "contact": "", "identity_number": ""}


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def verified(session, cast, seal):
    def verified(**fields):
        complaint = a_complaint(session, cast, seal, "handling", **fields)
        found = [Finding.SUBSTANTIATED, Finding.UNSUBSTANTIATED, Finding.SUBSTANTIATED]
        return handled.find(session, cast, complaint, *found, whole=Finding.PARTLY)

    return verified


def open_case(session, cast, complaint, by=None, **fields):
    return handling.open_case(
        session, complaint, by or cast.officer, **{"title": TITLE, "summary": SUMMARY, **fields}
    )


def test_a_case_is_opened_about_the_respondent_with_its_source(session, cast, verified):
    complaint = verified()

    case = open_case(session, cast, complaint)

    assert complaint.case_id == case.id
    assert (case.respondent.name, case.respondent.unit, case.region) == ("周某", "青石镇", "360302")
    assert queries.facts_of(session, case)["case_source"].value == "real_name_report"
    with pytest.raises(NotReady):
        open_case(session, cast, complaint)


def test_the_source_of_what_nobody_signed_is_anonymous(session, cast, verified):
    case = open_case(session, cast, verified(**ANONYMOUS))

    assert queries.facts_of(session, case)["case_source"].value == "anonymous_report"


def test_no_case_is_opened_while_nothing_is_verified(session, cast, seal):
    with pytest.raises(NotReady):
        open_case(session, cast, a_complaint(session, cast, seal, "handling"))
    with pytest.raises(NotReady):
        open_case(session, cast, a_complaint(session, cast, seal, "concluded"))


def test_a_reviewer_who_handles_it_opens_no_case(session, cast, verified):
    complaint = verified()
    duties.assign(session, complaint, "handler", cast.reviewer, cast.chief)
    duties.declare(session, complaint, cast.reviewer, [])
    assert not access.may(cast.reviewer, access.OPEN_CASE)

    with pytest.raises(NotAllowed):
        open_case(session, cast, complaint, cast.reviewer)


@pytest.mark.parametrize(
    "words", ["根据群众举报", "检举人反映", "来信称", "An anonymous letter says", "举报线索核查情况"]
)
def test_words_of_the_case_that_show_a_complaint_are_refused(session, cast, verified, words):
    for field in ("title", "summary"):
        with pytest.raises(BadFields) as refused:
            open_case(session, cast, verified(), **{field: words})
        assert list(refused.value.errors) == [field]
        assert "中性表述" in refused.value.errors[field].zh


def test_what_is_wrong_with_the_case_itself_is_said_at_its_field(session, cast, verified):
    complaint = verified()

    with pytest.raises(BadFields) as refused:
        open_case(session, cast, complaint, title=" ")

    assert list(refused.value.errors) == ["title"]
    assert complaint.case_id is None


def test_neither_history_nor_file_of_the_case_shows_the_complaint(session, home, cast, verified):
    complaint = verified(text="MARKER原文八个字以上的内容")
    case = open_case(session, cast, complaint)
    session.commit()

    content = BytesIO()
    export(session, home, case, cast.officer, datetime(2026, 11, 22, tzinfo=UTC)).write(content)
    with zipfile.ZipFile(content) as archive:
        parts = b"".join(archive.read(name) for name in archive.namelist() if name != "README.txt").decode()

    assert complaint.number not in parts
    assert complaint.handle not in parts
    for said in ("MARKER", "letter", "钟离望舒", "extract", '"complaint"', "检举控告件"):
        assert said not in parts
    of_case = session.query(Event).filter(Event.case_id == case.id).all()
    assert of_case
    assert not [event for event in of_case if event.kind.startswith(("complaint.", "protection."))]
    assert "complaint.case_opened" in {event.kind for event in log.history(session, complaint)}


def close(session, cast, complaint, why="fed_back"):
    return handling.close(session, complaint, cast.receiver, why=why, today=DAY)


def test_a_file_is_closed_for_a_coded_reason_once_the_author_is_told(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "told")
    with pytest.raises(BadFields):
        close(session, cast, complaint, "done")

    close(session, cast, complaint)

    assert (complaint.state, complaint.closed_on, complaint.closed_why) == ("closed", DAY, "fed_back")


def test_a_signed_complaint_is_not_closed_without_the_result(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "concluded")
    for why in ("fed_back", "anonymous"):
        with pytest.raises(BadFields):
            close(session, cast, complaint, why)

    close(session, cast, complaint, "unreachable")

    assert complaint.state == "closed"


def test_an_anonymous_one_is_closed_without_it(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "concluded", **ANONYMOUS)

    close(session, cast, complaint, "anonymous")

    assert complaint.closed_why == "anonymous"


def test_nothing_is_closed_over_an_objection_a_protection_or_a_file_that_waits(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "told")
    handling.object_to(
        session, seal, complaint, cast.receiver, how="letter", words="不同意", given_on=handled.TOLD,
        new_evidence=False, today=DAY,
    )  # fmt: skip
    protection.ask(session, complaint, cast.receiver, kind="protection", raised_on=DAY, today=DAY)
    a_file(session, cast, complaint, state="proposed", approved_on=None)

    with pytest.raises(NotReady) as refused:
        close(session, cast, complaint)

    assert len(refused.value.missing) == 3


def test_closing_the_file_tells_the_petition_unit_nothing_and_the_handler_does(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "closed")
    assert due.reported_inside(complaint) is None
    for other in (cast.receiver, cast.chief, cast.auditor, None):
        with pytest.raises(NotAllowed):
            handling.report_inside(session, complaint, other, given_on=DAY, today=DAY)
    for wrong in (None, complaint.concluded_on - timedelta(days=1), DAY + timedelta(days=1)):
        with pytest.raises(BadFields) as refused:
            handling.report_inside(session, complaint, cast.officer, given_on=wrong, today=DAY)
        assert set(refused.value.errors) == {"given_on"}

    handling.report_inside(session, complaint, cast.officer, given_on=DAY, today=DAY)

    assert due.reported_inside(complaint) == DAY
    with pytest.raises(NotReady) as refused:
        handling.report_inside(session, complaint, cast.officer, given_on=DAY, today=DAY)
    assert "第十八条" in refused.value.message("zh")


def test_what_is_verified_and_concluded_anew_is_told_anew(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "concluded")
    handling.report_inside(session, complaint, cast.officer, given_on=DAY, today=DAY)
    complaint.concluded_on = DAY + timedelta(days=1)
    session.flush()

    assert due.reported_inside(complaint) is None


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("how", {"how": "receipt"}),
        ("how", {"how": ""}),
        ("given_on", {"given_on": None}),
        ("given_on", {"given_on": date(2026, 11, 1)}),
    ],
)
def test_telling_the_respondent_needs_its_day_and_its_way(session, cast, seal, field, more):
    complaint = a_complaint(session, cast, seal, "concluded")
    with pytest.raises(BadFields) as refused:
        handling.tell_respondent(
            session, complaint, cast.officer, **{"how": "letter", "given_on": DAY, "today": DAY, **more}
        )
    assert list(refused.value.errors) == [field]


def test_where_a_case_was_opened_the_case_tells_the_respondent(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "concluded")
    complaint.case_id = make_case(session, cast.officer).id
    with pytest.raises(NotReady) as refused:
        handling.tell_respondent(session, complaint, cast.officer, how="talk", given_on=DAY, today=DAY)
    assert "案件" in refused.value.message("zh")
    complaint.case_id, complaint.respondent_name = None, ""
    with pytest.raises(NotReady):
        handling.tell_respondent(session, complaint, cast.officer, how="talk", given_on=DAY, today=DAY)
