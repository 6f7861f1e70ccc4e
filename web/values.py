"""Facts, values and times in words, in the language of the request."""

from flask import Flask
from flask_babel import format_decimal
from flask_babel import gettext as _

from rules.local_law import packs_at
from rules.places import PLACE_FACT, place_of
from rules.vocabulary import Fact, vocabulary
from web.i18n import both, lang
from web.in_force import rules_today


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        fact_label=fact_label,
        value_words=value_words,
        place_words=place_words,
        conduct_words=conduct_words,
        fact_unit=fact_unit,
        size_words=size_words,
        partial_date=partial_date,
    )


def fact_label(fact_id: str) -> str:
    """The label of a fact; of a field of a case such as "case.title"; of an unknown id, the id itself."""
    fact = vocabulary().facts.get(fact_id)
    if fact:
        return fact.label(lang())
    return case_fields().get(fact_id.removeprefix("case."), fact_id)


def case_fields() -> dict[str, str]:
    return {
        "title": _("Title of the case"), "summary": _("Summary"), "respondent_name": _("Respondent"),
        "respondent_post": _("Post"), "respondent_unit": _("Unit"), "conduct": _("Time of the conduct"),
        "region": _("Region code"),
    }  # fmt: skip


def fact_unit(fact: Fact) -> str:
    return (fact.unit_zh or fact.unit) if lang() == "zh" else fact.unit


def value_words(fact_id: str, value: object) -> str:
    """A value as an officer reads it: yes or no, the label of a choice, a number with its unit, a date in words."""
    if value is None:
        return _("Not established")
    if fact_id == "case.conduct":
        return conduct_words(value)
    if fact_id in (PLACE_FACT, "case.region"):
        return place_words(value)
    fact = vocabulary().facts.get(fact_id)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return _("; ").join(value_words(fact_id, item) for item in value) or _("None of these")
    if isinstance(value, (int, float)):
        unit = fact_unit(fact) if fact else ""
        if value == 1 and lang() == "en":
            unit = unit.removesuffix("s")
        return f"{format_decimal(value)} {unit}".strip()
    if fact and fact.type == "date":
        return partial_date(str(value))
    return fact.choice_label(str(value), lang()) if fact else str(value)


def comparison(fact_id: str, op: str, value: object) -> str:
    """A comparison of a fact in words; several values are a list. A yes-or-no fact is said with the answer wanted."""
    fact = vocabulary().facts.get(fact_id)
    several = isinstance(value, (list, tuple))
    if fact and fact.type == "boolean" and not several:
        return _(
            "%(fact)s: %(value)s", fact=fact_label(fact_id), value=value_words("", value == (op == "is"))
        )
    values = value_words(fact_id, list(value) if several else value)
    sentence = _compared_days(op) if fact and fact.type == "date" else ""
    return (sentence or _compared(op)) % {"fact": fact_label(fact_id), "value": values}


def _compared(op: str) -> str:
    """A comparison as a sentence with room for the fact and the value."""
    return {
        "is": _("%(fact)s is “%(value)s”"), "is_not": _("%(fact)s is not “%(value)s”"),
        "in": _("%(fact)s is one of: %(value)s"), "not_in": _("%(fact)s is none of: %(value)s"),
        "includes": _("%(fact)s includes “%(value)s”"), "excludes": _("%(fact)s does not include “%(value)s”"),
        "above": _("%(fact)s: more than %(value)s"), "at_least": _("%(fact)s: at least %(value)s"),
        "below": _("%(fact)s: less than %(value)s"), "at_most": _("%(fact)s: at most %(value)s"),
    }[op]  # fmt: skip


def _compared_days(op: str) -> str:
    return {
        "above": _("%(fact)s: after %(value)s"), "at_least": _("%(fact)s: on %(value)s or later"),
        "below": _("%(fact)s: before %(value)s"), "at_most": _("%(fact)s: on %(value)s or earlier"),
    }.get(op, "")  # fmt: skip


def partial_date(text: str) -> str:
    """ "2020", "2020-03" or "2020-03-01" in words; anything else as it is."""
    parts = text.split("-")
    if not all(part.isdecimal() for part in parts) or len(parts) > 3:
        return text
    numbers = [int(part) for part in parts]
    if lang() == "zh":
        return "".join(f"{number}{unit}" for number, unit in zip(numbers, "年月日", strict=False))
    months = "January February March April May June July August September October November December".split()
    words = [str(numbers[0])]
    if len(numbers) > 1 and 1 <= numbers[1] <= 12:
        words.insert(0, months[numbers[1] - 1])
    if len(numbers) > 2:
        words.insert(0, str(numbers[2]))
    return " ".join(words)


def conduct_words(value: object) -> str:
    """The time of the conduct in words."""
    if value is None:
        return _("Not established")
    if isinstance(value, str):
        return partial_date(value)
    words = {key: partial_date(str(text)) for key, text in value.items()}
    if "from" in words:
        return _("%(first)s to %(last)s", first=words["from"], last=words["to"])
    if "before" in words:
        return _("before %(day)s", day=words["before"])
    return _("made public %(day)s", day=words.get("published", ""))


def place_words(code: object) -> str:
    """The code of a place with the local rules that hold there; several places are a list."""
    if isinstance(code, list):
        return _("; ").join(place_words(one) for one in code)
    titles = [both(pack.title.as_json()) for pack in packs_at(rules_today(), place_of(str(code), {}))]
    return _("%(code)s (%(titles)s)", code=code, titles=_("; ").join(titles)) if titles else str(code)


def size_words(size: int) -> str:
    """A file's size in KB or MB."""
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))} KB"
