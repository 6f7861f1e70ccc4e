from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from casebook import audit, events
from casebook.casefile.export import build
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, PrecedentNotFound, WrongStage
from casebook.models import Event, Life, Precedent, Recusal, Stage
from casebook.precedents import coding, identity, library, publish
from casebook.precedents.coding import Settled
from casebook.precedents.entering import Finding
from casebook.precedents.findings import look
from casebook.procedure.dates import today
from casebook.procedure.decide import standing_decision
from tests import appealed
from tests.factories import make_organisation, make_user
from tests.precedents import TOLERATED, a_precedent
from tests.proposals import SAID, alike, proposed, published, second_coded, settled_case
from tests.stages import Cast, recommended_case


@pytest.fixture
def cast(session):
    return Cast(session)


def test_a_proposal_takes_over_what_the_decision_read_and_nothing_that_names_the_case(session, cast):
    case = settled_case(session, cast, office_tier="main_leader", violated_provision_ref="周某案卷第3页")
    precedent = proposed(session, cast, case)
    assert precedent.life == Life.CODING
    assert precedent.tier == "own"
    assert (precedent.outcome, precedent.conduct) == ("hold_accountable", "2023-05")
    assert (precedent.region, precedent.decided_on) == ("", date(2026, 9, 1))
    assert case.organisation.code not in precedent.code
    own = coding.first_of(precedent)
    assert own.facts["mental_state"] == {"value": "ordinary_negligence", "state": "known", "how": "verified"}
    assert "violated_provision_ref" not in own.facts
    assert [row.issue for row in precedent.issues] == ["disposition"]
    assert not precedent.facts
    assert not precedent.issues[0].reasons
    assert precedent.measure


def test_nothing_is_proposed_before_the_decision_stands_unappealed(session, cast):
    fresh = recommended_case(session, cast)
    with pytest.raises((NotAllowed, WrongStage)):
        publish.propose(session, fresh, cast.chief, **SAID, on=today())
    appealed.seeded(session)
    case = appealed.decided(session, cast, stage=Stage.IN_FORCE)
    with pytest.raises(NotReady, match="runs until"):
        proposed(session, cast, case, on=date(2026, 9, 20))
    appeal = appealed.file(session, cast, case)
    with pytest.raises(NotReady, match="An appeal is open"):
        proposed(session, cast, case)
    appealed.assign(session, cast, case, appeal)
    appealed.decide(session, case, appeal, cast.superior_member)
    assert proposed(session, cast, case, on=date(2027, 6, 1)).life == Life.CODING


def test_a_decision_is_proposed_once_until_the_proposal_is_taken_back(session, cast):
    case = settled_case(session, cast)
    first = proposed(session, cast, case)
    with pytest.raises(NotReady, match="already"):
        proposed(session, cast, case)
    with pytest.raises(NotAllowed):
        publish.withdraw(session, first, cast.chief, on=today())
    publish.withdraw(session, first, cast.reviewer, on=today())
    assert proposed(session, cast, case).code != first.code


@pytest.mark.parametrize(
    "who", ["officer", "officer2", "member", "auditor", "superior", "stranger", "reviewer2"]
)
def test_only_the_reviewer_and_the_chief_of_the_case_propose(session, cast, who):
    case = settled_case(session, cast)
    with pytest.raises(NotAllowed):
        publish.propose(session, case, getattr(cast, who), **SAID, on=today())


def test_words_that_tell_who_it_was_are_refused_field_by_field(session, cast):
    case = settled_case(session, cast)
    with pytest.raises(BadFields) as refused:
        proposed(
            session, cast, case, title="周某未批先建", summary="青石镇镇长周 某于2023年5月10日开工。", notes=case.number,
            holding="联系电话 138 0013 8000。", issues={"T1": Finding("tolerate", words="见周\u200b某笔录")},
        )  # fmt: skip
    assert set(refused.value.errors) == {"title", "summary", "notes", "holding", "words_T1"}
    assert "“镇长周 某”" in refused.value.errors["summary"].zh
    assert "2023年5月" in refused.value.errors["summary"].zh
    assert session.scalar(select(Precedent)) is None


def test_place_post_and_time_are_told_together_only_where_enough_cases_share_them(session, cast):
    case = settled_case(session, cast, office_tier="main_leader")
    case.region = "350122"
    session.flush()
    with pytest.raises(BadFields) as refused:
        proposed(session, cast, case, place="city", period="month")
    assert "不足 3 件" in refused.value.errors["place"].zh
    for _ in range(2):
        other = recommended_case(session, cast, office_tier="main_leader")
        other.region = "350128"
    session.flush()
    precedent = proposed(session, cast, case, place="city", period="month")
    assert (precedent.region, precedent.conduct) == ("350100", "2023-05")


