"""`testtime fix`: repair failing tests from a terminal or a script."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from pathlib import Path

from testtime_sandbox.errors import SandboxError
from testtime_sandbox.verdict import GRADES
from testtime_strategies.candidate import Stopped
from testtime_strategies.model_errors import ModelError

from .apply import MovedOn, apply_patch
from .display import progress
from .ledger import Ledger
from .repair import NoFailingTest, Report, Workbench
from .report import cost_line, empty_json, evidence_line, moves_line, to_json
from .reports import save
from .settings import Settings, load
from .terminal import BAD_USAGE, NO_FAILING_TEST, NOT_VERIFIED, VERIFIED, explain, print_json


async def fix(options: argparse.Namespace) -> int:
    """Run one repair and print its result; returns the exit status."""
    try:
        root = project_root(options.root)
        settings = load_settings(root, options)
    except SandboxError as error:
        return _refuse(options, error, BAD_USAGE, "medium")
    with contextlib.closing(Ledger()) as ledger:
        return await _fix(options, root, settings, ledger)


async def _fix(options: argparse.Namespace, root: Path, settings: Settings, ledger: Ledger) -> int:
    """The repair itself, and its result."""
    workbench = Workbench(root, settings, ledger=ledger)
    try:
        with progress() as listener:
            report = await workbench.repair(_ids(options.tests, root), listener=listener)
    except NoFailingTest as error:
        return _refuse(options, error, NO_FAILING_TEST, settings.effort)
    except (SandboxError, ModelError) as error:
        return _refuse(options, error, BAD_USAGE, settings.effort)
    finally:
        await workbench.aclose()
    believed = is_believed(report, options.min_evidence)
    applied = options.apply and believed
    if applied:
        assert report.outcome.fix is not None
        assert report.outcome.fix.patch is not None
        try:
            await asyncio.to_thread(apply_patch, root, report.outcome.fix.patch)
        except (MovedOn, OSError) as error:
            return _refuse(options, error, NOT_VERIFIED, settings.effort)
        ledger.mark_applied(report.id)
    page = save_page(report)
    if options.json:
        answer = to_json(report.problem, report.outcome, report.rest)
        print_json({**answer, "id": report.id, "report": str(page) if page else None})
    else:
        show(report, applied=applied, wanted="" if believed else options.min_evidence)
        if page is not None:
            print(f"report: {page}")
    if report.outcome.verified:
        return VERIFIED if believed else NOT_VERIFIED
    unusable = report.outcome.stopped is Stopped.MODEL and not report.outcome.spend.tokens
    return BAD_USAGE if unusable else NOT_VERIFIED


def is_believed(report: Report, least: str) -> bool:
    """Whether there is a verified fix whose evidence is graded `least` or better."""
    evidence = report.outcome.evidence
    return report.outcome.verified and evidence is not None and GRADES.index(evidence.grade) >= GRADES.index(least)


def project_root(given: Path | None) -> Path:
    """The root asked for, or the one found from the current folder."""
    from testtime_sandbox.errors import ProjectError
    from testtime_sandbox.project import find_root

    if given is None:
        return find_root(Path.cwd())
    if not given.is_dir():
        raise ProjectError(f"--root {given} is not a folder.")
    return given.resolve()


def load_settings(root: Path, options: argparse.Namespace) -> Settings:
    """Settings with the command line on top; what could not be taken is said on stderr."""
    names = ("python", "effort", "strategy", "model", "reasoning_effort", "base_url", "max_usd", "timeout", "record")
    flags = {name: value for name in names if (value := getattr(options, name, None)) is not None}
    loaded = load(root, environ=os.environ, flags=flags)
    for message in loaded.messages:
        print(message, file=sys.stderr)
    return loaded.settings


def save_page(report: Report) -> Path | None:
    """The report's page, written; what stands in the way of the books is said on stderr."""
    for note in report.notes:
        print(f"testtime: {note}", file=sys.stderr)
    try:
        return save(report)
    except OSError as error:
        print(f"testtime: The report could not be written ({error}).", file=sys.stderr)
        return None


def show(report: Report, *, applied: bool = False, wanted: str = "") -> None:
    """Print a repair's result for a person: diff, evidence, cost; `wanted` is a grade that the fix does not reach."""
    outcome = report.outcome
    if outcome.fix is None or outcome.fix.patch is None:
        print(outcome.reason)
    else:
        print_diff(outcome.fix.patch.diff())
        print(f"verified: {evidence_line(report.problem, outcome)}")
        if outcome.evidence:
            for note in outcome.evidence.notes:
                print(f"  note: {note}")
        for test in report.rest:
            print(f"  still failing: {test}")
        if wanted:
            print(f"Its evidence is less than {wanted} (--min-evidence), so it is not applied.")
        elif not applied:
            print("Run again with --apply to write it.")
    for note in outcome.notes:
        print(f"  note: {note}")
    print(f"moves: {moves_line(outcome)}")
    print(f"cost: {cost_line(outcome.spend, len(outcome.candidates))}")


def print_diff(diff: str) -> None:
    """The diff, coloured on a terminal."""
    if not sys.stdout.isatty():
        print(diff, end="" if diff.endswith("\n") else "\n")
        return
    from rich.console import Console
    from rich.syntax import Syntax

    Console().print(Syntax(diff.rstrip("\n"), "diff", background_color="default"))


def _ids(tests: list[str], root: Path) -> list[str]:
    """Ids relative to the root, however the shell's completion wrote the path."""
    ids: list[str] = []
    for test in tests:
        path, separator, rest = test.partition("::")
        absolute = Path(path) if Path(path).is_absolute() else Path.cwd() / path
        inside = absolute.exists() and absolute.resolve().is_relative_to(root) and not (root / path).exists()
        ids.append((absolute.resolve().relative_to(root).as_posix() if inside else path) + separator + rest)
    return ids


def _refuse(options: argparse.Namespace, error: Exception, status: int, effort: str) -> int:
    """Say why there is no result, on stderr and, when asked for, as JSON."""
    print(explain(error), file=sys.stderr)
    if options.json:
        print_json(empty_json(str(error), effort))
    return status
