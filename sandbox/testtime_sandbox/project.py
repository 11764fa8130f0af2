"""Which project this is, and which interpreter runs its tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from .errors import InterpreterError, RunnerError
from .verdict import Project

MARKERS = ("pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini", "setup.py", ".git")
OLDEST_PYTHON = (3, 8)
OLDEST_PYTEST = 7
HOW_TO_CHANGE = "Set testtime.python (--python, TESTTIME_PYTHON) to the interpreter that has the project's packages."

_ASK = """
import json, sys, importlib.util
try:
    import pytest
    version = pytest.__version__
except ImportError:
    version = None
print(json.dumps({"version": sys.version.split()[0], "info": list(sys.version_info[:2]), "prefix": sys.prefix,
    "base_prefix": sys.base_prefix, "path": [p for p in sys.path if p], "pytest": version}))
"""


def find_root(path: Path) -> Path:
    """The nearest folder at or above `path` that looks like a project's root, else `path`'s own folder."""
    path = path.resolve()
    start = path if path.is_dir() else path.parent
    for folder in (start, *start.parents):
        if any((folder / marker).exists() for marker in MARKERS):
            return folder
    return start


def discover(root: Path, *, python: str | None = None, pytest_args: Sequence[str] = ()) -> Project:
    """The project at `root` with the interpreter that `python` names, or the first that is found.

    Order: the setting; an active environment; `.venv` or `venv` in the root (or, in a monorepo, above it up to the
    repository); poetry; conda; testtime's own interpreter. Raises `InterpreterError` or `RunnerError`.
    """
    root = root.resolve()
    for interpreter, source in _candidates(root, python):
        return _examine(root, interpreter, source, tuple(pytest_args))
    raise InterpreterError(f"No Python interpreter was found. {HOW_TO_CHANGE}")


def _candidates(root: Path, python: str | None) -> Iterator[tuple[Path, str]]:
    """Interpreters to use, most wanted first."""
    if python:
        given = Path(python).expanduser()
        if given.is_dir():  # an environment's folder was meant
            given = _interpreter_of(given)
        elif os.sep not in python and not given.exists():
            given = _which(python) or given
        else:
            given = root / given  # keeps an absolute path
        yield given, "setting testtime.python"
        return
    active = os.environ.get("VIRTUAL_ENV")
    if active and Path(active).resolve() != Path(sys.prefix).resolve():
        yield _interpreter_of(Path(active)), "the active environment"
    for folder in (root, *_up_to_repository(root)):
        for name in (".venv", "venv"):
            environment = folder / name
            if (environment / "pyvenv.cfg").exists() or _interpreter_of(environment).exists():
                yield _interpreter_of(environment), name
    if (root / "poetry.lock").exists() and (environment := _poetry_environment(root)):
        yield _interpreter_of(environment), "poetry"
    if conda := os.environ.get("CONDA_PREFIX"):
        yield _interpreter_of(Path(conda)), "the active conda environment"
    yield Path(sys.executable), "testtime's own interpreter"


def _up_to_repository(root: Path) -> Iterator[Path]:
    """The folders above `root` within the same repository, for a monorepo's shared environment."""
    if (root / ".git").exists():
        return
    above: list[Path] = []
    for folder in root.parents:
        above.append(folder)
        if (folder / ".git").exists():
            yield from above
            return


def _interpreter_of(environment: Path) -> Path:
    if os.name == "nt":
        return environment / "Scripts" / "python.exe"
    return environment / "bin" / "python"


def _which(name: str) -> Path | None:
    import shutil

    found = shutil.which(name)
    return Path(found) if found else None


def _poetry_environment(root: Path) -> Path | None:
    try:
        answer = subprocess.run(
            ["poetry", "env", "info", "-p"],
            cwd=root, capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Path(answer.stdout.strip()) if answer.returncode == 0 and answer.stdout.strip() else None


def _examine(root: Path, interpreter: Path, source: str, pytest_args: tuple[str, ...]) -> Project:
    """Ask the interpreter itself."""
    where = f"The interpreter {interpreter} (from {source})"
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    try:
        answer = subprocess.run(
            [str(interpreter), "-c", _ASK],
            cwd="/", capture_output=True, text=True, timeout=30, check=False,
            stdin=subprocess.DEVNULL, env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise InterpreterError(f"{where} did not answer within 30 s. {HOW_TO_CHANGE}") from None
    except OSError as error:
        raise InterpreterError(f"{where} does not start: {error.strerror}. {HOW_TO_CHANGE}") from error
    try:
        facts = json.loads(answer.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise InterpreterError(f"{where} does not work. {HOW_TO_CHANGE}", answer.stderr[-2000:]) from None
    if tuple(facts["info"]) < OLDEST_PYTHON:
        raise InterpreterError(f"{where} is Python {facts['version']}; 3.8 or later is needed. {HOW_TO_CHANGE}")
    if facts["pytest"] is None:
        raise RunnerError(
            f"{where} has no pytest: install it there (python -m pip install pytest), "
            "or set testtime.python (--python, TESTTIME_PYTHON) to an interpreter that has it."
        )
    if int(facts["pytest"].split(".")[0]) < OLDEST_PYTEST:
        raise RunnerError(f"{where} has pytest {facts['pytest']}; version 7 or later is needed: upgrade it there.")
    prefix, base_prefix = Path(facts["prefix"]), Path(facts["base_prefix"])
    return Project(
        root=root,
        interpreter=interpreter if interpreter.is_absolute() else interpreter.absolute(),
        interpreter_source=source,
        python_version=facts["version"],
        pytest_version=facts["pytest"],
        prefix=prefix,
        base_prefix=base_prefix,
        import_paths=tuple(
            path
            for path in map(Path, facts["path"])
            if path.is_absolute()
            and path.exists()
            and not any(path.is_relative_to(known) for known in (prefix, base_prefix, root))
        ),
        pytest_args=pytest_args,
    )
