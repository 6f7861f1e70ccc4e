"""The pages of the hearing: from the draft of the notice to the panel, with every refusal in words."""

import io

import pytest
from sqlalchemy import select

from casebook.db import utc_now
from casebook.models import Answer, Attachment, Notice, PersonalLink, SendBack, Stage
from casebook.procedure import ceiling, notice
from casebook.procedure.dates import today
from tests.hearings import at_hearing, draft, heard, told, weighed
from tests.stages import Cast, skip_to


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def case(session, cast):
    other = at_hearing(session, cast)
    told(session, cast, other)
    case = at_hearing(session, cast, case_source="anonymous_report")
    session.commit()
    return case


@pytest.fixture
def officer(another_browser, cast):
    return another_browser(cast.officer)


@pytest.fixture
def reviewer(another_browser, cast):
    return another_browser(cast.reviewer)


def room(case, page: str = "") -> str:
    return f"/cases/{case.number}/hearing{page}"


def day_fields(name: str, on) -> dict:
    return {f"{name}-year": str(on.year), f"{name}-month": str(on.month), f"{name}-day": str(on.day)}


def test_a_notice_is_drafted_from_the_recommendation_and_told(officer, session, case):
    officer.get(room(case, "/notice"))
    assert officer.status == 200
    assert (
        "弄虚作假" in officer.page.select_one("textarea[name='text:fact:concealed_or_falsified']").get_text()
    )
    assert not officer.page.select("textarea[name='text:fact:case_source']")

    officer.send("Keep the draft", measures=["G2"])
    assert officer.path == room(case)
    officer.send("It was told", how="in_person")

    told_now = session.scalar(select(Notice).where(Notice.case_id == case.id))
    assert (told_now.told_how, told_now.told_on) == ("in_person", today())
    assert "Nothing heavier than this may follow" in officer.text()


def test_a_notice_that_shows_a_complaint_is_refused_and_nothing_typed_is_lost(officer, session, case):
    officer.get(room(case, "/notice"))

    officer.send(
        "Keep the draft",
        measures=["G2"],
        **{"text:fact:concealed_or_falsified": "据举报人王五反映，台账造假。"},
    )

    assert officer.status == 422
    assert any("举报人" in error for error in officer.errors)
    typed = officer.page.select_one("textarea[name='text:fact:concealed_or_falsified']")
    assert typed.get_text().strip() == "据举报人王五反映，台账造假。"
    assert officer.page.select_one("input[name=measures][value=G2]").has_attr("checked")
    assert session.scalar(select(Notice).where(Notice.case_id == case.id)) is None


def test_an_empty_notice_names_each_thing_that_is_missing(officer, case):
    officer.get(room(case, "/notice"))

    officer.send("Keep the draft", use=None, disposition=None)

    assert officer.status == 422
    assert len(officer.errors) >= 2


def test_a_heavier_notice_is_refused_with_the_provision(officer, session, cast, case):
    told(session, cast, case, measures=["G1"])
    notice.current_notice(session, case).closed_at = utc_now()
    session.commit()
    officer.get(room(case, "/notice"))

    officer.send("Keep the draft", measures=None, more_measures=["G4"])

    assert officer.status == 409
    assert "arts. 43 and 56" in officer.text()
    assert officer.page.select_one("input[name=more_measures][value=G4]").has_attr("checked")


def test_months_in_words_are_refused_at_their_field(officer, session, case):
    officer.get(room(case, "/notice"))

    officer.send("Keep the draft", measures=["G2"], months="六个月")

    assert officer.status == 422
    assert officer.value("months") == "六个月"
    assert session.scalar(select(Notice).where(Notice.case_id == case.id)) is None


def test_a_draft_is_opened_again_as_it_was_left(officer, session, cast, case):
    draft(session, cast, case, measures=["G3"])
    session.commit()

    officer.get(room(case, "/notice"))

    assert officer.page.select_one("input[name=measures][value=G3]").has_attr("checked")
    assert "经查：concealed_or_falsified" in officer.page.get_text()


def test_telling_without_a_day_or_a_way_stays_on_the_page(officer, session, cast, case):
    draft(session, cast, case)
    session.commit()
    officer.get(room(case))

    officer.send("It was told", how=None, **{"told_on-day": "", "told_on-month": "", "told_on-year": ""})

    assert officer.status == 422
    assert len(officer.errors) == 2


