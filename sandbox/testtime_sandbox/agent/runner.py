# pyright: basic
"""One pytest run inside the box, reported event by event over an inherited descriptor.

Started as `python runner.py DESCRIPTOR` with its task as one JSON object on stdin. It needs only the standard library
and the project's own pytest (7 to 9), on Python 3.8 or later. What it says is judged by the parent, which knows the
ids, the number of events, the nonce and the exit status to expect.
"""

import contextlib
import json
import os
import random
import resource
import signal
import sys

MAX_TEXT = 6000
HOOKS = {
    "pytest_load_initial_conftests": {"hookwrapper": True},
    "pytest_cmdline_main": {"hookwrapper": True},
    "pytest_collection_modifyitems": {"trylast": True},
    "pytest_runtest_makereport": {"hookwrapper": True},
    "pytest_runtest_protocol": {"hookwrapper": True},
    "pytest_runtest_logreport": {"tryfirst": True},
}


def main():
    """Read the task, run pytest, report, and leave without giving anyone a last word."""
    descriptor = int(sys.argv[1])
    task = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != here]
    import pytest  # before any folder of the project can be imported from

    report = Report(descriptor, task["nonce"])
    limit(task)
    for path in task.get("delete", ()):
        os.unlink(os.path.join(task["root"], path))
    os.makedirs(os.environ.get("HOME", "/tmp"), exist_ok=True)
    sys.path.insert(0, task["root"])
    sys.argv = ["pytest"]
    for hook, options in HOOKS.items():
        pytest.hookimpl(**options)(getattr(Plugin, hook))  # pyright: ignore
    tracer = load_tracer(here, task) if task.get("trace") else None
    status = pytest.main(arguments(task), plugins=[Plugin(pytest, report, task, tracer)])
    sys.stdout.flush()
    sys.stderr.flush()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    report.say("end", status=int(status), cpu=sum(usage.ru_utime + usage.ru_stime for usage in used))
    os._exit(int(status))


def limit(task):
    """Resource limits, set by trusted code before any of the project's."""
    for name, wanted in task["limits"].items():
        kind = getattr(resource, "RLIMIT_" + name, None)
        if kind is None:
            continue
        _, hard = resource.getrlimit(kind)
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def arguments(task):
    """pytest's arguments: the user's own configuration, less what would hide or reorder tests."""
    scratch = task["scratch"]
    options = ["--rootdir", task["root"], "--color=no", "--tb=short", "-q", "--maxfail=0"]
    options += ["--continue-on-collection-errors"]
    options += ["-o", "cache_dir=" + os.path.join(scratch, "cache"), "--basetemp", os.path.join(scratch, "tmp")]
    options += ["-p", "no:randomly", "-p", "no:random_order"]
    return options + task["args"] + task["paths"]


