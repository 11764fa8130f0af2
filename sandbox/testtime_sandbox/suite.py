"""One run of the project's tests in a box, as a value: what was collected, how each test ended, what to believe."""

from __future__ import annotations

import asyncio
import functools
import json
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .isolation import Isolator, Place, stage_order
from .patch import Patch
from .process import Completed, run
from .report import read_event, shown, visible
from .snapshot import Snapshot
from .untouchable import untouchable_reason
from .verdict import CoveredLines, Frame, Project, TestId, TestOutcome, TestResult

LIMITS = {
    "FSIZE": 256 * 1024 * 1024,
    "AS": 8 * 1024 * 1024 * 1024,
    "CORE": 0,
    "NOFILE": 1024,
}
"""Inside the box, per process: bytes, counts."""
MOST_PROCESSES = 256
"""Of one box; without a box the kernel would count all that the user runs."""
MOST_READ_ONLY_FILES = 400
"""Above this many untouchable files, their folders are protected whole."""
PHASES = ("setup", "call", "teardown")


@dataclass(frozen=True)
class Task:
    """What to run. `ids` None means everything below `paths` (everything at all when that is empty)."""

    paths: tuple[str, ...] = ()
    ids: tuple[TestId, ...] | None = None
    first: tuple[str, ...] = ()
    """Tests, classes, files or folders that go before all others."""
    enough: float | None = None
    """Seconds after which no further test begins, `first` aside."""
    stop_first: bool = False
    """End at the first failure of a test that is not in `may_fail`."""
    may_fail: frozenset[TestId] = frozenset()
    seed: int | None = None
    """Shuffles the tests."""
    canary: bool = False
    trace: bool = False
    trace_exactly: tuple[TestId, ...] = ()
    """Of these every line that is executed is wanted, however long that takes; of others all but rare ones."""
    observe: bool = False
    brief: bool = False
    """Describe failures by location, line and message, which costs less than pytest's own representation."""
    list_modules: bool = False
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
    modules: tuple[str, ...] = ()
    """Modules outside the project that were loaded in the end, if asked for."""
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
    texts: Mapping[str, str] | None = None,
    kept: Path | None = None,
) -> SuiteRun:
    """Run `task` cold on the snapshot with `patch` and `texts` (path → text) laid over it, in a fresh box, within
    `timeout` wall seconds. What the run writes into the tree goes to `kept`, bytecode too, else nowhere.
    """
    seal = Seal.new(task)
    with tempfile.TemporaryDirectory(prefix="place-", dir=snapshot.tree.parent) as folder:
        scratch = Path(folder)
        bytecode = snapshot.bytecode if isolator.boxed and snapshot.bytecode.is_dir() else None
        place = Place(snapshot.root, snapshot.tree, scratch, bytecode, kept if isolator.boxed else None)
        changes = changed_files(snapshot, patch, texts or {})
        if not isolator.boxed:
            place = replace(place, tree=scratch / "tree", scratch=scratch / "scratch")
            await asyncio.to_thread(_copy, snapshot, place, changes)
        order = make_order(
            project, snapshot, isolator, place=place, task=task, changes=changes, seal=seal, timeout=timeout
        )
        command = isolator.command(
            ["{agent}/runner.py", "{report}"],
            project=project,
            place=place,
            environment={"PYTHONDONTWRITEBYTECODE": ""} if place.kept else None,
        )
        completed = await run(command, stdin=json.dumps(order).encode(), timeout=timeout)
    return read_run(completed, seal)


@dataclass(frozen=True)
class Seal:
    """What a report must carry to be believed: random names that only the trusted runner is told."""

    nonce: str
    canary: str | None

    @classmethod
    def new(cls, task: Task) -> Seal:
        """Fresh ones for each run."""
        return cls(secrets.token_hex(16), f"test_canary_{secrets.token_hex(8)}" if task.canary else None)


Changes = Mapping[str, str | None]
"""Path → new text, or None for a file that is deleted."""


def changed_files(snapshot: Snapshot, patch: Patch | None, texts: Mapping[str, str]) -> Changes:
    """A patch's files, with `texts` above them."""
    return {**{edit.path: edit.after for edit in (patch.edits if patch else ())}, **texts}


