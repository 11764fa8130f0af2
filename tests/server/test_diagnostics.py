"""What is known of a project's tests, when later runs see only some of them or texts have moved on."""

from collections.abc import Mapping

from testtime_sandbox.verdict import Baseline, Frame, Isolation, TestOutcome, TestResult
from testtime_server.diagnostics import LastRun, last_run, outline

CODE = "def first():\n    return 1\n\n\ndef second():\n    return 2\n"
FIRST, SECOND, GONE = "test_first.py::test_first", "test_second.py::test_second", "test_first.py::test_gone"


def run(covered: Mapping[str, int], texts: Mapping[str, str], number: int) -> LastRun:
    """A run in which each of the tests fails at a line of `code.py`, counted from 1."""
    results = {
        test: TestResult(test, TestOutcome.FAILED, 0.0, "no", frames=(Frame("code.py", line, "f"),))
        for test, line in covered.items()
    }
    lines = {test: {"code.py": frozenset({line})} for test, line in covered.items()}
    baseline = Baseline(results, Isolation("process", ""), 0.1, covered=lines)
    return last_run(baseline, texts, number)


def test_a_run_of_some_files_keeps_what_is_known_of_the_others() -> None:
    before = run({FIRST: 2, SECOND: 6, GONE: 2}, {"code.py": CODE}, 1)
    moved = "import os\n" + CODE
    now = before.renewed(run({FIRST: 3}, {"code.py": moved}, 2))
    assert now.failing == (SECOND, FIRST), "a test that its own file no longer has is gone"
    second = outline(moved).named("second")
    assert second is not None
    assert now.reaching("code.py", second) == (SECOND,)
    assert [(mark.test, mark.line) for mark in now.marked["code.py"]] == [(SECOND, 6), (FIRST, 2)]


def test_lines_that_were_changed_are_not_kept() -> None:
    before = run({FIRST: 2, SECOND: 6}, {"code.py": CODE}, 1)
    changed = CODE.replace("return 2", "return 3")
    now = before.renewed(run({FIRST: 2}, {"code.py": changed}, 2))
    second = outline(changed).named("second")
    assert second is not None
    assert now.failing == (SECOND, FIRST)
    assert now.reaching("code.py", second) == ()
