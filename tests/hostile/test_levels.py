"""Each isolation level by itself: exactly the holes that it reports are open; and candidates do not meet."""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from testtime_sandbox.isolation import Isolator, at_level
from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.suite import Task
from testtime_strategies.budget import Spend
from testtime_strategies.candidate import Candidate, Mutate, Problem
from testtime_strategies.evidence import grade

from .bench import Bench, open_bench
from .evasions import BEYOND
from .rows import CALC, TARGET, Row, in_add
from .table import TABLE

LEVELS = ("bubblewrap", "namespaces", "landlock", "process")
TRIALS = {
    "reads outside the project": "found = open('{secret}').read()",
    "writes outside the project": "open('{outside}/hostilemark-written', 'w').write('x')\nfound = 'wrote'",
    "network": "import socket\nsocket.create_connection(('127.0.0.1', {port}), 1).close()\nfound = 'connected'",
    "signals to other processes": "import os\nos.kill({server}, 0)\nfound = 'signalled'",
    "dangerous system calls": (
        "import ctypes\nif ctypes.CDLL(None).unshare(0x10000000):\n    raise OSError\nfound = 'unshared'"
    ),
}
"""Hole → what succeeds where it is open, and raises OSError where it is not."""


async def attempt(bench: Bench, code: str) -> str:
    """What a candidate finds when it runs `code`; "closed" when an OSError stopped it."""
    code = code.replace("{server}", str(os.getpid()))
    body = "".join(f"    {line}\n" for line in code.splitlines())
    row = Row(
        "attempt",
        in_add(f"try:\n{body}except (OSError, ProcessLookupError):\n    found = 'closed'\nraise ValueError('FOUND ' + found)"),
        "",
        (),
    )  # fmt: skip
    verdict = await bench.verifier((TARGET,))._stage(bench.patch(row), "target", (TARGET,))  # type: ignore[arg-type]
    message = verdict.results[TARGET].message
    assert "FOUND " in message, verdict
    return message.split("FOUND ")[1]


@pytest.mark.parametrize("level", LEVELS)
async def test_a_level_has_exactly_the_holes_that_it_reports(tmp_path: Path, level: Any) -> None:
    isolator = at_level(level)
    if isolator is None:
        pytest.skip(f"level {level} does not hold on this machine")
    async with open_bench(tmp_path, isolator=isolator, warm=False) as bench:
        for hole, code in TRIALS.items():
            found = await attempt(bench, code)
            written = tmp_path / "hostilemark-written"
            is_open = written.exists() if "writes" in hole else found != "closed"
            assert is_open == (hole in isolator.isolation.holes), (hole, found)
            written.unlink(missing_ok=True)
        if level in ("bubblewrap", "namespaces"):
            assert not isolator.isolation.holes
        verdict = await bench.flow(TABLE[11])
        assert verdict.isolation == isolator.isolation, "the level is in every verdict"


async def test_candidates_do_not_meet(tmp_path: Path) -> None:
    """What one leaves anywhere, the next does not find, at the same time or later."""
    leave = (
        "import os, socket, time\n    found = []\n"
        "    for place in ('hostilemark', '/tmp/hostilemark', '/dev/shm/hostilemark', '/tmp/home/hostilemark'):\n"
        "        found += [place] * os.path.exists(place)\n        open(place, 'w').close()\n"
        "    for family, name in ((socket.AF_UNIX, '\\0hostilemark'), (socket.AF_INET, ('127.0.0.1', 4712))):\n"
        "        try:\n            server = socket.socket(family)\n            server.bind(name)\n"
        "            server.listen()\n        except OSError:\n            found.append(name)\n"
        "    others = [p for p in os.listdir('/proc') if p.isdigit()]\n"
        "    time.sleep(0.2)\n    raise ValueError(f'FOUND {found} {len(others)}')\n"
    )
    patch = Patch((FileEdit("calc.py", CALC, CALC.replace("    return a - b\n", f"    {leave}")),))
    async with open_bench(tmp_path) as bench:
        assert bench.agent is not None
        for count in (1, 3):
            runs = await asyncio.gather(
                *(bench.agent.run(Task(ids=(TARGET,)), timeout=20, patch=patch) for _ in range(count))
            )
            for run in runs:
                assert "FOUND [] 2" in run.results[TARGET].message, run.results


@pytest.mark.parametrize("row", [TABLE[11], *BEYOND], ids=lambda row: row.name)
async def test_what_no_run_can_tell_is_called_weak(tmp_path: Path, row: Row) -> None:
    """A hard-coded answer, and a forgery whose text no reading recognises, pass everything: nothing tests what they
    change, and that is said.
    """
    async with open_bench(tmp_path) as bench:
        verdict = await bench.flow(row)
        assert verdict.verified
        problem = Problem(bench.snapshot, bench.baseline, row.targets, ())
        patch = bench.patch(row)
        for operator in ("special-case", "anything"):
            fix = Candidate("m1", Mutate(patch, operator, "calc.py", 2), Spend(), patch=patch, verdict=verdict)
            assert grade(problem, fix, [fix]).grade == "weak"


def test_the_probe_finds_what_is_open() -> None:
    """At the level that stops nothing the probe must find everything, or its silence elsewhere means nothing."""
    from testtime_sandbox import isolation

    bare = Isolator(isolation.Isolation("process", ""))
    found = isolation._probe(bare)  # pyright: ignore[reportPrivateUsage]
    assert found is not None
    assert set(found) >= isolation.SERIOUS, found
    process = at_level("process")
    assert process is not None
    assert set(found) <= set(process.isolation.holes)
    assert not list(Path(tempfile.gettempdir()).glob(f"testtime-probe-{os.getpid()}-*"))
