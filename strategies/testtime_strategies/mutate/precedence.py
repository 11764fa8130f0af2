"""How tightly expressions bind, so that a replacement gets parentheses exactly where it needs them."""

from __future__ import annotations

import ast
from functools import lru_cache

ATOM = 20
_BINARY: dict[type[ast.operator], int] = {
    ast.BitOr: 7,
    ast.BitXor: 8,
    ast.BitAnd: 9,
    ast.LShift: 10,
    ast.RShift: 10,
    ast.Add: 11,
    ast.Sub: 11,
    ast.Mult: 12,
    ast.MatMult: 12,
    ast.Div: 12,
    ast.FloorDiv: 12,
    ast.Mod: 12,
    ast.Pow: 14,
}


def strength(node: ast.AST) -> int:
    """Binding strength of an expression's outermost operator; larger binds tighter."""
    match node:
        case ast.NamedExpr() | ast.Yield() | ast.YieldFrom():
            return 0
        case ast.Lambda():
            return 1
        case ast.IfExp():
            return 2
        case ast.BoolOp():
            return 3 if isinstance(node.op, ast.Or) else 4
        case ast.UnaryOp():
            return 5 if isinstance(node.op, ast.Not) else 13
        case ast.Compare():
            return 6
        case ast.BinOp():
            return _BINARY[type(node.op)]
        case ast.Await():
            return 15
        case ast.GeneratorExp() | ast.Tuple():
            return 0
        case _:
            return ATOM


@lru_cache(maxsize=20_000)
def text_strength(text: str) -> int:
    """Binding strength of an expression given as text; 0 when it is none."""
    if text.isidentifier():
        return ATOM
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return 0
    if isinstance(node, ast.GeneratorExp | ast.Tuple) and text.startswith("("):
        return ATOM
    if isinstance(node, ast.Constant) and text[0] in "0123456789":
        return ATOM - 1  # `1.real` does not parse, so a number is no base of an attribute
    return strength(node)


def required(parent: ast.AST | None, child: ast.AST) -> int:
    """The strength that `child`'s place in `parent` asks for."""
    match parent:
        case ast.BinOp():
            level = _BINARY[type(parent.op)]
            if isinstance(parent.op, ast.Pow):
                return level + 1 if child is parent.left else 13
            return level if child is parent.left else level + 1
        case ast.UnaryOp():
            return 5 if isinstance(parent.op, ast.Not) else 13
        case ast.Compare():
            return 7
        case ast.BoolOp():
            return (3 if isinstance(parent.op, ast.Or) else 4) + 1
        case ast.IfExp():
            return 2 if child is parent.orelse else 3
        case ast.Attribute() | ast.Await():
            return ATOM
        case ast.Subscript():
            return ATOM - 1 if child is parent.value else 0
        case ast.Call():
            return ATOM - 1 if child is parent.func else 1
        case ast.comprehension():
            return 3
        case ast.Starred():
            return 7
        case ast.FormattedValue():
            return 3
        case ast.List() | ast.Set() | ast.Dict() | ast.Tuple() | ast.keyword() | ast.Lambda() | ast.ListComp():
            return 1
        case _:
            return 0
