# pyright: basic
"""The Linux kernel's means of confinement, by ctypes: namespaces, mounts, capabilities, seccomp, Landlock.

Standard library only, Python 3.8+, used inside the box by trusted code before any of the project's runs. Everything
raises OSError when the kernel refuses. Documented in namespaces(7), mount(2), capabilities(7), seccomp(2), landlock(7).
"""

import ctypes
import fcntl
import os
import platform
import socket
import struct

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
READ_ONLY, NO_SUID, NO_DEV, NO_EXEC, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, PR_CAP_AMBIENT_CLEAR_ALL = 47, 2, 4
CAPABILITY_VERSION_3 = 0x20080522
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mount.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p)


def _check(result, what):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, "{}: {}".format(what, os.strerror(number)))  # noqa: UP032 -- 3.8 to 3.14 alike
    return result


def unshare(flags):
    """Leave the namespaces named; NEWPID concerns the children only."""
    _check(_libc.unshare(flags), "unshare")


def join(descriptor, kind):
    """Enter the namespace that an open descriptor stands for."""
    _check(_libc.setns(descriptor, kind), "setns")


def mount(source, target, kind=None, flags=0, options=None):
    """mount(2); texts or None."""
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    _check(_libc.mount(encoded[0], encoded[1], encoded[2], flags, encoded[3]), f"mount {kind or ''} {target}")


def detach(target):
    """Take a mount out of sight; what uses it keeps it."""
    _check(_libc.umount2(os.fsencode(target), DETACH), "umount " + target)


def bind(source, target, read_only=True):
    """Show `source` at `target`, with all that is mounted below it when writable, read-only otherwise."""
    mount(source, target, None, BIND | RECURSIVE)
    if read_only:
        kept = os.statvfs(target).f_flag  # what the source was mounted with may not be taken back in a user namespace
        flags = (kept & (NO_EXEC | 1024 | 2048)) | (1 << 21 if kept & 4096 else 0)
        mount(None, target, None, BIND | REMOUNT | READ_ONLY | NO_SUID | NO_DEV | flags)


def tmpfs(target, size, mode="755"):
    """An empty file system in memory of at most `size` bytes."""
    mount("tmpfs", target, "tmpfs", NO_SUID | NO_DEV, f"size={size},mode={mode},nr_inodes=200k")


def pivot(root, old):
    """Make `root`, a mount, the root of everything; the old one is found at the folder `old` below it."""
    number = {"x86_64": 155, "aarch64": 41}.get(platform.machine())
    if number is None:
        raise OSError(38, "pivot_root is not known for " + platform.machine())
    _check(_libc.syscall(ctypes.c_long(number), os.fsencode(root), os.fsencode(old)), "pivot_root")
    os.chdir("/")


def loopback_up():
    """Switch the loopback interface of this network namespace on."""
    with socket.socket() as control:
        request = struct.pack("16sH22x", b"lo", IFF_UP)
        fcntl.ioctl(control.fileno(), SIOCSIFFLAGS, request)


def die_with_parent():
    """SIGKILL for this process when its parent ends."""
    _check(_libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0), "prctl")


def let_look_inside(allowed):
    """Whether processes of the same user, this one too, may see this one's memory, files and environment."""
    _check(_libc.prctl(PR_SET_DUMPABLE, int(allowed), 0, 0, 0), "prctl")


def own_users(uid, gid):
    """Enter a user namespace below this one, in which its root is `uid` and `gid`."""
    inside = os.geteuid(), os.getegid()
    unshare(NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {inside[0]} 1"), ("gid_map", f"{gid} {inside[1]} 1")):
        with open("/proc/self/" + name, "w") as stream:
            stream.write(text)


def drop_capabilities():
    """Give up every capability for good."""
    for number in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0:
            break  # beyond the last one, or not permitted: without new privileges the set is of no use anyway
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    no_new_privileges()
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, struct.pack("6I", *([0] * 6))), "capset")


def keep_capabilities(numbers):
    """Let the next program have these capabilities and no others."""
    mask = sum(1 << number for number in numbers)
    words = (mask & 0xFFFFFFFF, mask >> 32)
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, struct.pack("6I", *[words[0]] * 3, *[words[1]] * 3)), "capset")
    for number in numbers:
        _check(_libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0), "prctl")


def no_new_privileges():
    """No program run from here gains rights."""
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")


# ── seccomp ──────────────────────────────────────────────────────────────────────────────────────────────────────

