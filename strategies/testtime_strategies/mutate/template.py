"""The contract of a template: a small generator from a `Site` to candidate edits.

    def negate(site: Site) -> Iterator[Edit]:
        yield site.replace(site.node, f"not {site.text(site.node)}")

    TEMPLATES = (Template("negate-condition", (ast.Compare,), negate),)

A row of a family's `TEMPLATES` names the operator (its prior is in priors.py), the node types and the generator.
The engine calls it for every node of those types; what does not compile or repeats an earlier candidate is dropped
later, so a template need not check that.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .edit import Edit, Splice
from .kinds import Kinds
from .precedence import required, text_strength
from .scope import Scope
from .source import Source, Unit, blocks, is_function

Generator = Callable[["Site"], Iterator[Edit]]


@dataclass(frozen=True, slots=True)
class Template:
    """A row of a family: `operator` is its name in candidates and in the table of priors."""

    operator: str
    nodes: tuple[type[ast.AST], ...]
    generate: Generator


@dataclass(frozen=True, slots=True)
class Site:
    """A node with its surroundings, and the ways to edit there."""

    node: ast.AST
    statement: ast.stmt
    unit: Unit
    scope: Scope

    @property
    def source(self) -> Source:
        """The file."""
        return self.unit.source

    @property
    def parent(self) -> ast.AST | None:
        """The node's parent in the file's tree."""
        return self.source.parents.get(self.node)

    def text(self, node: ast.expr | ast.stmt | ast.arg | ast.keyword) -> str:
        """A node's own text."""
        return self.source.segment(node)

    def operand(self, node: ast.expr, strength: int) -> str:
        """An expression's text, in parentheses when it binds more loosely than `strength`."""
        text = self.text(node)
        return f"({text})" if text_strength(text) < strength else text

    def kinds(self, node: ast.expr) -> Kinds:
        """What an expression may be."""
        return self.scope.kinds(node)

    # ── edits of expressions ─────────────────────────────────────────────────────────────────────────────────

    def splice(self, node: ast.expr, text: str) -> Splice:
        """`text` in the place of an expression, with parentheses when its new neighbours ask for them."""
        start, end = self.source.span(node)
        parent = self.source.parents.get(node)
        needs = text_strength(text) < required(parent, node)
        if needs and not self.source.parenthesised(start, end):
            text = f"({text})"
        return Splice(start, end, text)

    def replace(self, node: ast.expr, text: str, weight: float = 1.0, operator: str | None = None) -> Edit:
        """An expression replaced by another."""
        return Edit((self.splice(node, text),), weight, operator)

    def swap(self, first: ast.expr, second: ast.expr, weight: float = 1.0) -> Edit:
        """Two expressions in each other's place."""
        return Edit((self.splice(first, self.text(second)), self.splice(second, self.text(first))), weight)

    def between(self, left: ast.AST, right: ast.AST, old: str, new: str, weight: float = 1.0) -> Iterator[Edit]:
        """The token `old` between two expressions replaced by `new`; nothing when it is not found there."""
        assert isinstance(left, ast.expr)
        assert isinstance(right, ast.expr)
        _, start = self.source.span(left)
        end, _ = self.source.span(right)
        at = self.source.text.find(old, start, end)
        if at >= 0:
            yield Edit((Splice(at, at + len(old), new),), weight)

    # ── edits of statements ──────────────────────────────────────────────────────────────────────────────────

    def lines(self, text: str, indent: str) -> str:
        """Statements given with `\\n` and four-space steps, in the file's own indentation and newline."""
        newline, step = self.source.newline, self.source.step
        rows = [row.replace("    ", step) if row.startswith("    ") else row for row in text.split("\n")]
        return newline.join(indent + row for row in rows) + newline

    def insert_before(self, statement: ast.stmt, text: str, weight: float = 1.0) -> Iterator[Edit]:
        """New lines before a statement; nothing when it shares its line."""
        where = self.source.own_line(statement)
        if where is not None:
            start, _ = where
            yield Edit((Splice(start, start, self.lines(text, self.source.indent(statement))),), weight)

    def insert_after(self, statement: ast.stmt, text: str, weight: float = 1.0) -> Iterator[Edit]:
        """New lines after a statement; nothing when it shares its line."""
        where = self.source.own_line(statement)
        if where is not None:
            _, end = where
            lead = "" if self.source.text[:end].endswith(("\n", "\r")) else self.source.newline
            yield Edit((Splice(end, end, lead + self.lines(text, self.source.indent(statement))),), weight)

    def replace_statement(self, statement: ast.stmt, text: str, weight: float = 1.0) -> Edit:
        """A statement's text replaced by one line."""
        start, end = self.source.span(statement)
        return Edit((Splice(start, end, text),), weight)

    def delete(self, statement: ast.stmt, weight: float = 1.0) -> Iterator[Edit]:
        """A statement removed, or `pass` where its block would be empty."""
        where = self.source.own_line(statement)
        if len(self.block(statement)) == 1 or where is None:
            yield self.replace_statement(statement, "pass", weight)
        else:
            yield Edit((Splice(*where, ""),), weight)

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements of the block that holds `statement`."""
        parent = self.source.parents.get(statement)
        if parent is not None:
            for _, block in blocks(parent):
                if statement in block:
                    return block
        return [statement]

    def inside(self, *types: type[ast.AST]) -> bool:
        """True when the statement is in one of `types` without a function in between."""
        for parent in self.source.ancestors(self.statement):
            if isinstance(parent, types):
                return True
            if is_function(parent):
                return False
        return False
