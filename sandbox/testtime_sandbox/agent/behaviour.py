# pyright: basic
"""What several changes of one project do when they are called: the same calls, one forked child per change.

A child of the warm screen comes here with the first change swapped in. It runs the tests once more and notes what they
hand to the changed function, or to the project's functions where the changes lie in several; varies that (empty, one
less, one more, reversed, doubled …); and forks a child per change that makes every call and describes what came of it
in texts without addresses. Values never leave the box, only these texts. The examples in the changed functions'
docstrings are held against each change as well: they are tests that nobody runs. Python 3.8 or later.
"""

import contextlib
import copy
import doctest
import inspect
import io
import json
import os
import random
import select
import signal
import sys
import time
import types
import typing

from description import MOST_TEXT, TooMuch, describe, mark  # pyright: ignore[reportMissingImports] -- beside this file

MOST_CALLS, MOST_INPUTS, MOST_VALUES = 24, 64, 12
"""Calls noted, calls made of them, values of one parameter."""
MOST_ITEMS = 60
"""Taken of a generator."""
CALL_CPU_SECONDS, CALL_WALL_SECONDS = 0.1, 1.5
MOST_ENDLESS = 3
"""Calls that do not end, after which a change is asked no more."""
EXAMPLE_CPU_SECONDS, EXAMPLE_WALL_SECONDS = 0.3, 2.0
"""For all the examples in docstrings."""
EXAMPLES = 8
"""Drawn by Hypothesis for each function."""
NEVER_ENDS = "does not end"


class OutOfTime(BaseException):
    """A call has had its time."""


class Call:
    """A function by module file and qualified name, and what it is called with."""

    def __init__(self, place, code, values):
        self.place = place
        self.code = code
        self.values = values

    def replaced(self, name, value):
        """The same call with another value of one parameter."""
        return Call(self.place, self.code, dict(self.values, **{name: value}))

    @property
    def names(self):
        """Its plain parameters, `self` and `cls` aside."""
        code = self.code
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        return [name for name in names if name not in ("self", "cls")]

    def arguments(self):
        """Positional and named arguments."""
        code = self.code
        plain, named = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
        args = [self.values[name] for name in code.co_varnames[:plain]]
        kwargs = {name: self.values[name] for name in code.co_varnames[plain:named]}
        if code.co_flags & inspect.CO_VARARGS:
            args += self.values[code.co_varnames[named]]
            named += 1
        if code.co_flags & inspect.CO_VARKEYWORDS:
            kwargs.update(self.values[code.co_varnames[named]])
        return args, kwargs

    def text(self):
        """As a reader would write it, near enough."""
        args, kwargs = self.arguments()
        shown = [describe(value)[1] for value in args]
        owner, _, name = self.place[1].rpartition(".")
        if self.code.co_varnames[:1] == ("self",) and shown:
            holder = shown.pop(0)
            name = owner if name == "__init__" else holder + "." + name
        elif owner:
            name = owner + "." + name
            shown = shown[1:] if self.code.co_varnames[:1] == ("cls",) else shown
        shown += [key + "=" + describe(value)[1] for key, value in kwargs.items()]
        return name + "(" + ", ".join(shown) + ")"


