"""Fault localisation: which lines may hold the fault, from what is free.

Two witnesses are combined. The spectrum: a line is the more suspicious the more failing and the fewer passing tests
execute it (Ochiai; Abreu, Zoeteweij, van Gemund 2006, doi:10.1109/PRDC.2006.18). The traceback: the innermost project
frame is where it was noticed, and a time-out's frame is where it was stopped.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

from testtime_sandbox.verdict import Baseline, TestId

from .candidate import SuspiciousLine

TRACEBACK_DECAY = 0.7
"""Each frame further out from where the exception was raised is worth this much less."""
TRACEBACK_WEIGHT = 0.35
"""What a traceback's innermost frame adds to a line's Ochiai score of at most 1, before scaling back to 1."""


def localise(
    baseline: Baseline, targets: Sequence[TestId], *, is_untouchable: Callable[[str], bool]
) -> tuple[SuspiciousLine, ...]:
    """Lines that may hold the fault behind `targets`, most suspicious first; never in an untouchable file."""
    spectrum = _ochiai(baseline, targets)
    traced = _traceback(baseline, targets)
    scores = {
        place: min(1.0, (spectrum.get(place, 0.0) + TRACEBACK_WEIGHT * traced.get(place, 0.0)) / (1 + TRACEBACK_WEIGHT))
        for place in {*spectrum, *traced}
        if not is_untouchable(place[0])
    }
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return tuple(SuspiciousLine(path, line, score) for (path, line), score in ranked if score > 0)


def group_by_fault(
    baseline: Baseline, targets: Sequence[TestId], *, is_untouchable: Callable[[str], bool]
) -> list[tuple[TestId, ...]]:
    """Failing tests that seem to have one fault behind them, together: those whose most suspicious file is the same
    and whose most suspicious lines overlap. The first group is that of the first target.
    """
    groups: list[tuple[list[TestId], set[tuple[str, int]]]] = []
    for target in targets:
        suspects = localise(baseline, [target], is_untouchable=is_untouchable)
        best = {(s.path, s.line) for s in suspects if suspects and s.score >= suspects[0].score - 1e-9}
        for tests, places in groups:
            if places & best or (not places and not best):
                tests.append(target)
                places.update(best)
                break
        else:
            groups.append(([target], best))
    return [tuple(tests) for tests, _ in groups]


def _ochiai(baseline: Baseline, targets: Sequence[TestId]) -> dict[tuple[str, int], float]:
    """Ochiai's coefficient for each line that a target executes: failed / sqrt(all failing × executing it)."""
    failing = [test for test in targets if test in baseline.covered]
    if not failing:
        return {}
    failed = _executions(baseline, failing)
    passed = _executions(baseline, [test for test in baseline.passing if test in baseline.covered])
    return {place: count / math.sqrt(len(failing) * (count + passed[place])) for place, count in failed.items()}


def _executions(baseline: Baseline, tests: Sequence[TestId]) -> Counter[tuple[str, int]]:
    """How many of `tests` execute each line."""
    return Counter((path, line) for test in tests for path, lines in baseline.covered[test].items() for line in lines)


def _traceback(baseline: Baseline, targets: Sequence[TestId]) -> dict[tuple[str, int], float]:
    """Each frame's weight, 1 for where the exception was raised, decaying outwards; the best over all targets."""
    weights: dict[tuple[str, int], float] = {}
    for target in targets:
        for distance, frame in enumerate(reversed(baseline.results[target].frames)):
            place = (frame.path, frame.line)
            weights[place] = max(weights.get(place, 0.0), TRACEBACK_DECAY**distance)
    return weights
