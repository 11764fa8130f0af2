"""What the VS Code tests need, brought once into a cache folder outside the repository: Node 24, code-server, Chromium."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

CODE_SERVER = "4.139.1"
PLAYWRIGHT = "1.65.1"
NPM = ("npm", "install", "--silent", "--no-fund", "--no-audit", "--ignore-scripts")
# Nothing here uses Chromium's own services.
APT = ("chromium", "fonts-dejavu-core")


class UnavailableError(Exception):
    """Something could not be had, and why."""


@dataclass(frozen=True)
class Tools:
    """Where everything is."""

    node: Path
    """The folder of `node` 24, for PATH."""
    code_server: Path
    playwright: Path
    """The folder that holds `node_modules/playwright-core`."""
    chromium: Path
    cache: Path


def cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "testtime-ci"


def provision(may_install: bool) -> Tools:
    """The tools, installed first when that is allowed. Raises UnavailableError."""
    cache = cache_folder()
    if not may_install and not (cache / "code-server" / CODE_SERVER).exists():
        raise UnavailableError("code-server is not in the cache; set CI=1 to install it")
    if shutil.which("npm") is None:
        raise UnavailableError("npm is not on PATH")
    chromium = _chromium(may_install)
    with _alone(cache):
        node = _once(cache / "node" / "24", lambda at: _npm(at, "node@24")) / "node_modules" / ".bin"
        code_server = _once(cache / "code-server" / CODE_SERVER, lambda at: _code_server(at, node))
        playwright = _once(cache / "playwright" / PLAYWRIGHT, lambda at: _npm(at, f"playwright-core@{PLAYWRIGHT}"))
    entry = code_server / "node_modules" / "code-server" / "out" / "node" / "entry.js"
    return Tools(node, entry, playwright, chromium, cache)


def extension_modules(tools: Tools, extension: Path) -> Path:
    """The extension's `node_modules` for its lock file, by `npm ci`."""
    lock = (extension / "package-lock.json").read_bytes() + (extension / ".npmrc").read_bytes()

    def install(at: Path) -> None:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(extension / name, at)
        _run(["npm", "ci", "--silent"], at, tools.node)

    with _alone(tools.cache):
        name = hashlib.sha256(lock).hexdigest()[:16]
        return _once(tools.cache / "extension" / name, install) / "node_modules"


def _chromium(may_install: bool) -> Path:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None and may_install and os.geteuid() == 0 and shutil.which("apt-get"):
        wait = ("-o", "DPkg::Lock::Timeout=300")
        _run(["apt-get", "update", "-qq"], Path("/"))
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wait, *APT], Path("/"))
        found = shutil.which("chromium")
    if found is None:
        raise UnavailableError("chromium is not on PATH, and apt-get as root cannot be used")
    return Path(found)


def _code_server(at: Path, node: Path) -> None:
    # Its own install script wants a native module and a newer npm; nothing here needs what it would build.
    _npm(at, f"code-server@{CODE_SERVER}", node=node)
    _run([*NPM, "--omit=dev"], at / "node_modules" / "code-server" / "lib" / "vscode", node)


def _npm(at: Path, package: str, node: Path | None = None) -> None:
    (at / "package.json").write_text('{"private":true}')
    # Node comes as a package whose install script puts the binary in place.
    command = [word for word in NPM if word != "--ignore-scripts" or not package.startswith("node@")]
    _run([*command, package], at, node)


def _once(folder: Path, make: Callable[[Path], None]) -> Path:
    """A folder that is there whole or not at all."""
    if not folder.exists():
        part = folder.with_name(folder.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        make(part)
        part.rename(folder)
    return folder


@contextlib.contextmanager
def _alone(cache: Path) -> Iterator[None]:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str], cwd: Path, node: Path | None = None) -> None:
    path = os.pathsep.join(filter(None, [str(node) if node else "", os.environ.get("PATH", "")]))
    environment = {**os.environ, "PATH": path, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise UnavailableError(f"{' '.join(command)}: {(done.stderr or done.stdout)[-600:]}")
