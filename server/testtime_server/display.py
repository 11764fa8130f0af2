"""How a repair looks on a terminal: a live line while it runs (rich), plain lines where there is no terminal.

Everything goes to stderr, so that stdout holds the result alone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from testtime_strategies.candidate import Mutate
from testtime_strategies.events import (
    BaselineReady,
    CandidateJudged,
    Confirming,
    Event,
    Listener,
    Preparing,
    RepairStarted,
)

from .report import money

if TYPE_CHECKING:
    from rich.status import Status

PLAIN_INTERVAL = 2.0
"""Seconds between two plain progress lines."""


def describe(event: Event) -> str | None:
    """One line for an event, or None for one that needs none."""
    match event:
        case Preparing(step):
            return f"{step} …"
        case BaselineReady(baseline, isolation):
            flaky = f", {len(baseline.flaky)} flaky" if baseline.flaky else ""
            holes = f" (not stopped: {', '.join(isolation.holes)})" if isolation.holes else ""
            cold = f" · each run starts cold: {baseline.cold_because}" if baseline.cold_because else ""
            return (
                f"{len(baseline.results)} tests: {len(baseline.failing)} failing{flaky} · "
                f"{baseline.seconds:.1f} s · isolation: {isolation.level}{holes}{cold}"
            )
        case RepairStarted(problem, ceilings, model):
            price = f"≤ {money(ceilings.usd)}, {ceilings.tokens} tokens" if model else "$0.00"
            who = model or "no model, mutations only"
            return f"repairing {_names(problem.targets)} · {who} · {price}, {ceilings.seconds:g} s"
        case CandidateJudged(candidate, tried, spend):
            progress = f" · {candidate.progress:.0%} of the way" if candidate.progress else ""
            move = (
                candidate.move.operator if isinstance(candidate.move, Mutate) else type(candidate.move).__name__.lower()
            )
            return f"candidate {tried} ({move}){progress} · {money(spend.usd)} · {spend.wall_seconds:.0f} s"
        case Confirming(candidate):
            return f"{candidate.id} passes; confirming it in a fresh box …"
        case _:
            return None


@contextmanager
def progress(stream: TextIO | None = None) -> Generator[Listener]:
    """A listener that shows events on `stream` (stderr) for as long as the block runs."""
    target = sys.stderr if stream is None else stream
    if target.isatty():
        from rich.console import Console

        console = Console(file=target, highlight=False)
        with console.status("starting …") as status:
            yield lambda event: _live(status, event)
    else:
        yield _PlainLines(target)


def _live(status: Status, event: Event) -> None:
    from rich.markup import escape

    line = describe(event)
    if line is None:
        return
    if isinstance(event, BaselineReady | RepairStarted):
        status.console.print(escape(line))
    status.update(escape(line))


class _PlainLines:
    """Writes each step as a line, candidates at most one every `PLAIN_INTERVAL` seconds."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last = 0.0

    def __call__(self, event: Event) -> None:
        now = time.monotonic()
        if isinstance(event, CandidateJudged) and now - self._last < PLAIN_INTERVAL:
            return
        line = describe(event)
        if line is not None:
            self._last = now
            print(line, file=self._stream, flush=True)


def _names(tests: tuple[str, ...]) -> str:
    first = tests[0] if tests else ""
    return first if len(tests) < 2 else f"{first} and {len(tests) - 1} more"
