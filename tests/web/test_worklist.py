"""The records to obtain, as the officer works through them and as others read them."""

import pytest
from sqlalchemy import func, select

from casebook import queries
from casebook.changes import FactEntry
from casebook.models import Event, FactChange, Role
from casebook.procedure.dates import today
from rules.assess import ReadersDiffer, assess
from rules.conduct import Conduct
from rules.vocabulary import vocabulary
from tests.casebook.test_worklist import DESTROYED
from tests.factories import make_user, save
from web.labels import DISPOSITIONS

SETTLED = {"criminal_case_status": "suspected"}


def address(case, end=""):
    return f"/cases/{case.number}/worklist{end}"


def value_of(session, case, fact_id):
    session.expire_all()
    row = queries.facts_of(session, case).get(fact_id)
    session.commit()
    return row and row.value


def count(session, what, *where):
    found = session.scalar(select(func.count(what)).where(*where))
    session.commit()
    return found


def events_of(session, kind):
    return count(session, Event.seq, Event.kind == kind)


def line_of(visitor, fact_id):
    return visitor.page.select_one(f"li#q-{fact_id}")


def test_every_line_says_what_is_asked_what_it_would_settle_and_who_holds_the_record(visitor, case, session):
    visitor.get(address(case))

    assert visitor.status == 200
    line = line_of(visitor, "criminal_case_status").get_text(" ", strip=True)
    assert "Settles the case alone if the answer is" in line
    assert "Refer to a panel" in line
    assert "Who usually holds the record" in line
    assert len(visitor.page.select(".cb-worklist > li")) > 10
    assert events_of(session, "worklist.read") == 1


def test_ticking_a_record_off_keeps_the_answer_and_works_the_list_out_again(visitor, case, session):
    visitor.get(address(case))
    assert "Still possible" in visitor.text()
    form = f"form[action$='/worklist/{next(iter(SETTLED))}']"

    visitor.send(
        form=form, criminal_case_status="suspected", criminal_case_status__evidence="公安机关立案告知书"
    )

    assert visitor.path == address(case)
    assert value_of(session, case, "criminal_case_status") == "suspected"
    assert "No record still to be obtained can change this." in visitor.text()
    assert visitor.page.select(".cb-worklist > li") == []


def test_an_answer_changes_what_is_still_possible_on_the_page(visitor, case, session):
    def possible():
        return [tag.get_text(strip=True) for tag in visitor.page.select(".cb-headline .govuk-tag")]

    def worked_out():
        session.expire_all()
        facts = {fact_id: row.value for fact_id, row in queries.facts_of(session, case).items()}
        found = assess(facts, Conduct.parse(case.conduct), today(), case.region)["reachable"]
        session.commit()
        return [str(DISPOSITIONS[one][0]) for one in found]

    with visitor.client.application.test_request_context("/?lang=en"):
        visitor.get(address(case))
        before = possible()
        assert before == worked_out()
        assert len(before) > 2

        visitor.send(
            form="form[action$='/worklist/evidence_status']", evidence_status="insufficient", evidence_status__evidence="卷一"
        )  # fmt: skip

        assert possible() == worked_out()
        assert 1 < len(possible()) < len(before)


def test_an_answer_that_is_only_claimed_stays_on_the_list_and_says_why(visitor, case, session):
    save(session, case, mental_state=FactEntry("ordinary_negligence", "claimed", "本人自述", ""))
    session.commit()

    visitor.get(address(case))

    line = line_of(visitor, "mental_state").get_text(" ", strip=True)
    assert "Entered so far, but not read by the rules: Ordinary negligence (Claimed only)" in line


def test_an_empty_answer_is_sent_back_to_its_line_and_nothing_is_kept(visitor, case, session):
    before = count(session, FactChange.id)
    visitor.get(address(case))

    visitor.send(form="form[action$='/worklist/conduct_nature']", conduct_nature__note="问过组织部")

    assert visitor.status == 422
    assert "what is still unknown stays on the list" in visitor.errors[0]
    line = line_of(visitor, "conduct_nature")
    assert line.select_one("details").has_attr("open")
    assert line.select_one("textarea").get_text(strip=True) == "问过组织部"
    assert count(session, FactChange.id) == before


