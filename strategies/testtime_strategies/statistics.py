"""What moves have earned in a project so far: counts, nothing of its code."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .candidate import Candidate, Draft, Mutate

FIRST = "first draft"
"""The one kind that is not a move's own name: a draft that saw the problem before anything had failed."""
PRIOR: Mapping[str, tuple[float, float]] = MappingProxyType(
    {FIRST: (3.2, 8.0), "draft": (0.8, 8.0), "repair": (1.2, 8.0), "gather": (0.8, 8.0)}
)
"""Verified and made, as if that many had been seen before: a project's own counts outweigh it after about ten."""
MOST_LIFT = 1.5


@dataclass(frozen=True)
class MoveStatistics:
    """Moves made and verified, by kind."""

    made: Mapping[str, int] = field(default_factory=dict[str, int])
    verified: Mapping[str, int] = field(default_factory=dict[str, int])

    def lift(self, kind: str) -> float:
        """Logits by which a kind of move has done better here than is usual, at most `MOST_LIFT` either way."""
        wins, tries = PRIOR[kind]
        usual = wins / tries
        here = (wins + self.verified.get(kind, 0)) / (tries + self.made.get(kind, 0))
        lift = math.log(here / (1 - here)) - math.log(usual / (1 - usual))
        return max(-MOST_LIFT, min(MOST_LIFT, lift))

    def adding(self, candidates: Iterable[Candidate]) -> MoveStatistics:
        """These counts and those of one more repair."""
        made, verified = dict(self.made), dict(self.verified)
        drafted = False
        for candidate in candidates:
            kind = type(candidate.move).__name__.lower()
            if isinstance(candidate.move, Draft) and not drafted:
                kind, drafted = FIRST, True
            if not isinstance(candidate.move, Mutate) and not candidate.spend.tokens:
                continue  # never asked: over budget, or the endpoint failed
            made[kind] = made.get(kind, 0) + 1
            if candidate.verdict is not None and candidate.verdict.verified:
                verified[kind] = verified.get(kind, 0) + 1
        return MoveStatistics(made, verified)


NOTHING_LEARNT = MoveStatistics()
"""A project of which nothing is known."""
