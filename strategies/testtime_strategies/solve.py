"""`solve`: the one loop. It owns budget, concurrency, cancellation and events; the strategy only says what to try."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from testtime_sandbox.patch import Patch
from testtime_sandbox.verdict import Judgement, Stage, Verdict

from .budget import Allowance, Budget, Ceilings, EffortName, ReasoningEffort, Spend
from .candidate import Candidate, Move, Mutate, Outcome, Problem, Rejection, Stopped
from .events import CandidateJudged, Confirming, Listener, MoveStarted, RepairEnded, RepairStarted
from .evidence import Strength, grade
from .examine import Examiner
from .generate import Generator
from .minimise import hunks, minimised
from .strategy import Comparer, Model, Observer, Room, Strategy, Verifier, converses
from .syntax import Tried, syntax_error

SLOTS_PER_WORKER = 2
"""Moves in flight per test worker: one is judged while the next is made."""


async def solve(
    problem: Problem,
    strategy: Strategy[Any],
    verifier: Verifier,
    models: Sequence[Model],
    *,
    effort: EffortName,
    ceilings: Ceilings,
    listener: Listener,
    elapsed: float = 0.0,
    workers: int = 2,
    seed: int = 0,
    allowance: Allowance | None = None,
    observer: Observer | None = None,
    comparer: Comparer | None = None,
    reasoning: ReasoningEffort | None = None,
    to_the_end: bool = False,
) -> Outcome:
    """Search for a patch that `verifier` confirms, within `ceilings` and what `allowance` grants. `models` is the
    cascade, cheap to dear; `reasoning` is asked of them where a move does not say. `observer` runs what a move wants
    to see run, `comparer` tells passing candidates apart.

    `to_the_end` goes on after a verified fix for as long as the strategy does, to measure; the first is the outcome's.
    `elapsed` is the wall seconds already used (the baseline). Cancelling the task cancels every move in flight.
    Raises `SandboxError` when the sandbox itself breaks; everything else is in the outcome.
    """
    run = _Run(
        problem,
        verifier,
        models,
        budget=Budget(ceilings, allowance),
        effort=effort,
        listener=listener,
        elapsed=elapsed,
        workers=workers,
        observer=observer,
        reasoning=reasoning,
    )
    listener(RepairStarted(problem, ceilings, run.generator.name))
    # A strategy that makes mutations computes: in a thread, so that whoever else uses the event loop is answered.
    state = await asyncio.to_thread(strategy.start, problem, seed)
    fix: Candidate | None = None
    try:
        async with asyncio.timeout(max(0.0, ceilings.seconds - elapsed)):
            while True:
                state, moves = await asyncio.to_thread(strategy.ask, state, run.room())
                run.start(moves)
                if not run.in_flight:
                    return run.outcome(fix, why=strategy.why(state))
                for candidate in await run.judged():
                    state = strategy.tell(state, candidate)
                    if candidate.verdict is not None and candidate.verdict.verified:
                        if to_the_end:
                            fix = fix or candidate
                            continue
                        fix = candidate
                        fix = await run.likeliest(fix)
                        fix = await run.smallest(fix)
                        fix, strength = await run.examined(fix, strategy, state, comparer)
                        return run.outcome(fix, strength=strength)
    except TimeoutError:
        await run.cancel()  # what the replies in flight have used belongs to the outcome
        if fix is None:
            return run.outcome(None, timed_out=True)
        return run.outcome(fix, strength=Strength(0, 0, cut_short=True))  # verified in time, if not looked at closely
    finally:
        await run.cancel()


class _Run:
    """One repair under way: the moves in flight, what they cost, and everything already tried."""

    def __init__(
        self,
        problem: Problem,
        verifier: Verifier,
        models: Sequence[Model],
        *,
        budget: Budget,
        effort: EffortName,
        listener: Listener,
        elapsed: float,
        workers: int,
        observer: Observer | None,
        reasoning: ReasoningEffort | None,
    ) -> None:
        self.problem = problem
        self.verifier = verifier
        self.budget = budget
        self.tried = Tried()
        self.generator = Generator(problem, models, budget, self.tried, reasoning=reasoning, observer=observer)
        self.effort: EffortName = effort
        self.listener = listener
        self.slots = workers * SLOTS_PER_WORKER
        self.in_flight: set[asyncio.Task[Candidate]] = set()
        self.candidates: list[Candidate] = []
        self._clock: Callable[[], float] = time.monotonic
        self._started = self._clock() - elapsed
        self._numbers = itertools.count(1)
        self._confirming: set[str] = set()
        self._half_confirmed = 0

    def room(self) -> Room:
        """What is left, as the strategy is told it."""
        ceilings = self.budget.ceilings
        elapsed = self._clock() - self._started
        return Room(
            moves=self.slots - len(self.in_flight),
            samples=self.budget.samples_left if self.generator.usable else 0,
            seconds=max(0.0, ceilings.seconds - elapsed),
            elapsed=elapsed,
            rounds=ceilings.rounds,
            tokens=self.budget.tokens_left,
            usd=self.budget.usd_left,
            models=len(self.generator.models) if self.generator.usable else 0,
            converses=converses(self.generator.models),
        )

    def start(self, moves: tuple[Move, ...]) -> None:
        """Dispatch moves."""
        for move in moves:
            letter = type(move).__name__[0].lower()
            candidate = Candidate(f"{letter}{next(self._numbers)}", move, Spend())
            self.listener(MoveStarted(candidate.id, move))
            self.in_flight.add(asyncio.create_task(self._try(candidate), name=candidate.id))

    async def judged(self) -> list[Candidate]:
        """Candidates that have ended, at least one, in the order they started."""
        done, self.in_flight = await asyncio.wait(self.in_flight, return_when=asyncio.FIRST_COMPLETED)
        candidates = [task.result() for task in sorted(done, key=lambda task: _number(task.get_name()))]
        for candidate in candidates:
            self.candidates.append(candidate)
            self.generator.hear(candidate)
            self.budget.tick(self._clock() - self._started)
            self.listener(CandidateJudged(candidate, len(self.candidates), self.budget.spend))
        return candidates

    async def likeliest(self, fix: Candidate) -> Candidate:
        """Of `fix` and the candidates before it that are being confirmed right now, the first that verifies.

        Candidates come likeliest first, so which of two confirmations ends first must not decide.
        """
        while earlier := {task for task in self.in_flight if self._goes_before(task, fix)}:
            await asyncio.wait(earlier)
            self.in_flight -= earlier
            for task in sorted(earlier, key=lambda task: _number(task.get_name())):
                candidate = task.result()
                self.candidates.append(candidate)
                if candidate.verdict is not None and candidate.verdict.verified:
                    return candidate
        return fix

    async def smallest(self, fix: Candidate) -> Candidate:
        """`fix` less every hunk that it does without, confirmed again; as it is when that would not verify."""
        assert fix.patch is not None
        if isinstance(fix.move, Mutate) or len(hunks(fix.patch)) < 2:
            return fix
        await self.cancel()
        verdict: Verdict | None = None

        async def passes(patch: Patch, *, confirm: bool = False) -> bool:
            nonlocal verdict
            verdict = await self.verifier.verify(patch, confirm=confirm)
            self.budget.charge(Spend(sandbox_cpu_seconds=verdict.cpu_seconds))
            return verdict.passed

        patch = await minimised(fix.patch, passes)
        if patch == fix.patch or not await passes(patch, confirm=True):
            return fix
        left_out = len(hunks(fix.patch)) - len(hunks(patch))
        smaller = replace(fix, patch=patch, verdict=verdict, detail=f"{left_out} unneeded change(s) left out")
        self.candidates[self.candidates.index(fix)] = smaller
        return smaller

    def _goes_before(self, task: asyncio.Task[Candidate], fix: Candidate) -> bool:
        return task.get_name() in self._confirming and _number(task.get_name()) < _number(fix.id)

    async def examined(
        self, fix: Candidate, strategy: Strategy[Any], state: Any, comparer: Comparer | None
    ) -> tuple[Candidate, Strength]:
        """The fix to offer among all that pass, and what speaks for it."""
        await self.cancel()
        examiner = Examiner(self.verifier, comparer, self.budget, self.slots // SLOTS_PER_WORKER, self._left)

        async def next_mutations(most: int) -> list[Mutate]:
            asked, others = state, list[Mutate]()
            while len(others) < most:
                asked, moves = await asyncio.to_thread(strategy.ask, asked, replace(self.room(), samples=0))
                if not moves:
                    break
                others += [move for move in moves if isinstance(move, Mutate)]
            return others

        return await examiner.examine(fix, self.candidates, next_mutations, self._confirmed)

    async def _confirmed(self, candidate: Candidate) -> Candidate | None:
        """A passing candidate, confirmed and among those that were tried; None when it does not verify in time."""
        patch = candidate.patch
        assert patch is not None
        if candidate not in self.candidates:
            candidate = replace(candidate, id=f"m{next(self._numbers)}")
            self.listener(MoveStarted(candidate.id, candidate.move))
        try:
            async with asyncio.timeout(self._left() / 2):
                verdict = await self.verifier.verify(patch, confirm=True)
        except TimeoutError:
            return None
        cost = Spend(sandbox_cpu_seconds=verdict.cpu_seconds)
        self.budget.charge(cost)
        candidate = replace(candidate, verdict=verdict, spend=candidate.spend + cost)
        self.candidates = [other for other in self.candidates if other.id != candidate.id] + [candidate]
        self.listener(CandidateJudged(candidate, len(self.candidates), self.budget.spend))
        return candidate if verdict.verified else None

    def _left(self) -> float:
        return self.budget.ceilings.seconds - (self._clock() - self._started)

    async def cancel(self) -> None:
        """Stop everything in flight and wait until it has stopped."""
        tasks, self.in_flight = self.in_flight, set()
        self._half_confirmed = sum(task.get_name() in self._confirming for task in tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _try(self, candidate: Candidate) -> Candidate:
        """One move from question to verdict."""
        candidate = await self.generator.generate(candidate)
        if candidate.patch is None or candidate.rejection is not None:
            return candidate
        candidate = self._dedupe(candidate, candidate.patch)
        if candidate.rejection is not None or candidate.patch is None:
            return candidate
        return await self._judge(candidate, candidate.patch)

    def _dedupe(self, candidate: Candidate, patch: Patch) -> Candidate:
        """Reject what needs no test run."""
        if all(edit.before == edit.after for edit in patch.edits):
            return replace(candidate, rejection=Rejection.EMPTY, detail="The patch changes nothing.")
        if isinstance(candidate.move, Mutate):
            return candidate  # the mutation engine compiles and dedupes before it hands a patch out
        if error := syntax_error(patch):
            return replace(candidate, rejection=Rejection.SYNTAX, detail=error)
        if not self.tried.add(patch):
            return replace(candidate, rejection=Rejection.DUPLICATE, detail="The same change was tried before.")
        return candidate

    async def _judge(self, candidate: Candidate, patch: Patch) -> Candidate:
        """The candidate with its verdict; one that passes is confirmed at once."""
        verdict = await self.verifier.verify(patch)
        cpu_seconds = verdict.cpu_seconds
        hurried = verdict.judgement is Judgement.TIMEOUT and verdict.stage is Stage.SCREENED
        if hurried and not isinstance(candidate.move, Mutate):  # a mutation comes again by itself, when it is its turn
            verdict = await self.verifier.verify(patch)
            cpu_seconds += verdict.cpu_seconds
        if verdict.passed:
            self._confirming.add(candidate.id)
            self.listener(Confirming(replace(candidate, verdict=verdict)))
            verdict = await self.verifier.verify(patch, confirm=True)
            cpu_seconds += verdict.cpu_seconds
        cost = Spend(sandbox_cpu_seconds=cpu_seconds)
        self.budget.charge(cost)
        return replace(candidate, verdict=verdict, spend=candidate.spend + cost)

    def outcome(
        self, fix: Candidate | None, *, strength: Strength | None = None, timed_out: bool = False, why: str = ""
    ) -> Outcome:
        """The repair's end as a value, with the reason in a sentence; `why` is the strategy's own."""
        self.budget.tick(self._clock() - self._started)
        stopped = Stopped.VERIFIED if fix else self._stopped(timed_out, why)
        outcome = Outcome(
            fix=fix,
            reason="verified" if fix else self._why_not(stopped, why),
            evidence=grade(self.problem, fix, self.candidates, strength) if fix else None,
            candidates=tuple(self.candidates),
            spend=self.budget.spend,
            effort=self.effort,
            ceilings=self.budget.ceilings,
            isolation=fix.verdict.isolation if fix and fix.verdict else self.problem.baseline.isolation,
            model=self.generator.name,
            sent=dict(self.generator.sent),
            samples=self.budget.samples,
            notes=self.generator.notes,
            stopped=stopped,
        )
        self.listener(RepairEnded(outcome))
        return outcome

    def _stopped(self, timed_out: bool, why: str) -> Stopped:
        """What ended a search that found nothing."""
        if self.generator.trouble:
            return Stopped.MODEL
        if timed_out:
            return Stopped.SECONDS
        if self.generator.broke or (self.generator.models and self.budget.samples_left < 1):
            return Stopped.CEILING
        return Stopped.NOT_WORTH_IT if why else Stopped.EXHAUSTED

    def _why_not(self, stopped: Stopped, why: str) -> str:
        """Why nothing verified, what was tried, and what to change."""
        mutations = sum(isinstance(candidate.move, Mutate) for candidate in self.candidates)
        replies = sum(candidate.spend.tokens > 0 for candidate in self.candidates)
        tried = f"{mutations} mutations and {replies} model replies were tried"
        best = max((candidate.progress for candidate in self.candidates), default=0.0)
        if best > 0:
            tried += f", the closest came {best:.0%} of the way"
        if self.generator.trouble:
            return f"Nothing verified: {tried}. The model could not be used: {self.generator.trouble}"
        if self.generator.broke and self.budget.refusal:
            return f"Nothing verified: {tried}. {self.budget.refusal}."
        if self.generator.broke:
            what = f"{self.budget.ceilings.tokens} tokens and ${self.budget.ceilings.usd:g}"
            ceiling = f"Another reply could pass the ceiling of {what}"
            return f"Nothing verified: {tried}. {ceiling}; a higher --effort allows more."
        if stopped is Stopped.SECONDS:
            ceiling = f"the ceiling of {self.budget.ceilings.seconds:g} s was reached"
            if self._half_confirmed:
                ceiling += f" while {self._half_confirmed} that passed the target tests met the whole suite"
            return f"Nothing verified: {tried}, then {ceiling}; raise it with --timeout or a higher --effort."
        if not self.generator.models:
            return (
                f"Nothing verified: {tried}. No model is configured: set OPENAI_API_KEY or testtime.baseUrl "
                "(--base-url), or start a local model server."
            )
        if stopped is Stopped.NOT_WORTH_IT:
            return f"Nothing verified: {tried}. Stopped because {why}; a higher --effort goes on for longer."
        return f"Nothing verified: {tried}; a higher --effort allows more."


def _number(candidate_id: str) -> int:
    """When a candidate was dispatched: "m12" is the twelfth."""
    return int(candidate_id[1:])
