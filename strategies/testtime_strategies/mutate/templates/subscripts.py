"""Indexes and slices: bounds, steps, order of indexes, missing keys."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..edit import Edit
from ..kinds import INT
from ..template import Site, Template


def index(site: Site) -> Iterator[Edit]:
    """Another index, an index for a slice, or the indexes in another order."""
    node = site.node
    assert isinstance(node, ast.Subscript)
    base, where = site.text(node.value), node.slice
    if isinstance(where, ast.Slice):
        return
    if isinstance(where, ast.Tuple):
        for position in range(len(where.elts) - 1):
            yield site.swap(where.elts[position], where.elts[position + 1], 2)
        return
    text = site.text(where)
    for other in ("0", "-1", "1", "-2"):
        yield site.replace(where, other, 1)
    if isinstance(node.ctx, ast.Load):
        yield site.replace(node, f"{base}[{text}:]", 0.7)
        yield site.replace(node, f"{base}[:{text}]", 0.7)
        yield site.replace(node, f"{base}[{text} + 1:]", 0.3)
    yield site.replace(where, f"-{site.operand(where, 13)}", 0.4)
    yield site.replace(where, f"-{site.operand(where, 13)} - 1", 0.4)
    yield site.replace(where, f"len({base}) - {site.operand(where, 12)}", 0.3)
    yield site.replace(where, f"len({base}) - {site.operand(where, 12)} - 1", 0.3)
    yield site.replace(where, f"{site.operand(where, 12)} % len({base})", 0.5)
    if isinstance(node.value, ast.Subscript):
        yield site.swap(node.slice, node.value.slice, 2)


def missing_key(site: Site) -> Iterator[Edit]:
    """`d[k]` → `d.get(k)`, with a default."""
    node = site.node
    assert isinstance(node, ast.Subscript)
    kinds = site.kinds(node.value)
    if isinstance(node.slice, ast.Slice) or not isinstance(node.ctx, ast.Load) or (kinds and "dict" not in kinds):
        return
    base, key = site.text(node.value), site.text(node.slice)
    for default, weight in (("", 1.5), (", 0", 1.5), (", []", 0.7), (", ''", 0.5), (f", {key}", 0.5), (", 1", 0.3)):
        yield site.replace(node, f"{base}.get({key}{default})", weight)


def bounds(site: Site) -> Iterator[Edit]:
    """A slice with another lower or upper bound or step."""
    node = site.node
    assert isinstance(node, ast.Subscript)
    where = node.slice
    if not isinstance(where, ast.Slice):
        return
    base = site.text(node.value)
    lower = site.text(where.lower) if where.lower else ""
    upper = site.text(where.upper) if where.upper else ""
    step = f":{site.text(where.step)}" if where.step else ""
    names = [value.text for value in site.scope.of_kind(node, INT) if value.kinds]
    lowers = ["", "0", "1", "2", "-1", *names, *(f"{name} + 1" for name in names[:4])]
    uppers = ["", "1", "-1", "-2", *names, *(f"{name} + 1" for name in names[:4]), *(f"-{name}" for name in names[:2])]
    if lower:
        lowers += [f"{lower} + 1", f"{lower} - 1", f"-{lower}"]
    if upper:
        uppers += [f"{upper} + 1", f"{upper} - 1", f"-{upper}"]
    for choice in lowers:
        yield site.replace(node, f"{base}[{choice}:{upper}{step}]", 2 if choice in ("", "1", f"{lower} + 1") else 1)
    for choice in uppers:
        yield site.replace(node, f"{base}[{lower}:{choice}{step}]", 2 if choice in ("", "-1", f"{upper} + 1") else 1)
    for choice in ("::-1", "::2", ""):
        if f":{choice}" != step:
            yield site.replace(node, f"{base}[{lower}:{upper}{choice.removeprefix(':')}]", 0.7)
    yield site.replace(node, f"{base}[{upper}:{lower}{step}]", 1)
    if (lower == "") != (upper == "") and not step:
        yield site.replace(node, f"{base}[{lower or upper}]", 0.7)


TEMPLATES = (
    Template("index", (ast.Subscript,), index),
    Template("missing-key", (ast.Subscript,), missing_key),
    Template("slice-bounds", (ast.Subscript,), bounds),
)
