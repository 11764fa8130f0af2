"""The grade of a fix: what has to be seen before it is called strong."""

from pathlib import Path

import pytest

from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import Baseline, Isolation, Judgement, Stage, TestOutcome, TestResult, Verdict
from testtime_strategies.budget import Spend
from testtime_strategies.candidate import Candidate, Mutate, Problem
from testtime_strategies.evidence import Contrast, Strength, grade

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
    before = "def f(n):\n    return n\n"
    test = "def test_it(n):\n    assert f(n) == 4711\n"
    (tmp_path / "code.py").write_text(before)
    (tmp_path / "test_it.py").write_text(test)
    results = {t: TestResult(t, TestOutcome.FAILED if t == TESTS[0] else TestOutcome.PASSED, 0.0) for t in TESTS}
    baseline = Baseline(results, ISOLATION, 0.0, covered={t: {"code.py": frozenset({2})} for t in TESTS})
    snapshot = Snapshot(tmp_path, tmp_path, {"code.py": "", "test_it.py": ""}, "")
    patch = Patch((FileEdit("code.py", before, "def f(n):\n" + after),))
    verdict = Verdict(Judgement.PASSED, Stage.REGRESSION, ISOLATION)
    fix = Candidate("m1", Mutate(patch, "off by one", "code.py", 2), Spend(), patch, verdict)
    assert grade(Problem(snapshot, baseline, TESTS[:1]), fix, [fix], strength).grade == expected
