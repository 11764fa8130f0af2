"""When a streamed reply has said enough: its patch is complete, or is one that was tried before.

What follows is chatter that costs tokens and seconds.
"""

from __future__ import annotations

import re

from testtime_sandbox.patch import Patch

from .candidate import Problem
from .reply import ReplyError, parse_reply
from .syntax import Tried

CHATTER = 100
"""Characters after a patch that make it complete, when they announce nothing more."""
PATIENCE = 400
"""Characters after which even an announcement is not believed."""
_FENCE = re.compile(r"^(`{3,}|~{3,})[^\n`]*\n", re.MULTILINE)
_REPLACE = re.compile(r"^[ \t]*>{5,9} ?REPLACE\b[^\n]*\n", re.MULTILINE)
_SEARCH = re.compile(r"^[ \t]*<{5,9} ?SEARCH\b", re.MULTILINE)
_MORE = re.compile(r":\s*$|\b(also|second|another|other|next|then|finally|additionally|similarly)\b|[\w/]\.\w+", re.I)


class Enough:
    """Listens to one stream. `text` is what has come; `is_duplicate` says why it was enough."""

    def __init__(self, problem: Problem, tried: Tried) -> None:
        self.text = ""
        self.is_duplicate = False
        self._problem = problem
        self._tried = tried
        self._end = -1
        self._patch: Patch | None = None

    def __call__(self, text: str, thought: str) -> bool:
        """Whether nothing more is needed."""
        self.text = text
        end = _end_of_patch(text)
        if end is None:
            return False
        chatter = text[end:].strip()
        if not chatter or _FENCE.match(f"{chatter}\n") or _SEARCH.search(chatter):
            return False
        if end != self._end:
            self._end, self._patch = end, self._read(text[:end])
        # What begins as a change that was tried may be half of one that was not: the next file's name comes first.
        if self._patch is None or not _has_moved_on(text[end:]):
            return False
        self.is_duplicate = self._patch in self._tried
        return True

    def _read(self, text: str) -> Patch | None:
        try:
            return parse_reply(text, self._problem)
        except ReplyError:
            return None


def _end_of_patch(text: str) -> int | None:
    """Where the last closed block ends, its fence included; None while one is open, or before there is any."""
    end = max((block.end() for block in _REPLACE.finditer(text)), default=None)
    if end is not None and _SEARCH.search(text, end):
        return None
    opened: str | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            opened = fence[1]
        elif fence[0].strip() == opened:
            opened, end = None, max(end or 0, fence.end())
    return None if opened is not None else end


def _has_moved_on(rest: str) -> bool:
    """Whether what follows a patch is talk about it rather than the way to another block."""
    line, newline, _ = rest.lstrip().partition("\n")
    if _MORE.search(line.strip() if newline else line.strip() + " "):
        return len(rest) > PATIENCE
    return bool(newline) or len(line) > CHATTER
