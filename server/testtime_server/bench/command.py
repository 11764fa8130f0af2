"""`testtime bench`: run suites or seeded bugs, print the table and the advice, write the page and the picture."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from testtime_sandbox.errors import SandboxError

from ..fix import load_settings, project_root
from ..settings import Settings
from ..terminal import BAD_USAGE, NOT_VERIFIED, VERIFIED, explain, print_json
from .advice import advice
from .page import figure, render
from .problems import BenchProblem, SuiteError, load_suites
from .results import Cell, Result, acceptance, powers, sampled, table
from .run import Plan, run
from .weaken import weakened

RESULTS, PAGE, PICTURE = "results.jsonl", "report.html", "curves.svg"
TRAJECTORIES, REPLAY = "trajectories", "replay"


async def bench(options: argparse.Namespace) -> int:
    """Run the evaluation; returns the exit status: 0 when something was repaired rightly."""
    try:
        root = project_root(options.inject) if options.inject else Path.cwd()
        settings = load_settings(root, options)
        if _is_replay(options):
            return _replay(options, settings)
        problems = await _problems(options, root, settings)
        plan = Plan(problems, _cells(options, settings), options.repeats, options.sample)
        out: Path = options.out
        recording = replace(settings, record=str((out / TRAJECTORIES).resolve()))
        _say(f"{len(plan)} repairs: {len(problems)} problems, {len(plan.cells)} way(s) of spending; kept in {out}")
        results = await run(plan, recording, out / RESULTS, lambda result, done: _say(_line(result, done, len(plan))))
    except SandboxError as error:
        print(explain(error), file=sys.stderr)
        return BAD_USAGE
    sentence = advice(results)
    rows = list(sampled(results) if options.sample else table(results))
    _write(out, results, sentence)
    if options.json:
        named = _named(rows)
        worth = _named(list(acceptance(results)))
        print_json({"problems": len(problems), "rows": named, "acceptance": worth, "advice": sentence, "out": str(out)})
    else:
        _print_table(rows)
        if any(result.solved for result in results) and not options.sample:
            print()
            _print_table(list(acceptance(results)))
        for result in results:
            if result.error:
                print(f"could not run: {result.problem}: {result.error}")
        print(f"\n{sentence}")
    return VERIFIED if any(result.correct for result in results) else NOT_VERIFIED


def _is_replay(options: argparse.Namespace) -> bool:
    return [str(path) for path in options.suites[:1]] == [REPLAY] and not Path(REPLAY).exists()


def _replay(options: argparse.Namespace, settings: Settings) -> int:
    from .replaying import BASELINE, PICTURE, Ceiling, Replays, recorded

    trajectories = [one for folder in options.suites[1:] for one in recorded(folder)]
    if not trajectories:
        raise SuiteError("Name a folder of recordings: testtime bench replay FOLDER.")
    replays = Replays(trajectories, options.seed)
    strategies: Sequence[str] = options.strategies or [settings.strategy]
    if options.sample:
        ceilings = [Ceiling.of_replies(replies) for replies in powers(options.sample)]
    else:
        ceilings = [Ceiling.of_effort(effort) for effort in options.efforts or [settings.effort]]
    rows = list(replays.rows(strategies, ceilings))
    fifths = {name: list(replays.by_difficulty(name, ceilings[-1])) for name in strategies if name != BASELINE}
    if options.json:
        difficulty = {name: _named(fifth) for name, fifth in fifths.items()}
        print_json({"problems": len(trajectories), "rows": _named(rows), "by_difficulty": difficulty})
        return VERIFIED
    _print_table(rows)
    for fifth in fifths.values():
        print()
        _print_table(fifth)
    options.out.mkdir(parents=True, exist_ok=True)
    _draw(options.out / PICTURE, lambda: replays.picture(strategies))
    return VERIFIED


async def _problems(options: argparse.Namespace, root: Path, settings: Settings) -> tuple[BenchProblem, ...]:
    if options.inject:
        from .inject import injected

        return await injected(root, settings, options.count, options.seed, _say)
    if not options.suites:
        raise SuiteError("Name a suite, or a project of your own with --inject PATH: see testtime bench --help.")
    problems = load_suites(options.suites)
    if not options.weaken:
        return problems
    fewer: list[BenchProblem] = []
    for number, problem in enumerate(problems, start=1):
        _say(f"taking tests away: {problem.name} ({number} of {len(problems)})")
        fewer.append(await weakened(problem, settings, options.seed))
    return tuple(fewer)


def _cells(options: argparse.Namespace, settings: Settings) -> tuple[Cell, ...]:
    """Every combination asked for, cheapest effort first."""
    models: Sequence[str] = options.models or [settings.model]
    strategies: Sequence[str] = options.strategies or [settings.strategy]
    efforts: Sequence[str] = options.efforts or [settings.effort]
    if options.sample:
        drawing: Sequence[str] = options.strategies or ["best_of_n"]
        if set(drawing) - {"best_of_n", "adaptive"}:
            raise SuiteError("--sample draws replies as --strategy best_of_n (at random) or adaptive would.")
        return tuple(Cell(f"{options.sample} replies", name, model) for model in models for name in drawing)
    return tuple(Cell(effort, strategy, model) for model in models for strategy in strategies for effort in efforts)


def _write(out: Path, results: Sequence[Result], sentence: str) -> None:
    command = shlex.join(["testtime", *sys.argv[1:]])
    (out / PAGE).write_text(render(results, sentence, command), "utf-8")
    _draw(out / PICTURE, lambda: figure(results))
    _say(f"report: {out / PAGE}")


def _draw(file: Path, drawn: Callable[[], str]) -> None:
    """Write a picture, or say why there is none."""
    try:
        file.write_text(drawn(), "utf-8")
        _say(f"picture: {file}")
    except SandboxError as error:
        _say(str(error))


def _line(result: Result, done: int, total: int) -> str:
    said = "right" if result.correct else "WRONG" if result.solved else "-"
    if result.error:
        said = f"could not run: {result.error}"
    return f"[{done}/{total}] {result.problem:28} {result.cell} {said} {result.grade} {result.seconds:.1f} s"


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        first, *others = row
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  ".join(cells).rstrip())


def _named(rows: Sequence[tuple[str, ...]]) -> list[dict[str, str]]:
    """Rows by the names of their columns; the first column has none of its own."""
    head, *others = rows
    return [dict(zip(("name", *head[1:]), row, strict=True)) for row in others]


def _say(line: str) -> None:
    print(f"testtime: {line}", file=sys.stderr, flush=True)
