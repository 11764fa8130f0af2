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
    mark = f"TESTTIME_MARK=neovim-{tmp_path}"

    def run(script: str, project: Path, program: tuple[str, ...] = (str(BIN / "nvim"),), **environment: str) -> None:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TESTTIME_", "OPENAI_", "XDG_"))}
        helptags = [*program, "--headless", "--clean", f"+helptags {plugin}/doc", "+qa"]
        subprocess.run(helptags, env=os.environ | environment, check=True, timeout=30)
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


@pytest.fixture
def neovim_012(neovim: Callable[..., None], unpacked: Any, run_unpacked: Any) -> Callable[[str, Path], None]:
    """The same in Neovim 0.12, which has ghost text and lenses that keep themselves current."""
    root = unpacked("neovim", "sid")
    program = tuple(run_unpacked(root, "usr/bin/nvim"))
    return lambda script, project: neovim(script, project, program, VIMRUNTIME=str(root / "usr/share/nvim/runtime"))


def test_squiggle_menu_progress_fix_with_price_undo(neovim: Any, calculator: Path) -> None:
    neovim("fix", calculator)


def test_typed_text_is_never_overwritten(neovim: Any, calculator: Path) -> None:
    neovim("typed", calculator)


def test_a_stale_version_zero_is_refused(neovim: Any, calculator: Path) -> None:
    neovim("stale", calculator)


def test_text_typed_as_the_edit_arrives_is_verified_again(neovim: Any, calculator: Path) -> None:
    neovim("race", calculator)


def test_stop_leaves_nothing_running(neovim: Any, hard: Path) -> None:
    neovim("stop", hard)


def test_health_and_help(neovim: Any, calculator: Path) -> None:
    neovim("health", calculator)


def test_every_subcommand_its_completion_and_the_status_line(neovim: Any, calculator: Path) -> None:
    neovim("commands", calculator)


def test_review_as_a_diff_before_anything_is_applied(neovim: Any, calculator: Path) -> None:
    neovim("diff", calculator)


def test_what_was_just_typed_in_another_buffer_is_what_is_repaired(neovim: Any, calculator: Path) -> None:
    neovim("pending", calculator)


BASKET = {
    "basket.py": "class Basket:\n    def __init__(self, items):\n        self.items = items\n\n"
    "    def count(self):\n        ...\n",
    "test_basket.py": "from basket import Basket\n\n\n"
    "def test_two():\n    assert Basket(['a', 'b']).count() == 2\n\n\n"
    "def test_none():\n    assert Basket([]).count() == 0\n",
}


def test_complete_a_stub(neovim: Any, make_project: Any) -> None:
    neovim("complete", make_project(BASKET))


@pytest.mark.parametrize("script", ["fix", "typed", "stale"])
def test_the_same_in_neovim_012(neovim_012: Any, calculator: Path, script: str) -> None:
    neovim_012(script, calculator)


def test_ghost_text_and_lenses_in_neovim_012(neovim_012: Any, make_project: Any) -> None:
    neovim_012("ghost", make_project(BASKET))


SHOP = {
    "shop.py": "from tax import taxed\n\n\ndef total(price, count):\n    return taxed(price + count)\n",
    "tax.py": "def taxed(amount):\n    return amount * 2.1\n",
    "test_total.py": "from shop import total\n\n\ndef test_total():\n    assert total(10, 3) == 36\n",
}
BOTH = """Two faults.

shop.py
<<<<<<< SEARCH
    return taxed(price + count)
=======
    return taxed(price * count)
>>>>>>> REPLACE

tax.py
<<<<<<< SEARCH
    return amount * 2.1
=======
    return amount * 1.2
>>>>>>> REPLACE
"""


def test_a_fix_of_several_files_one_of_them_not_open(neovim: Any, make_project: Any, chat_server: Any) -> None:
    server = chat_server([BOTH] * 4)
    neovim("several_files", make_project(SHOP), TESTTIME_BASE_URL=server.url, MODEL="gpt-4o-mini")
