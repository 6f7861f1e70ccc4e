"""The check before a paper leaves: every name, date, number, amount and article in it against the case and the rules.

It reads the record for itself, not through what the paper was made from, so that a fault of the making shows.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from casebook import models
from casebook.db import Base
from casebook.errors import Problem
from casebook.models import Case
from casebook.packs.current import library_without_fault
from casebook.papers import citations, origin
from casebook.papers.blocks import Sheet, Signature, day_words
from casebook.papers.record import Gathered
from casebook.papers.required import required
from casebook.procedure.dates import day_of
from casebook.procedure.notice import SHOWS_COMPLAINT
from rules.factors import book
from rules.library import library
from rules.vocabulary import vocabulary

_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_ISO_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NUMBER = re.compile(r"〔\d{4}〕\d+号")
_CASE_NUMBER = re.compile(r"-\d{4}-\d{5}(?!\d)")
_MONEY = re.compile(r"([\d,]*\d(?:\.\d+)?)\s*(万|亿)?元")
_TIMES = {"": 1, "万": 10_000, "亿": 100_000_000}
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_SHORTEST_NAME = 3  # a shorter name with another character is any word; the origin of the text tells those
_OF_CASE = (
    models.Respondent, models.CaseFact, models.Notice, models.Meeting, models.Decision, models.Service,
    models.Appeal, models.Correction, models.Paper, models.Recommendation, models.Review, models.Consultation,
    models.PrecedentDeparture,
)  # fmt: skip


@dataclass
class Known:
    """What the record of one case says, as far as papers repeat it."""

    days: set[date] = field(default_factory=set)
    amounts: set[Decimal] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)

    def add(self, value: object) -> None:
        match value:
            case datetime():
                self.days.add(day_of(value))
            case date():
                self.days.add(value)
            case bool() | None:
                pass
            case int() | float():
                self.amounts.add(abs(Decimal(str(value))))  # how far below a threshold is said without a sign
            case str():
                self.texts.append(value)
                self.days.update(_days(value))
                self.amounts.update(_amounts(value))
            case Mapping():
                for inner in value.values():
                    self.add(inner)
            case list():
                for inner in value:
                    self.add(inner)


def problems(
    session: Session, case: Case, kind: str, sheet: Sheet, gathered: Gathered, number: str, template: str
) -> list[Problem]:
    """Everything in the paper that does not match the case, with what and where; empty if all does."""
    return compare(
        sheet, gathered, known_from(session, _rows(session, case), gathered, sheet.on), number, template,
        own=case.number, person=case.respondent.name, wanted=required(session, case, kind, gathered),
    )  # fmt: skip


def compare(
    sheet: Sheet, gathered: Gathered, record: Known, number: str, template: str,
    *, own: str, person: str, wanted: Iterable[tuple[Problem, str]], to_author: bool = False,
) -> list[Problem]:  # fmt: skip
    """Everything in a paper that does not match a record; `own` is the number of the record, `wanted` what must stand.

    A paper `to_author` goes to who complained; no other may show that somebody did.
    """
    found = [*_mismatches(sheet, record, {number, own}, person, to_author), *_missing(sheet, wanted)]
    for where, text in origin.strays(sheet, template, gathered.values):
        found.append(
            _problem(
                where, text, "既不是模板的文字，也不在案卷中", "is neither of the template nor of the case"
            )
        )
    if sheet.head.number != number:
        found.append(_problem("发文字号", sheet.head.number, f"应为{number}", f"should be {number}"))
    for block in sheet.blocks:
        if isinstance(block, Signature) and (
            block.on != gathered.dated or block.organ != gathered.organ.name_zh
        ):
            found.append(_problem(
                "落款", f"{block.organ}{day_words(block.on)}",
                f"应为{gathered.organ.name_zh}{day_words(gathered.dated)}", "is not the organ and the day of the paper",
            ))  # fmt: skip
    return list(dict.fromkeys(found))


def _mismatches(
    sheet: Sheet, record: Known, numbers: set[str], person: str, to_author: bool
) -> Iterator[Problem]:
    everything = "\n".join((*record.texts, _of_rules()))
    written = {pair for text in record.texts for pair in citations.cited_in(text)}
    for where, text in sheet.texts():
        for day in _days(text):
            if day not in record.days:
                yield _problem(
                    where, day_words(day), "这个日期不在案卷中", "is a date that the case does not have"
                )
        for marked in (*_NUMBER.finditer(text), *_CASE_NUMBER.finditer(text)):
            before = text[: marked.end()]
            if not any(before.endswith(one) for one in numbers) and not _said(
                before, marked.start(), everything
            ):
                yield _problem(
                    where,
                    before[-24:],
                    "这个文号或者案号与案卷不符",
                    "is a number that the case does not have",
                )
        for amount in _amounts(text):
            if amount not in record.amounts:
                yield _problem(
                    where, f"{amount:,}元", "这个金额不在案卷中", "is an amount that the case does not have"
                )
        for title, article in citations.cited_in(text):
            if (title, article) not in written and not citations.is_known(title, article):
                yield _problem(
                    where, f"《{title}》{article}", "规则库中没有这一条款，或者条文未经核对",
                    "is an article that the rules do not have, or whose text nobody has read",
                )  # fmt: skip
        for near in _near_names(text, {person}, everything):
            yield _problem(
                where,
                near,
                f"与当事人姓名“{person}”只差一字",
                "is one character off the respondent's name",
            )
        if not to_author and (shown := SHOWS_COMPLAINT.search(_without_rules(text))):
            yield _problem(
                where, shown[0], "可能透露检举控告情况，文书中不得出现（检举控告工作规则第四十七条）",
                "may show that somebody complained, and may stand in no paper",
            )  # fmt: skip


def _missing(sheet: Sheet, wanted: Iterable[tuple[Problem, str]]) -> Iterator[Problem]:
    whole = "".join("".join(text.split()) for _, text in sheet.texts())
    for what, text in wanted:
        for line in text.split("\n"):
            if "".join(line.split()).rstrip("。；;，") not in whole:
                yield Problem(
                    f"文书缺少{what.zh}“{line[:40]}”。请让管理员补正模板。",
                    f"The paper lacks {what.en} “{line[:40]}”. Let the administrator correct the template.",
                )


def known_from(session: Session, rows: Iterable[Base], gathered: Gathered, on: date) -> Known:
    """What these rows say, and the names of all who work here."""
    record = Known()
    record.days |= {on, gathered.dated}
    for row in rows:
        if isinstance(row, models.Recommendation):
            record.texts.append(row.document)
            record.add(row.content["facts"])
            record.days.update(date.fromisoformat(law["date"]) for law in row.content["law"])
            record.add(row.created_at)
            continue
        for column in inspect(type(row)).column_attrs:
            record.add(getattr(row, column.key))
    for user in session.scalars(select(models.User.name)):
        record.texts.append(user)
    record.texts += citations.provisions_of_site(library_without_fault(session, on))
    return record


def _rows(session: Session, case: Case) -> Iterator[Base]:
    yield case
    for model in _OF_CASE:
        for row in session.scalars(select(model).where(model.case_id == case.id)):
            yield row
            for name in ("points", "measures", "votes"):
                inner = getattr(row, name, ())
                yield from (one for one in inner if isinstance(one, Base))
            if isinstance(row, models.Notice):
                yield from (answer for point in row.points for answer in point.answers)
    yield from session.scalars(select(models.Organisation))


def _days(text: str) -> Iterator[date]:
    for found in (*_DAY.finditer(text), *_ISO_DAY.finditer(text)):
        try:
            yield date(*map(int, found.groups()))
        except ValueError:
            yield date.max  # no day at all, and so none of the case's


def _amounts(text: str) -> Iterator[Decimal]:
    for figure, times in _MONEY.findall(text):
        yield Decimal(figure.replace(",", "")) * _TIMES[times]


def _said(before: str, start: int, everything: str) -> bool:
    """Whether a number, with the word that opens it, stands in the record or in the rules."""
    opening = _CHINESE.findall(before[:start])
    word = opening[-1] if opening and before[:start].endswith(opening[-1]) else ""
    return any(word[at:] + before[start:] in everything for at in range(max(1, len(word))))


def _near_names(text: str, names: Iterable[str], everything: str) -> Iterator[str]:
    """Words as long as a name that differ from it in one character and are said nowhere else."""
    for name in names:
        if len(name) < _SHORTEST_NAME:
            continue
        for run in _CHINESE.findall(text.replace(name, "\n")):
            for at in range(len(run) - len(name) + 1):
                word = run[at : at + len(name)]
                if sum(a != b for a, b in zip(word, name, strict=True)) == 1 and word not in everything:
                    yield word


def _without_rules(text: str) -> str:
    """The text without what the rules and the vocabulary say, which names complainants in general only."""
    for said in _rule_texts():
        if said in text:
            text = text.replace(said, "")
    return text


def _rule_texts() -> tuple[str, ...]:
    global _texts  # noqa: PLW0603
    if _texts is None:
        found = {fact.zh for fact in vocabulary().facts.values()}
        found |= {choice.zh for fact in vocabulary().facts.values() for choice in fact.choices}
        for pack in library().packs.values():
            found |= {rule.explain.zh.rstrip("。") for rule in pack.rules}
            found |= {text.zh for text in (*pack.titles.values(), *pack.questions.values())}
        found |= {factor.zh for factor in book().factors.values()}
        naming = [text for text in found if SHOWS_COMPLAINT.search(text)]
        _texts = (tuple(sorted(naming, key=len, reverse=True)), "\n".join(sorted(found)))
    return _texts[0]


def _of_rules() -> str:
    _rule_texts()
    return _texts[1]


_texts: tuple[tuple[str, ...], str] | None = None


def _problem(where: str, found: str, zh: str, en: str) -> Problem:
    return Problem(f"{where}：“{found}”{zh}。", f"{where}: “{found}” {en}.")
