"""The only place that starts processes: run a command as a group, bounded in time and output, killed whole."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

if sys.platform != "win32":
    import fcntl

MAX_OUTPUT = 20 * 1024 * 1024
"""Bytes of output after which a run is killed: no test needs to print more."""
KEPT_OUTPUT = 64 * 1024
"""Bytes of output kept, half from the beginning and half from the end."""
MAX_REPORT = 256 * 1024 * 1024
PIPE_BYTES = 1024 * 1024
END_SECONDS = 0.2
"""For a program to go by itself: then what it used is known."""
GRACE = 2.0
"""Seconds to wait for the pipes of a killed group to close."""


@dataclass(frozen=True)
class Command:
    """What to start. `env` is the whole environment; the report descriptor's number replaces `{report}` in `argv`."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: str | None = None
    pass_fds: tuple[int, ...] = ()


@dataclass(frozen=True)
class Completed:
    """A process that has ended, by itself or killed. Seconds as named; `returncode` is negative for a signal."""

    returncode: int
    output: str
    report: bytes
    """Everything that was written to the inherited report descriptor."""
    cpu_seconds: float
    wall_seconds: float
    timed_out: bool = False
    flooded: bool = False
    """Killed for printing more than `MAX_OUTPUT`."""


async def run(command: Command, *, stdin: bytes = b"", timeout: float) -> Completed:
    """Run to the end, or kill the whole group at `timeout` seconds and keep what it said so far.

    Cancelling kills it too, and waits until it is gone. Raises OSError when the program cannot be started.
    """
    if sys.platform == "win32":
        from . import windows

        return await windows.run(command, stdin=stdin, timeout=timeout)
    loop = asyncio.get_running_loop()
    started = time.monotonic()
    process, report_read = _spawn(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    assert process.stdin is not None
    report = _Reader(loop, report_read, MAX_REPORT, None)
    output = _Reader(loop, process.stdout.fileno(), MAX_OUTPUT, KEPT_OUTPUT)
    writer = loop.create_task(asyncio.to_thread(_feed, process.stdin, stdin))
    waiter = asyncio.ensure_future(asyncio.to_thread(_wait, process.pid))
    timed_out = False
    try:
        try:
            async with asyncio.timeout(timeout):
                await asyncio.wait({waiter, output.overflow}, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            timed_out = True
    finally:
        _kill(process.pid)
        await _unhurried(waiter)
        status, cpu_seconds = waiter.result()
        process.returncode = os.waitstatus_to_exitcode(status)
        await asyncio.wait({writer, report.closed, output.closed}, timeout=GRACE)
        report.close()
        output.close()
        process.stdout.close()
        os.close(report_read)
    return Completed(
        returncode=process.returncode,
        output=output.text(),
        report=bytes(report.data),
        cpu_seconds=cpu_seconds,
        wall_seconds=time.monotonic() - started,
        timed_out=timed_out,
        flooded=output.overflow.done(),
    )


def _spawn(
    command: Command, *, stdout: int, stderr: int, descriptor: int | None = None
) -> tuple[subprocess.Popen[bytes], int]:
    """Start a command in a session of its own. It inherits `descriptor`, else the writing end of a new pipe; the
    process, and the pipe's reading end or -1.
    """
    report_read = -1
    if descriptor is None:
        report_read, inherited = os.pipe()
        with contextlib.suppress(OSError):  # larger than the system allows: the default will do
            fcntl.fcntl(inherited, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    else:
        inherited = descriptor
    try:
        process = subprocess.Popen(
            [part.replace("{report}", str(inherited)) for part in command.argv],
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=stderr,
            env=dict(command.env),
            cwd=command.cwd,
            pass_fds=(inherited, *command.pass_fds),
            start_new_session=True,
        )
    except BaseException:
        if report_read >= 0:
            os.close(report_read)
        raise
    finally:
        if descriptor is None:
            os.close(inherited)
    return process, report_read


async def _unhurried(waiter: asyncio.Future[tuple[int, float]]) -> None:
    """Wait for the end even while this task is being cancelled: the group is dead, so it takes milliseconds."""
    while not waiter.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({waiter})


def _feed(stream: object, data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), stream:  # type: ignore[attr-defined]
        stream.write(data)  # type: ignore[attr-defined]


def _wait(pid: int) -> tuple[int, float]:
    """Reap `pid`: its wait status and the CPU seconds of it and of all that it reaped."""
    _, status, usage = os.wait4(pid, 0)
    return status, usage.ru_utime + usage.ru_stime


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


class _Reader:
    """Drains a descriptor on the event loop; keeps everything up to `limit`, or head and tail when `kept` is given."""

    def __init__(self, loop: asyncio.AbstractEventLoop, descriptor: int, limit: int, kept: int | None) -> None:
        self.data = bytearray()
        self.closed: asyncio.Future[None] = loop.create_future()
        self.overflow: asyncio.Future[None] = loop.create_future()
        self._tail = bytearray()
        self._total = 0
        self._limit = limit
        self._kept = kept
        self._loop = loop
        self._descriptor = descriptor
        os.set_blocking(descriptor, False)
        loop.add_reader(descriptor, self._read)

    def _read(self) -> None:
        try:
            chunk = os.read(self._descriptor, 1 << 16)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            self.close()
            return
        self._total += len(chunk)
        if self._total > self._limit and not self.overflow.done():
            self.overflow.set_result(None)
        if self._kept is None:
            if not self.overflow.done():
                self.data += chunk
            return
        room = max(0, self._kept // 2 - len(self.data))
        self.data += chunk[:room]
        self._tail += chunk[room:]
        del self._tail[: -self._kept // 2]

    def close(self) -> None:
        """Stop reading; safe to call twice."""
        self._loop.remove_reader(self._descriptor)
        if not self.closed.done():
            self.closed.set_result(None)

    def text(self) -> str:
        """What was kept, decoded, with a mark where the middle is missing."""
        head, tail = self.data.decode("utf-8", "replace"), self._tail.decode("utf-8", "replace")
        missing = self._total - len(self.data) - len(self._tail)
        return head + (f"\n… {missing} bytes left out …\n" if missing > 0 else "") + tail


class Talk:
    """Lines and open files over one end of a Unix socket."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._socket.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._unsent: list[tuple[bytes, list[int]]] = []
        self._lines: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.ended = False
        self._loop.add_reader(end.fileno(), self._read)

    def send(self, line: str, files: Sequence[int] = ()) -> None:
        """Send a line with duplicates of `files`; what the socket does not take at once follows as it empties."""
        if self.ended:
            return
        waiting = bool(self._unsent)
        self._unsent.append((line.encode() + b"\n", [os.dup(file) for file in files]))
        if not waiting:
            self._send()

    async def readline(self) -> bytes | None:
        """The next line, or None once the other end is closed."""
        return await self._lines.get()

    def close(self) -> None:
        """Close this end; safe to call twice."""
        self._end()
        for _, files in self._unsent:
            _close_all(files)
        self._unsent.clear()
        self._socket.close()

    def _send(self) -> None:
        try:
            while self._unsent:
                data, files = self._unsent[0]
                sent = socket.send_fds(self._socket, [data], files) if files else self._socket.send(data)
                _close_all(files)
                self._unsent[0] = (data[sent:], [])
                if sent == len(data):
                    del self._unsent[0]
        except BlockingIOError:
            self._loop.add_writer(self._socket.fileno(), self._send)
            return
        except OSError:
            for _, files in self._unsent:
                _close_all(files)
            self._unsent.clear()
        if self._socket.fileno() >= 0:
            self._loop.remove_writer(self._socket.fileno())

    def _read(self) -> None:
        try:
            data = self._socket.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or len(self._buffer) > MAX_OUTPUT:
            self._end()
            return
        self._buffer += data
        *lines, rest = self._buffer.split(b"\n")
        self._buffer = bytearray(rest)
        for line in lines:
            self._lines.put_nowait(bytes(line))

    def _end(self) -> None:
        if not self.ended:
            self.ended = True
            self._loop.remove_reader(self._socket.fileno())
            self._loop.remove_writer(self._socket.fileno())
            self._lines.put_nowait(None)


class LiveProcess:
    """A program that is talked to over a socket until it is killed."""

    def __init__(self, command: Command, first: bytes) -> None:
        """Start it with `first` on its stdin. Raises OSError."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._process, _ = _spawn(
                    command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, descriptor=theirs.fileno()
                )
            except BaseException:
                ours.close()
                raise
        assert self._process.stdin is not None
        self.talk = Talk(ours)
        self._feeding = asyncio.ensure_future(asyncio.to_thread(_feed, self._process.stdin, first))

    @property
    def pid(self) -> int:
        """The process group's number."""
        return self._process.pid

    async def end(self) -> None:
        """Close the line, which ends the program, and kill what does not go by itself; safe to call twice."""
        self.talk.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._process.wait, END_SECONDS)
        await self.kill()

    def kill_now(self) -> None:
        """End the program and everything it started, without waiting."""
        _kill(self._process.pid)

    async def kill(self) -> None:
        """End the program and everything it started; safe to call twice."""
        self.kill_now()
        await asyncio.shield(asyncio.to_thread(self._process.wait))
        self.talk.close()
        await asyncio.wait({self._feeding}, timeout=GRACE)


async def observe(
    start: Callable[[int, int], asyncio.Future[tuple[int, float]]], stop: Callable[[], None], *, timeout: float
) -> Completed:
    """Watch a run that somebody else starts: `start` gets the writing ends of a report's and an output's pipe and
    gives a future of (exit status, CPU seconds); `stop` ends it early. Otherwise as `run`.
    """
    loop = asyncio.get_running_loop()
    started = time.monotonic()
    report_read, report_write = os.pipe()
    output_read, output_write = os.pipe()
    with contextlib.suppress(OSError):
        fcntl.fcntl(report_write, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    report = _Reader(loop, report_read, MAX_REPORT, None)
    output = _Reader(loop, output_read, MAX_OUTPUT, KEPT_OUTPUT)
    timed_out = False
    status, cpu_seconds = -signal.SIGKILL, 0.0
    try:
        try:
            ended = start(report_write, output_write)
        finally:
            _close_all([report_write, output_write])
        try:
            async with asyncio.timeout(timeout):
                await asyncio.wait({ended, output.overflow}, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            timed_out = True
        finally:
            if not ended.done():
                stop()
                await _unhurried(ended)
            if not ended.cancelled() and ended.exception() is None:
                status, cpu_seconds = ended.result()
        await asyncio.wait({report.closed, output.closed}, timeout=GRACE)
    finally:
        report.close()
        output.close()
        _close_all([report_read, output_read])
    return Completed(
        returncode=status,
        output=output.text(),
        report=bytes(report.data),
        cpu_seconds=cpu_seconds,
        wall_seconds=time.monotonic() - started,
        timed_out=timed_out,
        flooded=output.overflow.done(),
    )


def _close_all(files: list[int]) -> None:
    for file in files:
        os.close(file)
    files.clear()
