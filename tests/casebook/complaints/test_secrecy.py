"""Papers that leave the office are compared with everything sealed behind what they are about, before they are issued."""

import pytest
from sqlalchemy import func, select

from casebook.complaints import leaks, log, papers, secrecy
from casebook.errors import NotReady
from casebook.models import Clearance, ComplaintPaper, Protection
from casebook.seal import inbox
from tests.casebook.complaints.test_papers import DAY, a_clearance, a_complaint, given
from tests.stages import Cast

SEALED = {
    "name": "钟离望舒",
    "contact": "13900008765",
    "text": "镇上修路那天我亲眼看见施工队给他塞了一个鼓鼓的信封然后上了车",
}
AUTHOR = "账目由钟离望舒核对后证明没有收受"
WORDS = "有人说施工队给他塞了一个鼓鼓的信封然后上了车，经查没有此事"


@pytest.fixture
def cast(session):
    cast = Cast(session)
    cast.county.name_zh, cast.county.code = "青溪县纪委监委", "QX"
    return cast


@pytest.fixture
def keep(session, seal):
    """Give a complaint what its author wrote."""
    count = iter(range(100))

    def keep(complaint, **fields):
        complaint.handle = inbox.submit(
            seal, receipt=f"{next(count):020d}", day=complaint.received_on, fields={**SEALED, **fields},
            naming="real_name", organ_code="QX",
        )  # fmt: skip
        log.record(session, "complaint_papers.listed", None, complaint, rows=[complaint])
        return complaint

    return keep


def letter_saying(session, cast, words, **fields) -> Clearance:
    clearance = a_clearance(session, cast, **fields)
    clearance.points[0].found = words
    log.record(session, "complaint_papers.listed", None, clearance, rows=[clearance.points[0]])
    return clearance


@pytest.mark.parametrize("words", [AUTHOR, WORDS, "电话139 0000 8765打来核对"])
@pytest.mark.parametrize("kind", ["clearance_letter", "clearance_notice", "clearance_record"])
def test_a_letter_with_the_author_or_their_words_is_not_issued(session, home, cast, keep, kind, words):
    clearance = letter_saying(session, cast, words, complaint=keep(a_complaint(session, cast)))

    with pytest.raises(secrecy.TellsTooMuch) as refused:
        given(session, home, cast, clearance, kind)

    said = refused.value.message("zh")
    assert "正文含有依法应当保密的内容" in said or "表格含有依法应当保密的内容" in said
    assert not any(word in said for word in ("检举", "举报", "控告", "姓名", "原文", "钟离", "信封", "139"))
    assert session.scalar(select(func.count()).select_from(ComplaintPaper)) == 0


def test_a_paper_that_lists_names_does_not_come_back_with_the_one_of_the_author(session, home, cast, keep):
    """Wherever in the list the author stands, in a line of their own or among others, the answer is the same."""
    complaint, said = keep(a_complaint(session, cast)), set()
    others = ["赵某某", "孙某某", "周某某"]
    for place in range(4):
        names = [*others[:place], SEALED["name"], *others[place:]]
        for number, glue in enumerate(("、", "\n")):
            clearance = letter_saying(
                session,
                cast,
                f"经向{glue.join(names)}核对",
                complaint=complaint,
                number=f"QX-C2026-{place}{number}",
            )
            with pytest.raises(secrecy.TellsTooMuch) as refused:
                given(session, home, cast, clearance, "clearance_letter")
            said.add((refused.value.message("zh"), refused.value.message("en")))

    [(zh, en)] = said
    assert not any(name[:2] in zh + en for name in (*others, SEALED["name"]))
    assert not any(sign.isdigit() for sign in zh + en)


def test_a_letter_in_neutral_words_is_issued(session, home, cast, keep):
    clearance = a_clearance(session, cast, complaint=keep(a_complaint(session, cast)))

    assert given(session, home, cast, clearance, "clearance_letter").number


@pytest.mark.parametrize("name", ["青石镇党委", "钟离"])
def test_whom_the_letter_must_name_it_may_name(session, home, cast, keep, name):
    """An author who is called as the unit, or whose name is that of somebody who works on it, stops no paper."""
    cast.officer.name = "钟离"
    clearance = letter_saying(
        session,
        cast,
        "账目证明没有收受",
        complaint=keep(a_complaint(session, cast, respondent_unit="青石镇党委"), name=name),
    )

    assert given(session, home, cast, clearance, "clearance_record").number


def test_an_author_who_is_a_colleague_or_has_the_name_of_one_is_kept_out_of_papers_as_any_other(
    session, home, cast, keep
):
    """Only who did something in the matter is named freely: to have read it, or to have been refused, is nothing."""
    cast.officer2.name = cast.reviewer2.name = cast.member.name = "钟离望舒"
    complaint = keep(a_complaint(session, cast))
    log.record(session, "complaint.read", cast.reviewer2, complaint)
    log.record(session, "access.refused", cast.member, complaint)
    clearance = letter_saying(session, cast, AUTHOR, complaint=complaint)

    with pytest.raises(secrecy.TellsTooMuch):
        given(session, home, cast, clearance, "clearance_letter")

    log.record(session, "complaint.found", cast.officer2, complaint)
    assert given(session, home, cast, clearance, "clearance_letter").number


