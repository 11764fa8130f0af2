"""Which root, which interpreter, which files."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from testtime_sandbox.baseline import measure_baseline
from testtime_sandbox.errors import CollectionError, InterpreterError, IsolationError, RunnerError, TestNotFound
from testtime_sandbox.guard import clean_stale
from testtime_sandbox.isolation import AGENT, at_level, choose
from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.project import discover, find_root
from testtime_sandbox.snapshot import discard, take_snapshot
from testtime_sandbox.verdict import TestOutcome
from testtime_sandbox.verifier import SandboxVerifier

ARGS = ("--disable-plugin-autoload",)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)


def environment(folder: Path) -> Path:
    """A virtual environment that sees this one's packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    site = next(folder.glob("lib/python*/site-packages"))
    here = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "borrowed.pth").write_text(here + "\n")
    return folder / "bin" / "python"


def test_the_nearest_root_wins_in_a_monorepo(make_project: Any) -> None:
    root = make_project({".git/HEAD": "", "services/a/pyproject.toml": "", "services/a/pkg/x.py": ""}, "mono")
    assert find_root(root / "services/a/pkg/x.py") == root / "services/a"
    assert find_root(root / "services") == root


def test_a_local_environment_is_found(calculator: Path) -> None:
    python = environment(calculator / ".venv")
    project = discover(calculator)
    assert project.interpreter == python
    assert project.interpreter_source == ".venv"
    assert project.prefix == calculator / ".venv"


def test_an_active_environment_goes_before_a_local_one(
    calculator: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(calculator / ".venv")
    python = environment(tmp_path / "active")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    assert discover(calculator).interpreter == python


def test_the_setting_goes_before_everything(calculator: Path) -> None:
    environment(calculator / ".venv")
    assert discover(calculator, python=sys.executable).interpreter == Path(sys.executable)


def test_a_monorepo_s_shared_environment(make_project: Any) -> None:
    root = make_project({".git/HEAD": "", "services/a/pyproject.toml": ""}, "mono")
    python = environment(root / ".venv")
    assert discover(root / "services/a").interpreter == python


def test_without_any_our_own_interpreter_runs_the_tests(calculator: Path) -> None:
    assert discover(calculator).interpreter == Path(sys.executable)


def test_a_broken_local_environment_is_an_error_not_skipped(calculator: Path) -> None:
    (calculator / ".venv" / "bin").mkdir(parents=True)
    (calculator / ".venv" / "pyvenv.cfg").write_text("")
    with pytest.raises(InterpreterError, match=r"\.venv.*testtime\.python"):
        discover(calculator)


def test_no_pytest_in_the_environment(calculator: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(calculator / ".venv")], check=True)
    with pytest.raises(RunnerError, match=r"no pytest.*testtime\.python"):
        discover(calculator)


def test_a_snapshot_holds_what_git_would_and_the_unsaved_text(calculator: Path) -> None:
    files = {
        ".gitignore": "secret.env\nbuild/\n_version.py\n",
        "secret.env": "KEY=1",
        "build/out.txt": "x",
        "_version.py": "version = 1\n",
        "new.py": "x = 1\n",
        "__pycache__/calc.cpython-311.pyc": "stale",
        ".venv/pyvenv.cfg": "",
    }
    for path, text in files.items():
        (calculator / path).parent.mkdir(exist_ok=True)
        (calculator / path).write_text(text)
    expected = {".gitignore", "pyproject.toml", "calc.py", "test_calc.py", "new.py", "_version.py"}
    for with_git in (False, True):
        if with_git:
            subprocess.run(["git", "init", "-q"], cwd=calculator, check=True)
        snapshot = take_snapshot(calculator, buffers={"calc.py": "unsaved = 1\n", "only/in/buffer.py": "y = 2\n"})
        try:
            # Without git there is no telling tracked packages, so an ignored module stays ignored.
            assert set(snapshot.files) == expected - (set() if with_git else {"_version.py"}) | {"only/in/buffer.py"}
            assert snapshot.read("calc.py") == "unsaved = 1\n"
            assert (calculator / "calc.py").read_text() != "unsaved = 1\n"
            assert oct(snapshot.tree.parent.stat().st_mode)[-3:] == "700"
        finally:
            discard(snapshot)
        assert not snapshot.tree.exists()


def test_a_dead_server_s_snapshots_are_removed(calculator: Path, wait_for: Any) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom testtime_sandbox.snapshot import take_snapshot\n"
        f"print(take_snapshot(Path({str(calculator)!r})).tree, flush=True)\nos.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    left = Path(done.stdout.strip())
    assert left.name == "tree"
    wait_for(lambda: not left.parent.exists())


def test_what_a_power_cut_leaves_is_swept(calculator: Path) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    left = Path(tempfile.gettempdir()) / f"testtime-snapshot-{dead.pid}-0123"
    somebodys = left.with_name(f"testtime-notes-{dead.pid}-0123")
    left.mkdir()
    somebodys.mkdir()
    mine = take_snapshot(calculator)
    clean_stale()
    assert not left.exists()
    assert mine.tree.exists()
    assert somebodys.exists(), "that was not ours"
    somebodys.rmdir()
    discard(mine)


