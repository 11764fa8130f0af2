"""Operators: comparison, arithmetic, augmented assignment, boolean and unary."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..edit import Edit, Splice
from ..kinds import NUMERIC, fits
from ..template import Site, Template

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_COMPARISON_CHOICES: dict[str, tuple[tuple[str, float], ...]] = {
    "<": (("<=", 3), (">", 2), (">=", 1.5), ("==", 0.5), ("!=", 0.7)),
    "<=": (("<", 3), (">=", 2), (">", 1.5), ("==", 0.5), ("!=", 0.5)),
    ">": ((">=", 3), ("<", 2), ("<=", 1.5), ("!=", 0.7), ("==", 0.5)),
    ">=": ((">", 3), ("<=", 2), ("<", 1.5), ("==", 0.5), ("!=", 0.5)),
    "==": (("!=", 2), ("<=", 1.5), (">=", 1.5), ("<", 1), (">", 1), ("in", 0.5), ("is", 0.3)),
    "!=": (("==", 2), ("<", 1), (">", 1), ("<=", 0.7), (">=", 0.7), ("not in", 0.4), ("is not", 0.3)),
    "is": (("is not", 2), ("==", 2), ("!=", 0.5)),
    "is not": (("is", 2), ("!=", 2), ("==", 0.5)),
    "in": (("not in", 2), ("==", 0.7), ("!=", 0.3)),
    "not in": (("in", 2), ("!=", 0.7), ("==", 0.3)),
}
BINARIES: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
}
_BINARY_CHOICES: dict[str, tuple[tuple[str, float], ...]] = {
    "+": (("-", 3), ("*", 1.5), ("//", 0.4), ("%", 0.4), ("|", 0.3), ("/", 0.3), ("**", 0.2)),
    "-": (("+", 3), ("*", 0.7), ("//", 0.5), ("%", 0.7), ("/", 0.4), ("^", 0.2), ("&", 0.2)),
    "*": (("+", 1.5), ("**", 1.5), ("/", 1), ("//", 1.5), ("-", 0.7), ("%", 0.6)),
    "/": (("//", 3), ("*", 1.5), ("%", 0.7), ("-", 0.3), ("+", 0.2)),
    "//": (("/", 3), ("%", 2), ("*", 1), ("-", 0.5), ("+", 0.2), (">>", 0.2)),
    "%": (("//", 3), ("/", 1), ("-", 0.5), ("*", 0.5), ("+", 0.3)),
    "**": (("*", 3), ("+", 0.5), ("//", 0.3), ("/", 0.3), ("^", 0.2)),
    "&": (("|", 2), ("^", 1), ("-", 0.5), ("+", 0.2), ("%", 0.3)),
    "|": (("&", 2), ("^", 1), ("+", 0.5), ("-", 0.5)),
    "^": (("&", 2), ("|", 1), ("**", 2), ("-", 0.2)),
    "<<": ((">>", 3), ("*", 0.5), ("+", 0.2)),
    ">>": (("<<", 3), ("//", 0.5), ("-", 0.2)),
}


def comparison(site: Site) -> Iterator[Edit]:
    """Another comparison operator."""
    node = site.node
    assert isinstance(node, ast.Compare)
    for position, operator in enumerate(node.ops):
        left = node.left if position == 0 else node.comparators[position - 1]
        right = node.comparators[position]
        old = COMPARISONS[type(operator)]
        between = _gap(site, left, right)
        for new, weight in _COMPARISON_CHOICES[old]:
            if between is not None:
                yield Edit((Splice(*between, _spaced(site, between, new)),), weight)


def comparison_boundary(site: Site) -> Iterator[Edit]:
    """Another comparison operator and a neighbouring constant at once: `n == 0` → `n <= 1`."""
    node = site.node
    assert isinstance(node, ast.Compare)
    if len(node.ops) != 1 or not isinstance(node.comparators[0], ast.Constant):
        return
    constant = node.comparators[0]
    if type(constant.value) is not int:
        return
    old = COMPARISONS[type(node.ops[0])]
    for new, weight in _COMPARISON_CHOICES[old]:
        if new in ("in", "not in", "is", "is not"):
            continue
        for step in (1, -1):
            yield site.replace(node, f"{site.operand(node.left, 7)} {new} {constant.value + step}", weight)


def comparison_swap(site: Site) -> Iterator[Edit]:
    """The two sides of a comparison exchanged."""
    node = site.node
    assert isinstance(node, ast.Compare)
    if len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn):
        yield site.swap(node.left, node.comparators[0])


def binary(site: Site) -> Iterator[Edit]:
    """Another arithmetic or bit operator, grouped as the tree says; then as the text alone would read."""
    node = site.node
    assert isinstance(node, ast.BinOp)
    old = BINARIES.get(type(node.op))
    if old is None:
        return
    kinds = site.kinds(node.left) or site.kinds(node.right)
    for new, weight in _BINARY_CHOICES[old]:
        if kinds and not fits(kinds, NUMERIC) and new not in "+*|&-^%":
            continue
        yield from grouped(site, node, new, weight)
        yield from site.between(node.left, node.right, old, new, weight * 0.3)


def grouped(site: Site, node: ast.BinOp, operator: str, weight: float) -> Iterator[Edit]:
    """`left operator right` in the node's place, with the parentheses that keep its grouping."""
    levels = {"|": 7, "^": 8, "&": 9, "<<": 10, ">>": 10, "+": 11, "-": 11, "**": 14}
    level = levels.get(operator, 12)
    left = _inner(site, node.left, level + (operator == "**"))
    right = _inner(site, node.right, level + (operator != "**"))
    space = " " if " " in site.text(node) else ""
    yield site.replace(node, f"{left}{space}{operator}{space}{right}", weight)


