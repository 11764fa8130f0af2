"""The grade of a fix: what has to be seen before it is called strong."""

from pathlib import Path

import pytest

from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import Baseline, Evidence, Isolation, Judgement, Stage, TestOutcome, TestResult, Verdict
from testtime_strategies.budget import Spend
from testtime_strategies.candidate import Candidate, Mutate, Problem
from testtime_strategies.evidence import MOST_TRIED, Contrast, Strength, grade

ISOLATION = Isolation("bubblewrap", "")
TESTS = tuple(f"test_it.py::test_it[{number}]" for number in range(4))


@pytest.mark.parametrize(
    ("strength", "after", "expected"),
    [
        (Strength(10, 10), "    return n + 1\n", "strong"),
        (Strength(10, 10, cut_short=True), "    return n + 1\n", "moderate"),
        (Strength(10, 10, rivals=1), "    return n + 1\n", "moderate"),
        (Strength(10, 10, rivals=3, contrast=Contrast(20, 3, 0)), "    return n + 1\n", "moderate"),
        (Strength(10, 10, rivals=3, contrast=Contrast(20, 1, 2, "`f(1)`")), "    return n + 1\n", "moderate"),
        (Strength(10, 10, rivals=3, contrast=Contrast(20, 0, 3, "`f(1)`")), "    return n + 1\n", "weak"),
        (Strength(10, 10, contrast=Contrast(slip="`f(0)` raises KeyError")), "    return n + 1\n", "moderate"),
        (Strength(10, 10, contrast=Contrast(unkept=("weak", "The docstring says"))), "    return n + 1\n", "weak"),
        (Strength(7, 10), "    return n + 1\n", "moderate"),
        (Strength(4, 10), "    return n + 1\n", "weak"),
        (Strength(3, 3), "    return n + 1\n", "moderate"),
        (None, "    return n + 1\n", "moderate"),
        (Strength(10, 10), "    return 4711\n", "weak"),
    ],
)
def test_what_speaks_against_a_fix_lowers_its_grade(
    tmp_path: Path, strength: Strength | None, after: str, expected: str
) -> None:
    assert evidence(tmp_path, "    return n\n", after, strength).grade == expected


def evidence(
    folder: Path,
    before: str,
    after: str,
    strength: Strength | None,
    lines: tuple[set[int], ...] = ({2}, {2}, {2}, {2}),
    operator: str = "off by one",
    tried: int = 1,
) -> Evidence:
    """The evidence for a fix of `f`'s body, whose tests execute `lines`, each its own."""
    before, after = f"def f(n):\n{before}", f"def f(n):\n{after}"
    (folder / "code.py").write_text(before)
    (folder / "test_it.py").write_text("def test_it(n):\n    assert f(n) == 4711\n")
    results = {t: TestResult(t, TestOutcome.FAILED if t == TESTS[0] else TestOutcome.PASSED, 0.0) for t in TESTS}
    covered = {test: {"code.py": frozenset(own)} for test, own in zip(TESTS, lines, strict=True)}
    baseline = Baseline(results, ISOLATION, 0.0, covered=covered)
    snapshot = Snapshot(folder, folder, {"code.py": "", "test_it.py": ""}, "")
    patch = Patch((FileEdit("code.py", before, after),))
    verdict = Verdict(Judgement.PASSED, Stage.REGRESSION, ISOLATION)
    fix = Candidate("m1", Mutate(patch, operator, "code.py", 2), Spend(), patch, verdict)
    others = [Candidate(f"m{number}", fix.move, Spend()) for number in range(2, tried + 1)]
    return grade(Problem(snapshot, baseline, TESTS[:1]), fix, [fix, *others], strength)


def test_two_changes_combined_are_never_strong(tmp_path: Path) -> None:
    found = evidence(tmp_path, "    return n\n", "    return n + 1\n", Strength(10, 10), operator="wrap + off by one")
    assert found.grade == "moderate"


@pytest.mark.parametrize(("tried", "expected"), [(MOST_TRIED, "strong"), (MOST_TRIED + 1, "weak")])
def test_what_many_tries_find_may_be_chance(tmp_path: Path, tried: int, expected: str) -> None:
    found = evidence(tmp_path, "    return n\n", "    return n + 1\n", Strength(10, 10), tried=tried)
    assert found.grade == expected


@pytest.mark.parametrize(
    ("inserted", "expected"),
    [
        ("    if n:\n        n = 1\n        return n\n    return 0\n", 1),
        ("    n = 1\n    if n:\n        return n\n    return 0\n", 4),
        ("    if n:\n        return n\n    n = 1\n    return 0\n", 3),
        ("    if n:\n        return n\n    return 0\n    n = 1\n", 3),
    ],
)
def test_an_insertion_is_covered_by_who_comes_to_it(tmp_path: Path, inserted: str, expected: int) -> None:
    lines = ({2, 3}, {2, 4}, {2, 4}, {2, 4})
    found = evidence(tmp_path, "    if n:\n        return n\n    return 0\n", inserted, Strength(10, 10), lines)
    assert found.covering_tests == expected
    assert found.grade == ("weak" if expected == 1 else "moderate"), "one test alone fails without what is inserted"
