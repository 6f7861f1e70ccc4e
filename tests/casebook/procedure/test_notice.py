"""What the respondent is told: facts and grounds of the recommendation, the outcome in view, never who complained."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casebook import audit, intake
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import Deadline, Event, Notice, Stage
from casebook.procedure import notice
from casebook.procedure.dates import today
from casebook.procedure.notice import PointText
from casebook.recommend import recommend
from tests.factories import make_case
from tests.hearings import at_hearing, draft, points_of, told
from tests.snapshots import prepared
from tests.stages import TODAY, Cast, skip_to


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
@prepared
def case(session, cast):
    make_case(session, cast.stranger)
    return at_hearing(session, cast)


def test_the_notice_offers_the_facts_and_provisions_the_recommendation_rests_on(session, cast):
    case = at_hearing(session, cast, adverse_influence="limited")
    offered = notice.offers(notice.fresh_recommendation(session, case).content)

    assert ("fact", "concealed_or_falsified", True) in [(one.kind, one.ref, one.carries) for one in offered]
    assert ("rule", "redlines.falsified_harmful", True) in [
        (one.kind, one.ref, one.carries) for one in offered
    ]
    assert "method.hold" not in {one.ref for one in offered}  # the method of this system, not a provision


def test_a_provision_that_is_still_open_takes_the_place_of_no_ground(session, cast):
    """Of older conduct the method's own grade may be all that carries; what else is named is not yet decided."""
    case = at_hearing(session, cast)
    skip_to(session, case, Stage.INTAKE)
    intake.amend_case(session, case, cast.officer, seen_version=case.version, conduct="2010-05-10")
    document = recommend(session, case, cast.officer, TODAY).content
    carried = {one.ref for one in notice.offers(document) if one.carries}

    assert document["rules"]["discipline.light"]["status"] == "open"
    assert {"concealed_or_falsified", "method.grade_falsified"} <= carried
    assert {ref for ref in carried if ref in document["rules"]} <= {
        rule_id for rule_id, rule in document["rules"].items() if rule["status"] == "fired"
    }


def test_facts_that_only_a_complaint_tells_are_never_offered(session, cast):
    case = at_hearing(
        session, cast, case_source="anonymous_report", complaint_outcome="partly", complaint_named="real_name",
        accuser_motive="grudge", adverse_effect_on_respondent=["social"],
    )  # fmt: skip
    offered = {one.ref for one in notice.offers(notice.fresh_recommendation(session, case).content)}

    assert not offered & {
        "case_source", "complaint_outcome", "complaint_named", "accuser_motive", "adverse_effect_on_respondent",
    }  # fmt: skip


def test_a_rule_that_reads_a_complaint_through_others_is_left_out_too():
    rule = {"status": "fired", "confidence": "SEEN", "establishes": []}
    document = {
        "facts": {"complaint_outcome": "partly", "deaths": 1},
        "rules": {
            "first": {**rule, "because": [{"fact": "complaint_outcome"}], "establishes": ["hidden"]},
            "second": {**rule, "because": [{"finding": "hidden"}, {"fact": "deaths"}]},
            "third": {**rule, "because": [{"fact": "deaths"}]},
        },
        **{part: [] for part in "mitigating aggravating outcomes corrections gates refer red_lines tolerances".split()},
        "gravity": {"grounds": []},
    }  # fmt: skip

    assert [one.ref for one in notice.offers(document)] == ["deaths", "third"]


@pytest.mark.parametrize(
    "text", ["举报人反映的情况属实。", "根据来信，", "群众举报后查实", "The informant said so.", "匿名信所述"]
)
def test_words_that_show_a_complaint_are_refused(session, cast, case, text):
    points = points_of(session, case)
    points[0] = PointText(points[0].kind, points[0].ref, text)

    with pytest.raises(BadFields) as bad:
        draft(session, cast, case, points=points)

    assert list(bad.value.errors) == [f"{points[0].kind}:{points[0].ref}"]
    assert session.scalar(select(Notice)) is None


def test_the_word_for_the_respondent_is_not_taken_for_a_complainant(session, cast, case):
    points = [
        PointText(one.kind, one.ref, "经查，被反映人周某未如实报告。") for one in points_of(session, case)
    ]

    assert draft(session, cast, case, points=points).points[0].text.startswith("经查，被反映人")


