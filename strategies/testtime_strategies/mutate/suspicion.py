"""From suspicious lines to scored statements: the fault is often in the function, not on the exact line."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from testtime_sandbox.verdict import TestId

from ..candidate import Problem
from .scope import Words, read_words
from .source import Source, Unit, header_lines, is_function

SAME_FUNCTION = 0.4
"""Score of a statement that no suspicious line names, relative to the best of its function."""
HEAD = 0.7
"""Score of a function's head (defaults, guards), relative to the best of the function."""
CALLED = 0.25
"""Score of a function of the same file that a suspicious one calls."""
CONSTANT = 0.15
"""Score of a module or class constant that a suspicious function names."""


@dataclass(frozen=True)
class ScoredUnit:
    """A unit with the score of each of its statements, in (0, 1]."""

    unit: Unit
    scores: Mapping[ast.stmt, float]


def suspicious_lines(problem: Problem) -> dict[str, dict[int, float]]:
    """Path → line → score; when nothing is given, the frames of the failures outside the test files."""
    lines: dict[str, dict[int, float]] = {}
    for suspect in problem.suspicious:
        scores = lines.setdefault(suspect.path, {})
        scores[suspect.line] = max(suspect.score, scores.get(suspect.line, 0.0))
    if not lines:
        tests = {test_path(target) for target in problem.targets}
        for failure in problem.failures:
            for depth, frame in enumerate(reversed(failure.frames)):
                if frame.path not in tests and frame.path in problem.snapshot.files:
                    lines.setdefault(frame.path, {}).setdefault(frame.line, 0.8**depth)
    return lines


def scored_units(source: Source, lines: Mapping[int, float]) -> list[ScoredUnit]:
    """The units that hold suspicious lines, then those that they call or name; most suspicious first."""
    best: dict[Unit, float] = {}
    for unit in source.units:
        score = max((s for line, s in lines.items() if unit.first <= line <= unit.last), default=0.0)
        if score > 0:
            best[unit] = score
    scored = [ScoredUnit(unit, _statement_scores(unit, lines, score)) for unit, score in best.items()]
    for unit, score in _related(source, best).items():
        scored.append(ScoredUnit(unit, dict.fromkeys(unit.statements, score)))
    return sorted(scored, key=lambda entry: -max(entry.scores.values()))


def _statement_scores(unit: Unit, lines: Mapping[int, float], best: float) -> dict[ast.stmt, float]:
    scores: dict[ast.stmt, float] = {}
    for statement in unit.statements:
        own = max((lines.get(line, 0.0) for line in header_lines(statement)), default=0.0)
        floor = best * (HEAD if statement is unit.node and is_function(statement) else SAME_FUNCTION)
        scores[statement] = max(own, floor)
    return scores


def _related(source: Source, best: Mapping[Unit, float]) -> dict[Unit, float]:
    """Functions called and constants named by suspicious units, with decayed scores."""
    related: dict[Unit, float] = {}
    for unit, score in best.items():
        names = {node.id for node in ast.walk(unit.node) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(unit.node) if isinstance(node, ast.Attribute)}
        for other in source.units:
            if other in best:
                continue
            if other.name in names or (other.name == "__init__" and other.owner is unit.owner is not None):
                related[other] = max(related.get(other, 0.0), score * CALLED)
            elif isinstance(other.node, ast.Assign) and names & {
                target.id for target in other.node.targets if isinstance(target, ast.Name)
            }:
                related[other] = max(related.get(other, 0.0), score * CONSTANT)
    return related


def test_path(target: TestId) -> str:
    """The file of a test id."""
    return target.split("::", 1)[0]


def test_words(problem: Problem) -> Words:
    """What the failing tests mention."""
    functions: dict[str, set[str]] = {}
    for target in problem.targets:
        functions.setdefault(test_path(target), set()).add(target.split("::")[-1].split("[", 1)[0])
    words = Words()
    for path, names in functions.items():
        try:
            found = read_words(problem.snapshot.read(path), frozenset(names))
        except (KeyError, UnicodeDecodeError, OSError):
            continue
        words = Words(
            words.names | found.names,
            words.strings + found.strings,
            words.numbers + found.numbers,
            words.exceptions + found.exceptions,
        )
    return words
