"""Conditions, findings and differences of rules in words, in the language of the request."""

import re
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casebook.papers.words import titled
from rules.articles import article_words
from rules.conditions import All, AnyOf, Condition, Has, Test
from rules.pack import Example, Rule, Source
from rules.versions import Difference, difference
from web.i18n import both, format_day, lang
from web.labels import CLAUSES, CONFIDENCES, DISPOSITIONS, DISTINCTIONS, FORCES, GRADES, numbered
from web.rulebook.shelf import Shelf
from web.values import comparison, fact_label, value_words

SHOWN = 4  # facts of an example on one line
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Line:
    """One line of a condition. `parts` are joined by `joined` ("all", "any"); a single comparison has none."""

    text: str
    href: str = ""
    joined: str = ""
    parts: tuple["Line", ...] = ()


def condition(when: Condition, shelf: Shelf) -> Line:
    """A condition as nested lines; several values of one fact are one line."""
    match when:
        case Test():
            return _one_of((when,))
        case Has(finding, wanted):
            if finding.startswith("disposition."):
                ends = (
                    _("The recommendation is: %(end)s") if wanted else _("The recommendation is not: %(end)s")
                )
                return Line(ends % {"end": finding_title(finding, shelf)})
            state = _("established") if wanted else _("does not hold")
            text = _("%(finding)s: %(state)s", finding=finding_title(finding, shelf), state=state)
            return Line(text, finding_url(finding, shelf))
    if _same_fact(when):
        return _one_of(when.parts)
    joined = "all" if isinstance(when, All) else "any"
    return Line("", "", joined, tuple(condition(part, shelf) for part in when.parts))


def _same_fact(when: All | AnyOf) -> bool:
    """Whether it is what a pack writes as `in` or `not_in`: values of one fact."""
    op = "is" if isinstance(when, AnyOf) else "is_not"
    return all(isinstance(one, Test) and one.op == op for one in when.parts) and (
        len({one.fact for one in when.parts}) == 1
    )


def _one_of(tests: tuple[Test, ...]) -> Line:
    fact_id, op = tests[0].fact, tests[0].op
    values = [one.value for one in tests]
    if len(tests) > 1:
        op = {"is": "in", "is_not": "not_in"}[op]
    said = comparison(fact_id, op, values if len(tests) > 1 else values[0])
    return Line(said, url_for("rulebook.fact", fact_id=fact_id))


def plain(when: Condition, shelf: Shelf) -> str:
    """A condition on one line, for a sentence about it."""
    line = condition(when, shelf)
    if not line.parts:
        return _flat(line)
    return _joint(line).join(_flat(part) for part in line.parts)


def _flat(line: Line) -> str:
    if not line.parts:
        return _("“%(text)s”", text=line.text.replace("“", "‘").replace("”", "’"))
    return _("(%(parts)s)", parts=_joint(line).join(_flat(part) for part in line.parts))


def _joint(line: Line) -> str:
    return _(" and ") if line.joined == "all" else _(" or ")


def finding_title(name: str, shelf: Shelf) -> str:
    """What a finding is called; one without a title by what the first rule behind it says."""
    kind, _dot, code = name.partition(".")
    effects = {
        "lighten": _("listed as lightening"), "mitigate": _("listed as mitigating"),
        "exempt": _("a ground for exemption"), "aggravate": _("listed as aggravating"),
    }  # fmt: skip
    known = {
        "effect": lambda: effects.get(code, ""),
        "disposition": lambda: str(DISPOSITIONS[code][0]),
        "gravity": lambda: _("gravity: %(grade)s", grade=GRADES[code]) if code in GRADES else "",
        "clause": lambda: _("local clause: %(effect)s", effect=CLAUSES[code]),
        "step": lambda: both(shelf.titles.get(name)),
    }
    if kind in known and (words := known[kind]()):
        return words
    title = both(shelf.titles.get(name))
    if title and kind in ("red_line", "tolerance", "refer", *DISTINCTIONS):
        return numbered(kind if kind in DISTINCTIONS else code, title)
    behind = shelf.makers.get(name, ())
    return title or (both(behind[0].explain).rstrip("。.") if behind else name)


def finding_url(name: str, shelf: Shelf) -> str:
    """The page of the rules behind a finding; none for what only the chain itself makes."""
    return url_for("rulebook.finding", name=name) if shelf.makers.get(name) else ""


def source_line(rule: Rule, shelf: Shelf) -> str:
    """Instrument and article, as a reader cites them."""
    if rule.confidence == "DESIGN":
        return _("method of this system")
    source = shelf.packs[rule.pack].sources[rule.instrument]
    article = article_words(rule.article, lang())
    if lang() == "zh":
        return f"{titled(source.title.zh)}{'' if article.startswith('第') else ' '}{article}".strip()
    return f"{source.title.en} {article}".strip()


def in_force(rule: Rule | Source) -> str:
    first = rule.effective_from and format_day(rule.effective_from)
    last = rule.effective_to and format_day(rule.effective_to)
    if first and last:
        return _("from %(first)s to %(last)s", first=first, last=last)
    if first:
        return _("from %(first)s", first=first)
    return _("until %(last)s", last=last) if last else _("at all times")


