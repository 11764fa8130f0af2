"""A Python file as text and syntax tree at once: edits are exact spans, so untouched code keeps its formatting."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from testtime_sandbox.patch import lines_of

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True)
class Edit:
    """Replace the characters from `start` to `end` by `text`."""

    start: int
    end: int
    text: str


class Source:
    """One parsed file. Raises SyntaxError or ValueError for a text that does not parse."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.tree = ast.parse(text)
        self._lines = lines_of(text)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))
        self.nodes = tuple(ast.walk(self.tree))
        """Every node of the file; templates look here, since walking a large file's tree takes a tenth of a second."""
        self._dumps: dict[ast.expr, str] = {}
        self.parents: dict[ast.AST, ast.AST] = {}
        for node in self.nodes:
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node

    @cached_property
    def imported(self) -> frozenset[str]:
        """The names that imports bind anywhere in the file."""
        return frozenset(
            (alias.asname or alias.name).split(".")[0]
            for node in self.nodes
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        )

    @cached_property
    def constants(self) -> Mapping[type[object], tuple[object, ...]]:
        """The different constants of each type, in the order of the tree."""
        found: dict[type[object], dict[object, None]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Constant):
                found.setdefault(type(node.value), {})[node.value] = None
        return {kind: tuple(values) for kind, values in found.items()}

    @cached_property
    def attributes_of(self) -> Mapping[str, tuple[str, ...]]:
        """What a value is written as → the attributes that the file takes of it."""
        found: dict[str, dict[str, None]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Attribute):
                found.setdefault(ast.dump(node.value), {})[node.attr] = None
        return {value: tuple(names) for value, names in found.items()}

    def dump(self, node: ast.expr) -> str:
        """`ast.dump` of a node of the file: what is the same has the same."""
        known = self._dumps.get(node)
        if known is None:
            known = self._dumps[node] = ast.dump(node)
        return known

    def offset(self, line: int, column: int) -> int:
        """Character offset of a 1-based line and a column in UTF-8 bytes, as `ast` counts them."""
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        if not text.isascii():
            column = len(text.encode("utf-8")[:column].decode("utf-8", "ignore"))
        return self._starts[line - 1] + column

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Character offsets of a node."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def of(self, node: ast.expr | ast.stmt) -> str:
        """A node's own text."""
        start, end = self.span(node)
        return self.text[start:end]

    def line_start(self, line: int) -> int:
        """Offset of the beginning of a 1-based line; of the end of the text for the line after the last."""
        return self._starts[min(line - 1, len(self._lines))]

    def indent(self, statement: ast.stmt) -> str:
        """The white space before a statement, "" when something else stands before it on its line."""
        start = self.line_start(statement.lineno)
        before = self.text[start : self.offset(statement.lineno, statement.col_offset)]
        return before if not before.strip() else ""

    def swap(self, node: ast.expr, text: str) -> Edit:
        """Replace an expression, in parentheses where its new text binds less tightly than its place asks for."""
        start, end = self.span(node)
        if _binding_of(text) < self._needed(node):
            text = f"({text})"
        return Edit(start, end, text)

    def before(self, statement: ast.stmt, text: str) -> Edit:
        """Insert lines (unindented, no final newline) before a statement, at its indentation."""
        first = statement.lineno
        if isinstance(statement, Function | ast.ClassDef) and statement.decorator_list:
            first = statement.decorator_list[0].lineno
        at = self.line_start(first)
        return Edit(at, at, _indented(text, self.indent(statement)))

    def after(self, statement: ast.stmt, text: str) -> Edit:
        """Insert lines after a statement, at its indentation."""
        assert statement.end_lineno is not None
        at = self.line_start(statement.end_lineno + 1)
        new = _indented(text, self.indent(statement))
        if at == len(self.text) and not self.text.endswith("\n"):
            new = "\n" + new.rstrip("\n")
        return Edit(at, at, new)

    def whole_lines(self, statement: ast.stmt) -> tuple[int, int]:
        """Offsets of the lines that a statement fills."""
        assert statement.end_lineno is not None
        return self.line_start(statement.lineno), self.line_start(statement.end_lineno + 1)

    def stands_alone(self, statement: ast.stmt) -> bool:
        """Whether the statement has its lines for itself (no `;`, no `if x: y` on one line)."""
        start, end = self.whole_lines(statement)
        before = self.text[start : self.span(statement)[0]]
        after = self.text[self.span(statement)[1] : end]
        return not before.strip() and (not after.strip() or after.strip().startswith("#"))

    def functions(self) -> Iterator[tuple[Function, str]]:
        """Every function with its qualified name, outer ones first."""

        def walk(node: ast.AST, prefix: str) -> Iterator[tuple[Function, str]]:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, Function):
                    yield child, prefix + child.name
                    yield from walk(child, f"{prefix}{child.name}.<locals>.")
                elif isinstance(child, ast.ClassDef):
                    yield from walk(child, f"{prefix}{child.name}.")
                else:
                    yield from walk(child, prefix)

        return walk(self.tree, "")

    def _needed(self, node: ast.expr) -> int:
        """How tightly an expression must bind to stand where `node` stands."""
        match self.parents.get(node):
            case ast.BinOp(left=left, op=ast.Pow()):
                needed = _ATOM if node is left else _UNARY
            case ast.BinOp(left=left, op=op):
                needed = _BINARY[type(op)] + (node is not left)
            case ast.UnaryOp(op=ast.Not()):
                needed = _NOT
            case ast.UnaryOp():
                needed = _UNARY
            case ast.Compare():
                needed = _COMPARE + 1
            case ast.BoolOp(op=op):
                needed = (_AND if isinstance(op, ast.And) else _OR) + 1
            case ast.IfExp(orelse=orelse):
                needed = _TERNARY if node is orelse else _OR
            case ast.Attribute() | ast.Await():
                needed = _ATOM
            case ast.Subscript(value=value) if node is value:
                needed = _ATOM
            case ast.Call(func=func) if node is func:
                needed = _ATOM
            case ast.Starred() | ast.comprehension():
                needed = _OR
            case _:
                needed = 0
        return needed


