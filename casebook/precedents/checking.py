"""Whether what a precedent is said to be can be kept: every field named with what was found and what is expected."""

import re
from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.fields import check_text, text_problem
from casebook.models import Life, Organisation, Precedent, Tier
from casebook.precedents import citing
from rules.conduct import BadConduct, Conduct
from rules.vocabulary import BadValue, check_value, vocabulary

OUTCOMES = ("tolerate", "correct", "hold_accountable")
STATES = ("known", "unknown", "not_applicable")
HOW = ("", "stated", "inferred", "documented", "verified")
LONGEST = {
    "code": 60, "title": 200, "body": 200, "region": 100, "summary": 20_000, "holding": 20_000, "notes": 20_000,
    "measure": 2000, "source_title": 300, "evidence": 500, "words": 5000, "paragraph": 60,
}  # fmt: skip
MOST = {"articles": 60, "paragraphs": 500}
REQUIRED = ("title", "body", "summary")
_LINES = ("title", "body", "region", "source_title", "measure")
_CODE = re.compile(r"[A-Za-z0-9一-鿿][A-Za-z0-9一-鿿._〔〕-]{0,59}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MENDABLE = (Life.ALIVE, Life.REVIEW, Life.FLIPPED)


def checked(
    session: Session, fields: Mapping, facts: Mapping, findings: Mapping, on: date, errors: dict[str, Problem]
) -> dict[str, object]:
    """The fields as they are kept; whatever is wrong goes into `errors` under its field."""
    kept = dict(fields)
    for field in ("title", "body", "region", "summary", "holding", "notes", "measure", "source_title"):
        kept[field] = check_text(
            errors, field, fields[field], LONGEST[field], required=field in REQUIRED, one_line=field in _LINES
        )
    kept["tier"] = _one_of(errors, "tier", fields["tier"], tuple(map(str, Tier)))
    _one_of(errors, "outcome", fields["outcome"], OUTCOMES)
    _one_of(errors, "sector", fields["sector"], ("", *vocabulary().facts["conduct_sector"].values))
    if not isinstance(fields["collective"], bool):
        _wrong(errors, "collective", fields["collective"], "true 或 false", "true or false")
    kept["conduct"] = _conduct(errors, fields["conduct"])
    _days(errors, fields, on)
    for field in ("rules_sha256", "source_sha256"):
        if not isinstance(fields[field], str) or (fields[field] and not _SHA256.fullmatch(fields[field])):
            _wrong(
                errors,
                field,
                fields[field],
                "64 位小写十六进制校验值，或者留空",
                "64 hexadecimal digits in lower case, or nothing",
            )
    if (
        fields["rules_sha256"]
        and "rules_sha256" not in errors
        and not citing.knows_rules(session, fields["rules_sha256"])
    ):
        errors["rules_sha256"] = Problem(
            f"系统中没有校验值为 {fields['rules_sha256']} 的规则文本。请填写已收录规则的校验值；未按规则编码的留空。",
            f"No rules with the digest {fields['rules_sha256']} are known here. Give the digest of rules that are kept, "
            "or nothing if it was not coded against rules.",
        )
    _paragraphs(errors, fields["paragraphs"])
    _articles(errors, fields, kept["conduct"])
    for fact_id, found in facts.items():
        _fact(errors, fact_id, found)
    for issue, finding in findings.items():
        _finding(errors, issue, finding, fields["outcome"])
    return kept


def code(session: Session, errors: dict[str, Problem], text: object) -> str:
    """A code that can be cited and stand in an address, not yet taken in any spelling."""
    if not isinstance(text, str) or not _CODE.fullmatch(text):
        _wrong(
            errors, "code", text, "1 至 60 个字母、数字、汉字或者 - _ . 〔〕，以字母、数字或者汉字开头",
            "1 to 60 letters, digits, Chinese characters or - _ . 〔〕, beginning with none of these signs",
        )  # fmt: skip
        return ""
    if session.scalar(select(Precedent.id).where(func.lower(Precedent.code) == text.lower())):
        errors["code"] = Problem(f"编号“{text}”已被使用。", f"The code “{text}” is already used.")
    return text


def supersedes(errors: dict[str, Problem], old: Precedent | None, organisation: Organisation) -> None:
    """What a precedent mends must still be relied on, and belong to the same organ or one below it."""
    if old is not None and (old.life not in _MENDABLE or not old.organisation.is_within(organisation)):
        errors["supersedes"] = Problem(
            f"先例“{old.code}”不能由本先例替代：应为本单位或者下级单位、仍在库的先例。",
            f"“{old.code}” cannot be superseded by this one: it must be in the library, of the same organ or one below.",
        )


def _one_of(errors: dict[str, Problem], field: str, found: object, allowed: tuple[str, ...]) -> object:
    if not isinstance(found, str) or found not in allowed:
        listed = ", ".join(one for one in allowed if one)
        _wrong(errors, field, found, f"下列之一：{listed}", f"one of: {listed}")
        return None
    return found


def _wrong(errors: dict[str, Problem], field: str, found: object, zh: str, en: str) -> None:
    said = shown(found)
    errors[field] = Problem(f"填写的是“{said}”；应为{zh}。", f"Found “{said}”; expected {en}.")


def shown(found: object) -> str:
    """What was found, short enough for a message and on one line."""
    if isinstance(found, int) and not isinstance(found, bool) and abs(found) > 10**18:
        return "10^18…"
    text = " ".join(str(found).replace("\0", "�").split())
    return text if len(text) <= 60 else text[:60] + "…"


def _conduct(errors: dict[str, Problem], value: object) -> object:
    try:
        return Conduct.parse(value).as_json()
    except BadConduct as bad:
        _wrong(errors, "conduct", value, "日期、年月、年份、起止时间，或者留空", bad.expected)
        return None


def _days(errors: dict[str, Problem], fields: Mapping, on: date) -> None:
    days = {}
    for field in ("decided_on", "effective_from", "effective_to"):
        if fields[field] is not None and type(fields[field]) is not date:
            _wrong(
                errors,
                field,
                fields[field],
                "日期（如 2026-01-31），或者留空",
                "a date (2026-01-31), or nothing",
            )
        elif fields[field] is not None:
            days[field] = fields[field]
    if "decided_on" in days and days["decided_on"] > on:
        errors["decided_on"] = Problem(
            f"决定日期 {days['decided_on']} 晚于入库日期 {on}。",
            f"The decision date {days['decided_on']} is after the day of entry, {on}.",
        )
    if days.get("effective_from", date.min) > days.get("effective_to", date.max):
        errors["effective_to"] = Problem(
            f"效力终止日期 {days['effective_to']} 早于起始日期 {days['effective_from']}。",
            f"It ends on {days['effective_to']}, before it begins on {days['effective_from']}.",
        )
    if "decided_on" in days and "conduct" not in errors:
        begins = Conduct.parse(fields["conduct"]).begins[0]
        if begins is not None and begins > days["decided_on"]:
            errors["conduct"] = Problem(
                f"行为时间晚于决定日期 {days['decided_on']}。",
                f"The conduct is after the decision of {days['decided_on']}.",
            )


def _paragraphs(errors: dict[str, Problem], listed: list) -> None:
    if len(listed) > MOST["paragraphs"]:
        _wrong(
            errors,
            "paragraphs",
            len(listed),
            f"最多 {MOST['paragraphs']} 项",
            f"at most {MOST['paragraphs']}",
        )
    elif problem := next(
        filter(
            None, (text_problem(one, LONGEST["paragraph"], required=True, one_line=True) for one in listed)
        ),
        None,
    ):
        errors["paragraphs"] = problem


def _articles(errors: dict[str, Problem], fields: Mapping, conduct: object) -> None:
    decided_on = fields["decided_on"] if "decided_on" not in errors else None
    if len(fields["articles"]) > MOST["articles"]:
        _wrong(
            errors,
            "articles",
            len(fields["articles"]),
            f"最多 {MOST['articles']} 条",
            f"at most {MOST['articles']}",
        )
        return
    for number, article in enumerate(fields["articles"], 1):
        problem = citing.problem(article, decided_on, conduct)
        if problem is not None:
            errors[f"articles.{number}"] = problem


def _fact(errors: dict[str, Problem], fact_id: object, found) -> None:
    field = f"facts.{shown(fact_id)}"
    fact = vocabulary().facts.get(fact_id) if isinstance(fact_id, str) else None
    if fact is None:
        errors[field] = Problem(
            f"词表中没有事实“{shown(fact_id)}”。", f"There is no fact “{shown(fact_id)}” in the vocabulary."
        )
        return
    if found.state not in STATES:
        _wrong(errors, field, found.state, f"下列之一：{', '.join(STATES)}", f"one of: {', '.join(STATES)}")
    elif found.how not in HOW:
        _wrong(errors, field, found.how, f"下列之一：{', '.join(HOW[1:])}", f"one of: {', '.join(HOW[1:])}")
    elif found.state != "known":
        if found.value is not None:
            _wrong(
                errors,
                field,
                found.value,
                "无值（未查明或者不适用）",
                "no value, as it is unknown or does not apply",
            )
    else:
        try:
            check_value(fact, found.value)
        except BadValue as bad:
            _wrong(errors, field, found.value, bad.expected_zh, bad.expected_en)
        if isinstance(found.value, str) and (problem := text_problem(found.value, 10_000)):
            errors[field] = problem
    if field not in errors and (problem := text_problem(found.evidence, LONGEST["evidence"])):
        errors[field] = problem


def _finding(errors: dict[str, Problem], issue: object, finding, outcome: object) -> None:
    known = citing.factors_of()
    field = f"issues.{shown(issue)}"
    if not isinstance(issue, str) or issue not in known:
        listed = ", ".join(known)
        _wrong(errors, field, issue, f"下列之一：{listed}", f"one of: {listed}")
        return
    _one_of(errors, f"{field}.outcome", finding.outcome, OUTCOMES)
    if issue == "disposition" and finding.outcome != outcome and f"{field}.outcome" not in errors:
        _wrong(
            errors, f"{field}.outcome", finding.outcome, f"与处理结果一致（{shown(outcome)}）",
            f"the outcome of the precedent ({shown(outcome)})",
        )  # fmt: skip
    for part in ("reasons", "rejected"):
        listed = getattr(finding, part)
        if isinstance(listed, str) or not isinstance(listed, (list, tuple)):
            _wrong(errors, f"{field}.{part}", listed, "因素的列表", "a list of factors")
            continue
        for factor in listed:
            if not isinstance(factor, str) or factor not in known[issue]:
                _wrong(
                    errors,
                    f"{field}.{part}",
                    factor,
                    f"“{issue}”这一问题的因素",
                    f"a factor of the issue {issue}",
                )
        if len(set(map(str, listed))) < len(listed):
            _wrong(errors, f"{field}.{part}", ", ".join(map(str, listed)), "不重复的因素", "each factor once")
    if not errors.keys() & {f"{field}.reasons", f"{field}.rejected"} and set(finding.reasons) & set(
        finding.rejected
    ):
        both = min(set(finding.reasons) & set(finding.rejected))
        _wrong(
            errors, f"{field}.rejected", both, "未作为理由的因素", "a factor that is not among the reasons"
        )
    if problem := text_problem(finding.words, LONGEST["words"]):
        errors[f"{field}.words"] = problem
