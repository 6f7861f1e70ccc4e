"""The page of files on a false accusation: refused without grounds, entered by the right people, nothing typed is lost."""

import pytest
from sqlalchemy import func, select

from casebook.complaints import false_accusation
from casebook.models import AuthorFinding, Event, FalseAccusation, Naming
from casebook.procedure.dates import today
from tests.casebook.complaints.test_false_accusation import GROUNDS
from tests.complaints import SEALED, a_complaint
from tests.stages import Cast

FIELDS = {name: GROUNDS[name] for name in ("fabrication_is", "fabrication", "intent_is", "intent")} | {
    "managing_level": "",
    "aggravators": "vile_means",
}
DAY = {
    f"on-{part}": str(value)
    for part, value in zip(("year", "month", "day"), today().timetuple()[:3], strict=True)
}


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def complaint(session, cast, app):
    found = a_complaint(session, cast, app.extensions["casebook.seal"], "concluded")
    session.commit()
    return found


def address(complaint, *more):
    return "/".join((f"/complaints/{complaint.number}/false-accusation", *map(str, more)))


def files(session):
    return session.scalar(select(func.count()).select_from(FalseAccusation))


def proposed(session, cast, complaint):
    row = false_accusation.propose(session, complaint, cast.officer, **{**GROUNDS, "today": today()})
    session.commit()
    return row


def test_without_grounds_the_page_says_what_is_missing_and_keeps_what_was_typed(
    as_, session, cast, complaint
):
    officer = as_(cast.officer, "en")
    officer.get(address(complaint))
    assert "Untrue is not false" in officer.text()

    officer.send("Propose the file", **{**FIELDS, "intent_is": "unknown", "intent": "尚在调查其动机"})

    assert officer.status == 409
    assert "Still to be established: Intent to frame" in officer.text()
    assert officer.page.select_one("textarea[name=fabrication]").get_text().strip() == FIELDS["fabrication"]
    assert files(session) == 0


def test_what_is_left_empty_is_named(as_, session, cast, complaint):
    officer = as_(cast.officer, "zh")
    officer.get(address(complaint))

    officer.send("提请认定", **{**FIELDS, "intent": ""})

    assert officer.status == 422
    assert officer.page.select_one(".govuk-error-summary a[href='#intent']")
    assert files(session) == 0


def test_the_author_s_words_do_not_get_into_the_evidence(as_, session, cast, complaint):
    officer = as_(cast.officer, "zh")
    officer.get(address(complaint))

    officer.send("提请认定", **{**FIELDS, "fabrication": f"{SEALED['name']}伪造了截图，经鉴定属实。"})

    assert officer.status == 422
    assert files(session) == 0


def test_from_the_proposal_to_the_end_by_the_pages(as_, session, cast, complaint):
    officer, chief = as_(cast.officer, "en"), as_(cast.chief, "en")
    officer.get(address(complaint))
    officer.send("Propose the file", **FIELDS, instigated="yes")
    assert "waits for approval" in officer.text()
    rules = {link["href"] for link in officer.page.select("main details a[href^='/rules/']")}
    assert rules
    for rule in rules:
        assert officer.client.get(rule).status_code == 200
    assert "Instigated or hired others Yes" in officer.text()
    assert not officer.page.select_one("form[action$='/approve']")

    chief.get(address(complaint))
    chief.send("Enter the approval", level="city", organ="云山市纪委监委", reference="云纪批〔2026〕5号",
               accuser_status="other")  # fmt: skip
    assert chief.status == 200
    session.refresh(complaint)
    assert complaint.author_finding == AuthorFinding.MALICIOUS

    officer.get(address(complaint))
    officer.send("Enter to whom it went", routes=["public_security"], to="青溪县公安局")
    officer.send("Close the file", outcome="处以行政拘留五日", gains="没有")
    assert officer.status == 200
    assert "处以行政拘留五日" in officer.text()
    kinds = set(session.scalars(select(Event.kind)))
    assert {
        f"false_accusation.{one}" for one in ("proposed", "approved", "routed", "closed", "read")
    } <= kinds


