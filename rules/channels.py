"""The channels of review and appeal by regime, and the grounds on which a decision is revoked or varied.

Read from channels.yaml, whole or not at all. The numbers are those of limits.yaml; where the text was not seen there
is none, and nothing here makes one up.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from rules.articles import article_words
from rules.limits import Limit, Limits, limits
from rules.measures import ladder
from rules.pack import CONFIDENCES, NEVER_ENABLED
from rules.vocabulary import vocabulary
from rules.yaml_fields import entries, flag, keys, mapping, names, one_of, text
from rules.yaml_source import Mapping as Source
from rules.yaml_source import Place, SourceError, parse_yaml, read_text

AGAINST = ("decision", "inquiry")
DECIDERS = ("same", "above", "outside", "any")
NO_LIMIT, NOT_SEEN = "no_limit", "not_seen"
OUTCOMES = ("vary", "revoke")
_REQUIRED = {"code", "zh", "en", "family", "against", "regimes", "after", "decider", "enabled"}
_OPTIONAL = {"when", "ask", "decide", "toll", "without", "source", "note_zh", "note_en"}


@dataclass(frozen=True)
class Channel:
    """One step of one channel.

    `ask`, `decide` and `toll` are limits by name; `without` says why there is no number for asking. `when` names
    facts and the values the channel is for; a fact that is not established does not close it. `after` names the
    steps of which one comes first.
    """

    code: str
    zh: str
    en: str
    family: str
    against: str
    regimes: frozenset[str]
    when: tuple[tuple[str, tuple], ...]
    after: tuple[str, ...]
    decider: str
    ask: str
    decide: str
    toll: str
    without: str
    cited_zh: str
    cited_en: str
    confidence: str
    note_zh: str
    note_en: str
    enabled: bool

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def note(self, lang: str) -> str:
        return self.note_zh if lang == "zh" else self.note_en

    def fits(self, regimes: Collection[str], facts: Mapping[str, object]) -> bool:
        """Whether it is for a decision of these regimes, about such a person, by such an organ."""
        return not self.regimes.isdisjoint(regimes) and all(
            facts.get(fact) in (None, *values) for fact, values in self.when
        )

    def unknown(self, facts: Mapping[str, object]) -> tuple[str, ...]:
        """The facts it turns on that are not established."""
        return tuple(fact for fact, _ in self.when if facts.get(fact) is None)


@dataclass(frozen=True)
class Way:
    """A channel as the law stands on one day: its limits then, why there is no number, what it is cited by."""

    channel: Channel
    ask: Limit | None
    decide: Limit | None
    toll: Limit | None
    without: str
    zh: str
    en: str
    confidence: str

    @property
    def code(self) -> str:
        return self.channel.code

    @property
    def needs_advice(self) -> bool:
        """Whether the organ's law office must say what applies, because the text was not seen."""
        return self.without == NOT_SEEN

    def cite(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Ground:
    """One reason for which a decision must be revoked or varied, with its article in each family of channels."""

    code: str
    outcome: str
    zh: str
    en: str
    articles: Mapping[str, str]

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def article(self, family: str) -> str:
        """The article; empty where what was read of the family's rules lists no grounds."""
        return self.articles.get(family, "")


@dataclass(frozen=True)
class Channels:
    """Everything channels.yaml says, checked."""

    channels: Mapping[str, Channel]
    grounds: Mapping[str, Ground]
    limits: Limits

    def way(self, code: str, day: date) -> Way:
        """One channel as the law stands on a day."""
        channel = self.channels[code]
        ask, decide = self._limit(channel.ask, day), self._limit(channel.decide, day)
        cited = ask or decide
        without = channel.without or (NOT_SEEN if ask is None else "")
        if cited is None:
            return Way(
                channel, None, None, None, without, channel.cited_zh, channel.cited_en, channel.confidence
            )
        articles = "、".join(dict.fromkeys(limit.article for limit in (ask, decide) if limit))
        zh, en = (self.limits.cite(replace(cited, article=articles), lang) for lang in ("zh", "en"))
        return Way(channel, ask, decide, self._limit(channel.toll, day), without, zh, en, cited.confidence)

    def open_to(self, regimes: Iterable[str], facts: Mapping[str, object], day: date) -> list[Way]:
        """The steps against a decision of these regimes as of a day; each regime has its own (C-18)."""
        regimes = frozenset(regimes)
        ways = [
            self.way(channel.code, day)
            for channel in self.channels.values()
            if channel.against == "decision" and channel.fits(regimes, facts)
        ]
        return [way for way in ways if way.zh]  # one without a provision was not there yet

    def grounds_for(self, outcome: str) -> dict[str, Ground]:
        """The grounds on which a decision is varied, or revoked."""
        return {code: ground for code, ground in self.grounds.items() if ground.outcome == outcome}

    def _limit(self, name: str, day: date) -> Limit | None:
        """The version in force and in use on a day that gives a number."""
        found = self.limits.find(name, day) if name else None
        return found if found and found.runs and found.in_force(day) and found.amount else None


@cache
def channels() -> Channels:
    """The channels as shipped; raises SourceError."""
    path = Path(__file__).with_name("channels.yaml")
    return read_channels(read_text(path), path.name)


def read_channels(content: str, name: str) -> Channels:
    """The channels in a text; raises SourceError at the first fault, with file, line and what to write."""
    source = parse_yaml(content, name)
    keys(source, source.place, {"channels", "grounds"})
    found: dict[str, Channel] = {}
    for item, place in entries(source, "channels"):
        channel = _channel(item, place)
        if channel.code in found:
            raise SourceError(
                place,
                f"the channel {channel.code} a second time",
                "each channel once",
                f"救济渠道 {channel.code} 写了两次；每一渠道只写一次",
            )
        found[channel.code] = channel
    for (item, _), channel in zip(entries(source, "channels"), found.values(), strict=True):
        if unknown := set(channel.after) - found.keys() | {channel.code} & set(channel.after):
            step = unknown.pop()
            raise SourceError(
                item.at("after"),
                f"the earlier step {step}",
                "another step",
                f"after（前置环节）写的是 {step}；应为本文件中的另一环节",
            )
    families = {channel.family for channel in found.values()}
    grounds: dict[str, Ground] = {}
    for item, place in entries(source, "grounds"):
        ground = _ground(item, place, families)
        if ground.code in grounds:
            raise SourceError(
                place,
                f"the ground {ground.code} a second time",
                "each ground once",
                f"理由 {ground.code} 写了两次；每一理由只写一次",
            )
        grounds[ground.code] = ground
    return Channels(found, grounds, limits())


def _channel(item: object, place: Place) -> Channel:
    keys(item, place, _REQUIRED, _OPTIONAL)
    cited = ("", "", "")
    if "source" in item:
        source = mapping(item, "source")
        keys(source, source.place, {"zh", "en", "article", "confidence"})
        article = text(source, "article")
        cited = (
            f"《{text(source, 'zh')}》{article}", f"{text(source, 'en')}, {article_words(article, 'en')}",
            one_of(source, "confidence", CONFIDENCES),
        )  # fmt: skip
    channel = Channel(
        code=text(item, "code"), zh=text(item, "zh"), en=text(item, "en"), family=text(item, "family"),
        against=one_of(item, "against", AGAINST),
        regimes=frozenset(names(item, "regimes", ladder().regimes)), when=_conditions(item),
        after=names(item, "after"), decider=one_of(item, "decider", DECIDERS),
        ask=_limit_name(item, "ask"), decide=_limit_name(item, "decide"), toll=_limit_name(item, "toll"),
        without=one_of(item, "without", (NO_LIMIT, NOT_SEEN)) if "without" in item else "",
        cited_zh=cited[0], cited_en=cited[1], confidence=cited[2],
        note_zh=item.get("note_zh") or "", note_en=item.get("note_en") or "", enabled=flag(item, "enabled"),
    )  # fmt: skip
    if bool(channel.ask) == bool(channel.without):
        raise SourceError(
            place,
            "neither or both of 'ask' and 'without'",
            "one of the two",
            "ask（提出期限）与 without（没有期限的原因）同时写了或者都没有写；应当只写其中一项",
        )
    if not (channel.ask or channel.decide or channel.cited_zh):
        raise SourceError(
            place,
            "no source",
            "the key source, or a limit that has one",
            "没有依据；应当写明 source，或者引用一项有依据的期限",
        )
    if channel.enabled and channel.confidence in NEVER_ENABLED:
        raise SourceError(
            item.at("enabled"),
            f"a channel in use on {channel.confidence} alone",
            "enabled: false",
            f"这一渠道仅凭 {channel.confidence}（未见原文）启用；核对原文之前应写 enabled: false",
        )
    if not channel.enabled and channel.without != NOT_SEEN:
        raise SourceError(
            item.at("enabled"),
            "a number nobody may use",
            "without: not_seen",
            "渠道没有启用，却写了不得使用的期限；应写 without: not_seen（未见原文）",
        )
    return channel


def _ground(item: object, place: Place, families: set[str]) -> Ground:
    keys(item, place, {"code", "outcome", "zh", "en", "articles"})
    articles = mapping(item, "articles")
    keys(articles, articles.place, (), families)
    return Ground(
        text(item, "code"), one_of(item, "outcome", OUTCOMES), text(item, "zh"), text(item, "en"),
        {family: text(articles, family) for family in articles},
    )  # fmt: skip


def _conditions(item: Source) -> tuple[tuple[str, tuple], ...]:
    if "when" not in item:
        return ()
    conditions = mapping(item, "when")
    found = []
    for fact_id in conditions:
        fact = vocabulary().facts.get(fact_id)
        if fact is None:
            raise SourceError(
                conditions.at(fact_id),
                f"the fact {fact_id}",
                "a fact of the vocabulary",
                f"事实 {fact_id} 不在事实词表中；应为词表中的事实",
            )
        known = (True, False) if fact.type == "boolean" else fact.values
        found.append((fact_id, names(conditions, fact_id, known)))
    return tuple(found)


def _limit_name(item: Source, key: str) -> str:
    if key not in item:
        return ""
    name = text(item, key)
    if not any(limit.id == name for limit in limits().limits):
        raise SourceError(
            item.at(key),
            f"the limit {name}",
            "a limit of limits.yaml",
            f"期限 {name} 不在 limits.yaml 中；应为其中的一项期限",
        )
    return name