FULL = """
import os, sys
sys.path.insert(0, {agent!r})
import linux
uid, gid = os.geteuid(), os.getegid()
linux.unshare(linux.NEWUSER | linux.NEWNS)
for name, text in (("setgroups", "deny"), ("uid_map", f"0 {{uid}} 1"), ("gid_map", f"0 {{gid}} 1")):
    with open("/proc/self/" + name, "w") as stream:
        stream.write(text)
linux.tmpfs({small!r}, 1 << 20)
from pathlib import Path
from testtime_sandbox import snapshot
from testtime_sandbox.errors import ProjectError
snapshot._storage = lambda: {small!r}
try:
    snapshot.take_snapshot(Path({root!r}))
except ProjectError as error:
    print(error)
print(os.listdir({small!r}))
"""


def test_a_full_disk_is_said_and_nothing_is_left(calculator: Path, tmp_path: Path) -> None:
    (calculator / "big.bin").write_bytes(b"x" * (3 << 20))
    small = tmp_path / "small"
    small.mkdir()
    program = FULL.format(agent=str(AGENT), small=str(small), root=str(calculator))
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    if "unshare" in run.stderr:
        pytest.skip("no user namespaces here")
    assert run.stdout.splitlines() == [
        f"No room for a copy of the project in {small}: set TMPDIR to a roomier folder.",
        "[]",
    ], run.stderr


async def baseline_of(root: Path, python: str = sys.executable, targets: tuple[str, ...] = ()) -> Any:
    own = python == sys.executable
    project = discover(root, python=python, pytest_args=ARGS if own else ())
    snapshot = take_snapshot(root)
    try:
        return await measure_baseline(project, snapshot, choose(), targets=targets, timeout=60)
    finally:
        discard(snapshot)


KINDS = """
import sys
import tempfile
import time
import unittest

import pytest

from helper import work


def test_passes(capsys):
    print("hello")


def test_fails():
    print("printed before")
    assert work(3) == 4


def test_raises():
    work(None)


@pytest.mark.skip
def test_skipped(): ...


@pytest.mark.xfail
def test_xfails():
    assert 0


@pytest.fixture
def broken():
    raise OSError("fixture")


def test_error(broken): ...


@pytest.mark.parametrize("text", ["a b", "ü", "x\\ny", "a::b"])
def test_ids(text):
    assert text


class TestClass:
    def test_method(self):
        assert work(1) == 2


class TestCase(unittest.TestCase):
    def test_unit(self):
        self.assertEqual(work(1), 3)
"""


@pytest.mark.parametrize("version", ["own", "3.8", "3.9", "3.13"])
async def test_every_kind_of_outcome(make_project: Any, version: str) -> None:
    python = sys.executable if version == "own" else other_python(version)
    root = make_project({"test_kinds.py": KINDS, "helper.py": "def work(x):\n    y = x + 1\n    return y\n"})
    baseline = await baseline_of(root, python)
    outcome = {test.split("::", 1)[1]: result.outcome for test, result in baseline.results.items()}
    assert outcome["test_passes"] is TestOutcome.PASSED
    assert outcome["test_fails"] is TestOutcome.PASSED, "3 + 1 is 4"
    assert outcome["test_raises"] is TestOutcome.FAILED
    assert outcome["test_skipped"] is TestOutcome.SKIPPED
    assert outcome["test_xfails"] is TestOutcome.XFAILED
    assert outcome["test_error"] is TestOutcome.ERROR
    assert outcome["TestClass::test_method"] is TestOutcome.PASSED
    assert outcome["TestCase::test_unit"] is TestOutcome.FAILED
    assert sum(name.startswith("test_ids") for name in outcome) == 4
    raised = baseline.results["test_kinds.py::test_raises"]
    assert [(frame.path, frame.line, frame.function) for frame in raised.frames][-1] == ("helper.py", 2, "work")
    assert raised.message.startswith("TypeError")
    assert baseline.covered["test_kinds.py::test_raises"]["helper.py"] == {2}
    assert baseline.covered["test_kinds.py::TestClass::test_method"]["helper.py"] == {2, 3}
    assert baseline.observed[("helper.py", "work")]["x"] >= {"int"}
    assert "test_kinds.py::test_xfails" not in baseline.failing


def other_python(version: str) -> str:
    """An environment of another interpreter with pytest, made once per machine; our own where there is none. Its name is
    none of testtime's own, which testtime removes when their process has gone.
    """
    import shutil
    import tempfile

    found = next(iter(sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))), None)
    interpreter = str(found) if found else shutil.which(f"python{version}")
    if interpreter is None:
        return sys.executable
    folder = Path(tempfile.gettempdir()) / f"python-for-tests-{os.getuid()}-{version}"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([interpreter, "-m", "venv", str(folder)], check=True)
        wanted = "pytest<8" if version == "3.8" else "pytest"
        subprocess.run([str(python), "-m", "pip", "install", "-q", wanted], check=True)
        (folder / "ready").touch()
    return str(python)


