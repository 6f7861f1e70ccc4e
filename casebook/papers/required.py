"""What a paper of each kind must say, read from the record itself, so that no template can leave it out.

A decision has five contents (政务处分法第四十五条): the person; the facts and the evidence; kind and basis; the channel
and time limit of appeal, and that it does not suspend; the organ and the day.
"""

from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import Appeal, Case, Consultation, Correction, Decision, Notice, Recommendation
from casebook.papers import words
from casebook.papers.blocks import day_words
from casebook.papers.record import Gathered, id_of
from casebook.procedure.decide import standing_decision
from casebook.procedure.outcome import ground_from
from rules.channels import channels
from rules.law_of_day import compared
from rules.phrases import LIGHTNESS

Wanted = Iterator[tuple[Problem, str]]
PERSON = Problem("当事人姓名", "the person's name")
UNIT = Problem("工作单位或者职务", "the unit or the post")
FACTS = Problem("认定的事实", "the facts found")
MEASURE = Problem("处理措施", "the measure")
PERIOD = Problem("期间的起止日", "the first or last day of a period")
CHANNEL = Problem("救济途径", "a channel of appeal")
STANDS = Problem("不停止执行的说明", "that execution is not suspended")
DAY = Problem("日期", "the day")
LAW = Problem("新旧规定的适用", "which law governs, the old or the new")
WORDS = Problem("应载明的内容", "what it must state")


def required(session: Session, case: Case, kind: str, gathered: Gathered) -> Wanted:
    """Each thing that must stand in the paper, by what it is; a text of several lines needs each of its lines."""
    yield PERSON, case.respondent.name
    yield Problem("案号", "the number of the case"), case.number
    yield Problem("机关名称", "the organ"), gathered.organ.name_zh
    if of_kind := _OF_KIND.get(kind):
        yield from of_kind(session, case, gathered)


def _report(session: Session, case: Case, gathered: Gathered) -> Wanted:
    newest = (
        select(Recommendation).where(Recommendation.case_id == case.id).order_by(Recommendation.seq.desc())
    )
    document = session.scalars(newest.limit(1)).one().content
    for one in compared(document):
        yield LAW, one["zh"]
    yield LAW, words.cited(LIGHTNESS["zh"])


def _notice(session: Session, case: Case, gathered: Gathered) -> Wanted:
    told = session.get_one(Notice, id_of(gathered.ref, "notice"))
    for point in told.points:
        yield FACTS, point.text
    for right in ("陈述", "申辩", "回避", "更重的处理"):
        yield Problem("当事人的权利", "the person's right"), right


def _hearing(session: Session, case: Case, gathered: Gathered) -> Wanted:
    told = session.get_one(Notice, id_of(gathered.ref, "notice"))
    yield DAY, day_words(told.heard_on)
    for point in told.points:
        for answer in point.answers:
            yield Problem("陈述申辩的内容", "what was said"), words.sentences(answer.words)
    yield Problem("陈述申辩的记录", "the record of what was said"), words.sentences(told.record)


def _decision(session: Session, case: Case, gathered: Gathered) -> Wanted:
    decision = session.get_one(Decision, id_of(gathered.ref, "decision"))
    person = case.respondent
    yield from ((UNIT, text) for text in (person.unit, person.post) if text)
    yield FACTS, words.sentences(decision.facts_found)
    yield Problem("处理的理由", "the reason"), words.sentences(decision.reason)
    yield DAY, day_words(decision.decided_on)
    yield DAY, day_words(decision.effective_on)
    yield from _measures(decision)
    regimes = {row.regime for row in decision.measures}
    facts = decision.recommendation.content["facts"]
    for way in channels().open_to(regimes, facts, gathered.values["paper"]["on"]):
        if not way.channel.after:
            yield CHANNEL, way.channel.zh
    yield STANDS, "不停止"


def _filing(session: Session, case: Case, gathered: Gathered) -> Wanted:
    decision = session.get_one(Decision, id_of(gathered.ref, "decision"))
    yield FACTS, words.sentences(decision.facts_found)
    yield DAY, day_words(decision.decided_on)
    yield from _measures(decision)


def _measures(decision: Decision) -> Wanted:
    known = ground_from(decision.recommendation).measures(decision.effective_on)
    for row in decision.measures:
        yield MEASURE, known[row.code].zh
        if row.months and row.ends_on:
            yield PERIOD, day_words(row.starts_on)
            yield PERIOD, day_words(row.ends_on)


def _order(session: Session, case: Case, gathered: Gathered) -> Wanted:
    row = session.get_one(Correction, id_of(gathered.ref, "correction"))
    yield Problem("责任人", "who is responsible"), row.responsible
    yield Problem("责任单位", "the unit"), row.unit
    yield WORDS, words.sentences(row.error)
    yield MEASURE, words.sentences(row.measure)
    yield DAY, day_words(row.due_on)


def _result(session: Session, case: Case, gathered: Gathered) -> Wanted:
    appeal = session.get_one(Appeal, id_of(gathered.ref, "appeal"))
    yield DAY, day_words(appeal.filed_on)
    yield DAY, day_words(gathered.dated)
    yield CHANNEL, channels().channels[appeal.channel].zh
    yield WORDS, words.sentences(appeal.reason)
    new = appeal.new_decision
    if new is not None:
        yield FACTS, words.sentences(new.facts_found)
        yield from _measures(new)


def _similar(session: Session, case: Case, gathered: Gathered) -> Wanted:
    kept = session.get_one(Consultation, id_of(gathered.ref, "consultation"))
    yield Problem("检索人", "who searched"), kept.by.name
    yield DAY, day_words(kept.as_of)
    yield WORDS, f"第{kept.seq}次检索"
    yield WORDS, kept.base_sha256
    yield WORDS, kept.rules_sha256
    whole = kept.content["issues"][0]
    for one in [*whole["binding"], *whole["binding_if_decided"]]:
        yield Problem("有约束的先例", "a precedent that binds"), one["code"]
    decision = standing_decision(session, case)
    for row in decision.precedent_departures if decision else ():
        yield Problem("偏离的先例", "a precedent departed from"), row.precedent.code
        yield Problem("偏离的理由", "the reason of a departure"), words.sentences(row.reason)


_OF_KIND: dict[str, Callable[[Session, Case, Gathered], Wanted]] = {
    "recommendation_report": _report,
    "notice": _notice,
    "hearing_record": _hearing,
    "tolerance_decision": _decision,
    "decision": _decision,
    "filing_form": _filing,
    "similar_case_report": _similar,
    "correction_order": _order,
    "appeal_result": _result,
}
