"""A quick start for the language server: an editor waits for it.

Nearly all of the start is `lsprotocol.types`: attrs writes and compiles the methods of its 550 classes anew in every
process, since code compiled at run time has no `.pyc`. Here those compilations are kept in the user's cache
folder, keyed by the very text that was compiled, so that a newer library can never meet an older one's code.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import importlib
import marshal
import os
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from types import CodeType
from typing import Any, cast

Compiled = dict[tuple[str, str], CodeType]


def import_protocol(cache: Path | None = None) -> None:
    """Import `lsprotocol.types`, quickly from the second time on. Never fails for a cache's sake."""
    if cache is None:
        from platformdirs import user_cache_path

        cache = user_cache_path("testtime") / f"protocol-{sys.implementation.cache_tag}.marshal"
    known = _load(cache)
    before = len(known)
    with _compiled_from(known), _without_collections():
        importlib.import_module("lsprotocol.types")
    if len(known) > before:
        _save(cache, known)


@contextlib.contextmanager
def _compiled_from(known: Compiled) -> Generator[None]:
    """Let attrs take its compilations from `known`, and add to it what is missing."""
    import attr._make as attrs_internals

    def compile_once(source: Any, filename: Any, *rest: Any, **options: Any) -> Any:
        key = (str(source), str(filename))
        if key not in known:
            known[key] = builtins.compile(source, filename, *rest, **options)
        return known[key]

    space = cast("dict[str, Any]", vars(attrs_internals))
    space["compile"] = compile_once  # shadows the built-in for this one module
    try:
        yield
    finally:
        del space["compile"]


@contextlib.contextmanager
def _without_collections() -> Generator[None]:
    """Thousands of objects that live as long as the server: collecting among them is in vain, then and ever after."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _load(cache: Path) -> Compiled:
    try:
        loaded: Any = marshal.loads(cache.read_bytes())
        return cast("Compiled", loaded) if isinstance(loaded, dict) else {}
    except (OSError, ValueError, EOFError, TypeError):
        return {}


def _save(cache: Path, known: Compiled) -> None:
    """Write whole or not at all; a folder that cannot be written costs only time."""
    with contextlib.suppress(OSError):
        cache.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(dir=cache.parent)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(marshal.dumps(known))
        os.replace(temporary, cache)
