"""Repair with no model on the corpus: solved, correct on held-out tests, and what it took, per kind of fault.

    python tests/benchmarks/repair.py [--seconds 30] [--json FILE] [PROGRAM …]

Each program of tests/corpus is repaired as `testtime fix` would, with mutations alone; the held-out tests, which testtime
never sees, then say whether the fix is correct. `strong` counts fixes so graded; a strong one that fails the held-out
tests is a wrong claim, named at the end.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import copytree

from testtime_sandbox.patch import Patch
from testtime_server.repair import NoFailingTest, Workbench
from testtime_server.settings import Settings

CORPUS = Path(__file__).parents[1] / "corpus"
PYTEST = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--disable-plugin-autoload")


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


def held_out_pass(program: Path, patch: Patch) -> bool:
    """Whether the patched program passes the tests that nobody showed it."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        copytree(program / "project", root)
        copytree(program / "held_out", root / "held_out")
        for edit in patch.edits:
            assert edit.after is not None
            (root / edit.path).write_text(edit.after)
        try:
            run = subprocess.run([*PYTEST, "held_out", "."], cwd=root, capture_output=True, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            return False
        return run.returncode == 0


async def repair(program: Path, seconds: float) -> Result:
    """One program, from a fresh copy."""
    facts = tomllib.loads((program / "problem.toml").read_text())
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        copytree(program / "project", root)
        settings = Settings(
            model="none", timeout=seconds, python=sys.executable, pytest_args=("--disable-plugin-autoload",)
        )
        bench = Workbench(root, settings)
        started = time.perf_counter()
        try:
            report = await bench.repair(listener=lambda event: None)
        except NoFailingTest as error:
            sys.exit(f"{program.name}: {error}")
        finally:
            await bench.aclose()
        wall = time.perf_counter() - started
    outcome = report.outcome
    patch = outcome.fix.patch if outcome.fix is not None and not report.rest else None
    return Result(
        name=program.name,
        kind=facts["kind"],
        lines=facts["lines"],
        solved=patch is not None,
        correct=patch is not None and await asyncio.to_thread(held_out_pass, program, patch),
        grade=outcome.evidence.grade if patch is not None and outcome.evidence else "",
        candidates=len(outcome.candidates),
        cpu_seconds=outcome.spend.sandbox_cpu_seconds,
        wall_seconds=wall,
        operator=getattr(outcome.fix.move, "operator", "") if outcome.fix else "",
        patch=patch.diff() if patch else "",
    )


def row(name: str, results: Iterable[Result]) -> str:
    these = list(results)
    solved = [result for result in these if result.solved]
    fix_seconds = statistics.median([result.wall_seconds for result in solved] or [float("nan")])
    return (
        f"{name:12}{len(these):9}{len(solved):8}{sum(r.correct for r in these):9}"
        f"{sum(r.grade == 'strong' for r in these):8}"
        f"{statistics.median(r.candidates for r in these):12.0f}{statistics.median(r.cpu_seconds for r in these):8.1f}"
        f"{fix_seconds:14.1f}"
    )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--json", type=Path, help="keep the results here, and go on from those that are there")
    options = parser.parse_args()
    names = options.programs or sorted(path.parent.name for path in CORPUS.glob("*/problem.toml"))
    known: dict[str, Result] = {}
    if options.json and options.json.exists():
        known = {fields["name"]: Result(**fields) for fields in json.loads(options.json.read_text())}
    for name in names:
        if name in known:
            continue
        known[name] = result = await repair(CORPUS / name, options.seconds)
        said = "correct" if result.correct else "WRONG" if result.solved else "-"
        print(
            f"{name:28}{result.kind:12}{said:9}{result.grade:9}{result.operator:28}{result.wall_seconds:6.1f} s"
            f"{result.candidates:7}",
            flush=True,
        )
        if options.json:
            options.json.write_text(json.dumps([asdict(result) for result in known.values()], indent=1))
    results = [known[name] for name in names]
    heads = (("kind", -12), ("programs", 9), ("solved", 8), ("correct", 9), ("strong", 8), ("candidates", 12))
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
    wrong = [result.name for result in results if result.grade == "strong" and not result.correct]
    print(f"called strong and wrong: {', '.join(wrong) or 'none'}")


if __name__ == "__main__":
    asyncio.run(main())
