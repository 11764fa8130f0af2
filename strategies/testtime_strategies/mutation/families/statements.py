"""Statements missing, superfluous, or in the wrong place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, cast

from ..scope import NUMBERS, SEQUENCES, SIZED, Scope
from ..source import Edit, Function
from ..template import Edits, template
from .conditions import atoms

Block = ast.If | ast.For | ast.While | ast.With | ast.Try | ast.AsyncFor | ast.AsyncWith


def _blocks(statement: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block: Any = getattr(statement, name, None)
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
            yield cast("list[ast.stmt]", block)
    for handler in getattr(statement, "handlers", ()):
        yield handler.body


def _siblings(node: ast.stmt, scope: Scope) -> list[ast.stmt]:
    parent = scope.source.parents.get(node)
    if parent is None:
        return []
    empty: list[ast.stmt] = []
    return next((block for block in _blocks(parent) if node in block), empty)


@template("delete", nodes=(ast.stmt,))
def delete(node: ast.stmt, scope: Scope) -> Edits:
    """A statement too many."""
    if isinstance(node, Function | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Pass):
        return
    if not scope.source.stands_alone(node):
        return
    start, end = scope.source.whole_lines(node)
    if len(_siblings(node, scope)) > 1:
        yield [Edit(start, end, "")]
    elif not isinstance(node, ast.Return):
        yield [Edit(start, end, f"{scope.source.indent(node)}pass\n")]


@template("keep the body", nodes=(ast.If, ast.Try, ast.For))
def keep_body(node: ast.If | ast.Try | ast.For, scope: Scope) -> Edits:
    """`if a: b` → `b`: a check too many."""
    if scope.source.stands_alone(node) and not (isinstance(node, ast.If) and _is_elif(node, scope)):
        start, end = scope.source.whole_lines(node)
        for block in [node.body] if isinstance(node, ast.For) else list(_blocks(node))[:2]:
            text = _moved(block, scope.source.indent(node), scope)
            if text is not None:
                yield [Edit(start, end, text)]


def _is_elif(node: ast.If, scope: Scope) -> bool:
    return scope.source.text[scope.source.span(node)[0] :].startswith("elif")


def _moved(block: list[ast.stmt], indent: str, scope: Scope) -> str | None:
    """The lines of a block at another indentation; None when they can't be moved whole."""
    if not all(scope.source.stands_alone(statement) for statement in (block[0], block[-1])):
        return None
    old = scope.source.indent(block[0])
    text = scope.source.text[scope.source.whole_lines(block[0])[0] : scope.source.whole_lines(block[-1])[1]]
    if not text.endswith("\n"):
        text += "\n"
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.strip() and not line.startswith(old):
            return None
        lines.append(indent + line[len(old) :] if line.strip() else line)
    return "".join(lines)


@template("move", nodes=(ast.stmt,), decay=0.9)
def move(node: ast.stmt, scope: Scope) -> Edits:
    """A statement out of its block, into the one before or after it, or past its neighbour."""
    source = scope.source
    siblings = _siblings(node, scope)
    if isinstance(node, Function | ast.ClassDef) or not siblings or not source.stands_alone(node):
        return
    position = siblings.index(node)
    start, end = source.whole_lines(node)
    parent = source.parents.get(node)
    if isinstance(parent, Block) and len(siblings) > 1 and source.stands_alone(parent):
        text = _moved([node], source.indent(parent), scope)
        if text is not None:
            gone, after = Edit(start, end, ""), source.whole_lines(parent)[1]
            if position == len(siblings) - 1:
                yield [gone, Edit(after, after, text)] if after != end else [Edit(start, end, text)]
            if position == 0 and not (isinstance(parent, ast.If) and _is_elif(parent, scope)):
                before = source.whole_lines(parent)[0]
                yield [Edit(before, before, text), gone]
    for other, last in ((siblings[position - 1] if position else None, True), (_next(siblings, position), False)):
        for block in _blocks(other) if isinstance(other, Block) else ():
            text = _moved([node], source.indent(block[0]), scope)
            if text is not None:
                at = source.whole_lines(block[-1])[1] if last else source.whole_lines(block[0])[0]
                yield [Edit(start, end, ""), Edit(at, at, text)] if at != end else [Edit(start, end, text)]
    neighbour = _next(siblings, position)
    if neighbour is not None and source.stands_alone(neighbour):
        first, second = source.whole_lines(node), source.whole_lines(neighbour)
        if first[1] <= second[0]:
            gap = source.text[first[1] : second[0]]
            texts = (source.text[slice(*second)], source.text[slice(*first)])
            upper = texts[0] if texts[0].endswith("\n") else texts[0] + "\n"
            yield [Edit(first[0], second[1], upper + gap + texts[1])]


def _next(siblings: list[ast.stmt], position: int) -> ast.stmt | None:
    return siblings[position + 1] if position + 1 < len(siblings) else None


