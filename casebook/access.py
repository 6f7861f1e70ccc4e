"""Who may do what. One table of roles and actions; whatever it does not grant is refused.

| role          | cases                                                  | else                       |
| ------------- | ------------------------------------------------------ | -------------------------- |
| officer       | opens, reads and writes the cases of their own organ   | own account                |
| reviewer      | reads the cases of their own organ and those below     | own account                |
| auditor       | reads every case, writes none                          | own account, audit         |
| administrator | none: not even titles                                  | own account, all accounts  |
"""

from sqlalchemy import Select, false, select

from casebook.errors import NotAllowed
from casebook.models import Case, Organisation, Role, User

READ_CASE = "case.read"
LIST_CASES = "case.list"
OPEN_CASE = "case.open"
WRITE_CASE = "case.write"
RECOMMEND = "case.recommend"
EXPORT_CASES = "case.export"
MANAGE_ACCOUNTS = "accounts.manage"
VERIFY_AUDIT = "audit.verify"

_GRANTS = {
    Role.OFFICER: {READ_CASE, LIST_CASES, OPEN_CASE, WRITE_CASE, RECOMMEND, EXPORT_CASES},
    Role.REVIEWER: {READ_CASE, LIST_CASES, EXPORT_CASES},
    Role.AUDITOR: {READ_CASE, LIST_CASES, EXPORT_CASES, VERIFY_AUDIT},
    Role.ADMINISTRATOR: {MANAGE_ACCOUNTS},
}
_ABOUT_ONE_CASE = {READ_CASE, WRITE_CASE, RECOMMEND}


def may(user: User | None, action: str, case: Case | None = None) -> bool:
    """Whether this person may do this, to this case if it is about one. Unknown actions are refused."""
    if user is None or not user.active or action not in _GRANTS[user.role]:
        return False
    if case is None:
        return action not in _ABOUT_ONE_CASE
    return _reaches(user, case)


def ensure(user: User | None, action: str, case: Case | None = None) -> None:
    """Raise NotAllowed unless this person may do this."""
    if not may(user, action, case):
        raise NotAllowed(action)


def _reaches(user: User, case: Case) -> bool:
    if user.role == Role.OFFICER:
        return case.organisation_id == user.organisation_id
    if user.role == Role.REVIEWER:
        return case.organisation.is_within(user.organisation)
    return user.role == Role.AUDITOR


def visible_cases(user: User) -> Select[tuple[Case]]:
    """The cases this person may list: the same rule as `may`, as one query."""
    cases = select(Case)
    if not may(user, LIST_CASES):
        return cases.where(false())
    if user.role == Role.OFFICER:
        return cases.where(Case.organisation_id == user.organisation_id)
    if user.role == Role.REVIEWER:
        below = select(Organisation.id).where(Organisation.id == user.organisation_id).cte(recursive=True)
        below = below.union_all(select(Organisation.id).join(below, Organisation.parent_id == below.c.id))
        return cases.where(Case.organisation_id.in_(select(below.c.id)))
    return cases
