"""`Snapshot`: a private copy of the project's tree, with the unsaved buffers in it.

What is in it: the files git tracks or would (`git ls-files -co --exclude-standard`), else every file that the
`.gitignore` files do not exclude; and, although ignored, what the project's own code imports: Python sources and
extension modules beside tracked packages (a generated `_version.py`, a compiled `.so`). Never: version control,
virtual environments, caches, links that leave the root, single files above `MAX_FILE`.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import ProjectError
from .guard import PREFIX, SHARED_MEMORY, make_folder, remove_folder
from .isolation import ORDINARY_USER

MAX_FILE = 64 * 1024 * 1024
"""Bytes above which a file is left out."""
MAX_TREE = 2 * 1024 * 1024 * 1024
"""Bytes above which a project is refused: a snapshot lives in memory where it can."""
SKIPPED_FOLDERS = frozenset(
    {
        *(".git", ".hg", ".svn", "__pycache__", "node_modules", ".tox", ".nox", ".venv", "venv"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".eggs", ".idea", ".vscode"),
    }
)
IMPORTABLE = (".py", ".so", ".pyd")


@dataclass(frozen=True)
class Snapshot:
    """The project's tree at one moment, on disk under `tree`, never written again.

    `files` maps each root-relative path (forward slashes) to the SHA-256 of its content, so that two snapshots with
    one `digest` are the same tree.
    """

    root: Path
    tree: Path
    files: Mapping[str, str]
    digest: str
    skipped: tuple[str, ...] = ()
    """Files left out for their size."""
    ignored: frozenset[str] = frozenset()
    """Files that git ignores and the project's own code may import: they run, and are shown to nobody."""

    @property
    def shelf(self) -> Path:
        """The folder that this and other snapshots of the project stand in; its own when it is alone."""
        home = self.tree.parent
        return home if home.name.startswith(f"{PREFIX}snapshot-") else home.parent

    @property
    def bytecode(self) -> Path:
        """Where compiled modules of the unpatched tree are kept, as a tree of `__pycache__` folders."""
        return self.tree.parent / "bytecode"

    def read(self, path: str) -> str:
        """The text of a file, newlines as they are. Raises KeyError for a path not in the snapshot, and
        UnicodeDecodeError for one that is not UTF-8.
        """
        if path not in self.files:
            raise KeyError(path)
        return (self.tree / path).read_bytes().decode("utf-8")


def make_shelf() -> Path:
    """A folder for snapshots, in memory where it can be; gone when it is removed, and also when this process dies."""
    return make_folder("snapshot", storage=_storage())


def remove_shelf(shelf: Path) -> None:
    """Remove it with all that stands on it."""
    remove_folder(shelf)


def take_snapshot(root: Path, *, buffers: Mapping[str, str] | None = None, shelf: Path | None = None) -> Snapshot:
    """Copy the project at `root`, with `buffers` (root-relative path → unsaved text) in place of what is on disk, to
    `shelf` or a place of its own.

    The copy is gone when it is discarded, and also when this process dies. Raises `ProjectError` for a folder that is
    no project at all (too large to copy) and when there is no room for the copy.
    """
    root = root.resolve()
    storage = shelf or _storage()
    try:
        home = make_shelf() if shelf is None else Path(tempfile.mkdtemp(dir=shelf))
        tree = home / "tree"
        tree.mkdir()
        try:
            snapshot = _copy(root, tree, buffers or {})
        except BaseException:
            remove_shelf(home)
            raise
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise ProjectError(
            f"No room for a copy of the project in {storage}: set TMPDIR to a roomier folder."
        ) from error
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        _give_away(tree)
    return snapshot


def discard(snapshot: Snapshot) -> None:
    """Remove the copy."""
    remove_shelf(snapshot.tree.parent)


def _give_away(tree: Path) -> None:
    """Let the ordinary user whom root's candidates run as write into the tree."""
    os.chown(tree, ORDINARY_USER, ORDINARY_USER)
    for folder, folders, names in os.walk(tree):
        for name in (*folders, *names):
            os.chown(os.path.join(folder, name), ORDINARY_USER, ORDINARY_USER, follow_symlinks=False)


