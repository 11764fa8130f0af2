# pyright: basic
"""The warm screen: tests collected once, then a forked child per candidate with the changed functions swapped in.

A child of the warm agent that has collected the targets' files comes here. Lines on the channel, a Unix socket, are
candidates `{"id", "changes": {path: [start, end, text]}}`, characters that give way to a text, several of them to be
compared `{"id", "compare": [changes], "seconds"}` (`behaviour.py`), or `{"cancel": id}`; back go lines with what was
found. A child never reports more than a reason to reject: what passes here is judged from outside in the ordinary way.
Python 3.8 or later.
"""

import __future__

import ast
import contextlib
import gc
import json
import os
import re
import select
import signal
import sys
import threading
import time
import types

import behaviour  # pyright: ignore[reportMissingImports] -- found beside this file, which is run as a program
import runner  # pyright: ignore[reportMissingImports]

CO_OPTIMIZED = 1
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
        self.code = LiveCode(task["root"])
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


class LiveCode:
    """The project's functions as they live in this process, found once before any fork."""

    def __init__(self, root):
        self.root = root
        self.sources = {}
        self.functions = {}
        self.find()
        self.reloaded = set()
        self.modules = {}
        prefix = root.rstrip("/") + "/"
        for module in list(sys.modules.values()):
            name = getattr(module, "__file__", None)
            if isinstance(name, str) and name.startswith(prefix):
                self.modules[name] = module

    def find(self):
        """Look for the project's functions, and keep the code that they have now; those already known stay."""
        prefix = self.root.rstrip("/") + "/"
        for thing in gc.get_objects():
            if isinstance(thing, types.FunctionType) and thing.__code__.co_filename.startswith(prefix):
                code = thing.__code__
                self.functions.setdefault((code.co_filename, code.co_name, code.co_firstlineno), []).append(thing)
        self.codes = [(thing, thing.__code__) for found in self.functions.values() for thing in found]

    def restore(self):
        """Undo a swap."""
        for function, code in self.codes:
            function.__code__ = code
        for path in self.reloaded:
            source = self.sources[path]
            reload(self.modules[source.name], source.whole(source.text))
        if self.reloaded:
            self.find()

    def place(self, path, change):
        """(file, first line) of the function that a change lies in; None outside all."""
        source = self.sources[path]
        unit = source.unit(change[0], change[1])
        return None if unit is None else (source.name, unit[2])

    def at(self, place):
        """The functions that begin at (file, first line)."""
        found = [things for (name, _, line), things in self.functions.items() if (name, line) == place]
        return [thing for things in found for thing in things]

    def qualified(self, code, values):
        """(file, qualified name) of the function that is called with these values. Raises LookupError."""
        found = self.functions.get((code.co_filename, code.co_name, code.co_firstlineno))
        if found:
            return code.co_filename, found[0].__qualname__
        owners = [type(values["self"])] if "self" in values else [values["cls"]] if "cls" in values else []
        name = ".".join([owner.__qualname__ for owner in owners] + [code.co_name])
        if self.resolve((code.co_filename, name)) is None:
            raise LookupError(name)
        return code.co_filename, name

    def resolve(self, place):
        """The plain function of that name as it is now, without what decorates it; None when there is none."""
        thing = self.modules.get(place[0])
        for name in place[1].split("."):
            space = getattr(thing, "__dict__", {})
            thing = space.get(name)
        for _ in range(8):
            inner = getattr(thing, "__wrapped__", None) or getattr(thing, "__func__", None)
            inner = inner or getattr(thing, "fget", None)
            if inner is None:
                break
            forget = getattr(thing, "cache_clear", None)
            if forget is not None:
                forget()
            thing = inner
        return thing if isinstance(thing, types.FunctionType) else None

    def prepare(self, changes):
        """Before the fork: read and compile what the candidates of a function have in common."""
        for path, (start, end, _) in changes.items():
            source = self.sources.get(path)
            if source is None:
                source = self.sources[path] = Source(os.path.join(self.root, path))
            source.before(start, end)

    def swap(self, changes):
        """Put new sources in place of the modules' own; None when done, else why it cannot be told here."""
        for path, (start, end, text) in changes.items():
            source = self.sources[path]
            module = self.modules.get(source.name)
            if module is None:
                return "not imported when the tests were collected"
            before = source.before(start, end)
            after = source.after(start, end, text)
            changed = []
            if after is not None and pair(before, after, changed) and all(self.replace(*codes) for codes in changed):
                continue
            self.reloaded.add(path)
            reload(module, compile(source.changed(start, end, text), source.name, "exec", dont_inherit=True))
        return None

    def replace(self, old, new):
        """Give every live function of code `old` the code `new`."""
        found = self.functions.get((old.co_filename, old.co_name, old.co_firstlineno), [])
        for function in found:
            if len(function.__code__.co_freevars) != len(new.co_freevars):
                return False
            function.__code__ = new
        for one, other in zip(nested(old), nested(new)):  # closures that were made at import live on their own
            if one.co_name == other.co_name:
                self.replace(one, other)
        return bool(found)


