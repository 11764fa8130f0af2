"""A source file with exact character spans, cut into *units*: what is edited, compiled and compared as one piece."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cached_property
from typing import TypeGuard

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
LoopNode = ast.For | ast.AsyncFor | ast.While
_NEWLINE = re.compile(r"\r\n|\r|\n")
_LINE_REST = re.compile(r"[ \t]*(#[^\r\n]*)?(?=\r|\n|\Z)")


def is_function(node: ast.AST | None) -> TypeGuard[FunctionNode]:
    """True for `def` and `async def`."""
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def is_loop(node: ast.AST | None) -> TypeGuard[LoopNode]:
    """True for `for`, `async for` and `while`."""
    return isinstance(node, ast.For | ast.AsyncFor | ast.While)


class Source:
    """One parsed file. Raises SyntaxError or ValueError when it cannot be parsed."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        # A byte order mark is part of the text but not of what the parser counts.
        shift = 1 if text.startswith("\ufeff") else 0
        self.tree = ast.parse(text[shift:])
        self._starts = [shift, *(match.end() for match in _NEWLINE.finditer(text))]
        newline = _NEWLINE.search(text)
        self.newline = newline.group() if newline else "\n"
        self.parents: dict[ast.AST, ast.AST] = {
            child: parent for parent in ast.walk(self.tree) for child in ast.iter_child_nodes(parent)
        }

    def offset(self, line: int, column: int) -> int:
        """Character offset of a 1-based line and a column in UTF-8 bytes, as `ast` has them."""
        start = self._starts[line - 1]
        piece = self.text[start : start + column]
        if piece.isascii():
            return start + column
        return start + len(piece.encode()[:column].decode())

    def line_start(self, line: int) -> int:
        """Offset of the first character of a 1-based line; past the last line, the text's length."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def span(
        self, node: ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias | ast.excepthandler
    ) -> tuple[int, int]:
        """Start and end offset of a node."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def segment(self, node: ast.expr | ast.stmt | ast.arg | ast.keyword) -> str:
        """The node's own text."""
        start, end = self.span(node)
        return self.text[start:end]

    def parenthesised(self, start: int, end: int) -> bool:
        """True when the span has a pair of parentheses of its own right around it."""
        before = self.text[:start].rstrip()
        after = self.text[end:].lstrip()
        if not (before.endswith("(") and after.startswith(")")):
            return False
        return not re.search(r"[\w\])]\s*\($", before[-80:]) or bool(
            re.search(r"\b(return|and|or|not|in|is|if|elif|else|while|yield|await|lambda)\s*\($", before[-80:])
        )

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Parents, innermost first."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def own_line(self, statement: ast.stmt) -> tuple[int, int] | None:
        """Offsets of the whole lines of a statement (decorators included), None when it shares a line."""
        first = first_line(statement)
        start = self.line_start(first)
        column = self.offset(first, statement.col_offset)
        _, end = self.span(statement)
        rest = _LINE_REST.match(self.text, end)
        if self.text[start:column].strip() or rest is None:
            return None
        end = rest.end()
        newline = _NEWLINE.match(self.text, end)
        return start, newline.end() if newline else end

    def indent(self, statement: ast.stmt) -> str:
        """The white space before a statement that starts its line."""
        start = self.line_start(first_line(statement))
        return self.text[start : self.offset(first_line(statement), statement.col_offset)]

    @cached_property
    def step(self) -> str:
        """One level of indentation, as the file has it."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.If | ast.For | ast.While | ast.With) or is_function(node):
                inner, outer = self.indent(node.body[0]), self.indent(node)
                if inner.startswith(outer) and len(inner) > len(outer) and not inner.strip():
                    return inner[len(outer) :]
        return "    "

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Functions that are in no other function, and the simple statements of the module and of classes."""
        return tuple(self._units(self.tree.body, ""))

    def _units(self, body: list[ast.stmt], prefix: str, owner: ast.ClassDef | None = None) -> Iterator[Unit]:
        for node in body:
            if is_function(node):
                yield Unit(self, node, f"{prefix}{node.name}", owner)
            elif isinstance(node, ast.ClassDef):
                yield from self._units(node.body, f"{prefix}{node.name}.", node)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                yield Unit(self, node, prefix.rstrip("."), owner)
            else:
                for _, block in blocks(node):
                    yield from self._units(block, prefix, owner)


class Unit:
    """A function, method or simple statement: candidates of one unit are compared with one another."""

    def __init__(self, source: Source, node: ast.stmt, qualname: str, owner: ast.ClassDef | None) -> None:
        self.source = source
        self.node = node
        self.qualname = qualname
        self.owner = owner
        self.first = first_line(node)
        self.last = node.end_lineno or node.lineno
        self.start = source.line_start(self.first)
        self.end = source.line_start(self.last + 1)

    @cached_property
    def statements(self) -> tuple[ast.stmt, ...]:
        """Every statement, the unit's own node first, in the order of the text."""
        found = [node for node in ast.walk(self.node) if isinstance(node, ast.stmt)]
        return tuple(sorted(found, key=lambda node: (node.lineno, node.col_offset)))

    @cached_property
    def name(self) -> str:
        """The function's name; empty for a simple statement."""
        return self.node.name if is_function(self.node) else ""


def first_line(statement: ast.stmt) -> int:
    """1-based line where a statement begins, its decorators included."""
    decorators = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def header_lines(statement: ast.stmt) -> range:
    """The lines of a statement without the statements inside it."""
    inner = [first_line(child) for _, block in blocks(statement) for child in block]
    last = statement.end_lineno or statement.lineno
    return range(statement.lineno, max(statement.lineno, min([*inner, last + 1]) - 1) + 1)


def blocks(statement: ast.AST) -> Iterator[tuple[str, list[ast.stmt]]]:
    """The named statement lists of a compound statement, empty ones left out."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if isinstance(block, list) and block:
            yield name, block
    for handler in getattr(statement, "handlers", []):
        yield "handler", handler.body
    for case in getattr(statement, "cases", []):
        yield "case", case.body


def header_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """A statement and its expressions, without the statements inside it.

    Before Python 3.12 the parser gives wrong columns inside f-strings, so they stay closed.
    """
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.JoinedStr) and sys.version_info < (3, 12):
            continue
        children = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]
        stack.extend(reversed(children))