_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_DENIED = {
    # what a test never needs and an escape does: other processes' memory, mounts, namespaces, kernel programs
    "x86_64": (
        *(101, 310, 311, 312, 434, 438),  # ptrace, process_vm_readv, process_vm_writev, kcmp, pidfd_open, pidfd_getfd
        *(165, 166, 155, 161, 272, 308, 428, 429, 430, 431, 432, 433, 442),  # mounts, roots and namespaces
        *(425, 426, 427, 298, 321, 323),  # io_uring, perf_event_open, bpf, userfaultfd
        *(248, 249, 250, 246, 320, 169, 175, 176, 313, 167, 168, 163, 304, 103, 227),  # keys, kexec, modules, clock
    ),
    "aarch64": (
        *(117, 270, 271, 272, 434, 438),
        *(40, 39, 41, 51, 97, 268, 428, 429, 430, 431, 432, 433, 442),
        *(425, 426, 427, 241, 280, 282),
        *(217, 218, 219, 104, 294, 142, 105, 106, 273, 224, 225, 89, 265, 116, 112),
    ),
}
_SOCKET = {"x86_64": (41, 53), "aarch64": (198, 199)}
_CLONE = {"x86_64": (56, 435), "aarch64": (220, 435)}
_ALLOW, _EPERM, _ENOSYS, _AFNOSUPPORT, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x00050061, 0x80000000
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK = 1, 2, 10, 16


def seccomp(sockets=(AF_UNIX, AF_INET, AF_INET6, AF_NETLINK)):
    """Forbid the system calls that only an escape needs, and sockets of other families than those named.

    Raises OSError on a machine whose call numbers are not known here.
    """
    machine = platform.machine()
    if machine not in _MACHINES:
        raise OSError(38, "seccomp is not known for " + machine)
    code = _program(machine, sockets)
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    no_new_privileges()
    program = Program(len(code) // 8, ctypes.addressof(buffer))
    _check(_libc.prctl(PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0), "seccomp")


def _program(machine, sockets):
    """Classic BPF over `struct seccomp_data`: number at 0, architecture at 4, first argument at 16."""
    load, equal, at_least, any_bit, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    lines = [
        *[(load, 0, 0, 4), (equal, 1, 0, _MACHINES[machine]), (answer, 0, 0, _KILL)],
        (load, 0, 0, 0),
    ]
    if machine == "x86_64":
        lines += [(at_least, 0, 1, 0x40000000), (answer, 0, 0, _KILL)]  # the x32 numbers would go round this filter
    for number in _DENIED[machine]:
        lines += [(equal, 0, 1, number), (answer, 0, 0, _EPERM)]
    clone, clone3 = _CLONE[machine]
    lines += [(equal, 0, 1, clone3), (answer, 0, 0, _ENOSYS)]  # its flags lie in memory; the C library then uses clone
    lines += [(equal, 0, 3, clone), (load, 0, 0, 16), (any_bit, 0, 1, NEWUSER | NEWNS | NEWPID | NEWNET)]
    lines += [(answer, 0, 0, _EPERM), (load, 0, 0, 0)]
    socket_call, pair_call = _SOCKET[machine]
    body = [(load, 0, 0, 16)]
    for position, family in enumerate(sockets):
        body.append((equal, len(sockets) - position, 0, family))
    body += [(answer, 0, 0, _AFNOSUPPORT)]
    lines += [(equal, 1, 0, socket_call), (equal, 0, len(body), pair_call), *body, (answer, 0, 0, _ALLOW)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


# ── Landlock ─────────────────────────────────────────────────────────────────────────────────────────────────────

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ = 1 | 4 | 8  # execute, read a file, read a folder
_ALL_FILES = (1 << 13) - 1
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_FILE_ONLY = 1 | 2 | 4 | _TRUNCATE | _IOCTL_DEV


def landlock_version():
    """The kernel's Landlock ABI, 0 when there is none."""
    version = _libc.syscall(ctypes.c_long(_CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(0, version)


def landlock(readable, writable):
    """From here on only the files below these paths can be opened, no TCP port, no signal to anyone outside."""
    version = landlock_version()
    if version < 1:
        raise OSError(38, "the kernel has no Landlock")
    handled = _ALL_FILES
    handled |= _REFER if version >= 2 else 0
    handled |= _TRUNCATE if version >= 3 else 0
    handled |= _IOCTL_DEV if version >= 5 else 0
    network, scopes = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    attributes = struct.pack("QQQ", handled, network, scopes)[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = _libc.syscall(
        ctypes.c_long(_CREATE_RULESET), attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0)
    )
    _check(ruleset, "landlock_create_ruleset")
    for paths, rights in ((readable, _READ & handled), (writable, handled)):
        for path in paths:
            try:
                place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            allowed = rights if os.path.isdir(path) else rights & _FILE_ONLY
            rule = struct.pack("=Qi", allowed, place)
            added = _libc.syscall(ctypes.c_long(_ADD_RULE), ctypes.c_int(ruleset), 1, rule, ctypes.c_uint32(0))
            os.close(place)
            _check(added, "landlock_add_rule " + path)
    no_new_privileges()
    _check(_libc.syscall(ctypes.c_long(_RESTRICT_SELF), ctypes.c_int(ruleset), ctypes.c_uint32(0)), "landlock")
    os.close(ruleset)
