"""Whether what a precedent is said to be can be kept: every field named with what was found and what is expected."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.fields import text_problem
from casebook.models import Life, Organisation, Precedent, Tier
from casebook.packs.current import library_on
from casebook.precedents import citing, words
from rules.conduct import BadConduct, Conduct
from rules.factor import WHOLE
from rules.factors import book
from rules.vocabulary import BadValue, check_value, vocabulary

STATES, HOW = tuple(words.STATES), tuple(words.HOW)
LONGEST = {
    "code": 60, "title": 200, "body": 200, "region": 100, "summary": 20_000, "holding": 20_000, "notes": 20_000,
    "measure": 2000, "source_title": 300, "evidence": 500, "words": 5000, "paragraph": 60,
}  # fmt: skip
MOST = {"articles": 60, "paragraphs": 400}
TEXTS = ("title", "body", "region", "summary", "holding", "notes", "measure", "source_title")
_REQUIRED = ("title", "body", "summary")
_LINES = ("title", "body", "region", "source_title")
_CODE = re.compile(r"[A-Za-z0-9一-鿿][A-Za-z0-9一-鿿._〔〕-]{0,59}")
_NUMBERED = re.compile(r"[0-9一-鿿]")  # so that no code is the address of another page
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MENDABLE = (Life.ALIVE, Life.REVIEW, Life.FLIPPED)
_FILLERS = "\u115f\u1160\u3164\uffa0\u2800"  # letters and a sign that show nothing
# Two that no spreadsheet keeps, and those that make a line read otherwise than it is written.
_NO_TEXT = re.compile("[\ufffe\uffff\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")

Errors = dict[str, Problem]


def checked(
    session: Session, fields: Mapping, facts: Mapping, findings: Mapping, on: date, errors: Errors
) -> dict[str, object]:
    """The fields as they are kept; whatever is wrong goes into `errors` under its field."""
    kept = dict(fields)
    for field in TEXTS:
        kept[field] = plain(fields[field])
        _text(errors, field, kept[field], LONGEST[field], field in _REQUIRED, field in _LINES)
    _one_of(errors, "tier", fields["tier"], words.TIERS)
    _one_of(errors, "outcome", fields["outcome"], words.OUTCOMES)
    if fields["tier"] in (Tier.GUIDING, Tier.TYPICAL) and not kept["source_title"]:
        errors["source_title"] = Problem(
            "指导性案例、典型案例约束所有单位，应写明公布的机关和文件。",
            "A guiding or typical precedent weighs in every organ: say who published it, and where.",
        )
    if fields["sector"] != "":
        sectors = {one.value: one for one in vocabulary().facts["conduct_sector"].choices}
        _one_of(errors, "sector", fields["sector"], sectors)
    if not isinstance(fields["collective"], bool):
        _wrong(
            errors, "collective", fields["collective"], "是（true）或否（false）", "yes (true) or no (false)"
        )
    kept["conduct"] = _conduct(errors, fields["conduct"])
    _days(errors, fields, on)
    _digests(session, errors, fields)
    kept["paragraphs"] = [plain(one) for one in _list(errors, "paragraphs", fields["paragraphs"])]
    for one in kept["paragraphs"]:
        _text(errors, "paragraphs", one, LONGEST["paragraph"], required=True, one_line=True)
    kept["articles"] = _list(errors, "articles", fields["articles"])
    packs = library_on(session, on)
    for number, article in enumerate(kept["articles"], 1):
        day = fields["decided_on"] if "decided_on" not in errors else None
        if problem := citing.problem(article, day, kept["conduct"], packs):
            errors[f"articles.{number}"] = problem
    for fact_id, found in facts.items():
        check_fact(errors, fact_id, found)
    for issue, finding in findings.items():
        _finding(errors, issue, finding, fields["outcome"])
    return kept


def code(session: Session, errors: Errors, text: object) -> None:
    """A code can be cited and stand in an address, and is not taken yet in any spelling."""
    if not isinstance(text, str) or not _CODE.fullmatch(text) or not _NUMBERED.search(text):
        _wrong(
            errors, "code", text, "1 至 60 个字母、数字、汉字或者 - _ . 〔〕，以字母、数字或者汉字开头，含数字或者汉字",
            "1 to 60 letters, digits, Chinese characters or - _ . 〔〕, a letter, digit or character first, "
            "with at least one digit or Chinese character",
        )  # fmt: skip
    elif session.scalar(select(Precedent.id).where(func.lower(Precedent.code) == text.lower())):
        errors["code"] = Problem(f"编号“{text}”已被使用。", f"The code “{text}” is already used.")


def supersedes(errors: Errors, old: Precedent | None, organisation: Organisation) -> None:
    """What a precedent mends must still be in the library, of the same organ or one below it."""
    if old is not None and (old.life not in _MENDABLE or not old.organisation.is_within(organisation)):
        errors["supersedes"] = Problem(
            f"先例“{old.code}”不能由本先例替代：应为本单位或者下级单位、仍在库的先例。",
            f"“{old.code}” cannot be superseded by this one: "
            "it must still be in the library, of the same organ or one below.",
        )


def plain(value: object) -> object:
    """A value as it is kept: no outer spaces, one kind of line end, whole numbers without decimals."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if isinstance(value, float) and value.is_integer() and abs(value) <= 10**15:
        return int(value)
    return value


