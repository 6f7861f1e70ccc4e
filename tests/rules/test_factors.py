"""Cases are compared by factors whose direction a provision gives, measured in raw facts by the law of the day."""

import itertools
import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.assess import with_presumptions
from rules.conduct import Conduct
from rules.factors import book, measured, read_factors
from rules.law import governing_law
from rules.library import library
from rules.pack import NEVER_ENABLED
from rules.vocabulary import vocabulary
from rules.yaml_source import SourceError
from tests.rules.chinese import is_told, refused_with

TODAY = date(2026, 11, 21)
FACTS = vocabulary().facts
READ = sorted({fact for factor in book().factors.values() for fact in factor.facts})
MILD_TO_GRAVE = ("not_established", "tolerate", "correct", "hold_accountable")

MADE = """\
sources:
  LAW: {zh: "某条例", en: "Some regulation"}
issues:
  gravity: {zh: "情节轻重", en: "Gravity"}
  disposition: {zh: "整体处理", en: "The whole"}
factors:
  - id: knew
    zh: "明知"
    en: "Knew"
    direction: graver
    when: {fact: knew_of_prohibition, is: true}
    issues: [gravity, disposition]
    provisions: [{source: LAW, article: "第一条", confidence: SEEN}]
    why_zh: "因为"
    why_en: "because"
  - id: mind
    zh: "过错"
    en: "Mind"
    direction: graver
    order: {fact: mental_state, values: [no_fault, [ordinary_negligence, gross_negligence], intentional]}
    issues: [disposition]
    provisions:
      - {source: LAW, article: "第二条", confidence: RECALLED}
      - {source: LAW, article: "第三条", confidence: EXCERPT}
    why_zh: "因为"
    why_en: "because"
  - id: loss
    zh: "损失"
    en: "Loss"
    direction: graver
    amount: direct_economic_loss_cny
    thresholds:
      - {amount: 300000, zh: "新标准", en: "the new threshold", from: 2026-01-01, to: null, source: LAW, article: "第五条", confidence: SEEN}
      - {amount: 100000, zh: "标准", en: "the threshold", from: 2020-01-01, to: 2025-12-31, source: LAW, article: "第四条", confidence: SEEN}
    issues: [gravity, disposition]
    provisions: [{source: LAW, article: "第四条", confidence: SEEN}]
    why_zh: "因为"
    why_en: "because"
  - id: rumoured
    zh: "听说"
    en: "Rumoured"
    direction: graver
    when: {fact: retaliated, is: true}
    issues: [disposition]
    provisions: [{source: LAW, article: "第九条", confidence: RECALLED}]
    why_zh: "因为"
    why_en: "because"
undirected:
  - fact: conduct_sector
    why_zh: "没有轻重"
    why_en: "weighs neither way"
"""


def made(old: str = "", new: str = "", text: str = MADE):
    assert old in text
    return read_factors(text.replace(old, new, 1), "made.yaml", vocabulary())


def refused(old: str, new: str) -> SourceError:
    return refused_with(made, old, new)


# -- what is shipped


def test_every_fact_that_may_decide_a_case_is_compared_or_listed_with_the_reason_why_not():
    asked = {fact.id for fact in FACTS.values() if "disposition" in fact.tasks}
    assert asked == set(READ) | set(book().undirected)


def test_every_factor_rests_on_an_article_that_somebody_has_read_and_says_why_in_both_languages():
    for factor in book().factors.values():
        assert factor.confidence not in NEVER_ENABLED
        assert factor.article
        assert factor.instrument == factor.source.id
        for lang in ("zh", "en"):
            assert factor.label(lang)
            assert factor.why.message(lang)
            assert factor.provisions[0].cite.message(lang) in factor.cite(lang)


def test_every_factor_belongs_to_one_of_the_six_and_bears_on_an_issue():
    six = {factor.id for factor in vocabulary().factors} - {"case"}
    bearing = {name for issue in book().issues.values() for name in issue.factors}
    assert {factor.abstract for factor in book().factors.values()} <= six
    assert bearing == set(book().factors)


