"""Statements: missing, superfluous, misplaced."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..edit import Edit, Splice
from ..kinds import BOOL, CONTAINER, NUMERIC, STR, fits
from ..scope import Value
from ..source import blocks, is_function
from ..template import Site, Template


def _places(site: Site, text: str, weight: float) -> Iterator[Edit]:
    """A new statement before the site's statement, and after it when it ends its block."""
    node = site.statement
    yield from site.insert_before(node, text, weight)
    if site.block(node)[-1] is node and not isinstance(node, ast.Return | ast.Raise | ast.Continue | ast.Break):
        yield from site.insert_after(node, text, weight)


def collect(site: Site) -> Iterator[Edit]:
    """A value put into a container in scope: `seen.add(x)`, `result.append(x)`, `d[x] = y`."""
    values = _visible(site)
    for container in values:
        if not fits(container.kinds, CONTAINER) or container.kinds & {"str", "tuple", "range", "iterator"}:
            continue
        known = 1.5 if container.kinds else 0.5
        kinds = container.kinds
        for value in values:
            if value.text == container.text:
                continue
            weight = known * (1 if value.uses < 2 else 1.3)
            if not kinds or "set" in kinds:
                yield from _places(site, f"{container.text}.add({value.text})", weight)
            if not kinds or kinds & {"list", "deque"}:
                yield from _places(site, f"{container.text}.append({value.text})", weight)
                if value.kinds & CONTAINER:
                    yield from _places(site, f"{container.text}.extend({value.text})", weight * 0.6)
            if kinds & {"dict", "defaultdict", "Counter"}:
                yield from _places(site, f"{container.text}[{value.text}] = True", weight * 0.3)
                for other in values[:5]:
                    if other.text not in (container.text, value.text):
                        yield from _places(site, f"{container.text}[{value.text}] = {other.text}", weight * 0.5)
        if kinds & {"list", "deque"}:
            yield from _places(site, f"{container.text}.pop()", 0.5)
            yield from _places(site, f"{container.text}.sort()", 0.5)
            yield from _places(site, f"{container.text}.reverse()", 0.4)


def step(site: Site) -> Iterator[Edit]:
    """A counter or running value moved on: `i += 1`, `total += x`."""
    values = _visible(site)
    for value in values:
        if not fits(value.kinds, NUMERIC) or value.kinds == BOOL:
            continue
        known = 1.0 if value.kinds else 0.3
        yield from _places(site, f"{value.text} += 1", 1.5 * known)
        yield from _places(site, f"{value.text} -= 1", 1.2 * known)
        yield from _places(site, f"{value.text} = 0", 0.7 * known)
        for other in values:
            if other.text != value.text and fits(other.kinds, NUMERIC):
                yield from _places(site, f"{value.text} += {other.text}", 0.4 * known)


def assign(site: Site) -> Iterator[Edit]:
    """One variable set to another, to something empty, or to an expression of the function."""
    values = _visible(site)
    parameters = site.scope.parameters
    for value in values:
        for other in values:
            if other.text != value.text and fits(value.kinds, other.kinds):
                yield from _places(site, f"{value.text} = {other.text}", 1 if value.kinds & other.kinds else 0.6)
        if value.kinds & {"list", "dict", "set"}:
            empty = "[]" if "list" in value.kinds else "{}" if "dict" in value.kinds else "set()"
            yield from _places(site, f"{value.text} = {empty}", 0.7)
        if value.kinds == BOOL:
            yield from _places(site, f"{value.text} = True", 1)
            yield from _places(site, f"{value.text} = False", 1)
        if value.kinds & {"list"} or (value.kinds & CONTAINER and value.text in parameters):
            yield from _places(site, f"{value.text} = sorted({value.text})", 0.4)
            yield from _places(site, f"{value.text} = list({value.text})", 0.4)
        if value.kinds == STR:
            yield from _places(site, f"{value.text} = {value.text}.lower()", 0.5)
            yield from _places(site, f"{value.text} = {value.text}.strip()", 0.5)
        if value.kinds & {"int", "float"} and value.text in parameters:
            yield from _places(site, f"{value.text} = abs({value.text})", 0.3)


