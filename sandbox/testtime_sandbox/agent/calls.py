# pyright: basic
"""Calls of the project's functions, those that tests make and those near them: with one value changed a little (empty,
one less, one more, reversed, doubled …), that of another call, or one that Hypothesis makes. Python 3.8 or later.
"""

import contextlib
import inspect
import signal
import sys
import typing

from description import describe  # pyright: ignore[reportMissingImports] -- beside this file

MOST_INPUTS, MOST_VALUES = 64, 12
"""Calls made of those noted, values of one parameter."""
CALL_CPU_SECONDS, CALL_WALL_SECONDS = 0.1, 1.5
EXAMPLES = 8
"""Drawn by Hypothesis for each function."""


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
