"""The hearing: answers point by point, each weighed with reasons, and no way to the panel past an open point."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casebook import audit
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Answer, Event, SendBack, Stage
from casebook.procedure import answers, hearing, notice
from casebook.procedure.answers import AnswerEntry
from casebook.procedure.dates import today
from tests.factories import attach
from tests.hearings import at_hearing, draft, heard, told, weighed
from tests.stages import Cast, bring, skip_to


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def case(session, cast):
    other = at_hearing(session, cast)
    told(session, cast, other)
    heard(session, cast, other, "disputes", "别案的申辩")
    return at_hearing(session, cast)


def enter(session, cast, case, stance="disputes", words="当时已经报告", how="paper", **fields):
    point = notice.current_notice(session, case).points[0]
    return answers.enter_answers(
        session, case, cast.officer, {point.id: AnswerEntry(stance, words)}, how=how, **fields
    )[0]


def close(session, cast, case):
    return hearing.close_hearing(session, case, cast.officer, today())


def why_not(session, cast, case) -> str:
    with pytest.raises(NotReady) as not_ready:
        close(session, cast, case)
    assert case.stage == Stage.HEARING
    return not_ready.value.message("zh")


def test_the_whole_hearing_takes_the_case_to_the_panel(session, cast, case):
    told(session, cast, case)
    heard(session, cast, case, "disputes", "已经如实报告")
    weighed(session, cast, case, "partly")

    closed = close(session, cast, case)

    assert case.stage == Stage.PANEL
    assert closed.closed_at is not None
    assert closed.present == "张一、李二\n周某"
    assert audit.verify(session).ok


def test_a_case_is_brought_through_the_hearing_for_the_rooms_after_it(session, cast):
    assert bring(session, cast, Stage.PANEL).stage == Stage.PANEL
    assert audit.verify(session).ok


def test_without_telling_there_is_no_way_to_the_panel(session, cast, case):
    assert "尚未告知" in why_not(session, cast, case)
    draft(session, cast, case)

    assert "第四十三条" in why_not(session, cast, case)


def test_every_point_has_to_be_answered_and_the_missing_one_is_named(session, cast, case):
    told(session, cast, case)
    enter(session, cast, case, "agrees", "")
    hearing.record_hearing(
        session, case, cast.officer, heard_on=today(), how="paper"
    )  # in writing: nobody had to be there

    words = why_not(session, cast, case)

    assert "第2、3、4、5、6项没有登记" in words


def test_every_answer_has_to_be_weighed_and_the_open_one_is_named(session, cast, case):
    told(session, cast, case)
    heard(session, cast, case, "agrees")
    enter(session, cast, case)

    assert "对第1项的申辩还没有核实" in why_not(session, cast, case)
    weighed(session, cast, case)
    close(session, cast, case)


def test_an_answer_of_an_earlier_round_is_not_forgotten(session, cast, case):
    told(session, cast, case)
    enter(session, cast, case)
    hearing.return_from_hearing(session, case, cast.reviewer, code="more_inquiry", reason="核查所述报告")
    skip_to(session, case, Stage.HEARING)
    told(session, cast, case)
    heard(session, cast, case)

    assert "还没有核实" in why_not(session, cast, case)
    weighed(session, cast, case)
    close(session, cast, case)


def test_words_beside_an_agreement_are_weighed_as_well_but_silence_is_not(session, cast, case):
    told(session, cast, case)

    assert answers.needs_weighing(enter(session, cast, case, "agrees", "但请考虑当时抢险"))
    assert not answers.needs_weighing(enter(session, cast, case, "agrees", ""))
    assert not answers.needs_weighing(enter(session, cast, case, "silent", ""))


def test_a_change_of_the_facts_after_the_notice_needs_a_new_notice(session, cast, case):
    told(session, cast, case)
    heard(session, cast, case)
    case.version += 1

    assert "重新告知" in why_not(session, cast, case)


@pytest.mark.parametrize("how", ["waived", "absent"])
def test_who_waives_or_stays_away_was_given_the_chance_and_the_record_says_how(session, cast, case, how):
    told(session, cast, case)
    with pytest.raises(BadFields) as bad:
        hearing.record_hearing(session, case, cast.officer, heard_on=today(), how=how, record=" ")
    assert list(bad.value.errors) == ["record"]

    hearing.record_hearing(
        session, case, cast.officer, heard_on=today(), how=how, record="已书面通知时间地点，本人签收。"
    )

    close(session, cast, case)
    assert case.stage == Stage.PANEL


def test_who_first_stayed_away_may_still_be_heard_and_the_first_record_stays(session, cast, case):
    told(session, cast, case)
    hearing.record_hearing(session, case, cast.officer, heard_on=today(), how="absent", record="未到场。")

    heard(session, cast, case)

    one = notice.current_notice(session, case)
    assert (one.heard_how, one.record) == ("meeting", "未到场。\n\n当面听取，逐项核对。")
    with pytest.raises(NotReady):
        hearing.record_hearing(session, case, cast.officer, heard_on=today(), how="waived", record="放弃")


def test_a_meeting_needs_two_of_the_organ(session, cast, case):
    told(session, cast, case)

    with pytest.raises(BadFields) as bad:
        hearing.record_hearing(
            session, case, cast.officer, heard_on=today(), how="meeting", organ=["张一", "张一", " "], others=["周某"],
            record="笔录",
        )  # fmt: skip

    assert "第四十二条" in bad.value.errors["organ"].zh


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"heard_on": today() - timedelta(days=1)}, "heard_on"),
        ({"heard_on": today() + timedelta(days=1)}, "heard_on"),
        ({"how": "rumour"}, "how"),
        ({"record": ""}, "record"),
        ({"others": ["甲\n乙"]}, "others"),
    ],
)
def test_the_record_of_the_hearing_is_checked(session, cast, case, fields, field):
    told(session, cast, case)
    given = {"heard_on": today(), "how": "meeting", "organ": ["张一", "李二"], "record": "笔录", **fields}

    with pytest.raises(BadFields) as bad:
        hearing.record_hearing(session, case, cast.officer, **given)

    assert list(bad.value.errors) == [field]


def test_answers_over_time_are_all_kept(session, cast, case, home):
    told(session, cast, case)
    paper = attach(session, home, case, b"a letter", "letter.txt")
    first = enter(session, cast, case, "disputes", "未报告是因为停电", attachment=paper)
    second = enter(session, cast, case, "partly", "只有第二次报告晚了", how="spoken")

    assert notice.current_notice(session, case).points[0].answers == [first, second]
    assert (first.attachment, first.entered_by) == (paper, cast.officer)


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (AnswerEntry("disputes", " "), "words"),
        (AnswerEntry("partly", ""), "words"),
        (AnswerEntry("silent", "其实有话说"), "words"),
        (AnswerEntry("maybe", "x"), "stance"),
        (AnswerEntry("disputes", "字" * 10_001), "words"),
        (AnswerEntry("disputes", "a\x00"), "words"),
    ],
)
def test_an_answer_says_what_it_disputes(session, cast, case, entry, field):
    point = told(session, cast, case).points[0]

    with pytest.raises(BadFields) as bad:
        answers.enter_answers(session, case, cast.officer, {point.id: entry}, how="paper")

    assert list(bad.value.errors) == [f"{field}-{point.id}"]
    assert point.answers == []


def test_a_point_of_another_case_cannot_be_answered_here(session, cast, case):
    told(session, cast, case)
    elsewhere = session.scalar(select(Answer)).point

    with pytest.raises(BadFields):
        answers.enter_answers(session, case, cast.officer, {elsewhere.id: AnswerEntry("agrees")}, how="paper")


@pytest.mark.parametrize("how", ["link", "", "telepathy"])
def test_the_officer_enters_what_came_on_paper_or_was_spoken_never_through_the_link(session, cast, case, how):
    told(session, cast, case)

    with pytest.raises(BadFields):
        enter(session, cast, case, how=how)


def test_an_empty_entry_and_a_file_of_another_case_are_refused(session, cast, case, home):
    told(session, cast, case)
    other = attach(session, home, at_hearing(session, cast), b"x", "x.txt")

    with pytest.raises(BadFields) as bad:
        answers.enter_answers(session, case, cast.officer, {}, how="paper", attachment=other)

    assert set(bad.value.errors) == {"answers", "attachment"}


def test_nothing_is_answered_before_the_telling_or_after_the_end(session, cast, case):
    draft(session, cast, case)
    with pytest.raises(NotReady):
        enter(session, cast, case)
    notice.tell(session, case, cast.officer, told_on=today(), how="in_person")
    hearing.return_from_hearing(session, case, cast.reviewer, code="procedure", reason="送达有误")
    skip_to(session, case, Stage.HEARING)

    with pytest.raises(NotReady):
        enter(session, cast, case)


@pytest.mark.parametrize("adopted", ["partly", "none"])
def test_what_is_not_adopted_in_full_needs_a_reason(session, cast, case, adopted):
    told(session, cast, case)
    answer = enter(session, cast, case)

    with pytest.raises(BadFields) as bad:
        answers.weigh(session, case, answer, cast.reviewer, adopted=adopted, checked="核对记录", reason=" ")

    assert list(bad.value.errors) == ["reason"]
    assert answer.adopted == ""


def test_the_reason_the_respondent_reads_shows_no_complaint(session, cast, case):
    told(session, cast, case)
    answer = enter(session, cast, case)

    with pytest.raises(BadFields) as bad:
        answers.weigh(
            session, case, answer, cast.reviewer, adopted="none", checked="举报人已核实", reason="与举报人所述不符"
        )

    assert list(bad.value.errors) == ["reason"]
    assert "第四十七条" in bad.value.errors["reason"].zh


def test_an_answer_is_verified_before_it_is_adopted(session, cast, case):
    told(session, cast, case)
    answer = enter(session, cast, case)

    with pytest.raises(BadFields) as bad:
        answers.weigh(session, case, answer, cast.reviewer, adopted="", checked="")

    assert set(bad.value.errors) == {"adopted", "checked"}
    answers.weigh(session, case, answer, cast.reviewer, adopted="all", checked="调取值班记录")
    assert (answer.adopted, answer.decided_by) == ("all", cast.reviewer)


def test_what_was_decided_on_an_answer_stays(session, cast, case):
    told(session, cast, case)
    answer = enter(session, cast, case)
    answers.weigh(session, case, answer, cast.reviewer, adopted="all", checked="属实")

    with pytest.raises(NotReady):
        answers.weigh(session, case, answer, cast.reviewer, adopted="none", checked="再看", reason="不属实")

    assert answer.adopted == "all"


def test_an_answer_of_another_case_cannot_be_weighed_here(session, cast, case):
    told(session, cast, case)
    elsewhere = session.scalar(select(Answer).where(Answer.words == "别案的申辩"))

    with pytest.raises(BadFields):
        answers.weigh(session, case, elsewhere, cast.reviewer, adopted="all", checked="x")


def test_the_reviewer_weighs_and_the_officer_hears_and_nobody_else(session, cast, case):
    told(session, cast, case)
    answer = enter(session, cast, case)
    point = answer.point
    for person in (cast.officer, cast.chief, cast.reviewer2, cast.member, cast.auditor, cast.stranger):
        with pytest.raises(NotAllowed):
            answers.weigh(session, case, answer, person, adopted="all", checked="x")
        with pytest.raises(NotAllowed):
            hearing.return_from_hearing(session, case, person, code="other", reason="x")
    for person in (cast.reviewer, cast.chief, cast.member, cast.auditor, cast.stranger):
        with pytest.raises(NotAllowed):
            answers.enter_answers(session, case, person, {point.id: AnswerEntry("agrees")}, how="paper")
        with pytest.raises(NotAllowed):
            hearing.close_hearing(session, case, person, today())
        with pytest.raises(NotAllowed):
            hearing.record_hearing(session, case, person, heard_on=today(), how="paper")


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.HEARING])
def test_no_step_of_the_hearing_is_taken_at_another_stage(session, cast, case, stage):
    told(session, cast, case)
    answer = enter(session, cast, case)
    skip_to(session, case, stage)

    for step in (
        lambda: close(session, cast, case),
        lambda: enter(session, cast, case),
        lambda: answers.weigh(session, case, answer, cast.reviewer, adopted="all", checked="x"),
        lambda: hearing.record_hearing(session, case, cast.officer, heard_on=today(), how="paper"),
        lambda: hearing.return_from_hearing(session, case, cast.reviewer, code="other", reason="x"),
        lambda: notice.tell(session, case, cast.officer, told_on=today(), how="in_person"),
    ):
        with pytest.raises(WrongStage):
            step()


def test_a_return_has_a_coded_reason_and_ends_the_hearing(session, cast, case):
    one = told(session, cast, case)

    back = hearing.return_from_hearing(
        session, case, cast.reviewer, code="new_evidence", reason="调取了事故报告", items=["deaths", "deaths"]
    )

    assert case.stage == Stage.INTAKE
    assert (back.code, back.items, back.from_stage) == ("new_evidence", ["deaths"], Stage.HEARING)
    assert one.closed_at is not None
    assert audit.verify(session).ok
    moved = session.scalar(select(Event).where(Event.kind == "hearing.returned"))
    assert moved.detail["facts"] == ["deaths"]
    assert "事故报告" not in str(moved.detail)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "because"}, "code"),
        ({"reason": " "}, "reason"),
        ({"code": "new_evidence"}, "items"),
        ({"code": "adopted_statement"}, "items"),
        ({"items": ["no_such_fact"]}, "items"),
    ],
)
def test_a_return_without_its_reason_or_facts_is_refused(session, cast, case, fields, field):
    told(session, cast, case)

    with pytest.raises(BadFields) as bad:
        hearing.return_from_hearing(
            session, case, cast.reviewer, **{"code": "other", "reason": "说明", **fields}
        )

    assert list(bad.value.errors) == [field]
    assert session.scalar(select(SendBack)) is None


def test_a_statement_cannot_be_the_reason_unless_one_was_adopted(session, cast, case):
    told(session, cast, case)
    answer = enter(session, cast, case)
    fields = {"code": "adopted_statement", "reason": "采纳", "items": ["concealed_or_falsified"]}
    with pytest.raises(NotReady):
        hearing.return_from_hearing(session, case, cast.reviewer, **fields)

    answers.weigh(
        session, case, answer, cast.reviewer, adopted="partly", checked="属实一半", reason="另一半不符"
    )

    hearing.return_from_hearing(session, case, cast.reviewer, **fields)
    assert case.stage == Stage.INTAKE


def test_a_case_that_comes_back_from_the_panel_unchanged_needs_no_second_telling(session, cast, case):
    told(session, cast, case)
    heard(session, cast, case)
    close(session, cast, case)
    skip_to(session, case, Stage.HEARING)

    close(session, cast, case)

    assert case.stage == Stage.PANEL
    assert audit.verify(session).ok
