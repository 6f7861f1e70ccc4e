"""A decided case becomes a precedent: proposed without names, coded blind, settled and approved; it binds a like case."""

from types import SimpleNamespace

import pytest

from casebook import audit
from casebook.precedents.findings import look
from casebook.procedure.dates import today
from tests.journeys.desk import Desk
from tests.proposals import settled_case
from tests.stages import Cast, recommended_case

PEOPLE = ("reviewer", "officer2", "chief", "stranger")
SECRET = "提议人认为出于公心"


@pytest.fixture
def office(open_window, session, home, request):
    language, scripts = request.param
    cast = Cast(session, home)
    settled_case(session, cast)  # noise
    case = settled_case(session, cast)
    logins = {name: getattr(cast, name).login for name in PEOPLE}
    number = case.number
    session.commit()
    desks = {name: Desk(open_window(language, scripts), login, number) for name, login in logins.items()}
    return SimpleNamespace(**desks, cast=cast, number=number)


@pytest.mark.parametrize(
    "office", [("zh", True), ("en", False)], indirect=True, ids=["zh", "en without scripts"]
)
def test_a_decided_case_becomes_a_precedent_that_binds_a_like_case(office, session):
    reviewer, coder, chief = office.reviewer, office.officer2, office.chief
    reviewer.go()
    reviewer.open("Propose as a precedent")
    assert "周某" not in reviewer.page.locator("[name='summary']").input_value()
    reviewer.fill(
        title="未批先建村道", summary="周某（镇长）于2023年5月10日组织施工，没有造成伤亡。",
        holding="出于公心，但违反程序。", notes="",
    )  # fmt: skip
    reviewer.press("Propose", status=422)
    assert "周某（镇长" in reviewer.page.locator(".govuk-error-summary").inner_text()
    assert reviewer.page.locator("[name='holding']").input_value() == "出于公心，但违反程序。"
    reviewer.press("Replace what tells who it was")
    assert "2023年5月组织施工" in reviewer.page.locator("[name='summary']").input_value()
    reviewer.fill(summary="某镇负责人于2023年5月组织施工，没有造成伤亡。", words_disposition=SECRET)
    reviewer.press("Propose")
    code = reviewer.page.url.split("/")[-2]

    coder.window.go("/precedents")
    coder.window.follow(coder.main.locator("a[href='/precedents/waiting']"))
    coder.window.follow(coder.main.get_by_role("link", name=code))
    assert SECRET not in coder.page.content()
    assert office.number not in coder.page.content()
    coder.choose("fact_mental_state", "gross_negligence")
    coder.choose("fact_purpose", "public")
    coder.choose("fact_private_gain_self", "no")
    coder.fill(fact_deaths="0")
    coder.press("Keep as draft")
    assert coder.page.locator("[name='fact_deaths']").input_value() == "0"
    coder.press("Give the coding")

    chief.window.go("/precedents/waiting")
    chief.window.follow(chief.main.get_by_role("link", name=code))
    chief.press("Approve", status=422)
    for box in chief.page.locator("input[name^='take_'][value='first']").all():
        box.check()
    chief.press("Approve")
    assert chief.page.url.endswith(f"/precedents/{code}")
    office.stranger.window.go(f"/precedents/{code}")
    assert "某镇负责人" in office.stranger.main.inner_text()
    assert office.number not in office.stranger.page.content()

    session.expire_all()
    assert audit.verify(session).ok
    like = recommended_case(session, office.cast)
    assert code in repr(look(session, like, today()))
    session.rollback()
