"""Problems to measure repair on: suites of small programs, and faults planted in ten real projects.

    python tests/benchmarks/problems.py record [PROJECT …]

`load` gives them, `Problem.prepare` makes a tree with the fault in it, `Problem.judge` says whether a patch is correct by
tests that the repair was never shown. The real projects come as source distributions from the package registry when
they are needed, and stay in the user's cache folder; `record` finds out which tests each fault of real.toml makes fail.
"""

from __future__ import annotations

import functools
import json
import math
import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import platformdirs

from testtime_sandbox.patch import Patch

HERE = Path(__file__).parent
SUITES = ("corpus", "classic", "textbook")
REAL = HERE / "real.toml"
PLAIN = ("-q", "-p", "no:cacheprovider")
JUDGE_SECONDS = 300.0
FAILURES = """
import os
def pytest_runtest_logreport(report):
    if report.failed and type(report).__name__ == "TestReport":
        with open(os.environ["TESTTIME_FAILURES"], "a") as file:
            print(report.nodeid, file=file)
"""
MOST_VISIBLE = 3


@dataclass(frozen=True)
class Problem:
    """One faulty program. `lines` is how many lines the right fix changes."""

    suite: str
    name: str
    kind: str
    lines: int
    python: str
    pytest_args: tuple[str, ...]
    source: Path
    """The tree that the faulty program is a copy of."""
    edits: tuple[tuple[str, str, str], ...] = ()
    """The planted fault: (file, before, after)."""
    visible: tuple[str, ...] = ()
    """The failing tests that the repair is asked for; all that fail when empty."""
    held_out: tuple[str, ...] = ()
    """The failing tests that it is not shown, in the tree's own files."""
    tests: tuple[str, ...] = ()
    """Where those are; empty when the held-out tests are a folder of their own beside the tree."""

    def prepare(self, folder: Path) -> Path:
        """A tree in `folder` with the fault in it."""
        root = folder / self.source.name
        copytree(self.source, root, ignore=ignore_patterns("__pycache__", ".pytest_cache"))
        for file, before, after in self.edits:
            text = (root / file).read_text("utf-8")
            assert text.count(before) == 1, f"{self.name}: {before!r} stands {text.count(before)} times in {file}"
            (root / file).write_text(text.replace(before, after), "utf-8")
        return root

    @property
    def hiding(self) -> tuple[str, ...]:
        """pytest's arguments for the repair: what is held out is not there."""
        return (*self.pytest_args, *(f"--deselect={test}" for test in self.held_out))

    def judge(self, patch: Patch) -> bool:
        """Whether the patched program passes the tests that it was not shown, and those that it was."""
        with tempfile.TemporaryDirectory() as folder:
            root = self.prepare(Path(folder))
            if not self.tests:
                copytree(self.source.parent / "held_out", root / "held_out")
            for edit in patch.edits:
                assert edit.after is not None
                (root / edit.path).write_bytes(edit.after.encode("utf-8"))
            command = (self.python, "-m", "pytest", *PLAIN, "-x", *self.pytest_args, *(self.tests or ("held_out", ".")))
            try:
                run = subprocess.run(command, cwd=root, capture_output=True, timeout=JUDGE_SECONDS, check=False)
            except subprocess.TimeoutExpired:
                return False
            return run.returncode == 0

    def failures(self) -> list[str]:
        """The tests in `tests` that fail with the fault in it."""
        with tempfile.TemporaryDirectory() as folder:
            root = self.prepare(Path(folder))
            (Path(folder) / "failures_plugin.py").write_text(FAILURES)
            said = Path(folder) / "failures.txt"
            said.touch()
            environment = {**os.environ, "PYTHONPATH": folder, "TESTTIME_FAILURES": str(said)}
            command = (self.python, "-m", "pytest", *PLAIN, "-p", "failures_plugin", *self.pytest_args, *self.tests)
            subprocess.run(command, cwd=root, env=environment, capture_output=True, timeout=JUDGE_SECONDS, check=False)
            return list(dict.fromkeys(said.read_text().splitlines()))


def load(suite: str, names: Sequence[str] = ()) -> list[Problem]:
    """The problems of one of `SUITES` or "real", all or those named: a program, a project, or `project/fault`."""
    found = real(names) if suite == "real" else programs(suite)
    return [problem for problem in found if not names or {problem.name, problem.name.split("/")[0]} & set(names)]


