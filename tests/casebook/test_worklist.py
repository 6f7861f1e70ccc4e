"""The records to obtain where the time of the conduct is open: every law that may govern asks for its own."""

from datetime import date
from types import SimpleNamespace

from casebook.worklist import worklist
from tests.rules.test_older_conduct import PILOT

TODAY = date(2026, 11, 22)
DESTROYED = PILOT | {"obstruct_evidence": True, "evidence_status": "sufficient"}


def listed(conduct) -> dict[str, tuple]:
    rows = {fact: SimpleNamespace(value=value, is_read=True) for fact, value in DESTROYED.items()}
    found = worklist(rows, conduct, "440300", TODAY)
    return {item.fact.id: item.under for item in found.items}


def test_a_fact_that_decides_only_under_an_earlier_law_is_listed_with_the_days_of_that_law():
    """Whom the texts before July 2020 reach turns on who the person is; the law of 2020 reaches everybody."""
    dated, open_time = listed("2021-01-01"), listed({"before": "2021-01-01"})

    assert "subject_is_party_member" not in dated
    assert open_time["subject_is_party_member"] == ((date(2003, 12, 31), date(2015, 12, 31)),)
    assert open_time["private_gain_self"] == ((date(2003, 12, 31), date(2020, 6, 30)),)
    assert dated.keys() < open_time.keys()


def test_what_the_latest_law_asks_for_names_no_law():
    assert set(listed("2021-01-01").values()) == {()}
