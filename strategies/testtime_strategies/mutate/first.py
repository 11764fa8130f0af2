"""`MutateFirst`: the zero-token rung as a strategy."""

from __future__ import annotations

from dataclasses import dataclass

from ..candidate import Candidate, Move, Mutate, Problem
from ..strategy import Room
from .engine import Mutator


@dataclass(frozen=True)
class MutateFirst:
    """Asks for mutations, most probable first, until none is left.

    Its state is the `Mutator` itself, a mutable queue: making all candidates ahead, as a frozen state would need,
    costs more than testing the first few. Two runs with one seed still ask for the same moves.
    """

    def start(self, problem: Problem, seed: int) -> Mutator:
        """The queue before any move."""
        return Mutator(problem, seed=seed)

    def ask(self, state: Mutator, room: Room) -> tuple[Mutator, tuple[Move, ...]]:
        """As many mutations as there is room for."""
        moves: list[Move] = []
        while len(moves) < room.moves and (move := state.next()) is not None:
            moves.append(move)
        return state, tuple(moves)

    def tell(self, state: Mutator, candidate: Candidate) -> Mutator:
        """Pass a mutation's verdict on to the queue."""
        if isinstance(candidate.move, Mutate) and candidate.verdict is not None:
            state.tell(candidate.move, candidate.verdict)
        return state