@template("loop or branch", nodes=(ast.If, ast.While, ast.Break, ast.Continue, ast.Pass))
def loop_or_branch(node: ast.stmt, scope: Scope) -> Edits:
    """`if` ↔ `while`, `break` ↔ `continue` ↔ `return`, `elif` → `if`."""
    start, end = scope.source.span(node)
    match node:
        case ast.If() if _is_elif(node, scope):
            yield [Edit(start, start + 4, "if")]
        case ast.If(orelse=[]):
            yield [Edit(start, start + 2, "while")]
        case ast.If():
            return
        case ast.While():
            yield [Edit(start, start + 5, "if")]
        case _:
            words = ["break", "continue", "return", "pass"] if scope.in_loop(node) else ["return"]
            for word in words:
                if word != scope.source.text[start:end]:
                    yield [Edit(start, end, word)]


@template("guard", nodes=(ast.stmt,), decay=0.975)
def guard(node: ast.stmt, scope: Scope) -> Edits:
    """At the top of a function: `if not x: return …`, `if x is None: x = …`, `if … : raise …`."""
    if scope.function is None or not scope.body or node is not scope.body[0] or not scope.source.stands_alone(node):
        return
    results = everyday_results(scope)
    generator = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in scope.nodes)
    conditions = list(atoms(scope, names=scope.parameters))
    if scope.self_name:
        conditions += [f"not {scope.self_name}.{name}" for name in scope.attributes[:6]]
    for exception in scope.words.exceptions:
        for condition in conditions:
            yield [scope.source.before(node, f"if {condition}:\n    raise {exception}")]
    for condition in conditions:
        for result in [""] if generator else results:
            yield [scope.source.before(node, f"if {condition}:\n    return {result}".rstrip())]
    for name in scope.parameters:
        for value in ("[]", "{}", "0", "''", "set()"):
            yield [scope.source.before(node, f"if {name} is None:\n    {name} = {value}")]


def everyday_results(scope: Scope) -> list[str]:
    """What an early return may give, the function's own kinds first."""
    own = [scope.source.of(n.value) for n in scope.nodes if isinstance(n, ast.Return) and n.value is not None]
    short = [text for text in own if len(text) <= 12 and "\n" not in text and not _uses_locals(text, scope)]
    kinds = scope.observed.get("return", frozenset())
    usual = {"int": ["0", "1", "-1"], "str": ["''"], "list": ["[]", "[[]]"], "bool": ["False", "True"]}
    usual |= {"dict": ["{}"], "set": ["set()"], "float": ["0.0"], "tuple": ["()"], "NoneType": ["None"]}
    fitting = [text for kind in sorted(kinds) for text in usual.get(kind, [])]
    return list(dict.fromkeys([*short, *fitting, *scope.parameters[:3], "None", "False", "0", "[]", "True", "1", "''"]))


def _uses_locals(text: str, scope: Scope) -> bool:
    names = {node.id for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name)}
    return bool(names & (set(scope.locals) - set(scope.parameters)))


@template("guard in a loop", nodes=(ast.For, ast.While), decay=0.975)
def loop_guard(node: ast.For | ast.While, scope: Scope) -> Edits:
    """At the top of a loop: `if …: continue`, `if …: break`."""
    first = node.body[0]
    if not scope.source.stands_alone(first):
        return
    for condition in atoms(scope, around=node.target if isinstance(node, ast.For) else node.test):
        for word in ("continue", "break"):
            yield [scope.source.before(first, f"if {condition}:\n    {word}")]


@template("missing statement", nodes=(ast.stmt,), decay=0.975)
def missing_statement(node: ast.stmt, scope: Scope) -> Edits:
    """`seen.add(x)`, `items.append(x)`, `i += 1`, `a = b`, after or before any statement."""
    if isinstance(node, Function | ast.ClassDef) or not scope.source.stands_alone(node):
        return
    leaves = isinstance(node, ast.Return | ast.Raise | ast.Break | ast.Continue)
    for text in _updates(scope):
        if not leaves:
            yield [scope.source.after(node, text)]
        if leaves or node is _siblings(node, scope)[0]:
            yield [scope.source.before(node, text)]


@template("statement of the class", nodes=(ast.stmt,), decay=0.95)
def statement_of_class(node: ast.stmt, scope: Scope) -> Edits:
    """A call of a method without arguments, or a simple statement that the class has elsewhere (1403.6322)."""
    if scope.class_node is None or isinstance(node, Function | ast.ClassDef) or not scope.source.stands_alone(node):
        return
    leaves = isinstance(node, ast.Return | ast.Raise | ast.Break | ast.Continue)
    for text in _of_the_class(scope):
        if not leaves:
            yield [scope.source.after(node, text)]
        if leaves or node is _siblings(node, scope)[0]:
            yield [scope.source.before(node, text)]


