"""How hard a problem looks before anything has been spent on it, and what an `auto` effort makes of that."""

from __future__ import annotations

import math

from .budget import EFFORTS, Ceilings
from .candidate import Problem

MANY_SUSPECTS = 60
"""Suspicious lines, weighted by their scores, at which localisation has told nothing."""


def difficulty(problem: Problem) -> float:
    """From 0 (one suspicious line, a traceback into the code under test) to 1 (nothing is known).

    Three signals, all free: the entropy of the suspicious lines' scores, whether any failing test's traceback reaches
    the project's own code, and how many files the suspicion is spread over.
    """
    scores = [suspect.score for suspect in problem.suspicious]
    if not scores:
        return 1.0
    total = sum(scores)
    entropy = -sum(score / total * math.log(score / total) for score in scores if score > 0)
    spread = min(1.0, entropy / math.log(MANY_SUSPECTS))
    files = len({suspect.path for suspect in problem.suspicious if suspect.score >= scores[0] / 2})
    tests = {target.split("::")[0] for target in problem.targets}
    traced = any(frame.path not in tests for result in problem.failures for frame in result.frames)
    return min(1.0, 0.7 * spread + 0.1 * min(1.0, (files - 1) / 3) + (0.0 if traced else 0.2))


def auto_ceilings(problem: Problem, most: Ceilings) -> Ceilings:
    """What `auto` allows: low where a problem looks easy, high where it looks hard, never above `most`."""
    hard = difficulty(problem)
    chosen = EFFORTS["low" if hard < 0.35 else "medium" if hard < 0.7 else "high"]
    return Ceilings(
        samples=min(chosen.samples, most.samples),
        rounds=min(chosen.rounds, most.rounds),
        tokens=min(chosen.tokens, most.tokens),
        usd=min(chosen.usd, most.usd),
        seconds=min(max(chosen.seconds, EFFORTS["medium"].seconds), most.seconds),  # a slow suite is no easy bug
    )
