"""Requests that only look: actions, lenses, hints, diagnostics, completions. They answer from what is known already."""

from __future__ import annotations

from functools import partial

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from . import completion
from .actions import APPLY_FIX, Offer, apply_title, complete_offer, short_name
from .convert import action, command
from .diagnostics import outline
from .documents import path_of
from .editor import SOURCE
from .fixing import Fixer
from .lenses import Place, failing_tests_at, hints, lenses
from .menu import offers_at
from .session import Session
from .stubs import stubs_of


class Looks:
    """Answers about one place in one document."""

    def __init__(self, server: LanguageServer, session: Session, fixer: Fixer) -> None:
        self._server = server
        self._session = session
        self._fixer = fixer

    def actions(self, params: lsp.CodeActionParams) -> list[lsp.CodeAction | lsp.Command]:
        """What can be done here; a verified fix comes with its edit, where the client takes edits in actions."""
        path = path_of(params.text_document.uri)
        wanted = params.context.only
        if path is None or (wanted and not any("quickfix".startswith(str(kind)) for kind in wanted)):
            return []
        root = self._session.root_of(path)
        ready = self._session.ready_fixes(root)
        offers = offers_at(self._session, self._fixer, path, params.range.start.line)
        if not self._takes_literals:
            applies = [Offer(apply_title(fix.report), APPLY_FIX, (fix.id,)) for fix in ready]
            return [command(offer) for offer in (*applies, *offers)]
        ours = [diagnostic for diagnostic in params.context.diagnostics if diagnostic.source == SOURCE]
        edits = [
            lsp.CodeAction(
                title=apply_title(fix.report),
                kind=lsp.CodeActionKind.QuickFix,
                is_preferred=True,
                edit=self._session.editor.workspace_edit(root.path, fix.patch),
            )
            for fix in ready
        ]
        return [*edits, *(action(offer, ours) for offer in offers)]

    @property
    def _takes_literals(self) -> bool:
        document = self._server.client_capabilities.text_document
        actions = document.code_action if document is not None else None
        return actions is not None and actions.code_action_literal_support is not None

    def lenses(self, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        """What stands above the functions of a document."""
        place = self._place(params.text_document.uri)
        if place is None:
            return []
        return [
            lsp.CodeLens(range=_line(lens.line), command=command(lens.offer))
            for lens in lenses(place)
            if place.settings.code_lens
        ]

    def hints(self, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        """How the last fixes ended, for a client without lenses."""
        place = self._place(params.text_document.uri)
        if place is None or not place.settings.code_lens:
            return []
        lines = place.text.split("\n")
        return [
            lsp.InlayHint(
                position=lsp.Position(line, self._session.editor.units(lines[line].rstrip("\r"))),
                label=title,
                padding_left=True,
            )
            for line, title in hints(place)
            if params.range.start.line <= line <= params.range.end.line and line < len(lines)
        ]

    def diagnostics(self, params: lsp.DocumentDiagnosticParams) -> lsp.RelatedFullDocumentDiagnosticReport:
        """The marks of one document, for a client that asks."""
        path = path_of(params.text_document.uri)
        items: list[lsp.Diagnostic] = []
        if path is not None:
            root = self._session.root_of(path)
            if path.is_relative_to(root.path):
                marks = self._session.marks(root, path.relative_to(root.path).as_posix())
                items = self._session.editor.diagnostics(path, marks)
        return lsp.RelatedFullDocumentDiagnosticReport(items=items)

    def completions(self, params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        """Verified bodies for the stub at the cursor, else the item that starts the search."""
        place = self._place(params.text_document.uri)
        if place is None:
            return []
        found = [item for item, _ in self._bodies(place, params.position)]
        if found or not self._session.editor.habits.runs_item_commands:
            return found
        line = params.position.line
        for stub in stubs_of(place.text):
            if stub.first < line <= stub.last or stub.first == line == stub.last:
                span = outline(place.text).named(stub.name)
                tests = failing_tests_at(place, span) if span is not None else ()
                if tests:
                    offer = complete_offer(place.uri, stub.first, short_name(stub.name), tests, place.settings)
                    return [completion.search_item(offer, params.position)]
        return []

    def inline_completions(self, params: lsp.InlineCompletionParams) -> list[lsp.InlineCompletionItem]:
        """The same as ghost text."""
        place = self._place(params.text_document.uri)
        if place is None:
            return []
        return [inline for _, inline in self._bodies(place, params.position) if inline is not None]

    def _bodies(
        self, place: Place, position: lsp.Position
    ) -> list[tuple[lsp.CompletionItem, lsp.InlineCompletionItem | None]]:
        path = path_of(place.uri)
        assert path is not None
        encoding = self._session.editor.documents.encoding
        bodies = [body for body in reversed(self._session.root_of(path).bodies) if body.path == place.path]
        made = [completion.items(body, place.text, position, encoding) for body in bodies]
        return [pair for pair in made if pair is not None]

    def _place(self, uri: str) -> Place | None:
        path = path_of(uri)
        text = self._session.editor.text(path) if path is not None else None
        if path is None or text is None:
            return None
        root = self._session.root_of(path)
        if not path.is_relative_to(root.path):
            return None
        name = path.relative_to(root.path).as_posix()
        ended = [one for one in self._fixer.ended if one.root == root.path]
        return Place(self._session.editor.uri(path), name, text, root.settings, root.run, ended)


def _line(line: int) -> lsp.Range:
    return lsp.Range(lsp.Position(line, 0), lsp.Position(line, 0))


def register_looks(server: LanguageServer, looks: Looks) -> None:
    """Register those that every client may be told of; `register_for` adds what depends on the client."""
    # pygls marks what it is given, and a bound method cannot be marked: hence `partial`.
    kinds = lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])
    server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, kinds)(partial(looks.actions))
    server.feature(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensOptions())(partial(looks.lenses))
    server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions())(partial(looks.completions))
    inline = lsp.InlineCompletionOptions()  # without options pygls does not tell the client of it
    server.feature(lsp.TEXT_DOCUMENT_INLINE_COMPLETION, inline)(partial(looks.inline_completions))


def register_for(server: LanguageServer, looks: Looks, session: Session, client: lsp.ClientCapabilities) -> None:
    """Register what this client asks for: pulled diagnostics, and hints where it has no lenses."""
    document, workspace = client.text_document, client.workspace
    refreshes = workspace is not None and workspace.diagnostics is not None and workspace.diagnostics.refresh_support
    if document is not None and document.diagnostic is not None and refreshes:
        session.editor.pulls = True
        options = lsp.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier=SOURCE)
        server.feature(lsp.TEXT_DOCUMENT_DIAGNOSTIC, options)(partial(looks.diagnostics))
    if document is not None and document.inlay_hint is not None and document.code_lens is None:
        server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT, lsp.InlayHintOptions())(partial(looks.hints))
