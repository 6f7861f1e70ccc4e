"""Who may do what. One table of roles and actions; whatever it does not grant is refused.

| role          | cases                                                  | else                       |
| ------------- | ------------------------------------------------------ | -------------------------- |
| officer       | opens, reads and writes the cases of their own organ   | own account                |
| reviewer      | reads the cases of their own organ and those below     | own account                |
| panel         | reads the cases they have been assigned to, no others  | own account                |
| chief         | reads the cases of their own organ and those below     | own account, own office    |
| auditor       | reads every case, writes none                          | own account, audit         |
| receiver      | none                                                   | own account, complaints    |
| administrator | none: not even titles                                  | own account, all accounts  |

Precedents carry no names; everybody who may read cases reads them. Whoever proposes one never approves it.

Rule packs of the site are drafted by the reviewers of an organ and approved by its chief or one above, never by whoever
wrote or proposed them; the auditor reads them.

Complaints are reached by the receivers and chiefs of the organ that holds them, by whoever has a part in one, and by
the auditor; what they may do is in casebook.complaints.steps. What is sealed of them none of these grants opens.

Whoever works on matters enters attempts to interfere with them; the chiefs and the auditor read those, and nobody
changes one (casebook.complaints.interference).

Facts are written, and recommendations asked for, only while a case is with its officer. What may be done on the way
from there to the end is in casebook.procedure.workflow. Whoever is assigned to a case reads it, wherever their organ.
While a recusal waits for its decision its person writes nothing in that case; once granted, the case is closed to them.
To whoever reviews a case, first or second, and owes a first view of the conduct (casebook.procedure.two_step), the case
is closed until it is given or the case is decided.
"""

from sqlalchemy import Select, false, or_, select

from casebook.errors import NotAllowed
from casebook.models import Assignment, Case, ConductView, Organisation, Recusal, Role, Stage, User

READ_CASE = "case.read"
LIST_CASES = "case.list"
OPEN_CASE = "case.open"
WRITE_CASE = "case.write"
RECOMMEND = "case.recommend"
ATTACH_FILE = "case.attach"
EXPORT_CASES = "case.export"
MANAGE_OFFICE = "office.manage"
READ_OFFICE = "office.read"
READ_FIGURES = "figures.read"
READ_CLOCKS = "clocks.read"
MANAGE_CALENDAR = "calendar.manage"
MANAGE_TEMPLATES = "templates.manage"
MANAGE_ACCOUNTS = "accounts.manage"
READ_PRECEDENTS = "precedents.read"
CODE_PRECEDENT = "precedents.code"
PROPOSE_PRECEDENT = "precedents.propose"
APPROVE_PRECEDENT = "precedents.approve"
TAKE_QUIZ = "precedents.quiz"
LIST_COMPLAINTS = "complaints.list"
REGISTER_COMPLAINT = "complaints.register"
LIST_CLEARANCES = "clearances.list"
PROPOSE_CLEARANCE = "clearances.propose"
READ_FILINGS = "filings.list"
ASK_RETURN = "reinstatements.ask"
LIST_RETURNS = "reinstatements.list"
DRAFT_PACK = "packs.draft"
APPROVE_PACK = "packs.approve"
READ_PACKS = "packs.read"
ENTER_INTERFERENCE = "interference.enter"
READ_INTERFERENCE = "interference.list"
VERIFY_AUDIT = "audit.verify"

_READER = {READ_CASE, LIST_CASES, EXPORT_CASES, READ_CLOCKS, READ_FIGURES, READ_PRECEDENTS}
_GRANTS = {
    Role.OFFICER: _READER
    | {OPEN_CASE, WRITE_CASE, RECOMMEND, ATTACH_FILE, CODE_PRECEDENT, TAKE_QUIZ}
    | {LIST_COMPLAINTS, LIST_CLEARANCES, PROPOSE_CLEARANCE, READ_FILINGS, ASK_RETURN, LIST_RETURNS, ENTER_INTERFERENCE},
    Role.REVIEWER: _READER
    | {CODE_PRECEDENT, PROPOSE_PRECEDENT, APPROVE_PRECEDENT, TAKE_QUIZ}
    | {
        LIST_COMPLAINTS,
        LIST_CLEARANCES,
        PROPOSE_CLEARANCE,
        READ_FILINGS,
        LIST_RETURNS,
        READ_PACKS,
        DRAFT_PACK,
        ENTER_INTERFERENCE,
    },
    Role.PANEL: {READ_CASE, LIST_CASES, READ_CLOCKS, READ_PRECEDENTS, TAKE_QUIZ, ENTER_INTERFERENCE},
    Role.CHIEF: _READER
    | {MANAGE_OFFICE, READ_OFFICE, MANAGE_CALENDAR, PROPOSE_PRECEDENT, APPROVE_PRECEDENT, TAKE_QUIZ}
    | {LIST_COMPLAINTS, LIST_CLEARANCES, READ_FILINGS, LIST_RETURNS, READ_PACKS, APPROVE_PACK}
    | {ENTER_INTERFERENCE, READ_INTERFERENCE},
    Role.AUDITOR: _READER
    | {VERIFY_AUDIT, READ_OFFICE, LIST_COMPLAINTS, LIST_CLEARANCES, READ_FILINGS, LIST_RETURNS, READ_PACKS}
    | {READ_INTERFERENCE},
    Role.RECEIVER: {LIST_COMPLAINTS, REGISTER_COMPLAINT, ENTER_INTERFERENCE},
    Role.ADMINISTRATOR: {MANAGE_ACCOUNTS, MANAGE_CALENDAR, MANAGE_TEMPLATES},
}
_ABOUT_ONE_CASE = {READ_CASE, WRITE_CASE, RECOMMEND, ATTACH_FILE}
BEFORE_DECISION = (Stage.INTAKE, Stage.REVIEW, Stage.HEARING, Stage.PANEL)
_ONLY_AT = {
    WRITE_CASE: {Stage.INTAKE},
    RECOMMEND: {Stage.INTAKE},
    ATTACH_FILE: set(Stage) - {Stage.CLOSED},
}


