"""Conditions: negated, strengthened, weakened or replaced by comparisons of what is in scope."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..edit import Edit, Splice
from ..kinds import BOOL, CONTAINER, NUMERIC, STR, fits
from ..scope import Value
from ..template import Site, Template
from .operators import COMPARISONS

_OPPOSITE = {
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "==": "!=",
    "!=": "==",
    "in": "not in",
    "not in": "in",
    "is": "is not",
    "is not": "is",
}
MAX_NAMES = 7


def tests(site: Site) -> Iterator[ast.expr]:
    """The conditions that the node holds."""
    match site.node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            yield test
        case ast.comprehension(ifs=conditions):
            yield from conditions
        case ast.Return(value=ast.BoolOp() | ast.Compare() | ast.UnaryOp(op=ast.Not()) as value):
            yield value
        case ast.Return(value=ast.Call(func=ast.Name(id="all" | "any"), args=[ast.GeneratorExp(elt=test)])):
            yield test
        case _:
            pass


def negated(site: Site, test: ast.expr) -> str:
    """The condition's opposite."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return site.text(test.operand)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        opposite = _OPPOSITE[COMPARISONS[type(test.ops[0])]]
        return f"{site.text(test.left)} {opposite} {site.text(test.comparators[0])}"
    return f"not {site.operand(test, 6)}"


def negate(site: Site) -> Iterator[Edit]:
    """The condition turned round."""
    for test in tests(site):
        yield site.replace(test, negated(site, test))


def atoms(site: Site, node: ast.AST) -> Iterator[tuple[str, float]]:
    """Short conditions over what is in scope, with weights: `x`, `x is None`, `len(x) > 1`, `x < y`, `x in y`."""
    values = site.scope.variables(node)[:MAX_NAMES]
    for value in values:
        yield from _unary_atoms(value)
        yield from _attribute_atoms(site, value)
    yield from _pairs(site, values)


def _unary_atoms(value: Value) -> Iterator[tuple[str, float]]:
    text, kinds = value.text, value.kinds
    if not kinds or not kinds <= NUMERIC:
        yield text, 1.5
        yield f"not {text}", 1.5
        yield f"{text} is None", 1
        yield f"{text} is not None", 1
    if fits(kinds, CONTAINER) and kinds:
        yield f"len({text}) > 1", 0.4
        yield f"len({text}) == 1", 0.3
        yield f"len({text}) < 2", 0.3
    if kinds == BOOL:
        yield text, 1.5
        yield f"not {text}", 1.5
    if not kinds or kinds & NUMERIC - {"bool"}:
        weight = 1 if kinds else 0.4
        for atom in ("== 0", "> 0", "< 0", "!= 0", "== 1", "<= 0", ">= 0", "> 1", "<= 1", "% 2 == 0", "% 2 == 1"):
            yield f"{text} {atom}", weight * (1 if atom.endswith(" 0") and "%" not in atom else 0.4)
    if kinds == STR:
        yield f"{text} == ''", 0.3
        yield f"{text}.isdigit()", 0.1
        yield f"{text}.isalpha()", 0.1


def _attribute_atoms(site: Site, value: Value) -> Iterator[tuple[str, float]]:
    """`x.attribute` as the unit itself writes it."""
    for expression, needs, _ in site.scope.expressions:
        if needs == {value.text} and expression.text.startswith(f"{value.text}.") and expression.text.count("(") == 0:
            yield expression.text, 0.4
            yield f"{expression.text} is None", 0.6
            yield f"{expression.text} is not None", 0.6
            yield f"not {expression.text}", 0.3


def _pairs(site: Site, values: tuple[Value, ...]) -> Iterator[tuple[str, float]]:
    for first in values:
        for second in values:
            if first.text == second.text:
                continue
            known = bool(first.kinds and second.kinds)
            if fits(second.kinds, CONTAINER) and second.kinds and not (first.kinds & CONTAINER - {"str", "tuple"}):
                yield f"{first.text} in {second.text}", 0.7
                yield f"{first.text} not in {second.text}", 0.7
                if not known or first.kinds & NUMERIC:
                    yield f"{first.text} < len({second.text})", 0.4
                    yield f"{first.text} >= len({second.text})", 0.3
                    yield f"{first.text} == len({second.text})", 0.2
            if not fits(first.kinds, second.kinds) or first.kinds == BOOL:
                continue
            weight = 0.7 if known else 0.25
            if first.text < second.text:
                yield f"{first.text} == {second.text}", weight
                yield f"{first.text} != {second.text}", weight
            if not known or first.kinds & NUMERIC:
                yield f"{first.text} < {second.text}", weight
                yield f"{first.text} <= {second.text}", weight
    for value in site.scope.pool(site.node):
        if value.kinds == BOOL and len(value.text) < 40:
            yield value.text, 0.6


