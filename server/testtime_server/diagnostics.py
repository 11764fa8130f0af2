"""Test results as the editor shows them: where each failure stands, in which function, and what code it executes.

Pure: no protocol types here, only root-relative paths and 0-based lines.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from testtime_sandbox.verdict import Baseline, TestId, TestResult

Function = ast.FunctionDef | ast.AsyncFunctionDef
MOST_FAILING = 500
"""Failing tests that code is connected with."""


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

    @cached_property
    def _reached(self) -> Mapping[str, Mapping[int, tuple[TestId, ...]]]:
        """Path → 1-based line → failing tests that execute it or failed there."""
        found: dict[str, dict[int, list[TestId]]] = {}
        for test in self.baseline.failing[:MOST_FAILING]:
            lines = {(path, line) for path, lines in self.baseline.covered.get(test, {}).items() for line in lines}
            lines |= {(frame.path, frame.line) for frame in self.baseline.results[test].frames}
            for path, line in lines:
                found.setdefault(path, {}).setdefault(line, []).append(test)
        return {path: {line: tuple(tests) for line, tests in lines.items()} for path, lines in found.items()}

    def reaching(self, path: str, span: Span) -> tuple[TestId, ...]:
        """Failing tests that execute a function, as it was tested; those that failed in it first."""
        reached = self._reached.get(path, {})
        lines = range(span.body + 1, span.last + 2)
        tests = dict.fromkeys(test for line in lines for test in reached.get(line, ()) if test not in self.fixed)
        order = {test: number for number, test in enumerate(self.baseline.failing)}
        return tuple(sorted(tests, key=lambda test: (not self._failed_in(test, path, lines), order[test])))

    def _failed_in(self, test: TestId, path: str, lines: range) -> bool:
        return any(frame.path == path and frame.line in lines for frame in self.baseline.results[test].frames)

    @cached_property
    def marked(self) -> Mapping[str, tuple[Mark, ...]]:
        """Root-relative path → its marks."""
        found: dict[str, list[Mark]] = {}
        for mark in self.marks:
            found.setdefault(mark.path, []).append(mark)
        return {path: tuple(marks) for path, marks in found.items()}

    @cached_property
    def collected(self) -> Mapping[str, tuple[TestId, ...]]:
        """A test function's `path::name` → the ids that it was collected as, one for each parameter set."""
        found: dict[str, list[TestId]] = {}
        for test in self.baseline.results:
            found.setdefault(test.split("[", 1)[0], []).append(test)
        return {name: tuple(tests) for name, tests in found.items()}

    @cached_property
    def failing_set(self) -> frozenset[TestId]:
        """The same as `failing`, to look up in."""
        return frozenset(self.failing)

    @property
    def failing(self) -> tuple[TestId, ...]:
        """Tests that still fail, as far as is known."""
        return tuple(test for test in self.baseline.failing if test not in self.fixed)

    def renewed(self, later: LastRun) -> LastRun:
        """`later`, which may have run only some files' tests and traced fewer, with what this run knows of the others.

        What is kept was said of older texts: it moves with its lines, and goes where its own line was changed.
        """
        ran = {test.split("::")[0] for test in later.baseline.results}
        kept = [test for test in self.baseline.results if test.split("::")[0] not in ran]

        def moved(path: str, line: int) -> int | None:
            tested, current = self.texts.get(path), later.texts.get(path)
            if tested is None or current is None:
                return line
            now = shifted_line(line - 1, tested, current)
            return None if now is None else now + 1

        def placed(result: TestResult) -> TestResult:
            lines = [(frame, moved(frame.path, frame.line)) for frame in result.frames]
            return replace(result, frames=tuple(replace(frame, line=line) for frame, line in lines if line is not None))

        results = {test: placed(self.baseline.results[test]) for test in kept}
        covered = {
            test: {path: frozenset(filter(None, (moved(path, n) for n in lines))) for path, lines in files.items()}
            for test, files in self.baseline.covered.items()
            if test in results or test in later.baseline.results
        }
        baseline = replace(
            later.baseline,
            results={**results, **later.baseline.results},
            flaky=later.baseline.flaky | (self.baseline.flaky & set(kept)),
            covered={**covered, **later.baseline.covered},
        )
        texts = {**self.texts, **later.texts}
        return replace(last_run(baseline, texts, later.number), fixed=self.fixed & set(kept) | later.fixed)

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
    line = shifted_line(mark.line, tested, current)
    return None if line is None else replace(mark, line=line)


def shifted_line(line: int, tested: str, current: str) -> int | None:
    """A 0-based line in a text edited since, or None when the line itself was changed."""
    if tested == current:
        return line
    old, new = tested.split("\n"), current.split("\n")
    head = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    if line < head:
        return line
    room = min(len(old), len(new)) - head
    pairs = zip(reversed(old), reversed(new), strict=False)
    tail = min(room, next((n for n, (a, b) in enumerate(pairs) if a != b), room))
    return line + len(new) - len(old) if line >= len(old) - tail else None


@dataclass(frozen=True)
class Span:
    """A function in a text: qualified name and 0-based first and last line, decorators included."""

    name: str
    first: int
    last: int
    body: int
    """The first line that only a call executes; the `def` line, which import executes too, where there is no other."""


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


@lru_cache(maxsize=64)
def functions(text: str) -> tuple[tuple[Function, str], ...]:
    """Every function of a text with its qualified name as in a test id; none for one that does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ()

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[Function, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function | ast.ClassDef):
                if isinstance(child, Function):
                    yield child, prefix + child.name
                yield from walk(child, f"{prefix}{child.name}::")
            elif not isinstance(child, ast.expr):
                yield from walk(child, prefix)

    return tuple(walk(tree, ""))


@lru_cache(maxsize=64)
def outline(text: str) -> Outline:
    """The places of a text's functions."""
    return Outline(
        tuple(
            Span(
                name,
                min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1,
                (node.end_lineno or node.lineno) - 1,
                _body_line(node) - 1,
            )
            for node, name in functions(text)
        )
    )


def _body_line(node: Function) -> int:
    """Where a call leaves its first trace, 1-based: on the `def` line when there is nothing but a docstring."""
    statement = node.body[0]
    if len(node.body) == 1 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return node.lineno if isinstance(statement.value.value, str) else statement.lineno
    return statement.lineno


def tests_at(run: LastRun | None, path: str, text: str, line: int) -> tuple[TestId, ...]:
    """The failing tests that stand at a line, or execute the function around it; the nearest first."""
    if run is None:
        return ()
    span = outline(text).at(line)
    if span is None:
        return ()
    own = [test for test in run.collected.get(f"{path}::{span.name}", ()) if test in run.failing_set]
    if own:
        return tuple(own)
    tested = outline(run.texts[path]).named(span.name) if path in run.texts else span
    return run.reaching(path, tested) if tested is not None else ()


def named_test_at(path: str, text: str, line: int) -> TestId | None:
    """The id of the test function around a line, by pytest's naming conventions."""
    span = outline(text).at(line)
    if span is None or not span.name.split("::")[-1].startswith("test"):
        return None
    return f"{path}::{span.name}"
