"""What changes that pass the same tests do differently: found by calling them, in the box alone."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import pytest

from testtime_sandbox.baseline import measure_baseline
from testtime_sandbox.isolation import choose
from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.project import discover
from testtime_sandbox.screen import WarmScreen, read_comparison
from testtime_sandbox.snapshot import discard, take_snapshot
from testtime_sandbox.verdict import Comparison, Examples
from testtime_sandbox.warm import WarmAgent

CODE = """\
import random
from typing import Optional


def largest(numbers):
    return 0


def spin(n: int):
    return 0


def parts(text, sep=None):
    yield 1


async def later(x):
    return 0


def draw(n):
    return 0


class Stack:
    def __init__(self, items):
        self.items = list(items)

    def push(self, item):
        pass


def shout(name):
    return name


def apply(f, x):
    return 0


def clamp(x):
    '''From 0 to 3.

    >>> clamp(5)
    3
    >>> [clamp(x) for x in (-1, 2)]
    [0, 2]
    '''
    return x


def twice(x):
    return double(x)


def double(x):
    return x
"""
TESTS = """\
import asyncio
from code_under_test import *

def test_largest():
    assert largest([1, 2]) == 2

def test_spin():
    assert spin(3) == 3

def test_parts():
    assert list(parts("a b")) == ["a", "b"]

def test_later():
    assert asyncio.run(later(2)) == 4

def test_draw():
    assert draw(1) is not 0

def test_push():
    stack = Stack([1])
    stack.push(2)
    assert stack.items[-1] == 2

def test_apply():
    assert apply(lambda x: x + 1, 1) == 2

def test_clamp():
    assert clamp(5) == 3

def test_twice():
    assert twice(2) == 4
