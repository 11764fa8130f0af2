"""`Generator`: what turns a move into a patch. It owns the prompts, what was put into them, and what failed before."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from .budget import Budget, ReasoningEffort, Spend
from .candidate import Candidate, Critique, Draft, Gather, Mutate, Problem, Rejection, Repair
from .completion import ALTERNATIVES, LOOKS, Place, branch_prompt, branches, completion_prompt, looks
from .context import Context
from .enough import Enough
from .gather import MOST_TURNS, NO_MORE, OFFER, Looks, answered, calls_in, has_asked
from .model_errors import ToolsRefused
from .prompt import Prompt, critique_messages, draft_messages, lessons_of, repair_messages
from .reply import ReplyError, parse_reply
from .sampler import NotAnswered, Sampler
from .strategy import Alternative, Message, Model, Observer, Reply, SampleRequest, Tool, Watch
from .syntax import Tried


class Generator:
    """Makes patches for one repair. `models` is the cascade, cheap to dear; `tried` is what the loop has judged."""

    def __init__(
        self,
        problem: Problem,
        models: Sequence[Model],
        budget: Budget,
        tried: Tried,
        *,
        reasoning: ReasoningEffort | None = None,
        observer: Observer | None = None,
    ) -> None:
        """`observer` runs what a `Gather` asks to see run; without it, it can only read."""
        self.problem = problem
        self.tried = tried
        self.sampler = Sampler(models, budget, reasoning)
        self.sent: dict[str, int] = {}
        """Path → characters of it that were put into prompts."""
        self._context = Context(problem)
        self._observer = observer
        self._takes_no_tools = False
        self._judged: list[Candidate] = []
        self._corrections = 0
        self._unseen: list[tuple[Place, Prompt]] | None = None
        """Where a small model was not yet asked what it would write."""
        self._seen: list[tuple[Place, tuple[Alternative, ...]]] = []
        self._taken: set[Place] = set()
        self._looking = asyncio.Lock()

    @property
    def models(self) -> tuple[Model, ...]:
        """The models that can still be asked, cheap to dear."""
        return tuple(self.sampler.models[rung] for rung in self.sampler.rungs)

    @property
    def name(self) -> str | None:
        """The models' names as shown to the user, None without any."""
        return ", ".join(model.name for model in self.sampler.models) or None

    @property
    def trouble(self) -> str:
        """Why no model can be used any more, in one sentence."""
        return self.sampler.trouble

    @property
    def broke(self) -> bool:
        """A reply could no longer be asked for without risking a ceiling."""
        return self.sampler.broke

    @property
    def usable(self) -> bool:
        """Whether a model may still be asked."""
        return self.sampler.usable

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of the models, in sentences."""
        return tuple(self.sampler.notes)

    def hear(self, candidate: Candidate) -> None:
        """A candidate has been judged: later prompts tell what it ruled out."""
        self._judged.append(candidate)

    async def generate(self, candidate: Candidate) -> Candidate:
        """The candidate with its patch and cost, or the rejection that came instead. A cancelled reply counts too."""
        move = candidate.move
        if isinstance(move, Mutate):
            self.tried.add_mutation(move.patch, move.path, move.line)
            return replace(candidate, patch=move.patch)
        try:
            if isinstance(move, Gather):
                return await self._gather(candidate, move)
            return await self._ask(candidate, move)
        except NotAnswered as error:
            spend = candidate.spend + error.spend
            return replace(candidate, spend=spend, rejection=error.rejection, detail=str(error))

    async def _ask(self, candidate: Candidate, move: Draft | Repair | Critique) -> Candidate:
        """One reply, read."""
        if isinstance(move, Draft) and move.branch and self._completes(move):
            prompt, spend = await self._branch(move)
            candidate = replace(candidate, spend=candidate.spend + spend)
        else:
            prompt = self._prompt(move)
        watch = None if isinstance(move, Critique) or prompt.limit else Enough(self.problem, self.tried)
        reply = await self._sample(move, prompt, watch)
        candidate = replace(candidate, spend=candidate.spend + reply.spend, reply=reply.text)
        if isinstance(move, Critique):
            return replace(candidate, rejection=Rejection.NO_PATCH)
        return self._read(candidate, reply)

    async def _gather(self, candidate: Candidate, move: Gather) -> Candidate:
        """Replies that may look, until one answers, or has looked as often as it may. Each counts as a sample."""
        looks = Looks(self.problem, self._observer)
        prompt = self._prompt(move)
        native = not self._takes_no_tools
        for turn in range(MOST_TURNS):
            may_look = turn + 1 < MOST_TURNS and looks.left > 0 and self.sampler.budget.samples_left > 1
            try:
                reply, native = await self._turn(move, prompt, looks, native=native, may_look=may_look)
            except NotAnswered as error:
                spend = candidate.spend + error.spend
                return replace(candidate, spend=spend, rejection=error.rejection, detail=str(error))
            candidate = replace(candidate, spend=candidate.spend + reply.spend, reply=reply.text)
            calls = calls_in(reply)
            if not calls:
                read = self._read(candidate, reply)
                if read.patch is not None or turn or not native or not may_look:
                    return read
                native = False  # neither tools nor a patch: it may understand plain words
                continue
            if not may_look:
                break
            seen = [await looks.take(call) for call in calls]
            cost = Spend(sandbox_cpu_seconds=sum(look.cpu_seconds for look in seen))
            self.sampler.budget.charge(cost)
            told = answered(calls, reply, tuple(look.text for look in seen))
            prompt = Prompt((*prompt.messages, *told), dict(sum((Counter(look.sent) for look in seen), Counter[str]())))
            candidate = replace(candidate, spend=candidate.spend + cost, looks=tuple(looks.taken))
        detail = f"It went on looking instead of answering, and was stopped after {len(looks.taken)} looks."
        return replace(candidate, rejection=Rejection.UNPARSABLE, detail=detail)

    async def _turn(
        self, move: Gather, prompt: Prompt, looks: Looks, *, native: bool, may_look: bool
    ) -> tuple[Reply, bool]:
        """One reply of a gathering, and whether the endpoint takes function calls."""
        if native:
            offer = OFFER if may_look else NO_MORE
            asked = replace(prompt, messages=(*prompt.messages, Message("user", offer)))
            try:
                return await self._sample(move, asked, Enough(self.problem, self.tried), looks.tools), True
            except ToolsRefused:
                self._takes_no_tools = True
        enough = Enough(self.problem, self.tried)
        offer = looks.plain_offer if may_look else NO_MORE
        asked = replace(prompt, messages=(*_in_plain_words(prompt.messages), Message("user", offer)))
        return await self._sample(move, asked, lambda text, thought: enough(text, thought) or has_asked(text)), False

    def _prompt(self, move: Draft | Repair | Critique | Gather) -> Prompt:
        if isinstance(move, Draft | Repair) and self._completes(move):
            prompt = self._completion(move)
            if prompt is not None:
                return prompt
        lessons = lessons_of(self.problem, self._judged)
        match move:
            case Draft(variant=variant, critique=critique):
                said = critique.reply if critique else ""
                return draft_messages(self._context, variant, critique=said, lessons=lessons)
            case Gather(variant=variant):
                return draft_messages(self._context, variant, lessons=lessons)
            case Repair(parent=parent):
                lessons = lessons_of(self.problem, [other for other in self._judged if other.id != parent.id])
                return repair_messages(self._context, parent, lessons=lessons)
            case Critique(parents=parents):
                return critique_messages(self._context, parents)

    def _completes(self, move: Draft | Repair) -> bool:
        """Whether the model that is asked only goes on from code."""
        return self.sampler.dialect(move.model) == "completion"

    async def _branch(self, move: Draft) -> tuple[Prompt, Spend]:
        """The prompt for the likeliest branch that was not taken, and what it has cost to look for it, which counts as
        no reply; a draw at random where there is none.
        """
        async with self._looking:
            spend = await self._look(move)
            place = next((place for place in branches(self._seen) if place not in self._taken), None)
            if place is None:
                return self._prompt(move), spend
            self._taken.add(place)
            return branch_prompt(self._context, place), spend

    async def _look(self, move: Draft) -> Spend:
        """See what the model would write at the next places, and say what that has cost."""
        if self._unseen is None:
            self._unseen = looks(self._context)
        asked, self._unseen = self._unseen[:LOOKS], self._unseen[LOOKS:]
        for _, prompt in asked:
            self._count(prompt.sent)
        requests = [SampleRequest(prompt.messages, prompt.limit, 0.0, alternatives=ALTERNATIVES) for _, prompt in asked]
        replies = await asyncio.gather(
            *(self.sampler.ask(move.model, request, replies=0) for request in requests), return_exceptions=True
        )
        spend = Spend()
        for (place, _), reply in zip(asked, replies, strict=True):
            if not isinstance(reply, Reply | NotAnswered):
                raise reply
            spend += reply.spend
            if isinstance(reply, Reply):
                self._seen.append((place, reply.alternatives))
        return spend

    def _completion(self, move: Draft | Repair) -> Prompt | None:
        """The prompt for a model that only goes on from code."""
        if isinstance(move, Draft):
            return completion_prompt(self._context, move.variant)
        self._corrections += 1  # as a variant: two of them would begin their answers alike otherwise
        return completion_prompt(self._context, self._corrections - 1, move.parent)

    async def _sample(
        self,
        move: Draft | Repair | Critique | Gather,
        prompt: Prompt,
        watch: Watch | None,
        tools: tuple[Tool, ...] = (),
    ) -> Reply:
        temperature = None if isinstance(move, Critique) else move.temperature
        request = SampleRequest(
            prompt.messages,
            prompt.limit,
            0.0 if prompt.greedy else temperature,
            seed=prompt.seed,
            reasoning=move.reasoning,
            tools=tools,
            stop=prompt.stop,
        )
        was_sent = True
        try:
            reply = await self.sampler.ask(move.model, request, watch)
            return replace(reply, text=prompt.complete(reply.text))
        except NotAnswered as error:
            was_sent = error.rejection is not Rejection.BUDGET
            raise
        except ToolsRefused:
            was_sent = False  # it is asked again in plain words
            raise
        finally:
            if was_sent:
                self._count(prompt.sent)

    def _count(self, sent: Mapping[str, int]) -> None:
        for path, characters in sent.items():
            self.sent[path] = self.sent.get(path, 0) + characters

    def _read(self, candidate: Candidate, reply: Reply) -> Candidate:
        """The candidate with the patch that a reply holds."""
        try:
            return replace(candidate, patch=parse_reply(reply.text, self.problem))
        except ReplyError as error:
            why = f"The reply was cut off at its limit of tokens. {error}" if reply.truncated else str(error)
            return replace(candidate, rejection=Rejection.UNPARSABLE, detail=why)


def _in_plain_words(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """A conversation without function calls, for an endpoint that turned out to take none in the middle of it."""
    plain: list[Message] = []
    for message in messages:
        if message.role == "tool":
            plain.append(Message("user", message.content))
        elif message.calls:
            asked = "\n".join(f"LOOK {call.name} {call.arguments}" for call in message.calls)
            plain.append(Message("assistant", asked))
        else:
            plain.append(message)
    return tuple(plain)