def shown(found: object) -> str:
    """What was found, short enough for a message, on one line, and fit for any page."""
    if isinstance(found, int) and not isinstance(found, bool) and abs(found) > 10**18:
        return "10^18…"
    text = " ".join(str(found).replace("\0", "�").split())
    text = text if len(text) <= 60 else text[:60] + "…"
    return text.encode(errors="replace").decode()


def is_seen(text: str) -> bool:
    """Whether anything of a text is seen: a letter, a number or a sign."""
    return any(unicodedata.category(one)[0] in "LNPS" and one not in _FILLERS for one in text)


def _wrong(errors: Errors, field: str, found: object, zh: str, en: str) -> None:
    said = shown(found)
    errors[field] = Problem(f"填写的是“{said}”；应为{zh}。", f"Found “{said}”; expected {en}.")


def _text(
    errors: Errors, field: str, text: object, longest: int, required: bool = False, one_line: bool = False
) -> None:
    problem = text_problem(text, longest, required=required, one_line=one_line)
    if problem is None and required and not is_seen(text):
        problem = Problem("应写出文字。", "This must say something.")
    if problem is None and _NO_TEXT.search(text):
        problem = Problem(
            "含有无法保存的字符，请删除后重试。", "Contains characters that cannot be kept; remove them."
        )
    if problem is not None:
        errors[field] = problem


def _one_of(errors: Errors, field: str, found: object, allowed: Mapping[str, Problem]) -> None:
    if not isinstance(found, str) or found not in allowed:
        zh = "、".join(f"{name.zh}（{code}）" for code, name in allowed.items() if code)
        en = ", ".join(code for code in allowed if code)
        if found in ("", None):
            errors[field] = Problem(
                f"此项必填，应为下列之一：{zh}。", f"This must not be empty; expected one of: {en}."
            )
        else:
            _wrong(errors, field, found, f"下列之一：{zh}", f"one of: {en}")


def _list(errors: Errors, field: str, found: object) -> list:
    if not isinstance(found, (list, tuple)):
        _wrong(errors, field, found, "列表", "a list")
        return []
    if len(found) > MOST[field]:
        _wrong(errors, field, len(found), f"最多 {MOST[field]} 项", f"at most {MOST[field]}")
        return []
    return list(found)


def _conduct(errors: Errors, value: object) -> object:
    try:
        return Conduct.parse(value).as_json()
    except BadConduct as bad:
        _wrong(errors, "conduct", value, "日期、年月、年份、起止时间，或者留空", bad.expected)
        return None


def _digests(session: Session, errors: Errors, fields: Mapping) -> None:
    for field in ("rules_sha256", "source_sha256"):
        digest = fields[field]
        if not isinstance(digest, str) or (digest and not _SHA256.fullmatch(digest)):
            _wrong(
                errors,
                field,
                digest,
                "64 位小写十六进制校验值，或者留空",
                "64 hexadecimal digits, or nothing",
            )
    digest = fields["rules_sha256"]
    if digest and "rules_sha256" not in errors and not citing.knows_rules(session, digest):
        errors["rules_sha256"] = Problem(
            f"系统没有收录校验值为 {digest} 的规则版本。请核对；未按规则编码的留空。",
            f"No version of the rules with the digest {digest} is kept here. "
            "Check it, or leave it empty if the precedent was not coded against rules.",
        )


