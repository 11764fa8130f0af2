"""Rows that say too much, too little or nonsense: messages, tracebacks, values that misbehave, reports out of form."""

from .rows import CRASHED, FAILED, REGRESSED, REJECTED, TIMEOUT, Row, before, in_add

ANY = (FAILED, REJECTED, CRASHED, TIMEOUT, REGRESSED)
REPORTER = (
    "import gc, json, os\ngc.unfreeze()\n"
    "report = next(t for t in gc.get_objects() if type(t).__name__ == 'Report' and hasattr(t, 'nonce'))\n"
    "own = {'nonce': report.nonce, 'number': report.number}\n"
)


def forged(line: str) -> Row:
    """A line of the report, in the trusted runner's name, that it would never write."""
    return Row(
        f"report with {line[:60]}",
        in_add(f"{REPORTER}os.write(report.descriptor, ({line}).encode() + b'\\n')\nos._exit(1)"),
        "the form of every line is looked at",
        (REJECTED,),
        found="believed",
    )


NOISE = [
    Row("message of ten megabytes", in_add("raise ValueError('x' * 10**7)"), "messages are cut, and a flood is stopped", ANY, static=False),
    Row("message of a million lines", in_add("raise ValueError('\\n'.join(map(str, range(10**6))))"),
        "messages are cut, and the time limits", ANY, static=False, hurried=True),
    Row("traceback without end", in_add("return add(a, b)"), "tracebacks are cut", (FAILED,), static=False,
        found="RecursionError"),
    Row("chain of many exceptions", in_add(
        "error = None\nfor number in range(200):\n    try:\n        raise ValueError(number) from error\n"
        "    except ValueError as caught:\n        error = caught\nraise error"),
        "tracebacks are cut", (FAILED, CRASHED), static=False, hurried=True),
    Row("exception that causes itself", in_add(
        "error = ValueError('loop')\nother = ValueError('other')\nerror.__cause__, other.__context__ = other, error\n"
        "raise error"), "pytest's own care", (FAILED,), static=False),
    Row("group of many exceptions", in_add("raise ExceptionGroup('g', [ValueError(n) for n in range(3000)])"),
        "messages are cut", (FAILED,), static=False),
    Row("control characters in a message", in_add(
        "raise ValueError('\\x1b[2J\\x1b]0;title\\x07\\r\\0\\x08 \\u202e {\"event\": \"end\"}\\n{\"number\": 0}\\n')"),
        "nothing: it is a failure like others", (FAILED,), static=False, found="ValueError"),
    Row("half a character in a message", in_add("raise ValueError('\\ud800 \\udfff')"),
        "what is no text is replaced", (FAILED,), static=False, found="ValueError"),
    Row("exception whose text fails", in_add(
        "class Mute(Exception):\n    def __str__(self):\n        raise RuntimeError('no text')\n    __repr__ = __str__\n\n"
        "raise Mute()"), "the type's name will do", ANY, static=False),
    Row("exception whose text is no text", in_add(
        "class Odd(Exception):\n    def __str__(self):\n        return 42\n    __repr__ = __str__\n\nraise Odd()"),
        "the type's name will do", ANY, static=False),
    Row("exception whose text never ends", in_add(
        "class Endless(Exception):\n    def __str__(self):\n        while True:\n            pass\n\nraise Endless()"),
        "the time limits", ANY, static=False, hurried=True),
    Row("exception whose text ends the process", in_add(
        "class Last(Exception):\n    def __str__(self):\n        raise SystemExit(0)\n    __repr__ = __str__\n\n"
        "raise Last()"), "the report has no end", ANY, static=False),
    Row("representation that recurses", in_add(
        "class Deep(int):\n    def __repr__(self):\n        return repr(self)\n    __str__ = __repr__\n\n"
        "return Deep(a - b)"), "the bug is still there", ANY, static=False),
    Row("comparison that recurses", in_add(
        "class Deep(int):\n    def __eq__(self, other):\n        return other == self and self == other\n"
        "    __hash__ = int.__hash__\n\nreturn Deep(a - b)"), "the bug is still there", ANY, static=False),
    Row("comparison that skips", in_add(
        "class Skipping(int):\n    def __eq__(self, other):\n        raise __import__('unit' + 'test').SkipTest('no')\n"
        "    __hash__ = int.__hash__\n\nreturn Skipping(a - b)"), "a target must pass, not be skipped", (FAILED,),
        static=False),
    Row("deletion that recurses", in_add(
        "class Undead:\n    def __del__(self):\n        Undead()\n        raise ValueError('from the grave')\n\n"
        "Undead()\nreturn a - b"), "the bug is still there", ANY, static=False, hurried=True),
    Row("deletion that ends the process", in_add(
        "class Last:\n    def __del__(self):\n        __import__('os')._exit(0)\n\nadd.kept = Last()\nadd.kept = None\n"
        "return a - b"), "the report has no end", ANY, static=False),
    Row("value that claims another class", in_add(
        "class Liar(int):\n    __class__ = property(lambda self: float)\n    def __bool__(self):\n        return True\n\n"
        "return Liar(a - b)"), "the bug is still there", (FAILED,), static=False),
    Row("warnings without end", in_add(
        "import warnings\nfor number in range(20000):\n    warnings.warn(f'warning {number}', stacklevel=2)\nreturn a - b"),
        "what is printed is cut", (FAILED,), static=False),
    Row("a report flooded", in_add(
        "import os\nfor number in range(3, 64):\n    try:\n        for _ in range(20):\n"
        "            os.write(number, b'x' * 10**6)\n    except OSError:\n        pass\nreturn a - b"),
        "each line carries a random name and its number, and a flood is stopped", (REJECTED, TIMEOUT), static=False),
    Row("a report of brackets", before(
        "import os\nfor number in range(3, 64):\n    try:\n        os.write(number, b'[' * 200000 + b'\\n')\n"
        "    except OSError:\n        pass"), "what cannot be decoded is no report", (REJECTED,), static=False,
        found="believed"),
    Row("a refusal in the agent's name", before(
        "import os\nfor number in range(3, 64):\n    try:\n        os.write(number, b'{\"event\": \"refused\"}\\n')\n"
        "    except OSError:\n        pass\nos._exit(125)"), "a refusal carries the random name too", (CRASHED, REJECTED)),
    Row("a refusal by another program", before(
        "import os\nfor number in range(3, 64):\n    try:\n        os.write(number, b'{\"event\": \"refused\"}\\n')\n"
        "    except OSError:\n        pass\nos.execv('/bin/sh', ['sh', '-c', 'exit 125'])"),
        "a refusal carries the random name too", (CRASHED, REJECTED), static=False),
    *(Row(f"an answer of the screen's with {answer[:60]}", in_add(
        f"import os\nfor number in range(3, 64):\n    try:\n        os.write(number, {answer})\n"
        "    except OSError:\n        pass\nos.execv('/bin/true', ['true'])"),
        "the form of an answer is looked at", (CRASHED, REJECTED), static=False)
      for answer in (
          """b'{"state": "failed", "passed": "many", "frames": 3, "test": [1]}'""",
          """b'{"state": "failed", "test": "test_calc.py::test_add", "frames": [["test_calc.py", "x", 1]]}'""",
          """b'{"state": "failed", "text": ' + b'[' * 990 + b']' * 990 + b'}'""",
          """b'{"state": "failed", "text": ' + b'[' * 9900 + b']' * 9900 + b'}'""",
          """b'{"state": ["passed"], "passed": -1, "cpu": "x", "id": [], "ready": true}'""",
          """b'[]'""",
      )),
    forged("json.dumps(own)"),
    forged("json.dumps({**own, 'event': 'phase'})"),
    forged("json.dumps({**own, 'event': 'phase', 'id': [], 'when': 'call', 'outcome': 'passed', 'seconds': 1})"),
    forged("json.dumps({**own, 'event': 'phase', 'id': 'x', 'when': {}, 'outcome': 'passed', 'seconds': 'long'})"),
    forged("json.dumps({**own, 'event': 'phase', 'id': 'x', 'when': 'call', 'outcome': 'failed', 'seconds': 1, 'text': 3})"),
    forged("json.dumps({**own, 'event': 'phase', 'id': 'x', 'when': 'call', 'outcome': 'failed', 'seconds': 1,"
           " 'frames': [[1]]})"),
    forged("json.dumps({**own, 'event': 'collected', 'ids': [[]]})"),
    forged("json.dumps({**own, 'event': 'collected', 'ids': None})"),
    forged("json.dumps({**own, 'event': 'uncollected', 'id': {}, 'text': 1})"),
    forged("json.dumps({**own, 'event': 'covered', 'id': 'x', 'lines': {'calc.py': 1}, 'seen': 1})"),
    forged("json.dumps({**own, 'event': 'end', 'status': 1, 'cpu': 'much'})"),
    forged("json.dumps({**own, 'event': 'end', 'status': 1, 'cpu': float('nan')})"),
    forged("json.dumps({**own, 'event': 'end', 'status': 1})"),
    forged("json.dumps({**own, 'event': 'end', 'status': 1, 'cpu': 1, 'modules': 5})"),
    forged("json.dumps({**own, 'event': ['end']})"),
    forged("json.dumps({**own, 'event': 'unheard of'})"),
]  # fmt: skip
