"""A chat completion gathered from the pieces of a stream, or from one whole answer: both use the same names."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from .strategy import Alternative, ToolCall


class Usage(NamedTuple):
    """Tokens as the server bills them."""

    inputs: int
    outputs: int
    cached: int
    reasoning: int


class Fold:
    """What has come so far of the first choice."""

    def __init__(self) -> None:
        self.text = ""
        self.thought = ""
        """What the model thought aloud, where the server shows it."""
        self.usage: Usage | None = None
        self.model: str | None = None
        self.finish: str | None = None
        self.chosen = False
        """A choice has been seen: this is a chat completion."""
        self.alternatives: tuple[Alternative, ...] = ()
        """What the first token could have been, where the server tells it."""
        self._calls: dict[int, list[str]] = {}

    @classmethod
    def of_json(cls, document: bytes) -> Fold:
        """A whole answer. Raises ValueError for what is no JSON object, with the server's words where it has some."""
        answer: Any = json.loads(document, object_hook=lambda fields: SimpleNamespace(**fields))
        if not isinstance(answer, SimpleNamespace):
            raise ValueError("no JSON object")
        fold = cls()
        fold.take(answer)
        if not fold.chosen and (error := getattr(answer, "error", None)) is not None:
            raise ValueError(str(getattr(error, "message", error)))
        return fold

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The tool calls, complete once the stream has ended."""
        return tuple(ToolCall(call, name, arguments) for _, (call, name, arguments) in sorted(self._calls.items()))

    @property
    def size(self) -> int:
        """Bytes received, which bound the tokens that were shown."""
        calls = sum(len(part) for parts in self._calls.values() for part in parts)
        return len(self.text.encode("utf-8", "replace")) + len(self.thought.encode("utf-8", "replace")) + calls

    def take(self, piece: Any) -> str:
        """One chunk, or a whole completion; gives what it adds to the thinking aloud."""
        self.model = getattr(piece, "model", None) or self.model
        self.usage = _usage(getattr(piece, "usage", None)) or self.usage
        added = ""
        for choice in getattr(piece, "choices", None) or ():
            if getattr(choice, "index", 0):
                continue  # several servers send more choices than were asked for
            message = getattr(choice, "delta", None) or getattr(choice, "message", None)
            self.finish = getattr(choice, "finish_reason", None) or self.finish
            self.alternatives = self.alternatives or _alternatives(getattr(choice, "logprobs", None))
            if message is None:
                continue
            self.chosen = True
            self.text += _plain(getattr(message, "content", None))
            added += _plain(getattr(message, "reasoning_content", None) or getattr(message, "reasoning", None))
            for place, call in enumerate(getattr(message, "tool_calls", None) or ()):
                self._take_call(place, call)
        self.thought += added
        return added

    def _take_call(self, place: int, call: Any) -> None:
        index: Any = getattr(call, "index", None)
        known = self._calls.setdefault(index if isinstance(index, int) else place, ["", "", ""])
        function = getattr(call, "function", None)
        known[0] = getattr(call, "id", None) or known[0]
        known[1] = getattr(function, "name", None) or known[1]
        arguments: Any = getattr(function, "arguments", None)
        known[2] += arguments if isinstance(arguments, str) else ""


def _plain(content: Any) -> str:
    """Text, also where a server sends it as a list of parts."""
    if isinstance(content, list):
        parts = cast("list[Any]", content)
        return "".join(text for part in parts if isinstance(text := getattr(part, "text", None), str))
    return content if isinstance(content, str) else ""


def _alternatives(logprobs: Any) -> tuple[Alternative, ...]:
    """The first token's alternatives; none where a server says nothing, or something else."""
    first: Any = next(iter(getattr(logprobs, "content", None) or ()), None)
    told = [
        Alternative(token, float(logprob))
        for entry in getattr(first, "top_logprobs", None) or ()
        if isinstance(token := getattr(entry, "token", None), str)
        and isinstance(logprob := getattr(entry, "logprob", None), int | float)
    ]
    return tuple(sorted(told, key=lambda alternative: -alternative.logprob))


def _usage(usage: Any) -> Usage | None:
    inputs: Any = getattr(usage, "prompt_tokens", None)
    if not isinstance(inputs, int):
        return None
    outputs: Any = getattr(usage, "completion_tokens", None)
    return Usage(
        inputs,
        outputs if isinstance(outputs, int) else 0,
        _detail(usage, "prompt_tokens_details", "cached_tokens"),
        _detail(usage, "completion_tokens_details", "reasoning_tokens"),
    )


def _detail(usage: Any, group: str, name: str) -> int:
    value: Any = getattr(getattr(usage, group, None), name, 0)
    return value if isinstance(value, int) else 0
