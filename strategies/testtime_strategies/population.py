"""Populations of simulated problems: what a policy is compared on where no recording exists.

A fix has one or more *parts* that must all be right (a condition and a return value, two functions of one feature). A
draft gets each part right with its own chance, so that a draft's whole chance is what published per-problem success
rates say it is; a repair keeps the right parts mostly and gets another try at the wrong ones. That repairing a near
miss pays more than a fresh draft follows from this and is written down nowhere, least of all in a policy.

Where the numbers come from. Success rates: mixtures of Beta distributions, whose weight near zero makes coverage grow
as a power of the samples (Brown et al., arXiv 2407.21787; Schaeffer et al., 2502.17578); the named populations are
fitted to published pass@1 and coverage@N. Feedback and its decay: between 2306.09896 (self-repair is worth little more
than a fresh draft when tokens are matched) and 2304.05128 (with unit tests it is worth several drafts), and 2506.18403
(60 to 80 % of it is lost after two or three attempts). Weak tests: 7.8 % of passing patches fail the developers' own
suite (2503.15223). The rest are assumptions, and the benchmark varies each of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from random import Random
from types import MappingProxyType

from testtime_sandbox.snapshot import Snapshot
from testtime_sandbox.verdict import Baseline, Frame, Isolation, TestOutcome, TestResult

from .candidate import Problem, SuspiciousLine

SIMULATED = Isolation("process", "simulated")
_HERE = Path("/simulated")
_SMALLEST = 1e-6


@dataclass(frozen=True)
class Tier:
    """One model of a cascade: logits a part gains over the cheapest model, and its price relative to that one's."""

    lift: float = 0.0
    price: float = 1.0


@dataclass(frozen=True)
class Population:
    """How problems are drawn. Chances are per draft or per problem, lifts are in logits, tokens are output tokens."""

    name: str
    mixture: tuple[tuple[float, float, float], ...]
    """(share, a, b) of each Beta distribution of a draft's success rate."""
    parts: tuple[float, ...] = (0.5, 0.3, 0.2)
    """Share of problems whose fix has 1, 2, 3 … parts."""
    tests: float = 0.5
    """Share of problems with one failing test, which then tells nothing of how near a candidate came."""
    trap: float = 0.2
    """Share of problems with one part that nearly every sample gets wrong in the same way (a shared misconception)."""
    missing: float = 0.1
    """Share of problems whose hard part needs a fact from a file that the prompt does not show."""
    unsolvable: float = 0.05
    wording: float = 0.7
    """Standard deviation of what a prompt's wording adds to each part: samples of one wording are correlated."""
    feedback: float = 0.7
    """What a wrong part gains in a first repair, its failing tests being shown."""
    decay: float = 0.5
    """What each further repair along one chain loses."""
    keep: float = 0.9
    """Chance that a repair leaves a right part right."""
    stick: float = 0.45
    """Chance that a wrong part which stays wrong is wrong in the same way again."""
    critique: float = 1.5
    """What the trapped part gains in a draft that has been told what the family got wrong."""
    facts: float = 2.5
    """What the part that lacks a fact gains when the model may look."""
    thinking: float = 0.8
    """What every part gains from high reasoning effort, at `thinking_tokens` times the output."""
    thinking_tokens: float = 3.0
    tiers: tuple[Tier, ...] = (Tier(),)
    unparsable: float = 0.03
    duplicate: float = 0.5
    """Chance that a wrong candidate with the same wrong ideas is the same patch, too."""
    false_accept: float = 0.01
    """Chance that a wrong candidate is verified."""
    false_reject: float = 0.01
    hint: float = 0.3
    """Correlation of the free signals (how spread the suspicious lines are) with the difficulty."""


MONKEYS = Population("hard", ((1.0, 0.122, 0.645),))
"""SWE-bench Lite with DeepSeek-Coder-V2: 15.9 % at one sample, 56 % at 250 (2407.21787)."""
CODEMONKEYS = Population("verified", ((1.0, 0.251, 0.295),))
"""SWE-bench Verified: about 46 % of single trajectories, about 70 % coverage at ten (2501.14723)."""
WIDE = Population("wide", ((0.35, 4.0, 1.5), (0.35, 1.0, 3.0), (0.3, 0.3, 4.0)))
"""Easy, middling and hard in about equal shares: 43 % at one sample."""
POPULATIONS = (WIDE, CODEMONKEYS, MONKEYS)


