"""Where law of a place holds: the codes it is known by, and what a local pack may say.

Source: none says how a place is found; it is the place of the conduct, by administrative code (this product's choice).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from rules.conditions import All, AnyOf, Test
from rules.pack import Pack, PackError, Rule

PLACE_FACT = "conduct_region"
EVERYWHERE = "*"  # instead of a code: the place is not known, and every place is thought of at once
_SAID = ("clause", "finding")  # all that a local rule may establish
_AFTER = {"clause.unaffected"}  # all that it may say once the disposition is known


def place_of(region: str | None, facts: Mapping[str, object]) -> str:
    """The opening digits of the code of the place, without trailing pairs of zeros; "" where none is stated.

    The established fact goes before the particulars of the case; a name instead of a code states no place.
    """
    for stated in (facts.get(PLACE_FACT), region):
        code = str(stated or "").strip()
        if code.isascii() and code.isdigit() and len(code) in (2, 4, 6) and code[:2] != "00":
            while code.endswith("00"):
                code = code[:-2]
            return code
    return ""


def placed(region: str | None, facts: Mapping[str, object]) -> tuple[str, dict]:
    """The place as `place_of` reads it, and the facts without a place that says none."""
    place = place_of(region, facts)
    return place, {fact: value for fact, value in facts.items() if place or fact != PLACE_FACT}


def holds_at(pack: Pack, place: str) -> bool:
    """Whether the pack is law at the place, or national."""
    return not pack.local or place.startswith(pack.region)


def scope(packs: Iterable[Pack], place: str) -> str:
    """The narrowest region of a pack in which the place lies; "" where no pack knows it."""
    regions = {region for pack in packs if pack.local for region in pack.region if place.startswith(region)}
    return max(regions, key=len, default="")


def guarded(rule: Rule, pack: Pack, regions: Iterable[str]) -> Rule:
    """The rule as it reads where the place itself is a fact to be found out, one of these regions or none."""
    within = [region for region in sorted(regions) if region.startswith(pack.region)]
    tests = tuple(Test(PLACE_FACT, "is", code_of(region)) for region in within)
    return replace(rule, when=All((AnyOf(tests), rule.when)))


def code_of(region: str) -> str:
    """A region as the six digits that a form asks for."""
    return region.ljust(6, "0")


def check_local(pack: Pack, national: set[str]) -> None:
    """Refuse a local pack that does more than say what a clause of its place allows.

    It may read everything and establish only clauses and findings of its own: no gate, no step, no red line, no
    question, no measure, no title but of its own findings, and nothing that a national rule establishes or that
    carries another pack's name.
    """
    own = f"{pack.name}."
    claimed = sorted(name for name in national if name.startswith(own))
    if claimed:
        raise PackError(
            pack.at("pack"),
            f"a local pack called '{pack.name}', by which the national finding '{claimed[0]}' is known",
            "another name for the pack",
            f"地方规则包的名称 {pack.name} 与全国性认定“{claimed[0]}”重复；请另起名称",
        )
    if pack.governed_by != "conduct":
        raise PackError(
            pack.at("governed_by"),
            f"a local pack governed by {pack.governed_by}",
            "'governed_by: conduct': a local clause applies to what was done under it",
            "地方规则包写的是 governed_by: decision；应写 governed_by: conduct，地方条款只适用于其施行之后的行为",
        )
    for step in pack.steps:
        raise PackError(
            step.place,
            f"the step '{step.id}' in a local pack",
            "no step: the chain is national",
            f"地方规则包里写了审查环节“{step.id}”；审查环节由全国规则规定，地方规则包不得增设，请删去",
        )
    for rule in pack.rules:
        _check_rule(rule, own)
    _check_words(pack, own)


def _check_words(pack: Pack, own: str) -> None:
    """Refuse national words in a local pack, and its word on what national law leaves to a panel."""
    for kind, zh, texts in (
        ("gate", "关口（gates）", pack.gates),
        ("question", "问题（questions）", pack.questions),
    ):
        for name, text in texts.items():
            raise PackError(
                text.place,
                f"the {kind} '{name}' in a local pack",
                f"no {kind}s: those of the chain are national",
                f"地方规则包里写了{zh}“{name}”；关口和提请研究的问题由全国规则规定，地方规则包不得增设，请删去",
            )
    for name, text in pack.titles.items():
        if not name.startswith(own):
            raise PackError(
                text.place,
                f"a title of '{name}' in a local pack",
                f"titles of findings that begin with {own}",
                f"地方规则包里写了“{name}”的名称；titles 只能写本包自己的认定，应以 {own} 开头",
            )
    for one in pack.accepted:
        if one.property == "panel":
            raise PackError(
                one.why.place,
                "'property: panel' in a local pack",
                "no word on it: what national law leaves to a panel, a place does not take from it",
                "地方规则包的 accepted 里写了 panel；全国规则提请集体研究的事项，地方规则包不得自行说明排除，请删去",
            )


def _check_rule(rule: Rule, own: str) -> None:
    def refused(key: str, found: str, expected: str, zh: str) -> PackError:
        return PackError(rule.at(key), f"{rule.id} {found}", expected, zh)

    if not rule.id.startswith(own):
        raise refused(
            "id",
            "in a local pack of another name",
            f"an id that begins with {own}",
            f"规则 {rule.id} 用了别的规则包的名称；地方规则包的规则编号应以本包名称 {own} 开头",
        )
    other = [key for key in rule.effect if key not in _SAID]
    if other:
        raise refused(
            "then",
            f"establishes '{other[0]}'",
            "'clause' or a finding of its own: what follows from a clause is for the national rules",
            f"地方规则 {rule.id} 写了 {other[0]}；只能写 clause（条款效果）或者本包自己的认定，后果由全国规则规定",
        )
    for finding in rule.establishes:
        if not finding.startswith(("clause.", own)):
            raise refused(
                "then",
                f"establishes '{finding}'",
                f"a finding that begins with {own}: national findings are for national rules",
                f"地方规则 {rule.id} 作出了认定“{finding}”；地方规则不得改动全国性认定，自己的认定应以 {own} 开头",
            )
    for loser in rule.overrides:
        if not loser.startswith(own):
            raise refused(
                "overrides",
                f"overrides '{loser}'",
                "an override of a rule of its own: national rules stand",
                f"地方规则 {rule.id} 写了优先于 {loser}；地方规则不得排除全国性规则，请删去",
            )
    late = any(name.startswith("disposition.") for name in rule.reads_findings)
    if late and not _AFTER.issuperset(rule.establishes):
        raise refused(
            "when",
            "reads the disposition",
            "a condition on facts; only 'clause: [unaffected]' may follow from the disposition",
            f"地方规则 {rule.id} 以处理建议为条件；"
            "请改用事实作条件，只有“免责后不受影响”（clause: [unaffected]）可以这样写",
        )
