# pyright: basic
"""Which lines of the project a test executes, and which types its variables held. Standard library only, Python 3.8+.

`sys.monitoring` (PEP 669) on 3.12 and later: a line that has been seen is switched off until the next test, so a loop
costs one event. Before, a trace function restricted to the project's files.
"""

import sys
import threading
from typing import Any

MOST_TYPES = 6
MOST_FUNCTIONS = 400


class Tracer:
    """`start` before a test, `stop` after it: ({path: [lines]}, [[path, function, {name: [types]}]])."""

    def __init__(self, root, observe=False):
        self.prefix = root.rstrip("/") + "/"
        self.observe = observe
        self.inside = {}
        self.lines = {}
        self.types = {}
        self.monitoring: Any = getattr(sys, "monitoring", None)
        if self.monitoring is not None:
            self._prepare_monitoring()

    def start(self):
        """Begin recording afresh."""
        self.lines = {}
        self.types = {}
        if self.monitoring is not None:
            self.monitoring.restart_events()
            self.monitoring.set_events(self.tool, self.events)
        else:
            threading.settrace(self._call)
            sys.settrace(self._call)

    def stop(self):
        """End recording; what was seen since `start`."""
        if self.monitoring is not None:
            self.monitoring.set_events(self.tool, 0)
        else:
            sys.settrace(None)
            threading.settrace(None)
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

    def _call(self, frame, event, argument):
        code = frame.f_code
        if self._path(code) is None:
            return None
        name = code.co_filename
        seen = self.lines.get(name)
        if seen is None:
            seen = self.lines[name] = set()
        add = seen.add  # the call event stands on the `def` line, which runs at import: it says nothing of the body
        if self.observe:
            self._note(frame)

        def local(frame, event, argument):
            if event == "line":
                add(frame.f_lineno)
            elif event == "return" and self.observe:
                self._note(frame, (argument,))
            return local

        return local

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
        frame = sys._getframe(1)
        if frame.f_code is code:
            self._note(frame, (value,))
        return None
