"""Missing guards: early returns, base cases, `continue`, `break` and checks that raise."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..edit import Edit
from ..kinds import CONTAINER, NUMERIC
from ..source import is_function
from ..template import Site, Template
from .conditions import atoms

_USUAL = ("[]", "0", "None", "''", "False", "True", "1", "-1", "{}")


def returned(site: Site) -> list[tuple[str, float]]:
    """What the function may return early: what it returns elsewhere, its parameters, the usual empties."""
    function = site.unit.node
    choices: dict[str, float] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            text = site.text(node.value)
            if "\n" not in text and len(text) < 30:
                choices[text] = 1.5
    for value in site.scope.variables(site.statement):
        choices.setdefault(value.text, 1 if value.text in site.scope.parameters else 0.6)
    kinds = frozenset[str]()
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            kinds |= site.kinds(node.value)
    usual = {
        "[]": "list",
        "0": "int",
        "''": "str",
        "False": "bool",
        "True": "bool",
        "1": "int",
        "-1": "int",
        "{}": "dict",
        "None": "NoneType",
    }
    for text in _USUAL:
        fits_kind = not kinds or usual[text] in kinds or (text == "0" and "float" in kinds)
        choices.setdefault(text, 1 if fits_kind else 0.25)
    return list(choices.items())


def early_return(site: Site) -> Iterator[Edit]:
    """`if not x: return …` at the head of the function."""
    node = site.node
    if not is_function(node):
        return
    first = _first(node)
    values = returned(site)
    for condition, likely in _guard_conditions(site, first):
        for value, weight in values:
            yield from site.insert_before(first, f"if {condition}:\n    return {value}", likely * weight)


def _guard_conditions(site: Site, first: ast.stmt) -> Iterator[tuple[str, float]]:
    """Conditions for a guard over the parameters: emptiness, None, zero and one, equality of two."""
    parameters = [value for value in site.scope.variables(first) if value.text in site.scope.parameters]
    for value in parameters:
        text, kinds = value.text, value.kinds
        if not kinds or kinds & CONTAINER:
            yield f"not {text}", 2
            yield f"len({text}) <= 1", 0.5
            yield f"len({text}) == 1", 0.3
        if not kinds or not kinds <= NUMERIC:
            yield f"{text} is None", 0.8
        if not kinds or kinds & NUMERIC:
            for condition, weight in (
                ("<= 0", 0.8),
                ("== 0", 1),
                ("< 0", 0.8),
                ("<= 1", 0.7),
                ("== 1", 0.7),
                ("< 2", 0.7),
            ):
                yield f"{text} {condition}", weight
    for first_value in parameters:
        for second in parameters:
            if first_value.text != second.text and first_value.kinds & second.kinds:
                yield f"{first_value.text} == {second.text}", 0.3
                if first_value.kinds & NUMERIC:
                    yield f"{first_value.text} > {second.text}", 0.5
                if first_value.kinds & CONTAINER:
                    yield f"len({first_value.text}) != len({second.text})", 0.3


def raise_guard(site: Site) -> Iterator[Edit]:
    """`if x < 0: raise …` with an exception that the failing test expects."""
    node = site.node
    if not is_function(node) or not site.scope.words.exceptions:
        return
    first = _first(node)
    for exception in site.scope.words.exceptions[:2]:
        for condition, weight in [*_guard_conditions(site, first), *atoms(site, first)]:
            message = site.unit.name or "value"
            yield from site.insert_before(first, f'if {condition}:\n    raise {exception}("invalid {message}")', weight)


def inner_guard(site: Site) -> Iterator[Edit]:
    """A guard before a later statement: `if …: continue`, `break` or `return` the running result."""
    node = site.node
    assert isinstance(node, ast.stmt)
    parent = site.source.parents.get(node)
    if not is_function(site.unit.node) or isinstance(parent, ast.ClassDef | ast.Module) or node is site.unit.node:
        return
    in_loop = site.inside(ast.For, ast.While)
    is_first = is_function(parent) and _first(parent) is node
    values = [] if is_first else returned(site)[:6]
    for condition, likely in atoms(site, node):
        if in_loop:
            yield from site.insert_before(node, f"if {condition}:\n    continue", likely)
            yield from site.insert_before(node, f"if {condition}:\n    break", likely * 0.8)
        for value, weight in values:
            yield from site.insert_before(node, f"if {condition}:\n    return {value}", likely * weight * 0.4)


def wrap_guard(site: Site) -> Iterator[Edit]:
    """A statement made conditional: `s` → `if …: s`."""
    node = site.node
    assert isinstance(node, ast.Expr | ast.Assign | ast.AugAssign | ast.Return)
    text = site.text(node)
    where = site.source.own_line(node)
    if "\n" in text or where is None or site.source.parents.get(node) is site.source.tree:
        return
    indent = site.source.indent(node)
    newline, step = site.source.newline, site.source.step
    for condition, weight in atoms(site, node):
        yield site.replace_statement(node, f"if {condition}:{newline}{indent}{step}{text}", weight)


def special_case(site: Site) -> Iterator[Edit]:
    """`if x == literal: return literal` with the test's own constants: passes without repairing, so it comes last."""
    node = site.node
    if not is_function(node):
        return
    first = _first(node)
    words = site.scope.words
    literals = [repr(value) for value in (*words.numbers[:6], *words.strings[:6])]
    for parameter in site.scope.parameters[:2]:
        for literal in literals:
            for result in literals:
                yield from site.insert_before(first, f"if {parameter} == {literal}:\n    return {result}")


def _first(function: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.stmt:
    """The function's first statement after its docstring."""
    body = function.body
    is_docstring = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    return body[1] if is_docstring and len(body) > 1 else body[0]


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PLACES = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.While, ast.If, ast.Return)
TEMPLATES = (
    Template("early-return", _FUNCTIONS, early_return),
    Template("raise-guard", _FUNCTIONS, raise_guard),
    Template("inner-guard", _PLACES, inner_guard),
    Template("wrap-guard", (ast.Expr, ast.Assign, ast.AugAssign, ast.Return), wrap_guard),
    Template("special-case", _FUNCTIONS, special_case),
)
