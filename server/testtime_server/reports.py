"""The reports of past repairs: one self-contained HTML page each, in the user's state folder, the newest kept."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from .page import render
from .repair import Report
from .state import state_folder

KEPT = 50
"""Reports kept; the oldest go."""


def reports_folder() -> Path:
    """Where the reports are; it need not exist yet."""
    return state_folder() / "reports"


def save(report: Report) -> Path:
    """Write a repair's page and let the oldest go; gives the page's path. Raises OSError when nothing can be written.

    The page is readable by its owner alone, for it quotes source and test output.
    """
    folder = reports_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{report.id}.html"
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(render(report))
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    for old in saved()[KEPT:]:
        old.unlink(missing_ok=True)
    return path


def saved() -> list[Path]:
    """The pages there are, newest first: an id begins with its time."""
    return sorted(reports_folder().glob("[0-9]*.html"), key=lambda path: path.name, reverse=True)


def find(report_id: str | None = None) -> Path | None:
    """The newest page, or the newest whose id begins or ends with `report_id`; None when there is none."""
    for path in saved():
        if not report_id or path.stem.startswith(report_id) or path.stem.endswith(report_id):
            return path
    return None
