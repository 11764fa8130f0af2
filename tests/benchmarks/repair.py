"""Repair with no model: solved, correct on tests that it was not shown, and what it took, per kind of fault.

    python tests/benchmarks/repair.py [--suite corpus|classic|textbook|real] [--seconds 30] [--json FILE] [PROBLEM …]

Each program of a suite, or each fault planted in a real project (`problems.py`), is repaired as `testtime fix` would,
with mutations alone; tests that testtime never sees then say whether the fix is correct. `strong` counts fixes so graded;
a strong one that fails those tests is a wrong claim, named at the end. Candidates a second are those of the search
alone, beside what one cold run of pytest on the same tests takes.
"""

import argparse
import ast
import asyncio
import functools
import json
import statistics
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import problems

from testtime_sandbox.errors import SandboxError
from testtime_sandbox.verdict import Stage
from testtime_server.repair import NoFailingTest, Workbench
from testtime_server.settings import Settings
from testtime_strategies.candidate import SuspiciousLine
from testtime_strategies.events import CandidateJudged


@dataclass(frozen=True)
class Result:
    """One program's repair."""

    name: str
    kind: str
    lines: int
    solved: bool
    correct: bool
    grade: str
    candidates: int
    cpu_seconds: float
    wall_seconds: float
    operator: str
    patch: str
    rank: int = 0
    """Place of the first changed line's function among those localised, by their best line; 0 when it is not there."""
    first_candidate: float = 0.0
    """Wall seconds to the first verdict."""
    screened: int = 0
    suite_seconds: float = 0.0
    """Wall seconds of the tests' cold run without the patch."""
    reason: str = ""


async def repair(problem: problems.Problem, seconds: float) -> Result:
    """One problem, from a fresh copy."""
    with tempfile.TemporaryDirectory() as folder:
        root = problem.prepare(Path(folder))
        settings = Settings(model="none", timeout=seconds, python=problem.python, pytest_args=problem.hiding)
        bench = Workbench(root, settings)
        started = time.perf_counter()
        first: list[float] = []

        def hear(event: object) -> None:
            if isinstance(event, CandidateJudged) and not first:
                first.append(time.perf_counter() - started)

        try:
            report = await bench.repair(problem.visible, listener=hear)
        except (NoFailingTest, SandboxError) as error:
            return Result(
                problem.name, problem.kind, problem.lines, False, False, "", 0, 0.0,
                time.perf_counter() - started, "", "", reason=str(error),
            )  # fmt: skip
        finally:
            await bench.aclose()
        wall = time.perf_counter() - started
        rank = place_of_the_fault(problem, root, report.problem.suspicious)
    outcome = report.outcome
    patch = outcome.fix.patch if outcome.fix is not None and not report.rest else None
    return Result(
        name=problem.name,
        kind=problem.kind,
        lines=problem.lines,
        solved=patch is not None,
        correct=patch is not None and await asyncio.to_thread(problem.judge, patch),
        grade=outcome.evidence.grade if patch is not None and outcome.evidence else "",
        candidates=len(outcome.candidates),
        cpu_seconds=outcome.spend.sandbox_cpu_seconds,
        wall_seconds=wall,
        operator=getattr(outcome.fix.move, "operator", "") if outcome.fix else "",
        patch=patch.diff() if patch else "",
        rank=rank,
        first_candidate=first[0] if first else 0.0,
        screened=sum(c.verdict is not None and c.verdict.stage is Stage.SCREENED for c in outcome.candidates),
        suite_seconds=report.problem.baseline.seconds,
        reason=outcome.reason,
    )


