"""Fixtures that every folder shares: throw-away projects, the scripted model, and what is left behind in /proc."""

import contextlib
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TESTTIME = Path(sys.executable).parent / "testtime"
# The tests' own environment has plugins that a small project does not need.
ENVIRONMENT = {"TESTTIME_PYTEST_ARGS": "--disable-plugin-autoload"}


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


browsers = _load("browser")
chat = _load("chat_server")
debian = _load("debian")
newcomers = _load("newcomer")
screen = _load("screen")


@pytest.fixture(autouse=True)
def _state_of_our_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own books are none of the tests' business, nor another test's."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


@pytest.fixture
def chat_server() -> Iterator[Callable[..., Any]]:
    """Start scripted model servers: `chat_server([replies…])`."""
    servers: list[Any] = []

    def start(replies: Any, **options: Any) -> Any:
        servers.append(chat.ChatServer(replies, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def scripted() -> type:
    """One scripted answer with everything about it."""
    return chat.Scripted


@pytest.fixture
def terminal() -> Iterator[Callable[..., Any]]:
    """Start a program in a terminal: `terminal(command, cwd, environment)`; see `screen.Screen`."""
    if not screen.available():
        pytest.skip("NOT TESTED: there is no tmux on this machine (apt-get install tmux)")
    screens: list[Any] = []

    def start(command: list[str], cwd: Path, environment: dict[str, str], **options: Any) -> Any:
        screens.append(screen.Screen(command, cwd, environment, **options))
        return screens[-1]

    yield start
    for one in screens:
        one.close()


@pytest.fixture
def unpacked() -> Callable[[str, str], Path]:
    """A Debian package unpacked outside the project, or a loud skip: `unpacked("hx", "trixie")`."""

    def unpack(package: str, release: str) -> Path:
        try:
            return debian.unpacked(package, release)
        except debian.Unavailable as reason:
            pytest.skip(f"NOT TESTED: {package} of Debian {release} cannot be had: {reason}")

    return unpack


@pytest.fixture
def run_unpacked() -> Callable[[Path, str], list[str]]:
    """The command that starts a program of an unpacked package with its own libraries."""
    return debian.command


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    """The real Chromium with one page, or a loud skip; see `browser.Browser`."""
    if browsers.CHROMIUM is None:
        pytest.skip("NOT TESTED: there is no Chromium on this machine (apt-get install chromium)")
    with contextlib.closing(browsers.Browser(tmp_path / "browser")) as one:
        yield one


@pytest.fixture
def newcomer(tmp_path: Path) -> Callable[..., Any]:
    """Somebody with an empty home who follows a page: `newcomer({"hx": […]}, MARK="…")`; see `newcomer.Newcomer`."""

    def arrive(programs: dict[str, list[str]], **environment: str) -> Any:
        try:
            return newcomers.Newcomer(tmp_path / "newcomer" / "home", programs, **environment)
        except newcomers.Unavailable as reason:
            pytest.skip(f"NOT TESTED: the getting-started page cannot be followed: {reason}")

    return arrive


@pytest.fixture
def page_keys() -> Callable[[str, int], list[str]]:
    """What a page tells to type; see `newcomer.keys`."""
    return newcomers.keys


@pytest.fixture
def page_blocks() -> Callable[[str, str], list[str]]:
    """A page's code blocks of one language; see `newcomer.blocks`."""
    return newcomers.blocks


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Write a project's files; returns its root. An empty pyproject.toml marks the root."""

    def make(files: dict[str, str], name: str = "project") -> Path:
        root = tmp_path / name
        for path, text in {"pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n', **files}.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return root

    return make


CALCULATOR = {
    "calc.py": (
        "def add(a, b):\n    return a - b\n\n\n"
        "def double(x):\n    return x * 2\n\n\n"
        "def is_even(n):\n    return n % 2 == 0\n"
    ),
    "test_calc.py": (
        "from calc import add, double, is_even\n\n\n"
        "def test_add():\n    assert add(2, 3) == 5\n\n\n"
        "def test_add_zero():\n    assert add(7, 0) == 7\n\n\n"
        "def test_add_negative():\n    assert add(-1, 0) == -1\n\n\n"
        "def test_double():\n    assert double(4) == 8\n\n\n"
        "def test_is_even():\n    assert is_even(2)\n    assert not is_even(3)\n"
    ),
}


@pytest.fixture
def calculator(make_project: Callable[..., Path]) -> Path:
    """A project with one failing test that a mutation repairs."""
    return make_project(CALCULATOR)


HARD = {
    "greet.py": 'def greet(name):\n    """Greet someone politely, in capitals when they shout."""\n    return ""\n',
    "test_greet.py": (
        "from greet import greet\n\n\n"
        "def test_polite():\n    assert greet('Ada') == 'Good evening, Ada.'\n\n\n"
        "def test_other():\n    assert greet('Bob') == 'Good evening, Bob.'\n\n\n"
        "def test_type():\n    assert isinstance(greet('x'), str)\n"
    ),
}


@pytest.fixture
def hard(make_project: Callable[..., Path]) -> Path:
    """A project whose failing tests no mutation repairs."""
    return make_project(HARD, "hard")


@pytest.fixture
def testtime() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the installed command: `testtime("fix", "--json", cwd=root, OPENAI_API_KEY="x")`."""

    def run(*arguments: str, cwd: Path, timeout: float = 120, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TESTTIME_", "OPENAI_"))}
        return subprocess.run(
            [str(TESTTIME), *arguments],
            cwd=cwd,
            env={**inherited, **ENVIRONMENT, **environment},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run


def tree(root: Path) -> dict[str, bytes]:
    """Every file of a folder with its content, caches aside."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(name="tree")
def _tree() -> Callable[[Path], dict[str, bytes]]:
    return tree


@pytest.fixture
def wait_for() -> Callable[..., None]:
    """Wait for a condition with a deadline."""

    def wait(condition: Callable[[], bool], seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "the condition did not come true in time"
            time.sleep(0.01)

    return wait


def processes_with(mark: str) -> list[int]:
    """Processes whose command line or environment mentions `mark`, this one and its shell aside."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            text = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if mark.encode() in text:
            found.append(int(entry.name))
    return found


@pytest.fixture(name="processes_with")
def _processes_with() -> Callable[[str], list[int]]:
    return processes_with