def programs(suite: str) -> Iterator[Problem]:
    """A suite beside this folder, one folder a program."""
    for path in sorted((HERE.parent / suite).glob("*/problem.toml")):
        facts = tomllib.loads(path.read_text("utf-8"))
        yield Problem(
            suite=suite,
            name=path.parent.name,
            kind=facts["kind"],
            lines=facts["lines"],
            python=sys.executable,
            pytest_args=("--disable-plugin-autoload",),
            source=path.parent / "project",
        )


def real(names: Sequence[str] = ()) -> Iterator[Problem]:
    """The faults of real.toml, each in its project's source distribution."""
    projects = tomllib.loads(REAL.read_text("utf-8"))["project"]
    for project in projects:
        if names and project["name"] not in {name.split("/")[0] for name in names}:
            continue
        source = fetch(project["name"], project["version"])
        for fault in project["fault"]:
            yield Problem(
                suite="real",
                name=f"{project['name']}/{fault['name']}",
                kind=fault["kind"],
                lines=max(1, _lines(fault["before"], fault["after"])),
                python=str(interpreter()),
                pytest_args=("-o", f"pythonpath={project['source']}", "-o", "addopts="),
                source=source,
                edits=((fault["file"], fault["before"], fault["after"]),),
                visible=tuple(fault["visible"]),
                held_out=tuple(fault["held_out"]),
                tests=tuple(fault["tests"]),
            )


def _lines(before: str, after: str) -> int:
    """How many lines differ."""
    return len(set(before.splitlines()) ^ set(after.splitlines())) // 2


def _cache() -> Path:
    folder = platformdirs.user_cache_path("testtime-benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def fetch(name: str, version: str) -> Path:
    """A project's source distribution, unpacked; downloaded once."""
    folder = _cache() / f"{name}-{version}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=_cache()) as scratch:
            command = (str(interpreter()), "-m", "pip", "download", "--quiet", "--no-binary", ":all:", "--no-deps")
            subprocess.run((*command, "--dest", scratch, f"{name}=={version}"), check=True)
            archive = next(Path(scratch).glob("*.tar.gz"))
            with tarfile.open(archive) as tar:
                tar.extractall(Path(scratch) / "tree", filter="data")
            next((Path(scratch) / "tree").iterdir()).rename(folder)
    return folder


@functools.cache
def interpreter() -> Path:
    """An environment with pytest and what the projects' tests need, made once."""
    projects = tomllib.loads(REAL.read_text("utf-8"))["project"]
    requires = sorted({"pytest", *(name for project in projects for name in project["requires"])})
    folder = _cache() / f"environment-{sys.version_info.major}.{sys.version_info.minor}"
    done = folder / "installed.txt"
    if not done.exists() or done.read_text().split() != requires:
        subprocess.run((sys.executable, "-m", "venv", "--clear", folder), check=True)
        subprocess.run((folder / "bin/python", "-m", "pip", "install", "--quiet", *requires), check=True)
        done.write_text("\n".join(requires))
    return folder / "bin/python"


def record(names: Sequence[str]) -> None:
    """Write into real.toml which tests each fault makes fail: a few are shown, the others held out."""
    for problem in load("real", names):
        try:
            failing = problem.failures()
        except subprocess.TimeoutExpired:
            sys.exit(f"{problem.name}: its tests do not end")
        visible, held_out = divide(failing)
        print(f"{problem.name:32}{len(visible):4} visible {len(held_out):4} held out", flush=True)
        text = REAL.read_text("utf-8")
        head = f'name = "{problem.name.split("/")[1]}"\nkind'
        start = text.index("\nvisible = ", text.index(head)) + 1
        end = text.index("\n", text.index("\nheld_out = ", start) + 1)
        said = f"visible = {json.dumps(visible)}\nheld_out = {json.dumps(held_out)}"
        REAL.write_text(text[:start] + said + text[end:], "utf-8")


def divide(failing: Sequence[str]) -> tuple[list[str], list[str]]:
    """Failing tests into those shown and those held out. `--deselect` takes all whose ids begin so, hence no id that a
    held-out one begins is shown.
    """
    count = min(MOST_VISIBLE, math.ceil(len(failing) / 2))
    held_out = list(failing[count:])
    visible = [test for test in failing[:count] if not any(test.startswith(other) for other in held_out)]
    if not visible:
        return list(failing), []
    return visible, [test for test in failing if test not in visible]


def main(arguments: Sequence[str]) -> Any:
    """`record [PROJECT …]`."""
    if arguments[:1] != ["record"]:
        sys.exit(__doc__)
    record(arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
