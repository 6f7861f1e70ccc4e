"""Read YAML strictly, remembering where each value stood, so that every complaint can name its line.

PyYAML composes the node tree (in C where it can); the scalars are resolved here because YAML 1.1 reads an
unquoted `no` as false and `012` as ten, which in a rule is a wrong answer nobody sees.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import yaml

DEEPEST = (
    60  # levels of nesting; the C composer calls itself for each and falls over where Python would complain
)
LONGEST_SHOWN = 60  # characters of a value that a message repeats: enough to find it by
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+\Z")
_HIDDEN = {"Cf", "Zl", "Zp", "Cc"}  # beyond ASCII; the marks of right to left are of the first
_ESCAPE = re.compile(r"\\(?:[0abefvNLP_]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})")
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True)
class Place:
    """Where a value stands: file name, line and column, both counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class SourceError(ValueError):
    """A YAML source that cannot be used: `place`, what was `found`, what to write; `zh` says both in Chinese."""

    def __init__(self, place: Place, found: str, expected: str, zh: str):
        self.place, self.found, self.expected, self.zh = place, found, expected, zh
        super().__init__(f"{place}: found {found}; expected {expected}")

    def __reduce__(self):  # by its message alone it could not be made again where a process of its own sends it
        return type(self), (self.place, self.found, self.expected, self.zh)

    def message(self, lang: str) -> str:
        return f"{self.place}：{self.zh}" if lang == "zh" else str(self)


class Mapping(dict):
    """A YAML mapping that knows the place of itself and of each key."""

    def __init__(self, place: Place):
        super().__init__()
        self.place = place
        self.places: dict[str, Place] = {}

    def at(self, key: str) -> Place:
        return self.places.get(key, self.place)


class Sequence(list):
    """A YAML sequence that knows the place of itself and of each item."""

    def __init__(self, place: Place):
        super().__init__()
        self.place = place
        self.places: list[Place] = []