def own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """A statement's nodes without those of the statements inside it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop(0)
        yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]


def apply(text: str, edits: Iterable[Edit]) -> str | None:
    """`text` with all edits made, or None when two overlap."""
    result: list[str] = []
    position = 0
    for edit in sorted(edits):
        if edit.start < position:
            return None
        result += (text[position : edit.start], edit.text)
        position = edit.end
    return "".join(result) + text[position:]


def _indented(text: str, indent: str) -> str:
    return "".join(f"{indent}{line}\n" for line in text.split("\n"))


_TERNARY, _OR, _AND, _NOT, _COMPARE, _UNARY, _ATOM = 1, 2, 3, 4, 5, 12, 15
_BINARY: dict[type[ast.operator], int] = {
    ast.BitOr: 6,
    ast.BitXor: 7,
    ast.BitAnd: 8,
    ast.LShift: 9,
    ast.RShift: 9,
    ast.Add: 10,
    ast.Sub: 10,
    ast.Mult: 11,
    ast.Div: 11,
    ast.FloorDiv: 11,
    ast.Mod: 11,
    ast.MatMult: 11,
    ast.Pow: 13,
}


@functools.lru_cache(maxsize=8192)
def _binding_of(text: str) -> int:
    """How tightly an expression's text binds: the grammar's levels, an atom highest."""
    if text.isidentifier():
        return _ATOM
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError:
        return _ATOM  # not an expression by itself (a slice): leave it as it is
    match node:
        case ast.BinOp(op=op) if not text.startswith("("):
            return _BINARY[type(op)]
        case ast.UnaryOp(op=op):
            return _NOT if isinstance(op, ast.Not) else _UNARY
        case ast.Compare():
            return _COMPARE
        case ast.BoolOp(op=op):
            return _AND if isinstance(op, ast.And) else _OR
        case ast.IfExp() | ast.Lambda():
            return _TERNARY
        case ast.Yield() | ast.YieldFrom() | ast.NamedExpr() | ast.GeneratorExp() | ast.Tuple():
            return _ATOM if text.startswith("(") else 0
        case ast.BinOp(op=op):  # `(a) + b` and `(a + b)` both start so; only the tree of the first is the text's own
            return _BINARY[type(op)] if node.col_offset == 0 else _ATOM
        case ast.Constant(value=value) if isinstance(value, int | float) and not isinstance(value, bool):
            return _ATOM - 1  # `1.real` needs parentheses
        case _:
            return _ATOM
