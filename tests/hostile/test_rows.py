"""Every row, judged as the server does and with the static check left out; nothing outside is touched or leaked."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from testtime_sandbox import verifier as verifiers
from testtime_sandbox.verdict import Stage, Verdict

from .bench import SECRET, Bench, open_bench
from .escapes import ESCAPES
from .evasions import EVASIONS
from .machinery import HONEST, MACHINERY
from .noise import NOISE
from .rows import MARK, PASSED, REJECTED, Row
from .table import TABLE

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROWS = [*TABLE, *MACHINERY, *ESCAPES, *NOISE, *EVASIONS, *HONEST]
START_SECONDS = 3.0
"""Allowed for an interpreter's start here, so that what hangs is soon given up."""


class Judging:
    """Judges the rows that were asked for side by side, so that both cores are busy whatever test waits for which."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.before = bench.outside.state()
        self.tasks: dict[tuple[str, str], asyncio.Task[Verdict]] = {}

    def begin(self, way: str, row: Row) -> asyncio.Task[Verdict]:
        """Start judging a row in one way."""
        key = way, row.name
        if key not in self.tasks:
            judge = self.bench.flow if way == "flow" else self.bench.run
            self.tasks[key] = asyncio.ensure_future(judge(row))
        return self.tasks[key]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judging(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Judging]:
    with pytest.MonkeyPatch.context() as patching:
        patching.setenv("HOSTILE_API_KEY", f"{SECRET}-environment")
        patching.setattr(verifiers, "STARTUP_SECONDS", START_SECONDS)
        async with open_bench(tmp_path_factory.mktemp("hostile")) as bench:
            judging = Judging(bench)
            for item in request.session.items:
                parameters: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
                if item.path == request.path and {"way", "row"} <= set(parameters):
                    judging.begin(parameters["way"], parameters["row"])
            yield judging
            for task in judging.tasks.values():
                task.cancel()
            await asyncio.gather(*judging.tasks.values(), return_exceptions=True)


@pytest.mark.parametrize("way", ["flow", "run"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_row(judging: Judging, way: str, row: Row) -> None:
    verdict = await judging.begin(way, row)
    if way == "flow" and row.static:
        assert (verdict.judgement, verdict.stage) == (REJECTED, Stage.SCREENED), verdict
        assert verdict.findings
    elif way == "flow":
        assert verdict.verified == (PASSED in row.run), verdict
    else:
        assert verdict.judgement in row.run, verdict
        said = " ".join([*verdict.findings, *(result.message for result in verdict.results.values())])
        assert row.found in said, verdict
    assert SECRET not in repr(verdict)
    assert judging.bench.outside.state() == judging.before
    assert not judging.bench.outside.connected()


async def test_no_process_of_any_row_is_left(judging: Judging, processes_with: Any) -> None:
    await asyncio.gather(*judging.tasks.values())
    assert processes_with(MARK) == []