def _of_the_class(scope: Scope) -> Iterator[str]:
    """Statements of the class's methods whose names this one knows too, those on `self` alone."""
    assert scope.class_node is not None
    known = {*scope.variables, scope.self_name}
    here = {ast.unparse(node) for node in scope.statements}
    found: dict[str, None] = {}
    for method in scope.methods.values():
        if method is scope.function:
            continue
        for statement in ast.walk(method):
            if not isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign):
                continue
            names = {part.id for part in ast.walk(statement) if isinstance(part, ast.Name)}
            text = ast.unparse(statement)
            if scope.self_name in names and names <= known and len(text) <= 60 and text not in here:
                found[text] = None
    yield from found
    for name, method in scope.methods.items():
        if method is not scope.function and not name.startswith("__") and _needs_nothing(method):
            if (text := f"{scope.self_name}.{name}()") not in found:
                yield text


def _needs_nothing(method: Function) -> bool:
    """Whether a method is called with nothing but `self`, for what it does."""
    takes = len(method.args.args) - len(method.args.defaults)
    gives = any(isinstance(node, ast.Return) and node.value is not None for node in ast.walk(method))
    return takes == 1 and not method.decorator_list and not gives


def _updates(scope: Scope) -> Iterator[str]:
    """Statements that change what is in scope, the usual ones first."""
    names = [name for name in scope.variables if name not in scope.comprehended][:12]
    attributes = [f"{scope.self_name}.{name}" for name in scope.attributes[:8]] if scope.self_name else []
    for name in scope.parameters:
        if scope.self_name and name in scope.attributes:
            yield f"{scope.self_name}.{name} = {name}"
    for container in (*names, *attributes):
        kind = scope.types(container) if container in names else scope.observed.get(container, frozenset())
        if not kind or kind & SIZED:
            yield from _additions(container, kind, names, scope, unknown=container in attributes)
    counters = [name for name in names if name in scope.locals] + attributes
    for name in counters:
        kind = scope.types(name) if name in names else frozenset({"int"})
        if kind & NUMBERS and name not in scope.looped:
            yield from (f"{name} += 1", f"{name} -= 1", f"{name} = 0")
        elif kind & SEQUENCES:
            yield f"{name} = {'[]' if 'list' in kind else repr('')}"
    for name in names:
        for other in names:
            left, right = scope.types(name), scope.types(other)
            if name == other or name not in scope.locals or name in scope.looped:
                continue
            if not left or not right or left & right:
                yield f"{name} = {other}"
            if left & NUMBERS and right & NUMBERS:
                yield f"{name} += {other}"
    for name in attributes:
        numeric = scope.observed.get(name, frozenset()) <= NUMBERS
        for other in scope.variables[:8]:
            if numeric and scope.types(other) & NUMBERS:
                yield from (f"{name} += {other}", f"{name} -= {other}")
    for name in attributes:
        for other in scope.parameters:
            yield f"{name} = {other}"


def _additions(container: str, kind: frozenset[str], names: list[str], scope: Scope, *, unknown: bool) -> Iterator[str]:
    """`seen.add(x)`, `items.append(x)`, the value that was made last first."""
    for name in reversed(names):
        if name == container:
            continue
        if "set" in kind:
            yield f"{container}.add({name})"
        elif kind & {"list", "deque"}:
            yield f"{container}.append({name})"
            if name in scope.parameters and scope.types(name) & SEQUENCES:
                yield from (f"{container}.append({name}[-1])", f"{container}.extend({name})")
        elif not kind and unknown:
            yield from (f"{container}.append({name})", f"{container}.add({name})")
    if kind & {"list", "deque"}:
        yield from (f"{container}.pop()", f"{container}.sort()")


@template("missing declaration", nodes=(ast.stmt,))
def missing_declaration(node: ast.stmt, scope: Scope) -> Edits:
    """`nonlocal x` or `global x` for a variable that is assigned here and read before."""
    if scope.function is None or not scope.body or node is not scope.body[0] or "UnboundLocal" not in scope.words.error:
        return
    for name in scope.locals:
        if f"'{name}'" in scope.words.error:
            word = "global" if name in scope.constants else "nonlocal"
            yield [scope.source.before(node, f"{word} {name}")]


@template("try", nodes=(ast.Return, ast.Assign, ast.Expr))
def attempt(node: ast.stmt, scope: Scope) -> Edits:
    """`return f(x)` → with the error that the test ended with caught, and an everyday result."""
    ended = scope.words.error.split(":")[0].rpartition(".")[2]
    if not ended.endswith("Error") or ended in ("AssertionError", "NameError", "SyntaxError", "TypeError"):
        return
    if not scope.source.stands_alone(node) or not isinstance(node, ast.Return):
        return
    start, end = scope.source.whole_lines(node)
    indent = scope.source.indent(node)
    body = _moved([node], indent + "    ", scope)
    for result in everyday_results(scope)[:6]:
        if body is not None:
            yield [Edit(start, end, f"{indent}try:\n{body}{indent}except {ended}:\n{indent}    return {result}\n")]
