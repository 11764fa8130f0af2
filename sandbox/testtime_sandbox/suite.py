"""One run of the project's tests in a box, as a value: what was collected, how each test ended, what to believe."""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from .isolation import MOST_READ_ONLY_FILES, Isolator, Mounts
from .patch import Patch
from .process import Completed, run
from .snapshot import Snapshot
from .untouchable import untouchable_reason
from .verdict import CoveredLines, Frame, Project, TestId, TestOutcome, TestResult

LIMITS = {
    "FSIZE": 256 * 1024 * 1024,
    "AS": 8 * 1024 * 1024 * 1024,
    "CORE": 0,
    "NOFILE": 1024,
    "NPROC": 256,
}
"""Inside the box, per process: bytes, counts."""
PHASES = ("setup", "call", "teardown")


@dataclass(frozen=True)
class Task:
    """What to run. `ids` None means everything below `paths` (everything at all when that is empty)."""

    paths: tuple[str, ...] = ()
    ids: tuple[TestId, ...] | None = None
    stop_first: bool = False
    seed: int | None = None
    """Shuffles the tests."""
    canary: bool = False
    trace: bool = False
    observe: bool = False
    time_limit: float = 60.0
    """Seconds for a test that `time_limits` does not name."""
    time_limits: Mapping[TestId, float] = field(default_factory=dict[TestId, float])


@dataclass(frozen=True)
class SuiteRun:
    """What came of it. `results` has every test that began; `complete` lists those whose three phases were reported."""

    completed: Completed
    collected: tuple[TestId, ...] = ()
    """Empty when collection did not end."""
    results: Mapping[TestId, TestResult] = field(default_factory=dict[TestId, TestResult])
    complete: frozenset[TestId] = frozenset()
    uncollected: Mapping[str, str] = field(default_factory=dict[str, str])
    """Files that could not be collected → pytest's explanation."""
    covered: Mapping[TestId, CoveredLines] = field(default_factory=dict[TestId, CoveredLines])
    observed: Mapping[tuple[str, str], Mapping[str, frozenset[str]]] = field(
        default_factory=dict[tuple[str, str], Mapping[str, frozenset[str]]]
    )
    ended: bool = False
    """The runner itself reported the end."""
    canary_failed: bool | None = None
    """None when none was planted."""
    forged: str = ""
    """Why the report cannot be believed: it is out of order, or the exit status says something else."""


async def run_suite(
    project: Project,
    snapshot: Snapshot,
    isolator: Isolator,
    task: Task,
    *,
    timeout: float,
    patch: Patch | None = None,
) -> SuiteRun:
    """Run `task` on the snapshot with `patch` laid over it, in a fresh box, within `timeout` wall seconds."""
    nonce, canary = secrets.token_hex(16), f"test_canary_{secrets.token_hex(8)}"
    with tempfile.TemporaryDirectory(prefix="layer-", dir=snapshot.tree.parent) as scratch:
        mounts = await asyncio.to_thread(_mounts, snapshot, isolator, patch, Path(scratch))
        root = str(mounts.root if isolator.bwrap else mounts.layers[-1])
        order = {
            "root": root,
            "scratch": "/tmp/testtime" if isolator.bwrap else scratch,
            "nonce": nonce,
            "args": list(project.pytest_args),
            "paths": list(task.paths),
            "ids": list(task.ids) if task.ids is not None else None,
            "stop_first": task.stop_first,
            "seed": task.seed,
            "canary": canary if task.canary else None,
            "trace": task.trace,
            "observe": task.observe,
            "time_limit": task.time_limit,
            "time_limits": dict(task.time_limits),
            "limits": {**LIMITS, "CPU": int(timeout) + 5},
            "delete": [edit.path for edit in patch.edits if edit.after is None] if patch else [],
        }
        command = isolator.command(["{agent}/runner.py", "{report}"], project=project, mounts=mounts)
        completed = await run(command, stdin=json.dumps(order).encode(), timeout=timeout)
    return _read(completed, nonce, canary if task.canary else None)


def _mounts(snapshot: Snapshot, isolator: Isolator, patch: Patch | None, scratch: Path) -> Mounts:
    """The snapshot below, the changed files above; copied only where no throw-away layer can be had."""
    changed = scratch / "changed"
    changed.mkdir()
    if not (isolator.bwrap and isolator.overlay):
        shutil.copytree(snapshot.tree, changed, symlinks=True, dirs_exist_ok=True)
    for edit in patch.edits if patch else ():
        if edit.after is not None:
            target = changed / edit.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(edit.after.encode("utf-8"))
            source = snapshot.tree / edit.path
            if source.exists():
                shutil.copymode(source, target)
    if isolator.bwrap and isolator.overlay:
        return Mounts(snapshot.root, (snapshot.tree, changed), read_only_paths(snapshot))
    return Mounts(snapshot.root, (changed,), read_only_paths(snapshot) if isolator.bwrap else ())


def read_only_paths(snapshot: Snapshot) -> tuple[str, ...]:
    """The snapshot's paths that no candidate may change, not even while it runs."""
    files = [path for path in snapshot.files if untouchable_reason(path) is not None]
    if len(files) <= MOST_READ_ONLY_FILES:
        return tuple(files)
    return tuple(sorted({path.rpartition("/")[0] or path for path in files}))


