"""What the server knows of the projects that an editor has open: settings, last runs, jobs, fixes that are ready."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from testtime_sandbox.errors import SandboxError
from testtime_sandbox.patch import Patch
from testtime_sandbox.verdict import Baseline, TestId, Verdict
from testtime_strategies.budget import EffortName, Spend
from testtime_strategies.events import BaselineReady, CandidateJudged, Confirming, Event, Listener, Preparing

from .actions import Offer, apply_title, fix_offers, result_line, run_offer, short_name, stop_offer
from .diagnostics import LastRun, Mark, last_run, named_test_at, shifted, tests_at
from .editor import Editor
from .edits import rebased
from .jobs import Job, JobBoard
from .repair import NoFailingTest, Report
from .report import money
from .settings import Settings, load

MOST_REBASES = 3


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

    def __init__(self, editor: Editor, bench_factory: BenchFactory, publish: Callable[[Root, str, list[Mark]], None]):
        self.editor = editor
        self.jobs = JobBoard()
        self.client_settings: Mapping[str, Any] = {}
        self._bench_factory = bench_factory
        self._publish = publish
        self._roots: dict[Path, Root] = {}

    # ── roots and settings ───────────────────────────────────────────────────────────────────────────────────

    def root_of(self, path: Path) -> Root:
        """The project that a file belongs to."""
        from testtime_sandbox.project import find_root

        folder = find_root(path)
        root = self._roots.get(folder)
        if root is None:
            settings = self._load(folder)
            root = self._roots[folder] = Root(folder, settings, self._bench_factory(folder, settings))
        return root

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Take the client's settings, from its first word or any later one."""
        self.client_settings = settings
        self.editor.forget_complaints()
        for root in self._roots.values():
            new = self._load(root.path)
            if new != root.settings:
                root.settings = new
                root.bench = self._bench_factory(root.path, new)

    def _load(self, folder: Path) -> Settings:
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
        texts = self.editor.open_texts(root.path)
        async with job.shown(self.editor):
            try:
                baseline = await root.bench.run_tests(buffers=texts, listener=lambda event: _tell(job, event))
            except SandboxError as error:
                self.editor.complain(str(error))
                return
        self.editor.forget_complaints()
        root.before_fix = None
        self._show_run(root, last_run(baseline, texts))

    def _show_run(self, root: Root, run: LastRun) -> None:
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
        if root.before_fix is not None and self._is_current(root, root.before_fix[0]):
            root.run, root.before_fix = root.before_fix[1], None
        self.refresh(root, path.relative_to(root.path).as_posix() if path.is_relative_to(root.path) else None)

    # ── what is offered ──────────────────────────────────────────────────────────────────────────────────────

    def offers(self, path: Path, line: int) -> list[Offer]:
        """Commands that make sense at a 0-based line. Starts nothing."""
        root = self.root_of(path)
        text = self.editor.text(path) or ""
        uri = self.editor.uri(path)
        name = path.relative_to(root.path).as_posix()
        offers = [stop_offer(job.title) for job in self.jobs.running(root.path, "fix")]
        tests = list(tests_at(root.run, name, text, line))
        if not tests and (test := named_test_at(name, text, line)):
            known = root.run is not None and test in root.run.baseline.results
            if not known:
                tests = [test]
            return offers + fix_offers(uri, tests, root.settings)[:1] + [run_offer(uri)]
        return offers + fix_offers(uri, tests, root.settings)

    def ready_fixes(self, path: Path) -> list[tuple[str, ReadyFix, Root]]:
        """Verified fixes for the texts as they are now, with their titles."""
        root = self.root_of(path)
        root.ready = [fix for fix in root.ready if self._is_current(root, fix.patch)]
        return [(apply_title(fix.report), fix, root) for fix in root.ready]

    def _is_current(self, root: Root, patch: Patch) -> bool:
        return all(self.editor.text(root.path / edit.path) == edit.before for edit in patch.edits)

    # ── fixing ───────────────────────────────────────────────────────────────────────────────────────────────

    def fix(self, path: Path, tests: Sequence[TestId], effort: EffortName | None) -> Job:
        """Start repairing, queue behind other work on the project, or join the same request."""
        root = self.root_of(path)
        what = short_name(tests[0]) if len(tests) == 1 else f"{len(tests) or 'all'} failing tests"
        key = ("fix", *sorted(tests))
        return self.jobs.start(root.path, key, f"fix {what}", lambda job: self._fix(root, job, tests, effort))

    async def _fix(self, root: Root, job: Job, tests: Sequence[TestId], effort: EffortName | None) -> None:
        meter = _Meter(job)
        message = ""
        try:
            async with job.shown(self.editor):
                message = await self._repair(root, job, meter, tests, effort)
        except asyncio.CancelledError:
            self.editor.say(f"stopped: {job.title} · {money(meter.spend.usd)} spent")
            raise
        except Exception as error:  # the job ends here with a sentence; the server goes on
            from testtime_strategies.model import ModelError

            if not isinstance(error, SandboxError | ModelError | NoFailingTest):
                raise
            self.editor.say(str(error))
            return
        self.editor.say(message)

    async def _repair(
        self, root: Root, job: Job, meter: _Meter, tests: Sequence[TestId], effort: EffortName | None
    ) -> str:
        """Search, then deliver; the sentence that tells how it ended."""
        texts = self.editor.open_texts(root.path)
        report = await root.bench.repair(tests, buffers=texts, effort=effort, listener=meter)
        self._show_run(root, last_run(report.problem.baseline, texts))
        if report.outcome.fix is None or report.outcome.fix.patch is None:
            cost = money(report.outcome.spend.usd)
            return f"{report.outcome.reason} ({cost}, {report.outcome.spend.wall_seconds:.0f} s)"
        return await self._deliver(root, job, report, report.outcome.fix.patch)

    async def _deliver(self, root: Root, job: Job, report: Report, patch: Patch) -> str:
        """Bring a verified patch to texts that may have moved on: re-base and verify again, never apply blind."""
        listener: Listener = lambda event: _tell(job, event)  # noqa: E731
        for _ in range(MOST_REBASES):
            if self._is_current(root, patch):
                return await self._hand_over(root, report, patch)
            current = {edit.path: self.editor.text(root.path / edit.path) for edit in patch.edits}
            moved = rebased(patch, current)
            if moved is None:
                break
            job.report("the text has changed; verifying the fix on it")
            verdict = await root.bench.verify(
                moved, report.problem.targets, buffers=self.editor.open_texts(root.path), listener=listener
            )
            if not verdict.verified:
                break
            patch = moved
        return "a fix was verified, but the text has changed where it applies; ask for the fix again."

    async def _hand_over(self, root: Root, report: Report, patch: Patch) -> str:
        """Apply, ask, or offer, as the user set it."""
        line = result_line(report)
        mode = root.settings.apply
        if mode == "ask":
            answer = await self.editor.ask(f"{apply_title(report)}?", ("Apply", "Discard"))
            if answer == "Discard":
                return f"discarded: {line}"
            mode = "direct" if answer == "Apply" else "offer"
        if mode == "direct" and self._is_current(root, patch):
            trouble = await self.editor.apply(root.path, patch, line)
            if trouble is None:
                if root.run is not None:
                    root.before_fix = (patch, root.run)
                    # Marks elsewhere in the changed files move with the edit.
                    texts = {edit.path: edit.before or "" for edit in patch.edits}
                    self._show_run(root, root.run.without(report.problem.targets, texts))
                return line
            root.ready.append(ReadyFix(report, patch))
            return f"{line.replace('fixed', 'verified a fix for', 1)}, but it was not applied: {trouble}."
        root.ready.append(ReadyFix(report, patch))
        return f"{line.replace('fixed', 'verified a fix for', 1)}; apply it with the code action."

    async def close(self) -> None:
        """Stop every job and let go of every project."""
        await self.jobs.close()
        for root in self._roots.values():
            await root.bench.aclose()


class _Meter:
    """Turns a repair's events into a job's progress, and remembers what was spent."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.spend = Spend()

    def __call__(self, event: Event) -> None:
        if isinstance(event, CandidateJudged):
            self.spend = event.spend
        _tell(self._job, event)


def _tell(job: Job, event: Event) -> None:
    """One line of progress for an event."""
    match event:
        case Preparing(step):
            job.report(step)
        case BaselineReady(baseline, isolation):
            cold = " · cold runs" if baseline.cold_because else ""
            job.report(f"{len(baseline.failing)} of {len(baseline.results)} tests fail · {isolation.level}{cold}")
        case CandidateJudged(candidate, tried, spend):
            verdict = candidate.verdict
            tests = f" · {len(verdict.fixed)} target(s) pass" if verdict and verdict.fixed else ""
            job.report(f"candidate {tried}{tests} · {money(spend.usd)} · {spend.wall_seconds:.0f} s")
        case Confirming(candidate):
            job.report(f"{candidate.id} passes; confirming it")
        case _:
            pass
