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
from testtime_strategies.endpoint import ChosenModel, trouble_of

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
        for name, examine in (("interpreter", _interpreter), ("isolation", _isolation)):
            checks.append(await _guarded(name, examine, root, settings))
        checks += await _models(settings)
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
    except SandboxError as error:
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


async def _models(settings: Settings) -> list[Check]:
    """Each model of the cascade, cheap to dear, and whether its endpoint serves it."""
    from .choosing import Choice, choose_models

    if settings.cascade == ("none",):
        return [Check("model", "ok", "none: mutations only, $0.00")]
    chosen = await choose_models(settings, _embedded, os.environ)
    if not chosen:
        text = "none found: mutations only, $0.00. Set OPENAI_API_KEY or testtime.baseUrl to add one."
        return [Check("model", "note", text)]

    async def look(place: int, choice: Choice) -> Check:
        name = "model" if len(chosen) == 1 else f"model {place}"
        if isinstance(choice, ChosenModel):
            trouble = "" if choice.is_ours else await trouble_of(choice)
            return Check(name, "problem", trouble) if trouble else Check(name, "ok", choice.describe())
        return Check(name, "problem", str(choice.error))

    return await asyncio.gather(*(look(place, choice) for place, choice in enumerate(chosen, start=1)))


async def _embedded(name: str) -> ChosenModel | None:
    """The embedded model that a name means, not started."""
    from .local.serving import weights_path

    path = weights_path(name)
    return None if path is None else ChosenModel(str(path), None, "embedded, on this machine", is_ours=True)
