"""In which proofs a rule takes part."""

from rules.library import library, shipped_packs
from rules.proofs.prove import PROPERTIES
from web.rulebook.proofs import properties_of
from web.rulebook.shelf import Shelf

BOOKS = Shelf(shipped_packs())


def test_every_rule_in_use_takes_part_in_some_and_one_that_is_not_used_in_none():
    for rule in BOOKS.rules.values():
        found = properties_of(rule, BOOKS)
        assert bool(found) == rule.enabled
        assert set(found) <= PROPERTIES.keys()


def test_a_ground_of_tolerance_and_a_red_line_take_part_in_what_touches_the_end_of_a_case():
    ground = properties_of(library().rule("tolerance.pilot"), BOOKS)

    assert {"completeness", "red_lines", "direction", "live_rules", "dates"} <= set(ground)
    assert ground == [name for name in PROPERTIES if name in ground]


def test_a_rule_that_only_lists_measures_is_no_part_of_the_chain():
    rule = next(one for one in BOOKS.rules.values() if one.id == "discipline.light" and not one.effective_to)

    assert "completeness" not in properties_of(rule, BOOKS)
    assert "conflicts" in properties_of(rule, BOOKS)
