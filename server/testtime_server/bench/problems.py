"""Problems to measure on: a project as it stands, texts laid over it, what must pass, and tests that nobody is shown.

A suite is a folder of problem folders, each with `problem.toml` (`kind`, `lines`, optional `targets`), `project/`, and
`held_out/` with the tests that tell a right fix from one that merely passes. Nothing of them is copied or written: what
differs from the disk travels as unsaved texts, as in an editor.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from testtime_sandbox.errors import SandboxError
from testtime_sandbox.verdict import TestId

HELD_OUT = "held_out"


class SuiteError(SandboxError):
    """A suite that cannot be read; one sentence for the user."""


@dataclass(frozen=True)
class BenchProblem:
    """One bug. `texts` (root-relative path → text) lie over the tree at `root`, as unsaved buffers do."""

    name: str
    suite: str
    kind: str
    lines: int
    """Lines that a right fix needs."""
    root: Path
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    targets: tuple[TestId, ...] = ()
    """What is to be repaired; every failing test when empty."""
    held_out_texts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Test files that only the judgement of a fix brings."""
    held_out: tuple[TestId, ...] = ()
    """Ids or files of the tests that judge a fix."""


def load_suites(paths: Sequence[Path]) -> tuple[BenchProblem, ...]:
    """The problems of some suites or single problem folders, in order of their names. Raises `SuiteError`."""
    problems: list[BenchProblem] = []
    for path in paths:
        folders = [path] if (path / "problem.toml").is_file() else sorted(f.parent for f in path.glob("*/problem.toml"))
        if not folders:
            raise SuiteError(f"{path} is no suite: it holds no folder with a problem.toml.")
        problems += [_load(folder) for folder in folders]
    return tuple(problems)


def _load(folder: Path) -> BenchProblem:
    try:
        facts = tomllib.loads((folder / "problem.toml").read_text("utf-8"))
        held_out = {
            f"{HELD_OUT}/{file.relative_to(folder / HELD_OUT).as_posix()}": file.read_text("utf-8")
            for file in sorted((folder / HELD_OUT).rglob("*.py"))
        }
    except (OSError, ValueError) as error:
        raise SuiteError(f"{folder} cannot be read as a problem: {error}") from error
    root = folder / "project"
    if not root.is_dir() or not held_out:
        raise SuiteError(f"{folder} is no whole problem: it needs project/ and {HELD_OUT}/ with tests.")
    return BenchProblem(
        name=folder.name,
        suite=folder.parent.name,
        kind=str(facts.get("kind", "other")),
        lines=int(facts.get("lines", 1)),
        root=root.resolve(),
        targets=tuple(facts.get("targets", ())),
        held_out_texts=held_out,
        held_out=tuple(held_out),
    )
