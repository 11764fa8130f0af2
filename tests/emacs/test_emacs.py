"""The real Emacs with eglot in batch: diagnostics, the quick fix that answers at once, the edit, one step of undo."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SNIPPET = HERE.parent.parent / "editors" / "emacs" / "testtime.el"
EMACS = shutil.which("emacs")
PATHS = [flag for folder in sorted(Path("/usr/share/emacs/site-lisp/elpa").glob("*")) for flag in ("-L", str(folder))]


def has_eglot() -> bool:
    if EMACS is None:
        return False
    look = [EMACS, "-Q", "--batch", *PATHS, "--eval", "(require 'eglot)"]
    return subprocess.run(look, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_eglot(), reason="EMACS IS NOT TESTED: no emacs with eglot here")
def test_the_fix_in_emacs(calculator: Path, processes_with: Callable[[str], list[int]]) -> None:
    assert EMACS is not None
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TESTTIME_", "OPENAI_"))}
    run = subprocess.run(
        [EMACS, "-Q", "--batch", *PATHS, "-l", str(SNIPPET), "-l", str(HERE / "flow.el")],
        cwd=calculator,
        env={
            **inherited,
            "HOME": str(calculator.parent),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "TESTTIME_MODEL": "none",
            "TESTTIME_PYTEST_ARGS": "--disable-plugin-autoload",
            "TESTTIME_MARK": f"emacs-{calculator.parent.name}",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "assert -1 == 5" in run.stdout
    assert "action: Fix test_add" in run.stdout
    assert "$" in run.stdout
    assert "answered: at once" in run.stdout
    assert "undone: in one step" in run.stdout
    assert not processes_with(f"TESTTIME_MARK=emacs-{calculator.parent.name}")
