"""Wrong values: constants, off by one, initial values, indexes, slices, ranges, defaults."""

from __future__ import annotations

import ast

from ..scope import SEQUENCES, Scope
from ..source import Edit, own_nodes
from ..template import Edits, template
from .calls import FUNCTIONS, near


@template("off by one", nodes=(ast.expr,), decay=0.9)
def off_by_one(node: ast.expr, scope: Scope) -> Edits:
    """`n` → `n + 1` or `n - 1` where an integer counts, indexes or bounds; `n - 1` → `n`."""
    text, swap = scope.source.of, scope.source.swap
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=ast.Constant(value=1)):
            yield [swap(node, text(left))]
            flipped = "-" if isinstance(node.op, ast.Add) else "+"
            yield [swap(node, f"{text(left)} {flipped} 1")]
        case ast.Constant(value=value) if type(value) is int:
            yield [swap(node, str(value + 1))]
            yield [swap(node, str(value - 1))]
        case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()) | ast.Call() | ast.BinOp() | ast.Subscript():
            if _counts(node, scope):
                yield [swap(node, f"{text(node)} + 1")]
                yield [swap(node, f"{text(node)} - 1")]
        case _:
            return


def _counts(node: ast.expr, scope: Scope) -> bool:
    """Whether an expression is an integer in a place where off-by-one errors live."""
    kind = scope.type_of(node)
    if kind and not kind & {"int", "float"}:
        return False
    parent = scope.source.parents.get(node)
    match parent:
        case ast.Subscript(slice=index) if index is node:
            return "int" in kind or isinstance(node, ast.Name | ast.BinOp)
        case ast.Slice() | ast.Compare():
            return bool(kind) or isinstance(parent, ast.Slice)
        case ast.Call(func=ast.Name(id="range")):
            return True
        case ast.Call(func=func) if func is not node:
            return True
        case ast.Return() | ast.Assign() | ast.AugAssign() | ast.Tuple() | ast.BinOp():
            return "int" in kind
        case _:
            return False


EVERYDAY = (7, 10, 12, 16, 24, 26, 30, 31, 32, 60, 64, 90, 100, 128, 180, 255, 256, 360, 365, 1000, 1024, 3600, 86400)
"""Sizes of days, months, alphabets, bytes, circles: one is easily taken for another."""


def everyday(value: int) -> list[int]:
    """The everyday sizes that a size may have been meant to be, the nearest first."""
    return sorted((size for size in EVERYDAY if size != value), key=lambda size: max(size, value) / min(size, value))[
        :4
    ]


