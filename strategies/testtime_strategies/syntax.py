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
    """The patches that need no further test run, known by their fingerprints."""

    def __init__(self) -> None:
        self._fingerprints: set[str] = set()

    def __contains__(self, patch: Patch) -> bool:
        return fingerprint(patch) in self._fingerprints

    def add(self, patch: Patch) -> bool:
        """Remember `patch`; False when it was known."""
        mark = fingerprint(patch)
        if mark in self._fingerprints:
            return False
        self._fingerprints.add(mark)
        return True


def syntax_error(patch: Patch) -> str | None:
    """Why a patched Python file does not compile, or None when every one does."""
    for edit in patch.edits:
        if edit.path.endswith(".py") and edit.after is not None:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    compile(edit.after, edit.path, "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                return f"{edit.path}: {error}"
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