def _copy(root: Path, tree: Path, buffers: Mapping[str, str]) -> Snapshot:
    files: dict[str, str] = {}
    skipped: list[str] = []
    total = 0
    paths, ignored = _paths(root)
    for path in sorted({*paths, *ignored, *buffers}):
        source, target = root / path, tree / path
        if path in buffers:
            content = buffers[path].encode("utf-8")
        elif (found := _content(root, source, target, skipped)) is not None:
            content = found
        else:
            continue
        total += len(content)
        if total > MAX_TREE:
            raise ProjectError(f"{root} holds more than {MAX_TREE >> 30} GB; choose a smaller root with --root.")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        if path not in buffers and source.stat().st_mode & 0o111:
            target.chmod(0o755)
        files[path] = hashlib.sha256(content).hexdigest()
    digest = hashlib.sha256("".join(f"{path}\0{mark}\n" for path, mark in files.items()).encode()).hexdigest()
    return Snapshot(root, tree, files, digest, tuple(skipped), frozenset(ignored))


def _content(root: Path, source: Path, target: Path, skipped: list[str]) -> bytes | None:
    """A file's bytes; None for what does not belong in a copy. A link inside the root stays a link."""
    try:
        if source.is_symlink():
            if source.resolve().is_relative_to(root):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(os.path.relpath(source.resolve(), source.parent.resolve()))
            return None
        if not source.is_file() or not source.parent.resolve().is_relative_to(root):
            return None
        if source.stat().st_size > MAX_FILE:
            skipped.append(source.relative_to(root).as_posix())
            return None
        return source.read_bytes()
    except OSError:
        return None  # vanished or unreadable meanwhile: the tests will say so if they need it


def _paths(root: Path) -> tuple[set[str], set[str]]:
    """The paths that belong in a copy, and those that do although git ignores them."""
    tracked = _git_paths(root)
    if tracked is None:
        return set(_walk(root)), set()
    importable: set[str] = set()
    for folder in {os.path.dirname(path) for path in tracked if path.endswith(".py")}:
        for entry in os.scandir(root / folder) if (root / folder).is_dir() else ():
            if entry.name.endswith(IMPORTABLE) and entry.is_file(follow_symlinks=False):
                importable.add(f"{folder}/{entry.name}" if folder else entry.name)
    return set(tracked), importable - set(tracked)


def _git_paths(root: Path) -> list[str] | None:
    """Tracked and untracked but not ignored files, or None outside a work tree."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    try:
        listing = subprocess.run(command, capture_output=True, check=False, timeout=60, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if listing.returncode != 0:
        return None
    paths = listing.stdout.decode("utf-8", "surrogateescape").split("\0")
    return [path for path in paths if path and not SKIPPED_FOLDERS & set(path.split("/"))]


def _walk(root: Path) -> Iterator[str]:
    """Every file that no `.gitignore` on the way excludes."""
    import pathspec

    specs: dict[str, pathspec.GitIgnoreSpec] = {}

    def ignored(path: str) -> bool:
        return any(
            spec.match_file(path[len(folder) :].lstrip("/"))
            for folder, spec in specs.items()
            if not folder or path.startswith(folder + "/")
        )

    for folder, folders, names in os.walk(root):
        here = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if here == "." else here + "/"
        if ".gitignore" in names:
            lines = Path(folder, ".gitignore").read_text("utf-8", "replace").splitlines()
            specs[prefix.rstrip("/")] = pathspec.GitIgnoreSpec.from_lines(lines)
        folders[:] = [
            name
            for name in folders
            if name not in SKIPPED_FOLDERS
            and not Path(folder, name, "pyvenv.cfg").exists()
            and not ignored(f"{prefix}{name}/")
        ]
        yield from (prefix + name for name in names if not ignored(prefix + name))


def _storage() -> str:
    """Memory when it is roomy, else the ordinary temporary folder."""
    shared = SHARED_MEMORY
    if os.access(shared, os.W_OK):
        free = shutil.disk_usage(shared).free
        if free > MAX_TREE // 2:
            return str(shared)
    return tempfile.gettempdir()
