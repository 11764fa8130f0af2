"""What the server knows of the projects that an editor has open: settings, last runs, jobs, fixes that are ready."""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from testtime_sandbox.errors import SandboxError
from testtime_sandbox.patch import Patch
from testtime_sandbox.verdict import Baseline, TestId, Verdict
from testtime_strategies.budget import EffortName
from testtime_strategies.events import Listener

from .diagnostics import LastRun, Mark, last_run, shifted
from .editor import Editor
from .jobs import Job, JobBoard
from .ledger import Ledger
from .progress import tell
from .repair import Report
from .settings import Settings, load

MOST_READY = 20
"""Verified fixes kept for each project until they are applied."""


class Bench(Protocol):
    """What a session needs of `repair.Workbench`."""

    async def run_tests(
        self, *, buffers: Mapping[str, str] | None = None, tests: Sequence[TestId] = (), listener: Listener
    ) -> Baseline:
        """Run the suite."""
        ...

    async def repair(
        self,
        tests: Sequence[TestId] = (),
        *,
        buffers: Mapping[str, str] | None = None,
        effort: EffortName | None = None,
        listener: Listener,
    ) -> Report:
        """Repair tests."""
        ...

    async def verify(
        self, patch: Patch, tests: Sequence[TestId], *, buffers: Mapping[str, str] | None = None, listener: Listener
    ) -> Verdict:
        """Judge one patch on the tree as it is now."""
        ...

    async def aclose(self) -> None:
        """Let go of everything."""
        ...


BenchFactory = Callable[[Path, Settings], Bench]


@dataclass(frozen=True)
class ReadyFix:
    """A verified fix that was not applied, or could not be."""

    id: str
    title: str
    report: Report
    patch: Patch


@dataclass
class Root:
    """One project."""

    path: Path
    settings: Settings
    bench: Bench
    run: LastRun | None = None
    ready: list[ReadyFix] = field(default_factory=list[ReadyFix])
    before_fix: tuple[Patch, LastRun] | None = None
    """The last fix that was applied, and the run before it: an undo brings the failure back."""
    published: set[str] = field(default_factory=set[str])


