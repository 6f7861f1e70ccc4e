"""The page of talks and of the commitment record beside a case."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from casebook import audit, commitment
from casebook.models import CommitmentEntry, Event, Stage, Talk
from casebook.procedure.dates import today
from tests.snapshots import prepared
from tests.stages import Cast, recommended_case, skip_to
from tests.web.procedure.test_corrections import date_fields


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
@prepared
def case(session, cast):
    other = recommended_case(session, cast)
    note(session, other, cast.officer, text="另案的表现")
    case = recommended_case(session, cast)
    session.commit()
    return case


@pytest.fixture
def officer(another_browser, cast, case):
    return another_browser(cast.officer)


def note(session, case, by, **changes):
    fields = {
        "channel": "appraisal", "observed_on": today(), "source": "2026年平时考核登记表", "text": "防汛值守在岗",
        "today": today(), **changes,
    }  # fmt: skip
    return commitment.note(session, case, by, **fields)


def talk_fields(**changes) -> dict:
    return {
        "kind": "reminder", "person": "周某", "held_by": "县纪委 李主任", "purpose": "提醒审批手续", "raised": "先建后批",
        "promised": "一个月内补办", **date_fields("held_on", today()), **changes,
    }  # fmt: skip


def test_a_talk_is_entered_and_later_what_became_of_it(session, home, officer, case):
    officer.get(f"/cases/{case.number}")
    officer.get(officer.link("Talks and commitment"))
    officer.get(officer.link("Enter a talk"))
    assert officer.value("person") == "周某"
    officer.send("Enter the talk", **talk_fields(**date_fields("follow_up_on", today() + timedelta(days=30))))
    assert "Reminder talk" in officer.text()
    assert "To be followed up" in officer.text()
    officer.get(next(a["href"] for a in officer.page.select("main a") if "became" in a.get_text()))
    assert "一个月内补办" in officer.text()
    officer.send("Enter the follow-up", words="已补办", **date_fields("followed_up_on", today()))

    assert "Followed up" in officer.text()
    assert "已补办" in officer.text()
    session.expire_all()
    assert session.scalar(select(Talk.followed_up_on)) == today()
    assert audit.verify(session, home).ok


def test_a_talk_with_everything_missing_names_each_field(session, officer, case):
    officer.get(f"/cases/{case.number}/talks/new")
    empty = {f"held_on-{part}": "" for part in ("year", "month", "day")}
    officer.send("Enter the talk", person="", promised="只写了承诺", **empty)

    assert officer.status == 422
    assert officer.errors == [
        "Choose the kind of talk.", "Name the person talked with.", "Enter the day of the talk.",
        "Name who held the talk.", "Say what the talk was for.", "Say what was raised.",
    ]  # fmt: skip
    assert officer.value("promised").strip() == "只写了承诺"
    assert session.scalar(select(Talk)) is None


def test_a_talk_in_the_future_is_refused_at_its_day(officer, case):
    officer.get(f"/cases/{case.number}/talks/new")
    officer.send("Enter the talk", **talk_fields(**date_fields("held_on", today() + timedelta(days=1))))

    assert officer.status == 422
    assert officer.errors == ["The date cannot be in the future."]


def test_an_observation_is_read_by_its_channel(session, officer, case):
    officer.get(f"/cases/{case.number}/talks")
    officer.get(officer.link("Enter an observation"))
    assert "nothing that tells who wrote it" in officer.text()
    officer.send(
        "Enter the observation", channel="inspection", source="巡察反馈意见3号", text="带头化解积案",
        **date_fields("observed_on", today()),
    )  # fmt: skip

    assert "Inspection and audit 带头化解积案" in officer.text()
    assert "巡察反馈意见3号" in officer.text()
    assert "另案的表现" not in officer.text()


def test_a_petition_that_tells_its_author_is_refused_and_stays_on_the_form(session, officer, case):
    officer.get(f"/cases/{case.number}/commitment/new")
    officer.send(
        "Enter the observation", channel="petitions", source="信访局转办单", text="举报人：张三，反映修路",
        **date_fields("observed_on", today()),
    )  # fmt: skip

    assert officer.status == 422
    assert "may not tell who complained" in officer.errors[0]
    assert "张三" in officer.value("text")
    assert session.scalar(select(CommitmentEntry).where(CommitmentEntry.case_id == case.id)) is None


def test_an_observation_without_channel_is_refused(officer, case):
    officer.get(f"/cases/{case.number}/commitment/new")
    officer.send("Enter the observation", source="考核表", text="好", **date_fields("observed_on", today()))

    assert officer.errors == ["Choose the channel."]


def test_no_page_of_the_case_counts_or_scores_the_commitment_record(session, cast, officer, case):
    """Seven entries, and the number seven stands nowhere: every number shown is one of a date, a name or a text."""
    paths = ["", "/talks", "/check", "/history", "/corrections", "/recommendation"]

    def numbers() -> dict[str, list[str]]:
        found = {}
        for path in paths:
            officer.get(f"/cases/{case.number}{path}")
            for entry in officer.page.select("main .cb-plainlist li, main time"):
                entry.decompose()
            found[path] = re.findall(r"\d+", officer.text()) if path != "/history" else []
        return found

    before = numbers()
    for _ in range(7):
        note(session, case, cast.officer)
    session.commit()

    assert numbers() == before


def test_the_reviewer_who_is_not_assigned_reads_and_finds_no_way_to_write(
    session, another_browser, cast, case
):
    note(session, case, cast.officer)
    session.commit()
    reviewer = another_browser(cast.reviewer)
    reviewer.get(f"/cases/{case.number}/talks")

    assert "防汛值守在岗" in reviewer.text()
    assert not [a for a in reviewer.page.select("main a") if a.get_text().startswith("Enter")]
    reviewer.get(f"/cases/{case.number}/talks/new")
    assert reviewer.path.endswith("/talks")
    reviewer.post(f"/cases/{case.number}/talks/new", talk_fields())
    assert reviewer.status == 403
    kinds = set(session.scalars(select(Event.kind).where(Event.case_id == case.id)))
    assert {"talk.read", "commitment.read"} <= kinds


def test_a_talk_of_another_case_is_not_found_under_this_one(session, cast, officer, case):
    from casebook import talks

    other = recommended_case(session, cast)
    theirs = talks.record(
        session, other, cast.officer, kind="summons", person="钱某", held_on=today(), held_by="李主任", purpose="约谈",
        raised="信访积案", today=today(),
    )  # fmt: skip
    page = f"/cases/{case.number}/talks/{theirs.id}/follow-up"
    session.commit()
    officer.get(page)

    assert officer.status == 404


def test_the_page_speaks_chinese(another_browser, cast, case):
    officer = another_browser(cast.officer, "zh")
    officer.get(f"/cases/{case.number}/talks")

    assert officer.heading.endswith("谈话与担当记录")
    assert "任何规则均不读取" in officer.text()


def test_a_follow_up_with_a_wrong_day_is_refused_and_one_that_is_entered_leads_back(
    session, cast, officer, case
):
    from casebook import talks

    talk = talks.record(
        session, case, cast.officer, kind="return_visit", person="周某", held_on=today(), held_by="李主任", purpose="回访",
        raised="整改情况", today=today(),
    )  # fmt: skip
    page = f"/cases/{case.number}/talks/{talk.id}/follow-up"
    session.commit()
    officer.get(page)
    officer.send(
        "Enter the follow-up", words="好转", **date_fields("followed_up_on", today() + timedelta(days=1))
    )
    assert officer.errors == ["The date cannot be in the future."]
    assert officer.value("words").strip() == "好转"
    officer.send("Enter the follow-up", **date_fields("followed_up_on", today()))
    assert officer.status == 200
    officer.get(page)
    assert officer.path.endswith("/talks")


def test_a_closed_case_takes_no_observation_any_more(session, officer, case):
    skip_to(session, case, Stage.CLOSED)
    page = f"/cases/{case.number}/commitment/new"
    session.commit()
    officer.get(page)

    assert officer.path.endswith("/talks")
    assert "Enter an observation" not in officer.text()
