"""An editor for the tests: real stdio, a client's recorded capabilities, and texts that follow the edits it is sent."""

import ast
import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import converters
from lsprotocol import types as lsp
from pytest_lsp import client_capabilities
from pytest_lsp.client import LanguageClient, make_test_lsp_client

_CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
HERE = Path(__file__).parent
CLIENTS = {"visual_studio_code": "Visual Studio Code", "neovim": "Neovim", "helix": "helix"}
"""Recorded capabilities, and what the client calls itself."""


def capabilities(name: str) -> lsp.ClientCapabilities:
    if name == "helix":
        recorded = json.loads((HERE / "helix_25.01.json").read_text())
        return converters.get_converter().structure(recorded["capabilities"], lsp.ClientCapabilities)
    return client_capabilities(name)


class EditorClient:
    """One editor with one server process."""

    def __init__(
        self,
        roots: list[Path],
        client: str = "visual_studio_code",
        able: lsp.ClientCapabilities | None = None,
        **settings: Any,
    ) -> None:
        self.roots = roots
        self.name = CLIENTS[client]
        self.capabilities = able or capabilities(client)
        self.settings = {"model": "none", **settings}
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.edits: list[lsp.ApplyWorkspaceEditParams] = []
        self.progress: list[tuple[Any, Any]] = []
        self.messages: list[str] = []
        self.statuses: list[Any] = []
        self.shown: list[str] = []
        self.registered: list[str] = []
        self.refreshes: list[str] = []
        self.pulled: dict[str, list[lsp.Diagnostic]] = {}
        self._pulls: set[asyncio.Task[None]] = set()
        self.questions: list[str] = []
        self.answer: str | None = None
        self.obeys = True
        """Whether it really makes the edits that it says it made."""
        self.opens_late = False
        """Whether it opens a file that it edits, and tells so only after the edit, as Helix may."""
        self.before_edit: Callable[[], None] = lambda: None
        self.before_handshake: Callable[[], None] = lambda: None
        self.encoding = "utf-16"
        self.lsp: LanguageClient = make_test_lsp_client()
        self._news = asyncio.Event()
        self._register()

    def _register(self) -> None:
        client = self.lsp

        @client.feature(lsp.WORKSPACE_APPLY_EDIT)
        def apply_edit(params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
            self.before_edit()
            self.edits.append(params)
            applied = self._apply(params.edit)
            self._news.set()
            return lsp.ApplyWorkspaceEditResult(applied=applied)

        @client.feature(lsp.WINDOW_SHOW_MESSAGE_REQUEST)
        def ask(params: lsp.ShowMessageRequestParams) -> lsp.MessageActionItem | None:
            self.questions.append(params.message)
            return lsp.MessageActionItem(title=self.answer) if self.answer else None

        for method in (lsp.WINDOW_SHOW_DOCUMENT, lsp.CLIENT_REGISTER_CAPABILITY, lsp.WORKSPACE_DIAGNOSTIC_REFRESH):
            client.protocol.fm.features.pop(method, None)

        @client.feature(lsp.WINDOW_SHOW_DOCUMENT)
        def show_document(params: lsp.ShowDocumentParams) -> lsp.ShowDocumentResult:
            self.shown.append(params.uri)
            return lsp.ShowDocumentResult(success=True)

        @client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
        def register(params: lsp.RegistrationParams) -> None:
            self.registered += [registration.method for registration in params.registrations]

        @client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)
        def lens_refresh(params: None) -> None:
            self.refreshes.append("lens")

        @client.feature(lsp.WORKSPACE_INLAY_HINT_REFRESH)
        def hint_refresh(params: None) -> None:
            self.refreshes.append("hint")

        @client.feature(lsp.WORKSPACE_DIAGNOSTIC_REFRESH)
        def diagnostic_refresh(params: None) -> None:
            for uri in self.texts:
                self._pull(uri)

        client.protocol.fm.features.pop(lsp.WINDOW_SHOW_MESSAGE, None)
        client.protocol.fm.features.pop(lsp.PROGRESS, None)

        @client.feature("testtime/status")
        def status(params: Any) -> None:
            self.statuses.append(_plain(params))
            self._news.set()

        @client.feature(lsp.WINDOW_SHOW_MESSAGE)
        def show(params: lsp.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

        @client.feature(lsp.PROGRESS)
        def progress(params: lsp.ProgressParams) -> None:
            self.progress.append((params.token, params.value))
            self._news.set()

        client.protocol.fm.features.pop(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, None)

        @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def diagnostics(params: lsp.PublishDiagnosticsParams) -> None:
            client.diagnostics[params.uri] = params.diagnostics
            self._news.set()

    async def start(self, log: Path | None = None, **environment: str) -> None:
        """Start the server; what it says on stderr goes to `log`, where one is given."""
        command = [str(Path(sys.executable).parent / "testtime"), "serve"]
        if log is not None:
            command = ["/bin/sh", "-c", 'exec "$0" "$@" 2>"$LOG"', *command]
            environment["LOG"] = str(log)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TESTTIME_", "OPENAI_"))}
        await self.lsp.start_io(
            *command,
            env={**inherited, "TESTTIME_PYTEST_ARGS": "--disable-plugin-autoload", **environment},
        )
        self.before_handshake()
        await self.initialize()

    async def initialize(self) -> None:
        """Shake hands with the server."""
        self.lsp.set_configuration({"testtime": self.settings})
        result = await self.lsp.initialize_session(
            lsp.InitializeParams(
                client_info=lsp.ClientInfo(name=self.name),
                capabilities=self.capabilities,
                root_uri=self.roots[0].as_uri(),
                workspace_folders=[lsp.WorkspaceFolder(uri=root.as_uri(), name=root.name) for root in self.roots],
                initialization_options=self.settings,
            )
        )
        self.server = result.capabilities
        self.encoding = str(result.capabilities.position_encoding or "utf-16")

    async def stop(self) -> None:
        await self.lsp.shutdown_session()

    def open(self, path: Path) -> str:
        uri = path.as_uri()
        self.texts[uri], self.versions[uri] = path.read_text(), 0
        item = lsp.TextDocumentItem(uri=uri, language_id="python", version=0, text=self.texts[uri])
        self.lsp.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=item))
        self._pull(uri)
        return uri

    def type(self, uri: str, text: str) -> None:
        """Replace the whole text, as after some typing."""
        self.texts[uri] = text
        self.versions[uri] += 1
        self.lsp.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                text_document=lsp.VersionedTextDocumentIdentifier(uri=uri, version=self.versions[uri]),
                content_changes=[lsp.TextDocumentContentChangeWholeDocument(text=text)],
            )
        )
        self._pull(uri)

    def edit(self, uri: str, start: int, end: int, new: str) -> None:
        """Replace some characters, as typing does."""
        text = self.texts[uri]
        self.versions[uri] += 1
        span = lsp.Range(self.position(text, start), self.position(text, end))
        self.texts[uri] = text[:start] + new + text[end:]
        self.lsp.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                text_document=lsp.VersionedTextDocumentIdentifier(uri=uri, version=self.versions[uri]),
                content_changes=[lsp.TextDocumentContentChangePartial(range=span, text=new)],
            )
        )
        self._pull(uri)

    def position(self, text: str, at: int) -> lsp.Position:
        """Where a character stands, in the agreed encoding."""
        line = text.count("\n", 0, at)
        before = text[text.rfind("\n", 0, at) + 1 : at]
        name, width = _CODECS[self.encoding]
        return lsp.Position(line, len(before.encode(name)) // width)

    def save(self, uri: str) -> None:
        self.lsp.text_document_did_save(lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(uri=uri)))

    async def until(self, condition: Callable[[], Any], seconds: float = 60) -> Any:
        """Wait until `condition` is true, looking whenever the server says something."""
        async with asyncio.timeout(seconds):
            while not (value := condition()):
                self._news.clear()
                await self._news.wait()
        return value

    def diagnostics(self, uri: str) -> list[lsp.Diagnostic]:
        """As a user sees them: pushed and pulled ones together."""
        return [*self.lsp.diagnostics.get(uri, []), *self.pulled.get(uri, [])]

    def _pull(self, uri: str) -> None:
        """Ask for a document's diagnostics, as a client does that was told to or whose document changed."""
        if self.server.diagnostic_provider is None:
            return

        async def pull() -> None:
            report = await self.lsp.text_document_diagnostic_async(
                lsp.DocumentDiagnosticParams(lsp.TextDocumentIdentifier(uri))
            )
            self.pulled[uri] = list(report.items)
            self._news.set()

        task = asyncio.get_running_loop().create_task(pull())
        self._pulls.add(task)
        task.add_done_callback(self._pulls.discard)

    async def actions(self, uri: str, line: int) -> list[dict[str, Any]]:
        """Titles, commands and edits of the code actions at a line."""
        place = lsp.Range(lsp.Position(line, 4), lsp.Position(line, 4))
        answer = await self.lsp.text_document_code_action_async(
            lsp.CodeActionParams(lsp.TextDocumentIdentifier(uri), place, lsp.CodeActionContext(diagnostics=[]))
        )
        return [_as_dict(action) for action in answer or []]

    async def lenses(self, uri: str) -> list[lsp.CodeLens]:
        params = lsp.CodeLensParams(lsp.TextDocumentIdentifier(uri))
        return list(await self.lsp.text_document_code_lens_async(params) or [])

    def accept(self, uri: str, item: lsp.CompletionItem) -> None:
        """Take a completion item, as an editor does."""
        edits = [item.text_edit, *(item.additional_text_edits or [])]
        self.type(uri, _edited(self.texts[uri], edits, self.encoding))

    async def take(self, uri: str, line: int, title: str) -> None:
        """Choose an action and do what it says, whether it carries an edit or a command."""
        [chosen] = [action for action in await self.actions(uri, line) if title in action["title"]]
        if chosen["edit"] is not None:
            self._apply(chosen["edit"])
        else:
            await self.execute(chosen)

    async def execute(self, action: dict[str, Any]) -> Any:
        command = action["command"]
        return await self.lsp.workspace_execute_command_async(
            lsp.ExecuteCommandParams(command=command["command"], arguments=command.get("arguments") or [])
        )

    async def command(self, name: str, *arguments: Any) -> Any:
        """Execute a command by its name; objects in the answer as dictionaries."""
        return _plain(
            await self.lsp.workspace_execute_command_async(
                lsp.ExecuteCommandParams(command=name, arguments=list(arguments))
            )
        )

    async def act(self, uri: str, line: int, title: str) -> Any:
        """Choose the first action whose title holds `title`."""
        actions = await self.actions(uri, line)
        chosen = next((action for action in actions if title in action["title"]), None)
        assert chosen is not None, f"no action {title!r} among {[action['title'] for action in actions]}"
        return await self.execute(chosen)

    def _apply(self, edit: lsp.WorkspaceEdit) -> bool:
        changes: list[tuple[str, int | None, list[Any]]] = [
            (change.text_document.uri, change.text_document.version, list(change.edits))
            for change in edit.document_changes or []
            if isinstance(change, lsp.TextDocumentEdit)
        ]
        changes += [(uri, None, list(edits)) for uri, edits in (edit.changes or {}).items()]
        if any(version is not None and version != self.versions[uri] for uri, version, _ in changes):
            return False
        for uri, _, edits in changes if self.obeys else []:
            if uri not in self.texts and self.opens_late:
                before = Path(uri.removeprefix("file://")).read_text()
                self.texts[uri], self.versions[uri] = before, 0
                self.type(uri, _edited(before, edits, self.encoding))
                item = lsp.TextDocumentItem(uri=uri, language_id="python", version=0, text=before)
                self.lsp.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=item))
            elif uri not in self.texts:
                path = Path(uri.removeprefix("file://"))
                path.write_text(_edited(path.read_text(), edits, self.encoding))
            else:
                self.type(uri, _edited(self.texts[uri], edits, self.encoding))
        return True


