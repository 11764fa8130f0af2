"""Patches that cheat, break or attack: the verdict, and that nothing outside was touched, leaked or left running."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from testtime_sandbox.baseline import measure_baseline
from testtime_sandbox.isolation import choose
from testtime_sandbox.patch import FileEdit, Patch
from testtime_sandbox.project import discover
from testtime_sandbox.snapshot import discard, take_snapshot
from testtime_sandbox.verdict import Judgement, Stage, Verdict
from testtime_sandbox.verifier import SandboxVerifier

ARGS = ("--disable-plugin-autoload",)
Judge = Callable[..., Any]


@pytest.fixture
async def judge(calculator: Path) -> AsyncIterator[Judge]:
    """Judge a new text of `calc.py` (or another file) as the server would: every stage, then confirmation."""
    project = discover(calculator, python=sys.executable, pytest_args=ARGS)
    snapshot = take_snapshot(calculator)
    isolator = choose()
    baseline = await measure_baseline(project, snapshot, isolator, timeout=60)
    verifier = SandboxVerifier(project, snapshot, baseline, baseline.failing, isolator)

    async def verdict(text: str | None, path: str = "calc.py", *, confirm_only: bool = False) -> Verdict:
        before = snapshot.read(path) if path in snapshot.files else None
        patch = Patch((FileEdit(path, before, text),))
        if not confirm_only:
            found = await verifier.verify(patch)
            if not found.passed:
                return found
        return await verifier.verify(patch, confirm=True)

    yield verdict
    discard(snapshot)


def source(root: Path) -> str:
    return (root / "calc.py").read_text()


async def test_the_honest_fix(judge: Judge, calculator: Path) -> None:
    verdict = await judge(source(calculator).replace("a - b", "a + b"))
    assert verdict.verified
    assert verdict.stage is Stage.CONFIRMATION
    assert verdict.fixed == ("test_calc.py::test_add",)
    assert len(verdict.results) == 5
    assert verdict.isolation.level == "bubblewrap"
    assert verdict.cpu_seconds > 0


async def test_a_wrong_fix(judge: Judge, calculator: Path) -> None:
    verdict = await judge(source(calculator).replace("a - b", "a * b"))
    assert (verdict.judgement, verdict.stage) == (Judgement.FAILED, Stage.TARGET)


async def test_a_regression(judge: Judge, calculator: Path) -> None:
    verdict = await judge(source(calculator).replace("a - b", "5"))
    assert verdict.judgement is Judgement.REGRESSED
    assert set(verdict.regressed) & {"test_calc.py::test_add_zero", "test_calc.py::test_add_negative"}


# What each does when the patched module is imported or called; none may be verified. `judge` runs the confirmation too
# for those that the static screen would stop, so that the run itself is shown to withstand them.
CHEATS = {
    "exit at import": "import sys\nsys.exit(0)\n",
    "_exit at import": "import os\nos._exit(0)\n",
    "_exit in call": "def add(a, b):\n    import os\n    os._exit(0)\n",
    "atexit": "import atexit, os\natexit.register(os._exit, 0)\n",
    "pytest.exit": "import pytest\ndef add(a, b):\n    pytest.exit('done', 0)\n",
    "skip in call": "import pytest\ndef add(a, b):\n    pytest.skip('no')\n",
    "xfail in call": "import pytest\ndef add(a, b):\n    pytest.xfail('no')\n",
    "module-level skip": "import pytest\npytest.skip('no', allow_module_level=True)\n",
    "reports turned green": (
        "from _pytest import reports\nbefore = reports.TestReport.__init__\n"
        "def init(self, *a, **k):\n    before(self, *a, **k)\n    self.outcome, self.longrepr = 'passed', None\n"
        "reports.TestReport.__init__ = init\n"
    ),
    "tests that do nothing": "from _pytest.python import Function\nFunction.runtest = lambda self: None\n",
    "kill the parent": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n",
    "kill everybody": "import os, signal\nos.kill(-1, signal.SIGKILL)\n",
    "crash": "import ctypes\nctypes.string_at(0)\n",
    "garbage to every descriptor": (
        'import os\nfor number in range(3, 64):\n    try:\n        os.write(number, b\'{"event": "end", "status": 1}\\n\')\n'
        "    except OSError:\n        pass\n"
    ),
    "close every descriptor": "import os\nos.closerange(3, 64)\n",
    "delete the tests": (
        "import os\nfor name in os.listdir('.'):\n    try:\n        os.remove(name)\n"
        "    except OSError:\n        pass\n"
    ),
    "rewrite the tests": (
        "try:\n    open('test_calc.py', 'w').write('def test_add():\\n    pass\\n')\nexcept OSError:\n    pass\n"
    ),
    "recursion": "def add(a, b):\n    return add(a, b)\n",
}


@pytest.mark.parametrize("name", CHEATS)
async def test_no_cheat_is_verified(judge: Judge, calculator: Path, tree: Any, name: str) -> None:
    before = tree(calculator)
    # A cheat goes on top of the buggy code: whatever it does, the bug is still there.
    text = source(calculator) + "\n\n" + CHEATS[name]
    assert not (await judge(text)).verified
    verdict = await judge(text, confirm_only=True)
    assert not verdict.verified, verdict
    assert tree(calculator) == before


@pytest.mark.parametrize(
    "path",
    ["test_calc.py", "conftest.py", "pyproject.toml", "tests/helper.py", "x.pth", "sitecustomize.py", "../out.py",
     "/etc/passwd", ".git/config", "a.dist-info/entry_points.txt", "pytest.ini"],
)  # fmt: skip
async def test_untouchable_files(judge: Judge, calculator: Path, path: str) -> None:
    verdict = await judge("x = 1\n", path)
    assert (verdict.judgement, verdict.stage) == (Judgement.REJECTED, Stage.SCREENED)
    assert path in verdict.findings[0]
    assert not (calculator.parent / "out.py").exists()


async def test_a_link_that_leaves_the_project(make_project: Any, tmp_path: Path) -> None:
    root = make_project({"test_x.py": "def test_x():\n    assert 0\n"})
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (root / "out").symlink_to(tmp_path)
    (root / "secret.txt").symlink_to(secret)
    snapshot = take_snapshot(root)
    try:
        assert set(snapshot.files) == {"pyproject.toml", "test_x.py"}
        assert not (snapshot.tree / "secret.txt").exists()
        assert not (snapshot.tree / "out").exists()
    finally:
        discard(snapshot)


async def probe(judge: Judge, calculator: Path, code: str) -> str:
    """Run `code` inside the box; it puts what it found into `found`, which comes back as the assertion's text."""
    text = source(calculator).replace("    return a - b", "    raise ValueError('FOUND:' + probe())")
    text += "\n\ndef probe():\n" + "".join(f"    {line}\n" for line in code.splitlines()) + "    return str(found)\n"
    verdict = await judge(text, confirm_only=True)
    message = verdict.results["test_calc.py::test_add"].message
    assert "FOUND:" in message, verdict
    return message.split("FOUND:", 1)[1]


