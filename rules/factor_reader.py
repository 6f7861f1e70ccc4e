"""The factors read from YAML: whole or not at all, every fault with its file, line and column in both languages."""

from rules.conditions import leaves, parse_condition
from rules.factor import WHOLE, Factor, Factors, Issue, Threshold, Undirected
from rules.measure_reader import Provision, Words
from rules.pack import NEVER_ENABLED
from rules.vocabulary import Fact, Vocabulary
from rules.yaml_fields import keys, mapping, names, one_of, overlap, period, some, text
from rules.yaml_source import Mapping, Place, Sequence, SourceError, parse_yaml, shown

DIRECTIONS = {"graver": True, "milder": False}
CONFIDENCES = ("SEEN", "EXCERPT", "EXCERPT-", "RECALLED")  # a direction is never a choice of ours
_MEASURES = ("when", "order", "amount")
_NONE_OF_THE_SIX = "case"


def read_factors(content: str, name: str, vocabulary: Vocabulary) -> Factors:
    """The factors in a text; raises SourceError at the first fault."""
    return _Reader(parse_yaml(content, name), vocabulary).factors(content)


class _Reader:
    def __init__(self, source: Mapping, vocabulary: Vocabulary):
        self.source, self.vocabulary = source, vocabulary

    def factors(self, content: str) -> Factors:
        keys(self.source, self.source.place, {"sources", "issues", "factors", "undirected"})
        self.sources = self.words_by_id("sources")
        self.titles = self.words_by_id("issues")
        if WHOLE not in self.titles:
            raise SourceError(
                self.source.at("issues"),
                f"no issue '{WHOLE}'",
                f"the issue '{WHOLE}', on which every precedent has a finding",
                f"issues 中没有“{WHOLE}”（整体处理）；每个先例都要对它作出结论，请补写",
            )
        found: dict[str, Factor] = {}
        issues: dict[str, list[str]] = {title: [] for title in self.titles}
        disabled: dict[str, Factor] = {}
        for item, place in some(self.source, "factors"):
            factor, wanted = self.factor(item, place)
            if factor.id in found or factor.id in disabled:
                raise SourceError(
                    place,
                    f"the factor '{factor.id}' a second time",
                    "each factor once",
                    f"因素“{factor.id}”写了两次；每个因素只写一次",
                )
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
        if isinstance(item, Mapping) and shown(item.get("direction")) not in map(shown, DIRECTIONS):
            raise SourceError(
                item.at("direction"),
                f"the factor '{item.get('id', '')}' without a direction",
                "graver or milder; what no provision directs is listed under 'undirected'",
                f"因素“{item.get('id', '')}”没有方向；应写 graver（更重）或者 milder（更轻），"
                "规定没有给出方向的列入 undirected",
            )
        keys(item, place, {"id", "zh", "en", "direction", "issues", "provisions", "why_zh", "why_en"},
             {*_MEASURES, "thresholds", "abstract"})  # fmt: skip
        kinds = [key for key in _MEASURES if key in item]
        if len(kinds) != 1 or ("thresholds" in item and kinds != ["amount"]):
            written = [key for key in (*_MEASURES, "thresholds") if key in item]
            raise SourceError(
                place,
                f"the factor '{item['id']}' with {', '.join(written) or 'no measure'}",
                "one of when, order, amount (thresholds go with amount only)",
                f"因素“{item['id']}”{'写的是 ' + '、'.join(written) if written else '没有写衡量方法'}；"
                "应写 when、order、amount 之一，thresholds 只随 amount",
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
        some(item, "issues")
        return list(names(item, "issues", self.titles))

    def abstract(self, item: Mapping, facts: tuple[str, ...]) -> str:
        """Which of the six factors it belongs to: as said, or that of its first fact which belongs to one."""
        six = [factor.id for factor in self.vocabulary.factors if factor.id != _NONE_OF_THE_SIX]
        if "abstract" in item:
            return one_of(item, "abstract", six)
        found = [self.vocabulary.facts[fact].factor for fact in facts]
        own = next((factor for factor in found if factor in six), None)
        if own is None:
            raise SourceError(
                item.place,
                f"the factor '{item['id']}', no fact of which belongs to one of the six factors",
                "one of the six under 'abstract'",
                f"因素“{item['id']}”的事实都不属于六要件；请在 abstract 中写明属于哪一要件",
            )
        return own

    def how(self, item: Mapping, kind: str) -> dict:
        """How it is measured: the facts read, and the condition, the order or the thresholds."""
        if kind == "when":
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

    def fact(self, item: Mapping, key: str, kind: str = "") -> Fact:
        """The fact that a key names; with `kind` one of that type which rules may read."""
        fact = self.vocabulary.facts.get(item[key]) if isinstance(item[key], str) else None
        if fact is None:
            raise SourceError(
                item.at(key),
                f"{key}: {shown(item[key])}",
                "a fact of the vocabulary",
                f"{key} 写的是 {shown(item[key])}，事实表里没有；应写事实表（rules/vocabulary.yaml）中的事实",
            )
        if kind and (fact.type != kind or fact.record_only):
            raise SourceError(
                item.at(key),
                f"the fact '{fact.id}' of type {fact.type}",
                f"a fact of type {kind} that is no mere record",
                f"事实“{fact.id}”的类型是 {fact.type}；此处应写类型为 {kind}、并非只作记录的事实",
            )
        return fact

    def order(self, item: Mapping, fact: Fact) -> tuple[tuple[str, ...], ...]:
        """The values from the mildest; a list within the list holds values of one rank."""
        ranks, seen = [], set()
        for entry, place in some(item, "values"):
            equal = tuple(entry) if isinstance(entry, Sequence) else (entry,)
            for value in equal:
                if value not in fact.values:
                    raise SourceError(
                        place,
                        shown(value),
                        f"a value of '{fact.id}': {', '.join(fact.values)}",
                        f"{shown(value)} 不是事实“{fact.id}”的值；应为 {'、'.join(fact.values)}",
                    )
                if value in seen:
                    raise SourceError(
                        place,
                        f"'{value}' a second time",
                        "each value once",
                        f"“{value}”在次序中写了两次；每个值只写一次",
                    )
                seen.add(value)
            ranks.append(equal)
        return tuple(ranks)

    def thresholds(self, item: Mapping) -> tuple[Threshold, ...]:
        found: list[Threshold] = []
        for entry, place in some(item, "thresholds"):
            keys(entry, place, {"amount", "zh", "en", "from", "to", "source", "article", "confidence"})
            amount = entry["amount"]
            if type(amount) not in (int, float):
                raise SourceError(
                    entry.at("amount"),
                    f"amount: {shown(amount)}",
                    "a number",
                    f"amount（标准）写的是 {shown(amount)}；应为数字",
                )
            begins, ends = period(entry)
            one = Threshold(
                amount,
                Words(text(entry, "zh"), text(entry, "en")),
                self.provision(entry, place),
                begins,
                ends,
            )
            if any(overlap(one, other) for other in found):
                raise SourceError(
                    place,
                    "two thresholds in force on the same day",
                    "dates that do not overlap",
                    "有两个标准在同一日施行；施行期间不得重叠",
                )
            found.append(one)
        return tuple(sorted(found, key=lambda one: one.effective_from or one.effective_from.min))

    def provisions(self, item: Mapping) -> tuple[Provision, ...]:
        """Those a direction may rest on first."""
        found = [self.provision(entry, place) for entry, place in some(item, "provisions")]
        return tuple(sorted(found, key=lambda one: one.confidence in NEVER_ENABLED))

    def provision(self, item: object, place: Place) -> Provision:
        if not isinstance(item, Mapping):
            raise SourceError(
                place, shown(item), "a source, its article and confidence",
                f"此处写的是 {shown(item)}；应写明 source（依据）、article（条款）和 confidence（可信程度）",
            )  # fmt: skip
        source, confidence = one_of(item, "source", self.sources), one_of(item, "confidence", CONFIDENCES)
        return Provision(source, self.sources[source], text(item, "article"), confidence)

    def undirected(self, used: dict[str, str]) -> dict[str, Undirected]:
        found: dict[str, Undirected] = {}
        for item, place in some(self.source, "undirected"):
            keys(item, place, {"fact", "why_zh", "why_en"})
            fact = self.fact(item, "fact")
            if fact.id in used:
                raise SourceError(
                    item.at("fact"),
                    f"the fact '{fact.id}', which the factor '{used[fact.id]}' reads",
                    "a fact that no factor reads",
                    f"事实“{fact.id}”列为没有方向，因素“{used[fact.id]}”却用了它；两处只能留一处",
                )
            if fact.id in found:
                raise SourceError(
                    place,
                    f"the fact '{fact.id}' a second time",
                    "each fact once",
                    f"事实“{fact.id}”写了两次；每项事实只写一次",
                )
            found[fact.id] = Undirected(fact.id, Words(text(item, "why_zh"), text(item, "why_en")))
        return found
