"""The vocabulary, the packs on a date, help."""

import pytest

from rules.library import library, shipped_packs
from rules.vocabulary import vocabulary


def test_the_vocabulary_shows_every_fact_with_its_help_burden_and_holder(visitor, officer_zh):
    for language in ("en", "zh"):
        visitor.client.set_cookie("casebook_lang", language)
        visitor.get("/vocabulary")
        text = visitor.page.get_text()
        for fact in vocabulary().facts.values():
            for expected in (fact.label(language), fact.help(language), fact.holder(language)):
                assert expected in text
            assert visitor.page.select_one(f"#fact-{fact.id}")


def test_the_packs_are_listed_with_how_many_rules_are_in_force(visitor):
    visitor.get("/packs", on="2026-11-21")

    for pack in shipped_packs().values():
        assert pack.title.en in visitor.text()
    assert visitor.value("on") == "2026-11-21"


@pytest.mark.parametrize("path", ["/packs", "/packs/discipline"])
@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "<b>x</b>"])
def test_a_day_that_is_none_is_named_and_today_is_shown(visitor, path, day):
    visitor.get(path, on=day)

    assert visitor.status == 200
    assert "is not a date" in visitor.text()
    assert not visitor.page.select("main b")


def test_a_pack_shows_the_rules_in_force_on_a_date_and_the_others_apart(visitor):
    pack = library().packs["discipline"]
    days = sorted({rule.effective_from for rule in pack.rules if rule.effective_from and rule.enabled})
    old = days[0]

    visitor.get("/packs/discipline", on=old.isoformat())

    headings = [h.get_text(strip=True) for h in visitor.page.select("h2.cb-section-heading")]
    in_force = [rule for rule in pack.rules if rule.enabled and rule.in_force(old)]
    assert headings[0].endswith(f"({len(in_force)})")
    assert any("Not in force on that day" in heading for heading in headings)


def test_a_rule_from_memory_is_marked_as_never_used(visitor):
    disabled = [(pack, rule) for pack in library().packs.values() for rule in pack.rules if not rule.enabled]
    assert disabled, "no pack keeps a rule from memory any more: drop this test"
    pack, rule = disabled[0]

    visitor.get(f"/packs/{pack.name}")

    card = visitor.page.select_one("#rule-" + rule.version.replace(".", "-").replace("@", "-")).get_text(" ")
    assert "Not used" in card
    assert "Kept, but never used" in visitor.text()


def test_every_pack_page_renders_in_both_languages_with_unique_places(visitor):
    for language in ("en", "zh"):
        visitor.client.set_cookie("casebook_lang", language)
        for name in shipped_packs():
            visitor.get(f"/packs/{name}")
            assert visitor.status == 200
            places = [tag["id"] for tag in visitor.page.select("[id]")]
            assert len(places) == len(set(places))


def test_a_fact_of_a_complaint_names_the_pack_that_reads_it(visitor):
    visitor.get("/vocabulary")

    links = visitor.page.select_one("#fact-allegation_basis").select("a")
    assert {link["href"] for link in links} == {"/packs/complaints"}


def test_an_unknown_pack_is_not_found(visitor):
    visitor.get("/packs/no-such-pack")

    assert visitor.status == 404


def test_help_can_be_read_before_signing_in(client):
    assert client.get("/help").status_code == 200


def test_a_fact_names_the_packs_whose_rules_read_it_and_no_working_notes(visitor):
    visitor.get("/vocabulary")

    fact = visitor.page.select_one("#fact-mental_state")
    readers = {
        pack.name
        for pack in library().packs.values()
        if any(rule.enabled and "mental_state" in rule.reads for rule in pack.rules)
    }
    assert {link["href"] for link in fact.select("a")} == {f"/packs/{name}" for name in readers}
    assert len(readers) > 1
    assert not any("seed 00" in row.get_text() for row in visitor.page.select("dd"))