class Kind(Enum):
    """What makes a problem hard."""

    PLAIN = "plain"
    TRAP = "trap"
    MISSING = "missing"
    UNSOLVABLE = "unsolvable"


@dataclass(frozen=True)
class SimulatedProblem:
    """One problem with its secrets. A policy is given `problem` and never this."""

    problem: Problem
    population: Population
    seed: int
    rate: float
    """Chance that one draft of the cheapest model is right, over all wordings."""
    kind: Kind
    parts: tuple[float, ...]
    """Logit of each part's chance in a draft; the part that makes the problem hard is the first."""
    needs: tuple[frozenset[int], ...]
    """For each target test, the parts that must be right for it to pass."""
    prompt_tokens: int
    reply_tokens: int

    def wording(self, variant: int, part: int) -> float:
        """What a wording adds to a part, in logits: the same each time it is asked."""
        return Random(f"{self.seed}:{variant}:{part}").gauss(0.0, self.population.wording)


def draw(population: Population, count: int, seed: int) -> list[SimulatedProblem]:
    """`count` problems; the same for the same seed."""
    return [_draw_one(population, seed * 1_000_003 + number) for number in range(count)]


def _draw_one(population: Population, seed: int) -> SimulatedProblem:
    chance = Random(seed)
    _, a, b = chance.choices(population.mixture, [share for share, _, _ in population.mixture])[0]
    rate = min(max(chance.betavariate(a, b), _SMALLEST), 1 - _SMALLEST)
    shares = (population.trap, population.missing, population.unsolvable)
    kind = chance.choices(
        (Kind.TRAP, Kind.MISSING, Kind.UNSOLVABLE, Kind.PLAIN),
        # An easy problem has neither a trap nor a fact that is missing.
        (*((1 - rate) * share * 1.5 for share in shares), max(0.0, 1 - (1 - rate) * sum(shares) * 1.5)),
    )[0]
    count = chance.choices(range(1, len(population.parts) + 1), population.parts)[0]
    if kind in (Kind.TRAP, Kind.MISSING):
        weights = [0.85, *(0.15 / (count - 1) for _ in range(count - 1))] if count > 1 else [1.0]
    else:
        weights = [chance.gammavariate(2.0, 1.0) for _ in range(count)]
    total = sum(weights)
    parts = tuple(_logit(rate ** (weight / total)) for weight in weights)
    tests = 1 if chance.random() < population.tests else 2 + min(8, int(chance.expovariate(0.4)))
    needs = [frozenset(part for part in range(count) if chance.random() < 0.6) for _ in range(tests)]
    needs[0] = frozenset(range(count)) if tests == 1 else needs[0] or frozenset({0})
    uncovered = frozenset(range(count)) - frozenset[int]().union(*needs)
    needs[-1] |= uncovered
    needs = [parts_needed or frozenset({0}) for parts_needed in needs]
    hint = population.hint * -_logit(rate) / 3 + math.sqrt(1 - population.hint**2) * chance.gauss(0.0, 1.0)
    return SimulatedProblem(
        _problem(tests, suspects=max(1, round(math.exp(2.0 + hint)))),
        population,
        seed,
        0.0 if kind is Kind.UNSOLVABLE else rate,
        kind,
        tuple(-99.0 for _ in parts) if kind is Kind.UNSOLVABLE else parts,
        tuple(needs),
        prompt_tokens=round(chance.lognormvariate(math.log(3000), 0.4)),
        reply_tokens=round(chance.lognormvariate(math.log(400), 0.4)),
    )


def _problem(tests: int, suspects: int) -> Problem:
    """What a policy sees before any move: the failing tests and the suspicious lines."""
    targets = tuple(f"test_it.py::test_{number}" for number in range(tests))
    frames = (Frame("test_it.py", 3, "test"), Frame("it.py", 2, "it"))
    results = {
        target: TestResult(target, TestOutcome.FAILED, 0.01, "AssertionError: assert 1 == 2", frames=frames)
        for target in targets
    }
    baseline = Baseline(MappingProxyType(results), SIMULATED, 0.1)
    snapshot = Snapshot(_HERE, _HERE, MappingProxyType({}), "simulated")
    lines = tuple(SuspiciousLine("it.py", line + 1, 1.0) for line in range(suspects))
    return Problem(snapshot, baseline, targets, lines)


def _logit(chance: float) -> float:
    chance = min(max(chance, _SMALLEST), 1 - _SMALLEST)
    return math.log(chance / (1 - chance))
