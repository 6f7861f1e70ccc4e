"""A case with something in every part of its file, exported once."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from casebook import events
from casebook.casefile import verify as verifying
from casebook.casefile.export import build
from casebook.db import make_engine, session_factory
from casebook.home import Home
from casebook.models import (
    Assignment,
    CommitmentEntry,
    Decision,
    FactorView,
    Paper,
    PersonalLink,
    Recusal,
    Review,
    Talk,
)
from casebook.procedure import workflow
from casebook.procedure.signature import decision_digest
from casebook.recommend import recommend
from casebook.uploads import place_of
from rules.library import read_library
from tests.conftest import fresh_database
from tests.factories import attach, make_case, make_organisation, make_user, save

MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 21)
SECRET = "5ec7e7" * 10


def written(session, kind, by, case, *rows, **detail):
    """Add rows as a room does: with the event that seals them."""
    session.add_all(rows)
    events.record(session, kind, by, case, rows=rows, **detail)
    return rows[0]


def eventful_case(session, home):
    """A case with two recommendations, a file, a paper, a signature, and rows that must not leave the house."""
    organ = make_organisation(session)
    officer, reviewer = (
        make_user(session, role, organisation=organ, name=name)
        for role, name in (("officer", "承办人"), ("reviewer", "审核人"))
    )
    other = make_case(session, officer, title="另一件案件", conduct="2023-05-10")
    save(session, other, deaths=9)
    case = make_case(session, officer, title="未批先建", conduct="2023-05-10", respondent_unit="青石镇")
    save(session, case, deaths=0, mental_state="ordinary_negligence")
    recommend(session, case, officer, TODAY)
    attach(session, home, case, fact_id="deaths")
    attach(session, home, case, b"signed: Zhang San", fact_id="complaint_kind")
    save(session, case, deaths=1)
    made = recommend(session, case, officer, TODAY)
    recommend(session, other, officer, TODAY)
    workflow.move(
        session, case, workflow.STEPS["submit"], officer, "case.submitted", case_version=case.version
    )
    about = {"case_id": case.id, "at": MOMENT}
    asked = {"user_id": reviewer.id, "entered_by_id": officer.id, "grounds": [], **about}
    written(
        session,
        "recusal.asked",
        officer,
        case,
        Recusal(asked_by="complainant", reason="举报人张三所述", **asked),
    )
    written(
        session, "recusal.asked", officer, case, Recusal(asked_by="respondent", reason="当事人申请", **asked)
    )
    written(
        session, "assignment.made", officer, case,
        Assignment(part="reviewer", user_id=reviewer.id, by_id=officer.id, **about),
        PersonalLink(token_sha256=SECRET, code_hash=SECRET, by_id=officer.id, expires_at=MOMENT, **about),
    )  # fmt: skip
    review = written(
        session, "review.saved", reviewer, case,
        Review(case_id=case.id, round=1, second=False, recommendation_id=made.id, reviewer_id=reviewer.id,
               started_at=MOMENT),
    )  # fmt: skip
    written(
        session, "review.saved", reviewer, case,
        FactorView(review_id=review.id, item="M", ledger="neutral", view="neutral", words_for="出于公心"),
    )  # fmt: skip
    review.reason, review.submitted_at = "同意", MOMENT
    written(session, "review.passed", reviewer, case, review, review=review.id)
    written(
        session, "talk.held", officer, case,
        Talk(kind="reminder", person="当事人", held_on=TODAY, held_by="两人", purpose="了解情况", raised="无",
             by_id=officer.id, **about),
        CommitmentEntry(channel="petitions", observed_on=TODAY, source="信访件", text="张三来信", by_id=officer.id,
                        **about),
    )  # fmt: skip
    content = b"%PDF-1.7 a paper"
    sha256 = hashlib.sha256(content).hexdigest()
    place_of(home, sha256).parent.mkdir(exist_ok=True)
    place_of(home, sha256).write_bytes(content)
    written(
        session, "case.read", officer, case,
        Paper(kind="decision", organisation_id=organ.id, year=2026, seq=1, number="X〔2026〕1号", template="shipped",
              content={}, pdf_sha256=sha256, docx_sha256=sha256, by_id=officer.id, **about),
    )  # fmt: skip
    decision = Decision(
        seq=1, recommendation_id=made.id, disposition=made.disposition, facts_found="属实", reason="从轻", departs=False,
        departure_rules=[], drafted_by_id=officer.id, signed_by_id=reviewer.id, signed_at=MOMENT, **about,
    )  # fmt: skip
    session.add(decision)
    session.flush()
    decision.signature = decision_digest(decision)
    written(session, "case.read", reviewer, case, decision)
    events.record(session, "case.listed", officer)
    session.flush()
    return case


@pytest.fixture(scope="session")
def exported(server_url, template, tmp_path_factory) -> Path:
    """The file of such a case."""
    folder = tmp_path_factory.mktemp("casefile")
    with fresh_database(server_url, template, folder) as url:
        home = Home(folder / "home", url)
        home.create()
        engine = make_engine(url)
        with session_factory(engine)() as session:
            case = eventful_case(session, home)
            path = folder / f"{case.number}.casefile"
            with path.open("wb") as out:
                build(session, home, case, case.officer, MOMENT).write(out)
        engine.dispose()
    return path


@pytest.fixture(autouse=True)
def the_same_texts_are_read_once(monkeypatch):
    """Rules are compiled once from the same texts, however many files hold them; other texts are other rules."""
    monkeypatch.setattr(verifying, "read_library", _read_once)


def _read_once(texts, words):
    key = words.digest, tuple(texts.items())
    if key not in _libraries:
        _libraries[key] = read_library(texts, words)
    return _libraries[key]


_libraries = {}


@pytest.fixture
def target(tmp_path):
    return tmp_path / "tampered.casefile"


@pytest.fixture
def again_is_quick(monkeypatch):
    """Where the fault comes before the reasoning, the reasoning need not be done to see that it is found."""
    monkeypatch.setattr(verifying, "_again", lambda file: iter(()))
