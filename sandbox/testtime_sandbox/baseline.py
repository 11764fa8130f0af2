"""The unpatched suite, run once whole and its failures a second time: what every patch is judged against."""

from __future__ import annotations

import difflib
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from .errors import BaselineTimeout, CollectionError, TestNotFound
from .isolation import Isolator
from .snapshot import Snapshot
from .suite import SuiteRun, Task, run_suite
from .verdict import Baseline, Project, TestId, TestResult

TEST_SECONDS = (5.0, 30.0)
"""A single test's limit in the baseline: an eighth of the time allowed, but at least and at most this."""
NO_TESTS, USAGE_ERROR, INTERRUPTED = 5, 4, 2
"""pytest's exit statuses."""


async def measure_baseline(
    project: Project,
    snapshot: Snapshot,
    isolator: Isolator,
    *,
    targets: Sequence[TestId] = (),
    timeout: float,
    trace: bool = True,
) -> Baseline:
    """Run everything once, what failed a second time; trace which lines each test executes.

    `targets` are ids, classes, files or folders that must exist. `timeout` is for both runs together, in wall seconds.
    Raises `CollectionError`, `TestNotFound`, `BaselineTimeout`.
    """
    started = time.monotonic()
    limit = min(max(timeout / 8, TEST_SECONDS[0]), TEST_SECONDS[1])
    task = Task(trace=trace, observe=trace, time_limit=limit)
    first = await run_suite(project, snapshot, isolator, task, timeout=timeout)
    _refuse_unusable(first, timeout, targets)
    _require(targets, first)
    results = dict(first.results)
    again = tuple(test for test, result in results.items() if result.outcome.is_failure)
    flaky: set[TestId] = set()
    if again:
        left = max(1.0, timeout - (time.monotonic() - started))
        paths = tuple(dict.fromkeys(test.split("::")[0] for test in again))
        second = await run_suite(
            project, snapshot, isolator, Task(paths=paths, ids=again, time_limit=limit / 4), timeout=left
        )
        if second.completed.timed_out and not second.ended:
            raise BaselineTimeout(_too_slow(timeout))
        flaky = {test for test in again if test in second.results and not second.results[test].outcome.is_failure}
        results |= {test: _untraced(results[test], second.results.get(test)) for test in again}
    return Baseline(
        results={test: results[test] for test in first.collected if test in results},
        isolation=isolator.isolation,
        seconds=first.completed.wall_seconds,
        flaky=frozenset(flaky),
        covered=first.covered,
        observed=first.observed,
    )


def _untraced(first: TestResult, second: TestResult | None) -> TestResult:
    """The first result with the second's time: tracing slows a test down."""
    return replace(first, seconds=second.seconds) if second else first


def _refuse_unusable(run: SuiteRun, timeout: float, targets: Sequence[str]) -> None:
    """Raise when nothing can be judged."""
    wanted_files = {target.split("::")[0] for target in targets}
    if run.uncollected and (not wanted_files or wanted_files & set(run.uncollected)):
        path, text = next(iter(run.uncollected.items()))
        raise CollectionError(f"pytest cannot collect {path}: {_reason(text)}. Mend that first.", text[-3000:])
    if run.ended and run.collected:
        return
    if run.completed.timed_out:
        raise BaselineTimeout(_too_slow(timeout))
    if not run.collected:
        output = run.completed.output[-3000:]
        if run.completed.returncode == NO_TESTS:
            raise CollectionError("pytest found no tests here; choose the project with --root (testtime.root).")
        if run.uncollected:
            path, text = next(iter(run.uncollected.items()))
            raise CollectionError(f"pytest cannot collect {path}: {_reason(text)}. Mend that first.", text[-3000:])
        raise CollectionError(f"pytest could not start on this project: {_reason(output)}.", output)


def _too_slow(timeout: float) -> str:
    return (
        f"The unpatched tests did not end within {timeout:g} s; raise testtime.timeout (--timeout) or the effort, "
        "or choose fewer tests with testtime.pytestArgs."
    )


def _reason(text: str) -> str:
    """The telling line of a long explanation."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line[1:].strip() for line in lines if line.startswith("E ")]
    telling = [line for line in errors or lines if "Error" in line or "error" in line]
    where = [line for line in errors if line.startswith("File ")]
    reason = (telling or errors or lines or ["no reason given"])[-1]
    return (f"{where[-1]}: {reason}" if where else reason)[:300].rstrip(".")


def _require(targets: Sequence[TestId], run: SuiteRun) -> None:
    """Every target names at least one test."""
    for target in targets:
        if not any(selects(target, test) for test in run.collected):
            near = difflib.get_close_matches(target, run.collected, n=3, cutoff=0.5)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise TestNotFound(f"There is no test {target!r} in this project.{hint}")


def selects(selection: str, test: TestId) -> bool:
    """Whether an id, class, file or folder names `test`."""
    return test == selection or test.startswith((selection + "::", selection + "[", selection.rstrip("/") + "/"))


def time_limits(results: Mapping[TestId, TestResult], factor: float = 10.0, least: float = 2.0) -> dict[TestId, float]:
    """Seconds allowed per test: a multiple of its own time in the baseline, so that a loop ends soon."""
    return {
        test: max(least, factor * result.seconds) for test, result in results.items() if not result.outcome.is_failure
    }
