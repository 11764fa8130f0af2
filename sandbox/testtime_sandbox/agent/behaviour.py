# pyright: basic
"""What several changes of one project do when they are called: the same calls, one forked child per change.

A child of the warm screen comes here with the first change swapped in. It runs the tests once more and notes what they
hand to the changed function, or to the project's functions where the changes lie in several; varies that (`calls.py`);
and forks a child per change that makes every call and describes what came of it in texts without addresses. Values
never leave the box, only these texts. The examples in the changed functions' docstrings are held against each change as
well: they are tests that nobody runs. Python 3.8 or later.
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

from calls import (  # pyright: ignore[reportMissingImports] -- beside this file
    CALL_CPU_SECONDS,
    CALL_WALL_SECONDS,
    Call,
    OutOfTime,
    inputs,
    limited,
)
from description import MOST_TEXT, TooMuch, describe, mark  # pyright: ignore[reportMissingImports] -- beside this file

MOST_CALLS = 24
"""Noted of the tests."""
MOST_ITEMS = 60
"""Taken of a generator."""
MOST_ENDLESS = 3
"""Calls that do not end, after which a change is asked no more."""
EXAMPLE_CPU_SECONDS, EXAMPLE_WALL_SECONDS = 0.3, 2.0
"""For all the examples in docstrings."""
NEVER_ENDS = "does not end"


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