def _edited(text: str, edits: list[Any], encoding: str) -> str:
    """The text after edits whose columns count code units of an encoding."""
    lines = text.split("\n")
    name, width = _CODECS[encoding]

    def offset(position: lsp.Position) -> int:
        if position.line >= len(lines):
            return len(text)
        units = lines[position.line].encode(name)[: position.character * width]
        return sum(len(line) + 1 for line in lines[: position.line]) + len(units.decode(name))

    for edit in sorted(edits, key=lambda edit: -offset(edit.range.start)):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


def _as_dict(action: Any) -> dict[str, Any]:
    """An action whichever way the client library took it: it reads one with a bare command as a `Command`."""
    if isinstance(action, lsp.Command) and action.command.startswith("testtime."):
        plain = {"command": action.command, "arguments": action.arguments}
        return {"title": action.title, "command": plain, "edit": None}
    if isinstance(action, lsp.Command):
        return {"title": action.title, "command": ast.literal_eval(str(action.command)), "edit": None}
    command = action.command
    plain = {"command": command.command, "arguments": command.arguments} if command is not None else None
    return {"title": action.title, "command": plain, "edit": action.edit, "preferred": action.is_preferred}


def _plain(value: Any) -> Any:
    """Dictionaries of what the client library made of an untyped object."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return {name: _plain(item) for name, item in value._asdict().items()} if hasattr(value, "_asdict") else value