def test_an_instrument_has_the_title_that_the_rules_give_it():
    titles = {key: source.title for pack in library().packs.values() for key, source in pack.sources.items()}
    for factor in book().factors.values():
        for provision in factor.provisions:
            if provision.id in titles:
                title = titles[provision.id]
                assert (provision.source.zh, provision.source.en) == (title.zh, title.en)


def test_the_six_issues_have_their_schemas_and_a_digest_names_the_text():
    assert list(book().issues) == ["T1", "T2", "T3", "red_line", "gravity", "disposition"]
    for issue in book().issues.values():
        schema = book().schema(issue.id)
        assert schema.outcomes == ("tolerate", "correct", "hold_accountable")
        assert set(schema.names) == set(issue.factors)
        assert issue.label("zh") != issue.label("en")
    assert len(book().digest) == 64
    with pytest.raises(KeyError):
        book().schema("T9")


def test_what_only_moves_a_sanction_is_not_compared_on_the_disposition():
    left_out = set(book().factors) - set(book().issues["disposition"].factors)
    assert left_out == {"truthful_cooperation"}


# -- the measure


def values_of(fact_id: str):
    fact = FACTS[fact_id]
    if fact.type == "boolean":
        return st.booleans()
    if fact.type == "choice":
        return st.sampled_from(fact.values)
    least, most = int(fact.minimum or 0), int(fact.maximum or 10**9)
    whole = st.integers(least, most)
    return whole if fact.integer else whole | st.integers(least, most).map(lambda cents: cents / 100)


some_facts = st.fixed_dictionaries({}, optional={fact: values_of(fact) for fact in READ})
all_facts = st.fixed_dictionaries({fact: values_of(fact) for fact in READ})


@given(some_facts, all_facts)
@settings(max_examples=150, deadline=None)
def test_what_is_measured_strictly_is_never_contradicted_by_what_turns_out(known, rest):
    strict = measured(known, TODAY)
    completed = measured({**rest, **known}, TODAY)
    assert all(completed[name] == value for name, value in strict.items())


@given(some_facts)
@settings(max_examples=60, deadline=None)
def test_a_decided_case_is_measured_by_its_facts_and_presumptions_and_strictly_measured_values_stay(known):
    strict, decided = measured(known, TODAY), measured(known, TODAY, decided=True)
    assert strict.items() <= decided.items()
    for name in decided.keys() - strict.keys():
        presumed = [fact for fact in book().factors[name].facts if FACTS[fact].presume is not None]
        assert set(presumed) - set(known)


@given(some_facts)
@settings(max_examples=60, deadline=None)
def test_a_factor_none_of_whose_facts_is_known_is_not_measured(known):
    for factor in book().factors.values():
        without = {fact: value for fact, value in known.items() if fact not in factor.facts}
        assert factor.id not in measured(without, TODAY)


def test_nothing_known_measures_nothing_and_a_null_is_not_known():
    assert measured({}, TODAY) == {}
    assert measured(dict.fromkeys(READ), TODAY) == {}
    assert measured({"mental_state": None}, TODAY, decided=True)["mental_state"] == 1


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_larger_amount_or_a_graver_choice_never_measures_less(data):
    dimensions = [factor for factor in book().factors.values() if factor.kind == "dimension"]
    factor = data.draw(st.sampled_from(dimensions))
    (fact,) = factor.facts
    if factor.order:
        places = {value: rank for rank, equal in enumerate(factor.order) for value in equal}
        first, second = (data.draw(st.sampled_from(sorted(places))) for _ in range(2))
        graver = places[first] <= places[second]
    else:
        first, second = data.draw(values_of(fact)), data.draw(values_of(fact))
        graver = first <= second
    less, more = (factor.measure({fact: value}, TODAY) for value in (first, second))
    assert (less <= more) == graver


@given(st.permutations(("no_fault", "ordinary_negligence", "gross_negligence", "intentional")))
def test_the_order_reversed_measures_in_reverse(order):
    line = "[no_fault, [ordinary_negligence, gross_negligence], intentional]"
    there = made(line, f"[{', '.join(order)}]").factors["mind"]
    back = made(line, f"[{', '.join(reversed(order))}]").factors["mind"]
    for value in order:
        facts = {"mental_state": value}
        assert there.measure(facts, TODAY) + back.measure(facts, TODAY) == 3


