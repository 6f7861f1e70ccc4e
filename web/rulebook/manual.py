"""The manual of whoever writes rules, as a page: rendered from the files in which it is kept.

The steps are written in both languages, line by line, and shown in one; what follows them is the reference, in Chinese
in a file of its own.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

FILE = Path(__file__).parents[2] / "docs" / "rule-packs.md"
CHINESE = FILE.with_name("rule-packs.zh-CN.md")
_REFERENCE = "\n## A rule\n"  # where the reference begins
_CHINESE = "\u2e80"  # the first of the characters that are written without blanks; what is before is not
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CLASSES = {
    "h1": "govuk-heading-l",
    "h2": "govuk-heading-m cb-section-heading",
    "p": "govuk-body",
    "ol": "govuk-list govuk-list--number govuk-list--spaced",
    "ul": "govuk-list govuk-list--bullet",
    "table": "govuk-table cb-table",
    "thead": "govuk-table__head",
    "tr": "govuk-table__row",
    "th": "govuk-table__header",
    "td": "govuk-table__cell",
}


@cache
def html(lang: str) -> Markup:
    """The whole manual; what it embeds as HTML stays text, and other files it refers to are named without a link."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("fence", _fence)
    steps, reference = _text(lang)
    tokens = [*_in_one_language(parser.parse(steps), lang), *parser.parse(reference)]
    for token in tokens:
        if token.nesting == 1 and token.tag in _CLASSES:
            token.attrSet("class", _CLASSES[token.tag])
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.children:
            token.children = list(_line(token.children))
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704  no HTML of the file passes


def _text(lang: str) -> tuple[str, str]:
    """The steps, in both languages, and the reference in this one."""
    steps, _heading, reference = FILE.read_text(encoding="utf-8").partition(_REFERENCE)
    if lang != "zh":
        return steps, _REFERENCE + reference
    reference = CHINESE.read_text(encoding="utf-8")
    return steps, reference[reference.index("\n## ") :]


def _in_one_language(tokens: Sequence[Token], lang: str) -> Iterator[Token]:
    """Headings are written as Chinese / English; in a paragraph, lines in italics or without Chinese are English."""
    for place, token in enumerate(tokens):
        if token.type == "inline":
            if tokens[place - 1].type == "heading_open":
                token.children[0].content = token.content.split(" / ")[lang != "zh"]
            else:
                lines = [line for line in _lines(token.children) if _is_english(line) == (lang != "zh")]
                token.children = [one for line in lines for one in line if one.tag != "em"]
                if token.children and token.children[-1].type == "softbreak":
                    token.children.pop()
        inside = tokens[place + {"paragraph_open": 1, "paragraph_close": -1}.get(token.type, 0)]
        if token.type not in ("paragraph_open", "paragraph_close") or _lines_in(inside, lang):
            yield token


def _lines_in(token: Token, lang: str) -> bool:
    """Whether a paragraph says anything in this language."""
    return any(line and _is_english(line) == (lang != "zh") for line in _lines(token.children))


def _lines(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens line by line; what stands in italics is one line with what follows it."""
    lines, level = [[]], 0
    for token in tokens:
        level += token.nesting if token.tag == "em" else 0
        lines[-1].append(token)
        if token.type == "softbreak" and not level:
            lines.append([])
    return lines


def _is_english(line: Sequence[Token]) -> bool:
    return any(token.tag == "em" for token in line) or not any(_HAN.search(token.content) for token in line)


def _line(tokens: Sequence[Token]) -> Iterator[Token]:
    """Without links; and where a line of the file ends between two Chinese characters no blank takes its place."""
    kept = [one for one in tokens if one.type not in ("link_open", "link_close")]
    for place, one in enumerate(kept):
        sides = (
            (kept[place - 1].content[-1:], kept[place + 1].content[:1]) if one.type == "softbreak" else ("",)
        )
        if not all(side >= _CHINESE for side in sides):
            yield one


def _fence(_renderer: object, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    """A text to copy: it scrolls sideways by itself, also by keyboard."""
    return Markup('<pre class="cb-source" tabindex="0"><code>{}</code></pre>\n').format(tokens[index].content)
