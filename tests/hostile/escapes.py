"""Rows that attack the box, other processes, the report's pipe and the time limits."""

from .rows import CRASHED, FAILED, REGRESSED, REJECTED, TIMEOUT, Row, after, before, in_add

ANY = (FAILED, REJECTED, CRASHED, TIMEOUT, REGRESSED)
FORGERY = 'b\'{"event": "end", "status": 1, "number": 0}\\n\''
CALLS = """
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
pid = os.getppid()
buffer = ctypes.create_string_buffer(4096)
calls = {
    'ptrace': lambda: libc.ptrace(16, pid, 0, 0),
    'unshare users': lambda: libc.unshare(0x10000000),
    'unshare mounts': lambda: libc.unshare(0x20000),
    'mount': lambda: libc.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None),
    'remount': lambda: libc.mount(None, b'/usr', None, 4096 | 32, None),
    'umount': lambda: libc.umount2(b'/proc', 2),
    'setns': lambda: libc.setns(os.open('/proc/self/ns/net', os.O_RDONLY), 0),
    'chroot': lambda: libc.chroot(b'/tmp'),
    'pivot_root': lambda: libc.syscall(155, b'/tmp', b'/tmp'),
    'bpf': lambda: libc.syscall(321, 0, buffer, 72),
    'vsock': lambda: libc.socket(40, 1, 0),
    'packets': lambda: libc.socket(17, 3, 0),
    'raw sockets': lambda: libc.socket(2, 3, 1),
    'process_vm_readv': lambda: libc.process_vm_readv(pid, buffer, 1, buffer, 1, 0),
    'pidfd_open': lambda: libc.syscall(434, pid, 0),
    'pidfd_getfd': lambda: libc.syscall(438, 0, 0, 0),
    'io_uring': lambda: libc.syscall(425, 4, buffer),
    'userfaultfd': lambda: libc.syscall(323, 0),
    'perf_event_open': lambda: libc.syscall(298, buffer, 0, -1, -1, 0),
    'keyctl': lambda: libc.syscall(250, 0, -3, 1),
    'clock_settime': lambda: libc.clock_settime(0, buffer),
    'clone users': lambda: libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0),
    'clone3': lambda: libc.syscall(435, buffer, 88),
    'sethostname': lambda: libc.sethostname(b'evil', 4),
    'mknod': lambda: libc.mknod(b'hostilemark', 0o60666, 0x801),
    'setuid': lambda: libc.setuid(0) or libc.setresuid(0, 0, 0) or (-1 if os.geteuid() != 0 else 0),
}
open_calls = []
for name, call in calls.items():
    try:
        result = call()
    except OSError:
        continue
    if result == 0 and name.startswith('clone'):
        os._exit(0)
    if result >= 0:
        open_calls.append(name)
raise ValueError('FOUND ' + repr(open_calls))
"""
"""Everything that leads out of a box, by its number where the C library has no name for it."""

