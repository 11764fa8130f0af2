"""`Patch`: whole new texts for some files, carrying the texts they were made from."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def lines_of(text: str) -> list[str]:
    """Lines with their ends, as Python's line numbers and editors count them: unlike with `str.splitlines`, a form feed
    or a U+2028 does not end a line.
    """
    return _LINE.findall(text)


@dataclass(frozen=True)
class FileEdit:
    """One file's change. `path` is relative to the project root, with forward slashes.

    `before` is None for a new file, `after` is None for a deletion.
    """

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Patch:
    """A change to a snapshot: at most one edit per path, none of them empty."""

    edits: tuple[FileEdit, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths touched, in order."""
        return tuple(edit.path for edit in self.edits)

    @cached_property
    def digest(self) -> str:
        """Hexadecimal content hash: two patches with one digest make the same tree."""
        digest = hashlib.sha256()
        for edit in sorted(self.edits, key=lambda edit: edit.path):
            mark = "gone" if edit.after is None else str(len(edit.after))
            digest.update(f"{edit.path}\0{mark}\0{edit.after or ''}".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def diff(self) -> str:
        """The unified diff of the patch, in the form `git apply` takes."""
        return "".join(line for edit in self.edits for line in _file_diff(edit))

    def changed_lines(self, path: str) -> frozenset[int]:
        """1-based lines of `path` *before* the patch that it changes or removes.

        For a pure insertion: the lines on both sides of it.
        """
        edit = next((edit for edit in self.edits if edit.path == path), None)
        if edit is None:
            return frozenset()
        before, after = lines_of(edit.before or ""), lines_of(edit.after or "")
        count, same = len(before), 0
        while same < min(count, len(after)) and before[same] == after[same]:
            same += 1
        while len(before) > same and len(after) > same and before[-1] == after[-1]:
            before.pop()
            after.pop()
        lines: set[int] = set()
        matcher = difflib.SequenceMatcher(None, before[same:], after[same:], autojunk=False)
        for tag, start, end, _, _ in matcher.get_opcodes():
            if tag != "equal":
                first = same + start
                lines.update(range(first + 1, same + end + 1) if end > start else {first, first + 1})
        return frozenset(line for line in lines if 1 <= line <= count)


def changed_span(before: str, after: str) -> tuple[int, int, str]:
    """(start, end, text): `after` is `before` with `text` in place of its characters from start to end."""
    shorter = min(len(before), len(after))
    start = _common(shorter, lambda length: before[:length] == after[:length])
    tail = _common(shorter - start, lambda length: before[len(before) - length :] == after[len(after) - length :])
    return start, len(before) - tail, after[start : len(after) - tail]


def _common(most: int, equal: Callable[[int], bool]) -> int:
    """The greatest length up to `most` at which two texts are equal; comparing is quick, counting is not."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if equal(middle):
            least = middle
        else:
            most = middle - 1
    return least


def _file_diff(edit: FileEdit) -> Iterator[str]:
    """Lines of one file's diff, headers included."""
    before = _lines(edit.before)
    after = _lines(edit.after)
    body = list(difflib.unified_diff(before, after, f"a/{edit.path}", f"b/{edit.path}"))
    if edit.before == edit.after:
        return
    yield f"diff --git a/{edit.path} b/{edit.path}\n"
    if edit.before is None:
        yield "new file mode 100644\n"
    if edit.after is None:
        yield "deleted file mode 100644\n"
    for number, line in enumerate(body):
        if number == 0 and edit.before is None:
            yield "--- /dev/null\n"
        elif number == 1 and edit.after is None:
            yield "+++ /dev/null\n"
        elif line.endswith("\n"):
            yield line
        else:
            yield line + "\n\\ No newline at end of file\n"


def _lines(text: str | None) -> list[str]:
    """Lines as git counts them: only a newline character ends one."""
    if not text:
        return []
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
