"""Every step at every stage for every kind of person, against a table of its own.

The table says what the house grants; it is written down here by hand, so that a change of the code must be said twice.
"""

from dataclasses import dataclass

import pytest

from casebook.db import utc_now
from casebook.errors import NotAllowed, WrongStage
from casebook.models import Assignment, Case, Part, Recusal, Role, Stage, User
from casebook.procedure import workflow
from tests.factories import make_case, make_organisation, make_user
from tests.stages import Cast, recommended_case, skip_to

LETTERS = dict(zip("IRHPDNFCX", Stage, strict=True))

# The step, the stages by their letters, and who may take it there.
TABLE = """
save                I          officer
recommend           I          officer
attach              IRHPDNFC   officer
submit              I          officer
assign_reviewer     RHNF       chief
assign_second       RHP        chief
review              R          reviewer
second_review       RHP        second
return_to_officer   R          reviewer
pass_review         R          reviewer
tell                H          officer
hear                H          officer
weigh               H          reviewer
return_from_hearing H          reviewer
personal_link       HPDNFCX    officer
close_hearing       H          officer
seat_panel          P          chief
meet                P          chair
vote                P          chair member
decide              P          chair
return_from_panel   P          chair
sign                P          chair
serve               DNFC       officer
notify              D          officer
enforce             N          officer
order_correction    NF         officer
report_correction   NF         officer
verify_correction   NF         reviewer chief
finish_corrections  F          officer
close               C          chief
file_appeal         NFCX       officer
admit_late_appeal   NFCX       chief superior
withdraw_appeal     NFCX       officer
assign_appeal       NFCX       chief superior
decide_appeal       NFCX       decider
serve_appeal        NFCX       officer
period_notice       NFCX       officer
ask_return          NFCX       officer
talk                IRHPDNFCX  officer reviewer chief
note_commitment     IRHPDNFC   officer chief
ask_recusal         IRHPDNFCX  officer chief reviewer second member chair handler decider
decide_recusal      IRHPDNFCX  chief superior
hand_over           IRHPDNFC   chief
finish_deadline     IRHPDNFCX  officer chief reviewer
change_deadline     IRHPDNFCX  chief reviewer
issue_paper         IRHPDNFCX  officer reviewer chair chief handler decider
consult             IRHPDNFCX  officer chief reviewer second member chair handler decider
propose_precedent   FCX        reviewer chief
"""


@dataclass(frozen=True)
class Granted:
    stages: frozenset[Stage]
    to: frozenset[str]


GRANTED = {
    code: Granted(frozenset(LETTERS[letter] for letter in letters), frozenset(kinds))
    for code, letters, *kinds in (line.split() for line in TABLE.split("\n") if line)
}

# What each kind of person is in the case, in the words of the table. Everyone not named here is nothing in it.
COUNTS_AS = {
    "the officer of the case": {"officer"},
    "another officer of the organ": {"officer"},
    "the reviewer": {"reviewer"},
    "the second reviewer": {"second"},
    "a member of the panel": {"member"},
    "the chair": {"chair"},
    "the chief as chair of the panel": {"chief", "chair"},
    "the handler of an appeal": {"handler"},
    "the decider of an appeal": {"decider"},
    "the chief": {"chief"},
    "the chief of the organ above": {"superior"},
    "the chief of the organ above as decider": {"superior", "decider"},
}


class Company:
    """One case with everybody who could come near it."""

    def __init__(self, session):
        self.session = session
        cast = Cast(session)
        make_case(session, cast.officer)  # noise: no part in it counts here
        self.case = recommended_case(session, cast)
        county, city = cast.county, cast.city
        sister = make_organisation(session, parent=city)

        def person(role: str, organ=county, **fields) -> User:
            user = make_user(session, role, organisation=organ)
            for name, value in fields.items():
                setattr(user, name, value)
            return user

        self.people: dict[str, User | None] = {
            "the officer of the case": cast.officer,
            "another officer of the organ": cast.officer2,
            "an officer of the organ above": person("officer", city),
            "an officer of an organ beside": person("officer", sister),
            "an officer of an organ far away": cast.stranger,
            "an officer without an active account": person("officer", active=False),
            "the reviewer": self.holding(cast.reviewer, Part.REVIEWER),
            "a reviewer who was replaced": self.holding(cast.reviewer2, Part.REVIEWER, ended=True),
            "a reviewer of the organ above without a part": cast.superior_reviewer,
            "a reviewer of an organ beside": person("reviewer", sister),
            "a reviewer without an active account": self.holding(
                person("reviewer", active=False), Part.REVIEWER
            ),
            "a reviewer whose recusal is asked": self.standing_back(
                self.holding(person("reviewer"), Part.REVIEWER), None
            ),
            "a reviewer who became an officer": self.holding(
                person("reviewer"), Part.REVIEWER, role=Role.OFFICER
            ),
            "a former reviewer who became an officer": self.holding(
                person("reviewer"), Part.REVIEWER, ended=True, role=Role.OFFICER
            ),
            "the second reviewer": self.holding(person("reviewer"), Part.SECOND_REVIEWER),
            "a second reviewer who gave the opinion": self.holding(
                person("reviewer"), Part.SECOND_REVIEWER, ended=True
            ),
            "a member of the panel": self.holding(cast.member, Part.PANEL),
            "a panel member without a part": cast.member2,
            "a member who became a reviewer": self.holding(person("panel"), Part.PANEL, role=Role.REVIEWER),
            "the chair": self.holding(person("panel"), Part.CHAIR),
            "a chair who stood back": self.standing_back(self.holding(person("panel"), Part.CHAIR), True),
            "the chief as chair of the panel": self.holding(person("chief"), Part.CHAIR),
            "the handler of an appeal": self.holding(person("reviewer", city), Part.APPEAL_HANDLER),
            "the decider of an appeal": self.holding(cast.superior_member, Part.APPEAL_DECIDER),
            "a former decider": self.holding(person("panel", city), Part.APPEAL_DECIDER, ended=True),
            "the chief": cast.chief,
            "a chief whose recusal is asked": self.standing_back(person("chief"), None),
            "the chief of an organ beside": person("chief", sister),
            "the chief of an organ far away": person("chief", make_organisation(session)),
            "the chief of the organ above": cast.superior,
            "the chief of the organ above as decider": self.holding(
                person("chief", city), Part.APPEAL_DECIDER
            ),
            "an officer whose recusal is asked": self.standing_back(person("officer"), None),
            "an officer who stood back": self.standing_back(person("officer"), True),
            "the auditor": cast.auditor,
            "an auditor who once was the reviewer": self.holding(
                person("reviewer"), Part.REVIEWER, role=Role.AUDITOR
            ),
            "the administrator": cast.administrator,
            "an administrator who once was the chair": self.holding(
                person("panel"), Part.CHAIR, role=Role.ADMINISTRATOR
            ),
            "nobody": None,
        }
        session.flush()
        session.expire_all()

    def holding(self, user: User, part: Part, *, ended: bool = False, role: Role | None = None) -> User:
        """Written straight into the table: also what the functions would never allow."""
        now = utc_now()
        self.session.add(
            Assignment(
                case_id=self.case.id, part=part, user_id=user.id, by_id=user.id, at=now,
                ended_at=now if ended else None, ended_why="",
            )
        )  # fmt: skip
        user.role = role or user.role
        return user

    def standing_back(self, user: User, granted: bool | None) -> User:
        self.session.add(
            Recusal(
                case_id=self.case.id, user_id=user.id, asked_by="organ", entered_by_id=user.id,
                grounds=["interest"], reason="", at=utc_now(), granted=granted,
            )
        )  # fmt: skip
        return user