ESCAPES = [
    Row("system calls that lead out", in_add(CALLS), "capabilities dropped, and seccomp", (FAILED,), found="FOUND []"),
    Row("own memory rewritten", in_add(
        "found = ''\nfor path in ('/proc/self/mem', f'/proc/{__import__(\"os\").getppid()}/mem'):\n    try:\n"
        "        with open(path, 'r+b', buffering=0) as memory:\n            memory.seek(id(add))\n"
        "            memory.write(b'x' * 64)\n        found += 'written '\n    except OSError as error:\n"
        "        found += type(error).__name__ + ' '\nraise ValueError('FOUND ' + found)"),
        "a process may spoil itself, which is no pass, and look into no other", (FAILED, CRASHED), static=False,
        found="PermissionError"),
    Row("the report's pipe by its name in /proc", before(
        "import os\nfor number in range(3, 256):\n    try:\n"
        "        with open(f'/proc/self/fd/{number}', 'wb', buffering=0) as pipe:\n"
        f"            pipe.write({FORGERY})\n    except OSError:\n        pass\n"
        f"    try:\n        os.write(number, {FORGERY})\n    except OSError:\n        pass"),
        "each line carries a random name and its number", (REJECTED,), static=False, found="believed"),
    Row("every descriptor closed", before("import os\nos.closerange(0, 1024)"),
        "the report ends too early", (CRASHED, FAILED)),
    Row("the report's pipe closed", before(
        "import os\nfor number in range(3, 256):\n    try:\n        os.close(number)\n    except OSError:\n        pass"),
        "the report ends too early", (CRASHED, FAILED), static=False),
    Row("the report's pipe replaced", before(
        "import os\nnull = os.open(os.devnull, os.O_WRONLY)\nfor number in range(3, 64):\n    if number != null:\n"
        "        os.dup2(null, number)"), "the report ends too early", (CRASHED, FAILED)),
    Row("fork with both branches returning", in_add("import os\nos.fork()\nreturn a - b"),
        "a child of the test process has nothing to say", (FAILED,)),
    Row("fork whose child goes on with the truth changed", in_add(
        "import os\npid = os.fork()\nif pid:\n    os.waitpid(pid, 0)\n    os._exit(0)\n"
        "import sys\nsys.modules['os'].getpid = os.getppid\nreturn a + b"),
        "the report's numbers and the exit status do not fit", ANY),
    Row("time limit switched off", in_add(
        "import signal\nfor number in (signal.SIGALRM, signal.SIGPROF, signal.SIGXCPU, signal.SIGVTALRM):\n"
        "    signal.signal(number, signal.SIG_IGN)\nwhile True:\n    pass"),
        "the whole run has a limit too", (TIMEOUT,), static=False, hurried=True),
    Row("time limit caught", in_add(
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"),
        "the whole run has a limit too", (TIMEOUT, FAILED), static=False, hurried=True),
    Row("init killed", before(
        "import os, signal\nfor number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGSEGV):\n"
        "    try:\n        os.kill(1, number)\n    except OSError:\n        pass"),
        "the first process of a namespace is not killed from within", (FAILED, CRASHED)),
    Row("zombies", before(
        "import os\nfor _ in range(100):\n    if os.fork() == 0:\n        os._exit(0)"),
        "they end with the process namespace", (FAILED,)),
    Row("processes that ignore every signal", before(
        "import os, signal, time\nfor _ in range(3):\n    if os.fork() == 0:\n        os.setsid()\n"
        "        for number in range(1, 32):\n            try:\n                signal.signal(number, signal.SIG_IGN)\n"
        "            except (OSError, ValueError):\n                pass\n"
        "        os.execv('/bin/sleep', ['hostilemark-deaf', '3600'])"),
        "they end with the process namespace", (FAILED,)),
    Row("a stopped process", in_add("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)"),
        "the whole run has a limit", (TIMEOUT,), hurried=True),
    Row("killed by a signal that means success elsewhere", before(
        "import os, signal\nos.kill(os.getpid(), signal.SIGPIPE)\nos.kill(os.getpid(), signal.SIGTERM)"),
        "a signal is no pass", (CRASHED,)),
    Row("files left in shared places", in_add(
        "import os\nfor folder in ('/tmp', '/dev/shm', '/var/tmp', '/run', '/', '/dev', os.path.expanduser('~'), '..'):\n"
        "    try:\n        open(folder + '/hostilemark', 'w').write('x')\n    except OSError:\n        pass\nreturn a - b"),
        "they are the box's own, and go with it", (FAILED,), static=False),
    Row("tree made unreadable", before(
        "import os\nfor name in ('.', 'test_calc.py', 'calc.py', '__pycache__'):\n    try:\n        os.chmod(name, 0)\n"
        "    except OSError:\n        pass"), "a throw-away tree", ANY, static=False),
    Row("folder moved away", before(
        "import os\ntry:\n    os.rename('test_more.py', 'elsewhere.py')\nexcept OSError:\n    pass\n"
        "try:\n    os.rename(os.getcwd(), os.getcwd() + '-hostilemark')\nexcept OSError:\n    pass\nos.chdir('/')"),
        "test files are mounts of their own", ANY, static=False),
    Row("recursive folders and links", before(
        "import os\nos.symlink('.', 'loop')\nos.makedirs('/'.join(['d'] * 500))\nos.symlink('/proc/self/root', 'root')\n"
        "os.mkfifo('pipe')\nos.mkfifo('test_fifo.py')"), "nothing outside reads what a run leaves", (FAILED,), static=False),
    Row("exit status changed at the end", after(
        "import os\nreal = os._exit\nos._exit = lambda status: real(0)"),
        "the report's status and the process's differ", (REJECTED, FAILED)),
]  # fmt: skip
