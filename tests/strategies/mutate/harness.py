"""Run candidates for real: each in a forked child with a time limit, on asserts that stop at the first failure."""

from __future__ import annotations

import ast
import hashlib
import os
import resource
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import (
    Baseline,
    Frame,
    Isolation,
    Judgement,
    Stage,
    TestOutcome,
    TestResult,
    Verdict,
)
from testtime_strategies.candidate import Mutate, Problem, SuspiciousLine
from testtime_strategies.mutate import Mutator

MODULE, TEST = "subject.py", "test_subject.py"
TARGET = f"{TEST}::test_subject"
ISOLATION = Isolation("process", "the test harness")
SECONDS = 0.3
STEPS = 20_000


@dataclass(frozen=True)
class Bug:
    """A buggy module, asserts that fail on it, and asserts that only a right repair passes too."""

    family: str
    code: str
    tests: str
    held_out: str


@dataclass(frozen=True)
class Result:
    """How a search went. `rank` counts candidates up to the first that passes; None when none did."""

    rank: int | None
    correct: bool
    move: Mutate | None
    first_correct: int | None = None


def search(bug: Bug, limit: int, tmp: Path, *, until_correct: bool = False) -> Result:
    """Try candidates in order until one passes the tests, or, with `until_correct`, the held-out ones too."""
    baseline = run(bug.code, bug.tests)
    assert baseline is not None, f"the tests do not fail on the bug: {bug.code}"
    mutator = Mutator(problem(bug, baseline, tmp))
    first: Result | None = None
    for rank in range(1, limit + 1):
        move = mutator.next()
        if move is None:
            break
        after = move.patch.edits[0].after
        assert after is not None
        line = run(after, bug.tests)
        if line is None:
            correct = run(after, bug.tests + bug.held_out) is None
            first = first or Result(rank, correct, move)
            if correct or not until_correct:
                return Result(first.rank, first.correct, move, rank if correct else None)
        mutator.tell(move, verdict(line))
    return first or Result(None, False, None)


def problem(bug: Bug, failing_line: int, tmp: Path) -> Problem:
    """The bug as the engine is given it: every executed line equally suspicious, kinds as seen while running."""
    test = "from subject import *\n\n\ndef test_subject():\n" + "".join(
        f"    {line}\n" for line in bug.tests.splitlines()
    )
    snapshot = write(tmp, {MODULE: bug.code, TEST: test})
    lines, observed = trace(bug.code, bug.tests)
    outcome = TestOutcome.FAILED if failing_line > 0 else TestOutcome.TIMEOUT
    result = TestResult(TARGET, outcome, 0.0, frames=(Frame(TEST, failing_line, "test_subject"),))
    baseline = Baseline({TARGET: result}, ISOLATION, 0.0, observed=observed)
    return Problem(snapshot, baseline, (TARGET,), tuple(SuspiciousLine(MODULE, line, 1.0) for line in sorted(lines)))


def write(tmp: Path, files: Mapping[str, str]) -> Snapshot:
    """The files as a snapshot on disk."""
    for path, text in files.items():
        (tmp / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp / path).write_bytes(text.encode())
    hashes = {path: hashlib.sha256(text.encode()).hexdigest() for path, text in files.items()}
    return Snapshot(tmp, tmp, hashes, "digest")


def verdict(line: int | None) -> Verdict:
    """What the engine hears: no share of tests passed, only the line of the test that failed."""
    if line is None:
        return Verdict(Judgement.PASSED, Stage.TARGET, ISOLATION, progress=1.0)
    if line < 0:
        return Verdict(Judgement.TIMEOUT, Stage.TARGET, ISOLATION)
    result = TestResult(TARGET, TestOutcome.FAILED, 0.0, frames=(Frame(TEST, line, "test_subject"),))
    return Verdict(Judgement.FAILED, Stage.TARGET, ISOLATION, results={TARGET: result})


def run(code: str, tests: str) -> int | None:
    """None when all asserts hold; else the line of the failing one, or -1 for a time-out or a crash."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os._exit(_child(code, tests, writer))
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return None if answer == b"passed" else int(answer or b"-1")


def _child(code: str, tests: str, writer: int) -> int:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    sys.setrecursionlimit(400)
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    os.dup2(devnull, 2)
    namespace: dict[str, Any] = {"__name__": "subject"}
    line = 0
    try:
        exec(compile(code, MODULE, "exec"), namespace)
        for statement in ast.parse(tests).body:
            line = statement.lineno
            exec(compile(ast.Module([statement], []), TEST, "exec"), namespace)
    except BaseException:
        os.write(writer, str(line).encode())
    else:
        os.write(writer, b"passed")
    return 0


def trace(code: str, tests: str) -> tuple[set[int], dict[tuple[str, str], dict[str, frozenset[str]]]]:
    """Lines executed in functions and the kinds of locals seen, within a number of steps."""
    lines: set[int] = set()
    seen: dict[tuple[str, str], dict[str, frozenset[str]]] = {}
    steps = 0

    def local(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal steps
        steps += 1
        if steps > STEPS:
            raise TimeoutError
        lines.add(frame.f_lineno)
        if event == "return":
            names = seen.setdefault((MODULE, frame.f_code.co_qualname), {})
            for name, value in frame.f_locals.items():
                names[name] = names.get(name, frozenset()) | {type(value).__name__}
        return local

    def start(frame: FrameType, event: str, argument: object) -> Any:
        inside = frame.f_code.co_filename == MODULE and frame.f_code.co_name != "<module>"
        return local if inside else None

    namespace: dict[str, Any] = {"__name__": "subject"}
    exec(compile(code, MODULE, "exec"), namespace)
    before = sys.gettrace()
    sys.settrace(start)
    try:
        exec(compile(tests, TEST, "exec"), namespace)
    except BaseException:
        pass
    finally:
        sys.settrace(before)
    return lines, seen
