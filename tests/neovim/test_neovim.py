"""The real Neovim, headless, with the plugin that ships in `editors/neovim`. Each script beside this file is a test."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
PLUGIN = HERE.parent.parent / "editors" / "neovim"
DEADLINE = 150.0


@pytest.fixture
def neovim(tmp_path: Path, wait_for: Callable[..., None], processes_with: Any) -> Callable[..., None]:
    """Run a script of this folder in Neovim on a project; when Neovim has left, nothing of it may be left."""
    plugin = tmp_path / "plugin"
    shutil.copytree(PLUGIN, plugin)
    mark = f"TESTTIME_MARK=neovim-{tmp_path.name}"

    def run(script: str, project: Path, program: tuple[str, ...] = (str(BIN / "nvim"),), **environment: str) -> None:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TESTTIME_", "OPENAI_", "XDG_"))}
        subprocess.run([*program, "--headless", "--clean", f"+helptags {plugin}/doc", "+qa"], check=True, timeout=30)
        done = subprocess.run(
            [*program, "--headless", "--clean", "-S", str(HERE / "harness.lua")],
            env={
                **inherited,
                "HOME": str(tmp_path),
                "PLUGIN": str(plugin),
                "SCRIPT": str(HERE / f"{script}.lua"),
                "TESTTIME": str(BIN / "testtime"),
                "PROJECT": str(project),
                "TESTTIME_PYTEST_ARGS": "--disable-plugin-autoload",
                **dict([mark.split("=")]),
                **environment,
            },
            cwd=project,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        wait_for(lambda: not processes_with(mark))

    return run


def test_squiggle_menu_progress_fix_with_price_undo(neovim: Any, calculator: Path) -> None:
    neovim("fix", calculator)


def test_typed_text_is_never_overwritten(neovim: Any, calculator: Path) -> None:
    neovim("typed", calculator)


def test_a_stale_version_zero_is_refused(neovim: Any, calculator: Path) -> None:
    neovim("stale", calculator)


def test_stop_leaves_nothing_running(neovim: Any, hard: Path) -> None:
    neovim("stop", hard)


def test_health_and_help(neovim: Any, calculator: Path) -> None:
    neovim("health", calculator)
