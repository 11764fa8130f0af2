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
        return frozenset(
            line for old, _, around in self._changes(path) for line in old or [number for number, _ in around]
        )

    def entered_lines(self, path: str) -> frozenset[int]:
        """Like `changed_lines`, but of an insertion's neighbours only one at its own depth, where there is one: who
        executes that executes what is inserted.
        """
        found: set[int] = set()
        for old, inserted, around in self._changes(path):
            beside = [line for line, text in around if _depth(text) == _depth(inserted)]
            found.update(old or beside[:1] or (line for line, _ in around))
        return frozenset(found)

    @property
    def only_inserts(self) -> bool:
        """Whether every old line stays as it is."""
        return not any(old for path in self.paths for old, _, _ in self._changes(path))

    def _changes(self, path: str) -> Iterator[tuple[range, str, list[tuple[int, str]]]]:
        """The old lines of each change (1-based, none for an insertion), its first new line, and the old lines below
        and above its start with their numbers.
        """
        edit = next((edit for edit in self.edits if edit.path == path), None)
        if edit is None:
            return
        before, after = lines_of(edit.before or ""), lines_of(edit.after or "")
        same = 0
        while same < min(len(before), len(after)) and before[same] == after[same]:
            same += 1
        end = 0
        while end < min(len(before), len(after)) - same and before[-1 - end] == after[-1 - end]:
            end += 1
        old, new = before[same : len(before) - end], after[same : len(after) - end]
        for tag, start, stop, first, _ in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag != "equal":
                at = same + start
                around = [(n + 1, before[n]) for n in (at, at - 1) if 0 <= n < len(before)]
                yield range(at + 1, same + stop + 1), new[first] if first < len(new) else "", around


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


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
