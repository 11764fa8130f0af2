"""`MutateFirst`: mutations as a strategy, one after the other until none is left; bodies for stubs go before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..candidate import Candidate, Move, Mutate, Problem
from ..strategy import Room
from .engine import Mutator
from .stubs import stub_bodies


class Mutations:
    """Everything that costs no token, likeliest first. Lazy and therefore mutable."""

    def __init__(self, problem: Problem) -> None:
        self._bodies: Iterator[Mutate] = stub_bodies(problem)
        self._mutator = Mutator(problem)

    def next(self) -> Mutate | None:
        """The next one, or None when there is none left."""
        body = next(self._bodies, None)
        return body if body is not None else self._mutator.next()

    def tell(self, candidate: Candidate) -> None:
        """Let the engine learn from a verdict."""
        if isinstance(candidate.move, Mutate) and candidate.verdict is not None:
            self._mutator.tell(candidate.move, candidate.verdict)


@dataclass(frozen=True)
class MutateFirst:
    """Asks for mutations while any are left."""

    def start(self, problem: Problem, seed: int) -> Mutations:
        """The engine for a problem; the order of mutations needs no chance."""
        return Mutations(problem)

    def ask(self, state: Mutations, room: Room) -> tuple[Mutations, tuple[Move, ...]]:
        """As many mutations as there is room for."""
        moves: list[Move] = []
        while len(moves) < room.moves and (move := state.next()) is not None:
            moves.append(move)
        return state, tuple(moves)

    def tell(self, state: Mutations, candidate: Candidate) -> Mutations:
        """Let the engine learn from a verdict."""
        state.tell(candidate)
        return state

    def why(self, state: Mutations) -> str:
        """It ends when no template has anything left."""
        return ""
