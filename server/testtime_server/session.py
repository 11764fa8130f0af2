"""What the server knows of the projects that an editor has open: settings, last runs, jobs, fixes that are ready."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testtime_sandbox.errors import SandboxError

from .diagnostics import LastRun, Mark, last_run, shifted
from .editor import Editor
from .jobs import Job, JobBoard
from .ledger import Day, Ledger
from .progress import tell
from .roots import BenchFactory, ReadyFix, Root, digest
from .settings import Settings, load

if TYPE_CHECKING:
    from .repair import Workbench

CONFIGURATION = ("pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg")
BACKGROUND = "background"
"""The kind of job that nobody asked for."""
TODAY_SECONDS = 1.0
MOST_READY = 20
"""Verified fixes kept for each project until they are applied."""


class Session:
    """All projects of one editor. Long work goes through the job board; everything else answers at once."""

    def __init__(self, editor: Editor, bench_factory: BenchFactory, changed: Callable[[], None]) -> None:
        """`changed` hears that jobs, their progress or the settings changed."""
        self.changed = changed
        self.editor = editor
        self.jobs = JobBoard(changed, self._broke)
        self.ledger = Ledger()
        self.client_settings: Mapping[str, Any] = {}
        self.after_run: Callable[[Root], None] = lambda root: None
        """Hears of every run that followed a save."""
        self.unheard: tuple[float, float] | None = None
        """When no editor could tell of a save yet: from the process's start to its first word, seconds of the epoch."""
        self._bench_factory = bench_factory
        self._roots: dict[Path, Root] = {}
        self._numbers = itertools.count(1)
        self._typed = asyncio.Event()
        self._today: tuple[int, float, Day] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    # ── roots and settings ───────────────────────────────────────────────────────────────────────────────────

    @property
    def roots(self) -> list[Root]:
        """Every project that something was asked of."""
        return list(self._roots.values())

    def root_of(self, path: Path) -> Root:
        """The project that a file belongs to, the nearest folder above that is one: a monorepo has several."""
        from testtime_sandbox.project import find_root

        folder = find_root(path)
        root = self._roots.get(folder)
        if root is None:
            settings = self.load_settings(folder)
            root = Root(folder, settings, self._bench_factory(folder, settings), configured_at=_written(folder))
            self._roots[folder] = root
        return root

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Take the client's settings, from its first word or any later one."""
        self.client_settings = settings
        self.editor.forget_complaints()
        for root in self._roots.values():
            self._reload(root)
        self.editor.refresh()

    def look_at_configuration(self, path: Path) -> None:
        """Read a project's settings again if a configuration file of it was written meanwhile: no watching needed."""
        root = self.root_of(path)
        written = _written(root.path)
        if written != root.configured_at:
            root.configured_at = written
            self._reload(root)

    def today(self, ended: int) -> Day:
        """What this day cost so far, as of the last ended fix (their number is `ended`) and not older than a second."""
        now = time.monotonic()
        if self._today is None or self._today[0] != ended or now - self._today[1] > TODAY_SECONDS:
            self._today = (ended, now, self.ledger.today())
        return self._today[2]

    def load_settings(self, folder: Path) -> Settings:
        """The settings for a project; what is wrong with them is said once."""
        loaded = load(folder, client=self.client_settings, environ=os.environ)
        for message in loaded.messages:
            self.editor.complain(message.removeprefix("testtime: "))
        return loaded.settings

    def _reload(self, root: Root) -> None:
        """Take new settings; the warm box stays unless they decide where the tests run."""
        old, new = root.settings, self.load_settings(root.path)
        if new == old:
            return
        root.settings = new
        if all(getattr(old, name) == getattr(new, name) for name in ("python", "pytest_args", "isolation")):
            root.bench.settings = new
            return
        self._retire(root.path, root.bench)
        root.bench = self._bench_factory(root.path, new)

    def _retire(self, folder: Path, bench: Workbench) -> None:
        """Close a bench once the jobs that use it have ended."""
        using = [job.task for job in self.jobs.running(folder) if job.task is not None]

        async def close() -> None:
            if using:
                await asyncio.wait(using)
            await bench.aclose()

        task = asyncio.get_running_loop().create_task(close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def forget(self, folder: Path, kept: Sequence[Path] = ()) -> None:
        """A workspace folder was closed: its projects go, those of the folders `kept` excepted."""
        for path, root in list(self._roots.items()):
            if path.is_relative_to(folder) and not any(path.is_relative_to(other) for other in kept):
                self.jobs.stop(path)
                del self._roots[path]
                for published in root.published:
                    self.editor.publish(root.path, published, [])
                self._retire(path, root.bench)

    # ── running tests ────────────────────────────────────────────────────────────────────────────────────────

    def saved(self, path: Path) -> None:
        """A file was saved: run the tests, unless the user runs them by hand."""
        self.look_at_configuration(path)
        root = self.root_of(path)
        if root.settings.run_tests == "onSave" and path.suffix == ".py":
            self.run_tests(root)

    def missed_save_of(self, path: Path) -> bool:
        """Whether a file that is opened now was saved while the server was starting: its editor kept that to itself."""
        if self.unheard is None:
            return False
        try:
            written = path.stat().st_mtime
        except OSError:
            return False
        return self.unheard[0] <= written <= self.unheard[1]

    def changed_on_disk(self, paths: Sequence[Path]) -> None:
        """Files were written by somebody else (a branch was changed): read settings, run tests, but once."""
        roots = {root.path: root for path in paths for root in self._known(path)}
        for root in roots.values():
            # Only where tests have run before: opening an editor starts nothing.
            if root.settings.run_tests == "onSave" and root.run is not None:
                self.run_tests(root)

    def _known(self, path: Path) -> Iterator[Root]:
        """The project in use that a file on disk belongs to, when it is one that its tests can see."""
        root = max(
            (root for root in self._roots.values() if path.is_relative_to(root.path)),
            key=lambda root: len(root.path.parts),
            default=None,
        )
        if root is None or self.editor.documents.at(path) is not None:
            return
        inner = path.relative_to(root.path).parts
        if not any(part.startswith(".") or part in ("__pycache__", "node_modules", "venv") for part in inner):
            self.look_at_configuration(path)
            yield root

    def run_tests(self, root: Root) -> Job:
        """Run the project's tests; a run that is still going is of an older text and is started over."""
        self.jobs.stop(root.path, "run")
        self.jobs.stop(root.path, BACKGROUND)
        return self.jobs.start(root.path, ("run",), "run tests", lambda job: self._run_tests(root, job))

    async def _run_tests(self, root: Root, job: Job) -> None:
        await asyncio.to_thread(preload)
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
        self.after_run(root)

    def next_number(self) -> int:
        """A number for a run that begins now."""
        return next(self._numbers)

    def show_run(self, root: Root, run: LastRun) -> None:
        """Take a run's results, unless those of a later one are known."""
        if root.run is None or run.number >= root.run.number:
            root.run = run
            self.refresh(root)

    def marks(self, root: Root, path: str) -> list[Mark]:
        """One file's marks, as far as they still hold in its text as it is now."""
        if root.run is None or path not in root.run.marked:
            return []
        tested, current = root.run.texts.get(path), self.editor.text(root.path / path)
        if tested is None or current is None:
            return list(root.run.marked[path])
        moved = (shifted(mark, tested, current) for mark in root.run.marked[path])
        return [mark for mark in moved if mark is not None]

    def refresh(self, root: Root, only: str | None = None) -> None:
        """Show the marks that still hold, of one file or of all."""
        paths = {only} if only is not None else {*root.published, *(root.run.marked if root.run else ())}
        for path in sorted(paths):
            found = self.marks(root, path)
            if found or path in root.published:
                self.editor.publish(root.path, path, found)
            (root.published.add if found else root.published.discard)(path)
        if only is None:
            self.editor.refresh()

    async def until_edited(self, texts: Mapping[str, str], folder: Path, seconds: float) -> bool:
        """Wait until a project's open texts are others than `texts`; False when they still are after so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.editor.open_texts(folder) == texts:
                    self._typed.clear()
                    await self._typed.wait()
                return True
        return False

    def edited(self, path: Path) -> None:
        """A text changed: stale marks go; undoing a fix brings its marks back."""
        self._typed.set()
        root = self.root_of(path)
        if root.before_fix is not None and self.editor.is_before(root.path, root.before_fix[0]):
            root.run, root.before_fix = root.before_fix[1], None
            self.refresh(root)
        elif path.is_relative_to(root.path):
            self.refresh(root, path.relative_to(root.path).as_posix())

    # ── verified fixes ───────────────────────────────────────────────────────────────────────────────────────

    def ready_fixes(self, root: Root) -> list[ReadyFix]:
        """Verified fixes for the texts as they are now; one whose text is restored is offered again."""
        return [fix for fix in root.ready if self.is_current(root, fix)]

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

    def is_current(self, root: Root, fix: ReadyFix, *, whole: bool = False) -> bool:
        """Whether the user's texts are the very ones that a fix was verified on: those that it changes, and of the
        open ones those that matter to its tests; with `whole`, all that are open.
        """
        changed = set(fix.patch.paths)
        for path, document in self.editor.documents.below(root.path).items():
            if path in changed or not (whole or path in fix.relevant):
                continue
            if fix.texts.get(path) != document.text and fix.tested(path) != digest(document.text):
                return False
        return self.editor.is_before(root.path, fix.patch)

    def _broke(self, job: Job, error: BaseException) -> None:
        """A job ended with an error that nobody foresaw: say so, keep the details in the log, go on."""
        logging.getLogger("testtime").error("%s broke", job.title, exc_info=error)
        self.editor.say(f"{job.title} broke: {type(error).__name__}: {error}. The log has the details.")

    async def close(self) -> None:
        """Stop every job and let go of every project."""
        await self.jobs.close()
        await asyncio.gather(*self._closing, *(root.bench.aclose() for root in self._roots.values()))
        self.ledger.close()


def preload() -> None:
    """Import what a repair needs: in a thread of a server, which goes on answering meanwhile."""
    from testtime_sandbox import baseline, isolation, project, screen, verifier, warm
    from testtime_strategies import adaptive, solve, tree

    assert all((baseline, isolation, project, screen, verifier, warm, adaptive, solve, tree))


def _written(folder: Path) -> dict[str, int]:
    """When each configuration file was last written."""
    found: dict[str, int] = {}
    for name in CONFIGURATION:
        with contextlib.suppress(OSError):
            found[name] = (folder / name).stat().st_mtime_ns
    return found
