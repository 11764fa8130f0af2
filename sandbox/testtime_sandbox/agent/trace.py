# pyright: basic
"""Which lines of the project a test executes, and which types its variables held. Standard library only, Python 3.8+.

`sys.monitoring` (PEP 669) on 3.12 and later: a line that has been seen is switched off until the next test, so a loop
costs one event. Before, a trace function restricted to the project's files, which leaves functions and loops alone once
they have shown nothing new for long: then only what happens very seldom is missed, and a test does not take for ever.
"""

import sys
import threading
from typing import Any

MOST_TYPES = 6
MOST_FUNCTIONS = 400
MOST_NOTES = 12
"""Calls of one function in one test whose variables are looked at."""
STALE_CALLS, STALE_LINES = (40, 4000), (1000, 40000)
"""Calls of a function, and lines of one call, without anything new until they are left alone: (usual, exact)."""


class Tracer:
    """`start` before a test, `stop` after it: ({path: [lines]}, [[path, function, {name: [types]}]])."""

    def __init__(self, root, observe=False):
        self.prefix = root.rstrip("/") + "/"
        self.observe = observe
        self.exact = False
        self.inside = {}
        self.lines = {}
        self.types = {}
        self.noted = {}
        self.codes = {}
        self.fresh = {}
        self.monitoring: Any = getattr(sys, "monitoring", None)
        if self.monitoring is not None:
            self._prepare_monitoring()

    def start(self, exact=False):
        """Begin recording afresh."""
        self.exact = exact
        self.lines = {}
        self.types = {}
        self.noted = {}
        self.fresh = {}
        if self.monitoring is not None:
            self.monitoring.restart_events()
            self.monitoring.set_events(self.tool, self.events)
        else:
            trace = self._make_trace()
            threading.settrace(trace)
            sys.settrace(trace)

    def stop(self):
        """End recording; what was seen since `start`."""
        if self.monitoring is not None:
            self.monitoring.set_events(self.tool, 0)
        else:
            sys.settrace(None)
            threading.settrace(None)
            for key, (missing, _) in self.fresh.items():
                code, lines = self.codes[key]
                self.lines.setdefault(code.co_filename, set()).update(lines - missing)
        lines = {self.inside[name]: sorted(seen) for name, seen in self.lines.items()}
        types = [
            [path, function, {n: sorted(t) for n, t in names.items()}] for (path, function), names in self.types.items()
        ]
        return lines, types

    def _path(self, code):
        """Root-relative path of a code object, or None outside the project."""
        name = code.co_filename
        try:
            return self.inside[name]
        except KeyError:
            inside = name.startswith(self.prefix) and "/site-packages/" not in name
            path = self.inside[name] = name[len(self.prefix) :] if inside else None
            return path

    def _note(self, frame, extra=None):
        """Record the types of a frame's variables."""
        code = frame.f_code
        key = (self.inside[code.co_filename], getattr(code, "co_qualname", code.co_name))
        names = self.types.get(key)
        if names is None:
            if len(self.types) >= MOST_FUNCTIONS:
                return
            names = self.types[key] = {}
        for name, value in list(frame.f_locals.items()) + ([("return", extra[0])] if extra else []):
            seen = names.setdefault(name, set())
            if len(seen) < MOST_TYPES:
                seen.add(type(value).__name__)

    # before 3.12

    def _make_trace(self):
        """The trace function of one test. Its variables are cells, since it runs at every call."""
        inside, codes, fresh, noted = self.inside, self.codes, self.fresh, self.noted
        most_calls, most_lines = STALE_CALLS[self.exact], STALE_LINES[self.exact]
        observe, note, path_of = self.observe, self._note, self._path

        def trace_call(frame, event, argument):
            code = frame.f_code
            path = inside.get(code.co_filename, inside)
            if path is None:
                return None
            if path is inside and path_of(code) is None:
                return None
            key = id(code)
            state = fresh.get(key)
            if state is None:
                if key not in codes:
                    codes[key] = code, lines_of(code)  # the code is kept, or its id would be another's
                state = fresh[key] = [set(codes[key][1]), 0]
            missing = state[0]
            looks = observe and noted.get(key, 0) < MOST_NOTES
            if looks:
                noted[key] = noted.get(key, 0) + 1
                note(frame)
            elif not missing:
                return None
            state[1] += 1
            if state[1] > most_calls and not looks:
                return None
            stale = 0

            def trace_line(frame, event, argument):
                nonlocal stale
                if event == "line":
                    line = frame.f_lineno
                    if line in missing:
                        missing.discard(line)
                        stale = state[1] = 0
                    else:
                        stale += 1
                    if not missing or stale > most_lines:
                        frame.f_trace_lines = False
                elif event == "return":
                    missing.discard(frame.f_lineno)  # behind a loop that was left alone
                    if looks:
                        note(frame, (argument,))
                return trace_line

            return trace_line

        return trace_call

    # 3.12 and later

    def _prepare_monitoring(self):
        monitoring = self.monitoring
        self.tool = next(number for number in (4, 3, 2, 1, 0) if monitoring.get_tool(number) is None)
        monitoring.use_tool_id(self.tool, "testtime")
        self.events = monitoring.events.LINE
        monitoring.register_callback(self.tool, monitoring.events.LINE, self._line)
        if self.observe:
            self.events |= monitoring.events.PY_RETURN
            monitoring.register_callback(self.tool, monitoring.events.PY_RETURN, self._returned)

    def _line(self, code, line):
        if self._path(code) is not None:
            self.lines.setdefault(code.co_filename, set()).add(line)
        return self.monitoring.DISABLE

    def _returned(self, code, offset, value):
        if self._path(code) is None:
            return self.monitoring.DISABLE
        key = id(code)
        self.noted[key] = noted = self.noted.get(key, 0) + 1
        frame = sys._getframe(1)
        if frame.f_code is code:
            self._note(frame, (value,))
        return self.monitoring.DISABLE if noted >= MOST_NOTES else None


def lines_of(code):
    """The lines that a function's code has, the `def` line aside: it runs at import and says nothing of the body."""
    if hasattr(code, "co_lines"):
        lines = {line for _, _, line in code.co_lines() if line}
    else:
        import dis

        lines = {line for _, line in dis.findlinestarts(code) if line}
    if len(lines) > 1:
        lines.discard(code.co_firstlineno)
    return lines
