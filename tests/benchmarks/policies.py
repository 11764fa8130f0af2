"""Policies on simulated populations and on recordings: solve rate against generated tokens, beside both baselines.

    python tests/benchmarks/policies.py                        # the table
    python tests/benchmarks/policies.py --svg docs/policies.svg
    python tests/benchmarks/policies.py --sensitivity          # one assumption of the population changed at a time
    python tests/benchmarks/policies.py --cascade              # a cheap and a dear model, in USD
    python tests/benchmarks/policies.py --replay FOLDER        # what `testtime fix --record FOLDER` has kept

Two baselines, both the first draft's wordings in turn: *best-of-N* draws all its N and takes a verified one (the
literature's baseline); *until verified* stops at the first verified candidate (the strong baseline). A ratio says how
many times the tokens a baseline needs for the solve rate that `adaptive` reached.
"""

import argparse
import math
import statistics
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from testtime_server import figures
from testtime_strategies.adaptive import Adaptive
from testtime_strategies.best_of_n import BestOfN
from testtime_strategies.budget import EFFORTS, Ceilings
from testtime_strategies.population import MONKEYS, POPULATIONS, WIDE, Population, SimulatedProblem, Tier, draw
from testtime_strategies.refine import Refine
from testtime_strategies.replay import load, replay
from testtime_strategies.simulate import Play, play
from testtime_strategies.tree import Tree

MOST = 100
REPLIES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 100)
ALLOWED = (2, 4, 8, 12, 24, 48)
MEDIUM = EFFORTS["medium"].samples
ENDLESS = Ceilings(samples=MOST, rounds=6, tokens=10**9, usd=1e9, seconds=1e9)


@dataclass(frozen=True)
class Point:
    """A policy at one ceiling: share of problems solved, generated tokens and all tokens per problem."""

    solved: float
    generated: float
    tokens: float
    usd: float
    ceiling: int


def point(plays: Sequence[Play], ceiling: int, at: int | None = None) -> Point:
    steps = [one.at(at) for one in plays]
    return Point(
        statistics.fmean(step.solved for step in steps),
        statistics.fmean(step.generated for step in steps),
        statistics.fmean(step.tokens for step in steps),
        statistics.fmean(step.usd for step in steps),
        ceiling,
    )


def anytime(
    problems: Sequence[SimulatedProblem], strategy: Any, *, to_the_end: bool = False, slots: int = 1
) -> list[Play]:
    """A policy that never stops by itself: what it has after n replies is what a ceiling of n gives."""
    return [play(problem, strategy, ENDLESS, to_the_end=to_the_end, slots=slots) for problem in problems]


def adaptive(problems: Sequence[SimulatedProblem], samples: int, *, slots: int = 1) -> list[Play]:
    return [play(problem, Adaptive(), replace(ENDLESS, samples=samples), slots=slots) for problem in problems]


def needed(curve: Sequence[Point], solved: float, field: str = "generated") -> float | None:
    """What a baseline spends for a solve rate, between two of its ceilings by a straight line; None: never reached."""
    rates = [point.solved for point in curve]
    place = bisect_left(rates, solved)
    if place == len(curve):
        return None
    high = curve[place]
    if place == 0:
        return getattr(high, field)
    low = curve[place - 1]
    share = (solved - low.solved) / (high.solved - low.solved)
    return getattr(low, field) + share * (getattr(high, field) - getattr(low, field))


def monotone(curve: Sequence[Point]) -> list[Point]:
    """The best a baseline can do with so many tokens: a ceiling that solves fewer than a lower one is left out."""
    kept: list[Point] = []
    for one in curve:
        if not kept or one.solved > kept[-1].solved:
            kept.append(one)
    return kept


@dataclass
class Comparison:
    population: Population
    problems: list[SimulatedProblem]
    strong_plays: list[Play]
    strong: list[Point]
    all_n: list[Point]
    others: dict[str, list[Point]]
    adaptive_plays: dict[int, list[Play]]
    adaptive: list[Point]


def compare(
    population: Population, count: int, seed: int, *, efforts: Sequence[int], others: bool = False, slots: int = 1
) -> Comparison:
    problems = draw(population, count, seed)
    every = anytime(problems, BestOfN(), to_the_end=True, slots=slots)
    # The strong baseline makes the same draws and ends at the first verified one.
    first = [until_verified(one) for one in every]
    more: dict[str, list[Point]] = {}
    if others:
        for name, strategy in (("refine", Refine()), ("tree", Tree())):
            plays = anytime(problems, strategy, slots=slots)
            more[name] = monotone([point(plays, n, n) for n in REPLIES])
    plays = {samples: adaptive(problems, samples, slots=slots) for samples in efforts}
    return Comparison(
        population,
        problems,
        first,
        monotone([point(first, n, n) for n in REPLIES]),
        monotone([point(every, n, n) for n in REPLIES]),
        more,
        plays,
        [point(plays[samples], samples) for samples in efforts],
    )


