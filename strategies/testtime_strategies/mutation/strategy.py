"""`MutateFirst`: mutations as a strategy, one after the other until none is left."""

from __future__ import annotations

from dataclasses import dataclass

from ..candidate import Candidate, Move, Mutate, Problem
from ..strategy import Room
from .engine import Mutator


@dataclass(frozen=True)
class MutateFirst:
    """Asks for mutations while any are left. Its state is the engine itself, which is lazy and therefore mutable."""

    def start(self, problem: Problem, seed: int) -> Mutator:
        """The engine for a problem; the order of mutations needs no chance."""
        return Mutator(problem)

    def ask(self, state: Mutator, room: Room) -> tuple[Mutator, tuple[Move, ...]]:
        """As many mutations as there is room for."""
        moves: list[Move] = []
        while len(moves) < room.moves and (move := state.next()) is not None:
            moves.append(move)
        return state, tuple(moves)

    def tell(self, state: Mutator, candidate: Candidate) -> Mutator:
        """Let the engine learn from a verdict."""
        if isinstance(candidate.move, Mutate) and candidate.verdict is not None:
            state.tell(candidate.move, candidate.verdict)
        return state

    def why(self, state: Mutator) -> str:
        """It ends when no template has anything left."""
        return ""
