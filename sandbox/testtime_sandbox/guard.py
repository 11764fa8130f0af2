"""Temporary folders that are gone when they are removed, and also when this process dies, however that happens.

Each has a tiny shell beside it that waits for us to go. What even that leaves (a power cut), `clean_stale` removes at
the next start.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Literal, get_args

PREFIX = "testtime-"
Kind = Literal["probe", "snapshot"]
SHARED_MEMORY = Path("/dev/shm")
_guards: dict[Path, subprocess.Popen[bytes]] = {}


def make_folder(kind: Kind, *, storage: str | None = None) -> Path:
    """A new folder `testtime-KIND-PID-…` in `storage`, the ordinary temporary folder by default. Raises OSError."""
    storage = storage or tempfile.gettempdir()
    folder = Path(storage) / f"{PREFIX}{kind}-{os.getpid()}-{os.urandom(6).hex()}"
    # The guard comes first: there is no moment in which the folder has none.
    with suppress(OSError):  # without a shell `clean_stale` must do
        _guards[folder] = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _; rm -rf -- "$1"', "testtime-guard", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin"},
            cwd="/",
            start_new_session=True,
        )
    try:
        folder.mkdir(mode=0o700)
    except OSError:
        _dismiss(folder)
        raise
    return folder


def remove_folder(folder: Path) -> None:
    """Remove it, with its guard if it has one."""
    shutil.rmtree(folder, ignore_errors=True)
    _dismiss(folder)


def clean_stale() -> None:
    """Remove the folders of processes that are no longer there."""
    for storage in (SHARED_MEMORY, Path(tempfile.gettempdir())):
        for folder in storage.glob(f"{PREFIX}*"):
            owner = re.fullmatch(rf"{PREFIX}(?:{'|'.join(get_args(Kind))})-(\d+)-[0-9a-f]+", folder.name)
            if owner and not Path(f"/proc/{owner[1]}").exists():
                shutil.rmtree(folder, ignore_errors=True)


def _dismiss(folder: Path) -> None:
    guard = _guards.pop(folder, None)
    if guard is not None:
        guard.kill()
        guard.communicate()
