"""A patch as tables of lines: what changed is marked within its line, and told by signs as well as by colour."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from testtime_sandbox.patch import FileEdit, Patch, lines_of

from .markup import Html, join, shown, tag

CONTEXT = 3
MOST_LINES = 400
"""Lines of a diff that are shown; more are counted."""

Kind = Literal["same", "del", "ins", "gap"]
Span = tuple[str, str]
"""A syntax class ("" for none) and a piece of text."""


@dataclass(frozen=True)
class Line:
    """One line of a diff. `mark` is the range of characters that changed."""

    kind: Kind
    old: int | None
    new: int | None
    text: str
    mark: tuple[int, int] = (0, 0)


def diff_of(patch: Patch, *, coloured: bool = False) -> Html:
    """The whole patch; `coloured` shows Python's syntax, which takes a moment for a long file."""
    return join(_file(edit, coloured=coloured) for edit in patch.edits)


def changed_line(patch: Patch) -> tuple[str, str]:
    """The first line that a patch takes away and the first that it puts there, stripped; for a list of many."""
    for edit in patch.edits:
        lines = list(_changes(lines_of(edit.before or ""), lines_of(edit.after or "")))
        gone = next((line.text.strip() for line in lines if line.kind == "del"), "")
        come = next((line.text.strip() for line in lines if line.kind == "ins"), "")
        if gone or come:
            return gone, come
    return "", ""


def _file(edit: FileEdit, *, coloured: bool) -> Html:
    before, after = lines_of(edit.before or ""), lines_of(edit.after or "")
    lines = list(_changes(before, after))
    what = " (new file)" if edit.before is None else " (deleted)" if edit.after is None else ""
    spans = {
        side: _syntax(text) if coloured and edit.path.endswith(".py") else []
        for side, text in (("old", edit.before or ""), ("new", edit.after or ""))
    }
    rows = join(_row(line, spans) for line in lines[:MOST_LINES])
    more = len(lines) - MOST_LINES
    name = edit.path + what
    return tag(
        "figure",
        tag("figcaption", tag("code", edit.path), what),
        tag(
            "div",
            tag("table", tag("tbody", rows), class_="diff", aria_label=f"Changes to {name}"),
            class_="scroll",
            tabindex=0,
            role="region",
            aria_label=f"Changes to {name}",
        ),
        tag("p", f"… {more} more lines", class_="quiet") if more > 0 else None,
    )


def _row(line: Line, spans: dict[str, list[list[Span]]]) -> Html:
    if line.kind == "gap":
        return tag("tr", tag("td", "⋯", colspan=4), class_="gap")
    side, number = ("old", line.old) if line.kind == "del" else ("new", line.new)
    coloured = spans[side]
    assert number is not None
    pieces = coloured[number - 1] if number <= len(coloured) else [("", line.text.rstrip("\r\n"))]
    sign = {"same": " ", "del": "-", "ins": "+"}[line.kind]
    said = {"same": None, "del": "removed", "ins": "added"}[line.kind]
    return tag(
        "tr",
        tag("td", line.old, class_="n"),
        tag("td", line.new, class_="n"),
        tag("td", sign, class_="sign", aria_label=said),
        tag("td", join(_marked(pieces, line.mark)) or Html("&#8203;"), class_="code"),
        class_=line.kind,
    )


def _marked(pieces: list[Span], mark: tuple[int, int]) -> Iterator[Html]:
    """The pieces of a line, with the characters of `mark` in `<mark>`."""
    position = 0
    for kind, text in pieces:
        start, end = (min(max(at - position, 0), len(text)) for at in mark)
        position += len(text)
        inner = join((text[:start], tag("mark", text[start:end]) if end > start else None, text[end:]))
        yield tag("span", inner, class_=kind) if kind else inner


def _changes(before: list[str], after: list[str]) -> Iterator[Line]:
    """The changed lines with some context; what both files begin and end with is not compared."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    start = max(0, head - CONTEXT)
    old = before[start : len(before) - max(0, tail - CONTEXT)]
    new = after[start : len(after) - max(0, tail - CONTEXT)]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(CONTEXT)):
        if number:
            yield Line("gap", None, None, "")
        for operation, i1, i2, j1, j2 in group:
            if operation == "equal":
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                    yield Line("same", start + i + 1, start + j + 1, old[i])
                continue
            marks = [_differing(old[i1 + k], new[j1 + k]) for k in range(min(i2 - i1, j2 - j1))]
            for k, i in enumerate(range(i1, i2)):
                yield Line("del", start + i + 1, None, old[i], marks[k][0] if k < len(marks) else (0, 0))
            for k, j in enumerate(range(j1, j2)):
                yield Line("ins", None, start + j + 1, new[j], marks[k][1] if k < len(marks) else (0, 0))


def _differing(old: str, new: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """The ranges in which two lines differ; empty ones when they have little in common."""
    old, new = old.rstrip("\r\n"), new.rstrip("\r\n")
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    common = len(new[:head].strip()) + tail
    if common * 3 < len(new.strip()):
        return (0, 0), (0, 0)
    return (head, len(old) - tail), (head, len(new) - tail)


def _syntax(source: str) -> list[list[Span]]:
    """Each line's pieces with the classes of `style.css`; no line when the text holds what must be shown by number."""
    from pygments import lexers
    from pygments.token import Comment, Keyword, Name, Number, String

    if shown(source) != source:
        return []
    kinds = ((Comment, "c"), (Keyword, "k"), (String, "s"), (Number, "m"), (Name.Function, "f"), (Name.Class, "f"))

    def kind(token: Any) -> str:
        return next((name for family, name in kinds if token in family), "")

    lexer = cast("Any", lexers).get_lexer_by_name("python", stripnl=False, ensurenl=False)
    lines: list[list[Span]] = [[]]
    for token, text in lexer.get_tokens(source):
        for number, piece in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if piece:
                lines[-1].append((kind(token), piece))
    return lines
