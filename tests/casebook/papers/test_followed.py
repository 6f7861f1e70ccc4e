"""The order to put an error right: by which texts it is given."""

from datetime import timedelta

import pytest

from casebook.models import Stage
from casebook.papers.followed import gather_order
from casebook.procedure import correct
from casebook.procedure.dates import today
from casebook.recommend import latest_recommendation
from tests.factories import attach
from tests.stages import Cast, recommended_case, skip_to

LEADER = {"subject_is_party_member": True, "subject_is_leading_cadre": True}


def ordered(session, case, by, **changes):
    fields = {
        "error_code": "other", "error": "未按时报告", "responsible": "周某", "unit": "青石镇", "measure_code": "reminder",
        "measure": "提醒谈话", "due_on": today() + timedelta(days=30), "today": today(), **changes,
    }  # fmt: skip
    return correct.order(session, case, by, **fields)


def grounds(session, case, row) -> list[str]:
    return gather_order(session, case, today(), f"correction:{row.id}").values["grounds"]


@pytest.mark.parametrize(("member", "cited"), [(False, []), (True, ["《中国共产党党内监督条例》第二十一条"])])
def test_an_order_cites_a_party_text_to_party_members_only(session, home, member, cited):
    cast = Cast(session, home)
    facts = {"circumstances_grade": "minor", "violates_law": True, **LEADER, "subject_is_party_member": member}
    case = skip_to(session, recommended_case(session, cast, **facts), Stage.IN_FORCE)

    assert grounds(session, case, ordered(session, case, cast.officer)) == cited


def test_an_order_that_no_rule_called_for_cites_the_text_that_reaches_the_person(session, home):
    """The recommendation referred the case to the panel; then the correction failed twice."""
    cast = Cast(session, home)
    case = skip_to(session, recommended_case(session, cast, **LEADER), Stage.IN_FORCE)
    content = latest_recommendation(session, case).content
    assert (content["disposition"], content["corrections"]) == ("refer", [])
    row = ordered(session, case, cast.officer)
    assert grounds(session, case, row) == ["《中国共产党党内监督条例》第二十一条"]

    for measure in ("reminder", "organisational"):
        proof = attach(session, home, case, filename=f"proof{row.id}.txt")
        correct.report_done(
            session, case, cast.officer, row.id, done_on=today(), words="已谈话", attachment_id=proof.id, today=today()
        )
        correct.verify(
            session, case, cast.chief, row.id, passed=False, words="仍未改正", verified_on=today(),
            failure_code="partly", today=today(),
        )  # fmt: skip
        row = ordered(session, case, cast.officer, measure_code=measure, follows_id=row.id)

    assert grounds(session, case, row) == ["《关于对党员领导干部进行诫勉谈话和函询的暂行办法》第五条"]
