"""Wrong names: variables, attributes, missing `self.`."""

from __future__ import annotations

import ast
import difflib

from ..scope import Scope, compatible
from ..template import Edits, template


@template("variable", nodes=(ast.Name,), decay=0.93)
def variable(node: ast.Name, scope: Scope) -> Edits:
    """Another variable in scope whose type fits."""
    if not isinstance(node.ctx, ast.Load) or (node.id not in scope.variables and node.id not in scope.constants):
        return
    own = scope.types(node.id)
    parent = scope.source.parents.get(node)
    if isinstance(parent, ast.Call) and parent.func is node:
        return
    names = [name for name in (*scope.variables, *scope.constants) if name != node.id]
    near = sorted(names, key=lambda name: -difflib.SequenceMatcher(None, name, node.id).ratio())
    for name in near[:20]:
        if compatible(own, scope.types(name)) and scope.suits(node, name):
            yield [scope.source.swap(node, name)]


@template("assigned variable", nodes=(ast.Name,), decay=0.9)
def assigned_variable(node: ast.Name, scope: Scope) -> Edits:
    """The value goes into another variable."""
    if isinstance(node.ctx, ast.Store) and isinstance(
        scope.source.parents.get(node), ast.Assign | ast.AugAssign | ast.Tuple
    ):
        for name in scope.variables[:15]:
            if name != node.id and compatible(scope.types(node.id), scope.types(name)):
                yield [scope.source.swap(node, name)]


@template("unknown name", nodes=(ast.Name,), decay=0.8)
def unknown_name(node: ast.Name, scope: Scope) -> Edits:
    """A name that is nowhere defined: the nearest that is, or an attribute of `self`."""
    import builtins

    known = {*scope.variables, *scope.constants, *scope.module_functions, *scope.locals}
    known |= {n.name for n in scope.source.tree.body if isinstance(n, ast.ClassDef)} | scope.source.imported
    if node.id in known or hasattr(builtins, node.id) or node.id in ("self", "cls"):
        return
    if scope.self_name and (node.id in scope.attributes or node.id in scope.methods):
        yield [scope.source.swap(node, f"{scope.self_name}.{node.id}")]
    for name in difflib.get_close_matches(node.id, sorted(known), n=5, cutoff=0.4):
        yield [scope.source.swap(node, name)]
    for name in difflib.get_close_matches(node.id, dir(builtins), n=2, cutoff=0.7):
        yield [scope.source.swap(node, name)]


@template("attribute", nodes=(ast.Attribute,), decay=0.9)
def attribute(node: ast.Attribute, scope: Scope) -> Edits:
    """Another attribute: of the class for `self`, else of the same value elsewhere, else a similar one of the file."""
    parent = scope.source.parents.get(node)
    called = isinstance(parent, ast.Call) and parent.func is node
    value = scope.source.of(node.value)
    if isinstance(node.value, ast.Name) and node.value.id == scope.self_name:
        names = list(scope.methods if called else scope.attributes)
    else:
        names = list(scope.source.attributes_of.get(ast.dump(node.value), ()))
        names += difflib.get_close_matches(node.attr, scope.all_attributes, n=6, cutoff=0.5)
        names += sorted(
            scope.words.names & set(scope.all_attributes),
            key=lambda name: -difflib.SequenceMatcher(None, name, node.attr).ratio(),
        )[:4]
    ranked = sorted(dict.fromkeys(names), key=lambda name: -difflib.SequenceMatcher(None, name, node.attr).ratio())
    for name in ranked[:12]:
        if name != node.attr:
            yield [scope.source.swap(node, f"{value}.{name}")]


@template("attribute or variable", nodes=(ast.Name, ast.Attribute))
def attribute_or_variable(node: ast.Name | ast.Attribute, scope: Scope) -> Edits:
    """`x` ↔ `self.x`; an attribute that fits in place of a variable."""
    if not isinstance(node.ctx, ast.Load) or scope.self_name is None:
        return
    if isinstance(node, ast.Name):
        if node.id in scope.variables:
            for name in [n for n in scope.attributes if n == node.id] + [n for n in scope.attributes if n != node.id][
                :6
            ]:
                yield [scope.source.swap(node, f"{scope.self_name}.{name}")]
    elif isinstance(node.value, ast.Name) and node.value.id == scope.self_name and node.attr in scope.attributes:
        for name in sorted(scope.variables, key=lambda name: name != node.attr)[:6]:
            yield [scope.source.swap(node, name)]


TYPES = ("int", "float", "str", "list", "tuple", "dict", "set", "bool", "bytes")


@template("type name", nodes=(ast.Name,), decay=0.9)
def type_name(node: ast.Name, scope: Scope) -> Edits:
    """`isinstance(x, str)` → `isinstance(x, int)`: another built-in type, or one of two."""
    parent = scope.source.parents.get(node)
    if node.id not in TYPES or (isinstance(parent, ast.Call) and parent.func is node):
        return
    for name in TYPES:
        if name != node.id:
            yield [scope.source.swap(node, name)]
    for name in TYPES:
        if name != node.id and isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "isinstance":
            yield [scope.source.swap(node, f"({node.id}, {name})")]
