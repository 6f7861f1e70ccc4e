"""Which of the messages in a module no broken text has called up: each has one of its own, kept beside the tests."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
_HAN = re.compile("[一-鿿]")


def uncalled(modules: Iterable[str], said: Iterable[str]) -> list[str]:
    """The Chinese texts in the functions of these modules that stand in nothing that was said, by file and line."""
    said = list(said)
    return [
        f"{module}:{line} {pattern.pattern}"
        for module in modules
        for line, pattern in _texts(ROOT / module)
        if not any(pattern.search(one) for one in said)
    ]


def alike(modules: Iterable[str]) -> list[str]:
    """Whole messages of these modules that are worded like another: a broken text of the one would pass for both."""
    seen: dict[str, str] = {}
    return [
        f"{module}:{line} as {seen[pattern.pattern]}"
        for module in modules
        for line, pattern in _texts(ROOT / module)
        if "；" in pattern.pattern
        and seen.setdefault(pattern.pattern, f"{module}:{line}") != f"{module}:{line}"
    ]


def _texts(path: Path) -> Iterator[tuple[int, re.Pattern]]:
    """Every Chinese text of a module that is no docstring and no table of labels; what is filled in may be anything."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = (
        one.value for one in tree.body if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)
    )
    functions = (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))
    roots = [*constants, *(part for one in functions for part in one.body if not _docstring(part))]
    filled = {
        id(part)
        for root in roots
        for one in ast.walk(root)
        if isinstance(one, ast.JoinedStr)
        for part in one.values
    }
    found = {}
    for root in roots:
        for one in ast.walk(root):
            if isinstance(one, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else None for part in one.values]
            elif isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in filled:
                parts = [one.value]
            else:
                continue
            if any(part and _HAN.search(part) for part in parts):
                pattern = "".join(".*" if part is None else re.escape(part) for part in parts)
                found[one.lineno, one.col_offset] = re.compile(pattern, re.DOTALL)
    return ((line, pattern) for (line, _), pattern in sorted(found.items()))


def _docstring(part: ast.stmt) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
