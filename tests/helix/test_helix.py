"""The real Helix in a terminal, with the configuration that ships in `editors/helix`, driven by keys."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EDITOR = Path(__file__).parent.parent.parent / "editors" / "helix"
BIN = Path(sys.executable).parent


@pytest.fixture
def helix(
    tmp_path: Path, terminal: Any, unpacked: Any, run_unpacked: Any, wait_for: Callable[..., None], processes_with: Any
) -> Any:
    """Open a file of a project at a line; when Helix has left, nothing of it may be left."""
    root = unpacked("hx", "trixie")
    configuration = tmp_path / "config" / "helix"
    configuration.mkdir(parents=True)
    for name in ("languages.toml", "config.toml"):
        shutil.copy(EDITOR / name, configuration)
    mark = f"TESTTIME_MARK=helix-{tmp_path}"
    opened: list[Any] = []

    def open_file(project: Path, place: str, **environment: str) -> Any:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TESTTIME_", "OPENAI_", "XDG_"))}
        screen = terminal(
            [*run_unpacked(root, "usr/lib/hx/hx"), place],
            project,
            {
                **inherited,
                "PATH": f"{BIN}:{os.environ['PATH']}",
                "HOME": str(tmp_path),
                "XDG_CONFIG_HOME": str(tmp_path / "config"),
                "HELIX_RUNTIME": str(root / "usr/lib/hx/runtime"),
                "TESTTIME_PYTEST_ARGS": "--disable-plugin-autoload",
                "TESTTIME_MODEL": "none",
                **dict([mark.split("=")]),
                **environment,
            },
            size=(110, 22),
        )
        opened.append(screen)
        return screen

    yield open_file
    for screen in opened:
        if " NOR " not in screen.text():
            leave_insert_mode(screen)
        command(screen, "quit-all!")
        screen.until_ended()
        screen.close()  # tmux itself carries the mark
    wait_for(lambda: not processes_with(mark))


def command(screen: Any, text: str) -> None:
    screen.enter(f":{text}")


def leave_insert_mode(screen: Any) -> None:
    """Escape with a key right behind it would be one key with Alt."""
    screen.keys("Escape")
    screen.until(" NOR ")


def save_until(screen: Any, wanted: str) -> None:
    """Save, and again until the tests run: a save before the server has started says nothing to it."""
    screen.until("def test_")
    screen.until(lambda text: "[testtime" in text or wanted in text, again=lambda: command(screen, "write"))
    screen.until(wanted)


def choose(screen: Any, title: str) -> str:
    """Open the menu of actions and take the entry `title`, which must be the first."""
    screen.type(" a")
    menu: str = screen.until(title)
    screen.keys("Enter")
    return menu


def test_squiggle_menu_progress_fix_with_price_undo(helix: Any, calculator: Path) -> None:
    screen = helix(calculator, "test_calc.py:5")
    save_until(screen, "└─test_add: assert -1 == 5")
    failing = next(line for line in screen.text().splitlines() if "assert add(2, 3) == 5" in line)
    assert failing.startswith("●"), "the failing line is marked"
    menu = choose(screen, "Fix test_add · medium $0.00")
    assert "Fix test_add · high" in menu
    screen.until("candidate")
    screen.keep("helix-progress", "Helix: a fix is searched for")
    screen.until("fixed test_add · 5/5 tests · $0.00 · ")
    screen.until(lambda text: "└─test_add" not in text)
    command(screen, "open calc.py")
    fixed = screen.until("return a + b")
    assert "calc.py [+]" in fixed, "unsaved"
    assert "a - b" in (calculator / "calc.py").read_text()
    screen.type("u")
    undone = screen.until("return a - b")
    assert "[+]" not in undone, "undone in one step"


def test_the_moment_of_the_verified_fix(helix: Any, calculator: Path) -> None:
    """From the code that the failing test executes; the picture in the README."""
    screen = helix(calculator, "test_calc.py:5")
    save_until(screen, "└─test_add: assert -1 == 5")
    command(screen, "vsplit calc.py")
    screen.until("def double")
    screen.type("j")
    choose(screen, "Fix test_add · medium $0.00")
    screen.until(lambda text: "return a + b" in text and "fixed test_add · 5/5 tests · $0.00" in text)
    screen.keep("helix-fixed", "Helix: the verified fix")


def test_typed_text_is_never_overwritten(helix: Any, calculator: Path) -> None:
    screen = helix(calculator, "test_calc.py:5")
    save_until(screen, "└─test_add: ")
    command(screen, "open calc.py")
    screen.until("def double")
    screen.type("j")
    choose(screen, "Fix test_add")
    screen.until("candidate")
    screen.type("A  # mine")
    leave_insert_mode(screen)
    screen.until("the text has changed where it applies")
    assert "return a - b  # mine" in screen.text()
    assert "a + b" not in screen.text()


def test_text_typed_elsewhere_stays_beside_the_fix(helix: Any, calculator: Path) -> None:
    screen = helix(calculator, "test_calc.py:5")
    save_until(screen, "└─test_add: ")
    command(screen, "open calc.py")
    screen.until("def double")
    screen.type("j")
    choose(screen, "Fix test_add")
    screen.until("candidate")
    screen.type("geoTYPED = True")
    leave_insert_mode(screen)
    screen.until(lambda text: "fixed test_add" in text and "$0.00" in text)
    assert "return a + b" in screen.text()
    assert "TYPED = True" in screen.text()


@pytest.mark.parametrize("way", ["the menu", "the command", "the key"])
def test_stop(helix: Any, hard: Path, way: str) -> None:
    screen = helix(hard, "test_greet.py:5")
    save_until(screen, "└─test_polite: ")
    choose(screen, "Fix test_polite")
    screen.until("candidate")
    if way == "the menu":
        choose(screen, "Stop: fix test_polite")
    elif way == "the command":
        command(screen, "lsp-workspace-command testtime.stop")
    else:
        screen.type(" ts")
    assert "$0.00 spent" in screen.until("stopped: fix test_polite")


def test_keys_for_tests_report_and_why(helix: Any, calculator: Path) -> None:
    screen = helix(calculator, "test_calc.py:5")
    screen.until("def test_add")
    screen.until(lambda text: "[testtime" in text or "└─test_add" in text, again=lambda: screen.type(" tt"))
    screen.until("└─test_add: ")
    screen.type(" tf")
    screen.until("Fix test_add · medium $0.00")
    screen.keys("Enter")
    screen.until("fixed test_add")
    screen.type(" tw")
    screen.until("fixed test_add")
    screen.type(" tr")
    screen.until("report")
