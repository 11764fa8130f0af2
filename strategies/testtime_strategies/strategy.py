"""The seams of this part: `Model`, `Verifier`, `Observer`, `Comparer` and `Strategy`, each small enough to fake."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from testtime_sandbox.patch import Patch
from testtime_sandbox.verdict import Comparison, Observation, TestId, Verdict

from .budget import ReasoningEffort, Spend
from .candidate import Candidate, Move, Problem


@dataclass(frozen=True)
class Tool:
    """A function that a model may call; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class ToolCall:
    """A call as the model wrote it: `arguments` is meant to be JSON and may be anything."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Message:
    """One chat message. `calls` belong to an assistant, `call_id` says which of them a tool's message answers."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""

    @property
    def size(self) -> int:
        """Bytes, which bound its tokens: no tokeniser makes more, the template's own aside."""
        calls = sum(len(call.name) + len(call.arguments.encode()) + 64 for call in self.calls)
        return len(self.content.encode("utf-8", "replace")) + calls + 16


@dataclass(frozen=True)
class SampleRequest:
    """What is asked of a model: `max_tokens` caps the reply, reasoning included. A last message that is the assistant's
    own is an answer begun for it.
    """

    messages: tuple[Message, ...]
    max_tokens: int
    temperature: float | None = None
    seed: int | None = None
    reasoning: ReasoningEffort | None = None
    tools: tuple[Tool, ...] = ()
    stop: tuple[str, ...] = ()
    """Texts that end the reply, not part of it."""
    alternatives: int = 0
    """So many of the likeliest first tokens are to be told; 0 none."""
    known_input: int | None = None
    """A tighter bound on the prompt's tokens than its bytes are, when one is known."""

    @property
    def input_bound(self) -> int:
        """An upper bound on the prompt's tokens."""
        tools = sum(len(json.dumps(asdict(tool))) + 32 for tool in self.tools)
        bound = sum(message.size for message in self.messages) + tools + 16
        return bound if self.known_input is None else min(bound, self.known_input)


class Alternative(NamedTuple):
    """A token that the reply could have begun with, and the natural logarithm of its probability."""

    token: str
    logprob: float


@dataclass(frozen=True)
class Reply:
    """A model's answer with what it cost; `spend` is recorded before `text` is looked at."""

    text: str
    spend: Spend
    model: str
    truncated: bool = False
    """The reply hit `max_tokens`."""
    calls: tuple[ToolCall, ...] = ()
    cut: bool = False
    """The stream was ended by `watch`, or broke, with a patch already complete."""
    already_paid: bool = False
    """It was asked for and billed in an earlier run: it counts for this repair, and not once more for the day."""
    alternatives: tuple[Alternative, ...] = ()
    """The likeliest first tokens, likeliest first, where they were asked for and the server tells them."""


Dialect = Literal["blocks", "completion"]
"""How a model is asked for a patch: by rules and a format, or by code that it goes on from, which is all that a small
one understands.
"""

Watch = Callable[[str, str], bool]
"""Told of a stream (the text so far, what was newly thought aloud); True ends it: nothing more is needed."""


class Model(Protocol):
    """Anything that completes a chat. Raises `model_errors.ModelError` once its own retries are used up."""

    @property
    def name(self) -> str:
        """The model's name as shown to the user."""
        ...

    @property
    def dialect(self) -> Dialect:
        """How it is asked."""
        ...

    async def sample(self, request: SampleRequest, watch: Watch | None = None) -> Reply:
        """One reply. Cancelling the task aborts the request, with `model.Aborted` where its cost is known."""
        ...

    def price_bound(self, request: SampleRequest) -> float | None:
        """The most that `request` can cost in USD, or None when the price is unknown."""
        ...


def converses(models: Sequence[Model]) -> bool:
    """Whether there is more to ask of them than completions."""
    return any(model.dialect == "blocks" for model in models)


class Verifier(Protocol):
    """Anything that judges a patch by the project's own tests."""

    async def verify(self, patch: Patch, *, confirm: bool = False) -> Verdict:
        """Judge `patch`: screen, targets, then regression; with `confirm`, the whole definition of verified.

        A patch that fails is a value; only a broken sandbox raises (`SandboxError`). Cancelling the task kills
        every process it started. Safe to call concurrently.
        """
        ...


class Observer(Protocol):
    """Anything that can run one test of the unpatched project, for its output."""

    async def observe(self, test: TestId, texts: Mapping[str, str]) -> Observation:
        """How `test` ends with `texts` (root-relative path → text) laid over the snapshot."""
        ...


class Comparer(Protocol):
    """Anything that can tell what several patches do when the functions that they change are called."""

    async def compare(self, patches: Sequence[Patch], *, seconds: float) -> Comparison:
        """What `patches`, which pass the tests, do with calls like those of the tests, within `seconds` (wall). Empty
        where that cannot be found out.
        """
        ...


State = TypeVar("State")


@dataclass(frozen=True)
class Room:
    """What is left to spend, as told to a strategy: it has no clock of its own."""

    moves: int
    """How many moves can start now."""
    samples: int
    """Model replies left; 0 when there is no model."""
    seconds: float
    elapsed: float
    rounds: int
    """Self-correction rounds allowed along one chain."""
    tokens: int
    """Neither spent nor reserved for a reply in flight."""
    usd: float
    """USD neither spent nor reserved; replies of an unknown price leave it as it is."""
    models: int
    """Rungs of the cascade of models, the cheapest 0; 0 when there is no model."""
    converses: bool = True
    """The models can correct and explain themselves and call functions; without, more drafts are all that pays."""


class Strategy(Protocol[State]):
    """A pure policy: frozen configuration, its state a separate value. No I/O, no clock, no randomness but `seed`."""

    def start(self, problem: Problem, seed: int) -> State:
        """The state before any move."""
        ...

    def ask(self, state: State, room: Room) -> tuple[State, tuple[Move, ...]]:
        """Up to `room.moves` moves to start now. None while nothing is in flight ends the repair."""
        ...

    def tell(self, state: State, candidate: Candidate) -> State:
        """Hear what became of a move. Called once per move asked for, in the order they end; idempotent."""
        ...

    def why(self, state: State) -> str:
        """Why it asks for no move although there was room, in a sentence without a full stop; empty when it has
        simply nothing left to try.
        """
        ...
