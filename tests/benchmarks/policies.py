"""Policies on simulated populations and on recordings: solve rate against generated tokens, beside both baselines.

    python tests/benchmarks/policies.py                        # the table
    python tests/benchmarks/policies.py --svg docs/policies.svg
    python tests/benchmarks/policies.py --sensitivity          # one assumption of the population changed at a time
    python tests/benchmarks/policies.py --cascade              # a cheap and a dear model, in USD

Two baselines, both the first draft's wordings in turn: *best-of-N* draws all its N and takes a verified one (the
literature's baseline); *until verified* stops at the first verified candidate (the strong baseline). A ratio says how
many times the tokens a baseline needs for the solve rate that `adaptive` reached.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from testtime_server import figures
from testtime_server.bench.comparing import Fifth, Reached, curve, fifths, point, ratio, reached, until_verified
from testtime_strategies.adaptive import Adaptive
from testtime_strategies.best_of_n import BestOfN
from testtime_strategies.budget import EFFORTS, Ceilings
from testtime_strategies.population import MONKEYS, POPULATIONS, WIDE, Population, SimulatedProblem, Tier, draw
from testtime_strategies.refine import Refine
from testtime_strategies.simulate import Play, play
from testtime_strategies.tree import Tree

MOST = 100
REPLIES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 100)
ALLOWED = (2, 4, 8, 12, 24, 48)
MEDIUM = EFFORTS["medium"].samples
ENDLESS = Ceilings(samples=MOST, rounds=6, tokens=10**9, usd=1e9, seconds=1e9)


def anytime(
    problems: Sequence[SimulatedProblem], strategy: Any, *, to_the_end: bool = False, slots: int = 1
) -> list[Play]:
    """A policy that never stops by itself: what it has after n replies is what a ceiling of n gives."""
    return [play(problem, strategy, ENDLESS, to_the_end=to_the_end, slots=slots) for problem in problems]


def adaptive(problems: Sequence[SimulatedProblem], samples: int, *, slots: int = 1) -> list[Play]:
    return [play(problem, Adaptive(), replace(ENDLESS, samples=samples), slots=slots) for problem in problems]


@dataclass
class Comparison:
    population: Population
    problems: list[SimulatedProblem]
    strong_plays: list[Play]
    strong: list[Reached]
    all_n: list[Reached]
    others: dict[str, list[Reached]]
    adaptive_plays: dict[int, list[Play]]
    adaptive: list[Reached]


def compare(
    population: Population, count: int, seed: int, *, efforts: Sequence[int], others: bool = False, slots: int = 1
) -> Comparison:
    problems = draw(population, count, seed)
    every = anytime(problems, BestOfN(), to_the_end=True, slots=slots)
    # The strong baseline makes the same draws and ends at the first verified one.
    first = [until_verified(one) for one in every]
    more: dict[str, list[Reached]] = {}
    if others:
        for name, strategy in (("refine", Refine()), ("tree", Tree())):
            more[name] = curve(anytime(problems, strategy, slots=slots), REPLIES)
    plays = {samples: adaptive(problems, samples, slots=slots) for samples in efforts}
    return Comparison(
        population,
        problems,
        first,
        curve(first, REPLIES),
        curve(every, REPLIES),
        more,
        plays,
        [reached(plays[samples], samples) for samples in efforts],
    )


def quintiles(comparison: Comparison, samples: int) -> list[Fifth]:
    """Adaptive against the strong baseline at (nearly) the same solve rate, by fifths of a draft's true chance."""
    difficulty = [-one.rate for one in comparison.problems]
    return fifths(comparison.adaptive_plays[samples], comparison.strong_plays, difficulty, MOST)


def show(comparison: Comparison) -> None:
    population = comparison.population
    print(f"\n{population.name}: {len(comparison.problems)} problems, pass@1 {comparison.strong[0].solved:.1%}")
    print("  replies allowed  solved  generated  best-of-N needs  until-verified needs  moves")
    for ours in comparison.adaptive:
        moves = sum((one.moves for one in comparison.adaptive_plays[ours.ceiling]), start=Counter())
        share = " ".join(f"{kind} {count / moves.total():.0%}" for kind, count in moves.most_common())
        print(
            f"  {ours.ceiling:15d}  {ours.solved:6.1%} {ours.generated:10.0f}  "
            f"{ratio(comparison.all_n, ours):>15}  {ratio(comparison.strong, ours):>20}  {share}"
        )
    for name, points in comparison.others.items():
        for ours in points:
            if ours.ceiling in (4, 12, 48):
                print(
                    f"  {name:>8} {ours.ceiling:6d}  {ours.solved:6.1%} {ours.generated:10.0f}  "
                    f"{ratio(comparison.all_n, ours):>15}  {ratio(comparison.strong, ours):>20}"
                )
    for samples in comparison.adaptive_plays:
        if samples == MEDIUM:
            print(f"  by difficulty, {samples} replies allowed: tokens ours, theirs, ratio; solved ours, theirs")
            for one in quintiles(comparison, samples):
                print(
                    f"    {one.name:8} {one.ours.generated:8.0f} {one.theirs.generated:8.0f} {one.ratio:6.2f}  "
                    f"{one.ours.solved:6.1%} {one.theirs.solved:6.1%}"
                )


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
        ours = comparison.adaptive[0]
        worst = max(one.ratio for one in quintiles(comparison, MEDIUM))
        print(
            f"  {ours.solved:6.1%} {ours.generated:10.0f}  {ratio(comparison.all_n, ours):>15}  "
            f"{ratio(comparison.strong, ours):>20}  {worst:11.2f}  {label}",
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
        ours = reached(plays, MEDIUM)
        print(f"  {ours.solved:6.1%}  ${ours.usd:.5f}  {label}")


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
        figures.Curve(name, tuple(point(one, count, _label(name, one)) for one in rows)) for name, rows in named.items()
    ]
    return figures.draw(
        curves,
        title=f"Solve rate against generated tokens, simulated problems ({comparison.population.name})",
        note=f"{count} problems; replies allowed 1 to {MOST}; the numbers are adaptive's ceilings; bars: 95 %",
        cost="generated tokens per problem",
        share="problems solved",
        logarithmic=True,
    )


def _label(name: str, ours: Reached) -> str:
    return str(ours.ceiling) if name == "adaptive" else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slots", type=int, default=1, help="moves in flight at once")
    parser.add_argument("--only", choices=[population.name for population in POPULATIONS], help="one population")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the curves of the wide population")
    parser.add_argument("--sensitivity", action="store_true", help="change one assumption at a time")
    parser.add_argument("--cascade", action="store_true", help="two models, in USD")
    options = parser.parse_args()
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
