"""`Gather`: what a model may look at before it answers. Read-only, counted, capped, and never what must not be sent.

Two protocols say the same: function calls, where the endpoint takes them, and lines of plain text that begin with LOOK.
Both are understood in every reply, whichever was offered: models mix them up.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from .candidate import Problem
from .context import is_secret, trim
from .strategy import Message, Observer, Reply, Tool, ToolCall

MOST_LOOKS = 12
"""Looks of one candidate."""
MOST_TURNS = 6
"""Replies of one candidate before it must answer."""
MOST_SEEN = 4_000
"""Characters that one look shows."""
MOST_LINES = 40
"""Places that a search shows, and tests that a list does times four."""

_TEXT = {"type": "string"}
_NUMBER = {"type": "integer"}


def _tool(name: str, description: str, required: tuple[str, ...], **properties: Any) -> Tool:
    return Tool(name, description, {"type": "object", "properties": properties, "required": list(required)})


READING = (
    _tool("read_file", "Lines of a project file.", ("path",), path=_TEXT, first_line=_NUMBER, last_line=_NUMBER),
    _tool("search", "Places in the project that contain a text, literally.", ("text",), text=_TEXT),
    _tool("list_tests", "The tests of a file or folder, with how they end now.", (), path=_TEXT),
)
RUNNING = (
    _tool("run_test", "Run one test on the unchanged project and see how it fails.", ("test",), test=_TEXT),
    _tool(
        "evaluate",
        "The value of a Python expression, with the names of a project file (the most suspicious one by default).",
        ("expression",),
        expression=_TEXT,
        file=_TEXT,
    ),
)
FIRST_ARGUMENT = {
    "read_file": "path",
    "search": "text",
    "list_tests": "path",
    "run_test": "test",
    "evaluate": "expression",
}

OFFER = "You may call the tools first, to see what you need; then answer with the change."
PLAIN_OFFER = """\
You may look first. To look, answer with nothing but lines of this form, one look a line:
LOOK read_file path/to/file.py 1-80
LOOK search some text
LOOK list_tests tests/
{running}You will be shown the results. When you know enough, answer with the change."""
PLAIN_RUNNING = "LOOK run_test tests/test_x.py::test_y\nLOOK evaluate function(1, 2)\n"
NO_MORE = "You have looked enough. Answer with the change now, in the form asked for, without any further look."

_LOOK = re.compile(r"^[ \t]*`?LOOK[: \t]+(\w+)[ \t]*(.*?)`?[ \t]*$", re.MULTILINE)
_TAGGED = re.compile(r"<tool_call>\s*(\{.*?\})\s*</tool_call>", re.DOTALL)
_LINES = re.compile(r"[ :]+(?:lines? )?(\d+)(?:\s*[-\u2013:]\s*(\d+))?$")


@dataclass(frozen=True)
class Seen:
    """What a look showed: its text, what of which file is in it, and the sandbox's CPU seconds."""

    text: str
    sent: Mapping[str, int] = field(default_factory=dict[str, int])
    cpu_seconds: float = 0.0


def calls_in(reply: Reply) -> tuple[ToolCall, ...]:
    """The looks that a reply asks for, in whichever form it does."""
    if reply.calls:
        return reply.calls
    plain = [ToolCall("", match[1], match[2]) for match in _LOOK.finditer(reply.text)]
    for match in _TAGGED.finditer(reply.text):
        try:
            call = json.loads(match[1])
        except ValueError:
            continue
        if isinstance(call.get("name"), str):
            plain.append(ToolCall("", call["name"], json.dumps(call.get("arguments", {}))))
    return tuple(plain)


def has_asked(text: str) -> bool:
    """Whether a plain reply has named its looks and goes on with something else: results that it makes up."""
    lines = text.split("\n")
    asked = [number for number, line in enumerate(lines[:-1]) if _LOOK.match(line)]
    after = [line.strip(" \t`") for line in lines[asked[-1] + 1 :]] if asked else []
    return any(line and not "LOOK".startswith(line[:4]) for line in after)