def test_a_choice_that_has_no_place_in_the_order_is_unknown_and_not_the_mildest():
    for value in ("discretionary", None):
        assert "rule_status" not in measured({"rule_status_at_time": value}, TODAY, decided=True)
    assert "criminal_outcome" not in measured({"criminal_case_status": "suspected"}, TODAY, decided=True)
    assert "ecological_damage" not in measured({"ecological_damage": "present_degree_unstated"}, TODAY)


def test_choices_of_one_rank_measure_the_same_and_are_said_together():
    rule_status = book().factors["rule_status"]
    ranks = {rule_status.measure({"rule_status_at_time": one}, TODAY) for one in ("no_rule", "ambiguous")}
    assert ranks == {0}
    assert rule_status.say(0, "en").count(",") >= 2


def test_a_condition_is_settled_as_soon_as_one_fact_settles_it():
    order = "superior_order_followed"
    assert measured({order: False}, TODAY)["objected_to_order"] is False
    assert "objected_to_order" not in measured({order: True}, TODAY)
    assert measured({"private_gain_self": True}, TODAY)["private_gain"] is True
    assert "private_gain" not in measured({"private_gain_self": False}, TODAY)


def test_an_amount_is_measured_again_when_the_threshold_of_the_law_changes():
    factors = made()
    for day, value in ((date(2024, 5, 1), 20000), (date(2026, 5, 1), -180000)):
        assert measured({"direct_economic_loss_cny": 120000}, day, factors=factors)["loss"] == value
    assert "loss" not in measured({"direct_economic_loss_cny": 120000}, date(2019, 12, 31), factors=factors)


