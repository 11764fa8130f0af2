"""Bugs seeded into a project of the user's own: which effort and model pays is best seen on its own code and tests.

Each is one small change on a line that tests execute, kept when at least two tests notice it: some of those become the
targets, the others judge the fix. Nothing is written to the project.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from testtime_sandbox.errors import SandboxError
from testtime_sandbox.untouchable import untouchable_reason
from testtime_sandbox.verdict import Baseline, TestId, TestOutcome
from testtime_strategies.mutation.strength import small_changes
from testtime_strategies.syntax import why_not_python

from ..repair import Workbench
from ..settings import Settings
from .problems import BenchProblem, SuiteError

FEWEST_WITNESSES = 2
"""Tests that must fail of a seeded bug: one to repair, one to judge."""
MOST_SHARE = 0.5
"""A change that more of the suite notices is no bug that anybody would have committed."""
TRACED_SECONDS = 20.0
"""Tests of the project that are traced to see which lines they execute."""
TRIES = 6
"""Changes tried for each bug wanted."""


async def injected(
    root: Path, settings: Settings, count: int, seed: int, told: Callable[[str], None] = lambda line: None
) -> tuple[BenchProblem, ...]:
    """Up to `count` bugs of the project at `root`, as problems; the same for the same project, settings and `seed`.

    Raises `SuiteError` when the project's own tests give nothing to judge by, and what discovery raises.
    """
    bench = Workbench(root, settings)
    try:
        baseline = await bench.run_tests(trace_passing=TRACED_SECONDS, listener=lambda event: None)
        if baseline.failing:
            raise SuiteError(f"{baseline.failing[0]} fails already: bugs are seeded into a project whose tests pass.")
        if not baseline.covered:
            raise SuiteError("Which lines the tests execute is not known here, so no bug can be seeded.")
        problems: list[BenchProblem] = []
        chance = random.Random(seed)
        tries = count * TRIES
        for bug in _changes(root, baseline, chance):
            if len(problems) == count or not tries:
                break
            tries -= 1
            problem = await _problem(bench, baseline, bug, chance)
            if problem is not None:
                problems.append(problem)
                told(f"seeded {len(problems)}/{count}: {bug.kind} at {bug.path}:{bug.line}")
    finally:
        await bench.aclose()
    if not problems:
        raise SuiteError(f"No bug could be seeded into {root}: its tests notice too little, or everything at once.")
    return tuple(problems)


class _Bug(NamedTuple):
    """A small change: where, of what kind, and the file's text with it."""

    path: str
    line: int
    kind: str
    text: str


def _changes(root: Path, baseline: Baseline, chance: random.Random) -> Iterator[_Bug]:
    """Small changes at random lines that some tests execute, one at each line."""
    places: dict[tuple[str, int], int] = {}
    executed = {path for lines_by_path in baseline.covered.values() for path in lines_by_path}
    touchable = {path for path in executed if untouchable_reason(path) is None}
    for lines_by_path in baseline.covered.values():
        for path in touchable & lines_by_path.keys():
            for line in lines_by_path[path]:
                places[path, line] = places.get((path, line), 0) + 1
    most = MOST_SHARE * max(1, len(baseline.covered))
    fitting = sorted(place for place, tests in places.items() if FEWEST_WITNESSES <= tests <= most)
    fitting = fitting or sorted(place for place, tests in places.items() if tests >= FEWEST_WITNESSES)
    chance.shuffle(fitting)
    for path, line in fitting:
        try:
            text = (root / path).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        changes = [change for change in small_changes(path, text, frozenset({line})) if not why_not_python(change[1])]
        if changes:
            kind, changed = chance.choice(changes)
            yield _Bug(path, line, kind, changed)


async def _problem(bench: Workbench, baseline: Baseline, bug: _Bug, chance: random.Random) -> BenchProblem | None:
    """The change as a problem, None when too few tests notice it, too many, or one hangs."""
    path, line, kind, text = bug
    texts = {path: text}
    covering = [test for test, lines in baseline.covered.items() if path in lines]
    try:
        changed = await bench.run_tests(buffers=texts, tests=covering, listener=lambda event: None)
    except SandboxError:
        return None
    failing: list[TestId] = list(changed.failing)
    hangs = any(result.outcome is TestOutcome.TIMEOUT for result in changed.results.values())
    if hangs or not FEWEST_WITNESSES <= len(failing) <= max(FEWEST_WITNESSES, MOST_SHARE * len(baseline.results)):
        return None
    chance.shuffle(failing)
    shown = tuple(sorted(failing[: (len(failing) + 1) // 2]))
    return BenchProblem(
        name=f"{path}:{line}",
        suite=str(bench.root),
        kind=kind,
        lines=1,
        root=bench.root,
        texts=texts,
        targets=shown,
        held_out=tuple(sorted(covering)),
    )
