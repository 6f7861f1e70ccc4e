"""Two hundred papers with varied data, each read back from its PDF and held against its case."""

import random
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from casebook import events
from casebook.clocks import calendar
from casebook.db import utc_now
from casebook.models import Answer, Appeal, Correction, Decision, Meeting, Notice, Point, Stage
from casebook.papers.issue import issue
from casebook.papers.store import path_of
from casebook.procedure import notice as notices
from casebook.procedure.decide import sign_decision
from casebook.procedure.outcome import Chosen, ground_of, imposed_rows
from casebook.recommend import recommend
from tests.casebook.papers.records import pdf_text
from tests.factories import make_case, save
from tests.stages import Cast, skip_to

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英喆堃昇玥镕淼犇垚赟翀旻琤彧頔䶮璟翾珺瑀甯祎祺芃"
UNITS = (
    "青石镇人民政府",
    "白沙街道办事处",
    "县住房和城乡建设局",
    "县交通运输局",
    "双河镇党委",
    "县农业农村局",
    "云溪开发区管委会",
)
POSTS = ("镇长", "党工委书记", "局长", "副局长", "四级调研员", "规划股股长", "党组成员、副局长")
MATTERS = (
    "村道改造未批先建",
    "招商引资项目补贴发放不当",
    "应急采购程序缺失",
    "数据平台试点投入未达预期",
    "移民安置房建设滞后",
)
REASONS = (
    "出于公心，先行先试，主动报告并及时补救。",
    "决策程序存在缺陷，但没有谋取私利；损失已经挽回。",
    "履职尽责不够，造成一定影响，应当汲取教训。",
)
TOLERATED, SANCTIONED, CORRECTED = ("0a", "0b", "0c-party", "0c-state"), ("P1", "G2"), ("1a", "2")


