"""What a template proposes: splices of the file's text, so that everything untouched keeps its form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Splice:
    """Characters `start` to `end` (offsets into the file's text) become `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One candidate change. `weight` compares it with the other edits of the same template at the same statement."""

    splices: tuple[Splice, ...]
    weight: float = 1.0
    operator: str | None = None
    """Set when this edit is of another kind than its template's name says ("special-case")."""


def apply(text: str, splices: tuple[Splice, ...]) -> str | None:
    """The text after all splices, or None when two of them overlap."""
    pieces: list[str] = []
    position = 0
    for splice in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        if splice.start < position:
            return None
        pieces.append(text[position : splice.start])
        pieces.append(splice.text)
        position = splice.end
    pieces.append(text[position:])
    return "".join(pieces)