def load_tracer(here, task):
    """The line tracer, from the folder beside this file."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("_testtime_trace", os.path.join(here, "trace.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Tracer(task["root"], task.get("observe", False))


class Report:
    """Numbered lines on the report descriptor."""

    def __init__(self, descriptor, nonce):
        self.descriptor = descriptor
        self.nonce = nonce
        self.number = 0
        self.pid = os.getpid()

    def say(self, event, **facts):
        """One event. A forked child of the tests has nothing to say."""
        if os.getpid() != self.pid:
            return
        facts.update(event=event, nonce=self.nonce, number=self.number)
        self.number += 1
        data = (json.dumps(facts, ensure_ascii=True) + "\n").encode("ascii")
        while data:
            data = data[os.write(self.descriptor, data) :]


class TestTimeLimit(BaseException):
    """Raised inside a test that runs longer than its limit; no ordinary `except` catches it."""

    __test__ = False


class Plugin:
    """Selects and orders the tests, plants the canary, and reports every phase."""

    def __init__(self, pytest, report, task, tracer):
        self.pytest = pytest
        self.report = report
        self.task = task
        self.tracer = tracer
        self.wanted = frozenset(task["ids"]) if task.get("ids") is not None else None
        self.failed = False
        self.hung = False

    def pytest_load_initial_conftests(self, early_config):
        """Keep pytest-cov from starting: its tracer slows every test down and its report is not asked for."""
        calm(early_config.known_args_namespace)
        yield

    def pytest_cmdline_main(self, config):
        """Keep pytest-xdist from spreading the tests over processes that the report does not hear."""
        calm(config.option)
        yield

    def pytest_collectreport(self, report):
        """A module that cannot be collected."""
        if report.failed:
            self.report.say("uncollected", id=report.nodeid, text=trim(report.longreprtext))

    def pytest_collection_modifyitems(self, session, config, items):
        """Keep the tests asked for, in the order asked for."""
        if self.wanted is not None:
            order = {name: number for number, name in enumerate(self.task["ids"])}
            items[:] = sorted((item for item in items if item.nodeid in self.wanted), key=lambda i: order[i.nodeid])
        if self.task.get("seed") is not None:
            random.Random(self.task["seed"]).shuffle(items)
        self.report.say("collected", ids=[item.nodeid for item in items])
        if self.task.get("canary"):
            self._plant(items)

    def _plant(self, items):
        """Put a test that must fail among the others."""
        module = next((m for m in (item.getparent(self.pytest.Module) for item in items) if m is not None), None)
        if module is None:
            return
        name = self.task["canary"]

        def canary():
            raise AssertionError(name)

        planted = self.pytest.Function.from_parent(module, name=name, callobj=canary)
        items.insert(random.Random(name).randrange(len(items) + 1), planted)

    def pytest_runtest_protocol(self, item, nextitem):
        """Limit a test's time and trace its lines."""
        limit = self.task["time_limits"].get(item.nodeid, self.task["time_limit"])
        if self.hung:
            limit /= 4  # what hangs seldom hangs alone

        def stop(signum, frame):
            raise TestTimeLimit(f"longer than {limit:.1f} s")

        self.report.say("start", id=item.nodeid)
        before = signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, limit, max(0.2, limit / 4))
        if self.tracer is not None:
            self.tracer.start()
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            if self.tracer is not None:
                lines, seen = self.tracer.stop()
                self.report.say("covered", id=item.nodeid, lines=lines, seen=seen)
        if self.failed and self.task.get("stop_first"):
            item.session.shouldstop = "first failure"

    def pytest_runtest_makereport(self, item, call):
        """Keep what only the live exception can tell."""
        outcome = yield
        report = outcome.get_result()
        if call.excinfo is not None:
            report._testtime_frames = frames(call.excinfo, self.task["root"])
            report._testtime_error = one_line(call.excinfo)
            report._testtime_timeout = (
                call.excinfo.errisinstance(TestTimeLimit)
                if hasattr(call.excinfo, "errisinstance")
                else isinstance(call.excinfo.value, TestTimeLimit)
            )

    def pytest_runtest_logreport(self, report):
        """Report a phase."""
        facts = {"id": report.nodeid, "when": report.when, "outcome": report.outcome, "seconds": report.duration}
        if type(report).__name__ in ("SubtestReport", "SubTestReport"):
            facts["when"] = "subtest"
        if hasattr(report, "wasxfail"):
            facts["xfail"] = True
        if report.failed:
            self.failed = True
            facts["text"] = trim(report.longreprtext)
            facts["output"] = trim("".join(text for _, text in report.sections))
            facts["frames"] = getattr(report, "_testtime_frames", [])
            facts["error"] = getattr(report, "_testtime_error", "")
            facts["timeout"] = getattr(report, "_testtime_timeout", False)
            self.hung = self.hung or facts["timeout"]
        self.report.say("phase", **facts)


def calm(options):
    """Switch off what plugins were configured to do around the tests."""
    for name, value in (("cov_source", []), ("numprocesses", 0), ("dist", "no"), ("tx", [])):
        if hasattr(options, name):
            setattr(options, name, value)


def frames(excinfo, root):
    """The traceback's entries inside the project: [path, line, function], outermost first."""
    found = []
    prefix = root.rstrip("/") + "/"
    entry = excinfo.tb
    while entry is not None and len(found) < 2000:
        code = entry.tb_frame.f_code
        name = code.co_filename
        if name.startswith(prefix) and "/site-packages/" not in name:
            found.append([name[len(prefix) :], entry.tb_lineno, code.co_name])
        entry = entry.tb_next
    return found[:40] + found[-40:] if len(found) > 80 else found


def one_line(excinfo):
    """The exception as one bounded line."""
    try:
        return " ".join(excinfo.exconly(tryshort=True).split())[:500]
    except Exception:  # an exception whose own __str__ fails
        return excinfo.typename


def trim(text):
    """Head and tail of a long text."""
    if len(text) <= MAX_TEXT:
        return text
    half = MAX_TEXT // 2
    return text[:half] + f"\n... {len(text) - MAX_TEXT} characters left out ...\n" + text[-half:]


if __name__ == "__main__":
    main()
