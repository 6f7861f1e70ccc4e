"""The papers of a case that was opened from a complaint carry nothing of whoever complained."""

import pytest

from casebook.complaints import secrecy
from casebook.procedure.dates import today
from casebook.seal import inbox
from tests.casebook.complaints.test_papers import a_complaint


@pytest.mark.parametrize("kind", ["notice", "tolerance_decision", "recommendation_report"])
def test_a_paper_with_the_name_of_an_author_is_not_issued(record, kind):
    session, case = record.session, record.case_of(kind)
    sheet = record.issue(kind).content
    words = "".join(block.get("text") or "" for block in sheet["blocks"])
    name = next(
        word for word in ("道路改造", "申辩", "未批先建", "建议") if word in words
    )  # stands in the paper as it is
    complaint = a_complaint(session, record.cast, case_id=case.id)
    with record.home.seal() as seal:
        complaint.handle = inbox.submit(
            seal, receipt=f"{kind:0<20}", day=today(), fields={"name": name, "text": "另有其事"}, naming="real_name",
            organ_code="QX",
        )  # fmt: skip
    session.flush()

    with pytest.raises(secrecy.TellsTooMuch) as refused:
        record.issue(kind)
    assert "含有依法应当保密的内容" in refused.value.message("zh")
    assert name not in refused.value.message("zh")

    complaint.case_id = None
    session.flush()
    assert record.issue(kind).number
