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
from .verdict import Baseline, Project, TestId, TestOutcome, TestResult
from .warm import WarmAgent, WarmUnavailable, gather_bytecode

TEST_SECONDS = (5.0, 30.0)
"""A single test's limit in the baseline: an eighth of the time allowed, but at least and at most this."""
SECOND_LOOK_SECONDS = 2.0
"""Passing tests are run a second time as long as they took no longer than this together."""
NO_TESTS, USAGE_ERROR, INTERNAL_ERROR = 5, 4, 3
"""pytest's exit statuses."""


async def measure_baseline(
    project: Project,
    snapshot: Snapshot,
    isolator: Isolator,
    *,
    targets: Sequence[TestId] = (),
    timeout: float,
    trace: bool = True,
    agent: Awaitable[WarmAgent] | None = None,
) -> Baseline:
    """Run everything once cold, then what failed a second time; trace which lines each test executes.

    `targets` are ids, classes, files or folders that must exist. `timeout` is for both runs together, in wall seconds.
    With `agent`, the second run happens there and has the quick passing tests in it too: an agent that does not see
    what the cold run saw is disowned, and a test that changes its mind is flaky.
    Raises `CollectionError`, `TestNotFound`, `BaselineTimeout`.
    """
    started = time.monotonic()
    limit = min(max(timeout / 8, TEST_SECONDS[0]), TEST_SECONDS[1])
    task = Task(trace=trace, observe=trace, list_modules=agent is not None, time_limit=limit)
    kept = snapshot.tree.parent / "kept"
    kept.mkdir(exist_ok=True)
    first = await run_suite(project, snapshot, isolator, task, timeout=timeout, kept=kept if agent else None)
    await asyncio.to_thread(gather_bytecode, kept, snapshot.bytecode)
    _refuse_unusable(first, timeout, targets)
    _require(targets, first)
    results = dict(first.results)
    failing = tuple(test for test, result in results.items() if result.outcome.is_failure)

    async def again(tests: Sequence[TestId], warm: WarmAgent | None) -> SuiteRun:
        paths = tuple(dict.fromkeys(test.split("::")[0] for test in tests))
        left = max(1.0, timeout - (time.monotonic() - started))
        task = Task(paths=paths, ids=tuple(tests), time_limit=limit / 4)
        if warm is not None:
            with suppress(WarmUnavailable):
                return await warm.run(task, timeout=left)
        return await run_suite(project, snapshot, isolator, task, timeout=left)

    second: dict[TestId, TestResult] = {}
    warm, cold_because = await _ready(agent, first.modules)
    if warm is not None:
        tests = (*failing, *_quick(results))
        run = await again(tests, warm)
        second = dict(run.results)
        doubtful = [test for test in tests if test not in second or second[test].outcome is not results[test].outcome]
        if doubtful and not warm.unusable:
            run = await again(doubtful, None)
            if all(test in run.results and run.results[test].outcome is results[test].outcome for test in doubtful):
                warm.disown(f"{doubtful[0]} ends otherwise in the warm agent than by itself")
            second |= run.results
    elif failing:
        run = await again(failing, None)
        if run.completed.timed_out and not run.ended:
            raise BaselineTimeout(_too_slow(timeout))
        second = dict(run.results)
    if warm is not None:
        cold_because = warm.unusable
    flaky = {
        test for test, result in second.items() if result.outcome.is_failure is not results[test].outcome.is_failure
    }
    results |= {test: _untraced(results[test], second.get(test)) for test in results}
    return Baseline(
        results={test: results[test] for test in first.collected if test in results},
        isolation=isolator.isolation,
        seconds=first.completed.wall_seconds,
        flaky=frozenset(flaky),
        covered=first.covered,
        observed=first.observed,
        cold_because=cold_because,
    )


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


def _quick(results: Mapping[TestId, TestResult]) -> list[TestId]:
    """Passing tests, the quickest first, as many as fit into the time that a second look may take."""
    passed = [test for test, result in results.items() if result.outcome is TestOutcome.PASSED]
    chosen: list[TestId] = []
    total = 0.0
    for test in sorted(passed, key=lambda test: results[test].seconds):
        total += results[test].seconds
        if total > SECOND_LOOK_SECONDS:
            break
        chosen.append(test)
    kept = set(chosen)
    return [test for test in results if test in kept]


def _untraced(first: TestResult, second: TestResult | None) -> TestResult:
    """The first result with the second's time: tracing slows a test down."""
    return replace(first, seconds=second.seconds) if second else first


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


def selects(selection: str, test: TestId) -> bool:
    """Whether an id, class, file or folder names `test`."""
    return test == selection or test.startswith((selection + "::", selection + "[", selection.rstrip("/") + "/"))


def time_limits(results: Mapping[TestId, TestResult], factor: float = 10.0, least: float = 2.0) -> dict[TestId, float]:
    """Seconds allowed per test: a multiple of its own time in the baseline, so that a loop ends soon."""
    return {
        test: max(least, factor * result.seconds) for test, result in results.items() if not result.outcome.is_failure
    }
