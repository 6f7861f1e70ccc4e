"""From a decided case to the library in the browser: propose, code blind, settle, approve; and who may not."""

import pytest
from sqlalchemy import select

from casebook.errors import BadFields
from casebook.models import Life, Precedent, Stage
from casebook.precedents import coding, library, publish
from casebook.precedents.coding import Settled
from casebook.precedents.entering import Finding
from casebook.procedure.dates import today
from rules.factors import book
from tests.proposals import SAID, proposed, second_coded, settled_case
from tests.stages import Cast, recommended_case

SECRET = "提议人独有的说理文字"


@pytest.fixture
def cast(session):
    session.expire_on_commit = (
        False  # what a test names of a row must not open a transaction before a request
    )
    return Cast(session)


@pytest.fixture
def case(session, cast):
    settled_case(session, cast)  # noise
    case = settled_case(session, cast)
    session.commit()
    return case


@pytest.fixture
def precedent(session, cast, case):
    factor = book().issues["T3"].factors[0]
    precedent = proposed(
        session, cast, case, issues={"T3": Finding("hold_accountable", [factor], words=SECRET)}
    )
    session.commit()
    return precedent


def at(case):
    return f"/cases/{case.number}/precedents/propose"


def test_the_page_begins_with_the_words_of_the_decision_without_what_tells_who_it_was(as_, cast, case):
    reviewer = as_(cast.reviewer)
    reviewer.get(at(case))
    assert reviewer.status == 200
    assert "当事人未批先建" in reviewer.value("summary")
    assert "周某" not in reviewer.value("summary")
    assert reviewer.value("place") == "none"


def test_a_reviewer_proposes_and_what_was_typed_stays_with_each_hit_at_its_field(as_, session, cast, case):
    reviewer = as_(cast.reviewer)
    reviewer.get(at(case))
    reviewer.send(
        "提出", **{**SAID, "summary": "青石镇在2023年5月10日未批先建，村民同意。", "words_T1": "见人员笔录"}
    )
    assert reviewer.status == 422
    assert len(reviewer.errors) == 2
    assert "“青石镇”" in reviewer.errors[0]
    assert "“2023年5月10日”" in reviewer.errors[0]
    assert reviewer.value("holding").strip() == SAID["holding"]
    assert reviewer.value("words_T1").strip() == "见人员笔录"
    assert session.scalar(select(Precedent)) is None
    reviewer.send("替换会透露身份的内容")
    assert reviewer.status == 200
    assert reviewer.value("summary").strip() == "某镇在2023年5月未批先建，村民同意。"
    reviewer.send("提出", issue_T1="tolerate")
    assert reviewer.status == 200
    made = session.scalars(select(Precedent)).one()
    assert (made.life, made.case_id, made.summary) == (
        Life.CODING,
        case.id,
        "某镇在2023年5月未批先建，村民同意。",
    )
    assert reviewer.path == f"/precedents/{made.code}/proposal"
    reviewer.get(at(case))
    assert made.code in reviewer.text()
    assert not reviewer.page.select("main form")


@pytest.mark.parametrize("who", ["officer", "officer2", "member", "auditor", "superior", "reviewer2"])
def test_nobody_else_proposes_by_page_or_by_hand(as_, session, cast, case, who):
    visitor = as_(getattr(cast, who))
    visitor.get(at(case))
    assert visitor.page.select("main form") == []
    visitor.post(at(case), {**SAID, "place": "none", "period": "month"})
    assert visitor.status in (403, 404)
    assert session.scalar(select(Precedent)) is None


def test_a_stranger_finds_neither_the_page_nor_the_proposal(as_, cast, case, precedent):
    for who in (cast.stranger, cast.administrator):
        visitor = as_(who)
        visitor.get(at(case))
        assert visitor.status in (403, 404)
        for page in ("proposal", "coding"):
            visitor.get(f"/precedents/{precedent.code}/{page}")
            assert visitor.status in (403, 404)
            assert precedent.title not in visitor.text()


def test_the_case_page_offers_it_only_where_it_is_possible(as_, session, cast, case):
    fresh = recommended_case(session, cast)
    session.commit()
    reviewer = as_(cast.reviewer, "en")
    reviewer.get(f"/cases/{case.number}")
    assert reviewer.link("Propose as a precedent") == at(case)
    reviewer.get(f"/cases/{fresh.number}")
    assert not reviewer.page.select(f'a[href="{at(fresh)}"]')
    officer = as_(cast.officer)
    officer.get(f"/cases/{case.number}")
    assert not officer.page.select(f'a[href="{at(case)}"]')
    proposed(session, cast, case)
    session.commit()
    reviewer.get(f"/cases/{case.number}")
    assert not reviewer.page.select(f'a[href="{at(case)}"]')


def test_why_it_cannot_be_proposed_yet_is_said(as_, session, cast):
    case = settled_case(session, cast, served_on=today(), stage=Stage.IN_FORCE)
    session.commit()
    reviewer = as_(cast.reviewer)
    reviewer.get(at(case))
    assert "届满" in reviewer.text()
    assert not reviewer.page.select("main form")
    reviewer.post(at(case), {**SAID, "place": "none", "period": "month"})
    assert reviewer.status == 409