"""


@pytest.fixture
def compare(make_project: Callable[[dict[str, str]], Any]) -> Callable[..., Comparison]:
    """Compare bodies that replace a text of the module, as changes that one test asked for."""

    def run(test: str, old: str, *new: str) -> Comparison:
        root = make_project({"code_under_test.py": CODE, "test_it.py": TESTS})
        assert CODE.count(old) == 1
        patches = [Patch((FileEdit("code_under_test.py", CODE, CODE.replace(old, text)),)) for text in new]
        return asyncio.run(_compared(root, f"test_it.py::{test}", patches))

    return run


async def _compared(root: Any, test: str, patches: list[Patch]) -> Comparison:
    isolator = choose()
    project = discover(root, python=sys.executable, pytest_args=("--disable-plugin-autoload",))
    snapshot = take_snapshot(root)
    try:
        baseline = await measure_baseline(project, snapshot, isolator, targets=[test], timeout=60)
        agent = await WarmAgent.start(project, snapshot, isolator)
        try:
            screen = await WarmScreen.start(agent, isolator.isolation, baseline, [test])
            assert screen is not None
            try:
                return await screen.compare(patches, seconds=30.0)
            finally:
                await screen.aclose()
        finally:
            await agent.aclose()
    finally:
        discard(snapshot)


def told_apart(comparison: Comparison) -> dict[str, tuple[str, ...]]:
    """Calls in which the first two differ, with what each gives."""
    first, second = comparison.answers[:2]
    assert first is not None
    assert second is not None
    return {
        call: (one.result, other.result)
        for call, one, other in zip(comparison.calls, first, second, strict=True)
        if one is not None and other is not None and one != other
    }


def test_a_variation_of_what_the_tests_hand_over_tells_two_changes_apart(compare: Any) -> None:
    comparison = compare(
        "test_largest",
        "def largest(numbers):\n    return 0\n",
        "def largest(numbers):\n    return max(numbers)\n",
        "def largest(numbers):\n    return numbers[-1]\n",
        "def largest(numbers):\n    return sorted(numbers)[-1]\n",
        "def largest(numbers):\n    return 0\n",  # nothing changed
    )
    assert comparison.answers[-1] is not None
    assert {answer.result for answer in comparison.answers[-1] if answer} == {"0"}
    assert "largest([1, 2])" in comparison.calls
    apart = told_apart(comparison)
    assert apart["largest([2, 1])"] == ("2", "1")
    assert apart["largest([])"] == ("raises ValueError", "raises IndexError")
    assert "largest([1, 2])" not in apart


def test_the_examples_of_a_docstring_are_held_against_each_change(compare: Any) -> None:
    spin = "while True:\n        pass"
    bodies = ["return max(0, min(3, x))", "return min(3, x)", "return 3 if x == 5 else int(None)", spin]
    comparison = compare("test_clamp", "    return x\n\n", *(f"    {body}\n\n" for body in bodies))
    second = "[clamp(x) for x in (-1, 2)]", "[0, 2]"
    assert comparison.examples == (
        Examples(2),
        Examples(0, *second, "[-1, 2]"),
        Examples(0, *second, "raises TypeError"),
        None,
    )
    assert compare("test_spin", "    return 0\n\n\ndef parts", "    return 3\n\n\ndef parts").examples == (None,)


def test_what_never_ends_and_what_is_drawn_by_chance(compare: Any) -> None:
    spins = compare(
        "test_spin",
        "def spin(n: int):\n    return 0\n",
        "def spin(n: int):\n    return n\n",
        "def spin(n: int):\n    while n != 3:\n        pass\n    return n\n",
    )
    assert told_apart(spins)["spin(4)"] == ("4", "does not end")
    clock = "def draw(n):\n    import os\n    return os.urandom(4)\n"
    assert compare("test_draw", "def draw(n):\n    return 0\n", clock, clock).calls == ()


def test_generators_coroutines_and_functions_as_values(compare: Any) -> None:
    old = "def parts(text, sep=None):\n    yield 1\n"
    new = "def parts(text, sep=None):\n    yield from text.split({})\n"
    apart = told_apart(compare("test_parts", old, new.format("sep"), new.format('" "')))
    assert apart["parts('', None)"] == ("[]", "['']")
    old = "async def later(x):\n    return 0\n"
    apart = told_apart(compare("test_later", old, old.replace("0", "2 * x"), old.replace("0", "x * x")))
    assert apart["later(3)"] == ("6", "9")
    old = "def apply(f, x):\n    return 0\n"
    apart = told_apart(compare("test_apply", old, old.replace("0", "f(x)"), old.replace("0", "2")))
    assert ("3", "2") in apart.values()


def test_what_a_method_leaves_behind_is_behaviour(compare: Any) -> None:
    old = "    def push(self, item):\n        pass\n"
    new = old.replace("pass", "self.items{}")
    comparison = compare("test_push", old, new.format(".append(item)"), new.format("[:] = [item]"))
    assert "Stack(items=[1]).push(2)" in comparison.calls
    answers = comparison.answers[0], comparison.answers[1]
    assert [row[0].left for row in answers if row and row[0]] == [
        "leaves [Stack(items=[1, 2]), 2]",
        "leaves [Stack(items=[2]), 2]",
    ]


def test_changes_in_several_functions_are_compared_where_the_tests_call(compare: Any) -> None:
    old = "    return double(x)\n\n\ndef double(x):\n    return x\n"
    one = "    return double(x) * 2\n\n\ndef double(x):\n    return x\n"
    other = "    return double(x)\n\n\ndef double(x):\n    return x + 2\n"
    apart = told_apart(compare("test_twice", old, one, other))
    assert apart["twice(3)"] == ("6", "5")


def test_what_is_said_in_another_form_is_no_comparison() -> None:
    assert read_comparison({"calls": ["f()"], "answers": [[["a", "1", "", ""]]]}, 1).calls == ("f()",)
    for said in (
        {},
        {"calls": "f()", "answers": []},
        {"calls": [1], "answers": [[None]]},
        {"calls": ["f()"], "answers": [[None], [None]]},
    ):
        assert read_comparison(said, 1) == Comparison()
    assert read_comparison({"calls": ["f()"], "answers": [[[1, 2, 3, 4]]]}, 1).answers == ((None,),)
