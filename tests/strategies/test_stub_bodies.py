"""Bodies for stubs: what tests say in plain values, and the expressions that agree with it."""

import ast
from types import SimpleNamespace
from typing import Any

import pytest

from testtime_sandbox.patch import lines_of
from testtime_strategies.mutation.examples import Example, examples_of
from testtime_strategies.mutation.source import Source
from testtime_strategies.mutation.stubs import is_stub, with_body
from testtime_strategies.mutation.synthesis import synthesise

CONSTANTS = {"0": 0, "1": 1, "2": 2, '""': "", '" "': " ", '", "': ", "}


def function(text: str) -> Any:
    return ast.parse(text).body[0]


def found_in(test: str, stub: str = "def f(a, b=2): ...") -> tuple[Example, ...]:
    snapshot = SimpleNamespace(read=lambda path: test)
    names = [node.name for node in ast.walk(ast.parse(test)) if isinstance(node, ast.FunctionDef)]
    problem: Any = SimpleNamespace(snapshot=snapshot, targets=[f"test_f.py::{name}" for name in names])
    return examples_of(problem, function(stub))


@pytest.mark.parametrize(
    ("test", "arguments", "result"),
    [
        ("def test(): assert f(1) == 3", {"a": 1, "b": 2}, 3),
        ("def test(): assert [1] == f(-1, b='x')", {"a": -1, "b": "x"}, [1]),
        ("def test():\n    x = 4\n    got = f(x)\n    assert got == 8", {"a": 4, "b": 2}, 8),
        ("def test(self): self.assertEqual(f(1), 3)", {"a": 1, "b": 2}, 3),
        ("def test(): assert mod.f(1) == pytest.approx(0.5)", {"a": 1, "b": 2}, 0.5),
        (
            "@pytest.mark.parametrize('a, want', [(1, 2)])\ndef test(a, want): assert f(a) == want",
            {"a": 1, "b": 2},
            2,
        ),
    ],
)
def test_what_a_test_says(test: str, arguments: dict[str, Any], result: Any) -> None:
    assert found_in(test) == (Example(arguments, result),)


def test_what_only_counts_as_true_and_what_says_nothing_plain() -> None:
    assert [e.truth for e in found_in("def test():\n    assert f(1)\n    assert not f(2)")] == [True, False]
    assert found_in("def test(thing): assert f(thing) == 3") == ()
    assert found_in("def test(): assert g(1) == 3") == ()
    documented = 'def f(a, b=2):\n    """Twice.\n\n    >>> f(3)\n    6\n    """'
    assert found_in("def test(): pass", documented) == (Example({"a": 3, "b": 2}, 6),)


@pytest.mark.parametrize(
    ("names", "rows", "expression"),
    [
        ("a b", [(2, 3, 6), (4, 5, 20)], "a * b"),
        ("name", [("Ada Lovelace", "AL"), ("bob x y", "bxy")], '"".join(item[0] for item in name.split())'),
        ("x lo hi", [(5, 0, 10, 5), (-3, 0, 10, 0), (99, 0, 10, 10)], "max(lo, min(x, hi))"),
        ("xs n", [([1, 2, 3, 4], 2, [1, 2]), ([5, 6, 7], 1, [5])], "xs[:n]"),
        ("words", [(["a", "b"], "a, b"), (["x"], "x")], '", ".join(words)'),
        ("name", [("Ada", "Hello, Ada!"), ("Bob", "Hello, Bob!")], 'f"Hello, {name}!"'),
        ("n", [(4, [0, 1, 4, 9]), (2, [0, 1])], "[item * item for item in list(range(n))]"),
        ("n", [(4, "even"), (3, "odd"), (2, "even")], None),
    ],
)
def test_the_smallest_expression_that_agrees(names: str, rows: list[Any], expression: str | None) -> None:
    examples = [Example(dict(zip(names.split(), row, strict=False)), row[-1]) for row in rows]
    assert next(synthesise(examples, names.split(), CONSTANTS), None) == expression


def test_a_condition_joins_what_fits_a_part_each() -> None:
    rows = [(5, 0, 5), (0, 7, 0), (-2, 9, -9), (-1, 4, -4)]
    examples = [Example({"a": a, "b": b}, result) for a, b, result in rows]
    text = next(synthesise(examples, ["a", "b"], {"0": 0}))
    assert [eval(text, {"a": a, "b": b}) for a, b, _ in rows] == [result for _, _, result in rows]


def test_a_value_of_the_test_is_no_body() -> None:
    assert list(synthesise([Example({}, 2)], [], {"2": 2})) == []
    assert not any(text == "2" for text in synthesise([Example({"a": 5}, 2)], ["a"], {"2": 2}))


@pytest.mark.parametrize(
    ("stub", "body"),
    [
        ("def f(): ...\n", "def f(): return 1\n"),
        ("def f():\n    pass  # soon\n", "def f():\n    return 1  # soon\n"),
        ('def f():\n    """Doc."""\n', 'def f():\n    """Doc."""\n    return 1\n'),
        ('def f():\n    """Doc."""\n    raise NotImplementedError\n', 'def f():\n    """Doc."""\n    return 1\n'),
        ("class A:\n    def f(é='😋'): ...\n", "class A:\n    def f(é='😋'): return 1\n"),
    ],
)
def test_where_a_body_goes(stub: str, body: str) -> None:
    source = Source("f.py", stub)
    [(node, _)] = source.functions()
    assert is_stub(node)
    assert with_body(source, node, "return 1") == body
    assert lines_of(body)


@pytest.mark.parametrize("text", ["def f(): return 1", "def f():\n    pass\n    x()", "def f():\n    raise ValueError"])
def test_what_is_no_stub(text: str) -> None:
    assert not is_stub(function(text))
