"""`WarmScreen`: a cheap look at a candidate in a process that has everything imported. It may reject, never pass.

A child of the warm agent collects the targets' files, and each candidate is a fork of it with the changed functions
swapped in (`agent/screen_agent.py`): milliseconds instead of a whole pytest start. Those forks share one throw-away
tree, so one may see files that another wrote; a wrong rejection is possible there, a wrong acceptance is not.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, cast

from .patch import Patch, changed_span
from .process import Talk
from .report import decode, frames, shown
from .suite import Task
from .verdict import (
    Answer,
    Baseline,
    Comparison,
    Examples,
    Isolation,
    Judgement,
    Stage,
    TestId,
    TestOutcome,
    TestResult,
    Verdict,
)
from .warm import WarmAgent

START_SECONDS = 15.0
HURRIED_SECONDS, LEAST_SECONDS = 0.08, 0.75
"""CPU seconds that a candidate's test may take at least, whatever the passing tests take: the first time, and when a
candidate that took longer is tried again."""
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
        self,
        talk: Talk,
        stop: Callable[[], None],
        isolation: Isolation,
        baseline: Baseline,
        targets: Sequence[TestId],
    ) -> None:
        self._talk = talk
        self._stop = stop
        self._isolation = isolation
        self._baseline = baseline
        self._targets = tuple(targets)
        self._seconds = tuple(_near(baseline, targets).values())
        self._hurried: set[str] = set()
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[Mapping[str, Any]]] = {}
        self._ready: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._reader = asyncio.get_running_loop().create_task(self._read())

    @classmethod
    async def start(
        cls, agent: WarmAgent, isolation: Isolation, baseline: Baseline, targets: Sequence[TestId]
    ) -> WarmScreen | None:
        """A screen that has collected the tests; None where that cannot be had: everything then goes the normal way."""
        ours, theirs = socket.socketpair()
        talk = Talk(ours)
        with theirs:
            stop = agent.open_screen(*_task(baseline, targets), theirs.fileno())
        screen = cls(talk, stop, isolation, baseline, targets)
        try:
            async with asyncio.timeout(START_SECONDS):
                if await screen._ready:
                    return screen
        except TimeoutError:
            pass
        except BaseException:
            await screen.aclose()
            raise
        await screen.aclose()
        return None

    async def try_patch(self, patch: Patch) -> Verdict | None:
        """A rejecting verdict, or None when the patch must be judged the normal way."""
        if self._talk.ended or not _can_be_swapped_in(patch):
            return None
        again = patch.digest in self._hurried
        verdict = self._verdict(await self._ask({"changes": _changes(patch)}, again=again))
        if verdict is not None and verdict.judgement is Judgement.TIMEOUT:
            self._hurried.add(patch.digest)
        return verdict

    async def compare(self, patches: Sequence[Patch], *, seconds: float) -> Comparison:
        """What `patches` do with the calls that the tests make under the first of them, and with calls near those,
        within `seconds` (wall). Empty where that cannot be found out. Nothing of it is a verdict.
        """
        if self._talk.ended or not all(_can_be_swapped_in(patch) for patch in patches):
            return Comparison()
        answer = await self._ask({"compare": [_changes(patch) for patch in patches], "seconds": seconds}, again=True)
        return read_comparison(answer, len(patches))

    async def _ask(self, question: Mapping[str, Any], *, again: bool) -> Mapping[str, Any]:
        """The agent's answer; cancelling ends its work. A test gets its full time where `again` is set."""
        number = next(self._numbers)
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        limit, wall = _limits(self._seconds, again=again)
        self._talk.send(json.dumps({**question, "id": number, "limit": limit, "wall": wall}))
        try:
            return await answer
        except asyncio.CancelledError:
            if not self._talk.ended:
                self._talk.send(json.dumps({"cancel": number}))
            raise
        finally:
            self._waiting.pop(number, None)

    async def aclose(self) -> None:
        """End the screen and everything in it."""
        self._stop()
        self._talk.close()
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader
        self._give_up()

    async def _read(self) -> None:
        """Hand each answer to whoever waits for it."""
        while (line := await self._talk.readline()) is not None:
            answer = decode(line)
            if answer is None:
                break
            if "ready" in answer and not self._ready.done():
                self._ready.set_result(bool(answer["ready"]))
                continue
            number = answer.get("id")
            waiting = self._waiting.get(number) if isinstance(number, int) else None
            if waiting is not None and not waiting.done():
                waiting.set_result(answer)
        self._give_up()

    def _give_up(self) -> None:
        """Whoever still waits must go the normal way."""
        if not self._ready.done():
            self._ready.set_result(False)
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
        count = answer.get("passed")
        passed = max(0, min(count, len(self._targets))) if isinstance(count, int) else 0
        test = str(answer.get("test") or "")
        results: dict[TestId, TestResult] = {}
        if test in self._baseline.results:
            message, trace = shown(answer.get("text") or ""), shown(answer.get("trace") or "")
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
            path = test.split("::", maxsplit=1)[0]
            lines = [line for file, line, _ in frames(answer.get("frames")) if file == path]
            before = [f.line for f in self._baseline.results[test].frames if f.path == path]
            if lines and before and lines[-1] > before[-1]:
                progress += share / 2
        return progress