def outcome(session, user: User | None, code: str, case: Case) -> str:
    try:
        workflow.ensure(session, user, code, case)
    except NotAllowed:
        return "not this person"
    except WrongStage:
        return "not now"
    return "granted"


def test_the_table_names_every_step_there_is():
    assert set(GRANTED) == set(workflow.STEPS)


@pytest.mark.parametrize("stage", Stage)
def test_every_person_is_granted_exactly_what_the_table_says(session, monkeypatch, stage):
    company = Company(session)
    skip_to(session, company.case, stage)
    monkeypatch.setattr(session, "expire_all", lambda: None)  # nothing changes between the questions
    wrong = []

    for name, user in company.people.items():
        for code, granted in GRANTED.items():
            may = COUNTS_AS.get(name, set()) & granted.to
            expected = (
                "granted" if may and stage in granted.stages else "not now" if may else "not this person"
            )
            found = outcome(session, user, code, company.case)
            if found != expected:
                wrong.append(f"{name}, {code}: {found}, expected {expected}")
            assert workflow.may_do(user, code, company.case) == (found == "granted")

    assert wrong == []


def test_a_refusal_names_the_stage_the_step_and_the_provision(session):
    company = Company(session)

    with pytest.raises(WrongStage) as refused:
        workflow.ensure(session, company.people["the chair"], "sign", company.case)

    assert refused.value.message("zh") == (
        "案件现处于“承办”阶段，不能“签署决定”。该步骤应在“集体审议”阶段进行"
        "（依据：政务处分法第四条、监察法（2024）第五十一条）。"
    )


def test_an_unknown_step_is_nobody_s(session):
    company = Company(session)

    assert not workflow.may_do(company.people["the chief"], "abolish", company.case)


def test_a_step_is_judged_by_the_case_as_it_is_now_not_as_it_was_read(engine, session):
    """Another window takes the case on between the reading and the step."""
    from casebook.db import session_factory

    company = Company(session)
    case, officer = company.case, company.people["the officer of the case"]
    session.commit()
    assert workflow.may_do(officer, "submit", case)
    session.commit()
    with session_factory(engine)() as elsewhere:
        skip_to(elsewhere, elsewhere.get(Case, case.id), Stage.REVIEW)
        elsewhere.commit()

    assert outcome(session, officer, "submit", case) == "not now"


def test_the_chief_of_the_organ_above_takes_the_chief_s_place_only_when_that_one_has_stood_back(session):
    company = Company(session)
    superior, case = company.people["the chief of the organ above"], company.case
    skip_to(session, case, Stage.REVIEW)
    assert outcome(session, superior, "assign_reviewer", case) == "not this person"

    company.standing_back(company.people["the chief"], True)
    session.flush()

    assert outcome(session, superior, "assign_reviewer", case) == "granted"
    assert outcome(session, company.people["the chief"], "assign_reviewer", case) == "not this person"
    assert (
        outcome(session, company.people["the chief of an organ beside"], "assign_reviewer", case)
        == "not this person"
    )


def test_the_steps_that_move_a_case_lead_where_the_law_has_them_lead():
    moves = {
        (step.code, stage, step.to) for step in workflow.STEPS.values() if step.to for stage in step.stages
    }

    assert moves == {
        ("submit", "intake", "review"),
        ("return_to_officer", "review", "intake"),
        ("pass_review", "review", "hearing"),
        ("return_from_hearing", "hearing", "intake"),
        ("close_hearing", "hearing", "panel"),
        ("return_from_panel", "panel", "review"),
        ("sign", "panel", "decided"),
        ("notify", "decided", "notified"),
        ("enforce", "notified", "in_force"),
        ("finish_corrections", "in_force", "corrected"),
        ("close", "corrected", "closed"),
    }