async def test_a_hanging_test_is_a_time_out_with_its_line(make_project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("testtime_sandbox.baseline.TEST_SECONDS", (0.5, 1.0))
    root = make_project({
        "slow.py": "def wait():\n    while True:\n        pass\n",
        "test_slow.py": "from slow import wait\n\n\ndef test_hangs():\n    wait()\n\n\ndef test_other(): ...\n",
    })  # fmt: skip
    baseline = await baseline_of(root)
    result = baseline.results["test_slow.py::test_hangs"]
    assert result.outcome is TestOutcome.TIMEOUT
    assert result.frames[-1].path == "slow.py"
    assert result.frames[-1].line in (2, 3)
    assert baseline.results["test_slow.py::test_other"].outcome is TestOutcome.PASSED


async def test_many_hanging_tests_cost_little_more_than_one(make_project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is given a part of the limit; one that takes long is not told from them, but a usual one is."""
    monkeypatch.setattr("testtime_sandbox.baseline.TEST_SECONDS", (8.0, 8.0))
    tests = "import pytest\n\n\n@pytest.mark.parametrize('n', range(4))\ndef test_hangs(n):\n    while n < 3:\n        pass\n"
    baseline = await baseline_of(make_project({"test_slow.py": tests}))
    said = [baseline.results[f"test_slow.py::test_hangs[{n}]"].message for n in range(3)]
    assert [message.rpartition("than ")[2] for message in said] == ["8.0 s", "2.0 s", "0.5 s"]
    assert baseline.results["test_slow.py::test_hangs[3]"].outcome is TestOutcome.PASSED
    assert not baseline.flaky


async def test_bad_suites_say_what_is_wrong(make_project: Any) -> None:
    broken = make_project({"test_a.py": "def test_a(:\n", "test_b.py": "def test_b(): ...\n"}, "broken")
    with pytest.raises(CollectionError, match=r"test_a\.py.*SyntaxError"):
        await baseline_of(broken)
    assert (await baseline_of(broken, targets=("test_b.py",))).passing == ("test_b.py::test_b",)
    with pytest.raises(CollectionError, match="no tests"):
        await baseline_of(make_project({"x.py": ""}, "empty"))
    fine = make_project({"test_a.py": "def test_one(): ...\n"}, "fine")
    with pytest.raises(TestNotFound, match=r"test_a\.py::test_on'.*test_a\.py::test_one"):
        await baseline_of(fine, targets=("test_a.py::test_on",))


async def test_temporary_folders_without_the_cache(make_project: Any) -> None:
    root = make_project({"test_a.py": "def test_a(tmp_path):\n    (tmp_path / 'x').touch()\n"})
    project = discover(root, python=sys.executable, pytest_args=(*ARGS, "-p", "no:cacheprovider"))
    snapshot = take_snapshot(root)
    try:
        baseline = await measure_baseline(project, snapshot, choose(), timeout=60)
        assert baseline.passing == ("test_a.py::test_a",), baseline.results
    finally:
        discard(snapshot)


async def test_the_user_s_own_options_do_not_hide_tests(make_project: Any) -> None:
    root = make_project({
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-x --ff -q"\n',
        "test_a.py": "def test_1():\n    assert 0\n\n\ndef test_2():\n    assert 0\n\n\ndef test_3(): ...\n",
    })  # fmt: skip
    baseline = await baseline_of(root)
    assert len(baseline.results) == 3
    assert len(baseline.failing) == 2


@pytest.mark.parametrize("level", ["namespaces", "landlock", "process"])
async def test_weaker_levels_still_judge_and_say_what_they_are(calculator: Path, level: Any) -> None:
    isolator = at_level(level)
    if isolator is None:
        pytest.skip(f"level {level} does not hold on this machine")
    project = discover(calculator, python=sys.executable, pytest_args=ARGS)
    snapshot = take_snapshot(calculator)
    try:
        baseline = await measure_baseline(project, snapshot, isolator, timeout=60)
        assert baseline.failing == ("test_calc.py::test_add",)
        verifier = SandboxVerifier(project, snapshot, baseline, baseline.failing, isolator)
        text = snapshot.read("calc.py")
        for new, verified in (("a + b", True), ("a * b", False)):
            patch = Patch((FileEdit("calc.py", text, text.replace("a - b", new)),))
            verdict = await verifier.verify(patch, confirm=True)
            assert verdict.verified is verified
            assert verdict.isolation == isolator.isolation
        assert (calculator / "calc.py").read_text() == text
    finally:
        discard(snapshot)


def test_no_isolation_at_all_is_refused_unless_permitted(monkeypatch: pytest.MonkeyPatch) -> None:
    weakest = at_level("process")
    monkeypatch.setattr("testtime_sandbox.isolation.at_level", lambda level: weakest if level == "process" else None)
    with pytest.raises(IsolationError, match=r"testtime\.isolation.*TESTTIME_ISOLATION"):
        choose()
    permitted = choose(allow_unisolated=True).isolation
    assert permitted.level == "process"
    assert "network" in permitted.holes
