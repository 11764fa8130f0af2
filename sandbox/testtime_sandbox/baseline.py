"""The unpatched suite, run once whole and its failures a second time: what every patch is judged against."""

from __future__ import annotations

import asyncio
import difflib
import time
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from .errors import BaselineTimeout, CollectionError, TestNotFound
from .isolation import Isolator
from .snapshot import Snapshot
from .suite import SuiteRun, Task, run_suite
from .verdict import Baseline, Project, TestId, TestOutcome, TestResult, selects
from .warm import WarmAgent, WarmUnavailable, gather_bytecode

TEST_SECONDS = (3.0, 30.0)
"""A single test's limit in the baseline: an eighth of the time allowed, but at least and at most this."""
HUNG_SECONDS = 0.3
"""A test known to hang is interrupted so soon when it is run again."""
TRACED_SECONDS = 0.6
"""Passing tests are run a second time, and traced, as long as they took no longer than this together."""
PYTEST_SECONDS = 0.002
"""What pytest itself spends on a test, about: on top of what the test reports."""
NEAR_SHARE, NEAR_SECONDS = 0.1, (2.0, 6.0)
"""Tests beside named targets may take this share of the time allowed, but at least and at most so many seconds."""
NO_TESTS, USAGE_ERROR, INTERNAL_ERROR = 5, 4, 3
"""pytest's exit statuses."""


async def measure_baseline(
    project: Project,
    snapshot: Snapshot,
    isolator: Isolator,
    *,
    targets: Sequence[TestId] = (),
    timeout: float,
    near: bool = False,
    trace: bool = True,
    trace_passing: float = 0.0,
    agent: Awaitable[WarmAgent] | None = None,
) -> Baseline:
    """Run everything once cold; then what failed a second time, tracing which lines it executes, and with it passing
    tests, those of the same files first, as many as are quick.

    `targets` are ids, classes, files or folders that must exist. With `near`, only their files are run, the targets
    first, and of the others what fits into a moment: `complete_baseline` has the rest. `timeout` is for both runs
    together, in wall seconds. With `agent`, the second run happens there: an agent that does not see what the cold run
    saw is disowned, and a test that changes its mind is flaky. `trace_passing` is for what needs the lines of a suite
    that passes: so many seconds of its tests are traced though none fails.
    Raises `CollectionError`, `TestNotFound`, `BaselineTimeout`.
    """
    started = time.monotonic()
    paths = _files_of(targets, snapshot) if near else ()
    limit = _test_limit(timeout)
    task = Task(list_modules=agent is not None, time_limit=limit)
    if paths:
        enough = min(max(NEAR_SHARE * timeout, NEAR_SECONDS[0]), NEAR_SECONDS[1])
        task = replace(task, paths=paths, first=tuple(targets), enough=enough)
    first = await _first_run(project, snapshot, isolator, task, timeout=timeout, keep=agent is not None)
    _refuse_unusable(first, timeout, targets)
    _require(targets, first)
    results = dict(first.results)
    failing = tuple(test for test, result in results.items() if result.outcome.is_failure)
    if paths and not any(selects(target, test) for test in failing for target in targets):
        # By themselves they pass: perhaps the whole suite makes them fail.
        return await measure_baseline(
            project, snapshot, isolator, targets=targets, timeout=timeout, trace=trace, agent=agent
        )

    async def again(tests: Sequence[TestId], warm: WarmAgent | None, *, trace: bool) -> SuiteRun:
        paths = tuple(dict.fromkeys(test.split("::")[0] for test in tests))
        left = max(1.0, timeout - (time.monotonic() - started))
        exact = tuple(test for test in tests if test in failing)
        task = Task(
            paths,
            tuple(tests),
            time_limit=limit / 4,
            time_limits=_hung(results),
            trace=trace,
            observe=trace,
            trace_exactly=exact,
        )
        if warm is not None:
            with suppress(WarmUnavailable):
                return await warm.run(task, timeout=left)
        return await run_suite(project, snapshot, isolator, task, timeout=left)

    second: dict[TestId, TestResult] = {}
    traced = SuiteRun(first.completed)
    warm, cold_because = await _ready(agent, first.modules)
    wanted = warm is not None or (trace and (failing or trace_passing))
    tests = (*failing, *_quick(results, failing, max(TRACED_SECONDS, trace_passing))) if wanted else ()
    if tests:
        traced = run = await again(tests, warm, trace=trace)
        second = dict(run.results)
        doubtful = [test for test in tests if test not in second or second[test].outcome is not results[test].outcome]
        if doubtful and (warm is None or not warm.unusable):
            run = await again(doubtful, None, trace=False)
            as_before = _ended(run, doubtful, results)
            if (
                as_before
                and warm is not None
                and not _ended(await again(doubtful, warm, trace=False), doubtful, results)
            ):
                warm.disown(f"{doubtful[0]} ends otherwise in the warm agent than by itself")
            second |= run.results
    elif failing:
        second = dict((await again(failing, None, trace=False)).results)
    if warm is not None:
        cold_because = warm.unusable
    flaky = {
        test for test, result in second.items() if result.outcome.is_failure is not results[test].outcome.is_failure
    }
    return Baseline(
        results={test: results[test] for test in first.collected if test in results},
        isolation=isolator.isolation,
        seconds=first.completed.wall_seconds,
        flaky=frozenset(flaky),
        covered=traced.covered,
        observed=traced.observed,
        cold_because=cold_because,
    )