def test_a_point_outside_the_recommendation_cannot_be_told(session, cast, case):
    extra = [PointText("fact", "deaths", "死亡三人"), PointText("other", "", "随便说说")]

    with pytest.raises(BadFields) as bad:
        draft(session, cast, case, points=[*points_of(session, case), *extra])

    assert set(bad.value.errors) == {"fact:deaths", "other:"}


def test_facts_without_grounds_are_no_notice(session, cast, case):
    only = [one for one in points_of(session, case) if one.kind == "fact"]

    with pytest.raises(BadFields) as bad:
        draft(session, cast, case, points=only)

    assert "第四十三条" in bad.value.errors["points"].zh


@pytest.mark.parametrize("outcome", ["refer", "tolerate", "", "correct"])
def test_the_outcome_in_view_is_the_one_that_was_recommended_or_reviewed(session, cast, case, outcome):
    with pytest.raises(BadFields) as bad:
        draft(session, cast, case, disposition=outcome, measures=[])

    assert "disposition" in bad.value.errors


@pytest.mark.parametrize(("measures", "words"), [(["ZZ"], "没有这些措施"), ([], "至少"), (["I1"], "不适用")])
def test_measures_in_view_are_such_as_the_law_gives_for_this_person(session, cast, case, measures, words):
    with pytest.raises(BadFields) as bad:
        draft(session, cast, case, measures=measures)

    assert words in bad.value.errors["measures"].zh


def test_a_draft_that_is_replaced_is_kept_and_seals_hold(session, cast, case, home):
    first = draft(session, cast, case)
    second = draft(session, cast, case, measures=["G1"])

    assert first.closed_at is not None
    assert notice.current_notice(session, case) is second
    assert notice.notices_of(session, case) == [second]
    assert audit.verify(session).ok


def test_nothing_is_told_before_it_is_drafted(session, cast, case):
    with pytest.raises(NotReady):
        notice.tell(session, case, cast.officer, told_on=today(), how="in_person")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"told_on": today() + timedelta(days=1)}, "told_on"),
        ({"told_on": today() - timedelta(days=1)}, "told_on"),
        ({"told_on": None}, "told_on"),
        ({"how": "pigeon"}, "how"),
        ({"how": "link"}, "how"),
    ],
)
def test_the_day_and_the_way_of_telling_are_checked(session, cast, case, fields, field):
    draft(session, cast, case)

    with pytest.raises(BadFields) as bad:
        notice.tell(session, case, cast.officer, **{"told_on": today(), "how": "in_person", **fields})

    assert list(bad.value.errors) == [field]


def test_telling_is_the_officers_step_in_the_hearing_only(session, cast, case):
    draft(session, cast, case)
    for person in (cast.reviewer, cast.chief, cast.auditor, cast.stranger, cast.member):
        with pytest.raises(NotAllowed):
            notice.tell(session, case, person, told_on=today(), how="in_person")
    skip_to(session, case, Stage.PANEL)

    with pytest.raises(WrongStage) as wrong:
        notice.tell(session, case, cast.officer, told_on=today(), how="in_person")

    assert "第四十三条" in wrong.value.message("zh")


def test_what_was_told_stays_and_cannot_be_told_again(session, cast, case):
    told(session, cast, case)

    with pytest.raises(NotReady):
        notice.tell(session, case, cast.officer, told_on=today(), how="in_person")


def test_a_change_after_the_draft_needs_a_new_draft(session, cast, case):
    draft(session, cast, case)
    case.version += 1

    with pytest.raises(NotReady):
        notice.tell(session, case, cast.officer, told_on=today(), how="in_person")


def test_telling_is_kept_in_the_chain_without_a_word_of_it(session, cast, case):
    given = told(session, cast, case)

    events = list(session.scalars(select(Event).where(Event.kind.in_(["notice.drafted", "notice.told"]))))
    assert [event.by_id for event in events] == [cast.officer.id] * 2
    assert not any(point.text in str(event.detail) for event in events for point in given.points)
    assert audit.verify(session).ok
    assert all(row.case_id == case.id for row in session.scalars(select(Deadline)))
