"""A policy beside plain sampling, on the same problems: what sampling spends for the policy's solve rate.

Two baselines: *best-of-N* draws all its N and takes a verified one (the literature's), *until verified* ends at the
first verified one (the strong one).
"""

from __future__ import annotations

import statistics
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from testtime_strategies.simulate import Play

from ..figures import Point
from .statistics import Rate

FIFTHS = ("easiest", "easy", "middle", "hard", "hardest")


@dataclass(frozen=True)
class Reached:
    """What a policy came to at one ceiling of replies: the share of problems solved, and per problem, on average,
    generated tokens, all tokens and USD.
    """

    solved: float
    generated: float
    tokens: float
    usd: float
    ceiling: int


@dataclass(frozen=True)
class Fifth:
    """A fifth of the problems, by difficulty: what the policy and the strong baseline came to on it."""

    name: str
    ours: Reached
    theirs: Reached

    @property
    def ratio(self) -> float:
        """Our tokens over theirs."""
        return self.ours.generated / self.theirs.generated if self.theirs.generated else 1.0


def reached(plays: Sequence[Play], ceiling: int, at: int | None = None) -> Reached:
    """What `plays` came to at their ends, or after `at` replies."""
    steps = [one.at(at) for one in plays]
    return Reached(
        statistics.fmean(step.solved for step in steps),
        statistics.fmean(step.generated for step in steps),
        statistics.fmean(step.tokens for step in steps),
        statistics.fmean(step.usd for step in steps),
        ceiling,
    )


def point(one: Reached, problems: int, label: str = "") -> Point:
    """It as a point of a picture, with the 95 % interval of a share of so many problems."""
    rate = Rate(round(one.solved * problems), problems)
    return Point(one.generated, rate.share, *rate.interval, label=label)


def until_verified(one: Play) -> Play:
    """The same draws, ended at the first verified one."""
    ended = next((number for number, step in enumerate(one.steps) if step.claimed), len(one.steps) - 1)
    return Play(one.steps[: ended + 1], one.moves)


def curve(plays: Sequence[Play], ceilings: Sequence[int]) -> list[Reached]:
    """What sampling came to at each ceiling, the best that it can do with so many tokens: a ceiling that solves no more
    than a lower one is left out.
    """
    kept: list[Reached] = []
    for ceiling in ceilings:
        one = reached(plays, ceiling, ceiling)
        if not kept or one.solved > kept[-1].solved:
            kept.append(one)
    return kept


def needed(baseline: Sequence[Reached], solved: float) -> float | None:
    """Generated tokens that a baseline spends for a solve rate, between two of its ceilings by a straight line; None
    where it never reaches it.
    """
    rates = [point.solved for point in baseline]
    place = bisect_left(rates, solved)
    if place == len(baseline):
        return None
    high = baseline[place]
    if place == 0:
        return high.generated
    low = baseline[place - 1]
    share = (solved - low.solved) / (high.solved - low.solved)
    return low.generated + share * (high.generated - low.generated)


def ratio(baseline: Sequence[Reached], ours: Reached) -> str:
    """How many times our tokens a baseline needs for our solve rate; `>` where all that it drew was not enough."""
    spent = needed(baseline, ours.solved)
    unit = ours.generated or 1.0
    return f"{spent / unit:.2f}x" if spent is not None else f">{baseline[-1].generated / unit:.1f}x"


def fifths(ours: Sequence[Play], theirs: Sequence[Play], difficulty: Sequence[float], most: int) -> list[Fifth]:
    """Both by fifths of `difficulty`, easiest first, where the strong baseline `theirs` may draw just so many that it
    solves as many of all problems as we do, or `most`.
    """
    wanted = reached(ours, 0).solved
    stop = next((n for n in range(1, most + 1) if reached(theirs, n, n).solved >= wanted), most)
    order = sorted(range(len(ours)), key=lambda place: difficulty[place])
    found: list[Fifth] = []
    for number, name in enumerate(FIFTHS):
        chosen = order[number * len(order) // 5 : (number + 1) * len(order) // 5]
        if chosen:
            found.append(
                Fifth(name, reached([ours[i] for i in chosen], 0), reached([theirs[i] for i in chosen], stop, stop))
            )
    return found
