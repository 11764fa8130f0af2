"""Wrong conditions: negated, too weak, too strong, another one altogether, boundaries of emptiness."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from itertools import permutations

from ..scope import NUMBERS, SEQUENCES, SIZED, Scope, expression
from ..source import Edit, Function
from ..template import Edits, template

CONTAINERS = SIZED - {"str", "bytes"}
MOST_PAIRS = 24
BOOL = frozenset({"bool"})


def is_condition(node: ast.AST, scope: Scope) -> bool:
    """Whether `node` decides a branch, a loop, a filter or an assertion."""
    parent = scope.source.parents.get(node)
    match parent:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return test is node
        case ast.comprehension(ifs=ifs):
            return node in ifs
        case _:
            return False


@template("negate condition", nodes=(ast.expr,))
def negate(node: ast.expr, scope: Scope) -> Edits:
    """`if a` → `if not a` and back."""
    returned = isinstance(scope.source.parents.get(node), ast.Return) and scope.type_of(node) == BOOL
    operand = isinstance(scope.source.parents.get(node), ast.BoolOp)
    if not (is_condition(node, scope) or returned or operand) or isinstance(node, ast.Constant | ast.Compare):
        return
    text = scope.source.of(node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield [scope.source.swap(node, scope.source.of(node.operand))]
    elif isinstance(node, ast.BoolOp):
        yield [scope.source.swap(node, f"not ({text})")]
    else:
        yield [scope.source.swap(node, f"not {text}")]


@template("constant condition", nodes=(ast.Constant,), decay=0.96)
def constant_condition(node: ast.Constant, scope: Scope) -> Edits:
    """`while True`, `return True` → a condition over what is in scope."""
    if isinstance(node.value, bool) and (
        is_condition(node, scope) or isinstance(scope.source.parents.get(node), ast.Return)
    ):
        for text in atoms(scope):
            yield [scope.source.swap(node, text)]


@template("condition replaced", nodes=(ast.expr,), decay=0.96)
def replaced(node: ast.expr, scope: Scope) -> Edits:
    """Another condition over what is in scope."""
    if is_condition(node, scope) and not isinstance(node, ast.Constant):
        for text in atoms(scope):
            yield [scope.source.swap(node, text)]


@template("condition strengthened", nodes=(ast.expr,), decay=0.96)
def strengthened(node: ast.expr, scope: Scope) -> Edits:
    """`a` → `a and b`, with b over what is in scope."""
    yield from _joined(node, scope, "and")


@template("condition weakened", nodes=(ast.expr,), decay=0.96)
def weakened(node: ast.expr, scope: Scope) -> Edits:
    """`a` → `a or b`, with b over what is in scope."""
    yield from _joined(node, scope, "or")


def _joined(node: ast.expr, scope: Scope, operator: str) -> Edits:
    returned = isinstance(scope.source.parents.get(node), ast.Return) and scope.type_of(node) == BOOL
    if not (is_condition(node, scope) or returned) or isinstance(node, ast.Constant):
        return
    text = scope.source.of(node)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And) != (operator == "and"):
        text = f"({text})"
    own = {scope.source.dump(part) for part in ast.walk(node) if isinstance(part, ast.expr)}
    # What the condition itself speaks of comes first: `a.next` wants `a is not None` before it.
    for atom in atoms(scope, around=node):
        if _dumped(atom) in own:
            continue
        guards = atom.endswith(("is None", "is not None")) and _mentions(atom) & _mentions(text)
        yield [scope.source.swap(node, f"{atom} {operator} {text}" if guards else f"{text} {operator} {atom}")]


@functools.lru_cache(maxsize=8192)
def _mentions(text: str) -> frozenset[str]:
    parsed = expression(text)
    return frozenset(node.id for node in ast.walk(parsed) if isinstance(node, ast.Name)) if parsed else frozenset()


@functools.lru_cache(maxsize=8192)
def _dumped(text: str) -> str:
    parsed = expression(text)
    return ast.dump(parsed) if parsed else text


@template("condition narrowed", nodes=(ast.BoolOp,))
def narrowed(node: ast.BoolOp, scope: Scope) -> Edits:
    """`a and b` → `a`, `b`; one operand negated."""
    texts = [scope.source.of(value) for value in node.values]
    joint = " and " if isinstance(node.op, ast.And) else " or "
    for number, value in enumerate(node.values):
        kept = [text for index, text in enumerate(texts) if index != number]
        yield [scope.source.swap(node, joint.join(kept))]
        if not isinstance(value, ast.Compare | ast.UnaryOp):
            yield [scope.source.swap(value, f"not {texts[number]}")]


@template("emptiness", nodes=(ast.Compare, ast.Name, ast.UnaryOp, ast.Call))
def emptiness(node: ast.expr, scope: Scope) -> Edits:
    """`len(x) == 0` → `len(x) <= 1`; `x` → `x is not None`, `len(x) > 1`; `not x` → `x is None`."""
    swap, text = scope.source.swap, scope.source.of
    match node:
        case ast.Compare(left=ast.Call(func=ast.Name(id="len")), comparators=[ast.Constant(value=0 | 1 | 2)]):
            for comparison in ("<= 1", "== 1", "< 2", "> 1", ">= 1", "== 0", "> 0", ">= 2"):
                yield [swap(node, f"{text(node.left)} {comparison}")]
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name) as operand):
            yield [swap(node, f"{name} is None")]
            if scope.fits(operand, SIZED):
                yield [swap(node, f"len({name}) <= 1")]
        case ast.Name(id=name) if is_condition(node, scope) or isinstance(scope.source.parents.get(node), ast.BoolOp):
            yield [swap(node, f"{name} is not None")]
            if scope.fits(node, SIZED):
                yield [swap(node, f"len({name}) > 1")]
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(value=None)]):
            yield [swap(node, f"not {text(left)}" if isinstance(node.ops[0], ast.Is) else text(left))]
        case _:
            return


@template("comparison side", nodes=(ast.Compare,), decay=0.95)
def side(node: ast.Compare, scope: Scope) -> Edits:
    """One side replaced by a constant or an attribute in scope that fits."""
    if len(node.ops) != 1:
        return
    for part in (node.comparators[0], node.left):
        kind = scope.type_of(part)
        if not isinstance(part, ast.Constant) and (not kind or kind & NUMBERS):
            for text in ("0", "1"):
                yield [scope.source.swap(part, text)]
        if isinstance(part, ast.Constant) and not isinstance(part.value, bool):
            for name in scope.variables[:10]:
                if scope.types(name) and scope.fits(part, scope.types(name)):
                    yield [scope.source.swap(part, name)]


@template("filter", nodes=(ast.comprehension,), decay=0.95)
def comprehension_filter(node: ast.comprehension, scope: Scope) -> Edits:
    """A comprehension's filter dropped, or one added."""
    source = scope.source
    end = source.span(node.iter)[1]
    if node.ifs:
        last = source.span(node.ifs[-1])[1]
        while (
            last < len(source.text)
            and source.text[last] == ")"
            and source.text[end:last].count("(") > source.text[end:last].count(")")
        ):
            last += 1
        yield [Edit(end, last, "")]
        return
    if isinstance(node.target, ast.Name):
        name = node.target.id
        for test in (name, f"{name} is not None", f"{name} > 0", f"{name}.strip()"):
            yield [Edit(end, end, f" if {test}")]
        for other in scope.variables[:6]:
            if other != name:
                yield [Edit(end, end, f" if {name} != {other}")]
                yield [Edit(end, end, f" if {name} not in {other}")]


