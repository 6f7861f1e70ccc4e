"""The condition language: a closed set of comparisons joined by all and any. No expressions, no code.

A condition is three-valued (Kleene's strong logic): true, false, or open when it turns on something unknown.
Every reader compiles from these few classes, so an operator that is not here does not exist.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.vocabulary import BadValue, Fact, check_value
from rules.yaml_source import Mapping, Place, Sequence, SourceError, shown

OPERATORS = {
    "boolean": ("is", "is_not"),
    "choice": ("is", "is_not", "in", "not_in"),
    "choices": ("includes", "excludes"),
    "number": ("above", "at_least", "below", "at_most"),
    "date": ("above", "at_least", "below", "at_most"),
    "text": (),
}
NEGATED = {
    "is": "is_not",
    "is_not": "is",
    "includes": "excludes",
    "excludes": "includes",
    "above": "at_most",
    "at_most": "above",
    "at_least": "below",
    "below": "at_least",
}


@dataclass(frozen=True)
class Test:
    """One fact compared with one literal; open while the fact is unknown."""

    __test__ = False  # the name is the field's; pytest must not collect it
    fact: str
    op: str
    value: object


@dataclass(frozen=True)
class Has:
    """A finding of an earlier stratum, wanted true or wanted false.

    With `bar` it comes from `unless`: strictly read no different, but provisionally read an open finding counts
    as not established, because what would bar is not held against anyone until it is.
    """

    finding: str
    wanted: bool
    bar: bool = False


@dataclass(frozen=True)
class All:
    """True when every part is, false when one is not. An empty All is always true."""

    parts: tuple


@dataclass(frozen=True)
class AnyOf:
    """True when one part is, false when none can be. An empty AnyOf is never true."""

    parts: tuple


Condition = Test | Has | All | AnyOf


def negate(condition: Condition) -> Condition:
    """The condition that is true exactly where this one is false, and open where it is open."""
    match condition:
        case Test(fact, op, value):
            return Test(fact, NEGATED[op], value)
        case Has(finding, wanted, bar):
            return Has(finding, not wanted, bar)
        case All(parts):
            return AnyOf(tuple(negate(part) for part in parts))
        case _:
            return All(tuple(negate(part) for part in condition.parts))


def leaves(condition: Condition) -> Iterator[Test | Has]:
    """Every comparison and finding of the condition, in reading order, repeated where it is repeated."""
    if isinstance(condition, (All, AnyOf)):
        for part in condition.parts:
            yield from leaves(part)
    else:
        yield condition


def parse_condition(source: object, facts: dict[str, Fact], findings: set[str], place: Place) -> Condition:
    """Read a condition from a pack; raises SourceError naming the line, what was found and what to write."""
    if not isinstance(source, Mapping):
        raise SourceError(
            place,
            shown(source),
            "a mapping with 'all', 'any', 'fact' or 'finding'",
            f"条件写的是 {shown(source)}；应为带 all（全部）、any（任一）、fact（事实）或者 finding（认定）的一组键",
        )
    if "all" in source or "any" in source:
        joiner = "all" if "all" in source else "any"
        _only(source, {joiner})
        parts = source[joiner]
        if not isinstance(parts, Sequence) or not parts:
            raise SourceError(
                source.at(joiner),
                f"'{joiner}' without parts",
                "a list of at least one condition",
                f"{joiner} 之下没有条件；应列出至少一个条件",
            )
        read = tuple(
            parse_condition(part, facts, findings, parts.places[number]) for number, part in enumerate(parts)
        )
        return read[0] if len(read) == 1 else All(read) if joiner == "all" else AnyOf(read)
    for key, parse, known in (("finding", _parse_finding, findings), ("fact", _parse_test, facts)):
        if key in source:
            if not isinstance(source[key], str):
                raise SourceError(
                    source.at(key),
                    shown(source[key]),
                    f"the name of a {key}",
                    f"{key} 写的是 {shown(source[key])}；应写{'认定' if key == 'finding' else '事实'}的名称",
                )
            return parse(source, known)
    raise SourceError(
        source.place,
        ", ".join(source) or "nothing",
        "'all', 'any', 'fact' or 'finding'",
        f"条件{'中写的是 ' + '、'.join(source) if source else '是空的'}；"
        "应写 all（全部）、any（任一）、fact（事实）或者 finding（认定）之一",
    )


def _only(source: Mapping, allowed: set[str]) -> None:
    for key in source:
        if key not in allowed:
            raise SourceError(
                source.at(key),
                f"the key '{key}'",
                "only " + ", ".join(sorted(allowed)),
                f"条件中多了键“{key}”；此处只能写 {'、'.join(sorted(allowed))}",
            )


def _parse_finding(source: Mapping, findings: set[str]) -> Has:
    _only(source, {"finding", "is"})
    name = source["finding"]
    if name not in findings:
        raise SourceError(
            source.at("finding"),
            f"the finding '{name}'",
            "a finding that some rule establishes",
            f"没有规则作出认定“{name}”；应写某条规则作出的认定",
        )
    if not isinstance(source.get("is"), bool):
        raise SourceError(
            source.at("is"),
            f"is: {shown(source['is'])}" if "is" in source else "no 'is'",
            "'is: true' or 'is: false'",
            f"{'is 写的是 ' + shown(source['is']) if 'is' in source else '没有写 is'}；应写 is: true 或者 is: false",
        )
    return Has(name, source["is"])


def _parse_test(source: Mapping, facts: dict[str, Fact]) -> Condition:
    name = source["fact"]
    fact = known_fact(facts, name, source.at("fact"))
    if fact.record_only:
        raise SourceError(
            source.at("fact"),
            f"the fact '{name}'",
            "a fact that rules may read: this one is a record only",
            f"“{fact.zh}”（{name}）只作记录，规则不得引用；请改用其他事实",
        )
    operators = [key for key in source if key != "fact"]
    if len(operators) != 1:
        raise SourceError(
            source.place,
            ", ".join(operators) or "no operator",
            "exactly one operator beside 'fact'",
            f"fact 之外{'写了 ' + '、'.join(operators) if operators else '没有写运算符'}；应恰好写一个运算符",
        )
    op = operators[0]
    if op not in OPERATORS[fact.type]:
        wanted = ", ".join(OPERATORS[fact.type]) or "no operator: texts are not compared"
        raise SourceError(
            source.at(op),
            f"the operator '{op}' on a {fact.type}",
            wanted,
            f"“{fact.zh}”（{name}）不能用运算符 {op}；"
            + (f"可用：{'、'.join(OPERATORS[fact.type])}" if OPERATORS[fact.type] else "文字类事实不作比较"),
        )
    if op in ("in", "not_in"):
        values = source[op]
        if not isinstance(values, Sequence) or len(values) < 2:
            raise SourceError(
                source.at(op),
                shown(values),
                "a list of at least two values",
                f"{op} 写的是 {shown(values)}；应为至少两个值的列表，只有一个值的写 is",
            )
        for number, value in enumerate(values):
            check_literal(fact, value, values.places[number])
        if op == "in":
            return AnyOf(tuple(Test(name, "is", value) for value in values))
        return All(tuple(Test(name, "is_not", value) for value in values))
    one = replace(fact, type="choice") if fact.type == "choices" else fact  # of several that a case may have
    check_literal(one, source[op], source.at(op))
    return Test(name, op, source[op])


def known_fact(facts: dict[str, Fact], name: str, place: Place) -> Fact:
    """The fact of that name; raises SourceError at its place."""
    if name not in facts:
        raise SourceError(
            place,
            f"the fact '{name}'",
            "a fact of the vocabulary",
            f"事实表里没有“{name}”；应写事实表（rules/vocabulary.yaml）中的事实",
        )
    return facts[name]


def check_literal(fact: Fact, value: object, place: Place) -> None:
    """Raise SourceError at the place of a value that its fact does not take."""
    try:
        check_value(fact, value)
    except BadValue as bad:
        raise SourceError(
            place,
            f"{fact.id}: {shown(bad.found)}",
            bad.expected_en,
            f"“{fact.zh}”（{fact.id}）写的是 {shown(bad.found)}；应为{bad.expected_zh}",
        ) from None