def swap_operands(site: Site) -> Iterator[Edit]:
    """`a - b` → `b - a`, where the order matters."""
    node = site.node
    assert isinstance(node, ast.BinOp)
    commutes = isinstance(node.op, ast.Mult | ast.BitAnd | ast.BitOr | ast.BitXor)
    if isinstance(node.op, ast.Add):
        kinds = site.kinds(node)
        commutes = bool(kinds) and kinds <= NUMERIC
    if not commutes and type(node.op) in BINARIES:
        yield site.replace(node, _joined(site, node.right, BINARIES[type(node.op)], node.left))


def regroup(site: Site) -> Iterator[Edit]:
    """`a + b * c` → `(a + b) * c` and back: parentheses forgotten or too many."""
    node = site.node
    assert isinstance(node, ast.BinOp)
    if type(node.op) not in BINARIES:
        return
    outer = BINARIES[type(node.op)]
    if isinstance(node.right, ast.BinOp) and type(node.right.op) in BINARIES:
        inner = node.right
        first = f"({_joined(site, node.left, outer, inner.left)})"
        yield site.replace(node, f"{first} {BINARIES[type(inner.op)]} {_inner(site, inner.right, 13)}")
    if isinstance(node.left, ast.BinOp) and type(node.left.op) in BINARIES:
        inner = node.left
        last = f"({_joined(site, inner.right, outer, node.right)})"
        yield site.replace(node, f"{_inner(site, inner.left, 12)} {BINARIES[type(inner.op)]} {last}")


def augmented(site: Site) -> Iterator[Edit]:
    """Another augmented operator, or a plain assignment."""
    node = site.node
    assert isinstance(node, ast.AugAssign)
    old = BINARIES.get(type(node.op))
    if old is None:
        return
    for new, weight in _BINARY_CHOICES[old]:
        yield from site.between(node.target, node.value, f"{old}=", f"{new}=", weight)
    yield from site.between(node.target, node.value, f"{old}=", "=", 1.5)
    target, value = site.text(node.target), site.operand(node.value, 13)
    if not isinstance(node.op, ast.Mult):
        yield site.replace_statement(node, f"{target} = {value} {old} {target}", 1)


def to_augmented(site: Site) -> Iterator[Edit]:
    """`x = y` → `x += y` and its like."""
    node = site.node
    assert isinstance(node, ast.Assign)
    if len(node.targets) != 1 or isinstance(node.targets[0], ast.Tuple):
        return
    kinds = site.kinds(node.value)
    for new, weight in (("+=", 3), ("-=", 1), ("*=", 1), ("|=", 0.3), ("//=", 0.3), ("&=", 0.2), ("^=", 0.2)):
        if fits(kinds, NUMERIC) or new in ("+=", "|="):
            yield from site.between(node.targets[0], node.value, "=", new, weight)


