"""The smallest fix: what is left out, and that nothing needed is."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from testtime_sandbox.patch import FileEdit, Patch
from testtime_strategies.minimise import MOST_HUNKS, hunks, minimised, only

BEFORE = "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\n"
AFTER = "a = 1\nb = 20\nc = 3\nd = 40\ne = 5\nf = 6\n"


async def test_what_the_tests_do_not_need_is_left_out() -> None:
    patch = Patch((FileEdit("m.py", BEFORE, AFTER), FileEdit("n.py", "x = 1\n", "x = 2\n")))

    async def needs_d(candidate: Patch) -> bool:
        return any("d = 40" in (edit.after or "") for edit in candidate.edits)

    smallest = await minimised(patch, needs_d)
    assert smallest == Patch((FileEdit("m.py", BEFORE, BEFORE.replace("d = 4", "d = 40")),))


async def test_parts_that_need_each_other_stay_together() -> None:
    patch = Patch((FileEdit("m.py", BEFORE, AFTER),))

    async def needs_both(candidate: Patch) -> bool:
        texts = [edit.after or "" for edit in candidate.edits]
        return any("b = 20" in text and "f = 6" in text for text in texts)

    smallest = await minimised(patch, needs_both)
    assert smallest.edits[0].after == "a = 1\nb = 20\nc = 3\nd = 4\ne = 5\nf = 6\n"


async def test_what_does_not_compile_is_not_tried_and_many_parts_are_not_taken_apart() -> None:
    tried: list[Patch] = []

    async def anything(candidate: Patch) -> bool:
        tried.append(candidate)
        return True

    guard = FileEdit("m.py", "x = 1\nprint(x)\ny = 2\n", "if True:\n    x = 1\nprint(x)\ny = 3\n")
    await minimised(Patch((guard,)), anything)
    for candidate in tried:
        for edit in candidate.edits:
            compile(edit.after or "", "m.py", "exec")
    tried.clear()
    lines = [f"v{n} = {n}\n" for n in range(4 * MOST_HUNKS)]
    changed = [line if n % 2 else line.replace("=", "= -") for n, line in enumerate(lines)]
    many = Patch((FileEdit("m.py", "".join(lines), "".join(changed)),))
    assert await minimised(many, anything) == many
    assert not tried


TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=8).map("".join)


@given(TEXTS, TEXTS, st.data())
def test_a_part_of_a_patch_holds_the_chosen_changes_alone(before: str, after: str, data: st.DataObject) -> None:
    patch = Patch((FileEdit("t.txt", before, after),))
    parts = hunks(patch)
    assert only(patch, set(parts)) == patch
    if parts:
        assert only(patch, set()).edits == ()
        kept = set(data.draw(st.lists(st.sampled_from(parts), min_size=1)))
        [edit] = only(patch, kept).edits
        assert (edit.after == after) or len(kept) < len(parts)


REPLY = """greet.py
<<<<<<< SEARCH
def greet(name):
    \"\"\"Greet someone politely, in capitals when they shout.\"\"\"
    return ""
=======
import os  # nobody asked for this

def greet(name):
    \"\"\"Greet someone politely, in capitals when they shout.\"\"\"
    return f"Good evening, {name}."

def farewell(name):
    return f"Good night, {name}."
>>>>>>> REPLACE
"""


def test_a_model_s_unrelated_change_does_not_reach_the_user(
    hard: Path, testtime: Callable[..., subprocess.CompletedProcess[str]], chat_server: Callable[..., Any]
) -> None:
    url = chat_server([REPLY]).url
    run = testtime("fix", "--json", "--base-url", url, "--model", "scripted", cwd=hard, XDG_STATE_HOME=str(hard.parent))
    answer = json.loads(run.stdout)
    assert answer["verified"], run.stderr
    assert 'return f"Good evening, {name}."' in answer["patch"]
    assert "import os" not in answer["patch"]
    assert "farewell" not in answer["patch"]
    assert "2 unneeded change(s) left out" in [candidate["detail"] for candidate in answer["candidates"]]
