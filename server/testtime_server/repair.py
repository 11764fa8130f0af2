"""`Workbench`: the domain calls behind the editor and the terminal: run a project's tests, repair its failures."""

from __future__ import annotations

import asyncio
import fnmatch
import os
import time
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from testtime_sandbox.errors import ProjectError
from testtime_sandbox.guard import clean_stale
from testtime_sandbox.patch import Patch
from testtime_sandbox.slots import FairSlots
from testtime_sandbox.snapshot import Snapshot, discard, make_shelf, remove_shelf, take_snapshot
from testtime_sandbox.untouchable import untouchable_reason
from testtime_sandbox.verdict import Baseline, Project, TestId, Verdict, selects
from testtime_strategies.budget import Ceilings, EffortName
from testtime_strategies.candidate import Problem
from testtime_strategies.difficulty import auto_ceilings
from testtime_strategies.events import BaselineReady, Event, Listener, Preparing
from testtime_strategies.localise import group_by_fault, localise

from . import learnt
from .combining import combined, remaining
from .ledger import Ledger
from .recording import Recording, Report
from .settings import Settings, StrategyName

if TYPE_CHECKING:
    from testtime_sandbox.isolation import Isolator
    from testtime_sandbox.warm import WarmAgent, WarmBox
    from testtime_strategies.endpoint import ChosenModel
    from testtime_strategies.statistics import MoveStatistics
    from testtime_strategies.strategy import Model, Strategy

    from .local.serving import LocalEngine

CORES = max(1, os.cpu_count() or 1)
TOKENS_OF_SAMPLE = 16_384
"""What a draft may cost where drafts are drawn to be measured."""
KEPT_WARM_SECONDS = 600.0
"""After the last request an editor's box waits so long for the next."""


class NoFailingTest(Exception):
    """There is nothing to repair: every test asked for passes, or has no stable outcome."""


class _How(NamedTuple):
    """What a request says of all its repairs."""

    effort: EffortName
    intent: str
    mutations_only: bool
    sample: int = 0
    """So many drafts are drawn and judged, whatever becomes of them; 0 repairs by the settings' strategy."""


class Tested(NamedTuple):
    """A snapshot whose tests have been run."""

    project: Project
    snapshot: Snapshot
    baseline: Baseline
    agent: WarmAgent | None
    whole: asyncio.Task[Baseline] | None
    """The baseline of all tests, under way, where `baseline` has only those of the named tests' files."""


