"""`BestOfN`: independent drafts, diversified by wording and temperature; the first that verifies wins."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .candidate import Candidate, Draft, Move, Problem
from .strategy import Room

TEMPERATURES = (None, 0.4, 0.8, 1.0, 0.6, 1.1)
"""The first draft at the endpoint's own default, later ones spread: repeated samples share a misconception."""


@dataclass(frozen=True)
class BestOfNState:
    """How many drafts were asked for, and whether the first has come back."""

    asked: int = 0
    answered: frozenset[str] = frozenset()


@dataclass(frozen=True)
class BestOfN:
    """One draft first, so that a provider's prompt cache is warm; then as many at once as there is room for."""

    def start(self, problem: Problem, seed: int) -> BestOfNState:
        """The state before any move."""
        return BestOfNState()

    def ask(self, state: BestOfNState, room: Room) -> tuple[BestOfNState, tuple[Move, ...]]:
        """Drafts, each worded differently from the last."""
        count = min(room.moves, room.samples)
        if state.asked == 0:
            count = min(count, 1)
        elif not state.answered:
            count = 0
        moves = tuple(nth_draft(state.asked + number) for number in range(count))
        return replace(state, asked=state.asked + count), moves

    def tell(self, state: BestOfNState, candidate: Candidate) -> BestOfNState:
        """Only that a draft came back matters: drafts do not learn from each other."""
        if not isinstance(candidate.move, Draft):
            return state
        return replace(state, answered=state.answered | {candidate.id})

    def why(self, state: BestOfNState) -> str:
        """It goes on for as long as there are replies left."""
        return ""


def nth_draft(number: int) -> Draft:
    """The number-th draft of a repair, counted from 0: wording and temperature both vary."""
    return Draft(number, TEMPERATURES[number % len(TEMPERATURES)])
