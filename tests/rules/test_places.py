"""Law of a place: where it holds, from when, what it may say, and what is said where the place is not known."""

import gc
import weakref
from datetime import date
from random import Random

import pytest

from rules.assess import assess
from rules.check import check_packs
from rules.conduct import Conduct
from rules.engine import Engine
from rules.generated import Generated
from rules.library import with_packs
from rules.local_law import local_notes
from rules.pack import DISPOSITIONS, PackError
from rules.places import EVERYWHERE, PLACE_FACT, place_of, scope
from rules.solver import Solver

from .made import TODAY, as_yaml, make_fact, make_library, make_pack, make_rule, make_step, make_words

WORDS = make_words(
    make_fact("a"), make_fact("b", presume=False), make_fact("c"), make_fact(PLACE_FACT, "text")
)
A, B, C = ({"fact": fact_id, "is": True} for fact_id in "abc")
STEPS = [make_step("let", "tolerate", 20), make_step("mend", "correct", 30)]
NATIONAL = make_pack(
    [
        make_rule("made.bar", B, {"finding": "bar"}),
        make_rule("made.let", {"finding": "ground", "is": True}, {"step": "let"}, unless=["bar"]),
        make_rule("made.mend", A, {"step": "mend"}),
        make_rule("made.never", {"all": [A, {"fact": "a", "is": False}]}, {"finding": "ground"}),
    ],
    STEPS,
)
MEETING = make_pack(
    [make_rule("meets.ground", {"finding": "clause.exempt", "is": True}, {"finding": "ground"})],
    name="meets",
    region=["*"],
    titles={},
    questions={},
)
JUNE = Conduct.parse("2020-06-01")


def local(name, region, *rules, **details):
    return make_pack(
        rules, name=name, governed_by="conduct", region=region, titles={}, questions={}, gates={}, **details
    )


def clause(name, when=C, since="2020-01-01", gives=("exempt",), **details):
    return make_rule(f"{name}.clause", when, {"clause": list(gives)}, since=since, **details)


def library(*packs):
    return make_library(WORDS, NATIONAL, MEETING, *packs)


SHAN, HE = local("shan", ["37"], clause("shan")), local("he", ["41", "4203"], clause("he", A, "2020-05-01"))
QING = local("qing", ["3702"], clause("qing", A, "2021-01-01"))


def read(facts, place=None, conduct=JUNE, packs=None):
    return assess(facts, conduct, TODAY, place, packs or library(SHAN, HE, QING))


@pytest.mark.parametrize(
    ("region", "facts", "place"),
    [
        ("370100", {}, "3701"),
        ("370000", {}, "37"),
        ("37", {}, "37"),
        (" 3702 ", {}, "3702"),
        ("370000", {PLACE_FACT: "410300"}, "4103"),
        ("370202", {PLACE_FACT: "某县"}, "370202"),
        ("湖北宜都", {}, ""),
        ("3", {}, ""),
        ("３７", {}, ""),
        ("000000", {}, ""),
        (None, {}, ""),
    ],
)
def test_a_place_is_known_by_its_code_and_a_name_states_none(region, facts, place):
    assert place_of(region, facts) == place


def test_the_scope_of_a_place_is_the_narrowest_region_that_some_pack_knows():
    packs = library(SHAN, HE, QING).packs.values()

    assert [scope(packs, place) for place in ("370211", "3701", "4203", "420301", "42", "")] == [
        "3702", "37", "4203", "4203", "", "",
    ]  # fmt: skip


def test_a_local_clause_applies_within_its_region_and_nowhere_else():
    met = {"a": True, "b": False, "c": True}

    assert read(met, "370100")["disposition"] == "tolerate"
    assert read(met, "420300")["disposition"] == "tolerate"
    assert read(met, "420000")["disposition"] == "correct"
    assert read(met, "110000")["disposition"] == "correct"
    assert "shan.clause" not in read(met, "410000")["rules"]
    assert "meets.ground" not in read(met, "110000")["rules"]


def test_what_bars_nationally_bars_a_local_clause_too():
    assert read({"a": True, "b": True, "c": True}, "370100")["disposition"] == "correct"


def test_a_local_clause_applies_from_its_first_day_and_never_reaches_back():
    met = {"a": True, "b": False, "c": False}

    for day, disposition in (("2020-04-30", "correct"), ("2020-05-01", "tolerate")):
        document = read(met, "410000", Conduct.parse(day))
        assert document["disposition"] == disposition
        assert document["certainty"] == "certain"
        assert len(document["law"]) == 1


