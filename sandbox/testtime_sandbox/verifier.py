"""`SandboxVerifier`: a patch against the baseline, stage by stage, each dearer than the one before."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from typing import Protocol

from .baseline import time_limits
from .isolation import Isolator
from .patch import Patch
from .snapshot import Snapshot
from .suite import SuiteRun, Task, run_suite
from .untouchable import check_patch
from .verdict import Baseline, Judgement, Project, Stage, TestId, TestOutcome, TestResult, Verdict

STARTUP_SECONDS = 20.0
"""Allowed for interpreter, imports and collection, on top of the tests' own limits."""
OUTPUT_EXCERPT = 4000


class Screen(Protocol):
    """A cheap look at a patch before any full run: it may reject, never pass."""

    async def try_patch(self, patch: Patch) -> Verdict | None:
        """A rejecting verdict, or None when the patch must be judged the normal way."""
        ...

    async def aclose(self) -> None:
        """Stop everything it started."""
        ...


class SandboxVerifier:
    """Judges patches for one snapshot, baseline and set of targets. Safe to call concurrently: at most `workers`
    boxes run at a time, and confirmation goes before other work.
    """

    def __init__(
        self,
        project: Project,
        snapshot: Snapshot,
        baseline: Baseline,
        targets: Sequence[TestId],
        isolator: Isolator,
        *,
        workers: int = 2,
        screen: Screen | None = None,
        seed: int | None = None,
    ) -> None:
        self._project = project
        self._snapshot = snapshot
        self._baseline = baseline
        self._targets = tuple(targets)
        self._isolator = isolator
        self._screen = screen
        self._boxes = asyncio.Semaphore(workers)
        self._seed = random.SystemRandom().randrange(2**31) if seed is None else seed
        self._limits = time_limits(baseline.results)
        passing = [baseline.results[test].seconds for test in baseline.passing]
        self._target_limit = max(2.0, 10.0 * max(passing, default=0.5))

    async def verify(self, patch: Patch, *, confirm: bool = False) -> Verdict:
        """See `testtime_strategies.strategy.Verifier`. Raises `PatchError` for a patch of another snapshot."""
        if confirm:
            return await self._confirm(patch)
        findings = check_patch(patch, self._snapshot)
        if findings:
            return Verdict(Judgement.REJECTED, Stage.SCREENED, self._isolator.isolation, findings=findings)
        if self._screen is not None:
            rejected = await self._screen.try_patch(patch)
            if rejected is not None:
                return rejected
        verdict = await self._stage(patch, Stage.TARGET, self._targets)
        witnesses, left_out = self._affected(patch)
        if not verdict.passed or not witnesses:
            return verdict
        regression = await self._stage(patch, Stage.REGRESSION, witnesses, left_out)
        return _joined(verdict, regression)

    async def aclose(self) -> None:
        """Stop the screen; boxes end with the tasks that started them."""
        if self._screen is not None:
            await self._screen.aclose()

    async def _confirm(self, patch: Patch) -> Verdict:
        """The whole suite in a fresh box and random order; then, if only the order broke it, in its own order."""
        verdict = await self._stage(patch, Stage.CONFIRMATION, None, seed=self._seed)
        if verdict.judgement is not Judgement.REGRESSED:
            return verdict
        ordered = await self._stage(patch, Stage.CONFIRMATION, None)
        if not ordered.passed:
            return ordered
        dependent = ", ".join(verdict.regressed[:5])
        note = f"These tests depend on the order of the suite, so random order could not be used: {dependent}."
        return _joined(verdict, ordered, note)

    def _affected(self, patch: Patch) -> tuple[tuple[TestId, ...], tuple[TestId, ...]]:
        """Witnesses that the change can affect, the fewest seconds first, and those left out."""
        passing = self._baseline.passing
        covered = self._baseline.covered
        changed = {path: patch.changed_lines(path) for path in patch.paths}
        imported = any(_outside_functions(patch, path, lines) for path, lines in changed.items())
        affected = [
            test
            for test in passing
            if imported
            or test not in covered
            or any(lines & covered[test].get(path, frozenset()) for path, lines in changed.items())
        ]
        affected.sort(key=lambda test: self._baseline.results[test].seconds)
        chosen = set(affected)
        return tuple(affected), tuple(test for test in passing if test not in chosen)

    async def _stage(
        self,
        patch: Patch,
        stage: Stage,
        ids: tuple[TestId, ...] | None,
        left_out: tuple[TestId, ...] = (),
        *,
        seed: int | None = None,
    ) -> Verdict:
        """One run in one box, judged. `ids` None: everything, with the canary."""
        task = Task(
            paths=() if ids is None else tuple(dict.fromkeys(test.split("::")[0] for test in ids)),
            ids=ids,
            stop_first=ids is not None,
            seed=seed,
            canary=ids is None,
            time_limit=self._target_limit,
            time_limits=self._limits,
        )
        expected = tuple(self._baseline.results) if ids is None else ids
        timeout = STARTUP_SECONDS + sum(self._limits.get(test, self._target_limit) for test in expected)
        timeout = min(timeout, STARTUP_SECONDS + 10 * self._baseline.seconds)
        async with self._boxes:
            run = await run_suite(self._project, self._snapshot, self._isolator, task, timeout=timeout, patch=patch)
        return self._judge(stage, expected, run, left_out)

    def _judge(
        self, stage: Stage, expected: tuple[TestId, ...], run: SuiteRun, left_out: tuple[TestId, ...]
    ) -> Verdict:
        """Compare a run with the baseline, from outside: nothing the test process claims is taken alone."""
        results = {test: result for test, result in run.results.items() if test in self._baseline.results}
        targets = [test for test in self._targets if test in expected]
        fixed = tuple(test for test in targets if _passed(results, test))
        regressed = tuple(
            test
            for test in self._baseline.passing
            if test in expected and test in results and results[test].outcome.is_failure
        )
        findings = self._tampering(stage, expected, run)
        lost = self._lost(expected, run, stopped=bool(regressed) or len(fixed) < len(targets))
        judgement = Judgement.PASSED
        if run.completed.timed_out or run.completed.flooded:
            judgement = Judgement.TIMEOUT
        elif run.forged or findings:
            judgement = Judgement.REJECTED
        elif len(fixed) < len(targets):
            judgement = Judgement.FAILED
        elif regressed:
            judgement = Judgement.REGRESSED
        elif lost:
            judgement = Judgement.REJECTED
            findings = (*findings, f"{len(lost)} test(s) were lost or skipped: {', '.join(lost[:3])}.")
        elif not run.ended:
            judgement = Judgement.CRASHED
        if judgement in (Judgement.FAILED, Judgement.REJECTED) and not run.ended and not run.forged:
            judgement = Judgement.CRASHED
        return Verdict(
            judgement=judgement,
            stage=stage,
            isolation=self._isolator.isolation,
            results=results,
            fixed=fixed,
            regressed=regressed,
            lost=lost,
            left_out=left_out,
            progress=len(fixed) / len(targets) if targets else 0.0,
            findings=findings,
            output=_excerpt(run),
            cpu_seconds=run.completed.cpu_seconds,
            wall_seconds=run.completed.wall_seconds,
        )

    def _tampering(self, stage: Stage, expected: tuple[TestId, ...], run: SuiteRun) -> tuple[str, ...]:
        """Signs that the report cannot be believed."""
        findings: list[str] = []
        if run.forged:
            findings.append(f"The report cannot be believed: {run.forged}.")
        if stage is Stage.CONFIRMATION and run.ended and run.canary_failed is False and run.collected:
            findings.append("The canary, a test that must fail, did not fail.")
        extra = set(run.collected) - set(expected)
        if stage is Stage.CONFIRMATION and extra:
            findings.append(f"The patch adds tests: {', '.join(sorted(extra)[:3])}.")
        passed = [test for test, result in run.results.items() if result.outcome is TestOutcome.PASSED]
        if any(test not in run.complete for test in passed):
            findings.append("A test claims to have passed without set-up, call and tear-down once each.")
        return tuple(findings)

    def _lost(self, expected: tuple[TestId, ...], run: SuiteRun, *, stopped: bool) -> tuple[TestId, ...]:
        """Tests that were there before and are not now, or are skipped where they ran before."""
        lost: list[TestId] = []
        collected = set(run.collected)
        evading = (TestOutcome.SKIPPED, TestOutcome.XFAILED, TestOutcome.XPASSED)
        for test in expected:
            before, now = self._baseline.results[test], run.results.get(test)
            never_ran = test not in collected or (now is None and not stopped)
            if never_ran or (now and now.outcome in evading and before.outcome not in evading):
                lost.append(test)
        return tuple(lost)


