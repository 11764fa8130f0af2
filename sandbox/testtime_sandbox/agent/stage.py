# pyright: basic
"""The place where one candidate runs: its own view of the tree, its own /tmp, its own limits, no rights.

Trusted code of the box, run before any of the project's: in a fresh process (`runner.py`) or in a child that the warm
agent has just forked. Standard library only, Python 3.8+. The order is a dict from the parent:

    root        where the project's tree is to appear
    boxed       whether this process stands in a box with private mounts; else the parent has made a copy at `root`
    lower       read-only trees that lie under it, topmost first; `upper` names a writable folder to keep, or null
    read_only   paths of the tree that must not change while the tests run
    shown       [source, path] pairs to show read-only where the tree or the new /tmp hide them (an environment)
    files       {path: {"text", "mode"}} to write; `delete` paths to remove
    hide        mounts to take out of sight when the tree is laid
    upper_bytes, tmp_bytes   sizes of what can be written
    scratch     a folder for pytest's own temporary files
    uid         the ordinary user and group to become, or null
    seen_as     [user, group] as which the box's root is to see itself, or null
    limits      {RLIMIT name: value}
"""

import contextlib
import os
import shutil
import sys

if sys.platform != "win32":
    import resource
if sys.platform == "linux":
    import linux  # pyright: ignore[reportMissingImports] -- found beside this file, which is run as a program

UPPER = "/run/testtime/upper"


def enter(order, own_namespaces):
    """Build the place and go there; to be called by process 1 of a new pid namespace when `own_namespaces`."""
    if order["boxed"]:
        if own_namespaces:
            linux.unshare(linux.NEWNS | linux.NEWIPC | linux.NEWNET | linux.NEWUTS)
            linux.mount("proc", "/proc", "proc", linux.NO_SUID | linux.NO_DEV | linux.NO_EXEC)
            linux.loopback_up()
            linux.tmpfs("/tmp", order["tmp_bytes"], "1777")
            linux.tmpfs("/dev/shm", order["tmp_bytes"], "1777")
            _show(order, inside=False)
        os.makedirs(order["root"], exist_ok=True)
        _lay_tree(order)
        _show(order, inside=True)
    os.chdir(order["root"])
    _write(order)
    if order["boxed"]:
        _protect(order)
        os.chdir(order["root"])


def give_up_rights(order):
    """Limits, an ordinary user, no capabilities, no dangerous system call. What the kernel lacks is left out: the
    self-probe has measured what really holds."""
    limit(order["limits"])
    if order.get("uid") is not None:
        os.setgroups([])
        os.setresgid(*[order["uid"]] * 3)
        os.setresuid(*[order["uid"]] * 3)
    elif order.get("seen_as") is not None:
        linux.let_look_inside(True)  # else the maps below /proc/self are somebody else's
        linux.own_users(*order["seen_as"])
    if order["boxed"]:
        linux.drop_capabilities()
        linux.let_look_inside(True)
    if order.get("seccomp"):
        with contextlib.suppress(OSError):
            linux.seccomp()
    for name in ("HOME", "TMPDIR"):
        os.makedirs(os.environ.get(name, "/tmp"), exist_ok=True)
    os.makedirs(order["scratch"], exist_ok=True)


def limit(limits):
    """Resource limits of this process and its children; on Windows the job object has them."""
    if sys.platform == "win32":
        return
    for name, wanted in limits.items():
        kind = getattr(resource, "RLIMIT_" + name, None)
        if kind is None:
            continue
        _, hard = resource.getrlimit(kind)
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def _lay_tree(order):
    """An overlay at the root: the shared trees below, a writable layer of our own above that nobody else can reach."""
    upper = order.get("upper")
    if upper is None:
        linux.tmpfs(UPPER, order["upper_bytes"], "700")
        upper = UPPER
    for name in ("files", "work"):
        os.makedirs(os.path.join(upper, name), exist_ok=True)
    if order.get("uid") is not None:
        os.chown(os.path.join(upper, "files"), order["uid"], order["uid"])
    lower = ":".join(order["lower"])
    options = f"lowerdir={lower},upperdir={upper}/files,workdir={upper}/work"
    try:
        linux.mount("overlay", order["root"], "overlay", linux.NO_SUID | linux.NO_DEV, options + ",userxattr")
    except OSError:  # Linux before 5.11 lets only the machine's root lay an overlay
        _copy_tree(order)
    if upper == UPPER:
        linux.detach(UPPER)
    for path in order["hide"]:
        linux.detach(path)


def _show(order, inside):
    """What lies in the tree, or what lies elsewhere, at its own place again."""
    for source, path in order["shown"]:
        if path.startswith(order["root"].rstrip("/") + "/") == inside:
            os.makedirs(path, exist_ok=True)
            linux.bind(source, path)


def _copy_tree(order):
    """A copy in memory, where nothing can be laid over."""
    linux.tmpfs(order["root"], order["upper_bytes"])
    for tree in reversed(order["lower"]):
        for folder, folders, names in os.walk(tree):
            target = os.path.join(order["root"], os.path.relpath(folder, tree))
            os.makedirs(target, exist_ok=True)
            for name in names + [name for name in folders if os.path.islink(os.path.join(folder, name))]:
                shutil.copy2(os.path.join(folder, name), os.path.join(target, name), follow_symlinks=False)
    for folder, folders, names in os.walk(order["root"]) if order.get("uid") is not None else ():
        for name in [".", *folders, *names]:
            os.chown(os.path.join(folder, name), order["uid"], order["uid"], follow_symlinks=False)


def _write(order):
    """The candidate's own files, and away with bytecode of what they replace."""
    for path in [*order["files"], *order["delete"]]:
        with contextlib.suppress(OSError):
            os.unlink(path)
        folder, name = os.path.split(path)
        stem = name[:-3] + "." if name.endswith(".py") else None
        cache = os.path.join(folder, "__pycache__")
        if stem and os.path.isdir(cache):
            for stale in os.listdir(cache):
                if stale.startswith(stem):
                    os.unlink(os.path.join(cache, stale))
    for path, file in order["files"].items():
        made = _make_folders(os.path.dirname(path))
        with open(path, "w", encoding="utf-8", newline="") as stream:
            stream.write(file["text"])
        os.chmod(path, file["mode"])
        if order.get("uid") is not None:
            for owned in [path, *made]:
                os.chown(owned, order["uid"], order["uid"])


def _make_folders(folder):
    """The folders that had to be made."""
    missing = []
    while folder and not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for path in reversed(missing):
        os.mkdir(path)
    return missing


def _protect(order):
    """Cover what may not change by itself, read-only."""
    for path in order["read_only"]:
        if os.path.lexists(path) and not os.path.islink(path):
            linux.bind(path, path)
