"""Whether the process that wrote something is still there, told apart from a later one with its number."""

from __future__ import annotations

import os
import platform
import time
from functools import lru_cache
from pathlib import Path

ELSEWHERE_SECONDS = 3600.0
"""A process of another machine or container cannot be looked at: it counts as gone after so long."""


@lru_cache
def _described(pid: int) -> str:
    return f"{_place()} {pid} {_started(pid)}"


def this_process() -> str:
    """A name for this process that no other has: its machine and pid space, its number, its start."""
    return _described(os.getpid())


def started_at() -> float:
    """When this process was started, in seconds of the epoch; where the system does not say, when it had its first
    share of the processor, as far as that can be told.
    """
    ticks = _started(os.getpid())
    if not ticks:
        return time.time() - time.process_time()
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + int(ticks) / os.sysconf("SC_CLK_TCK")


def is_alive(owner: str, age: float) -> bool:
    """Whether the process so named is still there; `age` is the seconds since it was last heard of."""
    place, _, rest = owner.partition(" ")
    pid, _, started = rest.partition(" ")
    if place != _place() or not pid.isdigit() or os.name != "posix":
        return age < ELSEWHERE_SECONDS
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return _started(int(pid)) == started


def _place() -> str:
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""
    return f"{platform.node().replace(' ', '_')}/{space}"


def _started(pid: int) -> str:
    """Clock ticks between boot and the process's start; empty where the system does not say."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return ""
    # The name in parentheses may hold anything; the state follows it, and the start is twenty fields on.
    state, *fields = stat.rpartition(b")")[2].split()
    return "" if state == b"Z" else fields[18].decode()
