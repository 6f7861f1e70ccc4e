"""Signs that do not show what they are: named to whoever typed them, and never changed behind their back.

A name with an invisible sign, or with a sign that only looks like another, is not found again by anybody who types it
properly. Such a name is refused with the place of the sign. A long text keeps whatever was typed, and is shown with
its invisible signs made visible.
"""

import unicodedata

from casebook.errors import Problem

_NAMES = {
    0x00AD: ("软连字符", "soft hyphen"),
    0x200B: ("零宽空格", "zero-width space"),
    0x200C: ("零宽不连字", "zero-width non-joiner"),
    0x200D: ("零宽连字", "zero-width joiner"),
    0x200E: ("左至右标记", "left-to-right mark"),
    0x200F: ("右至左标记", "right-to-left mark"),
    0x202A: ("双向文字控制符", "bidirectional control"),
    0x202B: ("双向文字控制符", "bidirectional control"),
    0x202C: ("双向文字控制符", "bidirectional control"),
    0x202D: ("双向文字控制符", "bidirectional control"),
    0x202E: ("双向文字控制符", "bidirectional control"),
    0x2060: ("零宽连接符", "word joiner"),
    0x2066: ("双向文字控制符", "bidirectional control"),
    0x2067: ("双向文字控制符", "bidirectional control"),
    0x2068: ("双向文字控制符", "bidirectional control"),
    0x2069: ("双向文字控制符", "bidirectional control"),
    0x3164: ("韩文填充符", "Hangul filler"),
    0xFEFF: ("字节顺序标记", "byte order mark"),
}
# Blank to the eye, though Unicode does not count them among the format characters.
_BLANK = {0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
# Greek and Cyrillic letters that are drawn like Latin ones; a name with others of its script is really in it.
_DRAWN_ALIKE = dict(
    zip(
        "АВЕЅІЈКМНОРСТХаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧον",
        "ABESIJKMHOPCTXaesijopcyxhdqwABEZHIKMNOPTYXov",
        strict=True,
    )
)
_SCRIPTS = ("CYRILLIC ", "GREEK ")
_WIDTH_FORMS = range(0xFF00, 0xFFF0)  # full width is how a Chinese keyboard types figures and brackets
_LINE_ENDS = "\n\r\t"


def name_problem(name: str) -> Problem | None:
    """What is wrong with the signs of a name, a unit or a post, or None: the first sign that misleads."""
    disguised = _disguised(name)
    for place, sign in enumerate(name, 1):
        code = f"U+{ord(sign):04X}"
        if _hides(sign):
            zh, en = _NAMES.get(ord(sign), ("不可见字符", "invisible character"))
            return Problem(
                f"第 {place} 个字符是看不见的 {code}（{zh}），请删除后重新填写。",
                f"Character {place} cannot be seen: {code} ({en}). Delete it and write the name again.",
            )
        plain = _DRAWN_ALIKE[sign] if sign in disguised else unicodedata.normalize("NFKC", sign)
        if _looks_like_another(sign, plain):
            return Problem(
                f"第 {place} 个字符“{sign}”（{code}）与“{plain}”形似而不同，请改用“{plain}”。",
                f"Character {place}, “{sign}” ({code}), only looks like “{plain}”. Write “{plain}”.",
            )
    return None


def visible(text: str) -> str:
    """The text with every invisible sign written as its number, for whoever reads it; nothing else is changed."""
    return "".join(
        f"[U+{ord(sign):04X}]" if _hides(sign) and sign not in _LINE_ENDS else sign for sign in text
    )


def _hides(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} or ord(sign) in _BLANK


def _disguised(name: str) -> set[str]:
    """The letters of a foreign script that stand in a name only as the look-alikes of Latin ones."""
    found = set()
    for script in _SCRIPTS:
        letters = {sign for sign in name if unicodedata.name(sign, "").startswith(script)}
        if letters <= _DRAWN_ALIKE.keys():
            found |= letters
    return found


def _looks_like_another(sign: str, plain: str) -> bool:
    if plain == sign or ord(sign) in _WIDTH_FORMS:
        return False
    return unicodedata.category(sign)[0] not in "PZ"
