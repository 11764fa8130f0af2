"""Long work for an editor: one job of a kind at a time per project, cancellable, shown as work-done progress."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

REPORT_INTERVAL = 0.2
"""Seconds between two progress messages."""


class ProgressSink(Protocol):
    """Where a job's progress is shown."""

    async def begin(self, token: str, title: str, on_cancel: Callable[[], None]) -> None:
        """Open the display; `on_cancel` is called when the user cancels there."""
        ...

    def report(self, token: str, message: str) -> None:
        """Show a line."""
        ...

    def end(self, token: str, message: str) -> None:
        """Close it."""
        ...


@dataclass(eq=False)
class Job:
    """One piece of work under way or waiting. Two requests with one `key` on one root are the same job."""

    root: Path
    key: tuple[str, ...]
    title: str
    number: int
    task: asyncio.Task[None] | None = None
    message: str = ""
    """What it is doing, as last shown."""
    on_change: Callable[[], None] = lambda: None
    _last_report: float = field(default=0.0, init=False)
    _sink: ProgressSink | None = field(default=None, init=False)

    @property
    def token(self) -> str:
        """Readable: some clients show the token itself."""
        return f"testtime: {self.title} #{self.number}"

    def report(self, message: str) -> None:
        """Show a line, not more often than people can read."""
        now = time.monotonic()
        if self._sink is not None and now - self._last_report >= REPORT_INTERVAL:
            self._last_report = now
            self.message = message
            self._sink.report(self.token, message)
            self.on_change()

    def cancel(self) -> None:
        """Stop it; everything that it started ends with it."""
        if self.task is not None:
            self.task.cancel()

    @contextlib.asynccontextmanager
    async def shown(self, sink: ProgressSink) -> AsyncGenerator[None]:
        """Progress from begin to end, whatever happens between."""
        await sink.begin(self.token, self.title, self.cancel)
        self._sink = sink
        try:
            yield
        finally:
            self._sink = None
            sink.end(self.token, "")


class JobBoard:
    """All jobs of the server. Work of one kind on one root queues; the same work joins what is already there."""

    def __init__(self, on_change: Callable[[], None], on_error: Callable[[Job, BaseException], None]) -> None:
        """`on_change` is called whenever a job begins, ends or has something to tell, `on_error` for one that broke."""
        self._jobs: list[Job] = []
        self._locks: dict[tuple[Path, str], asyncio.Lock] = {}
        self._numbers = itertools.count(1)
        self._on_change = on_change
        self._on_error = on_error

    def running(self, root: Path | None = None, kind: str | None = None) -> list[Job]:
        """Jobs under way or waiting, oldest first."""
        return [
            job for job in self._jobs if (root is None or job.root == root) and (kind is None or job.key[0] == kind)
        ]

    def start(self, root: Path, key: tuple[str, ...], title: str, work: Callable[[Job], Awaitable[None]]) -> Job:
        """Queue `work` on `root`, or join the job that does the same already."""
        for job in self.running(root):
            if job.key == key and job.task is not None and not job.task.cancelling():
                return job
        job = Job(root, key, title, next(self._numbers), on_change=self._on_change)
        self._jobs.append(job)
        self._on_change()
        job.task = asyncio.get_running_loop().create_task(self._run(job, work))
        job.task.add_done_callback(lambda task: self._ended(job, task))
        return job

    def stop(self, root: Path | None = None, kind: str | None = None, token: str | None = None) -> int:
        """Cancel jobs; how many there were."""
        jobs = [job for job in self.running(root, kind) if token is None or job.token == token]
        for job in jobs:
            job.cancel()
        return len(jobs)

    async def close(self) -> None:
        """Cancel everything and wait until it is gone."""
        tasks = [job.task for job in self._jobs if job.task is not None]
        self.stop()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, job: Job, work: Callable[[Job], Awaitable[None]]) -> None:
        async with self._locks.setdefault((job.root, job.key[0]), asyncio.Lock()):
            await work(job)

    def _ended(self, job: Job, task: asyncio.Task[None]) -> None:
        """Also for a job that was cancelled before its first step."""
        self._jobs.remove(job)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_error(job, error)
        self._on_change()
