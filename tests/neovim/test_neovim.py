"""The real Neovim, headless, with the configuration that ships in `editors/neovim`."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
PLUGIN = HERE.parent.parent / "editors" / "neovim" / "testtime.lua"


def test_code_action_progress_edit_undo_and_cancel(
    calculator: Path, hard: Path, tmp_path: Path, wait_for: Callable[..., None], processes_with: Any
) -> None:
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "PLUGIN": str(PLUGIN),
        "TESTTIME": str(BIN / "testtime"),
        "PROJECT": str(calculator),
        "HARD": str(hard),
        "TESTTIME_PYTEST_ARGS": "--disable-plugin-autoload",
        "TESTTIME_MARK": f"neovim-{tmp_path.name}",
    }
    done = subprocess.run(
        [str(BIN / "nvim"), "--headless", "--clean", "-S", str(HERE / "drive.lua")],
        env=environment,
        cwd=calculator,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "OK" in done.stdout
    assert "FAIL" not in done.stdout
    wait_for(lambda: not processes_with(f"TESTTIME_MARK=neovim-{tmp_path.name}"))
