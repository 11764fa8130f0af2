"""Small real projects of different shapes, each with one fault: an example and a fixture at once."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROJECTS = Path(__file__).parent.parent / "projects"


@pytest.mark.parametrize("name", sorted(folder.name for folder in PROJECTS.iterdir()))
def test_each_is_repaired_with_no_model(testtime: Callable[..., Any], tmp_path: Path, name: str) -> None:
    root = tmp_path / name
    shutil.copytree(PROJECTS / name, root, ignore=shutil.ignore_patterns("__pycache__"))
    done = testtime("fix", "--json", "--apply", "--model", "none", "--timeout", "60", cwd=root)
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert answer["unfixed"] == []
    assert answer["spend"]["usd"] == 0
    passes = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--disable-plugin-autoload"]
    subprocess.run(passes, cwd=root, check=True)


def test_several_independent_faults_are_repaired_one_after_the_other(
    testtime: Callable[..., Any], make_project: Any
) -> None:
    code = "def add(a, b):\n    return a - b\n\n\ndef last(items):\n    return items[0]\n"
    tests = (
        "from code_ import add, last\n\n\ndef test_add():\n    assert add(2, 3) == 5\n\n\ndef test_zero():\n    assert add(2, 0) == 2\n\n\n"
        "def test_last():\n    assert last([1, 2, 3]) == 3\n\n\ndef test_only():\n    assert last([1]) == 1\n"
    )
    root = make_project({"code_.py": code, "test_code.py": tests})
    done = testtime("fix", "--json", "--model", "none", cwd=root)
    assert done.returncode == 0, done.stdout
    answer = json.loads(done.stdout)
    assert answer["targets"] == ["test_code.py::test_add", "test_code.py::test_last"]
    assert answer["tests"]["fixed"] == 2
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "apply", "-"], cwd=root, input=answer["patch"], text=True, check=True)
    subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], cwd=root, check=True)
