"""The ladder of outcomes read from YAML: whole or not at all, every fault with its file and line."""

from dataclasses import dataclass, replace
from datetime import date

from rules.articles import article_words
from rules.pack import CONFIDENCES, NEVER_ENABLED
from rules.vocabulary import Fact
from rules.yaml_fields import flag, keys, mapping, names, one_of, overlap, period, some, text, whole
from rules.yaml_source import Mapping, Place, SourceError, parse_yaml, shown

GOVERNED_BY = ("conduct", "decision")
LEVELS = ("lower", "equal", "higher")  # of the fact proposed_post_level
UNTIL = ("probation", "year")
DECIDED = ("not_established", "tolerate", "correct", "hold_accountable")
RULES = (
    "heaviest", "heaviest_soe", "accumulate", "accumulate_soe", "longest", "start_state", "start_party",
    "start_other", "last_day", "after_rights",
)  # fmt: skip


@dataclass(frozen=True)
class Words:
    """One text in both languages."""

    zh: str
    en: str

    def message(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Provision:
    """A source, its article, and how well its text is known."""

    id: str
    source: Words
    article: str
    confidence: str

    @property
    def cite(self) -> Words:
        article = article_words(self.article, "en")
        if self.confidence == "DESIGN":
            return Words(f"本系统设计：{self.article}", f"choice of this system: {article}")
        return Words(f"《{self.source.zh}》{self.article}", f"{self.source.en}, {article}")


@dataclass(frozen=True)
class Group:
    """Those whose facts are one of these values and none of the others."""

    code: str
    words: Words
    facts: dict[str, tuple]
    never: dict[str, tuple]

    def has(self, facts) -> bool:
        return all(facts.get(fact) in values for fact, values in self.facts.items()) and not any(
            facts.get(fact) in values for fact, values in self.never.items()
        )

    def leaves_out(self, facts) -> bool:
        """Whether what is known already says that somebody is not among them."""
        other = (facts.get(fact) is not None and facts[fact] not in values for fact, values in self.facts.items())
        return any(other) or any(facts.get(fact) in values for fact, values in self.never.items())


@dataclass(frozen=True)
class Measure:
    """One version of one measure. `months` None: no text states a period; `lasting`: it has no end.

    `stated` are the texts that give it to some people only, each with those; `provision` is what the rest are told.
    """

    code: str
    step: str
    regime: str
    rank: int
    zh: str
    en: str
    bar: Words
    lasting: bool
    frees_from: tuple[str, ...]
    provision: Provision
    effective_from: date | None
    effective_to: date | None
    months: int | None
    probation: int
    groups: tuple[Group, ...]
    stated: tuple[tuple[Provision, tuple[Group, ...]], ...] = ()

    def to(self, facts) -> "Measure":
        """As it is cited to somebody with these facts: by the first text that reaches them."""
        reaches = (text for text, groups in self.stated if any(group.has(facts) for group in groups))
        return replace(self, provision=next(reaches, self.provision))

    @property
    def provisions(self) -> tuple[Provision, ...]:
        """Every text that gives it to anybody, and what the rest are told."""
        return *(text for text, _ in self.stated), self.provision

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def cite(self, lang: str) -> str:
        return self.provision.cite.message(lang)

    @property
    def source(self) -> str:
        return self.provision.id

    @property
    def article(self) -> str:
        return self.provision.article

    @property
    def confidence(self) -> str:
        return self.provision.confidence

    @property
    def enabled(self) -> bool:
        """Whether it may be imposed: never where the text is known from memory only."""
        return self.confidence not in NEVER_ENABLED

    def in_force(self, day: date) -> bool:
        return (self.effective_from or date.min) <= day <= (self.effective_to or date.max)


@dataclass(frozen=True)
class Regime:
    """A regime of measures, and whether the law of the conduct or of the decision governs it."""

    code: str
    words: Words
    governed_by: str


@dataclass(frozen=True)
class Disposition:
    """What a disposition may carry, what of it must be there, and how grave it is beside the others."""

    weight: int
    allows: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Combining:
    """How measures or periods go together, and where it stands."""

    words: Words
    provision: Provision

    @property
    def reason(self) -> Words:
        cite = self.provision.cite
        return Words(f"{self.words.zh}（{cite.zh}）", f"{self.words.en} ({cite.en})")


@dataclass(frozen=True)
class BarKind:
    """What may stand in somebody's way while a period runs; `levels` are the posts they may not be given."""

    code: str
    words: Words
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Barred:
    """Which measures bar what, under one version of the law. `months` None: as long as the measure has effect.

    `until` "probation": as long as the probation; "year": to the end of the year in which the measure began. One of a
    `region` is read only there.
    """

    measures: tuple[str, ...]
    kind: BarKind
    months: int | None
    until: str
    provision: Provision
    effective_from: date | None
    effective_to: date | None
    groups: tuple[Group, ...]
    region: str

    def in_force(self, day: date) -> bool:
        return (self.effective_from or date.min) <= day <= (self.effective_to or date.max)


@dataclass(frozen=True)
class Ladder:
    """Everything measures.yaml says, checked."""

    regimes: dict[str, Regime]
    groups: dict[str, Group]
    dispositions: dict[str, Disposition]
    combining: dict[str, Combining]
    versions: dict[str, tuple[Measure, ...]]
    bars: dict[str, BarKind]
    barred: tuple[Barred, ...]


def read_ladder(content: str, name: str, facts: dict[str, Fact]) -> Ladder:
    """The ladder in a text; raises SourceError at the first fault, with file and line."""
    return _Reader(parse_yaml(content, name), facts).ladder()


_A_MEASURE = ("a measure of this file", "本文件中的措施")
_A_GROUP = ("a group of this file", "本文件 groups 中的人员类别")
_OF_MEASURE = {"code", "step", "regime", "rank", "zh", "en", "bar", "versions"}


class _Reader:
    def __init__(self, source: Mapping, facts: dict[str, Fact]):
        self.source, self.facts = source, facts

    def ladder(self) -> Ladder:
        parts = {
            "sources",
            "regimes",
            "groups",
            "dispositions",
            "combining",
            "measures",
            "bars",
            "barred",
        }
        keys(self.source, self.source.place, parts)
        self.sources = {key: self.both(item) for key, item, _ in self.items("sources")}
        self.regimes = {key: self.regime(key, item) for key, item, _ in self.items("regimes")}
        self.groups = {key: self.group(key, item) for key, item, _ in self.items("groups")}
        versions: dict[str, tuple[Measure, ...]] = {}
        for item, place in some(self.source, "measures"):
            keys(item, place, _OF_MEASURE, {"lasting", "frees_from"})
            code = text(item, "code")
            if code in versions:
                raise SourceError(
                    place,
                    f"the measure {code} a second time",
                    "each measure once",
                    f"措施 {code} 写了两次；每项措施只写一次",
                )
            versions[code] = self.measure(code, item, place)
            self.one_rank_each(item, versions)
        combining = self.exactly("combining", RULES, self.rule)
        dispositions = self.exactly(
            "dispositions", DECIDED, lambda item, place: self.disposition(item, place, versions)
        )
        self.bars = {key: self.bar_kind(key, item) for key, item, _ in self.items("bars")}
        barred = tuple(self.barred(item, place, versions) for item, place in some(self.source, "barred"))
        return Ladder(self.regimes, self.groups, dispositions, combining, versions, self.bars, barred)

    def regime(self, code: str, item: Mapping) -> Regime:
        keys(item, item.place, {"zh", "en", "governed_by"})
        return Regime(code, self.words(item), one_of(item, "governed_by", GOVERNED_BY))

    def group(self, code: str, item: Mapping) -> Group:
        keys(item, item.place, {"zh", "en", "facts"}, {"never"})
        return Group(code, self.words(item), self.values(item, "facts"), self.values(item, "never"))

    def values(self, item: Mapping, key: str) -> dict[str, tuple]:
        found = {}
        for fact_id, _, place in self.items(key, item) if key in item else ():
            fact = self.facts.get(fact_id)
            if fact is None:
                raise SourceError(
                    place,
                    f"the fact '{fact_id}'",
                    "a fact of the vocabulary",
                    f"事实“{fact_id}”不在事实词表中；应为词表中的事实",
                )
            known = (True, False) if fact.type == "boolean" else fact.values
            found[fact_id] = tuple(value for value, _ in some(item[key], fact_id))
            for value in found[fact_id]:
                if value not in known:
                    raise SourceError(
                        place,
                        f"{fact_id}: {shown(value)}",
                        "a value of that fact",
                        f"{fact_id} 写的是 {shown(value)}；应为该事实的可选值",
                    )
        return found

    def disposition(self, item: Mapping, place: Place, versions) -> Disposition:
        keys(item, place, {"weight", "allows", "needs"})
        allows = names(item, "allows", versions, *_A_MEASURE)
        needs = names(item, "needs", allows, "one of the measures it allows", "allows 所列措施之一")
        return Disposition(whole(item, "weight"), allows, needs)

    def bar_kind(self, code: str, item: Mapping) -> BarKind:
        keys(item, item.place, {"zh", "en", "levels"})
        return BarKind(code, self.words(item), names(item, "levels", LEVELS))

    def barred(self, item: Mapping, place: Place, versions) -> Barred:
        wanted = {"measures", "bar", "months", "from", "to", "source", "article", "confidence", "for"}
        keys(item, place, wanted, {"region"})
        begins, ends = period(item)
        until = item["months"] if item["months"] in UNTIL else ""
        return Barred(
            names(item, "measures", versions, *_A_MEASURE),
            self.bars[one_of(item, "bar", self.bars)],
            None if until or item["months"] is None else whole(item, "months", 1),
            until, self.provision(item), begins, ends,
            tuple(self.groups[group] for group in names(item, "for", self.groups, *_A_GROUP)),
            text(item, "region") if "region" in item else "",
        )  # fmt: skip

    def rule(self, item: Mapping, place: Place) -> Combining:
        keys(item, place, {"zh", "en", "source", "article", "confidence"})
        return Combining(self.words(item), self.provision(item))

    def measure(self, code: str, item: Mapping, place: Place) -> tuple[Measure, ...]:
        frees = names(
            item, "frees_from", self.regimes, "a regime of this file", "本文件 regimes 中的追责种类"
        )
        shared = {
            "code": code, "step": text(item, "step"), "regime": one_of(item, "regime", self.regimes),
            "rank": whole(item, "rank"), "zh": text(item, "zh"), "en": text(item, "en"),
            "bar": self.both(item["bar"]), "lasting": flag(item, "lasting"), "frees_from": frees,
        }  # fmt: skip
        found: list[Measure] = []
        for version, at in some(item, "versions"):
            one = self.version(version, at, shared)
            if any(overlap(one, other) for other in found):
                raise SourceError(
                    at,
                    f"two versions of {code} on the same day",
                    "dates that do not overlap",
                    f"措施 {code} 有两个版本在同一日施行；施行期间不得重叠",
                )
            found.append(one)
        return tuple(found)

    def version(self, item: Mapping, place: Place, shared: dict) -> Measure:
        wanted = {"from", "to", "source", "article", "confidence", "months", "for"}
        keys(item, place, wanted, {"probation", "bar", "stated"})
        begins, ends = period(item)
        provision = self.provision(item)
        stated = tuple(self.stated(one, at) for one, at in some(item, "stated")) if "stated" in item else ()
        texts = (provision, *(text for text, _ in stated))
        if begins is None and any(text.confidence != "DESIGN" for text in texts):
            raise SourceError(
                item.at("from"),
                "from: null",
                "the day the provision commenced (null only for DESIGN)",
                "from（施行日期）写的是 null；应写该规定的施行日期（只有本系统设计 DESIGN 可以不写）",
            )
        months = None if item["months"] is None else whole(item, "months")
        if shared["lasting"] and months is not None:
            raise SourceError(
                item.at("months"),
                f"months: {months}",
                "null: a lasting measure has no end",
                f"months 写的是 {months}；长期有效（lasting）的措施没有期限，应写 null",
            )
        groups = names(item, "for", self.groups, *_A_GROUP)
        own = {"bar": self.both(item["bar"])} if "bar" in item else {}
        return Measure(
            **(shared | own), provision=provision, effective_from=begins, effective_to=ends, months=months,
            probation=whole(item, "probation") if "probation" in item else 0,
            groups=tuple(self.groups[group] for group in groups), stated=stated,
        )  # fmt: skip

    def stated(self, item: Mapping, place: Place) -> tuple[Provision, tuple[Group, ...]]:
        keys(item, place, {"source", "article", "confidence", "for"})
        groups = names(item, "for", self.groups, *_A_GROUP)
        return self.provision(item), tuple(self.groups[group] for group in groups)

    def provision(self, item: Mapping) -> Provision:
        source = one_of(item, "source", self.sources)
        confidence = one_of(item, "confidence", CONFIDENCES)
        return Provision(source, self.sources[source], text(item, "article"), confidence)

    @staticmethod
    def one_rank_each(item: Mapping, versions: dict[str, tuple[Measure, ...]]) -> None:
        """Within a regime no two measures weigh the same, but those that weigh nothing."""
        new = versions[item["code"]][0]
        for code, (other, *_) in versions.items():
            if new.rank and code != new.code and (other.regime, other.rank) == (new.regime, new.rank):
                raise SourceError(
                    item.at("rank"),
                    f"the rank {new.rank}, which {code} has",
                    "a rank of its own",
                    f"轻重次序 rank 写的是 {new.rank}，与措施 {code} 相同；同一追责种类之内各项措施不得相同",
                )

    # -- small readers, each raising SourceError at the place of the fault

    def exactly(self, key: str, wanted: tuple[str, ...], read) -> dict:
        keys(self.source[key], self.source.at(key), set(wanted))
        return {name: read(item, place) for name, item, place in self.items(key)}

    def items(self, key: str, within: Mapping | None = None) -> list[tuple[str, object, Place]]:
        source = mapping(self.source if within is None else within, key)
        return [(name, item, source.at(name)) for name, item in source.items()]

    def words(self, item: Mapping) -> Words:
        return Words(text(item, "zh"), text(item, "en"))

    def both(self, item: object) -> Words:
        keys(item, getattr(item, "place", self.source.place), {"zh", "en"})
        return self.words(item)
