"""The ordinary flow beside the hostile rows: honest, wrong and regressing patches, forbidden paths, cancelling."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from testtime_sandbox.baseline import measure_baseline
from testtime_sandbox.isolation import choose
from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.project import discover
from testtime_sandbox.snapshot import discard, take_snapshot
from testtime_sandbox.verdict import Judgement, Stage, Verdict
from testtime_sandbox.verifier import SandboxVerifier

ARGS = ("--disable-plugin-autoload",)
Judge = Callable[..., Any]


@pytest.fixture
async def judge(calculator: Path) -> AsyncIterator[Judge]:
    """Judge a new text of `calc.py` (or another file) as the server would: every stage, then confirmation."""
    project = discover(calculator, python=sys.executable, pytest_args=ARGS)
    snapshot = take_snapshot(calculator)
    isolator = choose()
    baseline = await measure_baseline(project, snapshot, isolator, timeout=60)
    verifier = SandboxVerifier(project, snapshot, baseline, baseline.failing, isolator)

    async def verdict(text: str | None, path: str = "calc.py", *, confirm_only: bool = False) -> Verdict:
        before = snapshot.read(path) if path in snapshot.files else None
        patch = Patch((FileEdit(path, before, text),))
        if not confirm_only:
            found = await verifier.verify(patch)
            if not found.passed:
                return found
        return await verifier.verify(patch, confirm=True)

    yield verdict
    discard(snapshot)


def source(root: Path) -> str:
    return (root / "calc.py").read_text()


async def test_the_honest_fix(judge: Judge, calculator: Path) -> None:
    verdict = await judge(source(calculator).replace("a - b", "a + b"))
    assert verdict.verified
    assert verdict.stage is Stage.CONFIRMATION
    assert verdict.fixed == ("test_calc.py::test_add",)
    assert len(verdict.results) == 5
    assert verdict.isolation.level == "bubblewrap"
    assert verdict.cpu_seconds > 0


async def test_a_wrong_fix(judge: Judge, calculator: Path) -> None:
    verdict = await judge(source(calculator).replace("a - b", "a * b"))
    assert (verdict.judgement, verdict.stage) == (Judgement.FAILED, Stage.TARGET)


async def test_a_regression(judge: Judge, calculator: Path) -> None:
    verdict = await judge(source(calculator).replace("a - b", "5"))
    assert verdict.judgement is Judgement.REGRESSED
    assert set(verdict.regressed) & {"test_calc.py::test_add_zero", "test_calc.py::test_add_negative"}


@pytest.mark.parametrize(
    "path",
    ["test_calc.py", "conftest.py", "pyproject.toml", "tests/helper.py", "x.pth", "sitecustomize.py", "../out.py",
     "/etc/passwd", ".git/config", "a.dist-info/entry_points.txt", "pytest.ini"],
)  # fmt: skip
async def test_untouchable_files(judge: Judge, calculator: Path, path: str) -> None:
    verdict = await judge("x = 1\n", path)
    assert (verdict.judgement, verdict.stage) == (Judgement.REJECTED, Stage.SCREENED)
    assert path in verdict.findings[0]
    assert not (calculator.parent / "out.py").exists()


async def test_a_link_that_leaves_the_project(make_project: Any, tmp_path: Path) -> None:
    root = make_project({"test_x.py": "def test_x():\n    assert 0\n"})
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (root / "out").symlink_to(tmp_path)
    (root / "secret.txt").symlink_to(secret)
    snapshot = take_snapshot(root)
    try:
        assert set(snapshot.files) == {"pyproject.toml", "test_x.py"}
        assert not (snapshot.tree / "secret.txt").exists()
        assert not (snapshot.tree / "out").exists()
    finally:
        discard(snapshot)


async def test_cancelling_kills_the_run(judge: Judge, calculator: Path, wait_for: Any, processes_with: Any) -> None:
    text = source(calculator).replace("return a - b", "import time\n    time.sleep(3600)")
    before = set(processes_with("/run/testtime/agent/runner.py"))
    task = asyncio.create_task(judge(text))
    await asyncio.to_thread(wait_for, lambda: set(processes_with("/run/testtime/agent/runner.py")) - before)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    wait_for(lambda: not set(processes_with("/run/testtime/agent/runner.py")) - before)


async def test_descriptors_do_not_leak(judge: Judge, calculator: Path) -> None:
    text = source(calculator).replace("a - b", "a * b")
    await judge(text)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        await judge(text)
    assert len(os.listdir("/proc/self/fd")) <= before
