"""The wording of papers as data, rendered in a sandbox; the only module that knows the template language.

A template has no calls, no assignments, no imports and no arithmetic: it prints values, chooses and repeats. What it
may do is a list of what is allowed, checked on the parsed text before it ever runs; loops, time and output are limited.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import SandboxedEnvironment

from casebook.errors import CasebookError, Problem
from casebook.papers import layout
from casebook.papers.blocks import Sheet, day_words
from rules.limit import numeral

WORDING = Path(__file__).with_name("wording")
LONGEST = 20_000
LONGEST_OUTPUT = 200_000
MOST_ROUNDS = 5_000
SECONDS = 2.0
_FILTERS = {"join", "length", "first", "last", "numeral", "day"}
_TESTS = {"defined", "none", "eq", "ne", "gt", "ge", "lt", "le", "in"}
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem,
    nodes.If, nodes.For, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat,
    nodes.Filter, nodes.Test, nodes.Tuple, nodes.List,
)  # fmt: skip


_TOO_DEEP = Problem("模板嵌套太深。", "The template is nested too deeply.")
_NO_NUMBER = Problem("数字太大，或者带有小数。", "A number is too large, or no whole number.")


class BadTemplate(CasebookError):
    """A template that is not used or not saved; says the line and what is wrong there."""

    zh = "模板第 {line} 行有误：{zh_reason}"
    en = "The template is wrong in line {line}: {en_reason}"

    def __init__(self, line: int, reason: Problem):
        self.line, self.reason = line, reason
        super().__init__(line=line, zh_reason=reason.zh, en_reason=reason.en)


@dataclass
class _Budget:
    """What one rendering may still use."""

    rounds: int
    until: float

    def spend(self) -> None:
        self.rounds -= 1
        if self.rounds < 0:
            raise _OutOfBudget(
                Problem(f"循环次数超过 {MOST_ROUNDS} 次。", f"It repeats more than {MOST_ROUNDS} times.")
            )
        if time.monotonic() > self.until:
            raise _OutOfBudget(
                Problem(f"运行超过 {SECONDS:g} 秒。", f"It runs for more than {SECONDS:g} seconds.")
            )


class _OutOfBudget(Exception):
    def __init__(self, problem: Problem):
        self.problem = problem
        super().__init__(problem.en)


class _Empty(Exception):
    """A value that is not there, or not one to be printed."""


_budget: ContextVar[_Budget] = ContextVar("budget")


def shipped(kind: str) -> str:
    """The wording of a kind as it comes with the product."""
    return (WORDING / f"{kind}.txt").read_text(encoding="utf-8")


def render(text: str, values: Mapping[str, object], *, red: bool) -> Sheet:
    """The paper that a template makes of the values; raises BadTemplate with the line and the reason."""
    template = _compiled(text)
    pieces, size = [], 0
    mark = _budget.set(_Budget(MOST_ROUNDS, time.monotonic() + SECONDS))
    try:
        for piece in template.generate(**values):
            size += len(piece)
            if size > LONGEST_OUTPUT:
                _too_long()
            pieces.append(piece)
    except (UndefinedError, _Empty, _OutOfBudget, TemplateError, TypeError, ValueError, IndexError) as error:
        raise BadTemplate(_line_of(error), _reason(error)) from error
    finally:
        _budget.reset(mark)
    try:
        return layout.read("".join(pieces), values["paper"], values["organ"], red=red)
    except layout.BadLayout as bad:
        raise BadTemplate(_line_like(text, bad.text), bad.problem) from bad


def _too_long() -> None:
    raise _OutOfBudget(
        Problem(f"文书超过 {LONGEST_OUTPUT} 字。", f"The paper is longer than {LONGEST_OUTPUT} characters.")
    )


def _line_like(text: str, found: str) -> int:
    """The line of the template that a line of what it made comes from, as far as its beginning tells."""
    opening = found.split(" ", maxsplit=1)[0][:12]
    return next(
        (no for no, line in enumerate(text.split("\n"), 1) if opening and line.strip().startswith(opening)), 1
    )


def literals(text: str) -> set[str]:
    """The words that stand in the template itself."""
    tree = _environment().parse(text)
    found = {node.data for node in tree.find_all(nodes.TemplateData)}
    return found | {node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str)}


@cache
def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, finalize=_printed, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, optimized=False,
    )  # fmt: skip
    environment.filters = {"join": _joined, "length": len, "first": _first, "last": _last, "numeral": numeral,
                           "day": day_words, "_bounded": _bounded}  # fmt: skip
    environment.tests = {name: test for name, test in environment.tests.items() if name in _TESTS}
    environment.globals = {}
    return environment


def _compiled(text: str):
    if len(text) > LONGEST:
        raise BadTemplate(
            1, Problem(f"模板超过 {LONGEST} 字。", f"The template is longer than {LONGEST} characters.")
        )
    return _compile(text)


@lru_cache(64)
def _compile(text: str):
    environment = _environment()
    try:
        tree = environment.parse(text)
        _check(tree)
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = nodes.Filter(loop.iter, "_bounded", [], [], None, None, lineno=loop.lineno)
        tree.set_environment(environment)
        code = environment.compile(tree)
    except TemplateSyntaxError as error:
        raise BadTemplate(
            error.lineno,
            Problem(f"模板语法不对（{error.message}）。", f"The syntax is wrong ({error.message})."),
        ) from error
    except ValueError as error:  # Python reads no number of more than 4300 digits
        raise BadTemplate(1, _NO_NUMBER) from error
    except (RecursionError, SyntaxError, MemoryError) as error:  # Python's own compiler has limits, too
        raise BadTemplate(1, _TOO_DEEP) from error
    return environment.template_class.from_code(environment, code, {}, None)


def _check(tree: nodes.Template) -> None:
    """Refuse everything that is not on the list of what a template may do."""
    for node in _walk(tree):
        reason = None
        if not isinstance(node, _ALLOWED):
            word = type(node).__name__
            reason = Problem(
                f"模板中不允许这种写法（{word}）。", f"This is not allowed in a template ({word})."
            )
        elif isinstance(node, nodes.Filter) and node.name not in _FILTERS:
            reason = Problem(f"没有“{node.name}”这一过滤器。", f"There is no filter “{node.name}”.")
        elif isinstance(node, nodes.Test) and node.name not in _TESTS:
            reason = Problem(f"没有“{node.name}”这一判断。", f"There is no test “{node.name}”.")
        elif isinstance(node, nodes.Const) and isinstance(node.value, float):  # 1e999 has no name in Python
            reason = _NO_NUMBER
        elif isinstance(node, nodes.For) and node.recursive:
            reason = Problem("循环不能递归。", "A loop cannot be recursive.")
        elif isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Const):
            reason = Problem(
                "方括号内只能是固定的名称或者序号。", "Only a fixed name or number may stand in brackets."
            )
        elif (name := _name(node)) and name.startswith("_"):
            reason = Problem(
                f"不能使用以下划线开头的名称“{name}”。",
                f"Names that begin with an underscore (“{name}”) are not allowed.",
            )
        if reason:
            raise BadTemplate(node.lineno or 1, reason)


def _walk(node: nodes.Node, depth: int = 0) -> Iterator[nodes.Node]:
    if depth > 40:
        raise BadTemplate(node.lineno or 1, _TOO_DEEP)
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child, depth + 1)


def _name(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return node.attr
    if isinstance(node, nodes.Getitem) and isinstance(node.arg.value, str):
        return node.arg.value
    return ""


def _bounded(values: object) -> Iterator:
    """Every loop of a template goes through here."""
    if not isinstance(values, (list, tuple)):
        raise _Empty(Problem("循环的对象不是列表。", "What is repeated over is not a list."))
    for value in values:
        _budget.get().spend()
        yield value


def _printed(value: object) -> str:
    """A value as it stands in a paper; what is not a text, a number or a day is refused."""
    _budget.get().spend() if _budget.get(None) else None
    if isinstance(value, StrictUndefined):
        value._fail_with_undefined_error()  # noqa: SLF001 - the one way to its message
    if isinstance(value, bool) or value is None:
        raise _Empty(Problem("要打印的内容没有值。", "There is nothing to print here."))
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return layout.as_text(value)
    raise _Empty(
        Problem("列表或者成组的内容不能直接打印。", "A list or a group of values cannot be printed as it is.")
    )


def _joined(values: Iterable, between: str = "、") -> str:
    return between.join(
        day_words(value) if isinstance(value, date) else str(value) for value in _bounded(values)
    )


def _first(values: list) -> object:
    return values[0]


def _last(values: list) -> object:
    return values[-1]


def _line_of(error: BaseException) -> int:
    """The line of the template that was running."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        elif trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _reason(error: BaseException) -> Problem:
    if isinstance(error, (_OutOfBudget,)):
        return error.problem
    if isinstance(error, _Empty):
        return error.args[0]
    if isinstance(error, UndefinedError):
        return Problem(f"没有这一内容（{error.message}）。", f"There is no such value ({error.message}).")
    return Problem(f"无法执行（{error}）。", f"It cannot be carried out ({error}).")
