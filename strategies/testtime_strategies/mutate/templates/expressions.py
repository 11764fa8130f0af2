"""Expressions: a part of itself, wrapped in a call, indexed, with a term added, or another of the same function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..edit import Edit
from ..kinds import BOOL, CONTAINER, NUMERIC, SEQUENCE, STR, Kinds, fits
from ..template import Site, Template
from .names import similar

_WRAPPERS: tuple[tuple[str, Kinds, float], ...] = (
    ("abs", NUMERIC, 1),
    ("int", NUMERIC | STR, 1),
    ("float", NUMERIC | STR, 0.5),
    ("round", frozenset({"float"}), 0.5),
    ("str", NUMERIC, 1),
    ("len", CONTAINER, 1.2),
    ("sorted", CONTAINER, 1.2),
    ("list", CONTAINER, 1),
    ("set", CONTAINER, 0.8),
    ("tuple", CONTAINER, 0.4),
    ("reversed", SEQUENCE, 0.6),
    ("sum", CONTAINER - STR, 0.5),
    ("max", CONTAINER, 0.4),
    ("min", CONTAINER, 0.4),
    ("any", CONTAINER - STR, 0.1),
    ("all", CONTAINER - STR, 0.1),
    ("enumerate", CONTAINER, 0.2),
    ("bool", frozenset({"NoneType"}), 0.3),
    ("ord", STR, 0.1),
)
_METHODS: tuple[tuple[str, Kinds, float], ...] = (
    (".lower()", STR, 1.2),
    (".upper()", STR, 0.7),
    (".strip()", STR, 1),
    (".split()", STR, 0.5),
    (".rstrip()", STR, 0.2),
    (".copy()", frozenset({"list", "dict", "set"}), 0.8),
    (".items()", frozenset({"dict"}), 0.8),
    (".values()", frozenset({"dict"}), 0.6),
    (".keys()", frozenset({"dict"}), 0.3),
    ("[::-1]", SEQUENCE, 1),
    ("[:]", SEQUENCE, 0.5),
    ("[0]", SEQUENCE, 0.8),
    ("[-1]", SEQUENCE, 0.8),
    ("[1:]", SEQUENCE, 1),
    ("[:-1]", SEQUENCE, 1),
    ("[1]", SEQUENCE, 0.4),
)


def sub_expression(site: Site) -> Iterator[Edit]:
    """An expression replaced by a part of itself: a wrapper, a term, a condition too many."""
    node = site.node
    assert isinstance(node, ast.expr)
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    for part, weight in _parts(node):
        yield site.replace(node, site.text(part), weight)
    if isinstance(node, ast.BoolOp) and len(node.values) > 2:
        word = " and " if isinstance(node.op, ast.And) else " or "
        for left_out in node.values:
            yield site.replace(node, word.join(site.operand(v, 5) for v in node.values if v is not left_out))
    if isinstance(node, ast.Compare) and len(node.ops) == 2:
        first, _ = site.source.span(node.comparators[0])
        start, end = site.source.span(node)
        yield site.replace(node, site.source.text[first:end])
        yield site.replace(node, site.source.text[start : site.source.span(node.comparators[0])[1]])


def _parts(node: ast.expr) -> Iterator[tuple[ast.expr, float]]:
    match node:
        case ast.BinOp():
            yield node.left, 1
            yield node.right, 1
            if isinstance(node.left, ast.BinOp):
                yield node.left.left, 0.3
        case ast.BoolOp(values=[left, right]):
            yield left, 1
            yield right, 1
        case ast.IfExp():
            yield node.body, 1
            yield node.orelse, 1
        case ast.Call():
            for argument in node.args:
                if not isinstance(argument, ast.Starred):
                    yield argument, 1 if len(node.args) == 1 else 0.7
            if isinstance(node.func, ast.Attribute):
                yield node.func.value, 1
        case ast.Subscript() | ast.Attribute() | ast.Await():
            yield node.value, 0.6
            if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice | ast.Tuple):
                yield node.slice, 0.3
        case ast.List(elts=[only]) | ast.Tuple(elts=[only]) | ast.Set(elts=[only]):
            yield only, 0.7
        case _:
            pass


def wrap_call(site: Site) -> Iterator[Edit]:
    """`x` → `f(x)` with a builtin or a function of the file that takes one argument."""
    node = site.node
    assert isinstance(node, ast.expr)
    if not _is_value(site, node):
        return
    kinds, text = site.kinds(node), site.text(node)
    function = site.parent.func if isinstance(site.parent, ast.Call) else None
    outer = function.id if isinstance(function, ast.Name) else ""
    for name, wanted, weight in _WRAPPERS:
        if fits(kinds, wanted) and name != outer:
            yield site.replace(node, f"{name}({text})", weight * (1 if kinds else 0.4))
    for signature in site.scope.module.functions:
        if signature.required <= 1 <= len(signature.parameters) and signature.name != outer:
            in_test = signature.name in site.scope.words.names
            is_self = signature.name == site.unit.name
            yield site.replace(node, f"{signature.name}({text})", 0.4 if not in_test or is_self else 0.2)
    for signature in site.scope.module.methods:
        if site.unit.owner is not None and signature.required == 1 and not signature.name.startswith("__"):
            yield site.replace(node, f"self.{signature.name}({text})", 0.2)


def wrap_method(site: Site) -> Iterator[Edit]:
    """`x` → `x.strip()`, `x[1:]`, `x[0]` and the like."""
    node = site.node
    assert isinstance(node, ast.expr)
    if not _is_value(site, node) or isinstance(node, ast.BinOp | ast.Compare | ast.BoolOp):
        return
    kinds, text = site.kinds(node), site.operand(node, 19)
    for suffix, wanted, weight in _METHODS:
        if fits(kinds, wanted):
            yield site.replace(node, text + suffix, weight * (1 if kinds else 0.4))
    if fits(kinds, CONTAINER):
        for value in site.scope.variables(node):
            if value.text != text and not value.kinds & (CONTAINER - STR):
                weight = 0.8 if kinds and value.kinds & {"int"} else 0.3
                yield site.replace(node, f"{text}[{value.text}]", weight)
                if fits(value.kinds, frozenset({"int"})) and fits(kinds, SEQUENCE):
                    yield site.replace(node, f"{text}[{value.text}:]", weight)
                    yield site.replace(node, f"{text}[:{value.text}]", weight)
                    yield site.replace(node, f"{text}[{value.text} + 1:]", weight * 0.5)


def add_attribute(site: Site) -> Iterator[Edit]:
    """`x` → `x.attribute`, with the attributes that the file uses."""
    node = site.node
    assert isinstance(node, ast.Name | ast.Subscript | ast.Call)
    if not _is_value(site, node):
        return
    kinds = site.kinds(node)
    if kinds and kinds <= NUMERIC | STR | CONTAINER:
        return
    here = {n.attr for n in ast.walk(site.unit.node) if isinstance(n, ast.Attribute)}
    text = site.text(node)
    for name, uses in site.scope.module.attributes.most_common(20):
        if not name.startswith("__"):
            yield site.replace(node, f"{text}.{name}", (1 if name in here else 0.4) + 0.02 * min(uses, 5))


def add_term(site: Site) -> Iterator[Edit]:
    """`x` → `x + y`, `x - y`, `x * y`, `x ** 2` with what is in scope."""
    node = site.node
    assert isinstance(node, ast.expr)
    kinds = site.kinds(node)
    if not _is_value(site, node) or (kinds and not fits(kinds, NUMERIC | SEQUENCE)) or kinds == BOOL:
        return
    if isinstance(site.parent, ast.Subscript) and site.parent.value is node:
        return
    text, tight = site.operand(node, 11), site.operand(node, 12)
    known = 1.0 if kinds else 0.4
    for value in site.scope.variables(node):
        if value.text == text or not fits(value.kinds, kinds):
            continue
        weight = known * (1 if value.kinds else 0.5)
        yield site.replace(node, f"{text} + {value.text}", weight)
        yield site.replace(node, f"{value.text} + {text}", weight * (0.2 if kinds <= NUMERIC and kinds else 0.7))
        if fits(kinds, NUMERIC):
            yield site.replace(node, f"{text} - {value.text}", weight)
            yield site.replace(node, f"{tight} * {value.text}", weight * 0.5)
            yield site.replace(node, f"{value.text} - {text}", weight * 0.3)
            yield site.replace(node, f"{tight} % {value.text}", weight * 0.3)
            yield site.replace(node, f"{tight} // {value.text}", weight * 0.2)
            yield site.replace(node, f"{tight} / {value.text}", weight * 0.2)
    if fits(kinds, NUMERIC):
        for suffix, weight in ((" ** 2", 0.7), (" * 2", 0.6), (" // 2", 0.6), (" / 2", 0.4), (" % 10", 0.2)):
            yield site.replace(node, f"{site.operand(node, 14)}{suffix}", weight * known)
    for value in site.scope.pool(node):
        if value.text != text and value.kinds and fits(value.kinds, kinds) and kinds and len(value.text) < 25:
            yield site.replace(node, f"{text} + {_grouped(value.text)}", 0.25)
            if kinds <= NUMERIC:
                yield site.replace(node, f"{text} - {_grouped(value.text)}", 0.25)


def add_sequence(site: Site) -> Iterator[Edit]:
    """`[…]` → `x + […]`: what was collected before is missing."""
    node = site.node
    assert isinstance(node, ast.expr)
    text = site.operand(node, 12)
    if not _is_value(site, node):
        return
    for value in site.scope.variables(node):
        if fits(value.kinds, SEQUENCE):
            weight = 1 if value.kinds else 0.4
            yield site.replace(node, f"{value.text} + {text}", weight)
            yield site.replace(node, f"{text} + {value.text}", weight)
            yield site.replace(node, f"{text} + [{value.text}]", weight * 0.5)
        yield site.replace(node, f"[{value.text}] + {text}", 0.3)
    if isinstance(node, ast.List | ast.Tuple):
        yield site.replace(node, f"[{site.text(node)}]", 1)


def list_elements(site: Site) -> Iterator[Edit]:
    """An element added to, dropped from or moved within a display: `[]` → `[x]`, `(a, b)` → `(b, a)`."""
    node = site.node
    assert isinstance(node, ast.List | ast.Tuple | ast.Set)
    if isinstance(node, ast.Tuple | ast.List) and not isinstance(node.ctx, ast.Load | ast.Store):
        return
    elements = [site.text(element) for element in node.elts]
    is_load = not isinstance(getattr(node, "ctx", None), ast.Store)
    for position in range(len(elements) - 1):
        yield site.swap(node.elts[position], node.elts[position + 1], 2)
    if not is_load:
        return
    opening, closing = ("{", "}") if isinstance(node, ast.Set) else ("[", "]") if isinstance(node, ast.List) else "()"
    bare = isinstance(node, ast.Tuple) and not site.text(node).startswith("(")
    for position in range(len(elements)):
        rest = elements[:position] + elements[position + 1 :]
        if rest or not isinstance(node, ast.Set):
            inner = ", ".join(rest) + ("," if len(rest) == 1 and isinstance(node, ast.Tuple) else "")
            yield site.replace(node, inner if bare else f"{opening}{inner}{closing}", 0.7)
    if not elements:
        yield site.replace(node, f"{opening}{opening}{closing}{closing}" if opening == "[" else "((),)", 1.5)
        for constant in ("0", "1", "''", "None"):
            yield site.replace(node, f"{opening}{constant}{',' if opening == '(' else ''}{closing}", 0.4)
    for value in site.scope.variables(node):
        if value.text not in elements:
            inner = ", ".join([*elements, value.text]) + ("," if not elements and opening == "(" else "")
            yield site.replace(node, inner if bare else f"{opening}{inner}{closing}", 1 if len(elements) < 2 else 0.5)


def choose(site: Site) -> Iterator[Edit]:
    """`x` → `max(x, y)` or `min(x, y)`: an extreme that is not kept, a bound that is not held."""
    node = site.node
    assert isinstance(node, ast.expr)
    kinds = site.kinds(node)
    if (kinds and not fits(kinds, NUMERIC)) or not _is_value(site, node):
        return
    if isinstance(node, ast.Constant) or isinstance(site.parent, ast.Subscript | ast.BinOp):
        return
    text = site.text(node)
    known = 1.0 if kinds else 0.5
    assigned = isinstance(site.parent, ast.Assign | ast.Return | ast.AnnAssign)
    targets = [site.text(t) for t in site.parent.targets] if isinstance(site.parent, ast.Assign) else []
    for value in [*(v.text for v in site.scope.of_kind(node, NUMERIC)), *targets, "0", "1"]:
        if value != text:
            weight = known * (1 if assigned else 0.3) * (1.5 if value in targets else 1)
            yield site.replace(node, f"max({value}, {text})", weight)
            yield site.replace(node, f"min({value}, {text})", weight)


def from_function(site: Site) -> Iterator[Edit]:
    """An expression replaced by another one of the same function that fits, alike ones first."""
    node = site.node
    assert isinstance(node, ast.expr)
    context = getattr(node, "ctx", ast.Load())
    if isinstance(context, ast.Del) or (isinstance(site.parent, ast.Call) and site.parent.func is node):
        return
    kinds, text = site.kinds(node), site.text(node)
    for value in site.scope.pool(node):
        if value.text == text or not fits(value.kinds, kinds) or len(value.text) > 40:
            continue
        if (value.kinds == BOOL) != (kinds == BOOL):
            continue
        if isinstance(context, ast.Store) and not _assignable(value.text):
            continue
        weight = 1.5 if value.kinds and value.kinds & kinds else 0.7
        yield site.replace(node, value.text, weight * next(similar(text, [value.text]))[1])


def to_name(site: Site) -> Iterator[Edit]:
    """A compound expression replaced by a variable in scope."""
    node = site.node
    assert isinstance(node, ast.expr)
    if not _is_value(site, node):
        return
    kinds, text = site.kinds(node), site.text(node)
    for value in site.scope.variables(node):
        if fits(value.kinds, kinds) and value.text != text:
            yield site.replace(node, value.text, 1 if value.kinds & kinds else 0.6)


def swap_ternary(site: Site) -> Iterator[Edit]:
    """`a if c else b` → `b if c else a`."""
    node = site.node
    assert isinstance(node, ast.IfExp)
    yield site.swap(node.body, node.orelse)


def or_default(site: Site) -> Iterator[Edit]:
    """`x` → `x or []`: a default for what may be None or empty; `x` → `x if x else 0`."""
    node = site.node
    assert isinstance(node, ast.expr)
    if not _is_value(site, node) or isinstance(site.parent, ast.BinOp | ast.Compare | ast.BoolOp | ast.If):
        return
    text = site.operand(node, 4)
    for default, weight in (("[]", 1), ("{}", 1), ("0", 1), ("''", 1), ("None", 0.6), ("1", 0.2)):
        yield site.replace(node, f"{text} or {default}", weight)


def _is_value(site: Site, node: ast.expr) -> bool:
    """True for an expression that is read, and is not the name of what is called."""
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return False
    parent = site.source.parents.get(node)
    if isinstance(parent, ast.Call) and parent.func is node:
        return False
    return not isinstance(parent, ast.Expr | ast.arg | ast.Starred | ast.FormattedValue | ast.withitem)


def _assignable(text: str) -> bool:
    return not text.endswith(")") and isinstance(
        ast.parse(text, mode="eval").body, ast.Name | ast.Attribute | ast.Subscript
    )


def _grouped(text: str) -> str:
    node = ast.parse(text, mode="eval").body
    return f"({text})" if isinstance(node, ast.BinOp | ast.IfExp | ast.BoolOp | ast.Compare | ast.Lambda) else text


_COMPOUND = (ast.BinOp, ast.Call, ast.Subscript, ast.Attribute)
_READ = (ast.Name, *_COMPOUND)
TEMPLATES = (
    Template("sub-expression", (*_COMPOUND, ast.BoolOp, ast.IfExp, ast.List, ast.Tuple, ast.Compare), sub_expression),
    Template("wrap-call", (*_READ, ast.GeneratorExp, ast.ListComp), wrap_call),
    Template("wrap-method", _READ, wrap_method),
    Template("add-attribute", (ast.Name, ast.Subscript, ast.Call), add_attribute),
    Template("add-term", (*_READ, ast.Constant), add_term),
    Template("add-sequence", (ast.ListComp, ast.List, ast.Call, ast.BinOp), add_sequence),
    Template("list-elements", (ast.List, ast.Tuple, ast.Set), list_elements),
    Template("choose", _READ, choose),
    Template("from-function", (ast.Name, ast.Constant, *_COMPOUND, ast.Compare), from_function),
    Template("to-name", (ast.Constant, *_COMPOUND), to_name),
    Template("swap-ternary", (ast.IfExp,), swap_ternary),
    Template("or-default", (ast.Name, ast.Call, ast.Attribute), or_default),
)