def _days(errors: Errors, fields: Mapping, on: date) -> None:
    days = {}
    for field in ("decided_on", "effective_from", "effective_to"):
        day = fields[field]
        if day is not None and type(day) is not date:
            _wrong(errors, field, day, "日期（如 2026-01-31），或者留空", "a date (2026-01-31), or nothing")
        elif day is not None:
            days[field] = day
    if days.get("decided_on", on) > on:
        errors["decided_on"] = Problem(
            f"决定日期 {days['decided_on']} 晚于入库日期 {on}。",
            f"The decision of {days['decided_on']} is after the day of entry, {on}.",
        )
    if days.get("effective_from", date.min) > days.get("effective_to", date.max):
        errors["effective_to"] = Problem(
            f"效力终止日期 {days['effective_to']} 早于起始日期 {days['effective_from']}。",
            f"It ends on {days['effective_to']}, before it begins on {days['effective_from']}.",
        )
    if "decided_on" in days and not errors.keys() & {"conduct", "decided_on"}:
        begins = Conduct.parse(fields["conduct"]).begins[0]
        if begins is not None and begins > days["decided_on"]:
            errors["conduct"] = Problem(
                f"行为时间晚于决定日期 {days['decided_on']}。",
                f"The conduct is after the decision of {days['decided_on']}.",
            )


def check_fact(errors: Errors, fact_id: object, found) -> None:
    field = f"facts.{shown(fact_id)}"
    fact = vocabulary().facts.get(fact_id) if isinstance(fact_id, str) else None
    if fact is None:
        said = shown(fact_id)
        errors[field] = Problem(f"词表中没有事实“{said}”。", f"There is no fact “{said}” in the vocabulary.")
        return
    if found.state not in STATES:
        _one_of(errors, f"{field}.state", found.state, words.STATES)
    elif found.state != "known" and found.value is not None:
        _wrong(
            errors,
            field,
            found.value,
            "空值（未查明或者不适用）",
            "no value, as it is unknown or does not apply",
        )
    elif found.state == "known":
        value = plain(found.value)
        try:
            check_value(fact, value)
        except BadValue as bad:
            _wrong(errors, field, value, bad.expected_zh, bad.expected_en)
        if field not in errors and isinstance(value, str):
            _text(errors, field, value, 10_000, required=True)
    if found.how not in HOW:
        _one_of(errors, f"{field}.how", found.how, words.HOW)
    _text(errors, f"{field}.evidence", found.evidence, LONGEST["evidence"])


def _finding(errors: Errors, issue: object, finding, outcome: object) -> None:
    issues = book().issues
    field = f"issues.{shown(issue)}"
    if not isinstance(issue, str) or issue not in issues:
        _one_of(errors, field, issue, issues)
        return
    if issue != WHOLE:
        _one_of(errors, f"{field}.outcome", finding.outcome, words.OUTCOMES)
    elif finding.outcome != outcome:
        _wrong(
            errors, f"{field}.outcome", finding.outcome, f"与处理结果一致（{shown(outcome)}）",
            f"the outcome of the precedent ({shown(outcome)})",
        )  # fmt: skip
    for part in ("reasons", "rejected"):
        listed = getattr(finding, part)
        if not isinstance(listed, (list, tuple)):
            _wrong(errors, f"{field}.{part}", listed, "因素的列表", "a list of factors")
            continue
        for factor in listed:
            if not isinstance(factor, str) or factor not in issues[issue].factors:
                name = issues[issue]
                _wrong(errors, f"{field}.{part}", factor, f"“{name.zh}”的因素", f"a factor of “{name.en}”")
        if len(set(map(str, listed))) < len(listed):
            _wrong(errors, f"{field}.{part}", ", ".join(map(str, listed)), "不重复的因素", "each factor once")
    if not errors.keys() & {f"{field}.reasons", f"{field}.rejected"}:
        for both in sorted(set(finding.reasons) & set(finding.rejected)):
            _wrong(errors, f"{field}.rejected", both, "不是理由的因素", "a factor that is no reason as well")
    _text(errors, f"{field}.words", finding.words, LONGEST["words"])
