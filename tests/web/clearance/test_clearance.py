"""The pages of a clearance, walked by the people who work on it, and by those who try what is not theirs."""

import pytest

from casebook import events
from casebook.clearance import reach
from casebook.models import Clearance, ClearanceState, Event, Finding
from casebook.procedure.dates import today
from tests import appealed, handled
from tests.clearances import FOUND, a_clearance, a_concluded_complaint, work_off
from tests.complaints import a_complaint
from tests.factories import PASSWORD, make_user


def day(prefix, on=None):
    on = on or today()
    return {f"{prefix}-year": str(on.year), f"{prefix}-month": str(on.month), f"{prefix}-day": str(on.day)}


@pytest.fixture
def clearance(session, cast):
    """One that is approved, with three on its reach map."""
    one = a_clearance(session, cast, "approved")
    session.commit()
    return one


def test_a_name_is_cleared_through_the_pages_from_the_proposal_to_the_end(another_browser, session, cast):
    complaint = a_concluded_complaint(session, cast)
    number = complaint.number
    officer = another_browser(cast.officer)
    officer.get(f"/complaints/{number}/clearance")
    assert officer.page.select_one("textarea[name=p3_found]") is None
    officer.send(
        "Hand in for the re-check", p1_found=FOUND[0], p2_found=FOUND[1], effects=["selection"],
        forms=["written", "meeting"], words="问题失实，影响选拔任用。",
    )  # fmt: skip
    assert officer.status == 200, officer.errors
    page = officer.path
    assert "Clearance is due" in officer.text()
    officer.send(
        "Add the recipient", **{
            "reach-kind": "meeting", "reach-name": "青石镇干部大会", "reach-heard": "会上通报时知悉", "reach-form": "meeting",
        },
    )  # fmt: skip
    assert "0 of 2 recipients" in officer.text()

    reviewer = another_browser(cast.reviewer)
    reviewer.get(page)
    reviewer.send("Enter the re-check", facts="已核对凭证", procedure="程序合规", ok="yes")
    assert "Passed" in reviewer.text()

    chief = another_browser(cast.chief)
    chief.get(page)
    chief.send("Sign", answer="yes", reason="同意。", password=PASSWORD)
    assert "The decision is signed." in chief.text()

    officer.get(page)
    assert "Before it closes:" in officer.text()
    for name, more in (("周某", {}), ("青石镇干部大会", {"present": "46"})):
        officer.get(page)
        officer.get(officer.link(name))
        officer.send("Enter the correction", how="送达澄清函并当面说明", **more)
        assert officer.status == 200, officer.errors
    assert "2 of 2 recipients" in officer.text()
    officer.send("Enter the visit", **{"visit-words": "本人表示安心工作。"})
    officer.send("Close the clearance")

    assert "Closed on" in officer.text()
    one = session.query(Clearance).one()
    session.refresh(one)
    assert (one.state, one.reach[1].present) == (ClearanceState.CLOSED, 46)
    session.commit()


def test_a_request_of_the_person_is_entered_first_and_its_opinion_follows(another_browser, session, cast):
    number = a_concluded_complaint(session, cast).number
    officer = another_browser(cast.officer)
    officer.get(f"/complaints/{number}/clearance")

    officer.send("Enter the request")

    assert "Give the opinion" in officer.text()
    officer.get(officer.link("Give the opinion"))
    officer.send(
        "Hand in for the re-check", clear="not", effects=["none"], words="没有造成影响。",
    )  # fmt: skip
    assert "Do not clear" in officer.text()


@pytest.mark.parametrize(
    "said", ["举报人称不实", "周某一贯清廉、表现优秀", "匿名信所述不实", "2026年3月17日反映的问题不实"]
)
def test_a_point_that_tells_of_the_author_or_praises_stays_in_its_box_with_the_reason(
    another_browser, session, cast, said
):
    number = a_concluded_complaint(session, cast).number
    officer = another_browser(cast.officer)
    officer.get(f"/complaints/{number}/clearance")

    officer.send("Hand in for the re-check", p2_found=said, effects=["selection"], words="问题失实。")

    assert officer.status == 422
    assert officer.value("p2_found") == said
    link = officer.page.select_one(".govuk-error-summary__list a")
    assert link["href"] == "#p2_found"
    assert session.query(Clearance).count() == 0
    session.commit()


def test_a_wrong_password_signs_nothing_and_is_noted(another_browser, session, cast):
    number = a_clearance(session, cast, "checked").number
    chief = another_browser(cast.chief)
    chief.get(f"/clearances/{number}")

    chief.send("Sign", answer="yes", reason="同意。", password="a wrong passphrase")

    assert (chief.status, chief.value("reason")) == (422, "同意。")
    assert session.query(Event).filter_by(kind="clearance.signature_refused").count() == 1
    session.commit()


