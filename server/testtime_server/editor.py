"""The editor at the other end: what it can do, how it is told things, and whether it did what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path

from testtime_sandbox.patch import Patch, lines_of

from .diagnostics import Mark
from .documents import Document, Documents, units
from .edits import line_edits, missing
from .status import NOTIFICATION

CONFIRM_SECONDS = 5.0
"""How long to wait for the editor's own word that an edit is in the text: some debounce it, some prompt first."""
LOOK_SECONDS = 0.1
"""How often a file that is not open is looked at meanwhile."""
ANSWER_SECONDS = 300.0
SOURCE = "testtime"


@dataclass(frozen=True)
class Habits:
    """What a client does otherwise than its capabilities say."""

    takes_versions: bool = False
    """Versioned edits, without saying so; in plain ones it could not see that the text has moved."""
    most_ahead: int = 0
    """Changes that it counts and tells nobody: an edit that it refuses is sent again for so many later versions, as
    long as no change of the text has been told.
    """
    runs_item_commands: bool = True
    """False: it takes a completion item's command without a word and never runs it."""


HABITS = {
    "neovim": Habits(takes_versions=True),
    # It shows a completion and takes it back as changes; of real ones it tells before it refuses an edit.
    "helix": Habits(most_ahead=12, runs_item_commands=False),
}
"""By the client's name in lower case."""


