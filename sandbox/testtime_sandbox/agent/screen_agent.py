# pyright: basic
"""The warm screen: tests collected once, then a forked child per candidate with the changed functions swapped in.

A child of the warm agent that has collected the targets' files comes here. Lines on the channel, a Unix socket, are
candidates `{"id", "changes": {path: [start, end, text]}}`, characters that give way to a text, several of them to be
compared `{"id", "compare": [changes], "seconds"}` (`behaviour.py`), or `{"cancel": id}`; back go lines with what was
found. A child never reports more than a reason to reject: what passes here is judged from outside in the ordinary way.
Python 3.8 or later.
"""

import contextlib
import gc
import json
import os
import select
import signal
import threading
import time

import behaviour  # pyright: ignore[reportMissingImports] -- found beside this file, which is run as a program
import live_code  # pyright: ignore[reportMissingImports]
import runner  # pyright: ignore[reportMissingImports]

MAX_ANSWER = 1 << 20
PATIENCE = 4
"""Wall limits more for a candidate that would run if it had a core; its CPU limit ends it all the same."""


def serve(channel, task, session):
    """Serve candidates until the channel's other end is closed."""
    items = {item.nodeid: item for item in session.items}
    if any(target not in items for target in task["targets"]):
        say(channel, ready=False, reason="a target was not collected")
    elif threading.active_count() != 1:
        say(channel, ready=False, reason="the project starts threads when it is imported")
    else:
        Screen(channel, task, items).serve()
    os._exit(0)


def say(channel, **facts):
    """One line to the parent."""
    data = (json.dumps(facts) + "\n").encode("ascii")
    while data:
        data = data[os.write(channel, data) :]


class Requests:
    """Lines from the channel."""

    def __init__(self, channel):
        self.channel = channel
        self.buffer = b""
        self.ended = False

    def fill(self):
        """Read what is there."""
        data = os.read(self.channel, 1 << 20)
        self.ended = not data
        self.buffer += data

    def lines(self):
        """The whole lines that have come."""
        *lines, self.buffer = self.buffer.split(b"\n")
        return [json.loads(line) for line in lines if line]


