"""The getting-started page of Neovim in the real one, in a terminal: every command and key as the page has it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent.parent.parent / "editors" / "neovim" / "README.md"


def test_the_getting_started_page(
    newcomer: Any,
    page_blocks: Callable[[str, str], list[str]],
    page_keys: Callable[[str, int], list[str]],
    terminal: Any,
    tmp_path: Path,
    processes_with: Any,
    wait_for: Any,
) -> None:
    page = PAGE.read_text()
    mark = f"neovim-newcomer-{tmp_path}"
    somebody = newcomer({"nvim": [str(Path(sys.executable).parent / "nvim")]}, TESTTIME_MARK=mark)
    command, folder, said = somebody.follow(page)
    assert "testtime's own interpreter" in said, "doctor finds an interpreter with pytest"
    somebody.write(".config/nvim/init.lua", page_blocks(page, "lua")[0])
    screen = terminal(command, folder, somebody.environment)
    write, go, show, act, _, result, edit, undo, keep = page_keys(page, 4)
    assert (show, act, edit) == ("Ctrl-W d", "gra", ":e calc.py")

    screen.until("def test_add")
    screen.enter(write)  # at once, as somebody does who follows a page: the server is still starting
    screen.until("E     assert add(2, 3) == 5")
    screen.type(go)
    screen.until("5,5")
    screen.keys("C-w")
    screen.type("d")
    screen.until("test_add: assert -1 == 5")
    screen.type(act)
    number = next(line for line in screen.until("Type number").splitlines() if "Fix test_add · medium" in line)
    screen.type(number.split(":")[0])
    screen.keys("Enter")
    screen.until("fix test_add: candidate")
    screen.until(result.removesuffix("…"))
    screen.until("in calc.py")
    screen.enter(edit)
    screen.until("return a + b")
    assert "a - b" in (folder / "calc.py").read_text(), "unsaved"
    screen.type(undo)
    screen.until("return a - b")
    screen.keys("C-r")
    screen.until("return a + b")
    screen.enter(keep)
    wait_for(lambda: "a + b" in (folder / "calc.py").read_text())
    screen.enter(":qa")
    screen.until_ended()
    screen.close()
    wait_for(lambda: not processes_with(mark))