class Looks:
    """The looks of one candidate. `observer` None: what would execute is not offered."""

    def __init__(self, problem: Problem, observer: Observer | None) -> None:
        self._problem = problem
        self._observer = observer
        self.taken: list[str] = []
        """Every look so far, as in `read_file calc.py`."""
        self._known: dict[tuple[str, str], Seen] = {}

    @property
    def tools(self) -> tuple[Tool, ...]:
        """What is offered as functions."""
        return (*READING, *RUNNING) if self._observer is not None else READING

    @property
    def plain_offer(self) -> str:
        """The same in words."""
        return PLAIN_OFFER.format(running=PLAIN_RUNNING if self._observer is not None else "")

    @property
    def left(self) -> int:
        """Looks that may still be taken."""
        return MOST_LOOKS - len(self.taken)

    async def take(self, call: ToolCall) -> Seen:
        """What a call shows, or why it shows nothing: a bad call is an answer too."""
        if self.left < 1:
            return Seen(NO_MORE)
        arguments = _arguments(call)
        key = (call.name, json.dumps(arguments, sort_keys=True))
        self.taken.append(f"{call.name} {' '.join(str(value) for value in arguments.values())}".strip()[:120])
        if key in self._known:
            return Seen("You have seen this already; it has not changed.")
        seen = await self._look(call.name, arguments)
        self._known[key] = seen
        return seen

    async def _look(self, name: str, arguments: Mapping[str, object]) -> Seen:
        first = FIRST_ARGUMENT.get(name)
        if first is None or name not in {tool.name for tool in self.tools}:
            return Seen(f"There is no tool {name!r}; there are: {', '.join(tool.name for tool in self.tools)}.")
        value = str(arguments.get(first) or "").strip()
        if not value and name != "list_tests":
            return Seen(f"{name} needs {first!r}.")
        match name:
            case "read_file":
                return self._read(value, arguments.get("first_line"), arguments.get("last_line"))
            case "search":
                return self._search(value)
            case "list_tests":
                return self._list_tests(value)
            case "run_test":
                return await self._run_test(value)
            case _:
                return await self._evaluate(value, str(arguments.get("file") or ""))

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _text(self, path: str) -> str | None:
        """A file's text; None for what is no text file of the project, or must not be sent."""
        if path not in self._problem.snapshot.files or is_secret(self._problem, path):
            return None
        try:
            return self._problem.snapshot.read(path)
        except UnicodeDecodeError:
            return None

    def _read(self, named: str, first: object, last: object) -> Seen:
        path, lines = named, _LINES.search(named)
        if lines is not None and named not in self._problem.snapshot.files:
            path, first, last = named[: lines.start()], lines[1], lines[2] or lines[1]
        path = path.strip("`'\"").removeprefix("./")
        text = self._text(path)
        if text is None:
            return Seen(f"{path} can't be shown: it is no text file of the project, or is not to be sent to a model.")
        whole = text.splitlines()
        start, end = max(1, _number(first, 1)), min(len(whole), _number(last, len(whole)))
        shown = trim("\n".join(whole[start - 1 : end]), MOST_SEEN)
        return Seen(f"{path}, lines {start}-{end} of {len(whole)}:\n{shown}", {path: len(shown)})

    def _search(self, wanted: str) -> Seen:
        found: list[str] = []
        sent: dict[str, int] = {}
        for path in sorted(self._problem.snapshot.files):
            text = self._text(path)
            if text is None or wanted.lower() not in text.lower():
                continue
            for number, line in enumerate(text.splitlines(), start=1):
                if wanted.lower() in line.lower() and len(found) < MOST_LINES:
                    found.append(f"{path}:{number}: {line.strip()[:200]}")
                    sent[path] = sent.get(path, 0) + len(line)
        if not found:
            return Seen(f"No file of the project contains {wanted[:80]!r}.")
        return Seen(trim("\n".join(found), MOST_SEEN), sent)

    def _list_tests(self, path: str) -> Seen:
        results = self._problem.baseline.results
        inside = [test for test in results if not path or test.startswith(path.removeprefix("./").rstrip("/"))]
        lines = [f"{test} {results[test].outcome.value}" for test in inside[: 4 * MOST_LINES]]
        if len(inside) > len(lines):
            lines.append(f"… and {len(inside) - len(lines)} more")
        return Seen(trim("\n".join(lines), MOST_SEEN) or f"There is no test in {path!r}.")

    # ── running ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _run_test(self, named: str) -> Seen:
        results = self._problem.baseline.results
        tests = [test for test in results if test == named] or [test for test in results if test.endswith(f"::{named}")]
        if len(tests) != 1:
            return Seen(f"{len(tests)} tests are called {named!r}: give a full id, as list_tests shows them.")
        return await self._observe(tests[0], {})

    async def _evaluate(self, expression: str, file: str) -> Seen:
        target = self._problem.targets[0].split("::")[0]
        folder = target.rpartition("/")[0]
        path = f"{folder}/{PROBE}" if folder else PROBE
        suspects = [suspect.path for suspect in self._problem.suspicious]
        modules = _modules(file or next(iter(suspects), ""))
        try:
            tree = ast.parse(expression)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return Seen(f"That is no Python expression: {error}")
        names = sorted(_dotted(tree))
        text = PROGRAM.format(modules=modules, names=names, expression=expression)
        return await self._observe(f"{path}::test_look", {path: text})

    async def _observe(self, test: str, texts: Mapping[str, str]) -> Seen:
        """Run a test in the box, with the files that must not be sent emptied: nothing in it can show them."""
        assert self._observer is not None
        hidden = {path: "" for path in self._problem.snapshot.files if is_secret(self._problem, path)}
        observation = await self._observer.observe(test, {**hidden, **texts})
        result = observation.result
        if result is None:
            return Seen(f"It did not run.\n{trim(observation.output, MOST_SEEN)}", cpu_seconds=observation.cpu_seconds)
        said = result.output.partition(MARK)[2] if texts else ""
        if texts:
            text = said or f"{result.outcome.value} {result.message}"
        else:
            text = f"{test} {result.outcome.value}: {result.message}\n{result.traceback}\n{result.output}"
        return Seen(trim(text.strip(), MOST_SEEN), cpu_seconds=observation.cpu_seconds)


