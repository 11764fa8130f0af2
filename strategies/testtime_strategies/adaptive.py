"""`Adaptive`: the next reply goes where it is expected to earn most, and none is asked for that is not worth its price.

One thing is believed about a problem: the chance that a draft of the cheapest model is right, as a distribution over a
grid of logits. It begins wide (per-problem success rates are, arXiv 2407.21787, 2502.17578), is shifted by what is free
(`difficulty`, how near mutations came, this project's counts), and every reply that fails updates it by Bayes' rule. A
move is worth its chance per unit of cost, where the chance is that belief shifted by what the move is known for:

- `Repair`: the nearer its parent came the more (2405.17503), less with each round (2506.18403) and each try. What
  repairs are worth at all is believed jointly with the rest, so that their share follows what they earn in this run;
- `Critique`, then a draft that is told: the more, the more the failures share one family, where fresh samples only
  repeat the misconception;
- `Gather`: the more failures look like code whose author could not see what it calls;
- more reasoning, then the next model: dearer by as much as it was seen to be.

Models that only go on from code make no other move than drafts, for as long as the effort allows: such a reply is a
dozen tokens, so that none is too dear. Most are `Draft.branch`; the first is drawn, since a branch must be looked for,
and some later ones, since what is greedy shares its mistakes.

It stops when the best chance, times what a fix is worth, is below the move's price. A fix is worth the effort's own
ceiling: who allows N replies for a repair is ready to pay N replies for it.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .belief import GRID, NEARER, Belief, chances, normalised, prior
from .best_of_n import nth_draft
from .budget import ReasoningEffort, Spend
from .candidate import Candidate, Critique, Draft, Gather, Move, Mutate, Problem, Rejection, Repair
from .difficulty import difficulty
from .family import family, lacks_fact
from .statistics import FIRST, NOTHING_LEARNT, MoveStatistics
from .strategy import Room

SURPRISE = 1.0
"""Logits between a problem that looks easy and one that looks hard."""
NEAR_MISS = 0.5
"""What passing all target tests but the last bit counts, in successes."""

WORTH = 2.0
"""A fix is worth this many times the replies that the effort allows."""
NEARNESS, ROUND, AGAIN, MUTANT = 1.8, 0.2, 0.2, 1.0
"""A repair's logits beside `MENDING`: for a parent near the goal, per round above it, per earlier repair of it, and
for one that is a mutation, which came near without understanding anything."""
MOVING = 0.5
"""How much it says of `MENDING` that a repair came nearer, though it was not the fix."""
TOLD, SHARED = -0.4, 2.0
"""A draft after a critique: logits when failures have nothing in common, more when all share one family."""
GATHERED, UNSEEN = -0.4, 3.2
"""A `Gather`: logits when no failure speaks of a missing fact, more when all do."""
CRITIQUE_FROM = 3
"""Failing candidates before a family can be seen."""
PRICES = {"draft": 1.0, "repair": 1.1, "critique": 0.7, "gather": 2.6}
"""Costs in drafts before any was seen, weighed as two observations."""
MODEL_LIFT, REASONING_LIFT = 1.0, 1.0
"""What the next model, or more reasoning, is expected to add in logits."""
MODEL_PRICE, REASONING_PRICE = 5.0, 2.0
"""What they cost, in drafts of the step before, until one was seen."""
CHEAP_SHARE = 0.5
"""Of the replies left when a model's turn begins, the share after which the next model has its turn in any case."""
CARRIED = 0.6
"""How much of what one model's failures taught is true of the next."""
MOST_WASTE = 0.25
"""Another reply is asked for while one is in flight only as long as that one is right with less than this chance."""
INPUT_WEIGHT, CACHED_WEIGHT = 0.2, 0.02
"""An input token's price in output tokens, where no price is known."""
MOST_PARENTS = 8
DRAWN_EVERY = 8
"""Of a small model's drafts, one in so many is drawn at random."""


class Step(NamedTuple):
    """A rung of escalation: which model, thinking how hard."""

    model: int
    reasoning: ReasoningEffort | None


class Option(NamedTuple):
    """A move that could be made, with its chance of a verified fix and its cost in drafts."""

    move: Move
    chance: float
    cost: float
    step: int

    @property
    def gain(self) -> float:
        """Expected gain per unit of cost."""
        return self.chance / self.cost