def compare(code, task, request, run_tests):
    """{"calls": [text], "answers": [[answer or None, ...] or None, ...], "examples": [[held, broken] or None, ...]}: an
    answer is [mark of the result, its text, mark of what the call left behind, its text]; held is how many examples of
    docstrings are as they say, broken the first that is not, [what is called, what it says, what comes], or None. A
    change that could not be tried has None.
    """
    deadline = time.monotonic() + request["seconds"]
    changes = request["compare"]
    units = {code.place(path, change) for changed in changes for path, change in changed.items()}
    wanted = next(iter(units)) if len(units) == 1 and None not in units else None
    functions = [thing for place in sorted(filter(None, units)) for thing in code.at(place)]
    documented = [function for function in functions if ">>>" in (function.__doc__ or "")]
    examples = [example_check(code, changed, documented, deadline) if documented else None for changed in changes]
    if code.swap(changes[0]) is not None:
        return {"calls": [], "answers": [None] * len(changes), "examples": examples}
    recorder = Recorder(code, wanted, test_files(task))
    recorder.record(run_tests)
    calls = inputs(code, recorder.calls)
    texts = [call.text()[:MOST_TEXT] for call in calls]
    answers = []
    for number, changed in enumerate([*changes, changes[0]]):  # the first once more: what is chance or left by others
        share = (deadline - time.monotonic()) / (len(changes) + 1 - number)
        answers.append(tried(code, changed, calls, time.monotonic() + share))
    again = answers.pop()
    if again is None or answers[0] is None:
        return {"calls": [], "answers": [None] * len(changes), "examples": examples}
    stable = [n for n in range(len(calls)) if answers[0][n] is not None and answers[0][n] == again[n]]
    return {
        "calls": [texts[n] for n in stable],
        "answers": [None if row is None else [row[n] for n in stable] for row in answers],
        "examples": examples,
    }


def test_files(task):
    """Absolute paths of the files that hold the tests."""
    return {os.path.join(task["root"], test.split("::")[0]) for test in [*task["targets"], *task["witnesses"]]}


# ── what the tests hand over ─────────────────────────────────────────────────────────────────────────────────────


class Recorder:
    """Notes calls of one function (file, first line), or of all that test files call themselves where that is None."""

    def __init__(self, code, wanted, tests):
        self.code = code
        self.wanted = wanted
        self.tests = tests
        self.calls = []
        self.seen = set()
        self.frames = {}

    def record(self, run_tests):
        """Run the tests with an eye on the calls."""
        sys.setprofile(self.notice)
        try:
            run_tests()
        finally:
            sys.setprofile(None)

    def notice(self, frame, event, argument):
        """Note one call."""
        if event != "call":
            return
        code = frame.f_code
        if not self.is_wanted(code, frame.f_back) or id(frame) in self.frames:
            return
        self.frames[id(frame)] = frame  # kept, or its number would be another's
        with contextlib.suppress(Exception):
            count = code.co_argcount + code.co_kwonlyargcount
            count += bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
            space = frame.f_locals
            values = {name: space[name] for name in code.co_varnames[:count]}
            place = self.code.qualified(code, values)
            call = Call(place, code, values)
            mark = (place, describe(values)[0])
            if mark not in self.seen:
                self.seen.add(mark)
                call.values = copy.deepcopy(values)
                self.calls.append(call)
        if len(self.calls) >= MOST_CALLS or len(self.frames) > 20 * MOST_CALLS:
            sys.setprofile(None)

    def is_wanted(self, code, caller):
        """Whether a call of this code is to be noted: not one that the function makes of itself."""
        if self.wanted is not None:
            return (code.co_filename, code.co_firstlineno) == self.wanted and (
                caller is None or caller.f_code is not code
            )
        return (
            code.co_filename in self.code.modules
            and code.co_filename not in self.tests
            and not code.co_name.startswith("<")
            and bool(code.co_flags & inspect.CO_OPTIMIZED)
            and caller is not None
            and caller.f_code.co_filename in self.tests
        )


# ── more of the same ─────────────────────────────────────────────────────────────────────────────────────────────


def inputs(code, calls):
    """The calls noted, then as many variations as there is room for: each call's in turn."""
    waiting = [variations(code, call, calls) for call in calls]
    chosen, seen = [], set()

    def add(call):
        with contextlib.suppress(Exception):
            mark = (call.place, describe(call.values)[0])
            if mark not in seen:
                seen.add(mark)
                chosen.append(call)

    for call in calls:
        add(call)
    while waiting and len(chosen) < MOST_INPUTS:
        for variation in list(waiting):
            call = next(variation, None)
            if call is None:
                waiting.remove(variation)
            elif len(chosen) < MOST_INPUTS:
                add(call)
    return chosen


