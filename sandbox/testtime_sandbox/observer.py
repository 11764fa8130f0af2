"""`SandboxObserver`: one test of the unpatched snapshot, run in the box to see what it does."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from .baseline import time_limits
from .isolation import Isolator
from .slots import FairSlots
from .snapshot import Snapshot
from .suite import SuiteRun, Task, run_suite
from .verdict import Baseline, Observation, Project, TestId
from .warm import WarmAgent, WarmUnavailable

LIMIT_SECONDS = 10.0
"""For a test that the baseline does not know."""
STARTUP_SECONDS = 20.0


class SandboxObserver:
    """Runs tests for their output, forked from the warm agent where there is one; none can write the tree."""

    def __init__(
        self,
        project: Project,
        snapshot: Snapshot,
        baseline: Baseline,
        isolator: Isolator,
        *,
        slots: FairSlots,
        agent: WarmAgent | None = None,
    ) -> None:
        self._project = project
        self._snapshot = snapshot
        self._isolator = isolator
        self._slots = slots
        self._agent = agent
        self._limits = time_limits(baseline.results)

    async def observe(self, test: TestId, texts: Mapping[str, str]) -> Observation:
        """How `test` ends with `texts` (root-relative path → text) laid over the snapshot."""
        limit = self._limits.get(test, LIMIT_SECONDS)
        task = Task(paths=(test.split("::")[0],), ids=(test,), time_limit=limit)
        async with self._slots.slot(self):
            run = await self._run(task, limit + STARTUP_SECONDS, texts)
        output = "\n".join(run.uncollected.values()) or run.completed.output
        return Observation(run.results.get(test), output, run.completed.cpu_seconds)

    async def _run(self, task: Task, timeout: float, texts: Mapping[str, str]) -> SuiteRun:
        if self._agent is not None and not self._agent.unusable:
            with suppress(WarmUnavailable):
                return await self._agent.run(task, timeout=timeout, texts=texts)
        return await run_suite(self._project, self._snapshot, self._isolator, task, timeout=timeout, texts=texts)
