"""One sentence at the end: which way of spending pays, from these numbers alone."""

from __future__ import annotations

from collections.abc import Sequence

from ..report import money
from .results import Result, by_cell
from .statistics import Rate


def advice(results: Sequence[Result]) -> str:
    """Which cell to take: the cheapest whose share of right fixes cannot be told from the best one's."""
    cells = {cell: members for cell, members in by_cell(results).items() if members}
    if not cells:
        return "Nothing was measured."
    rates = {cell: Rate(sum(r.correct for r in members), len(members)) for cell, members in cells.items()}
    best = max(rates, key=lambda cell: rates[cell].share)
    if not rates[best].hits:
        return f"No way of spending repaired anything rightly here (0 of {rates[best].total} problems each)."
    floor = rates[best].interval[0]
    good = [cell for cell in cells if rates[cell].share >= floor]
    chosen = min(good, key=lambda cell: _price(cells[cell]))
    sentence = f"{chosen} pays here: {rates[chosen]} of the problems repaired rightly, {_cost(cells[chosen])} each."
    if chosen != best:
        sentence += f" {best} repaired {rates[best]} at {_cost(cells[best])}, which these numbers cannot tell apart."
    if rates[chosen].total < 20:
        sentence += f" {rates[chosen].total} problems are few: --count 50 would say more."
    return sentence


def _price(members: Sequence[Result]) -> tuple[float, float]:
    """USD first, an unknown price last; then seconds."""
    usd = float("inf") if any(r.usd is None for r in members) else sum(r.usd or 0.0 for r in members)
    return usd, sum(r.seconds for r in members)


def _cost(members: Sequence[Result]) -> str:
    known = [r.usd for r in members if r.usd is not None]
    usd = sum(known) / len(members) if len(known) == len(members) else None
    return f"{money(usd)} and {sum(r.seconds for r in members) / len(members):.1f} s"
