"""The pages of the panel and of its decision, each taken by the right person in a browser of their own."""

import pytest
from sqlalchemy import select

from casebook.audit import verify
from casebook.models import Case, Decision, Event, Stage, Vote
from casebook.procedure.dates import today
from tests.factories import PASSWORD
from tests.panels import CADRE, GRAVE, TEXTS, conclude, draft, leave_panel, meet, told
from tests.stages import Cast, bring


def days(name, day=None) -> dict:
    day = day or today()
    return {f"{name}-year": str(day.year), f"{name}-month": str(day.month), f"{name}-day": str(day.day)}


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def case(session, cast):
    """A referred case before the panel, and another as noise."""
    bring(session, cast, Stage.PANEL)
    found = bring(session, cast, Stage.PANEL, **CADRE)
    session.commit()
    return found


@pytest.fixture
def open_browser(another_browser, case):
    """A browser of somebody, on the page of the panel."""

    def browser(user, page="panel", number=None):
        visitor = another_browser(user)
        visitor.get(f"/cases/{number or case.number}/{page}")
        return visitor

    return browser


def fresh(session, case) -> Case:
    session.expire_all()
    return session.get(Case, case.id)


def test_a_case_goes_from_the_panel_to_closing_by_the_pages_alone(session, cast, case, open_browser):
    number, users = case.number, (cast.member, cast.member2, cast.chief)
    first, second, third = (user.id for user in users)
    chief = open_browser(cast.chief)
    chief.send("Seat the panel", chair=str(third), members=[str(first), str(second)])
    assert chief.status == 200
    members = [open_browser(user, number=number) for user in users[:2]]
    for browser in (*members, chief):
        browser.get(f"/cases/{number}/panel")
        browser.send("None concerns me: go on")
        assert browser.path == f"/cases/{number}/panel"
    chief.send("Open the meeting", place="第一会议室", **days("held_on"))
    assert "Still to vote" in chief.text()
    for browser in members:
        browser.get(f"/cases/{number}/panel")
        browser.send("Vote", disposition="correct", words="同意，应当纠正。")
        assert "Your vote is on record" in browser.page.get_text()
        assert "同意，应当纠正" not in browser.text()
    chief.get(f"/cases/{number}/panel")
    chief.send("Vote", disposition="correct", words="同意。")
    chief.send("Close the minutes", minutes="逐项审议，一致同意纠正。", others="记录员 赵某")
    assert "Majority: Correct" in chief.text()
    chief.get(chief.link("Draft the decision"))
    chief.send("Keep the draft", measures_correction=["1a", "2"], **TEXTS)
    assert chief.status == 200
    assert "Not signed" in chief.text()
    chief.send("Sign the decision", password=PASSWORD)
    assert chief.path == f"/cases/{number}/decision"
    assert "Stands" in chief.text()
    officer = open_browser(cast.officer, "decision", number)
    for kind in ("person", "unit"):
        officer.send("Record the service", kind=kind, recipient="周某", how="直接送达", **days("served_on"))
        assert officer.status == 200
    officer.send("Conclude the service")
    officer.send("Put into force", **days("on"))
    assert fresh(session, case).stage == Stage.IN_FORCE
    assert verify(session).ok


def test_each_sees_only_what_is_theirs_to_do(session, cast, case, open_browser):
    meet(session, cast, case)
    session.commit()
    member, chief, officer = (open_browser(user) for user in (cast.member, cast.chief, cast.officer))
    assert member.page.select_one("form[action$='/panel/vote']")
    assert not member.page.select_one("form[action$='/panel/minutes']")
    assert not chief.page.select_one("form[action$='/panel/vote']")
    assert chief.page.select_one("form[action$='/panel/minutes']")
    assert not officer.page.select("main form[action*='/panel/']")