def may(user: User | None, action: str, case: Case | None = None) -> bool:
    """Whether this person may do this, to this case if it is about one. Unknown actions are refused."""
    if user is None or not user.active or action not in _GRANTS[user.role]:
        return False
    if case is None:
        return action not in _ABOUT_ONE_CASE
    if action != READ_CASE and (stands_back(user, case) or _judges(user, case)):
        return False
    if owes_first_view(user, case):
        return False
    return case.stage in _ONLY_AT.get(action, Stage) and _reaches(user, case)


def may_read(user: User | None, case: Case) -> bool:
    return may(user, READ_CASE, case)


def may_take_part(user: User | None, case: Case) -> bool:
    """Whether the case is one of this person's, also where they owe a first view and so may not read it yet."""
    if user is None or not user.active or READ_CASE not in _GRANTS[user.role]:
        return False
    return _reaches(user, case)


def owes_first_view(user: User, case: Case) -> bool:
    """Whether this person is to say what they think of the conduct before they see what came of it."""
    # After the decision nobody can give a view any more, and one that nobody can give binds nobody.
    return case.stage in BEFORE_DECISION and any(
        row.reviewer_id == user.id and row.at is None and row.assignment.ended_at is None
        for row in case.conduct_views
    )


def ensure(user: User | None, action: str, case: Case | None = None) -> None:
    """Raise NotAllowed unless this person may do this."""
    if not may(user, action, case):
        raise NotAllowed(action)


def stands_back(user: User, case: Case) -> bool:
    """Whether a recusal of this person in this case is granted or not decided yet."""
    return any(row.user_id == user.id and row.granted is not False for row in case.recusals)


def _judges(user: User, case: Case) -> bool:
    """Whether this person ever held a part in judging this case: they establish nothing in it, whatever their role."""
    return any(row.user_id == user.id for row in case.assignments)


def _reaches(user: User, case: Case) -> bool:
    if any(row.user_id == user.id and row.granted for row in case.recusals):
        return False
    if user.role == Role.OFFICER:
        return case.organisation_id == user.organisation_id
    if user.role == Role.AUDITOR:
        return True
    if user.role in _LOOKS_DOWN and case.organisation.is_within(user.organisation):
        return True
    return user.role != Role.ADMINISTRATOR and any(row.user_id == user.id for row in case.assignments)


_LOOKS_DOWN = (Role.REVIEWER, Role.CHIEF)


def visible_cases(user: User) -> Select[tuple[Case]]:
    """The cases this person may list: the same rule as `may`, as one query."""
    cases = select(Case)
    if not may(user, LIST_CASES):
        return cases.where(false())
    recused = select(Recusal.case_id).where(Recusal.user_id == user.id, Recusal.granted.is_(True))
    cases = cases.where(Case.id.not_in(recused), Case.id.not_in(first_views_owed(user)))
    if user.role == Role.OFFICER:
        return cases.where(Case.organisation_id == user.organisation_id)
    if user.role == Role.AUDITOR:
        return cases
    assigned = Case.id.in_(select(Assignment.case_id).where(Assignment.user_id == user.id))
    if user.role not in _LOOKS_DOWN:
        return cases.where(assigned)
    return cases.where(or_(Case.organisation_id.in_(organs_within(user.organisation_id)), assigned))


def first_views_owed(user: User) -> Select[tuple[int]]:
    """The ids of the cases in which this person owes a first view: the same rule as `owes_first_view`."""
    owed = select(ConductView.case_id).join(ConductView.assignment).join(ConductView.case)
    return owed.where(
        ConductView.reviewer_id == user.id, ConductView.at.is_(None), Assignment.ended_at.is_(None),
        Case.stage.in_(BEFORE_DECISION),
    )  # fmt: skip


def organs_within(organisation_id: int) -> Select[tuple[int]]:
    """The ids of an organ and of all below it."""
    within = select(Organisation.id).where(Organisation.id == organisation_id).cte(recursive=True)
    within = within.union_all(select(Organisation.id).join(within, Organisation.parent_id == within.c.id))
    return select(within.c.id)
