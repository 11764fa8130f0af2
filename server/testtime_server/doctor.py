"""`testtime doctor`: what would be used here, and what is wrong with it."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from testtime_sandbox.errors import SandboxError
from testtime_strategies.model import ModelError

from . import __version__
from .fix import load_settings, project_root
from .settings import Settings
from .terminal import BAD_USAGE, VERIFIED, print_json


@dataclass(frozen=True)
class Check:
    """One line of the examination."""

    name: str
    state: Literal["ok", "note", "problem"]
    text: str


async def doctor(options: argparse.Namespace) -> int:
    """Examine project, isolation and model; exit status 2 when a repair could not run."""
    checks = [Check("testtime", "ok", f"{__version__} on Python {sys.version.split()[0]} ({sys.executable})")]
    try:
        root = project_root(options.root)
    except SandboxError as error:
        checks.append(Check("project", "problem", str(error)))
    else:
        settings = load_settings(root, options)
        checks.append(Check("project", "ok", str(root)))
        for name, examine in (("interpreter", _interpreter), ("isolation", _isolation), ("model", _model)):
            checks.append(await _guarded(name, examine, root, settings))
    if options.json:
        print_json({"ok": not _problems(checks), "checks": [vars(check) for check in checks]})
    else:
        marks = {"ok": "✓", "note": "·", "problem": "✗"}
        for check in checks:
            print(f"{marks[check.state]} {check.name:<12} {check.text}")
    return BAD_USAGE if _problems(checks) else VERIFIED


def _problems(checks: list[Check]) -> list[Check]:
    return [check for check in checks if check.state == "problem"]


async def _guarded(
    name: str, examine: Callable[[Path, Settings], Awaitable[Check]], root: Path, settings: Settings
) -> Check:
    try:
        return await examine(root, settings)
    except (SandboxError, ModelError) as error:
        return Check(name, "problem", str(error))


async def _interpreter(root: Path, settings: Settings) -> Check:
    from testtime_sandbox.project import discover

    project = await asyncio.to_thread(discover, root, python=settings.python, pytest_args=settings.pytest_args)
    versions = f"Python {project.python_version}, pytest {project.pytest_version}"
    return Check("interpreter", "ok", f"{project.interpreter} ({versions}; from {project.interpreter_source})")


async def _isolation(root: Path, settings: Settings) -> Check:
    from testtime_sandbox.isolation import choose

    isolator = await asyncio.to_thread(choose, allow_unisolated=settings.isolation == "process")
    isolation = isolator.isolation
    holes = f"; not stopped: {', '.join(isolation.holes)}" if isolation.holes else ""
    return Check("isolation", "note" if holes else "ok", f"{isolation.level} ({isolation.detail}{holes})")


async def _model(root: Path, settings: Settings) -> Check:
    from testtime_strategies.endpoint import choose_model

    from .local.serving import LocalEngine, weights_path

    if settings.model == "none":
        return Check("model", "ok", "none: mutations only, $0.00")
    if LocalEngine.means(settings.model):
        return Check("model", "ok", f"{weights_path(settings.model)} (embedded, on this machine; $0.00)")
    chosen = await choose_model(settings.model, settings.base_url, settings.api_key, environ=os.environ)
    if chosen is None and (path := weights_path(settings.model)) is not None:
        return Check("model", "ok", f"{path} (embedded, on this machine; $0.00)")
    if chosen is None:
        return Check(
            "model", "note", "none found: mutations only, $0.00. Set OPENAI_API_KEY or testtime.baseUrl to add one."
        )
    return Check("model", "ok", chosen.describe())