def own_attribute(site: Site) -> Iterator[Edit]:
    """`self.x = x` forgotten in a method."""
    if site.unit.owner is None:
        return
    attributes = {value.text for value in site.scope.variables(site.statement) if value.text.startswith("self.")}
    for parameter in site.scope.parameters:
        weight = 2 if f"self.{parameter}" in attributes or site.unit.name == "__init__" else 0.5
        yield from _places(site, f"self.{parameter} = {parameter}", weight)
        if f"self._{parameter}" in attributes:
            yield from _places(site, f"self._{parameter} = {parameter}", 2)


def copied(site: Site) -> Iterator[Edit]:
    """A statement of the same function repeated here: what is missing in one branch is often in another."""
    for other in site.unit.statements[1:]:
        if isinstance(other, ast.Expr | ast.Assign | ast.AugAssign) and other is not site.statement:
            text = site.text(other)
            if "\n" not in text and not text.startswith(('"', "'")):
                yield from _places(site, text, 1)


def jump(site: Site) -> Iterator[Edit]:
    """`break`, `continue` or `return` missing."""
    if not is_function(site.unit.node):
        return
    node = site.statement
    in_loop = site.inside(ast.For, ast.While)
    if in_loop:
        for word in ("break", "continue"):
            yield from site.insert_after(node, word, 1)
    for value in _visible(site):
        is_parameter = value.text in site.scope.parameters
        yield from site.insert_after(node, f"return {value.text}", 0.6 if is_parameter else 1)
    for constant in ("True", "False", "None"):
        yield from site.insert_after(node, f"return {constant}", 0.4)


def delete(site: Site) -> Iterator[Edit]:
    """A statement removed; an `if` replaced by its body."""
    node = site.node
    assert isinstance(node, ast.stmt)
    if is_function(node) and node is site.unit.node:
        return
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if not is_docstring:
        yield from site.delete(node)
    if isinstance(node, ast.If | ast.For | ast.While) and not node.orelse:
        yield from _unwrap(site, node)


def _unwrap(site: Site, node: ast.If | ast.For | ast.While) -> Iterator[Edit]:
    lines = _lines(site, node.body)
    where = site.source.own_line(node)
    if lines is not None and where is not None:
        shallower = _shift(lines, site.source.indent(node.body[0]), site.source.indent(node))
        yield Edit((Splice(*where, shallower),), 0.7)


def swap_neighbours(site: Site) -> Iterator[Edit]:
    """A statement exchanged with the next one."""
    node = site.node
    assert isinstance(node, ast.stmt)
    block = site.block(node)
    position = block.index(node)
    if position + 1 >= len(block):
        return
    following = block[position + 1]
    first, second = site.source.own_line(node), site.source.own_line(following)
    if first is None or second is None or _is_docstring(node):
        return
    text = site.source.text
    gap = text[first[1] : second[0]]
    yield Edit((Splice(first[0], second[1], text[slice(*second)] + gap + text[slice(*first)]),))


def move_out(site: Site) -> Iterator[Edit]:
    """The last statements of a block moved behind it, or the first before it: an indentation too many."""
    node = site.node
    assert isinstance(node, ast.stmt)
    parent = site.source.parents.get(node)
    block = site.block(node)
    if not isinstance(parent, ast.If | ast.For | ast.While | ast.With | ast.Try) or len(block) < 2:
        return
    lines, where = site.source.own_line(node), site.source.own_line(parent)
    if lines is None or where is None:
        return
    text = _shift(site.source.text[slice(*lines)], site.source.indent(node), site.source.indent(parent))
    if node is block[-1]:
        yield Edit((Splice(*lines, ""), Splice(where[1], where[1], text)), 1.5)
    if node is block[0]:
        yield Edit((Splice(where[0], where[0], text), Splice(*lines, "")), 1)


