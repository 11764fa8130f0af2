"""`Sampler`: one reply within the budget. It owns the cascade of models, reserves each reply's worst case before it is
asked for, and settles what it cost, also when the task is cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from .budget import Budget, ReasoningEffort, Reservation, Spend
from .candidate import Rejection
from .model import UnavailableModel
from .model_errors import Aborted, BadReply, ModelError, ToolsRefused
from .strategy import Dialect, Message, Model, Reply, SampleRequest, Watch

REPLY_TOKENS: Mapping[ReasoningEffort | None, int] = {
    None: 4096,
    "minimal": 4096,
    "low": 8192,
    "medium": 16_384,
    "high": 32_768,
}
"""The longest reply that is asked for, thinking included."""
MIN_REPLY_TOKENS, GOOD_REPLY_TOKENS = 256, 2048
"""A reply that must be shorter than the first cannot hold a patch; for the second it is worth waiting."""
MOST_FAILURES = 3
"""Bad replies in a row after which a model is no longer asked."""
MARGIN = 1.25
"""How much more than the last time the same beginning of a prompt may be counted as, by another server behind the same
address.
"""
REMEMBERED = 8


class NotAnswered(Exception):
    """There is no reply: `rejection` says why, `spend` what that has cost."""

    def __init__(self, rejection: Rejection, detail: str, spend: Spend) -> None:
        super().__init__(detail)
        self.rejection = rejection
        self.spend = spend


class Sampler:
    """The models of one repair, cheap to dear, and what they may still cost."""

    def __init__(self, models: Sequence[Model], budget: Budget, reasoning: ReasoningEffort | None = None) -> None:
        """`reasoning` is asked for where a move does not say."""
        self.models = tuple(models)
        self.budget = budget
        self.reasoning: ReasoningEffort | None = reasoning
        self.broke = False
        """Not even the cheapest reply could be asked for without risking a ceiling."""
        self.notes: list[str] = []
        """What the user should know, each said once."""
        self._troubles: dict[int, str] = {}
        self._failures: dict[int, int] = {}
        self._longer: dict[int, int] = {}
        self._known: dict[int, list[tuple[SampleRequest, int]]] = {}
        self._settled = asyncio.Event()
        for place, model in enumerate(self.models):
            if isinstance(model, UnavailableModel):
                self._troubles[place] = str(model.error)
                self._note(str(model.error))

    @property
    def rungs(self) -> tuple[int, ...]:
        """Places in `models` of those that can still be asked."""
        return tuple(place for place in range(len(self.models)) if place not in self._troubles)

    @property
    def trouble(self) -> str:
        """Why no model can be asked any more, in one sentence; empty while one can."""
        return next(iter(self._troubles.values()), "") if self.models and not self.rungs else ""

    @property
    def usable(self) -> bool:
        """Whether a model may still be asked."""
        return bool(self.rungs) and not self.broke

    async def ask(self, rung: int, request: SampleRequest, watch: Watch | None = None, *, replies: int = 1) -> Reply:
        """A reply of the model at that rung, of those that can be asked; without `request.max_tokens` it may be as long
        as replies with patches are. It counts as so many `replies`: 0 for what only prepares one.

        Raises `NotAnswered`, and `ToolsRefused` for a request with tools that can be asked again without.
        """
        if self.trouble:
            raise NotAnswered(Rejection.MODEL, self.trouble, Spend())
        if not self.usable:
            return self._too_dear(self.rungs[0])
        place = self.rungs[min(rung, len(self.rungs) - 1)]
        model = self.models[place]
        reasoning = request.reasoning or self.reasoning
        wanted = request.max_tokens or max(REPLY_TOKENS[reasoning], self._longer.get(place, 0))
        bounded = request.max_tokens > 0
        request = replace(
            request, max_tokens=wanted, reasoning=reasoning, known_input=self._known_input(place, request)
        )
        request, reservation = await self._reserve(model, request, replies)
        if reservation is None:
            return self._too_dear(place)
        try:
            reply = await model.sample(request, watch)
        except ToolsRefused as error:
            self._settle(reservation, error.spend)
            raise
        except ModelError as error:
            self._settle(reservation, error.spend)
            self._failed(place, error)
            raise NotAnswered(Rejection.MODEL, str(error), error.spend or Spend()) from error
        except Aborted as aborted:
            self._settle(reservation, aborted.spend)
            raise
        except asyncio.CancelledError:
            # A server may bill the prompt of an aborted request: count it at its upper bound.
            prompt_price = model.price_bound(replace(request, max_tokens=0))
            tokens = request.input_bound
            self._settle(reservation, Spend(input_tokens=tokens, usd=prompt_price, estimated_tokens=tokens))
            raise
        self._settle(reservation, reply.spend, already_paid=reply.already_paid)
        self._answered(place, request, reply, bounded=bounded)
        return reply

    def dialect(self, rung: int) -> Dialect:
        """How the model at that rung, of those that can be asked, is asked."""
        rungs = self.rungs
        return self.models[rungs[min(rung, len(rungs) - 1)]].dialect if rungs else "blocks"

    def _answered(self, place: int, request: SampleRequest, reply: Reply, *, bounded: bool) -> None:
        """Learn from a reply: how its prompt was counted, and whether it was too short although nobody bounded it."""
        self._failures.pop(place, None)
        if reply.spend.usd is None:
            self._note(
                f"The price of {self.models[place].name} is not known, so a ceiling in USD cannot be kept: "
                f"{self.budget.ceilings.tokens} tokens is what limits it."
            )
        if not reply.spend.estimated_tokens:
            self._known.setdefault(place, []).append((request, reply.spend.input_tokens))
            del self._known[place][:-REMEMBERED]
        if reply.truncated and not bounded:
            self._longer[place] = min(REPLY_TOKENS["high"], 2 * request.max_tokens)

    def _failed(self, place: int, error: ModelError) -> None:
        """Give a model up at once for what no repetition mends, else after several failures in a row."""
        self._failures[place] = self._failures.get(place, 0) + 1
        if not isinstance(error, BadReply) or self._failures[place] >= MOST_FAILURES:
            self._give_up(place, str(error))

    def _too_dear(self, place: int) -> Reply:
        """The reply's worst case would pass a ceiling."""
        why = f"{self.budget.refusal or 'Another reply could pass a ceiling'}."
        if place == self.rungs[0]:
            self.broke = True
        else:
            self._give_up(place, f"{self.models[place].name} is no longer asked. {why}")
        raise NotAnswered(Rejection.BUDGET, why, Spend())

    def _give_up(self, place: int, why: str) -> None:
        self._troubles.setdefault(place, why)
        if self.rungs:
            self._note(why)

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def _known_input(self, place: int, request: SampleRequest) -> int | None:
        """A bound on the prompt's tokens by what the same beginning was billed before, bytes for the rest."""
        bounds: list[int] = []
        for known, tokens in self._known.get(place, ()):
            shared = _shared(known.messages, request.messages)
            if shared and known.tools == request.tools:
                rest = sum(message.size for message in request.messages[shared:])
                bounds.append(int(tokens * MARGIN) + rest + 16)
        return min(bounds, default=None)

    async def _reserve(
        self, model: Model, request: SampleRequest, replies: int
    ) -> tuple[SampleRequest, Reservation | None]:
        """Set the reply's worst case aside, shortened to what is left; waits while replies in flight hold the rest."""
        while True:
            waiting = self.budget.has_reservations
            least = min(GOOD_REPLY_TOKENS if waiting else MIN_REPLY_TOKENS, request.max_tokens)
            tokens = min(request.max_tokens, self.budget.tokens_left - request.input_bound)
            while tokens >= least:
                shorter = replace(request, max_tokens=tokens)
                reservation = self.budget.reserve(request.input_bound + tokens, model.price_bound(shorter), replies)
                if reservation is not None:
                    return shorter, reservation
                tokens //= 2
            if not waiting:
                return request, None
            self._settled.clear()
            await self._settled.wait()

    def _settle(self, reservation: Reservation, spend: Spend | None, *, already_paid: bool = False) -> None:
        """Charge what a reply cost; None gives the reservation back: nothing was billed."""
        if spend is None:
            self.budget.release(reservation)
        else:
            self.budget.settle(reservation, spend, already_paid=already_paid)
        self._settled.set()


def _shared(first: Sequence[Message], second: Sequence[Message]) -> int:
    """How many messages two prompts begin with in common."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count