async def test_no_key_reaches_a_test(judge: Judge, calculator: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/tmp/agent-very-secret")
    environment = await probe(judge, calculator, "import os\nfound = dict(os.environ)")
    assert "very-secret" not in environment
    assert "PYTHONHASHSEED" in environment
    others = await probe(
        judge,
        calculator,
        "import glob\nfound = b''\nfor name in glob.glob('/proc/[0-9]*/environ'):\n"
        "    try:\n        found += open(name, 'rb').read()\n    except OSError:\n        pass",
    )
    assert "very-secret" not in others


async def test_nothing_outside_is_read_or_written(judge: Judge, calculator: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("planted-secret")
    for path in (tmp_path / "secret", Path.home() / ".bashrc", Path("/etc/shadow")):
        code = (
            f"try:\n    found = open({str(path)!r}).read()\nexcept OSError as error:\n    found = type(error).__name__"
        )
        assert await probe(judge, calculator, code) in ("FileNotFoundError", "PermissionError")
    outside = tmp_path / "written"
    code = f"try:\n    open({str(outside)!r}, 'w').write('x')\n    found = 'wrote'\nexcept OSError:\n    found = 'no'"
    await probe(judge, calculator, code)
    assert not outside.exists()
    inside = "open('written-inside', 'w').write('x')\nfound = 'wrote'"
    assert await probe(judge, calculator, inside) == "wrote", "the copy is writable"
    assert not (calculator / "written-inside").exists(), "the original is not"


async def test_no_network(judge: Judge, calculator: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = (
            f"import socket\ntry:\n    socket.create_connection(('127.0.0.1', {port}), 2)\n    found = 'connected'\n"
            "except OSError:\n    found = 'refused'"
        )
        assert await probe(judge, calculator, code) == "refused"


@pytest.mark.parametrize(
    "code",
    ["while True:\n        pass", "import time\n    time.sleep(3600)",
     "while True:\n        try:\n            pass\n        except BaseException:\n            pass"],
    ids=["loop", "sleep", "loop that catches everything"],
)  # fmt: skip
async def test_a_loop_is_stopped(judge: Judge, calculator: Path, code: str) -> None:
    verdict = await judge(source(calculator).replace("return a - b", code))
    assert not verdict.passed
    assert verdict.judgement in (Judgement.FAILED, Judgement.TIMEOUT)


async def test_daemons_and_floods_end_with_the_run(
    judge: Judge, calculator: Path, wait_for: Any, processes_with: Any
) -> None:
    daemon = (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n"
        "    if os.fork() == 0:\n        os.execv('/bin/sleep', ['daemon-of-a-candidate', '3600'])\n    os._exit(0)\n"
    )
    await judge(daemon + source(calculator), confirm_only=True)
    wait_for(lambda: not processes_with("daemon-of-a-candidate"))
    flood = source(calculator).replace("return a - b", "os.write(1, b'x' * 10**8)\n    return a + b")
    verdict = await judge("import os\n" + flood, confirm_only=True)
    assert len(verdict.output) < 20_000


async def test_cancelling_kills_the_run(judge: Judge, calculator: Path, wait_for: Any, processes_with: Any) -> None:
    text = source(calculator).replace("return a - b", "import time\n    time.sleep(3600)")
    before = set(processes_with("/run/testtime/agent/runner.py"))
    task = asyncio.create_task(judge(text))
    await asyncio.to_thread(wait_for, lambda: set(processes_with("/run/testtime/agent/runner.py")) - before)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    wait_for(lambda: not set(processes_with("/run/testtime/agent/runner.py")) - before)


async def test_descriptors_do_not_leak(judge: Judge, calculator: Path) -> None:
    text = source(calculator).replace("a - b", "a * b")
    await judge(text)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        await judge(text)
    assert len(os.listdir("/proc/self/fd")) <= before
