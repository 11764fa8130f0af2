"""What a candidate and a request cost, beside the naive way: copy the tree, run a cold `python -m pytest`.

    python tests/benchmarks/sandbox.py [--rounds 5] [--bare] [PROJECT …]

Four projects of our own making: `pure` (60 tests), `numpy` (60 tests that import it), `tree` (the 60 tests in a tree of
2,000 files, 13 MB), `slow` (12 tests of 50 ms). All in one run, alternating, one candidate at a time; CPU seconds are
those of every process, ours and the boxes'; read the ratios. The interpreter is an environment with pytest, pytest-cov,
pytest-xdist, pytest-asyncio and numpy, made once in the cache folder (`--bare`: pytest and numpy alone).
"""

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from testtime_sandbox.baseline import measure_baseline
from testtime_sandbox.isolation import Isolator, choose
from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.project import discover
from testtime_sandbox.screen import WarmScreen
from testtime_sandbox.snapshot import discard, make_shelf, remove_shelf, take_snapshot
from testtime_sandbox.suite import Task
from testtime_sandbox.verdict import Baseline, Judgement, Project
from testtime_sandbox.verifier import SandboxVerifier
from testtime_sandbox.warm import WarmAgent, WarmBox

CANDIDATES = 16
BUG, FIX, FILE = "(x + k) % 7", "(x * k) % 7", "pkg/mod3.py"
IGNORED = shutil.ignore_patterns("__pycache__", ".pytest_cache")
FLOOR = """
import sys, pytest
class Plugin:
    total = 0.0
    def pytest_runtest_logreport(self, report):
        if report.when == "call":
            Plugin.total += report.duration
pytest.main(["-q", "-p", "no:cacheprovider"], plugins=[Plugin()])
print("FLOOR", Plugin.total)
"""


@dataclass
class Cost:
    """CPU and wall seconds of a block, in this process and all that ended in it."""

    cpu: float = 0.0
    wall: float = 0.0


class Meter:
    """A control group of our own: it counts the CPU of every process, also of those that only the boxes reap."""

    def __init__(self) -> None:
        first = Path("/sys/fs/cgroup/cpuacct")
        self.old = first.is_dir()
        name = f"testtime-bench-{os.getpid()}"
        self.cpu_group = (first if self.old else Path("/sys/fs/cgroup")) / name
        self.memory_group = Path("/sys/fs/cgroup/memory") / name if self.old else self.cpu_group
        try:
            for group in {self.cpu_group, self.memory_group}:
                group.mkdir()
                (group / "cgroup.procs").write_text(str(os.getpid()))
        except OSError as error:
            sys.exit(f"this benchmark counts CPU by a control group and may not make one here: {error}")

    def cpu(self) -> float:
        """Seconds since the beginning."""
        if self.old:
            return int((self.cpu_group / "cpuacct.usage").read_text()) / 1e9
        return int((self.cpu_group / "cpu.stat").read_text().split()[1]) / 1e6

    def peak_memory(self) -> int:
        """Bytes at most since the last call, the file systems in memory included."""
        file = self.memory_group / ("memory.max_usage_in_bytes" if self.old else "memory.peak")
        peak = int(file.read_text())
        with suppress(OSError):
            file.write_text("0")
        return peak

    def close(self) -> None:
        """Leave and remove it."""
        for group in {self.cpu_group, self.memory_group}:
            (group.parent / "cgroup.procs").write_text(str(os.getpid()))
            group.rmdir()


@contextmanager
def measured(meter: Meter) -> Iterator[Cost]:
    cost, before, started = Cost(), meter.cpu(), time.perf_counter()
    yield cost
    cost.cpu, cost.wall = meter.cpu() - before, time.perf_counter() - started


