"""The manual of whoever writes rules, as a page: rendered from the files in which it is kept.

The steps are written in both languages; what follows them is the reference, in Chinese in a file of its own.
"""

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
    tokens = parser.parse(_text(lang))
    for token in tokens:
        if token.nesting == 1 and token.tag in _CLASSES:
            token.attrSet("class", _CLASSES[token.tag])
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.children:
            token.children = list(_line(token.children))
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704  no HTML of the file passes


def _text(lang: str) -> str:
    text = FILE.read_text(encoding="utf-8")
    if lang != "zh":
        return text
    reference = CHINESE.read_text(encoding="utf-8")
    return text.split(_REFERENCE)[0] + reference[reference.index("\n## ") :]


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
