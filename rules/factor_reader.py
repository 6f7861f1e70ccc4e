"""The factors read from YAML: whole or not at all, every fault with its file, line and column in both languages."""

from rules.conditions import leaves, parse_condition
from rules.factor import WHOLE, Factor, Factors, Issue, Threshold, Undirected
from rules.measure_reader import Provision, Words
from rules.pack import NEVER_ENABLED
from rules.vocabulary import Fact, Vocabulary
from rules.yaml_fields import keys, mapping, one_of, overlap, period, some, text
from rules.yaml_source import Mapping, Place, Sequence, SourceError, parse_yaml

DIRECTIONS = {"graver": True, "milder": False}
CONFIDENCES = ("SEEN", "EXCERPT", "EXCERPT-", "RECALLED")  # a direction is never a choice of ours
_MEASURES = ("when", "order", "amount")
_NONE_OF_THE_SIX = "case"


class BadFactors(ValueError):
    """A file of factors that cannot be used, with its file, line and column in both languages."""

    def __init__(self, place: Place, zh: str, en: str):
        self.place, self.zh, self.en = place, f"{place}：{zh}", f"{place}: {en}"
        super().__init__(self.en)

    def message(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


def read_factors(content: str, name: str, vocabulary: Vocabulary) -> Factors:
    """The factors in a text; raises BadFactors at the first fault."""
    try:
        return _Reader(parse_yaml(content, name), vocabulary).factors(content)
    except SourceError as error:
        raise BadFactors(
            error.place,
            f"内容有误：{error.found}；应为：{error.expected}",
            f"found {error.found}; expected {error.expected}",
        ) from None


class _Reader:
    def __init__(self, source: Mapping, vocabulary: Vocabulary):
        self.source, self.vocabulary = source, vocabulary

    def factors(self, content: str) -> Factors:
        keys(self.source, self.source.place, {"sources", "issues", "factors", "undirected"})
        self.sources = self.words_by_id("sources")
        self.titles = self.words_by_id("issues")
        if WHOLE not in self.titles:
            raise BadFactors(
                self.source.at("issues"),
                f"没有“{WHOLE}”（整体处理），每个先例都要对它作出结论",
                f"no “{WHOLE}”, on which every precedent has a finding",
            )
        found: dict[str, Factor] = {}
        issues: dict[str, list[str]] = {title: [] for title in self.titles}
        disabled: dict[str, Factor] = {}
        for item, place in some(self.source, "factors"):
            factor, wanted = self.factor(item, place)
            if factor.id in found or factor.id in disabled:
                raise BadFactors(place, f"因素“{factor.id}”重复", f"the factor “{factor.id}” stands twice")
            if factor.provisions[0].confidence in NEVER_ENABLED:
                disabled[factor.id] = factor
                continue
            found[factor.id] = factor
            for issue in wanted:
                issues[issue].append(factor.id)
        used = {fact: factor.id for factor in found.values() for fact in factor.facts}
        return Factors(
            {title: Issue(title, words.zh, words.en, tuple(issues[title])) for title, words in self.titles.items()},
            found, self.undirected(used), disabled, content,
        )  # fmt: skip

    def words_by_id(self, key: str) -> dict[str, Words]:
        source = mapping(self.source, key)
        for name, item in source.items():
            keys(item, source.at(name), {"zh", "en"})
        return {name: Words(text(item, "zh"), text(item, "en")) for name, item in source.items()}

    def factor(self, item: object, place: Place) -> tuple[Factor, list[str]]:
        if isinstance(item, Mapping) and item.get("direction") not in DIRECTIONS:
            raise BadFactors(
                item.at("direction"),
                f"因素“{item.get('id', '')}”没有方向；应写 graver（更重）或 milder（更轻），"
                "规定没有给出方向的列入 undirected",
                f"the factor “{item.get('id', '')}” has no direction; write graver or milder, "
                "and list under undirected what no provision directs",
            )
        keys(item, place, {"id", "zh", "en", "direction", "issues", "provisions", "why_zh", "why_en"},
             {*_MEASURES, "thresholds", "abstract"})  # fmt: skip
        kinds = [key for key in _MEASURES if key in item]
        if len(kinds) != 1 or ("thresholds" in item and kinds != ["amount"]):
            raise BadFactors(
                place,
                f"因素“{item['id']}”应有 when、order、amount 之一（thresholds 只随 amount）",
                f"the factor “{item['id']}” needs one of when, order, amount (thresholds go with amount only)",
            )
        how = self.how(item, kinds[0])
        fact = self.vocabulary.facts[how["facts"][0]]
        factor = Factor(
            id=text(item, "id"), zh=text(item, "zh"), en=text(item, "en"),
            kind="factor" if kinds == ["when"] else "dimension",
            graver=DIRECTIONS[item["direction"]], abstract=self.abstract(item, how["facts"]),
            provisions=self.provisions(item), why=Words(text(item, "why_zh"), text(item, "why_en")), fact=fact, **how,
        )  # fmt: skip
        return factor, self.issues(item)

    def issues(self, item: Mapping) -> list[str]:
        wanted = []
        for issue, place in some(item, "issues"):
            if issue not in self.titles:
                raise BadFactors(
                    place,
                    f"没有争点“{issue}”",
                    f"there is no issue “{issue}”; one of {', '.join(self.titles)}",
                )
            wanted.append(issue)
        return wanted

    def abstract(self, item: Mapping, facts: tuple[str, ...]) -> str:
        """Which of the six factors it belongs to: as said, or that of its first fact which belongs to one."""
        six = [factor.id for factor in self.vocabulary.factors if factor.id != _NONE_OF_THE_SIX]
        if "abstract" in item:
            return one_of(item, "abstract", six)
        found = [self.vocabulary.facts[fact].factor for fact in facts]
        own = next((factor for factor in found if factor in six), None)
        if own is None:
            raise BadFactors(
                item.place,
                f"因素“{item['id']}”的事实都不属于六要件，应写明 abstract",
                f"no fact of the factor “{item['id']}” belongs to one of the six factors; name one under abstract",
            )
        return own

    def how(self, item: Mapping, kind: str) -> dict:
        """How it is measured: the facts read, and the condition, the order or the thresholds."""
        if kind == "when":
            self.check_facts(item["when"])
            condition = parse_condition(item["when"], self.vocabulary.facts, set(), item.at("when"))
            return {
                "facts": tuple(dict.fromkeys(leaf.fact for leaf in leaves(condition))),
                "condition": condition,
            }
        if kind == "order":
            keys(item["order"], item.at("order"), {"fact", "values"})
            fact = self.fact(item["order"], "fact", "choice")
            return {"facts": (fact.id,), "order": self.order(item["order"], fact)}
        fact = self.fact(item, "amount", "number")
        thresholds = self.thresholds(item) if "thresholds" in item else ()
        return {"facts": (fact.id,), "thresholds": thresholds}

    def check_facts(self, source: object) -> None:
        """Name an unknown fact of a condition in both languages, before the condition is read."""
        if isinstance(source, Mapping):
            for key in source:
                self.check_facts(source[key])
            if "fact" in source:
                self.fact(source, "fact")
        elif isinstance(source, Sequence):
            for part in source:
                self.check_facts(part)

    def fact(self, item: Mapping, key: str, kind: str = "", *, compared: bool = True) -> Fact:
        fact = self.vocabulary.facts.get(item[key]) if isinstance(item[key], str) else None
        if fact is None:
            raise BadFactors(
                item.at(key), f"词表中没有事实“{item[key]}”", f"the vocabulary has no fact “{item[key]}”"
            )
        if (kind and fact.type != kind) or (compared and fact.record_only):
            raise BadFactors(
                item.at(key),
                f"事实“{fact.id}”不能这样衡量（类型 {fact.type}）",
                f"the fact “{fact.id}” cannot be measured so (type {fact.type})",
            )
        return fact

    def order(self, item: Mapping, fact: Fact) -> tuple[tuple[str, ...], ...]:
        """The values from the mildest; a list within the list holds values of one rank."""
        ranks, seen = [], set()
        for entry, place in some(item, "values"):
            equal = tuple(entry) if isinstance(entry, Sequence) else (entry,)
            for value in equal:
                if value not in fact.values:
                    raise BadFactors(
                        place,
                        f"“{value}”不是事实“{fact.id}”的值；应为 {'、'.join(fact.values)}",
                        f"“{value}” is no value of “{fact.id}”; one of {', '.join(fact.values)}",
                    )
                if value in seen:
                    raise BadFactors(place, f"“{value}”在次序中重复", f"“{value}” stands twice in the order")
                seen.add(value)
            ranks.append(equal)
        return tuple(ranks)

    def thresholds(self, item: Mapping) -> tuple[Threshold, ...]:
        found: list[Threshold] = []
        for entry, place in some(item, "thresholds"):
            keys(entry, place, {"amount", "zh", "en", "from", "to", "source", "article", "confidence"})
            amount = entry["amount"]
            if type(amount) not in (int, float):
                raise BadFactors(entry.at("amount"), f"“{amount}”不是数", f"“{amount}” is not a number")
            begins, ends = period(entry)
            one = Threshold(
                amount,
                Words(text(entry, "zh"), text(entry, "en")),
                self.provision(entry, place),
                begins,
                ends,
            )
            if any(overlap(one, other) for other in found):
                raise BadFactors(
                    place, "两个标准的施行日期重叠", "two thresholds are in force on the same day"
                )
            found.append(one)
        return tuple(sorted(found, key=lambda one: one.effective_from or one.effective_from.min))

    def provisions(self, item: Mapping) -> tuple[Provision, ...]:
        """Those a direction may rest on first."""
        found = [self.provision(entry, place) for entry, place in some(item, "provisions")]
        return tuple(sorted(found, key=lambda one: one.confidence in NEVER_ENABLED))

    def provision(self, item: object, place: Place) -> Provision:
        if not isinstance(item, Mapping) or not isinstance(item.get("article"), str):
            raise BadFactors(place, "没有写明条款（article）", "no article is named")
        if item.get("source") not in self.sources:
            raise BadFactors(
                item.at("source"),
                f"sources 中没有“{item.get('source')}”",
                f"“{item.get('source')}” is not among the sources",
            )
        if item.get("confidence") not in CONFIDENCES:
            raise BadFactors(
                item.at("confidence"),
                f"confidence 应为 {'、'.join(CONFIDENCES)} 之一",
                f"confidence must be one of {', '.join(CONFIDENCES)}",
            )
        return Provision(
            item["source"], self.sources[item["source"]], text(item, "article"), item["confidence"]
        )

    def undirected(self, used: dict[str, str]) -> dict[str, Undirected]:
        found: dict[str, Undirected] = {}
        for item, place in some(self.source, "undirected"):
            keys(item, place, {"fact", "why_zh", "why_en"})
            fact = self.fact(item, "fact", compared=False)
            if fact.id in used:
                raise BadFactors(
                    item.at("fact"),
                    f"事实“{fact.id}”列为没有方向，因素“{used[fact.id]}”却用了它",
                    f"the fact “{fact.id}” is listed as undirected, but the factor “{used[fact.id]}” reads it",
                )
            if fact.id in found:
                raise BadFactors(place, f"事实“{fact.id}”重复", f"the fact “{fact.id}” stands twice")
            found[fact.id] = Undirected(fact.id, Words(text(item, "why_zh"), text(item, "why_en")))
        return found
