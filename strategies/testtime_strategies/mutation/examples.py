"""What tests and doctests say of a function in plain values: called with this, it gives that."""

from __future__ import annotations

import ast
import contextlib
import doctest
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..candidate import Problem
from .source import Function

MOST = 40
"""Examples taken."""


@dataclass(frozen=True)
class Example:
    """One call with plain values. `truth` is set where only whether the result counts as true is known."""

    arguments: Mapping[str, Any]
    result: Any = None
    truth: bool | None = None

    def agrees(self, value: Any) -> bool:
        """Whether a value could be what this call gave."""
        if self.truth is not None:
            return bool(value) is self.truth
        return type(value) is type(self.result) and value == self.result


def examples_of(problem: Problem, function: Function) -> tuple[Example, ...]:
    """The calls of a function that the target tests and its own doctest expect something of."""
    found: dict[str, Example] = {}
    for example in (*_from_doctest(function), *_from_tests(problem, function)):
        found.setdefault(repr(example), example)
    return tuple(found.values())[:MOST]


def _from_doctest(function: Function) -> Iterator[Example]:
    text = ast.get_docstring(function)
    if not text:
        return
    try:
        parsed = doctest.DocTestParser().get_examples(text)
    except ValueError:
        return
    for one in parsed:
        try:
            call, want = ast.parse(one.source.strip(), mode="eval").body, ast.parse(one.want.strip(), mode="eval").body
            yield from _example(call, function, {}, _value(want, {}), None)
        except (SyntaxError, LookupError):
            continue


def _from_tests(problem: Problem, function: Function) -> Iterator[Example]:
    for path, names in _targets(problem).items():
        try:
            tree = ast.parse(problem.snapshot.read(path))
        except (KeyError, SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, Function) and node.name in names:
                for values in _parameter_sets(node):
                    yield from _from_test(node, function, values)


def _targets(problem: Problem) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for target in problem.targets:
        path, _, rest = target.partition("::")
        found.setdefault(path, set()).add(rest.rsplit("::", 1)[-1].split("[")[0])
    return found


def _from_test(test: Function, function: Function, values: Mapping[str, Any]) -> Iterator[Example]:
    known: dict[str, Any] = dict(values)
    calls: dict[str, ast.expr] = {}
    for node in _statements(test.body):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                known.pop(name, None)
                calls.pop(name, None)
                try:
                    known[name] = _value(value, known)
                except LookupError:
                    calls[name] = value
            case ast.Assert(test=expected):
                yield from _claim(expected, function, known, calls)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=claim), args=[one, other, *_])):
                if claim in ("assertEqual", "assertEquals", "assertAlmostEqual", "assertListEqual", "assertDictEqual"):
                    yield from _equal(one, other, function, known, calls)
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(attr="assertTrue" | "assertFalse" as claim), args=[one, *_])
            ):
                yield from _example(calls.get(_name(one), one), function, known, None, claim == "assertTrue")
            case _:
                pass


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, ast.With):
            yield from _statements(statement.body)


def _claim(
    expected: ast.expr, function: Function, known: Mapping[str, Any], calls: Mapping[str, ast.expr]
) -> Iterator[Example]:
    match expected:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
            yield from _equal(left, right, function, known, calls)
        case ast.BoolOp(op=ast.And(), values=parts):
            for part in parts:
                yield from _claim(part, function, known, calls)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _example(calls.get(_name(operand), operand), function, known, None, False)
        case _:
            yield from _example(calls.get(_name(expected), expected), function, known, None, True)


def _equal(
    one: ast.expr, other: ast.expr, function: Function, known: Mapping[str, Any], calls: Mapping[str, ast.expr]
) -> Iterator[Example]:
    for call, wanted in ((one, other), (other, one)):
        if isinstance(wanted, ast.Call) and _name(wanted.func).endswith("approx") and wanted.args:
            wanted = wanted.args[0]  # noqa: PLW2901 - what it is compared with
        try:
            yield from _example(calls.get(_name(call), call), function, known, _value(wanted, known), None)
        except LookupError:
            continue


def _example(
    call: ast.expr, function: Function, known: Mapping[str, Any], result: Any, truth: bool | None
) -> Iterator[Example]:
    """The example in a call of the function, when all its arguments are plain values."""
    if not isinstance(call, ast.Call) or _name(call.func).rpartition(".")[2] != function.name:
        return
    spec = function.args
    names = [a.arg for a in (*spec.posonlyargs, *spec.args) if a.arg not in ("self", "cls")]
    given: dict[str, Any] = {}
    try:
        for parameter, default in zip(names[::-1], spec.defaults[::-1], strict=False):
            given[parameter] = _value(default, {})
        for parameter, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            if default is not None:
                given[parameter.arg] = _value(default, {})
        given |= {name: _value(argument, known) for name, argument in zip(names, call.args, strict=False)}
        given |= {keyword.arg: _value(keyword.value, known) for keyword in call.keywords if keyword.arg}
    except LookupError:
        return
    wanted = {*names, *(a.arg for a in spec.kwonlyargs)}
    if set(given) == wanted and len(call.args) <= len(names):
        yield Example(given, result, truth)


def _parameter_sets(test: Function) -> Iterator[Mapping[str, Any]]:
    """The values of each `pytest.mark.parametrize` row, or one empty set."""
    for decorator in test.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="parametrize"), args=[names, ast.List() | ast.Tuple() as rows, *_]):
                try:
                    spelled = _value(names, {})
                except LookupError:
                    continue
                titles = [n.strip() for n in spelled.split(",")] if isinstance(spelled, str) else list(spelled)
                for row in rows.elts:
                    try:
                        value = _value(row.args[0] if isinstance(row, ast.Call) and len(row.args) == 1 else row, {})
                    except LookupError:
                        continue
                    values: Any = (value,) if len(titles) == 1 else value
                    with contextlib.suppress(TypeError, ValueError):  # a row of another length
                        yield dict(zip(titles, values, strict=True))
                return
            case _:
                continue
    yield {}


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    """A plain value: a literal, with known names in it. Raises LookupError for anything else."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return known[name]
        case ast.List(elts=items):
            return [_value(item, known) for item in items]
        case ast.Tuple(elts=items):
            return tuple(_value(item, known) for item in items)
        case ast.Dict(keys=keys, values=values) if all(key is not None for key in keys):
            return {_value(k, known): _value(v, known) for k, v in zip(keys, values, strict=True) if k is not None}
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _value(operand, known)
            if isinstance(value, int | float):
                return -value
        case _:
            pass
    raise LookupError


def _name(node: ast.expr) -> str:
    """A name with its attributes, dotted; empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            return f"{_name(value)}.{attribute}"
        case _:
            return ""
