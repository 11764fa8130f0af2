# pyright: basic
"""One pytest run inside the box, reported event by event over an inherited descriptor.

Started as `python runner.py DESCRIPTOR` with its order as one JSON object on stdin (a cold run), or entered by the
child that the warm agent has forked (`server.py`). It needs only the standard library and the project's own pytest (7
to 9), on Python 3.8 or later. What it says is judged by the parent, which knows the ids, the number of events, the
nonce and the exit status to expect.
"""

import contextlib
import gc
import json
import linecache
import os
import random
import signal
import sys
import time

import stage  # pyright: ignore[reportMissingImports] -- found beside this file, which is run as a program

HERE = os.path.dirname(os.path.abspath(__file__))
MAX_TEXT = 6000
HOOKS = {
    "pytest_load_initial_conftests": {"hookwrapper": True, "tryfirst": True},
    "pytest_cmdline_main": {"hookwrapper": True},
    "pytest_collection": {"tryfirst": True},
    "pytest_collection_modifyitems": {"trylast": True},
    "pytest_runtestloop": {"tryfirst": True},
    "pytest_runtest_makereport": {"hookwrapper": True, "tryfirst": True},
    "pytest_runtest_protocol": {"hookwrapper": True},
    "pytest_runtest_logreport": {"tryfirst": True},
    "pytest_sessionfinish": {"tryfirst": True},
}


def main():
    """A cold run: read the order, take the place, run pytest, report, and leave without giving anyone a last word."""
    descriptor = open_descriptor(sys.argv[1])
    order = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    close_all_but(descriptor)
    take_stdin_away()
    hide_ourselves()
    import pytest  # before any folder of the project can be imported from

    stage.enter(order, own_namespaces=False)
    stage.give_up_rights(order)
    sys.path.insert(0, order["root"])
    sys.argv = ["pytest"]
    report = Report(descriptor, order["nonce"])
    plugin = make_plugin(pytest)
    plugin.begin(order, report)
    status = pytest.main(arguments(order) + order["paths"], plugins=[plugin])
    sys.stdout.flush()
    sys.stderr.flush()
    plugin.end(int(status))


def make_plugin(pytest, agent=None):
    """The plugin with its hooks marked."""
    for hook, options in HOOKS.items():
        pytest.hookimpl(**options)(getattr(Plugin, hook))  # pyright: ignore
    return Plugin(pytest, agent)


def open_descriptor(name):
    """The report's pipe: a descriptor's number or, on Windows, an inherited handle's."""
    if name.startswith("handle:"):
        import msvcrt

        return msvcrt.open_osfhandle(int(name[7:]), os.O_WRONLY)  # pyright: ignore
    return int(name)


def close_all_but(*kept):
    """Nothing that happened to be open outside is of any use here."""
    for name in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():
        if int(name) > 2 and int(name) not in kept:
            with contextlib.suppress(OSError):
                os.close(int(name))


def take_stdin_away():
    """Tests that read stdin find it empty."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)


def hide_ourselves():
    """The project's own `runner` or `server` must not find these programs, nor be taken for them."""
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != HERE]
    for name, module in list(sys.modules.items()):
        if name != "__main__" and os.path.dirname(getattr(module, "__file__", None) or "") == HERE:
            del sys.modules[name]


def arguments(task):
    """pytest's arguments: the user's own configuration, less what would hide or reorder tests."""
    scratch = task["scratch"]
    options = ["--rootdir", task["root"], "--color=no", "--tb=short", "-q", "--maxfail=0"]
    options += ["--continue-on-collection-errors"]
    options += ["-o", "cache_dir=" + os.path.join(scratch, "cache"), "--basetemp", os.path.join(scratch, "tmp")]
    options += ["-p", "no:randomly", "-p", "no:random_order"]
    return options + task["args"]


