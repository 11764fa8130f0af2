"""`Generator`: what turns a move into a patch. It owns the models, the prompts and what is reserved for each reply."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from .budget import Budget, Reservation, Spend
from .candidate import Candidate, Critique, Draft, Gather, Mutate, Problem, Rejection, Repair
from .model import Aborted, ModelError
from .prompt import Prompt, critique_messages, draft_messages, repair_messages
from .reply import ReplyError, parse_reply
from .strategy import Model, Reply, SampleRequest
from .syntax import Tried

MAX_REPLY_TOKENS = 4096
MIN_REPLY_TOKENS = 256
"""A reply that must be shorter than this cannot hold a patch: it is not asked for."""


class Generator:
    """Makes patches for one repair. `models` is the cascade, cheap to dear; `tried` is what the loop has judged."""

    def __init__(self, problem: Problem, models: Sequence[Model], budget: Budget, tried: Tried) -> None:
        self.problem = problem
        self.models = tuple(models)
        self.budget = budget
        self.tried = tried
        self.sent: dict[str, int] = {}
        """Path → characters of it that were put into prompts."""
        self.trouble = ""
        """Why no model can be used any more, in one sentence."""
        self.broke = False
        """A reply could no longer be asked for without risking a ceiling."""
        self._settled = asyncio.Event()

    @property
    def name(self) -> str | None:
        """The models' names as shown to the user, None without any."""
        return ", ".join(model.name for model in self.models) or None

    @property
    def usable(self) -> bool:
        """Whether a model may still be asked."""
        return bool(self.models) and not self.trouble and not self.broke

    async def generate(self, candidate: Candidate) -> Candidate:
        """The candidate with its patch and cost, or the rejection that came instead. A cancelled reply counts too."""
        match candidate.move:
            case Mutate(patch=patch):
                return replace(candidate, patch=patch)
            case Draft(variant=variant, critique=critique):
                prompt = draft_messages(self.problem, variant, critique.reply if critique else "")
            case Gather(variant=variant):
                prompt = draft_messages(self.problem, variant)
            case Repair(parent=parent):
                prompt = repair_messages(self.problem, parent)
            case Critique(parents=parents):
                prompt = critique_messages(self.problem, parents)
        move = candidate.move
        temperature = None if isinstance(move, Critique) else move.temperature
        request = SampleRequest(prompt.messages, MAX_REPLY_TOKENS, temperature, reasoning=move.reasoning)
        candidate, reply = await self._sample(candidate, self._model(move.model), prompt, request)
        if reply is None:
            return candidate
        candidate = replace(candidate, reply=reply.text)
        if isinstance(move, Critique):
            return replace(candidate, rejection=Rejection.NO_PATCH)
        try:
            return replace(candidate, patch=parse_reply(reply.text, self.problem))
        except ReplyError as error:
            return replace(candidate, rejection=Rejection.UNPARSABLE, detail=str(error))

    def _model(self, rung: int) -> Model:
        """The cascade's model at `rung`, the dearest there is when it has no such rung."""
        return self.models[min(rung, len(self.models) - 1)]

    async def _sample(
        self, candidate: Candidate, model: Model, prompt: Prompt, request: SampleRequest
    ) -> tuple[Candidate, Reply | None]:
        """Ask within the budget: the candidate with its cost, and the reply unless it was rejected."""
        request, reservation = await self._reserve(model, request)
        if reservation is None:
            self.broke = True
            detail = f"{self.budget.refusal or 'Another reply could pass a ceiling'}."
            return replace(candidate, rejection=Rejection.BUDGET, detail=detail), None
        for path, characters in prompt.sent.items():
            self.sent[path] = self.sent.get(path, 0) + characters
        try:
            reply = await model.sample(request)
        except ModelError as error:
            self._settle(reservation, error.spend)
            self.trouble = str(error)
            return replace(candidate, rejection=Rejection.MODEL, detail=str(error)), None
        except Aborted as aborted:
            self._settle(reservation, aborted.spend)
            raise
        except asyncio.CancelledError:
            # The server may bill the prompt of an aborted request: count it at its upper bound.
            prompt_price = model.price_bound(replace(request, max_tokens=0))
            self._settle(reservation, Spend(input_tokens=request.input_bound, usd=prompt_price))
            raise
        self._settle(reservation, reply.spend)
        return replace(candidate, spend=candidate.spend + reply.spend), reply

    async def _reserve(self, model: Model, request: SampleRequest) -> tuple[SampleRequest, Reservation | None]:
        """Set the reply's worst case aside, shortened to what is left; waits while replies in flight hold the rest."""
        while True:
            room = self.budget.tokens_left - request.input_bound
            shorter = replace(request, max_tokens=min(request.max_tokens, room))
            if shorter.max_tokens >= MIN_REPLY_TOKENS:
                reservation = self.budget.reserve(request.input_bound + shorter.max_tokens, model.price_bound(shorter))
                if reservation is not None:
                    return shorter, reservation
            if not self.budget.has_reservations:
                return shorter, None
            self._settled.clear()
            await self._settled.wait()

    def _settle(self, reservation: Reservation, spend: Spend | None) -> None:
        """Charge what a reply cost; None gives the reservation back: nothing was billed."""
        if spend is None:
            self.budget.release(reservation)
        else:
            self.budget.settle(reservation, spend)
        self._settled.set()
