"""Replies as real models write them, and whatever else may come."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testtime_sandbox.patch import Patch
from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import Baseline, Isolation
from testtime_strategies.candidate import Problem, SuspiciousLine
from testtime_strategies.reply import ReplyError, parse_reply
from testtime_strategies.syntax import fingerprint, syntax_error

CALC = "import math\n\n\ndef add(a, b):\n    return a - b\n\n\nclass Box:\n    def size(self):\n        return 1\n"
CRLF = "def f():\r\n    return 1\r\n"


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    tree = tmp_path_factory.mktemp("tree")
    files = {"pkg/calc.py": CALC, "crlf.py": CRLF, "test_calc.py": "def test(): ...\n"}
    for path, text in files.items():
        (tree / path).parent.mkdir(exist_ok=True)
        (tree / path).write_bytes(text.encode())
    snapshot = Snapshot(Path("/project"), tree, dict.fromkeys(files, ""), "")
    baseline = Baseline({}, Isolation("bubblewrap", ""), 0.0)
    return Problem(snapshot, baseline, (), (SuspiciousLine("pkg/calc.py", 5, 1.0), SuspiciousLine("crlf.py", 2, 0.5)))


def after(patch: Patch, path: str = "pkg/calc.py") -> Any:
    return next(edit.after for edit in patch.edits if edit.path == path)


FIXED = CALC.replace("a - b", "a + b")
BLOCK = "<<<<<<< SEARCH\n    return a - b\n=======\n    return a + b\n>>>>>>> REPLACE"
GOOD = {
    "plain block": f"pkg/calc.py\n{BLOCK}\n",
    "fenced, path outside": f"pkg/calc.py\n```python\n{BLOCK}\n```\n",
    "fenced, path inside": f"```python\npkg/calc.py\n{BLOCK}\n```\n",
    "path in bold": f"**pkg/calc.py**\n{BLOCK}\n",
    "path as heading": f"### `pkg/calc.py`\n\n```\n{BLOCK}\n```",
    "file: path": f"File: pkg/calc.py\n{BLOCK}",
    "dot slash": f"./pkg/calc.py\n{BLOCK}",
    "only the base name": f"calc.py\n{BLOCK}",
    "no path at all": f"Here is the fix.\n\n{BLOCK}\n",
    "prose around": f"The sign is wrong.\n\npkg/calc.py\n{BLOCK}\n\nThis adds the numbers.",
    "thinking before": f"<think>maybe `a * b`?\n<<<<<<< SEARCH\nx\n</think>\npkg/calc.py\n{BLOCK}",
    "windows newlines": f"pkg/calc.py\n{BLOCK}\n".replace("\n", "\r\n"),
    "unindented as a whole": "pkg/calc.py\n<<<<<<< SEARCH\nreturn a - b\n=======\nreturn a + b\n>>>>>>> REPLACE",
    "git diff": (
        "```diff\ndiff --git a/pkg/calc.py b/pkg/calc.py\n--- a/pkg/calc.py\n+++ b/pkg/calc.py\n@@ -4,2 +4,2 @@\n"
        " def add(a, b):\n-    return a - b\n+    return a + b\n```"
    ),
    "diff with wrong line numbers": (
        "--- pkg/calc.py\n+++ pkg/calc.py\n@@ -90,2 +91,2 @@ def add\n def add(a, b):\n-    return a - b\n+    return a + b\n"
    ),
    "a whole function": "```python\ndef add(a, b):\n    return a + b\n```",
    "a whole file": f"pkg/calc.py\n```python\n{FIXED}```",
    "a function with its import": "```python\nimport math\n\ndef add(a, b):\n    return a + b\n```",
}


@pytest.mark.parametrize("reply", GOOD.values(), ids=GOOD.keys())
def test_forms_of_the_same_fix(problem: Problem, reply: str) -> None:
    assert after(parse_reply(reply, problem)) == FIXED


def test_a_method_keeps_its_place_and_indentation(problem: Problem) -> None:
    patch = parse_reply("```python\ndef size(self):\n    return 2\n```", problem)
    assert after(patch) == CALC.replace("return 1", "return 2")


def test_several_blocks_and_files(problem: Problem) -> None:
    second = "<<<<<<< SEARCH\n        return 1\n=======\n        return 2\n>>>>>>> REPLACE"
    third = "crlf.py\n<<<<<<< SEARCH\n    return 1\n=======\n    return 3\n>>>>>>> REPLACE"
    patch = parse_reply(f"pkg/calc.py\n{BLOCK}\n\n{second}\n\n{third}\n", problem)
    assert after(patch) == FIXED.replace("return 1", "return 2")
    assert after(patch, "crlf.py") == "def f():\r\n    return 3\r\n", "a file keeps its own newlines"


def test_a_new_file(problem: Problem) -> None:
    patch = parse_reply("pkg/new.py\n<<<<<<< SEARCH\n=======\nx = 1\n>>>>>>> REPLACE\n", problem)
    assert after(patch, "pkg/new.py") == "x = 1\n"


def test_a_deleted_file(problem: Problem) -> None:
    patch = parse_reply("--- a/crlf.py\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-def f():\n-    return 1\n", problem)
    assert after(patch, "crlf.py") is None


BAD = {
    "nothing": "I cannot help.",
    "empty": "",
    "search not in the file": f"pkg/calc.py\n{BLOCK.replace('a - b', 'a % b', 1)}",
    "search in two places": "pkg/calc.py\n<<<<<<< SEARCH\n    \n=======\nx\n>>>>>>> REPLACE\n" + BLOCK.replace("return a - b", "return"),
    "cut off": "pkg/calc.py\n<<<<<<< SEARCH\n    return a - b\n=======\n    return",
    "outside": "../../etc/passwd\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE",
    "absolute": "/etc/cron.d/x.py\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE",
    "no change": "pkg/calc.py\n<<<<<<< SEARCH\n    return a - b\n=======\n    return a - b\n>>>>>>> REPLACE",
    "not python": "```python\ndef add(a, b:\n```",
    "an unknown function": "```python\ndef subtract(a, b):\n    return a + b\n```",
}  # fmt: skip


@pytest.mark.parametrize("reply", BAD.values(), ids=BAD.keys())
def test_what_cannot_be_applied_exactly_is_an_error(problem: Problem, reply: str) -> None:
    with pytest.raises(ReplyError):
        parse_reply(reply, problem)


PIECES = st.sampled_from(
    ["pkg/calc.py\n", "<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n", "    return a - b\n", "    return a + b\n",
     "```python\n", "```\n", "--- a/pkg/calc.py\n", "+++ b/pkg/calc.py\n", "@@ -1 +1 @@\n", "-    return a - b\n", "+x\n",
     " \n", "def add(a, b):\n", "<think>", "</think>", "\r\n", "../x.py\n", "/dev/null"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=14).map("".join)))
def test_any_reply_gives_a_patch_that_applies_or_a_reply_error(problem: Problem, reply: str) -> None:
    try:
        patch = parse_reply(reply, problem)
    except ReplyError:
        return
    for edit in patch.edits:
        known = problem.snapshot.read(edit.path) if edit.path in problem.snapshot.files else None
        assert edit.before == known
        assert edit.after != known
        assert not edit.path.startswith(("/", ".."))


def test_duplicates_share_a_fingerprint(problem: Problem) -> None:
    patch = parse_reply(GOOD["plain block"], problem)
    [edit] = patch.edits
    commented = Patch((replace(edit, after=str(edit.after).replace("a + b", "a  +  b  # the sum")),))
    other = Patch((replace(edit, after=str(edit.after).replace("a + b", "b + a")),))
    assert fingerprint(patch) == fingerprint(commented)
    assert fingerprint(patch) != fingerprint(other)
    assert syntax_error(patch) is None
    broken = Patch((replace(edit, after="def f(:\n"),))
    assert "pkg/calc.py" in str(syntax_error(broken))