def _can_be_swapped_in(patch: Patch) -> bool:
    return all(e.before is not None and e.after is not None and e.path.endswith(".py") for e in patch.edits)


def _changes(patch: Patch) -> dict[str, tuple[int, int, str]]:
    return {edit.path: changed_span(edit.before or "", edit.after or "") for edit in patch.edits}


def read_comparison(said: Mapping[str, Any], patches: int) -> Comparison:
    """A comparison out of what candidates' processes say: anything else than its exact form is none at all."""
    calls, rows = said.get("calls"), said.get("answers")
    if not isinstance(calls, list) or not isinstance(rows, list):
        return Comparison()
    texts, table = cast("list[object]", calls), cast("list[object]", rows)
    if len(table) != patches or not all(isinstance(text, str) for text in texts):
        return Comparison()
    answers: list[tuple[Answer | None, ...] | None] = []
    for row in table:
        known = cast("list[object]", row) if isinstance(row, list) else []
        answers.append(tuple(map(_answer, known)) if len(known) == len(texts) else None)
    cpu, examples = said.get("cpu"), said.get("examples")
    held = cast("list[object]", examples) if isinstance(examples, list) else []
    return Comparison(
        tuple(shown(text) for text in texts),
        tuple(answers),
        float(cpu) if isinstance(cpu, int | float) else 0.0,
        tuple(map(_examples, held)) if len(held) == patches else (None,) * patches,
    )


def _answer(said: object) -> Answer | None:
    parts = cast("list[object]", said) if isinstance(said, list) else []
    if len(parts) != 4 or not all(isinstance(part, str) for part in parts):
        return None
    return Answer(*(shown(part) for part in parts))


def _examples(said: object) -> Examples | None:
    match said:
        case [int(held), None]:
            return Examples(held)
        case [int(held), [str(call), str(wanted), str(came)]]:
            return Examples(held, shown(call), shown(wanted), shown(came))
        case _:
            return None


def _task(baseline: Baseline, targets: Sequence[TestId]) -> tuple[Task, dict[str, Any]]:
    """What to collect, and what each candidate is tried on."""
    paths = tuple(dict.fromkeys(target.split("::")[0] for target in targets))
    near = _near(baseline, targets)
    witnesses = list(near) if sum(near.values()) <= WITNESS_SECONDS else []
    return Task(paths=paths, brief=True), {"targets": list(targets), "witnesses": witnesses}


def _near(baseline: Baseline, targets: Sequence[TestId]) -> dict[TestId, float]:
    """The passing tests of the targets' files, with their seconds."""
    paths = {target.split("::")[0] for target in targets}
    return {test: baseline.results[test].seconds for test in baseline.passing if test.split("::")[0] in paths}


def _limits(seconds: Collection[float], *, again: bool) -> tuple[float, float]:
    """CPU seconds for a candidate's test, and wall seconds for the candidate, by what the passing tests take.

    What takes long may be a right fix of slow code, or a loop without end: those are many, so that a candidate gets its
    full time only when it is tried again.
    """
    least = LEAST_SECONDS if again else HURRIED_SECONDS
    limit = min(MOST_SECONDS, max(least, SLACK * max(seconds, default=0.0)))
    return limit, max(LEAST_WALL, WALL_PER_CPU * limit) + 3 * sum(seconds)
