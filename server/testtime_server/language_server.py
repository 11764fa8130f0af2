"""`testtime serve`: the language server. A handler reads the document, calls the session, and converts the answer."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import signal
import sys
import time
from collections.abc import Generator, Mapping
from importlib.util import find_spec
from typing import Any, Literal, cast

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from . import __version__
from .commands import current_status, register_commands
from .documents import Document, path_of
from .editor import HABITS, Editor, Habits
from .fixing import Fixer
from .looks import Looks, register_for, register_looks
from .owner import started_at
from .roots import BenchFactory, open_bench
from .session import CONFIGURATION, Session

SECTION = "testtime"
SWITCH_SECONDS = 0.001
"""How long a thread that computes may keep the event loop waiting."""


class Protocol(LanguageServerProtocol):
    """Texts are kept by `Documents` alone: pygls breaks at a change of one that it was not told is open."""

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        """Hand the change on."""
        features = cast("Mapping[str, Any]", self.fm.features)  # pyright: ignore[reportUnknownMemberType]
        yield features[lsp.TEXT_DOCUMENT_DID_CHANGE], (params,), None


def serve(transport: Literal["stdio", "tcp", "ws"], host: str = "", port: int = 0) -> int:
    """Serve one editor until it leaves; returns the exit status."""
    sys.setswitchinterval(SWITCH_SECONDS)
    server = create_server(started=started_at())
    if transport == "stdio":
        protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
        # stdout belongs to JSON-RPC: whatever else prints, here or in a library, goes to stderr.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        sys.stdout = sys.stderr
        server.start_io(stdout=protocol)
    elif transport == "tcp":
        server.start_tcp(host, port)
    else:
        if find_spec("websockets") is None:
            print("testtime: --ws needs the package websockets: install testtime[ws].", file=sys.stderr)
            return 2
        server.start_ws(host, port)
    return 0


def create_server(bench_factory: BenchFactory = open_bench, *, started: float | None = None) -> LanguageServer:
    """A server with every feature registered; `bench_factory` is the seam to the domain. `started`: when its process
    was, in seconds of the epoch, so that what was saved since then is not missed.
    """
    server = LanguageServer("testtime", __version__, protocol_cls=Protocol)
    session = Session(Editor(server), bench_factory, changed=lambda: _show_status(server, session, fixer))
    if started is not None:
        session.unheard = (started, math.inf)
    fixer = Fixer(session)
    looks = Looks(server, session, fixer)
    _register_lifecycle(server, session, looks)
    _register_documents(server, session)
    register_looks(server, looks)
    register_commands(server, session, fixer)
    return server


def _register_lifecycle(server: LanguageServer, session: Session, looks: Looks) -> None:
    initial: dict[str, Any] = {}

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        editor = session.editor
        editor.wants_status = _wants_status(params.initialization_options)
        editor.documents.encoding = str(server.workspace.position_encoding or "utf-16")
        editor.habits = HABITS.get(params.client_info.name.lower() if params.client_info else "", Habits())
        initial.update(_section(params.initialization_options))
        session.configure(initial)
        register_for(server, looks, session, params.capabilities)

    @server.feature(lsp.INITIALIZED)
    async def initialized(params: lsp.InitializedParams) -> None:
        if session.unheard is not None:
            session.unheard = (session.unheard[0], time.time())
        with contextlib.suppress(NotImplementedError):  # no signals on this platform's loop
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTERM, lambda: loop.create_task(_terminate(session)))
        await _register_dynamically(server)
        await _pull_configuration(server, session, initial)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configuration_changed(params: lsp.DidChangeConfigurationParams) -> None:
        pushed = _section(params.settings)
        if pushed:
            session.configure(pushed)
        else:
            await _pull_configuration(server, session, initial)
        session.changed()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders_changed(params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        kept = [path for folder in server.workspace.folders.values() if (path := path_of(folder.uri)) is not None]
        for folder in params.event.removed:
            if (path := path_of(folder.uri)) is not None:
                session.forget(path, kept)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def files_changed(params: lsp.DidChangeWatchedFilesParams) -> None:
        session.editor.document_changed()
        session.changed_on_disk([path for change in params.changes if (path := path_of(change.uri)) is not None])

    @server.feature(lsp.SHUTDOWN)
    async def shutdown(*_: object) -> None:
        await session.close()


async def _terminate(session: Session) -> None:
    """SIGTERM: stop what runs, then leave without waiting for a reader that is blocked on stdin."""
    await session.close()
    os._exit(128 + signal.SIGTERM)


async def _register_dynamically(server: LanguageServer) -> None:
    """Ask for what a client sends only when asked. Where it cannot watch files, saves and openings do."""
    workspace = server.client_capabilities.workspace
    wanted: list[lsp.Registration] = []
    change = workspace.did_change_configuration if workspace else None
    if change is not None and change.dynamic_registration:
        wanted.append(lsp.Registration(id="testtime.configuration", method=lsp.WORKSPACE_DID_CHANGE_CONFIGURATION))
    watch = workspace.did_change_watched_files if workspace else None
    if watch is not None and watch.dynamic_registration:
        watchers = [lsp.FileSystemWatcher(f"**/{name}") for name in ("*.py", *CONFIGURATION)]
        options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
        method = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
        wanted.append(lsp.Registration(id="testtime.files", method=method, register_options=options))
    for registration in wanted:
        with contextlib.suppress(JsonRpcException):  # a client that cannot after all tells us, or not
            await server.client_register_capability_async(lsp.RegistrationParams(registrations=[registration]))


async def _pull_configuration(server: LanguageServer, session: Session, initial: Mapping[str, Any]) -> None:
    """Ask the client for its settings, where it can be asked. What it no longer names is as at the start again."""
    workspace = server.client_capabilities.workspace
    if workspace is None or not workspace.configuration:
        return
    items = [lsp.ConfigurationItem(section=SECTION)]
    try:
        answer = await server.workspace_configuration_async(lsp.ConfigurationParams(items=items))
    except JsonRpcException:
        return
    if answer and isinstance(answer[0], Mapping):
        session.configure({**initial, **_section(answer[0])})


def _section(settings: Any) -> Mapping[str, Any]:
    """Our settings in what a client sent: either the section itself or an object that holds it."""
    found: Any = settings.get(SECTION, settings) if isinstance(settings, Mapping) else {}  # type: ignore[union-attr]
    if not isinstance(found, Mapping):
        return {}
    settings = cast("Mapping[str, Any]", found).items()
    # Some clients have one object for settings and for what is asked of the protocol.
    return {name: value for name, value in settings if value is not None and name != "status"}


def _wants_status(options: Any) -> bool:
    """Whether `testtime/status` is asked for: `{"status": true}`."""
    return isinstance(options, Mapping) and cast("Mapping[str, Any]", options).get("status") is True


def _register_documents(server: LanguageServer, session: Session) -> None:
    documents = session.editor.documents

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        document = documents.open(params.text_document)
        if document.path is not None:
            session.look_at_configuration(document.path)
        _edited(session, document)
        if document.path is not None and session.missed_save_of(document.path):
            session.saved(document.path)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        _edited(session, documents.change(params))

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        _edited(session, documents.close(params.text_document.uri))

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        if (path := path_of(params.text_document.uri)) is not None:
            session.saved(path)


def _edited(session: Session, document: Document | None) -> None:
    session.editor.document_changed()
    if document is not None and document.path is not None:
        session.edited(document.path)


def _show_status(server: LanguageServer, session: Session, fixer: Fixer) -> None:
    if session.editor.wants_status:
        session.editor.show_status(current_status(server, session, fixer))
