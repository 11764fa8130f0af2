"""Playing a policy on a simulated problem: no model, no tests, thousands of repairs a minute.

The n-th draft of a wording is the same sample whatever policy asks for it, and so is the n-th repair of a candidate:
policies are compared on identical luck.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Protocol

from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.verdict import Judgement, Stage, TestOutcome, TestResult, Verdict

from .budget import Budget, Ceilings, Spend
from .candidate import Candidate, Critique, Draft, Gather, Move, Mutate, Problem, Rejection, Repair
from .population import SIMULATED, Kind, SimulatedProblem
from .strategy import Room, Strategy

RIGHT = 0
"""The idea of a part that is right; every other number is one way of being wrong."""
USD_PER_OUTPUT_TOKEN = 6e-7
USD_PER_INPUT_TOKEN = 1.5e-7
SAMPLES_OF_GATHER = 3


@dataclass(frozen=True)
class Step:
    """One reply of a trajectory, cumulative: tokens generated, all tokens, USD, and whether the repair had ended."""

    generated: int
    tokens: int
    usd: float
    claimed: bool
    """A candidate has been verified."""
    solved: bool
    """The first that was verified is right indeed."""


@dataclass
class Play:
    """One policy on one problem."""

    steps: list[Step] = field(default_factory=list[Step])
    moves: Counter[str] = field(default_factory=Counter[str])
    last: str = ""
    """The kind of the last move."""
    why: str = ""
    """The policy's reason to stop, when it did so by itself."""

    def at(self, replies: int | None = None) -> Step:
        """What had come of it after so many replies, or at its end."""
        steps = self.steps if replies is None else self.steps[:replies]
        return steps[-1] if steps else Step(0, 0, 0.0, False, False)


class World(Protocol):
    """What answers a policy's moves in place of a model and a verifier."""

    def answer(self, move: Move) -> Candidate | None:
        """The judged candidate that comes of a move; None when that cannot be known."""
        ...

    def is_right(self, candidate: Candidate) -> bool:
        """Whether a verified candidate is right indeed."""
        ...


def play(
    simulated: SimulatedProblem,
    strategy: Strategy[Any],
    ceilings: Ceilings,
    *,
    slots: int = 1,
    to_the_end: bool = False,
) -> Play:
    """Let `strategy` work on a simulated problem, `slots` moves at once; `to_the_end` goes on after a verified
    candidate, as sampling that draws all its N does.
    """
    return play_on(
        _World(simulated),
        simulated.problem,
        strategy,
        ceilings,
        models=len(simulated.population.tiers),
        seed=simulated.seed,
        slots=slots,
        to_the_end=to_the_end,
    )


def play_on(
    world: World,
    problem: Problem,
    strategy: Strategy[Any],
    ceilings: Ceilings,
    *,
    models: int = 1,
    seed: int = 0,
    slots: int = 1,
    to_the_end: bool = False,
    known: Sequence[Candidate] = (),
    converses: bool = True,
) -> Play:
    """Let `strategy` work on a problem whose moves `world` answers. It is told of `known` candidates first."""
    done = Play()
    budget = Budget(ceilings)
    state = strategy.start(problem, seed)
    for candidate in known:
        state = strategy.tell(state, candidate)
    claimed = solved = False
    while True:
        room = Room(
            moves=slots,
            samples=max(0, budget.samples_left),
            seconds=ceilings.seconds,
            elapsed=0.0,
            rounds=ceilings.rounds,
            tokens=budget.tokens_left,
            usd=budget.usd_left,
            models=models,
            converses=converses,
        )
        state, moves = strategy.ask(state, room)
        if not moves:
            done.why = strategy.why(state)
            return done
        for move in moves:
            candidate = world.answer(move)
            if candidate is None:
                done.why = f"no {type(move).__name__.lower()} like that was recorded"
                return done
            budget.samples += SAMPLES_OF_GATHER if isinstance(move, Gather) else 1
            budget.charge(candidate.spend)
            done.last = type(move).__name__.lower()
            done.moves[done.last] += 1
            if candidate.verdict is not None and candidate.verdict.verified and not claimed:
                claimed, solved = True, world.is_right(candidate)
            spend = budget.spend
            done.steps.append(Step(spend.output_tokens, spend.tokens, spend.usd or 0.0, claimed, solved))
            state = strategy.tell(state, candidate)
        if claimed and not to_the_end:
            return done