def test_who_proposed_is_not_offered_to_check_or_sign_and_is_refused(another_browser, session, cast):
    number = a_clearance(session, cast, "checked").number
    officer = another_browser(cast.officer)
    officer.get(f"/clearances/{number}")

    assert not officer.page.select("input[name=password]")
    for path in ("check", "decision", "return"):
        officer.post(f"/clearances/{number}/{path}", {"answer": "yes", "ok": "yes", "reason": "同意"})
        assert officer.status == 403


def test_a_chief_who_proposed_it_or_is_cleared_by_it_does_not_sign(another_browser, session, cast):
    one = a_clearance(session, cast, "checked")
    one.proposed_by_id = cast.chief.id
    events.record(session, "clearance.revised", cast.chief, rows=[one])
    cleared = make_user(session, "chief", organisation=cast.county, name="周　某")
    number = one.number
    chief, himself = another_browser(cast.chief), another_browser(cleared)

    himself.get(f"/clearances/{number}")
    assert himself.status == 404
    himself.get("/clearances")
    assert number not in himself.text()
    chief.get(f"/clearances/{number}")
    assert not chief.page.select("input[name=password]")
    chief.post(f"/clearances/{number}/decision", {"answer": "yes", "reason": "同意", "password": PASSWORD})
    assert chief.status == 403


def test_it_does_not_close_with_one_recipient_left_and_the_page_names_who(
    another_browser, session, cast, clearance
):
    number, version = clearance.number, clearance.version
    officer = another_browser(cast.officer)
    officer.get(f"/clearances/{number}")
    assert "“青石镇党委” has not received the correction" in officer.text()
    assert not officer.page.select(f'form[action="/clearances/{number}/closing"]')

    officer.post(f"/clearances/{number}/closing", {"version": str(version)})

    assert officer.status == 409
    assert "“青石镇干部大会” has not received the correction" in officer.text()
    session.refresh(clearance)
    assert clearance.state == ClearanceState.APPROVED
    session.commit()


def test_of_two_tabs_the_second_is_told_and_keeps_what_was_typed(another_browser, session, cast, clearance):
    number = clearance.number
    one, other = another_browser(cast.officer), another_browser(cast.officer)
    path = f"/clearances/{number}/reach/{clearance.reach[0].id}"
    other_path = f"/clearances/{number}/reach/{clearance.reach[1].id}"
    session.commit()
    other.get(other_path)
    one.get(path)
    one.send("Enter the correction", how="送达")

    other.send("Enter the correction", how="挂号寄送澄清函")

    assert other.status == 409
    assert "Something was done" in other.text()
    assert other.value("how") == "挂号寄送澄清函"
    other.send("Enter the correction")
    assert other.status == 200
    assert "2 of 3 recipients" in other.text()


def test_one_found_late_waits_for_the_leader_who_takes_it_into_the_scope(
    another_browser, session, cast, clearance
):
    row = reach.add(
        session, clearance, cast.officer, kind="body", name="县委组织部", heard="考察时知悉", form="written"
    )
    path = f"/clearances/{clearance.number}/reach/{row.id}"
    officer, chief = another_browser(cast.officer), another_browser(cast.chief)
    officer.get(path)
    assert not {"Take into the scope", "Enter the correction"} & {
        button.get_text(strip=True) for button in officer.page.select("main button")
    }
    officer.post(f"{path}/approval")
    assert officer.status == 403

    chief.get(path)
    chief.send("Take into the scope")

    officer.get(path)
    assert officer.page.select_one("textarea[name=how]")


def test_the_leader_declares_one_out_of_reach_with_a_reason(another_browser, session, cast, clearance):
    path = f"/clearances/{clearance.number}/reach/{clearance.reach[1].id}"
    chief = another_browser(cast.chief)
    chief.get(path)
    chief.send("Declare out of reach", reason="")
    assert chief.status == 422

    chief.send("Declare out of reach", reason="单位已经撤销")

    assert "out of reach: 1" in chief.text()


def test_what_was_lost_is_followed_to_its_result_after_the_closing(another_browser, session, cast, clearance):
    number = clearance.number
    officer = another_browser(cast.officer)
    officer.get(f"/clearances/{number}")
    officer.send(
        "Add it", **{"repair-kind": "award", "repair-lost": "取消评先资格", "repair-responsible": "县委组织部"},
        **day("repair-due_on", today().replace(year=today().year + 1)),
    )  # fmt: skip
    assert officer.status == 200, officer.errors
    session.refresh(clearance)
    work_off(session, cast, clearance)
    session.commit()
    officer.get(f"/clearances/{number}")
    officer.send("Close the clearance")
    assert "Closed on" in officer.text()

    officer.get(officer.link("Award"))
    officer.send("Enter the result", result="not_possible", words="无法补授")
    assert officer.status == 422
    officer.send("Enter the result", result="made_good", words="已补授")

    assert "Made good in another way" in officer.text()


