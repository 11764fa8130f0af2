"""Test results as the editor shows them: where each failure stands, in which function, and what code it executes.

Pure: no protocol types here, only root-relative paths and 0-based lines.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from testtime_sandbox.verdict import Baseline, TestId, TestResult

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Mark:
    """One failure at one place. `line` is 0-based."""

    path: str
    line: int
    message: str
    test: TestId
    is_assertion: bool
    """In the test itself; False in code that the test executes."""


@dataclass(frozen=True)
class LastRun:
    """What the last run of one project's tests said, and the texts it was said of."""

    baseline: Baseline
    texts: Mapping[str, str]
    """Root-relative path → text of the files that were open, as they were tested."""
    marks: tuple[Mark, ...] = ()
    fixed: frozenset[TestId] = frozenset()
    """Tests that a fix applied since has mended."""
    number: int = 0
    """Runs are numbered as they begin."""

    @property
    def failing(self) -> tuple[TestId, ...]:
        """Tests that still fail, as far as is known."""
        return tuple(test for test in self.baseline.failing if test not in self.fixed)

    def without(self, tests: Sequence[TestId], texts: Mapping[str, str]) -> LastRun:
        """The same run after `tests` were mended by a change of `texts`, given as they were before it."""
        fixed = self.fixed | set(tests)
        marks = tuple(mark for mark in self.marks if mark.test not in fixed)
        return replace(self, fixed=fixed, marks=marks, texts={**self.texts, **texts})


def last_run(baseline: Baseline, texts: Mapping[str, str], number: int = 0) -> LastRun:
    """The run with each failure marked where it was noticed."""
    marks = tuple(mark for test in baseline.failing for mark in _marks(baseline.results[test]))
    return LastRun(baseline, dict(texts), marks, number=number)


def _marks(result: TestResult) -> Iterator[Mark]:
    """The assertion's own line in the test, and the project's innermost frame where that is elsewhere."""
    test_path = result.id.split("::")[0]
    frames = result.frames
    in_test = next((frame for frame in reversed(frames) if frame.path == test_path), None)
    name = result.id.split("::", 1)[-1]
    message = result.message or result.outcome.value
    yield Mark(test_path, in_test.line - 1 if in_test else 0, f"{name}: {message}", result.id, True)
    if frames and frames[-1].path != test_path:
        yield Mark(frames[-1].path, frames[-1].line - 1, f"raised while {name} ran: {message}", result.id, False)


def shifted(mark: Mark, tested: str, current: str) -> Mark | None:
    """The mark in a text edited since: moved with its line, or None when its own line was changed."""
    if tested == current:
        return mark
    old, new = tested.split("\n"), current.split("\n")
    head = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    if mark.line < head:
        return mark
    room = min(len(old), len(new)) - head
    pairs = zip(reversed(old), reversed(new), strict=False)
    tail = min(room, next((n for n, (a, b) in enumerate(pairs) if a != b), room))
    if mark.line >= len(old) - tail:
        return replace(mark, line=mark.line + len(new) - len(old))
    return None


@dataclass(frozen=True)
class Span:
    """A function in a text: qualified name and 0-based first and last line, decorators included."""

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class Outline:
    """Every function of a text; empty for one that does not parse."""

    spans: tuple[Span, ...] = field(default=())

    def at(self, line: int) -> Span | None:
        """The innermost function around a 0-based line."""
        around = [span for span in self.spans if span.first <= line <= span.last]
        return min(around, key=lambda span: span.last - span.first, default=None)

    def named(self, name: str) -> Span | None:
        """The function of that qualified name."""
        return next((span for span in self.spans if span.name == name), None)


def outline(text: str) -> Outline:
    """Parse a text for its functions."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return Outline()

    def walk(node: ast.AST, prefix: str) -> Iterator[Span]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function | ast.ClassDef):
                if isinstance(child, Function):
                    first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
                    yield Span(prefix + child.name, first - 1, (child.end_lineno or child.lineno) - 1)
                yield from walk(child, f"{prefix}{child.name}::")
            else:
                yield from walk(child, prefix)

    return Outline(tuple(walk(tree, "")))


def tests_at(run: LastRun | None, path: str, text: str, line: int) -> tuple[TestId, ...]:
    """The failing tests that stand at a line, or execute the function around it; the nearest first."""
    if run is None:
        return ()
    span = outline(text).at(line)
    if span is not None:
        prefix = f"{path}::{span.name}"
        own = [test for test in run.failing if test == prefix or test.startswith(prefix + "[")]
        if own:
            return tuple(own)
    if span is None:
        return ()
    tested = outline(run.texts[path]).named(span.name) if path in run.texts else span
    if tested is None:
        return ()
    lines = range(tested.first + 2, tested.last + 2)  # 1-based, without the `def` line: that runs at import
    reached = [test for test in run.failing if _executes(run, test, path, lines)]
    return tuple(sorted(reached, key=lambda test: not _raised_in(run, test, path, lines)))


def _executes(run: LastRun, test: TestId, path: str, lines: range) -> bool:
    covered = run.baseline.covered.get(test, {}).get(path, frozenset())
    return any(line in lines for line in covered) or _raised_in(run, test, path, lines)


def _raised_in(run: LastRun, test: TestId, path: str, lines: range) -> bool:
    return any(frame.path == path and frame.line in lines for frame in run.baseline.results[test].frames)


def named_test_at(path: str, text: str, line: int) -> TestId | None:
    """The id of the test function around a line, by pytest's naming conventions."""
    span = outline(text).at(line)
    if span is None or not span.name.split("::")[-1].startswith("test"):
        return None
    return f"{path}::{span.name}"