def test_conduct_of_unknown_date_is_read_under_each_state_of_the_local_law():
    document = read({"a": True, "b": False, "c": False}, "410000", Conduct.parse("2020"))

    assert document["disposition"] == "refer"
    assert set(document["reachable"]) == {"tolerate", "correct", "refer"}
    assert [one["disposition"] for one in document["law"]] == ["correct", "tolerate"]
    assert document["decisive_unknowns"][0]["fact"] == "conduct_end_date"


def test_conduct_that_lasted_beyond_the_commencement_of_a_local_clause_straddles():
    span = Conduct.parse({"from": "2020-04-01", "to": "2020-06-01"})

    assert "C-12" in [note["code"] for note in read({"a": True}, "410000", span)["law_notes"]]
    assert "C-12" not in [note["code"] for note in read({"a": True}, "110000", span)["law_notes"]]


def test_where_the_place_is_not_stated_nothing_local_is_read_and_the_place_is_asked_for():
    for region, facts in ((None, {}), ("某地", {}), (None, {PLACE_FACT: "某县"})):
        document = read({"a": True, "b": False, "c": True} | facts, region)

        assert document["disposition"] == "correct"
        assert document["certainty"] == "provisional"
        assert set(document["reachable"]) == {"tolerate", "correct"}
        [asked] = document["decisive_unknowns"]
        assert asked["fact"] == PLACE_FACT
        assert asked["changes"] == {"370000": "tolerate", "410000": "tolerate", "420300": "tolerate"}
        assert asked["narrows"]
        assert not [rule for rule in document["rules"] if rule.startswith(("shan.", "he.", "meets."))]
        assert document["local"]["status"] == "place_unknown"
        assert document["local"]["packs"] == []
        assert [one["pack"] for one in document["local"]["not_considered"]] == ["he", "qing", "shan"]
        assert [note["code"] for note in document["law_notes"]] == ["place_unknown"]


def test_where_no_local_clause_could_change_the_answer_the_place_is_not_asked_for():
    document = read({"a": True, "b": True, "c": True})

    assert (document["disposition"], document["certainty"]) == ("correct", "certain")
    assert document["decisive_unknowns"] == []


def test_the_law_of_places_that_began_within_a_stretch_of_national_law_is_thought_of():
    document = read({"a": True, "b": False}, conduct=Conduct.parse(None))

    assert "tolerate" in document["reachable"]
    assert read({"a": True, "b": False, "c": False}, conduct=Conduct.parse("2019"))["certainty"] == "certain"


def test_the_law_of_a_place_that_ended_within_a_stretch_of_national_law_is_thought_of():
    ended = local("shan", ["37"], clause("shan", since="2019-01-01", until="2020-03-31"))
    packs = library(ended)
    facts = {"a": True, "b": False, "c": True}

    for conduct in (None, "2020", {"before": "2020-06"}, {"from": "2018", "to": "2020"}):
        before = read(facts, conduct=Conduct.parse(conduct), packs=packs)
        after = read(facts, "370000", Conduct.parse(conduct), packs)
        assert before["certainty"] == "provisional"
        assert {"tolerate", *after["reachable"]} <= set(before["reachable"])
        asked = [one["fact"] for one in before["decisive_unknowns"]]
        assert "conduct_end_date" in asked
    for day in ("2018-12-31", "2020-04-01"):
        assert read(facts, conduct=Conduct.parse(day), packs=packs)["certainty"] == "certain"


def test_stating_the_place_never_enlarges_what_can_be_reached_whatever_the_time():
    random = Random(11)
    packs = library(
        local("shan", ["37"], clause("shan", since="2019-01-01", until="2020-03-31")),
        local("qing", ["3702"], clause("qing", A, "2016-01-01", until="2018-05-01")),
        HE,
    )
    times = [None, "2018", "2019-06", "2020", {"before": "2020-02"}, {"from": "2017", "to": "2020"}]
    for _ in range(60):
        facts = {one: random.choice([True, False]) for one in "abc" if random.random() < 0.7}
        when = Conduct.parse(random.choice(times))
        before = read(facts, conduct=when, packs=packs)
        for place in ("370000", "370200", "410000", "520000"):
            assert set(read(facts, place, when, packs)["reachable"]) <= set(before["reachable"])


