"""`Ladder`: the cheapest rung first. Mutations cost no token, so they go before any reply is asked for.

Once they have had their turn (`patience`, a share of the seconds allowed) the sampling strategy starts, and
mutations fill only the slots that it leaves free.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .candidate import Candidate, Move, Mutate, Problem
from .strategy import Room, Strategy


@dataclass(frozen=True)
class LadderState:
    """The states of the two rungs."""

    mutations: Any
    sampling: Any
    exhausted: bool = False
    """The mutation rung has nothing left."""


@dataclass(frozen=True)
class Ladder:
    """Mutations first, then `sampling` beside them."""

    mutations: Strategy[Any]
    sampling: Strategy[Any]
    patience: float = 0.15

    def start(self, problem: Problem, seed: int) -> LadderState:
        """The state before any move."""
        return LadderState(self.mutations.start(problem, seed), self.sampling.start(problem, seed))

    def ask(self, state: LadderState, room: Room) -> tuple[LadderState, tuple[Move, ...]]:
        """Replies first once mutations have had their turn, mutations in the slots left."""
        moves: tuple[Move, ...] = ()
        turn_is_over = state.exhausted or room.elapsed > self.patience * (room.elapsed + room.seconds)
        if room.samples and turn_is_over:
            sampling, moves = self.sampling.ask(state.sampling, room)
            state = replace(state, sampling=sampling)
        free = room.moves - len(moves)
        if free > 0 and not state.exhausted:
            mutations, mutated = self.mutations.ask(state.mutations, replace(room, moves=free))
            state = replace(state, mutations=mutations, exhausted=not mutated)
            moves += mutated
            if not mutated and not moves and room.samples:
                return self.ask(state, room)
        return state, moves

    def tell(self, state: LadderState, candidate: Candidate) -> LadderState:
        """Each rung hears of its own moves, and the sampling rung of everything: a near miss is worth repairing."""
        if isinstance(candidate.move, Mutate):
            state = replace(state, mutations=self.mutations.tell(state.mutations, candidate))
        return replace(state, sampling=self.sampling.tell(state.sampling, candidate))

    def why(self, state: LadderState) -> str:
        """The sampling rung's reason."""
        return self.sampling.why(state.sampling)
