"""The chain of events: what it covers, what the database refuses, and what is noticed when someone gets round that."""

import threading
from datetime import date
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from casebook import accounts, audit, events
from casebook.db import session_factory, utc_now
from casebook.migrations.triggers import trigger_statements
from casebook.models import Assignment, CaseFact, Event, FactChange, Recommendation, Stage, Talk
from casebook.papers.issue import issue
from casebook.procedure.dates import today
from casebook.recommend import recommend
from casebook.uploads import place_of
from tests.factories import attach, make_case, make_organisation, make_user, save
from tests.stages import Cast, recommended_case, skip_to


def tamper(session, statement: str, table: str = "events", **values) -> None:
    """Change the store behind the product's back, as somebody with the database's password could."""
    dialect = session.get_bind().dialect.name
    for trigger in trigger_statements(dialect, table):
        session.execute(text(f"DROP TRIGGER {trigger}" + (f" ON {table}" if dialect == "postgresql" else "")))
    session.execute(text(statement), values)
    session.expire_all()


@pytest.fixture
def case(session):
    """A case with a few events behind it, among those of another."""
    make_case(session)
    case = make_case(session)
    save(session, case, deaths=0, mental_state="ordinary_negligence")
    save(session, case, deaths=1)
    return case


def test_a_record_nobody_touched_verifies(session, case):
    report = audit.verify(session)

    assert report.ok
    assert report.checked == session.query(Event).count() > 5
    assert report.head == session.scalars(select(Event.hash).order_by(Event.seq.desc())).first()


def test_an_empty_record_verifies(session):
    assert audit.verify(session).ok


@pytest.mark.parametrize("table", ["events", "recommendations", "fact_changes"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {} CASCADE"])
def test_the_database_itself_refuses_to_change_what_is_kept_for_good(session, case, today, table, statement):
    if statement.startswith("TRUNCATE") and session.get_bind().dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    recommend(session, case, case.officer, today)
    statement = statement.replace("id = id", "seq = seq") if table == "events" else statement

    with pytest.raises(DatabaseError, match="kept for good"), session.begin_nested():
        session.execute(text(statement.format(table)))

    assert audit.verify(session).ok


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'case.read'",
        "detail = '{}'",
        "by_id = NULL",
        "case_id = NULL",
        "at = '2020-01-01 00:00:00.000000'",
    ],
)
def test_an_altered_event_is_named(session, case, change):
    statement = "UPDATE events SET {} WHERE seq = (SELECT max(seq) - 1 FROM events)"
    tamper(session, statement.format(change))

    report = audit.verify(session)

    assert (report.ok, report.why) == (False, "altered")
    assert report.first_broken == session.query(Event).count() - 1


def test_an_altered_event_with_its_own_hash_mended_breaks_the_link_after_it(session, case):
    event = session.get(Event, 3)
    tamper(session, "UPDATE events SET kind = 'case.read' WHERE seq = 3")
    session.refresh(event)
    session.execute(text("UPDATE events SET hash = :hash WHERE seq = 3"), {"hash": events.event_hash(event)})
    session.expire_all()

    report = audit.verify(session)

    assert (report.first_broken, report.why) == (4, "unlinked")


def test_a_row_deleted_in_the_middle_is_named(session, case):
    seq = events.record(session, "case.listed", case.officer).seq
    events.record(session, "case.listed", case.officer)

    tamper(session, "DELETE FROM events WHERE seq = :seq", seq=seq)

    report = audit.verify(session)
    assert (report.first_broken, report.why) == (seq, "missing")


def test_events_cut_off_at_the_end_are_noticed(session, case):
    seq = events.record(session, "case.listed", case.officer).seq
    events.record(session, "case.listed", case.officer)

    tamper(session, "DELETE FROM events WHERE seq >= :seq", seq=seq)

    report = audit.verify(session)
    assert (report.first_broken, report.why) == (seq, "missing")


def test_an_event_added_behind_the_head_is_noticed(session, case):
    event = events.record(session, "case.listed", case.officer)
    session.flush()

    before = {"count": event.seq - 1, "hash": event.previous_hash}
    session.execute(text("UPDATE chain_head SET count = :count, hash = :hash"), before)

    report = audit.verify(session)
    assert (report.first_broken, report.why) == (event.seq, "beyond_head")


def test_a_last_event_rewritten_with_its_hash_differs_from_the_head(session, case):
    last = events.record(session, "case.listed", case.officer)
    session.flush()
    tamper(session, "UPDATE events SET kind = 'case.read' WHERE seq = :seq", seq=last.seq)
    session.refresh(last)
    mended = {"hash": events.event_hash(last), "seq": last.seq}
    session.execute(text("UPDATE events SET hash = :hash WHERE seq = :seq"), mended)
    session.expire_all()

    report = audit.verify(session)

    assert (report.first_broken, report.why) == (last.seq, "head")