def until_verified(one: Play) -> Play:
    ended = next((number for number, step in enumerate(one.steps) if step.claimed), len(one.steps) - 1)
    return Play(one.steps[: ended + 1], one.moves)


def ratio(curve: Sequence[Point], reached: Point) -> str:
    spent = needed(curve, reached.solved)
    return (
        f"{spent / reached.generated:5.2f}x"
        if spent is not None
        else f">{curve[-1].generated / reached.generated:4.1f}x"
    )


def quintiles(comparison: Comparison, samples: int) -> list[str]:
    """Adaptive against the strong baseline at (nearly) the same solve rate, by fifths of a draft's true chance."""
    plays = comparison.adaptive_plays[samples]
    reached = point(plays, samples)
    stop = stop_for(comparison.strong_plays, reached.solved)
    order = sorted(range(len(plays)), key=lambda i: -comparison.problems[i].rate)
    lines: list[str] = []
    for fifth in range(5):
        chosen = order[fifth * len(order) // 5 : (fifth + 1) * len(order) // 5]
        ours = point([plays[i] for i in chosen], samples)
        theirs = point([comparison.strong_plays[i] for i in chosen], stop, stop)
        lines.append(
            f"    {('easiest', 'easy', 'middle', 'hard', 'hardest')[fifth]:8} {ours.generated:8.0f} {theirs.generated:8.0f}"
            f" {ours.generated / theirs.generated:6.2f}  {ours.solved:6.1%} {theirs.solved:6.1%}"
        )
    return lines


def stop_for(plays: Sequence[Play], solved: float) -> int:
    """The least N with which the strong baseline reaches a solve rate."""
    return next((n for n in range(1, MOST + 1) if point(plays, n, n).solved >= solved), MOST)


def show(comparison: Comparison) -> None:
    population = comparison.population
    print(f"\n{population.name}: {len(comparison.problems)} problems, pass@1 {comparison.strong[0].solved:.1%}")
    print("  replies allowed  solved  generated  best-of-N needs  until-verified needs  moves")
    for reached in comparison.adaptive:
        moves = sum((one.moves for one in comparison.adaptive_plays[reached.ceiling]), start=Counter())
        share = " ".join(f"{kind} {count / moves.total():.0%}" for kind, count in moves.most_common())
        print(
            f"  {reached.ceiling:15d}  {reached.solved:6.1%} {reached.generated:10.0f}  "
            f"{ratio(comparison.all_n, reached):>15}  {ratio(comparison.strong, reached):>20}  {share}"
        )
    for name, curve in comparison.others.items():
        for reached in curve:
            if reached.ceiling in (4, 12, 48):
                print(
                    f"  {name:>8} {reached.ceiling:6d}  {reached.solved:6.1%} {reached.generated:10.0f}  "
                    f"{ratio(comparison.all_n, reached):>15}  {ratio(comparison.strong, reached):>20}"
                )
    for samples in comparison.adaptive_plays:
        if samples == MEDIUM:
            print(f"  by difficulty, {samples} replies allowed: tokens ours, theirs, ratio; solved ours, theirs")
            print("\n".join(quintiles(comparison, samples)))


def sensitivity(count: int, seed: int) -> None:
    """One assumption of the wide population changed at a time, at medium effort."""
    changes: list[tuple[str, dict[str, Any]]] = [
        ("as it is", {}),
        ("a repair is much worse than a draft", {"feedback": -0.5}),
        ("a repair is worth a fresh draft", {"feedback": 0.0}),
        ("a repair is worth a little more", {"feedback": 0.3}),
        ("a repair is worth much", {"feedback": 1.1}),
        ("every fix has one part", {"parts": (1.0,)}),
        ("no traps, no missing facts", {"trap": 0.0, "missing": 0.0}),
        ("twice the traps", {"trap": 0.4}),
        ("critique and looking are worth nothing", {"critique": 0.0, "facts": 0.0}),
        ("wordings change nothing", {"wording": 0.0}),
        ("wordings change much", {"wording": 1.4}),
        ("one failing test always", {"tests": 1.0}),
        ("no hint in what is free", {"hint": 0.0}),
        ("a verifier that is never wrong", {"false_accept": 0.0, "false_reject": 0.0}),
        ("a verifier wrong five times as often", {"false_accept": 0.05, "false_reject": 0.05}),
        ("a fifth cannot be solved", {"unsolvable": 0.2}),
        ("thinking hard is worth nothing", {"thinking": 0.0}),
    ]
    print(f"\nwide, {MEDIUM} replies allowed, one assumption changed; {count} problems")
    print("  solved  generated  best-of-N needs  until-verified needs  worst fifth")
    for label, change in changes:
        comparison = compare(replace(WIDE, **change), count, seed, efforts=[MEDIUM])
        reached = comparison.adaptive[0]
        worst = max(float(line.split()[3]) for line in quintiles(comparison, MEDIUM))
        print(
            f"  {reached.solved:6.1%} {reached.generated:10.0f}  {ratio(comparison.all_n, reached):>15}  "
            f"{ratio(comparison.strong, reached):>20}  {worst:11.2f}  {label}",
            flush=True,
        )


def cascade(count: int, seed: int) -> None:
    """A cheap model and one that is six times dearer and much better: USD, because tokens are not of one price."""
    tiers = (Tier(), Tier(lift=1.5, price=6.0))
    population = replace(MONKEYS, tiers=tiers)
    problems = draw(population, count, seed)
    print(
        f"\nhard, a cheap and a dear model, {MEDIUM} replies allowed: solved, USD per problem, dear replies per problem"
    )
    ceilings = replace(ENDLESS, samples=MEDIUM, usd=EFFORTS["medium"].usd)
    cheap = replace(population, tiers=tiers[:1])
    dear = replace(population, tiers=(Tier(lift=1.5, price=6.0),))
    for label, world, policy in (
        ("until verified, cheap", cheap, BestOfN()),
        ("until verified, dear", dear, BestOfN()),
        ("adaptive, cascade", population, Adaptive()),
    ):
        plays = [play(replace(one, population=world), policy, ceilings) for one in problems]
        reached = point(plays, MEDIUM)
        print(f"  {reached.solved:6.1%}  ${reached.usd:.5f}  {label}")


def picture(comparison: Comparison) -> str:
    """Solve rate against generated tokens, as SVG."""
    count = len(comparison.problems)
    named = {
        "adaptive": comparison.adaptive,
        **comparison.others,
        "sampling until verified": comparison.strong,
        "best-of-N, all N drawn": comparison.all_n,
    }
    curves = [
        figures.Curve(
            name, tuple(figures.Point(p.generated, p.solved, *wilson(p.solved, count), _label(name, p)) for p in curve)
        )
        for name, curve in named.items()
    ]
    return figures.draw(
        curves,
        title=f"Solve rate against generated tokens, simulated problems ({comparison.population.name})",
        note=f"{count} problems; replies allowed 1 to {MOST}; the numbers are adaptive's ceilings; bars: 95 %",
        cost="generated tokens per problem",
        share="problems solved",
        logarithmic=True,
    )


def _label(name: str, reached: Point) -> str:
    return str(reached.ceiling) if name == "adaptive" else ""


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of `count`."""
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return middle - half, middle + half


def replayed(folder: Path) -> None:
    """Every policy on what was recorded; a play ends where nothing more was."""
    trajectories = load(folder)
    print(f"{len(trajectories)} recorded problems in {folder}")
    for policy in (BestOfN(), Refine(), Tree(), Adaptive()):
        plays = [replay(one, policy, EFFORTS["high"]) for one in trajectories]
        reached = point(plays, 0) if plays else None
        beyond = sum("was recorded" in one.why for one in plays)
        if reached is not None:
            print(
                f"  {type(policy).__name__:8}  verified {reached.solved:6.1%}  {reached.generated:8.0f} generated tokens"
                f"  {reached.tokens:8.0f} tokens  {beyond} ended beyond the recording"
            )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slots", type=int, default=1, help="moves in flight at once")
    parser.add_argument("--only", choices=[population.name for population in POPULATIONS], help="one population")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the curves of the wide population")
    parser.add_argument("--sensitivity", action="store_true", help="change one assumption at a time")
    parser.add_argument("--cascade", action="store_true", help="two models, in USD")
    parser.add_argument("--replay", type=Path, metavar="FOLDER", help="recordings instead of simulations")
    options = parser.parse_args()
    if options.replay:
        replayed(options.replay)
        return 0
    if options.sensitivity:
        sensitivity(options.problems, options.seed)
        return 0
    if options.cascade:
        cascade(options.problems, options.seed)
        return 0
    for population in POPULATIONS:
        if options.only in (None, population.name):
            comparison = compare(
                population, options.problems, options.seed, efforts=ALLOWED, others=True, slots=options.slots
            )
            show(comparison)
            sys.stdout.flush()
            if options.svg and population is (POPULATIONS[0] if options.only is None else population):
                options.svg.parent.mkdir(parents=True, exist_ok=True)
                options.svg.write_text(picture(comparison), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
