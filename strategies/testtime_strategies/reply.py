"""Read a patch from a model's reply, whatever form it took: SEARCH/REPLACE blocks, a unified diff, or a fenced function
or file. What cannot be applied exactly is a `ReplyError`, never a guess.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from textwrap import dedent, indent

from testtime_sandbox.patch import FileEdit, Patch

from .candidate import Problem

_SEARCH = re.compile(r"^[ \t]*<{5,9} ?SEARCH\b.*$", re.MULTILINE)
_BLOCK = re.compile(
    r"^[ \t]*<{5,9} ?SEARCH\b[^\n]*\n(?P<search>.*?)"
    r"^[ \t]*={5,9}[ \t]*\n(?P<replace>.*?)"
    r"^[ \t]*>{5,9} ?REPLACE\b[^\n]*$",
    re.MULTILINE | re.DOTALL,
)
_FENCE = re.compile(
    r"^(?P<mark>`{3,}|~{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=mark)[ \t]*$", re.MULTILINE | re.DOTALL
)
_THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_PATH = re.compile(r"[\w./\\+@ -]*[\w+-]\.\w{1,8}")


class ReplyError(Exception):
    """No patch can be read from a reply, or it does not apply exactly; the message says which and where."""


def parse_reply(text: str, problem: Problem) -> Patch:
    """The patch in `text`, made for the problem's snapshot. Raises `ReplyError`."""
    text = _THINKING.sub("", text.replace("\r\n", "\n"))
    files = _Files(problem)
    if _SEARCH.search(text):
        _blocks(text, files)
    elif re.search(r"^(--- |\+\+\+ |@@ )", text, re.MULTILINE):
        _diff(text, files)
    else:
        _fenced(text, files)
    return files.patch()


class _Files:
    """The snapshot's texts as they change while a reply is read, with unix newlines."""

    def __init__(self, problem: Problem) -> None:
        self._snapshot = problem.snapshot
        self.suspects = tuple(dict.fromkeys(suspect.path for suspect in problem.suspicious))
        self._before: dict[str, str | None] = {}
        self.after: dict[str, str | None] = {}

    def text(self, path: str) -> str | None:
        """A file's current text, None when there is none."""
        if path not in self.after:
            try:
                before = self._snapshot.read(path)
            except KeyError:
                before = None
            except UnicodeDecodeError:
                raise ReplyError(f"{path} is not a text file.") from None
            self._before[path] = before
            self.after[path] = None if before is None else before.replace("\r\n", "\n")
        return self.after[path]

    def resolve(self, named: str | None, containing: str = "") -> str:
        """The path that a reply means. Without a name, the one suspicious file that contains the text."""
        if named:
            path = _clean(named)
            if path in self._snapshot.files:
                return path
            ending = [known for known in self._snapshot.files if known.endswith("/" + path)]
            if len(ending) == 1:
                return ending[0]
            if not containing.strip():
                return path
        holders = [path for path in self.suspects if containing.strip() and containing in (self.text(path) or "")]
        if len(holders) == 1:
            return holders[0]
        if named:
            raise ReplyError(f"{_clean(named)} is not a file of this project.")
        raise ReplyError("A block does not say which file it is for.")

    def patch(self) -> Patch:
        """Everything that changed, with each file's own newlines."""
        edits: list[FileEdit] = []
        for path, after in self.after.items():
            before = self._before[path]
            if after is not None and before is not None and "\r\n" in before:
                after = after.replace("\n", "\r\n")  # noqa: PLW2901 -- the same text with the file's newlines
            if after != before:
                edits.append(FileEdit(path, before, after))
        if not edits:
            raise ReplyError("The reply holds no change.")
        return Patch(tuple(edits))


def _clean(named: str) -> str:
    """A path as a reply writes it, less decoration. Raises for one that leaves the project."""
    path = named.strip().strip("`*\"':# ").replace("\\", "/")
    path = path.removeprefix("./")
    if path.startswith("/") or ".." in PurePosixPath(path).parts or re.match(r"^[A-Za-z]:", path):
        raise ReplyError(f"{path} is outside the project.")
    return path


