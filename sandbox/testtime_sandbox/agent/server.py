# pyright: basic
"""The warm agent: pytest and the project's third-party packages imported once, a forked child per run.

Started as `python server.py DESCRIPTOR` with its order on stdin; DESCRIPTOR is a Unix socket to the parent. On it come
lines `{"run": id}` with three open files (the order, the report's pipe, the output's pipe), `{"kill": id}` and
`{"preload": true}` with one (a list of names); back go lines `{"ready": true}`, `{"id", "status", "cpu"}`,
`{"refused", "id"}`, `{"preloaded": true}` or, instead of all that, `{"unsafe": reason}`.

The agent never imports a module of the project, which it checks before each fork, and stays single-threaded. A child
stands in mount, process, IPC, network and host-name namespaces of its own (`stage.py`), under an init process that
ends with it, and has no rights when the project's first line runs. Standard library only, Python 3.8+.
"""

import array
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys

import linux  # pyright: ignore[reportMissingImports]
import runner  # pyright: ignore[reportMissingImports]
import screen_agent  # pyright: ignore[reportMissingImports]
import stage  # pyright: ignore[reportMissingImports]

COULD_NOT_ENTER = 125


def main():
    """Import, configure, and serve from within pytest's start-up."""
    descriptor = int(sys.argv[1])
    order = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    runner.close_all_but(descriptor)
    runner.take_stdin_away()
    linux.let_look_inside(False)
    agent = Agent(socket.socket(fileno=descriptor), order)
    runner.hide_ourselves()
    import pytest

    os.chdir(order["root"])
    sys.path.insert(0, order["root"])
    sys.argv = ["pytest"]
    # Only a child comes back from here, as far as its tests let it.
    pytest.main(runner.arguments(order), plugins=[runner.make_plugin(pytest, agent)])
    agent.give_up("pytest ended before it collected any test")


class Agent:
    """Forks children for the parent's orders."""

    def __init__(self, control, order):
        self.control = control
        self.order = order
        self.late = order["late"]
        self.screen = screen_agent.serve
        self.own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self.children = {}
        self.buffer = b""
        self.files = []
        self.agent_pid = os.getpid()

    def serve(self):
        """Wait for orders. Returns (order, report) in a forked child, and in nobody else."""
        trouble = self.unsafe()
        if trouble:
            self.give_up(trouble)
        wake, woken = os.pipe()
        for end in (wake, woken):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        self.settle()
        self.say(ready=True)
        while True:
            ready, _, _ = select.select([self.control, wake], [], [])
            if wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wake, 4096)
                self.reap()
            for message in self.receive() if self.control in ready else ():
                if "kill" in message:
                    for pid in [pid for pid, number in self.children.items() if number == message["kill"]]:
                        os.kill(pid, signal.SIGKILL)
                elif "preload" in message:
                    file, self.files = self.files[0], self.files[1:]
                    with open(file, encoding="utf-8") as stream:
                        self.preload(json.load(stream))
                    self.settle()
                    self.say(preloaded=True, unsafe=self.unsafe())
                elif "run" in message:
                    order = self.fork(message["run"])
                    if order is not None:
                        os.close(wake)
                        os.close(woken)
                        return order

    def give_up(self, reason):
        """Tell the parent why nothing can be forked here."""
        if os.getpid() == self.agent_pid:
            with contextlib.suppress(OSError):
                self.say(unsafe=reason)
        os._exit(3)

    def unsafe(self):
        """Why a fork here would not be what it should; None when it is safe."""
        threads = len(os.listdir("/proc/self/task"))
        if threads != 1:
            return f"{threads - 1} thread(s) run as soon as pytest's plugins are imported"
        for name, module in list(sys.modules.items()):
            if runner.in_project(module, self.order):
                return f"pytest's configuration imports the project's module {name}"
        return None

    def settle(self):
        """Keep the garbage collector from touching, and so copying, what all children share."""
        gc.collect()
        if hasattr(gc, "freeze"):
            gc.freeze()

    def preload(self, names):
        """Import third-party modules by name; one that does not import here is the children's own business."""
        path = list(sys.path)
        sys.path[:] = [entry for entry in path if not runner.is_project_path(entry or os.getcwd(), self.order)]
        for name in names:
            if name not in sys.modules:
                with contextlib.suppress(BaseException):
                    importlib.import_module(name)
        sys.path[:] = path

    def receive(self):
        """The messages that have come; the parent's end is the agent's end."""
        space = socket.CMSG_SPACE(16 * array.array("i").itemsize)
        data, ancillary, _, _ = self.control.recvmsg(1 << 20, space, socket.MSG_CMSG_CLOEXEC)
        for level, kind, payload in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                files = array.array("i")
                files.frombytes(payload[: len(payload) - len(payload) % files.itemsize])
                self.files += files
        if not data:
            os._exit(0)
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        return [json.loads(line) for line in lines]

    def say(self, **facts):
        """One line to the parent."""
        self.control.sendall((json.dumps(facts) + "\n").encode("ascii"))

    def reap(self):
        """Tell the parent which children have ended, and how."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            number = self.children.pop(pid, None)
            self.say(id=number, status=status, cpu=usage.ru_utime + usage.ru_stime)

    def fork(self, number):
        """A child for one order; None in the agent."""
        (order_file, report, output), self.files = self.files[:3], self.files[3:]
        try:
            trouble = self.unsafe()
            if trouble:
                self.say(id=number, refused=trouble)
                return None
            linux.unshare(linux.NEWPID)
            try:
                pid = os.fork()
                if pid:
                    self.children[pid] = number
                    return None
            finally:
                if os.getpid() == self.agent_pid:
                    linux.join(self.own_pids, linux.NEWPID)
        except OSError as error:
            self.say(id=number, refused=str(error))
            return None
        finally:
            if os.getpid() == self.agent_pid:
                for file in (order_file, report, output):
                    os.close(file)
        return self.enter(order_file, report, output)

    def enter(self, order_file, report, output):
        """In the child, process 1 of its namespace: prepare the place, then split into init and the test process."""
        with open(order_file, encoding="utf-8") as stream:
            order = json.load(stream)
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.control.close()
            os.close(self.own_pids)
            linux.die_with_parent()
            for number in (1, 2):
                os.dup2(output, number)
            os.close(output)
            stage.enter(order, own_namespaces=True)
            inner = os.fork()
            if inner:
                os.close(report)
                attend(inner)
            stage.give_up_rights(order)
        except BaseException as error:
            refusal = {"event": "refused", "text": repr(error)[:500], "nonce": order["nonce"]}
            with contextlib.suppress(OSError):
                os.write(report, json.dumps(refusal).encode() + b"\n")
            os._exit(COULD_NOT_ENTER)
        return order, runner.Report(report, order["nonce"])


def attend(inner):
    """The init process: reap whoever is orphaned, end when the test process ends, and everything with it."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == inner:
            os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


if __name__ == "__main__":
    main()