def test_a_threshold_is_in_force_on_its_first_and_on_its_last_day():
    loss = made().factors["loss"]
    days = (date(2020, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    assert [loss.threshold(day).amount for day in days] == [100000, 100000, 300000]
    assert loss.threshold().amount == 300000
    assert loss.threshold(date(2019, 1, 1)) is None


# -- in words


@pytest.mark.parametrize(
    ("value", "on", "zh", "en"),
    [
        (20000, 2024, "12 万元，超过标准 2 万元", "120,000 CNY, 20,000 CNY above the threshold"),
        (-50000, 2024, "5 万元，距标准尚差 5 万元", "50,000 CNY, 50,000 CNY below the threshold"),
        (0, 2026, "30 万元，正好达到新标准", "300,000 CNY, exactly the new threshold"),
        (-295000.5, 2026, "4999.5 元，距新标准尚差 29.50005 万元", "4,999.5 CNY, 295,000.5 CNY below the new threshold"),
        (7, 2019, "7 元", "7 CNY"),
    ],
)  # fmt: skip
def test_an_amount_is_said_with_its_distance_from_the_threshold(value, on, zh, en):
    loss = made().factors["loss"]
    day = date(on, 5, 1)
    assert (loss.say(value, "zh", day), loss.say(value, "en", day)) == (zh, en)


def test_measured_values_are_said_as_the_form_says_them():
    factors = book().factors
    assert factors["mental_state"].say(3.0, "zh") == "故意"
    assert factors["mental_state"].say(1.0, "en") == "Ordinary negligence"
    assert factors["private_gain"].say(True, "zh") == "有"
    assert factors["private_gain"].say(False, "en") == "no"
    assert factors["deaths"].say(2.0, "zh") == "5 人，超过较大事故标准 2 人"
    assert factors["loss_recovered"].say(50.0, "zh") == "50 %"
    assert [factors["deaths"].say(None, lang) for lang in ("zh", "en")] == ["未查明", "not known"]


# -- the reader


def test_what_is_known_from_memory_only_is_read_and_never_used():
    factors = made()
    assert list(factors.disabled) == ["rumoured"]
    assert "rumoured" not in factors.factors
    assert factors.issues["disposition"].factors == ("knew", "mind", "loss")
    assert [one.confidence for one in factors.factors["mind"].provisions] == ["EXCERPT", "RECALLED"]


def test_a_fact_that_is_a_record_only_is_never_compared_but_may_be_listed_as_such():
    assert FACTS["commitment_index"].record_only
    assert "commitment_index" in book().undirected
    wrong = refused("amount: direct_economic_loss_cny", "amount: commitment_index")
    assert "commitment_index" in wrong.zh


BROKEN = [
    ("    direction: graver\n", "", "7:5", "因素“knew”没有方向", "the factor 'knew' without a direction"),
    ("direction: graver", "direction: up", "10:16", "因素“knew”没有方向", "the factor 'knew' without a direction"),
    (' article: "第一条",', "", "13:18", "没有写 article", "no 'article'"),
    ("{source: LAW, article: \"第一条\", confidence: SEEN}", "第一条", "13:18", "此处写的是 '第一条'", "'第一条'"),
    ('source: LAW, article: "第一条"', 'source: LOST, article: "第一条"', "13:27", "source 写的是 'LOST'", "source: 'LOST'"),
    ('"第一条", confidence: SEEN', '"第一条", confidence: DESIGN', "13:60", "confidence 写的是 'DESIGN'", "confidence: 'DESIGN'"),
    ("fact: knew_of_prohibition", "fact: knew_it", "11:18", "事实表里没有“knew_it”", "the fact 'knew_it'"),
    ("fact: knew_of_prohibition", "fact: 7", "11:18", "fact 写的是 7", "7"),
    ("{fact: knew_of_prohibition, is: true}", "{any: [{fact: x, is: true}]}", "11:25", "事实表里没有“x”", "the fact 'x'"),
    ("[no_fault, [", "[no_fault, wicked, [", "20:52", "'wicked' 不是事实“mental_state”的值", "'wicked'"),
    ("[no_fault, [", "[no_fault, intentional, [", "20:106", "“intentional”在次序中写了两次", "'intentional' a second time"),
    ("id: mind", "id: knew", "16:5", "因素“knew”写了两次", "the factor 'knew' a second time"),
    ("id: rumoured", "id: knew", "39:5", "因素“knew”写了两次", "the factor 'knew' a second time"),
    ("issues: [gravity, disposition]", "issues: [T7]", "12:14", "issues 中写的是 'T7'", "issues: 'T7'"),
    ("to: 2025-12-31", "to: 2026-01-01", "34:9", "有两个标准在同一日施行", "two thresholds in force on the same day"),
    ("amount: 300000", "amount: much", "33:18", "amount（标准）写的是 'much'", "amount: 'much'"),
    ("amount: direct_economic_loss_cny", "amount: mental_state", "31:13", "事实“mental_state”的类型是 choice", "the fact 'mental_state' of type choice"),
    ("fact: conduct_sector", "fact: mental_state", "49:11", "事实“mental_state”列为没有方向，因素“mind”却用了它", "the fact 'mental_state', which the factor 'mind' reads"),
    ("fact: conduct_sector", "fact: nothing", "49:11", "fact 写的是 'nothing'，事实表里没有", "fact: 'nothing'"),
    ("  disposition: {zh: \"整体处理\", en: \"The whole\"}\n", "", "4:3", "issues 中没有“disposition”（整体处理）", "no issue 'disposition'"),
    ("    order: {fact: mental_state", "    amount: deaths\n    order: {fact: mental_state", "16:5", "因素“mind”写的是 order、amount", "the factor 'mind' with order, amount"),
    ("    when: {fact: retaliated, is: true}\n", "", "39:5", "因素“rumoured”没有写衡量方法", "the factor 'rumoured' with no measure"),
    ("when: {fact: retaliated", "thresholds: []\n    when: {fact: retaliated", "39:5", "因素“rumoured”写的是 when、thresholds", "the factor 'rumoured' with when, thresholds"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "zh", "en"), BROKEN)
def test_a_fault_is_named_with_file_line_and_column_in_both_languages(old, new, place, zh, en):
    wrong = refused(old, new)
    assert is_told(wrong)
    assert wrong.message("zh").startswith(f"made.yaml:{place}：{zh}；")
    assert wrong.message("en").startswith(f"made.yaml:{place}: found {en}; expected ")


MISSHAPEN = [
    ("sources:", "source:", "2:3"),
    ("when: {fact: knew_of_prohibition, is: true}", "when: {fact: knew_of_prohibition, in: [true]}", "11:43"),
    ("when: {fact: knew_of_prohibition, is: true}", "when: knew_of_prohibition", "11:11"),
    ("    why_zh: \"因为\"\n", "", "7:5"),
    ("  - id: knew\n", "  - knew\n  - id: knew\n", "7:5"),
    ("from: 2026-01-01", "from: soon", "33:68"),
    ("    zh: \"明知\"", "    colour: red\n    zh: \"明知\"", "8:13"),
    ("issues: [gravity, disposition]", "issues: []", "12:13"),
    ("order: {fact", "order: {facts", "20:20"),
    ("[no_fault, [", "[no_fault, [[", "20:106"),
]  # fmt: skip
AGAIN = "undirected:", "undirected:\n  - {fact: conduct_sector, why_zh: 甲, why_en: a}"
OF_NONE = "retaliated", "under_sanction_period"  # its facts belong to none of the six


@pytest.mark.parametrize(("old", "new", "place"), MISSHAPEN)
def test_what_is_not_of_the_right_shape_is_refused_at_its_place(old, new, place):
    wrong = refused(old, new)
    assert str(wrong.place) == f"made.yaml:{place}"
    assert is_told(wrong)


def refusals():
    return [refused(old, new) for old, new, *_ in (*BROKEN, *MISSHAPEN, AGAIN, OF_NONE)]


def test_a_fact_stands_once_among_those_without_a_direction():
    wrong = refused(*AGAIN)
    assert "只写一次" in wrong.zh
    assert wrong.place.line == 50


def test_a_factor_whose_facts_belong_to_none_of_the_six_says_to_which_it_belongs():
    assert "六要件" in refused(*OF_NONE).zh
    named = made(
        "{fact: retaliated, is: true}", "{fact: under_sanction_period, is: true}\n    abstract: nature_degree"
    )
    assert named.disabled["rumoured"].abstract == "nature_degree"
    wrong = refused("{fact: retaliated, is: true}", "{fact: retaliated, is: true}\n    abstract: case")
    assert wrong.place.line == 44


# -- the directions against the rules


def test_no_factor_made_graver_alone_makes_the_rules_milder():
    """A bounded sample; every change a provision directs has to be followed by the rules, or explained."""
    found = list(itertools.islice(milder_answers(random.Random(20261121), 60), 1))
    assert found == []


def milder_answers(chance: random.Random, pairs: int):
    """Pairs of cases that differ in the facts of one factor, the second graver, where the rules are milder to it."""
    schema, names = book().schema("disposition"), book().schema("disposition").names
    conduct = Conduct.parse("2024-03-01")
    for number in range(pairs):
        factor = book().factors[names[number % len(names)]]
        for _ in range(60):
            one = {fact: drawn(chance, fact) for fact in READ if chance.random() < 0.2} | LIVE
            other = one | {fact: drawn(chance, fact) for fact in factor.facts}
            one |= {fact: drawn(chance, fact) for fact in factor.facts}
            first, second = (measured(facts, TODAY, decided=True) for facts in (one, other))
            if only_graver(schema, first, second, factor.id):
                break
        else:
            continue
        answers = [
            governing_law(
                library(), conduct, TODAY, facts, with_presumptions(vocabulary(), facts)
            ).disposition
            for facts in (one, other)
        ]
        if set(answers) <= set(MILD_TO_GRAVE) and MILD_TO_GRAVE.index(answers[1]) < MILD_TO_GRAVE.index(
            answers[0]
        ):
            yield factor.id, one, other, answers


LIVE = {"evidence_status": "sufficient", "conduct_nature": "improper_execution"}


def drawn(chance: random.Random, fact_id: str):
    fact = FACTS[fact_id]
    if fact.type == "boolean":
        return chance.random() < 0.3
    return chance.choice(fact.values or (0, 1, 3, 20, 100))


def only_graver(schema, first: dict, second: dict, name: str) -> bool:
    """Whether the second is graver in this factor and in every other the same, or graver too."""
    if first.get(name) is None or second.get(name) is None or first.keys() != second.keys():
        return False
    levels = [
        (schema.gravity(other, first), schema.gravity(other, second))
        for other in schema.names
        if other in first
    ]
    return schema.gravity(name, first) < schema.gravity(name, second) and all(a <= b for a, b in levels)
