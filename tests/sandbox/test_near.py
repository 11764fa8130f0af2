"""Named tests are searched at once: their files are the baseline, the whole suite judges the winner."""

import asyncio
import importlib.util
import sys
import types
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import testtime_sandbox
from testtime_sandbox.baseline import complete_baseline, measure_baseline
from testtime_sandbox.isolation import choose
from testtime_sandbox.patch import FileEdit, Patch, changed_span
from testtime_sandbox.project import discover
from testtime_sandbox.snapshot import discard, take_snapshot
from testtime_sandbox.verdict import Judgement
from testtime_sandbox.verifier import SandboxVerifier
from testtime_sandbox.warm import WarmAgent

AGENT = Path(testtime_sandbox.__file__).parent / "agent"
CODE = "def price(net):\n    return net - 2\n\n\ndef label(net):\n    return str(price(net) - net)\n"
FILES = {
    "shop.py": CODE,
    "tests/test_price.py": (
        "from shop import price\n\n\ndef test_fine():\n    assert price(0) in (-2, 2, 5)\n\n\n"
        "def test_price():\n    assert price(1) >= 3\n"
    ),
    "tests/test_label.py": "from shop import label\n\n\ndef test_label():\n    assert label(4) in ('-2', '2')\n",
}


def load(name: str) -> Any:
    """A module of the agent, as the project's interpreter would import it."""
    sys.path.insert(0, str(AGENT))
    try:
        spec = importlib.util.spec_from_file_location(name, AGENT / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(AGENT))


async def test_the_near_files_come_first_and_the_whole_suite_judges(make_project: Any) -> None:
    root = make_project(FILES)
    project = discover(root, python=sys.executable, pytest_args=("--disable-plugin-autoload",))
    snapshot, isolator = take_snapshot(root), choose()
    target = "tests/test_price.py::test_price"
    starting = asyncio.ensure_future(WarmAgent.start(project, snapshot, isolator))
    try:
        near = await measure_baseline(
            project, snapshot, isolator, targets=[target], near=True, timeout=60, agent=starting
        )
        assert set(near.results) == {target, "tests/test_price.py::test_fine"}
        assert next(iter(near.results)) == target, "targets first"
        assert near.covered[target]["shop.py"] == {2}
        whole = asyncio.ensure_future(complete_baseline(project, snapshot, isolator, near, timeout=60))
        verifier = SandboxVerifier(
            project, snapshot, near, [target], isolator, agent=await starting, whole=whole, workers=2
        )
        breaks, right = (
            Patch((FileEdit("shop.py", CODE, CODE.replace("net - 2", text, 1)),)) for text in ("5 + net", "net + 2")
        )
        for patch, judgement in ((breaks, Judgement.REGRESSED), (right, Judgement.PASSED)):
            assert (await verifier.verify(patch)).passed, "nothing near by speaks against it"
            verdict = await verifier.verify(patch, confirm=True)
            assert verdict.judgement is judgement
        assert set((await whole).results) == {*near.results, "tests/test_label.py::test_label"}
        killed = await verifier.verify(breaks)
        assert killed.regressed == ("tests/test_label.py::test_label",), "what broke is tried first from then on"
    finally:
        await (await starting).aclose()
        discard(snapshot)


def test_a_function_compiled_alone_is_what_the_module_has(tmp_path: Path) -> None:
    text = (
        "from __future__ import annotations\n\nclass Outer(list):\n    class Inner(dict):\n        def __init__(self, a: int):\n"
        "            super().__init__()\n            self.__secret = lambda: a - 1\n\n\ndef last(x):\n    return x - 1\n"
    )
    file = tmp_path / "module.py"
    file.write_text(text)
    agent = load("live_code")
    source = agent.Source(str(file))
    for old, new in (("a - 1", "a + 1"), ("x - 1", "x + 1")):
        start = text.index(old)
        changed: list[tuple[types.CodeType, types.CodeType]] = []
        after = source.after(start, start + len(old), new)
        assert source.unit(start, start + len(old)) is not None
        assert agent.pair(source.before(start, start + len(old)), after, changed)
        whole: list[tuple[types.CodeType, types.CodeType]] = []
        assert agent.pair(source.whole(text), source.whole(text.replace(old, new)), whole)
        assert [one.co_firstlineno for one, _ in changed] == [one.co_firstlineno for one, _ in whole]
        assert all(agent.same(mine, theirs) for (_, mine), (_, theirs) in zip(changed, whole, strict=True))


@given(st.text("ab\n", max_size=12), st.text("ab\n", max_size=12))
def test_a_span_makes_the_one_text_into_the_other(before: str, after: str) -> None:
    start, end, text = changed_span(before, after)
    assert before[:start] + text + before[end:] == after
    assert 0 <= start <= end <= len(before)


def test_tracing_leaves_a_loop_alone_and_still_sees_every_line(tmp_path: Path) -> None:
    file = tmp_path / "busy.py"
    file.write_text("def busy(n):\n    total = 0\n    for i in range(n):\n        total += i\n    return total\n")
    space: dict[str, Any] = {}
    exec(compile(file.read_text(), str(file), "exec"), space)
    tracer = load("trace").Tracer(str(tmp_path), observe=True)
    tracer.start()
    for _ in range(300):
        space["busy"](1000)
    lines, seen = tracer.stop()
    assert lines == {"busy.py": [2, 3, 4, 5]}
    assert seen == [["busy.py", "busy", {"i": ["int"], "n": ["int"], "return": ["int"], "total": ["int"]}]]
