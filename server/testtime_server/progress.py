"""What a job shows while it runs: a repair's events in one line each. Pure but for the job that it reports to."""

from __future__ import annotations

from testtime_strategies.budget import Spend
from testtime_strategies.events import BaselineReady, CandidateJudged, Confirming, Event, Preparing

from .jobs import Job
from .report import money


class Meter:
    """Turns a repair's events into a job's progress, and remembers what was spent."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.spend = Spend()

    def __call__(self, event: Event) -> None:
        """Hear of an event."""
        if isinstance(event, CandidateJudged):
            self.spend = event.spend
        tell(self._job, event)


def tell(job: Job, event: Event) -> None:
    """One line of progress for an event."""
    match event:
        case Preparing(step):
            job.report(step)
        case BaselineReady(baseline, isolation):
            cold = " · cold runs" if baseline.cold_because else ""
            job.report(f"{len(baseline.failing)} of {len(baseline.results)} tests fail · {isolation.level}{cold}")
        case CandidateJudged(candidate, tried, spend):
            verdict = candidate.verdict
            tests = f" · passes {len(verdict.fixed)} of its targets" if verdict and verdict.fixed else ""
            job.report(f"candidate {tried}{tests} · {money(spend.usd)} · {spend.wall_seconds:.0f} s")
        case Confirming(candidate):
            job.report(f"{candidate.id} passes; confirming it")
        case _:
            pass
