"""Numbers of papers: one row of whole numbers for each organ and year, whatever goes wrong in between."""

from datetime import date

import pytest
from sqlalchemy import select

from casebook import events
from casebook.db import utc_now
from casebook.errors import NotReady
from casebook.models import OfficeSetting, Paper
from casebook.papers import numbering
from casebook.papers.issue import issue
from casebook.procedure.dates import today
from tests.stages import Cast, recommended_case


def test_two_organs_and_two_years_count_each_for_themselves(session, home):
    cast = Cast(session)
    other = Cast(session)
    next_year = today().replace(year=today().year + 1, day=1)
    case, elsewhere = recommended_case(session, cast), recommended_case(session, other)

    def made(case, by, on):
        return issue(session, home, case, "recommendation_report", by, on).seq

    assert made(case, cast.officer, today()) == 1
    assert made(elsewhere, other.officer, today()) == 1
    assert made(case, cast.officer, today()) == 2
    assert made(case, cast.officer, next_year) == 1
    assert made(elsewhere, other.officer, today()) == 2


def test_a_rolled_back_transaction_gives_its_number_back(session, home):
    cast = Cast(session)
    case = recommended_case(session, cast)
    session.commit()

    issue(session, home, case, "recommendation_report", cast.officer, today())
    session.rollback()
    with pytest.raises(NotReady):
        issue(session, home, case, "decision", cast.officer, today())
    session.rollback()
    again = issue(session, home, case, "recommendation_report", cast.officer, today())

    assert again.seq == 1
    assert [paper.seq for paper in session.scalars(select(Paper))] == [1]


def test_a_number_is_printed_as_the_standard_says():
    assert numbering.printed("青纪监", 2026, 3) == "青纪监〔2026〕3号"


def test_an_organ_may_have_a_word_of_its_own_for_its_numbers(session, home):
    cast = Cast(session)
    case = recommended_case(session, cast)
    own = OfficeSetting(
        organisation_id=cast.county.id, key=numbering.WORD, value="青纪监", by_id=cast.chief.id, at=utc_now()
    )
    session.add(own)
    session.flush()
    events.record(session, "paper.issued", cast.chief, rows=[own])

    paper = issue(session, home, case, "recommendation_report", cast.officer, date(2027, 1, 4))

    assert paper.number == "青纪监〔2027〕1号"
    assert paper.content["head"]["number"] == paper.number
