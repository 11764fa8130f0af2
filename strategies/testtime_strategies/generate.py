"""`Generator`: what turns a move into a patch. It owns the prompts, what was put into them, and what failed before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .budget import Budget, ReasoningEffort
from .candidate import Candidate, Critique, Draft, Gather, Mutate, Problem, Rejection, Repair
from .context import Context
from .enough import Enough
from .prompt import Prompt, critique_messages, draft_messages, lessons_of, repair_messages
from .reply import ReplyError, parse_reply
from .sampler import NotAnswered, Sampler
from .strategy import Model, Reply, SampleRequest, Watch
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
    ) -> None:
        self.problem = problem
        self.tried = tried
        self.sampler = Sampler(models, budget, reasoning)
        self.sent: dict[str, int] = {}
        """Path → characters of it that were put into prompts."""
        self._context = Context(problem)
        self._judged: list[Candidate] = []

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
        enough = Enough(self.problem, self.tried)
        try:
            return await self._ask(candidate, move, self._prompt(move), enough)
        except NotAnswered as error:
            spend = candidate.spend + error.spend
            return replace(candidate, spend=spend, rejection=error.rejection, detail=str(error))

    async def _ask(
        self, candidate: Candidate, move: Draft | Repair | Critique | Gather, prompt: Prompt, enough: Enough
    ) -> Candidate:
        """One reply, read."""
        watch = None if isinstance(move, Critique) else enough
        reply = await self._sample(move, prompt, watch)
        candidate = replace(candidate, spend=candidate.spend + reply.spend, reply=reply.text)
        if isinstance(move, Critique):
            return replace(candidate, rejection=Rejection.NO_PATCH)
        return self._read(candidate, reply)

    def _prompt(self, move: Draft | Repair | Critique | Gather) -> Prompt:
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

    async def _sample(self, move: Draft | Repair | Critique | Gather, prompt: Prompt, watch: Watch | None) -> Reply:
        temperature = None if isinstance(move, Critique) else move.temperature
        request = SampleRequest(prompt.messages, 0, temperature, reasoning=move.reasoning)
        was_sent = True
        try:
            return await self.sampler.ask(move.model, request, watch)
        except NotAnswered as error:
            was_sent = error.rejection is not Rejection.BUDGET
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
