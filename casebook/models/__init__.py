"""The tables, by room. Facts of a case change and every change is kept; recommendations and events never change.

Every row that says what was done in a case is sealed by an event (casebook.sealing).
"""

from casebook.models.appeal import Appeal
from casebook.models.case import (
    Attachment,
    Case,
    CaseCounter,
    CaseFact,
    ChainHead,
    Event,
    FactChange,
    Organisation,
    Recommendation,
    Respondent,
    Role,
    SignIn,
    Stage,
    Standing,
    Status,
    User,
)
from casebook.models.clocks import CalendarFeed, CalendarYear, Deadline, DeadlineChange
from casebook.models.decision import Decision, ImposedMeasure, Meeting, Service, Vote
from casebook.models.followup import CommitmentEntry, Correction, Talk
from casebook.models.hearing import Answer, Notice, PersonalLink, Point
from casebook.models.papers import Paper, PaperCounter, PaperTemplate
from casebook.models.people import Assignment, Declaration, OfficeSetting, Part, Recusal, Step
from casebook.models.precedents import (
    Consultation,
    Life,
    Precedent,
    PrecedentChange,
    PrecedentCoding,
    PrecedentDeparture,
    PrecedentFact,
    PrecedentIssue,
    PrecedentReplay,
    QuizAnswer,
    Tier,
)
from casebook.models.review import FactorView, Review, SendBack
from casebook.models.rules import RuleText
from casebook.models.search import Alert, Likeness, SavedSearch, SearchEntry, SeenBy

__all__ = [
    "Alert",
    "Answer",
    "Appeal",
    "Assignment",
    "Attachment",
    "CalendarFeed",
    "CalendarYear",
    "Case",
    "CaseCounter",
    "CaseFact",
    "ChainHead",
    "CommitmentEntry",
    "Consultation",
    "Correction",
    "Deadline",
    "DeadlineChange",
    "Decision",
    "Declaration",
    "Event",
    "FactChange",
    "FactorView",
    "ImposedMeasure",
    "Life",
    "Likeness",
    "Meeting",
    "Notice",
    "OfficeSetting",
    "Organisation",
    "Paper",
    "PaperCounter",
    "PaperTemplate",
    "Part",
    "PersonalLink",
    "Point",
    "Precedent",
    "PrecedentChange",
    "PrecedentCoding",
    "PrecedentDeparture",
    "PrecedentFact",
    "PrecedentIssue",
    "PrecedentReplay",
    "QuizAnswer",
    "Recommendation",
    "Recusal",
    "Respondent",
    "Review",
    "Role",
    "RuleText",
    "SavedSearch",
    "SearchEntry",
    "SeenBy",
    "SendBack",
    "Service",
    "SignIn",
    "Stage",
    "Standing",
    "Status",
    "Step",
    "Talk",
    "Tier",
    "User",
    "Vote",
]