def test_the_marks_of_a_title_hide_nobody(session, home, cast, keep):
    clearance = letter_saying(
        session, cast, "经核对《钟离望舒》所述账目", complaint=keep(a_complaint(session, cast))
    )

    with pytest.raises(secrecy.TellsTooMuch):
        given(session, home, cast, clearance, "clearance_letter")


@pytest.mark.parametrize("words", [AUTHOR, WORDS, "电话139 0000 8765打来核对"])
def test_whoever_did_not_read_what_is_sealed_is_not_told_what_of_it_they_hit(
    session, seal, cast, keep, words
):
    complaint = keep(a_complaint(session, cast))
    errors = {}

    secrecy.check_words(session, seal, complaint, cast.officer, errors, {"measures": words})

    assert "依法应当保密" in errors["measures"].zh
    said = errors["measures"].zh + errors["measures"].en
    assert not any(word in said for word in ("检举", "姓名", "原文", "联系", "author", "original", "contact"))


def test_a_list_of_names_does_not_come_back_with_the_one_of_the_author(session, seal, cast, keep):
    complaint, said = keep(a_complaint(session, cast)), set()
    for names in (f"{AUTHOR}、赵某某、孙某某", f"赵某某、孙某某、{AUTHOR}", WORDS):
        errors = {}
        secrecy.check_words(session, seal, complaint, cast.officer, errors, {"measures": names})
        said.add(errors["measures"])

    assert len(said) == 1
    [problem] = said
    assert not any(sign.isdigit() for sign in problem.zh + problem.en)


def test_a_repeat_and_what_reports_retaliation_are_compared_as_well(session, home, cast, keep):
    first = a_complaint(session, cast)
    again = keep(a_complaint(session, cast, number="QX-X2026-0002", repeat_of_id=first.id), name="申屠一二")
    origin = keep(a_complaint(session, cast, number="QX-X2026-0003"), name="澹台三四")
    keep(first)
    session.add(
        Protection(
            complaint_id=origin.id,
            kind="retaliation",
            raised_on=DAY,
            by_id=cast.officer.id,
            at=cast.officer.created_at,
            new_complaint_id=first.id,
        )
    )
    session.flush()

    assert secrecy.behind(session, first) == [first, again, origin]
    for name in ("申屠一二", "澹台三四"):
        clearance = a_clearance(session, cast, complaint=first, number=f"QX-C2026-{name}")
        clearance.points[0].found = f"由{name}核对"
        with pytest.raises(secrecy.TellsTooMuch):
            given(session, home, cast, clearance, "clearance_letter")


def test_each_refusal_stays_and_whoever_tries_names_is_stopped(session, home, cast, keep):
    complaint = keep(a_complaint(session, cast))
    clearance = letter_saying(session, cast, AUTHOR, complaint=complaint)
    session.commit()
    for _ in range(secrecy.TRIES):
        with pytest.raises(secrecy.TellsTooMuch) as refused:
            given(session, home, cast, clearance, "clearance_letter")
        session.rollback()
        secrecy.note(session, cast.officer, refused.value)
        session.commit()

    clearance.points[0].found = "账目证明没有收受"
    with pytest.raises(NotReady, match="another person"):
        given(session, home, cast, clearance, "clearance_letter")

    tried = [one for one in log.history(session, complaint) if one.kind == secrecy.REFUSED]
    assert [one.by_id for one in tried] == [cast.officer.id] * secrecy.TRIES
    assert {"钟离", "letter"}.isdisjoint(str([one.detail for one in tried]))
    assert papers.papers_of(session, clearance) == []


def test_long_fixed_words_do_not_stop_a_paper(session, home, cast, keep):
    law = "中国共产党党员权利保障条例"
    complaint = keep(a_complaint(session, cast), text=f"请按《{law}》第三十四条就具体问题")
    clearance = a_clearance(session, cast, complaint=complaint)

    assert given(session, home, cast, clearance, "clearance_letter").number
    assert leaks.find(f"依据《{law}》", leaks.sealed_fields(home.seal(), complaint.handle))


def test_behind_a_repeat_stands_its_original_and_every_other_repeat(session, cast, keep):
    first = keep(a_complaint(session, cast))
    again, third = (
        keep(a_complaint(session, cast, number=f"QX-X2026-000{place}", repeat_of_id=first.id), name=name)
        for place, name in ((2, "申屠一二"), (3, "澹台三四"))
    )
    keep(a_complaint(session, cast, number="QX-X2026-0004"), name="旁人甲")

    assert secrecy.behind(session, again) == [first, again, third]
