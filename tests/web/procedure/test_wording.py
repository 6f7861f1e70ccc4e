"""The sentence in which a fact is offered for the notice reads as an official paper would say it."""

import pytest

from casebook.procedure.notice import Offer
from web.procedure.wording import point_text


@pytest.mark.parametrize(
    ("fact_id", "value", "words"),
    [
        ("private_gain_self", True, "经查，存在“为本人谋利”的情形。"),
        ("private_gain_self", False, "经查，不存在“为本人谋利”的情形。"),
        ("subject_is_party_member", True, "经查，当事人是中共党员。"),
        ("subject_is_party_member", False, "经查，当事人不是中共党员。"),
        ("purpose", "public", "经查，行为目的：为公。"),
    ],
)
def test_a_fact_is_offered_as_a_sentence(fact_id, value, words):
    offer = Offer(kind="fact", ref=fact_id, carries=True)

    assert point_text(offer, {"facts": {fact_id: value}}) == words
