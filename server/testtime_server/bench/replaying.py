"""`testtime bench replay`: policies on the same recorded replies, with no model and no test run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from testtime_strategies.best_of_n import BestOfN
from testtime_strategies.budget import EFFORTS, Ceilings, EffortName
from testtime_strategies.candidate import Draft
from testtime_strategies.replay import Trajectory, load, replay
from testtime_strategies.simulate import Play
from testtime_strategies.statistics import NOTHING_LEARNT
from testtime_strategies.strategy import Strategy

from ..figures import Curve, draw
from ..repair import make_strategy
from ..settings import StrategyName
from .comparing import curve, fifths, point, ratio, reached, until_verified
from .problems import SuiteError
from .results import powers
from .statistics import Rate

BASELINE = "best_of_n"
PICTURE = "replay.svg"


def recorded(folder: Path) -> list[Trajectory]:
    """The problems recorded in a folder or in the folders in it. Raises `SuiteError` when there are none."""
    found = [one for place in sorted({file.parent for file in folder.rglob("*.jsonl")}) for one in load(place)]
    if not found:
        raise SuiteError(f"{folder} holds no recording: testtime fix --record FOLDER makes one, testtime bench too.")
    return found


@dataclass(frozen=True)
class Ceiling:
    """What a policy may spend: an effort's ceilings, or so many replies and nothing else."""

    name: str
    ceilings: Ceilings

    @classmethod
    def of_effort(cls, effort: str) -> Ceiling:
        """An effort's own."""
        return cls(effort, EFFORTS[cast("EffortName", effort)])

    @classmethod
    def of_replies(cls, replies: int) -> Ceiling:
        """At most so many replies."""
        return cls(f"{replies} replies", replace(EFFORTS["max"], samples=replies))


class Replays:
    """Policies played on some recordings, each once for each ceiling; and plain sampling, as far as it was recorded."""

    def __init__(self, trajectories: Sequence[Trajectory], seed: int) -> None:
        self._trajectories = trajectories
        self._seed = seed
        self._drawn = self._plays(BestOfN(), Ceiling.of_replies(EFFORTS["max"].samples), to_the_end=True)
        self._until_verified = [until_verified(play) for play in self._drawn]
        self._most = max(len(play.steps) for play in self._drawn)
        every = range(1, self._most + 1)
        self._all_n, self._strong = curve(self._drawn, every), curve(self._until_verified, every)

    def rows(self, strategies: Sequence[str], ceilings: Sequence[Ceiling]) -> Iterator[tuple[str, ...]]:
        """Rows, a heading first: what each strategy would have verified and generated, and how many times that sampling
        generates for the same solve rate. A play that asks for more than was recorded ends there.
        """
        yield (
            "", "problems", "verified", "generated tokens", "replies", "best-of-N needs", "until verified needs",
            "beyond the recording",
        )  # fmt: skip
        for strategy in strategies:
            for ceiling in ceilings:
                plays = self._play(strategy, ceiling)
                ours = reached(plays, ceiling.ceilings.samples)
                beside = ("", "")
                if strategy != BASELINE and self._most:
                    beside = ratio(self._all_n, ours), ratio(self._strong, ours)
                yield (
                    f"{ceiling.name} · {strategy}",
                    str(len(plays)),
                    str(Rate(sum(play.at().claimed for play in plays), len(plays))),
                    f"{ours.generated:.0f}",
                    f"{sum(len(play.steps) for play in plays) / len(plays):.1f}",
                    *beside,
                    str(sum("was recorded" in play.why for play in plays)),
                )

    def by_difficulty(self, strategy: str, ceiling: Ceiling) -> Iterator[tuple[str, ...]]:
        """Rows, a heading first: the strategy beside sampling until verified at the same solve rate, by fifths of the
        share of a problem's recorded draws that verified.
        """
        yield (f"{ceiling.name} · {strategy}", "tokens", "until verified", "ratio", "solved", "until verified solves")
        difficulty = [-_share_verified(one) for one in self._trajectories]
        for fifth in fifths(self._play(strategy, ceiling), self._until_verified, difficulty, self._most):
            yield (
                fifth.name,
                f"{fifth.ours.generated:.0f}",
                f"{fifth.theirs.generated:.0f}",
                f"{fifth.ratio:.2f}",
                f"{fifth.ours.solved:.0%}",
                f"{fifth.theirs.solved:.0%}",
            )

    def picture(self, strategies: Sequence[str]) -> str:
        """Solve rate against generated tokens, a point for each ceiling of replies, as SVG. Raises `FigureError`."""
        ceilings = powers(self._most)
        named = {
            name: [reached(self._play(name, Ceiling.of_replies(n)), n) for n in ceilings]
            for name in strategies
            if name != BASELINE
        }
        named["sampling until verified"] = [reached(self._until_verified, n, n) for n in ceilings]
        named["best-of-N, all N drawn"] = [reached(self._drawn, n, n) for n in ceilings]
        total = len(self._trajectories)
        return draw(
            [Curve(name, tuple(point(one, total, str(one.ceiling)) for one in rows)) for name, rows in named.items()],
            title="Problems solved against generated tokens, on the same recorded replies",
            cost="generated tokens a problem, mean (logarithmic)",
            share="of the problems",
            note=f"{total} problems; the numbers are replies, 1 to {self._most}; bars: 95 % (Wilson)",
            logarithmic=True,
        )

    def _play(self, strategy: str, ceiling: Ceiling) -> list[Play]:
        return self._plays(make_strategy(cast("StrategyName", strategy), NOTHING_LEARNT), ceiling)

    def _plays(self, policy: Strategy[Any], ceiling: Ceiling, *, to_the_end: bool = False) -> list[Play]:
        return [
            replay(one, policy, ceiling.ceilings, seed=self._seed, to_the_end=to_the_end) for one in self._trajectories
        ]


def _share_verified(trajectory: Trajectory) -> float:
    """Of the draws at random, how many were a verified fix."""
    drawn = [one for one in trajectory.candidates if isinstance(one.move, Draft) and not one.move.branch]
    return sum(one.verdict is not None and one.verdict.verified for one in drawn) / len(drawn) if drawn else 0.0
