"""Problems with weaker tests: what a verifier makes of fixes when the tests at hand say little is measured on these."""

from __future__ import annotations

import ast
import random
from collections.abc import Set
from dataclasses import replace
from pathlib import Path

from ..repair import Workbench
from ..settings import Settings
from .problems import HELD_OUT, BenchProblem

Function = ast.FunctionDef | ast.AsyncFunctionDef


async def weakened(problem: BenchProblem, settings: Settings, seed: int = 0) -> BenchProblem:
    """The problem with half of its visible test functions, at least one of them failing; those removed judge the fix.

    Raises `SandboxError` when its tests cannot be run.
    """
    bench = Workbench(problem.root, settings)
    try:
        baseline = await bench.run_tests(buffers=problem.texts, listener=lambda event: None)
    finally:
        await bench.aclose()
    failing = {(test.split("::")[0], test.split("::")[-1].split("[")[0]) for test in baseline.failing}
    chance = random.Random(f"{seed} {problem.name}")
    texts, judging = dict(problem.texts), dict(problem.held_out_texts)
    for path in sorted({test.split("::")[0] for test in baseline.results}):
        text = texts.get(path) or (problem.root / path).read_text("utf-8")
        fewer = _fewer_tests(text, {name for file, name in failing if file == path}, chance)
        if fewer != text:
            texts[path] = fewer
            judging[f"{HELD_OUT}/{Path(path).stem.removesuffix('_test')}_removed_test.py"] = text
    return replace(problem, texts=texts, held_out_texts=judging, held_out=tuple(judging))


def _fewer_tests(text: str, failing: Set[str], chance: random.Random) -> str:
    """A test file without a random half of its functions; of those that fail, one stays at least."""
    lines = text.splitlines(keepends=True)
    functions = [n for n in ast.parse(text).body if isinstance(n, Function) and n.name.startswith("test")]
    broken = [function for function in functions if function.name in failing]
    kept = set[Function](chance.sample(broken, 1) if broken else [])
    rest = [function for function in functions if function not in kept]
    kept.update(chance.sample(rest, max(0, (len(functions) + 1) // 2 - len(kept))))
    for function in sorted(set(functions) - kept, key=lambda function: -function.lineno):
        first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
        del lines[first - 1 : function.end_lineno]
    return "".join(lines)
