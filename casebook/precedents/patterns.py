"""What a text says that would tell who was meant whatever the case: numbers, addresses, days, small places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from casebook.errors import Problem
from casebook.precedents.folding import Folded, fold, with_digits

LEAVE_OUT = Problem("删去", "leave it out")
_GAP = r"[-.·_*()/‐‑‒–—]?"
_NUMBERS = (
    ("id_number", re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{16}}{_GAP}[\dx](?![\da-z])")),
    ("bank", re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{14,18}}(?!\d)")),
    ("phone", re.compile(rf"(?<!\d)(?:\+?86-?)?1[3-9](?:{_GAP}\d){{9}}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)\(?0\d{2,3}\)?-?\d{7,8}(?!\d)")),
)
_ADDRESSES = (
    (
        "email",
        re.compile(r"[a-z0-9._+-]{1,64}(?:@|\(at\)|\[at\]|【at】)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+"),
    ),
    ("account", re.compile(r"qq(?:号码?)?[:为是]?\d{5,11}|微信(?:号码?)?[:为是]?[a-z][a-z0-9_-]{5,19}")),
    (
        "account",
        re.compile(r"(?:抖音|快手|微博|支付宝|小红书)(?:账号|帐号|号码?)?[:为是]?[a-z0-9_.-]{4,}"),
    ),
    (
        "link",
        re.compile(
            r"(?:https?://|www\.)[^\s一-鿿，。；]+|(?<![a-z0-9.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}?\.(?:com|cn|net|org)(?![a-z0-9])[^\s一-鿿，。；]*"
        ),
    ),
    (
        "plate",
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][-.·]?(?=[a-z]{0,5}\d)[a-z0-9]{5,6}(?![a-z0-9])"
        ),
    ),
)
_FILES = re.compile(  # a case at an organ, a procuratorate or a court; not an instrument such as 中办发〔2018〕29号
    r"[一-鿿]{0,6}(?:[纪监][一-鿿]?[立审函处]|立案|立审|函询|检刑诉|检诉)(?:字第?)?[〔\[(]\d{4}[〕\])]第?\d+号"
    r"|[〔\[(]\d{4}[〕\])][一-鿿](?:\d{2,4})?[刑行民执监][初终再申]?\d+号"
)
_ONLY = re.compile(
    r"(?:唯一|仅有|首位|首名|首任|第一位|第一任|第一名)(?:的|一名|一位|一个|名|位|个|任)*[^，。；、,;]{0,10}?"
    r"(?:书记|县长|区长|市长|镇长|乡长|局长|处长|科长|主任|院长|校长|站长|所长|主席|委员|干部|党员|领导)"
)
_NICKNAMES = re.compile(
    r"(?:绰号|外号|诨号|诨名|网名|昵称|微信名|曾用名|乳名|小名|人称|人送)(?:叫做?|为|是|系)?[:，]?[“”\"'「『《]?"
    r"[一-鿿a-z0-9_]{2,6}"
)
_BIRTHS = re.compile(
    r"(?:(?:19|20)\d{2}|[一二][〇零○一二三四五六七八九]{3}|[4-9]\d)年(?:[0-9一二三四五六七八九十]{1,3}月)?(?:出生|生(?=人|于|[,，。;；)]|$))"
)
_STREETS = re.compile(
    r"[一-鿿]{2,4}(?:路|街|大道|巷|弄|胡同)\d+(?:弄|号)(?!线|文|令|公路|桥|地块|标段)|(?<!\d)\d{1,4}(?:栋|幢)\d*(?:单元)?\d*"
)
_N = "0-9〇零○一二三四五六七八九十廿卅壹贰叁肆伍陆柒捌玖拾"
_YEAR = r"(?:(?:19|20)\d{2}|[一二壹贰][〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖]{3})"
_DAYS = (
    re.compile(rf"(?P<y>{_YEAR})年?(?P<m>[{_N}]{{1,3}})月(?:份)?(?P<d>[{_N}]{{1,3}})[日号]?"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<s>[./\-年])(?P<m>0?[1-9]|1[0-2])[./\-](?P<d>[12]\d|3[01]|0?[1-9])(?!\d)"),
    re.compile(rf"(?P<m>[{_N}]{{1,3}})月(?P<d>[{_N}]{{1,3}})[日号]"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"(?<![\d/])(?P<d>0?[1-9]|[12]\d|3[01])/(?P<m>0?[1-9]|1[0-2])/(?P<y>(?:19|20)\d{2})(?!\d)"),
    re.compile(r"(?P<m>[一二三四五六七八九十正冬腊]{1,2})月(?P<d>初[一二三四五六七八九十]|廿[一二三四五六七八九]?)(?![日号步])"),
)  # fmt: skip
_MONTH_NAMES = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_ENGLISH_DAYS = (
    re.compile(
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?P<m>{_MONTH_NAMES})\b(?:,? (?P<y>(?:19|20)\d{{2}})\b)?"
    ),
    re.compile(rf"\b(?P<m>{_MONTH_NAMES})\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? (?P<y>(?:19|20)\d{{2}})\b)?"),
)
_MONTHS = (
    re.compile(rf"(?P<y>{_YEAR})年(?P<m>[{_N}]{{1,3}})月"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})[./-](?P<m>0[1-9]|1[0-2])(?![\d./-])"),
)
_ENGLISH_MONTHS = re.compile(rf"\b{_MONTH_NAMES}\.?,? (?:of )?(?P<y>(?:19|20)\d{{2}})\b")
# Before the sign of a small place: words that make it no name, such as 某县, 该镇, 农村, 园区.
_PLAIN = {
    "县": "某该本全各数多几一两个区市州郊贫困试点范属级辖外邻每",
    "区": "某该本全各数多几一两个地园景小社郊辖城山灾库矿厂校片新发护贸验范业特禁误分牧林灌险疫街营"
    "院港湖养活民能风战市位聚居"
    "盲雷技高工生作宿雨洪",
    "乡": "某该本全各数多几一两个家城故下返回同老水每美",
    "镇": "某该本全各数多几一两个乡城村集重坐冰每市",
    "村": "某该本全各数多几一两个农乡行政自然贫困驻范进入下中包联每美渔山牧",
    "街道": "某该本全各数多几一两个",
    "旗": "某该本全各红国党锦彩会旗每",
}
_PLACES = re.compile(
    r"(?P<name>[一-鿿]{1,3}?)(?P<end>街道)|(?P<name2>[一-鿿]{1,2}?)(?P<end2>县(?![级域道])|区(?![域别分间划])|乡(?![村镇亲土愁道])|镇(?![痛静定压])|村(?![道路庄容落])|旗(?![帜下号]))"
)
_LEADING = "在到由向从对与和及的为于是时任赴经往将把被以因使让给跟同至"
_VERBS = tuple(
    (
        "改造 新建 修建 建设 整治 拆除 进驻 发展 振兴 服务 管理 走访 调研 "
        "担任 时任 现任 历任 原任 责令 组织 安排 要求 通知 协调 联系 指导 督促 帮助 支持 涉及 "
        "影响 导致 造成 经过 根据 按照 有关 相关 所在 所属 所辖 当地 属于 决定 同意 请示 报告 "
        "负责 召集 委托 指使 分管 挂钩 牵头 推动 违反 擅自 多次 部分 周边 其他 上述 不同 整个 "
        "欠发达 先后 期间 随后 事后 之后 另外 全面 重点 国家 省市 市级 县级"
    ).split()
)
_NO_NAME = tuple(("自治 开发 保护 自贸 试验 示范 工业 高新 行政 自然 贫困 试点 居民 危险 中心城").split())
_ENGLISH_PLACES = re.compile(
    r"\b(?P<name>(?:[A-Z][a-z]+ ){1,3})(?P<end>County|District|Township|Town|Village|Subdistrict|Banner)\b"
)
_NO_ENGLISH_NAME = {
    "A",
    "An",
    "The",
    "One",
    "This",
    "That",
    "Each",
    "Every",
    "Some",
    "Any",
    "In",
    "Of",
    "Our",
    "Certain",
}
_CITIES = re.compile(r"(?P<name>[一-鿿]{2,3}?)(?P<end>市|自治州|地区|盟)")
_NO_CITY = re.compile(r"某|该|本|全|各|城|超|门|上|集|夜|菜|股|楼|都|级|辖|县|设区|直|副|地")
_PROVINCES = re.compile(
    r"(?![某该本全各外])[一-鿿]{2}省|黑龙江省|(?:内蒙古|广西|西藏|宁夏|新疆)(?:[一-鿿]{0,3}自治区)?"
)


@dataclass(frozen=True)
class Place:
    """One stretch of a text that tells too much: what it is, where it stands in it, and what to write instead."""

    kind: str
    start: int
    end: int
    instead: Problem


def hard(text: str) -> Iterator[Place]:
    """Numbers and addresses of persons, days, and places below the level of a city."""
    folded, spaced = fold(text), fold(text, spaces=True)
    digits = with_digits(folded)
    for kind, pattern in _NUMBERS:
        yield from _all(digits, pattern, kind, LEAVE_OUT)
    for kind, pattern in _ADDRESSES:
        yield from _all(folded, pattern, kind, LEAVE_OUT)
    yield from _all(folded, _FILES, "number", LEAVE_OUT)
    yield from _all(folded, _NICKNAMES, "nickname", LEAVE_OUT)
    yield from _all(folded, _ONLY, "only", LEAVE_OUT)
    yield from _all(folded, _BIRTHS, "birth", LEAVE_OUT)
    yield from _all(folded, _STREETS, "place", Problem("某地", "a place"))
    yield from days(folded, spaced)
    yield from small_places(folded, fold(text, spaces=True, case=True))


def days(folded: Folded, spaced: Folded) -> Iterator[Place]:
    for pattern in _DAYS:
        for match in pattern.finditer(folded.text):
            parts = match.groupdict()
            yield Place("day", *folded.span(*match.span()), _month(parts.get("y"), parts["m"]))
    for pattern in _ENGLISH_DAYS:
        for match in pattern.finditer(spaced.text):
            said = f"{match['m'].capitalize()} {match['y'] or ''}".strip()
            yield Place("day", *spaced.span(*match.span()), Problem(said, said))


def months(text: str) -> Iterator[Place]:
    """Where a text names a month; asked only where the month would tell too much."""
    folded = fold(text)
    for pattern in _MONTHS:
        for match in pattern.finditer(folded.text):
            year = match["y"]
            yield Place("month", *folded.span(*match.span()), Problem(f"{year}年", year))
    spaced = fold(text, spaces=True)
    for match in _ENGLISH_MONTHS.finditer(spaced.text):
        yield Place("month", *spaced.span(*match.span()), Problem(f"{match['y']}年", match["y"]))


def small_places(folded: Folded, spaced: Folded) -> Iterator[Place]:
    for match in _PLACES.finditer(folded.text):
        name, end = match["name"] or match["name2"], match["end"] or match["end2"]
        start = match.start()
        while len(name) > 1 and name[0] in _LEADING:
            name, start = name[1:], start + 1
        if len(name) == 1 and name in _LEADING:
            continue
        if name[-1] in _PLAIN[end] or name.endswith((*_NO_NAME, *_VERBS)) or "某" in name:
            continue
        yield Place("place", *folded.span(start, match.end()), Problem(f"某{end}", "a place"))
    for match in _ENGLISH_PLACES.finditer(spaced.text):
        if match["name"].split()[-1] not in _NO_ENGLISH_NAME:
            kind = match["end"].lower()
            yield Place("place", *spaced.span(*match.span()), Problem(f"a {kind}", f"a {kind}"))


def large_places(text: str, *, provinces: bool) -> Iterator[Place]:
    """Cities, and where asked provinces; asked only where they would tell too much."""
    folded = fold(text)
    for match in _CITIES.finditer(folded.text):
        name, start = match["name"], match.start()
        while len(name) > 2 and name[0] in _LEADING:
            name, start = name[1:], start + 1
        if not _NO_CITY.search(name):
            yield Place("city", *folded.span(start, match.end()), Problem(f"某{match['end']}", "a city"))
    if provinces:
        yield from _all(folded, _PROVINCES, "province", Problem("某省", "a province"))


def _all(folded: Folded, pattern: re.Pattern, kind: str, instead: Problem) -> Iterator[Place]:
    for match in pattern.finditer(folded.text):
        yield Place(kind, *folded.span(*match.span()), instead)


def _month(year: str | None, month: str) -> Problem:
    if year is None:
        return Problem(f"{month}月", "the month alone")
    said = f"{year}-{int(month):02d}" if month.isdecimal() and month.isascii() else "the month and the year"
    return Problem(f"{year}年{month.lstrip('0')}月", said)
