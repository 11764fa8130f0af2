"""Bodies for functions that have none: expressions that agree with what the failing tests say in plain values.

Where the tests say nothing in plain values (objects, methods on a state), the usual expressions over parameters and
attributes are tried, those of the expected kind first.
"""

from __future__ import annotations

import ast
import contextlib
import itertools
import re
from collections.abc import Iterator
from typing import Any, cast

from testtime_sandbox.patch import FileEdit, Patch

from ..candidate import Mutate, Problem
from .components import STEPS
from .examples import Example, examples_of
from .scope import Scope
from .source import Function, Source
from .synthesis import synthesise

OPERATOR = "stub body"
MOST_BODIES = 300
"""Bodies tried for one stub."""


def stub_bodies(problem: Problem) -> Iterator[Mutate]:
    """A patch for each likely body of each stub that the failing tests reach, likeliest first."""
    stubs = [
        _bodies(problem, source, function, qualified)
        for source in _sources(problem)
        for function, qualified in source.functions()
        if is_stub(function) and _is_reached(problem, source.path, function)
    ]
    for moves in itertools.zip_longest(*stubs):
        yield from (move for move in moves if move is not None)


def is_stub(function: Function) -> bool:
    """`...`, `pass`, `raise NotImplementedError`, or nothing but a docstring."""
    body = function.body
    if (
        isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    ):
        body = body[1:]
    match body:
        case [] | [ast.Pass()]:
            return True
        case [ast.Expr(value=ast.Constant(value=value))]:
            return value is ...
        case [ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name)))]:
            return name == "NotImplementedError"
        case _:
            return False


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _sources(problem: Problem) -> Iterator[Source]:
    for path in dict.fromkeys(suspect.path for suspect in problem.suspicious):
        if path.endswith(".py"):
            with contextlib.suppress(KeyError, SyntaxError, ValueError, RecursionError):
                yield Source(path, problem.snapshot.read(path))


def _is_reached(problem: Problem, path: str, function: Function) -> bool:
    """Without a body, a call leaves its trace on the `def` line alone."""
    lines = range(function.lineno, (function.end_lineno or 0) + 1)
    return any(suspect.path == path and suspect.line in lines for suspect in problem.suspicious)


def _bodies(problem: Problem, source: Source, function: Function, qualified: str) -> Iterator[Mutate]:
    examples = examples_of(problem, function)
    observed = problem.baseline.observed.get((source.path, qualified), {})
    scope = Scope(source, function, qualified, observed)
    expressions = itertools.chain(synthesise(examples, scope.parameters, _constants(scope, examples)), _usual(scope))
    for expression in itertools.islice(dict.fromkeys(expressions), MOST_BODIES):
        text = with_body(source, function, f"return {expression}")
        if text is not None:
            yield Mutate(Patch((FileEdit(source.path, source.text, text),)), OPERATOR, source.path, function.lineno)


def with_body(source: Source, function: Function, body: str) -> str | None:
    """The file with one statement in place of what stands in a stub; its docstring stays."""
    text, last = source.text, function.body[-1]
    if _is_docstring(last):
        _, end = source.span(last)
        indent = source.indent(last)
        if not indent:
            return None  # `def f(): "doc"` on one line
        return f"{text[:end]}\n{indent}{body}{text[end:]}"
    start, end = source.span(last)
    new = f"{text[:start]}{body}{text[end:]}"
    return None if new == text else new


def _constants(scope: Scope, examples: tuple[Example, ...]) -> dict[str, Any]:
    """Everyday values, the module's own constants, numbers of the docstring, separators seen in the examples."""
    found: dict[str, Any] = {"0": 0, "1": 1, "2": 2, '""': "", '" "': " ", "10": 10, "100": 100, "[]": []}
    for statement in scope.source.tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            with contextlib.suppress(ValueError, TypeError, SyntaxError):
                found[statement.targets[0].id] = ast.literal_eval(statement.value)
    assert scope.function is not None
    prose = (ast.get_docstring(scope.function) or "").split(">>>")[0]
    found |= {number: int(number) for number in re.findall(r"(?<![\w.])\d{1,4}(?![\w.])", prose)}
    texts = [t for e in examples for v in (*e.arguments.values(), e.result) for t in _texts(v)]
    marks = {
        mark for text in texts for mark in text if not mark.isalnum() and mark.isprintable() and mark not in "\"\\'"
    }
    return found | {f'"{mark}"': mark for mark in sorted(marks)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in cast("list[Any]", value):
            yield from _texts(item)


def _usual(scope: Scope) -> Iterator[str]:
    """The expressions that short bodies are made of."""
    own = [f"{scope.self_name}.{name}" for name in scope.attributes] if scope.self_name else []
    names = [*scope.parameters, *own]
    yield from names
    for name in names:
        kinds = scope.types(name) or STEPS.keys()
        for kind in kinds:
            for template, _ in STEPS.get(kind, ()):
                yield template.format(name)
    for left, right in itertools.permutations(names, 2):
        for sign in ("+", "-", "*", "/", "//", "%", "==", "<", ">", "in"):
            yield f"{left} {sign} {right}"
        yield f"{left}[{right}]"
        yield f"{left}.get({right})"
    yield from ("None", "True", "False", "0", "1", '""', "[]", "{}")
    if scope.self_name:
        yield scope.self_name
