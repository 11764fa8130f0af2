# pyright: basic
"""What bubblewrap does, without bubblewrap: run a program in a box built from the kernel's own means.

`python launch.py SPECIFICATION PROGRAM…`, the specification as JSON: {"kind": "namespaces", "mounts": […], "user":
descriptor or null, "capabilities": […]} or {"kind": "landlock", "readable": […], "writable": […]}. Also
`python launch.py --user-namespace INNER`: make a user namespace for a privileged parent to write the map of.
Standard library only; run by testtime's own interpreter.
"""

import json
import os
import sys

import linux  # pyright: ignore[reportMissingImports]

OLD, NEW = "/old", "/new"
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")


def main():
    """Build the box around this process and become the program."""
    if sys.argv[1] == "--user-namespace":
        hold_user_namespace()
    specification = json.loads(sys.argv[1])
    program = sys.argv[2:]
    linux.die_with_parent()
    if specification["kind"] == "landlock":
        os.chdir(specification["writable"][0])
        linux.landlock(specification["readable"], specification["writable"])
        linux.seccomp(sockets=(linux.AF_UNIX,))
        os.execv(program[0], program)
    enter_namespaces(specification.get("user"))
    inner = os.fork()
    if inner:
        end_as(inner)
    linux.die_with_parent()
    build(specification["mounts"])
    linux.loopback_up()
    inner = os.fork()
    if inner:
        end_as(inner)
    linux.keep_capabilities(specification["capabilities"])
    linux.no_new_privileges()
    os.chdir(specification["root"])
    os.execv(program[0], program)


def hold_user_namespace():
    """Stand in a new user namespace until the parent, who maps its users and opens it, closes our stdin."""
    linux.die_with_parent()
    linux.unshare(linux.NEWUSER)
    os.write(1, b"x")
    os.read(0, 1)
    sys.exit()


def enter_namespaces(user):
    """All of our own: users (or those of an open descriptor), mounts, processes, IPC, host name, network."""
    if user is not None:
        linux.join(user, linux.NEWUSER)
        os.close(user)
    else:
        linux.own_users(0, 0)
    linux.unshare(linux.NEWNS | linux.NEWPID | linux.NEWIPC | linux.NEWUTS | linux.NEWNET)


def end_as(inner):
    """Wait, reaping whoever is orphaned, and end with the same status."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == inner:
            os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def build(mounts):
    """A root of its own with nothing in it but what is named."""
    linux.mount(None, "/", None, linux.RECURSIVE | linux.PRIVATE)
    base = "/tmp"
    linux.tmpfs(base, 1 << 24)
    for folder in (OLD, NEW):
        os.mkdir(base + folder)
    linux.pivot(base, base + OLD)
    linux.tmpfs(NEW, 1 << 24)
    for operation, *arguments in mounts:
        OPERATIONS[operation](*arguments)
    os.mkdir(NEW + OLD)
    linux.pivot(NEW, NEW + OLD)
    linux.detach(OLD)
    os.rmdir(OLD)
    linux.mount(None, "/", None, linux.BIND | linux.REMOUNT | linux.READ_ONLY | linux.NO_SUID | linux.NO_DEV)


def make_target(source, target):
    """A mount point of the kind of its source."""
    if os.path.isdir(OLD + source):
        os.makedirs(NEW + target, exist_ok=True)
    elif not os.path.exists(NEW + target):
        os.makedirs(os.path.dirname(NEW + target), exist_ok=True)
        with open(NEW + target, "w"):
            pass


def show(source, target, read_only=True):
    """Something of the old root at its place in the new one, if it is there."""
    if os.path.exists(OLD + source):
        make_target(source, target)
        linux.bind(OLD + source, NEW + target, read_only)


def folder(path, mode=0o755):
    """An empty folder."""
    if not os.path.isdir(NEW + path):
        os.makedirs(NEW + path)
        os.chmod(NEW + path, mode)


def memory(path, size):
    """A bounded file system in memory."""
    folder(path)
    linux.tmpfs(NEW + path, size, "1777")


def processes():
    """The processes of this box."""
    folder("/proc")
    linux.mount("proc", NEW + "/proc", "proc", linux.NO_SUID | linux.NO_DEV | linux.NO_EXEC)


def devices():
    """The few devices that programs expect."""
    folder("/dev")
    linux.tmpfs(NEW + "/dev", 1 << 20)
    for name in DEVICES:
        show("/dev/" + name, "/dev/" + name, read_only=False)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink("/proc/self/fd" + target, NEW + "/dev/" + name)
    os.mkdir(NEW + "/dev/shm")
    os.mkdir(NEW + "/dev/pts")
    terminals = "newinstance,ptmxmode=0666,mode=620"
    linux.mount("devpts", NEW + "/dev/pts", "devpts", linux.NO_SUID | linux.NO_EXEC, terminals)
    os.symlink("pts/ptmx", NEW + "/dev/ptmx")


def link(target, path):
    """A symbolic link."""
    os.symlink(target, NEW + path)


OPERATIONS = {
    "read": show,
    "write": lambda source, target: show(source, target, read_only=False),
    "folder": folder,
    "memory": memory,
    "processes": processes,
    "devices": devices,
    "link": link,
}

if __name__ == "__main__":
    main()