class Screen:
    """The collected session, and the children that try candidates in it."""

    def __init__(self, channel, task, items):
        self.descriptor = channel
        self.task = task
        self.requests = Requests(channel)
        self.children = {}
        self.order = [items[name] for name in task["targets"]]
        self.witnesses = [items[name] for name in task["witnesses"] if name in items]
        self.code = live_code.LiveCode(task["root"])
        gc.collect()
        if hasattr(gc, "freeze"):
            gc.freeze()
        say(channel, ready=True)

    def serve(self):
        """Fork a child for each candidate; kill those that take too long."""
        while True:
            now = time.monotonic()
            waits = [child["deadline"] - now for child in self.children.values()]
            watched = [*self.children, self.descriptor]
            ready, _, _ = select.select(watched, [], [], max(0.0, min(waits, default=3600.0)))
            for number in ready:
                if number == self.descriptor:
                    self.requests.fill()
                    if self.requests.ended:
                        for pipe in list(self.children):
                            self.finish(pipe)
                        return
                    for line in self.requests.lines():
                        self.take(line)
                elif number in self.children:
                    data = os.read(number, 1 << 16)
                    self.children[number]["data"] += data
                    if not data or len(self.children[number]["data"]) > MAX_ANSWER:
                        self.finish(number)
            now = time.monotonic()
            for number in [n for n, child in self.children.items() if child["deadline"] <= now]:
                child = self.children[number]
                if child["patience"] and is_running(child["pid"]):  # it wants a core: the machine is busy, not it
                    child["patience"] -= 1
                    child["deadline"] = now + child["wall"]
                else:
                    self.finish(number, timeout=True)

    def take(self, line):
        """A candidate, or the wish to drop one."""
        if "cancel" in line:
            for number in [n for n, child in self.children.items() if child["id"] == line["cancel"]]:
                self.finish(number)
            return
        with contextlib.suppress(Exception):  # the child will find out for itself
            for changes in line.get("compare") or [line["changes"]]:
                self.code.prepare(changes)
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.setpgid(0, 0)
                os.close(read)
                os.close(self.descriptor)
                if "compare" in line:
                    self.compare(line, write)
                else:
                    self.child(line, write)
            finally:
                os._exit(1)
        os.close(write)
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)
        child = {"id": line["id"], "pid": pid, "wall": line["wall"], "patience": PATIENCE, "data": b""}
        self.children[read] = dict(child, deadline=time.monotonic() + line.get("seconds", 0.0) + line["wall"])

    def finish(self, number, timeout=False):
        """Reap a child and pass on what it found."""
        child = self.children.pop(number)
        with contextlib.suppress(OSError):  # it has said what it has to say, whether it ended or closed its pipe
            os.killpg(child["pid"], signal.SIGKILL)
        os.close(number)
        _, _, usage = os.wait4(child["pid"], 0)
        with contextlib.suppress(OSError):
            os.killpg(child["pid"], signal.SIGKILL)
        try:
            answer = json.loads(child["data"])
            assert isinstance(answer, dict)
        except (ValueError, AssertionError, RecursionError):
            answer: dict = {"state": "crashed"}
        if timeout:
            answer = {"state": "timeout", "passed": answer.get("passed", 0)}
        answer.update(id=child["id"], cpu=usage.ru_utime + usage.ru_stime)
        say(self.descriptor, **answer)

    def child(self, line, write):
        """In the child: swap the code in, run the targets, then the witnesses; stop at the first failure."""
        try:
            state = self.code.swap(line["changes"])
        except BaseException as error:  # whatever importing the new code does
            state = "raised " + type(error).__name__
        if state is not None:
            os.write(write, json.dumps({"state": "unknown", "reason": state}).encode())
            os._exit(0)
        passed = 0
        for name, items in (("failed", self.order), ("regressed", self.witnesses)):
            for item in items:
                trouble = run(item, line["limit"])
                if trouble is not None:
                    slow = trouble["text"].startswith("TestTimeLimit")
                    found = dict(trouble, state="timeout" if slow else name, passed=passed)
                    os.write(write, json.dumps(found).encode())
                    os._exit(0)
                passed += name == "failed"
        os.write(write, json.dumps({"state": "passed", "passed": passed}).encode())
        os._exit(0)

    def compare(self, line, write):
        """In the child: what several candidates do with the same calls."""

        def run_tests():
            for item in (*self.order, *self.witnesses):
                run(item, line["limit"])

        found = json.dumps(behaviour.compare(self.code, self.task, line, run_tests)).encode("ascii")
        while found:
            found = found[os.write(write, found) :]
        os._exit(0)


def is_running(pid):
    """Whether a process computes or waits for a core, rather than for anything else."""
    try:
        with open("/proc/{}/stat".format(pid), encoding="ascii", errors="replace") as stream:  # noqa: UP032
            return stream.read().rpartition(")")[2].split()[0] == "R"
    except (OSError, IndexError):
        return False


def run(item, limit):
    """Run one test; None for a pass, else what is known of the failure."""
    from _pytest.runner import runtestprotocol

    def stop(signum, frame):
        raise runner.TestTimeLimit("longer than {:.1f} s".format(limit))  # noqa: UP032 -- as the runner says it

    # CPU seconds: on a busy machine a candidate must not seem slower than it is. Sleepers meet the wall limit outside.
    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, limit, limit)
    try:
        reports = runtestprotocol(item, nextitem=None, log=False)
    except BaseException as error:
        return {"test": item.nodeid, "text": type(error).__name__}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    for report in reports:
        if report.failed:
            return {
                "test": item.nodeid,
                "text": getattr(report, "_testtime_error", "") or report.longreprtext.strip().split("\n")[-1][:500],
                "frames": getattr(report, "_testtime_frames", []),
                "trace": runner.trim(report.longreprtext),
            }
    if [report.when for report in reports if report.passed] != ["setup", "call", "teardown"]:
        return {"test": item.nodeid, "text": "skipped or incomplete"}
    return None
