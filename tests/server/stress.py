"""Typing, asking, cancelling and stopping at random while fixes run; what it found out is a value."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

SNIPPETS = ("x", "\n", "é", "😋", "\t", "    pass\n", "\x0c", "\u2028", "'", "def g():\n    ...\n")
FILES = {
    "calc.py": "def add(a, b):\n    return a - b\n\n\ndef double(x):\n    return x * 2\n",
    "greet.py": 'def greet(name):\n    """Greet someone."""\n    return ""\n',
    "test_calc.py": "from calc import add, double\n\n\ndef test_add():\n    assert add(2, 3) == 5\n\n\n"
    "def test_zero():\n    assert add(7, 0) == 7\n\n\ndef test_double():\n    assert double(4) == 8\n",
    "test_greet.py": "from greet import greet\n\n\ndef test_polite():\n    assert greet('Ada') == 'Good evening, Ada.'\n\n\n"
    "def test_other():\n    assert greet('Bob') == 'Good evening, Bob.'\n",
    "scratch.py": "# anything goes here\n",
}
"""A project with one fault that is found soon, one that is searched for until it is stopped, and a file for any text."""


@dataclass
class Tally:
    """What happened. Latencies are seconds from a request to its answer, as the client saw them."""

    latencies: dict[str, list[float]] = field(default_factory=dict)
    typed: list[tuple[str, str]] = field(default_factory=list)
    edits: int = 0
    cancelled: int = 0
    during_jobs: int = 0
    """Steps made while a fix ran."""

    def percentile(self, share: float) -> float:
        every = sorted(value for values in self.latencies.values() for value in values)
        return every[min(len(every) - 1, int(share * len(every)))]


class Stress:
    """One client under stress. `client` is an `EditorClient` with `FILES` as its project."""

    def __init__(self, client: Any, root: Path, seed: int = 0) -> None:
        self.client = client
        self.chance = random.Random(seed)
        self.uris = {name: client.open(root / name) for name in FILES}
        self.tally = Tally()
        self._answers: list[asyncio.Task[None]] = []

    async def run(self, steps: int, pause: float) -> Tally:
        kinds: dict[str, tuple[float, Callable[[], Awaitable[None]]]] = {
            "type": (8, self.type_anywhere),
            "mark": (3, self.type_a_mark),
            "actions": (8, self.ask_actions),
            "lens": (2, self.ask_lenses),
            "complete": (3, self.ask_completions),
            "cancel": (2, self.cancel),
            "stop": (0.4, self.stop),
            "fix": (3, self.fix),
        }
        await self.fix()
        for _ in range(steps):
            name = self.chance.choices(list(kinds), [weight for weight, _ in kinds.values()])[0]
            await kinds[name][1]()
            self.tally.during_jobs += bool(self._open_progress())
            await asyncio.sleep(pause)
        await asyncio.gather(*self._answers)
        await self.client.command("testtime.stop")
        return self.tally

    def _open_progress(self) -> int:
        kinds = [value["kind"] for _, value in self.client.progress]
        return kinds.count("begin") - kinds.count("end")

    async def type_anywhere(self) -> None:
        """Any text at any place of the scratch file, parts of it replaced."""
        uri = self.uris["scratch.py"]
        text = self.client.texts[uri]
        start = self.chance.randrange(len(text) + 1)
        end = min(len(text), start + self.chance.choice((0, 0, 1, 7)))
        self.client.edit(uri, start, end, self.chance.choice(SNIPPETS))
        self.tally.edits += 1

    async def type_a_mark(self) -> None:
        """A comment line into the code that is being repaired."""
        name = self.chance.choice(("calc.py", "greet.py", "test_calc.py"))
        text = self.client.texts[self.uris[name]]
        starts = [0, *(n + 1 for n, character in enumerate(text) if character == "\n")]
        at = self.chance.choice(starts)
        mark = f"# typed {len(self.tally.typed)} 😋\n"
        self.tally.typed.append((self.uris[name], mark))
        self.client.edit(self.uris[name], at, at, mark)
        self.tally.edits += 1
        if self.chance.random() < 0.3:
            self.client.save(self.uris[name])

    async def ask_actions(self) -> None:
        document, place = self._place()
        params = lsp.CodeActionParams(document, lsp.Range(place, place), lsp.CodeActionContext([]))
        self._ask("codeAction", self.client.lsp.text_document_code_action_async(params))

    async def ask_lenses(self) -> None:
        document, _ = self._place()
        self._ask("codeLens", self.client.lsp.text_document_code_lens_async(lsp.CodeLensParams(document)))

    async def ask_completions(self) -> None:
        document, place = self._place()
        params = lsp.CompletionParams(document, place)
        self._ask("completion", self.client.lsp.text_document_completion_async(params))
        context = lsp.InlineCompletionContext(lsp.InlineCompletionTriggerKind.Automatic)
        inline = lsp.InlineCompletionParams(context=context, text_document=document, position=place)
        self._ask("inlineCompletion", self.client.lsp.text_document_inline_completion_async(inline))

    async def cancel(self) -> None:
        """Ask and think better of it."""
        number = f"stress-{len(self._answers)}"
        params = lsp.ExecuteCommandParams(command="testtime.status", arguments=[])
        protocol = self.client.lsp.protocol
        request = protocol.send_request_async(lsp.WORKSPACE_EXECUTE_COMMAND, params, msg_id=number)
        self._ask("cancelled", request)
        await asyncio.sleep(0)
        self.client.lsp.cancel_request(lsp.CancelParams(id=number))
        self.tally.cancelled += 1

    async def stop(self) -> None:
        await self._timed("stop", self.client.command("testtime.stop"))

    async def fix(self) -> None:
        test = self.chance.choice(("test_calc.py::test_add", "test_greet.py::test_polite"))
        effort = self.chance.choice(("medium", "max"))
        await self._timed("fix", self.client.command("testtime.fix", self.uris["calc.py"], [test], effort))

    def _place(self) -> tuple[lsp.TextDocumentIdentifier, lsp.Position]:
        uri = self.chance.choice(list(self.uris.values()))
        line = self.chance.randrange(self.client.texts[uri].count("\n") + 1)
        return lsp.TextDocumentIdentifier(uri), lsp.Position(line, self.chance.randrange(8))

    def _ask(self, kind: str, request: Awaitable[Any]) -> None:
        self._answers.append(asyncio.ensure_future(self._timed(kind, request)))

    async def _timed(self, kind: str, request: Awaitable[Any]) -> None:
        started = time.perf_counter()
        try:
            await request
        except (JsonRpcException, asyncio.CancelledError):
            return
        self.tally.latencies.setdefault(kind, []).append(time.perf_counter() - started)