async def complete_baseline(
    project: Project, snapshot: Snapshot, isolator: Isolator, near: Baseline, *, timeout: float
) -> Baseline:
    """`near`, a baseline of some files, with every other test's result: one cold run of the whole suite. A test that
    ends otherwise in it than near by is flaky. Raises as `measure_baseline`.
    """
    task = Task(time_limit=_test_limit(timeout), time_limits=_hung(near.results))
    run = await run_suite(project, snapshot, isolator, task, timeout=timeout)
    _refuse_unusable(run, timeout, tuple(near.results))
    changed = {
        test
        for test, result in near.results.items()
        if test in run.results and run.results[test].outcome.is_failure is not result.outcome.is_failure
    }
    results = {**run.results, **near.results}
    return replace(
        near,
        results={test: results[test] for test in run.collected if test in results},
        seconds=run.completed.wall_seconds,
        flaky=near.flaky | changed,
    )


def _hung(results: Mapping[TestId, TestResult]) -> dict[TestId, float]:
    """Limits in seconds for the tests that are known to hang."""
    return {test: HUNG_SECONDS for test, result in results.items() if result.outcome is TestOutcome.TIMEOUT}


def _test_limit(timeout: float) -> float:
    return min(max(timeout / 8, TEST_SECONDS[0]), TEST_SECONDS[1])


def _files_of(targets: Sequence[TestId], snapshot: Snapshot) -> tuple[str, ...]:
    """The files or folders that the targets name; none when one of them does not exist."""
    paths = tuple(dict.fromkeys(target.split("::")[0].rstrip("/") for target in targets))
    known = all(path in snapshot.files or any(file.startswith(path + "/") for file in snapshot.files) for path in paths)
    return paths if known else ()


async def _first_run(
    project: Project, snapshot: Snapshot, isolator: Isolator, task: Task, *, timeout: float, keep: bool
) -> SuiteRun:
    """The cold run; with `keep`, the bytecode that it compiles is kept for all runs to come."""
    kept = snapshot.tree.parent / "kept"
    kept.mkdir(exist_ok=True)
    run = await run_suite(project, snapshot, isolator, task, timeout=timeout, kept=kept if keep else None)
    await asyncio.to_thread(gather_bytecode, kept, snapshot.bytecode)
    return run


def _ended(run: SuiteRun, tests: Sequence[TestId], results: Mapping[TestId, TestResult]) -> bool:
    """Whether these tests ended in `run` as they are known to."""
    return all(test in run.results and run.results[test].outcome is results[test].outcome for test in tests)


async def _ready(agent: Awaitable[WarmAgent] | None, modules: Sequence[str]) -> tuple[WarmAgent | None, str]:
    """The agent with everything preloaded, or why there is none."""
    if agent is None:
        return None, ""
    try:
        warm = await agent
        await warm.box.preload(modules)
    except WarmUnavailable as error:
        return None, str(error)
    return (None, warm.unusable) if warm.unusable else (warm, "")


def _quick(results: Mapping[TestId, TestResult], failing: Sequence[TestId], most: float) -> list[TestId]:
    """Passing tests, those of the failing tests' files first and the quickest of them, as many as fit into `most`
    seconds.
    """
    near = {test.split("::")[0] for test in failing}
    passed = [test for test, result in results.items() if result.outcome is TestOutcome.PASSED]
    chosen: set[TestId] = set()
    total = 0.0
    for test in sorted(passed, key=lambda test: (test.split("::")[0] not in near, results[test].seconds)):
        seconds = results[test].seconds + PYTEST_SECONDS
        if total + seconds <= most:
            total += seconds
            chosen.add(test)
    return [test for test in results if test in chosen]


def _refuse_unusable(run: SuiteRun, timeout: float, targets: Sequence[str]) -> None:
    """Raise when nothing can be judged."""
    wanted_files = {target.split("::")[0] for target in targets}
    if run.uncollected and (not wanted_files or wanted_files & set(run.uncollected)):
        path, text = next(iter(run.uncollected.items()))
        raise CollectionError(f"pytest cannot collect {path}: {_reason(text)}. Mend that first.", text[-3000:])
    if run.completed.returncode in (INTERNAL_ERROR, USAGE_ERROR):
        output = run.completed.output[-3000:]
        raise CollectionError(f"pytest could not start on this project: {_reason(output)}.", output)
    if run.ended and run.collected:
        return
    if run.completed.timed_out:
        raise BaselineTimeout(_too_slow(timeout))
    if not run.collected:
        output = run.completed.output[-3000:]
        if run.completed.returncode == NO_TESTS:
            raise CollectionError(
                "pytest found no tests here; choose another folder (--root) or set testtime.pytestArgs."
            )
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


def time_limits(results: Mapping[TestId, TestResult], factor: float = 10.0, least: float = 2.0) -> dict[TestId, float]:
    """Seconds allowed per test: a multiple of its own time in the baseline, so that a loop ends soon."""
    return {
        test: max(least, factor * result.seconds) for test, result in results.items() if not result.outcome.is_failure
    }
