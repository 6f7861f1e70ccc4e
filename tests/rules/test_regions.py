"""The packs of places as shipped: every local statute has a place in them, and none outweighs what is national."""

from datetime import date, timedelta
from functools import cache
from random import Random

import pytest

from fixtures.load import published_cases
from rules.assess import assess, with_presumptions
from rules.conduct import Conduct
from rules.generated import Generated
from rules.law import governing_law
from rules.library import Library, library, read_library, with_packs
from rules.places import EVERYWHERE, PLACE_FACT, code_of
from rules.readers import readers_of
from rules.vocabulary import vocabulary
from tests.packs import FIRES, county_pack

TODAY = date(2026, 11, 21)
STATUTES = {  # the local statutes with a tolerance clause, and where each is law
    "33": ("ZJ-ONE2018", "ZJ-DIG2020", "ZJ-FTZ2017"),
    "41": ("HA-BE2020",),
    "4101": ("ZZ-AIR2020", "ZLX2020"),
    "50": ("CQ-BE2021", "CQ-FTZ2019"),
    "31": ("SH-BE2024", "SH-STI2020", "SH-STP2024", "SH-ONE2021"),
    "37": ("SD-NOE2019", "SD-BE2020", "SD-FTZ2020", "SD-TAL2020", "SD-TWN2020", "SD-SAF2021"),
    "3702": ("QD-BE2021", "QD-XHA2017"),
    "3714": ("DZ-BE2021",),
    "3701": ("JN-BE2022",),
    "3716": ("BZ-APR2020",),
    "11": ("BJ-BE2024", "BJ-DIG2022", "BJ-STI2024", "BJ-HOT2021", "BJ-SUB2019"),
    "44": ("GD-BE2022",),
    "4401": ("GD-KC2022",),
    "4404": ("HQ2023",),
    "4453": ("YF-BE2023",),
}
LOCAL = [pack for pack in library().packs.values() if pack.local]
WORDS = vocabulary()
OF_PLACES = {f"regions/{pack.name}.yaml" for pack in library().packs.values() if pack.local}
ASKED = [
    fact
    for fact in WORDS.facts.values()
    if fact.type in ("boolean", "choice") and not fact.open_values and "disposition" in fact.tasks
]


@cache
def national() -> Library:
    """The shipped packs without the law of any place."""
    return read_library(
        {name: text for name, text in library().texts.items() if name not in OF_PLACES}, WORDS
    )


@cache
def generated(place: str) -> Generated:
    return Generated(library().program(TODAY, TODAY, place), WORDS)


def case(random: Random, towards: float = 0.0) -> dict:
    """A case of which much is unknown; `towards` of the time what clauses of exemption ask for is met."""
    facts, met = {}, random.random() < towards
    for fact in ASKED:
        if random.random() < (0.03 if met else 0.4):
            facts[fact.id] = random.choice([True, False] if fact.type == "boolean" else list(fact.values))
    if met:
        facts = GOOD | facts | {"conduct_sector": random.choice(list(WORDS.facts["conduct_sector"].values))}
        facts |= {"conduct_zone": random.choice(list(WORDS.facts["conduct_zone"].values))}
        for fact in random.sample(sorted(facts), 3):
            del facts[fact]
    return facts


GOOD = {
    "expected_goal_unmet": True,
    "within_statutory_authority": True,
    "consistent_with_reform_direction": True,
    "rule_status_at_time": "discretionary",
    "violates_law": False,
    "decision_mode": "collective_full",
    "formal_approval_missing": False,
    "tendering_skipped": False,
    "is_major_admin_decision": False,
    "due_diligence_performed": True,
    "statutory_duty_fully_performed": True,
    "records_complete": True,
    "private_gain_self": False,
    "private_gain_related_persons": False,
    "gifts_or_benefits_received": False,
    "malicious_collusion": False,
    "malicious_harm_public_interest": False,
    "remedial_action_voluntary": True,
    "mental_state": "ordinary_negligence",
}


