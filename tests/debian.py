"""Programs of other Debian releases, unpacked into a cache folder of their own: nothing is installed, and nobody else
sees their libraries. Works as any user on a Debian machine; elsewhere it says why it does not."""

import fcntl
import os
import re
import shutil
import subprocess
from pathlib import Path

import platformdirs

CACHE = Path(os.environ.get("TESTTIME_TEST_CACHE") or platformdirs.user_cache_dir("testtime-tests"))
SECONDS = 240.0


class Unavailable(Exception):
    """The package cannot be had here; the message is a sentence for the skip."""


def unpacked(package: str, release: str) -> Path:
    """The root below which `package` of `release` and all that it needs are unpacked."""
    root = CACHE / f"{package}-{release}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{package}-{release}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "complete").exists():
            shutil.rmtree(root, ignore_errors=True)
            _unpack(package, release, root)
            (root / "complete").touch()
    return root


def _unpack(package: str, release: str, root: Path) -> None:
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise Unavailable("there is no apt-get here")
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (root / folder).mkdir(parents=True)
    (root / "state/status").touch()
    (root / "sources.list").write_text(f"deb [signed-by={_keyring()}] {_mirror()} {release} main\n")
    settings = {
        "Dir::Etc::sourcelist": root / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State": root / "state",
        "Dir::State::status": root / "state/status",
        "Dir::Cache": root / "cache",
        "APT::Sandbox::User": "root" if os.geteuid() == 0 else "",
    }
    apt = ["apt-get", "-qq", *(word for name, value in settings.items() for word in ("-o", f"{name}={value}"))]
    _run([*apt, "update"])
    _run([*apt, "install", "--yes", "--download-only", "--no-install-recommends", package])
    for archive in sorted((root / "cache/archives").glob("*.deb")):
        _run(["dpkg", "-x", str(archive), str(root)])
    shutil.rmtree(root / "cache")
    shutil.rmtree(root / "state")


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{command[0]} took more than {SECONDS:.0f} s") from None
    if done.returncode != 0:
        raise Unavailable(f"{' '.join([command[0], *command[-2:]])}: {done.stderr.strip() or done.returncode}")


def _mirror() -> str:
    """The mirror that this machine itself uses."""
    for path in [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]:
        if path.is_file() and (
            found := re.search(r"^(?:URIs:|deb(?: \[.*\])?)\s+(\S+)", path.read_text(), re.MULTILINE)
        ):
            return found[1]
    raise Unavailable("this machine has no package mirror")


def _keyring() -> Path:
    for suffix in ("gpg", "pgp"):
        path = Path(f"/usr/share/keyrings/debian-archive-keyring.{suffix}")
        if path.exists():
            return path
    raise Unavailable("this machine has no key of Debian's archive")


def command(root: Path, program: str) -> list[str]:
    """How a program below `root` is started with its own libraries; what it starts gets the system's."""
    libraries = next((root / "usr/lib").glob("*-linux-gnu"))
    loader = next(libraries.glob("ld-linux*.so.*"))
    return [str(loader), "--library-path", str(libraries), str(root / program)]
