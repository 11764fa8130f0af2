"""When two patches are the same, and whether a patched file is Python at all: both known before any test runs."""

from __future__ import annotations

import ast
import hashlib
import warnings

from testtime_sandbox.patch import FileEdit, Patch


def fingerprint(patch: Patch) -> str:
    """A hash of what the patch makes of each file, less comments and formatting: duplicates share it."""
    marks = (f"{edit.path}\0{_normalised(edit)}" for edit in sorted(patch.edits, key=lambda edit: edit.path))
    return hashlib.sha256("\0\0".join(marks).encode("utf-8", "surrogatepass")).hexdigest()


class Tried:
    """The patches that need no further test run, known by their fingerprints.

    Mutations are many and known to differ from each other: theirs are taken only for a patch of the same lines.
    """

    def __init__(self) -> None:
        self._fingerprints: set[str] = set()
        self._mutations: dict[tuple[str, int], list[Patch]] = {}

    def __contains__(self, patch: Patch) -> bool:
        return fingerprint(patch) in self._fingerprints or self._is_mutation(patch)

    def add(self, patch: Patch) -> bool:
        """Remember `patch`; False when it was known."""
        if patch in self:
            return False
        self._fingerprints.add(fingerprint(patch))
        return True

    def add_mutation(self, patch: Patch, path: str, line: int) -> None:
        """Remember a mutation of a line (1-based)."""
        self._mutations.setdefault((path, line), []).append(patch)

    def _is_mutation(self, patch: Patch) -> bool:
        if len(patch.edits) != 1 or not self._mutations:
            return False
        path = patch.edits[0].path
        around = {line + step for line in patch.changed_lines(path) for step in (-1, 0, 1)}
        mark = fingerprint(patch)
        return any(mark == fingerprint(known) for line in around for known in self._mutations.get((path, line), ()))


def syntax_error(patch: Patch) -> str | None:
    """Why a patched Python file does not compile, or None when every one does."""
    for edit in patch.edits:
        if edit.path.endswith(".py") and edit.after is not None and (error := why_not_python(edit.after, edit.path)):
            return f"{edit.path}: {error}"
    return None


def why_not_python(text: str, path: str = "<text>") -> str | None:
    """Why the text does not compile, or None when it does; its warnings are nobody's business."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return str(error) or type(error).__name__
    return None


def _normalised(edit: FileEdit) -> str:
    if edit.after is None:
        return "deleted"
    if edit.path.endswith(".py"):
        try:
            return ast.dump(ast.parse(edit.after))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return edit.after