def test_every_local_statute_is_a_rule_or_says_why_not():
    assert sum(map(len, STATUTES.values())) == 32
    for region, statutes in STATUTES.items():
        for statute in statutes:
            placed = [
                one
                for pack in LOCAL
                if region in pack.region
                for one in (*pack.rules, *pack.unruled)
                if one.instrument == statute
            ]
            assert placed, statute


def test_of_every_source_of_a_place_something_is_said():
    for pack in LOCAL:
        said = {one.instrument for one in (*pack.rules, *pack.unruled)}
        assert said == set(pack.sources), pack.name


def test_the_clauses_say_how_they_bind():
    forces = {rule.id: rule.force for pack in LOCAL for rule in pack.rules}

    assert forces["henan.be2020"] == "must"
    assert forces["zhejiang.one2018"] == forces["hengqin.hq2023"] == "direct"
    assert forces["zhengluoxin.zone2020"] == "may"
    assert forces["shanghai.sti2020"] == forces["chongqing.be2021"] == "as_prescribed"


def test_a_clause_that_states_no_conditions_exempts_nobody_and_one_of_doubtful_days_leaves_it_to_a_panel():
    gives = {rule.id: rule.establishes for pack in LOCAL for rule in pack.rules}

    for clause in ("qingdao.be2021", "beijing.be2020", "beijing.dig2022", "guangdong.be2022", "yunfu.be2023"):
        assert gives[clause] == ("clause.incomplete",)
    versions = {rule.version: rule.establishes for pack in LOCAL for rule in pack.rules}
    assert (
        versions["dezhou.be2021@2021-10-08"]
        == versions["zhejiang.ftz2017@2022-05-01"]
        == ("clause.in_doubt",)
    )
    assert "clause.exempt" in versions["dezhou.be2021@2023-01-01"]
    for pack in LOCAL:
        for rule in pack.rules:
            if "clause.in_doubt" in rule.establishes:
                assert pack.sources[rule.instrument].doubt, (
                    "the page of the instrument says which day was not read"
                )
                ends = {one.effective_to for one in pack.rules if "clause.in_doubt" in one.establishes} - {
                    None
                }
                chosen = {end + timedelta(days=1) for end in ends} or {rule.effective_from}
                said = pack.sources[rule.instrument].doubt
                assert "本系统选定" in said.zh
                assert "choice of this product" in said.en
                assert all(f"{day.year}年{day.month}月{day.day}日" in said.zh for day in chosen)
    assert gives["zhejiang.dig2020"] == ("clause.no_negative_evaluation",)


@pytest.mark.parametrize("place", ["37", "3702", "41", "4101", "44"])
def test_both_readers_agree_on_random_facts_in_a_place(place):
    random = Random(place)
    readers = readers_of(library().program(TODAY, TODAY, place))
    for _ in range(40):
        facts = case(random, towards=0.5)
        readers.read(facts)
        readers.read(with_presumptions(WORDS, facts), provisional=True)


def test_the_place_as_a_fact_means_what_the_law_of_the_place_means():
    random, everywhere = Random(5), generated(EVERYWHERE)
    for region in sorted({region for pack in LOCAL for region in pack.region}):
        here = generated(region)
        for _ in range(12):
            facts = with_presumptions(WORDS, case(random, towards=0.7))
            asked = everywhere.read(facts | {PLACE_FACT: code_of(region)}, provisional=True)
            found = here.read(facts, provisional=True)
            assert asked.disposition == found.disposition
            assert {rule: asked.rules[rule] for rule in found.rules} == found.rules


def test_a_place_that_is_not_stated_leaves_the_national_reading_as_it_is():
    random, everywhere, nation = Random(8), generated(EVERYWHERE), generated("")
    for _ in range(150):
        facts = with_presumptions(WORDS, case(random, towards=0.6))
        assert (
            everywhere.read(facts, provisional=True).disposition
            == nation.read(facts, provisional=True).disposition
        )


