"""Completion at a stub: bodies that passed, from what is known already, and a command that starts the search."""

from __future__ import annotations

from lsprotocol import types as lsp

from testtime_sandbox.patch import lines_of

from .actions import Offer
from .convert import command
from .documents import offset, units
from .stubs import VerifiedBody


def items(
    body: VerifiedBody, text: str, position: lsp.Position, encoding: str
) -> tuple[lsp.CompletionItem, lsp.InlineCompletionItem | None] | None:
    """A verified body as an item of either kind, when the cursor stands where it belongs.

    What is accepted makes exactly the text that was verified. An inline item replaces one line at most.
    """
    place = body.place_in(text)
    lines = lines_of(text)
    cursor = offset(lines, position, encoding)
    if place is None or not place[0] <= cursor <= place[1]:
        return None
    start, end = place
    edits = _edits(body.body, text, start, end, line=position.line, encoding=encoding)
    if edits is None:
        return None
    (span, new), others = edits
    replaced = text[offset(lines, span.start, encoding) : offset(lines, span.end, encoding)]
    preview = next((line.strip() for line in body.body.splitlines() if line.strip()), "…")
    item = lsp.CompletionItem(
        label=preview,
        label_details=lsp.CompletionItemLabelDetails(description=f"verified · {body.facts}"),
        kind=lsp.CompletionItemKind.Snippet,
        detail=f"verified · {body.facts}",
        documentation=body.body,
        preselect=True,
        sort_text="!",
        filter_text=replaced or preview,
        insert_text_format=lsp.InsertTextFormat.PlainText,
        insert_text_mode=lsp.InsertTextMode.AsIs,
        text_edit=lsp.TextEdit(span, new),
        additional_text_edits=others or None,
    )
    inline = lsp.InlineCompletionItem(insert_text=new, filter_text=replaced or None, range=span) if not others else None
    return item, inline


def search_item(offer: Offer, position: lsp.Position) -> lsp.CompletionItem:
    """An item that changes nothing and starts the search."""
    return lsp.CompletionItem(
        label=offer.title,
        kind=lsp.CompletionItemKind.Event,
        sort_text="~",
        text_edit=lsp.TextEdit(lsp.Range(position, position), ""),
        command=command(offer),
    )


def _edits(
    body: str, text: str, start: int, end: int, *, line: int, encoding: str
) -> tuple[tuple[lsp.Range, str], list[lsp.TextEdit]] | None:
    """The edit of the cursor's line, and those of the other lines that stand in the body's place."""
    lines = lines_of(text)
    line_start = sum(map(len, lines[:line]))
    content = (lines[line] if line < len(lines) else "").rstrip("\r\n")
    first, last = max(start, line_start), min(end, line_start + len(content))
    if last < first:
        return None
    # The indentation that is there already stays, where the body begins with the same.
    kept = len(content[first - line_start : last - line_start]) - len(text[first:last].lstrip(" \t"))
    if not body.startswith(text[first : first + kept]) or first + kept > last:
        kept = 0
    before = text[start:first]
    after = text[last:end]
    wanted = body[kept:] if not before else body
    if before and kept:
        kept = 0
    # The line's own end stays: the body's last one would double it.
    if after.startswith(("\r\n", "\n")) and wanted.endswith("\n"):
        ending = "\r\n" if after.startswith("\r\n") else "\n"
        wanted, after = wanted[: -len(ending)], after[len(ending) :]
        last_end = last + len(ending)
    else:
        last_end = last
    span = lsp.Range(
        lsp.Position(line, units(content[: first + kept - line_start], encoding)),
        lsp.Position(line, units(content[: last - line_start], encoding)),
    )
    others: list[lsp.TextEdit] = []
    if before:
        others.append(lsp.TextEdit(_range(lines, text, start, first, encoding), ""))
    if after:
        others.append(lsp.TextEdit(_range(lines, text, last_end, last_end + len(after), encoding), ""))
    return (span, wanted), others


def _range(lines: list[str], text: str, start: int, end: int, encoding: str) -> lsp.Range:
    return lsp.Range(_position(lines, start, encoding), _position(lines, end, encoding))


def _position(lines: list[str], at: int, encoding: str) -> lsp.Position:
    for number, line in enumerate(lines):
        if at < len(line):
            return lsp.Position(number, units(line[:at], encoding))
        at -= len(line)
    if lines and not lines[-1].endswith(("\n", "\r")):
        return lsp.Position(len(lines) - 1, units(lines[-1], encoding))
    return lsp.Position(len(lines), 0)
