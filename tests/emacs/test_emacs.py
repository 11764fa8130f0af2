"""The real Emacs with eglot in batch, set up as its getting-started page says: diagnostics, the quick fix that answers
at once, the edit, one step of undo.
"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "editors" / "emacs" / "README.md"
EMACS = shutil.which("emacs")
PATHS = [flag for folder in sorted(Path("/usr/share/emacs/site-lisp/elpa").glob("*")) for flag in ("-L", str(folder))]


def has_eglot() -> bool:
    if EMACS is None:
        return False
    look = [EMACS, "-Q", "--batch", *PATHS, "--eval", "(require 'eglot)"]
    return subprocess.run(look, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_eglot(), reason="EMACS IS NOT TESTED: no emacs with eglot here")
def test_the_getting_started_page(
    newcomer: Any,
    page_blocks: Callable[[str, str], list[str]],
    tmp_path: Path,
    processes_with: Callable[[str], list[int]],
    wait_for: Callable[..., None],
) -> None:
    assert EMACS is not None
    page = PAGE.read_text()
    mark = f"emacs-{tmp_path}"
    somebody = newcomer({"emacs": [EMACS, "-Q", "--batch", *PATHS]}, TESTTIME_MARK=mark)
    command, folder, _ = somebody.follow(page)
    somebody.write("init.el", page_blocks(page, "elisp")[0])
    assert command[0] == "emacs"
    run = subprocess.run(
        [command[0], "-l", str(somebody.home / "init.el"), "-l", str(HERE / "flow.el")],
        cwd=folder,
        env=somebody.environment,
        executable=shutil.which(command[0], path=somebody.environment["PATH"]),
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
    wait_for(lambda: not processes_with(f"TESTTIME_MARK={mark}"))
