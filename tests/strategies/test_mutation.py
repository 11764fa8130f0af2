"""Each kind of fault, one row: the engine proposes the right edit among its first candidates, and nothing else moves."""

import ast
from pathlib import Path

import pytest

from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import Baseline, Isolation, Judgement, Stage, TestOutcome, TestResult, Verdict
from testtime_strategies.candidate import Mutate, Problem, SuspiciousLine
from testtime_strategies.mutation import Mutator

TEST = "test_it.py::test_it"


def problem(
    tmp_path: Path, code: str, *, test: str = "def test_it(): ...\n", message: str = "", **types: str
) -> Problem:
    files = {"code.py": code, "test_it.py": test}
    for path, text in files.items():
        (tmp_path / path).write_text(text)
    lines = [number for number, line in enumerate(code.split("\n"), 1) if line.startswith("    ")]
    function = next(n.name for n in ast.walk(ast.parse(code)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    observed = {("code.py", function): {name: frozenset(kinds.split()) for name, kinds in types.items()}}
    baseline = Baseline(
        {TEST: TestResult(TEST, TestOutcome.FAILED, 0.0, message)}, Isolation("bubblewrap", ""), 0.0, observed=observed
    )
    suspicious = tuple(SuspiciousLine("code.py", line, 0.8) for line in lines)
    return Problem(Snapshot(tmp_path, tmp_path, dict.fromkeys(files, ""), ""), baseline, (TEST,), suspicious)


def candidates(problem: Problem, most: int) -> list[Mutate]:
    mutator = Mutator(problem)
    found: list[Mutate] = []
    while len(found) < most and (move := mutator.next()) is not None:
        found.append(move)
    return found


ROWS = {
    "comparison": ("def f(a, b):\n    return a < b\n", "a < b", "a <= b", {}),
    "arithmetic": ("def f(a, b):\n    return a - b\n", "a - b", "a + b", {"a": "int", "b": "int"}),
    "boolean operator": ("def f(a, b):\n    return a and b\n", "a and b", "a or b", {}),
    "augmented": ("def f(xs):\n    n = 0\n    for x in xs:\n        n = x\n    return n\n", "n = x", "n += x", {}),
    "negated": ("def f(a):\n    if a:\n        return 1\n    return 2\n", "if a", "if not a", {}),
    "off by one": ("def f(xs):\n    return xs[len(xs)]\n", "[len(xs)]", "[len(xs) - 1]", {"xs": "list"}),
    "regrouped": ("def f(a, b):\n    return a + b / 2\n", "a + b / 2", "(a + b) / 2", {}),
    "constant": ("def f(a):\n    return a * 10\n", "* 10", "* 100", {}),
    "boolean value": ("def f(a):\n    return True\n", "True", "False", {}),
    "variable": ("def f(start, end):\n    return start - start\n", "start - start", "end - start", {}),
    "attribute": (
        "class A:\n    def __init__(self):\n        self.width = 1\n        self.height = 2\n\n"
        "    def f(self):\n        return self.width * self.width\n",
        "self.width * self.width", "self.width * self.height", {},
    ),
    "function": ("def f(xs):\n    return min(xs)\n", "min(", "max(", {}),
    "method": ("def f(xs, x):\n    xs.extend(x)\n    return xs\n", "extend", "append", {}),
    "function of a module": ("import math\n\n\ndef f(x):\n    return math.floor(x)\n", "floor", "ceil", {}),
    "a size for a number": ("def f(s, n):\n    return s[n % 24]\n", "24", "len(s)", {"s": "str", "n": "int"}),
    "a test that nobody makes": (
        "def f(n):\n    def even(m):\n        return m % 2 == 0\n\n    if n > 0:\n        return 1\n    return 0\n",
        "n > 0", "n > 0 and even(n)", {"n": "int"},
    ),
    "unread value": (
        "def f(width, text):\n    extra = len(text)\n    return width\n",
        "    return", "    width += extra\n    return", {"width": "int", "text": "str"},
    ),
    "what is done elsewhere with a value so named": (
        "class A:\n    def f(self, state):\n        end = state.line_end()\n        return self.text\n\n"
        "    def g(self, state):\n        end = state.end()\n        self.text += state.get(end)\n",
        "        return self.text", "        self.text += state.get(end)\n        return self.text", {},
    ),
    "everyday size": ("def f(hours):\n    return hours * 100\n", "100", "60", {"hours": "int"}),
    "fuller expression": (
        "def f(s, n, end):\n    if n:\n        return s[:n] + end\n    return s[: n - len(end)].strip() + end\n",
        "s[:n] + end", "s[: n - len(end)] + end", {"s": "str", "n": "int", "end": "str"},
    ),
    "aggregate": ("def f(d):\n    return len(d)\n", "len(d)", "sum(d.values())", {"d": "dict"}),
    "length left out": ("def f(n, s):\n    return n\n", "return n", "return n - len(s)", {"n": "int", "s": "str"}),
    "function passed in": ("def f(func, x):\n    return func(x) if x else x\n", "else x", "else func(x)", {}),
    "method not called": (
        "class A:\n    def put(self, x):\n        self.items = x\n        return x\n\n"
        "    def clear(self):\n        self.cache = None\n",
        "self.items = x\n", "self.items = x\n        self.clear()\n", {},
    ),
    "swapped arguments": ("def f(a, b):\n    return divmod(b, a)\n", "(b, a)", "(a, b)", {}),
    "recursion": ("def f(a, b):\n    return a if not b else f(a % b, b)\n", "f(a % b, b)", "f(b, a % b)", {}),
    "unwrapped": ("def f(a):\n    return str(a)\n", "str(a)", "a", {}),
    "wrapped": ("def f(a):\n    return a\n", "return a", "return abs(a)", {"a": "int"}),
    "slice": ("def f(xs):\n    return xs[1:]\n", "xs[1:]", "xs[:-1]", {"xs": "list"}),
    "range": ("def f(n):\n    return sum(range(n))\n", "range(n)", "range(1, n + 1)", {"n": "int"}),
    "missing return": ("def f(xs):\n    sorted(xs)\n", "sorted(xs)", "return sorted(xs)", {}),
    "missing await": ("async def f(g):\n    return g()\n", "return g()", "return await g()", {}),
    "yield from": ("def f(xs):\n    for x in xs:\n        yield f(x)\n", "yield f(x)", "yield from f(x)", {}),
    "default of a lookup": ("def f(d, k):\n    return d[k]\n", "d[k]", "d.get(k, 0)", {"d": "dict"}),
    "condition strengthened": (
        "def f(a, b):\n    if a > b:\n        return a\n    return b\n", "a > b", "a > b and b > 0", {"a": "int", "b": "int"},
    ),
    "condition guarded": (
        "def f(node):\n    while node.next:\n        node = node.next\n    return node\n",
        "while node.next", "while node is not None and node.next", {"node": "Node NoneType"},
    ),
    "condition guarded against None": (
        "def f(node):\n    if node.next is None:\n        return False\n    return node.next\n",
        "node.next is None", "node is None or node.next is None", {"node": "Node NoneType"},
    ),
    "constant condition": (
        "def f(queue):\n    while True:\n        queue.pop()\n    return queue\n", "True", "queue", {"queue": "list"},
    ),
    "missing statement": (
        "def f(xs):\n    seen = set()\n    for x in xs:\n        print(x)\n    return seen\n",
        "        print(x)\n", "        print(x)\n        seen.add(x)\n", {"seen": "set", "x": "int"},
    ),
    "guard": ("def f(xs):\n    return xs[0]\n", "    return", "    if not xs:\n        return None\n    return", {"xs": "list"}),
    "mutable default": (
        "def f(x, to=[]):\n    to.append(x)\n    return to\n",
        "to=[]):\n", "to=None):\n    if to is None:\n        to = []\n", {},
    ),
    "moved out of the loop": (
        "def f(xs):\n    n = 0\n    for x in xs:\n        n += x\n        return n\n",
        "        return n", "    return n", {},
    ),
    "superfluous": ("def f(xs):\n    xs.sort()\n    return xs\n", "    xs.sort()\n", "", {}),
    "shared rows": ("def f(n):\n    return [[0] * n] * n\n", "[[0] * n] * n", "[[0] * n for _ in range(n)]", {}),
    "type name": ("def f(x):\n    return isinstance(x, str)\n", "(x, str)", "(x, int)", {}),
    "same value everywhere": ("def f(xs):\n    xs[::2] = sorted(xs[::2])\n    return xs\n", "xs[::2] = sorted(xs[::2])", "xs[::3] = sorted(xs[::3])", {"xs": "list"}),
    "same function everywhere": ("def f(a, b):\n    return len(a) == len(b)\n", "len(a) == len(b)", "set(a) == set(b)", {"a": "str", "b": "str"}),
    "variable for an expression": (
        "def f(total, xs):\n    return sum(xs) + len(xs)\n", "sum(xs) +", "total +", {"total": "int", "xs": "list"},
    ),
    "swapped case": ("def f(s):\n    return s.lower()\n", "lower", "swapcase", {"s": "str"}),
    "missing step": ("def f(n):\n    return n ** 0.5\n", "    return", "    n = abs(n)\n    return", {"n": "int"}),
    "missing toggle": (
        "def f(xs):\n    left = True\n    for x in xs:\n        print(left, x)\n",
        "        print(left, x)\n", "        print(left, x)\n        left = not left\n", {"left": "bool", "x": "int"},
    ),
    "guard of an operation": (
        "def f(xs):\n    n = sum(xs)\n    return n / len(xs)\n",
        "    return", "    if len(xs) == 0:\n        return 0\n    return", {"xs": "list", "n": "int", "return": "int"},
    ),
    "guard in the middle": (
        "def f(s):\n    parts = s.split('.')\n    if parts[0][0] == '_':\n        return 'No'\n    return 'Yes'\n",
        "    if parts", "    if not parts[0]:\n        return 'No'\n    if parts", {"parts": "list", "s": "str"},
    ),
    "condition with a predicate": (
        "def good(x):\n    return x > 1\n\n\ndef f(a, b):\n    if a > b:\n        return a\n    return b\n",
        "a > b", "a > b and good(a)", {"a": "int", "b": "int"},
    ),
    "remainder by a length": (
        "def f(s, n):\n    return s[n + 4]\n", "n + 4", "(n + 4) % len(s)", {"s": "str", "n": "int"},
    ),
    "sliced comprehension": ("def f(xs):\n    return [x for x in xs]\n", "[x for x in xs]", "[x for x in xs][1:]", {"xs": "list"}),
    "last of a parameter": (
        "def f(xs):\n    out = []\n    for x in xs[:-1]:\n        out.append(x)\n    return out\n",
        "    return out", "    out.append(xs[-1])\n    return out", {"xs": "list", "out": "list", "x": "int"},
    ),
    "caught exception": (
        "def f(d):\n    try:\n        return d['a']\n    except ValueError:\n        return 0\n",
        "except ValueError", "except (ValueError, KeyError)", {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_the_right_edit_is_among_the_first(tmp_path: Path, name: str) -> None:
    code, old, new, types = ROWS[name]
    wanted = ast.dump(ast.parse(code.replace(old, new, 1)))
    found = candidates(problem(tmp_path, code, **types), 400)
    rank = next(
        (n for n, move in enumerate(found) if ast.dump(ast.parse(move.patch.edits[0].after or "")) == wanted), None
    )
    assert rank is not None, [move.operator for move in found][:20]


def test_the_expected_exception_comes_first(tmp_path: Path) -> None:
    code = "def f(x):\n    raise KeyError(x)\n"
    test = "import pytest\n\n\ndef test_it():\n    with pytest.raises(ValueError):\n        f(1)\n"
    found = [move.patch.edits[0].after for move in candidates(problem(tmp_path, code, test=test), 12)]
    assert code.replace("KeyError", "ValueError") in found


def test_every_candidate_compiles_is_new_and_touches_one_place(tmp_path: Path) -> None:
    code = "# ümläut: a comment\ndef f(a, b):  # kept\n    s = 'ä' + a  # also kept\n    if a < b: return s\n    return b\n"
    found = candidates(problem(tmp_path, code, a="str", b="str"), 1000)
    texts = [move.patch.edits[0].after or "" for move in found]
    assert len(found) > 50
    assert len({ast.dump(ast.parse(text)) for text in texts}) == len(texts)
    assert all(text.startswith("# ümläut: a comment\n") for text in texts)
    assert all(move.patch.edits[0].before == code for move in found)


def test_a_form_feed_ends_no_line(tmp_path: Path) -> None:
    code = "SEPARATOR = '\\x0c\\u2028'\n\x0c\ndef f(a, b):\n    return a < b\n".replace("\\x0c\\u2028", "\x0c\u2028")
    found = [move.patch.edits[0].after for move in candidates(problem(tmp_path, code), 20)]
    assert code.replace("a < b", "a <= b") in found


def test_deterministic(tmp_path: Path) -> None:
    code = "def f(a, b):\n    c = a - b\n    return c * a\n"
    first, second = (candidates(problem(tmp_path, code), 300) for _ in range(2))
    assert first == second


def test_what_moved_the_test_forward_is_combined_with_others(tmp_path: Path) -> None:
    code = "def f(a, b):\n    if a < b:\n        return a - b\n    return b\n"
    mutator = Mutator(problem(tmp_path, code, a="int", b="int"))
    operators: list[str] = []
    while (move := mutator.next()) is not None and len(operators) < 3000:
        operators.append(move.operator)
        forward = 0.5 if "a + b" in (move.patch.edits[0].after or "") else 0.0
        mutator.tell(move, Verdict(Judgement.FAILED, Stage.SCREENED, Isolation("bubblewrap", ""), progress=forward))
        if move.operator == "arithmetic operator + comparison operator":
            break
    assert any(" + " in operator for operator in operators)


def test_what_ran_into_the_time_limit_comes_once_more(tmp_path: Path) -> None:
    """It may be a right fix of slow code: the screen gives it more time the second time, and there is no third."""
    found = problem(tmp_path, "def f(a, b):\n    return a < b\n")
    mutator = Mutator(found)
    given: list[str] = []
    while (move := mutator.next()) is not None and len(given) < 400:
        given.append(move.patch.digest)
        mutator.tell(move, Verdict(Judgement.TIMEOUT, Stage.SCREENED, found.baseline.isolation))
    assert given.count(given[0]) == 2
    assert given.index(given[0], 1) > 3, "others go before"


def test_a_file_that_does_not_parse_or_is_gone_gives_nothing(tmp_path: Path) -> None:
    assert candidates(problem(tmp_path, "def f():\n    pass\n"), 5) is not None
    broken = problem(tmp_path, "def f():\n    pass\n")
    (tmp_path / "code.py").write_text("def f(:\n")
    assert candidates(broken, 5) == []


def test_a_name_that_nothing_reads_comes_early(tmp_path: Path) -> None:
    unused = "def f(a, b, c):\n    d = b - c\n    return a * 2 + c\n"
    used = "def f(a, b, c):\n    d = b - c\n    return a * 2 + c + 0 * d\n"
    kinds = dict.fromkeys("abcd", "int")
    ranks = [
        next(
            n for n, move in enumerate(candidates(problem(tmp_path, code, **kinds), 900)) if wanted in move.patch.diff()
        )
        for code, wanted in ((unused, "+    return d * 2 + c"), (used, "+    return d * 2 + c"))
    ]
    assert ranks[0] < ranks[1]


def test_what_the_docstring_speaks_of_comes_early(tmp_path: Path) -> None:
    plain = 'def f(xs):\n    """Give the entries."""\n    return xs\n'
    said = plain.replace("the entries", "them in ascending order")
    ranks = [
        next(
            n
            for n, m in enumerate(candidates(problem(tmp_path, code, xs="list"), 200))
            if "return sorted(xs)" in m.patch.diff()
        )
        for code in (said, plain)
    ]
    assert ranks[0] < ranks[1]


def test_types_prune_what_a_place_cannot_hold(tmp_path: Path) -> None:
    code = "def f(n, s):\n    return n - 1\n"
    texts = [move.patch.edits[0].after or "" for move in candidates(problem(tmp_path, code, n="int", s="str"), 500)]
    assert not any("str(n) -" in text or "return s - 1" in text for text in texts)


def test_when_single_edits_are_used_up_the_likeliest_are_combined(tmp_path: Path) -> None:
    operators = [move.operator for move in candidates(problem(tmp_path, "def f(a):\n    return a > 1\n"), 3000)]
    first = next(n for n, operator in enumerate(operators) if " + " in operator)
    assert all(" + " in operator for operator in operators[first:])