def test_telling_before_anything_is_drafted_says_what_to_do(officer, case):
    officer.get(room(case))

    officer.post(room(case, "/tell"), {"how": "in_person", **day_fields("told_on", today())})

    assert officer.status == 409
    assert "Draft the notice first" in officer.text()


def test_answers_are_entered_with_the_paper_they_came_on(officer, session, cast, case):
    points = told(session, cast, case).points
    session.commit()
    officer.get(room(case, "/answers"))

    officer.send(
        "Keep the answers", how="paper", files={"file": (io.BytesIO(b"a letter"), "letter.txt")},
        **{f"stance-{points[0].id}": "disputes", f"words-{points[0].id}": "当时已经\n如实报告"},
    )  # fmt: skip

    answer = session.scalar(select(Answer).where(Answer.point_id == points[0].id))
    assert (answer.stance, answer.words, answer.attachment.filename) == (
        "disputes",
        "当时已经\n如实报告",
        "letter.txt",
    )
    assert officer.path == room(case)
    assert "如实报告" in officer.text()


def test_a_wrong_answer_keeps_every_word_and_stores_no_file(officer, session, cast, case):
    points = told(session, cast, case).points
    session.commit()
    officer.get(room(case, "/answers"))

    officer.send(
        "Keep the answers", how=None, files={"file": (io.BytesIO(b"a letter"), "letter.txt")},
        **{f"stance-{points[0].id}": "disputes", f"words-{points[1].id}": "只有话没有态度"},
    )  # fmt: skip

    assert officer.status == 422
    assert len(officer.errors) == 3
    assert officer.value(f"words-{points[1].id}").strip() == "只有话没有态度"
    assert session.scalar(select(Attachment).where(Attachment.case_id == case.id)) is None


def test_a_paper_of_a_kind_not_accepted_is_refused_at_its_field(officer, session, cast, case):
    point = told(session, cast, case).points[0]
    session.commit()
    officer.get(room(case, "/answers"))

    officer.send(
        "Keep the answers", how="paper", files={"file": (io.BytesIO(b"MZ"), "virus.exe")},
        **{f"stance-{point.id}": "agrees"},
    )  # fmt: skip

    assert officer.status == 422
    assert session.scalar(select(Answer).where(Answer.point_id == point.id)) is None


def test_the_reviewer_weighs_an_answer_and_gives_a_reason(reviewer, session, cast, case):
    told(session, cast, case)
    heard(session, cast, case, "disputes", "已经报告")
    session.commit()
    answer = session.scalar(select(Answer).where(Answer.words == "已经报告"))
    session.commit()  # one transaction at a time: what follows has its own
    reviewer.get(room(case, f"/answers/{answer.id}"))
    reviewer.send("Decide", adopted="none", checked="调取值班记录")
    assert reviewer.status == 422

    reviewer.send("Decide", reason="值班记录没有报告")

    session.refresh(answer)
    session.commit()
    assert (answer.adopted, answer.adopted_reason) == ("none", "值班记录没有报告")
    assert "Not adopted" in reviewer.text()
    reviewer.get(room(case, f"/answers/{answer.id}"))
    reviewer.send("Decide", adopted="all", checked="再看一遍")
    assert reviewer.status == 409
    assert "stays so" in reviewer.text()


def test_an_answer_of_another_case_is_not_found_here(reviewer, session, cast, case):
    told(session, cast, case)
    other = at_hearing(session, cast)
    told(session, cast, other)
    heard(session, cast, other, "disputes", "别案")
    session.commit()
    answer = session.scalar(select(Answer).where(Answer.words == "别案"))
    page = room(case, f"/answers/{answer.id}")
    session.commit()

    reviewer.get(page)

    assert reviewer.status == 404


def test_the_hearing_is_recorded_and_closed(officer, session, cast, case):
    told(session, cast, case)
    heard(session, cast, case, "disputes", "不服")
    weighed(session, cast, case)
    session.commit()
    officer.get(room(case))

    officer.send("Close the hearing, on to the panel")

    session.refresh(case)
    assert case.stage == Stage.PANEL


def test_a_record_needs_two_of_the_organ(officer, session, cast, case):
    told(session, cast, case)
    session.commit()
    officer.get(room(case, "/record"))
    officer.send("Keep the record", how="meeting", organ="张一", record="笔录")
    assert officer.status == 422
    assert "two of the organ" in officer.errors[0]
    assert officer.value("record").strip() == "笔录"

    officer.send("Keep the record", organ="张一\n李二")

    assert notice.current_notice(session, case).present.startswith("张一、李二")


