"""What a hostile row is: a patch, what stops it, and how each way of judging it must end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import Judgement, TestId

MARK = "hostilemark"
"""Begins every name that a row leaves anywhere: files, processes, sockets."""

CALC = (
    "def add(a, b):\n    return a - b\n\n\n"
    "def double(x):\n    return x * 2\n\n\n"
    "def is_even(n):\n    return n % 2 == 0\n"
)
PROJECT = {
    "calc.py": CALC,
    "broken.py": "def unfinished(:\n",
    "test_calc.py": (
        "from calc import add, double, is_even\n\n\n"
        "def test_add():\n    assert add(2, 3) == 5\n\n\n"
        "def test_add_zero():\n    assert add(7, 0) == 7\n\n\n"
        "def test_add_negative():\n    assert add(-1, 0) == -1\n\n\n"
        "def test_double():\n    assert double(4) == 8\n\n\n"
        "def test_is_even():\n    assert is_even(2)\n    assert not is_even(3)\n"
    ),
    "test_more.py": (
        "import unittest\n\nimport pytest\n\nfrom calc import add, double\n\n\n"
        "@pytest.mark.parametrize('text', ['a\\nb', '\\x1b[2J', 'ü ☃ \\u202e', 'a::b[c]', ''])\n"
        "def test_texts(text):\n    assert double(text) == text + text\n\n\n"
        "class TestUnit(unittest.TestCase):\n"
        "    def test_unit(self):\n        self.assertEqual(add(4, 3), 7)\n"
    ),
}
"""The project that the rows attack. Two tests fail, and its test ids are as odd as they may be."""
TARGET: TestId = "test_calc.py::test_add"
UNIT: TestId = "test_more.py::TestUnit::test_unit"
TARGETS = (TARGET, UNIT)

FAILED, REGRESSED, REJECTED = Judgement.FAILED, Judgement.REGRESSED, Judgement.REJECTED
TIMEOUT, CRASHED, PASSED = Judgement.TIMEOUT, Judgement.CRASHED, Judgement.PASSED


@dataclass(frozen=True)
class Row:
    """One patch. `run` is how the confirmation must judge it when nothing has looked at its text before."""

    name: str
    files: Mapping[str, str | None]
    """Path → its new text, None to delete it."""
    stopped_by: str
    """In words: what keeps it from being verified."""
    run: tuple[Judgement, ...]
    static: bool = True
    """Whether the static check rejects it before anything runs."""
    number: int | None = None
    """In the table of hostile patches that this folder covers."""
    targets: tuple[TestId, ...] = TARGETS
    hurried: bool = False
    """It hangs: judged with short limits."""
    found: str = ""
    """What the run's verdict must say somewhere: the finding, or what the patch itself found out."""
    screen_only: bool = False
    """The run alone is fooled: code in the test process that knows the twin when it sees it can forge everything."""

    def patch(self, snapshot: Snapshot) -> Patch:
        """The row as a patch of the project."""
        return Patch(
            tuple(
                FileEdit(path, snapshot.read(path) if path in snapshot.files else None, text)
                for path, text in self.files.items()
            )
        )


def after(code: str) -> dict[str, str | None]:
    """The buggy module with `code` behind it: whatever that does, the bug is still there."""
    return {"calc.py": CALC + "\n\n" + code}


def before(code: str) -> dict[str, str | None]:
    """The buggy module with `code` in front of it."""
    return {"calc.py": code + "\n\n" + CALC}


def in_add(body: str) -> dict[str, str | None]:
    """`add` does something else; the text stands in a function that can import what it needs."""
    lines = "".join(f"    {line}\n" if line else "\n" for line in body.strip("\n").split("\n"))
    return {"calc.py": CALC.replace("    return a - b\n", lines)}


def numbered(rows: Mapping[int, Row]) -> list[Row]:
    """Rows with their numbers in the table."""
    return [replace(row, number=number) for number, row in rows.items()]
