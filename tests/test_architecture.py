"""The house's rules, read from the code itself."""

import ast
from pathlib import Path

import pytest

import testtime_sandbox
import testtime_server
import testtime_strategies

PACKAGES = {
    package.__name__: Path(package.__file__).parent
    for package in (testtime_server, testtime_strategies, testtime_sandbox)
}
MODULES = [
    (name, path)
    for name, folder in PACKAGES.items()
    for path in sorted(folder.rglob("*.py"))
    if "demo_project" not in path.parts
]
ABOVE = {
    "testtime_sandbox": {"testtime_strategies", "testtime_server"},
    "testtime_strategies": {"testtime_server"},
    "testtime_server": set(),
}
VALUES = {
    "testtime_sandbox.errors",
    "testtime_sandbox.patch",
    "testtime_sandbox.snapshot",
    "testtime_sandbox.verdict",
}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
    return names


def modules(package: str) -> list[Path]:
    return [path for name, path in MODULES if name == package]


@pytest.mark.parametrize(("package", "path"), MODULES, ids=lambda value: getattr(value, "name", value))
def test_imports_run_one_way(package: str, path: Path) -> None:
    assert not {name.split(".")[0] for name in imported(path)} & ABOVE[package]


@pytest.mark.parametrize("path", modules("testtime_strategies"), ids=lambda path: path.name)
def test_strategies_know_the_sandbox_by_its_values_only(path: Path) -> None:
    assert {name for name in imported(path) if name.startswith("testtime_sandbox")} <= VALUES


@pytest.mark.parametrize(("package", "path"), MODULES, ids=lambda value: getattr(value, "name", value))
def test_foreign_libraries_have_one_door(package: str, path: Path) -> None:
    names = {name.split(".")[0] for name in imported(path)}
    if package != "testtime_server":
        assert not names & {"pygls", "lsprotocol"}
    if path.name != "model.py":
        assert "openai" not in names
    if package == "testtime_strategies":
        assert "subprocess" not in names


@pytest.mark.parametrize("path", [p for p in modules("testtime_sandbox") if "agent" in p.parts], ids=lambda p: p.name)
def test_the_agent_needs_nothing_but_the_project_s_own_pytest(path: Path) -> None:
    import sys

    foreign = {name.split(".")[0] for name in imported(path)} - set(sys.stdlib_module_names)
    beside = {file.stem for file in path.parent.glob("*.py")}
    assert foreign <= {"pytest", "_pytest", "pluggy"} | beside
