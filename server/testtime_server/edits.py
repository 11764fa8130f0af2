"""A verified patch on texts that may have moved on meanwhile. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from testtime_sandbox.patch import FileEdit, Patch, lines_of


@dataclass(frozen=True)
class LineEdit:
    """Replace the lines from `first` up to `last` (0-based, exclusive) by `text`."""

    first: int
    last: int
    text: str


def line_edits(before: str, after: str) -> tuple[LineEdit, ...]:
    """The smallest edits of whole lines that make `after` of `before`: columns are 0 in every encoding."""
    old, new = lines_of(before), lines_of(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return tuple(
        LineEdit(first, last, "".join(new[start:end]))
        for tag, first, last, start, end in matcher.get_opcodes()
        if tag != "equal"
    )


def missing(patch: Patch, current: Mapping[str, str | None]) -> list[FileEdit]:
    """The edits of a patch that the texts in `current` have not in them, whatever else was typed away from them."""
    taken_back = ((edit, FileEdit(edit.path, edit.after, edit.before)) for edit in patch.edits)
    return [edit for edit, back in taken_back if rebased(Patch((back,)), current) is None]


def rebased(patch: Patch, current: Mapping[str, str | None]) -> Patch | None:
    """The patch made for the texts in `current`, or None where both sides changed the same or adjoining lines."""
    edits: list[FileEdit] = []
    for edit in patch.edits:
        now = current[edit.path]
        if now == edit.before:
            edits.append(edit)
        elif now is None or edit.before is None or edit.after is None:
            return None
        else:
            merged = _merge(edit.before, edit.after, now)
            if merged is None:
                return None
            edits.append(FileEdit(edit.path, now, merged))
    return Patch(tuple(edits))


def _merge(base: str, ours: str, theirs: str) -> str | None:
    """Three-way merge by lines; None on any overlap."""
    lines = lines_of(base)
    changes = [(edit, True) for edit in line_edits(base, ours)] + [(edit, False) for edit in line_edits(base, theirs)]
    changes.sort(key=lambda change: (change[0].first, change[0].last))
    result: list[str] = []
    position = 0
    previous: tuple[LineEdit, bool] | None = None
    for edit, own in changes:
        if previous is not None and previous[1] != own and edit.first <= previous[0].last:
            return None
        result += lines[position : edit.first]
        result.append(edit.text)
        position = edit.last
        previous = (edit, own)
    return "".join([*result, *lines[position:]])
