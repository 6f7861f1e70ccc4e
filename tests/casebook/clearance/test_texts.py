"""What no text of a clearance may say: who complained, how and when; and, in a letter, anything on the whole person."""

from datetime import date

import pytest

from casebook.clearance import reach, repairs, visits
from casebook.clearance.texts import Guard, told_of_author, told_overall
from casebook.errors import BadFields
from casebook.procedure.dates import today
from tests.clearances import a_clearance, a_concluded_complaint
from tests.complaints import SEALED, a_complaint


@pytest.mark.parametrize(
    "text",
    [
        "根据举报人反映", "经核查，来信所述不实", "匿名反映的问题", "举 报 信中所称", "举·报 人称", "舉報人稱", "檢舉材料",
        "信访件转来", "12388收到", "１２３８８收到", "实名反映", "网络留言称", "据知情人讲", "举\u200b报不实", "来电反映",
        "the complainant said", "an anonymous letter", "a Whistle-blower", "The petition says",
    ],
)  # fmt: skip
def test_a_word_that_tells_that_somebody_complained_or_how_is_found(text):
    assert told_of_author(text)


@pytest.mark.parametrize(
    "text",
    [
        "经查，所反映的收受现金问题不属实", "2023年3月17日签订的施工合同约定固定总价", "向县委组织部函告", "书面澄清函",
        "经调取2026年3月1日至3月10日银行流水", "合同编号2026-0317-2", "The payment of 17 April 2026 was made by the town",
    ],
)  # fmt: skip
def test_what_a_letter_has_to_say_is_left_alone(session, cast, text):
    complaint = a_concluded_complaint(session, cast)

    assert told_of_author(text, complaint) == ""
    assert told_overall(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "2026年3月17日的反映", "2026-03-17", "2026.3.17", "3月17日收到", "三月十七日收到", "二〇二六年三月十七日", "今年3月17号",
        "20260317", "２０２６年３月１７日", "17 March 2026", "on March 17, 2026", "Mar 17th",
    ],
)  # fmt: skip
def test_the_day_on_which_it_came_in_is_found_however_it_is_written(session, cast, text):
    complaint = a_concluded_complaint(session, cast, received_on=date(2026, 3, 17))

    assert told_of_author(text, complaint)


@pytest.mark.parametrize(
    "text",
    [
        "周某一贯清廉", "表现优秀", "工作表现一直十分突出", "是一名好干部", "没有任何违纪违法问题", "不存在其他问题", "两 袖 清 风",
        "政治过硬、作风正派", "总体上看", "an excellent official", "a clean record", "no other misconduct",
    ],
)  # fmt: skip
def test_a_word_on_the_person_as_a_whole_is_found(text):
    assert told_overall(text)


def test_a_letter_may_not_appraise_and_a_note_of_the_file_may(session, cast):
    guard, letter, note = Guard(a_concluded_complaint(session, cast)), {}, {}

    guard.check(letter, "found", "经查，周某一贯清廉。", 100, appraisal=True)
    guard.check(note, "words", "本人表示工作表现会更加突出。", 100)

    assert "全面评价" in letter["found"].zh
    assert "第三十四条" in letter["found"].zh
    assert "as a whole" in letter["found"].en
    assert note == {}


def test_what_the_author_wrote_does_not_pass_into_a_clearance(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "concluded")
    errors: dict = {}
    guard = Guard(complaint, seal)

    guard.check(errors, "name", f"经向{SEALED['name']}核实，没有亲属关系。", 200)
    guard.check(errors, "words", "周镇长把修路的活直接给了他外甥一事不属实。", 200)
    guard.check(errors, "plain", "经查阅招标资料，项目依法公开招标，中标人与其没有亲属关系。", 200)

    assert errors.keys() == {"name", "words"}
    assert SEALED["name"] not in errors["name"].zh + errors["name"].en
    said = "".join(problem.zh + problem.en for problem in errors.values())  # which of them it was is not said
    assert not any(word in said for word in ("检举", "姓名", "原文", "author", "original"))


def test_a_mark_of_classification_is_refused(session, cast):
    errors: dict = {}

    Guard(None).check(errors, "words", "绝密★20年", 200)

    assert "words" in errors


def test_every_text_of_a_clearance_refuses_a_marker_of_the_author(session, cast):
    clearance, marker, day = a_clearance(session, cast, "approved"), "举报人来信称", today()
    row = clearance.reach[1].id
    attempts = [
        lambda: reach.add(
            session, clearance, cast.officer, kind="body", name=marker, heard=marker, form="written"
        ),
        lambda: reach.correct(session, clearance, cast.officer, row, on=day, how=marker),
        lambda: reach.gone(session, clearance, cast.chief, row, reason=marker),
        lambda: visits.enter(session, clearance, cast.officer, visited_on=day, words=marker, further=marker),
        lambda: repairs.add(
            session, clearance, cast.officer, kind="award", lost=marker, responsible=marker,
            due_on=date(day.year + 1, 1, 1), today=day,
        ),
    ]  # fmt: skip

    for attempt in attempts:
        with pytest.raises(BadFields) as refused:
            attempt()
        assert all(
            "举报" not in problem.en.replace("“举报”", "") for problem in refused.value.errors.values()
        )
        assert refused.value.errors
