"""Patches that answer the tests and not the question are named; honest ones are not."""

from pathlib import Path

import pytest

from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import Baseline, Isolation
from testtime_strategies.candidate import Problem
from testtime_strategies.special import special_cases

BEFORE = "def f(n):\n    return g(n)\n"
TEST = "def test_it():\n    assert f([1, 2]) == 2\n    assert f(10) == 100\n    assert f('ada') == 4711\n    assert f(0) == 1\n"


@pytest.mark.parametrize(
    ("after", "sign"),
    [
        ("    return 4711\n", "expects (4711)"),
        ("    if n == [1, 2]:\n        return 2\n    return g(n)\n", "by itself (n == [1, 2])"),
        ("    return 100 if n == 10 else g(n)\n", "by itself (n == 10)"),
        ("    if n in (10, 3):\n        return 100\n    return g(n)\n", "by itself (n in (10, 3))"),
        ("    return {10: 100, 0: 1}.get(n) or g(n)\n", "table of the tests' own values ({10: 100, 0: 1})"),
        ("    try:\n        return g(n)\n    except Exception:\n        return 2\n", "swallows every exception"),
        ("    try:\n        return g(n)\n    except:\n        pass\n", "swallows every exception"),
    ],
)
def test_a_sign_is_named(tmp_path: Path, after: str, sign: str) -> None:
    (found,) = signs(tmp_path, after)
    assert sign in found


@pytest.mark.parametrize(
    "after",
    [
        "    return g(n) + 1\n",
        "    if n == 0:\n        return 1\n    return g(n)\n",
        "    if not n:\n        return []\n    return g(n)\n",
        "    if n == 10:\n        n = g(n)\n    return g(n)\n",
        "    if n == 3:\n        return 2\n    return g(n)\n",
        "    try:\n        return g(n)\n    except ValueError:\n        return None\n",
        "    try:\n        return g(n)\n    except Exception as error:\n        raise TypeError from error\n",
        "    return {'a': n, 'b': 2}\n",
    ],
)
def test_what_an_honest_fix_does_is_none(tmp_path: Path, after: str) -> None:
    assert signs(tmp_path, after) == ()


def test_what_was_there_before_is_not_the_change(tmp_path: Path) -> None:
    table = "TABLE = {10: 100, 0: 1}\n\n\n"
    assert signs(tmp_path, "    return g(n) + 1\n", table) == ()


def signs(folder: Path, after: str, head: str = "") -> tuple[str, ...]:
    (folder / "code.py").write_text(head + BEFORE)
    (folder / "test_it.py").write_text(TEST)
    snapshot = Snapshot(folder, folder, {"code.py": "", "test_it.py": ""}, "")
    problem = Problem(snapshot, Baseline({}, Isolation("bubblewrap", ""), 0.0), ("test_it.py::test_it",))
    return special_cases(problem, Patch((FileEdit("code.py", head + BEFORE, head + "def f(n):\n" + after),)))
