"""Windows: a command in a job object, which ends every process in it with itself. Untested: written from the
documentation (CreateJobObjectW, JOBOBJECT_EXTENDED_LIMIT_INFORMATION), on a machine that has no Windows.

A job object bounds memory, processes and life, and isolates nothing: the level "job object" says so.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import asyncio
    import ctypes
    import msvcrt
    import os
    import subprocess
    import threading
    import time
    from ctypes import wintypes

    from .process import KEPT_OUTPUT, MAX_OUTPUT, Command, Completed

    KILL_ON_CLOSE, ACTIVE_PROCESSES, JOB_MEMORY = 0x2000, 0x8, 0x200
    EXTENDED_LIMITS = 9
    MOST_PROCESSES, MOST_MEMORY = 256, 8 << 30

    class _Basic(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class _Extended(ctypes.Structure):
        _fields_ = (
            ("Basic", _Basic),
            ("Io", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    class JobObject:
        """A group of processes that ends when it is closed, however we end. Raises OSError."""

        def __init__(self) -> None:
            self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            self._kernel.CreateJobObjectW.restype = wintypes.HANDLE
            self._handle = self._kernel.CreateJobObjectW(None, None)
            limits = _Extended()
            limits.Basic.LimitFlags = KILL_ON_CLOSE | ACTIVE_PROCESSES | JOB_MEMORY
            limits.Basic.ActiveProcessLimit = MOST_PROCESSES
            limits.JobMemoryLimit = MOST_MEMORY
            size = ctypes.sizeof(limits)
            self._check(
                self._handle
                and self._kernel.SetInformationJobObject(
                    wintypes.HANDLE(self._handle), EXTENDED_LIMITS, ctypes.byref(limits), size
                )
            )

        def take(self, process: subprocess.Popen[bytes]) -> None:
            """Put a process, and all that it will start, into the job."""
            handle = wintypes.HANDLE(int(process._handle))
            self._check(self._kernel.AssignProcessToJobObject(wintypes.HANDLE(self._handle), handle))

        def end(self) -> None:
            """End every process in it."""
            self._kernel.TerminateJobObject(wintypes.HANDLE(self._handle), 1)
            self._kernel.CloseHandle(wintypes.HANDLE(self._handle))

        @staticmethod
        def _check(answer: object) -> None:
            if not answer:
                raise ctypes.WinError(ctypes.get_last_error())

    async def run(command: Command, *, stdin: bytes = b"", timeout: float) -> Completed:
        """As `process.run`, with threads where Windows cannot wait for a pipe."""
        started = time.monotonic()
        read, write = os.pipe()
        handle = msvcrt.get_osfhandle(write)
        os.set_handle_inheritable(handle, True)
        options = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
        job = JobObject()
        process = subprocess.Popen(  # noqa: ASYNC220 -- it returns at once
            [part.replace("{report}", f"handle:{handle}") for part in command.argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**command.env, "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")},
            cwd=command.cwd,
            startupinfo=options,
        )
        job.take(process)
        os.close(write)
        report, output = bytearray(), bytearray()

        def drain(descriptor: int, into: bytearray, limit: int) -> None:
            while chunk := os.read(descriptor, 1 << 16):
                if len(into) < limit:
                    into += chunk

        assert process.stdin is not None
        assert process.stdout is not None
        readers = [
            threading.Thread(target=drain, args=(read, report, 1 << 28), daemon=True),
            threading.Thread(target=drain, args=(process.stdout.fileno(), output, MAX_OUTPUT), daemon=True),
        ]
        for reader in readers:
            reader.start()
        timed_out = False
        try:
            await asyncio.to_thread(process.stdin.write, stdin)
            process.stdin.close()
            await asyncio.to_thread(process.wait, timeout)
        except subprocess.TimeoutExpired:
            timed_out = True
        finally:
            job.end()
            for reader in readers:
                await asyncio.to_thread(reader.join, 2.0)
            os.close(read)
        wall = time.monotonic() - started
        text = bytes(output[:KEPT_OUTPUT]).decode("utf-8", "replace")
        return Completed(process.returncode or 0, text, bytes(report), wall, wall, timed_out, len(output) >= MAX_OUTPUT)
