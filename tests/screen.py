"""A terminal that a test types into and reads from: a program in tmux, on a private socket.

`python tests/screen.py capture.ansi picture.svg TITLE` renders a kept capture again.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

THEME = TerminalTheme(
    (22, 24, 33),
    (205, 208, 218),
    [(22, 24, 33), (224, 108, 117), (152, 195, 121), (229, 192, 123), (97, 175, 239), (198, 120, 221), (86, 182, 194), (205, 208, 218)],
    [(92, 99, 112), (224, 108, 117), (152, 195, 121), (229, 192, 123), (97, 175, 239), (198, 120, 221), (86, 182, 194), (255, 255, 255)],
)  # fmt: skip
PICTURE = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 16px; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
SETTINGS = (
    "set -g status off\nset -s escape-time 0\nset -g default-terminal tmux-256color\n"
    "set -g remain-on-exit on\nset -as terminal-features ',*:usstyle:RGB'\n"
)


def available() -> bool:
    """Whether there is a tmux."""
    return shutil.which("tmux") is not None


class Screen:
    """One program in a terminal of its own."""

    def __init__(self, command: list[str], cwd: Path, environment: dict[str, str], size: tuple[int, int] = (100, 24)):
        self._folder = Path(tempfile.mkdtemp(prefix="tt-screen-"))  # a socket's path is short
        (self._folder / "tmux.conf").write_text(SETTINGS)
        self._environment = {**environment, "TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        self._cwd = cwd
        self._tmux(
            "-f",
            str(self._folder / "tmux.conf"),
            "-u",
            "new-session",
            "-d",
            "-x",
            str(size[0]),
            "-y",
            str(size[1]),
            *command,
        )

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-S", str(self._folder / "socket"), *arguments]
        done = subprocess.run(
            command, cwd=self._cwd, env=self._environment, capture_output=True, text=True, timeout=30, check=True
        )
        return done.stdout

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names: `Enter`, `Escape`, `C-w`, `u`."""
        self._tmux("send-keys", *names)

    def type(self, text: str) -> None:
        """Type a text as it stands."""
        self._tmux("send-keys", "-l", text)

    def enter(self, text: str) -> None:
        """Type a text and the Enter key."""
        self.type(text)
        self.keys("Enter")

    def text(self) -> str:
        """What is on the screen."""
        return self._tmux("capture-pane", "-p")

    def until(
        self, wanted: str | Callable[[str], object], seconds: float = 60, again: Callable[[], None] | None = None
    ) -> str:
        """Wait for a text on the screen, or for a condition on it; the screen as it then is.

        `again` is done at once and every three seconds, for what an editor drops while its server still starts.
        """
        condition = (lambda screen: wanted in screen) if isinstance(wanted, str) else wanted
        deadline = time.monotonic() + seconds
        due = 0.0
        while not condition(screen := self.text()):
            assert time.monotonic() < deadline, f"not on the screen in time: {wanted}\n{screen}"
            if again is not None and time.monotonic() >= due:
                again()
                due = time.monotonic() + 3
            time.sleep(0.02)
        return screen

    def keep(self, name: str, title: str) -> None:
        """Keep the screen as text, with its colours, and as a picture, where TESTTIME_ARTEFACTS says."""
        folder = Path(os.environ.get("TESTTIME_ARTEFACTS") or self._folder)
        folder.mkdir(parents=True, exist_ok=True)
        coloured = self._tmux("capture-pane", "-e", "-p")
        (folder / f"{name}.txt").write_text(self.text())
        (folder / f"{name}.ansi").write_text(coloured)
        (folder / f"{name}.svg").write_text(picture(coloured, title))

    def until_ended(self, seconds: float = 60) -> None:
        """Wait until the program has left."""
        deadline = time.monotonic() + seconds
        while self._tmux("display-message", "-p", "#{pane_dead}").strip() != "1":
            assert time.monotonic() < deadline, f"the program has not left in time\n{self.text()}"
            time.sleep(0.02)

    def close(self) -> None:
        """End the program and its terminal; the second time does nothing."""
        subprocess.run(["tmux", "-S", str(self._folder / "socket"), "kill-server"], capture_output=True, check=False)
        shutil.rmtree(self._folder, ignore_errors=True)


def picture(coloured: str, title: str) -> str:
    """A terminal's screen, with its escape sequences, as an SVG."""
    plain_underline = re.sub(r"\x1b\[4:[1-9]m", "\x1b[4m", coloured)
    without_its_colour = re.sub(r"\x1b\[5[89][0-9:;]*m", "", plain_underline)
    lines = [Text.from_ansi(line) for line in without_its_colour.rstrip("\n").split("\n")]
    width = max(line.cell_len for line in lines)
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in lines:
        console.print(line, no_wrap=True, crop=False)
    return console.export_svg(title=title, theme=THEME, code_format=PICTURE, unique_id="screen")


if __name__ == "__main__":
    source, target, caption = sys.argv[1:]
    Path(target).write_text(picture(Path(source).read_text(), caption))