def place_of_the_fault(problem: problems.Problem, root: Path, suspicious: Sequence[SuspiciousLine]) -> int:
    """Where the faulty function stands among the localised ones, 1 the first; 0 for a fault that is not planted."""
    for file, _, after in problem.edits:
        text = (root / file).read_text("utf-8")
        line = text[: text.index(after)].count("\n") + 1 + len(after) - len(after.lstrip("\n"))
        functions: dict[tuple[str, int], None] = {}
        for suspect in suspicious:
            functions[suspect.path, function_at(root, suspect.path, suspect.line)] = None
        place = (file, function_at(root, file, line))
        return list(functions).index(place) + 1 if place in functions else 0
    return 0


@functools.cache
def functions_of(file: Path) -> tuple[tuple[int, int], ...]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return tuple(
        (n.lineno, n.end_lineno or 0) for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, kinds)
    )


def function_at(root: Path, path: str, line: int) -> int:
    """The line at which the innermost function around a line begins; 0 outside all."""
    return max((first for first, last in functions_of(root / path) if first <= line <= last), default=0)


def row(name: str, results: Iterable[Result]) -> str:
    these = list(results)
    if not these:
        return f"{name:18}{0:9}"
    solved = [result for result in these if result.solved]
    fix_seconds = statistics.median([result.wall_seconds for result in solved] or [float("nan")])
    return (
        f"{name:18}{len(these):9}{len(solved):8}{sum(r.correct for r in these):9}"
        f"{sum(r.grade == 'strong' for r in these):8}"
        f"{statistics.median(r.candidates for r in these):12.0f}{statistics.median(r.cpu_seconds for r in these):8.1f}"
        f"{fix_seconds:14.1f}"
    )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("problems", nargs="*", help="programs, projects, or project/fault")
    parser.add_argument("--suite", choices=(*problems.SUITES, "real"), default="corpus")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--json", type=Path, help="keep the results here, and go on from those that are there")
    options = parser.parse_args()
    wanted = problems.load(options.suite, options.problems)
    known: dict[str, Result] = {}
    if options.json and options.json.exists():
        known = {fields["name"]: Result(**fields) for fields in json.loads(options.json.read_text())}
    for problem in wanted:
        name = problem.name
        if name in known:
            continue
        known[name] = result = await repair(problem, options.seconds)
        said = "correct" if result.correct else "WRONG" if result.solved else "-"
        print(
            f"{name:30}{result.kind:18}{said:9}{result.grade:9}{result.operator:28}{result.wall_seconds:6.1f} s"
            f"{result.candidates:7}  first after {result.first_candidate:5.1f} s  function {result.rank or '-'}",
            flush=True,
        )
        if options.json:
            options.json.write_text(json.dumps([asdict(result) for result in known.values()], indent=1))
    results = [known[problem.name] for problem in wanted]
    heads = (("kind", -18), ("problems", 9), ("solved", 8), ("correct", 9), ("strong", 8), ("candidates", 12))
    print(
        "\n"
        + "".join(f"{head:{'<' if width < 0 else '>'}{abs(width)}}" for head, width in heads)
        + "   CPU s  s to the fix"
    )
    for kind in sorted({result.kind for result in results}):
        print(row(kind, (result for result in results if result.kind == kind)))
    print(row("one line", (result for result in results if result.lines == 1)))
    print(row("more lines", (result for result in results if result.lines > 1)))
    print(row("all", results))
    speeds = [
        (result.candidates - 1) / (result.wall_seconds - result.first_candidate)
        for result in results
        if result.candidates > 20
    ]
    if speeds:
        speed = statistics.median(speeds)
        suite = statistics.median(result.suite_seconds for result in results if result.candidates > 20)
        print(
            f"\ncandidates per wall second, median: {speed:.1f}, {speed * suite:.0f} in the time of one cold run of the tests;"
            f" rejected by the screen: {sum(r.screened for r in results) / max(1, sum(r.candidates for r in results)):.1%}"
        )
    wrong = [result.name for result in results if result.grade == "strong" and not result.correct]
    print(f"called strong and wrong: {', '.join(wrong) or 'none'}")


if __name__ == "__main__":
    asyncio.run(main())
