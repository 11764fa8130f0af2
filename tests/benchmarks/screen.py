"""Candidates per second, warm screen and full verdict, beside the naive way: copy the tree, run a cold pytest.

    python tests/benchmarks/screen.py [CANDIDATES]

All in one run on the project that `testtime demo` repairs, one candidate at a time; the ratios are what to read.
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path

from testtime_sandbox.baseline import measure_baseline
from testtime_sandbox.isolation import choose
from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.project import discover
from testtime_sandbox.screen import WarmScreen
from testtime_sandbox.snapshot import discard, take_snapshot
from testtime_sandbox.verifier import SandboxVerifier
from testtime_sandbox.warm import WarmAgent

PLAIN = "--disable-plugin-autoload"
FILE, OLD = "shop/pages.py", "number * size"


def naive(root: Path, text: str, test: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(root, copy)
        (copy / FILE).write_text(text)
        subprocess.run([sys.executable, "-m", "pytest", "-q", PLAIN, test], cwd=copy, capture_output=True, check=False)


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder, resources.as_file(resources.files("testtime_server")) as package:
        root = Path(folder) / "shop"
        shutil.copytree(package / "demo_project", root)
        project = discover(root, python=sys.executable, pytest_args=(PLAIN,))
        snapshot, isolator = take_snapshot(root), choose()
        starting = asyncio.ensure_future(WarmAgent.start(project, snapshot, isolator))
        baseline = await measure_baseline(project, snapshot, isolator, timeout=60, agent=starting)
        agent = await starting
        targets = [test for test in baseline.failing if "pages" in test]
        screen = await WarmScreen.start(agent, isolator.isolation, baseline, targets)
        assert screen is not None
        verifier = SandboxVerifier(project, snapshot, baseline, targets, isolator, agent=agent)
        before = snapshot.read(FILE)
        texts = [before.replace(OLD, f"number * size + {n}") for n in range(2, count + 2)]
        patches = [Patch((FileEdit(FILE, before, text),)) for text in texts]
        started = time.perf_counter()
        for patch in patches:
            assert await screen.try_patch(patch) is not None
        screened = (time.perf_counter() - started) / count
        started = time.perf_counter()
        for patch in patches[: count // 5]:
            assert not (await verifier.verify(patch)).passed
        full = (time.perf_counter() - started) / (count // 5)
        started = time.perf_counter()
        for text in texts[: count // 5]:
            naive(root, text, targets[0].split("::")[0])
        cold = (time.perf_counter() - started) / (count // 5)
        await screen.aclose()
        await agent.aclose()
        discard(snapshot)
    print(f"{'':28}{'s/candidate':>12}{'candidates/s':>14}{'x naive':>9}")
    rows = (("copy and cold pytest", cold), ("full verdict, in a box", full), ("warm screen, in a box", screened))
    for name, seconds in rows:
        print(f"{name:28}{seconds:12.4f}{1 / seconds:14.1f}{cold / seconds:9.1f}")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