def example_title(example: Example) -> str:
    """Its name, if the pack gives one in the language of the page; else what it says of the facts."""
    if bool(_CHINESE.search(example.name)) == (lang() == "zh"):
        return example.name
    facts = [
        _("%(fact)s: %(value)s", fact=fact_label(fact_id), value=value_words(fact_id, value))
        for fact_id, value in example.facts.items()
    ]
    said = _("; ").join(facts[:SHOWN])
    return _("%(facts)s and others", facts=said) if len(facts) > SHOWN else said or _("Nothing is known")


def confidence_meaning(confidence: str) -> str:
    """What a mark means for whoever relies on the rule."""
    return {
        "SEEN": _("Whoever wrote the rule had the whole text of the provision before them."),
        "EXCERPT": _("Only a part of the text could be read. Check the original before relying on it."),
        "EXCERPT-": _("Only a weak copy of a part was seen."),
        "RECALLED": _("Nobody here has read the text."),
        "DESIGN": _("No provision stands behind it: this is how the system works, and open to criticism."),
    }[confidence]


def differences(old: Rule, new: Rule, shelf: Shelf) -> list[str]:
    """What the later version changed, a sentence each; empty where only the days differ."""
    found: Difference = difference(old, new)
    return [
        *(_moved(one.joined, one.old, one.new, shelf) for one in found.conditions),
        *(_bar(name, came, shelf) for name, came in found.bars),
        *(_displaces(name, came, shelf) for name, came in found.overrides),
        *(sentence for name in found.parts for sentence in _part(name, old, new, shelf)),
    ]


def _moved(joined: str, old: Condition | None, new: Condition | None, shelf: Shelf) -> str:
    before, after = old and plain(old, shelf), new and plain(new, shelf)
    if old is None:
        if joined == "any":
            return _("One more way to meet it: %(new)s.", new=after)
        return _("A further condition: %(new)s.", new=after)
    if new is None:
        if joined == "any":
            return _("No longer a way to meet it: %(old)s.", old=before)
        return _("No longer required: %(old)s.", old=before)
    return _("%(old)s became %(new)s.", old=before, new=after)


def _bar(name: str, came: bool, shelf: Shelf) -> str:
    finding = finding_title(name, shelf)
    if came:
        return _("Now excluded where this is established: “%(finding)s”.", finding=finding)
    return _("No longer excluded by “%(finding)s”.", finding=finding)


def _displaces(name: str, came: bool, shelf: Shelf) -> str:
    other = both(shelf.versions[name][-1].explain)
    if came:
        return _("Now goes before: %(rule)s", rule=other)
    return _("No longer goes before: %(rule)s", rule=other)


def _part(name: str, old: Rule, new: Rule, shelf: Shelf) -> list[str]:
    if name == "instrument":
        return [
            _("Source: %(old)s became %(new)s.", old=source_line(old, shelf), new=source_line(new, shelf))
        ]
    if name == "article":
        if old.instrument != new.instrument:
            return []  # said with the source
        before, after = (article_words(rule.article, lang()) for rule in (old, new))
        return [_("Article: %(old)s became %(new)s.", old=before, new=after)]
    if name == "confidence":
        before, after = CONFIDENCES[old.confidence], CONFIDENCES[new.confidence]
        return [_("How well the text is known: “%(old)s”, now “%(new)s”.", old=before, new=after)]
    if name == "enabled":
        return [_("Now used.") if new.enabled else _("No longer used.")]
    if name == "force":
        words = {None: "", "": _("not stated"), **FORCES}
        return [_("Force: %(old)s became %(new)s.", old=words[old.force], new=words[new.force])]
    if name == "outcomes":
        return _measures(old, new, shelf)
    if name == "establishes":
        return [
            _("It now establishes: %(what)s.", what=_("; ").join(consequences(new, shelf)) or _("nothing"))
        ]
    return [_("It now stands on the other side of the factors.")]


def _measures(old: Rule, new: Rule, shelf: Shelf) -> list[str]:
    before, after = ({one.measure: one.months for one in rule.outcomes} for rule in (old, new))
    found = []
    for measure, months in after.items():
        title = finding_title(f"measure.{measure}", shelf)
        if measure not in before:
            found.append(_("Measure added: %(measure)s.", measure=title))
        elif before[measure] != months:
            found.append(
                _("%(measure)s: period of effect %(old)s, now %(new)s.", measure=title,
                  old=months_words(before[measure]), new=months_words(months))
            )  # fmt: skip
    gone = [
        finding_title(f"measure.{one}", shelf)
        for one in before
        if one not in after
    ]  # fmt: skip
    return found + [_("Measure no longer listed: %(measure)s.", measure=one) for one in gone]


def months_words(months: int | None) -> str:
    return ngettext("%(num)d month", "%(num)d months", months) if months is not None else _("none stated")


def consequences(rule: Rule, shelf: Shelf) -> list[str]:
    """What follows where the rule applies, a phrase each."""
    found = [finding_title(name, shelf) for name in rule.establishes]
    for one in rule.outcomes:
        title = finding_title(f"measure.{one.measure}", shelf)
        found.append(
            _("%(measure)s (period of effect: %(period)s)", measure=title, period=months_words(one.months))
        )
    return found
