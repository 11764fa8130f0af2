"""Texts follow an editor's edits exactly, in every position encoding."""

import pytest
from editor_client import _edited
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types as lsp

from testtime_server.documents import Document, Documents, changed, units

PIECES = st.text(st.sampled_from("ab \n\t😋é\u2028\x0c'"), max_size=12)
ENCODINGS = ("utf-8", "utf-16", "utf-32")


def position(text: str, at: int, encoding: str) -> lsp.Position:
    before = text[:at].split("\n")
    return lsp.Position(len(before) - 1, units(before[-1], encoding))


@given(PIECES, PIECES, st.integers(0, 12), st.integers(0, 12), st.sampled_from(ENCODINGS))
@settings(deadline=None)
def test_a_replaced_piece(text: str, new: str, one: int, other: int, encoding: str) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    span = lsp.Range(position(text, start, encoding), position(text, end, encoding))
    edit = lsp.TextDocumentContentChangePartial(range=span, text=new)
    assert changed(text, [edit], encoding) == text[:start] + new + text[end:]
    assert _edited(text, [lsp.TextEdit(span, new)], encoding) == text[:start] + new + text[end:], (
        "and the test's client"
    )


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_beyond_a_line_is_its_end_and_beyond_the_text_is_the_text_s(encoding: str) -> None:
    far = lsp.Range(lsp.Position(0, 99), lsp.Position(7, 0))
    assert changed("a😋\r\nb", [lsp.TextDocumentContentChangePartial(range=far, text="!")], encoding) == "a😋!"


def test_changes_count_on_the_result_of_those_before() -> None:
    first = lsp.TextDocumentContentChangePartial(range=lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)), text="one\n")
    second = lsp.TextDocumentContentChangePartial(range=lsp.Range(lsp.Position(1, 0), lsp.Position(1, 1)), text="two")
    assert changed("x", [first, second], "utf-16") == "one\ntwo"
    assert changed("x", [lsp.TextDocumentContentChangeWholeDocument(text="all")], "utf-8") == "all"


def test_a_change_that_is_told_before_the_file_is_open() -> None:
    documents = Documents()
    uri = "file:///project/calc.py"

    def typed(version: int, text: str) -> Document | None:
        start = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
        change = lsp.TextDocumentContentChangePartial(range=start, text=text)
        identifier = lsp.VersionedTextDocumentIdentifier(version=version, uri=uri)
        return documents.change(lsp.DidChangeTextDocumentParams(identifier, [change]))

    assert typed(1, "a") is None
    assert typed(2, "b") is None
    opened = documents.open(lsp.TextDocumentItem(uri, "python", 1, "a\n"))
    assert (opened.text, opened.version) == ("ba\n", 2), "the first is in it already"
    documents.close(uri)
    assert documents.open(lsp.TextDocumentItem(uri, "python", 0, "c\n")).text == "c\n", "they count once"
