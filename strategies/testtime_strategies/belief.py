"""What is believed of a problem, as arithmetic: the chance that a draft is right and what a repair adds to it, on a
grid of logits, updated by Bayes' rule. `adaptive` says which moves that speaks for.
"""

from __future__ import annotations

import math
from functools import lru_cache

Belief = tuple[float, ...]
"""Probability of each logit in `GRID` under each worth in `MENDING`, row by row."""
GRID = tuple(-8.0 + 0.5 * step for step in range(27))
MENDING = (-1.0, 0.0, 1.0, 2.0)
"""Logits by which a repair may beat a fresh draft: from less than nothing (2306.09896) to very much (2304.05128)."""
MENDING_PRIOR = (0.1, 0.3, 0.4, 0.2)
FINE = 8
"""Steps of one logit at which the sigmoid is tabulated."""
SIGMOID = tuple(1 / (1 + math.exp(-step / FINE)) for step in range(-20 * FINE, 20 * FINE + 1))
PRIOR = (0.35, 0.6)
"""Beta(a, b) of a draft's chance before anything is known: its mean is 37 %, its mass at both ends."""


@lru_cache(64)
def prior(shift: float = 0.0) -> Belief:
    """What is believed before anything was tried: `shift` logits better than usual, nothing known of repairs yet."""
    a, b = PRIOR
    weights = [math.exp(a * _log_sigmoid(logit - shift) + b * _log_sigmoid(shift - logit)) for logit in GRID]
    return normalised(tuple(worth * weight for worth in MENDING_PRIOR for weight in weights))


@lru_cache(4096)
def chances(shift: float, *, mending: bool) -> tuple[float, ...]:
    """A move's chance under every point of a belief."""
    rows = MENDING if mending else (0.0,) * len(MENDING)
    return tuple(SIGMOID[round((logit + shift + worth + 20) * FINE)] for worth in rows for logit in GRID)


def normalised(weights: Belief) -> Belief:
    """Weights as probabilities."""
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def _log_sigmoid(logit: float) -> float:
    return -math.log1p(math.exp(-logit))


NEARER = tuple(1 / (1 + math.exp(0.5 - worth)) for worth in MENDING for _ in GRID)
"""The chance that a failing repair came nearer all the same, under every point of a belief."""
