"""How far a verified fix is to be believed (DESIGN §3.7). Weak tests select confidently wrong answers at any budget
(arXiv 2411.17501), so what speaks against a fix is looked for, and said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from testtime_sandbox.patch import Patch
from testtime_sandbox.verdict import GRADES, Evidence, Grade

from .candidate import Candidate, Mutate, Problem
from .special import special_cases

MODERATE_COVERAGE, STRONG_COVERAGE = 2, 3
"""Tests that must execute the changed lines before a fix can be called moderate, or strong."""
MODERATE_SHARE, STRONG_SHARE = 0.5, 0.8
"""Share of the changed lines' mutants that the tests must notice for that. Some always live: they do the same."""
FEWEST_MUTANTS = 4
MOST_TRIED = 300
"""Mutations tried for each failing test, after which one that passes may have been found by chance. On 180 programs
with half of their tests taken away, 50 of 153 fixes were wrong; this and the other rules leave 24 of those, and keep 95
of the 103 right ones.
"""


@dataclass(frozen=True)
class Contrast:
    """How other passing changes behave beside the fix."""

    calls: int = 0
    """Calls that were compared; 0 when none could be."""
    same: int = 0
    other: int = 0
    """Changes that gave the same in every call, and those that did not."""
    difference: str = ""
    """A call that tells two apart, in a sentence."""
    slip: str = ""
    """A call that ends in an error or not at all with the fix and did not before, in a sentence."""


@dataclass(frozen=True)
class Strength:
    """What the tests made of mutants of the fix's changed lines."""

    killed: int
    total: int
    rivals: int = 0
    """Other changes that the targets and everything they can affect pass as well."""
    cut_short: bool = False
    """Too few other changes could be tried for their absence to mean something."""
    contrast: Contrast = Contrast()

    @property
    def share(self) -> float | None:
        """Share of the mutants that a test noticed; None when there are too few to tell."""
        return self.killed / self.total if self.total >= FEWEST_MUTANTS else None


def grade(
    problem: Problem, fix: Candidate, candidates: Sequence[Candidate], strength: Strength | None = None
) -> Evidence:
    """The evidence for `fix`, a verified candidate, among everything that was tried."""
    assert fix.patch is not None
    covering = covering_tests(problem, fix.patch)
    agreeing = sum(other is not fix and other.verdict is not None and other.verdict.passed for other in candidates)
    notes = list(special_cases(problem, fix.patch))
    if isinstance(fix.move, Mutate) and fix.move.operator == "special-case":
        notes.append("The change answers one case and leaves the rest as it was.")
    special = bool(notes)
    if covering is None:
        notes.append("Which tests execute the changed lines is not known.")
    elif covering < STRONG_COVERAGE:
        notes.append(f"Only {covering} test(s) execute the changed lines.")
    seen = (*fix.verdict.findings, *fix.verdict.notes) if fix.verdict else ()
    share = strength.share if strength else None
    if strength and share is not None and share < STRONG_SHARE:
        survived = strength.total - strength.killed
        notes.append(f"{survived} of {strength.total} small changes to the changed lines pass the tests too.")
    grades: list[Grade] = [_from_coverage(covering)]
    if special or (share is not None and share < MODERATE_SHARE):
        grades.append("weak")
    rivals = strength.rivals if strength else 0
    contrast = strength.contrast if strength else Contrast()
    if contrast.difference:
        notes.append(contrast.difference)
    if contrast.slip:
        notes.append(contrast.slip)
        grades.append("moderate")
    if isinstance(fix.move, Mutate) and fix.move.is_combined:
        notes.append(
            "Two changes were combined until the tests passed: so many pairs are possible that chance has a part."
        )
        grades.append("moderate")
    tries, targets = len(candidates), len(problem.targets)
    if isinstance(fix.move, Mutate) and tries > MOST_TRIED * targets:
        notes.append(f"{tries} changes were tried on {targets} failing test(s): chance finds some.")
        grades.append("weak")
    if len(problem.targets) == 1 and fix.patch.only_inserts:
        notes.append("What is inserted is noticed by one test alone: the others pass without it.")
        grades.append("moderate")
    if rivals:
        notes.append(_of_rivals(rivals, contrast))
    if contrast.other > contrast.same + 1:
        grades.append("weak")  # of what passes, less than half behaves as the fix does
    if strength and strength.cut_short:
        notes.append("Too few other changes could be tried in time to tell whether they pass as well.")
        grades.append("moderate")
    if seen or rivals or share is None or share < STRONG_SHARE:
        grades.append("moderate")
    return Evidence(
        min(grades, key=GRADES.index),
        covering,
        mutants_killed=strength.killed if strength else None,
        mutants_total=strength.total if strength else None,
        agreeing_candidates=agreeing,
        compared_calls=contrast.calls,
        same_behaviour=contrast.same,
        other_behaviour=contrast.other,
        distinguishing=contrast.difference,
        notes=(*notes, *seen),
    )


def _of_rivals(rivals: int, contrast: Contrast) -> str:
    """What is known of other changes that pass the same tests."""
    if not contrast.calls:
        return f"{rivals} other change(s) pass the same tests: they may not tell right from wrong here."
    said = f"{rivals} other change(s) pass the same tests"
    same = f"{contrast.same} behave(s) like this fix in {contrast.calls} calls like those of the tests"
    if not contrast.other:
        return f"{said}: {same}."
    return f"{said}: {same}, {contrast.other} otherwise. The tests leave open which is right."


def _from_coverage(covering: int | None) -> Grade:
    """What the number of tests that execute the changed lines allows at best."""
    if covering is None:
        return "moderate"
    if covering < MODERATE_COVERAGE:
        return "weak"
    return "strong" if covering >= STRONG_COVERAGE else "moderate"


def covering_tests(problem: Problem, patch: Patch) -> int | None:
    """How many targets and passing tests execute what `patch` changes or inserts; None when coverage is unknown."""
    covered = problem.baseline.covered
    if not covered:
        return None
    changed = {path: patch.entered_lines(path) for path in patch.paths}
    tests = {*problem.targets, *problem.baseline.passing}
    return sum(
        any(lines & covered[test].get(path, frozenset()) for path, lines in changed.items())
        for test in tests
        if test in covered
    )