class Source:
    """A module's text, of which one function can be compiled by itself: a large module takes a tenth of a second."""

    def __init__(self, name):
        self.name = name
        with open(name, encoding="utf-8", newline="") as stream:
            self.text = stream.read()
        tree = ast.parse(self.text, name)
        self.flags = 0
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                for alias in node.names:
                    self.flags |= getattr(__future__, alias.name).compiler_flag
        self.starts = [0]
        for line in re.findall(r"[^\r\n]*(?:\r\n|\r|\n)", self.text):
            self.starts.append(self.starts[-1] + len(line))
        self.units = list(self.find(tree.body, ()))
        self.compiled = {}

    def find(self, body, classes):
        """(start, end, line, classes around it) of each function that is in no other function."""
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from self.find(node.body, (*classes, node.name))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                line = min([node.lineno] + [decorator.lineno for decorator in node.decorator_list])
                last = max(getattr(part, "end_lineno", 0) or 0 for part in ast.walk(node))
                end = self.starts[last] if last < len(self.starts) else len(self.text)
                yield self.starts[line - 1], end, line, classes

    def before(self, start, end):
        """The code of the function that holds these characters, else of the whole module, as it was."""
        unit = self.unit(start, end)
        if unit not in self.compiled:
            self.compiled[unit] = self.compile(unit, self.text[unit[0] : unit[1]]) if unit else self.whole(self.text)
        return self.compiled[unit]

    def after(self, start, end, text):
        """The same with the change in it; None when it can't be compiled so."""
        unit = self.unit(start, end)
        if unit is None:
            return self.whole(self.changed(start, end, text))
        try:
            return self.compile(unit, self.text[unit[0] : start] + text + self.text[end : unit[1]])
        except (SyntaxError, ValueError):
            return None

    def changed(self, start, end, text):
        """The whole text with the change in it."""
        return self.text[:start] + text + self.text[end:]

    def whole(self, text):
        """A module's code."""
        return compile(text, self.name, "exec", dont_inherit=True)

    def unit(self, start, end):
        """The function that a change lies in: not at its very end, where a new statement may belong to what follows."""
        return next((unit for unit in self.units if unit[0] <= start and end < unit[1]), None)

    def compile(self, unit, text):
        """A function's text as it would be compiled where it stands: same classes, same line, same future."""
        _, _, line, classes = unit
        depth = len(classes)
        if depth >= line or (classes and not text[:1].isspace()):
            raise ValueError("no room for the classes around it")
        heads = "".join(" " * level + "class " + name + ":\n" for level, name in enumerate(classes))
        return compile("\n" * (line - 1 - depth) + heads + text, self.name, "exec", self.flags, True)


def nested(code):
    """The code objects of what is defined inside."""
    return [const for const in code.co_consts if isinstance(const, types.CodeType)]


def pair(old, new, changed):
    """Walk two code trees in step; collect functions that differ. False when what runs at import differs."""
    inner_old, inner_new = nested(old), nested(new)
    if len(inner_old) != len(inner_new) or plain(old) != plain(new):
        return False
    for one, other in zip(inner_old, inner_new):
        if one.co_name != other.co_name:
            return False
        if one.co_flags & CO_OPTIMIZED:
            if not same(one, other):
                changed.append((one, other))
        elif not pair(one, other, changed):
            return False
    return True


def plain(code):
    """What a code object does itself, nested code left out."""
    consts = tuple("code" if isinstance(c, types.CodeType) else (type(c).__name__, repr(c)) for c in code.co_consts)
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_flags, consts


def same(one, other):
    """Whether two functions' code does the same, nested code and all."""
    inner = nested(one), nested(other)
    return (
        plain(one) == plain(other)
        and getattr(one, "co_exceptiontable", b"") == getattr(other, "co_exceptiontable", b"")
        and len(inner[0]) == len(inner[1])
        and all(same(a, b) for a, b in zip(*inner))
    )


def reload(module, code):
    """Run the new module in the old one's place, and let everybody who holds an old function or class have the new."""
    old = dict(module.__dict__)
    exec(code, module.__dict__)
    renewed = {}
    for name, value in module.__dict__.items():
        before = old.get(name)
        if before is not None and before is not value and getattr(before, "__module__", None) == module.__name__:
            renewed[id(before)] = (before, value)
    for other in list(sys.modules.values()):
        space = getattr(other, "__dict__", None)
        if other is module or not isinstance(space, dict):
            continue
        for name, value in list(space.items()):
            if id(value) in renewed and renewed[id(value)][0] is value:
                space[name] = renewed[id(value)][1]
            elif name in old and value is old[name] and name in module.__dict__ and name.isupper():
                space[name] = module.__dict__[name]
