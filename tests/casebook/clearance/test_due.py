"""Deadlines of a clearance: worked out from its dates; the steps of a province run in that province alone."""

from datetime import date, timedelta

import pytest

from casebook.clearance import clearances, due, visits
from casebook.clocks import calendar
from casebook.clocks.working import working_days
from casebook.procedure.dates import today
from rules.counting import WorkingDays
from tests.clearances import a_clearance, a_concluded_complaint, opinion_on

PLAIN = WorkingDays(lambda year: {})


def of(clearance, working=PLAIN):
    return {one.code: one for one in due.deadlines(clearance, working)}


@pytest.mark.parametrize(
    ("asked_on", "due_on"),
    [(date(2026, 6, 5), date(2026, 6, 16)), (date(2026, 9, 25), date(2026, 10, 12))],
)
def test_in_jiangxi_the_opinion_is_due_seven_working_days_after_the_request(session, cast, asked_on, due_on):
    calendar.seed(session, None)
    complaint = a_concluded_complaint(session, cast, region="360302")
    clearance = clearances.ask(session, cast.officer, complaint=complaint, asked_on=asked_on)

    found = of(clearance, working_days(session, cast.county))["clearance.opinion"]

    assert (found.starts_on, found.due_on, found.met_on) == (asked_on, due_on, None)
    assert "江西" in found.law.zh
    assert found.is_late(due_on + timedelta(days=1))
    assert not found.is_late(due_on)


def test_an_opinion_meets_it_and_no_other_region_has_it(session, cast):
    complaint = a_concluded_complaint(session, cast, region="360302")
    clearance = clearances.ask(session, cast.officer, complaint=complaint, asked_on=today())
    clearances.give_opinion(session, clearance, cast.officer, opinion_on(complaint), on=today())

    assert of(clearance)["clearance.opinion"].met_on == today()
    assert due.next_due(clearance, PLAIN) is None
    clearance.complaint.region = "430000"
    assert of(clearance) == {}


def test_in_jilin_each_step_has_five_working_days_and_the_map_ten(session, cast):
    complaint = a_concluded_complaint(session, cast, region="220102")
    clearance = a_clearance(session, cast, "approved", complaint=complaint)

    found = due.deadlines(clearance, PLAIN)

    steps = [one for one in found if one.code == "clearance.step"]
    assert [one.title.zh.split("：")[1] for one in steps] == ["提出意见", "复核", "批准"]
    assert all(one.met_on == today() for one in steps)
    joint = next(one for one in found if one.code == "clearance.joint_step")
    assert (joint.due_on, joint.met_on) == (PLAIN.add(today(), 10), None)


def test_a_year_without_a_calendar_gives_no_day_and_guesses_none(session, cast):
    complaint = a_concluded_complaint(session, cast, region="360302")
    clearance = clearances.ask(session, cast.officer, complaint=complaint, asked_on=today())

    assert of(clearance, WorkingDays(lambda year: None))["clearance.opinion"].due_on is None


def test_the_visit_is_due_on_its_day_and_a_further_one_on_the_day_it_set(session, cast):
    clearance = a_clearance(session, cast, "approved")
    first = clearance.visit_due_on
    assert due.next_due(clearance, PLAIN) == first
    again = today() + timedelta(days=15)
    visits.enter(
        session, clearance, cast.officer, visited_on=today(), words="已送达", further="考核等次待更正",
        next_on=again,
    )  # fmt: skip

    every = [one for one in due.deadlines(clearance, PLAIN) if one.code == "visit"]

    assert [(one.due_on, one.met_on) for one in every] == [(again, None), (first, today())]
    assert visits.next_due(clearance) == again


def test_a_refused_clearance_runs_no_clock_but_the_answer(session, cast):
    complaint = a_concluded_complaint(session, cast, region="220102")
    clearance = a_clearance(session, cast, "refused", complaint=complaint, asked_by="respondent")

    still = [one.title.zh for one in due.deadlines(clearance, PLAIN) if one.is_open]

    assert len(still) == 1
    assert "答复申请人" in still[0]
