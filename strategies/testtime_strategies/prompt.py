"""What is asked of a model. Every request of a repair begins with the same bytes: provider caches hit."""

from __future__ import annotations

import ast
import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from testtime_sandbox.verdict import TestResult, Verdict

from .candidate import Candidate, Problem
from .strategy import Message

MOST_TESTS = 4
"""Failing tests shown in full."""
MOST_CODE = 24_000
"""Characters of project code shown."""
MOST_TEXT = 2_500
"""Characters of one traceback, output or reply shown."""
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

SYSTEM = """\
You repair a failing test in a Python project by changing the code under test.

Rules:
- Change as little as possible. Keep names, signatures and style.
- Never change, skip or delete a test, a conftest or a configuration file: such a patch is thrown away.
- Repair the cause for every input. Never special-case the values in the test.
- Answer with one or more blocks of exactly this form, the path on the line before the block:

path/to/file.py
<<<<<<< SEARCH
the lines to replace, copied exactly from the file
=======
the new lines
>>>>>>> REPLACE

A SEARCH must match the file character for character, in one place only.
"""

WORDINGS = (
    "Give the smallest change that makes the failing tests pass without breaking others.",
    "First say in one or two sentences what is wrong, then give the change.",
    "List two different causes that would explain the failure, decide between them, then give the change.",
    "Trace the failing test through the code with its own values until one goes wrong; mend that place.",
    "Doubt the obvious: the fault may be in another function than the one that raised. Then give the change.",
)


@dataclass(frozen=True)
class Prompt:
    """A request's messages, and how many characters of which files are in them."""

    messages: tuple[Message, ...]
    sent: Mapping[str, int]


def draft_messages(problem: Problem, variant: int, critique: str = "") -> Prompt:
    """Ask for a patch from scratch; `variant` picks the wording, which comes last."""
    context, sent = _context(problem)
    wording = WORDINGS[variant % len(WORDINGS)]
    if critique:
        wording = f"A review of earlier attempts, all of which failed:\n{_trim(critique)}\n\n{wording}"
    return Prompt((Message("system", SYSTEM), Message("user", context), Message("user", wording)), sent)


def repair_messages(problem: Problem, parent: Candidate) -> Prompt:
    """Show the model its own patch and what still fails."""
    context, sent = _context(problem)
    turns = [Message("system", SYSTEM), Message("user", context)]
    said = parent.reply or (parent.patch.diff() if parent.patch else "")
    if said:
        turns.append(Message("assistant", _trim(said)))
    turns.append(Message("user", _feedback(problem, parent)))
    return Prompt(tuple(turns), sent)


def critique_messages(problem: Problem, parents: Sequence[Candidate]) -> Prompt:
    """Ask why a family of candidates is wrong, for an explanation and no patch."""
    context, sent = _context(problem)
    attempts = "\n\n".join(_attempt(number, parent) for number, parent in enumerate(parents, start=1))
    question = (
        "These attempts have failed. Say in at most six sentences what they have in common that is wrong, what the "
        "evidence rules out, and where the cause must be instead. Give no code."
    )
    return Prompt(
        (Message("system", SYSTEM), Message("user", context), Message("user", f"{attempts}\n\n{question}")), sent
    )


def _attempt(number: int, parent: Candidate) -> str:
    what = _trim(parent.patch.diff()) if parent.patch else f"(no patch) {parent.detail}"
    telling = _telling(parent.verdict) if parent.verdict else []
    how = "\n".join(f"{result.id} {result.outcome.value}: {result.message}" for result in telling)
    return f"Attempt {number}:\n{what}\n{how}".rstrip()


def _feedback(problem: Problem, parent: Candidate) -> str:
    """Why a candidate is not the fix: short, and only what tells."""
    again = "Give a corrected change against the original files, in the same form."
    if parent.rejection is not None:
        return f"That could not be used ({parent.rejection.value}): {parent.detail}\n{again}"
    verdict = parent.verdict
    if verdict is None:
        return again
    lines = [f"That change was applied to a copy of the project and tested: {verdict.judgement.value}."]
    lines += verdict.findings
    lines += [_failure(problem, result) for result in _telling(verdict)]
    if len(lines) == 1 and verdict.output:
        lines.append(_trim(verdict.output))
    return "\n\n".join([*lines, again])


def _telling(verdict: Verdict) -> list[TestResult]:
    """The failures worth showing: regressions first, they are news."""
    failing = [result for result in verdict.results.values() if result.outcome.is_failure]
    failing.sort(key=lambda result: result.id not in verdict.regressed)
    return failing[:2]


def _context(problem: Problem) -> tuple[str, dict[str, int]]:
    """The failing tests, how they fail, and the suspicious code."""
    sent: dict[str, int] = {}
    parts: list[str] = []
    if problem.intent:
        parts.append(f"What is wanted: {problem.intent}")
    shown = problem.failures[:MOST_TESTS]
    for result in shown:
        path = result.id.split("::")[0]
        source = None if _is_secret(problem, path) else _test_source(problem, result.id)
        if source:
            parts.append(f"Failing test {result.id}:\n```python\n{source}\n```")
            sent[path] = sent.get(path, 0) + len(source)
        parts.append(_failure(problem, result))
    if len(problem.targets) > len(shown):
        parts.append(f"{len(problem.targets) - len(shown)} more tests fail in the same project.")
    for path, code in _suspicious_code(problem):
        parts.append(f"{path}\n```python\n{code}\n```")
        sent[path] = sent.get(path, 0) + len(code)
    return "\n\n".join(parts), sent


def _failure(problem: Problem, result: TestResult) -> str:
    text = f"{result.id} {result.outcome.value}: {result.message}"
    if result.traceback:
        text += f"\n{_trim(_without_secret_code(problem, result.traceback))}"
    if result.output.strip():
        text += f"\nIt printed:\n{_trim(result.output)}"
    return text


def _without_secret_code(problem: Problem, traceback: str) -> str:
    """A traceback less the source lines of files whose text must not be sent."""
    kept: list[str] = []
    secret = False
    for line in traceback.split("\n"):
        place = re.match(r"(\S[^:]*):\d+: ", line)
        if place is not None:
            secret = _is_secret(problem, place[1])
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
        if _is_secret(problem, path):
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


def _is_secret(problem: Problem, path: str) -> bool:
    name = path.rsplit("/", 1)[-1].lower()
    return path in problem.excluded or any(fnmatch.fnmatchcase(name, pattern) for pattern in SECRETS)


def _trim(text: str) -> str:
    """Head and tail of a long text: a flood teaches a model nothing."""
    if len(text) <= MOST_TEXT:
        return text
    half = MOST_TEXT // 2
    return f"{text[:half]}\n… {len(text) - MOST_TEXT} characters left out …\n{text[-half:]}"