def move_in(site: Site) -> Iterator[Edit]:
    """A statement moved to the end of the block before it, or to the head of the one after: one indentation too few."""
    node = site.node
    assert isinstance(node, ast.stmt)
    if is_function(node) and node is site.unit.node:
        return
    block = site.block(node)
    position = block.index(node)
    lines = site.source.own_line(node)
    if lines is None:
        return
    neighbour = block[position - 1] if position else None
    text = site.source.text[slice(*lines)]
    if neighbour is not None:
        for target in _last_blocks(neighbour):
            inner = site.source.own_line(target)
            if inner is not None:
                deeper = _shift(text, site.source.indent(node), site.source.indent(target))
                yield Edit((Splice(inner[1], inner[1], deeper), Splice(*lines, "")), 1.5)
    if position + 1 < len(block):
        for _, inner_block in blocks(block[position + 1]):
            inner = site.source.own_line(inner_block[0])
            if inner is not None and isinstance(block[position + 1], ast.For | ast.While | ast.If | ast.With):
                deeper = _shift(text, site.source.indent(node), site.source.indent(inner_block[0]))
                yield Edit((Splice(*lines, ""), Splice(inner[0], inner[0], deeper)), 1.5)


def tuple_assignment(site: Site) -> Iterator[Edit]:
    """`a = b` followed by `b = c` → `a, b = b, c`: the old value was needed."""
    node = site.node
    assert isinstance(node, ast.Assign)
    block = site.block(node)
    position = block.index(node)
    following = block[position + 1] if position + 1 < len(block) else None
    if not isinstance(following, ast.Assign) or len(node.targets) != 1 or len(following.targets) != 1:
        return
    start, _ = site.source.span(node)
    _, end = site.source.span(following)
    targets = f"{site.text(node.targets[0])}, {site.text(following.targets[0])}"
    yield Edit((Splice(start, end, f"{targets} = {site.text(node.value)}, {site.text(following.value)}"),))


def elif_if(site: Site) -> Iterator[Edit]:
    """`elif` → `if`; an `if` behind an `if` → `elif`; an `else` dropped."""
    node = site.node
    assert isinstance(node, ast.If)
    start, _ = site.source.span(node)
    if site.source.text.startswith("elif", start):
        yield Edit((Splice(start, start + 4, "if"),))
        return
    block = site.block(node)
    position = block.index(node)
    if position and isinstance(block[position - 1], ast.If) and site.source.text.startswith("if", start):
        yield Edit((Splice(start, start, "el"),))


def _visible(site: Site) -> tuple[Value, ...]:
    if not is_function(site.unit.node) or site.statement is site.unit.node:
        return ()
    return site.scope.variables(site.statement)[:8]


def _last_blocks(statement: ast.stmt) -> Iterator[ast.stmt]:
    """The last statement of each block of a compound statement, inner ones too."""
    if is_function(statement) or isinstance(statement, ast.ClassDef):
        return
    for _, block in blocks(statement):
        yield block[-1]
        yield from _last_blocks(block[-1])


def _lines(site: Site, block: list[ast.stmt]) -> str | None:
    first, last = site.source.own_line(block[0]), site.source.own_line(block[-1])
    return None if first is None or last is None else site.source.text[first[0] : last[1]]


def _shift(lines: str, old: str, new: str) -> str:
    return "".join(
        new + line[len(old) :] if line.startswith(old) and line.strip() else line
        for line in lines.splitlines(keepends=True)
    )


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


_SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Continue, ast.Break, ast.Raise)
_COMPOUND = (ast.If, ast.For, ast.While, ast.With, ast.Try)
_ALL = (*_SIMPLE, *_COMPOUND, ast.Pass, ast.Assert, ast.Delete, ast.FunctionDef)
TEMPLATES = (
    Template("insert-collect", _ALL, collect),
    Template("insert-step", _ALL, step),
    Template("insert-assignment", _ALL, assign),
    Template("insert-attribute", _SIMPLE, own_attribute),
    Template("insert-copy", _ALL, copied),
    Template("insert-jump", (ast.Expr, ast.Assign, ast.AugAssign, *_COMPOUND), jump),
    Template("delete-statement", (*_SIMPLE, *_COMPOUND), delete),
    Template("swap-statements", (*_SIMPLE, *_COMPOUND), swap_neighbours),
    Template("move-out", (*_SIMPLE, *_COMPOUND), move_out),
    Template("move-in", (*_SIMPLE, *_COMPOUND), move_in),
    Template("tuple-assignment", (ast.Assign,), tuple_assignment),
    Template("elif-if", (ast.If,), elif_if),
)
