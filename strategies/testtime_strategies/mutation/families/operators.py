"""Wrong operators: comparison, boolean, arithmetic, augmented, unary."""

from __future__ import annotations

import ast

from ..scope import Scope
from ..source import Edit
from ..template import Edits, template

COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<=", ">", ">=", "!=", "=="),
    ast.LtE: ("<", ">=", ">", "=="),
    ast.Gt: (">=", "<", "<=", "!=", "=="),
    ast.GtE: (">", "<=", "<", "=="),
    ast.Eq: ("!=", "<=", ">=", "is", "<", ">", "in"),
    ast.NotEq: ("==", "<", ">", "is not", "not in"),
    ast.In: ("not in", "=="),
    ast.NotIn: ("in",),
    ast.Is: ("is not", "=="),
    ast.IsNot: ("is", "!="),
}
ARITHMETIC: dict[type[ast.operator], tuple[str, ...]] = {
    ast.Add: ("-", "*", "|", "//", "%", "/"),
    ast.Sub: ("+", "*", "//", "%", "/", "^"),
    ast.Mult: ("+", "//", "**", "/", "-", "%"),
    ast.Div: ("//", "*", "%", "-", "+"),
    ast.FloorDiv: ("/", "%", "*", "-", ">>"),
    ast.Mod: ("//", "/", "*", "-"),
    ast.Pow: ("*", "%", "//"),
    ast.BitAnd: ("|", "^", "-"),
    ast.BitOr: ("&", "^", "+"),
    ast.BitXor: ("&", "|", "**"),
    ast.LShift: (">>", "*"),
    ast.RShift: ("<<", "//"),
    ast.MatMult: ("*",),
}
SYMBOLS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>", ast.MatMult: "@",
}  # fmt: skip


def _operator(scope: Scope, left: ast.expr, right: ast.expr, symbol: str) -> list[Edit]:
    """Replace what stands between two operands, keeping the white space around it."""
    start, end = scope.source.span(left)[1], scope.source.span(right)[0]
    between = scope.source.text[start:end]
    body = between.strip(" \t\n\\()")
    at = start + between.index(body) if body else start
    return [Edit(at, at + len(body), symbol)]


@template("comparison operator", nodes=(ast.Compare,), decay=0.85)
def comparison(node: ast.Compare, scope: Scope) -> Edits:
    """`a < b` → `a <= b`: the boundary first."""
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        for symbol in COMPARISONS[type(operator)]:
            yield _operator(scope, left, right, symbol)
        left = right


@template("arithmetic operator", nodes=(ast.BinOp,), decay=0.85)
def arithmetic(node: ast.BinOp, scope: Scope) -> Edits:
    """`a + b` → `a - b`."""
    text = bool({"str", "list", "tuple"} & (scope.type_of(node.left) | scope.type_of(node.right)))
    for symbol in ARITHMETIC[type(node.op)]:
        if not text or symbol in ("+", "*", "%"):
            yield _operator(scope, node.left, node.right, symbol)


@template("swap operands", nodes=(ast.BinOp, ast.Compare))
def swap_operands(node: ast.BinOp | ast.Compare, scope: Scope) -> Edits:
    """`a - b` → `b - a`, where the order matters."""
    if isinstance(node, ast.Compare):
        if len(node.ops) != 1 or not isinstance(node.ops[0], ast.In | ast.NotIn):
            return
        left, right = node.left, node.comparators[0]
    else:
        left, right = node.left, node.right
        numbers = scope.type_of(left) & {"int", "float"} or scope.type_of(right) & {"int", "float"}
        if isinstance(node.op, ast.Mult | ast.BitAnd | ast.BitOr | ast.BitXor) or (
            isinstance(node.op, ast.Add) and numbers
        ):
            return
    yield [scope.source.swap(left, scope.source.of(right)), scope.source.swap(right, scope.source.of(left))]


@template("regroup", nodes=(ast.BinOp,))
def regroup(node: ast.BinOp, scope: Scope) -> Edits:
    """`a + b * c` → `(a + b) * c`: missing parentheses."""
    text, symbol = scope.source.of, SYMBOLS[type(node.op)]
    if isinstance(node.right, ast.BinOp):
        inner = node.right
        yield [
            scope.source.swap(
                node, f"({text(node.left)} {symbol} {text(inner.left)}) {SYMBOLS[type(inner.op)]} {text(inner.right)}"
            )
        ]
    if isinstance(node.left, ast.BinOp):
        inner = node.left
        yield [
            scope.source.swap(
                node, f"{text(inner.left)} {SYMBOLS[type(inner.op)]} ({text(inner.right)} {symbol} {text(node.right)})"
            )
        ]


@template("boolean operator", nodes=(ast.BoolOp,))
def boolean(node: ast.BoolOp, scope: Scope) -> Edits:
    """`a and b` → `a or b`."""
    symbol = "or" if isinstance(node.op, ast.And) else "and"
    edits: list[Edit] = []
    for left, right in zip(node.values, node.values[1:], strict=False):
        edits += _operator(scope, left, right, symbol)
    if len(edits) > 1:
        yield edits
    for edit in edits:
        yield [edit]


@template("augmented operator", nodes=(ast.AugAssign, ast.Assign), decay=0.85)
def augmented(node: ast.AugAssign | ast.Assign, scope: Scope) -> Edits:
    """`a += b` → `a -= b` or `a = b`; `a = b` → `a += b`."""
    target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
    start, end = scope.source.span(target)[1], scope.source.span(node.value)[0]
    between = scope.source.text[start:end]
    sign = between.strip(" \t(")
    at = start + between.index(sign)
    if isinstance(node, ast.AugAssign):
        for symbol in ARITHMETIC[type(node.op)]:
            yield [Edit(at, at + len(sign), symbol + "=")]
        yield [Edit(at, at + len(sign), "=")]
    elif len(node.targets) == 1 and isinstance(target, ast.Name | ast.Attribute | ast.Subscript) and sign == "=":
        if isinstance(target, ast.Name) and not _assigned_before(target, node, scope):
            return
        for symbol in ("+=", "-=", "*="):
            yield [Edit(at, at + 1, symbol)]


def _assigned_before(target: ast.Name, statement: ast.stmt, scope: Scope) -> bool:
    return target.id in scope.parameters or any(
        isinstance(node, ast.Name)
        and node.id == target.id
        and isinstance(node.ctx, ast.Store)
        and node.lineno < statement.lineno
        for node in scope.nodes
    )


@template("unary operator", nodes=(ast.UnaryOp, ast.Name, ast.Call, ast.Subscript, ast.Attribute))
def unary(node: ast.expr, scope: Scope) -> Edits:
    """`-a` → `a`, `a` → `-a` where a number is returned, passed or compared."""
    text = scope.source.of
    if isinstance(node, ast.UnaryOp):
        yield [scope.source.swap(node, text(node.operand))]
        return
    if isinstance(getattr(node, "ctx", ast.Load()), ast.Load) and scope.type_of(node) <= {"int", "float"}:
        parent = scope.source.parents.get(node)
        if isinstance(parent, ast.Return | ast.Call | ast.BinOp | ast.keyword) and (
            not isinstance(parent, ast.Call) or node is not parent.func
        ):
            yield [scope.source.swap(node, f"-{text(node)}")]
