"""`Sampling`: so many drafts, whatever becomes of them, then corrections. It measures a model, and what it leaves in a
recording is what other policies are played on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .best_of_n import nth_draft
from .candidate import Candidate, Draft, Move, Problem, Repair
from .strategy import Room


@dataclass(frozen=True)
class SamplingState:
    """Moves asked for, drafts that came back, and what may be corrected."""

    asked: int = 0
    answered: frozenset[str] = frozenset()
    failing: tuple[Candidate, ...] = ()
    corrected: int = 0


@dataclass(frozen=True)
class Sampling:
    """`drafts` independent drafts, then `repairs` corrections of those that failed a test, one each, nearest first."""

    drafts: int
    repairs: int = 0
    branch: bool = False
    """The drafts of a model that only goes on from code are its branches, not draws."""

    def start(self, problem: Problem, seed: int) -> SamplingState:
        """The state before any move."""
        return SamplingState()

    def ask(self, state: SamplingState, room: Room) -> tuple[SamplingState, tuple[Move, ...]]:
        """Drafts while there are any, then corrections once all drafts are judged."""
        count = min(room.moves, room.samples, self.drafts - state.asked)
        if count > 0:
            count = count if state.answered else min(count, 1 - min(1, state.asked))  # the first warms the cache
            numbers = range(state.asked, state.asked + count)
            branch = self.branch and not room.converses
            moves = tuple(Draft(number, branch=True) if branch else nth_draft(number) for number in numbers)
            return replace(state, asked=state.asked + count), moves
        if len(state.answered) < state.asked:
            return state, ()
        waiting = state.failing[state.corrected : self.repairs][: max(0, min(room.moves, room.samples))]
        repairs = tuple(Repair(parent) for parent in waiting)
        return replace(state, corrected=state.corrected + len(repairs)), repairs

    def tell(self, state: SamplingState, candidate: Candidate) -> SamplingState:
        """A draft came back; one that failed in a test may be corrected."""
        if not isinstance(candidate.move, Draft) or candidate.id in state.answered:
            return state
        state = replace(state, answered=state.answered | {candidate.id})
        if candidate.verdict is None or candidate.verdict.verified:
            return state
        failing = sorted((*state.failing, candidate), key=lambda other: -other.progress)
        return replace(state, failing=tuple(failing))

    def why(self, state: SamplingState) -> str:
        """It ends when it has drawn what it was to draw."""
        return ""
