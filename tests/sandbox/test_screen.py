"""The warm screen may only reject: what it lets through, and that nothing of it is left."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from testtime_sandbox.baseline import measure_baseline
from testtime_sandbox.isolation import choose
from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.project import discover
from testtime_sandbox.screen import WarmScreen
from testtime_sandbox.snapshot import discard, take_snapshot
from testtime_sandbox.verdict import Judgement
from testtime_sandbox.warm import WarmAgent

SHAPES = """\
import functools

RATE = 2


def noisy(function):
    @functools.wraps(function)
    def inner(*arguments):
        return function(*arguments)
    return inner


@noisy
def decorated(x):
    return x - 1


@functools.lru_cache
def cached(x):
    return x - 1


def with_default(x, by=1):
    return x - by


def rated(x):
    return x * RATE


def outer():
    def inner(x):
        return x - 1
    return inner


closure = outer()


async def coroutine(x):
    return x - 1


class Thing:
    size = 1

    def method(self, x):
        return x - 1

    @property
    def prop(self):
        return 1 - 1

    @staticmethod
    def static(x):
        return x - 1

    @classmethod
    def klass(cls, x):
        return x - 1
"""
TESTS = """\
import asyncio
from shapes import Thing, cached, closure, coroutine, decorated, outer, rated, with_default


def test_decorated():
    assert decorated(1) == 2


def test_cached():
    assert cached(1) == 2


def test_with_default():
    assert with_default(1) == -1


def test_rated():
    assert rated(1) == 3


def test_inner():
    assert outer()(1) == 2


def test_closure():
    assert closure(1) == 2


def test_coroutine():
    assert asyncio.run(coroutine(1)) == 2


def test_method():
    assert Thing().method(1) == 2


def test_prop():
    assert Thing().prop == 2


def test_static():
    assert Thing.static(1) == 2


def test_klass():
    assert Thing.klass(1) == 2


def test_size():
    assert Thing.size == 2


def test_fine(): ...
"""
Screen = Callable[..., Any]


@pytest.fixture
async def screen(make_project: Any) -> AsyncIterator[Screen]:
    """`await screen(code, tests, target)` → a function that tries a replacement in the code."""
    opened: list[tuple[Any, Any, Any]] = []

    async def start(code: str, tests: str, *targets: str) -> Any:
        root = make_project({"shapes.py": code, "test_shapes.py": tests}, f"p{len(opened)}")
        project = discover(root, python=sys.executable, pytest_args=("--disable-plugin-autoload",))
        snapshot = take_snapshot(root)
        isolator = choose()
        starting = asyncio.ensure_future(WarmAgent.start(project, snapshot, isolator))
        baseline = await measure_baseline(project, snapshot, isolator, timeout=60, agent=starting)
        assert not baseline.cold_because
        ids = [f"test_shapes.py::{target}" for target in targets]
        agent = await starting
        warm = await WarmScreen.start(agent, isolator.isolation, baseline, ids)
        opened.append((warm, agent, snapshot))
        if warm is None:
            return None

        async def attempt(old: str, new: str) -> Any:
            assert old in code
            return await warm.try_patch(Patch((FileEdit("shapes.py", code, code.replace(old, new, 1)),)))

        attempt.warm = warm  # type: ignore[attr-defined]
        attempt.agent = agent  # type: ignore[attr-defined]
        return attempt

    yield start
    for warm, agent, snapshot in opened:
        if warm is not None:
            await warm.aclose()
        await agent.aclose()
        discard(snapshot)


FIXES = {
    "test_decorated": ("@noisy\ndef decorated(x):\n    return x - 1", "@noisy\ndef decorated(x):\n    return x + 1"),
    "test_cached": ("def cached(x):\n    return x - 1", "def cached(x):\n    return x + 1"),
    "test_with_default": ("by=1", "by=2"),
    "test_rated": ("RATE = 2", "RATE = 3"),
    "test_inner": ("def inner(x):\n        return x - 1", "def inner(x):\n        return x + 1"),
    "test_closure": ("def inner(x):\n        return x - 1", "def inner(x):\n        return x + 1"),
    "test_coroutine": ("async def coroutine(x):\n    return x - 1", "async def coroutine(x):\n    return x + 1"),
    "test_method": ("def method(self, x):\n        return x - 1", "def method(self, x):\n        return x + 1"),
    "test_prop": ("return 1 - 1", "return 1 + 1"),
    "test_static": ("def static(x):\n        return x - 1", "def static(x):\n        return x + 1"),
    "test_klass": ("def klass(cls, x):\n        return x - 1", "def klass(cls, x):\n        return x + 1"),
    "test_size": ("size = 1", "size = 2"),
}


@pytest.mark.parametrize("target", FIXES)
async def test_a_right_fix_is_never_rejected_and_a_wrong_one_is(screen: Screen, target: str) -> None:
    attempt = await screen(SHAPES, TESTS, target)
    old, new = FIXES[target]
    wrong = await attempt(
        old, old.replace("- 1", "- 2").replace("=1", "=5").replace("= 2", "= 7").replace("= 1", "= 7")
    )
    assert wrong is not None
    assert wrong.judgement is Judgement.FAILED
    assert await attempt(old, new) is None


async def test_loops_crashes_and_floods_cost_only_themselves(
    screen: Screen, wait_for: Any, processes_with: Any
) -> None:
    attempt = await screen(SHAPES, TESTS, "test_method")
    old, new = FIXES["test_method"]
    for body, judgement in (
        ("while True: pass", (Judgement.FAILED, Judgement.TIMEOUT)),
        ("import os; os._exit(0)", (Judgement.CRASHED,)),
        ("import os; os.kill(0, 9)", (Judgement.CRASHED,)),
        ("import os; os.write(1, b'x' * 10**7)", (Judgement.FAILED,)),
        ("raise SystemExit", (Judgement.FAILED,)),
    ):
        verdict = await attempt("def method(self, x):\n        return x - 1", f"def method(self, x):\n        {body}")
        assert verdict is not None, body
        assert verdict.judgement in judgement, (body, verdict)
        assert await attempt(old, new) is None, "the next candidate is not affected"


async def test_many_at_once_leave_nothing(screen: Screen, wait_for: Any, processes_with: Any) -> None:
    before = set(processes_with("/run/testtime/screen_agent.py"))
    attempt = await screen(SHAPES, TESTS, "test_method")
    descriptors = len(os.listdir("/proc/self/fd"))
    old = FIXES["test_method"][0]
    verdicts = await asyncio.gather(*(attempt(old, old.replace("- 1", f"- {n}")) for n in range(2, 42)))
    assert all(verdict is not None and verdict.judgement is Judgement.FAILED for verdict in verdicts)
    assert len(os.listdir("/proc/self/fd")) <= descriptors
    task = asyncio.create_task(attempt(old, old.replace("return x - 1", "while True: pass")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await attempt.warm.aclose()
    wait_for(lambda: set(processes_with("/run/testtime/screen_agent.py")) <= before)


async def test_an_agent_that_died_rejects_nothing(screen: Screen) -> None:
    attempt = await screen(SHAPES, TESTS, "test_method")
    os.killpg(attempt.agent.box.pid, signal.SIGKILL)
    old, _ = FIXES["test_method"]
    assert await attempt(old, old.replace("- 1", "- 2")) is None


async def test_threads_at_import_make_it_stand_aside(screen: Screen) -> None:
    code = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n" + SHAPES
    assert await screen(code, TESTS, "test_method") is None
