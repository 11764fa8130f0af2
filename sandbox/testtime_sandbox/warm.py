"""`WarmAgent`: one box per snapshot in which pytest and the third-party packages are imported once, a fork per run.

The agent (`agent/server.py`) never imports the project; each run is a child in namespaces of its own on an overlay over
the one snapshot, so nothing is copied and nothing is shared. Where a fork is unsafe it says why, and runs go cold.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from .isolation import Isolator, Place
from .patch import Patch
from .process import LiveProcess, Talk, observe
from .report import decode, shown
from .snapshot import Snapshot
from .suite import Changes, Seal, SuiteRun, Task, changed_files, make_order, read_run
from .verdict import Project

START_SECONDS = 20.0
STOP_SECONDS = 5.0
"""After which an agent that does not answer a kill is killed itself."""
COULD_NOT_ENTER = 125


class WarmUnavailable(Exception):
    """Runs must go cold; the message says why in a few words."""


class WarmAgent:
    """A running agent for one snapshot. `run` may be called concurrently."""

    def __init__(self, process: LiveProcess, project: Project, snapshot: Snapshot, isolator: Isolator, place: Place):
        self.unusable = ""
        """Why it is not to be used any more; empty while it is."""
        self._process = process
        self._project = project
        self._snapshot = snapshot
        self._isolator = isolator
        self._place = place
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[tuple[int, float]]] = {}
        self._news: asyncio.Queue[Mapping[str, Any] | None] = asyncio.Queue()
        self._reader = asyncio.get_running_loop().create_task(self._read())

    @classmethod
    async def start(cls, project: Project, snapshot: Snapshot, isolator: Isolator) -> WarmAgent:
        """An agent that is ready for orders. Raises `WarmUnavailable`."""
        if not isolator.boxed:
            raise WarmUnavailable(f"isolation level {isolator.isolation.level} has no boxes")
        place = Place(snapshot.root, snapshot.tree, snapshot.tree.parent, bytecode=snapshot.bytecode)
        snapshot.bytecode.mkdir(exist_ok=True)
        has_conftest = any(path.rpartition("/")[2] == "conftest.py" for path in snapshot.files)
        reason = ""
        for late in (False,) if has_conftest else (True, False):
            task = Task()
            seal = Seal.new(task)
            order = make_order(
                project, snapshot, isolator, place=place, task=task, changes={}, seal=seal, timeout=START_SECONDS
            )
            command = isolator.command(["{agent}/server.py", "{report}"], project=project, place=place)
            process = LiveProcess(command, json.dumps({**order, "late": late}).encode())
            agent = cls(process, project, snapshot, isolator, place)
            try:
                async with asyncio.timeout(START_SECONDS):
                    news = await agent._news.get()
            except TimeoutError:
                news = None
            except BaseException:
                await agent.aclose()
                raise
            if news is not None and news.get("ready"):
                return agent
            await agent.aclose()
            reason = str(news["unsafe"]) if news and "unsafe" in news else "the warm agent does not start"
        raise WarmUnavailable(reason)

    async def preload(self, modules: Sequence[str]) -> None:
        """Import these once for all runs to come. An agent in which that starts a thread is not usable afterwards."""
        if self.unusable:
            return
        self._send({"preload": True}, list(modules))
        try:
            async with asyncio.timeout(START_SECONDS):
                news = await self._news.get()
        except TimeoutError:
            news = None
        if news is None or news.get("unsafe"):
            await self.disown(str(news["unsafe"]) if news else "importing the project's packages ends the agent")

    async def run(
        self, task: Task, *, timeout: float, patch: Patch | None = None, texts: Mapping[str, str] | None = None
    ) -> SuiteRun:
        """As `run_suite`, in a forked child. Raises `WarmUnavailable` when it could not begin."""
        seal = Seal.new(task)
        changes = changed_files(self._snapshot, patch, texts or {})
        order = self._make_order(task, changes, seal, timeout)
        number = next(self._numbers)

        def start(report: int, output: int) -> asyncio.Future[tuple[int, float]]:
            return self._order({"run": number}, order, [report, output], number)

        completed = await observe(start, lambda: self._kill(number), timeout=timeout)
        if self.unusable:
            raise WarmUnavailable(self.unusable)
        said = decode(completed.report.partition(b"\n")[0]) if completed.returncode == COULD_NOT_ENTER else None
        if said is not None and said.get("event") == "refused" and said.get("nonce") == seal.nonce:
            await self.disown(shown(said.get("text")))
            raise WarmUnavailable(self.unusable)
        return read_run(completed, seal)

    def open_screen(self, task: Task, extra: Mapping[str, Any], channel: int) -> Callable[[], None]:
        """Fork a child that collects `task`'s tests and then talks over `channel`; gives what stops it."""
        order = self._make_order(task, {}, Seal.new(task), START_SECONDS)
        limits = {name: value for name, value in order["limits"].items() if name != "CPU"}
        number = next(self._numbers)
        null = os.open(os.devnull, os.O_WRONLY)
        try:
            self._order({"run": number}, {**order, **extra, "screen": True, "limits": limits}, [channel, null], number)
        finally:
            os.close(null)
        return lambda: self._kill(number)

    async def disown(self, reason: str) -> None:
        """Stop for good, and say why from now on."""
        self.unusable = self.unusable or reason
        await self.aclose()

    async def aclose(self) -> None:
        """End the agent, its children and its box; safe to call twice."""
        await self._process.kill()
        self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader
        self._give_up("the warm agent has been stopped")

    @property
    def talk(self) -> Talk:
        """The line to the agent."""
        return self._process.talk

    def _make_order(self, task: Task, changes: Changes, seal: Seal, timeout: float) -> dict[str, Any]:
        return make_order(
            self._project,
            self._snapshot,
            self._isolator,
            place=self._place,
            task=task,
            changes=changes,
            seal=seal,
            timeout=timeout,
        )

    def _order(
        self, message: Mapping[str, Any], order: Mapping[str, Any], files: Sequence[int], number: int
    ) -> asyncio.Future[tuple[int, float]]:
        ended: asyncio.Future[tuple[int, float]] = asyncio.get_running_loop().create_future()
        if self.unusable:
            ended.set_exception(WarmUnavailable(self.unusable))
            ended.exception()
            return ended
        self._waiting[number] = ended
        self._send(message, order, files)
        return ended

    def _send(self, message: Mapping[str, Any], content: object, files: Sequence[int] = ()) -> None:
        """A short line on the socket; what is long travels as a file in memory that the child alone reads."""
        with os.fdopen(os.memfd_create("order"), "wb") as file:
            file.write(json.dumps(content).encode())
            file.seek(0)
            self.talk.send(json.dumps(message), [file.fileno(), *files])

    def _kill(self, number: int) -> None:
        """Stop one child; the agent itself when it does not obey."""
        if number not in self._waiting:
            return
        self.talk.send(json.dumps({"kill": number}))
        loop = asyncio.get_running_loop()
        loop.call_later(STOP_SECONDS, self._kill_agent_if_waiting, number)

    def _kill_agent_if_waiting(self, number: int) -> None:
        if number in self._waiting and not self.unusable:
            self._process.kill_now()

    async def _read(self) -> None:
        """Hand the agent's news to whoever waits for it."""
        while (line := await self.talk.readline()) is not None:
            try:
                news = cast("dict[str, Any]", json.loads(line))
                number = news.get("id")
            except (ValueError, AttributeError):
                break
            if number is None:
                self._news.put_nowait(news)
                continue
            waiting = self._waiting.pop(number, None)
            if waiting is None or waiting.done():
                continue
            if "refused" in news:
                self.unusable = str(news["refused"])
                waiting.set_result((COULD_NOT_ENTER, 0.0))
            else:
                waiting.set_result((_exit_code(int(news["status"])), float(news["cpu"])))
        self._give_up("the warm agent has ended unexpectedly")

    def _give_up(self, reason: str) -> None:
        self.unusable = self.unusable or reason
        self._news.put_nowait(None)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result((COULD_NOT_ENTER, 0.0))
        self._waiting.clear()


def _exit_code(status: int) -> int:
    """The test process's exit status out of its init's: negative for a signal."""
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code > 128 else code


def gather_bytecode(kept: Path, bytecode: Path) -> None:
    """Move the compiled modules out of what a run of the unpatched tree has written."""
    bytecode.mkdir(exist_ok=True)
    for folder, folders, names in os.walk(kept / "files"):
        folders[:] = [name for name in folders if not Path(folder, name).is_symlink()]
        if Path(folder).name != "__pycache__":
            continue
        target = bytecode / Path(folder).relative_to(kept / "files")
        for name in names:
            source = Path(folder, name)
            if name.endswith(".pyc") and source.is_file() and not source.is_symlink():
                target.mkdir(parents=True, exist_ok=True)
                source.replace(target / name)
