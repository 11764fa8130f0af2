"""Which failing candidates fail alike: those share a misconception, whatever their text."""

from __future__ import annotations

import re

from .candidate import Candidate

MISSING_FACT = ("NameError", "AttributeError", "ImportError", "ModuleNotFoundError", "TypeError")
"""Errors of code that was written without knowing what it calls."""
_ADDRESS = re.compile(r"0x[0-9a-f]{4,}")


def family(candidate: Candidate) -> str:
    """How it fails: the tests that still fail and what each says. Two candidates of one family failed alike."""
    if candidate.verdict is None:
        return f"{candidate.rejection}: {candidate.detail}"
    failing = [result for result in candidate.verdict.results.values() if result.outcome.is_failure]
    if not failing:
        return f"{candidate.verdict.judgement}: {' '.join(candidate.verdict.findings)}"
    return "\n".join(sorted(f"{result.id} {_ADDRESS.sub('0x', result.message)}" for result in failing))


def lacks_fact(candidate: Candidate) -> bool:
    """Whether it failed as code does whose author could not see what it calls."""
    if candidate.verdict is None:
        return False
    return any(
        result.message.startswith(MISSING_FACT) and result.outcome.is_failure
        for result in candidate.verdict.results.values()
    )
