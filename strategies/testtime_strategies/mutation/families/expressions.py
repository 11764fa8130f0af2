"""Wrong expressions: too much, too little, another one of the same function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..scope import NUMBERS, SEQUENCES, Scope, compatible
from ..template import Edits, template

SIMPLE = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.BinOp)
MOST_DONORS = 16


def is_value(node: ast.expr, scope: Scope) -> bool:
    """Whether `node` is a value that is stored, passed, returned, compared or looped over."""
    parent = scope.source.parents.get(node)
    match parent:
        case ast.Call(func=func):
            return func is not node
        case ast.Attribute() | ast.Expr():
            return False
        case ast.Subscript(slice=index):
            return index is node
        case ast.Assign(targets=targets):
            return node not in targets
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target) | ast.For(target=target):
            return target is not node
        case ast.comprehension(target=target):
            return target is not node
        case _:
            return parent is not None and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


@template("unwrap", nodes=(ast.expr,), decay=0.9)
def unwrap(node: ast.expr, scope: Scope) -> Edits:
    """`f(a)` → `a`, `a.f()` → `a`, `a + b` → `a`, `a[i]` → `a`, `[a]` → `a`, `a if c else b` → `a`."""
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    parent = scope.source.parents.get(node)
    match node:
        case ast.Call(func=ast.Name(), args=args):
            parts = list(args)
        case ast.Call(func=ast.Attribute(value=value), args=args):
            parts = [value, *args]
        case ast.BinOp(left=left, right=right):
            parts = [right, left] if isinstance(left, ast.Constant) else [left, right]
        case ast.Subscript(value=value) if not isinstance(parent, ast.Expr):
            parts = [value]
        case ast.List(elts=[part]) | ast.Tuple(elts=[part]) | ast.Set(elts=[part]):
            parts = [part]
        case ast.Attribute(value=value) if not (isinstance(parent, ast.Call) and parent.func is node):
            parts = [value]
        case ast.IfExp(body=body, orelse=orelse):
            parts = [body, orelse]
        case ast.Await(value=value):
            parts = [value]
        case ast.Starred(value=value):
            parts = [value]
        case _:
            return
    if isinstance(parent, ast.Expr):
        return
    for part in parts:
        if not isinstance(part, ast.Starred | ast.GeneratorExp):
            yield [scope.source.swap(node, scope.source.of(part))]


@template("wrap", nodes=(*SIMPLE, ast.ListComp, ast.GeneratorExp), decay=0.95)
def wrap(node: ast.expr, scope: Scope) -> Edits:
    """`a` → `abs(a)`, `len(a)`, `sorted(a)`, `a.strip()`, `a[1:]`, `list(a)`, as its type allows."""
    if not is_value(node, scope) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    text = scope.source.of(node)
    kind = (scope.type_of(node) or scope.expected(node)) - {"NoneType"}
    atom = text if not isinstance(node, ast.BinOp) else f"({text})"
    for form in dict.fromkeys(_wraps(kind, isinstance(scope.source.parents.get(node), ast.For | ast.comprehension))):
        other = form.format(text, atom)
        if scope.suits(node, other):
            yield [scope.source.swap(node, other)]


_WRAPS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (
        frozenset(),  # nothing is known
        (
            "abs({0})",
            "len({0})",
            "sorted({0})",
            "list({0})",
            "set({0})",
            "str({0})",
            "int({0})",
            "{1}[0]",
            "{1}.lower()",
            "{1}[1:]",
            "{1}[::-1]",
            "{1}.strip()",
            "sum({0})",
            "[{0}]",
            "round({0}, 2)",
        ),
    ),
    (
        frozenset({"str", "bytes"}),
        (
            "{1}.lower()",
            "{1}.strip()",
            "len({0})",
            "int({0})",
            "{1}[::-1]",
            "{1}[1:]",
            "{1}[:-1]",
            "{1}.split()",
            "{1}.upper()",
            "{1}[0]",
            "{1}[-1]",
            "sorted({0})",
            "set({0})",
            "{1}[2:]",
            "list({0})",
        ),
    ),
    (
        NUMBERS,
        (
            "abs({0})",
            "int({0})",
            "round({0})",
            "str({0})",
            "max({0}, 0)",
            "round({0}, 2)",
            "{1} ** 2",
            "{1} // 2",
            "{1} * 2",
            "{1} / 2",
            "max({0}, 1)",
            "float({0})",
            "math.ceil({0})",
            "math.floor({0})",
        ),
    ),
    (
        SEQUENCES - {"str", "bytes"} | {"generator", "map", "filter", "zip"},
        (
            "sorted({0})",
            "set({0})",
            "{1}[1:]",
            "{1}[::-1]",
            "len({0})",
            "list({0})",
            "{1}[:-1]",
            "{1}[0]",
            "{1}[-1]",
            "sum({0})",
            "max({0})",
            "min({0})",
            "reversed({0})",
            "{1}[:]",
            "enumerate({0})",
            "tuple({0})",
            "{1}[::2]",
            "sorted({0}, key=len)",
            "sorted({0}, reverse=True)",
        ),
    ),
    (
        frozenset({"set", "frozenset"}),
        ("sorted({0})", "len({0})", "list({0})", "{1}.copy()", "sum({0})", "max({0})", "min({0})"),
    ),
    (
        frozenset({"dict", "defaultdict", "Counter", "OrderedDict"}),
        ("{1}.values()", "{1}.items()", "sum({1}.values())", "{1}.copy()", "len({0})", "sorted({0})", "dict({0})"),
    ),
)
"""What a value of a type is made into: {0} is its text, {1} the same as an operand."""


def _wraps(kind: frozenset[str], iterated: bool) -> Iterator[str]:
    """Patterns that make something else of a value of these types, the usual ones first."""
    if iterated:
        yield from ("range({0})", "range(len({0}))")
    for kinds, patterns in _WRAPS:
        if kind & kinds or not (kind or kinds):
            yield from patterns


@template("call of a parameter", nodes=SIMPLE)
def call_of_parameter(node: ast.expr, scope: Scope) -> Edits:
    """`a` → `func(a)`, with a function that was passed in."""
    if not is_value(node, scope) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    text = scope.source.of(node)
    for name in scope.callables:
        if text != name and not text.startswith(f"{name}("):
            yield [scope.source.swap(node, f"{name}({text})")]


@template("wrap in a list", nodes=(*SIMPLE, ast.List))
def wrap_in_list(node: ast.expr, scope: Scope) -> Edits:
    """`a` → `[a]`, `(a,)`."""
    parent = scope.source.parents.get(node)
    if isinstance(parent, ast.Return | ast.BinOp | ast.Call | ast.Assign) and is_value(node, scope):
        yield [scope.source.swap(node, f"[{scope.source.of(node)}]")]
        yield [scope.source.swap(node, f"({scope.source.of(node)},)")]


@template("slice a sequence", nodes=(ast.Name, ast.Attribute), decay=0.95)
def slice_sequence(node: ast.expr, scope: Scope) -> Edits:
    """`a` → `a[k:]`, `a[:k]`, `a[k]` with k in scope."""
    kind = scope.type_of(node)
    if (
        not is_value(node, scope)
        or (kind and not kind & SEQUENCES)
        or not isinstance(getattr(node, "ctx", None), ast.Load)
    ):
        return
    text = scope.source.of(node)
    for name in scope.variables[:10]:
        types = scope.types(name)
        if name != text and types & {"int"}:
            for form in (f"{text}[{name}:]", f"{text}[:{name}]", f"{text}[{name}]", f"{text}[{name} + 1:]"):
                yield [scope.source.swap(node, form)]


@template("index a mapping", nodes=(ast.Name, ast.Attribute), decay=0.95)
def index_mapping(node: ast.expr, scope: Scope) -> Edits:
    """`k` → `d[k]`, `d` → `d[k]` with a mapping or sequence in scope."""
    if not is_value(node, scope):
        return
    text, kind = scope.source.of(node), scope.type_of(node)
    for name in scope.variables[:10]:
        types = scope.types(name)
        if name != text and (types & {"dict", "defaultdict", "Counter"} or ("int" in kind and types & SEQUENCES)):
            yield [scope.source.swap(node, f"{name}[{text}]")]
        elif name != text and kind & {"dict", "defaultdict"} and types:
            yield [scope.source.swap(node, f"{text}[{name}]")]


@template("combine", nodes=(*SIMPLE, ast.ListComp, ast.List), decay=0.95)
def combine(node: ast.expr, scope: Scope) -> Edits:
    """`a` → `a + b`, `a - b`, `max(a, b)` with b in scope: a forgotten part of the sum."""
    parent = scope.source.parents.get(node)
    if not isinstance(
        parent, ast.Return | ast.Assign | ast.AugAssign | ast.Call | ast.Compare | ast.Subscript | ast.Tuple
    ):
        return
    if not is_value(node, scope):
        return
    text, kind = scope.source.of(node), scope.type_of(node) - {"NoneType"}
    targets = [scope.source.of(t) for t in parent.targets] if isinstance(parent, ast.Assign) else []
    attributes = [f"{scope.self_name}.{name}" for name in scope.attributes[:5]] if scope.self_name else []
    names = [name for name in dict.fromkeys([*targets, *scope.variables[:12], *attributes]) if name != text]
    atom = f"({text})" if isinstance(node, ast.BinOp) else text
    forms: list[str] = []
    for pattern in (*_SUMS, *_PRODUCTS):
        for name in names:
            types = scope.types(name) - {"NoneType"}
            if compatible(kind, types) and _combines(pattern, kind, types, name in targets):
                forms.append(pattern.format(text if pattern in _SUMS else atom, name))
    if kind & NUMBERS and isinstance(parent, ast.Subscript | ast.Assign | ast.Return):
        forms += [f"{atom} % len({name})" for name in names if scope.types(name) & SEQUENCES]
    if kind & NUMBERS:
        sized = [name for name in names if scope.types(name) & SEQUENCES]
        forms += [form for name in sized for form in (f"{text} - len({name})", f"{text} + len({name})")]
    for form in forms:
        if scope.suits(node, form):
            yield [scope.source.swap(node, form)]
    if isinstance(parent, ast.Assign) and (not kind or kind & NUMBERS):
        for form in (f"max(0, {text})", f"min(1, {text})"):
            yield [scope.source.swap(node, form)]


_SUMS = ("{0} + {1}", "{0} - {1}", "{1} + {0}", "{0} | {1}", "max({1}, {0})", "min({1}, {0})")
_PRODUCTS = ("{1} - {0}", "{0} * {1}", "{0} % {1}", "{0} / {1}", "{0} // {1}")


def _combines(pattern: str, kind: frozenset[str], other: frozenset[str], accumulates: bool) -> bool:
    """Whether two values of these types make sense in a pattern."""
    known = kind | other
    if known & NUMBERS:
        return "|" not in pattern and pattern != "{1} + {0}"
    if known & {"str", "list", "tuple"}:
        return pattern in ("{0} + {1}", "{1} + {0}")
    if known & {"set", "dict", "frozenset"}:
        return pattern in ("{0} | {1}", "{0} - {1}")
    return accumulates and pattern in ("{0} + {1}", "max({1}, {0})", "min({1}, {0})")


@template("variable for an expression", nodes=(ast.Call, ast.Subscript, ast.Attribute, ast.BinOp), decay=0.93)
def variable_for(node: ast.expr, scope: Scope) -> Edits:
    """`f(a)` → `b`: a variable in scope where something was worked out."""
    if not is_value(node, scope) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    kind = scope.type_of(node)
    inside = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    for name in reversed(scope.variables[:15]):
        if name not in inside and compatible(kind or scope.expected(node), scope.types(name)):
            yield [scope.source.swap(node, name)]


@template("expression of the function", nodes=(*SIMPLE, ast.Constant, ast.List), decay=0.95)
def donor(node: ast.expr, scope: Scope) -> Edits:
    """Another expression that the same function already uses (the plastic surgery hypothesis, 1403.6322)."""
    store = isinstance(getattr(node, "ctx", ast.Load()), ast.Store)
    if not store and not is_value(node, scope):
        return
    own, kind = scope.source.dump(node), scope.type_of(node) or scope.expected(node)
    around, leaves = {*scope.ancestors(node)}, _leaves(node, scope)
    found: list[tuple[float, ast.expr]] = []
    for other in scope.donors:
        if store and not isinstance(other, ast.Subscript | ast.Attribute):
            continue
        if not compatible(kind, scope.type_of(other)) or other in around or scope.source.dump(other) == own:
            continue
        found.append((_alike(leaves, _leaves(other, scope)) + (type(node) is type(other)), other))
    for _, other in sorted(found, key=lambda scored: -scored[0])[:MOST_DONORS]:
        yield [scope.source.swap(node, scope.source.of(other))]


@template("fuller expression", nodes=(ast.Subscript, ast.Call, ast.BinOp, ast.Attribute, ast.Compare), decay=0.7)
def fuller(node: ast.expr, scope: Scope) -> Edits:
    """`s[:n]` → `s[: n - len(end)]`: a term is left out that the same function has elsewhere."""
    leaves, around = _leaves(node, scope), {*scope.ancestors(node)}
    if not leaves or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    for other in scope.donors:
        if type(other) is type(node) and other not in around and leaves < _leaves(other, scope):
            yield [scope.source.swap(node, scope.source.of(other))]


def _leaves(node: ast.expr, scope: Scope) -> frozenset[str]:
    """The names and constants that an expression is made of."""
    return frozenset(
        part.id if isinstance(part, ast.Name) else scope.source.dump(part)
        for part in ast.walk(node)
        if isinstance(part, ast.Name | ast.Constant)
    )


def _alike(one: frozenset[str], two: frozenset[str]) -> float:
    """How much two expressions share of what they are made of, 0 to 1."""
    return len(one & two) / max(1, len(one | two))


@template("default of a lookup", nodes=(ast.Subscript,))
def lookup_default(node: ast.Subscript, scope: Scope) -> Edits:
    """`d[k]` → `d.get(k, 0)`; `d[k] += v` on a missing key."""
    kind = scope.type_of(node.value)
    if isinstance(node.slice, ast.Slice) or (kind and not kind & {"dict", "defaultdict", "OrderedDict", "Counter"}):
        return
    value, key = scope.source.of(node.value), scope.source.of(node.slice)
    parent = scope.source.parents.get(node)
    if isinstance(node.ctx, ast.Load):
        for default in ("", ", 0", ", []", ", ''", ", 1", ", False", f", {key}"):
            yield [scope.source.swap(node, f"{value}.get({key}{default})")]
        if isinstance(parent, ast.Attribute):
            for default in ("[]", "set()", "{}"):
                yield [scope.source.swap(node, f"{value}.setdefault({key}, {default})")]
    elif isinstance(parent, ast.AugAssign):
        statement = scope.source.before(parent, f"{value}.setdefault({key}, 0)")
        yield [statement]
        yield [scope.source.before(parent, f"{value}.setdefault({key}, [])")]


@template("ternary", nodes=(ast.IfExp,))
def ternary(node: ast.IfExp, scope: Scope) -> Edits:
    """The two values change places."""
    text = scope.source.of
    yield [scope.source.swap(node.body, text(node.orelse)), scope.source.swap(node.orelse, text(node.body))]


@template("fallback", nodes=(ast.Name, ast.Call, ast.Attribute))
def fallback(node: ast.expr, scope: Scope) -> Edits:
    """`a` → `a or []`: None where a container was expected."""
    parent = scope.source.parents.get(node)
    if "NoneType" in scope.type_of(node) and isinstance(parent, ast.For | ast.comprehension | ast.Call | ast.Assign):
        for text in ("[]", "''", "{}", "0"):
            yield [scope.source.swap(node, f"{scope.source.of(node)} or {text}")]
