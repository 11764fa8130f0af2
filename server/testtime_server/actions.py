"""What is offered at a place in the code, and how it is called. Pure: titles and command arguments."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from testtime_sandbox.verdict import TestId
from testtime_strategies.budget import EffortName

from .report import evidence_line, money
from .settings import Settings

if TYPE_CHECKING:
    from .recording import Report

FIX, RUN_TESTS, STOP = "testtime.fix", "testtime.runTests", "testtime.stop"
SHOW_REPORT, WHY_NO_FIX, COMPLETE = "testtime.showReport", "testtime.whyNoFix", "testtime.complete"
APPLY_FIX, READY_FIX, STATUS = "testtime.applyFix", "testtime.readyFix", "testtime.status"
COMMANDS = (FIX, RUN_TESTS, STOP, SHOW_REPORT, WHY_NO_FIX, COMPLETE, APPLY_FIX, READY_FIX, STATUS)
OFFERED: tuple[EffortName, ...] = ("low", "medium", "high", "max")
MOST_TESTS = 3
"""Failing tests that get an action of their own at one place."""


@dataclass(frozen=True)
class Offer:
    """One code action or lens that carries a command."""

    title: str
    command: str
    arguments: tuple[object, ...] = ()
    preferred: bool = False


def fix_offers(uri: str, tests: Sequence[TestId], settings: Settings) -> list[Offer]:
    """`Fix test_x · medium ≤ $0.10` for each test, then the first at every other effort, then all together."""
    offers = [fix_offer(uri, [test], settings, settings.effort) for test in tests[:MOST_TESTS]]
    if len(tests) > 1:
        offers.append(fix_offer(uri, tests, settings, settings.effort))
    if tests:
        offers += [fix_offer(uri, tests[:1], settings, effort) for effort in OFFERED if effort != settings.effort]
    return offers


def fix_offer(uri: str, tests: Sequence[TestId], settings: Settings, effort: EffortName) -> Offer:
    """`Fix test_x · medium ≤ $0.10`."""
    what = short_name(tests[0]) if len(tests) == 1 else f"{len(tests)} failing tests"
    return Offer(f"Fix {what} · {price(settings, effort)}", FIX, (uri, list(tests), effort))


def complete_offer(uri: str, line: int, name: str, tests: Sequence[TestId], settings: Settings) -> Offer:
    """`Complete parse_date until its 6 tests pass · medium ≤ $0.10`; `line` is the stub's, 0-based."""
    until = "its test passes" if len(tests) == 1 else f"its {len(tests)} tests pass"
    position = {"line": line, "character": 0}
    return Offer(f"Complete {name} until {until} · {price(settings, settings.effort)}", COMPLETE, (uri, position))


def price(settings: Settings, effort: EffortName) -> str:
    """An effort with the most it may cost: `medium ≤ $0.10`, or `medium $0.00` where no reply can cost money."""
    usd = 0.0 if settings.is_free(os.environ) else settings.ceilings(effort).usd
    return f"{effort} $0.00" if usd == 0 else f"{effort} ≤ {money(usd)}"


def stop_offer(title: str, token: str) -> Offer:
    """`Stop: fix test_x`: first in every menu while a job runs."""
    return Offer(f"Stop: {title}", STOP, (token,), preferred=True)


def run_offer(uri: str) -> Offer:
    """Run the project's tests."""
    return Offer("Run tests", RUN_TESTS, (uri,))


def report_offer(title: str, identifier: str, *, verified: bool) -> Offer:
    """`Show report: fix test_x`, or `Why no fix: fix test_x`."""
    if verified:
        return Offer(f"Show report: {title}", SHOW_REPORT, (identifier,))
    return Offer(f"Why no fix: {title}", WHY_NO_FIX, (identifier,))


def short_name(test: TestId) -> str:
    """The last part of an id: what a person calls the test."""
    return test.rsplit("::", 1)[-1]


def apply_title(report: Report) -> str:
    """`Apply verified fix · 14/14 tests · $0.003 · strong`."""
    return f"Apply verified fix · {evidence_and_cost(report)}"


def evidence_and_cost(report: Report) -> str:
    """`14/14 tests · $0.003 · strong`."""
    grade, *facts = evidence_line(report.problem, report.outcome).split(" · ")
    return f"{facts[0]} · {money(report.outcome.spend.usd)} · {grade}"


def result_line(report: Report, what: str = "") -> str:
    """`fixed test_x · 14/14 tests · $0.00 · strong`: short, it is shown on one line."""
    targets = report.problem.targets
    what = what or ("fixed " + (short_name(targets[0]) if len(targets) == 1 else f"{len(targets)} tests"))
    return f"{what} · {evidence_and_cost(report)}"