def test_a_missing_head_is_noticed(session, case):
    session.execute(text("DELETE FROM chain_head"))

    assert audit.verify(session).why == "no_head"


def test_an_altered_change_of_a_fact_is_laid_to_the_event_that_kept_it(session, case):
    change = session.scalars(select(FactChange).where(FactChange.fact_id == "deaths")).first()

    statement = "UPDATE fact_changes SET new_note = 'other' WHERE id = :id"
    tamper(session, statement, "fact_changes", id=change.id)

    report = audit.verify(session)
    assert (report.first_broken, report.why) == (change.event_seq, "changes")


def test_a_deleted_change_of_a_fact_is_noticed(session, case):
    change = session.scalars(select(FactChange).where(FactChange.fact_id == "deaths")).first()
    id_, seq = change.id, change.event_seq

    tamper(session, "DELETE FROM fact_changes WHERE id = :id", "fact_changes", id=id_)

    assert audit.verify(session).first_broken == seq


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE case_facts SET value = '0' WHERE fact_id = 'deaths'",
        "DELETE FROM case_facts WHERE fact_id = 'deaths'",
        "UPDATE cases SET conduct = '\"2010\"' WHERE id = {case}",
        "UPDATE respondents SET name = 'somebody else' WHERE case_id = {case}",
    ],
)
def test_content_of_a_case_changed_without_a_record_is_noticed(session, case, statement):
    session.execute(text(statement.format(case=case.id)))
    session.expire_all()

    assert audit.verify(session).why == "present"


def test_a_fact_that_no_event_entered_is_noticed(session, case):
    fact = CaseFact(
        case_id=case.id, fact_id="private_gain_self", value=True, standing="verified", evidence="", note="",
        updated_by=case.officer, updated_at=case.updated_at,
    )  # fmt: skip
    session.add(fact)
    session.flush()

    assert audit.verify(session).why == "unrecorded"


def test_a_change_hung_on_an_event_that_kept_none_is_noticed(session, case):
    seq = events.record(session, "case.read", case.officer, case).seq

    tamper(
        session,
        "UPDATE fact_changes SET event_seq = :seq WHERE fact_id = 'mental_state'",
        "fact_changes",
        seq=seq,
    )

    assert audit.verify(session).why == "changes"


def test_a_recommendation_that_no_event_made_is_noticed(session, case, today):
    made = recommend(session, case, case.officer, today)
    forged = Recommendation(
        case=case, seq=2, case_version=3, document=made.document, sha256=made.sha256, disposition=made.disposition,
        certainty=made.certainty, created_by=case.officer, created_at=made.created_at,
    )  # fmt: skip
    session.add(forged)
    session.flush()

    assert audit.verify(session).why == "unrecorded"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE recommendations SET document = '{}'",
        "UPDATE recommendations SET disposition = 'tolerate_x'",
        "DELETE FROM recommendations",
    ],
)
def test_a_recommendation_changed_or_removed_is_laid_to_the_event_that_made_it(
    session, case, today, statement
):
    recommend(session, case, case.officer, today)
    made = session.scalars(select(Event).where(Event.kind == "recommendation.made")).one()

    tamper(session, statement, "recommendations")

    report = audit.verify(session)
    assert (report.first_broken, report.why) == (made.seq, "recommendation")


def test_a_file_altered_or_gone_is_laid_to_the_event_that_added_it(session, home, case):
    attachment = attach(session, home, case)
    added = session.scalars(select(Event).where(Event.kind == "attachment.added")).one()
    path = home.files / attachment.sha256[:2] / attachment.sha256
    assert audit.verify(session, home).ok

    path.write_bytes(b"another memo")
    altered = audit.verify(session, home)
    path.unlink()
    gone = audit.verify(session, home)

    assert (altered.first_broken, altered.why) == (gone.first_broken, gone.why) == (added.seq, "file")
    assert audit.verify(session).ok, "without the home the files are not looked at"


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_paper_altered_or_gone_is_laid_to_the_event_that_issued_it(session, home, form):
    cast = Cast(session, home)
    case = recommended_case(session, cast)
    paper = issue(session, home, case, "recommendation_report", cast.officer, today())
    issued = session.scalars(select(Event).where(Event.kind == "paper.issued")).one()
    assert audit.verify(session, home).ok

    path = place_of(home, getattr(paper, f"{form}_sha256"))
    path.write_bytes(b"another paper")
    altered = audit.verify(session, home)
    path.unlink()
    gone = audit.verify(session, home)

    assert (altered.first_broken, altered.why) == (gone.first_broken, gone.why) == (issued.seq, "paper")