class Editor:
    """Talks to the client of one `LanguageServer`, by what the client said it can do."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self.documents = Documents()
        self.wants_status = False
        """The client shows `testtime/status` notifications."""
        self.habits = Habits()
        self.pulls = False
        """The client asks for the diagnostics of open documents, and can be told to ask again."""
        self._changed: asyncio.Event = asyncio.Event()
        self._shown: set[str] = set()
        self._last_status: Mapping[str, Any] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._pushed: set[str] = set()

    # ── texts ────────────────────────────────────────────────────────────────────────────────────────────────

    def text(self, path: Path) -> str | None:
        """A file as the user sees it: the open document, else what is on disk; None when there is neither."""
        document = self.documents.at(path)
        if document is not None:
            return document.text
        try:
            return path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def texts(self, root: Path, patch: Patch) -> dict[str, str | None]:
        """Root-relative path → text of what a patch changes, as `text` gives it."""
        return {path: self.text(root / path) for path in patch.paths}

    def is_before(self, root: Path, patch: Patch) -> bool:
        """Whether the texts are the very ones that a patch was made from."""
        return self.texts(root, patch) == {edit.path: edit.before for edit in patch.edits}

    def open_texts(self, root: Path) -> dict[str, str]:
        """Root-relative path → text of every open document below `root`."""
        return {path: document.text for path, document in self.documents.below(root).items()}

    def document_changed(self) -> None:
        """A notification that some text changed has arrived."""
        self._changed.set()
        self._changed = asyncio.Event()

    def uri(self, path: Path) -> str:
        """The document's URI, spelt as the client spells it where it is open."""
        document = self._open(path)
        return document.uri if document is not None else from_fs_path(str(path)) or path.as_uri()

    def units(self, text: str) -> int:
        """How many columns a piece of a line has for this client."""
        return units(text, self.documents.encoding)

    def _open(self, path: Path) -> Document | None:
        return self.documents.at(path)

    # ── messages ─────────────────────────────────────────────────────────────────────────────────────────────

    def say(self, message: str) -> None:
        """One line for the user."""
        self._message(lsp.MessageType.Info, message)

    def complain(self, message: str) -> None:
        """Something the user should change; the same sentence is shown once until `forget_complaints`."""
        if message not in self._shown:
            self._shown.add(message)
            self._message(lsp.MessageType.Warning, message)

    def forget_complaints(self) -> None:
        """Settings changed or a run went well: the next complaint is news again."""
        self._shown.clear()

    async def ask(self, question: str, answers: tuple[str, ...]) -> str | None:
        """A question with buttons; None where the client cannot ask, or nobody answers."""
        window = self._server.client_capabilities.window
        if window is None or window.show_message is None:
            return None
        actions = [lsp.MessageActionItem(title=answer) for answer in answers]
        request = lsp.ShowMessageRequestParams(type=lsp.MessageType.Info, message=question, actions=actions)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await self._server.window_show_message_request_async(request)
        except (JsonRpcException, TimeoutError):
            return None
        return answer.title if answer is not None else None

    async def show(self, uri: str) -> bool:
        """Open a page outside the editor; False where the client cannot, or will not."""
        window = self._server.client_capabilities.window
        if window is None or window.show_document is None or not window.show_document.support:
            return False
        try:
            answer = await self._server.window_show_document_async(lsp.ShowDocumentParams(uri=uri, external=True))
        except JsonRpcException:
            return False
        return answer.success

    def show_status(self, status: Mapping[str, Any]) -> None:
        """Tell a client that asked for it what is going on, when that has changed."""
        if self.wants_status and status != self._last_status:
            self._last_status = status
            self._server.protocol.notify(NOTIFICATION, status)

    def _message(self, kind: lsp.MessageType, message: str) -> None:
        self._server.window_show_message(lsp.ShowMessageParams(type=kind, message=f"testtime: {message}"))

    # ── what is shown in the text ────────────────────────────────────────────────────────────────────────────

    def publish(self, root: Path, path: str, marks: Sequence[Mark]) -> None:
        """Push one file's diagnostics, unless the client asks for them itself: an open document's, if it can."""
        file = root / path
        document = self.documents.at(file)
        uri = self.uri(file)
        if self.pulls and document is not None:
            if uri not in self._pushed:
                return
            marks = ()  # they were pushed before it was opened; from now on it asks
        version = document.version if document is not None else None
        (self._pushed.add if marks else self._pushed.discard)(uri)
        self._server.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(uri=uri, version=version, diagnostics=self.diagnostics(file, marks))
        )

    def diagnostics(self, file: Path, marks: Sequence[Mark]) -> list[lsp.Diagnostic]:
        """Marks as diagnostics; a failing assertion is an error, the code that raised a warning."""
        lines = lines_of(self.text(file) or "") if marks else []
        return [self._diagnostic(mark, lines) for mark in marks]

    def _diagnostic(self, mark: Mark, lines: list[str]) -> lsp.Diagnostic:
        line = lines[mark.line].rstrip() if mark.line < len(lines) else ""
        start = lsp.Position(mark.line, self.units(line[: len(line) - len(line.lstrip())]))
        return lsp.Diagnostic(
            range=lsp.Range(start, lsp.Position(mark.line, self.units(line))),
            message=mark.message,
            severity=lsp.DiagnosticSeverity.Error if mark.is_assertion else lsp.DiagnosticSeverity.Warning,
            source=SOURCE,
            code=mark.test,
        )

    def refresh(self) -> None:
        """Let the client ask again for what it shows: pulled diagnostics, lenses, hints."""
        workspace = self._server.client_capabilities.workspace
        if workspace is None:
            return
        if self.pulls:
            self._send(self._server.workspace_diagnostic_refresh_async(None))
        if workspace.code_lens is not None and workspace.code_lens.refresh_support:
            self._send(self._server.workspace_code_lens_refresh_async(None))
        if workspace.inlay_hint is not None and workspace.inlay_hint.refresh_support:
            self._send(self._server.workspace_inlay_hint_refresh_async(None))

    def _send(self, request: Awaitable[Any]) -> None:
        """Send a request whose answer does not matter."""

        async def ask() -> None:
            with contextlib.suppress(JsonRpcException):
                await request

        task = asyncio.get_running_loop().create_task(ask())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ── progress (jobs.ProgressSink) ─────────────────────────────────────────────────────────────────────────

    async def begin(self, token: str, title: str, on_cancel: Callable[[], None]) -> None:
        """Open a work-done progress, where the client has them."""
        window = self._server.client_capabilities.window
        if window is None or not window.work_done_progress:
            return
        progress: Any = self._server.work_done_progress
        try:
            await progress.create_async(token)
        except JsonRpcException:
            return

        def done(future: Future[None]) -> None:
            if future.cancelled():
                on_cancel()

        progress.tokens[token].add_done_callback(done)
        progress.begin(token, lsp.WorkDoneProgressBegin(title=title, message="starting", cancellable=True))

    def report(self, token: str, message: str) -> None:
        """Show a line in it."""
        progress: Any = self._server.work_done_progress
        if token in progress.tokens:
            progress.report(token, lsp.WorkDoneProgressReport(message=message))

    def end(self, token: str, message: str) -> None:
        """Close it."""
        progress: Any = self._server.work_done_progress
        if progress.tokens.pop(token, None) is not None:
            progress.end(token, lsp.WorkDoneProgressEnd(message=message or None))

    # ── edits ────────────────────────────────────────────────────────────────────────────────────────────────

    def workspace_edit(self, root: Path, patch: Patch, *, ahead: int = 0) -> lsp.WorkspaceEdit:
        """The patch as the client's own kind of edit, bound to the versions of the documents that are open, or to
        versions so many `ahead` of those that were told.
        """
        workspace = self._server.client_capabilities.workspace
        says = workspace.workspace_edit.document_changes if workspace and workspace.workspace_edit else None
        versioned = says or (says is None and self.habits.takes_versions)
        changes: list[lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile] = []
        plain: dict[str, list[lsp.TextEdit]] = {}
        for edit in patch.edits:
            path = root / edit.path
            uri = self.uri(path)
            document = self._open(path)
            texts = [
                lsp.TextEdit(
                    range=lsp.Range(lsp.Position(change.first, 0), self._line_end(edit.before or "", change.last)),
                    new_text=change.text,
                )
                for change in line_edits(edit.before or "", edit.after or "")
            ]
            plain[uri] = texts
            if edit.before is None:
                changes.append(lsp.CreateFile(uri=uri))
            if edit.after is None:
                changes.append(lsp.DeleteFile(uri=uri))
                continue
            identifier = lsp.OptionalVersionedTextDocumentIdentifier(
                uri=uri, version=document.version + ahead if document is not None else None
            )
            changes.append(lsp.TextDocumentEdit(text_document=identifier, edits=list(texts)))
        if versioned or any(edit.before is None or edit.after is None for edit in patch.edits):
            return lsp.WorkspaceEdit(document_changes=changes)
        return lsp.WorkspaceEdit(changes=plain)

    def _line_end(self, text: str, line: int) -> lsp.Position:
        """The start of a line, or the end of the text for the line after the last."""
        lines = lines_of(text)
        if line < len(lines) or not lines or lines[-1].endswith(("\n", "\r")):
            return lsp.Position(line, 0)
        return lsp.Position(len(lines) - 1, self.units(lines[-1]))

    @property
    def applies(self) -> bool:
        """Whether the client said that it makes edits it is sent."""
        workspace = self._server.client_capabilities.workspace
        return bool(workspace and workspace.apply_edit)

    async def apply(self, root: Path, patch: Patch, label: str) -> str | None:
        """Ask the editor to apply a patch whose `before` texts are current; None once the texts are the wanted ones,
        else why they are not. What the client answers is not enough: some say yes to an edit that they dropped.
        """
        for ahead in range(self.habits.most_ahead + 1):
            edit = self.workspace_edit(root, patch, ahead=ahead)
            try:
                answer = await self._server.workspace_apply_edit_async(
                    lsp.ApplyWorkspaceEditParams(edit=edit, label=label)
                )
            except JsonRpcException as error:
                return str(error)
            if answer.applied:
                break
            if ahead == self.habits.most_ahead or edit.document_changes is None or not self.is_before(root, patch):
                return answer.failure_reason or "the editor refused the edit"
        deadline = asyncio.get_running_loop().time() + CONFIRM_SECONDS
        while missing(patch, self.texts(root, patch)):
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return self._why_not(root, patch)
            # A file that is not open may be written without a word to us, so look at it now and then.
            closed = any(self.documents.at(root / path) is None for path in patch.paths)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, LOOK_SECONDS) if closed else left):
                    await self._changed.wait()
        return None

    def _why_not(self, root: Path, patch: Patch) -> str:
        unlike = [root / edit.path for edit in patch.edits if self.text(root / edit.path) != edit.after]
        if all(self.documents.at(path) is None for path in unlike):
            names = ", ".join(path.name for path in unlike)
            return f"the editor accepted the edit, but {names} is not written yet; save all files"
        return "the editor accepted the edit but the text is not the expected one"
