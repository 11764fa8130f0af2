"""`Workbench`: the domain calls behind the editor and the terminal: run a project's tests, repair its failures."""

from __future__ import annotations

import asyncio
import fnmatch
import os
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testtime_sandbox.patch import Patch
from testtime_sandbox.snapshot import Snapshot, clean_stale, discard, take_snapshot
from testtime_sandbox.untouchable import untouchable_reason
from testtime_sandbox.verdict import Baseline, Project, TestId, Verdict
from testtime_strategies.budget import EffortName
from testtime_strategies.candidate import Outcome, Problem
from testtime_strategies.events import BaselineReady, Listener, Preparing
from testtime_strategies.localise import localise

from .settings import Settings, StrategyName

if TYPE_CHECKING:
    from testtime_sandbox.isolation import Isolator
    from testtime_strategies.endpoint import ChosenModel
    from testtime_strategies.strategy import Strategy


class NoFailingTest(Exception):
    """There is nothing to repair: every test asked for passes, or has no stable outcome."""


@dataclass(frozen=True)
class Report:
    """A repair that ran to its end."""

    project: Project
    problem: Problem
    outcome: Outcome


class Workbench:
    """One project root. Discovery and isolation are kept warm between calls; settings are fixed for its lifetime.

    Its methods raise `SandboxError` for a project or machine that cannot be used, `ModelError` for a model that was
    configured but cannot be reached, both with one sentence for the user.
    """

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root = root
        self.settings = settings
        self._project: Project | None = None
        self._isolator: Isolator | None = None
        self._tidied = False

    async def run_tests(
        self,
        *,
        buffers: Mapping[str, str] | None = None,
        tests: Sequence[TestId] = (),
        listener: Listener,
    ) -> Baseline:
        """Run the suite (or `tests`) on the tree with `buffers` (root-relative path → unsaved text) in it."""
        async with self._baseline(buffers or {}, tests, listener, self.settings.ceilings().seconds) as (_, _, baseline):
            return baseline

    async def repair(
        self,
        tests: Sequence[TestId] = (),
        *,
        buffers: Mapping[str, str] | None = None,
        effort: EffortName | None = None,
        listener: Listener,
    ) -> Report:
        """Repair `tests`, or every failing test when none is named. Raises `NoFailingTest` when nothing fails."""
        from testtime_sandbox.screen import WarmScreen
        from testtime_sandbox.verifier import SandboxVerifier
        from testtime_strategies.solve import solve

        started = time.monotonic()
        effort = effort or self.settings.effort
        ceilings = self.settings.ceilings(effort)
        async with self._baseline(buffers or {}, tests, listener, ceilings.seconds) as (project, snapshot, baseline):
            problem = self._problem(snapshot, baseline, tests)
            assert self._isolator is not None
            chosen = await self._choose_model()
            workers = max(1, os.cpu_count() or 1)
            model = chosen.open() if chosen else None
            screen = await WarmScreen.start(project, snapshot, self._isolator, baseline, problem.targets)
            verifier = SandboxVerifier(
                project, snapshot, baseline, problem.targets, self._isolator, workers=workers, screen=screen
            )
            try:
                outcome = await solve(
                    problem,
                    make_strategy(self.settings.strategy),
                    verifier,
                    model,
                    effort=effort,
                    ceilings=ceilings,
                    listener=listener,
                    elapsed=time.monotonic() - started,
                    workers=workers,
                )
            finally:
                await verifier.aclose()
                if model is not None:
                    await model.aclose()
            return Report(project, problem, outcome)

    async def verify(
        self,
        patch: Patch,
        tests: Sequence[TestId],
        *,
        buffers: Mapping[str, str] | None = None,
        listener: Listener,
    ) -> Verdict:
        """Judge one patch, whole definition of *verified*, on the tree as it is now with `buffers` in it."""
        from testtime_sandbox.verifier import SandboxVerifier

        seconds = self.settings.ceilings().seconds
        async with self._baseline(buffers or {}, tests, listener, seconds) as (project, snapshot, baseline):
            assert self._isolator is not None
            return await SandboxVerifier(project, snapshot, baseline, tests, self._isolator).verify(patch, confirm=True)

    async def aclose(self) -> None:
        """Nothing outlives a call today; what becomes warm between calls ends here."""

    @asynccontextmanager
    async def _baseline(
        self, buffers: Mapping[str, str], tests: Sequence[TestId], listener: Listener, timeout: float
    ) -> AsyncGenerator[tuple[Project, Snapshot, Baseline]]:
        """Project, snapshot and baseline; the snapshot is gone when the block ends."""
        from testtime_sandbox import baseline as baselines
        from testtime_sandbox import isolation
        from testtime_sandbox import project as projects

        listener(Preparing("looking at the project"))
        if self._isolator is None:
            self._isolator = await asyncio.to_thread(
                isolation.choose, allow_unisolated=self.settings.isolation == "process"
            )
        if self._project is None:
            self._project = await asyncio.to_thread(
                projects.discover, self.root, python=self.settings.python, pytest_args=self.settings.pytest_args
            )
        listener(Preparing("taking a snapshot"))
        if not self._tidied:
            await asyncio.to_thread(clean_stale)
            self._tidied = True
        snapshot = await asyncio.to_thread(take_snapshot, self.root, buffers=buffers)
        try:
            listener(Preparing("running the tests"))
            baseline = await baselines.measure_baseline(
                self._project, snapshot, self._isolator, targets=tests, timeout=timeout
            )
            listener(BaselineReady(baseline, baseline.isolation))
            yield self._project, snapshot, baseline
        finally:
            await asyncio.to_thread(discard, snapshot)

    def _problem(self, snapshot: Snapshot, baseline: Baseline, tests: Sequence[TestId]) -> Problem:
        failing = baseline.failing
        targets = tuple(test for test in failing if not tests or _selected(test, tests))
        if not targets:
            flaky = [test for test in baseline.flaky if not tests or _selected(test, tests)]
            if flaky:
                raise NoFailingTest(f"No test fails reliably: {', '.join(flaky)} changed its mind between two runs.")
            raise NoFailingTest("No failing test: there is nothing to repair.")
        excluded = frozenset(
            path for path in snapshot.files if any(fnmatch.fnmatch(path, pattern) for pattern in self.settings.exclude)
        )
        suspicious = localise(baseline, targets, is_untouchable=lambda path: untouchable_reason(path) is not None)
        return Problem(snapshot, baseline, targets, suspicious, excluded=excluded)

    async def _choose_model(self) -> ChosenModel | None:
        if self.settings.model == "none":
            return None
        from testtime_strategies.endpoint import choose_model

        settings = self.settings
        return await choose_model(settings.model, settings.base_url, settings.api_key, environ=os.environ)


def make_strategy(name: StrategyName) -> Strategy[Any]:
    """The strategy that a setting names, above the zero-token rung."""
    from testtime_strategies.best_of_n import BestOfN
    from testtime_strategies.ladder import Ladder
    from testtime_strategies.mutation import MutateFirst
    from testtime_strategies.refine import Refine

    return Ladder(MutateFirst(), Refine() if name == "refine" else BestOfN())


def _selected(test: TestId, selection: Sequence[str]) -> bool:
    """Whether a selection (ids, files, directories, classes) names `test`."""
    return any(
        test == wanted or test.startswith((wanted + "::", wanted + "[", wanted.rstrip("/") + "/"))
        for wanted in selection
    )
