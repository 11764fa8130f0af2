"""Markup in which everything is escaped unless it is markup already; hostile characters are made visible."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]"
)
"""Control sequences of terminals, ECMA-48: colours, cursor movements, titles."""
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""What shows nothing or turns the reading direction (CVE-2021-42574): shown by its number instead."""

VOID = frozenset({"br", "meta", "path", "line", "rect", "circle", "polyline", "polygon"})


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


Child = str | int | float | None
"""What can stand inside an element. A plain text is escaped, None is nothing."""


def shown(text: str) -> str:
    """`text` without terminal colours, and with every hidden character as `[U+202E]`."""
    text = _ANSI.sub("", text.replace("\r\n", "\n"))
    return _HIDDEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)


def join(children: Iterable[Child]) -> Html:
    """Children one after the other."""
    return Html("".join(_child(child) for child in children))


def tag(element: str, /, *children: Child, **attributes: str | int | float | bool | None) -> Html:
    """An element. `class_` is class, other underscores are hyphens; None and False attributes are left out."""
    kept = ((key, value) for key, value in attributes.items() if value is not None and value is not False)
    written = "".join(_attribute(key, value) for key, value in kept)
    if element in VOID and not children:
        return Html(f"<{element}{written}/>")
    return Html(f"<{element}{written}>{join(children)}</{element}>")


def clipped(text: str, most: int) -> str:
    """The head and tail of a long text, with what was cut between them said."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"


def _child(child: Child) -> str:
    if child is None:
        return ""
    return child if isinstance(child, Html) else escape(shown(str(child)))


def _attribute(key: str, value: str | int | float | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(shown(str(value)))}"'
