"""Whether a text that is to be read by everybody still tells who it was about, and what to write instead.

Names, units, posts, numbers, days and small places never stand in a precedent of an office. Place, post and time
together are told only as far as enough cases share them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import Case, CaseFact, Precedent, PrecedentFact, Tier
from casebook.precedents import patterns
from casebook.precedents.bynames import bynames
from casebook.precedents.entering import Said
from casebook.precedents.folding import bare, fold
from casebook.precedents.markers import Marker, surname

FEWEST = 3  # so many cases must share place, tier of office and time before all three are told
PLACES = {
    "city": Problem("写到设区的市", "Down to the city"),
    "province": Problem("只写到省", "Down to the province"),
    "none": Problem("不写地区", "No place"),
}
PERIODS = {
    "month": Problem("写到月份", "Down to the month"),
    "year": Problem("只写到年份", "The year alone"),
}
KINDS = {
    "name": Problem("当事人姓名", "the name of the respondent"),
    "person": Problem("有关人员姓名", "the name of a person in the case"),
    "called": Problem("姓氏加职务", "a surname with a post"),
    "byname": Problem("对当事人或者有关人员的称呼", "what somebody is called"),
    "nickname": Problem("绰号、网名或者曾用名", "a nickname or a former name"),
    "only": Problem("只有一人符合的身份", "a standing that only one person has"),
    "birth": Problem("出生年份", "a year of birth"),
    "unit": Problem("单位名称", "the name of a unit"),
    "post": Problem("具体职务", "the post held"),
    "login": Problem("账户名", "an account"),
    "number": Problem("案号", "the number of the case"),
    "code": Problem("机关代码", "the code of the organ"),
    "organ": Problem("办案机关名称", "the name of the organ"),
    "id_number": Problem("证件号码", "the number of a document"),
    "bank": Problem("银行账号", "an account at a bank"),
    "phone": Problem("电话号码", "a telephone number"),
    "email": Problem("电子邮箱", "an e-mail address"),
    "account": Problem("社交账号", "an account of a network"),
    "link": Problem("网址", "an address on the web"),
    "plate": Problem("车牌号", "a number plate"),
    "day": Problem("具体日期", "a day"),
    "month": Problem("月份", "a month"),
    "place": Problem("市以下地名", "a place below a city"),
    "city": Problem("设区的市名", "a city"),
    "province": Problem("省名", "a province"),
}
_TITLES = tuple(
    (
        "书记 县长 区长 市长 镇长 乡长 局长 处长 科长 主任 院长 校长 所长 站长 队长 股长 部长 "
        "主席 经理 董事长 厅长 主管 委员 村长 总工 会计 党委 常委 领导 同志 干部"
    ).split()
)
_CONTINUES = {"长": "期远久效时年处度"}
_EDGED = {"login", "code"}


@dataclass(frozen=True)
class Hit:
    """Where a field tells too much: what was found, as it was written, and what to write instead."""

    field: str
    kind: str
    quote: str
    instead: Problem
    start: int
    end: int

    @property
    def problem(self) -> Problem:
        kind, en = KINDS[self.kind], self.instead.en
        advice = f"“{self.instead.zh}”" if self.instead != patterns.LEAVE_OUT else "请删去"
        return Problem(
            f"“{self.quote}”会透露{kind.zh}，{'请改写为' if advice[0] == '“' else ''}{advice}。",
            f"“{self.quote}” tells {kind.en}; {en if en == 'leave it out' else f'write “{en}”'}.",
        )


def check(
    texts: Mapping[str, str], markers: Sequence[Marker] = (), *, place: str = "city", period: str = "month"
) -> list[Hit]:
    """Everything in these fields that tells who is meant, in the order of the fields and of each text.

    `place` and `period`: how much of where and when may be told at all.
    """
    found: list[Hit] = []
    for field, text in texts.items():
        hits = [Hit(field, one.kind, text[one.start : one.end], one.instead, one.start, one.end)
                for one in _places(text, markers, place, period)]  # fmt: skip
        found += _outermost(hits)
    return found


def problems(hits: Iterable[Hit]) -> dict[str, Problem]:
    """One problem a field, with everything that was found in it."""
    found: dict[str, list[Problem]] = {}
    for hit in hits:
        said = found.setdefault(hit.field, [])
        if hit.problem not in said:
            said.append(hit.problem)
    return {
        field: Problem("".join(one.zh for one in said), " ".join(one.en for one in said))
        for field, said in found.items()
    }


def suggest(text: str, markers: Sequence[Marker] = (), *, place: str = "city", period: str = "month") -> str:
    """The text with everything that was found generalised: a beginning for whoever edits it, never the last word."""
    for _ in range(5):  # what is written instead of one thing may stand beside another
        hits = sorted(check({"": text}, markers, place=place, period=period), key=lambda hit: -hit.start)
        if not hits:
            break
        for hit in hits:
            instead = "" if hit.instead.zh == patterns.LEAVE_OUT.zh else hit.instead.zh
            text = text[: hit.start] + instead + text[hit.end :]
    return text


def alike(
    session: Session, case: Case, facts: Mapping[str, object], *, place: str, period: str
) -> int | None:
    """How many cases and precedents share place, tier of office and time as far as they are told; None: no place is.

    Place and time are compared as far as they would be told.
    """
    where = region_of(case.region, place)
    if not where:
        return None
    digits = where[:4] if place == "city" else where[:2]
    when, tier = time_of(case.conduct, period), facts.get("office_tier")
    held = select(CaseFact.case_id, CaseFact.value).where(CaseFact.fact_id == "office_tier")
    tiers = dict(list(session.execute(held)))
    near = select(Case.id, Case.conduct).where(Case.region.startswith(digits))
    count = sum(
        time_of(conduct, period) == when and (tier is None or tiers.get(number) == tier)
        for number, conduct in session.execute(near)
    )
    told = select(Precedent.id, Precedent.conduct).where(
        Precedent.region.startswith(digits), Precedent.case_id.is_(None), Precedent.published_at.is_not(None)
    )  # what nobody approved hides nobody: one person alone can import it
    held = select(PrecedentFact.precedent_id, PrecedentFact.value).where(
        PrecedentFact.fact_id == "office_tier"
    )
    tiers = dict(list(session.execute(held)))
    return count + sum(
        time_of(conduct, period) == when and (tier is None or tiers.get(number) == tier)
        for number, conduct in session.execute(told)
    )


def widest(session: Session, case: Case, facts: Mapping[str, object]) -> tuple[str, str]:
    """How much of where and when may be told of a case, as much as possible."""
    for place in PLACES:
        for period in PERIODS:
            count = alike(session, case, facts, place=place, period=period)
            if count is None or count >= FEWEST:
                return ("none", "month") if count is None else (place, period)
    return "none", "month"


def combination(
    session: Session, case: Case, facts: Mapping[str, object], *, place: str, period: str
) -> Problem | None:
    """Why place, tier of office and time may not be told together like this; None where they may."""
    count = alike(session, case, facts, place=place, period=period)
    if count is None or count >= FEWEST:
        return None
    return Problem(
        f"同一地区、同一职务层次、同一时间的案件和先例只有 {count} 件，不足 {FEWEST} 件，合在一起可以认出当事人。"
        "请放宽地区或者时间，或者选择不写地区。",
        f"Only {count} cases and precedents share this place, tier of office and time, fewer than {FEWEST}: together "
        "they tell who it was. Widen the place or the time, or tell no place.",
    )


def region_of(region: str | None, place: str) -> str:
    """A region code as far as it may be told."""
    if not region or place == "none" or not re.fullmatch(r"\d{6}", region):
        return ""
    return region[:4] + "00" if place == "city" else region[:2] + "0000"


def time_of(conduct: object, period: str) -> object:
    """The time of the conduct as far as it may be told."""
    longest = 7 if period == "month" else 4
    if isinstance(conduct, str):
        return conduct[:longest]
    if isinstance(conduct, dict):
        return {key: str(value)[:longest] for key, value in conduct.items()}
    return conduct


def told(precedent: Precedent) -> dict[str, str]:
    """How much of where and when a proposal tells."""
    region = precedent.region
    place = "none" if not region else "province" if region.endswith("0000") else "city"
    given = precedent.conduct
    first = next(iter(given.values()), "") if isinstance(given, dict) else given or ""
    return {"place": place, "period": "year" if re.fullmatch(r"\d{4}", str(first)) else "month"}


def problems_of_import(said: Said) -> dict[str, Problem]:
    """What in an imported precedent of an office tells who it was, by field; those of other bodies are as published."""
    if said.tier != Tier.OWN:
        return {}
    texts = {name: getattr(said, name) for name in ("title", "summary", "holding", "notes", "measure")}
    texts |= {f"issues.{issue}.words": one.words for issue, one in said.findings().items()}
    texts |= {f"facts.{name}.evidence": one.evidence for name, one in said.found().items()}
    return problems(check({name: text for name, text in texts.items() if isinstance(text, str)}))


def _places(text: str, markers: Sequence[Marker], place: str, period: str) -> Iterator[patterns.Place]:
    yield from patterns.hard(text)
    if period == "year":
        yield from patterns.months(text)
    if place != "city":
        yield from patterns.large_places(text, provinces=place == "none")
    plain, spaced, whole = fold(text, signs=False), fold(text, spaces=True), fold(text)
    for marker in markers:
        edged = marker.kind in _EDGED
        folded, wanted = (
            (spaced, fold(marker.text, spaces=True).text) if edged else (plain, bare(marker.text))
        )
        for start in _starts(folded.text, wanted):
            end = start + len(wanted)
            if _stands_alone(folded.text, start, end, marker):
                yield patterns.Place(marker.kind, *folded.span(start, end), marker.instead)
        if marker.kind in ("name", "person"):
            yield from _called(plain, marker, markers)
            for span in bynames(whole, marker.text):
                yield patterns.Place("byname", *span, marker.instead)


def _called(plain, marker: Marker, markers: Sequence[Marker]) -> Iterator[patterns.Place]:
    """A surname with a post beside it, whether 某 stands between them or not."""
    first = surname(marker.text)
    if not first:
        return
    posts = "|".join(
        sorted({*_TITLES, *(re.escape(bare(one.text)) for one in markers if one.kind == "post")})
    )
    for pattern in (
        rf"{first}(?:某{{1,2}})?副?(?:{posts})(?!期)",
        rf"(?:{posts}){first}某{{1,2}}",
    ):
        for match in re.finditer(pattern, plain.text):
            yield patterns.Place("called", *plain.span(*match.span()), marker.instead)


def _starts(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _stands_alone(text: str, start: int, end: int, marker: Marker) -> bool:
    """Whether it is the thing itself and no part of another word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    first, last = text[start], text[end - 1]
    if first.isascii() and first.isalnum() and before.isascii() and before.isalnum():
        return False
    if last.isascii() and last.isalnum() and after.isascii() and after.isalnum():
        return False
    longer = after and after in _CONTINUES.get(last, "") and text[end : end + 2] != "期间"
    return not (marker.kind == "post" and longer)


def _outermost(hits: list[Hit]) -> list[Hit]:
    """Without what lies within something else that was found; in the order of the text."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        if not kept or hit.end > kept[-1].end:
            if kept and hit.start < kept[-1].end:  # they overlap: one stretch, named by what begins first
                last = kept.pop()
                quote = last.quote + hit.quote[last.end - hit.start :]
                kept.append(Hit(hit.field, last.kind, quote, last.instead, last.start, hit.end))
            else:
                kept.append(hit)
    return kept
