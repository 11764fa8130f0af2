"""What is offered at a place in the code, and how it is called. Pure: titles and command arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from testtime_sandbox.verdict import TestId
from testtime_strategies.budget import EffortName

from .repair import Report
from .report import evidence_line, money
from .settings import Settings

FIX, RUN_TESTS, STOP = "testtime.fix", "testtime.runTests", "testtime.stop"
COMMANDS = (FIX, RUN_TESTS, STOP)
OFFERED: tuple[EffortName, ...] = ("low", "medium", "high", "max")
MOST_TESTS = 3
"""Failing tests that get an action of their own at one place."""


@dataclass(frozen=True)
class Offer:
    """One code action that carries a command."""

    title: str
    command: str
    arguments: tuple[object, ...] = ()
    preferred: bool = False


def fix_offers(uri: str, tests: Sequence[TestId], settings: Settings) -> list[Offer]:
    """`Fix test_x · medium ≤ $0.10` for each test, then the first at every other effort, then all together."""
    offers = [_fix(uri, [test], settings, settings.effort) for test in tests[:MOST_TESTS]]
    if len(tests) > 1:
        offers.append(_fix(uri, tests, settings, settings.effort))
    if tests:
        offers += [_fix(uri, tests[:1], settings, effort) for effort in OFFERED if effort != settings.effort]
    return offers


def _fix(uri: str, tests: Sequence[TestId], settings: Settings, effort: EffortName) -> Offer:
    what = short_name(tests[0]) if len(tests) == 1 else f"{len(tests)} failing tests"
    usd = 0.0 if settings.model == "none" else settings.ceilings(effort).usd
    price = "$0.00" if usd == 0 else f"≤ {money(usd)}"
    return Offer(f"Fix {what} · {effort} {price}", FIX, (uri, list(tests), effort))


def stop_offer(title: str) -> Offer:
    """`Stop fixing test_x`: first in every menu while a job runs."""
    return Offer(f"Stop: {title}", STOP, preferred=True)


def run_offer(uri: str) -> Offer:
    """Run the project's tests."""
    return Offer("Run tests", RUN_TESTS, (uri,))


def short_name(test: TestId) -> str:
    """The last part of an id: what a person calls the test."""
    return test.rsplit("::", 1)[-1]


def apply_title(report: Report) -> str:
    """`Apply verified fix · 14/14 tests · $0.003 · strong`."""
    grade, *facts = evidence_line(report.problem, report.outcome).split(" · ")
    return f"Apply verified fix · {facts[0]} · {money(report.outcome.spend.usd)} · {grade}"


def result_line(report: Report) -> str:
    """`fixed test_x · 14/14 tests · $0.00 · strong`: short, it is shown on one line."""
    targets = report.problem.targets
    what = short_name(targets[0]) if len(targets) == 1 else f"{len(targets)} tests"
    return f"fixed {what}" + apply_title(report).removeprefix("Apply verified fix")
