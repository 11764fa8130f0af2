"""`Refine`: sequential self-correction (Self-Refine, arXiv 2303.17651), widening when it stops paying.

A draft is corrected from what still fails, for as many rounds as the effort allows; then a fresh draft begins, worded
differently: few repairs and many drafts win when tokens are matched (arXiv 2306.09896).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .best_of_n import nth_draft
from .candidate import Candidate, Draft, Move, Problem, Rejection, Repair
from .strategy import Room


@dataclass(frozen=True)
class RefineState:
    """The chain under way: `parent` is to be corrected next, None asks for a fresh draft."""

    drafts: int = 0
    rounds: int = 0
    parent: Candidate | None = None
    waiting: bool = False
    heard: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Refine:
    """One reply at a time: each is worth more when it has seen what the one before got wrong."""

    def start(self, problem: Problem, seed: int) -> RefineState:
        """The state before any move."""
        return RefineState()

    def ask(self, state: RefineState, room: Room) -> tuple[RefineState, tuple[Move, ...]]:
        """A correction of the last candidate, or a fresh draft."""
        if state.waiting or room.moves < 1 or room.samples < 1:
            return state, ()
        if state.parent is not None and state.rounds < room.rounds:
            return replace(state, rounds=state.rounds + 1, waiting=True), (Repair(state.parent),)
        move = nth_draft(state.drafts)
        return replace(state, drafts=state.drafts + 1, rounds=0, parent=None, waiting=True), (move,)

    def tell(self, state: RefineState, candidate: Candidate) -> RefineState:
        """Correct what can be corrected: not a duplicate, nor a request that failed."""
        if not isinstance(candidate.move, Draft | Repair) or candidate.id in state.heard:
            return state
        hopeless = candidate.rejection in (Rejection.DUPLICATE, Rejection.MODEL, Rejection.BUDGET)
        parent = None if hopeless else candidate
        return replace(state, waiting=False, parent=parent, heard=state.heard | {candidate.id})

    def why(self, state: RefineState) -> str:
        """It goes on for as long as there are replies left."""
        return ""
