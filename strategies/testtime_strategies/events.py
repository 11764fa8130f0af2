"""What happens during a repair, as frozen values handed to listeners: progress, log and ledger are listeners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a server that has not begun a repair shows progress without knowing more of them
    from testtime_sandbox.verdict import Baseline, Isolation

    from .budget import Ceilings, Spend
    from .candidate import Candidate, Move, Outcome, Problem


@dataclass(frozen=True)
class Preparing:
    """Work before the first candidate: `step` is a short phrase ("taking a snapshot", "running the baseline")."""

    step: str


@dataclass(frozen=True)
class BaselineReady:
    """The unpatched suite has run."""

    baseline: Baseline
    isolation: Isolation


@dataclass(frozen=True)
class RepairStarted:
    """The search begins."""

    problem: Problem
    ceilings: Ceilings
    model: str | None


@dataclass(frozen=True)
class MoveStarted:
    """A move was dispatched."""

    candidate_id: str
    move: Move


@dataclass(frozen=True)
class CandidateJudged:
    """A candidate has its verdict or rejection; `spend` is the whole repair's so far."""

    candidate: Candidate
    tried: int
    spend: Spend


@dataclass(frozen=True)
class Confirming:
    """A candidate passed everything and is being confirmed in a cold box."""

    candidate: Candidate


@dataclass(frozen=True)
class RepairEnded:
    """The repair is over."""

    outcome: Outcome


Event = Preparing | BaselineReady | RepairStarted | MoveStarted | CandidateJudged | Confirming | RepairEnded
Listener = Callable[[Event], None]