def _blocks(text: str, files: _Files) -> None:
    """SEARCH/REPLACE blocks, in order."""
    blocks = list(_BLOCK.finditer(text))
    if len(blocks) != len(_SEARCH.findall(text)):
        raise ReplyError("A SEARCH block is not complete.")
    path: str | None = None
    end = 0
    for block in blocks:
        named = _path_before(text[end : block.start()])
        end = block.end()
        search, replace = block["search"], block["replace"]
        path = files.resolve(named or path, search)
        current = files.text(path)
        files.after[path] = _changed(current, search, replace, path)


def _path_before(text: str) -> str | None:
    """The path on the last line before a block, fences and decoration aside."""
    for line in reversed(text.splitlines()[-4:]):
        bare = re.sub(r"^(`{3,}|~{3,})\w*", "", line.strip()).strip()
        bare = re.sub(r"^(#+|//|\*+|[Ff]ile( path)?:|[Pp]ath:)\s*", "", bare).strip("`*: ")
        if bare and _PATH.fullmatch(bare) and " " not in bare:
            return bare
        if bare:
            return None
    return None


def _changed(current: str | None, search: str, replace: str, path: str) -> str:
    """A file's new text: `search` replaced in it, or a new file where there is nothing to search."""
    if not search.strip():
        if current:
            raise ReplyError(f"A change to {path} does not say which place it is for.")
        return replace
    if current is None:
        raise ReplyError(f"{path} does not exist, so nothing in it can be replaced.")
    return _replace_once(current, search, replace, path)


def _replace_once(text: str, search: str, replace: str, path: str) -> str:
    """`text` with its one occurrence of `search` replaced; also where only the whole block's indentation differs."""
    for wanted, new in ((search, replace), (search.rstrip("\n"), replace.rstrip("\n"))):
        starts = [m.start() for m in re.finditer(f"(?m)^{re.escape(wanted)}", text)] if wanted else []
        if not starts and wanted in text and wanted != search:
            starts = [m.start() for m in re.finditer(re.escape(wanted), text)]
        if len(starts) == 1:
            at = starts[0]
            return text[:at] + new + text[at + len(wanted) :]
        if len(starts) > 1:
            raise ReplyError(f"A SEARCH block matches {len(starts)} places in {path}.")
    shifted = _reindented(text, search, replace)
    if shifted is None:
        raise ReplyError(f"A SEARCH block does not match {path}: {search.strip().splitlines()[0][:80]!r}")
    return shifted


def _reindented(text: str, search: str, replace: str) -> str | None:
    """The replacement made where the block stands once, shifted as a whole."""
    wanted = dedent(search).rstrip("\n").split("\n")
    lines = text.split("\n")
    found: list[tuple[int, str]] = []
    for number in range(len(lines) - len(wanted) + 1):
        piece = lines[number : number + len(wanted)]
        margin = piece[0][: len(piece[0]) - len(piece[0].lstrip())]
        if dedent("\n".join(piece)).split("\n") == wanted:
            found.append((number, margin))
    if len(found) != 1:
        return None
    number, margin = found[0]
    own = wanted[0][: len(wanted[0]) - len(wanted[0].lstrip())]
    shift = margin.removesuffix(own)
    old = min((len(line) - len(line.lstrip()) for line in search.split("\n") if line.strip()), default=0)
    moved = [line[old:] if not line[:old].strip() else line for line in replace.rstrip("\n").split("\n")]
    new = indent("\n".join(moved), shift).split("\n") if replace.strip() else []
    return "\n".join([*lines[:number], *new, *lines[number + len(wanted) :]])


# ── unified diffs ────────────────────────────────────────────────────────────────────────────────────────────────


