"""Our values as the protocol's."""

from __future__ import annotations

from lsprotocol import types as lsp

from testtime_sandbox.patch import lines_of

from .actions import Offer
from .diagnostics import Mark
from .editor import Editor
from .session import Root

SOURCE = "testtime"


def action(offer: Offer, diagnostics: list[lsp.Diagnostic]) -> lsp.CodeAction:
    """A code action that carries a command."""
    return lsp.CodeAction(
        title=offer.title,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=diagnostics or None,
        is_preferred=offer.preferred or None,
        command=command(offer),
    )


def command(offer: Offer) -> lsp.Command:
    """A command with its title."""
    return lsp.Command(title=offer.title, command=offer.command, arguments=list(offer.arguments) or None)


def diagnostics(editor: Editor, root: Root, path: str, marks: list[Mark]) -> list[lsp.Diagnostic]:
    """One file's diagnostics; a failing assertion is an error, the code that raised a warning."""
    lines = lines_of(editor.text(root.path / path) or "")
    return [_diagnostic(editor, mark, lines) for mark in marks]


def _diagnostic(editor: Editor, mark: Mark, lines: list[str]) -> lsp.Diagnostic:
    line = lines[mark.line].rstrip() if mark.line < len(lines) else ""
    start = editor.units(line[: len(line) - len(line.lstrip())])
    return lsp.Diagnostic(
        range=lsp.Range(lsp.Position(mark.line, start), lsp.Position(mark.line, editor.units(line))),
        message=mark.message,
        severity=lsp.DiagnosticSeverity.Error if mark.is_assertion else lsp.DiagnosticSeverity.Warning,
        source=SOURCE,
        code=mark.test,
    )