def test_no_page_shows_the_second_coder_the_first_coding_nor_the_case(as_, cast, case, precedent):
    for who in (cast.officer2, cast.superior_reviewer, cast.reviewer2):
        coder = as_(who)
        for page in (
            "/precedents", "/precedents?life=all", "/precedents/waiting", f"/precedents/{precedent.code}",
            f"/precedents/{precedent.code}/proposal", f"/precedents/{precedent.code}/coding",
            f"/cases/{case.number}", f"/cases/{case.number}/history", at(case), f"/cases/{case.number}/precedents",
            "/search?q=提议人独有", "/search?q=说理文字",
        ):  # fmt: skip
            coder.get(page)
            assert SECRET not in str(coder.page)
        coder.get(f"/precedents/{precedent.code}/coding")
        if who is not cast.reviewer2:
            assert coder.status == 200
            assert case.number not in str(coder.page)
            assert not coder.page.select("main input[checked], main option[selected][value='yes']")
            assert SAID["summary"] in coder.text()


def test_a_coder_keeps_a_draft_gives_it_and_cannot_change_it(as_, session, cast, precedent):
    coder = as_(cast.officer2)
    coder.get("/precedents/waiting")
    assert precedent.code in coder.text()
    coder.get(coder.link(precedent.code))
    coder.send("保存草稿", fact_deaths="很多", fact_mental_state="intentional")
    assert coder.status == 422
    assert coder.value("fact_deaths") == "很多"
    assert coder.value("fact_mental_state") == "intentional"
    coder.send("保存草稿", fact_deaths="1")
    assert coder.status == 200
    assert coder.value("fact_deaths") == "1"
    assert as_(cast.chief).get(f"/precedents/{precedent.code}/proposal") is not None
    coder.send("提交编码", fact_private_gain_self="no", issue_T3="tolerate")
    assert coder.path == "/precedents/waiting"
    session.expire_all()
    row = coding.second_of(session.get(Precedent, precedent.id))
    assert row.facts["private_gain_self"]["value"] is False
    assert row.issues["T3"]["outcome"] == "tolerate"
    coder.post(f"/precedents/{precedent.code}/coding", {"fact_deaths": "0", "then": "give"})
    assert coder.status == 404
    assert session.get(Precedent, precedent.id).life == Life.PROPOSED


def test_the_proposer_and_the_officer_cannot_code_by_hand(as_, session, cast, precedent):
    for who in (cast.reviewer, cast.officer, cast.chief, cast.member):
        visitor = as_(who)
        visitor.get("/account")
        visitor.post(f"/precedents/{precedent.code}/coding", {"fact_deaths": "0", "then": "give"})
        assert visitor.status in (403, 404)
    session.expire_all()
    assert coding.second_of(session.get(Precedent, precedent.id)) is None


def test_the_chief_settles_each_difference_and_approves(as_, session, cast, precedent):
    second_coded(session, cast, precedent, mental_state="gross_negligence")
    session.commit()
    chief = as_(cast.chief)
    chief.get("/precedents/waiting")
    chief.get(chief.link(precedent.code))
    assert "重大过失" in chief.text()
    assert "一般过失" in chief.text()
    chief.send("批准")
    assert chief.status == 422
    assert len(chief.errors) == 2
    chief.send(
        "批准",
        take_fact_mental_state="second",
        why_fact_mental_state="文中写明应当预见",
        take_issue_T3="first",
    )
    assert chief.path == f"/precedents/{precedent.code}"
    session.expire_all()
    done = session.get(Precedent, precedent.id)
    assert done.life == Life.ALIVE
    assert {row.fact_id: row.value for row in done.facts}["mental_state"] == "gross_negligence"
    assert coding.own(done, cast.chief).facts["mental_state"]["why"] == "文中写明应当预见"
    reader = as_(cast.stranger)
    reader.get(f"/precedents/{precedent.code}")
    assert reader.status == 200
    assert precedent.case.number not in str(reader.page)
    chief.post(f"/precedents/{precedent.code}/proposal/approve", {})
    assert chief.status == 404


def test_on_one_coding_the_chief_approves_with_a_reason_and_the_library_says_so(
    as_, session, cast, precedent
):
    chief = as_(cast.chief)
    chief.get(f"/precedents/{precedent.code}/proposal")
    chief.send("批准")
    assert chief.status == 422
    chief.send("批准", alone="没有第二名可以编码的人员")
    assert chief.status == 200
    assert "仅一人编码" in chief.text()


@pytest.mark.parametrize(
    "who", ["reviewer", "officer2", "reviewer2", "officer", "member", "auditor", "stranger"]
)
def test_nobody_else_approves_or_refuses_by_hand(as_, session, cast, precedent, who):
    second_coded(session, cast, precedent)
    session.commit()
    visitor = as_(getattr(cast, who))
    visitor.get("/account")
    for act, fields in (
        ("approve", {"take_issue_T3": "first"}),
        ("refuse", {"why": "不同意"}),
        ("refuse", {}),
    ):
        if who == "reviewer2":  # a reviewer of the organ without a part in it is a second person
            continue
        visitor.post(f"/precedents/{precedent.code}/proposal/{act}", fields)
        assert visitor.status in (403, 404)
    session.expire_all()
    assert session.get(Precedent, precedent.id).life == Life.PROPOSED


