"""What a model is shown of a project: the failing tests, how they fail, the suspicious code, and what is around it.

`Context.shared` is the same bytes in every request of a repair, so that provider caches hit; `Context.more` is what one
variant of a prompt adds after it.
"""

from __future__ import annotations

import ast
import fnmatch
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from testtime_sandbox.verdict import TestResult

from .candidate import Problem

MOST_TESTS = 4
"""Failing tests shown in full."""
MOST_CODE = 24_000
"""Characters of project code shown."""
MOST_TEXT = 2_500
"""Characters of one traceback, output or reply shown."""
MOST_MORE = 4_000
"""Characters that a variant adds."""
MOST_CALLERS = 6
MOST_SEARCHED = 2_000_000
"""Characters of project code that are searched for callers."""
SECRETS = (
    ".env",
    ".env.*",
    "*.pem",
    "*.key",
    "id_rsa*",
    "id_ed25519*",
    "*.p12",
    "*.pfx",
    ".netrc",
    "*secret*",
    "*credential*",
)


@dataclass(frozen=True)
class Shown:
    """A text for a prompt, and how many characters of which files are in it."""

    text: str = ""
    sent: Mapping[str, int] = field(default_factory=dict[str, int])


class Context:
    """What there is to show of one problem. Made once per repair."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    @cached_property
    def shared(self) -> Shown:
        """The failing tests, how they fail, and the suspicious code."""
        problem = self.problem
        sent: dict[str, int] = {}
        parts: list[str] = []
        if problem.intent:
            parts.append(f"What is wanted: {problem.intent}")
        shown = problem.failures[:MOST_TESTS]
        for result in shown:
            path = result.id.split("::")[0]
            source = None if is_secret(problem, path) else _test_source(problem, result.id)
            if source:
                parts.append(f"Failing test {result.id}:\n```python\n{source}\n```")
                sent[path] = sent.get(path, 0) + len(source)
            parts.append(failure(problem, result))
        if len(problem.targets) > len(shown):
            parts.append(f"{len(problem.targets) - len(shown)} more tests fail in the same project.")
        for path, code in _suspicious_code(problem):
            parts.append(f"{path}\n```python\n{code}\n```")
            sent[path] = sent.get(path, 0) + len(code)
        return Shown("\n\n".join(parts), sent)

    def more(self, variant: int) -> Shown:
        """What the variant adds: nothing, the types seen, the callers and a passing test, or the one function alone."""
        return (Shown(), self._seen, self._around, self._focus)[variant % 4]

    @cached_property
    def _suspects(self) -> tuple[tuple[str, str, str], ...]:
        """(path, function's name, its text) of the most suspicious functions, each once."""
        found: dict[tuple[str, str], str] = {}
        for suspect in self.problem.suspicious:
            if len(found) == 3 or is_secret(self.problem, suspect.path):
                continue
            text = text_of(self.problem, suspect.path)
            function = function_at(text, suspect.line) if text else None
            if text and function is not None:
                found.setdefault((suspect.path, function.name), _source(text, function))
        return tuple((path, name, text) for (path, name), text in found.items())

    @cached_property
    def _seen(self) -> Shown:
        """The types of parameters, variables and results while the failing tests ran."""
        wanted = {(path, name) for path, name, _ in self._suspects}
        lines: list[str] = []
        for (path, qualified), names in self.problem.baseline.observed.items():
            if (path, qualified.rpartition(".")[2]) in wanted:
                types = ", ".join(f"{name}: {' | '.join(sorted(seen))}" for name, seen in names.items())
                lines.append(f"{path} {qualified}: {types}")
        text = trim("\n".join(lines), MOST_MORE)
        return Shown(f"Types seen while the failing tests ran:\n{text}" if text else "")

    @cached_property
    def _around(self) -> Shown:
        """Functions that call a suspicious one, and passing tests that do."""
        sent: dict[str, int] = {}
        parts: list[str] = []
        left = MOST_MORE
        names = {name for _, name, _ in self._suspects}
        own = {(path, name) for path, name, _ in self._suspects}
        for path, name, code in _callers(self.problem, names):
            if len(parts) == MOST_CALLERS:
                break
            if (path, name) not in own and len(code) <= left:
                left -= len(code)
                parts.append(f"{path}\n```python\n{code}\n```")
                sent[path] = sent.get(path, 0) + len(code)
        return Shown("Who calls it:\n\n" + "\n\n".join(parts) if parts else "", sent)

    @cached_property
    def _focus(self) -> Shown:
        """The most suspicious function alone."""
        if not self._suspects:
            return Shown()
        path, _, code = self._suspects[0]
        code = trim(code, MOST_MORE)
        return Shown(f"The most suspicious function is this one, in {path}:\n```python\n{code}\n```", {path: len(code)})


def failure(problem: Problem, result: TestResult) -> str:
    """How a test failed: its message, the traceback and what it printed, each trimmed in the middle."""
    text = f"{result.id} {result.outcome.value}: {result.message}"
    if result.traceback:
        text += f"\n{trim(_without_secret_code(problem, result.traceback))}"
    if result.output.strip():
        text += f"\nIt printed:\n{trim(result.output)}"
    return text


def _without_secret_code(problem: Problem, traceback: str) -> str:
    """A traceback less the source lines of files whose text must not be sent."""
    kept: list[str] = []
    secret = False
    for line in traceback.split("\n"):
        place = re.match(r"(\S[^:]*):\d+: ", line)
        if place is not None:
            secret = is_secret(problem, place[1])
        if not secret or place is not None or not line.startswith("    "):
            kept.append(line)
    return "\n".join(kept)


def _test_source(problem: Problem, test: str) -> str | None:
    """The test function's own text, decorators included."""
    path, *names = test.split("::")
    name = names[-1].split("[")[0] if names else ""
    try:
        text = problem.snapshot.read(path)
        tree = ast.parse(text)
    except (KeyError, SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            return "\n".join(text.splitlines()[first - 1 : node.end_lineno])
    return None


def _suspicious_code(problem: Problem) -> Iterator[tuple[str, str]]:
    """Files that may hold the fault, most suspicious first: whole when short, else their suspicious functions."""
    left = MOST_CODE
    for path in dict.fromkeys(suspect.path for suspect in problem.suspicious):
        if is_secret(problem, path):
            continue
        try:
            text = problem.snapshot.read(path)
        except (KeyError, UnicodeDecodeError):
            continue
        code = text if len(text) <= left // 2 else _functions(problem, path, text, left // 2)
        if code and len(code) <= left:
            left -= len(code)
            yield path, code.rstrip("\n")


def _functions(problem: Problem, path: str, text: str, most: int) -> str:
    """The functions of a long file that hold suspicious lines, as far as there is room."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return ""
    lines = text.splitlines()
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    chosen: dict[int, str] = {}
    for suspect in problem.suspicious:
        if suspect.path != path:
            continue
        around = [node for node in functions if node.lineno <= suspect.line <= (node.end_lineno or 0)]
        if not around:
            continue
        node = min(around, key=lambda node: (node.end_lineno or 0) - node.lineno)
        piece = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        if node.lineno not in chosen and sum(map(len, chosen.values())) + len(piece) <= most:
            chosen[node.lineno] = piece
    return "\n\n# …\n\n".join(chosen[line] for line in sorted(chosen))


def _callers(problem: Problem, names: set[str]) -> Iterator[tuple[str, str, str]]:
    """(path, name, text) of functions that call one of `names`, those of the failing tests left out."""
    failing = {tuple(target.split("[")[0].split("::")) for target in problem.targets}
    called = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\(") if names else None
    searched = 0
    for path in sorted(problem.snapshot.files):
        if called is None or searched > MOST_SEARCHED or not path.endswith(".py") or is_secret(problem, path):
            continue
        text = text_of(problem, path) or ""
        searched += len(text)
        seen: set[int] = set()
        for match in called.finditer(text):
            function = function_at(text, text.count("\n", 0, match.start()) + 1)
            if function is None or function.lineno in seen or (path, function.name) in {(t[0], t[-1]) for t in failing}:
                continue
            seen.add(function.lineno)
            yield path, function.name, _source(text, function)


def text_of(problem: Problem, path: str) -> str | None:
    """A file's text, None for one that is not there or is no text."""
    try:
        return problem.snapshot.read(path)
    except (KeyError, UnicodeDecodeError):
        return None


Function = ast.FunctionDef | ast.AsyncFunctionDef


def function_at(text: str, line: int) -> Function | None:
    """The innermost function that holds a line (1-based)."""
    around = [node for node in _functions_of(text) if node.lineno <= line <= (node.end_lineno or 0)]
    return min(around, key=lambda node: (node.end_lineno or 0) - node.lineno, default=None)


@functools.lru_cache(maxsize=16)
def _functions_of(text: str) -> tuple[Function, ...]:
    try:
        return tuple(node for node in ast.walk(ast.parse(text)) if isinstance(node, Function))
    except (SyntaxError, ValueError, RecursionError):
        return ()


def _source(text: str, function: Function) -> str:
    return "\n".join(text.splitlines()[function.lineno - 1 : function.end_lineno])


def is_secret(problem: Problem, path: str) -> bool:
    """Whether a file is excluded or looks like a secret: its text is never sent."""
    name = path.rsplit("/", 1)[-1].lower()
    return path in problem.excluded or any(fnmatch.fnmatchcase(name, pattern) for pattern in SECRETS)


def trim(text: str, most: int = MOST_TEXT) -> str:
    """Head and tail of a long text: a flood teaches a model nothing."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]}\n… {len(text) - most} characters left out …\n{text[-half:]}"
