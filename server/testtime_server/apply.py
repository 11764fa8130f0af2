"""Write a verified patch to disk, only onto the very text that it was verified on."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from testtime_sandbox.patch import FileEdit, Patch


class MovedOn(Exception):
    """A file is no longer what the patch was verified on; nothing was written."""


def apply_patch(root: Path, patch: Patch) -> None:
    """Write `patch` below `root`: all files or none are changed. Raises `MovedOn` when one has changed meanwhile."""
    for edit in patch.edits:
        if _current(root / edit.path) != edit.before:
            raise MovedOn(
                f"{edit.path} was changed while the fix was being verified; nothing was written. Run it again."
            )
    for edit in patch.edits:
        _write(root, edit)


def _current(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None


def _write(root: Path, edit: FileEdit) -> None:
    path = root / edit.path
    if edit.after is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        path = path.resolve()
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(edit.after.encode("utf-8"))
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