@dataclass(frozen=True)
class AdaptiveState:
    """All that is known of one problem."""

    beliefs: tuple[Belief, ...]
    """One for each step of the escalation that has been reached."""
    targets: int = 1
    models: int = 1
    usd: float = 0.0
    """USD that the effort allows, as first told."""
    priced: bool = False
    """Costs are in USD, not in weighed tokens."""
    samples: int = 0
    """Replies that the effort allows, as first told."""
    drafts: int = 0
    gathers: int = 0
    failing: tuple[Candidate, ...] = ()
    """Candidates that may be repaired, best first."""
    families: Counter[str] = field(default_factory=Counter[str])
    duplicates: int = 0
    unseen: int = 0
    """Failures that look like a missing fact."""
    repairs: Counter[str] = field(default_factory=Counter[str])
    """Repairs asked for, by parent."""
    closed: frozenset[str] = frozenset()
    """Parents whose repair changed nothing: never again."""
    critique: Candidate | None = None
    criticised: int = 0
    """Failures that the last critique was asked about."""
    flight: tuple[tuple[Move, float], ...] = ()
    answered: int = 0
    begun: int = 0
    """Replies there had been when this step of the escalation began."""
    costs: tuple[tuple[str, int, float, int], ...] = ()
    """(kind, step, sum of prices, count) of the replies so far."""
    heard: frozenset[str] = frozenset()
    stopped: str = ""