def test_a_level_below_the_city_is_not_offered_and_not_taken(as_, session, cast, complaint):
    row = proposed(session, cast, complaint)
    chief = as_(cast.chief, "en")
    chief.get(address(complaint))
    assert [one["value"] for one in chief.page.select("input[name=level]")] == ["city", "province", "central"]

    chief.send("Enter the approval", level="county", organ="青溪县纪委监委", reference="1")

    assert chief.status == 422
    session.refresh(row)
    assert row.state == "proposed"


def test_a_refusal_stays_on_the_page(as_, session, cast, complaint):
    proposed(session, cast, complaint)
    chief = as_(cast.chief, "en")
    chief.get(address(complaint))
    chief.send("Enter that it is not approved", reason="意图证据不足")

    assert "意图证据不足" in chief.text()
    officer = as_(cast.officer, "en")
    officer.get(address(complaint))
    assert "意图证据不足" in officer.text()
    assert officer.page.select_one("textarea[name=fabrication]")


@pytest.mark.parametrize(
    ("naming", "asked"),
    [("anonymous", ["unknown"]), ("real_name", ["party_member", "public_official", "other"])],
)
def test_whoever_proposes_is_asked_no_status_and_the_chief_that_of_the_author(
    as_, session, cast, app, naming, asked
):
    """A question with one answer would tell whoever handles it how it is signed."""
    seal = app.extensions["casebook.seal"]
    complaint = a_complaint(session, cast, seal, "concluded", naming=Naming(naming))
    session.commit()
    officer, chief = as_(cast.officer, "en"), as_(cast.chief, "en")
    officer.get(address(complaint))
    before = [one["name"] for one in officer.page.select("input")]
    proposed(session, cast, complaint)
    officer.get(address(complaint))
    chief.get(address(complaint))

    assert "fabrication_is" in before
    assert "accuser_status" not in before
    assert "Status of the person" not in officer.text()
    assert [one["value"] for one in chief.page.select("input[name=accuser_status]")] == asked


def test_the_duty_not_to_look_for_an_anonymous_author_is_said_of_every_complaint(as_, cast, complaint):
    """Said of some alone, it would tell whoever handles them how they are signed."""
    officer = as_(cast.officer, "en")
    officer.get(address(complaint))

    assert "nobody looks for a person" in officer.text()


def test_who_screens_the_respondent_and_strangers_do_not_see_it(as_, session, cast, complaint):
    proposed(session, cast, complaint)
    for who, status in (
        ("receiver", 403), ("member", 403), ("administrator", 403), ("stranger", 404), ("officer2", 404),
        ("auditor", 200), ("superior", 200),
    ):  # fmt: skip
        visitor = as_(getattr(cast, who))
        visitor.get(address(complaint))
        assert visitor.status == status, who
        assert status == 200 or GROUNDS["intent"] not in visitor.text()


def test_a_file_of_another_complaint_is_not_found_here(as_, session, cast, complaint, app):
    row = proposed(session, cast, complaint)
    other = a_complaint(session, cast, app.extensions["casebook.seal"], "concluded")
    session.commit()
    chief = as_(cast.chief)
    chief.get(address(other))

    chief.post(address(other, row.id, "refuse"), {"reason": "不同意"})

    assert chief.status == 404
    session.refresh(row)
    assert row.state == "proposed"


def test_markup_in_the_evidence_is_text(as_, session, cast, complaint):
    text = "<script>alert(1)</script>{{ 7*7 }}转账截图系伪造"
    false_accusation.propose(
        session, complaint, cast.officer, **{**GROUNDS, "fabrication": text, "today": today()}
    )
    session.commit()
    officer = as_(cast.officer)
    officer.get(address(complaint))

    assert text in officer.text()
    assert not officer.page.select_one("dd script")