def test_programs_long_unused_are_given_up_and_equal_ones_are_one(monkeypatch):
    monkeypatch.setattr("rules.library.PROGRAMS_KEPT", 2)
    packs = library(local("shan", ["37"], clause("shan", since="2019-01-01", until="2020-03-31")))

    first, again = (packs.program(date(2019, month, 1), TODAY, "37") for month in (1, 6))
    other = packs.program(date(2020, 4, 1), TODAY, "37")
    assert again is first
    assert packs.program(date(2018, 1, 1), TODAY) is other
    gone = weakref.ref(first)
    del first, again
    packs.program(date(2018, 1, 1), TODAY, "37")
    gc.collect()
    assert gone() is None


def test_a_place_without_a_pack_says_that_none_is_configured():
    document = read({"a": True}, "110000")

    assert document["local"] | {"text": None} == {
        "place": "11", "status": "none_configured", "text": None, "packs": [], "not_considered": [],
    }  # fmt: skip
    assert [note["code"] for note in document["law_notes"]] == ["none_configured"]


def test_a_library_without_law_of_places_says_nothing_of_them():
    document = read({"a": True}, packs=make_library(WORDS, NATIONAL))

    assert "local" not in document
    assert document["law_notes"] == []


def test_the_document_says_which_clauses_were_looked_at_and_why_others_were_not():
    old = clause("zone", A, "2010-01-01", until="2019-12-31")
    off = make_rule("zone.off", A, {"clause": ["exempt"]}, since="2019-01-01", enabled=False)
    frame = {
        "instrument": "M", "article": "第五条", "confidence": "SEEN", "checked": "2026-11-21",
        "why": {"zh": "框架性规定", "en": "A framework"},
    }  # fmt: skip
    later = make_rule("zone.late", A, {"clause": ["lighten", "mitigate"]}, since="2024-01-01", force="direct")
    zone = local("zone", ["3702"], old, clause("zone", C, "2020-01-01"), off, later, unruled=[frame])
    document = read({"a": True, "b": False}, "370200", packs=library(SHAN, zone))

    shown = {one["pack"]: one for one in document["local"]["packs"]}
    assert list(shown) == ["shan", "zone"]
    assert [(one["rule"], one["status"], one["certain"]) for one in shown["zone"]["clauses"]] == [
        ("zone.clause", "open", False)
    ]
    assert [(one["rule"], one["why"]) for one in shown["zone"]["not_read"]] == [
        ("zone.clause", "ended"), ("zone.off", "disabled"), ("zone.late", "not_yet"), (None, "no_rule"),
    ]  # fmt: skip
    assert shown["zone"]["not_read"][2]["gives"] == ["mitigate", "lighten"]
    assert shown["zone"]["not_read"][2]["force"] == "direct"
    assert read({"a": True, "c": False}, "370200", packs=library(zone))["local"]["packs"][0]["clauses"][0][
        "status"
    ] == ("does_not_apply")
    assert local_notes(document["local"]) == []


def test_a_clause_out_of_force_under_the_version_explained_says_that_the_date_is_uncertain():
    zone = local("zone", ["37"], clause("zone", A, "2020-01-01", until="2020-03-31"))
    document = read({"a": True, "b": False}, "370000", Conduct.parse("2020"), library(zone))

    [other] = document["local"]["packs"][0]["not_read"]
    assert other["why"] == "other_day"


def test_a_place_stated_only_as_a_province_says_that_its_cities_were_not_considered():
    document = read({"a": True}, "370000")

    assert [one["pack"] for one in document["local"]["packs"]] == ["shan"]
    assert [one["pack"] for one in document["local"]["not_considered"]] == ["qing"]
    assert [note["code"] for note in document["law_notes"]] == ["place_wide"]


# -- the readers


def test_the_place_as_a_fact_means_what_the_program_of_each_place_means():
    """Every reader of the program of everywhere, told the place, against the program of that place."""
    packs, random = library(SHAN, HE, QING), Random(7)
    day = date(2022, 1, 1)
    everywhere = packs.program(day, TODAY, EVERYWHERE)
    engine, generated = Engine(everywhere), Generated(everywhere, WORDS)
    solver = Solver(generated)
    places = {"370000": "37", "370200": "3702", "410000": "41", "420300": "4203", "110000": "11"}

    for _ in range(60):
        code = random.choice(list(places))
        facts = {one: random.choice([True, False]) for one in "abc" if random.random() < 0.7}
        here = Generated(packs.program(day, TODAY, places[code]), WORDS)
        for provisional in (False, True):
            wanted = here.read(facts, provisional)
            for reader in (engine, generated):
                found = reader.read(facts | {PLACE_FACT: code}, provisional)
                assert found.disposition == wanted.disposition
                assert {one: found.rules[one] for one in wanted.rules} == wanted.rules
        here_solver = Solver(here)
        for disposition in DISPOSITIONS:
            one = solver.witness(generated.cells_of(facts | {PLACE_FACT: code}), disposition)
            assert (one is None) == (here_solver.witness(here.cells_of(facts), disposition) is None)
    engine.close()


