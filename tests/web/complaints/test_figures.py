"""The figures of complaints and clearances on the page and in the spreadsheet: the same, small ones hidden, no names."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from casebook.complaints.figures import last_quarter_end
from casebook.models import Finding
from casebook.procedure.dates import today
from tests.casebook.complaints.test_figures import add
from tests.stages import Cast


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def many(session, cast):
    until = last_quarter_end(today())
    days = {"concluded_on": until, "screened_on": until, "received_on": until - timedelta(days=40)}
    add(session, cast.county, 8, by=cast.receiver, respondent_name="周某某", respondent_unit="青石镇", **days)
    add(session, cast.county, 2, by=cast.receiver, finding=Finding.SUBSTANTIATED, **days)
    session.commit()


def test_the_page_tells_kinds_findings_and_weeks_and_hides_small_numbers(as_, cast, many):
    chief = as_(cast.chief, "en")
    chief.get("/figures")

    cells = [cell.get_text() for cell in chief.page.select("#complaints ~ table tbody tr:first-child > *")]
    assert "Report or accusation" in cells[0]
    assert "2" not in cells[1:]
    assert sum("＊" in cell for cell in cells) >= 2
    for hidden in ("周某某", "青石镇", cast.receiver.name, "Web", "Letter"):
        assert hidden not in chief.page.select_one("main").get_text()


def test_the_spreadsheet_says_the_same(as_, cast, many):
    chief = as_(cast.chief, "zh")
    chief.get("/figures")
    with ZipFile(BytesIO(chief.client.get("/figures.xlsx", buffered=True).data)) as book:
        whole = "".join(book.read(name).decode() for name in book.namelist())

    for table in ("complaints", "complaint_times", "clearances", "reach"):
        assert f'name="{table}"' in whole
    assert "周某某" not in whole
    assert "检举控告办理情况" in whole
    assert "检举控告办理情况" in chief.text()


def test_an_officer_of_another_organ_learns_nothing(as_, cast, many):
    stranger = as_(cast.stranger, "en")
    stranger.get("/figures")

    assert "Report or accusation" not in stranger.text()