def environment(*, bare: bool) -> Path:
    """An interpreter with the packages that the projects use."""
    folder = Path(platformdirs.user_cache_dir("testtime-bench")) / ("bare" if bare else "usual")
    packages = ["pytest", "numpy", *([] if bare else ["pytest-cov", "pytest-xdist", "pytest-asyncio"])]
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run(
            [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", *packages],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        (folder / "ready").touch()
    return folder / "bin/python"


def make(root: Path, kind: str) -> None:
    """Write a project with one bug in `FILE`."""
    (root / "pkg").mkdir(parents=True)
    (root / "tests").mkdir()
    settings = 'testpaths = ["tests"]\npythonpath = ["."]\nasyncio_default_fixture_loop_scope = "function"\n'
    (root / "pytest.ini").write_text("[pytest]\n" + settings.replace('["', "").replace('"]', "").replace('"', ""))
    (root / "pkg/__init__.py").write_text("")
    per_module, loops = (2, 3001) if kind == "slow" else (10, 4201)
    for m in range(6):
        code = "import numpy\n" if kind == "numpy" else "import math\n"
        tests = f"import time\nfrom pkg import mod{m}\n"
        for i in range(per_module if m != 3 else max(per_module, 6)):
            divisor = i + 2
            code += f"\n\ndef f{i}(n, k=1):\n    total = 0\n    for x in range(n):\n"
            code += f"        total += (x * k) % {divisor}\n    return total\n"
            want = sum((x * 2) % divisor for x in range(loops))
            wait = "    time.sleep(0.05)\n" if kind == "slow" else ""
            tests += f"\n\ndef test_f{i}():\n{wait}    assert mod{m}.f{i}({loops}, 2) == {want}\n"
            tests += f"    assert mod{m}.f{i}(0) == 0\n"
        (root / f"pkg/mod{m}.py").write_text(code)
        (root / f"tests/test_mod{m}.py").write_text(tests)
    if kind == "tree":
        for number in range(2000):
            file = root / f"data/{number // 50}/{number}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("some six and a half kilobytes of text\n" * 170)
    bug = (root / FILE).read_text().replace(FIX, BUG)
    assert BUG in bug
    (root / FILE).write_text(bug)


def naive(root: Path, python: Path, text: str) -> None:
    """A candidate the naive way."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(root, copy, ignore=IGNORED)
        (copy / FILE).write_text(text)
        subprocess.run([str(python), "-m", "pytest", "-q"], cwd=copy, capture_output=True, check=False)


def floor(root: Path, python: Path) -> float:
    """Seconds that the test bodies alone take."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(root, copy, ignore=IGNORED)
        (copy / FILE).write_text((copy / FILE).read_text().replace(BUG, FIX))
        answers: list[float] = []
        for _ in range(3):
            run = subprocess.run([str(python), "-c", FLOOR], cwd=copy, capture_output=True, text=True, check=True)
            answers.append(float(run.stdout.rpartition("FLOOR")[2]))
        return statistics.median(answers)


@dataclass
class Figures:
    """Medians of one project, CPU and wall seconds each."""

    naive: Cost
    rejected: Cost
    whole: Cost
    confirmed: Cost
    naive_request: Cost
    first_request: Cost
    next_request: Cost
    baseline: Cost
    floor: float
    naive_memory: int
    our_memory: int


def median(costs: list[Cost]) -> Cost:
    return Cost(statistics.median(c.cpu for c in costs), statistics.median(c.wall for c in costs))


class Bench:
    """One project, measured."""

    def __init__(self, meter: Meter, root: Path, python: Path, rounds: int) -> None:
        self.meter = meter
        self.root, self.python, self.rounds = root, python, rounds
        self.before = (root / FILE).read_text()
        self.wrong = [self.before.replace(BUG, f"(x * k + {n}) % 7") for n in (*range(1, 7), *range(8, 14), 15, 16, 17)]
        self.right = self.before.replace(BUG, FIX)

    def patch(self, text: str) -> Patch:
        return Patch((FileEdit(FILE, self.before, text),))

    async def request(
        self, project: Project, isolator: Isolator, shelf: Path, box: WarmBox | None, baselines: list[Cost]
    ) -> WarmBox:
        """Snapshot, box if there is none, screen, fifteen rejected, one verified and confirmed. The baseline, which
        any way of working needs and which is no candidate, is counted by itself.
        """
        snapshot = take_snapshot(self.root, shelf=shelf)
        warm = WarmAgent(box or await WarmBox.start(project, snapshot, isolator), snapshot)

        async def agent() -> WarmAgent:
            return warm

        with measured(self.meter) as cost:
            baseline = await measure_baseline(project, snapshot, isolator, timeout=120, agent=agent())
        baselines.append(cost)
        assert not baseline.cold_because, baseline.cold_because
        verifier = await self.verifier(project, isolator, baseline, warm)
        for text in self.wrong:
            assert (await verifier.verify(self.patch(text))).judgement is Judgement.FAILED
        assert (await verifier.verify(self.patch(self.right))).passed
        assert (await verifier.verify(self.patch(self.right), confirm=True)).verified
        await verifier.aclose()
        discard(snapshot)
        return warm.box

    async def verifier(
        self, project: Project, isolator: Isolator, baseline: Baseline, warm: WarmAgent
    ) -> SandboxVerifier:
        screen = await WarmScreen.start(warm, isolator.isolation, baseline, baseline.failing)
        assert screen is not None
        snapshot = warm.snapshot
        return SandboxVerifier(project, snapshot, baseline, baseline.failing, isolator, screen=screen, agent=warm)

    async def run(self) -> Figures:
        """Naive and ours in turn, so that a busy moment of the machine meets both."""
        project, isolator = discover(self.root, python=str(self.python)), choose()
        costs: dict[str, list[Cost]] = {}

        async def timed(name: str, work: Callable[[], object], times: int = 1) -> None:
            with measured(self.meter) as cost:
                for _ in range(times):
                    result = work()
                    if asyncio.iscoroutine(result):
                        await result
            costs.setdefault(name, []).append(Cost(cost.cpu / times, cost.wall / times))

        async def requests(first: str, later: str) -> None:
            """Two of one project, one after the other."""
            shelf = make_shelf()
            box: WarmBox | None = None
            for name in (first, later):
                baselines: list[Cost] = []
                with measured(self.meter) as cost:
                    box = await self.request(project, isolator, shelf, box, baselines)
                cost.cpu -= baselines[0].cpu
                cost.wall -= baselines[0].wall
                costs.setdefault(name, []).append(cost)
                costs.setdefault("baseline", []).append(baselines[0])
            assert box is not None
            await box.aclose()
            remove_shelf(shelf)

        naive(self.root, self.python, self.right)  # what is compiled once is compiled now
        self.meter.peak_memory()
        naive(self.root, self.python, self.right)
        naive_memory = self.meter.peak_memory()
        await requests("warming up", "warming up")
        our_memory = self.meter.peak_memory()
        for _ in range(self.rounds):
            await timed("naive", lambda: naive(self.root, self.python, self.right))
            await requests("first", "later")
        await self.single(project, isolator, costs)
        cold = median(costs["naive"])
        return Figures(
            naive=cold,
            rejected=median(costs["rejected"]),
            whole=median(costs["whole"]),
            confirmed=median(costs["confirmed"]),
            naive_request=Cost(CANDIDATES * cold.cpu, CANDIDATES * cold.wall),
            first_request=median(costs["first"]),
            next_request=median(costs["later"]),
            baseline=median(costs["baseline"]),
            floor=floor(self.root, self.python),
            naive_memory=naive_memory,
            our_memory=our_memory,
        )

    async def single(self, project: Project, isolator: Isolator, costs: dict[str, list[Cost]]) -> None:
        """One candidate at each stage; CPU as the verdicts say it, for the box lives on."""
        snapshot = take_snapshot(self.root)
        starting = asyncio.ensure_future(WarmAgent.start(project, snapshot, isolator))
        baseline = await measure_baseline(project, snapshot, isolator, timeout=120, agent=starting)
        warm = await starting
        verifier = await self.verifier(project, isolator, baseline, warm)
        everything = Task(paths=(), ids=tuple(baseline.results), stop_first=True, brief=True)
        for _ in range(max(5, self.rounds)):
            started = time.perf_counter()
            verdicts = [await verifier.verify(self.patch(text)) for text in self.wrong]
            wall = (time.perf_counter() - started) / len(verdicts)
            costs.setdefault("rejected", []).append(Cost(sum(v.cpu_seconds for v in verdicts) / len(verdicts), wall))
            run = await warm.run(everything, timeout=60, patch=self.patch(self.right))
            assert len(run.results) == len(baseline.results)
            costs.setdefault("whole", []).append(Cost(run.completed.cpu_seconds, run.completed.wall_seconds))
            started = time.perf_counter()
            verdict = await verifier.verify(self.patch(self.right), confirm=True)
            assert verdict.verified
            costs.setdefault("confirmed", []).append(Cost(verdict.cpu_seconds, time.perf_counter() - started))
        await verifier.aclose()
        await warm.aclose()
        discard(snapshot)


def show(kind: str, f: Figures) -> None:
    print(f"\n{kind}: the test bodies alone take {f.floor * 1000:.1f} ms")
    print(f"  {'':42}{'CPU ms':>9}{'x naive':>9}{'x bodies':>10}{'wall ms':>10}")
    rows = (
        ("a candidate, naive: copy and cold pytest", f.naive, f.naive),
        ("a wrong candidate, rejected by the screen", f.rejected, f.naive),
        ("the whole suite, forked", f.whole, f.naive),
        ("confirmation: cold, twin and canary", f.confirmed, f.naive),
        ("the baseline: cold, traced, and once more", f.baseline, f.naive),
        (f"a request: {CANDIDATES} candidates, one right; naive", f.naive_request, f.naive_request),
        ("the same, with the agent's start-up", f.first_request, f.naive_request),
        ("the same, a later one of the project", f.next_request, f.naive_request),
    )
    for name, cost, base in rows:
        ratio, bodies = base.cpu / cost.cpu, cost.cpu / f.floor
        print(f"  {name:42}{cost.cpu * 1000:9.1f}{ratio:9.1f}{bodies:10.1f}{cost.wall * 1000:10.1f}")
    print(
        f"  most memory at a time, this program included: naive {f.naive_memory >> 20} MB, ours {f.our_memory >> 20} MB"
    )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*", help="pure, numpy, tree, slow; all by default")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bare", action="store_true", help="no pytest plugins installed")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the naive way would compile pytest anew for each candidate
    python = environment(bare=options.bare)
    print(f"isolation: {choose().isolation.level}; environment: {'pytest alone' if options.bare else 'four plugins'}")
    meter = Meter()
    for kind in options.projects or ("pure", "numpy", "tree", "slow"):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "project"
            make(root, kind)
            show(kind, await Bench(meter, root, python, options.rounds).run())
    meter.close()


if __name__ == "__main__":
    asyncio.run(main())
