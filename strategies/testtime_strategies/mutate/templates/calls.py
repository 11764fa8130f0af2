"""Calls: arguments swapped, dropped, added, renamed; recursion on the wrong arguments; wrong keywords."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..edit import Edit, Splice
from ..kinds import INT, fits
from ..template import Site, Template

_KEYWORDS: dict[str, tuple[str, ...]] = {
    "sorted": ("reverse=True", "key=len", "key=str.lower", "key=abs", "key=lambda x: x[0]", "key=lambda x: x[1]"),
    "sort": ("reverse=True", "key=len", "key=str.lower", "key=abs", "key=lambda x: x[0]", "key=lambda x: x[1]"),
    "max": ("key=len", "default=0", "default=None", "key=lambda x: x[1]"),
    "min": ("key=len", "default=0", "default=None", "key=lambda x: x[1]"),
    "enumerate": ("1", "start=1"),
    "round": ("2", "1"),
    "print": ("end=''",),
    "next": ("None",),
    "getattr": ("None",),
    "get": ("0", "None", "[]", "''", "{}", "1", "False"),
    "pop": ("None",),
    "split": ("','", "' '", "'\\n'"),
    "zip": ("strict=True",),
    "dumps": ("sort_keys=True", "indent=2"),
    "open": ("encoding='utf-8'",),
    "range": ("2", "-1"),
    "sum": ("0", "[]"),
    "int": ("2", "16"),
    "isclose": ("abs_tol=1e-9",),
}


def swap_arguments(site: Site) -> Iterator[Edit]:
    """Two positional arguments in each other's place."""
    node = site.node
    assert isinstance(node, ast.Call)
    for first in range(len(node.args)):
        for second in range(first + 1, len(node.args)):
            yield site.swap(node.args[first], node.args[second], 1.5 if second == first + 1 else 1)
    if len(node.args) == 1 and isinstance(node.func, ast.Attribute):
        owner, argument = node.func.value, node.args[0]
        yield Edit((site.splice(owner, site.operand(argument, 19)), site.splice(argument, site.text(owner))), 0.5)


def drop_argument(site: Site) -> Iterator[Edit]:
    """One argument left out."""
    node = site.node
    assert isinstance(node, ast.Call)
    arguments = _arguments(site, node)
    if len(arguments) > 1 or (arguments and isinstance(node.func, ast.Attribute)):
        for position in range(len(arguments)):
            yield _with_arguments(site, node, arguments[:position] + arguments[position + 1 :])


def add_argument(site: Site) -> Iterator[Edit]:
    """A missing argument: a name in scope, a usual keyword of the builtin, a parameter of the file's function."""
    node = site.node
    assert isinstance(node, ast.Call)
    arguments = _arguments(site, node)
    positional = len(node.args)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    for extra in _KEYWORDS.get(name, ()):
        yield _with_arguments(site, node, [*arguments, extra], 1.2)
    if name == "range" and positional == 1:
        for start in ("1", "2"):
            yield _with_arguments(site, node, [start, *arguments], 1.5)
        for value in site.scope.of_kind(node, INT):
            yield _with_arguments(site, node, [value.text, *arguments], 1)
            yield _with_arguments(site, node, [f"{value.text} + 1", *arguments], 1)
    given = {keyword.arg for keyword in node.keywords}
    for signature in site.scope.module.signatures.get(name, []):
        for position, parameter in enumerate(signature.parameters):
            if position < positional or parameter in given:
                continue
            for value in site.scope.variables(node):
                likely = 2 if value.text.split(".")[-1] == parameter else 0.7
                yield _with_arguments(site, node, [*arguments, f"{parameter}={value.text}"], likely)
    if not name or name in site.scope.module.signatures or name not in _KEYWORDS:
        for value in site.scope.variables(node):
            yield _with_arguments(site, node, [*arguments, value.text], 0.4)


def change_recursion(site: Site) -> Iterator[Edit]:
    """A recursive call's arguments: the parameter itself, one less, the rest of a sequence."""
    node = site.node
    assert isinstance(node, ast.Call)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name != site.unit.name and not any(getattr(p, "name", None) == name for p in site.source.ancestors(node)):
        return
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            continue
        kinds, text = site.kinds(argument), site.text(argument)
        for value in site.scope.variables(node):
            if not fits(value.kinds, kinds):
                continue
            for suffix in ("", " - 1", " + 1", " // 2", " - 2", "[1:]", "[:-1]"):
                if f"{value.text}{suffix}" != text:
                    yield site.replace(argument, f"{value.text}{suffix}", 1 if value.kinds else 0.6)
    if len(node.args) == 2:
        choices = [site.text(argument) for argument in node.args] + list(site.scope.parameters)
        for first in choices:
            for second in choices:
                if first != second:
                    yield _with_arguments(site, node, [first, second], 0.5)


def keyword_value(site: Site) -> Iterator[Edit]:
    """Another keyword of the same call, from the signature in the file."""
    node = site.node
    assert isinstance(node, ast.Call)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    known = [p for signature in site.scope.module.signatures.get(name, []) for p in signature.parameters]
    for keyword in node.keywords:
        start, _ = site.source.span(keyword)
        if keyword.arg:
            for other in known:
                if other != keyword.arg:
                    yield Edit((Splice(start, start + len(keyword.arg), other),))


def make_call(site: Site) -> Iterator[Edit]:
    """`x.method` → `x.method()` where the call was forgotten."""
    node = site.node
    assert isinstance(node, ast.Attribute | ast.Name)
    if isinstance(site.parent, ast.Call) and site.parent.func is node:
        return
    name = node.attr if isinstance(node, ast.Attribute) else node.id
    known = any(signature.name == name and not signature.required for signature in site.scope.module.methods)
    if isinstance(node, ast.Attribute) or name in site.scope.module.signatures:
        yield site.replace(node, f"{site.text(node)}()", 1 if known else 0.3)


def _arguments(site: Site, call: ast.Call) -> list[str]:
    return [site.text(argument) for argument in (*call.args, *call.keywords)]


def _with_arguments(site: Site, call: ast.Call, arguments: list[str], weight: float = 1.0) -> Edit:
    return site.replace(call, f"{site.text(call.func)}({', '.join(arguments)})", weight)


TEMPLATES = (
    Template("swap-arguments", (ast.Call,), swap_arguments),
    Template("drop-argument", (ast.Call,), drop_argument),
    Template("add-argument", (ast.Call,), add_argument),
    Template("recursive-argument", (ast.Call,), change_recursion),
    Template("keyword", (ast.Call,), keyword_value),
    Template("make-call", (ast.Attribute, ast.Name), make_call),
)
