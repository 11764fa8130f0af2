"""What the built wheel puts into an environment: run by `.ci/run` with the source roots out of sight."""

import subprocess
import sys
from importlib import metadata, resources
from pathlib import Path


def test_three_prefixed_packages_and_nothing_generic() -> None:
    files = metadata.files("testtime") or []
    tops = {file.parts[0] for file in files if not file.parts[0].endswith(".dist-info")} - {".."}
    packages = {"testtime_server", "testtime_strategies", "testtime_sandbox"}
    editable = {top for top in tops if top.endswith(".pth")}
    assert tops - editable <= packages


def test_the_demo_project_and_the_agent_ship() -> None:
    demo = resources.files("testtime_server") / "demo_project"
    assert (demo / "shop" / "cart.py").is_file()
    assert (demo / "tests" / "test_pricing.py").is_file()
    agent = resources.files("testtime_sandbox") / "agent"
    assert (agent / "runner.py").is_file()
    for package in ("testtime_server", "testtime_strategies", "testtime_sandbox"):
        assert (resources.files(package) / "py.typed").is_file()


def test_nothing_slow_is_imported_at_start() -> None:
    """What an editor waits for: the server's modules without the openai client, the price data or a terminal library."""
    code = "import sys, testtime_server.language_server; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"openai", "genai_prices", "rich", "pydantic", "httpx", "pathspec"} & set(done.stdout.split())


def test_imports_do_nothing() -> None:
    code = "import testtime_server.cli, testtime_server.fix, testtime_strategies.solve, testtime_sandbox.verifier"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == done.stderr == ""


def test_the_command_is_installed(tmp_path: Path) -> None:
    command = Path(sys.executable).parent / "testtime"
    done = subprocess.run([str(command), "--version"], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == f"testtime {metadata.version('testtime')}"
