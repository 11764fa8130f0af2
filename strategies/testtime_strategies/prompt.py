"""What is asked of a model. Every request of a repair begins with the same bytes, the variant comes last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from testtime_sandbox.verdict import TestResult, Verdict

from .candidate import Candidate, Mutate, Problem
from .context import Context, Shown, failure, is_secret, trim
from .strategy import Message

MOST_LESSONS, MOST_LESSON = 8, 260
"""Failed attempts that a later prompt is told of, and characters of each."""
MOST_ATTEMPTS, MOST_ATTEMPT = 6, 900
"""Attempts that a critique is shown, and characters of each."""

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
    "Give the smallest change that makes the failing tests pass without breaking others, and no explanation.",
    "First say in one or two sentences what is wrong, then give the change.",
    "List two different causes that would explain the failure, decide between them, then give the change.",
    "Trace the failing test through the code with its own values until one goes wrong; mend that place.",
    "Doubt the obvious: the fault may be in another function than the one that raised. Then give the change.",
)
"""Terse, explain-then-patch, hypothesis-first, trace, doubt. Five, where the contexts are four: all pairs come."""


@dataclass(frozen=True)
class Prompt:
    """A request's messages, and how many characters of which files are in them."""

    messages: tuple[Message, ...]
    sent: Mapping[str, int]
    limit: int = 0
    """The longest reply that makes sense, in tokens; 0 where that is not known."""
    stop: tuple[str, ...] = ()
    """Texts that end the reply, not part of it."""
    seed: int | None = None
    greedy: bool = False
    """The likeliest token each time, whatever temperature the move has."""
    complete: Callable[[str], str] = str
    """Makes the reply whole, where its beginning and end are not asked for."""


def draft_messages(context: Context, variant: int, *, critique: str = "", lessons: str = "") -> Prompt:
    """Ask for a patch from scratch; `variant` picks what more is shown and the wording, which comes last."""
    more = context.more(variant)
    review = f"A review of earlier attempts, all of which failed:\n{trim(critique)}" if critique else ""
    last = (more.text, review, lessons, WORDINGS[variant % len(WORDINGS)])
    return _prompt(context, more, (Message("user", "\n\n".join(part for part in last if part)),))


def repair_messages(context: Context, parent: Candidate, *, lessons: str = "") -> Prompt:
    """Show the model its own patch and what still fails."""
    turns: list[Message] = []
    said = parent.reply or _diff(context.problem, parent)
    if said:
        turns.append(Message("assistant", trim(said)))
    turns.append(Message("user", _feedback(context.problem, parent, lessons)))
    return _prompt(context, Shown(), turns)


def critique_messages(context: Context, parents: Sequence[Candidate]) -> Prompt:
    """Ask why a family of candidates is wrong, for an explanation and no patch."""
    shown = sorted(parents, key=lambda parent: -parent.progress)[:MOST_ATTEMPTS]
    attempts = [_attempt(context.problem, number, parent) for number, parent in enumerate(shown, start=1)]
    question = (
        "These attempts have failed. Say in at most six sentences what they have in common that is wrong, what the "
        "evidence rules out, and where the cause must be instead. Give no code."
    )
    return _prompt(context, Shown(), (Message("user", "\n\n".join([*attempts, question])),))


def lessons_of(problem: Problem, candidates: Sequence[Candidate]) -> str:
    """What failed candidates have ruled out, short: the nearest first, mutations as one line; empty without any."""
    failed = [c for c in candidates if c.verdict is not None and c.patch is not None and not c.verdict.passed]
    mutations = [c for c in failed if isinstance(c.move, Mutate)]
    telling = [c for c in failed if not isinstance(c.move, Mutate)]
    telling += [c for c in mutations if c.progress > 0][:2]
    telling.sort(key=lambda candidate: -candidate.progress)
    lines = [line for c in telling[:MOST_LESSONS] if (line := _lesson(problem, c))]
    if mutations:
        # Not how many: that depends on the machine's speed, and the same prompt is what a recording is resumed by.
        lines.append("- small mutations of the suspicious lines, one operator or name each")
    return "Already tried, and still failing; do not propose these again:\n" + "\n".join(lines) if lines else ""


def _prompt(context: Context, more: Shown, turns: Sequence[Message]) -> Prompt:
    sent = dict(context.shared.sent)
    for path, characters in more.sent.items():
        sent[path] = sent.get(path, 0) + characters
    return Prompt((Message("system", SYSTEM), Message("user", context.shared.text), *turns), sent)


def _lesson(problem: Problem, candidate: Candidate) -> str:
    """One attempt on one line: what it changed, and what failed still."""
    changed = [
        line for line in _diff(problem, candidate).split("\n") if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    change = " ".join(line.strip() for line in changed if line.strip())[: MOST_LESSON - 80]
    telling = _telling(candidate.verdict) if candidate.verdict else []
    why = f" ({telling[0].id.rpartition('::')[2]}: {telling[0].message})" if telling else ""
    return f"- {change}{why}"[:MOST_LESSON].replace("\n", " ") if change else ""


def _attempt(problem: Problem, number: int, parent: Candidate) -> str:
    what = trim(_diff(problem, parent), MOST_ATTEMPT) if parent.patch else f"(no patch) {parent.detail}"
    telling = _telling(parent.verdict) if parent.verdict else []
    how = "\n".join(f"{result.id} {result.outcome.value}: {result.message}" for result in telling)
    return f"Attempt {number}:\n{what}\n{how}".rstrip()


def _diff(problem: Problem, candidate: Candidate) -> str:
    """A candidate's diff; empty when it shows a file that must not be sent."""
    if candidate.patch is None or any(is_secret(problem, path) for path in candidate.patch.paths):
        return ""
    return candidate.patch.diff()


def _feedback(problem: Problem, parent: Candidate, lessons: str) -> str:
    """Why a candidate is not the fix: short, and only what tells."""
    again = "Give a corrected change against the original files, in the same form."
    if parent.rejection is not None:
        return f"That could not be used ({parent.rejection.value}): {parent.detail}\n{again}"
    verdict = parent.verdict
    if verdict is None:
        return again
    lines = [f"That change was applied to a copy of the project and tested: {verdict.judgement.value}."]
    lines += verdict.findings
    lines += [failure(problem, result) for result in _telling(verdict)]
    if len(lines) == 1 and verdict.output:
        lines.append(trim(verdict.output))
    return "\n\n".join([*lines, *([lessons] if lessons else []), again])


def _telling(verdict: Verdict) -> list[TestResult]:
    """The failures worth showing: regressions first, they are news."""
    failing = [result for result in verdict.results.values() if result.outcome.is_failure]
    failing.sort(key=lambda result: result.id not in verdict.regressed)
    return failing[:2]
