"""Wrong results: another value, a missing `return`, `yield`, `await`, the wrong exception."""

from __future__ import annotations

import ast

from ..scope import Scope
from ..source import Edit
from ..template import Edits, template

EXCEPTIONS = ("ValueError", "KeyError", "TypeError", "IndexError", "AttributeError", "RuntimeError", "LookupError")


@template("returned value", nodes=(ast.Return,), decay=0.93)
def returned(node: ast.Return, scope: Scope) -> Edits:
    """Another variable, an attribute of self, or an everyday constant."""
    values = [*reversed(scope.variables)]
    if scope.self_name:
        values += [scope.self_name, *(f"{scope.self_name}.{name}" for name in scope.attributes[:6])]
    values += ["None", "True", "False", "0", "[]", "''"]
    if node.value is None:
        start, end = scope.source.span(node)
        for text in values:
            yield [Edit(start, end, f"return {text}")]
        return
    own = scope.source.of(node.value)
    for text in values:
        if text != own:
            yield [scope.source.swap(node.value, text)]


@template("missing return", nodes=(ast.Expr,))
def missing_return(node: ast.Expr, scope: Scope) -> Edits:
    """`f(x)` → `return f(x)`, `yield from f(x)`, `await f(x)`."""
    if isinstance(node.value, ast.Constant):
        return
    at = scope.source.span(node)[0]
    if not isinstance(node.value, ast.Yield | ast.YieldFrom | ast.Await):
        for word in ("return", "yield from", "await", "return await"):
            if "await" not in word or isinstance(scope.function, ast.AsyncFunctionDef):
                yield [Edit(at, at, f"{word} ")]
    if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        receiver = node.value.func.value
        if isinstance(receiver, ast.Name | ast.Attribute):
            yield [Edit(at, at, f"{scope.source.of(receiver)} = ")]


@template("missing result", nodes=(ast.stmt,), decay=0.95)
def missing_result(node: ast.stmt, scope: Scope) -> Edits:
    """`return x` at the end of a function that ends without one."""
    if scope.function is None or node is not scope.function.body[-1] or not scope.source.stands_alone(node):
        return
    if isinstance(node, ast.Return | ast.Raise) or any(isinstance(n, ast.Yield | ast.YieldFrom) for n in scope.nodes):
        return
    values = [*reversed(scope.variables), "False", "True", "None", "0", "[]"]
    for text in ([scope.self_name] if scope.self_name else []) + values:
        yield [scope.source.after(node, f"return {text}")]


@template("yield", nodes=(ast.Yield, ast.YieldFrom, ast.Return))
def yields(node: ast.Yield | ast.YieldFrom | ast.Return, scope: Scope) -> Edits:
    """`yield x` ↔ `yield from x`; `return x` → `yield x` in a generator."""
    if node.value is None:
        return
    start, end = scope.source.span(node)
    text = scope.source.of(node.value)
    if isinstance(node, ast.Yield):
        yield [Edit(start, end, f"yield from {text}")]
        yield [Edit(start, end, f"return {text}")]
    elif isinstance(node, ast.YieldFrom):
        yield [Edit(start, end, f"yield {text}")]
    elif any(isinstance(n, ast.Yield | ast.YieldFrom) for n in scope.nodes):
        yield [Edit(start, end, f"yield from {text}")]
        yield [Edit(start, end, f"yield {text}")]


@template("missing await", nodes=(ast.Call,))
def missing_await(node: ast.Call, scope: Scope) -> Edits:
    """`f()` → `await f()` in a coroutine."""
    if isinstance(scope.function, ast.AsyncFunctionDef) and not isinstance(scope.source.parents.get(node), ast.Await):
        yield [scope.source.swap(node, f"await {scope.source.of(node)}")]


@template("exception raised", nodes=(ast.Raise,), decay=0.9)
def exception_raised(node: ast.Raise, scope: Scope) -> Edits:
    """The exception that the test expects, or a usual one; a missing `from` or re-raise."""
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    if not isinstance(raised, ast.Name | ast.Attribute):
        return
    own = scope.source.of(raised)
    classes = [n.name for n in scope.source.tree.body if isinstance(n, ast.ClassDef) and n.bases]
    for name in dict.fromkeys((*scope.words.exceptions, *classes, *EXCEPTIONS)):
        if name != own:
            yield [scope.source.swap(raised, name)]


@template("exception caught", nodes=(ast.ExceptHandler,), decay=0.9)
def exception_caught(node: ast.ExceptHandler, scope: Scope) -> Edits:
    """Another exception, or one more: first the one that the test ended with."""
    if node.type is None:
        return
    own = scope.source.of(node.type)
    ended = scope.words.error.split(":")[0].rpartition(".")[2]
    wanted = [ended] if ended.isidentifier() else []
    for name in dict.fromkeys((*wanted, *EXCEPTIONS, "Exception", "OSError", "ZeroDivisionError")):
        if name not in (own, "AssertionError"):
            yield [scope.source.swap(node.type, name)]
            if not isinstance(node.type, ast.Tuple):
                yield [scope.source.swap(node.type, f"({own}, {name})")]


@template("generator to list", nodes=(ast.Return, ast.Assign))
def materialised(node: ast.Return | ast.Assign, scope: Scope) -> Edits:
    """`return map(…)` → `return list(map(…))`."""
    value = node.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        if value.func.id in ("map", "filter", "zip", "reversed", "range", "enumerate", "set", "sorted"):
            for name in ("list", "tuple", "sorted", "set"):
                yield [scope.source.swap(value, f"{name}({scope.source.of(value)})")]
    elif isinstance(value, ast.GeneratorExp):
        yield [scope.source.swap(value, f"list{scope.source.of(value)}")]
