"""Repair every problem in every way asked for, judge each fix by the tests that nobody was shown, keep each result."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from testtime_sandbox.errors import SandboxError
from testtime_sandbox.patch import Patch
from testtime_sandbox.verdict import TestOutcome, selects
from testtime_strategies.budget import EffortName
from testtime_strategies.candidate import Draft
from testtime_strategies.model_errors import ModelError

from ..local.serving import LocalEngine
from ..repair import NoFailingTest, Report, Workbench
from ..settings import Settings, StrategyName
from .problems import BenchProblem
from .results import Cell, GradeOrNone, Result, append_result, read_results


@dataclass(frozen=True)
class Plan:
    """What is to be run: every problem in every cell, `repeats` times with other seeds."""

    problems: Sequence[BenchProblem]
    cells: Sequence[Cell]
    repeats: int = 1
    sample: int = 0
    """So many drafts of each problem are drawn and judged; 0 repairs."""

    def __len__(self) -> int:
        """How many repairs."""
        return len(self.problems) * len(self.cells) * self.repeats

    def __iter__(self) -> Iterator[tuple[BenchProblem, Cell, int]]:
        """Problem by problem, so that an early stop still compares the ways on the same problems."""
        for problem in self.problems:
            for cell in self.cells:
                for seed in range(self.repeats):
                    yield problem, cell, seed


async def run(plan: Plan, settings: Settings, file: Path, told: Callable[[Result, int], None]) -> list[Result]:
    """Run what `file` does not hold yet; `told` hears each new result and how many are done."""
    known = read_results(file)
    results: list[Result] = []
    engine = LocalEngine()  # one for all: loading takes longer than many a repair
    try:
        for done, (problem, cell, seed) in enumerate(plan, start=1):
            result = known.get((problem.suite, problem.name, cell, seed))
            if result is None:
                result = await _repair(problem, cell, seed, settings, sample=plan.sample, engine=engine)
                await asyncio.to_thread(append_result, file, result)
                told(result, done)
            results.append(result)
    finally:
        await engine.aclose()
    return results


async def _repair(
    problem: BenchProblem, cell: Cell, seed: int, settings: Settings, *, sample: int, engine: LocalEngine
) -> Result:
    """One repair from scratch."""
    own = replace(settings, model=cell.model, strategy=cast("StrategyName", cell.strategy))
    if not sample:
        own = replace(own, effort=cast("EffortName", cell.effort))
    bench = Workbench(problem.root, own, seed=seed, engine=engine)
    blank = Result(
        problem.name, problem.suite, problem.kind, problem.lines, cell, seed, False, False, "", "", ""
    )  # fmt: skip
    started = time.monotonic()
    try:
        report = await bench.repair(problem.targets, buffers=problem.texts, sample=sample, listener=lambda event: None)
        seconds = time.monotonic() - started
        result = await _judged(problem, bench, blank, report, seconds)
        return replace(result, draws=await _draws(problem, bench, report)) if sample else result
    except NoFailingTest as error:
        return replace(blank, error=f"{problem.name}: {error}")
    except (SandboxError, ModelError) as error:
        return replace(blank, error=str(error), seconds=time.monotonic() - started)
    finally:
        await bench.aclose()


async def _judged(problem: BenchProblem, bench: Workbench, blank: Result, report: Report, seconds: float) -> Result:
    outcome = report.outcome
    fix = outcome.fix
    patch = fix.patch if fix is not None and not report.rest else None
    grade: GradeOrNone = outcome.evidence.grade if patch is not None and outcome.evidence else ""
    return replace(
        blank,
        solved=patch is not None,
        correct=patch is not None and await is_correct(problem, bench, patch),
        grade=grade,
        reason=outcome.reason,
        stopped=outcome.stopped.value,
        moves=dict(outcome.moves),
        input_tokens=outcome.spend.input_tokens,
        output_tokens=outcome.spend.output_tokens,
        usd=outcome.spend.usd,
        seconds=seconds,
        cpu_seconds=outcome.spend.sandbox_cpu_seconds,
        model_seconds=outcome.spend.model_seconds,
        operator=getattr(fix.move, "operator", "") if fix is not None else "",
        patch=patch.diff() if patch is not None else "",
    )


async def _draws(problem: BenchProblem, bench: Workbench, report: Report) -> tuple[tuple[str, int], ...]:
    """What each draft came to, in the order in which they were asked for."""
    drafts = [candidate for candidate in report.outcome.candidates if isinstance(candidate.move, Draft)]
    draws: list[tuple[str, int]] = []
    for draft in sorted(drafts, key=lambda draft: int(draft.id[1:])):
        said = "-"
        if draft.patch is not None and draft.verdict is not None and draft.verdict.verified:
            said = "right" if await is_correct(problem, bench, draft.patch) else "wrong"
        draws.append((said, draft.spend.output_tokens))
    return tuple(draws)


async def is_correct(problem: BenchProblem, bench: Workbench, patch: Patch) -> bool:
    """Whether a fix passes the tests that nobody was shown, in the same sandbox."""
    texts = {**problem.texts, **problem.held_out_texts}
    texts |= {edit.path: edit.after for edit in patch.edits if edit.after is not None}
    try:
        judged = await bench.run_tests(buffers=texts, tests=problem.held_out, listener=lambda event: None)
    except SandboxError:
        return False  # it does not even collect, or hangs
    wanted = [result for test, result in judged.results.items() if any(selects(one, test) for one in problem.held_out)]
    return bool(wanted) and all(result.outcome is TestOutcome.PASSED for result in wanted)
