"""The smallest part of a patch that still is a fix: no unrelated hunk reaches the user.

One hunk is left out at a time, as long as the tests pass without it: the result is 1-minimal in the sense of Zeller and
Hildebrandt (2002, doi:10.1109/32.988498).
"""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Iterator, Set
from dataclasses import dataclass, replace

from testtime_sandbox.patch import FileEdit, Patch, lines_of

from .syntax import syntax_error

MOST_HUNKS = 16
"""A patch of more parts is left as it is: trying each takes longer than anybody waits."""


@dataclass(frozen=True)
class Hunk:
    """One change of a patch: the lines from `first` to `last` (0-based, end exclusive) of `path` as it was."""

    path: str
    first: int
    last: int


def hunks(patch: Patch) -> tuple[Hunk, ...]:
    """Every separate change of `patch`; a file that it makes or deletes is one."""
    return tuple(
        Hunk(edit.path, first, last)
        for edit in patch.edits
        for tag, first, last, _, _ in _opcodes(edit)
        if tag != "equal"
    )


def only(patch: Patch, kept: Set[Hunk]) -> Patch:
    """`patch` with just the hunks in `kept`; no edits when none of them is one of its own."""
    edits: list[FileEdit] = []
    for edit in patch.edits:
        before, after = lines_of(edit.before or ""), lines_of(edit.after or "")
        chosen = [(Hunk(edit.path, codes[1], codes[2]) in kept, codes) for codes in _opcodes(edit)]
        if all(taken or codes[0] == "equal" for taken, codes in chosen):
            edits.append(edit)
        elif any(taken for taken, _ in chosen):
            pieces = [
                after[start:end] if taken else before[first:last] for taken, (_, first, last, start, end) in chosen
            ]
            edits.append(replace(edit, after="".join(line for piece in pieces for line in piece)))
    return Patch(tuple(edits))


async def minimised(patch: Patch, passes: Callable[[Patch], Awaitable[bool]]) -> Patch:
    """A part of `patch`, or all of it, that `passes` and of which no single hunk can be left out."""
    kept = set(hunks(patch))
    if len(kept) > MOST_HUNKS:
        return patch
    removed = True
    while removed:
        removed = False
        for hunk in [hunk for hunk in hunks(patch) if hunk in kept]:
            smaller = only(patch, kept - {hunk})
            if smaller.edits and not syntax_error(smaller) and await passes(smaller):
                kept.remove(hunk)
                removed = True
    return only(patch, kept)


def _opcodes(edit: FileEdit) -> Iterator[tuple[str, int, int, int, int]]:
    """As difflib's; what a replacement adds beyond the lines that it replaces counts as a change of its own."""
    before, after = lines_of(edit.before or ""), lines_of(edit.after or "")
    for tag, first, last, start, end in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        middle = start + (last - first)
        if tag == "replace" and middle < end:
            yield tag, first, last, start, middle
            yield "insert", last, last, middle, end
        else:
            yield tag, first, last, start, end
