"""What no patch may change (DESIGN §3.5), and what in a patch's text reaches into the test machinery."""

from __future__ import annotations

import ast
import fnmatch
from collections.abc import Iterator
from pathlib import PurePosixPath

from .errors import PatchError
from .patch import FileEdit, Patch
from .snapshot import Snapshot

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

FORBIDDEN_MODULES = frozenset({"pytest", "_pytest", "pluggy", "unittest", "ctypes", "gc", "atexit", "faulthandler"})
"""A repair of ordinary code has no reason to begin importing these: they reach into the test process itself."""
FORBIDDEN_CALLS = frozenset(
    {
        *("os._exit", "os.abort", "os.kill", "os.killpg", "sys.exit", "sys._getframe", "sys.settrace"),
        *("sys.setprofile", "signal.alarm", "signal.setitimer"),
        *("exit", "quit", "pytest.skip", "pytest.exit", "pytest.xfail", "inspect.stack", "inspect.currentframe"),
        *("sys.meta_path", "sys.modules", "sys.path_hooks"),
    }
)


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


def check_patch(patch: Patch, snapshot: Snapshot) -> tuple[str, ...]:
    """Findings that reject `patch` before any test runs; empty when there are none.

    Raises `PatchError` when it was made for another text than the snapshot's.
    """
    findings: list[str] = []
    for edit in patch.edits:
        reason = untouchable_reason(edit.path) or _outside(edit.path, snapshot)
        if reason:
            findings.append(f"The patch may not change this: {reason}.")
            continue
        if (snapshot.read(edit.path) if edit.path in snapshot.files else None) != edit.before:
            raise PatchError(f"The patch was made for another text of {edit.path} than the snapshot holds.")
        findings += _reaches_into_tests(edit)
    return tuple(findings)


def _outside(path: str, snapshot: Snapshot) -> str | None:
    """Whether a link on the way leads out of the tree."""
    tree = snapshot.tree.resolve()
    if not (snapshot.tree / path).resolve().is_relative_to(tree):
        return f"{path} leads outside the project"
    return None


def _reaches_into_tests(edit: FileEdit) -> Iterator[str]:
    """What the patch newly uses that reaches into the test process."""
    if not edit.path.endswith(".py") or edit.after is None:
        return
    try:
        before, after = ast.parse(edit.before or ""), ast.parse(edit.after)
    except (SyntaxError, ValueError):
        return
    for name in sorted(_suspects(after) - _suspects(before)):
        yield f"{edit.path} newly uses {name}, which reaches into the test process."


def _suspects(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names} & FORBIDDEN_MODULES
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module.split(".")[0]} & FORBIDDEN_MODULES
            found |= {f"{node.module}.{alias.name}" for alias in node.names} & FORBIDDEN_CALLS
        elif isinstance(node, ast.Attribute):
            found |= {ast.unparse(node)} & FORBIDDEN_CALLS
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found |= {node.func.id} & FORBIDDEN_CALLS
            if node.func.id == "__import__":
                found.add("__import__")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "PYTEST_" in node.value:
            found.add(repr(node.value))
        elif isinstance(node, ast.Name) and node.id == "SystemExit":
            found.add("SystemExit")
        elif isinstance(node, ast.FunctionDef) and node.name in ("__eq__", "__ne__") and _constant_answer(node):
            found.add(f"{node.name} with a constant answer")
    return found


def _constant_answer(function: ast.FunctionDef) -> bool:
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    return bool(returns) and all(isinstance(node.value, ast.Constant) and node.value.value is True for node in returns)
