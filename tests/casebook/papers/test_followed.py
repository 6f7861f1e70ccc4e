"""The order to put an error right: by which texts it is given."""

from datetime import timedelta

import pytest

from casebook.models import Stage
from casebook.papers.followed import gather_order
from casebook.procedure import correct
from casebook.procedure.dates import today
from tests.stages import Cast, recommended_case, skip_to


@pytest.mark.parametrize(("member", "grounds"), [(False, []), (True, ["《中国共产党党内监督条例》第二十一条"])])
def test_an_order_cites_a_party_text_to_party_members_only(session, home, member, grounds):
    cast = Cast(session, home)
    facts = {"circumstances_grade": "minor", "violates_law": True, "subject_is_party_member": member}
    case = skip_to(session, recommended_case(session, cast, **facts), Stage.IN_FORCE)
    row = correct.order(
        session, case, cast.officer, error_code="other", error="未按时报告", responsible="周某", unit="青石镇",
        measure_code="reminder", measure="提醒谈话", due_on=today() + timedelta(days=30), today=today(),
    )  # fmt: skip

    found = gather_order(session, case, today(), f"correction:{row.id}")

    assert found.values["grounds"] == grounds