def test_a_second_person_approves_and_it_binds_a_like_case(session, cast):
    precedent = published(session, cast)
    assert precedent.life == Life.ALIVE
    assert precedent.approved_by_id == cast.chief.id
    assert precedent.known_facts["mental_state"] == "ordinary_negligence"
    assert coding.coded(precedent).coders == 2
    assert coding.coded(precedent).agreement.raw == 1
    like = recommended_case(session, cast)
    assert precedent.code in repr(look(session, like, today()))


def test_nobody_approves_what_they_proposed_or_coded_nor_from_another_organ_nor_an_officer(session, cast):
    precedent = proposed(session, cast)
    second_coded(session, cast, precedent)
    stranger = make_user(session, "chief", organisation=make_organisation(session))
    for who in (cast.reviewer, cast.officer2, cast.officer, cast.member, cast.auditor, stranger):
        with pytest.raises(NotAllowed):
            publish.approve(session, precedent, who, on=today())
        with pytest.raises(NotAllowed):
            publish.refuse(session, precedent, who, why="不同意", on=today())
    with pytest.raises((NotAllowed, NotReady)):
        library.publish(session, precedent, cast.reviewer, today())
    assert session.get(Precedent, precedent.id).life == Life.PROPOSED


def test_whoever_was_the_officer_of_the_case_does_not_approve_it_in_another_role(session, cast):
    precedent = proposed(session, cast)
    second_coded(session, cast, precedent)
    cast.officer.role = "reviewer"
    session.flush()
    with pytest.raises(NotAllowed):
        publish.approve(session, precedent, cast.officer, on=today())


def test_whoever_stands_back_from_the_case_does_not_approve_it(session, cast):
    precedent = proposed(session, cast)
    second_coded(session, cast, precedent)
    recusal = Recusal(
        case_id=precedent.case_id, user_id=cast.chief.id, asked_by="self", entered_by_id=cast.chief.id,
        grounds=["interest"], reason="利害关系", at=precedent.proposed_at,
    )  # fmt: skip
    session.add(recusal)
    session.flush()
    session.expire_all()
    with pytest.raises(NotAllowed):
        publish.approve(session, precedent, cast.chief, on=today())


def test_the_library_does_not_publish_a_proposal_whose_coding_is_not_settled(session, cast):
    precedent = proposed(session, cast)
    second_coded(session, cast, precedent)
    with pytest.raises(NotReady, match="from a case of this office"):
        library.publish(session, precedent, cast.chief, today())


def test_one_coding_is_enough_only_for_a_reason_that_stays(session, cast):
    precedent = proposed(session, cast)
    with pytest.raises(BadFields) as refused:
        publish.approve(session, precedent, cast.chief, on=today())
    assert set(refused.value.errors) == {"alone"}
    publish.approve(session, precedent, cast.chief, alone="本机关没有第二名可以编码的人员。", on=today())
    assert precedent.life == Life.ALIVE
    assert coding.coded(precedent).coders == 1
    assert precedent.history[-1].why == "本机关没有第二名可以编码的人员。"


def test_a_refused_proposal_goes_back_with_the_reason_and_is_handed_in_again(session, cast):
    precedent = proposed(session, cast)
    second_coded(session, cast, precedent)
    with pytest.raises(BadFields):
        publish.refuse(session, precedent, cast.chief, why=" ", on=today())
    publish.refuse(session, precedent, cast.chief, why="理由写得太略。", on=today())
    assert precedent.life == Life.REFUSED
    assert precedent in publish.waiting(session, cast.reviewer)
    said = {**SAID, "holding": "出于公心，按照集体研究意见办理，主动改正。"}
    with pytest.raises(NotAllowed):
        publish.revise(session, precedent, cast.chief, **said, on=today())
    with pytest.raises(BadFields):
        publish.revise(session, precedent, cast.reviewer, **{**said, "notes": "周某"}, on=today())
    publish.revise(session, precedent, cast.reviewer, **said, on=today())
    assert precedent.life == Life.PROPOSED
    assert coding.second_of(precedent) is not None
    assert publish.approve(session, precedent, cast.chief, on=today()).holding == said["holding"]


def test_differences_are_settled_one_by_one_and_the_settlement_is_kept(session, cast):
    precedent = proposed(session, cast)
    second_coded(session, cast, precedent, mental_state="gross_negligence", deaths=None)
    first, second = coding.first_of(precedent), coding.second_of(precedent)
    names = [one.id for one in coding.differences(first, second)]
    assert names == ["fact:mental_state", "fact:deaths"]
    with pytest.raises(BadFields) as refused:
        publish.approve(session, precedent, cast.chief, settled={"fact:deaths": Settled("first")}, on=today())
    assert set(refused.value.errors) == {"fact:mental_state"}
    publish.approve(
        session, precedent, cast.chief, on=today(),
        settled={"fact:mental_state": Settled("second", "文中写明应当预见。"), "fact:deaths": Settled("first")},
    )  # fmt: skip
    assert precedent.known_facts["mental_state"] == "gross_negligence"
    assert precedent.known_facts["deaths"] == 0
    kept = coding.own(precedent, cast.chief).facts["mental_state"]
    assert (kept["take"], kept["why"]) == ("second", "文中写明应当预见。")
    assert coding.coded(precedent).coders == 2