def test_closing_too_early_names_the_open_points_and_the_provision(officer, session, cast, case):
    told(session, cast, case)
    session.commit()
    officer.get(room(case))
    assert not [b for b in officer.page.select("button") if "Close the hearing" in b.get_text()]

    officer.post(room(case, "/close"))

    assert officer.status == 409
    assert "to point 1, 2, 3" in officer.text()
    assert "Law on Administrative Discipline for Public Officials, art. 43" in officer.text()


def test_the_reviewer_sends_the_case_back_for_new_evidence(reviewer, session, cast, case):
    told(session, cast, case)
    session.commit()
    reviewer.get(room(case, "/return"))
    reviewer.send("Send back", code="new_evidence", reason="调取了事故报告", items=None)
    assert reviewer.status == 422
    assert reviewer.value("reason").strip() == "调取了事故报告"

    reviewer.send("Send back", items=["deaths"], more="serious_injuries")

    back = session.scalar(select(SendBack).where(SendBack.case_id == case.id))
    assert (back.code, back.items) == ("new_evidence", ["deaths", "serious_injuries"])


def test_sent_back_the_officer_says_where_a_change_comes_from(reviewer, officer, session, cast, case):
    told(session, cast, case, measures=["G2"])
    session.commit()
    reviewer.get(room(case, "/return"))
    reviewer.send("Send back", code="new_evidence", reason="事故报告", items=["deaths"])
    officer.get(f"/cases/{case.number}/facts/consequences")
    if not officer.page.select("[name=deaths]"):
        officer.get(f"/cases/{case.number}/facts/key")

    officer.send("Save and continue", deaths="3", source="statement")
    assert officer.status == 422
    assert "art" in officer.errors[0]
    assert officer.value("deaths") == "3"
    officer.send("Save and continue", source="evidence", deaths__evidence="报告第3页")
    assert officer.status == 200

    session.expire_all()
    assert ceiling.newly_shown(session, case) == ["deaths"]


def test_before_the_telling_the_intake_asks_for_no_source(officer, session, cast, case):
    skip_to(session, case, Stage.INTAKE)
    session.commit()

    officer.get(f"/cases/{case.number}/facts/key")

    assert not officer.page.select("[name=source]")


def test_number_and_code_of_a_personal_link_are_shown_once(officer, session, case):
    officer.get(room(case, "/link"))

    officer.send("Create a link", days="7")

    shown = officer.page.get_text()
    link = session.scalar(select(PersonalLink).where(PersonalLink.case_id == case.id))
    session.commit()
    assert "/answer/" in shown
    assert officer.response.headers["Cache-Control"] == "no-store"
    officer.get(room(case, "/link"))
    assert "/answer/" not in officer.page.get_text()
    officer.send("End this link")
    session.refresh(link)
    assert link.revoked_at is not None


def test_a_link_for_a_time_not_offered_is_refused(officer, case):
    officer.get(room(case, "/link"))

    officer.send("Create a link", days="9999")

    assert officer.status == 422
    assert officer.errors


@pytest.mark.parametrize("page", ["/notice", "/answers", "/record", "/link"])
def test_pages_for_the_officer_are_refused_at_the_wrong_stage_with_the_provision(
    officer, session, case, page
):
    skip_to(session, case, Stage.INTAKE)
    session.commit()

    officer.get(room(case, page))

    assert officer.status == 409
    assert "stage" in officer.text()


def test_reviewer_and_officer_find_only_their_own_steps(reviewer, officer, session, cast, case):
    told(session, cast, case)
    heard(session, cast, case, "disputes", "不服")
    session.commit()

    reviewer.get(room(case))
    assert "Decide whether it is adopted" in reviewer.text()
    assert "Enter answers" not in reviewer.text()
    officer.get(room(case))
    assert "Decide whether it is adopted" not in officer.text()
    assert "Send back" not in officer.text()


def test_the_room_speaks_chinese(another_browser, session, cast, case):
    told(session, cast, case)
    heard(session, cast, case, "partly", "部分不服")
    session.commit()
    officer = another_browser(cast.officer, "zh")

    officer.get(room(case))

    assert officer.heading.endswith("告知与听取申辩")
    assert "部分有异议" in officer.text()
    assert "不得因当事人陈述申辩或者申诉加重处理" in officer.text()