class Maker:
    """Cases with everything that papers are issued from, written as rows and sealed."""

    def __init__(self, session, seed):
        self.session, self.chance = session, random.Random(seed)
        calendar.seed(session, None)
        self.cast = Cast(session)
        self.cast.county.name_zh, self.cast.city.name_zh = "青溪县纪委监委", "云山市纪委监委"

    def pick(self, among):
        return self.chance.choice(among)

    def day(self, first=date(2026, 9, 1), days=60):
        return first + timedelta(days=self.chance.randrange(days))

    def seal(self, case, *rows):
        self.session.add_all(rows)
        self.session.flush()
        events.record(self.session, "case.read", self.cast.officer, case, rows=rows)

    def case(self):
        name = self.pick(SURNAMES) + "".join(self.pick(GIVEN) for _ in range(self.chance.choice((1, 2, 2))))
        loss = self.chance.choice((0, 850, 12345.6, 980000, 1234567.89, 45_000_000))
        case = make_case(
            self.session, self.cast.officer, title=self.pick(MATTERS), respondent_name=name,
            respondent_unit=self.pick(UNITS), respondent_post=self.pick(POSTS), conduct="2025-05-10",
            summary=f"{self.day(date(2025, 5, 1)):%Y-%m-%d}，{self.pick(MATTERS)}，涉及资金{self.chance.randrange(1, 900)}万元。",
        )  # fmt: skip
        save(
            self.session, case, purpose="public", mental_state="ordinary_negligence", deaths=0, direct_economic_loss_cny=loss,
            subject_is_party_member=True, subject_is_leading_cadre=True, subject_category="civil_servant",
            deciding_body="supervisory_organ", evidence_status="sufficient", conduct_nature="exploratory_error",
            lack_of_experience_pilot=self.pick((True, False)),
        )  # fmt: skip
        recommend(self.session, case, self.cast.officer, date(2026, 11, 21))
        return skip_to(self.session, case, Stage.IN_FORCE)

    def told(self, case):
        made = notices.fresh_recommendation(self.session, case)
        offers = notices.offers(made.content)
        told_on = self.day(date(2026, 7, 1))
        row = Notice(
            case_id=case.id, round=1, case_version=case.version, recommendation_id=made.id, disposition="tolerate",
            measures=list(TOLERATED), told_on=told_on, told_how="in_person", by_id=self.cast.officer.id, at=utc_now(),
            heard_on=told_on + timedelta(days=self.chance.randrange(1, 9)), heard_how="meeting", present="张一、李二\n王三",
            record=f"当事人陈述：{self.pick(REASONS)}\n核对无误。", closed_at=utc_now(),
        )  # fmt: skip
        row.points = [
            Point(no=no, kind=one.kind, ref=one.ref, text=f"经查，第{no}项：{self.pick(MATTERS)}") for no, one in enumerate(offers[:6], 1)
        ]  # fmt: skip
        self.seal(case, row, *row.points)
        answers = [
            Answer(
                point_id=point.id, stance=self.pick(("agrees", "disputes", "partly", "silent")), words=self.pick((*REASONS, "")),
                how="spoken", entered_by_id=self.cast.officer.id, at=utc_now(), adopted=self.pick(("all", "partly", "none")),
                adopted_reason=self.pick(REASONS), checked="已核对原件",
            )
            for point in row.points
        ]  # fmt: skip
        self.seal(case, *answers)

    def decided(self, case, seq=1, appeal=None):
        disposition, codes = self.pick(
            (("tolerate", TOLERATED), ("hold_accountable", SANCTIONED), ("correct", CORRECTED))
        )
        ground, day = ground_of(self.session, case), self.day()
        meeting = None
        if appeal is None:
            meeting = Meeting(
                case_id=case.id, held_on=day, place="会议室", chair_id=self.cast.chief.id, minutes="会议记录", at=utc_now(), closed_at=utc_now()
            )  # fmt: skip
            self.seal(case, meeting)
        known = ground.measures(day)
        row = Decision(
            case_id=case.id, seq=seq, recommendation_id=ground.recommendation.id, disposition=disposition,
            meeting_id=meeting and meeting.id, appeal_id=appeal and appeal.id,
            facts_found=f"经查，{case.respondent.name}在任{case.respondent.post}期间，{self.pick(MATTERS)}。\n{self.day(date(2025, 5, 1)):%Y-%m-%d}开工。",
            reason=self.pick(REASONS), considered=self.pick(("", *REASONS)), departs=self.pick((True, False)), departure_rules=[],
            drafted_by_id=self.cast.chief.id, at=utc_now(),
            measures=imposed_rows(ground, [Chosen(code, known[code].months) for code in codes], day),
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        sign_decision(self.session, row, self.cast.chief, day)
        self.seal(case, row, *row.measures)
        return row

    def corrected(self, case):
        day = self.day()
        self.seal(case, Correction(
            case_id=case.id, error_code="approval_missing", error=self.pick(MATTERS), responsible=case.respondent.name,
            unit=case.respondent.unit, measure_code="formalities", measure=f"补办手续，{self.pick(REASONS)}", ordered_on=day,
            due_on=day + timedelta(days=self.chance.randrange(1, 90)), by_id=self.cast.officer.id, at=utc_now(), state="open",
        ))  # fmt: skip

    def appealed(self, case, decision):
        day = self.day(date(2026, 11, 2), 10)
        outcome = self.pick(("uphold", "vary", "revoke"))
        row = Appeal(
            case_id=case.id, seq=1, decision_id=decision.id, channel="supervision_review", filed_on=day, grounds="不服", late=False,
            entered_by_id=self.cast.officer.id, at=utc_now(), outcome=outcome, reason=self.pick(REASONS),
            ground_code={"vary": "improper", "revoke": "facts_unclear"}.get(outcome, ""), decided_by_id=self.cast.superior_member.id,
            decided_on=day + timedelta(days=5), discussed_on=day + timedelta(days=4), signed_at=utc_now(),
        )  # fmt: skip
        self.seal(case, row)
        if outcome != "uphold":
            self.decided(case, 2, row)


@pytest.mark.slow
def test_two_hundred_papers_with_varied_data_match_their_cases(session, home):
    maker = Maker(session, 20261121)
    made = 0
    while made < 200:
        case = maker.case()
        maker.told(case)
        decision = maker.decided(case)
        maker.corrected(case)
        maker.appealed(case, decision)
        own = "tolerance_decision" if decision.disposition == "tolerate" else "decision"
        for kind, ref in (
            ("recommendation_report", ""), ("notice", ""), ("hearing_record", ""), (own, f"decision:{decision.id}"),
            ("correction_order", ""), ("appeal_result", ""), ("filing_form", f"decision:{decision.id}"),
        ):  # fmt: skip
            paper = issue(session, home, case, kind, maker.cast.officer, date(2026, 11, 30), ref=ref)
            text = pdf_text(path_of(home, paper, "pdf").read_bytes())
            assert mismatches(text, paper, case, decision) == [], (kind, case.number)
            made += 1


def mismatches(text, paper, case, decision):
    """What a reader finds wrong in the text of a PDF, knowing only the case."""
    person, found = case.respondent, []
    wanted = [person.name, case.number, paper.number]
    if paper.kind in ("decision", "tolerance_decision"):
        wanted += [
            person.unit,
            person.post,
            *decision.facts_found.split("\n"),
            _day(decision.decided_on),
            "不停止",
        ]
        wanted += [_day(row.ends_on) for row in decision.measures if row.ends_on and row.months]
    found += [one for one in wanted if "".join(one.split()) not in text]
    known = {_day(day) for day in _days_of(case, decision)}
    found += [day for day in re.findall(r"\d{4}年\d{1,2}月\d{1,2}日", text) if day not in known]
    amounts = {Decimal(str(row.value)) for row in _facts(case) if row.fact_id == "direct_economic_loss_cny"}
    amounts |= {Decimal(figure) * 10_000 for figure in re.findall(r"(\d+)万元", case.summary)}
    for figure, times in re.findall(r"([\d,.]*\d)(万)?元", text):
        if Decimal(figure.replace(",", "")) * (10_000 if times else 1) not in amounts:
            found.append(figure)
    others = {one for one in SURNAMES if f"关于{one}" in text} - {person.name[0]}
    return found + sorted(others)


def _day(day):
    return f"{day.year}年{day.month}月{day.day}日"


def _facts(case):
    from sqlalchemy import inspect, select

    from casebook.models import CaseFact

    return inspect(case).session.scalars(select(CaseFact).where(CaseFact.case_id == case.id)).all()


def _days_of(case, decision):
    from sqlalchemy import inspect, select

    session = inspect(case).session
    yield date(2026, 11, 30)
    yield date(2025, 5, 10)
    for model, names in (
        (Notice, ("told_on", "heard_on")), (Decision, ("decided_on", "effective_on")), (Meeting, ("held_on",)),
        (Correction, ("ordered_on", "due_on")), (Appeal, ("filed_on", "decided_on", "discussed_on")),
    ):  # fmt: skip
        for row in session.scalars(select(model).where(model.case_id == case.id)):
            yield from (getattr(row, name) for name in names if getattr(row, name))
            for measure in getattr(row, "measures", None) or ():
                if not isinstance(measure, str):
                    yield from (day for day in (measure.starts_on, measure.ends_on) if day)
    from casebook.models import Recommendation
    from casebook.procedure.dates import day_of

    yield from (
        day_of(one)
        for one in session.scalars(select(Recommendation.created_at).where(Recommendation.case_id == case.id))
    )
