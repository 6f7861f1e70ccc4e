"""The packs as shipped: their examples hold, nothing unverified is on, and the published cases come out right."""

import random
import re
from datetime import date

import pytest

from fixtures.load import published_cases
from rules.assess import assess, with_presumptions
from rules.check import check_packs
from rules.conduct import Conduct
from rules.library import TASKS, library, task_library
from rules.readers import readers_of
from rules.vocabulary import check_value, vocabulary

AS_OF = date(2026, 11, 21)


@pytest.fixture(scope="module")
def assessed() -> list[tuple[dict, dict]]:
    rows = [row for row in published_cases() if row["task"] == "disposition"]
    return [(row, assess(row["facts"], Conduct.parse(row["conduct_date"]), AS_OF)) for row in rows]


def test_every_example_holds_and_every_enabled_rule_has_one_on_either_side():
    assert check_packs().faults == ()


def test_what_nobody_has_read_is_disabled():
    for pack in library().packs.values():
        for rule in pack.rules:
            assert not (rule.enabled and rule.confidence in ("RECALLED", "EXCERPT-")), rule.id


def test_a_text_known_in_excerpts_only_says_which_of_its_days_nobody_read():
    doubts = {
        (pack.name, source.id): source.doubt
        for pack in library().packs.values()
        for source in pack.sources.values()
    }
    for code in ("INC2018", "CPD2003", "CPD2015", "CPD2018", "ADM2005", "WSA2007", "JDG2019", "PAR2009"):
        own = {doubt.zh if doubt else None for (_, source), doubt in doubts.items() if source == code}
        assert len(own) == 1, code
        assert None not in own, code
    assert "废止" in doubts["redlines", "ADM2005"].zh


def test_no_text_is_cited_for_those_whom_it_does_not_reach():
    reached = {
        "CSL2018": {"civil_servant": True, "grassroots_org_manager": False, "soe_manager": False},
        "ADM2005": {"civil_servant": False, "grassroots_org_manager": False, "soe_manager": False},
    }
    facts = {
        "subject_is_party_member": False, "subject_is_leading_cadre": False, "inaction_type": "refusal",
        "mental_state": "intentional", "leadership_responsibility": "direct", "correction_plan_status": "failed",
        "prior_reminder_given": "admonition", "superior_order_followed": True,
        "superior_order_manifestly_unlawful": True,
    }  # fmt: skip
    for category in reached["CSL2018"]:
        document = assess(facts | {"subject_category": category}, Conduct.parse("2023-05-01"), AS_OF)
        cited = {one["instrument"] for one in document["rules"].values() if one["provisional"] == "fired"}
        assert {code: code in cited for code in reached} == {
            code: who[category] for code, who in reached.items()
        }


def test_no_certain_recommendation_departs_from_what_the_authority_decided(assessed):
    wrong = [
        row["id"]
        for row, document in assessed
        if document["certainty"] == "certain" and document["disposition"] not in row["acceptable"]
    ]
    assert wrong == []


def test_nearly_all_recommendations_are_among_the_acceptable_and_few_are_referred(assessed):
    agreed = [row["id"] for row, document in assessed if document["disposition"] in row["acceptable"]]
    referred = [row["id"] for row, document in assessed if document["disposition"] == "refer"]

    assert len(agreed) >= 0.85 * len(assessed)
    assert len(referred) <= len(assessed) / 4


def test_the_disposition_can_be_rebuilt_from_the_trace_alone(assessed):
    for _, document in assessed:
        if any(note["code"] == "C-12" for note in document["law_notes"]):
            continue
        fired = {rule for rule, trace in document["rules"].items() if trace["provisional"] == "fired"}
        stops = (step for step in document["steps"] if fired & set(step["rules"]))
        first = next(stops, {"disposition": "refer"})

        assert first["disposition"] == document["disposition"]


def test_the_answer_can_be_reached_and_certain_means_one(assessed):
    for _, document in assessed:
        assert document["disposition"] in document["reachable"]
        assert (document["certainty"] == "certain") == (len(document["reachable"]) == 1)


def test_the_same_case_gives_the_same_document():
    facts = {"lack_of_experience_pilot": True, "mental_state": "ordinary_negligence"}

    assert assess(facts, Conduct.parse("2024"), AS_OF) == assess(facts, Conduct.parse("2024"), AS_OF)


def test_establishing_a_fact_never_enlarges_what_can_be_reached(assessed):
    chance = random.Random(3)
    for row, document in chance.sample(assessed, 8):
        for unknown in document["decisive_unknowns"][:3]:
            fact = vocabulary().facts[unknown["fact"]]
            if fact.type not in ("boolean", "choice"):
                continue
            value = chance.choice([True, False] if fact.type == "boolean" else list(fact.values))
            more = assess(row["facts"] | {fact.id: value}, Conduct.parse(row["conduct_date"]), AS_OF)

            assert set(more["reachable"]) <= set(document["reachable"])


def test_both_readers_agree_on_the_shipped_rules_and_random_facts():
    chance, words = random.Random(11), vocabulary()
    readers = readers_of(library().program(AS_OF, AS_OF))
    for _ in range(150):
        facts = {}
        for fact in words.facts.values():
            if chance.random() < 0.4 and fact.type in ("boolean", "choice") and not fact.open_values:
                value = chance.choice([True, False] if fact.type == "boolean" else list(fact.values))
                facts[fact.id] = check_value(fact, value)
        readers.read(facts)
        readers.read(with_presumptions(words, facts), provisional=True)


def test_every_example_has_a_name_of_its_own_in_its_pack_that_says_in_words_what_it_shows():
    packs = [
        *library().packs.values(),
        *(pack for task in TASKS for pack in task_library(task).packs.values()),
    ]
    for pack in packs:
        names = [example.name for example in pack.examples]
        assert len(set(names)) == len(names), pack.name
        codes = [name for name in names if re.search(r"[a-z]_[a-z]|\(\d+\)|each other value of", name)]
        assert codes == [], pack.name
