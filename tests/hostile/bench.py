"""Where rows are judged: one project, one snapshot, one baseline and one warm agent for all of them."""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from testtime_sandbox.baseline import measure_baseline
from testtime_sandbox.isolation import Isolator, choose
from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.project import discover
from testtime_sandbox.screen import WarmScreen
from testtime_sandbox.slots import FairSlots
from testtime_sandbox.snapshot import Snapshot, discard, take_snapshot
from testtime_sandbox.suite import Task
from testtime_sandbox.verdict import Baseline, Project, TestId, Verdict
from testtime_sandbox.verifier import SandboxVerifier
from testtime_sandbox.warm import WarmAgent

from .rows import MARK, PROJECT, TARGETS, Row

ARGS = ("--disable-plugin-autoload",)
SECRET = "planted-secret"
WORKERS = 2
HURRIED_SECONDS = 0.5
"""A test's limit, for rows that hang."""
SEED = 7


class Thorough(SandboxVerifier):
    """Does not end a confirmation at the first test that breaks: how far each patch gets is what is looked at."""

    def _whole_task(self, baseline: Baseline, seed: int | None) -> Task:
        return replace(super()._whole_task(baseline, seed), stop_first=False)


@dataclass(frozen=True)
class Outside:
    """What lies around the project and must stay as it is: its parent folder with a secret in it, and a port."""

    root: Path
    listener: socket.socket

    @property
    def secret(self) -> Path:
        """A file that a candidate must not read."""
        return self.root.parent / "secret.txt"

    @property
    def port(self) -> int:
        """Where a connection would be noticed."""
        return self.listener.getsockname()[1]

    def connected(self) -> bool:
        """Whether anybody has connected."""
        try:
            self.listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def state(self) -> Mapping[str, object]:
        """Every file of the project and its parent's folder, and what bears the rows' mark in shared places."""
        state: dict[str, object] = {
            str(path): path.read_bytes() if path.is_file() else path.is_symlink()
            for path in sorted(self.root.parent.rglob("*"))
        }
        for folder in (tempfile.gettempdir(), "/tmp", "/dev/shm", "/var/tmp", str(Path.home())):
            state[folder] = sorted(name for name in os.listdir(folder) if MARK in name)
        return state


@dataclass
class Bench:
    """Judges rows as the server does (`flow`) and with the static check left out (`run`)."""

    outside: Outside
    project: Project
    snapshot: Snapshot
    baseline: Baseline
    isolator: Isolator
    agent: WarmAgent | None
    screen: WarmScreen | None
    slots: FairSlots = field(default_factory=lambda: FairSlots(WORKERS))

    def verifier(self, targets: Sequence[TestId] = TARGETS, *, hurried: bool = False) -> SandboxVerifier:
        """A verifier as the server makes it, but for its seed; `hurried` with limits for what hangs."""
        verifier = Thorough(
            self.project,
            self.snapshot,
            replace(self.baseline, seconds=0.1) if hurried else self.baseline,
            targets,
            self.isolator,
            slots=self.slots,
            screen=self.screen if targets == TARGETS and not hurried else None,
            agent=self.agent,
            seed=SEED,
        )
        if hurried:
            verifier._target_limit = HURRIED_SECONDS  # pyright: ignore[reportPrivateUsage]
            limits = verifier._limits  # pyright: ignore[reportPrivateUsage]
            limits.update(dict.fromkeys(limits, HURRIED_SECONDS))
        return verifier

    def patch(self, row: Row) -> Patch:
        """A row's patch, with the places of this bench in it."""
        names = {"{secret}": self.outside.secret, "{outside}": self.outside.root.parent, "{port}": self.outside.port}
        edits: list[FileEdit] = []
        for edit in row.patch(self.snapshot).edits:
            text = edit.after
            for name, place in names.items():
                text = text and text.replace(name, str(place))
            edits.append(replace(edit, after=text))
        return Patch(tuple(edits))

    async def flow(self, row: Row) -> Verdict:
        """Static check, warm screen, warm run, confirmation: each only when the one before finds nothing."""
        verifier, patch = self.verifier(row.targets, hurried=row.hurried), self.patch(row)
        verdict = await verifier.verify(patch)
        return await verifier.verify(patch, confirm=True) if verdict.passed else verdict

    async def run(self, row: Row) -> Verdict:
        """The confirmation of a patch whose text nobody has looked at."""
        verifier = self.verifier(row.targets, hurried=row.hurried)
        return await verifier._confirm(self.patch(row))  # pyright: ignore[reportPrivateUsage]


@asynccontextmanager
async def open_bench(
    folder: Path, files: Mapping[str, str] = PROJECT, *, isolator: Isolator | None = None, warm: bool = True
) -> AsyncGenerator[Bench]:
    """A bench for a project made of `files` below `folder`; everything is gone in the end."""
    root = folder / "project"
    for path, text in {"pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n', **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    isolator = isolator or choose()
    project = discover(root, python=sys.executable, pytest_args=ARGS)
    snapshot = take_snapshot(root)
    starting = asyncio.ensure_future(WarmAgent.start(project, snapshot, isolator)) if warm and isolator.boxed else None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        outside = Outside(root, listener)
        outside.secret.write_text(f"{SECRET}-file")
        screen = agent = None
        try:
            baseline = await measure_baseline(project, snapshot, isolator, timeout=60, agent=starting)
            assert not baseline.cold_because
            if starting is not None:
                agent = await starting
                targets = [target for target in TARGETS if target in baseline.failing]
                screen = await WarmScreen.start(agent, isolator.isolation, baseline, targets)
                assert screen is not None
            yield Bench(outside, project, snapshot, baseline, isolator, agent, screen)
        finally:
            if screen is not None:
                await screen.aclose()
            if starting is not None:
                await (await starting).aclose()
            discard(snapshot)
