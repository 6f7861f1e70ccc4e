"""Organs, people and cases for tests, made through the functions the site uses; any detail can be overridden."""

import itertools
from io import BytesIO

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from casebook import accounts, intake
from casebook.changes import FactEntry
from casebook.models import Case, Organisation, User

PASSWORD = "a long enough passphrase"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

_count = itertools.count(1)


def make_organisation(session: Session, **fields) -> Organisation:
    number = next(_count)
    named = {"code": f"T{number}", "name_zh": f"测试机关{number}", "name_en": f"Test organ {number}"}
    return accounts.create_organisation(session, None, **{**named, **fields})


def make_user(session: Session, role: str = "officer", **fields) -> User:
    number = next(_count)
    if "organisation" not in fields:
        fields["organisation"] = make_organisation(session)
    named = {"login": f"{role}{number}", "name": f"人员{number}", "password": PASSWORD, "hasher": CHEAP}
    return accounts.create_user(session, None, role=role, **{**named, **fields})


def make_case(session: Session, by: User | None = None, **fields) -> Case:
    number = next(_count)
    named = {"title": f"案件{number}", "respondent_name": f"当事人{number}"}
    return intake.open_case(session, by or make_user(session), **{**named, **fields})


def save(session: Session, case: Case, by: User | None = None, seen_version: int | None = None, **values):
    """Save facts as verified; a value may be a whole FactEntry."""
    entries = {
        fact_id: value if isinstance(value, FactEntry) else FactEntry(value, standing="verified")
        for fact_id, value in values.items()
    }
    return intake.save_facts(
        session, case, entries, by or case.officer, seen_version=seen_version or case.version
    )


def attach(
    session: Session, home, case: Case, content: bytes = b"a memo", filename: str = "memo.txt", **fields
):
    by = fields.pop("by", case.officer)
    return intake.attach_file(session, home, case, by, filename=filename, stream=BytesIO(content), **fields)
