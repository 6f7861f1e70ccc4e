"""What the papers about complaints, clearances and returns share: what is prepared, and the record in their words."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from casebook.db import Base
from casebook.errors import Problem
from casebook.models import Decision
from casebook.papers import words
from casebook.papers.record import Gathered, decision_number
from casebook.procedure.dates import day_of

Wanted = tuple[Problem, str]
NUMBER = Problem("编号", "the number")
PERSON = Problem("姓名", "the person's name")
STATED = Problem("应载明的内容", "what it must state")
DAY = Problem("日期", "the day")


@dataclass(frozen=True)
class Prepared:
    """What a paper prints, the rows it is compared with, the name and number it is about, what it must state."""

    gathered: Gathered
    rows: tuple[Base, ...]
    own: str
    person: str
    wanted: tuple[Wanted, ...]


def decision_values(session: Session, decision: Decision) -> dict:
    return {
        "decided_on": decision.decided_on or day_of(decision.at),
        "disposition": words.DISPOSITIONS[decision.disposition],
        "number": decision_number(session, decision),
    }


def person_of(name: str, unit: str, post: str) -> dict:
    return {
        "name": name, "unit": unit or "待查", "post": post or "待查", "place": f"{unit}{post}" or "工作单位和职务待查",
    }  # fmt: skip


def reasons_of(advice: dict) -> list[str]:
    return [words.sentence(chinese(one)) for one in advice.get("reasons", ())][:8]


def chinese(one: object) -> str:
    return str(one.get("zh", "")) if isinstance(one, dict) else str(one)
