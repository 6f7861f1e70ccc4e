"""What is found of the author: never from the finding, never to their harm but through an approved file."""

from datetime import UTC, date, datetime

import pytest

from casebook.complaints import author, handling, log
from casebook.complaints.advice import advice, facts_of
from casebook.complaints.steps import STEPS
from casebook.errors import BadFields, NotReady
from casebook.models import AuthorFinding, FalseAccusation, Finding
from tests import handled
from tests.complaints import a_complaint
from tests.stages import Cast

DAY = date(2026, 11, 21)


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def complaint(session, cast, seal):
    a_complaint(session, cast, seal, "concluded")  # noise
    return a_complaint(session, cast, seal, "concluded")


def a_file(session, cast, complaint, **fields):
    """A file as its own room leaves it."""
    wanted = {
        "state": "approved", "fabrication": "伪造收条", "intent": "供述为竞争职务", "facts": {}, "advice": {},
        "aggravators": [], "approval_level": "city", "approved_on": DAY, **fields,
    }  # fmt: skip
    row = FalseAccusation(complaint_id=complaint.id, by_id=cast.officer.id, at=datetime.now(UTC), **wanted)
    session.add(row)
    session.flush()
    log.record(session, "complaint.author_examined", cast.officer, complaint, rows=[row])
    return row


def examine(session, cast, complaint, finding, reason="经向本人了解"):
    return handling.examine_author(session, complaint, cast.officer, finding=finding, reason=reason)


def test_an_untrue_complaint_says_nothing_of_its_author(complaint):
    assert complaint.finding == Finding.UNSUBSTANTIATED
    assert complaint.author_finding == AuthorFinding.NOT_EXAMINED


@pytest.mark.parametrize("finding", ["honest", "mistaken"])
def test_honest_or_mistaken_is_entered_with_a_reason_and_bars_a_false_accusation(
    session, cast, complaint, finding
):
    with pytest.raises(BadFields):
        examine(session, cast, complaint, finding, reason="")
    assert author.bars_false_file(complaint) is None

    examine(session, cast, complaint, finding, "道听途说，误把外甥同名者当作本人；已说明情况，消除误解")

    assert complaint.author_finding == finding
    assert "不得按诬告陷害处理" in author.bars_false_file(complaint).zh
    assert facts_of(complaint)["intent_to_frame"] is False
    assert advice(complaint, DAY)["false_accusation_path"] == "closed"


def test_nothing_can_be_done_to_a_mistaken_author(session, cast, complaint):
    """No step of the table acts on an author but the four of a file on a false accusation."""
    examine(session, cast, complaint, "mistaken")

    about_the_author = {code for code in STEPS if "false" in code or "author" in code}
    assert about_the_author == {"examine_author", "propose_false", "answer_false", "follow_false"}


def test_malicious_is_refused_without_a_file(session, cast, complaint):
    with pytest.raises(NotReady) as refused:
        examine(session, cast, complaint, "malicious")

    assert "设区的市级以上" in refused.value.message("zh")
    assert complaint.author_finding == AuthorFinding.NOT_EXAMINED


@pytest.mark.parametrize(
    "fields", [{"state": "proposed", "approved_on": None}, {"state": "refused"}, {"approved_on": None}]
)
def test_malicious_is_refused_while_the_file_is_not_approved(session, cast, complaint, fields):
    a_file(session, cast, complaint, **fields)

    with pytest.raises(NotReady):
        examine(session, cast, complaint, "malicious")


def test_the_file_of_another_complaint_allows_nothing_here(session, cast, seal, complaint):
    a_file(session, cast, a_complaint(session, cast, seal, "concluded"))

    with pytest.raises(NotReady):
        examine(session, cast, complaint, "malicious")


@pytest.mark.parametrize("state", author.APPROVED)
def test_an_approved_file_allows_malicious(session, cast, complaint, state):
    a_file(session, cast, complaint, state=state)

    examine(session, cast, complaint, "malicious")

    assert complaint.author_finding == AuthorFinding.MALICIOUS


def test_what_was_true_is_no_mistake(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "handling")
    handled.find(session, cast, complaint, *[Finding.SUBSTANTIATED] * 3, whole=Finding.SUBSTANTIATED)
    handled.conclude(session, cast, complaint)

    with pytest.raises(BadFields):
        examine(session, cast, complaint, "mistaken")


def test_a_doubt_that_turns_up_later_is_entered_with_its_reason(session, cast, complaint):
    examine(session, cast, complaint, "honest")
    examine(session, cast, complaint, "not_examined", "收条经鉴定系伪造")

    assert author.bars_false_file(complaint) is None


def test_an_unknown_finding_is_refused_at_its_field(session, cast, complaint):
    with pytest.raises(BadFields) as refused:
        examine(session, cast, complaint, "liar")

    assert list(refused.value.errors) == ["finding"]


def test_the_rules_are_asked_only_what_the_record_establishes(session, cast, seal, complaint):
    fresh = a_complaint(session, cast, seal)

    assert facts_of(fresh) == {"complaint_named": "real_name", "complaint_received_date": "2026-11-16"}
    assert facts_of(complaint)["complaint_outcome"] == "unsubstantiated"
    found = advice(complaint, DAY)
    assert found["finding"] == "unsubstantiated"
    assert "fabrication_evidence" not in facts_of(complaint)


def test_a_finding_that_waits_for_the_chief_is_no_finding_yet(session, cast, seal):
    assert "complaint_outcome" not in facts_of(a_complaint(session, cast, seal, "found"))
