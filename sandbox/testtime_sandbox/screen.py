"""`WarmScreen`: a cheap look at a candidate in a process that has everything imported. It may reject, never pass.

One box per repair; in it the tests are collected once, and each candidate is a forked child with the changed functions
swapped in (`agent/screen_agent.py`): milliseconds instead of a whole pytest start. Children share the box's throw-away
tree, so one may see files that another wrote; a wrong rejection is possible there, a wrong acceptance is not.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from .isolation import Isolator, Mounts
from .patch import Patch
from .process import LiveProcess
from .snapshot import Snapshot
from .suite import LIMITS, read_only_paths
from .verdict import Baseline, Isolation, Judgement, Project, Stage, TestId, TestOutcome, TestResult, Verdict

START_SECONDS = 15.0
LEAST_SECONDS = 0.25
"""CPU seconds that a candidate's test may take at least, whatever the passing tests take."""
MOST_SECONDS = 10.0
LEAST_WALL, WALL_PER_CPU = 2.0, 4.0
"""Wall seconds for a whole candidate, at least and per CPU second of one test: for those that sleep."""
SLACK = 6.0
"""How much longer than the slowest passing test of its file a repaired test may take."""
WITNESS_SECONDS = 1.0
"""Passing tests of the target's files are run too, as long as all of them together take no longer than this."""


class WarmScreen:
    """A running screen. `try_patch` may be called concurrently; an agent that cannot serve rejects nothing."""

    def __init__(
        self, process: LiveProcess, isolation: Isolation, baseline: Baseline, targets: Sequence[TestId]
    ) -> None:
        self._process = process
        self._isolation = isolation
        self._baseline = baseline
        self._targets = tuple(targets)
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[Mapping[str, Any]]] = {}
        self._reader = asyncio.get_running_loop().create_task(self._read())

    @classmethod
    async def start(
        cls, project: Project, snapshot: Snapshot, isolator: Isolator, baseline: Baseline, targets: Sequence[TestId]
    ) -> WarmScreen | None:
        """A screen that has collected the tests; None where that cannot be had: everything then goes the cold way."""
        if isolator.bwrap is None or not isolator.overlay:
            return None
        mounts = Mounts(snapshot.root, (snapshot.tree, snapshot.tree.parent / "empty"), read_only_paths(snapshot))
        mounts.layers[1].mkdir(exist_ok=True)
        command = isolator.command(["{agent}/screen_agent.py", "{report}"], project=project, mounts=mounts)
        process = LiveProcess(command)
        try:
            process.write(json.dumps(_task(project, snapshot, baseline, targets)))
            async with asyncio.timeout(START_SECONDS):
                line = await process.readline()
            if line is None or not json.loads(line).get("ready"):
                await process.kill()
                return None
        except (TimeoutError, ValueError):
            await process.kill()
            return None
        except BaseException:
            await process.kill()
            raise
        return cls(process, isolator.isolation, baseline, targets)

    async def try_patch(self, patch: Patch) -> Verdict | None:
        """A rejecting verdict, or None when the patch must be judged the normal way."""
        if self._process.ended or any(
            edit.before is None or edit.after is None or not edit.path.endswith(".py") for edit in patch.edits
        ):
            return None
        number = next(self._numbers)
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._process.write(json.dumps({"id": number, "files": {edit.path: edit.after for edit in patch.edits}}))
        try:
            return self._verdict(await answer)
        except asyncio.CancelledError:
            if not self._process.ended:
                self._process.write(json.dumps({"cancel": number}))
            raise
        finally:
            self._waiting.pop(number, None)

    async def aclose(self) -> None:
        """End the box and everything in it."""
        self._reader.cancel()
        await self._process.kill()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader
        self._give_up()

    async def _read(self) -> None:
        """Hand each answer to whoever waits for it."""
        while (line := await self._process.readline()) is not None:
            try:
                answer: Any = json.loads(line)
            except ValueError:
                break
            number: Any = cast("dict[str, Any]", answer).get("id") if isinstance(answer, dict) else None
            waiting = self._waiting.get(number)
            if waiting is not None and not waiting.done():
                waiting.set_result(cast("dict[str, Any]", answer))
        self._give_up()

    def _give_up(self) -> None:
        """Whoever still waits must go the normal way."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result({"state": "unknown"})

    def _verdict(self, answer: Mapping[str, Any]) -> Verdict | None:
        judgements = {
            "failed": Judgement.FAILED,
            "regressed": Judgement.REGRESSED,
            "timeout": Judgement.TIMEOUT,
            "crashed": Judgement.CRASHED,
        }
        judgement = judgements.get(str(answer.get("state")))
        if judgement is None:
            return None
        passed = min(int(answer.get("passed") or 0), len(self._targets))
        test = str(answer.get("test") or "")
        results: dict[TestId, TestResult] = {}
        if test in self._baseline.results:
            message, trace = str(answer.get("text") or ""), str(answer.get("trace") or "")
            results[test] = TestResult(test, TestOutcome.FAILED, 0.0, message, trace)
        return Verdict(
            judgement=judgement,
            stage=Stage.SCREENED,
            isolation=self._isolation,
            results=results,
            fixed=self._targets[:passed],
            regressed=(test,) if judgement is Judgement.REGRESSED else (),
            progress=self._progress(answer, passed, test),
            cpu_seconds=float(answer.get("cpu") or 0.0),
        )

    def _progress(self, answer: Mapping[str, Any], passed: int, test: str) -> float:
        """Targets passed, and half a one for a test that got past the line where it failed before."""
        share = 1 / len(self._targets)
        progress = min(passed * share, 0.95)
        if test in self._targets[passed : passed + 1]:
            name = test.split("::", maxsplit=1)[0].rsplit("/", 1)[-1]
            lines = [line for file, line in answer.get("frames") or () if file == name]
            before = [f.line for f in self._baseline.results[test].frames if f.path == test.split("::", maxsplit=1)[0]]
            if lines and before and lines[-1] > before[-1]:
                progress += share / 2
        return progress


def _task(project: Project, snapshot: Snapshot, baseline: Baseline, targets: Sequence[TestId]) -> dict[str, Any]:
    paths = list(dict.fromkeys(target.split("::")[0] for target in targets))
    near = [test for test in baseline.passing if test.split("::")[0] in paths]
    slowest = max((baseline.results[test].seconds for test in near), default=0.0)
    total = sum(baseline.results[test].seconds for test in near)
    limit = min(MOST_SECONDS, max(LEAST_SECONDS, SLACK * slowest))
    return {
        "root": str(snapshot.root),
        "scratch": "/tmp/testtime",
        "args": list(project.pytest_args),
        "paths": paths,
        "targets": list(targets),
        "witnesses": near if total <= WITNESS_SECONDS else [],
        "test_limit": limit,
        "wall_limit": max(LEAST_WALL, WALL_PER_CPU * limit) + 3 * total,
        "limits": dict(LIMITS),
    }