@dataclass(frozen=True)
class Adaptive:
    """The default policy. `statistics` is what moves have earned in this project before."""

    statistics: MoveStatistics = NOTHING_LEARNT
    worth: float = WORTH

    def start(self, problem: Problem, seed: int) -> AdaptiveState:
        """Nothing tried yet; the belief already knows what is free to know."""
        shift = SURPRISE * (0.5 - difficulty(problem)) + self.statistics.lift(FIRST)
        return AdaptiveState((prior(shift),), targets=len(problem.targets))

    def ask(self, state: AdaptiveState, room: Room) -> tuple[AdaptiveState, tuple[Move, ...]]:
        """The moves most worth their price; none while what is in flight is likely enough to be right."""
        if not state.samples:
            state = replace(state, samples=room.samples, usd=room.usd, models=max(1, room.models))
        state = replace(state, stopped="")
        count = min(room.moves, room.samples)
        if count and not state.answered:
            if state.flight:
                return state, ()  # the first draft warms the provider's prompt cache, and may be all it takes
            count = 1
        moves: list[Move] = []
        while len(moves) < count:
            option = self._best(state, room)
            if option is None or (state.answered and room.converses and self._worth(state, option) < 1.0):
                if option is not None and not state.flight:
                    state = replace(state, stopped=self._reason(state, option))
                break
            if state.flight and 1 - math.prod(1 - chance for _, chance in state.flight) > MOST_WASTE:
                break
            state = self._made(state, option)
            moves.append(option.move)
        return state, tuple(moves)

    def tell(self, state: AdaptiveState, candidate: Candidate) -> AdaptiveState:
        """Learn from a reply that was not the fix, or from a mutation that came near."""
        move = candidate.move
        if candidate.id in state.heard:
            return state
        state = replace(state, heard=state.heard | {candidate.id})
        if isinstance(move, Mutate):
            return self._near_mutation(state, candidate)
        flight = list(state.flight)
        position = next((place for place, (other, _) in enumerate(flight) if other == move), None)
        if position is not None:
            flight.pop(position)
        state = replace(state, flight=tuple(flight), answered=state.answered + 1)
        step = _step_of(move, len(state.beliefs))
        if candidate.spend.tokens:
            costs = _with_cost(state.costs, _kind(move), step, price(candidate.spend))
            state = replace(state, costs=costs, priced=bool(candidate.spend.usd))
        if candidate.rejection in (Rejection.MODEL, Rejection.BUDGET):
            return state
        if isinstance(move, Critique):
            return replace(state, critique=candidate if candidate.reply else None)
        state = self._learnt(state, candidate, step)
        return self._remembered(state, candidate)

    def why(self, state: AdaptiveState) -> str:
        """What the best move left was expected to bring, and what it would have cost."""
        return state.stopped

    # ── what a move is worth ─────────────────────────────────────────────────────────────────────────────────

    def _best(self, state: AdaptiveState, room: Room) -> Option | None:
        """The move with the highest expected gain per cost; on the next step of the escalation only when this one has
        stopped paying, or pays less than that.
        """
        last = len(state.beliefs) - 1
        here = max(self._options(state, room, last, state.beliefs[last]), key=_gain, default=None)
        if here is None or not room.converses or last + 1 > room.models or state.answered < CRITIQUE_FROM * (last + 1):
            return here
        raised = _raised(state)
        above = max(self._options(state, room, last + 1, raised), key=_gain)
        if last + 1 < state.models and state.answered - state.begun >= (state.samples - state.begun) * CHEAP_SHARE:
            return above
        if self._worth(state, here) < 1.0:
            return max(here, above, key=lambda option: self._worth(state, option))
        return max(here, above, key=_gain)

    def _worth(self, state: AdaptiveState, option: Option) -> float:
        """What a move is expected to bring over what it costs: below 1 it is not worth its price. Who lists a dearer
        model is ready to pay the effort's USD for it, not only so many of the cheap one's replies.
        """
        worth = self.worth * state.samples
        if _step_at(option.step, state.models).model > 0:
            unit = _unit(state)
            worth = max(worth, state.usd / unit) if state.priced and unit else worth * MODEL_PRICE
        return option.gain * worth

    def _options(self, state: AdaptiveState, room: Room, step: int, belief: Belief) -> list[Option]:
        """Every kind of move that could be made on one step of the escalation."""
        model, reasoning = _step_at(step, state.models)
        failures = _failures(state)
        # The fix is a patch that nobody has proposed yet: where most replies repeat one, it is not to be hoped for.
        fresh = (state.families.total() + 2) / (failures + 2)
        draft = nth_draft(state.drafts) if room.converses else _small_draft(state.drafts)
        draft = replace(draft, model=model, reasoning=reasoning, critique=state.critique)
        shift = self._told(state) if state.critique else 0.0
        options = [Option(draft, fresh * self._chance(belief, shift), self._cost(state, "draft", step), step)]
        # Correcting oneself does not pay for small models (arXiv 2306.09896), nor does talking to them.
        if not state.answered or not room.converses:
            return options
        cost = self._cost(state, "repair", step)
        for parent in state.failing[:MOST_PARENTS]:
            depth = _depth(parent)
            if depth >= room.rounds or parent.id in state.closed:
                continue
            chance = self._chance(belief, self._repair_shift(state, parent, depth), mending=True)
            options.append(Option(Repair(parent, model=model, reasoning=reasoning), fresh * chance, cost, step))
        if failures >= max(CRITIQUE_FROM, 2 * state.criticised) and state.families and room.samples > 1:
            critique = Critique(self._largest(state), model=model, reasoning=reasoning)
            both = self._cost(state, "critique", step) + self._cost(state, "draft", step)
            options.append(Option(critique, self._chance(belief, self._told(state)), both, step))
        if room.samples > 2:
            gather = Gather(state.gathers, model=model, reasoning=reasoning)
            chance = self._chance(belief, self._gather_shift(state))
            options.append(Option(gather, chance, self._cost(state, "gather", step), step))
        return options

    def _repair_shift(self, state: AdaptiveState, parent: Candidate, depth: int) -> float:
        """What correcting `parent` is worth beside a fresh draft, in logits, whatever `MENDING` is."""
        handicap = ROUND * depth + AGAIN * state.repairs[parent.id] + MUTANT * isinstance(parent.move, Mutate)
        return NEARNESS * parent.progress - handicap + self._lift("repair") - self._lift("draft")

    def _gather_shift(self, state: AdaptiveState) -> float:
        """What looking first is worth to a draft, in logits."""
        unseen = state.unseen / (_failures(state) + 1)
        return GATHERED + UNSEEN * unseen - AGAIN * state.gathers + self._lift("gather") - self._lift("draft")

    def _told(self, state: AdaptiveState) -> float:
        """What a critique of the largest family is worth to a draft, in logits."""
        failures = _failures(state)
        shared = (max(state.families.values(), default=0) + state.duplicates - 1) / max(1, failures - 1)
        return TOLD + SHARED * max(0.0, shared - 0.3) / 0.7

    def _lift(self, kind: str) -> float:
        return self.statistics.lift(kind)

    @staticmethod
    def _chance(belief: Belief, shift: float, *, mending: bool = False) -> float:
        """The expected chance of a move that is `shift` logits better than a draft."""
        return sum(weight * chance for weight, chance in zip(belief, chances(shift, mending=mending), strict=True))

    @staticmethod
    def _cost(state: AdaptiveState, kind: str, step: int) -> float:
        """A move's price in plain drafts: what was assumed, and what was seen since."""
        seen = {(name, at): (total, count) for name, at, total, count in state.costs}
        unit = _unit(state)
        assumed = PRICES[kind]
        for above in range(1, step + 1):
            assumed *= REASONING_PRICE if _step_at(above, state.models).reasoning else MODEL_PRICE
        total, count = seen.get((kind, step), (0.0, 0))
        return (2 * assumed + total / unit) / (2 + count) if unit else assumed

    @staticmethod
    def _largest(state: AdaptiveState) -> tuple[Candidate, ...]:
        """Up to three candidates of the largest family."""
        common = state.families.most_common(1)[0][0]
        return tuple(candidate for candidate in state.failing if family(candidate) == common)[:3] or state.failing[:3]

    # ── what is learnt ───────────────────────────────────────────────────────────────────────────────────────

    def _made(self, state: AdaptiveState, option: Option) -> AdaptiveState:
        """The state after a move was asked for."""
        move = option.move
        if option.step == len(state.beliefs):
            raised = _raised(state)
            state = replace(state, beliefs=(*state.beliefs, raised), begun=state.answered)
        chance = 0.0 if isinstance(move, Critique) else option.chance
        state = replace(state, flight=(*state.flight, (move, chance)))
        match move:
            case Draft():
                return replace(state, drafts=state.drafts + 1)
            case Gather():
                return replace(state, gathers=state.gathers + 1)
            case Repair(parent=parent):
                return replace(state, repairs=state.repairs + Counter({parent.id: 1}))
            case _:
                return replace(state, criticised=_failures(state))

    def _learnt(self, state: AdaptiveState, candidate: Candidate, step: int) -> AdaptiveState:
        """Bayes' rule: the move had such a chance, and failed; a near miss counts as part of a success."""
        move = candidate.move
        mending = isinstance(move, Repair)
        match move:
            case Repair(parent=parent):
                shift = self._repair_shift(state, parent, _depth(parent))
            case Gather():
                shift = self._gather_shift(state)
            case Draft(critique=Candidate()):
                shift = self._told(state)
            case _:
                shift = 0.0
        weights = [
            weight * (1 - chance)
            for weight, chance in zip(state.beliefs[step], chances(shift, mending=mending), strict=True)
        ]
        if isinstance(move, Repair) and state.targets > 1:
            weights = [
                weight * (chance if candidate.progress > move.parent.progress else 1 - chance) ** MOVING
                for weight, chance in zip(weights, NEARER, strict=True)
            ]
        elif candidate.progress:
            near = NEAR_MISS * candidate.progress
            weights = [
                weight * chance**near for weight, chance in zip(weights, chances(0.0, mending=False), strict=True)
            ]
        beliefs = (*state.beliefs[:step], normalised(tuple(weights)), *state.beliefs[step + 1 :])
        return replace(state, beliefs=beliefs)

    @staticmethod
    def _remembered(state: AdaptiveState, candidate: Candidate) -> AdaptiveState:
        """The failing candidate among those that may be repaired, its family counted."""
        move = candidate.move
        if isinstance(move, Repair):
            same = candidate.rejection in (Rejection.DUPLICATE, Rejection.EMPTY)
            if same or (candidate.verdict is not None and family(candidate) == family(move.parent)):
                state = replace(state, closed=state.closed | {move.parent.id})
        if candidate.rejection in (Rejection.DUPLICATE, Rejection.EMPTY):
            return replace(state, duplicates=state.duplicates + 1)
        mark = family(candidate)
        known = state.families[mark] > 0
        state = replace(
            state, families=state.families + Counter({mark: 1}), unseen=state.unseen + lacks_fact(candidate)
        )
        if known:
            return state  # its family has a parent already: repairing each twin would loop on one patch
        failing = sorted((*state.failing, candidate), key=lambda other: -other.progress)
        return replace(state, failing=tuple(failing))

    @staticmethod
    def _near_mutation(state: AdaptiveState, candidate: Candidate) -> AdaptiveState:
        """A mutation that came nearer than the unpatched code is worth correcting; only the best is kept."""
        best = max((other.progress for other in state.failing if isinstance(other.move, Mutate)), default=0.0)
        if candidate.progress <= best:
            return state
        others = [other for other in state.failing if not isinstance(other.move, Mutate)]
        return replace(state, failing=tuple(sorted((*others, candidate), key=lambda other: -other.progress)))

    def _reason(self, state: AdaptiveState, option: Option) -> str:
        """Why it stops, in words a user can act on."""
        failures = _failures(state)
        kind = _kind(option.move)
        shared = max(state.families.values(), default=0) + state.duplicates
        family_note = f", {shared} of {failures} replies failing in the same way" if shared > failures / 2 > 1 else ""
        return (
            f"another {kind} would be right with a chance of about {option.chance:.1%} at {option.cost:.1f} times the "
            f"price of a draft, which this effort does not pay{family_note}"
        )


