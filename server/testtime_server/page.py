"""A repair as one self-contained HTML page: no script from elsewhere, no font, no picture, no request."""

from __future__ import annotations

from html import escape

from .repair import Report
from .report import cost_line, evidence_line, moves_line


def render(report: Report) -> str:
    """The page. Everything that came from the project, its tests or a model is escaped."""
    outcome = report.outcome
    verdict = f"verified: {evidence_line(report.problem, outcome)}" if outcome.verified else outcome.reason
    diff = outcome.fix.patch.diff() if outcome.fix and outcome.fix.patch else ""
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>testtime report {escape(report.id)}</title>
<h1>{escape(verdict)}</h1>
<p>{escape(moves_line(outcome))}</p>
<p>{escape(cost_line(outcome.spend, len(outcome.candidates)))}</p>
<pre>{escape(diff)}</pre>
</html>
"""