def test_a_name_that_came_into_the_case_since_keeps_the_proposal_from_being_approved(session, cast):
    precedent = proposed(session, cast, notes="参考了罗大成的意见。")
    second_coded(session, cast, precedent)
    cast.officer2.name = "罗大成"
    events.record(session, "case.read", cast.officer2, precedent.case)
    session.flush()
    with pytest.raises(NotReady, match="罗大成"):
        publish.approve(session, precedent, cast.chief, on=today())


@pytest.mark.parametrize("outcome", ["vary", "revoke"])
@pytest.mark.parametrize("done", [published, proposed])
def test_a_decision_that_falls_on_appeal_takes_its_precedent_with_it(session, cast, outcome, done):
    case = settled_case(session, cast)
    precedent = done(session, cast, case)
    other = published(session, cast, settled_case(session, cast))
    appeal = appealed.file(session, cast, case, late_code="force_majeure", late_reason="自然灾害")
    if appeal.waits:
        from casebook.procedure import appeal as appeals

        appeals.admit(session, case, appeal, cast.superior, admitted=True, reason="情况属实", on=today())
    appealed.assign(session, cast, case, appeal)
    ground = sorted(appeals_grounds(outcome))[0]
    appealed.decide(
        session, case, appeal, cast.superior_member, outcome, ground_code=ground, anew=appealed.anew("correct", "3"),
        discussed_on=today(), on=today(),
    )  # fmt: skip
    fallen = session.get(Precedent, precedent.id)
    assert fallen.life == Life.REVERSED
    assert fallen.history[-1].life == Life.REVERSED
    assert any(
        kind == "precedent" and fallen.code in zh and fallen.code in en
        for kind, _, zh, en in appeal.corrected
    )
    assert session.get(Precedent, other.id).life == Life.ALIVE
    assert other.code not in repr(appeal.corrected)
    assert standing_decision(session, case).appeal_id == appeal.id
    assert audit.verify(session).ok


def appeals_grounds(outcome):
    from rules.channels import channels

    return channels().grounds_for(outcome)


def test_a_proposal_is_found_by_nobody_who_has_nothing_to_do_with_it(session, cast):
    precedent = proposed(session, cast)
    for who in (cast.reviewer, cast.officer2, cast.chief, cast.reviewer2):
        if who is not cast.reviewer2:
            assert publish.load(session, who, precedent.code) is precedent
    for who in (cast.officer, cast.stranger, cast.member, cast.administrator):
        with pytest.raises(PrecedentNotFound):
            publish.load(session, who, precedent.code)
    with pytest.raises(PrecedentNotFound):
        publish.load(session, cast.chief, "\0")


def test_everything_written_on_the_way_is_sealed_and_no_event_says_what_was_coded(session, cast):
    published(session, cast)
    assert audit.verify(session).ok
    for event in session.scalars(select(Event)):
        if event.kind.startswith("precedent"):
            assert not {"facts", "issues", "holding"} & event.detail.keys()
            assert "ordinary_negligence" not in repr(event.detail)


def test_a_case_with_a_changed_recommendation_keeps_what_the_decision_read(session, cast):
    case = settled_case(session, cast)
    decision = standing_decision(session, case)
    assert set(alike(proposed(session, cast, case))) <= set(decision.recommendation.content["facts"])


def test_the_file_of_a_case_says_nothing_of_any_precedent_but_that_it_was_proposed(session, home):
    cast = Cast(session, home)
    published(session, cast, settled_case(session, cast))
    case = settled_case(session, cast)
    second_coded(
        session, cast, proposed(session, cast, case, title="应急抢险先行开工", holding="只在提议里写的话")
    )
    out = BytesIO()
    build(session, home, case, cast.officer, utc_now()).write(out)
    with ZipFile(out) as file:
        whole = "".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())
    for words in (*SAID.values(), "应急抢险先行开工", "只在提议里写的话", "P2026-"):
        assert words not in whole
    assert "precedent.proposed" in whole


def test_what_one_person_imported_and_nobody_approved_hides_nobody(session, cast):
    case = settled_case(session, cast, office_tier="main_leader")
    case.region = "350122"
    where = {"place": "city", "period": "month"}
    facts = {"office_tier": "main_leader"}
    before = identity.alike(session, case, facts, **where)
    like = {"region": "350100", "conduct": identity.time_of(case.conduct, "month"), "tier": "typical"}
    a_precedent(session, cast.reviewer, life="proposed", **like)
    assert identity.alike(session, case, facts, **where) == before
    a_precedent(session, cast.reviewer, facts=TOLERATED | facts, **like)
    assert identity.alike(session, case, facts, **where) == before + 1
