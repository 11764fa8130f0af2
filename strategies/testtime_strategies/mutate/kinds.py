"""Kinds: the type names an expression may have, guessed from syntax, annotations and what was seen at run time.

A kind set is a frozenset of type names as `type(x).__name__` has them; the empty set means unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

Kinds = frozenset[str]

UNKNOWN: Kinds = frozenset()
INT: Kinds = frozenset({"int"})
BOOL: Kinds = frozenset({"bool"})
STR: Kinds = frozenset({"str"})
NUMERIC: Kinds = frozenset({"int", "float", "complex", "bool", "Decimal", "Fraction"})
SEQUENCE: Kinds = frozenset({"list", "tuple", "str", "bytes", "range", "deque"})
CONTAINER: Kinds = SEQUENCE | {"set", "frozenset", "dict", "defaultdict", "Counter", "OrderedDict", "iterator"}
_ANNOTATIONS: Mapping[str, str] = {
    "List": "list",
    "Sequence": "list",
    "Dict": "dict",
    "Mapping": "dict",
    "Set": "set",
    "Tuple": "tuple",
    "Iterable": "iterator",
    "Iterator": "iterator",
    "None": "NoneType",
    "Deque": "deque",
}
_RESULTS: Mapping[str, str] = {
    **dict.fromkeys(("len", "int", "ord", "hash", "id", "index", "find", "count", "rfind", "bit_length"), "int"),
    **dict.fromkeys(("str", "repr", "chr", "join", "format", "strip", "lstrip", "rstrip", "lower", "upper"), "str"),
    **dict.fromkeys(("replace", "title", "capitalize", "hex", "bin", "input", "zfill", "decode"), "str"),
    **dict.fromkeys(("isinstance", "any", "all", "bool", "callable", "hasattr", "startswith", "endswith"), "bool"),
    **dict.fromkeys(("isdigit", "isalpha", "isupper", "islower", "isspace", "isalnum"), "bool"),
    **dict.fromkeys(("list", "sorted", "split", "splitlines"), "list"),
    **dict.fromkeys(("range", "enumerate", "zip", "map", "filter", "reversed", "iter"), "iterator"),
    **dict.fromkeys(("items", "keys", "values"), "iterator"),
    **{name: name for name in ("dict", "set", "tuple", "float", "bytes", "deque", "defaultdict", "Counter")},
}


def fits(kinds: Kinds, wanted: Kinds) -> bool:
    """True when a value of `kinds` may stand where `wanted` is expected; numbers and containers mix."""
    if not kinds or not wanted or kinds & wanted:
        return True
    return bool(kinds & NUMERIC and wanted & NUMERIC) or bool(kinds & CONTAINER and wanted & CONTAINER)


def guess(node: ast.expr, lookup: Callable[[ast.expr], Kinds]) -> Kinds:
    """The kinds of an expression; `lookup` answers for names and attributes."""
    match node:
        case ast.Constant():
            return frozenset({type(node.value).__name__})
        case ast.Name() | ast.Attribute():
            return lookup(node)
        case ast.Compare():
            return BOOL
        case ast.JoinedStr():
            return STR
        case ast.List() | ast.ListComp():
            return frozenset({"list"})
        case ast.Dict() | ast.DictComp():
            return frozenset({"dict"})
        case ast.Set() | ast.SetComp():
            return frozenset({"set"})
        case ast.Tuple():
            return frozenset({"tuple"})
        case ast.GeneratorExp():
            return frozenset({"iterator"})
        case ast.Lambda():
            return frozenset({"function"})
        case ast.UnaryOp():
            return BOOL if isinstance(node.op, ast.Not) else guess(node.operand, lookup)
        case ast.BoolOp():
            return _union(*(guess(value, lookup) for value in node.values))
        case ast.IfExp():
            return _union(guess(node.body, lookup), guess(node.orelse, lookup))
        case ast.BinOp():
            return _binary(node, guess(node.left, lookup), guess(node.right, lookup))
        case ast.Subscript():
            base = guess(node.value, lookup)
            return base if isinstance(node.slice, ast.Slice) or base <= STR else UNKNOWN
        case ast.Call():
            return _call(node, lookup)
        case _:
            return UNKNOWN


def annotated(node: ast.expr | None) -> Kinds:
    """The kinds an annotation names, as far as its outermost names say."""
    match node:
        case ast.Constant(value=None):
            return frozenset({"NoneType"})
        case ast.Constant(value=str(text)):
            try:
                return annotated(ast.parse(text, mode="eval").body)
            except SyntaxError:
                return UNKNOWN
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return UNKNOWN if name in ("Any", "object") or len(name) == 1 else frozenset({_ANNOTATIONS.get(name, name)})
        case ast.Subscript(value=value, slice=inner):
            head = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
            if head == "Optional":
                return _union(annotated(inner), frozenset({"NoneType"}))
            if head == "Union" and isinstance(inner, ast.Tuple):
                return _union(*(annotated(element) for element in inner.elts))
            return annotated(value)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _union(annotated(left), annotated(right))
        case _:
            return UNKNOWN


def _union(*parts: Kinds) -> Kinds:
    """All kinds together; unknown when one part is."""
    return UNKNOWN.union(*parts) if all(parts) else UNKNOWN


def _binary(node: ast.BinOp, left: Kinds, right: Kinds) -> Kinds:
    if isinstance(node.op, ast.Div) and left <= NUMERIC:
        return frozenset({"float"})
    if isinstance(node.op, ast.Mod) and left & STR:
        return STR
    if isinstance(node.op, ast.Sub | ast.FloorDiv | ast.Mod) and not left and not right:
        return UNKNOWN
    if left and left <= NUMERIC and right and right <= NUMERIC:
        return left | right
    return left or right


def _call(node: ast.Call, lookup: Callable[[ast.expr], Kinds]) -> Kinds:
    if isinstance(node.func, ast.Name):
        if node.func.id in ("min", "max", "sum", "abs") and node.args:
            first = guess(node.args[0], lookup)
            return first if first <= NUMERIC else UNKNOWN
        known = _RESULTS.get(node.func.id)
        if known is None and node.func.id[:1].isupper():
            known = node.func.id
        return frozenset({known}) if known else UNKNOWN
    if isinstance(node.func, ast.Attribute):
        known = _RESULTS.get(node.func.attr)
        if node.func.attr in ("copy", "union", "intersection", "difference"):
            return guess(node.func.value, lookup)
        return frozenset({known}) if known else UNKNOWN
    return UNKNOWN
