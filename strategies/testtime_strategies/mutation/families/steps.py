"""Steps left out: a value made ready before it is used, a case that an operation cannot take."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..scope import NUMBERS, SEQUENCES, Scope
from ..source import own_nodes
from ..template import Edits, template
from .statements import everyday_results

READY = {
    "str": (".lower()", ".strip()", ".upper()", ".swapcase()", ".split()", ".title()", "[::-1]"),
    "list": ("sorted", "list", "set", "[:]", "[::-1]"),
    "tuple": ("sorted", "list"),
    "set": ("sorted", "list"),
    "dict": ("dict",),
    "int": ("abs", "str", "float"),
    "float": ("abs", "round", "int"),
}
"""What a value of a type is made into before use: a function, or what is written after it."""


@template("missing step", nodes=(ast.stmt,), decay=0.95)
def missing_step(node: ast.stmt, scope: Scope) -> Edits:
    """`x = abs(x)`, `s = s.lower()`, `flag = not flag`, before a use or after a change."""
    if not scope.source.stands_alone(node) or isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return
    used = [part for part in own_nodes(node) if isinstance(part, ast.Name) and part.id in scope.variables]
    first = node is scope.body[0]
    for name in dict.fromkeys(part.id for part in used if isinstance(part.ctx, ast.Load)):
        # A parameter is made ready once; a local where it is used last.
        if name in scope.parameters and not first and not _first_use(name, node, scope):
            continue
        for text in _ready(name, scope):
            yield [scope.source.before(node, f"{name} = {text}")]
    if not isinstance(node, ast.Return | ast.Raise | ast.Break | ast.Continue):
        for name in scope.variables:
            if "bool" in scope.types(name) and name in scope.locals:
                yield [scope.source.after(node, f"{name} = not {name}")]


def _first_use(name: str, node: ast.stmt, scope: Scope) -> bool:
    lines = [part.lineno for part in scope.nodes if isinstance(part, ast.Name) and part.id == name]
    return bool(lines) and min(lines) >= node.lineno


def _ready(name: str, scope: Scope) -> Iterator[str]:
    """The forms of a variable, those that the function's own documentation speaks of first."""
    said = scope.documentation
    forms = dict.fromkeys(form for kind in sorted(scope.types(name)) for form in READY.get(kind, ()))
    for form in sorted(forms, key=lambda form: form.strip(".()") not in said):
        yield f"{form}({name})" if form.isidentifier() else f"{name}{form}"
    if "float" in scope.types(name):
        yield f"round({name}, 2)"


@template("unread value", nodes=(ast.stmt,), decay=0.95)
def unread_value(node: ast.stmt, scope: Scope) -> Edits:
    """After `size = …` that nothing reads: what the file does elsewhere with a value so named, `total += size`, …"""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or not scope.source.stands_alone(node):
        return
    bound = [part.id for part in own_nodes(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
    for name in bound:
        if name in scope.unused:
            for text in dict.fromkeys((*_uses(name, scope), *_additions_of(name, scope))):
                yield [scope.source.after(node, text)]


def _uses(name: str, scope: Scope) -> Iterator[str]:
    """Simple statements of other functions that read a variable so named and know no other names than this one."""
    known = {*scope.variables, *scope.constants, *scope.module_functions, scope.self_name}
    own = set(scope.statements)
    for node in scope.source.nodes:
        if isinstance(node, ast.Expr | ast.Assign | ast.AugAssign) and node not in own:
            names = {part.id: part.ctx for part in ast.walk(node) if isinstance(part, ast.Name)}
            if isinstance(names.get(name), ast.Load) and names.keys() <= known and len(text := ast.unparse(node)) <= 80:
                yield text


def _additions_of(name: str, scope: Scope) -> Iterator[str]:
    """A value added to, taken from or put into the variables and attributes that can take it."""
    attributes = [f"{scope.self_name}.{attribute}" for attribute in scope.attributes[:8]] if scope.self_name else []
    kind = scope.types(name)
    for target in (*(other for other in scope.variables if other != name), *attributes):
        own = scope.observed.get(target, frozenset()) if target in attributes else scope.types(target)
        if not own or not kind or own & kind or (own & NUMBERS and kind & NUMBERS):
            yield from (f"{target} += {name}", f"{target} -= {name}", f"{target} = {name}")
        if not own or own & {"list", "deque"}:
            yield f"{target}.append({name})"
        if not own or "set" in own:
            yield f"{target}.add({name})"


@template("guard of an operation", nodes=(ast.stmt,), decay=0.95)
def guard_of_operation(node: ast.stmt, scope: Scope) -> Edits:
    """Before `a[i]`, `b / c`, `d.e`: `if not a: return …`, `if c == 0: …`, `if d is None: …`."""
    if scope.function is None or not scope.source.stands_alone(node) or _continues(node, scope):
        return
    ways = [f"return {text}" for text in everyday_results(scope)[:4]]
    if scope.in_loop(node):
        ways = ["continue", "break", *ways]
    for condition in dict.fromkeys(_needs(node, scope)):
        for way in ways:
            yield [scope.source.before(node, f"if {condition}:\n    {way}")]


def _continues(node: ast.stmt, scope: Scope) -> bool:
    """Whether a statement is an `elif`: nothing goes before it."""
    return isinstance(node, ast.If) and scope.source.text[scope.source.span(node)[0] :].startswith("elif")


def _needs(node: ast.stmt, scope: Scope) -> Iterator[str]:
    """Conditions under which an operation of the statement fails."""
    text = scope.source.of
    for part in own_nodes(node):
        match part:
            case ast.Subscript(value=value, ctx=ast.Load()):
                kind = scope.type_of(value)
                if not kind or kind & SEQUENCES:
                    yield f"not {text(value)}"
                elif not isinstance(part.slice, ast.Slice):
                    yield f"{text(part.slice)} not in {text(value)}"
            case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Mod(), right=right) if not isinstance(
                right, ast.Constant
            ):
                if not scope.type_of(right) or scope.type_of(right) & NUMBERS:
                    yield f"{text(right)} == 0"
            case ast.Attribute(value=ast.Name(id=name)) if name != scope.self_name and "NoneType" in scope.types(name):
                yield f"{name} is None"
            case ast.Call(func=ast.Name(id="min" | "max"), args=[value]):
                yield f"not {text(value)}"
            case _:
                pass