def atoms(scope: Scope, *, around: ast.expr | None = None, names: tuple[str, ...] | None = None) -> Iterator[str]:
    """Simple conditions over the names in scope, the likeliest first. `around`: a condition whose names go first."""
    mentioned: list[str] = []
    if around is not None:
        for part in ast.walk(around):
            match part:
                case ast.Attribute(value=ast.Name(id=name)) | ast.Subscript(value=ast.Name(id=name)):
                    mentioned.insert(0, name)
                case ast.Name(id=name):
                    mentioned.append(name)
                case _:
                    pass
    variables = names if names is not None else tuple(dict.fromkeys([*mentioned, *scope.variables]))[:12]
    variables = tuple(name for name in variables if name in scope.variables)
    attributes = tuple(f"{scope.self_name}.{name}" for name in scope.attributes[:6]) if scope.self_name else ()
    seen: set[str] = set()
    for text in _atoms(scope, variables, attributes):
        if text not in seen:
            seen.add(text)
            yield text


def _atoms(scope: Scope, variables: tuple[str, ...], attributes: tuple[str, ...]) -> Iterator[str]:
    for predicate in _predicates(scope):
        if predicate in scope.unused:  # written for a condition that nobody wrote
            yield from (f"{predicate}({name})" for name in variables)
    for name in variables:
        kind = scope.types(name)
        plain = kind - {"NoneType"}
        if "NoneType" in kind or not plain or not plain <= NUMBERS | SIZED:
            yield from (f"{name} is None", f"{name} is not None")
        if not plain or plain & (SIZED | {"bool"}):
            yield from (f"not {name}", name)
        if plain & NUMBERS:
            yield from (f"{name} == 0", f"{name} > 0", f"{name} < 0", f"{name} <= 0", f"{name} >= 0", f"{name} == 1")
            yield from (f"{name} != 0", f"{name} % 2 == 0", f"{name} % 2 == 1", f"{name} > 1", f"{name} <= 1")
        if plain & SEQUENCES:
            yield from (f"len({name}) <= 1", f"len({name}) > 1", f"len({name}) == 1")
        if plain & {"str"}:
            yield from (f"{name}.strip()", f"{name}.isdigit()", f"{name}.isalpha()", f"{name}.isupper()")
    for predicate in _predicates(scope):
        for name in variables:
            yield from (f"{predicate}({name})", f"not {predicate}({name})")
    for name in attributes:
        yield from (f"not {name}", name, f"{name} is None", f"{name} is not None")
    pairs = [(a, b) for a, b in permutations((*variables, *attributes), 2)]
    for a, b in pairs[: MOST_PAIRS * 2]:
        left, right = scope.types(a), scope.types(b)
        if right & CONTAINERS or (not right and not left):
            if not left & {"list", "dict", "set"}:
                yield from (f"{a} in {b}", f"{a} not in {b}")
        if left & NUMBERS and right & NUMBERS:
            yield from (f"{a} < {b}", f"{a} <= {b}")
        if a < b and (not left or not right or left & right):
            yield from (f"{a} == {b}", f"{a} != {b}")
        if left & NUMBERS and right & SEQUENCES:
            yield from (f"{a} < len({b})", f"{a} >= len({b})")


def _predicates(scope: Scope) -> Iterator[str]:
    """Functions of one argument, defined here or at module level, that return truth values or are named so."""
    inner = {node.name: node for node in scope.nodes if isinstance(node, Function)}
    for name, function in {**inner, **scope.module_functions}.items():
        if len(function.args.args) == 1 and function is not scope.function:
            returned = [n.value for n in ast.walk(function) if isinstance(n, ast.Return) and n.value is not None]
            if returned and all(scope.type_of(value) == BOOL for value in returned):
                yield name
