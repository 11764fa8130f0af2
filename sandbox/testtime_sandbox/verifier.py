"""`SandboxVerifier`: a patch against the baseline, stage by stage, each dearer than the one before."""

from __future__ import annotations

import ast
import asyncio
import functools
import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from .baseline import time_limits
from .isolation import Isolator
from .patch import FileEdit, Patch
from .report import shown
from .slots import FairSlots
from .snapshot import Snapshot
from .suite import SuiteRun, Task, run_suite
from .suspicion import is_plain
from .twin import make_twin
from .untouchable import PatchCheck
from .verdict import Baseline, Judgement, Project, Stage, TestId, TestOutcome, TestResult, Verdict
from .warm import WarmAgent, WarmUnavailable

STARTUP_SECONDS = 20.0
"""Allowed for interpreter, imports and collection, on top of the tests' own limits."""
OUTPUT_EXCERPT = 4000
MOST_KILLERS = 8
"""Tests remembered of each confirmation that failed."""
REGRESSION_SECONDS = 2.0
"""Passing tests whose lines are not known are run before the confirmation as long as they take no longer than this."""
UNKNOWN_LIMIT, UNKNOWN_SUITE_SECONDS = 30.0, 600.0
"""For a test, and for all, in a confirmation that begins before the baseline knows them."""


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
        slots: FairSlots | None = None,
        screen: Screen | None = None,
        agent: WarmAgent | None = None,
        whole: asyncio.Future[Baseline] | None = None,
        seed: int | None = None,
    ) -> None:
        """`baseline` has the targets in it and, where that is all it has, `whole` is the one of all tests: it may still
        be under way.
        """
        self._project = project
        self._snapshot = snapshot
        self._baseline = baseline
        self._targets = tuple(targets)
        self._isolator = isolator
        self._whole = whole
        self._early = asyncio.Lock()
        self._killers: dict[TestId, None] = {}  # tests that only the confirmation saw fail, the latest last
        self._check = PatchCheck(snapshot)
        self._screen = screen
        self._agent = agent
        self._slots = slots or FairSlots(workers)
        self._seed = random.SystemRandom().randrange(2**31) if seed is None else seed
        self._limits = time_limits(baseline.results)
        passing = [baseline.results[test].seconds for test in baseline.passing]
        self._target_limit = max(2.0, 10.0 * max(passing, default=0.5))

    async def verify(self, patch: Patch, *, confirm: bool = False) -> Verdict:
        """See `testtime_strategies.strategy.Verifier`. Raises `PatchError` for a patch of another snapshot."""
        findings = self._check.paths(patch)
        screened = False
        if not findings and all(is_plain(edit) for edit in patch.edits):
            # Reading the whole files can wait until something speaks for the patch.
            screened = not confirm
            if screened and (rejected := await self._screened(patch)) is not None:
                return rejected
        findings = findings or self._check.texts(patch)
        if any(finding.rejects for finding in findings):
            texts = tuple(finding.text for finding in findings)
            return Verdict(Judgement.REJECTED, Stage.SCREENED, self._isolator.isolation, findings=texts)
        verdict = await (self._confirm(patch) if confirm else self._try(patch, screened=screened))
        return replace(verdict, findings=(*(finding.text for finding in findings), *verdict.findings))

    async def _screened(self, patch: Patch) -> Verdict | None:
        """The screen's rejection, if there is a screen and it rejects."""
        if self._screen is None:
            return None
        async with self._slots.slot(self):
            return await self._screen.try_patch(patch)

    async def _try(self, patch: Patch, *, screened: bool) -> Verdict:
        """The screen, then one run: the targets, and when they pass what else the change can affect."""
        if not screened and (rejected := await self._screened(patch)) is not None:
            return rejected
        witnesses, left_out = self._affected(patch)
        ids = (*self._targets, *witnesses)
        stage = Stage.REGRESSION if witnesses else Stage.TARGET
        return await self._stage(patch, stage, ids, left_out)

    async def aclose(self) -> None:
        """Stop the screen; boxes end with the tasks that started them."""
        if self._screen is not None:
            await self._screen.aclose()

    async def _confirm(self, patch: Patch) -> Verdict:
        """The whole suite in a fresh box and random order, and the blind twin beside it; then, if only the order broke
        it, the suite in its own order.
        """
        twin = asyncio.ensure_future(self._meet_twin(patch))
        try:
            verdict = await self._whole_suite(patch, self._seed)
            if verdict.judgement is Judgement.REGRESSED and await self._pass_alone(patch, verdict.regressed):
                ordered = await self._whole_suite(patch, None)
                if ordered.passed:
                    dependent = ", ".join(verdict.regressed[:5])
                    note = f"These tests depend on the suite's order, so random order could not be used: {dependent}."
                    verdict = _joined(verdict, ordered, note)
                else:
                    verdict = ordered
            if not verdict.passed:
                for test in verdict.regressed[:MOST_KILLERS]:
                    self._killers.pop(test, None)
                    self._killers[test] = None
                return verdict
            findings, notes, cpu_seconds = await twin
        finally:
            if not twin.done():
                twin.cancel()
                await asyncio.wait({twin})
        return replace(
            verdict,
            judgement=Judgement.REJECTED if findings else verdict.judgement,
            findings=(*verdict.findings, *findings),
            notes=(*verdict.notes, *notes),
            cpu_seconds=verdict.cpu_seconds + cpu_seconds,
        )

    async def _whole_suite(self, patch: Patch, seed: int | None) -> Verdict:
        """Every test cold, with the canary, judged by the baseline of all tests; the first of them in a request may run
        beside that baseline.
        """
        stage = Stage.CONFIRMATION
        if self._whole is None or self._whole.done():
            baseline = self._known
            run = await self._run(patch, self._whole_task(baseline, seed), baseline)
        else:
            async with self._early:
                if not self._whole.done():
                    run, baseline = (
                        await self._run(patch, self._early_task(seed), None),
                        await asyncio.shield(self._whole),
                    )
                    return self._judge(stage, baseline, tuple(baseline.results), run)
            return await self._whole_suite(patch, seed)
        return self._judge(stage, baseline, tuple(baseline.results), run)

    def _whole_task(self, baseline: Baseline, seed: int | None) -> Task:
        """All tests, until one fails that must not."""
        must_pass = {*baseline.passing, *self._targets}
        limits = self._limits if baseline is self._baseline else time_limits(baseline.results)
        return Task(
            stop_first=True,
            may_fail=frozenset(test for test in baseline.results if test not in must_pass),
            seed=seed,
            canary=True,
            brief=True,
            time_limit=self._target_limit,
            time_limits=limits,
        )

    def _early_task(self, seed: int | None) -> Task:
        """All tests, when what they do without the patch is not known yet."""
        return Task(
            seed=seed,
            canary=True,
            brief=True,
            time_limit=UNKNOWN_LIMIT,
            time_limits={**self._limits, **dict.fromkeys(self._targets, self._target_limit)},
        )

    async def _pass_alone(self, patch: Patch, tests: tuple[TestId, ...]) -> bool:
        """Whether tests that failed among all others pass in their own order: then the order may be to blame."""
        baseline = self._known
        ids = tuple(test for test in baseline.results if test in tests[:MOST_KILLERS])
        return self._judge(Stage.REGRESSION, baseline, ids, await self._run(patch, self._task(ids), baseline)).passed

    async def _meet_twin(self, patch: Patch) -> tuple[tuple[str, ...], tuple[str, ...], float]:
        """Run the targets with changed expectations: (findings, notes, CPU seconds). They must fail."""
        paths = dict.fromkeys(test.split("::")[0] for test in self._targets)
        files = {path: self._snapshot.read(path) for path in paths if path in self._snapshot.files}
        twin = make_twin(files, self._targets, self._seed)
        left = [test for test in self._targets if test not in twin.tests]
        why = f"No blind twin for {', '.join(left[:3])}: nothing in it to perturb that is always checked."
        notes = (why,) if left else ()
        if not twin.tests:
            return (), notes, 0.0
        task = self._task(twin.tests, stop_first=False)
        run = await self._run(patch, task, self._baseline, twin.texts)
        failed = {test for test in twin.tests if test in run.results and run.results[test].outcome.is_failure}
        forged = [test for test in twin.tests if test not in failed]
        cpu_seconds = run.completed.cpu_seconds
        if not forged:
            return (), notes, cpu_seconds
        return (f"The blind twin of {', '.join(forged[:3])} did not fail as it must.",), notes, cpu_seconds

    def _affected(self, patch: Patch) -> tuple[tuple[TestId, ...], tuple[TestId, ...]]:
        """Witnesses that the change can affect, the fewest seconds first, and those left out. Of those whose lines are
        not known, what fits into a moment: the confirmation has them all.
        """
        passing = self._baseline.passing
        covered = self._baseline.covered
        changed = {path: patch.changed_lines(path) for path in patch.paths}
        imported = any(_outside_functions(edit) for edit in patch.edits)
        affected: list[TestId] = []
        unknown: list[TestId] = []
        for test in passing:
            if test not in covered:
                unknown.append(test)
            elif imported or any(lines & covered[test].get(path, frozenset()) for path, lines in changed.items()):
                affected.append(test)
        left = REGRESSION_SECONDS
        for test in sorted(unknown, key=self._seconds):
            left -= self._seconds(test)
            if left < 0:
                break
            affected.append(test)
        killers = [test for test in reversed(self._killers) if test in self._known.results]
        chosen = dict.fromkeys((*killers, *sorted(affected, key=self._seconds)))
        return tuple(chosen), tuple(test for test in passing if test not in chosen)

    def _seconds(self, test: TestId) -> float:
        return self._baseline.results[test].seconds

    async def _stage(
        self, patch: Patch, stage: Stage, ids: tuple[TestId, ...], left_out: tuple[TestId, ...] = ()
    ) -> Verdict:
        """One run of some tests in one box, until the first failure, judged."""
        run = await self._run(patch, self._task(ids), self._known)
        return self._judge(stage, self._known, ids, run, left_out)

    @property
    def _known(self) -> Baseline:
        """The baseline of all tests as soon as there is one."""
        return self._whole.result() if self._whole is not None and self._whole.done() else self._baseline

    def _task(self, ids: tuple[TestId, ...], *, stop_first: bool = True) -> Task:
        return Task(
            paths=tuple(dict.fromkeys(test.split("::")[0] for test in ids)),
            ids=ids,
            stop_first=stop_first,
            brief=True,
            time_limit=self._target_limit,
            time_limits=self._limits,
        )

    async def _run(
        self, patch: Patch, task: Task, baseline: Baseline | None, texts: Mapping[str, str] | None = None
    ) -> SuiteRun:
        """Forked from the warm agent where there is one and the task is not the whole suite, else cold. `baseline` says
        how long it may take.
        """
        timeout = UNKNOWN_SUITE_SECONDS
        if baseline is not None:
            expected = baseline.results if task.ids is None else task.ids
            timeout = STARTUP_SECONDS + sum(task.time_limits.get(test, self._target_limit) for test in expected)
            timeout = min(timeout, STARTUP_SECONDS + 10 * baseline.seconds)
        async with self._slots.slot(self, urgent=task.ids is None):
            if self._agent is not None and not self._agent.unusable and task.ids is not None:
                with suppress(WarmUnavailable):
                    return await self._agent.run(task, timeout=timeout, patch=patch, texts=texts)
            return await run_suite(
                self._project, self._snapshot, self._isolator, task, timeout=timeout, patch=patch, texts=texts
            )

    def _judge(
        self,
        stage: Stage,
        baseline: Baseline,
        expected: tuple[TestId, ...],
        run: SuiteRun,
        left_out: tuple[TestId, ...] = (),
    ) -> Verdict:
        """Compare a run with the baseline, from outside: nothing the test process claims is taken alone."""
        results = {test: result for test, result in run.results.items() if test in baseline.results}
        wanted = frozenset(expected)
        targets = [test for test in self._targets if test in wanted]
        fixed = tuple(test for test in targets if _passed(results, test))
        regressed = tuple(
            test for test in baseline.passing if test in wanted and test in results and results[test].outcome.is_failure
        )
        if len(fixed) < len(targets) and stage is Stage.REGRESSION:
            stage = Stage.TARGET
        stopped = bool(regressed) or len(fixed) < len(targets)
        fails = len(fixed) < len(targets) and (not regressed or any(test in results for test in {*targets} - {*fixed}))
        findings = self._tampering(stage, baseline, run, stopped=stopped)
        lost = self._lost(baseline, expected, run, stopped=stopped)
        judgement = Judgement.PASSED
        if run.completed.timed_out or run.completed.flooded:
            judgement = Judgement.TIMEOUT
        elif run.forged or findings:
            judgement = Judgement.REJECTED
        elif fails:
            judgement = Judgement.FAILED
        elif regressed:
            judgement = Judgement.REGRESSED
        elif lost:
            judgement = Judgement.REJECTED
            findings = (*findings, f"{len(lost)} test(s) were lost or skipped: {', '.join(lost[:3])}.")
        elif not run.ended:
            judgement = Judgement.CRASHED
        unfinished = not run.ended and not run.forged
        unreached = judgement is Judgement.REGRESSED and len(fixed) < len(targets)
        if unfinished and (unreached or judgement in (Judgement.FAILED, Judgement.REJECTED)):
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

    def _tampering(self, stage: Stage, baseline: Baseline, run: SuiteRun, *, stopped: bool) -> tuple[str, ...]:
        """Signs that the report cannot be believed."""
        findings: list[str] = []
        if run.forged:
            findings.append(f"The report cannot be believed: {run.forged}.")
        if stage is Stage.CONFIRMATION and run.ended and run.canary_failed is False and run.collected and not stopped:
            findings.append("The canary, a test that must fail, did not fail.")
        if stage is Stage.CONFIRMATION and any(not _fails(baseline, test) for test in self._targets):
            findings.append("A target passes without the patch when the whole suite runs: it is flaky.")
        extra = set(run.collected) - set(baseline.results)
        if stage is Stage.CONFIRMATION and extra:
            findings.append(f"The patch adds tests: {shown(', '.join(sorted(extra)[:3]))}.")
        passed = [test for test, result in run.results.items() if result.outcome is TestOutcome.PASSED]
        if any(test not in run.complete for test in passed):
            findings.append("A test claims to have passed without set-up, call and tear-down once each.")
        return tuple(findings)

    def _lost(
        self, baseline: Baseline, expected: tuple[TestId, ...], run: SuiteRun, *, stopped: bool
    ) -> tuple[TestId, ...]:
        """Tests that were there before and are not now, or are skipped where they ran before."""
        lost: list[TestId] = []
        collected = set(run.collected)
        evading = (TestOutcome.SKIPPED, TestOutcome.XFAILED, TestOutcome.XPASSED)
        for test in expected:
            before, now = baseline.results[test], run.results.get(test)
            never_ran = test not in collected or (now is None and not stopped)
            if never_ran or (now and now.outcome in evading and before.outcome not in evading):
                lost.append(test)
        return tuple(lost)


def _fails(baseline: Baseline, test: TestId) -> bool:
    return test in baseline.results and baseline.results[test].outcome.is_failure and test not in baseline.flaky


def _passed(results: Mapping[TestId, TestResult], test: TestId) -> bool:
    return test in results and results[test].outcome is TestOutcome.PASSED


def _outside_functions(edit: FileEdit) -> bool:
    """Whether a change touches code that runs at import (or cannot be told): then every test may be affected."""
    if not edit.path.endswith(".py") or edit.before is None or edit.after is None:
        return True
    before, after = _skeleton(edit.before), _skeleton(edit.after)
    return before is None or before != after


@functools.lru_cache(maxsize=32)
def _skeleton(source: str) -> str | None:
    """A module without its functions' bodies; None when it does not parse."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [ast.Pass()]
    return ast.dump(tree)


def _joined(first: Verdict, second: Verdict, note: str) -> Verdict:
    """The later stage's verdict with both runs' results and costs."""
    return replace(
        second,
        results={**first.results, **second.results},
        notes=(*second.notes, note),
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