# -- packs that a site adds


def test_a_site_adds_the_pack_of_its_place_and_it_replaces_the_one_of_its_name():
    packs = library(SHAN)
    gui = local("gui", ["52"], clause("gui"))
    more = with_packs(packs, {"site/gui.yaml": as_yaml(gui)})
    again = with_packs(
        more, {"site/shan.yaml": as_yaml(local("shan", ["37"], clause("shan", since="2024-01-01")))}
    )

    met = {"a": True, "b": False, "c": True}
    assert read(met, "520100", packs=packs)["disposition"] == "correct"
    assert read(met, "520100", packs=more)["disposition"] == "tolerate"
    assert read(met, "370000", packs=more)["disposition"] == "tolerate"
    assert read(met, "370000", packs=again)["disposition"] == "correct"
    assert sorted(again.packs) == ["gui", "made", "meets", "shan"]
    assert sorted(again.texts) == ["made.yaml", "meets.yaml", "site/gui.yaml", "site/shan.yaml"]


def test_a_pack_may_not_take_the_file_name_of_another():
    with pytest.raises(PackError, match=r"shan\.yaml:1:1: found a file of the name of another pack's"):
        with_packs(library(SHAN), {"shan.yaml": as_yaml(local("gui", ["52"], clause("gui")))})


def test_a_local_pack_under_the_name_of_a_national_finding_is_refused():
    national = make_pack([make_rule("made.one", A, {"finding": "gain.private"})])

    with pytest.raises(PackError, match=r"by which the national finding 'gain.private' is known"):
        make_library(WORDS, national, local("gain", ["37"], clause("gain")))


@pytest.mark.parametrize(
    "then",
    [{"red_line": "N-01"}, {"step": "let"}, {"finding": "bar"}, {"finding": "ground"}, {"refer": "C-12"}],
)
def test_a_local_pack_that_reaches_for_what_is_national_is_refused(then):
    rule = make_rule("gui.one", A, then, since="2020-01-01")

    with pytest.raises(PackError):
        with_packs(library(), {"gui.yaml": as_yaml(local("gui", ["52"], rule))})


def test_a_local_pack_may_say_what_a_tolerated_error_no_longer_affects():
    rule = make_rule(
        "gui.after",
        {"finding": "disposition.tolerate", "is": True},
        {"clause": ["unaffected"]},
        since="2020-01-01",
    )
    packs = library(local("gui", ["52"], clause("gui"), rule))

    assert (
        read({"a": True, "b": False, "c": True}, "52", packs=packs)["rules"]["gui.after"]["status"] == "fired"
    )


def test_a_check_names_the_place_whose_rules_cannot_be_put_in_order(tmp_path):
    gui = local(
        "gui",
        ["52"],
        make_rule("gui.one", {"finding": "gui.b", "is": True}, {"finding": "gui.a"}, since="2020-01-01"),
        make_rule("gui.two", {"finding": "gui.a", "is": True}, {"finding": "gui.b"}, since="2020-01-01"),
    )
    (tmp_path / "regions").mkdir()
    (tmp_path / "regions" / "gui.yaml").write_text(as_yaml(gui), encoding="utf-8")

    faults = check_packs(tmp_path).faults

    told = [fault.found for fault in faults if "circle" in fault.found]
    assert told == ["rules that read each other in a circle: gui.one, gui.two (law of 2020-01-01 in 52)"]


def test_a_local_rule_may_displace_another_of_its_own_pack():
    newer = make_rule("gui.newer", A, {"clause": ["lighten"]}, since="2020-01-01", overrides=["gui.clause"])
    packs = library(local("gui", ["52"], clause("gui"), newer))

    assert read({"a": True, "b": False, "c": True}, "52", packs=packs)["disposition"] == "correct"
    assert read({"a": False, "b": False, "c": True}, "52", packs=packs)["disposition"] == "tolerate"
