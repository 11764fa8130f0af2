"""`testtime demo`: repair several different bugs of a small project that ships in the wheel, at $0.00."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from dataclasses import replace
from importlib import resources
from itertools import groupby
from pathlib import Path

from testtime_sandbox.errors import SandboxError
from testtime_strategies.budget import Spend

from .apply import apply_patch
from .display import progress
from .fix import save_page, show
from .repair import Workbench
from .report import cost_line
from .settings import Settings
from .terminal import BAD_USAGE, NOT_VERIFIED, VERIFIED, explain


async def demo(*, keep: bool = False) -> int:
    """Copy the demo project to a temporary folder and repair it, one test file after the other."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="testtime-demo-"))
    try:
        root = folder / "shop"
        source = resources.files("testtime_server") / "demo_project"
        with resources.as_file(source) as path:
            await asyncio.to_thread(shutil.copytree, path, root, ignore=shutil.ignore_patterns("__pycache__"))
        return await _repair_all(root)
    except SandboxError as error:
        print(explain(error), file=sys.stderr)
        return BAD_USAGE
    finally:
        if keep:
            print(f"The repaired copy is in {folder / 'shop'}")
        else:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _repair_all(root: Path) -> int:
    # The project is ours and has no environment of its own: testtime's interpreter runs it.
    settings = Settings(model="none", python=sys.executable, pytest_args=("--disable-plugin-autoload",), timeout=60)
    workbench = Workbench(root, settings)
    print(f"A small web shop with failing tests, copied to {root}. No key, no model: mutations only.\n")
    with progress() as listener:
        baseline = await workbench.run_tests(listener=listener)
    by_file = [(path, list(ids)) for path, ids in groupby(sorted(baseline.failing), lambda test: test.split("::")[0])]
    repaired, total, tried = 0, Spend(), 0
    for path, ids in by_file:
        print(f"── {path}: {len(ids)} failing ".ljust(78, "─"))
        for test in ids:
            print(f"   {test.split('::', 1)[1]}: {baseline.results[test].message}")
        with progress() as listener:
            report = await workbench.repair(ids, listener=listener)
        outcome = report.outcome
        if outcome.fix is not None and outcome.fix.patch is not None:
            repaired += 1
            await asyncio.to_thread(apply_patch, root, outcome.fix.patch)
        workbench.ledger.mark_applied(report.id)
        save_page(report)
        show(report, applied=True)
        print()
        total, tried = total + outcome.spend, tried + len(outcome.candidates)
    await workbench.aclose()
    print(f"{repaired} of {len(by_file)} bugs repaired and verified · {cost_line(replace(total), tried)}")
    print("Each repair has a page: 'testtime report --open' shows the last.")
    print("Next: run 'testtime fix' in your own project, or 'testtime serve' from your editor (see README.md).")
    return VERIFIED if repaired == len(by_file) else NOT_VERIFIED
