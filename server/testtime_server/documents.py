"""The open documents as the editor has them, character for character.

Kept here and not read off pygls, because lines end here as editors end them (a form feed ends none), and positions
are counted in whichever encoding was agreed on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lsprotocol import types as lsp
from pygls.uris import to_fs_path

from testtime_sandbox.patch import lines_of

MOST_EARLY = 20
"""Files whose changes are kept until they are open."""


@dataclass(frozen=True)
class Document:
    """One open text. `path` has its links resolved; None for what is not a file."""

    uri: str
    path: Path | None
    version: int
    text: str


class Documents:
    """Every open document, by URI and by file."""

    def __init__(self) -> None:
        self.encoding: str = "utf-16"
        self._by_uri: dict[str, Document] = {}
        self._by_path: dict[Path, Document] = {}
        self._early: dict[str, list[lsp.DidChangeTextDocumentParams]] = {}

    def open(self, item: lsp.TextDocumentItem) -> Document:
        """Take a document from `didOpen`, and what was changed in it before that was told."""
        document = self._keep(Document(item.uri, path_of(item.uri), item.version, item.text))
        for change in self._early.pop(item.uri, ()):
            if change.text_document.version > document.version:
                document = self._follow(document, change)
        return document

    def change(self, params: lsp.DidChangeTextDocumentParams) -> Document | None:
        """Follow a `didChange`. None for a document that is not open: the change is kept until it is, since Helix,
        which opens a file to edit it, may tell of the edit first.
        """
        document = self._by_uri.get(params.text_document.uri)
        if document is None:
            self._early = dict(list(self._early.items())[-MOST_EARLY:])
            self._early.setdefault(params.text_document.uri, []).append(params)
            return None
        return self._follow(document, params)

    def _follow(self, document: Document, params: lsp.DidChangeTextDocumentParams) -> Document:
        text = changed(document.text, params.content_changes, self.encoding)
        return self._keep(replace(document, version=params.text_document.version, text=text))

    def close(self, uri: str) -> Document | None:
        """Let a document go; what it was."""
        document = self._by_uri.pop(uri, None)
        if document is not None and document.path is not None:
            self._by_path.pop(document.path, None)
        return document

    def at(self, path: Path) -> Document | None:
        """The open document of a file (links resolved)."""
        return self._by_path.get(path)

    def below(self, root: Path) -> Mapping[str, Document]:
        """Root-relative path → document, for every open file below `root`."""
        return {
            path.relative_to(root).as_posix(): document
            for path, document in self._by_path.items()
            if path.is_relative_to(root)
        }

    def every(self) -> list[Document]:
        """All of them."""
        return list(self._by_uri.values())

    def _keep(self, document: Document) -> Document:
        self._by_uri[document.uri] = document
        if document.path is not None:
            self._by_path[document.path] = document
        return document


def path_of(uri: str) -> Path | None:
    """The file behind a URI, links resolved; None for what is not a file."""
    name = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(name).resolve() if name else None


def changed(text: str, changes: Iterable[lsp.TextDocumentContentChangeEvent], encoding: str) -> str:
    """The text after an editor's changes, each counted on the result of the one before."""
    for change in changes:
        if isinstance(change, lsp.TextDocumentContentChangePartial):
            lines = lines_of(text)
            start = offset(lines, change.range.start, encoding)
            end = max(start, offset(lines, change.range.end, encoding))
            text = text[:start] + change.text + text[end:]
        else:
            text = change.text
    return text


def offset(lines: list[str], position: lsp.Position, encoding: str) -> int:
    """How many characters of the text stand before a position. What lies beyond a line or the text is its end."""
    if position.line >= len(lines):
        return sum(map(len, lines))
    line = lines[position.line].rstrip("\r\n")
    return sum(map(len, lines[: position.line])) + column(line, position.character, encoding)


def column(line: str, units_before: int, encoding: str) -> int:
    """The character of a line before which so many code units stand."""
    if encoding == "utf-32" or line.isascii():
        return min(units_before, len(line))
    counted = 0
    for index, character in enumerate(line):
        if counted >= units_before:
            return index
        counted += units(character, encoding)
    return len(line)


def units(text: str, encoding: str) -> int:
    """How many code units a text has in an encoding of the protocol."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(character > "\uffff" for character in text)
