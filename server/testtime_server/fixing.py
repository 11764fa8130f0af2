"""Fixes from the request to the text: search, then deliver to texts that may have moved on, never blind."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testtime_sandbox.errors import SandboxError
from testtime_sandbox.verdict import TestId
from testtime_strategies.budget import EffortName
from testtime_strategies.events import Listener

from .actions import apply_title, evidence_and_cost, result_line, short_name
from .diagnostics import last_run
from .edits import missing, rebased
from .jobs import Job
from .progress import Meter, tell
from .report import money
from .roots import ReadyFix, Root
from .session import BACKGROUND, Session, preload
from .status import Ended
from .stubs import body_of

if TYPE_CHECKING:
    from .recording import Report

MOST_REBASES = 3
MOST_KEPT = 20
"""Ended fixes remembered, and verified ones that wait to be applied, per project."""
UNFINISHED_SECONDS = 15.0
"""Wait at most so long for the rest of what was begun to be typed before a fix is verified on it."""
TOLD_SECONDS = 1.0
"""Editors tell at most so long after it what was typed."""
EXPLICIT = ("fix", "complete")
"""Kinds of job that a user asked for."""


@dataclass(frozen=True)
class Wanted:
    """What a fix is asked for. Without `tests`, every failing one."""

    tests: tuple[TestId, ...] = ()
    effort: EffortName | None = None
    intent: str = ""
    completes: str = ""
    """The stub that is to be completed; empty for a repair."""
    background: bool = False
    """Nobody asked: quiet, and only ever offered."""
    mutations_only: bool = False

    @property
    def title(self) -> str:
        """Short: it is shown while the job runs."""
        if self.completes:
            return f"complete {self.completes}"
        if len(self.tests) == 1:
            return f"fix {short_name(self.tests[0])}"
        return f"fix {len(self.tests) or 'all'} failing tests"

    @property
    def kind(self) -> str:
        """The kind of its job."""
        return BACKGROUND if self.background else "complete" if self.completes else "fix"


class Fixer:
    """Runs fixes on a session's projects and remembers how they ended."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._editor = session.editor
        self._ids = itertools.count(1)
        self.ended: list[Ended] = []
        session.after_run = self._in_background

    def start(self, root: Root, wanted: Wanted) -> Job:
        """Start, queue behind other work of the kind on the project, or join the same request."""
        if not wanted.background:
            self._session.jobs.stop(root.path, BACKGROUND)
        key = (wanted.kind, wanted.completes, *sorted(wanted.tests))
        return self._session.jobs.start(root.path, key, wanted.title, lambda job: self._run(root, job, wanted))

    def _in_background(self, root: Root) -> None:
        """After a red run: look for a fix unasked, where the user allows it."""
        mode = root.settings.background
        if mode == "off" or root.run is None or not root.run.failing or self.running(root.path):
            return
        wanted = Wanted(root.run.failing, "low", background=True, mutations_only=mode == "mutate")
        self.start(root, wanted)

    def running(self, root: Path | None = None) -> list[Job]:
        """Jobs that a user asked for and can stop."""
        return [job for kind in EXPLICIT for job in self._session.jobs.running(root, kind)]

    def find(self, identifier: str | None) -> Ended | None:
        """An ended fix by its id; the last one without."""
        return next((e for e in reversed(self.ended) if identifier in (None, e.id)), None)

    def find_ready(self, identifier: str | None) -> tuple[Root, ReadyFix] | None:
        """A verified fix that is not applied yet and fits the texts as they are now."""
        for root in self._session.roots:
            for fix in reversed(self._session.ready_fixes(root)):
                if identifier in (None, fix.id):
                    return root, fix
        return None

    def apply(self, root: Root, fix: ReadyFix) -> Job:
        """Apply a ready fix, as a job of its own."""

        async def work(job: Job) -> None:
            message = await self._apply(root, fix)
            if message is None:
                message = await self._deliver(root, job, fix, Wanted(fix.report.problem.targets))
            self._editor.say(message)

        return self._session.jobs.start(root.path, ("apply", fix.id), f"apply the fix of {fix.title}", work)

    # ── one job ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _run(self, root: Root, job: Job, wanted: Wanted) -> None:
        meter = Meter(job)
        ended = Ended(str(next(self._ids)), job.title, root.path, "")
        try:
            if wanted.background:
                ended = await self._repair(root, job, meter, wanted, ended)
            else:
                async with job.shown(self._editor):
                    ended = await self._repair(root, job, meter, wanted, ended)
        except asyncio.CancelledError:
            if not wanted.background:
                self._editor.say(f"stopped: {job.title} · {money(meter.spend.usd)} spent")
            raise
        except Exception as error:  # the job ends here with a sentence; the server goes on
            from testtime_strategies.model_errors import ModelError

            from .repair import NoFailingTest

            if not isinstance(error, SandboxError | ModelError | NoFailingTest):
                raise
            ended = replace(ended, message=str(error))
        self.ended = [*self.ended, ended][-MOST_KEPT:]
        self._editor.refresh()
        if not wanted.background:
            self._editor.say(ended.message)

    async def _repair(self, root: Root, job: Job, meter: Meter, wanted: Wanted, ended: Ended) -> Ended:
        """Search, then deliver; how it ended."""
        await asyncio.to_thread(preload)
        texts = self._editor.open_texts(root.path)
        number = self._session.next_number()
        report = await root.bench.repair(
            wanted.tests,
            buffers=texts,
            effort=wanted.effort,
            intent=wanted.intent,
            mutations_only=wanted.mutations_only,
            listener=meter,
        )
        run = last_run(report.problem.baseline, texts, number)
        self._session.show_run(root, root.run.renewed(run) if root.run is not None else run)
        for note in report.notes:
            self._editor.complain(note)
        ended = replace(ended, id=report.id, report=report, page=await self._page(report))
        patch = report.outcome.fix.patch if report.outcome.fix is not None else None
        if patch is None:
            cost = money(report.outcome.spend.usd)
            message = f"{report.outcome.reason} ({cost}, {report.outcome.spend.wall_seconds:.0f} s)"
            return replace(ended, message=message)
        body = body_of(patch, evidence_and_cost(report))
        if body is not None:
            root.bodies = [*(other for other in root.bodies if other != body), body][-MOST_KEPT:]
        fix = ReadyFix(report.id, job.title, report, patch, texts)
        return replace(ended, message=await self._deliver(root, job, fix, wanted))

    async def _page(self, report: Report) -> Path | None:
        """The report's page; a folder that cannot be written costs only the page."""
        from .reports import save

        try:
            return await asyncio.to_thread(save, report)
        except OSError as error:
            self._editor.complain(f"the report could not be written: {error}")
            return None

    async def _deliver(self, root: Root, job: Job, fix: ReadyFix, wanted: Wanted) -> str:
        """Bring a verified patch to texts that may have moved on: re-base and verify again, never apply blind."""
        listener: Listener = lambda event: tell(job, event)  # noqa: E731
        for _ in range(MOST_REBASES):
            if self._session.is_current(root, fix, whole=True):
                message = await self._hand_over(root, fix, wanted)
                if message is not None:
                    return message
            moved = rebased(fix.patch, self._editor.texts(root.path, fix.patch))
            if moved is None:
                self._session.keep_ready(root, fix)  # for the case that the text is restored
                return "a fix was verified, but the text has changed where it applies; ask for the fix again."
            job.report("the text has changed; verifying the fix on it")
            texts = self._editor.open_texts(root.path)
            trouble, waits = "it no longer passes", 0.0
            try:
                verdict = await root.bench.verify(moved, fix.report.problem.targets, buffers=texts, listener=listener)
                verified = verdict.verified
            except SandboxError as error:
                # Half a line is typed somewhere: the tests do not even collect.
                verified, trouble, waits = False, f"the tests cannot run ({error})", UNFINISHED_SECONDS
            if verified:
                fix = replace(fix, patch=moved, texts=texts)
            elif not await self._session.until_edited(texts, root.path, waits):
                self._session.keep_ready(root, fix)
                return f"a fix was verified, but with what you typed meanwhile {trouble}; ask for the fix again."
        self._session.keep_ready(root, fix)
        return "a fix was verified, but the text keeps changing; it is offered where it fits."

    async def _hand_over(self, root: Root, fix: ReadyFix, wanted: Wanted) -> str | None:
        """Apply, ask, or offer, as the user set it; None when the text moved before the edit came to it."""
        line = result_line(fix.report)
        mode = "offer" if wanted.completes or wanted.background else root.settings.apply
        if mode == "ask":
            answer = await self._editor.ask(f"{apply_title(fix.report)}?", ("Apply", "Discard"))
            if answer == "Discard":
                return f"discarded: {line}"
            mode = "direct" if answer == "Apply" else "offer"
        if mode == "direct" and self._editor.applies:
            return await self._apply(root, fix)
        self._session.keep_ready(root, fix)
        if wanted.completes:
            done = result_line(fix.report, f"a body of {wanted.completes} was verified")
            return f"{done}; accept it where it stands, or with the code action."
        return f"{line.replace('fixed', 'verified a fix for', 1)}; apply it with the code action."

    async def _apply(self, root: Root, fix: ReadyFix) -> str | None:
        """Apply to texts that are compared at the last moment; None when they move before the edit comes to them."""
        line = result_line(fix.report)
        verified = line.replace("fixed", "verified a fix for", 1)
        if not self._session.is_current(root, fix):
            return None
        texts = self._editor.open_texts(root.path)
        trouble = await self._editor.apply(root.path, fix.patch, line)
        if trouble is not None:
            # Some editors tell what was typed a moment later than they refuse the edit for it.
            typed = await self._session.until_edited(texts, root.path, TOLD_SECONDS)
            left = missing(fix.patch, self._editor.texts(root.path, fix.patch))
            if typed and len(left) == len(fix.patch.edits):
                return None
            self._session.keep_ready(root, fix)
            return f"{verified}, but it was not applied: {trouble}."
        self._session.applied(root, fix)
        return f"{line} · in {', '.join(fix.patch.paths)}" if len(fix.patch.paths) < 3 else line


def ready_json(session: Session, root: Root, fix: ReadyFix) -> Mapping[str, Any]:
    """A ready fix for a client that wants to show it before it is applied."""
    files = [
        {"uri": session.editor.uri(root.path / edit.path), "before": edit.before, "after": edit.after}
        for edit in fix.patch.edits
    ]
    return {"id": fix.id, "title": apply_title(fix.report), "files": files, "diff": fix.patch.diff()}
