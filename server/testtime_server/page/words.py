"""What candidates are called on the page, and how each state looks: a sign as well as a colour."""

from __future__ import annotations

from dataclasses import dataclass

from testtime_sandbox.verdict import Judgement, TestOutcome
from testtime_strategies.candidate import Candidate, Critique, Draft, Gather, Move, Mutate, Rejection, Repair


@dataclass(frozen=True)
class State:
    """How a candidate ended. `look` is a class of `style.css`."""

    word: str
    sign: str
    look: str


VERIFIED = State("verified", "✓", "good")
OTHER_PASS = State("passes", "✓", "good")
NOT_JUDGED = State("not judged", "○", "idle")
JUDGED = {
    Judgement.FAILED: State("a target still fails", "✗", "bad"),
    Judgement.REGRESSED: State("breaks other tests", "▼", "bad"),
    Judgement.REJECTED: State("rejected", "⊘", "warn"),
    Judgement.TIMEOUT: State("too slow", "◷", "warn"),
    Judgement.CRASHED: State("crashed", "!", "warn"),
}
NO_FAULT = {Rejection.NO_PATCH, Rejection.DUPLICATE}

OUTCOMES = {
    TestOutcome.PASSED: ("✓", "good", "passed"),
    TestOutcome.FAILED: ("✗", "bad", "failed"),
    TestOutcome.ERROR: ("E", "bad", "error"),
    TestOutcome.TIMEOUT: ("◷", "bad", "too slow"),
    TestOutcome.SKIPPED: ("-", "idle", "skipped"),
    TestOutcome.XFAILED: ("-", "idle", "expected failure"),
    TestOutcome.XPASSED: ("✓", "warn", "passed unexpectedly"),
}


def state_of(candidate: Candidate) -> State:
    """How a candidate ended."""
    if candidate.rejection is not None:
        return State(candidate.rejection.value, "○", "idle" if candidate.rejection in NO_FAULT else "warn")
    verdict = candidate.verdict
    if verdict is None:
        return NOT_JUDGED
    if verdict.passed:
        return VERIFIED if verdict.verified else OTHER_PASS
    return JUDGED[verdict.judgement]


def kind_of(move: Move) -> str:
    """`mutation`, `draft`, `repair` …"""
    return "mutation" if isinstance(move, Mutate) else type(move).__name__.lower()


def described(move: Move) -> str:
    """A move in a few words: `comparison at shop/cart.py:24`, `repair of d3`."""
    match move:
        case Mutate(operator=operator, path=path, line=line):
            return f"{operator} at {path}:{line}"
        case Repair(parent=parent):
            words = f"repair of {parent.id}"
        case Critique(parents=parents):
            words = f"critique of {', '.join(parent.id for parent in parents)}"
        case Draft(critique=Candidate(id=critique)):
            words = f"draft after critique {critique}"
        case Draft(branch=True):
            words = "branch of the likeliest code"
        case Draft():
            words = "draft"
        case Gather():
            words = "draft that looked around first"
    options = [
        f"model {move.model + 1} of the cascade" if move.model else "",
        f"temperature {temperature:g}" if (temperature := getattr(move, "temperature", None)) is not None else "",
        f"{move.reasoning} reasoning" if move.reasoning else "",
    ]
    extra = ", ".join(option for option in options if option)
    return f"{words} ({extra})" if extra else words


def plural(count: int, word: str) -> str:
    """`1 draft`, `3 drafts`."""
    return f"{count} {word}{'' if count == 1 else 's'}"
