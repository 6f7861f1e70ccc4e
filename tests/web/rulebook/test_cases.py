"""The cases that used a rule: for whoever may read them, and logged."""

from datetime import date

import pytest

from casebook import rulebook
from casebook.models import RuleUse
from casebook.recommend import recommend
from rules.carrying import carrying
from tests.factories import make_case, save

PILOT = {"lack_of_experience_pilot": True, "mental_state": "ordinary_negligence", "purpose": "public"}


@pytest.fixture
def version(session, people, case):
    save(session, case, **PILOT)
    made = recommend(session, case, people.officer, date(2026, 11, 20)).content
    session.commit()
    return made["rules"][carrying(made)[0]]["version"]


def test_an_officer_comes_from_the_rule_to_the_cases_and_their_recommendations(version, case, visitor):
    visitor.get(f"/rules/{version}")
    visitor.get(visitor.link("Cases that used this rule"))

    assert case.number in visitor.text()
    assert visitor.page.select_one(f"a[href='/cases/{case.number}/recommendation/1']")
    assert "whole site" not in visitor.text()


def test_many_cases_are_read_page_by_page_the_newest_first(
    version, case, people, session, visitor, monkeypatch
):
    monkeypatch.setattr(rulebook, "MOST", 2)
    more = [make_case(session, people.officer) for _ in range(3)]
    session.add_all(RuleUse(rule=version, case_id=one.id, seq=1) for one in more)
    session.commit()
    numbers = [one.number for one in reversed([case, *more])]

    def shown():
        return [link.get_text() for link in visitor.page.select("main tbody th a")]

    visitor.get(f"/rules/{version}/cases")
    assert shown() == numbers[:2]
    visitor.get(visitor.link("Next page"))
    assert shown() == numbers[2:]
    assert "Next page" not in visitor.text()
    visitor.get(visitor.link("Previous page"))
    assert shown() == numbers[:2]
    visitor.get(f"/rules/{version}/cases", page=99)
    assert shown() == numbers[:2]  # beyond the last page: not “none”
    assert "whole site" not in visitor.text()


def test_a_stranger_finds_none_of_them(version, case, people, another_browser):
    browser = another_browser(people.stranger)
    browser.get(f"/rules/{version}/cases")

    assert browser.status == 200
    assert case.number not in browser.text()
    assert "fewer than five" in browser.text()


def test_a_rule_that_nobody_has_is_not_found(visitor):
    visitor.get("/rules/none@2000-01-01/cases")

    assert visitor.status == 404