def test_every_reason_is_said_in_both_languages():
    for why in audit._REASONS:
        report = audit.AuditReport(False, 7, "", 7, why)
        assert "7" in report.message("zh")
        assert "7" in report.message("en")
        assert report.message("zh") != report.message("en")


def test_an_event_covers_its_moment_to_the_microsecond_on_every_database(session):
    with time_machine.travel("2026-11-21T08:00:00.123456+00:00", tick=False):
        user = make_user(session)
        case = make_case(session, user)
    session.commit()
    session.expire_all()

    event = session.scalars(select(Event).where(Event.case_id == case.id)).one()

    assert event.at.isoformat() == "2026-11-21T08:00:00.123456+00:00"
    assert audit.verify(session).ok


def test_unknown_kinds_and_what_people_wrote_are_refused_before_they_are_logged(session):
    for kind, detail in [
        ("case.forgotten", {}),
        ("case.read", {"note": "x"}),
        ("case.read", {"password": "x"}),
    ]:
        with pytest.raises(ValueError, match="found"):
            events.record(session, kind, None, **detail)

    assert session.query(Event).count() == 0


def test_every_kind_has_a_label_in_both_languages():
    for kind in events.KINDS:
        assert events.label(kind, "zh") != events.label(kind, "en")


def test_writers_at_the_same_time_do_not_fork_the_chain(engine, session):
    officer = make_user(session)
    session.commit()
    failures = []

    def write(times: int = 10) -> None:
        sessions = session_factory(engine)
        try:
            for _ in range(times):
                with sessions() as own:
                    events.record(own, "case.listed", own.merge(officer, load=False))
                    own.commit()
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    report = audit.verify(session)
    assert report.ok
    assert session.query(Event).where(Event.kind == "case.listed").count() == 60


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases SET number = 'XX-2026-00009'",
        "UPDATE cases SET organisation_id = {elsewhere}",
        "UPDATE attachments SET case_id = {other}",
        "UPDATE attachments SET fact_id = 'deaths'",
        "INSERT INTO attachments (case_id, filename, media_type, size, sha256, by_id, at) SELECT case_id, filename, media_type, size, 'f', by_id, at FROM attachments",
    ],
)
def test_a_case_or_a_file_moved_without_a_record_is_noticed(session, home, case, statement):
    elsewhere, other = make_organisation(session), make_case(session)
    attach(session, home, case)
    session.commit()
    assert audit.verify(session, home).ok

    where = "" if statement.startswith("INSERT") else f" WHERE id = {case.id}" if "cases" in statement else ""
    session.execute(text(statement.format(elsewhere=elsewhere.id, other=other.id) + where))

    assert audit.verify(session, home).why in ("present", "file", "unrecorded")


def test_a_chain_rewritten_or_cut_with_its_head_differs_from_one_noted_earlier(session, case):
    sound = audit.verify(session)
    assert audit.verify(session, None, (sound.checked, sound.head)).ok
    assert audit.verify(session, None, (1, session.scalar(select(Event.hash).where(Event.seq == 1)))).ok

    assert audit.verify(session, None, (sound.checked, "0" * 64)).why == "noted"
    assert audit.verify(session, None, (sound.checked + 1, "0" * 64)).why == "missing"


@pytest.fixture
def procedure(session, case):
    """A case in review with a talk and a reviewer's part, and a case that stands elsewhere."""
    skip_to(session, make_case(session, case.officer), Stage.HEARING)
    skip_to(session, case, Stage.REVIEW)
    about = {"case_id": case.id, "by_id": case.officer_id, "at": utc_now()}
    talk = Talk(
        kind="reminder", person="当事人", held_on=date(2026, 11, 21), held_by="两人", purpose="了解情况", raised="无",
        **about,
    )  # fmt: skip
    part = Assignment(part="reviewer", user_id=make_user(session, "reviewer").id, **about)
    session.add_all([talk, part])
    event = events.record(session, "talk.held", case.officer, case, rows=[talk, part])
    talk.follow_up_words = "已回访"
    again = events.record(session, "talk.followed_up", case.officer, case, rows=[talk])
    session.commit()
    assert audit.verify(session).ok
    return SimpleNamespace(case=case, talk=talk, part=part, written=event.seq, rewritten=again.seq)


@pytest.mark.parametrize(
    ("statement", "last_written"),
    [
        ("UPDATE talks SET raised = 'something else'", "rewritten"),
        ("UPDATE talks SET by_id = by_id + 1", "rewritten"),
        ("DELETE FROM talks", "rewritten"),
        ("UPDATE assignments SET part = 'second_reviewer'", "written"),
        ("UPDATE assignments SET ended_at = at", "written"),
        ("DELETE FROM assignments", "written"),
    ],
)
def test_a_record_altered_or_removed_is_laid_to_the_event_that_wrote_it_last(
    session, procedure, statement, last_written
):
    session.execute(text(statement))
    session.expire_all()

    report = audit.verify(session)

    assert (report.first_broken, report.why) == (getattr(procedure, last_written), "row")