def test_no_local_clause_takes_tolerance_away_and_none_tolerates_over_a_red_line():
    random, nation, changed = Random(13), generated(""), 0
    for region in sorted({region for pack in LOCAL for region in pack.region}):
        here = generated(region)
        for _ in range(120):
            facts = with_presumptions(WORDS, case(random, towards=0.8))
            for provisional in (True, False):
                old, new = nation.read(facts, provisional), here.read(facts, provisional)
                red = {name: held for name, held in old.findings.items() if name.startswith("red_line.")}
                assert red == {name: new.findings[name] for name in red}
                assert old.findings["barred.any"] == new.findings["barred.any"]
            old, new = nation.read(facts, True), here.read(facts, True)
            changed += old.disposition != new.disposition
            if old.disposition == "tolerate":
                assert new.disposition == "tolerate"
            elif old.disposition != new.disposition:
                assert new.disposition in ("tolerate", "refer")
            if new.findings["barred.any"] and new.disposition == "tolerate":
                assert old.disposition == "tolerate"
    assert changed > 20


def test_the_published_cases_come_out_as_they_did_without_the_law_of_places():
    rows = [row for row in published_cases() if row["task"] == "disposition" and row["facts"].get(PLACE_FACT)]
    moved = []
    for row in rows:
        conduct = Conduct.parse(row["conduct_date"])
        presumed = with_presumptions(WORDS, row["facts"])
        place = str(row["facts"][PLACE_FACT])[:4]
        here = governing_law(library(), conduct, TODAY, row["facts"], presumed, place)
        before = governing_law(national(), conduct, TODAY, row["facts"], presumed)
        if here.disposition != before.disposition and here.disposition not in row["acceptable"]:
            moved.append(row["id"])

    assert moved == []


def test_a_local_statute_does_not_reach_back_behind_its_commencement():
    facts = GOOD | {
        "conduct_sector": "business_environment",
        "purpose": "public",
        "conduct_nature": "weak_execution",
    }

    for day, disposition in (("2020-12-31", "correct"), ("2021-01-01", "tolerate")):
        document = assess(facts, Conduct.parse(day), TODAY, "410000")
        assert document["disposition"] == disposition, day
    [henan] = document["local"]["packs"]
    assert [(one["rule"], one["status"], one["force"]) for one in henan["clauses"]] == [
        ("henan.be2020", "applies", "must")
    ]
    assert henan["clauses"][0]["gives"] == ["exempt", "despite_duty"]


def test_an_unknown_place_is_asked_for_where_a_local_clause_could_change_the_answer():
    facts = GOOD | {
        "conduct_sector": "business_environment",
        "purpose": "public",
        "conduct_nature": "weak_execution",
    }
    document = assess(facts, Conduct.parse("2025-03-01"), TODAY)

    assert document["disposition"] == "correct"
    assert document["certainty"] == "provisional"
    [asked] = [one for one in document["decisive_unknowns"] if one["fact"] == PLACE_FACT]
    assert asked["changes"]["410000"] == "tolerate"
    assert "place_unknown" in [note["code"] for note in document["law_notes"]]


def test_a_clause_that_shields_ends_a_case_only_where_an_inquiry_found_every_safety_duty_done():
    books = with_packs(library(), {"regions/ganzi.yaml": county_pack(then="clause: [shield]")})
    done = {"statutory_duty_fully_performed": True, "duties_found_by_inquiry": True}
    on = Conduct.parse("2026-12-05")

    def ends(facts: dict) -> str:
        presumed = with_presumptions(WORDS, facts)
        return governing_law(books, on, date(2026, 12, 6), facts, presumed, "5133").disposition

    assert ends(FIRES | {"violates_law": True}) == "refer"
    assert ends(FIRES | {"violates_law": True} | done) == "tolerate"
