"""Several repairs of one request as one: what they leave of its ceilings, their patches joined, their costs added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.verdict import GRADES, TestId, TestOutcome, TestResult
from testtime_strategies.budget import Ceilings, Spend
from testtime_strategies.candidate import Outcome, Stopped

from .recording import Report


def remaining(ceilings: Ceilings, outcomes: Sequence[Outcome]) -> Ceilings | None:
    """What several repairs have left of one request's ceilings; None when no further one can begin."""
    spend = sum((outcome.spend for outcome in outcomes), Spend())
    replies = sum(outcome.samples for outcome in outcomes)
    left = replace(
        ceilings,
        samples=ceilings.samples - replies,
        tokens=ceilings.tokens - spend.tokens,
        usd=ceilings.usd - (spend.usd or 0.0),
        seconds=ceilings.seconds - spend.wall_seconds,
    )
    return left if left.seconds > 1.0 else None


def combined(reports: Sequence[Report]) -> Report:
    """Several repairs of one request as one: their patches joined, their costs added, what is still failing said."""
    fixed = [report for report in reports if report.outcome.fix is not None]
    outcomes = [report.outcome for report in reports]
    whole = reports[0]
    total = replace(
        whole.outcome,
        candidates=tuple(candidate for o in outcomes for candidate in o.candidates),
        spend=sum((o.spend for o in outcomes), Spend()),
        sent=dict(sum((Counter(o.sent) for o in outcomes), Counter[str]())),
        samples=sum(o.samples for o in outcomes),
        notes=tuple(dict.fromkeys(note for o in outcomes for note in o.notes)),
    )
    if not fixed:
        return replace(whole, outcome=total)
    last = fixed[-1].outcome.fix
    assert last is not None
    assert last.patch is not None
    patches = [report.outcome.fix.patch for report in fixed if report.outcome.fix and report.outcome.fix.patch]
    # The last repair ran on all patches before it, so its verdict is of the whole patch, and of the whole suite.
    results: Mapping[TestId, TestResult] = last.verdict.results if last.verdict else {}
    asked = {*whole.rest, *whole.problem.targets}
    wanted = tuple(test for test in whole.problem.baseline.failing if test in asked)
    targets = tuple(test for test in wanted if test in results and results[test].outcome is TestOutcome.PASSED)
    failing = tuple(test for test in wanted if test not in targets)
    weakest = min(
        (report.outcome.evidence for report in fixed if report.outcome.evidence),
        key=lambda evidence: GRADES.index(evidence.grade),
        default=None,
    )
    verdict = replace(last.verdict, fixed=targets) if last.verdict else None
    fix = replace(last, patch=joined(patches), verdict=verdict)
    outcome = replace(
        total,
        fix=fix,
        reason="verified" if not failing else f"verified; still failing: {', '.join(failing)}",
        evidence=weakest,
        stopped=outcomes[-1].stopped if failing else Stopped.VERIFIED,
    )
    return Report(whole.project, replace(whole.problem, targets=targets), outcome, failing)


def joined(patches: Sequence[Patch]) -> Patch:
    """One patch that does what several do, each made on the result of those before it."""
    edits: dict[str, FileEdit] = {}
    for patch in patches:
        for edit in patch.edits:
            before = edits[edit.path].before if edit.path in edits else edit.before
            edits[edit.path] = FileEdit(edit.path, before, edit.after)
    return Patch(tuple(edits.values()))
