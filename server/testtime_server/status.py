"""What the server is doing and has spent, as one object for a status bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testtime_strategies.budget import Spend

from .jobs import Job

if TYPE_CHECKING:
    from .recording import Report

NOTIFICATION = "testtime/status"


@dataclass(frozen=True)
class Ended:
    """A fix or completion that ran to its end. `message` is the sentence that the user was told."""

    id: str
    title: str
    root: Path
    message: str
    report: Report | None = None
    page: Path | None = None
    """The report's HTML page, once written."""

    @property
    def verified(self) -> bool:
        """Whether it found a fix."""
        return self.report is not None and self.report.outcome.verified

    @property
    def spend(self) -> Spend:
        """What it cost."""
        return self.report.outcome.spend if self.report is not None else Spend()


def status_json(
    *, effort: str, usd: float | None, tokens: int, cap: float | None, jobs: Sequence[Job], last: Ended | None
) -> dict[str, Any]:
    """The answer of `testtime.status`, which is also the notification's parameters.

    USD and tokens are today's; `cap` is the daily cap in USD, None where there is none; `report` is the page's URI.
    """
    return {
        "effort": effort,
        "today": {"usd": usd, "tokens": tokens},
        "cap": cap,
        "running": [{"token": job.token, "title": job.title, "message": job.message} for job in jobs],
        "last": None
        if last is None
        else {
            "id": last.id,
            "title": last.title,
            "message": last.message,
            "verified": last.verified,
            "usd": last.spend.usd,
            "report": last.page.as_uri() if last.page is not None else None,
        },
    }