def price(spend: Spend) -> float:
    """What a reply cost: USD where the price is known and not nothing, else tokens weighed as most vendors do."""
    if spend.usd:
        return spend.usd
    fresh = spend.input_tokens - spend.cached_tokens
    return (spend.output_tokens + INPUT_WEIGHT * fresh + CACHED_WEIGHT * spend.cached_tokens) * 1e-6


def _step_at(step: int, models: int) -> Step:
    """The escalation in order: each model as it is, cheap to dear, then the dearest thinking hard."""
    return Step(step, None) if step < models else Step(models - 1, "high")


def _step_of(move: Move, reached: int) -> int:
    """Which step of the escalation a move was made on."""
    assert not isinstance(move, Mutate)
    return min(reached - 1, move.model + (move.reasoning == "high"))


def _gain(option: Option) -> float:
    return option.gain


def _unit(state: AdaptiveState) -> float | None:
    """What a plain draft of the cheapest model has cost on average, None before the first."""
    return next((total / count for kind, step, total, count in state.costs if (kind, step) == ("draft", 0)), None)


def _small_draft(number: int) -> Draft:
    """The number-th draft, counted from 0, of a model that only goes on from code."""
    draws, place = divmod(number, DRAWN_EVERY)
    return Draft(number - draws - 1, branch=True) if place else nth_draft(draws)