def test_votes_are_read_by_nobody_until_the_minutes_are_closed(session, cast, case, open_browser):
    from casebook.procedure import panel

    meet(session, cast, case)
    panel.vote(session, case, cast.member, "tolerate", "我的少数意见")
    session.commit()
    for user in (cast.chief, cast.member2, cast.officer, cast.reviewer, cast.auditor):
        assert "我的少数意见" not in open_browser(user).page.get_text()


def test_a_vote_sent_for_somebody_else_is_ones_own(session, cast, case, open_browser):
    meet(session, cast, case)
    session.commit()
    other = str(cast.member2.id)
    member = open_browser(cast.member)
    member.send("Vote", disposition="correct", words="同意", user_id=other, by=other)
    assert [vote.user_id for vote in session.scalars(select(Vote))] == [cast.member.id]


def test_a_vote_without_words_keeps_what_was_chosen(session, cast, case, open_browser):
    meet(session, cast, case)
    session.commit()
    member = open_browser(cast.member)
    member.send("Vote", disposition="tolerate", words="")
    assert member.status == 422
    assert member.errors
    assert member.page.select_one("input[name=disposition][value=tolerate]").has_attr("checked")


def test_a_panel_too_small_is_refused_with_what_was_chosen(session, cast, case, open_browser):
    member, chair = cast.member.id, cast.chief.id
    chief = open_browser(cast.chief)
    chief.send("Seat the panel", chair=str(chair), members=[str(member)])
    assert chief.status == 422
    assert chief.page.select_one(f"input[name=members][value='{member}']").has_attr("checked")


@pytest.mark.parametrize(
    "step", ["seats", "meeting", "absence", "vote", "minutes", "return", "decision", "sign"]
)
@pytest.mark.parametrize("who", ["officer", "reviewer", "superior_member", "superior"])
def test_who_has_no_part_in_the_panel_changes_nothing(session, cast, case, open_browser, step, who):
    meet(session, cast, case)
    session.commit()
    number = case.number
    visitor = open_browser(getattr(cast, who), "history", number)
    visitor.get("/account")
    token = {"csrf_token": visitor.value("csrf_token")}
    answer = visitor.client.post(f"/cases/{number}/panel/{step}", data=token)
    assert answer.status_code in (403, 404)
    assert fresh(session, case).stage == Stage.PANEL
    assert session.scalars(select(Vote)).all() == []


def test_a_wrong_password_signs_nothing_and_too_many_are_refused(session, cast, case, open_browser):
    conclude(session, cast, case, "correct")
    draft(session, cast, case, "1a")
    session.commit()
    chief = open_browser(cast.chief)
    chief.send("Sign the decision", password="wrong")
    assert chief.status == 422
    assert "The password is wrong" in chief.errors[0]
    assert "wrong" not in str(chief.page.select_one("input[name=password]"))
    statuses = set()
    for _try in range(12):
        chief.send("Sign the decision", password="wrong")
        statuses.add(chief.status)
        if chief.status == 429:
            break
    assert 429 in statuses
    assert fresh(session, case).stage == Stage.PANEL
    tried = session.scalars(select(Event).where(Event.kind == "signature.refused")).all()
    assert tried
    assert all((one.by_id, one.case_id, one.detail) == (cast.chief.id, case.id, {}) for one in tried)


def test_a_draft_replaced_meanwhile_is_not_signed(session, cast, case, open_browser):
    conclude(session, cast, case, "correct")
    draft(session, cast, case, "1a")
    session.commit()
    chief = open_browser(cast.chief)
    draft(session, cast, case, "1b")
    session.commit()
    chief.send("Sign the decision", password=PASSWORD)
    assert chief.status == 409
    assert session.scalars(select(Decision).where(Decision.signed_at.is_not(None))).all() == []


