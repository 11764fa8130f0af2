"""The getting-started page of Helix in the real one: every command, file and key as the page has it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

EDITOR = Path(__file__).parent.parent.parent / "editors" / "helix"


def test_the_getting_started_page(
    newcomer: Any,
    unpacked: Any,
    run_unpacked: Any,
    page_keys: Callable[[str, int], list[str]],
    terminal: Any,
    tmp_path: Path,
    processes_with: Any,
    wait_for: Any,
) -> None:
    page = (EDITOR / "README.md").read_text()
    mark = f"helix-newcomer-{tmp_path}"
    root = unpacked("hx", "trixie")
    somebody = newcomer(
        {"hx": run_unpacked(root, "usr/lib/hx/hx")},
        HELIX_RUNTIME=str(root / "usr/lib/hx/runtime"),
        TESTTIME_MARK=mark,
    )
    command, folder, said = somebody.follow(page)
    assert "testtime's own interpreter" in said, "doctor finds an interpreter with pytest"
    for name in ("languages.toml", "config.toml"):
        target = f".config/helix/{name}"
        assert f"[{name}]({name})" in page
        assert f"~/{target}" in page
        somebody.write(target, (EDITOR / name).read_text())
    screen = terminal(command, folder, somebody.environment, size=(160, 22))
    write, act, go, undo, keep = (key for key in page_keys(page, 4) if key != "calc.py")
    assert act == "Space a"

    screen.until("def test_add")
    screen.enter(write)  # at once, as somebody does who follows a page: the server is still starting
    screen.until("└─test_add: assert -1 == 5")
    screen.type(" a")
    screen.until("Fix test_add · medium")
    screen.keys("Enter")
    screen.until("candidate")
    screen.until("fixed test_add · 2/2 tests · $0.00")
    screen.enter(go)
    screen.until("return a + b")
    assert "a - b" in (folder / "calc.py").read_text(), "unsaved"
    screen.type(undo)
    screen.until("return a - b")
    screen.type("U")
    screen.until("return a + b")
    screen.enter(keep)
    wait_for(lambda: "a + b" in (folder / "calc.py").read_text())
    screen.enter(":qa")
    screen.until_ended()
    screen.close()
    wait_for(lambda: not processes_with(mark))