def make_order(
    project: Project,
    snapshot: Snapshot,
    isolator: Isolator,
    *,
    place: Place,
    task: Task,
    changes: Changes,
    seal: Seal,
    timeout: float,
) -> dict[str, Any]:
    """Everything that the programs in the box are told about one run."""
    boxed = isolator.boxed
    limits = {**LIMITS, "CPU": int(timeout) + 5, **({"NPROC": MOST_PROCESSES} if boxed else {})}
    return {
        **stage_order(isolator, project, place),
        "files": {path: _file(snapshot, path, text) for path, text in changes.items() if text is not None}
        if boxed
        else {},
        "delete": [path for path, text in changes.items() if text is None] if boxed else [],
        "read_only": read_only_paths(snapshot) if boxed else (),
        "limits": limits,
        "nonce": seal.nonce,
        "canary": seal.canary,
        "args": list(project.pytest_args),
        "paths": list(task.paths),
        "ids": list(task.ids) if task.ids is not None else None,
        "first": list(task.first),
        "enough": task.enough,
        "stop_first": task.stop_first,
        "may_fail": list(task.may_fail),
        "seed": task.seed,
        "trace": task.trace,
        "trace_exactly": list(task.trace_exactly),
        "observe": task.observe,
        "brief": task.brief,
        "list_modules": task.list_modules,
        "time_limit": task.time_limit,
        "time_limits": dict(task.time_limits),
    }


def _file(snapshot: Snapshot, path: str, text: str) -> dict[str, Any]:
    try:
        mode = (snapshot.tree / path).stat().st_mode & 0o777
    except OSError:
        mode = 0o644
    return {"text": text, "mode": mode}


def _copy(snapshot: Snapshot, place: Place, changes: Changes) -> None:
    """A private copy of the tree with the changes in it, for a level that has no box."""
    shutil.copytree(snapshot.tree, place.tree, symlinks=True)
    place.scratch.mkdir()
    for path, text in changes.items():
        target = place.tree / path
        target.unlink(missing_ok=True)
        if text is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode("utf-8"))
            target.chmod(_file(snapshot, path, text)["mode"])


def read_only_paths(snapshot: Snapshot) -> tuple[str, ...]:
    """The snapshot's paths that no candidate may change, not even while it runs."""
    return _read_only(tuple(snapshot.files))


@functools.lru_cache(maxsize=8)
def _read_only(paths: tuple[str, ...]) -> tuple[str, ...]:
    files = [path for path in paths if untouchable_reason(path) is not None]
    if len(files) <= MOST_READ_ONLY_FILES:
        return tuple(files)
    return tuple(sorted(set(_folders(files))))


def _folders(files: Iterable[str]) -> Iterable[str]:
    """Each file's folder; a file at the top stands for itself."""
    for path in files:
        yield path.rpartition("/")[0] or path


# ── reading the report ───────────────────────────────────────────────────────────────────────────────────────────


def read_run(completed: Completed, seal: Seal) -> SuiteRun:
    """Judge the report's form, then fold its events into results."""
    events: list[Mapping[str, Any]] = []
    forged = ""
    for number, line in enumerate(completed.report.split(b"\n")[:-1]):
        event = read_event(line)
        if event is None or event.get("nonce") != seal.nonce or event.get("number") != number:
            forged = "the test process wrote something else than the report into the report's pipe"
            break
        events.append(event)
    end = events[-1] if events and events[-1]["event"] == "end" else None
    if end is not None and not completed.timed_out and end["status"] != completed.returncode:
        forged = f"the report ends with status {end['status']}, the process with {completed.returncode}"
    # The box's first process reaps the others, so only the runner knows what they used; a killed run used at most
    # what the clock says.
    cpu_seconds = end["cpu"] if end is not None else completed.wall_seconds
    folded = _Fold(seal.canary)
    for event in events:
        folded.take(event)
    return SuiteRun(
        completed=replace(
            completed,
            output=visible(completed.output),
            cpu_seconds=max(completed.cpu_seconds, cpu_seconds),
        ),
        collected=folded.collected,
        results=folded.results(),
        complete=frozenset(test for test, seen in folded.phases.items() if seen == list(PHASES)),
        uncollected=folded.uncollected,
        covered=folded.covered,
        observed={key: {n: frozenset(t) for n, t in names.items()} for key, names in folded.observed.items()},
        modules=tuple(end.get("modules", ())) if end is not None else (),
        ended=end is not None,
        canary_failed=folded.canary_failed if seal.canary else None,
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
        self._reports: dict[TestId, list[Mapping[str, Any]]] = {}

    def take(self, event: Mapping[str, Any]) -> None:
        """One event."""
        kind = event["event"]
        if kind == "collected":
            self.collected = tuple(event["ids"])
        elif kind == "uncollected":
            self.uncollected[event["id"]] = shown(event["text"])
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


def _result(test: TestId, reports: Sequence[Mapping[str, Any]]) -> TestResult:
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
            message=shown(failure.get("error") or _last_error(failure.get("text", ""))),
            traceback=shown(failure.get("text", "")),
            frames=tuple(Frame(path, line, name) for path, line, name in failure.get("frames", ())),
            output=shown(failure.get("output", "")),
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