def test_what_a_colleague_entered_meanwhile_is_not_overwritten(visitor, case, session, people):
    visitor.get(address(case))
    save(session, case, by=people.colleague, mental_state="gross_negligence")
    session.commit()

    visitor.send(form="form[action$='/worklist/mental_state']", mental_state="ordinary_negligence")

    assert visitor.status == 422
    assert "同事甲" in visitor.errors[0]
    assert value_of(session, case, "mental_state") == "gross_negligence"


def test_a_value_that_its_fact_does_not_take_is_refused_at_its_line(visitor, case, session):
    visitor.get(address(case))

    visitor.post(address(case, "/deaths"), {"deaths": "many", "seen_version": "99"})

    assert visitor.status == 422
    assert value_of(session, case, "deaths") is None


def test_the_printed_list_has_a_place_for_every_answer_under_who_holds_it(visitor, case, session):
    visitor.get(address(case), print=1)

    assert visitor.page.select("form[method=post]") == []
    for group in visitor.page.select("main table tbody"):
        holder, *rows = group.select("tr")
        assert holder.get_text(strip=True).startswith("Held by:")
        assert rows
        assert all(len(row.select("td.cb-blank")) == 2 for row in rows)
    assert len(visitor.page.select("main table tbody")) > 5
    asked = vocabulary().facts["criminal_case_status"].label("en")
    (row,) = (one for one in visitor.page.select("main table tbody tr") if asked in one.get_text())
    assert "Settles the case alone if the answer is" in row.get_text(" ", strip=True)
    choices = [choice.label("en") for choice in vocabulary().facts["criminal_case_status"].choices]
    assert [one.get_text(strip=True) for one in row.select(".cb-choice")] == choices
    places = [int(one.get_text().split(".")[0]) for one in visitor.page.select("main tbody th[scope=row]")]
    assert sorted(places) == list(range(1, len(places) + 1))
    assert events_of(session, "worklist.printed") == 1


def test_who_only_reads_the_case_sees_no_place_to_answer_and_cannot_send_one(
    case, people, another_browser, session
):
    reader = another_browser(people.reviewer)

    reader.get(address(case))

    assert reader.status == 200
    assert reader.page.select("main form") == []
    reader.post(address(case, "/mental_state"), {"mental_state": "ordinary_negligence", "seen_version": "9"})
    assert reader.status == 403
    assert value_of(session, case, "mental_state") is None


def test_a_stranger_is_not_told_what_is_missing(case, another_browser, session):
    outsider = another_browser(make_user(session, Role.OFFICER))

    outsider.get(address(case))

    assert outsider.status in (403, 404)


def test_a_time_on_which_the_answer_turns_is_asked_first_and_each_law_that_may_govern_asks_for_its_own(
    visitor, case, session, people
):
    case.conduct, case.region = {"before": "2021-01-01"}, "440300"
    save(session, case, people.officer, **DESTROYED)
    session.commit()

    visitor.get(address(case))

    assert "establish it first" in visitor.text()
    assert line_of(visitor, "conduct_end_date") is None
    asked = line_of(visitor, "subject_is_party_member").get_text(" ", strip=True)
    assert "for conduct of: 31 December 2003 to 31 December 2015" in asked
    assert "for conduct of" not in line_of(visitor, "criminal_case_status").get_text(" ", strip=True)
    visitor.get(address(case), print=1)
    assert "for conduct of: 31 December 2003 to 31 December 2015" in visitor.text()


@pytest.mark.parametrize("fact_id", ["no_such_fact", "%00"])
def test_a_fact_that_does_not_exist_is_not_found(visitor, case, fact_id):
    visitor.get(address(case))
    visitor.post(address(case, f"/{fact_id}"), {})

    assert visitor.status in (400, 404)


def test_where_nothing_can_be_worked_out_an_unreadable_answer_leads_back_to_the_case(
    visitor, case, monkeypatch
):
    visitor.get(address(case))
    token = visitor.page.select_one("input[name=csrf_token]")["value"]

    def differ(*_):
        raise ReadersDiffer([])

    monkeypatch.setattr("casebook.worklist.worklist", differ)
    answer = visitor.client.post(
        address(case, "/criminal_case_status"),
        data={"csrf_token": token, "criminal_case_status": "none of these"},
    )

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/cases/{case.number}")