def test_a_refused_proposal_is_amended_by_its_proposer_alone(as_, session, cast, precedent):
    second_coded(session, cast, precedent)
    session.commit()
    chief, reviewer = as_(cast.chief), as_(cast.reviewer)
    chief.get(f"/precedents/{precedent.code}/proposal")
    chief.send("退回")
    assert chief.status == 422
    chief.send("退回", why="说理过简，请补充。")
    assert chief.path == "/precedents/waiting"
    chief.post(f"/precedents/{precedent.code}/proposal/revise", {**SAID})
    assert chief.status in (403, 404)
    reviewer.get("/precedents/waiting")
    reviewer.get(reviewer.link(precedent.code))
    assert "说理过简，请补充。" in reviewer.text()
    reviewer.send("再次提出", holding="见周某笔录")
    assert reviewer.status == 422
    assert reviewer.value("holding").strip() == "见周某笔录"
    reviewer.send("再次提出", holding="按照集体研究意见办理。")
    assert reviewer.status == 200
    session.expire_all()
    assert session.get(Precedent, precedent.id).life == Life.PROPOSED


def test_a_proposer_takes_it_back(as_, session, cast, precedent):
    other = as_(cast.chief)
    other.get("/account")
    other.post(f"/precedents/{precedent.code}/proposal/withdraw", {})
    assert other.status == 403
    reviewer = as_(cast.reviewer)
    reviewer.get(f"/precedents/{precedent.code}/proposal")
    reviewer.send("撤回提议")
    assert reviewer.path == "/precedents/waiting"
    session.expire_all()
    assert session.get(Precedent, precedent.id).life == Life.WITHDRAWN


def test_a_field_that_names_another_case_changes_nothing(as_, session, cast, case):
    other = settled_case(session, cast)
    session.commit()
    reviewer = as_(cast.reviewer)
    reviewer.get(at(case))
    reviewer.send(
        "提出", **SAID, case_id=str(other.id), decision_id="1", code="X1", life="alive", tier="guiding"
    )
    made = session.scalars(select(Precedent)).one()
    assert (made.case_id, made.life, made.tier) == (case.id, Life.CODING, "own")
    assert made.code != "X1"
    assert publish.missing(session, other, today()) == []


def test_the_library_page_says_what_waits(as_, session, cast, precedent):
    coder = as_(cast.officer2)
    coder.get("/precedents")
    assert coder.page.select('a[href="/precedents/waiting"]')
    second_coded(session, cast, precedent)
    session.commit()
    chief = as_(cast.chief)
    chief.get("/precedents")
    assert chief.page.select('a[href="/precedents/waiting"]')


def test_why_a_proposal_went_back_is_for_those_who_work_on_it_and_no_name_tells_the_organ(
    as_, session, cast, precedent
):
    second_coded(session, cast, precedent)
    publish.refuse(session, precedent, cast.chief, why="第二段“周明远”应当删去。", on=today())
    publish.revise(session, precedent, cast.reviewer, **SAID, on=today())
    settled = {one.id: Settled("first") for one in differences(precedent)}
    publish.approve(session, precedent, cast.chief, settled=settled, on=today())
    session.commit()
    page = f"/precedents/{precedent.code}"
    assert "周明远" in as_(cast.reviewer2).get(page).text
    for who in (cast.stranger, cast.member, cast.officer2):
        seen = as_(who).get(page).select_one("main").text
        assert "周明远" not in seen
        assert "退回" not in seen
        assert (cast.chief.name in seen) is (who is not cast.stranger)


def test_a_reviewer_who_may_code_is_not_told_the_case_on_the_page_of_the_library(
    as_, session, cast, case, precedent
):
    superior = as_(cast.superior_reviewer)
    superior.get(f"/precedents/{precedent.code}")
    assert superior.status == 200
    assert case.number not in str(superior.page)


def test_a_reason_that_everybody_will_read_tells_nobody_who_it_was(session, cast, precedent):
    with pytest.raises(BadFields) as refused:
        publish.approve(session, precedent, cast.chief, alone="该县唯一的女副镇长", on=today())
    assert "alone" in refused.value.errors
    second_coded(session, cast, precedent)
    settled = {one.id: Settled("first") for one in differences(precedent)}
    publish.approve(session, precedent, cast.chief, settled=settled, on=today())
    with pytest.raises(BadFields) as refused:
        library.withdraw(session, precedent, cast.chief, today(), f"{cast.reviewer.name}意见")
    assert "why" in refused.value.errors
    library.withdraw(session, precedent, cast.chief, today(), "说理不足")
    assert precedent.life == Life.WITHDRAWN


def differences(precedent):
    return coding.differences(coding.first_of(precedent), coding.second_of(precedent))
