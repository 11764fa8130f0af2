"""The real VS Code: the extension is built, packaged, installed from its `.vsix` and used in headless Chromium."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
EXTENSION = REPOSITORY / "editors" / "vscode"
BIN = Path(sys.executable).parent
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "constraints.txt", "server", "strategies", "sandbox")
FIXTURES = {
    "prices.py": (
        '"""Prices in cents."""\n\n\n'
        "def discount(total, threshold=10_000, percent=10):\n"
        '    """`percent` of an order from `threshold` upwards."""\n'
        "    if total > threshold:\n"
        "        return total * percent // 100\n"
        "    return 0\n"
    ),
    "test_prices.py": (
        "from prices import discount\n\n\n"
        "def test_nothing_below_the_threshold():\n    assert discount(9_999) == 0\n\n\n"
        "def test_percent_above_the_threshold():\n    assert discount(20_000) == 2_000\n\n\n"
        "def test_discount_at_the_threshold():\n    assert discount(10_000) == 1_000\n"
    ),
    "greet.py": 'def greet(name):\n    """Greet someone politely."""\n    return ""\n',
    "test_greet.py": (
        "from greet import greet\n\n\n"
        "def test_polite():\n    assert greet('Ada') == 'Good evening, Ada.'\n    assert greet('Bo') == 'Good evening, Bo.'\n"
    ),
    "slug.py": 'def slug(title):\n    """The title as part of an address: lower case, words joined by hyphens."""\n    ...\n',
    "test_slug.py": (
        "from slug import slug\n\n\n"
        "def test_slug_joins():\n    assert slug('Hello there World') == 'hello-there-world'\n\n\n"
        "def test_slug_trims():\n    assert slug('  One  Two ') == 'one-two'\n"
    ),
}


@pytest.fixture(scope="module")
def provision() -> ModuleType:
    import importlib.util

    spec = importlib.util.spec_from_file_location("vscode_provision", HERE / "provision.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["vscode_provision"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tools(provision: ModuleType) -> Any:
    try:
        return provision.provision(may_install=bool(os.environ.get("CI")))
    except provision.UnavailableError as error:
        pytest.skip(f"VS CODE IS NOT TESTED: {error}")


@pytest.fixture(scope="module")
def artefacts() -> Path:
    folder = os.environ.get("TESTTIME_ARTEFACTS")
    path = Path(folder) / "vscode" if folder else Path(tempfile.gettempdir()) / "testtime-artefacts" / "vscode"
    path.mkdir(parents=True, exist_ok=True)
    return path


@pytest.fixture(scope="module")
def vsix(tools: Any, provision: ModuleType, tmp_path_factory: pytest.TempPathFactory, artefacts: Path) -> Path:
    """The package, made from a copy of the sources with the commands of the extension's README."""
    source = tmp_path_factory.mktemp("source")
    ignored = shutil.ignore_patterns("node_modules", "dist", "__pycache__", "*.vsix")
    for name in SOURCES:
        path = REPOSITORY / name
        copy: Callable[..., Any] = shutil.copytree if path.is_dir() else shutil.copy
        copy(path, source / name, **({"ignore": ignored} if path.is_dir() else {}))
    extension = source / "editors" / "vscode"
    shutil.copytree(EXTENSION, extension, ignore=ignored)
    (extension / "node_modules").symlink_to(provision.extension_modules(tools, EXTENSION))
    _node(tools, "npm", "run", "check", cwd=extension)
    _node(tools, "npm", "run", "package", cwd=extension)
    return Path(shutil.copy(extension / "testtime.vsix", artefacts))


@pytest.fixture
def workbench(tools: Any, vsix: Path, tmp_path: Path, artefacts: Path) -> dict[str, str]:
    """A fresh VS Code with the package installed: the environment for a driver script."""
    for name in ("home", "data", "extensions"):
        (tmp_path / name).mkdir()
    environment = {
        **os.environ,
        "HOME": str(tmp_path / "home"),
        "PATH": os.pathsep.join([str(tools.node), os.environ["PATH"]]),
        "STATE": str(tmp_path),
        "SHOTS": str(artefacts),
        "CODE_SERVER": str(tools.code_server),
        "PLAYWRIGHT": str(tools.playwright),
        "CHROMIUM": str(tools.chromium),
        "PYTHON": sys.executable,
        "TESTTIME": str(BIN / "testtime"),
        "MODEL": str(HERE / "model.py"),
        "TESTTIME_PYTEST_ARGS": "--disable-plugin-autoload",
    }
    options = ["--user-data-dir", str(tmp_path / "data"), "--extensions-dir", str(tmp_path / "extensions")]
    install = [str(tools.code_server), *options, "--install-extension", str(vsix)]
    done = subprocess.run(["node", *install], env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert "was successfully installed" in done.stdout, done.stdout + done.stderr
    return environment


def test_the_whole_flow(workbench: dict[str, str], make_project: Any, processes_with: Any, wait_for: Any) -> None:
    project = make_project(FIXTURES)
    mark = f"vscode-{os.getpid()}"
    status, output = _drive("flow.mjs", {**workbench, "PROJECT": str(project), "MARK": mark})
    wait_for(lambda: not processes_with(f"TESTTIME_MARK={mark}"))
    assert status == 0, output
    assert "FAIL" not in output


def test_the_getting_started_page(
    workbench: dict[str, str], make_project: Any, processes_with: Any, wait_for: Any
) -> None:
    page = (EXTENSION / "README.md").read_text()
    files = dict(re.findall(r"^`(\w+\.py)`:\n\n```python\n(.*?)```", page, re.DOTALL | re.MULTILINE))
    assert set(files) == {"prices.py", "test_prices.py"}
    project = make_project(files, "first")
    (project / "pyproject.toml").unlink()
    mark = f"newcomer-{os.getpid()}"
    status, output = _drive("newcomer.mjs", {**workbench, "PROJECT": str(project), "MARK": mark}, online=True)
    wait_for(lambda: not processes_with(f"TESTTIME_MARK={mark}"))
    assert status == 0, output
    assert "FAIL" not in output


def _drive(script: str, environment: dict[str, str], *, online: bool = False) -> tuple[int, str]:
    """Run a driver; without any network but loopback, where this machine lets us."""
    alone = ["unshare", "--net", sys.executable, str(HERE / "loopback.py")]
    if online:
        alone = []
    elif subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        print("THE NETWORK IS NOT CUT OFF: unshare --net is not permitted here")
        alone = []
    log = Path(environment["SHOTS"]) / f"{Path(script).stem}.log"
    with log.open("w") as stream:
        command = [*alone, "node", str(HERE / script)]
        done = subprocess.run(command, env=environment, stdout=stream, stderr=stream, check=False, timeout=540)
    print(log.read_text())
    return done.returncode, log.read_text()


def _node(tools: Any, *command: str, cwd: Path) -> None:
    environment = {**os.environ, "PATH": os.pathsep.join([str(tools.node), os.environ["PATH"]])}
    done = subprocess.run(list(command), cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
