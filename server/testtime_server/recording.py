"""One repair on its way into the books: what it came to when it ends, and what it had cost when it is stopped."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType

from testtime_sandbox.verdict import Project, TestId
from testtime_strategies.budget import EffortName, Spend
from testtime_strategies.candidate import Outcome, Problem
from testtime_strategies.events import CandidateJudged, Event, Listener, RepairStarted

from .ledger import Entry, Ledger
from .settings import Settings


def new_id() -> str:
    """A repair's name: its local time and a random end, `20261125-185012-3f9a`."""
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"


@dataclass(frozen=True)
class Report:
    """A repair that ran to its end."""

    project: Project
    problem: Problem
    outcome: Outcome
    rest: tuple[TestId, ...] = ()
    """Failing tests that were asked for and are not among the problem's targets."""
    at: float = field(default_factory=time.time)
    """When it ended, in seconds of the epoch."""
    id: str = field(default_factory=new_id)
    """Names the repair in the ledger, and its page."""
    notes: tuple[str, ...] = ()
    """Sentences for the user that are not about the fix: what could not be written into the books."""


class Recording:
    """Listens to a repair and hands its events on; writes it into the ledger however it ends.

    Nothing is written for a request that never came to a repair.
    """

    def __init__(self, ledger: Ledger, root: Path, settings: Settings, effort: EffortName, listener: Listener) -> None:
        self.id = new_id()
        self.allowance = ledger.allowance(self.id, settings.max_usd_per_day)
        self._ledger = ledger
        self._root = root
        self._settings = settings
        self._effort = effort
        self._listener = listener
        self._begun = time.monotonic()
        self._started: RepairStarted | None = None
        self._tried = 0
        self._sandbox_cpu_seconds = 0.0
        self._recorded = False

    def __call__(self, event: Event) -> None:
        """Note what the books need of an event, and hand it on."""
        if isinstance(event, RepairStarted):
            self._started = self._started or event
        elif isinstance(event, CandidateJudged):
            self._tried += 1
            self._sandbox_cpu_seconds += event.candidate.spend.sandbox_cpu_seconds
        self._listener(event)

    def ended(self, report: Report) -> Report:
        """Write down a repair that ran to its end; the report as it is known from now on."""
        outcome = report.outcome
        self._record(
            report.problem.targets,
            outcome.model,
            outcome.spend,
            "verified" if outcome.verified else outcome.stopped.value,
            candidates=len(outcome.candidates),
            grade=outcome.evidence.grade if outcome.evidence else None,
        )
        notes = (self._ledger.trouble,) if self._ledger.trouble else ()
        return replace(report, id=self.id, notes=(*report.notes, *notes))

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._recorded or self._started is None:
            return
        spend = replace(
            self._ledger.spent(self.id),
            sandbox_cpu_seconds=self._sandbox_cpu_seconds,
            wall_seconds=time.monotonic() - self._begun,
        )
        stopped = isinstance(error, asyncio.CancelledError | KeyboardInterrupt)
        verdict = "cancelled" if stopped else "broken"
        self._record(self._started.problem.targets, self._started.model, spend, verdict, candidates=self._tried)

    def _record(
        self,
        targets: tuple[TestId, ...],
        model: str | None,
        spend: Spend,
        verdict: str,
        *,
        candidates: int,
        grade: str | None = None,
    ) -> None:
        self._recorded = True
        self._ledger.record(
            Entry(
                id=self.id,
                at=time.time(),
                project=str(self._root),
                targets=targets,
                effort=self._effort,
                strategy=self._settings.strategy,
                model=model,
                candidates=candidates,
                spend=spend,
                verdict=verdict,
                grade=grade,
            )
        )
