"""A repair's outcome as the JSON object of `testtime fix --json`, and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from testtime_sandbox.verdict import TestId, TestOutcome
from testtime_strategies.budget import Spend

if TYPE_CHECKING:
    from testtime_strategies.candidate import Candidate, Outcome, Problem


def to_json(problem: Problem, outcome: Outcome, unfixed: Sequence[TestId] = ()) -> dict[str, Any]:
    """The object of DESIGN §7; every key is always there."""
    return {
        "verified": outcome.verified,
        "reason": outcome.reason,
        "targets": list(problem.targets),
        "patch": outcome.fix.patch.diff() if outcome.fix and outcome.fix.patch else None,
        "evidence": asdict(outcome.evidence) if outcome.evidence else None,
        "tests": test_counts(problem, outcome),
        "moves": dict(outcome.moves),
        "stopped": outcome.stopped.value,
        "candidates": [_candidate(candidate) for candidate in outcome.candidates],
        "spend": asdict(outcome.spend),
        "isolation": outcome.isolation.level,
        "isolation_holes": list(outcome.isolation.holes),
        "cold_because": problem.baseline.cold_because,
        "effort": outcome.effort,
        "model": outcome.model,
        "flaky": sorted(problem.baseline.flaky),
        "unfixed": list(unfixed),
        "sent": dict(outcome.sent),
        "notes": list(outcome.notes),
    }


def empty_json(reason: str, effort: str) -> dict[str, Any]:
    """The same object for a repair that never began (no failing test, bad configuration)."""
    return {
        "verified": False,
        "reason": reason,
        "targets": [],
        "patch": None,
        "evidence": None,
        "tests": {"fixed": 0, "passed": 0, "regressed": 0, "left_out": 0},
        "moves": {},
        "stopped": None,
        "candidates": [],
        "spend": asdict(Spend()),
        "isolation": None,
        "isolation_holes": [],
        "cold_because": "",
        "effort": effort,
        "model": None,
        "flaky": [],
        "unfixed": [],
        "sent": {},
        "id": None,
        "report": None,
        "notes": [],
    }


def test_counts(problem: Problem, outcome: Outcome) -> dict[str, int]:
    """How the fix came out in the confirmation run; without a fix, the best any candidate did."""
    verdict = outcome.fix.verdict if outcome.fix else None
    if verdict is None:
        best = max((c.verdict for c in outcome.candidates if c.verdict), key=lambda v: v.progress, default=None)
        return {
            "fixed": len(best.fixed) if best else 0,
            "passed": len(problem.baseline.passing),
            "regressed": len(best.regressed) if best else 0,
            "left_out": 0,
        }
    return {
        "fixed": len(verdict.fixed),
        "passed": sum(
            result.outcome is TestOutcome.PASSED and test not in problem.baseline.flaky
            for test, result in verdict.results.items()
        ),
        "regressed": len(verdict.regressed),
        "left_out": len(verdict.left_out),
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    verdict = candidate.verdict
    if candidate.rejection is not None:
        said = candidate.rejection.value
    elif verdict is None:
        said = "not judged"
    elif verdict.verified:
        said = "verified"
    else:
        said = verdict.judgement.value
    findings = list(verdict.findings) if verdict else []
    return {
        "id": candidate.id,
        "move": type(candidate.move).__name__.lower(),
        "parent": candidate.parent,
        "verdict": said,
        "tokens": candidate.spend.tokens,
        "usd": candidate.spend.usd,
        "detail": candidate.detail or "; ".join(findings),
    }


def money(usd: float | None) -> str:
    """A price as it is shown everywhere: `$0.00`, `$0.0031`, or that it is not known."""
    if usd is None:
        return "price unknown"
    return f"${usd:.2f}" if usd == 0 or usd >= 0.01 else f"${usd:.4f}"


def cost_line(spend: Spend, tried: int) -> str:
    """`$0.00 · 0 tokens · 14 candidates · 2.1 s (3.4 CPU s)`."""
    return (
        f"{money(spend.usd)} · {spend.tokens} tokens · {tried} candidates · "
        f"{spend.wall_seconds:.1f} s ({spend.sandbox_cpu_seconds:.1f} CPU s)"
    )


def moves_line(outcome: Outcome) -> str:
    """`179 mutations, 2 drafts, 1 repair, then: verified`."""
    plural = {"mutate": "mutation"}
    made = [f"{count} {plural.get(kind, kind)}{'' if count == 1 else 's'}" for kind, count in outcome.moves.items()]
    return f"{', '.join(made) or 'none'}, then: {outcome.stopped.value}"


def evidence_line(problem: Problem, outcome: Outcome) -> str:
    """`strong · 14/14 tests · 5 tests execute the change`."""
    assert outcome.fix is not None
    assert outcome.evidence is not None
    counts = test_counts(problem, outcome)
    expected = len(problem.baseline.passing) + len(problem.targets)
    parts = [outcome.evidence.grade, f"{counts['passed']}/{expected} tests"]
    if outcome.evidence.covering_tests is not None:
        parts.append(f"{outcome.evidence.covering_tests} tests execute the change")
    if outcome.evidence.mutants_total:
        parts.append(f"{outcome.evidence.mutants_killed}/{outcome.evidence.mutants_total} mutants killed")
    return " · ".join(parts)
