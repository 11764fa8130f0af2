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
from .process import LiveProcess, observe
from .report import decode, shown
from .snapshot import Snapshot
from .suite import Changes, Seal, SuiteRun, Task, changed_files, make_order, read_run
from .untouchable import CONFIGURATION
from .verdict import Project

START_SECONDS = 20.0
STOP_SECONDS = 5.0
"""After which an agent that does not answer a kill is killed itself."""
COULD_NOT_ENTER = 125


class WarmUnavailable(Exception):
    """Runs must go cold; the message says why in a few words."""


class WarmBox:
    """The box of one project and the agent in it. It serves any snapshot that stands on the shelf it was started with
    and has the same configuration.
    """

    def __init__(self, process: LiveProcess, project: Project, isolator: Isolator, snapshot: Snapshot) -> None:
        self.unusable = ""
        """Why it is not to be used any more; empty while it is."""
        self.project = project
        self.isolator = isolator
        self._shelf = snapshot.shelf
        self._configuration = _configuration(snapshot)
        self._process = process
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[tuple[int, float]]] = {}
        self._news: asyncio.Queue[Mapping[str, Any] | None] = asyncio.Queue()
        self._reader = asyncio.get_running_loop().create_task(self._read())

    @classmethod
    async def start(cls, project: Project, snapshot: Snapshot, isolator: Isolator) -> WarmBox:
        """A box whose agent is ready for orders. Raises `WarmUnavailable`."""
        if not isolator.boxed:
            raise WarmUnavailable(f"isolation level {isolator.isolation.level} has no boxes")
        place = warm_place(snapshot)
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
            box = cls(process, project, isolator, snapshot)
            try:
                news = await box._answer()
            except BaseException:
                await box.aclose()
                raise
            if news is not None and news.get("ready"):
                return box
            await box.aclose()
            reason = str(news["unsafe"]) if news and "unsafe" in news else "the warm agent does not start"
        raise WarmUnavailable(reason)

    @property
    def pid(self) -> int:
        """The process group of the box."""
        return self._process.pid

    def suits(self, project: Project, snapshot: Snapshot) -> bool:
        """Whether runs of `snapshot` can be forked here."""
        known = (self.project, self._shelf, self._configuration)
        return not self.unusable and known == (project, snapshot.shelf, _configuration(snapshot))

    async def preload(self, modules: Sequence[str]) -> None:
        """Import these once for all runs to come. A box in which that starts a thread is not usable afterwards."""
        if self.unusable:
            return
        self._send({"preload": True}, list(modules))
        news = await self._answer()
        if news is None or news.get("unsafe"):
            self.unusable = str(news["unsafe"]) if news else "importing the project's packages ends the agent"
            await self.aclose()

    def order(self, order: Mapping[str, Any], files: Sequence[int]) -> tuple[int, asyncio.Future[tuple[int, float]]]:
        """Fork a child for `order`: its number, and its end as (exit status, CPU seconds). The order travels as a file
        in memory that the child alone reads; then come `files`, open for writing.
        """
        number = next(self._numbers)
        ended: asyncio.Future[tuple[int, float]] = asyncio.get_running_loop().create_future()
        if self.unusable:
            ended.set_result((COULD_NOT_ENTER, 0.0))
        else:
            self._waiting[number] = ended
            self._send({"run": number}, order, files)
        return number, ended

    def kill(self, number: int) -> None:
        """Stop one child; the agent itself when it does not obey."""
        if number in self._waiting:
            self._process.talk.send(json.dumps({"kill": number}))
            asyncio.get_running_loop().call_later(STOP_SECONDS, self._kill_if_waiting, number)

    async def aclose(self) -> None:
        """End the agent, its children and its box; safe to call twice."""
        await self._process.end()
        self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader
        self._give_up("the warm agent has been stopped")

    async def _answer(self) -> Mapping[str, Any] | None:
        try:
            async with asyncio.timeout(START_SECONDS):
                return await self._news.get()
        except TimeoutError:
            return None

    def _send(self, message: Mapping[str, Any], content: object, files: Sequence[int] = ()) -> None:
        with os.fdopen(os.memfd_create("order"), "wb") as file:
            file.write(json.dumps(content).encode())
            file.seek(0)
            self._process.talk.send(json.dumps(message), [file.fileno(), *files])

    def _kill_if_waiting(self, number: int) -> None:
        if number in self._waiting and not self.unusable:
            self._process.kill_now()

    async def _read(self) -> None:
        """Hand the agent's news to whoever waits for it."""
        while (line := await self._process.talk.readline()) is not None:
            try:
                news = cast("dict[str, Any]", json.loads(line))
                number = news.get("id")
            except (ValueError, AttributeError):
                break
            if number is None:
                self._news.put_nowait(news)
                continue
            waiting = self._waiting.pop(number, None)
            if "refused" in news:
                self.unusable = str(news["refused"])
            if waiting is not None and not waiting.done():
                refused = "refused" in news
                waiting.set_result(
                    (COULD_NOT_ENTER, 0.0) if refused else (_exit_code(int(news["status"])), float(news["cpu"]))
                )
        self._give_up("the warm agent has ended unexpectedly")

    def _give_up(self, reason: str) -> None:
        self.unusable = self.unusable or reason
        self._news.put_nowait(None)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result((COULD_NOT_ENTER, 0.0))
        self._waiting.clear()


