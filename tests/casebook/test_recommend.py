"""From the facts of a case to a stored recommendation."""

import gc
import hashlib
import json

import pytest
from sqlalchemy import select

from casebook import __version__
from casebook import recommend as module
from casebook.db import canonical_json
from casebook.errors import Withheld
from casebook.intake import FactEntry
from casebook.models import CaseFact, Event, Recommendation, RuleText, Status
from casebook.recommend import latest_recommendation, make_document, recommend
from rules.assess import ReadersDiffer
from rules.engine import EngineError
from rules.library import read_library
from rules.vocabulary import read_vocabulary
from tests.factories import make_case, save


@pytest.fixture
def case(session):
    other = make_case(session)
    save(session, other, deaths=9)
    return make_case(session, conduct="2022-03-01")


def test_a_recommendation_is_stored_with_its_document_as_canonical_text(session, case, today):
    save(session, case, mental_state="ordinary_negligence", deaths=0)

    recommendation = recommend(session, case, case.officer, today)

    document = recommendation.content
    assert recommendation.document == canonical_json(document)
    assert recommendation.sha256 == hashlib.sha256(recommendation.document.encode()).hexdigest()
    assert (recommendation.disposition, recommendation.certainty) == (
        document["disposition"],
        document["certainty"],
    )
    assert document["case"] == {"number": case.number, "version": 2}
    assert document["as_of"] == today.isoformat()
    assert document["conduct"] == "2022-03-01"
    assert recommendation.case_version == case.version == 2
    assert recommendation.created_by is case.officer
    assert case.status == Status.RECOMMENDED


def test_only_documented_and_verified_facts_are_read_and_the_others_are_listed(session, case, today):
    save(
        session, case,
        deaths=FactEntry(0, "verified"), mental_state=FactEntry("intentional", "claimed"),
        private_gain_self=FactEntry(True, "disputed"), adverse_influence=FactEntry("limited", "documented"),
        rule_status_at_time=FactEntry(None, "claimed", note="查无"),
    )  # fmt: skip

    document = recommend(session, case, case.officer, today).content

    assert document["facts"] == {"adverse_influence": "limited", "deaths": 0}
    assert document["unread"] == [
        {"fact": "mental_state", "standing": "claimed"},
        {"fact": "private_gain_self", "standing": "disputed"},
    ]


def test_each_assessment_of_a_case_is_kept_beside_the_ones_before(session, case, today):
    first = recommend(session, case, case.officer, today)
    save(session, case, deaths=1)
    second = recommend(session, case, case.officer, today)

    assert [first.seq, second.seq] == [1, 2]
    assert [first.case_version, second.case_version] == [1, 2]
    assert latest_recommendation(session, case) is second

    other = make_case(session)
    assert recommend(session, other, other.officer, today).seq == 1


def test_the_same_facts_on_the_same_day_give_the_same_bytes(session, case, today):
    save(session, case, mental_state="ordinary_negligence", deaths=0)

    first = recommend(session, case, case.officer, today)
    second = recommend(session, case, case.officer, today)

    assert first.sha256 == second.sha256


def test_making_a_recommendation_is_logged_with_the_hash_of_its_document(session, case, today):
    recommendation = recommend(session, case, case.officer, today)

    event = session.scalars(select(Event).where(Event.kind == "recommendation.made")).one()
    assert event.case_id == case.id
    assert event.detail == {
        "seq": 1, "version": 1, "sha256": recommendation.sha256,
        "disposition": recommendation.disposition, "certainty": recommendation.certainty,
        "product": __version__,
    }  # fmt: skip


def test_the_texts_of_the_rules_are_kept_once_under_the_digests_that_the_document_names(session, case, today):
    document = recommend(session, case, case.officer, today).content
    recommend(session, case, case.officer, today)

    kept = {row.sha256: row for row in session.scalars(select(RuleText))}
    named = [*(pack["digest"] for pack in document["packs"].values()), document["vocabulary"]["digest"]]
    assert kept.keys() == set(named)
    assert all(hashlib.sha256(row.text.encode()).hexdigest() == row.sha256 for row in kept.values())


def test_a_text_of_the_rules_that_is_kept_already_stays_beside_the_new_one(session, case, today):
    session.add(RuleText(sha256="0" * 64, name="method.yaml", text="an older method"))
    session.flush()

    recommend(session, case, case.officer, today)

    assert session.get(RuleText, "0" * 64).text == "an older method"
    assert len(session.scalars(select(RuleText).where(RuleText.name == "method.yaml")).all()) == 2


def test_the_document_is_made_again_from_the_texts_that_were_kept(session, case, today):
    save(session, case, deaths=0, mental_state=FactEntry("intentional", "claimed"))
    made = recommend(session, case, case.officer, today)
    texts = {row.name: row.text for row in session.scalars(select(RuleText).order_by(RuleText.name))}
    words = read_vocabulary(texts.pop("vocabulary.yaml"), "vocabulary.yaml")
    entries = {
        row.fact_id: FactEntry.of(row) for row in session.scalars(select(CaseFact)) if row.case_id == case.id
    }

    again = make_document(
        entries, case.conduct, case.region, today, case.number, case.version, read_library(texts, words)
    )

    assert canonical_json(again) == made.document


@pytest.mark.parametrize(
    ("failure", "rules"),
    [(ReadersDiffer(["par.b", "par.a"]), ["par.a", "par.b"]), (EngineError("no answer"), [])],
)
def test_without_two_readers_that_agree_there_is_no_recommendation_but_a_status_and_an_event(
    session, case, today, monkeypatch, failure, rules
):
    def differ(*_arguments):
        raise failure

    monkeypatch.setattr(module, "assess", differ)

    with pytest.raises(Withheld) as withheld:
        recommend(session, case, case.officer, today)

    assert withheld.value.case is case
    assert withheld.value.rules == rules
    assert all(rule in withheld.value.message("zh") for rule in [*rules, case.number])
    assert all(rule in withheld.value.message("en") for rule in [*rules, case.number])
    assert case.status == Status.WITHHELD
    assert session.scalars(select(Recommendation)).all() == []
    event = session.scalars(select(Event).where(Event.kind == "recommendation.withheld")).one()
    assert event.detail == {"version": 1, "rules": rules}


def test_a_withheld_case_becomes_a_draft_when_its_facts_change(session, case):
    case.status = Status.WITHHELD

    save(session, case, deaths=0)

    assert case.status == Status.DRAFT


def test_canonical_json_is_one_text_for_one_value():
    value = {"b": [1.5, True, None], "a": {"中": "文\n", "z": 1}}

    text = canonical_json(value)

    assert text == '{"a":{"z":1,"中":"文\\n"},"b":[1.5,true,null]}'
    assert canonical_json(json.loads(text)) == text
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(float("nan"))


def test_a_start_compiles_the_law_and_spares_the_collector_what_stays(today):
    try:
        module.warm_up(today)
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
