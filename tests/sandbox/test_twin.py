"""The blind twin: what is perturbed, that an honest test then fails, and what is left alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from testtime_sandbox.twin import make_twin

HONEST = {
    "a number": "assert f(2) == 4",
    "the other way round": "assert 4 == f(2)",
    "a text": "assert str(f(2)) == '4'",
    "bytes": "assert str(f(2)).encode() == b'4'",
    "truth": "assert (f(2) > 3) is True",
    "none": "assert print() is None",
    "a list": "assert [f(2), f(3)] == [4, 6]",
    "a name": "expected = 4\n    assert f(2) == expected",
    "a name of a text": "expected = '4'\n    assert str(f(2)) == expected",
    "a dictionary": "assert {'a': f(2)} == {'a': 4}",
    "about": "import pytest\n    assert f(0.1) == pytest.approx(0.2)",
    "bare": "assert f(2)",
    "negated": "assert not f(0)",
    "membership": "assert f(2) in (1, 4)",
    "order": "assert f(2) > 3",
    "two lines": "assert f(\n        2\n    ) == 4, 'é is not ascii'",
    "an exception": "import pytest\n    with pytest.raises(TypeError):\n        f(None)",
    "an exception called": "import pytest\n    pytest.raises(TypeError, f, None)",
    "within with": "import contextlib\n    with contextlib.nullcontext():\n        assert f(2) == 4",
}


def outcome(folder: Path, text: str) -> int:
    (folder / "test_it.py").write_text(text)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--disable-plugin-autoload",
        "test_it.py",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def test_an_honest_test_fails_with_its_twin(tmp_path: Path) -> None:
    """All at once: each passes as it is and fails as its twin, with the same id and line."""
    names = {name: f"test_{number}" for number, name in enumerate(HONEST)}
    text = "def f(x):\n    return x * 2\n" + "".join(
        f"\n\ndef {names[name]}():\n    {body}\n" for name, body in HONEST.items()
    )
    text += (
        "\n\nimport unittest\n\n\nclass TestOld(unittest.TestCase):\n"
        "    def test_equal(self):\n        self.assertEqual(f(2), 4)\n"
        "    def test_true(self):\n        self.assertTrue(f(2))\n"
        "    def test_raises(self):\n        with self.assertRaises(TypeError):\n            f(None)\n"
    )
    ids = [f"test_it.py::{name}" for name in names.values()]
    ids += [f"test_it.py::TestOld::{name}" for name in ("test_equal", "test_true", "test_raises")]
    assert outcome(tmp_path, text) == 0
    for seed in range(3):
        twin = make_twin({"test_it.py": text}, ids, seed)
        assert list(twin.tests) == ids
        (tmp_path / "test_it.py").write_text(twin.texts["test_it.py"])
        command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "--disable-plugin-autoload"]
        run = subprocess.run([*command, "test_it.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert f"{len(ids)} failed" in run.stdout, run.stdout[-3000:]


@pytest.mark.parametrize(
    "body",
    [
        "f(2)",
        "for x in f(2):\n        assert x == 4",
        "if f(2):\n        assert f(2) == 4",
        "if f(2):\n        return\n    assert f(2) == 5",
        "try:\n        f(2)\n    except ValueError:\n        assert True",
        "assert_that(f(2)).equals(4)",
    ],
)
def test_what_may_not_be_reached_is_left_alone(body: str) -> None:
    text = f"def test_it():\n    {body}\n"
    twin = make_twin({"test_it.py": text}, ["test_it.py::test_it"], 0)
    assert twin.tests == ()
    assert twin.texts == {}


def test_parameters_and_classes_keep_their_ids() -> None:
    text = (
        "import pytest\n\n\nclass TestA:\n    @pytest.mark.parametrize('x', [1, 2])\n    def test_it(self, x):\n"
        "        assert f(x) == 4\n\n\ndef test_other():\n    assert f(1) == 2\n"
    )
    ids = ["t.py::TestA::test_it[1]", "t.py::TestA::test_it[2]"]
    twin = make_twin({"t.py": text}, ids, 1)
    assert list(twin.tests) == ids
    assert twin.texts["t.py"].splitlines()[9:] == text.splitlines()[9:], "other tests stay as they are"
    assert twin.texts["t.py"] != text
    assert make_twin({"t.py": "def test_it(:\n"}, ["t.py::test_it"], 1).tests == ()