@template("number", nodes=(ast.Constant,), decay=0.85)
def number(node: ast.Constant, scope: Scope) -> Edits:
    """Another everyday number, or its negation."""
    value = node.value
    if type(value) not in (int, float) or not isinstance(value, int | float):
        return
    if value:
        yield [scope.source.swap(node, repr(-value))]
    usual: tuple[object, ...] = (0, 1, -1, 2, 10)
    if isinstance(value, float):
        usual = (0.0, 1.0, -1.0, 0.5)
    for other in usual:
        if other != value:
            yield [scope.source.swap(node, repr(other))]
    indexed = scope.source.parents.get(scope.source.parents.get(node) or node)
    if isinstance(indexed, ast.Subscript) and isinstance(indexed.slice, ast.BinOp):
        yield [scope.source.swap(node, f"len({scope.source.of(indexed.value)})")]
    if type(value) is int and value >= EVERYDAY[0]:
        for size in everyday(value):
            yield [scope.source.swap(node, str(size))]
    if isinstance(value, int) and abs(value) >= 10:
        for factor in (10, 100):
            yield [scope.source.swap(node, repr(value * factor))]
            if value % factor == 0:
                yield [scope.source.swap(node, repr(value // factor))]
    if isinstance(scope.source.parents.get(node), ast.Assign):
        for text in ("float('inf')", "float('-inf')", "None"):
            yield [scope.source.swap(node, text)]


@template("constant of the file", nodes=(ast.Constant,), decay=0.9)
def constant(node: ast.Constant, scope: Scope) -> Edits:
    """Another constant of the same kind that the function or its file uses."""
    own = (other.value for other in scope.nodes if isinstance(other, ast.Constant))
    seen: dict[str, None] = {}
    for value in (*own, *scope.source.constants.get(type(node.value), ())):
        if type(value) is type(node.value) and value != node.value:
            if not isinstance(value, str) or len(value) <= 30:
                seen[repr(value)] = None
        if len(seen) >= 12:
            break
    for text in seen:
        yield [scope.source.swap(node, text)]


@template("text", nodes=(ast.Constant,))
def string(node: ast.Constant, scope: Scope) -> Edits:
    """A separator with or without its blank, another case, the empty text."""
    value = node.value
    if not isinstance(value, str) or isinstance(scope.source.parents.get(node), ast.Expr | ast.JoinedStr):
        return
    for other in (value.strip(), value + " ", value.lower(), value.upper(), "", " ", ", ", ",", "\n"):
        if other != value:
            yield [scope.source.swap(node, repr(other))]


@template("boolean value", nodes=(ast.Constant,))
def boolean_value(node: ast.Constant, scope: Scope) -> Edits:
    """True ↔ False, None → something."""
    if isinstance(node.value, bool):
        yield [scope.source.swap(node, str(not node.value))]
    elif node.value is None:
        for text in ("False", "True", "0", "[]", "''", "{}", *(p for p in scope.parameters[:3])):
            yield [scope.source.swap(node, text)]


@template("container", nodes=(ast.List, ast.Dict, ast.Call, ast.Tuple, ast.Constant))
def container(node: ast.expr, scope: Scope) -> Edits:
    """`[]` → `{}`, `set()`, `[[]]`, `[x]`: a wrong initial or returned container."""
    match node:
        case ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Tuple(elts=[]):
            own = scope.source.of(node)
        case ast.Call(func=ast.Name(id="set" | "dict" | "list"), args=[], keywords=[]):
            own = scope.source.of(node)
        case ast.Constant(value="" | None):
            own = scope.source.of(node)
        case _:
            return
    if not isinstance(scope.source.parents.get(node), ast.Return | ast.Assign | ast.Call | ast.keyword):
        return
    for text in ("[]", "{}", "set()", "[[]]", "()", "['']", "0", "[0]"):
        if text != own:
            yield [scope.source.swap(node, text)]
    for name in scope.variables[:8]:
        yield [scope.source.swap(node, f"[{name}]")]


@template("index", nodes=(ast.Subscript,), decay=0.9)
def index(node: ast.Subscript, scope: Scope) -> Edits:
    """`x[0]` → `x[-1]`, `x[i]` → `x[-i]`, `x[i:]`, `x`."""
    if isinstance(node.slice, ast.Slice | ast.Tuple) or not isinstance(node.ctx, ast.Load):
        return
    kind = scope.type_of(node.value)
    if kind and not kind & SEQUENCES:
        return
    value, at = scope.source.of(node.value), scope.source.of(node.slice)
    for text in ("0", "-1", "1", f"-{at}", f"{at}:", f":{at}"):
        if text != at:
            yield [scope.source.swap(node, f"{value}[{text}]")]


@template("slice", nodes=(ast.Slice,), decay=0.93)
def slice_bounds(node: ast.Slice, scope: Scope) -> Edits:
    """A bound dropped, added or moved by one; a step reversed."""
    subscript = scope.source.parents.get(node)
    if not isinstance(subscript, ast.Subscript):
        return
    value = scope.source.of(subscript.value)
    low, high, step = (scope.source.of(part) if part else "" for part in (node.lower, node.upper, node.step))

    def sliced(low: str, high: str, step: str = step) -> list[Edit]:
        return [scope.source.swap(subscript, f"{value}[{low}:{high}{':' + step if step else ''}]")]

    options: list[tuple[str, str]] = []
    if low and high:
        options += [(low, ""), ("", high), (high, low), (low, f"{low} + {high}")]
    elif low:
        options += [("", low), (low, "-1"), ("", f"-{low}"), (f"-{low}", "")]
    elif high:
        options += [(high, ""), ("", f"-{high}"), ("1", high), ("0", high)]
    else:
        options += [("1", ""), ("", "-1")]
    if low:
        options += [(f"{low} + 1", high), (f"{low} - 1", high)]
    if high:
        options += [(low, f"{high} + 1"), (low, f"{high} - 1")]
    for pair in options:
        yield sliced(*pair)
    if not step:
        yield sliced(low, high, "-1")
        yield sliced(low, high, "2")


@template("range", nodes=(ast.Call,), decay=0.95)
def range_bounds(node: ast.Call, scope: Scope) -> Edits:
    """`range(n)` → `range(1, n)`, `range(n + 1)`, `range(1, n + 1)`, reversed; `enumerate(x)` → from 1."""
    if not isinstance(node.func, ast.Name) or node.keywords:
        return
    arguments = [scope.source.of(argument) for argument in node.args]
    swap = scope.source.swap
    if node.func.id == "enumerate" and len(arguments) == 1:
        yield [swap(node, f"enumerate({arguments[0]}, 1)")]
    if node.func.id != "range":
        return
    new: list[str] = []
    if len(arguments) == 1:
        n = arguments[0]
        new = [
            f"{n} + 1",
            f"1, {n} + 1",
            f"1, {n}",
            f"{n} - 1",
            f"{n} - 1, -1, -1",
            f"{n}, 0, -1",
            f"2, {n}",
            f"2, {n} + 1",
        ]
    elif len(arguments) == 2:
        a, b = arguments
        new = [f"{a}, {b} + 1", f"{a} + 1, {b}", f"{b}", f"{a}, {b} - 1", f"{a} + 1, {b} + 1", f"0, {b}"]
        new += [f"{b}, {a}, -1", f"{b} - 1, {a} - 1, -1", f"{b}, {a}"]
    elif len(arguments) == 3:
        a, b, step = arguments
        new = [
            f"{a}, {b} + 1, {step}",
            f"{a}, {b} - 1, {step}",
            f"{a}, {b}",
            f"{a} - 1, {b}, {step}",
            f"{b}, {a}, {step}",
        ]
        new += [f"{a}, {b}, -{step}", f"{a} + 1, {b}, {step}"]
    for text in new:
        yield [swap(node, f"range({text})")]


@template("mutable default", nodes=(ast.List, ast.Dict, ast.Call, ast.Set))
def mutable_default(node: ast.expr, scope: Scope) -> Edits:
    """`def f(x=[])` → `x=None` with `if x is None: x = []` at the top."""
    function = scope.function
    if function is None or not isinstance(node, ast.List | ast.Dict | ast.Set | ast.Call):
        return
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)]
    pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
    for argument, default in pairs:
        if default is node and scope.body:
            guard = f"if {argument.arg} is None:\n    {argument.arg} = {scope.source.of(node)}"
            yield [scope.source.swap(node, "None"), scope.source.before(scope.body[0], guard)]


@template("shared literal", nodes=(ast.BinOp,))
def shared_literal(node: ast.BinOp, scope: Scope) -> Edits:
    """`[[0] * n] * m` → `[[0] * n for _ in range(m)]`: rows that are one and the same list."""
    if isinstance(node.op, ast.Mult) and isinstance(node.left, ast.List) and len(node.left.elts) == 1:
        inner = scope.source.of(node.left.elts[0])
        if not isinstance(node.left.elts[0], ast.Constant):
            yield [scope.source.swap(node, f"[{inner} for _ in range({scope.source.of(node.right)})]")]


@template("same value everywhere", nodes=(ast.stmt,), decay=0.93)
def everywhere(node: ast.stmt, scope: Scope) -> Edits:
    """`a[::2] = b[::2]` → `a[::3] = b[::3]`: a number, a variable, a function used several times."""
    places: dict[str, list[ast.expr]] = {}
    for part in own_nodes(node):
        if isinstance(part, ast.Constant) and type(part.value) is int:
            places.setdefault(repr(part.value), []).append(part)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            places.setdefault(part.id, []).append(part)
    for text, nodes in places.items():
        if len(nodes) < 2:
            continue
        for other in _others(text, nodes[0], scope):
            yield [scope.source.swap(place, other) for place in nodes]


def _others(text: str, node: ast.expr, scope: Scope) -> list[str]:
    if isinstance(node, ast.Constant):
        sizes = everyday(int(text)) if int(text) >= EVERYDAY[0] else []
        return [str(int(text) + 1), str(int(text) - 1), *map(str, sizes)]
    if isinstance(scope.source.parents.get(node), ast.Call) and (others := near(text, FUNCTIONS)):
        return others
    own = scope.types(text)
    return [name for name in scope.variables[:10] if name != text and own and own & scope.types(name)]
