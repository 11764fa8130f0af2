"""Our values as the protocol's."""

from __future__ import annotations

from lsprotocol import types as lsp

from .actions import Offer


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
