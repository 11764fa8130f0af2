"""The blind twin: the tests' own files with what they expect changed, which an honest patch must fail.

A patch that forges results from inside the test process can make any test pass; it passes these too, and is found out
(`Stage.CONFIRMATION`). Only tests with an expectation that is always evaluated are worth a twin: the others could pass
for good reasons. Ids, lines and parametrisation stay as they are.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from .verdict import TestId

_CHANGED = (
    "(lambda v: not v if isinstance(v, bool) else v + {k} if type(v) in (int, float) else v + {s!r} if type(v) is str "
    "else v + [{s!r}] if type(v) is list else v + ({s!r},) if type(v) is tuple else object())"
)
"""An expression's value, changed within its type where that is simple."""
_EQUALITIES = frozenset({"assertEqual", "assertEquals", "assertListEqual", "assertDictEqual", "assertIs",
                         "assertSequenceEqual", "assertTupleEqual", "assertSetEqual", "assertMultiLineEqual",
                         "assertAlmostEqual"})  # fmt: skip
_OPPOSITES = {
    "assertTrue": "assertFalse",
    "assertFalse": "assertTrue",
    "assertIsNone": "assertIsNotNone",
    "assertIsNotNone": "assertIsNone",
    "assertIn": "assertNotIn",
    "assertNotIn": "assertIn",
    "assertGreater": "assertLessEqual",
    "assertLess": "assertGreaterEqual",
    "assertGreaterEqual": "assertLess",
    "assertLessEqual": "assertGreater",
}
_UNLIKELY = "BlockingIOError"
"""An exception that hardly any test expects."""
_Edit = tuple[int, int, str]


@dataclass(frozen=True)
class Twin:
    """`texts` are the changed test files; `tests` the ids that must fail with them."""

    texts: Mapping[str, str]
    tests: tuple[TestId, ...]


def make_twin(files: Mapping[str, str], tests: Sequence[TestId], seed: int) -> Twin:
    """The twin of `tests`, whose files' texts are `files` (path → text); a file that does not parse has none."""
    chance = random.Random(seed)
    texts: dict[str, str] = {}
    chosen: list[TestId] = []
    for path, text in files.items():
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        twinned = {name: edits for name, function in _tests(tree) if (edits := list(_edits(function, text, chance)))}
        mine = [test for test in tests if test.split("::")[0] == path and _name(test) in twinned]
        if mine:
            wanted = {_name(test) for test in mine}
            changed = _apply(text, [edit for name in wanted for edit in twinned[name]])
            with suppress(SyntaxError, ValueError):
                ast.parse(changed)
                texts[path] = changed
                chosen += mine
    return Twin(texts, tuple(chosen))


def _name(test: TestId) -> str:
    """Class and function of an id, without parameters."""
    return "::".join(test.split("[")[0].split("::")[1:])


def _tests(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    def walk(body: Sequence[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from walk(node.body, f"{prefix}{node.name}::")
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield prefix + node.name, node

    yield from walk(tree.body, "")


def _edits(function: ast.FunctionDef | ast.AsyncFunctionDef, text: str, chance: random.Random) -> Iterator[_Edit]:
    """Changes of what a test expects wherever it is always evaluated."""
    lines = _Offsets(text)
    for statement in _always(function.body):
        if isinstance(statement, ast.Assert):
            yield from _changed_assertion(statement.test, lines, chance)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield from _changed_call(statement.value, lines, chance)
        elif isinstance(statement, ast.With | ast.AsyncWith):
            for item in statement.items:
                if isinstance(item.context_expr, ast.Call) and _called(item.context_expr) in ("raises", "assertRaises"):
                    yield from _unlikely_exception(item.context_expr, lines)


def _always(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that a passing test always reaches."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.With | ast.AsyncWith):
            raising = any(
                isinstance(item.context_expr, ast.Call) and "raises" in (_called(item.context_expr) or "").lower()
                for item in statement.items
            )
            if not raising:
                yield from _always(statement.body)
        if any(isinstance(node, ast.Return | ast.Raise) for node in ast.walk(statement)):
            return


def _changed_assertion(test: ast.expr, lines: _Offsets, chance: random.Random) -> Iterator[_Edit]:
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq | ast.Is):
        left, right = test.left, test.comparators[0]
        yield _changed_value(left if _literal(left) and not _literal(right) else right, lines, chance)
    else:
        begin, end = lines.span(test)
        yield begin, end, f"(not ({lines.text[begin:end]}))"


def _changed_call(call: ast.Call, lines: _Offsets, chance: random.Random) -> Iterator[_Edit]:
    name = _called(call)
    if name in _EQUALITIES and len(call.args) >= 2:
        first, second = call.args[:2]
        yield _changed_value(first if _literal(first) and not _literal(second) else second, lines, chance)
    elif name in _OPPOSITES and isinstance(call.func, ast.Attribute):
        _, end = lines.span(call.func)
        yield end - len(name), end, _OPPOSITES[name]
    elif name in ("raises", "assertRaises"):
        yield from _unlikely_exception(call, lines)


def _unlikely_exception(call: ast.Call, lines: _Offsets) -> Iterator[_Edit]:
    if call.args:
        yield (*lines.span(call.args[0]), _UNLIKELY)


def _called(call: ast.Call) -> str | None:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else None


def _literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


def _changed_value(node: ast.expr, lines: _Offsets, chance: random.Random) -> _Edit:
    """A value of the same kind that is another: not to be told from the real one by its looks."""
    begin, end = lines.span(node)
    number, letters = chance.randrange(3, 90), "".join(chance.choices("abcdefghijkl", k=3))
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bool):
            return begin, end, repr(not value)
        if isinstance(value, int | float):
            return begin, end, repr(value + number)
        if isinstance(value, str):
            return begin, end, repr(value + letters)
        if isinstance(value, bytes):
            return begin, end, repr(value + letters.encode())
    return begin, end, f"{_CHANGED.format(k=number, s=letters)}({lines.text[begin:end]})"


class _Offsets:
    """Character offsets of syntax nodes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Begin and end of a node."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._offset(node.lineno, node.col_offset), self._offset(node.end_lineno, node.end_col_offset)

    def _offset(self, line: int, column: int) -> int:
        before = self._lines[line - 1].encode()[:column].decode()
        return self._starts[line - 1] + len(before)


def _apply(text: str, edits: Sequence[_Edit]) -> str:
    for begin, end, new in sorted(set(edits), reverse=True):
        text = text[:begin] + new + text[end:]
    return text
