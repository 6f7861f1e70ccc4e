"""What of a case leaves the house: a list of what goes, so that whatever is added to the store later stays.

Never on it: who complained, personal links and their codes, passwords, sign-ins, tokens. A table of sealed rows goes
whole or not at all, because its seal covers the whole row.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.db import Base
from casebook.models import Case, Event, Organisation, User
from casebook.procedure.two_step import is_with_its_review
from casebook.sealing import SEALED, plain
from rules.vocabulary import vocabulary

CARRIED = {
    "cases": "id number title summary organisation_id officer_id conduct region stage version",
    "respondents": "case_id name post unit",
    "case_facts": "case_id fact_id value standing evidence note updated_by_id updated_at",
    "fact_changes": "event_seq case_id case_version fact_id old_value old_standing old_evidence old_note"
    " new_value new_standing new_evidence new_note reason by_id at",
    "attachments": "id case_id fact_id filename media_type size sha256 by_id at",
    "recommendations": "id case_id seq case_version sha256 disposition certainty created_by_id",
    "assignments": "id case_id part user_id by_id at ended_at ended_why appeal_id",
    "declarations": "id case_id user_id step part appeal_id grounds reason at",
    "recusals": "id case_id user_id asked_by entered_by_id grounds reason at granted decided_by_id decided_at"
    " decision_reason",
    "reviews": "id case_id round second recommendation_id reviewer_id disposition reason started_at submitted_at",
    "factor_views": "id review_id item ledger view words_for words_against grounds",
    "conduct_views": "id case_id assignment_id reviewer_id recommendation_id disposition reason at read_before"
    " after_disposition after_reason after_at",
    "send_backs": "id case_id from_stage to_stage code reason items by_id at",
    "notices": "id case_id round case_version recommendation_id disposition measures months new_facts told_on told_how"
    " by_id at heard_on heard_how present record closed_at",
    "points": "id notice_id no kind ref text",
    "answers": "id point_id stance words how entered_by_id at attachment_id receipt adopted checked adopted_reason"
    " decided_by_id decided_at",
    "meetings": "id case_id held_on place chair_id others absences minutes at closed_at",
    "votes": "id meeting_id user_id disposition words at",
    "decisions": "id case_id seq meeting_id appeal_id recommendation_id disposition facts_found reason considered"
    " departs departure_code departure_reason departure_rules drafted_by_id at decided_on effective_on signed_by_id"
    " signed_at signature ended_on ended_how",
    "imposed_measures": "id decision_id regime code months basis starts_on ends_on released_on released_why",
    "precedent_departures": "id case_id decision_id precedent_id code factors newer reason by_id at",
    "services": "id case_id decision_id kind recipient how served_on by_id at",
    "appeals": "id case_id seq decision_id channel after_id filed_on grounds ask_by advice late late_code late_reason"
    " obstacle_ended_on admitted_on admitted_by_id admitted_reason entered_by_id at outcome ground_code reason"
    " decided_by_id discussed_on decided_on signed_at served_on corrected",
    "corrections": "id case_id error_code error responsible unit measure_code measure ordered_on due_on by_id at state"
    " done_on done_words done_by_id attachment_id verified_by_id verified_on verified_words failure_code follows_id",
    "talks": "id case_id kind person held_on held_by purpose raised promised follow_up_on followed_up_on"
    " follow_up_words by_id at",
    "commitment_entries": "id case_id channel observed_on source text by_id at",
    "deadlines": "id case_id limit_code title ref starts_on due_on without state ended_on paused_on",
    "deadline_changes": "id deadline_id kind changed_on old_due_on new_due_on reason by_id at",
    "consultations": "id case_id seq case_version recommendation_id base_sha256 rules_sha256 as_of content by_id at",
    "papers": "id case_id kind ref organisation_id year seq number template content pdf_sha256 docx_sha256 by_id at",
}
COLUMNS = {table: tuple(columns.split()) for table, columns in CARRIED.items()}
PROCEDURE = tuple(table for table in SEALED if table in CARRIED)
# Rows that stay behind one by one, their seals still in the events: what could show who complained, and what is not
# finished, which nobody may see before its time and which has no effect.
WITHHELD = {
    "attachments": lambda row: _of_a_complaint(row.fact_id),
    "recusals": lambda row: row.asked_by == "complainant",
    "commitment_entries": lambda row: row.channel == "petitions",
    "reviews": lambda row: row.submitted_at is None,
    "factor_views": lambda row: row.review.submitted_at is None,
    "conduct_views": lambda row: row.after_at is None or not is_with_its_review(row),
    "votes": lambda row: row.meeting.closed_at is None,
    "decisions": lambda row: row.signed_at is None,
    "imposed_measures": lambda row: row.decision.signed_at is None,
    "precedent_departures": lambda row: row.decision.signed_at is None,
}
# The parent of a row that does not name its case itself.
_PARENTS = {
    "factor_views": ("review_id", "reviews"),
    "points": ("notice_id", "notices"),
    "answers": ("point_id", "points"),
    "votes": ("meeting_id", "meetings"),
    "imposed_measures": ("decision_id", "decisions"),
    "deadline_changes": ("deadline_id", "deadlines"),
}
_MODELS = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}


def plain_row(row: Base) -> dict:
    """The columns of a row that leave the house, as JSON has them."""
    return {column: plain(getattr(row, column)) for column in COLUMNS[row.__tablename__]}


def rows_of(session: Session, case: Case, table: str) -> list[dict]:
    """The rows of one table that belong to the case, by id."""
    return [plain_row(row) for row in _rows(session, case, table) if not _stays(row)]


def withheld_of(session: Session, case: Case) -> list[list]:
    """The table and the id of each row that stays behind by itself."""
    return [
        [table, row.id] for table in sorted(WITHHELD) for row in _rows(session, case, table) if _stays(row)
    ]


def _rows(session: Session, case: Case, table: str) -> list[Base]:
    model = _MODELS[table]
    if table == "cases":
        return [case]
    if table in _PARENTS:
        column, parent = _PARENTS[table]
        ids = [row.id for row in _rows(session, case, parent)]
        return list(session.scalars(select(model).where(getattr(model, column).in_(ids)).order_by(model.id)))
    return list(session.scalars(select(model).where(model.case_id == case.id).order_by(model.id)))


def _of_a_complaint(fact_id: str | None) -> bool:
    """Whether a file was handed in for a fact about a complaint; a fact no longer known counts as one."""
    fact = vocabulary().facts.get(fact_id)
    return fact_id is not None and (fact is None or fact.section == "complaint")


def _stays(row: Base) -> bool:
    return row.__tablename__ in WITHHELD and WITHHELD[row.__tablename__](row)


def events_of(session: Session, case: Case, rows: dict[str, list[dict]]) -> list[Event]:
    """The events of the case in their order, with those of no single case that wrote a row of it."""
    own = {(table, row["id"]) for table in PROCEDURE for row in rows[table]}
    either = (Event.case_id == case.id) | Event.case_id.is_(None)
    with session.scalars(
        select(Event).where(either).order_by(Event.seq).execution_options(yield_per=500)
    ) as found:
        return [
            event
            for event in found
            if event.case_id == case.id
            or any((table, row_id) in own for table, row_id, _ in event.detail.get("rows", ()))
        ]


def files_of(rows: dict[str, list[dict]]) -> dict[str, str]:
    """The files that attachments and papers name: where each lies in the export, and the digest of its bytes."""
    found = {f"attachments/{row['sha256']}": row["sha256"] for row in rows["attachments"]}
    for row in rows["papers"]:
        for kind in ("pdf", "docx"):
            found[f"papers/{row[f'{kind}_sha256']}.{kind}"] = row[f"{kind}_sha256"]
    return found


def people_of(session: Session, rows: dict[str, list[dict]], log: list[dict]) -> list[dict]:
    """Who the numbers of persons in these rows and events are: name, role and organ, nothing else."""
    ids = {event["by"] for event in log}
    for table, found in rows.items():
        columns = [column.name for column in _MODELS[table].__table__.columns if _names_a_person(column)]
        ids |= {row[name] for row in found for name in columns if name in row}
    users = session.scalars(select(User).where(User.id.in_(ids - {None})).order_by(User.id))
    return [
        {"id": user.id, "name": user.name, "role": str(user.role), "organisation_id": user.organisation_id}
        for user in users
    ]


def organisations_of(session: Session, ids: set[int]) -> list[dict]:
    organs = session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.id))
    return [{key: getattr(organ, key) for key in ("id", "code", "name_zh", "name_en")} for organ in organs]


def _names_a_person(column) -> bool:
    return any(key.target_fullname == "users.id" for key in column.foreign_keys)