def _kind(move: Move) -> str:
    return type(move).__name__.lower()


def _with_cost(
    costs: tuple[tuple[str, int, float, int], ...], kind: str, step: int, cost: float
) -> tuple[tuple[str, int, float, int], ...]:
    """The costs with one more reply counted."""
    total, count = next(((t, c) for name, at, t, c in costs if (name, at) == (kind, step)), (0.0, 0))
    rest = tuple(entry for entry in costs if entry[:2] != (kind, step))
    return (*rest, (kind, step, total + cost, count + 1))


def _failures(state: AdaptiveState) -> int:
    """Replies that were not the fix, duplicates included."""
    return state.families.total() + state.duplicates


def _depth(candidate: Candidate) -> int:
    """Repairs between a candidate and its draft or mutation."""
    return 1 + _depth(candidate.move.parent) if isinstance(candidate.move, Repair) else 0


def _raised(state: AdaptiveState) -> Belief:
    """What is believed of the next step: some of what the last one taught, and that it is better by its lift."""
    mixed = [now**CARRIED * then ** (1 - CARRIED) for now, then in zip(state.beliefs[-1], prior(), strict=True)]
    lift = REASONING_LIFT if _step_at(len(state.beliefs), state.models).reasoning else MODEL_LIFT
    steps = round(lift / (GRID[1] - GRID[0]))
    rows = (mixed[start : start + len(GRID)] for start in range(0, len(mixed), len(GRID)))
    return normalised(tuple(weight for row in rows for weight in (*(0.0 for _ in range(steps)), *row[:-steps])))