def _diff(text: str, files: _Files) -> None:
    """Hunks applied where their context is found, whatever their line numbers say."""
    path: str | None = None
    old_name: str | None = None
    hunk: list[str] | None = None
    found, deleting = False, False

    def flush() -> None:
        nonlocal hunk, found
        if hunk:
            _apply_hunk(hunk, path, files)
            found = True
        hunk = None

    for line in text.split("\n"):
        if line.startswith("--- "):
            flush()
            old_name = _diff_name(line)
        elif line.startswith("+++ "):
            flush()
            new_name = _diff_name(line)
            if new_name is None and old_name is not None:
                path = files.resolve(old_name)
                files.text(path)
                files.after[path] = None
                found, deleting = True, True
            else:
                path, deleting = new_name, False
        elif line.startswith("@@"):
            flush()
            hunk = None if deleting else []
        elif hunk is not None and line[:1] in ("+", "-", " "):
            hunk.append(line)
        elif hunk is not None and not line:
            hunk.append(" ")
        elif line.startswith("\\"):
            continue
        else:
            flush()
    flush()
    if not found:
        raise ReplyError("The diff holds no hunk.")


def _diff_name(line: str) -> str | None:
    name = line[4:].split("\t", maxsplit=1)[0].strip()
    if name == "/dev/null":
        return None
    return re.sub(r"^[ab]/", "", name)


def _apply_hunk(hunk: list[str], named: str | None, files: _Files) -> None:
    while hunk and not hunk[-1].strip():
        hunk.pop()
    before = "".join(f"{line[1:]}\n" for line in hunk if line[:1] in (" ", "-"))
    after = "".join(f"{line[1:]}\n" for line in hunk if line[:1] in (" ", "+"))
    path = files.resolve(named, before)
    current = files.text(path)
    files.after[path] = _changed(current, before, after, path)


# ── fenced code ──────────────────────────────────────────────────────────────────────────────────────────────────


def _fenced(text: str, files: _Files) -> None:
    """The last fenced block that holds a function or class of a suspicious file, or a whole named file."""
    fences = list(_FENCE.finditer(text))
    if not fences:
        raise ReplyError("The reply holds no block of code.")
    trouble = "The code in the reply is neither a function of the suspicious files nor a whole file."
    for fence in reversed(fences):
        body = fence["body"]
        info = fence["info"].strip().split()
        named = next((word for word in info if _PATH.fullmatch(word)), None) or _path_before(text[: fence.start()])
        try:
            tree = ast.parse(dedent(body))
        except (SyntaxError, ValueError) as error:
            trouble = f"The code in the reply is not Python: {error}"
            continue
        if _replace_definitions(tree, dedent(body), _places(named, files), files):
            return
        if named and len(tree.body) > 1:
            path = files.resolve(named)
            files.text(path)
            files.after[path] = body
            return
    raise ReplyError(trouble)


def _places(named: str | None, files: _Files) -> Sequence[str]:
    """The files in which a function may be replaced."""
    return (files.resolve(named),) if named else files.suspects


def _replace_definitions(tree: ast.Module, body: str, paths: Sequence[str], files: _Files) -> bool:
    """Replace the one function or class that `tree` defines where its name stands once; imports beside it are left."""
    definitions = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    others = [n for n in tree.body if n not in definitions and not isinstance(n, ast.Import | ast.ImportFrom)]
    if len(definitions) != 1 or others:
        return False
    new = definitions[0]
    found: list[tuple[str, ast.stmt]] = []
    for path in paths:
        try:
            known = ast.parse(files.text(path) or "")
        except (SyntaxError, ValueError):
            continue
        found += [(path, n) for n in ast.walk(known) if isinstance(n, type(new)) and n.name == new.name]
    if len(found) != 1:
        return False
    path, old = found[0]
    lines = (files.text(path) or "").split("\n")
    new_first = min([new.lineno, *(decorator.lineno for decorator in new.decorator_list)])
    has_decorators = bool(new.decorator_list)
    old_first = (
        min([old.lineno, *(d.lineno for d in getattr(old, "decorator_list", ()))]) if has_decorators else old.lineno
    )
    piece = "\n".join(body.split("\n")[new_first - 1 : new.end_lineno])
    margin = " " * old.col_offset
    files.after[path] = "\n".join([*lines[: old_first - 1], indent(piece, margin), *lines[old.end_lineno :]])
    return True