def _passed(results: Mapping[TestId, TestResult], test: TestId) -> bool:
    return test in results and results[test].outcome is TestOutcome.PASSED


def _outside_functions(patch: Patch, path: str, lines: frozenset[int]) -> bool:
    """Whether a change touches code that runs at import (or cannot be told): then every test may be affected."""
    import ast

    edit = next(edit for edit in patch.edits if edit.path == path)
    if not path.endswith(".py") or edit.before is None or edit.after is None:
        return True
    try:
        before, after = ast.parse(edit.before), ast.parse(edit.after)
    except (SyntaxError, ValueError):
        return True
    return _skeleton(before) != _skeleton(after)


def _skeleton(tree: object) -> str:
    """The module without its functions' bodies."""
    import ast

    assert isinstance(tree, ast.Module)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [ast.Pass()]
    return ast.dump(tree)


def _joined(first: Verdict, second: Verdict, note: str = "") -> Verdict:
    """The later stage's verdict with both runs' results and costs."""
    from dataclasses import replace

    return replace(
        second,
        results={**first.results, **second.results},
        fixed=first.fixed or second.fixed,
        progress=max(first.progress, second.progress),
        findings=(*second.findings, note) if note else second.findings,
        cpu_seconds=first.cpu_seconds + second.cpu_seconds,
        wall_seconds=first.wall_seconds + second.wall_seconds,
    )


def _excerpt(run: SuiteRun) -> str:
    """What explains a run best: why a file could not be collected, else its own output."""
    text = "\n".join(run.uncollected.values()) or run.completed.output
    if len(text) <= OUTPUT_EXCERPT:
        return text
    half = OUTPUT_EXCERPT // 2
    return f"{text[:half]}\n… {len(text) - OUTPUT_EXCERPT} characters left out …\n{text[-half:]}"