def test_a_record_that_no_event_wrote_is_noticed(session, procedure):
    statement = "INSERT INTO talks ({0}) SELECT {0} FROM talks"
    columns = "case_id, kind, person, held_on, held_by, purpose, raised, promised, follow_up_words, by_id, at"
    session.execute(text(statement.format(columns)))

    report = audit.verify(session)

    assert (report.first_broken, report.why) == (0, "unrecorded")


def test_a_record_put_back_as_it_was_before_its_last_change_is_noticed(session, procedure):
    session.execute(text("UPDATE talks SET follow_up_words = ''"))
    session.expire_all()

    assert audit.verify(session).first_broken == procedure.rewritten


def test_a_stage_changed_without_a_step_is_noticed(session, procedure):
    moved = session.scalars(
        select(Event.seq).where(Event.case_id == procedure.case.id).order_by(Event.seq)
    ).all()
    session.execute(text("UPDATE cases SET stage = 'closed' WHERE id = :id"), {"id": procedure.case.id})
    session.expire_all()

    report = audit.verify(session)

    assert report.why == "stage"
    assert report.first_broken in moved


def test_a_case_taken_out_of_intake_without_any_step_is_noticed(session, case):
    session.execute(text("UPDATE cases SET stage = 'decided' WHERE id = :id"), {"id": case.id})
    session.expire_all()

    report = audit.verify(session)

    assert (report.first_broken, report.why) == (0, "stage")


def test_another_officer_without_a_record_is_noticed(session, case):
    opened = session.scalars(
        select(Event.seq).where(Event.kind == "case.opened", Event.case_id == case.id)
    ).one()
    other = make_user(session)
    assert audit.verify(session).ok

    session.execute(
        text("UPDATE cases SET officer_id = :other WHERE id = :id"), {"other": other.id, "id": case.id}
    )
    session.expire_all()

    report = audit.verify(session)
    assert (report.first_broken, report.why) == (opened, "officer")


@pytest.mark.parametrize(
    "change", ["role = 'chief'", "organisation_id = :elsewhere", "login = 'other'", "active = false"]
)
def test_an_account_changed_without_a_record_is_noticed(session, case, change):
    person, elsewhere = make_user(session, "panel"), make_organisation(session)
    created = session.scalars(
        select(Event).where(Event.kind == "account.created").order_by(Event.seq.desc())
    ).first()
    assert audit.verify(session).ok

    values = {"id": person.id} | ({"elsewhere": elsewhere.id} if "elsewhere" in change else {})
    session.execute(text("UPDATE users SET " + change + " WHERE id = :id"), values)  # noqa: S608
    session.expire_all()

    report = audit.verify(session)
    assert (report.first_broken, report.why) == (created.seq, "account")


def test_an_account_switched_off_and_on_again_is_as_recorded_and_otherwise_is_noticed(session):
    person = make_user(session)
    accounts.set_active(session, person, None, active=False)
    accounts.set_active(session, person, None, active=True)
    accounts.set_active(session, person, None, active=False)
    session.flush()
    assert audit.verify(session).ok

    session.execute(text("UPDATE users SET active = true WHERE id = :id"), {"id": person.id})
    session.expire_all()

    last = session.scalars(select(Event.seq).order_by(Event.seq.desc())).first()
    assert (audit.verify(session).first_broken, audit.verify(session).why) == (last, "account")


def test_an_account_added_or_removed_without_a_record_is_noticed(session):
    make_user(session)
    statement = "INSERT INTO users (login, {0}) SELECT 'ghost', {0} FROM users"
    session.execute(text(statement.format("name, password_hash, role, organisation_id, active, created_at")))
    assert (audit.verify(session).first_broken, audit.verify(session).why) == (0, "account")
    session.rollback()

    person = make_user(session)
    created = session.scalars(select(Event.seq).where(Event.kind == "account.created")).one()
    session.execute(text("DELETE FROM users WHERE id = :id"), {"id": person.id})
    session.expire_all()
    assert (audit.verify(session).first_broken, audit.verify(session).why) == (created, "account")


def test_a_kept_text_of_the_rules_that_was_altered_is_noticed(session, case, today):
    recommend(session, case, case.officer, today)

    tamper(session, "UPDATE rule_texts SET text = '' WHERE name = 'method.yaml'", "rule_texts")

    assert audit.verify(session).why == "rules"
