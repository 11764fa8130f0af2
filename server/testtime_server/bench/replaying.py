"""`testtime bench replay`: policies on the same recorded replies, with no model and no test run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from testtime_strategies.budget import EFFORTS, EffortName
from testtime_strategies.replay import Trajectory, load, replay
from testtime_strategies.statistics import NOTHING_LEARNT

from ..repair import make_strategy
from ..settings import StrategyName
from .problems import SuiteError
from .statistics import Rate


def recorded(folder: Path) -> list[Trajectory]:
    """The problems recorded in a folder or in the folders in it. Raises `SuiteError` when there are none."""
    found = [one for place in sorted({file.parent for file in folder.rglob("*.jsonl")}) for one in load(place)]
    if not found:
        raise SuiteError(f"{folder} holds no recording: testtime fix --record FOLDER makes one, testtime bench too.")
    return found


def replay_table(
    trajectories: Sequence[Trajectory], strategies: Sequence[str], efforts: Sequence[str], seed: int
) -> Iterator[tuple[str, ...]]:
    """Rows, a heading first: what each strategy would have verified at each effort, and what it would have generated.

    A play that asks for more than was recorded ends there; how many did is in the last column.
    """
    yield ("", "problems", "verified", "generated tokens", "replies", "beyond the recording")
    for strategy in strategies:
        for effort in efforts:
            policy = make_strategy(cast("StrategyName", strategy), NOTHING_LEARNT)
            ceilings = EFFORTS[cast("EffortName", effort)]
            plays = [replay(one, policy, ceilings, seed=seed) for one in trajectories]
            ends = [play.at() for play in plays]
            count = len(plays)
            yield (
                f"{effort} · {strategy}",
                str(count),
                str(Rate(sum(end.claimed for end in ends), count)),
                f"{sum(end.generated for end in ends) / count:.0f}",
                f"{sum(len(play.steps) for play in plays) / count:.1f}",
                str(sum("was recorded" in play.why for play in plays)),
            )