def boolean(site: Site) -> Iterator[Edit]:
    """`and` ↔ `or`, at one place or at all."""
    node = site.node
    assert isinstance(node, ast.BoolOp)
    old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    splices: list[Splice] = []
    for left, right in zip(node.values, node.values[1:], strict=False):
        for edit in site.between(left, right, old, new):
            splices.extend(edit.splices)
            if len(node.values) > 2:
                yield Edit(edit.splices, 0.7)
    start, end = site.source.span(node)
    wrapped = required_parentheses(site, node) and not site.source.parenthesised(start, end)
    if wrapped:
        splices = [Splice(start, start, "("), *splices, Splice(end, end, ")")]
    yield Edit(tuple(splices), 2)


def required_parentheses(site: Site, node: ast.BoolOp) -> bool:
    """True when `or` in this place would be torn apart by an `and` around it."""
    return isinstance(node.op, ast.And) and isinstance(site.parent, ast.BoolOp | ast.UnaryOp)


def drop_unary(site: Site) -> Iterator[Edit]:
    """`not x` → `x`, `-x` → `x`."""
    node = site.node
    assert isinstance(node, ast.UnaryOp)
    yield site.replace(node, site.text(node.operand))


def add_minus(site: Site) -> Iterator[Edit]:
    """`x` → `-x` for what may be a number."""
    node = site.node
    assert isinstance(node, ast.expr)
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load) or not site.kinds(node) & NUMERIC:
        return
    if isinstance(site.parent, ast.UnaryOp | ast.Attribute):
        return
    yield site.replace(node, f"-{site.operand(node, 13)}")


def boolean_literal(site: Site) -> Iterator[Edit]:
    """`True` ↔ `False`, and either for None."""
    node = site.node
    assert isinstance(node, ast.Constant)
    if isinstance(node.value, bool):
        yield site.replace(node, str(not node.value))
        yield site.replace(node, "None", 0.1)
    elif node.value is None:
        yield site.replace(node, "True", 0.3)
        yield site.replace(node, "False", 0.5)


def _gap(site: Site, left: ast.expr, right: ast.expr) -> tuple[int, int] | None:
    """Where the comparison operator stands between two expressions."""
    start, end = site.source.span(left)[1], site.source.span(right)[0]
    found = re.search(r"not\s+in\b|is\s+not\b|is\b|in\b|[<>]=?|==|!=", site.source.text[start:end])
    return (start + found.start(), start + found.end()) if found else None


def _spaced(site: Site, gap: tuple[int, int], operator: str) -> str:
    """The operator with the spaces a word needs where the symbol had none."""
    if not operator[0].isalpha():
        return operator
    text = site.source.text
    return ("" if text[gap[0] - 1].isspace() else " ") + operator + ("" if text[gap[1] : gap[1] + 1].isspace() else " ")


def _inner(site: Site, node: ast.expr, strength: int) -> str:
    return site.operand(node, strength)


def _joined(site: Site, left: ast.expr, operator: str, right: ast.expr) -> str:
    level = {"|": 7, "^": 8, "&": 9, "<<": 10, ">>": 10, "+": 11, "-": 11, "**": 14}.get(operator, 12)
    return f"{_inner(site, left, level)} {operator} {_inner(site, right, level + 1)}"


TEMPLATES = (
    Template("comparison-operator", (ast.Compare,), comparison),
    Template("comparison-boundary", (ast.Compare,), comparison_boundary),
    Template("comparison-swap", (ast.Compare,), comparison_swap),
    Template("binary-operator", (ast.BinOp,), binary),
    Template("swap-operands", (ast.BinOp,), swap_operands),
    Template("regroup", (ast.BinOp,), regroup),
    Template("augmented-operator", (ast.AugAssign,), augmented),
    Template("to-augmented", (ast.Assign,), to_augmented),
    Template("boolean-operator", (ast.BoolOp,), boolean),
    Template("drop-unary", (ast.UnaryOp,), drop_unary),
    Template("add-minus", (ast.Name, ast.Call, ast.Attribute, ast.BinOp), add_minus),
    Template("boolean-literal", (ast.Constant,), boolean_literal),
)