def test_the_register_searches_and_says_how_far_each_is(another_browser, session, cast, clearance):
    ended, number = a_clearance(session, cast, "closed").number, clearance.number
    chief = another_browser(cast.chief)

    chief.get("/clearances")
    assert number in chief.text()
    assert ended in chief.text()
    assert "0 of 3" in chief.text()
    chief.get("/clearances", state="closed")
    assert number not in chief.text()
    assert "3 of 3" in chief.text()
    chief.get("/clearances", q="<script>", due="late", form="nonsense", state="x" * 500)
    assert chief.status == 200
    assert "No clearance matches." in chief.text()


def test_an_unknown_number_a_foreign_row_and_a_stranger_find_nothing(
    another_browser, session, cast, clearance
):
    other = a_clearance(session, cast, "approved")
    number, own, row = clearance.number, clearance.reach[0].id, other.reach[0].id
    officer, stranger = another_browser(cast.officer), another_browser(cast.stranger)

    for path in (
        "/clearances/X-C2026-1",
        f"/clearances/{number}/reach/{row}",
        f"/clearances/{number}/repairs/1",
    ):
        officer.get(path)
        assert officer.status == 404
    for path in ("", "/history", "/opinion", f"/reach/{own}"):
        stranger.get(f"/clearances/{number}{path}")
        assert stranger.status == 404


def test_nothing_of_the_author_stands_on_any_page_of_a_clearance(another_browser, session, cast):
    one = a_clearance(session, cast, "closed", asked_by="respondent")
    number, rows = one.number, [row.id for row in one.reach]
    secret = one.complaint.number
    browsers = {
        who: another_browser(getattr(cast, who)) for who in ("officer", "reviewer", "chief", "auditor")
    }

    for who, browser in browsers.items():
        for path in ("", "/history", *(f"/reach/{row}" for row in rows)):
            browser.get(f"/clearances/{number}{path}")
            told = browser.text()
            assert "March 2026" not in told
            assert not any(
                word in told for word in ("2026-03-17", "letter of complaint", "来信", "举报", "real name")
            )
            if who == "reviewer":
                assert secret not in told


def test_the_page_of_a_clearance_speaks_chinese(another_browser, session, cast, clearance):
    officer = another_browser(cast.officer, "zh")

    officer.get(f"/clearances/{clearance.number}")

    text = officer.text()
    assert "知悉范围清单" in text
    assert officer.page.select("#opinion ~ details a[href^='/rules/']")
    assert "共 3 个知悉对象，已收到澄清 0 个，尚未收到 3 个，无法送达 0 个。" in text
    assert officer.page.select_one("svg")["aria-label"].startswith("共 3 个")


def test_the_words_of_a_recipient_are_text_and_nothing_else(another_browser, session, cast):
    one = a_clearance(session, cast)
    reach.add(
        session, one, cast.officer, kind="public", name="<img src=x onerror=alert(1)>", heard="=HYPERLINK(\"x\")",
        form="written",
    )  # fmt: skip
    officer = another_browser(cast.officer)

    officer.get(f"/clearances/{one.number}")

    assert officer.page.select("main img") == []
    assert "<img src=x" in officer.text()


def test_a_case_whose_decision_was_revoked_links_to_its_clearance(another_browser, session, cast):
    appealed.seeded(session)
    case = appealed.decided(session, cast)
    appeal = appealed.file(session, cast, case)
    by = appealed.assign(session, cast, case, appeal)
    found = appealed.anew("not_established", "0a", error_fell_away=True)
    appealed.decide(session, case, appeal, by, "revoke", ground_code="facts_unclear", anew=found)
    number, clearance = case.number, session.query(Clearance).one().number
    officer, panel = another_browser(cast.officer2), another_browser(by)

    officer.get(f"/cases/{number}")
    officer.get(officer.link(f"Clearance {clearance}"))

    assert officer.heading.endswith("Clearance: 周某")
    assert "青石镇机关全体干部" in officer.text()
    assert officer.link("Give the opinion")
    panel.get(f"/cases/{number}")
    assert clearance not in panel.text()


def test_proposing_again_leads_to_what_is_open_already(another_browser, session, cast, clearance):
    number, complaint = clearance.number, clearance.complaint.number
    officer = another_browser(cast.officer)

    officer.get(f"/complaints/{complaint}/clearance")

    assert officer.path == f"/clearances/{number}"


def test_where_nothing_was_found_untrue_the_form_begins_with_no_clearance_and_says_why(
    another_browser, session, seal, cast
):
    complaint = a_complaint(session, cast, seal, "handling")
    open_ones = [Finding.CANNOT_VERIFY] * len(complaint.points)
    handled.find(session, cast, complaint, *open_ones, whole=Finding.CANNOT_VERIFY)
    handled.conclude(session, cast, complaint)
    session.commit()

    officer = another_browser(cast.officer)
    officer.get(f"/complaints/{complaint.number}/clearance")

    assert officer.page.select_one("input[name=clear][checked]")["value"] == "not"
    assert "there is nothing to clear" in officer.text()