def variations(code, call, calls):
    """Calls with one value changed: a little, for None where that is allowed, for one of another call, or for one that
    Hypothesis makes of the annotations where the project uses it.
    """
    function = code.resolve(call.place)
    others = [other for other in calls if other is not call and other.place == call.place]
    sources = []
    for name in call.names:
        optional = function is not None and takes_none(function, name)
        own = list(varied(call.values[name]))[:MOST_VALUES] + ([None] if optional else [])
        sources.append([call.replaced(name, value) for value in own])
        sources.append([call.replaced(name, other.values[name]) for other in others[:4]])
    sources.append(list(generated(function, call)) if function is not None and call is calls[0] else [])
    for number in range(max(map(len, sources))):
        for source in sources:
            if number < len(source):
                yield source[number]


def varied(value):
    """Values near this one, the plainest first."""
    if isinstance(value, bool):
        yield not value
    elif type(value) is int:
        yield from (value + 1, value - 1, 0, 1, -value, 2 * value)
    elif type(value) is float:
        yield from (value + 1, value - 1, 0.0, -value, value / 2)
    elif type(value) in (str, bytes, list, tuple):
        yield from (value[:0], value[:-1], value[1:], value[::-1], value + value, value[:1], value + value[-1:])
        if type(value) in (list, tuple) and value:
            kind = type(value)
            with contextlib.suppress(TypeError):
                yield kind(sorted(value))
            for part in list(varied(value[-1]))[:4]:
                yield value[:-1] + kind([part])
            for part in list(varied(value[0]))[:3]:
                yield kind([part]) + value[1:]
        elif type(value) is str:
            yield from (value.swapcase(), value + " ", " " + value)
    elif type(value) is dict:
        items = list(value.items())
        yield from ({}, dict(items[:-1]), dict(items[1:]), dict(items[::-1]))
        for key, part in items[:2]:
            for other in list(varied(part))[:3]:
                yield dict(value, **{key: other}) if isinstance(key, str) else {**value, key: other}
    elif type(value) in (set, frozenset):
        yield type(value)()
        with contextlib.suppress(TypeError):
            yield type(value)(sorted(value)[1:])


def takes_none(function, name):
    """Whether a parameter is None by default, or its annotation says that it may be."""
    with contextlib.suppress(Exception):
        parameter = inspect.signature(function, follow_wrapped=False).parameters[name]
        said = parameter.annotation
        text = said if isinstance(said, str) else repr(said)
        return parameter.default is None or (said is not parameter.empty and ("None" in text or "Optional" in text))
    return False


