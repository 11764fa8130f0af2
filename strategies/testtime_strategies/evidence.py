"""How far a verified fix is to be believed (DESIGN §3.7). Weak tests select confidently wrong answers at any budget
(arXiv 2411.17501), so what speaks against a fix is looked for, and said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
with half of their tests taken away, 51 of 153 fixes were wrong; this and the other rules leave 25 of those, and keep 94
of the 102 right ones.
"""

Objection = tuple[Grade, str]
"""The best grade that something seen allows, and what it is in a sentence, if it has one."""


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
    unkept: Objection | None = None
    """What an example in the changed functions' docstrings says against the fix."""


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
    known = strength or Strength(0, 0)
    seen = (*fix.verdict.findings, *fix.verdict.notes) if fix.verdict else ()
    objections: list[Objection] = [
        *_to_the_change(problem, fix, len(candidates)),
        *_to_the_tests(covering, known),
        *(("moderate", said) for said in seen),
    ]
    grades: list[Grade] = ["strong", *(best for best, _ in objections)]
    return Evidence(
        min(grades, key=GRADES.index),
        covering,
        mutants_killed=strength.killed if strength else None,
        mutants_total=strength.total if strength else None,
        agreeing_candidates=agreeing,
        compared_calls=known.contrast.calls,
        same_behaviour=known.contrast.same,
        other_behaviour=known.contrast.other,
        distinguishing=known.contrast.difference,
        notes=tuple(said for _, said in objections if said),
    )


def _to_the_change(problem: Problem, fix: Candidate, tries: int) -> Iterator[Objection]:
    """What the change itself and the way in which it was found speak against it."""
    assert fix.patch is not None
    targets = len(problem.targets)
    for said in special_cases(problem, fix.patch):
        yield "weak", said
    if isinstance(fix.move, Mutate):
        if fix.move.operator == "special-case":
            yield "weak", "The change answers one case and leaves the rest as it was."
        if fix.move.is_combined:
            yield "moderate", "Two changes were combined until the tests passed: among so many pairs chance finds some."
        if tries > MOST_TRIED * targets:
            yield "weak", f"{tries} changes were tried on {targets} failing test(s): chance finds some."
    if targets == 1 and fix.patch.only_inserts:
        yield "moderate", "What is inserted is noticed by one test alone: the others pass without it."


def _to_the_tests(covering: int | None, strength: Strength) -> Iterator[Objection]:
    """What is known of the tests, as far as they would not notice a wrong change either."""
    if covering is None:
        yield "moderate", "Which tests execute the changed lines is not known."
    elif covering < STRONG_COVERAGE:
        best: Grade = "weak" if covering < MODERATE_COVERAGE else "moderate"
        yield best, f"Only {covering} test(s) execute the changed lines."
    share, contrast = strength.share, strength.contrast
    if share is None:
        yield "moderate", ""
    elif share < STRONG_SHARE:
        survived = strength.total - strength.killed
        best = "weak" if share < MODERATE_SHARE else "moderate"
        yield best, f"{survived} of {strength.total} small changes to the changed lines pass the tests too."
    if contrast.difference:
        yield "moderate", contrast.difference
    if contrast.slip:
        yield "moderate", contrast.slip
    if contrast.unkept:
        yield contrast.unkept
    if strength.rivals:
        # Of what passes, less than half behaves as the fix does.
        best = "weak" if contrast.other > contrast.same + 1 else "moderate"
        yield best, _of_rivals(strength.rivals, contrast)
    if strength.cut_short:
        yield "moderate", "Too few other changes could be tried in time to tell whether they pass as well."


def _of_rivals(rivals: int, contrast: Contrast) -> str:
    """What is known of other changes that pass the same tests."""
    if not contrast.calls:
        return f"{rivals} other change(s) pass the same tests: they may not tell right from wrong here."
    said = f"{rivals} other change(s) pass the same tests"
    same = f"{contrast.same} behave(s) like this fix in {contrast.calls} calls like those of the tests"
    if not contrast.other:
        return f"{said}: {same}."
    return f"{said}: {same}, {contrast.other} otherwise. The tests leave open which is right."


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