PROBE = "test_testtime_look.py"
MARK = "testtime looked: "
PROGRAM = f"""\
import importlib


def test_look():
    space = {{{{}}}}
    for name in {{modules!r}}:
        try:
            space.update(vars(importlib.import_module(name)))
        except Exception:
            continue
        break
    for name in {{names!r}}:
        root, *parts = name.split(".")
        for length in range(len(parts) + 1):
            try:
                module = importlib.import_module(".".join([root, *parts[:length]]))
            except Exception:
                break
            if not length:
                space.setdefault(root, module)
    text = {{expression!r}}
    try:
        try:
            code = compile(text, "<look>", "eval")
        except SyntaxError:
            print({MARK!r}, end="")
            exec(compile(text, "<look>", "exec"), space)
        else:
            value = repr(eval(code, space))
            print({MARK!r} + value)
    except Exception as error:
        print({MARK!r} + type(error).__name__ + ": " + str(error))
    assert False, "looked"
"""
"""A test whose output is the value. It stands beside the target test, so that it imports as that one does."""


def _dotted(tree: ast.AST) -> set[str]:
    """Names and dotted names in an expression, builtins left out: any may be a module."""
    known = set(dir(builtins))
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute))
    dotted = {ast.unparse(node) for node in nodes}
    return {name for name in dotted if re.fullmatch(r"\w+(\.\w+)*", name) and name.split(".")[0] not in known}


def _modules(path: str) -> list[str]:
    """Names under which a file may be importable, longest first: `src/pkg/mod.py` is `pkg.mod` in most layouts."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    return [
        ".".join(parts[start:]) for start in range(len(parts)) if all(part.isidentifier() for part in parts[start:])
    ]


def _arguments(call: ToolCall) -> dict[str, object]:
    """A call's arguments: the JSON object meant, or the whole text as the one argument there must be."""
    try:
        parsed: object = json.loads(call.arguments or "{}")
    except ValueError:
        parsed = call.arguments
    if isinstance(parsed, dict):
        return cast("dict[str, object]", parsed)
    return {FIRST_ARGUMENT.get(call.name, "argument"): parsed}


def _number(value: object, default: int) -> int:
    try:
        return int(str(value))
    except ValueError:
        return default


def answered(calls: tuple[ToolCall, ...], reply: Reply, results: tuple[str, ...]) -> tuple[Message, ...]:
    """The turns that tell a model what its looks showed, in the protocol it used."""
    if reply.calls:
        tools = [Message("tool", text, call_id=call.id) for call, text in zip(calls, results, strict=True)]
        return (Message("assistant", reply.text, calls=calls), *tools)
    told = "\n\n".join(f"{call.name} {call.arguments}\n{text}" for call, text in zip(calls, results, strict=True))
    asked = "\n".join(f"LOOK {call.name} {call.arguments}" for call in calls)
    return (Message("assistant", asked), Message("user", told))
