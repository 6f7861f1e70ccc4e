"""What somebody who means no good could try with a rule pack: hidden signs, sheer size, what is learnt on the way."""

import pytest

from casebook.errors import BadFields, NotReady
from casebook.packs import approval, checking, entitled, told
from casebook.packs.drafts import BadPack
from rules.library import TASKS, library, task_library
from tests.casebook.packs.test_life import (  # noqa: F401 - two of them are fixtures
    TODAY,
    checked,
    looked_at,
    people,
    proofs,
    proposed,
    sign,
    written,
)
from tests.packs import PILOT, county_pack

ABA = county_pack("aba", region="5132").replace("Ganzi: measures of tolerance (2026)", "Aba: measures (2026)")


@pytest.mark.parametrize("sign_", ["\u202e", "\u2066", "\u200b", "\u2028", "\u00ad"])
def test_a_text_that_reads_otherwise_than_it_looks_is_refused_with_its_place(session, people, sign_):  # noqa: F811
    text = county_pack().replace("# 甘孜", f"# 甘孜{sign_}")

    with pytest.raises(BadPack) as refused:
        written(session, people.reviewer, text=text)

    said = refused.value.errors["text"]
    assert f"U+{ord(sign_):04X}" in said.zh
    assert said.en.startswith("Line 1, column 5")


@pytest.mark.parametrize("blank", ["\u200b", " \u2060\u00ad\n", "\u3000\ufeff"])
def test_a_reason_of_signs_that_nobody_sees_is_none(session, people, proofs, blank):  # noqa: F811
    with pytest.raises(BadFields):
        written(session, people.reviewer, reason=blank)
    with pytest.raises(BadFields):
        approval.refuse(
            session, pack := proposed(session, people.reviewer), people.chief, digest=pack.digest, why=blank
        )


NATIONAL = sorted(
    {name for name, pack in library().packs.items() if not pack.local}
    | {name for task in TASKS for name in task_library(task).packs}
)


@pytest.mark.parametrize("name", NATIONAL)
def test_a_pack_of_the_site_takes_the_name_of_none_that_is_law_everywhere(session, people, name):  # noqa: F811
    with pytest.raises(BadFields, match="national pack"):
        written(session, people.reviewer, text=county_pack(name))


def test_sheer_size_is_refused_before_anything_is_run(session, people, monkeypatch):  # noqa: F811
    monkeypatch.setattr(checking, "pack_faults", lambda *_: 1 / 0)
    losses = ", ".join(f"{{fact: direct_economic_loss_cny, above: {number}}}" for number in range(41))
    texts = (
        county_pack(more=f"        - {{any: [{losses}]}}\n"),
        county_pack(region='", "'.join(f"51{number}" for number in range(10, 51))),
        county_pack(region='5133", "5133'),
    )

    found = [checked(session, written(session, people.reviewer, text=text))[0].report for text in texts]

    assert [[one["found"] for one in report] for report in found] == [
        ["'direct_economic_loss_cny' compared with more than 40 different values, with ganzi.pilot"],
        ["41 codes under 'region'"],
        ["the code 5133 a second time under 'region'"],
    ]


def test_forty_amounts_and_forty_places_are_not_too_many(session, people):  # noqa: F811
    losses = ", ".join(f"{{fact: direct_economic_loss_cny, below: {number}}}" for number in range(1, 41))
    text = county_pack(
        more=f"{PILOT}        - {{any: [{losses}]}}\n",
        known=", direct_economic_loss_cny: 20",
        region='", "'.join(f"51{number}" for number in range(10, 50)),
    )

    (row,) = checked(session, written(session, people.reviewer, text=text))

    assert row.report == []


def test_a_proposal_that_can_no_longer_be_read_is_refused_in_words(session, people, proofs):  # noqa: F811
    waiting = proposed(session, people.reviewer)
    sign(session, proposed(session, people.colleague, text=ABA), people.chief)

    assert entitled.not_entitled(session, waiting, people.chief) is None
    with pytest.raises(NotReady, match="packs beside it have changed"):
        sign(session, waiting, people.chief)


def test_a_chief_between_author_and_top_learns_no_number_of_cases_beside_theirs(session, people, proofs):  # noqa: F811
    (row,) = looked_at(session, written(session, people.reviewer)).rehearsals

    assert told.told(session, row, people.chief).second
    between = told.told(session, row, people.middle)
    assert (between.second, between.rest, between.rest_unread) == (False, None, None)