# ── reading the report ───────────────────────────────────────────────────────────────────────────────────────────


def _read(completed: Completed, nonce: str, canary: str | None) -> SuiteRun:
    """Judge the report's form, then fold its events into results."""
    events: list[dict[str, Any]] = []
    forged = ""
    for number, line in enumerate(completed.report.split(b"\n")[:-1]):
        try:
            decoded: Any = json.loads(line)
        except ValueError:
            decoded = None
        event = cast("dict[str, Any]", decoded) if isinstance(decoded, dict) else {}
        if event.get("nonce") != nonce or event.get("number") != number:
            forged = "the test process wrote something else than the report into the report's pipe"
            break
        events.append(event)
    end = events[-1] if events and events[-1]["event"] == "end" else None
    if end is not None and not completed.timed_out and end["status"] != completed.returncode:
        forged = f"the report ends with status {end['status']}, the process with {completed.returncode}"
    # The box's first process reaps the others, so only the runner knows what they used; a killed run used at most
    # what the clock says.
    cpu_seconds = end["cpu"] if end is not None else completed.wall_seconds
    folded = _Fold(canary)
    for event in events:
        folded.take(event)
    return SuiteRun(
        completed=replace(completed, cpu_seconds=max(completed.cpu_seconds, cpu_seconds)),
        collected=folded.collected,
        results=folded.results(),
        complete=frozenset(test for test, seen in folded.phases.items() if seen == list(PHASES)),
        uncollected=folded.uncollected,
        covered=folded.covered,
        observed={key: {n: frozenset(t) for n, t in names.items()} for key, names in folded.observed.items()},
        ended=end is not None,
        canary_failed=folded.canary_failed if canary else None,
        forged=forged,
    )


class _Fold:
    """Collects the events of one run."""

    def __init__(self, canary: str | None) -> None:
        self.canary = canary
        self.canary_failed = False
        self.collected: tuple[TestId, ...] = ()
        self.uncollected: dict[str, str] = {}
        self.phases: dict[TestId, list[str]] = {}
        self.covered: dict[TestId, CoveredLines] = {}
        self.observed: dict[tuple[str, str], dict[str, set[str]]] = {}
        self._reports: dict[TestId, list[dict[str, Any]]] = {}

    def take(self, event: dict[str, Any]) -> None:
        """One event."""
        kind = event["event"]
        if kind == "collected":
            self.collected = tuple(event["ids"])
        elif kind == "uncollected":
            self.uncollected[event["id"]] = event["text"]
        elif self.canary and str(event.get("id", "")).endswith("::" + self.canary):
            if kind == "phase" and event["when"] == "call":
                self.canary_failed = event["outcome"] == "failed" and self.canary in event.get("error", "")
        elif kind == "start":
            self._reports.setdefault(event["id"], [])
        elif kind == "phase":
            self._reports.setdefault(event["id"], []).append(event)
            if event["when"] != "subtest":
                self.phases.setdefault(event["id"], []).append(event["when"])
        elif kind == "covered":
            self.covered[event["id"]] = {path: frozenset(lines) for path, lines in event["lines"].items()}
            for path, function, names in event["seen"]:
                known = self.observed.setdefault((path, function), {})
                for name, types in names.items():
                    known.setdefault(name, set()).update(types)

    def results(self) -> dict[TestId, TestResult]:
        """Each test's phases as one result; a test that began and said nothing more was cut short."""
        return {test: _result(test, reports) for test, reports in self._reports.items()}


def _result(test: TestId, reports: Sequence[dict[str, Any]]) -> TestResult:
    seconds = sum(report["seconds"] for report in reports)
    failure = next((report for report in reports if report["outcome"] == "failed"), None)
    if failure is not None:
        outcome = TestOutcome.FAILED if failure["when"] in ("call", "subtest") else TestOutcome.ERROR
        if failure.get("timeout"):
            outcome = TestOutcome.TIMEOUT
        return TestResult(
            id=test,
            outcome=outcome,
            seconds=seconds,
            message=failure.get("error") or _last_error(failure.get("text", "")),
            traceback=failure.get("text", ""),
            frames=tuple(Frame(path, line, name) for path, line, name in failure.get("frames", ())),
            output=failure.get("output", ""),
        )
    if any(report.get("xfail") for report in reports):
        skipped = any(report["outcome"] == "skipped" for report in reports)
        return TestResult(test, TestOutcome.XFAILED if skipped else TestOutcome.XPASSED, seconds)
    if any(report["outcome"] == "skipped" for report in reports):
        return TestResult(test, TestOutcome.SKIPPED, seconds)
    if {report["when"] for report in reports} >= set(PHASES):
        return TestResult(test, TestOutcome.PASSED, seconds)
    return TestResult(test, TestOutcome.TIMEOUT, seconds, "the test process ended while this test ran")


def _last_error(text: str) -> str:
    """The last `E   …` line of pytest's own representation."""
    lines = [line[1:].strip() for line in text.splitlines() if line.startswith("E")]
    return lines[-1] if lines else text.strip().rsplit("\n", 1)[-1][:500]
