"""What no patch may change (DESIGN §3.5), and what in a patch's text reaches into the test machinery."""

from __future__ import annotations

import ast
import fnmatch
import functools
from collections.abc import Mapping
from dataclasses import dataclass
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

SUSPICION = {
    **dict.fromkeys(("pytest", "_pytest", "pluggy", "unittest", "ctypes", "gc", "faulthandler", "importlib.util"), 2),
    **dict.fromkeys(("os._exit", "os.abort", "os.kill", "os.killpg", "sys._getframe", "sys.settrace"), 2),
    **dict.fromkeys(("sys.setprofile", "sys.meta_path", "sys.path_hooks", "sys.monitoring", "os.fork"), 2),
    **dict.fromkeys(("signal.alarm", "signal.setitimer", "signal.pthread_kill", "os.dup2", "os.closerange"), 2),
    **dict.fromkeys(("inspect.stack", "inspect.currentframe", "sys._current_frames"), 2),
    **dict.fromkeys(("atexit", "sys.exit", "exit", "quit", "SystemExit", "sys.modules", "__import__"), 1),
    **dict.fromkeys(("exec", "eval", "builtins", "globals", "setattr", "sys.stdout", "os.environ"), 1),
}
"""How far new code that uses one of these reaches into the test process: a repair of ordinary code has no reason to."""
REJECTED_FROM = 2
"""A patch whose suspicions add up to this is rejected before it runs; below, they are shown."""


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


def check_patch(patch: Patch, snapshot: Snapshot) -> tuple[Finding, ...]:
    """What can be said against `patch` before any test runs; empty when nothing can.

    Raises `PatchError` when it was made for another text than the snapshot's.
    """
    findings: list[Finding] = []
    suspicions: dict[str, int] = {}
    for edit in patch.edits:
        reason = untouchable_reason(edit.path) or _outside(edit.path, snapshot)
        if reason:
            findings.append(Finding(f"The patch may not change this: {reason}."))
            continue
        if (snapshot.read(edit.path) if edit.path in snapshot.files else None) != edit.before:
            raise PatchError(f"The patch was made for another text of {edit.path} than the snapshot holds.")
        for name, weight in _new_suspicions(edit).items():
            suspicions[f"{edit.path} newly uses {name}"] = weight
    rejects = sum(suspicions.values()) >= REJECTED_FROM
    findings += [Finding(f"{text}, which can reach into the test process.", rejects) for text in suspicions]
    return tuple(findings)


def _outside(path: str, snapshot: Snapshot) -> str | None:
    """Whether a link on the way leads out of the tree."""
    tree = snapshot.tree.resolve()
    if not (snapshot.tree / path).resolve().is_relative_to(tree):
        return f"{path} leads outside the project"
    return None


def _new_suspicions(edit: FileEdit) -> dict[str, int]:
    """What the patch newly uses that reaches into the test process, with its weight."""
    if not edit.path.endswith(".py") or edit.after is None:
        return {}
    known = _suspects(edit.before or "")
    return {name: weight for name, weight in sorted(_suspects(edit.after).items()) if name not in known}


@functools.lru_cache(maxsize=32)
def _suspects(source: str) -> Mapping[str, int]:
    """Everything suspicious in a module's text: name → weight."""
    found: dict[str, int] = {}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return found

    def note(name: str) -> None:
        if name in SUSPICION:
            found[name] = SUSPICION[name]
        elif name.split(".", maxsplit=1)[0] in SUSPICION and SUSPICION[name.split(".", maxsplit=1)[0]] == REJECTED_FROM:
            found[name] = REJECTED_FROM

    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                note(alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            note(node.module)
            for alias in node.names:
                note(f"{node.module}.{alias.name}")
        elif isinstance(node, ast.Attribute):
            note(ast.unparse(node))
            if node.attr.startswith("__") and node.attr in (
                "__subclasses__",
                "__globals__",
                "__code__",
                "__builtins__",
            ):
                found[node.attr] = REJECTED_FROM
        elif isinstance(node, ast.Name):
            note(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if "PYTEST_" in node.value or "_pytest" in node.value:
                found[repr(node.value)] = REJECTED_FROM
        elif isinstance(node, ast.FunctionDef) and node.name in ("__eq__", "__ne__") and _constant_answer(node):
            found[f"{node.name} with a constant answer"] = REJECTED_FROM
    return found


def _constant_answer(function: ast.FunctionDef) -> bool:
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    return bool(returns) and all(isinstance(node.value, ast.Constant) and node.value.value is True for node in returns)