class _World:
    """Answers moves on one problem; keeps the ideas behind each candidate to itself."""

    def __init__(self, simulated: SimulatedProblem) -> None:
        self._problem = simulated
        self._population = simulated.population
        self._ideas: dict[str, tuple[int, ...]] = {}
        self._seen: set[tuple[int, ...]] = set()
        self._asked: Counter[str] = Counter()
        self._number = 0

    def is_right(self, candidate: Candidate) -> bool:
        """Whether a candidate would pass tests that miss nothing."""
        return all(idea == RIGHT for idea in self._ideas.get(candidate.id, (1,)))

    def answer(self, move: Move) -> Candidate:
        """The candidate that comes of a move."""
        assert not isinstance(move, Mutate)
        key = _key(move)
        luck = Random(f"{self._problem.seed}:{key}:{self._asked[key]}")
        self._asked[key] += 1
        self._number += 1
        candidate = Candidate(f"{key[0]}{self._number}", move, self._spend(move, luck))
        if isinstance(move, Critique):
            return replace(candidate, rejection=Rejection.NO_PATCH, reply="It is the boundary.")
        ideas = self._repaired(move, luck) if isinstance(move, Repair) else self._drafted(move, luck)
        if luck.random() < self._population.unparsable:
            return replace(candidate, rejection=Rejection.UNPARSABLE)
        self._ideas[candidate.id] = ideas
        right = all(idea == RIGHT for idea in ideas)
        if not right and ideas in self._seen and luck.random() < self._population.duplicate:
            return replace(candidate, rejection=Rejection.DUPLICATE)
        self._seen.add(ideas)
        patch = Patch((FileEdit("it.py", "", f"{candidate.id} {ideas}"),))
        return replace(candidate, patch=patch, verdict=self._verdict(ideas, right=right, luck=luck))

    def _drafted(self, move: Draft | Gather, luck: Random) -> tuple[int, ...]:
        lifts = [self._lift(move, part) for part in range(len(self._problem.parts))]
        if isinstance(move, Gather) and self._problem.kind is Kind.MISSING:
            lifts[0] += self._population.facts
        if isinstance(move, Draft) and move.critique is not None and self._problem.kind is Kind.TRAP:
            lifts[0] += self._population.critique
        return tuple(
            RIGHT if luck.random() < _sigmoid(part + lift) else self._wrong(number, luck)
            for number, (part, lift) in enumerate(zip(self._problem.parts, lifts, strict=True))
        )

    def _repaired(self, move: Repair, luck: Random) -> tuple[int, ...]:
        population = self._population
        before = self._ideas.get(move.parent.id)
        if before is None:  # an unparsable reply: a fresh try in all but name
            return self._drafted(Draft(0, model=move.model, reasoning=move.reasoning), luck)
        gain = population.feedback - population.decay * (_depth(move) - 1)
        ideas: list[int] = []
        for number, (part, idea) in enumerate(zip(self._problem.parts, before, strict=True)):
            if idea == RIGHT:
                ideas.append(RIGHT if luck.random() < population.keep else self._wrong(number, luck))
            elif luck.random() < _sigmoid(part + gain + self._lift(move, number)):
                ideas.append(RIGHT)
            else:
                ideas.append(idea if luck.random() < population.stick else self._wrong(number, luck))
        return tuple(ideas)

    def _lift(self, move: Draft | Gather | Repair, part: int) -> float:
        """What model, reasoning effort and wording add to a part, in logits."""
        lift = self._population.tiers[move.model].lift
        if move.reasoning == "high":
            lift += self._population.thinking
        return lift if isinstance(move, Repair) else lift + self._problem.wording(move.variant, part)

    def _wrong(self, part: int, luck: Random) -> int:
        """A way of being wrong: a trap has nearly always the same, elsewhere a few are common."""
        if part == 0 and self._problem.kind is Kind.TRAP and luck.random() < 0.9:
            return 1
        return 1 + min(11, int(luck.expovariate(0.4)))

    def _verdict(self, ideas: tuple[int, ...], *, right: bool, luck: Random) -> Verdict:
        targets = self._problem.problem.targets
        failing = [
            target
            for target, needs in zip(targets, self._problem.needs, strict=True)
            if any(ideas[part] != RIGHT for part in needs)
        ]
        population = self._population
        if luck.random() < (population.false_reject if right else population.false_accept):
            failing = [] if not right else [targets[-1]]
        if not failing:
            return Verdict(Judgement.PASSED, Stage.CONFIRMATION, SIMULATED, fixed=targets, progress=1.0)
        lacks_fact = self._problem.kind is Kind.MISSING and ideas[0] != RIGHT
        error = "AttributeError" if luck.random() < (0.6 if lacks_fact else 0.1) else "AssertionError"
        results = {
            target: TestResult(target, TestOutcome.FAILED, 0.01, f"{error}: {_wrong_ideas(ideas)}")
            for target in failing
        }
        fixed = tuple(target for target in targets if target not in results)
        progress = len(fixed) / len(targets)
        return Verdict(Judgement.FAILED, Stage.TARGET, SIMULATED, results, fixed=fixed, progress=progress)

    def _spend(self, move: Move, luck: Random) -> Spend:
        problem, population = self._problem, self._population
        size = problem.reply_tokens * luck.lognormvariate(0.0, 0.25)
        inputs = float(problem.prompt_tokens)
        match move:
            case Repair():
                inputs += problem.reply_tokens + 400
            case Critique():
                inputs += 3 * (problem.reply_tokens + 200)
                size *= 0.6
            case Gather():
                inputs = 1.3 * SAMPLES_OF_GATHER * inputs
                size += 120 * (SAMPLES_OF_GATHER - 1)
            case _:
                pass
        reasoning = 0.0
        if getattr(move, "reasoning", None) == "high":
            reasoning = size * (population.thinking_tokens - 1)
        price = population.tiers[getattr(move, "model", 0)].price
        output = round(size + reasoning)
        usd = price * (inputs * USD_PER_INPUT_TOKEN + output * USD_PER_OUTPUT_TOKEN)
        return Spend(input_tokens=round(inputs), output_tokens=output, reasoning_tokens=round(reasoning), usd=usd)


def _key(move: Move) -> str:
    """Moves with one key draw from the same sequence of samples."""
    thought = f"{getattr(move, 'model', 0)}{getattr(move, 'reasoning', None) or ''}"
    match move:
        case Draft(variant=variant, critique=critique):
            return f"d{variant}:{thought}:{'told' if critique else ''}"
        case Gather(variant=variant):
            return f"g{variant}:{thought}"
        case Repair(parent=parent):
            return f"r{parent.id}:{thought}"
        case Critique():
            return f"c:{thought}"
        case Mutate():
            return "m"


def _depth(move: Repair) -> int:
    """How many repairs a candidate is away from its draft."""
    parent = move.parent.move
    return 1 + (_depth(parent) if isinstance(parent, Repair) else 0)


def _wrong_ideas(ideas: tuple[int, ...]) -> str:
    return " ".join(f"{part}:{idea}" for part, idea in enumerate(ideas) if idea != RIGHT)


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -50 else 0.0
