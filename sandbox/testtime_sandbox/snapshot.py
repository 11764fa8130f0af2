"""`Snapshot`: a private copy of the project's tree, with the unsaved buffers in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


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

    def read(self, path: str) -> str:
        """The text of a file, newlines as they are. Raises KeyError for a path not in the snapshot, and
        UnicodeDecodeError for one that is not UTF-8.
        """
        if path not in self.files:
            raise KeyError(path)
        return (self.tree / path).read_bytes().decode("utf-8")