def shown(value: object) -> str:
    """A value as it is written in YAML, on one line and not for long: what a message says was found."""
    match value:
        case str():
            text = repr(value)
        case list():
            text = f"[{', '.join(map(shown, value))}]"
        case dict():
            text = f"{{{', '.join(f'{key}: {shown(one)}' for key, one in value.items())}}}"
        case _:
            text = json.dumps(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def read_yaml(path: Path) -> Mapping:
    """Return the mapping in the file; raise SourceError for broken YAML, a duplicate key or another top level."""
    return parse_yaml(read_text(path), path.name)


def read_text(path: Path) -> str:
    """Return the text of a file; raise SourceError if it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SourceError(
            Place(path.name, line, 1),
            "bytes that are not UTF-8",
            "a file saved as UTF-8",
            "文件不是 UTF-8 编码；请以 UTF-8 编码保存",
        ) from None


def parse_yaml(text: str, name: str) -> Mapping:
    """Return the mapping in the text, whose places are reported under `name`; raises as read_yaml does."""
    _refuse_control(text, name)
    try:
        _refuse_deep(text, name)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise _unreadable(error, name) from None
    if not isinstance(node, yaml.MappingNode):
        raise SourceError(
            Place(name, 1, 1),
            "no mapping at the top level",
            "keys such as 'pack:'",
            "文件最外层不是“键: 值”；请从 pack:、title: 等键写起",
        )
    return _value(node, name, set())


def refuse_hidden(text: str, name: str) -> None:
    """Refuse signs that turn, hide or break a line, also as escapes: a text is to say what whoever reads it sees."""
    found = next(
        (n for n, sign in enumerate(text) if sign > "\x7f" and unicodedata.category(sign) in _HIDDEN), None
    )
    escape = _ESCAPE.search(text)
    if found is None and escape is None:
        return
    if found is not None:
        start, sign = found, f"U+{ord(text[found]):04X}"
        zh = sign
    else:
        start, sign = escape.start(), f"backslash {escape[0][1:]}"
        zh = f"反斜杠加 {escape[0][1:]}"
    raise SourceError(
        _place_in(text, start, name),
        f"the sign {sign}, which is not seen as it is read",
        "the text without it, or the sign itself",
        f"有看不见的或者转写的字符（{zh}），会使文字看上去与实际内容不一致；请删除，或者直接写出该字",
    )


def _unreadable(error: yaml.MarkedYAMLError, name: str) -> SourceError:
    """The fault in the words of whoever wrote it, whichever half of PyYAML read it."""
    causes = (
        ("',' or ']'", "a comma or ']'", "方括号没有写完；请补写逗号或者“]”"),
        ("',' or '}'", "a comma or '}'", "花括号没有写完；请补写逗号或者“}”"),
        (
            "mapping values are not allowed",
            "one key on a line, with a half-width colon; a text with a colon in quotes",
            "此处多了冒号，或者上一行用了全角冒号、没有写冒号；每行只写一个键，冒号用半角，含冒号的文字加引号",
        ),
        (
            "could not find expected ':'",
            "a half-width colon and a space",
            "上一行的键后面没有半角冒号和空格；请补写",
        ),
        (
            "cannot start any token",
            "spaces instead of tabs; a text that begins with a sign in quotes",
            "有制表符，或者文字以 @、%、` 等符号开头；请改用空格缩进，或者给文字加引号",
        ),
        ("end of stream", "the closing quote", "从此处开始的引号没有写完；请补写后引号"),
        (
            "expected key|'-' indicator|<block end>",
            "the indentation of the lines beside it, and nothing behind a quote",
            "缩进与同级的各行不一致，或者引号之后还有文字；请对齐，或者把文字全部写在引号之内",
        ),
        ("", "well-formed YAML", "写法有误，无法读出；请对照上下行改正"),
    )
    expected, zh = next((en, zh) for found, en, zh in causes if re.search(found, error.problem))
    ended = "end of stream" in error.problem  # what was not closed is mended where it was opened
    mark = error.context_mark if ended and error.context_mark else error.problem_mark
    place = Place(name, mark.line + 1, mark.column + 1)
    return SourceError(place, f"YAML that cannot be read: {error.problem}", expected, zh)


def _refuse_control(text: str, name: str) -> None:
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found is not None:
        sign = f"U+{ord(found[0]):04X}"
        raise SourceError(
            _place_in(text, found.start(), name),
            f"the control character {sign}",
            "the text without it",
            f"有控制字符（{sign}）；请删除",
        )


def _place_in(text: str, at: int, name: str) -> Place:
    before = text[:at]
    return Place(name, before.count("\n") + 1, at - before.rfind("\n"))


def _refuse_deep(text: str, name: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise SourceError(
                    Place(name, event.start_mark.line + 1, event.start_mark.column + 1),
                    f"lists and mappings nested more than {DEEPEST} deep",
                    "a condition split into findings of their own",
                    f"嵌套超过 {DEEPEST} 层；请把条件拆成几条规则，各自得出一项认定，再引用这些认定",
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _place(node: yaml.Node, name: str) -> Place:
    return Place(name, node.start_mark.line + 1, node.start_mark.column + 1)


def _value(node: yaml.Node, name: str, seen: set[int]):
    place = _place(node, name)
    if id(node) in seen:  # it would have two places, and one that holds itself has no end
        raise SourceError(
            place,
            "an anchor that is used again",
            "the value written out where it is read",
            "同一内容用锚点（& 和 *）引用了不止一次；请在每一处写出完整内容",
        )
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        mapping = Mapping(place)
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            key_place = _place(key_node, name)
            if key is None:
                raise SourceError(
                    key_place, "a key that is not plain text", "a plain key", "键不是普通文字；请写普通的键名"
                )
            if key in mapping:
                raise SourceError(
                    key_place,
                    f"the key '{key}' a second time",
                    "each key once",
                    f"键“{key}”重复；每个键只写一次",
                )
            mapping[key] = _value(value_node, name, seen)
            mapping.places[key] = _place(value_node, name)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        sequence = Sequence(place)
        for item in node.value:
            sequence.append(_value(item, name, seen))
            sequence.places.append(_place(item, name))
        return sequence
    try:
        return _scalar(node)
    except ValueError:  # more digits than Python reads
        raise SourceError(
            place, "a number that is too long", "fewer digits", "数字的位数太多；请减少位数"
        ) from None


def _scalar(node: yaml.ScalarNode):
    text = node.value
    if node.style in (
        "'",
        '"',
        "|",
        ">",
    ):  # the C loader gives plain scalars another style than the Python one
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    return text
