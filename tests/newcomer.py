"""A newcomer with a getting-started page: an empty home, a copy of the sources in it, and the page's commands as written."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

import platformdirs

REPOSITORY = Path(__file__).parent.parent
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "server", "strategies", "sandbox", "editors")
SECONDS = 300.0


class Unavailable(Exception):
    """This machine has not what a newcomer is asked to have; the message is a sentence for the skip."""


def blocks(page: str, language: str) -> list[str]:
    """A page's code blocks of one language, also those within lists."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", page, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(code) for _, code in found]


def keys(page: str, first: int) -> list[str]:
    """What stands as code in a page's numbered steps from the step `first` on, up to the next heading or table."""
    steps = re.search(rf"^{first}\. .*?(?=^[#|]|\Z)", page, re.DOTALL | re.MULTILINE)
    assert steps is not None, f"the page has no step {first}"
    return re.findall(r"`([^`]+)`", steps[0])


class Newcomer:
    """One home, and on its PATH the system's programs and those given, but nothing of the tests' own environment."""

    def __init__(self, home: Path, programs: Mapping[str, list[str]], **environment: str) -> None:
        """`programs`: commands by the name that a page calls them. Raises Unavailable without `uv`."""
        uv = shutil.which("uv")
        if uv is None:
            raise Unavailable("there is no uv on the PATH")
        self.home = home
        self._tools = home.parent / "tools"
        self._tools.mkdir(parents=True)
        for name, command in programs.items():
            self._tools.joinpath(name).write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
            self._tools.joinpath(name).chmod(0o755)
        ours = Path(sys.executable).parent
        path = [part for part in os.environ["PATH"].split(os.pathsep) if Path(part) != ours]
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TESTTIME_", "OPENAI_", "XDG_", "UV_PROJECT", "VIRTUAL_ENV", "PYTEST", "PYTHON"))
        }
        self.environment = {
            **kept,
            "HOME": str(home),
            "PATH": os.pathsep.join([str(home / ".local/bin"), str(self._tools), str(Path(uv).parent), *path]),
            "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR") or platformdirs.user_cache_dir("uv"),
            "UV_PYTHON_DOWNLOADS": "never",
            "TESTTIME_MODEL": "none",  # a model that happens to run on this machine is none of the page's business
            **environment,
        }
        ignored = shutil.ignore_patterns("node_modules", "dist", "__pycache__")
        home.mkdir(parents=True)
        for name in SOURCES:
            source, target = REPOSITORY / name, home / "testtime" / name
            target.parent.mkdir(exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=ignored)
            else:
                shutil.copy(source, target)

    def follow(self, page: str) -> tuple[list[str], Path, str]:
        """Do what the page's console blocks say; their last line, which opens the editor, is given back as words, with
        the folder that it is to be done in, and all that was said.
        """
        lines = [
            line.removeprefix("$ ")
            for block in blocks(page, "console")
            for line in block.splitlines()
            if line.startswith("$ ")
        ]
        done = subprocess.run(
            ["bash", "-e", "-c", "\n".join([*lines[:-1], "echo", "pwd"])],
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return shlex.split(lines[-1]), Path(done.stdout.splitlines()[-1]), done.stdout

    def write(self, path: str, text: str) -> None:
        """Put a page's text into a file below the home, with the copy's real place in it."""
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("/path/to/testtime", str(self.home / "testtime")))
