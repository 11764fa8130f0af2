"""What no patch may change (DESIGN §3.5), and the whole check of a patch before anything runs."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import PurePosixPath

from .errors import PatchError
from .patch import Patch
from .snapshot import Snapshot
from .suspicion import REJECTED_FROM, new_suspicions

TEST_FILES = ("test_*.py", "*_test.py", "tests.py", "conftest.py")
TEST_FOLDERS = frozenset({"tests", "test", "testing"})
CONFIGURATION = frozenset(
    {
        *("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "pyproject.toml", "setup.cfg", "setup.py"),
        *("tox.ini", ".coveragerc", "noxfile.py"),
        *("entry_points.txt", "sitecustomize.py", "usercustomize.py", "uv.lock", "poetry.lock"),
    }
)
METADATA = ("*.dist-info", "*.egg-info", ".git", ".hg", ".svn", "__pycache__", "node_modules", ".venv", "venv")
SUFFIXES = (".pth", ".pyc", ".pyo", ".so", ".pyd", ".egg-link")


@dataclass(frozen=True)
class Finding:
    """What speaks against a patch, as a sentence; `rejects` when it is enough by itself."""

    text: str
    rejects: bool = True


def untouchable_reason(path: str) -> str | None:
    """Why `path` (root-relative, forward slashes) may not be changed, or None when it may."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts or "\\" in path or "\0" in path:
        return f"{path} is outside the project"
    *folders, name = pure.parts
    if any(fnmatch.fnmatchcase(part, pattern) for part in pure.parts for pattern in METADATA):
        return f"{path} is metadata, not source"
    if any(folder in TEST_FOLDERS for folder in folders) or any(fnmatch.fnmatchcase(name, p) for p in TEST_FILES):
        return f"{path} belongs to the tests"
    if name in CONFIGURATION:
        return f"{path} is configuration of the tests or the build"
    if name.endswith(SUFFIXES):
        return f"{path} is loaded by the interpreter itself"
    return None


class PatchCheck:
    """What can be said against patches of one snapshot before any test runs."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._texts: dict[str, str | None] = {}
        self._reasons: dict[str, str | None] = {}

    def paths(self, patch: Patch) -> tuple[Finding, ...]:
        """Whether it touches only what a patch may change. Raises `PatchError` when it was made for another text than
        the snapshot's.
        """
        findings: list[Finding] = []
        for path, before in ((edit.path, edit.before) for edit in patch.edits):
            if path not in self._reasons:
                self._reasons[path] = untouchable_reason(path) or _outside(path, self._snapshot)
            if reason := self._reasons[path]:
                findings.append(Finding(f"The patch may not change this: {reason}."))
                continue
            if path not in self._texts:
                self._texts[path] = self._snapshot.read(path) if path in self._snapshot.files else None
            if self._texts[path] != before:
                raise PatchError(f"The patch was made for another text of {path} than the snapshot holds.")
        return tuple(findings)

    def texts(self, patch: Patch) -> tuple[Finding, ...]:
        """What it newly uses that reaches into the process that runs it. Reads whole files: milliseconds a thousand
        lines.
        """
        suspicions: dict[str, int] = {}
        for edit in patch.edits:
            for name, weight in new_suspicions(edit).items():
                suspicions[f"{edit.path} newly uses {name}"] = weight
        rejects = sum(suspicions.values()) >= REJECTED_FROM
        return tuple(Finding(f"{text}, which can reach into the test process.", rejects) for text in suspicions)


def _outside(path: str, snapshot: Snapshot) -> str | None:
    """Whether a link on the way leads out of the tree."""
    tree = snapshot.tree.resolve()
    if not (snapshot.tree / path).resolve().is_relative_to(tree):
        return f"{path} leads outside the project"
    return None