def load_tracer(task):
    """The line tracer, from the folder beside this file."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("_testtime_trace", os.path.join(HERE, "trace.py"))
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
        self.unsent = b""

    def say(self, event, hold=False, **facts):
        """One event; with `hold` it goes out with the next. A forked child of the tests has nothing to say."""
        if os.getpid() != self.pid:
            return
        facts.update(event=event, nonce=self.nonce, number=self.number)
        self.number += 1
        self.unsent += (json.dumps(facts) + "\n").encode("ascii")
        if not hold:
            data, self.unsent = self.unsent, b""
            while data:
                data = data[os.write(self.descriptor, data) :]


LEAST_LIMIT, USUAL_TIMES = 0.3, 20.0
"""After a test that hangs the next may take a part of the limit, but this many seconds at least, and so many times as
long as the slowest test so far that did not."""


class TestTimeLimit(BaseException):
    """Raised inside a test that runs longer than its limit; no ordinary `except` catches it."""

    __test__ = False


class Plugin:
    """Selects and orders the tests, plants the canary, and reports every phase.

    In the warm agent it first waits for orders, at the point where configuration is done and none of the project's
    code has been imported; what follows happens in a forked child.
    """

    def __init__(self, pytest, agent):
        self.pytest = pytest
        self.agent = agent
        self.task: dict = {}
        self.failed = False
        self.limit = 0.0
        self.hung = 0
        self.slowest = 0.0
        self.began = 0.0

    def begin(self, task, report):
        """What to run, and where to say what came of it."""
        self.task = task
        self.report = report
        self.wanted = frozenset(task["ids"]) if task.get("ids") is not None else None
        self.first = ()
        self.may_fail = frozenset(task.get("may_fail") or ())
        self.exactly = frozenset(task.get("trace_exactly") or ())
        self.tracer = load_tracer(task) if task.get("trace") else None
        if task.get("brief"):
            describe_briefly(task["root"])
            gc.set_threshold(50000, 50, 100)

    def end(self, status):
        """The last event, and out."""
        used = os.times()
        facts = {}
        if self.task.get("list_modules"):
            facts["modules"] = [name for name, module in list(sys.modules.items()) if not in_project(module, self.task)]
        self.report.say("end", status=status, cpu=sum(used[:4]), **facts)
        os._exit(status)

    def pytest_load_initial_conftests(self, early_config):
        """Keep pytest-cov from starting: its tracer slows every test down and its report is not asked for."""
        calm(early_config.known_args_namespace)
        if self.agent is not None and not self.agent.late:
            self.begin(*self.agent.serve())
            if self.task.get("screen"):
                early_config.known_args_namespace.capture = "no"
            if self.task["paths"]:
                early_config.known_args_namespace.file_or_dir = list(self.task["paths"])
        yield

    def pytest_cmdline_main(self, config):
        """Keep pytest-xdist from spreading the tests over processes that the report does not hear."""
        calm(config.option)
        if self.agent is not None and self.task and self.task["paths"]:
            config.args = list(self.task["paths"])
        yield

    def pytest_collection(self, session):
        """The later of the two points where the warm agent may wait."""
        if self.agent is not None and not self.task:
            self.begin(*self.agent.serve())
            restart_capture(session.config, "no" if self.task.get("screen") else None)
            if self.task["paths"]:
                session.config.args = list(self.task["paths"])

    def pytest_runtestloop(self, session):
        """The warm screen takes over here: everything is collected, nothing has run."""
        if not self.task.get("screen"):
            return None
        self.agent.screen(self.report.descriptor, self.task, session)
        return True

    def pytest_sessionfinish(self, session, exitstatus):
        """A warm child has said all it was asked for: what plugins do at the end is the cold run's to see."""
        if self.agent is not None:
            self.end(int(exitstatus))

    def pytest_collectreport(self, report):
        """A module that cannot be collected."""
        if report.failed:
            self.report.say("uncollected", id=report.nodeid, text=trim(report.longreprtext))

    def pytest_collection_modifyitems(self, session, config, items):
        """Keep the tests asked for, in the order asked for."""
        if self.wanted is not None:
            order = {name: number for number, name in enumerate(self.task["ids"])}
            items[:] = sorted((item for item in items if item.nodeid in self.wanted), key=lambda i: order[i.nodeid])
        if self.task.get("first"):
            self.first = frozenset(item.nodeid for item in items if selected(self.task["first"], item.nodeid))
            items.sort(key=lambda item: item.nodeid not in self.first)
        if self.task.get("seed") is not None:
            random.Random(self.task["seed"]).shuffle(items)
        self.report.say("collected", ids=[item.nodeid for item in items])
        if self.agent is not None and self.task.get("brief"):
            lighten(config, items)
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

    def is_canary(self, name):
        """Whether this is the test that we planted."""
        return bool(self.task.get("canary")) and name.endswith("::" + self.task["canary"])

    def pytest_runtest_protocol(self, item, nextitem):
        """Limit a test's time and trace its lines."""
        self.began = self.began or time.monotonic()
        self.limit = self.task["time_limits"].get(item.nodeid, 0.0)
        if not self.limit:
            self.limit = self.task["time_limit"]
            if self.hung:  # what hangs seldom hangs alone
                usual = max(LEAST_LIMIT, USUAL_TIMES * self.slowest)
                self.limit = min(self.limit, max(self.limit / 4 ** min(self.hung, 2), usual))
        self.report.say("start", id=item.nodeid)
        self.set_alarm(self.limit)
        if self.tracer is not None:
            self.tracer.start(item.nodeid in self.exactly)
        try:
            yield
        finally:
            self.set_alarm(0)
            if self.tracer is not None:
                lines, seen = self.tracer.stop()
                self.report.say("covered", id=item.nodeid, lines=lines, seen=seen)
        if self.failed and self.task.get("stop_first"):
            item.session.shouldstop = "first failure"
        enough = self.task.get("enough")
        if enough is not None and nextitem is not None and nextitem.nodeid not in self.first:
            if time.monotonic() - self.began > enough:
                item.session.shouldstop = "enough seen"

    def set_alarm(self, seconds):
        """Interrupt this test after `seconds` and again and again; Windows has no such clock, the parent's must do."""
        if hasattr(signal, "setitimer"):
            if signal.getsignal(signal.SIGALRM) != self.stop:
                signal.signal(signal.SIGALRM, self.stop)
            signal.setitimer(signal.ITIMER_REAL, seconds, max(0.5, seconds / 4) if seconds else 0)

    def stop(self, signum, frame):
        """The test that runs has run for too long."""
        raise TestTimeLimit(f"longer than {self.limit:.1f} s")

    def pytest_runtest_makereport(self, item, call):
        """Keep what only the live exception can tell."""
        self.set_alarm(0)  # pytest itself must not be interrupted while it describes the failure
        outcome = yield
        if call.when != "teardown":
            self.set_alarm(self.limit)
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
            self.failed = self.failed or not (report.nodeid in self.may_fail or self.is_canary(report.nodeid))
            facts["text"] = trim(report.longreprtext)
            facts["output"] = trim("".join(text for _, text in report.sections))
            facts["frames"] = getattr(report, "_testtime_frames", [])
            facts["error"] = getattr(report, "_testtime_error", "")
            facts["timeout"] = getattr(report, "_testtime_timeout", False)
            self.hung += bool(facts["timeout"])
        else:
            self.slowest = max(self.slowest, report.duration)
        self.report.say("phase", hold=report.passed, **facts)


