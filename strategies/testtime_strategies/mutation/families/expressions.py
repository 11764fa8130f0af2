"""Wrong expressions: too much, too little, another one of the same function."""

from __future__ import annotations

import ast

from ..scope import NUMBERS, SEQUENCES, SIZED, Scope, compatible
from ..template import Edits, template

SIMPLE = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.BinOp)
MOST_DONORS = 30


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


@template("unwrap", prior=0.75, nodes=(ast.expr,), decay=0.9)
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


@template("wrap", prior=0.55, nodes=SIMPLE, decay=0.95)
def wrap(node: ast.expr, scope: Scope) -> Edits:
    """`a` → `abs(a)`, `len(a)`, `sorted(a)`, `a.strip()`, `a[1:]`, `list(a)`, as its type allows."""
    if not is_value(node, scope) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    text, kind = scope.source.of(node), scope.type_of(node) - {"NoneType"}
    parent = scope.source.parents.get(node)
    atom = text if not isinstance(node, ast.BinOp) else f"({text})"
    new: list[str] = []
    if not kind or kind & SEQUENCES:
        new += [f"{atom}[1:]", f"{atom}[:-1]", f"{atom}[0]", f"{atom}[-1]", f"{atom}[::-1]", f"{atom}[:]"]
    if not kind or kind & SIZED:
        new += [f"len({text})"]
    if not kind or kind & {"str"}:
        new += [f"{atom}.lower()", f"{atom}.strip()", f"int({text})", f"{atom}.split()", f"{atom}.upper()"]
    if kind & {"list", "tuple", "set", "dict", "range", "deque"} or not kind:
        new += [f"sorted({text})", f"set({text})", f"list({text})", f"reversed({text})", f"enumerate({text})"]
        new += [f"sum({text})", f"max({text})", f"min({text})", f"tuple({text})"]
    if kind & {"dict", "defaultdict", "Counter"} or not kind:
        new += [f"{atom}.values()", f"{atom}.items()", f"{atom}.copy()", f"dict({text})", f"sum({atom}.values())"]
    if kind & {"list", "set"}:
        new += [f"{atom}.copy()"]
    if not kind or kind & NUMBERS:
        new += [f"abs({text})", f"str({text})", f"int({text})", f"float({text})", f"round({text})", f"{atom} ** 2"]
        new += [f"max({text}, 0)", f"max({text}, 1)", f"{atom} / 2", f"{atom} // 2", f"{atom} * 2", f"round({text}, 2)"]
    if isinstance(parent, ast.For | ast.comprehension) or not kind:
        new += [f"range({text})", f"range(len({text}))"]
    if not kind:
        new += [f"[{text}]"]
    for other in new:
        yield [scope.source.swap(node, other)]


@template("wrap in a list", prior=0.3, nodes=(*SIMPLE, ast.List))
def wrap_in_list(node: ast.expr, scope: Scope) -> Edits:
    """`a` → `[a]`, `(a,)`."""
    parent = scope.source.parents.get(node)
    if isinstance(parent, ast.Return | ast.BinOp | ast.Call | ast.Assign) and is_value(node, scope):
        yield [scope.source.swap(node, f"[{scope.source.of(node)}]")]
        yield [scope.source.swap(node, f"({scope.source.of(node)},)")]


@template("slice a sequence", prior=0.45, nodes=(ast.Name, ast.Attribute), decay=0.95)
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


@template("index a mapping", prior=0.3, nodes=(ast.Name, ast.Attribute), decay=0.95)
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


@template("combine", prior=0.5, nodes=(*SIMPLE, ast.ListComp, ast.List), decay=0.95)
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
    for name in list(dict.fromkeys([*targets, *scope.variables[:10], *attributes])):
        types = scope.types(name) - {"NoneType"}
        if name == text or not compatible(kind, types):
            continue
        if kind & NUMBERS or types & NUMBERS:
            forms = [f"{text} + {name}", f"{text} - {name}", f"max({name}, {text})", f"min({name}, {text})"]
            forms += [f"{text} * {name}", f"{name} - {text}", f"{text} % {name}"]
        elif kind & {"str", "list", "tuple"} or types & {"str", "list", "tuple"}:
            forms = [f"{text} + {name}", f"{name} + {text}"]
        elif kind & {"set", "dict"} or types & {"set", "dict"}:
            forms = [f"{text} | {name}", f"{name} | {text}", f"{text} - {name}"]
        elif targets and name in targets:
            forms = [f"{text} + {name}", f"max({name}, {text})", f"min({name}, {text})"]
        else:
            continue
        for form in forms:
            yield [scope.source.swap(node, form)]
    if isinstance(parent, ast.Assign) and (not kind or kind & NUMBERS):
        for form in (f"max(0, {text})", f"min(1, {text})"):
            yield [scope.source.swap(node, form)]


@template("expression of the function", prior=0.4, nodes=(*SIMPLE, ast.Constant, ast.List), decay=0.95)
def donor(node: ast.expr, scope: Scope) -> Edits:
    """Another expression that the same function already uses (the plastic surgery hypothesis, 1403.6322)."""
    store = isinstance(getattr(node, "ctx", ast.Load()), ast.Store)
    if not store and not is_value(node, scope):
        return
    own, kind = ast.dump(node), scope.type_of(node)
    seen: dict[str, None] = {}
    for other in scope.nodes:
        if not isinstance(other, ast.Subscript | ast.Attribute | ast.Call | ast.BinOp | ast.List):
            continue
        if store and not isinstance(other, ast.Subscript | ast.Attribute):
            continue
        if _inside(node, other) or ast.dump(other) == own or not compatible(kind, scope.type_of(other)):
            continue
        text = scope.source.of(other)
        if len(text) <= 60 and "\n" not in text:
            seen[text] = None
    for text in list(seen)[:MOST_DONORS]:
        yield [scope.source.swap(node, text)]


def _inside(node: ast.AST, other: ast.AST) -> bool:
    return any(part is node for part in ast.walk(other))


@template("default of a lookup", prior=0.6, nodes=(ast.Subscript,))
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


@template("ternary", prior=0.4, nodes=(ast.IfExp,))
def ternary(node: ast.IfExp, scope: Scope) -> Edits:
    """The two values change places."""
    text = scope.source.of
    yield [scope.source.swap(node.body, text(node.orelse)), scope.source.swap(node.orelse, text(node.body))]


@template("fallback", prior=0.2, nodes=(ast.Name, ast.Call, ast.Attribute))
def fallback(node: ast.expr, scope: Scope) -> Edits:
    """`a` → `a or []`: None where a container was expected."""
    parent = scope.source.parents.get(node)
    if "NoneType" in scope.type_of(node) and isinstance(parent, ast.For | ast.comprehension | ast.Call | ast.Assign):
        for text in ("[]", "''", "{}", "0"):
            yield [scope.source.swap(node, f"{scope.source.of(node)} or {text}")]