class Workbench:
    """One project root. Discovery and isolation are kept warm between calls; settings are fixed for its lifetime.

    Its methods raise `SandboxError` for a project or machine that cannot be used, `ModelError` for a model that was
    configured but cannot be reached, both with one sentence for the user.
    """

    def __init__(
        self,
        root: Path,
        settings: Settings,
        slots: FairSlots | None = None,
        ledger: Ledger | None = None,
        *,
        seed: int = 0,
        engine: LocalEngine | None = None,
    ) -> None:
        """`slots` is shared by the workbenches of one process, so that no root's work starves another's; a `ledger` or
        an `engine` that is given is its owner's to close; `seed` is for what strategies draw by chance.
        """
        self._seed = seed
        self.root = root
        self.settings = settings
        self.ledger = ledger or Ledger()
        self._owns_ledger = ledger is None
        self._slots = slots or FairSlots(CORES)
        self._project: Project | None = None
        self._isolator: Isolator | None = None
        self._tidied = False
        self._shelf: Path | None = None
        self._box: WarmBox | None = None
        self._outdated: list[WarmBox] = []  # boxes that an earlier request may still be using
        self._requests = 0
        self._cooling: asyncio.Task[None] | None = None
        self._boxing = asyncio.Lock()
        self._engine = engine
        self._owns_engine = engine is None

    async def run_tests(
        self,
        *,
        buffers: Mapping[str, str] | None = None,
        tests: Sequence[TestId] = (),
        trace_passing: float = 0.0,
        listener: Listener,
    ) -> Baseline:
        """Run the suite (or `tests`) on the tree with `buffers` (root-relative path → unsaved text) in it, tracing so
        many seconds of what passes.
        """
        seconds = self.settings.ceilings().seconds
        async with self._baseline(buffers or {}, tests, listener, seconds, trace_passing=trace_passing) as tested:
            return tested.baseline

    async def repair(
        self,
        tests: Sequence[TestId] = (),
        *,
        buffers: Mapping[str, str] | None = None,
        effort: EffortName | None = None,
        intent: str = "",
        mutations_only: bool = False,
        sample: int = 0,
        listener: Listener,
    ) -> Report:
        """Repair `tests`, or every failing test when none is named, several independent faults one after the other.

        `intent` says what is wanted, for the model; with `mutations_only` none is asked. With `sample` so many drafts
        for all of them at once are judged, as the strategy would make them; where those are draws at random, a quarter
        as many are corrected then. No mutation, whatever verifies.
        Raises `NoFailingTest` when nothing fails.
        """
        effort = effort or self.settings.effort
        ceilings = self.settings.ceilings(effort)
        if sample:
            ceilings = replace(ceilings, samples=2 * sample, tokens=2 * sample * TOKENS_OF_SAMPLE)
        how = _How(effort, intent, mutations_only, sample)
        with Recording(self.ledger, self.root, self.settings, effort, listener) as recording:
            report = await self._repair_one(tests, buffers or {}, how, ceilings, recording)
            if report.rest:
                report = await self._repair_rest(report, buffers or {}, how, ceilings, recording)
            return recording.ended(report)

    async def _repair_rest(
        self, report: Report, buffers: Mapping[str, str], how: _How, ceilings: Ceilings, listener: Recording
    ) -> Report:
        """Go on with the failing tests that another fault is behind, within what is left of the ceilings."""
        reports = [report]
        texts = dict(buffers)
        rest = list(report.rest)
        while rest and (left := remaining(ceilings, [r.outcome for r in reports])) is not None:
            fix = reports[-1].outcome.fix
            if fix is not None and fix.patch is not None:
                texts |= {edit.path: edit.after for edit in fix.patch.edits if edit.after is not None}
            try:
                reports.append(await self._repair_one(rest, texts, how, left, listener, first_fault_only=True))
            except NoFailingTest:
                break  # an earlier fix mended them too
            rest = [test for test in rest if test not in reports[-1].problem.targets]
        return combined(reports)

    async def _repair_one(
        self,
        tests: Sequence[TestId],
        buffers: Mapping[str, str],
        how: _How,
        ceilings: Ceilings,
        listener: Recording,
        *,
        first_fault_only: bool = False,
    ) -> Report:
        """One problem: baseline, search, verdict. Without `tests`, the failing tests that share the first fault."""
        from testtime_sandbox.observer import SandboxObserver
        from testtime_sandbox.screen import WarmScreen
        from testtime_sandbox.verifier import SandboxVerifier
        from testtime_strategies.sampling import Sampling
        from testtime_strategies.solve import solve

        from .choosing import choose_models

        started = time.monotonic()
        async with self._baseline(buffers, tests, listener, ceilings.seconds, near=bool(tests), warm=True) as tested:
            project, snapshot, baseline, agent, whole = tested
            problem, rest = self._problem(snapshot, baseline, tests, first_fault_only=first_fault_only or not tests)
            if how.sample:
                problem, rest = replace(problem, targets=(*problem.targets, *rest)), ()
            problem = replace(problem, intent=how.intent)
            assert self._isolator is not None
            chosen = () if how.mutations_only else await choose_models(self.settings, self._embedded, os.environ)
            models = [choice.open() for choice in chosen]
            screen = None
            if agent is not None:
                screen = await WarmScreen.start(agent, self._isolator.isolation, baseline, problem.targets)
            verifier = SandboxVerifier(
                project,
                snapshot,
                baseline,
                problem.targets,
                self._isolator,
                slots=self._slots,
                screen=screen,
                agent=agent,
                whole=whole,
            )
            observer = None
            if self._isolator.boxed:  # a model's own expressions run nowhere else
                observer = SandboxObserver(project, snapshot, baseline, self._isolator, slots=self._slots, agent=agent)
            try:
                if how.sample:
                    branch = self.settings.strategy == "adaptive"
                    strategy: Strategy[Any] = Sampling(how.sample, 0 if branch else how.sample // 4, branch=branch)
                else:
                    strategy = make_strategy(self.settings.strategy, learnt.load(self.root))
                if how.effort == "auto":
                    ceilings = auto_ceilings(problem, ceilings)
                with self._recorded(problem, models, listener) as (asked, hear):
                    outcome = await solve(
                        problem,
                        strategy,
                        verifier,
                        asked,
                        effort=how.effort,
                        ceilings=ceilings,
                        listener=hear,
                        elapsed=time.monotonic() - started,
                        workers=CORES,
                        seed=self._seed,
                        allowance=listener.allowance,
                        observer=observer,
                        comparer=screen,
                        reasoning=self.settings.reasoning,
                        to_the_end=how.sample > 0,
                    )
            finally:
                await verifier.aclose()
                for model in models:
                    await model.aclose()
            learnt.add(self.root, outcome.candidates)
            if whole is not None and whole.done() and not whole.exception():
                problem = replace(problem, baseline=whole.result())
            return Report(project, problem, outcome, rest)

    @contextmanager
    def _recorded(
        self, problem: Problem, models: Sequence[Model], listener: Listener
    ) -> Generator[tuple[Sequence[Model], Listener]]:
        """The models and the listener, both through a recording where `testtime.record` asks for one."""
        if not self.settings.record:
            yield models, listener
            return
        from testtime_strategies.record import Record

        try:
            record = Record.open(self.root / self.settings.record, problem, models)
        except OSError as error:
            raise ProjectError(f"testtime.record (--record) cannot be written to: {error}.") from error
        with record:

            def hear(event: Event) -> None:
                record(event)
                listener(event)

            yield record.models, hear

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
        async with self._baseline(buffers or {}, tests, listener, seconds, near=True) as tested:
            project, snapshot, baseline, _, whole = tested
            assert self._isolator is not None
            verifier = SandboxVerifier(
                project, snapshot, baseline, tests, self._isolator, slots=self._slots, whole=whole
            )
            return await verifier.verify(patch, confirm=True)

    async def aclose(self) -> None:
        """End what was kept warm between calls."""
        if self._engine is not None and self._owns_engine:
            await self._engine.aclose()
        if self._cooling is not None:
            self._cooling.cancel()
            await asyncio.wait({self._cooling})
        await self._cool()
        if self._owns_ledger:
            self.ledger.close()
        if self._shelf is not None:
            await asyncio.to_thread(remove_shelf, self._shelf)
            self._shelf = None

    @asynccontextmanager
    async def _baseline(
        self,
        buffers: Mapping[str, str],
        tests: Sequence[TestId],
        listener: Listener,
        timeout: float,
        *,
        near: bool = False,
        warm: bool = False,
        trace_passing: float = 0.0,
    ) -> AsyncGenerator[Tested]:
        """Project, snapshot, baseline and, when asked for and possible, a warm agent; snapshot and agent are gone when
        the block ends. With `near`, the files of `tests` come first, and the rest while the block runs.
        """
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
        self._shelf = self._shelf or make_shelf()
        self._requests += 1
        if self._cooling is not None:
            self._cooling.cancel()
            await asyncio.wait({self._cooling})
            self._cooling = None
        snapshot = await asyncio.to_thread(take_snapshot, self.root, buffers=buffers, shelf=self._shelf)
        starting: asyncio.Task[WarmAgent] | None = None
        whole: asyncio.Task[Baseline] | None = None
        try:
            listener(Preparing("running the tests"))
            if warm:  # beside the first run of the tests, which does not need it
                starting = asyncio.create_task(self._agent(self._project, snapshot, self._isolator))
            baseline = await baselines.measure_baseline(
                self._project,
                snapshot,
                self._isolator,
                targets=tests,
                timeout=timeout,
                near=near,
                trace_passing=trace_passing,
                agent=starting,
            )
            listener(BaselineReady(baseline, baseline.isolation))
            agent = await starting if starting is not None and not baseline.cold_because else None
            if near:
                whole = asyncio.create_task(self._complete(self._project, snapshot, self._isolator, baseline, timeout))
            yield Tested(self._project, snapshot, baseline, agent, whole)
        finally:
            for task in (starting, whole):
                if task is not None:
                    task.cancel()
                    await asyncio.wait({task})
            await asyncio.to_thread(discard, snapshot)
            self._requests -= 1
            if not self._requests:
                self._cooling = asyncio.create_task(self._cool(after=KEPT_WARM_SECONDS))

    async def _complete(
        self, project: Project, snapshot: Snapshot, isolator: Isolator, near: Baseline, timeout: float
    ) -> Baseline:
        """The baseline of all tests, on a core of its own while candidates are tried on the others."""
        from testtime_sandbox.baseline import complete_baseline

        async with self._slots.slot(object()) if CORES > 1 else nullcontext():
            return await complete_baseline(project, snapshot, isolator, near, timeout=timeout)

    async def _agent(self, project: Project, snapshot: Snapshot, isolator: Isolator) -> WarmAgent:
        """The warm agent for a snapshot, out of the box of the last request where that suits."""
        from testtime_sandbox.warm import WarmAgent, WarmBox

        async with self._boxing:
            if self._box is None or not self._box.suits(project, snapshot):
                old, self._box = self._box, None
                if old is not None:
                    self._outdated.append(old)
                self._box = await WarmBox.start(project, snapshot, isolator)
            return WarmAgent(self._box, snapshot)

    async def _cool(self, after: float = 0.0) -> None:
        """End the boxes, at once or when nobody has asked for anything for so many seconds."""
        for box in self._outdated:
            await box.aclose()
        self._outdated.clear()
        await asyncio.sleep(after)
        box, self._box = self._box, None
        if box is not None:
            await box.aclose()

    def _problem(
        self, snapshot: Snapshot, baseline: Baseline, tests: Sequence[TestId], *, first_fault_only: bool
    ) -> tuple[Problem, tuple[TestId, ...]]:
        """The problem, and the failing tests left for later: those that seem to have another fault behind them."""
        failing = baseline.failing

        def asked(test: TestId) -> bool:
            return not tests or any(selects(one, test) for one in tests)

        targets = tuple(test for test in failing if asked(test))
        if not targets:
            flaky = [test for test in baseline.flaky if asked(test)]
            if flaky:
                raise NoFailingTest(f"No test fails reliably: {', '.join(flaky)} changed its mind between two runs.")
            raise NoFailingTest("No failing test: there is nothing to repair.")
        excluded = snapshot.ignored | frozenset(
            path for path in snapshot.files if any(fnmatch.fnmatch(path, pattern) for pattern in self.settings.exclude)
        )
        groups = group_by_fault(baseline, targets, is_untouchable=_is_untouchable) if first_fault_only else [targets]
        suspicious = localise(baseline, groups[0], is_untouchable=_is_untouchable)
        rest = tuple(test for group in groups[1:] for test in group)
        return Problem(snapshot, baseline, groups[0], suspicious, excluded=excluded), rest

    async def _embedded(self, name: str) -> ChosenModel | None:
        """The embedded model that a name means, answering."""
        if self._engine is None:
            from .local.serving import LocalEngine

            self._engine = LocalEngine()
        return await self._engine.choose(name)


def make_strategy(name: StrategyName, statistics: MoveStatistics) -> Strategy[Any]:
    """The strategy that a setting names, above the zero-token rung. `statistics` is what moves have earned here."""
    from testtime_strategies.adaptive import Adaptive
    from testtime_strategies.best_of_n import BestOfN
    from testtime_strategies.ladder import Ladder
    from testtime_strategies.mutation import MutateFirst
    from testtime_strategies.refine import Refine
    from testtime_strategies.tree import Tree

    match name:
        case "adaptive":
            sampling: Strategy[Any] = Adaptive(statistics)
        case "tree":
            sampling = Tree()
        case "refine":
            sampling = Refine()
        case "best_of_n":
            sampling = BestOfN()
    return Ladder(MutateFirst(), sampling)


def _is_untouchable(path: str) -> bool:
    return untouchable_reason(path) is not None
