"""A verified fix is examined: its own mutants, other changes that pass as well, and what those do differently."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from testtime_sandbox.patch import Patch
from testtime_sandbox.verdict import Comparison, Verdict

from .behaviour import examples, groups, slip, told, unkept
from .budget import Budget, Spend
from .candidate import Candidate, Mutate
from .evidence import Contrast, Strength
from .mutation.strength import mutants_of
from .strategy import Comparer, Verifier

MOST_MUTANTS, MOST_RIVALS, FEWEST_RIVALS = 40, 150, 60
STRENGTH_SECONDS = 1.5
"""A verified fix waits at most so long for its own mutants, and once more for its rivals."""
COMPARE_SECONDS = 1.0
"""And so long for what passing changes do differently."""
MOST_COMPARED = 16
UNCHANGED = Patch(())


@dataclass(frozen=True)
class Examiner:
    """`left` gives the seconds left; `judges` patches are tried at a time."""

    verifier: Verifier
    comparer: Comparer | None
    budget: Budget
    judges: int
    left: Callable[[], float]

    async def examine(
        self,
        fix: Candidate,
        tried: Sequence[Candidate],
        next_mutations: Callable[[int], Awaitable[list[Mutate]]],
        confirmed: Callable[[Candidate], Awaitable[Candidate | None]],
    ) -> tuple[Candidate, Strength]:
        """The fix to offer and what speaks for it. Of the candidates that pass, those `tried` and the next mutations
        that would have been, the largest group of equal behaviour wins, and of that the first: they come likeliest
        first. Another than `fix` is taken only when `confirmed` gives it back verified.
        """
        others = await next_mutations(MOST_RIVALS)
        wanted = min(FEWEST_RIVALS, len(others))
        verdicts = await self._verdicts([move.patch for move in others])
        passing = [c for c in tried if c is not fix and c.patch is not None and c.verdict and c.verdict.passed]
        passing += [
            Candidate(f"m{len(tried) + number}", move, Spend(), move.patch, verdict)
            for number, (move, verdict) in enumerate(zip(others, verdicts, strict=True), start=1)
            if verdict is not None and verdict.passed
        ]
        judged = sum(verdict is not None for verdict in verdicts)
        fix, contrast = await self._choose([fix, *passing], confirmed)
        assert fix.patch is not None
        mutants = await self._verdicts(list(await asyncio.to_thread(mutants_of, fix.patch, MOST_MUTANTS)))
        killed = sum(verdict is not None and not verdict.passed for verdict in mutants)
        total = sum(verdict is not None for verdict in mutants)
        return fix, Strength(killed, total, len(passing), judged < wanted, contrast)

    async def _choose(
        self, passing: list[Candidate], confirmed: Callable[[Candidate], Awaitable[Candidate | None]]
    ) -> tuple[Candidate, Contrast]:
        """The first of the largest group, of those that keep to the docstrings if any does; and how the others, and the
        program as it was, differ from it.
        """
        fix = passing[0]
        compared = passing[:MOST_COMPARED]
        comparison = await self._compared([*(c.patch for c in compared if c.patch is not None), UNCHANGED])
        before = len(compared)
        alike = groups(comparison, before)
        if not alike:
            return fix, Contrast(unkept=unkept(comparison, 0, before))
        own = next((group for group in alike if 0 in group), list[int]())
        keeping = [group for group in alike if not examples(comparison, group[0]).call]
        best = max(keeping or alike, key=len)  # the first of the largest, and so the fix's own when it is as large
        if 0 not in best:
            wins = len(best) > len(own) or (keeping and own not in keeping)
            chosen = await confirmed(compared[best[0]]) if wins else None
            fix, best = (chosen, best) if chosen is not None else (fix, own or best)
        mine = best[0] if fix is not passing[0] else 0
        differing = [number for group in alike if group is not best for number in group]
        sentences = [told(comparison, mine, number) for number in differing]
        return fix, Contrast(
            calls=len(comparison.calls) if len(compared) > 1 else 0,
            same=len(best) - 1,
            other=len(differing),
            difference=min(filter(None, sentences), key=len, default=""),
            slip=slip(comparison, mine, before),
            unkept=unkept(comparison, mine, before),
        )

    async def _compared(self, patches: Sequence[Patch]) -> Comparison:
        seconds = min(COMPARE_SECONDS, self.left() / 2)
        if self.comparer is None or seconds <= 0:
            return Comparison()
        try:
            async with asyncio.timeout(seconds + COMPARE_SECONDS / 2):
                comparison = await self.comparer.compare(patches, seconds=seconds)
        except TimeoutError:
            return Comparison()
        self.budget.charge(Spend(sandbox_cpu_seconds=comparison.cpu_seconds))
        return comparison

    async def _verdicts(self, patches: Sequence[Patch]) -> list[Verdict | None]:
        """As many patches judged as a moment allows, in order."""
        verdicts: list[Verdict | None] = [None] * len(patches)
        waiting = list(enumerate(patches))

        async def judge() -> None:
            while waiting:
                number, patch = waiting.pop(0)
                verdicts[number] = await self.verifier.verify(patch)

        judges = [asyncio.create_task(judge()) for _ in range(self.judges)]
        try:
            await asyncio.wait(judges, timeout=min(STRENGTH_SECONDS, max(0.0, self.left() - STRENGTH_SECONDS / 2)))
        finally:
            for task in judges:
                task.cancel()
            await asyncio.gather(*judges, return_exceptions=True)
        self.budget.charge(Spend(sandbox_cpu_seconds=sum(v.cpu_seconds for v in verdicts if v is not None)))
        return verdicts
