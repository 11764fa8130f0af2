"""What the commands' options have in common: the names to choose from, and numbers read with a clear refusal."""

from __future__ import annotations

import argparse
from typing import get_args

from testtime_strategies.budget import EffortName

from .settings import ReasoningChoice, StrategyName

EFFORT_NAMES: tuple[str, ...] = get_args(EffortName)
STRATEGY_NAMES: tuple[str, ...] = get_args(StrategyName)
REASONING_NAMES: tuple[str, ...] = get_args(ReasoningChoice)


def count(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isdigit() or not 0 < int(text) < 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return int(text)


def amount(text: str) -> float:
    """A number of at least 0."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 0")
    return number
