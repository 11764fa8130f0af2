"""What moves have earned in a project: counts per kind of move in a small JSON file in the user's state folder.

Nothing of the project's code is in it, and of its path only a hash. Deleting the file forgets it; so does `testtime
forget`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from testtime_strategies.candidate import Candidate
from testtime_strategies.statistics import MoveStatistics

from .state import state_folder


def path_for(root: Path) -> Path:
    """The file for the project at `root`; it need not exist."""
    mark = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]
    return state_folder() / "moves" / f"{mark}.json"


def load(root: Path) -> MoveStatistics:
    """The project's counts; none where there is no file or it cannot be read."""
    try:
        document: object = json.loads(path_for(root).read_text("utf-8"))
    except (OSError, ValueError):
        return MoveStatistics()
    table = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    return MoveStatistics(_counts(table.get("made")), _counts(table.get("verified")))


def add(root: Path, candidates: Iterable[Candidate]) -> None:
    """Count one more repair's moves. What cannot be written is not learnt: a repair never fails for it."""
    statistics = load(root).adding(candidates)
    path = path_for(root)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump({"made": dict(statistics.made), "verified": dict(statistics.verified)}, stream)
        os.replace(temporary, path)


def forget(root: Path) -> bool:
    """Delete the project's counts; False when there were none."""
    try:
        path_for(root).unlink()
    except FileNotFoundError:
        return False
    return True


def _counts(value: Any) -> dict[str, int]:
    """The counts in a table that anyone may have edited."""
    if not isinstance(value, dict):
        return {}
    table = cast("dict[object, object]", value)
    return {
        str(kind): min(count, 10**6)
        for kind, count in table.items()
        if isinstance(count, int) and not isinstance(count, bool) and count >= 0
    }