def generated(function, call):
    """Calls whose annotated values Hypothesis makes; none where the project has not imported it, which takes long."""
    hints = getattr(function, "__annotations__", {})
    names = [name for name in call.names if name in hints]
    hypothesis: typing.Any = sys.modules.get("hypothesis")
    if not names or hypothesis is None:
        return []
    made = []
    with contextlib.suppress(Exception, OutOfTime), limited(4 * CALL_CPU_SECONDS, 8 * CALL_WALL_SECONDS):
        strategies = hypothesis.strategies
        known = typing.get_type_hints(function)

        @hypothesis.settings(
            database=None,
            derandomize=True,
            max_examples=EXAMPLES,
            deadline=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(strategies.fixed_dictionaries({name: strategies.from_type(known[name]) for name in names}))
        def draw(values):
            made.append(Call(call.place, call.code, dict(call.values, **values)))

        draw()
    return made


# ── what a call comes to ─────────────────────────────────────────────────────────────────────────────────────────


def tried(code, changed, calls, deadline):
    """A change's answers, from a child of its own; None when it has none."""

    def answers():
        endless = 0
        for call in calls:
            found = answer(code.resolve(call.place), call)
            yield found
            endless += found is not None and found[1] == NEVER_ENDS
            if endless == MOST_ENDLESS:
                break

    rows = with_change(code, changed, answers, deadline)
    return rows + [None] * (len(calls) - len(rows)) if rows else None


def with_change(code, changed, found, deadline):
    """What `found` yields in a child that has the change swapped in, as far as it comes in time."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(read)
            code.restore()
            if code.swap(changed) is None:
                for row in found():
                    os.write(write, (json.dumps(row) + "\n").encode("ascii"))
        finally:
            os._exit(0)
    os.close(write)
    data = b""
    while True:
        ready, _, _ = select.select([read], [], [], max(0.0, deadline - time.monotonic()))
        piece = os.read(read, 1 << 16) if ready else b""
        if not piece:
            break
        data += piece
    os.close(read)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return [json.loads(line) for line in data.split(b"\n")[:-1]]


# ── what docstrings say ──────────────────────────────────────────────────────────────────────────────────────────


def example_check(code, changed, functions, deadline):
    """[how many examples of the functions' docstrings hold, the first that does not or None]; None where not known."""

    def check():
        held, broken = 0, None
        try:
            with limited(EXAMPLE_CPU_SECONDS, EXAMPLE_WALL_SECONDS):
                for function in functions:
                    finder = doctest.DocTestFinder(recurse=False)
                    for test in finder.find(function, "docstring", module=False, globs=dict(function.__globals__)):
                        doctest.DebugRunner(verbose=False).run(test)
                        held += len(test.examples)
        except doctest.DocTestFailure as failure:
            broken = failure.example.source, failure.example.want, failure.got
        except doctest.UnexpectedException as failure:
            kind = failure.exc_info[0]
            if kind is OutOfTime:
                return
            broken = failure.example.source, failure.example.want, "raises " + kind.__name__
        except (ValueError, OutOfTime):  # no examples after all, or too slow ones
            return
        yield [held, broken and [text.strip()[:MOST_TEXT] for text in broken]]

    rows = with_change(code, changed, check, deadline)
    return rows[0] if rows else None


@contextlib.contextmanager
def limited(cpu_seconds, wall_seconds):
    """`OutOfTime` after so many seconds, told apart by its argument: "cpu" or "wall"."""

    def stop(number, frame):
        raise OutOfTime("cpu" if number == signal.SIGPROF else "wall")

    signal.signal(signal.SIGPROF, stop)
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds, cpu_seconds)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds, wall_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def answer(function, call):
    """What a call gives and leaves behind; None when that cannot be told."""
    if function is None:
        return None
    printed = io.StringIO()
    try:
        values = copy.deepcopy(call.values)
        args, kwargs = Call(call.place, call.code, values).arguments()
        random.seed(0)
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            try:
                with limited(CALL_CPU_SECONDS, CALL_WALL_SECONDS):
                    result = describe(finished(function(*args, **kwargs)))
            except OutOfTime as late:
                return [mark(NEVER_ENDS), NEVER_ENDS, "", ""] if late.args == ("cpu",) else None
            except TooMuch:
                return None
            except (Exception, SystemExit) as error:
                raised = "raises " + type(error).__name__
                result = raised, raised
        left = describe(values)
        text = printed.getvalue()
        seen = "prints " + repr(text) if text else "leaves " + describe(list(values.values()))[1]
        return [mark(result[0]), result[1][:MOST_TEXT], mark(left[0] + text), seen[:MOST_TEXT]]
    except (Exception, OutOfTime):
        return None


def finished(result):
    """A result that is only a promise, kept: items of a generator, the value of a coroutine."""
    if inspect.iscoroutine(result):
        import asyncio  # here: the agent starts without

        return asyncio.run(result)
    if isinstance(result, (types.GeneratorType, map, filter, zip)):
        return [item for item, _ in zip(result, range(MOST_ITEMS))]
    return result
