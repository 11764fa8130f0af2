"""Functions that are still to be written, and bodies for them that passed their tests. Pure.

A body is verified as a whole text: the file with that body in it passed. So it may be served as long as everything
before and after the body is what it was then, whatever stands in the body's place meanwhile.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from testtime_sandbox.patch import Patch, lines_of

from .diagnostics import Function, functions

TODO = re.compile(r"#.*\b(TODO|FIXME|XXX)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Stub:
    """A function without a body of its own. Lines are 0-based, offsets count characters."""

    name: str
    """Qualified as in a test id: `Class::method`."""
    first: int
    """The line of its `def`."""
    last: int
    start: int
    """Where its body begins: a docstring stays."""
    end: int


@dataclass(frozen=True)
class VerifiedBody:
    """A stub's body that passed; `head + body + tail` is the file's text that was verified."""

    path: str
    name: str
    head: str
    body: str
    tail: str
    facts: str
    """`6/6 tests · $0.00 · strong`."""

    def place_in(self, text: str) -> tuple[int, int] | None:
        """Where the body belongs in a text as it is now (start and end offsets); None when the rest has changed."""
        end = len(text) - len(self.tail)
        if len(self.head) <= end and text.startswith(self.head) and text.endswith(self.tail):
            return len(self.head), end
        return None


def body_of(patch: Patch, facts: str) -> VerifiedBody | None:
    """What a verified patch put into a stub, when that is all it did."""
    if len(patch.edits) != 1:
        return None
    [edit] = patch.edits
    before, after = edit.before, edit.after
    if before is None or after is None:
        return None
    for stub in stubs_of(before):
        head, tail = before[: stub.start], before[stub.end :]
        if after.startswith(head) and after.endswith(tail) and len(after) >= len(head) + len(tail):
            return VerifiedBody(edit.path, stub.name, head, after[len(head) : len(after) - len(tail)], tail, facts)
    return None


@lru_cache(maxsize=64)
def stubs_of(text: str) -> tuple[Stub, ...]:
    """Every stub of a text: `...`, `pass`, `raise NotImplementedError`, a TODO, nothing after a docstring."""
    lines = lines_of(text)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return tuple(_stubs(functions(text), lines, starts))


def _stubs(found: tuple[tuple[Function, str], ...], lines: list[str], starts: list[int]) -> Iterator[Stub]:
    for node, name in found:
        body = node.body
        documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        documented = documented and isinstance(body[0].value.value, str)  # type: ignore[union-attr]
        rest = body[1:] if documented else body
        head = body[0].end_lineno if documented else _header_end(node, lines)
        assert head is not None
        assert node.end_lineno is not None
        end = node.end_lineno
        todo = any(TODO.search(line) for line in lines[head:end])
        if len(rest) > 1 or (rest and not _is_empty(rest[0], todo=todo)):
            continue
        if rest and rest[0].lineno <= head:  # `def f(x): ...` on one line
            at = starts[rest[0].lineno - 1]
            line = lines[rest[0].lineno - 1].encode()
            start = at + len(line[: rest[0].col_offset].decode())
            stop = at + len(line[: rest[0].end_col_offset].decode())
            yield Stub(name, node.lineno - 1, end - 1, start, stop)
        elif not documented or head <= len(lines):
            yield Stub(name, node.lineno - 1, end - 1, starts[head], starts[max(head, end)])


def _header_end(node: Function, lines: list[str]) -> int:
    """The 1-based line on which a function's header ends, its colon's: comments below it belong to the body."""
    arguments = node.args
    parts = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *arguments.defaults]
    parts += [part for part in (arguments.vararg, arguments.kwarg, node.returns, *arguments.kw_defaults) if part]
    last = max([node.lineno, *(part.end_lineno or 0 for part in parts)])
    closing = range(last, node.body[0].lineno)
    return next((line for line in closing if lines[line - 1].split("#")[0].rstrip().endswith(":")), last)


def _is_empty(statement: ast.stmt, *, todo: bool) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant(value=_Ellipsis())):
            return True
        case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
            return name == "NotImplementedError"
        case ast.Return(value=None | ast.Constant()):
            return todo
        case _:
            return False


_Ellipsis = type(...)