class WarmAgent:
    """Runs of one snapshot, forked from a warm box. `run` may be called concurrently."""

    def __init__(self, box: WarmBox, snapshot: Snapshot, *, owns_box: bool = False) -> None:
        self.box = box
        self.snapshot = snapshot
        self._place = warm_place(snapshot)
        self._disowned = ""
        self._owns_box = owns_box

    @classmethod
    async def start(cls, project: Project, snapshot: Snapshot, isolator: Isolator) -> WarmAgent:
        """An agent with a box of its own, which ends with it. Raises `WarmUnavailable`."""
        return cls(await WarmBox.start(project, snapshot, isolator), snapshot, owns_box=True)

    @property
    def unusable(self) -> str:
        """Why it is not to be used any more; empty while it is."""
        return self._disowned or self.box.unusable

    def disown(self, reason: str) -> None:
        """Not to be used for this snapshot any more, and why."""
        self._disowned = self._disowned or reason

    async def run(
        self, task: Task, *, timeout: float, patch: Patch | None = None, texts: Mapping[str, str] | None = None
    ) -> SuiteRun:
        """As `run_suite`, in a forked child. Raises `WarmUnavailable` when it could not begin."""
        seal = Seal.new(task)
        order = self._make_order(task, changed_files(self.snapshot, patch, texts or {}), seal, timeout)
        numbers: list[int] = []

        def start(report: int, output: int) -> asyncio.Future[tuple[int, float]]:
            number, ended = self.box.order(order, [report, output])
            numbers.append(number)
            return ended

        completed = await observe(start, lambda: self.box.kill(numbers[0]), timeout=timeout)
        said = decode(completed.report.partition(b"\n")[0]) if completed.returncode == COULD_NOT_ENTER else None
        if said is not None and said.get("event") == "refused" and said.get("nonce") == seal.nonce:
            self.disown(shown(said.get("text")))
        if self.unusable:
            raise WarmUnavailable(self.unusable)
        return read_run(completed, seal)

    def open_screen(self, task: Task, extra: Mapping[str, Any], channel: int) -> Callable[[], None]:
        """Fork a child that collects `task`'s tests and then talks over `channel`; gives what stops it."""
        order = self._make_order(task, {}, Seal.new(task), START_SECONDS)
        limits = {name: value for name, value in order["limits"].items() if name != "CPU"}
        null = os.open(os.devnull, os.O_WRONLY)
        try:
            number, _ = self.box.order({**order, **extra, "screen": True, "limits": limits}, [channel, null])
        finally:
            os.close(null)
        return lambda: self.box.kill(number)

    async def aclose(self) -> None:
        """End the box if it is its own; safe to call twice."""
        if self._owns_box:
            await self.box.aclose()

    def _make_order(self, task: Task, changes: Changes, seal: Seal, timeout: float) -> dict[str, Any]:
        return make_order(
            self.box.project,
            self.snapshot,
            self.box.isolator,
            place=self._place,
            task=task,
            changes=changes,
            seal=seal,
            timeout=timeout,
        )


def warm_place(snapshot: Snapshot) -> Place:
    """A snapshot as the warm box sees it: among others on the shelf."""
    snapshot.bytecode.mkdir(exist_ok=True)
    return Place(snapshot.root, snapshot.tree, snapshot.tree.parent, bytecode=snapshot.bytecode, shelf=snapshot.shelf)


def _configuration(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """What pytest reads before it waits for orders, and whether there are conftest files, by content."""
    return tuple(
        (path, mark)
        for path, mark in snapshot.files.items()
        if path.rpartition("/")[2] == "conftest.py" or path in CONFIGURATION
    )


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
