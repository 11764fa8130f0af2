"""Mutants of a fix's changed lines: how many of them the tests notice says how far a pass is to be believed.

Mutation analysis as in DeMillo, Lipton and Sayward (1978), on the changed lines alone: a fix whose tests let most of
its own mutants live has been checked by hardly anything. Templates that make large or usually equivalent changes are
left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from testtime_sandbox.patch import FileEdit, Patch

from ..syntax import why_not_python
from .engine import Mutator  # registers the templates
from .scope import Scope
from .source import Edit, Function, Source, apply
from .template import TEMPLATES

assert Mutator
CLASSIC = frozenset(
    {
        *("comparison operator", "arithmetic operator", "boolean operator", "augmented operator", "unary operator"),
        *("off by one", "number", "boolean value", "negate condition", "constant condition", "delete", "variable"),
        *("attribute", "method", "function", "swap arguments", "drop argument", "unwrap", "slice", "index", "range"),
        *("swap operands", "condition narrowed", "filter", "keep the body", "returned value", "aggregate"),
    }
)
"""Small changes that a test of the line ought to notice."""
PER_NODE = 2
"""Mutants of one template at one node."""


def mutants_of(patch: Patch, most: int) -> tuple[Patch, ...]:
    """Up to `most` patches that do what `patch` does but for one small change on a line that it changed, spread over
    templates and lines; none is `patch` itself or the text before it.
    """
    by_template: dict[str, list[Patch]] = {}
    seen = {edit.after for edit in patch.edits} | {edit.before for edit in patch.edits}
    for edit in patch.edits:
        for name, text in _changes(edit):
            if text not in seen and not why_not_python(text):
                seen.add(text)
                others = tuple(other for other in patch.edits if other is not edit)
                changed = FileEdit(edit.path, edit.before, text)
                by_template.setdefault(name, []).append(Patch((*others, changed)))
    chosen: list[Patch] = []
    while len(chosen) < most and any(by_template.values()):
        for waiting in by_template.values():
            if waiting and len(chosen) < most:
                chosen.append(waiting.pop(0))
    return tuple(chosen)


def _changes(edit: FileEdit) -> Iterator[tuple[str, str]]:
    """(template, text) for each small change on a line of `edit.after` that `edit.before` does not have."""
    if edit.after is not None:
        lines = FileEdit(edit.path, edit.after, edit.before or "")
        yield from small_changes(edit.path, edit.after, Patch((lines,)).changed_lines(edit.path))


def small_changes(path: str, text: str, lines: frozenset[int]) -> Iterator[tuple[str, str]]:
    """(template, changed text) for each small change of the Python file `text` on one of `lines` (1-based)."""
    if not path.endswith(".py"):
        return
    try:
        source = Source(path, text)
    except (SyntaxError, ValueError, RecursionError):
        return
    for scope in _scopes(source, lines):
        for node in scope.nodes:
            if getattr(node, "lineno", None) not in lines:
                continue
            for template in TEMPLATES:
                if template.name in CLASSIC and isinstance(node, template.nodes):
                    yield from _applied(template.name, template.generate(node, scope), text)


def _applied(name: str, candidates: Iterator[list[Edit]], text: str) -> Iterator[tuple[str, str]]:
    for number, edits in enumerate(candidates):
        if number >= PER_NODE:
            return
        changed = apply(text, edits)
        if changed is not None:
            yield name, changed


def _scopes(source: Source, lines: frozenset[int]) -> Iterator[Scope]:
    """The innermost functions that hold the lines, and the module for those in none."""
    left = set(lines)
    functions = sorted(source.functions(), key=lambda pair: (pair[0].end_lineno or 0) - pair[0].lineno)
    for function, qualified in functions:
        assert isinstance(function, Function)
        own = {line for line in left if function.lineno <= line <= (function.end_lineno or 0)}
        if own:
            left -= own
            yield Scope(source, function, qualified)
    if left:
        yield Scope(source, None, "")