def lighten(config, items):
    """Leave out what only a reader of the terminal would miss; the agent's clean run shows whether it is missed."""
    plugins = config.pluginmanager
    unused = ["terminalreporter"]
    names = set().union(*(getattr(item, "fixturenames", ()) for item in items))
    if "caplog" not in names and not config.getini("log_level") and not config.getini("log_cli"):
        unused.append("logging-plugin")
    for name in unused:
        if plugins.hasplugin(name):
            plugins.unregister(name=name)


def describe_briefly(root):
    """Failures as location, line and message: pytest's own representation costs more than most tests do."""
    from _pytest.nodes import Node

    whole = getattr(Node, "_repr_failure_py", None)
    if whole is None:
        return
    owner: object = Node

    def brief(self, excinfo, style=None):
        try:
            lines = []
            for path, line, function in frames(excinfo, root)[-12:]:
                lines.append(f"{path}:{line}: in {function}")
                lines.append("    " + linecache.getline(os.path.join(root, path), line).strip())
            message = excinfo.exconly(tryshort=True)
            return "\n".join(lines + ["E   " + part for part in message.split("\n")[:60]])
        except Exception:
            return whole(self, excinfo, style)

    setattr(owner, whole.__name__, brief)


def restart_capture(config, method):
    """A forked child needs temporary files of its own for what tests print."""
    manager = config.pluginmanager.getplugin("capturemanager")
    if manager is not None:
        manager.stop_global_capturing()
        if method is not None:
            manager._method = method
        manager.start_global_capturing()


def in_project(module, task):
    """Whether a loaded module, or a folder that is a package without code, belongs to the project."""
    places = [getattr(module, "__file__", None)]
    with contextlib.suppress(Exception):
        places += list(getattr(module, "__path__", None) or ())
    return any(isinstance(place, str) and is_project_path(place, task) for place in places)


def is_project_path(path, task):
    """Whether a path lies in the project's tree and not in an environment inside it."""
    if not path.startswith(task["root"].rstrip("/") + "/") and path != task["root"]:
        return False
    inside = any(path.startswith(shown.rstrip("/") + "/") for _, shown in task.get("shown", ()))
    return not inside and "/site-packages/" not in path


def selected(selection, name):
    """Whether ids, classes, files or folders name a test."""
    return any(
        name == wanted or name.startswith((wanted + "::", wanted + "[", wanted.rstrip("/") + "/"))
        for wanted in selection
    )


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