def strengthen(site: Site) -> Iterator[Edit]:
    """`c` → `c and x`; a check that shields the condition goes before it."""
    yield from _joined(site, "and", 4)


def weaken(site: Site) -> Iterator[Edit]:
    """`c` → `c or x`; `x is None or c` where the condition would fail on None."""
    yield from _joined(site, "or", 3)


def _joined(site: Site, word: str, level: int) -> Iterator[Edit]:
    for test in tests(site):
        text = site.operand(test, level)
        used = {site.source.segment(node) for node in ast.walk(test) if isinstance(node, ast.Name | ast.Attribute)}
        bare = site.text(test)
        for atom, weight in atoms(site, site.node if isinstance(site.node, ast.expr) else test):
            if atom in (bare, f"not {bare}"):
                continue
            subject = atom.removeprefix("not ").split(" ")[0]
            shields = any(name.startswith((f"{subject}.", f"{subject}[")) or name == subject for name in used)
            shield = atom.endswith(("is None", "is not None")) or atom.removeprefix("not ") == subject
            if shields and shield:
                yield site.replace(test, f"{atom} {word} {text}", weight * 1.5)
                yield site.replace(test, f"{text} {word} {atom}", weight * 0.7)
            else:
                yield site.replace(test, f"{text} {word} {atom}", weight * (1 if not shields else 0.8))


def replace_condition(site: Site) -> Iterator[Edit]:
    """A condition replaced by another one over what is in scope."""
    for test in tests(site):
        if not isinstance(test, ast.Constant):
            for atom, weight in atoms(site, test):
                yield site.replace(test, atom, weight)
            if not isinstance(site.node, ast.While):
                yield site.replace(test, "True", 0.2)


def loop_condition(site: Site) -> Iterator[Edit]:
    """`while True` → `while x`."""
    node = site.node
    assert isinstance(node, ast.While)
    if isinstance(node.test, ast.Constant):
        for atom, weight in atoms(site, node.test):
            yield site.replace(node.test, atom, weight)


def return_condition(site: Site) -> Iterator[Edit]:
    """`return True` → a condition over what is in scope."""
    node = site.node
    assert isinstance(node, ast.Return)
    if isinstance(node.value, ast.Constant) and isinstance(node.value.value, bool):
        for atom, weight in atoms(site, node.value):
            yield site.replace(node.value, atom, weight)


def filter_comprehension(site: Site) -> Iterator[Edit]:
    """A filter added to a comprehension, or its filter dropped."""
    node = site.node
    assert isinstance(node, ast.comprehension)
    element = site.parent
    assert isinstance(element, ast.expr)
    if not node.ifs:
        for atom, weight in atoms(site, getattr(element, "elt", getattr(element, "value", element))):
            yield site.replace(node.iter, f"{site.operand(node.iter, 3)} if {atom}", weight)
        return
    start, _ = site.source.span(node.iter)
    _, end = site.source.span(node.ifs[-1])
    if len(node.ifs) == 1:
        yield Edit((Splice(start, end, site.text(node.iter)),))


def chain_comparison(site: Site) -> Iterator[Edit]:
    """`a < b` → `c <= a < b`: the missing lower bound."""
    node = site.node
    assert isinstance(node, ast.Compare)
    if len(node.ops) == 1 and isinstance(node.ops[0], ast.Lt | ast.LtE):
        for lower in ("0", "1"):
            for operator in ("<=", "<"):
                yield site.replace(node, f"{lower} {operator} {site.text(node)}")


_TESTS = (ast.If, ast.While, ast.IfExp, ast.Assert, ast.comprehension, ast.Return)
TEMPLATES = (
    Template("negate-condition", _TESTS, negate),
    Template("strengthen-condition", _TESTS, strengthen),
    Template("weaken-condition", _TESTS, weaken),
    Template("replace-condition", _TESTS[:-1], replace_condition),
    Template("loop-condition", (ast.While,), loop_condition),
    Template("return-condition", (ast.Return,), return_condition),
    Template("filter-comprehension", (ast.comprehension,), filter_comprehension),
    Template("chain-comparison", (ast.Compare,), chain_comparison),
)
