"""The pages of the corrections: order, completion with its file, verification by another, follow-up and the end."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from casebook import audit
from casebook.models import Attachment, Case, Correction, Decision, Event, Recommendation, Stage
from casebook.procedure import correct
from casebook.procedure.dates import today
from tests.factories import attach, save
from tests.stages import Cast, recommended_case, skip_to
from tests.web.visitor import Visitor


def date_fields(name, day) -> dict:
    return {f"{name}-year": str(day.year), f"{name}-month": str(day.month), f"{name}-day": str(day.day)}


def order_fields(**changes) -> dict:
    return {
        "error_code": "approval_missing", "error": "未批先建", "measure_code": "formalities", "measure": "补办手续",
        "responsible": "周某", "unit": "青石镇", **date_fields("due_on", today() + timedelta(days=30)), **changes,
    }  # fmt: skip


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def case(session, cast):
    """A case in force, and another whose corrections are noise."""
    other = skip_to(session, recommended_case(session, cast), Stage.IN_FORCE)
    make(session, other, cast.officer, error="另案的失误")
    known = {"subject_is_party_member": True, "subject_is_leading_cadre": True, "circumstances_grade": "light"}
    case = recommended_case(session, cast, formal_approval_missing=True, **known)
    skip_to(session, case, Stage.IN_FORCE)
    session.commit()
    return case


def make(session, case, by, **changes):
    fields = {
        "error_code": "approval_missing", "error": "未批先建", "responsible": "周某", "unit": "青石镇",
        "measure_code": "formalities", "measure": "补办手续", "due_on": today() + timedelta(days=30), "today": today(),
        **changes,
    }  # fmt: skip
    return correct.order(session, case, by, **fields)


@pytest.fixture
def officer(another_browser, cast, case):
    return another_browser(cast.officer)


@pytest.fixture
def chief(another_browser, cast, case):
    return another_browser(cast.chief)


def reported(session, home, cast, case, **changes):
    correction = make(session, case, cast.officer, **changes)
    evidence = attach(session, home, case, filename=f"proof{correction.id}.txt")
    correct.report_done(
        session, case, cast.officer, correction.id, done_on=today(), words="已取得批复", attachment_id=evidence.id,
        today=today(),
    )  # fmt: skip
    session.commit()
    return correction


def states(session, case) -> list[str]:
    session.expire_all()
    found = list(session.scalars(select(Correction.state).where(Correction.case_id == case.id)))
    session.commit()
    return found


def test_the_case_page_leads_to_the_corrections(officer, case):
    officer.get(f"/cases/{case.number}")
    officer.get(officer.link("Corrections"))

    assert officer.heading.endswith("Corrections of the case")
    assert "No correction has been ordered" in officer.text()


def test_a_case_goes_from_an_error_to_concluded_corrections(session, home, officer, chief, case):
    officer.get(f"/cases/{case.number}/corrections")
    officer.get(officer.link("Order a correction"))
    assert (officer.value("responsible"), officer.value("unit")) == ("周某", "青石镇")
    officer.send("Order the correction", **order_fields())
    assert officer.status == 200
    assert "The correction is ordered." in officer.text()
    officer.get(officer.link("Enter completion : 1"))
    officer.send(
        "Enter completion", files={"file": (io.BytesIO(b"approved"), "批复.txt")}, words="已取得批复",
        **date_fields("done_on", today()),
    )  # fmt: skip
    assert "To be verified" in officer.text()
    assert "Conclude" not in [button.get_text(strip=True) for button in officer.page.select("main button")]
    chief.get(f"/cases/{case.number}/corrections")
    chief.get(chief.link("Verify : 1"))
    assert "批复.txt" in chief.text()
    chief.send(
        "Enter the verification", passed="yes", words="已核对原件", **date_fields("verified_on", today())
    )
    assert "Verification passed" in chief.text()
    officer.get(f"/cases/{case.number}/corrections")
    officer.send("Conclude the corrections")

    session.expire_all()
    assert session.get(Case, case.id).stage == Stage.CORRECTED
    assert audit.verify(session, home).ok


def test_the_facts_propose_what_to_order_and_the_order_starts_from_it(officer, case):
    officer.get(f"/cases/{case.number}/corrections")
    assert "Approval missing, as in building before approval" in officer.text()
    assert "Choice of this system, no provision" in officer.text()
    officer.get(officer.link("Order this correction : Approval missing, as in building before approval"))

    assert (officer.value("error_code"), officer.value("measure_code")) == ("approval_missing", "formalities")


def test_what_is_ordered_is_no_longer_proposed(session, cast, officer, case):
    make(session, case, cast.officer)
    session.commit()
    officer.get(f"/cases/{case.number}/corrections")

    assert not [
        link for link in officer.page.select("main table a") if "Approval missing" in link.get_text(" ")
    ]


def test_an_order_with_everything_missing_names_each_field_and_keeps_what_was_typed(session, officer, case):
    officer.get(f"/cases/{case.number}/corrections/order")
    officer.send("Order the correction", error="只写了这一句", unit="", responsible="")

    assert officer.status == 422
    assert officer.errors == [
        "Choose the kind of error.", "Choose the corrective measure.", "Say what is to be done.",
        "Name the responsible person.", "Name the responsible unit.", "Enter the day by which it is to be done.",
    ]  # fmt: skip
    assert officer.value("error").strip() == "只写了这一句"
    assert states(session, case) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (date_fields("due_on", today()), "after today"),
        ({"due_on-month": "13"}, "month must be 1 to 12"),
        ({"error_code": "made_up"}, "kinds of error listed"),
        ({"measure_code": "none_already"}, "measures listed"),
        ({"responsible": "周某\x00"}, "control characters"),
    ],
)
def test_a_wrong_order_is_refused_at_its_field(session, officer, case, changes, said):
    officer.get(f"/cases/{case.number}/corrections/order")
    officer.send("Order the correction", **order_fields(**changes))

    assert officer.status == 422
    assert said in officer.errors[0]
    assert states(session, case) == []


def test_completion_without_a_file_is_refused_and_the_words_stay(session, cast, officer, case):
    correction = make(session, case, cast.officer)
    session.commit()
    officer.get(f"/cases/{case.number}/corrections/{correction.id}/done")
    officer.send("Enter completion", words="已完成", **date_fields("done_on", today()))

    assert officer.status == 422
    assert officer.errors == ["Choose a file of this case as evidence."]
    assert officer.value("words").strip() == "已完成"
    assert states(session, case) == ["open"]


def test_a_completion_that_is_refused_keeps_no_file_in_the_case(session, cast, officer, case):
    correction = make(session, case, cast.officer)
    session.commit()
    officer.get(f"/cases/{case.number}/corrections/{correction.id}/done")
    officer.send(
        "Enter completion", files={"file": (io.BytesIO(b"early"), "a.txt")}, words="已完成",
        **date_fields("done_on", today() + timedelta(days=1)),
    )  # fmt: skip

    assert officer.status == 422
    assert "future" in officer.errors[0]
    assert session.scalar(select(Attachment).where(Attachment.case_id == case.id)) is None


def test_a_file_of_a_kind_not_taken_is_refused_at_its_field(session, cast, officer, case):
    correction = make(session, case, cast.officer)
    session.commit()
    officer.get(f"/cases/{case.number}/corrections/{correction.id}/done")
    officer.send(
        "Enter completion", files={"file": (io.BytesIO(b"MZ"), "run.exe")}, words="已完成",
        **date_fields("done_on", today()),
    )  # fmt: skip

    assert officer.status == 422
    assert "not accepted" in officer.errors[0]


def test_only_files_from_after_the_order_can_be_chosen_and_those_of_another_case_are_refused(
    session, home, cast, officer, case
):
    attach(session, home, case, filename="before.txt")
    correction = make(session, case, cast.officer)
    after = attach(session, home, case, filename="after.txt")
    other = session.scalar(select(Case).where(Case.id != case.id))
    theirs = attach(session, home, other, filename="theirs.txt")
    session.commit()
    page = f"/cases/{case.number}/corrections/{correction.id}/done"
    officer.get(page)
    shown = [option.get_text() for option in officer.page.select("#attachment_id option")]
    assert shown == ["No file chosen", "after.txt"]
    officer.send(
        "Enter completion", words="好", attachment_id=str(theirs.id), **date_fields("done_on", today())
    )
    assert officer.status == 422
    officer.get(page)
    officer.send(
        "Enter completion", words="好", attachment_id=str(after.id), **date_fields("done_on", today())
    )
    assert states(session, case) == ["done"]


def test_a_verification_without_an_answer_is_refused(session, home, cast, chief, case):
    correction = reported(session, home, cast, case)
    chief.get(f"/cases/{case.number}/corrections/{correction.id}/verify")
    chief.send("Enter the verification", words="看过", **date_fields("verified_on", today()))

    assert chief.status == 422
    assert chief.errors == ["Say whether the correction is done."]
    assert chief.value("words").strip() == "看过"
    chief.send("Enter the verification", passed="no", **date_fields("verified_on", today()))
    assert chief.errors == ["Choose why it failed."]
    assert states(session, case) == ["done"]


def test_a_failed_correction_is_ordered_again_and_a_second_failure_asks_for_organisational_handling(
    session, home, cast, officer, chief, case
):
    correction = reported(session, home, cast, case)
    for _ in range(2):
        chief.get(f"/cases/{case.number}/corrections/{correction.id}/verify")
        chief.send(
            "Enter the verification", passed="no", failure_code="partly", words="还差一半",
            **date_fields("verified_on", today()),
        )  # fmt: skip
        officer.get(f"/cases/{case.number}/corrections")
        again = "consider organisational handling" in officer.text().lower()
        assert ("Basis: Interim measures on admonition talks" in officer.text()) is again
        officer.get(next(a["href"] for a in officer.page.select("main a") if "follow-up" in a.get_text()))
        assert "还差一半" in officer.text()
        officer.send(
            "Order the correction",
            measure_code="rectify",
            **date_fields("due_on", today() + timedelta(days=9)),
        )
        assert officer.status == 200
        session.expire_all()
        correction = session.scalar(
            select(Correction).where(Correction.follows_id == correction.id, Correction.case_id == case.id)
        )
        if not again:
            evidence = attach(session, home, case, filename=f"again{correction.id}.txt")
            correct.report_done(
                session, case, cast.officer, correction.id, done_on=today(), words="再改", attachment_id=evidence.id,
                today=today(),
            )  # fmt: skip
        session.commit()

    assert again
    assert states(session, case) == ["failed", "failed", "open"]


def test_the_officer_who_reported_finds_no_way_to_verify(session, home, cast, officer, case):
    correction = reported(session, home, cast, case)
    officer.get(f"/cases/{case.number}/corrections")
    assert not [a for a in officer.page.select("main a") if a.get_text().startswith("Verify")]
    officer.post(
        f"/cases/{case.number}/corrections/{correction.id}/verify",
        {"passed": "yes", "words": "好", **date_fields("verified_on", today())},
    )

    assert officer.status == 403
    assert states(session, case) == ["done"]


def test_the_responsible_person_is_told_that_another_verifies_and_can_not_by_hand(
    session, home, cast, chief, case
):
    correction = reported(session, home, cast, case, responsible=cast.chief.name)
    chief.get(f"/cases/{case.number}/corrections")
    assert "Another person verifies this" in chief.text()
    chief.post(
        f"/cases/{case.number}/corrections/{correction.id}/verify",
        {"passed": "yes", "words": "好", **date_fields("verified_on", today())},
    )

    assert chief.status == 409
    assert states(session, case) == ["done"]


def test_a_correction_of_another_case_is_not_found_under_this_one(session, officer, chief, case):
    theirs = session.scalar(select(Correction).where(Correction.case_id != case.id))
    session.commit()

    officer.get(f"/cases/{case.number}/corrections/{theirs.id}/done")
    assert officer.status == 404
    chief.get(f"/cases/{case.number}/corrections/{theirs.id}/verify")
    assert chief.status == 404


def test_another_organs_officer_finds_nothing(another_browser, cast, case):
    stranger = another_browser(cast.stranger)

    for path in ("", "/order", "/nothing"):
        stranger.get(f"/cases/{case.number}/corrections{path}")
        assert stranger.status == 404


def test_concluding_with_one_open_is_refused_with_what_is_missing(session, cast, officer, case):
    make(session, case, cast.officer)
    session.commit()
    officer.get(f"/cases/{case.number}/corrections")
    assert "is not done yet" in officer.text()
    officer.post(f"/cases/{case.number}/corrections/finish")

    assert officer.status == 409
    assert "is not done yet" in officer.text()


def test_tolerance_without_a_correction_can_not_be_concluded(session, officer, case):
    from casebook import events
    from casebook.db import utc_now

    recommendation = session.scalar(select(Recommendation).where(Recommendation.case_id == case.id))
    row = Decision(
        case_id=case.id, seq=1, recommendation_id=recommendation.id, disposition="tolerate", facts_found="", reason="",
        departs=False, departure_rules=[], drafted_by_id=case.officer_id, at=utc_now(), signed_at=utc_now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    events.record(session, "case.read", None, case, rows=[row])
    session.commit()
    officer.get(f"/cases/{case.number}/corrections")
    assert "tolerated or not" in officer.text()
    officer.get(officer.link("State that there is nothing to put right"))
    officer.send("Enter the statement", error_code="loss", error="超支三万元", words="已全额追回")
    assert officer.errors == ["Choose why there is nothing to put right."]
    officer.send("Enter the statement", reason_code="none_already")

    assert "To be verified" in officer.text()
    assert "Put right before the decision" in officer.text()


def test_before_the_decision_is_notified_the_forms_lead_back(session, officer, case):
    skip_to(session, case, Stage.PANEL)
    session.commit()
    officer.get(f"/cases/{case.number}/corrections/order")
    assert officer.path.endswith("/corrections")
    officer.post(f"/cases/{case.number}/corrections/order", order_fields())

    assert officer.status == 409
    assert states(session, case) == []


@pytest.mark.parametrize("who", ["reviewer", "superior", "auditor"])
def test_readers_see_the_corrections_and_no_form(session, home, another_browser, cast, case, who):
    reported(session, home, cast, case)
    reader = another_browser(getattr(cast, who))
    reader.get(f"/cases/{case.number}/corrections")

    assert reader.status == 200
    assert "补办手续" in reader.text()
    assert "另案的失误" not in reader.text()
    assert not reader.page.select("main form[method=post]")
    assert "corrections.read" in session.scalars(select(Event.kind).where(Event.case_id == case.id)).all()


def test_the_patterns_name_kinds_of_error_and_how_to_prevent_them(session, cast, officer, case):
    for _ in range(3):
        another = recommended_case(session, cast)
        save(session, another, conduct_sector="rural")
        skip_to(session, another, Stage.IN_FORCE)
        make(session, another, cast.officer, error_code="hazard", measure_code="hazard", responsible="独特某")
    page = f"/cases/{case.number}/corrections"
    session.commit()
    officer.get(page)
    officer.get(officer.link("What goes wrong again and again"))

    words = officer.text()
    assert "A hazard left behind Prevents it: Search for hazards" in words
    assert "Approval missing" in words
    assert "a few" in words
    assert "独特某" not in words


def test_the_pages_speak_chinese(session, home, another_browser, cast, case):
    correction = reported(session, home, cast, case)
    chief = another_browser(cast.chief, "zh")
    for path, words in (
        (f"/cases/{case.number}/corrections", "有错必纠，容纠并举"),
        (f"/cases/{case.number}/corrections/{correction.id}/verify", "整改是否到位"),
        ("/corrections/patterns", "失误规律与防错"),
    ):
        chief.get(path)
        assert words in chief.text()
    assert isinstance(chief, Visitor)