def test_the_draft_form_offers_only_what_the_law_gives_this_person(session, cast, open_browser):
    grave = told(
        session,
        cast,
        "hold_accountable",
        ["P2", "G3"],
        **{**GRAVE, "subject_category": "grassroots_org_manager"},
    )
    conclude(session, cast, grave, "hold_accountable")
    session.commit()
    chief = open_browser(cast.chief, "panel/decision", grave.number)
    offered = {box["value"] for box in chief.page.select("input[type=checkbox]")}
    assert {"G1", "G2", "G3", "P1"} <= offered
    assert not offered & {"G4", "G5", "G6", "5", "8", "I1", "0a"}
    assert "Not open here" in chief.text()
    checked = {box["value"] for box in chief.page.select("input[type=checkbox][checked]")}
    assert checked == {"P2", "G3"}


def test_a_measure_not_offered_is_refused_though_it_is_sent(session, cast, case, open_browser):
    conclude(session, cast, case, "correct")
    session.commit()
    chief = open_browser(cast.chief, "panel/decision")
    chief.send("Keep the draft", measures_correction=["1a", "G6"], **TEXTS)
    assert chief.status == 422
    assert TEXTS["reason"] in chief.page.select_one("textarea[name=reason]").get_text()
    chief.send("Keep the draft", measures_correction=["1a"], **{**TEXTS, "considered": ""})
    assert chief.status == 422
    assert session.scalars(select(Decision)).all() == []


def test_months_and_their_provision_are_typed_beside_the_measure(session, cast, case, open_browser):
    conclude(session, cast, case, "correct")
    session.commit()
    chief = open_browser(cast.chief, "panel/decision")
    chief.send("Keep the draft", measures_correction=["3"], months_3="半年", basis_3="", **TEXTS)
    assert chief.status == 422
    chief.send("Keep the draft", measures_correction=["3"], months_3="6", basis_3="", **TEXTS)
    assert chief.status == 422
    chief.send(
        "Keep the draft", measures_correction=["3"], months_3="6", basis_3="某省诫勉办法第十条", **TEXTS
    )
    assert "Months set on: 某省诫勉办法第十条" in chief.text()


def test_the_decision_page_shows_that_a_decision_was_changed_behind_the_record(
    session, cast, case, open_browser
):
    leave_panel(session, cast, case)
    session.commit()
    assert "differs from what was signed" not in open_browser(cast.officer, "decision").text()
    session.query(Decision).update({"reason": "另一理由"})
    session.commit()
    assert "differs from what was signed" in open_browser(cast.officer, "decision").text()


def test_the_service_form_names_what_is_wrong_and_keeps_what_was_typed(session, cast, case, open_browser):
    leave_panel(session, cast, case)
    session.commit()
    officer = open_browser(cast.officer, "decision")
    officer.send("Record the service", kind="unit", recipient="青石镇人民政府", how="", **days("served_on"))
    assert officer.status == 422
    assert officer.value("recipient") == "青石镇人民政府"
    assert "First the person and the unit must have been served" in officer.text()


def test_departures_are_shown_by_rule_without_a_name(session, cast, open_browser, another_browser):
    grave = told(session, cast, "hold_accountable", ["P2"], **GRAVE)
    conclude(session, cast, grave, "correct")
    from tests.panels import sign

    sign(session, grave, cast.chief, draft(
        session, cast, grave, "3", departure_code="proportion", departure_reason="错责相当"
    ))  # fmt: skip
    session.commit()
    visitor = another_browser(cast.chief)
    visitor.get("/departures")
    assert "1 of 1 decisions" in visitor.text()
    assert "Proportion between error and consequence" in visitor.text()
    for user in (cast.member, cast.member2, cast.officer):
        assert user.name not in visitor.text()


def test_the_chief_closes_a_corrected_case(session, cast, another_browser):
    case = bring(session, cast, Stage.CORRECTED)
    session.commit()
    chief = another_browser(cast.chief)
    chief.get(f"/cases/{case.number}/decision")
    chief.send("Close the case")
    assert chief.status == 422
    chief.send("Close the case", code="carried_out")
    assert fresh(session, case).stage == Stage.CLOSED
