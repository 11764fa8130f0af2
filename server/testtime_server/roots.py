"""What is known of one project in an editor: its settings, its last run, the fixes that wait."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from testtime_sandbox.patch import Patch

from .diagnostics import LastRun
from .settings import Settings
from .stubs import VerifiedBody

if TYPE_CHECKING:
    from .recording import Report
    from .repair import Workbench


BenchFactory = Callable[[Path, Settings], "Workbench"]


def open_bench(folder: Path, settings: Settings) -> Workbench:
    """A project's workbench. Its module waits until here: the editor does not wait for it when it starts us."""
    from .repair import Workbench

    return Workbench(folder, settings)


@dataclass(frozen=True)
class ReadyFix:
    """A verified fix that was not applied, or could not be."""

    id: str
    title: str
    report: Report
    patch: Patch
    texts: Mapping[str, str]
    """Root-relative path → text of the files that were open when it was verified."""

    def tested(self, path: str) -> str | None:
        """The SHA-256 of a file as it was when this was verified; None for one that was not there."""
        if path in self.texts:
            return digest(self.texts[path])
        return self.report.problem.snapshot.files.get(path)

    @cached_property
    def relevant(self) -> frozenset[str]:
        """Files that the targets stand in or execute: a change of one may undo what was verified."""
        problem = self.report.problem
        covered = {path for test in problem.targets for path in problem.baseline.covered.get(test, {})}
        return frozenset(covered | {test.split("::")[0] for test in problem.targets})


@dataclass
class Root:
    """One project."""

    path: Path
    settings: Settings
    bench: Workbench
    run: LastRun | None = None
    ready: list[ReadyFix] = field(default_factory=list[ReadyFix])
    bodies: list[VerifiedBody] = field(default_factory=list[VerifiedBody])
    """Bodies of stubs that passed; which of them still fit is a matter of the text."""
    before_fix: tuple[Patch, LastRun] | None = None
    """The last fix that was applied, and the run before it: an undo brings the failure back."""
    published: set[str] = field(default_factory=set[str])
    configured_at: Mapping[str, int] = field(default_factory=dict[str, int])
    """When its configuration files were last written, in nanoseconds."""


def digest(text: str) -> str:
    """A text's content as a snapshot names it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