class Session:
    """All projects of one editor. Long work goes through the job board; everything else answers at once."""

    def __init__(
        self,
        editor: Editor,
        bench_factory: BenchFactory,
        publish: Callable[[Root, str, list[Mark]], None],
        changed: Callable[[], None],
    ):
        """`publish` shows one file's marks; `changed` hears that jobs or their progress changed."""
        self.editor = editor
        self.jobs = JobBoard(changed, self._broke)
        self.ledger = Ledger()
        self.client_settings: Mapping[str, Any] = {}
        self._bench_factory = bench_factory
        self._publish = publish
        self._roots: dict[Path, Root] = {}
        self._numbers = itertools.count(1)

    # ── roots and settings ───────────────────────────────────────────────────────────────────────────────────

    @property
    def roots(self) -> list[Root]:
        """Every project that something was asked of."""
        return list(self._roots.values())

    def root_of(self, path: Path) -> Root:
        """The project that a file belongs to."""
        from testtime_sandbox.project import find_root

        folder = find_root(path)
        root = self._roots.get(folder)
        if root is None:
            settings = self.load_settings(folder)
            root = self._roots[folder] = Root(folder, settings, self._bench_factory(folder, settings))
        return root

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Take the client's settings, from its first word or any later one."""
        self.client_settings = settings
        self.editor.forget_complaints()
        for root in self._roots.values():
            new = self.load_settings(root.path)
            if new != root.settings:
                root.settings = new
                root.bench = self._bench_factory(root.path, new)

    def load_settings(self, folder: Path) -> Settings:
        """The settings for a project; what is wrong with them is said once."""
        loaded = load(folder, client=self.client_settings, environ=os.environ)
        for message in loaded.messages:
            self.editor.complain(message.removeprefix("testtime: "))
        return loaded.settings

    def forget(self, folder: Path) -> None:
        """A workspace folder was closed."""
        for path in [path for path in self._roots if path.is_relative_to(folder)]:
            self.jobs.stop(path)
            del self._roots[path]

    # ── running tests ────────────────────────────────────────────────────────────────────────────────────────

    def saved(self, path: Path) -> None:
        """A file was saved: run what it can affect, unless the user runs tests by hand."""
        root = self.root_of(path)
        if root.settings.run_tests == "onSave" and path.suffix == ".py":
            self.run_tests(root)

    def run_tests(self, root: Root) -> Job:
        """Run the project's tests; a run that is still going is of an older text and is started over."""
        self.jobs.stop(root.path, "run")
        return self.jobs.start(root.path, ("run",), "run tests", lambda job: self._run_tests(root, job))

    async def _run_tests(self, root: Root, job: Job) -> None:
        texts, number = self.editor.open_texts(root.path), self.next_number()
        async with job.shown(self.editor):
            try:
                baseline = await root.bench.run_tests(buffers=texts, listener=lambda event: tell(job, event))
            except SandboxError as error:
                self.editor.complain(str(error))
                return
        self.editor.forget_complaints()
        root.before_fix = None
        self.show_run(root, last_run(baseline, texts, number))

    def next_number(self) -> int:
        """A number for a run that begins now."""
        return next(self._numbers)

    def show_run(self, root: Root, run: LastRun) -> None:
        """Take a run's results, unless those of a later one are known."""
        if root.run is None or run.number >= root.run.number:
            root.run = run
            self.refresh(root)

    def refresh(self, root: Root, only: str | None = None) -> None:
        """Publish the marks that still hold in the texts as they are now."""
        marks: dict[str, list[Mark]] = {path: [] for path in root.published}
        for mark in root.run.marks if root.run else ():
            tested = root.run.texts.get(mark.path) if root.run else None
            current = self.editor.text(root.path / mark.path)
            moved = mark if tested is None or current is None else shifted(mark, tested, current)
            if moved is not None:
                marks.setdefault(mark.path, []).append(moved)
        for path, found in marks.items():
            if only is None or path == only:
                self._publish(root, path, found)
        root.published = {path for path, found in marks.items() if found}

    def edited(self, path: Path) -> None:
        """A text changed: stale marks go; undoing a fix brings its marks back."""
        root = self.root_of(path)
        if root.before_fix is not None and self.is_current(root, root.before_fix[0]):
            root.run, root.before_fix = root.before_fix[1], None
        self.refresh(root, path.relative_to(root.path).as_posix() if path.is_relative_to(root.path) else None)

    # ── verified fixes ───────────────────────────────────────────────────────────────────────────────────────

    def ready_fixes(self, root: Root) -> list[ReadyFix]:
        """Verified fixes for the texts as they are now; one whose text is restored is offered again."""
        return [fix for fix in root.ready if self.is_current(root, fix.patch)]

    def keep_ready(self, root: Root, fix: ReadyFix) -> None:
        """Offer a verified fix from now on."""
        kept = [other for other in root.ready if other.patch.digest != fix.patch.digest]
        root.ready = [*kept, fix][-MOST_READY:]

    def applied(self, root: Root, fix: ReadyFix) -> None:
        """A fix is in the texts: its marks go, other marks in the changed files move with the edit."""
        root.ready = [other for other in root.ready if other.id != fix.id]
        self.ledger.mark_applied(fix.report.id)
        if root.run is not None:
            root.before_fix = (fix.patch, root.run)
            texts = {edit.path: edit.before or "" for edit in fix.patch.edits}
            self.show_run(root, root.run.without(fix.report.problem.targets, texts))

    def is_current(self, root: Root, patch: Patch) -> bool:
        """Whether the user's texts are the very ones that a patch was made for."""
        return all(self.editor.text(root.path / edit.path) == edit.before for edit in patch.edits)

    def _broke(self, job: Job, error: BaseException) -> None:
        """A job ended with an error that nobody foresaw: say so, keep the details in the log, go on."""
        logging.getLogger("testtime").error("%s broke", job.title, exc_info=error)
        self.editor.say(f"{job.title} broke: {type(error).__name__}: {error}. The log has the details.")

    async def close(self) -> None:
        """Stop every job and let go of every project."""
        await self.jobs.close()
        for root in self._roots.values():
            await root.bench.aclose()
        self.ledger.close()
