"""No ceiling is ever passed, in whatever order replies are reserved, settled and given back."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testtime_strategies.budget import EFFORTS, Budget, Ceilings, Spend

STEPS = st.lists(
    st.tuples(st.sampled_from(["reserve", "settle", "release"]), st.integers(0, 400), st.floats(0, 0.02)), max_size=60
)


@given(STEPS)
def test_no_interleaving_passes_a_ceiling(steps: list[tuple[str, int, float]]) -> None:
    ceilings = Ceilings(samples=8, rounds=2, tokens=1000, usd=0.05, seconds=1)
    budget = Budget(ceilings)
    held = []
    for step, tokens, usd in steps:
        if step == "reserve":
            reservation = budget.reserve(tokens, usd)
            if reservation is not None:
                held.append(reservation)
        elif held and step == "settle":
            reservation = held.pop(0)
            budget.settle(reservation, Spend(input_tokens=reservation.tokens // 2, usd=reservation.usd * 0.9))
        elif held:
            budget.release(held.pop())
        assert budget.spend.tokens + sum(r.tokens for r in held) <= ceilings.tokens
        assert (budget.spend.usd or 0) + sum(r.usd for r in held) <= ceilings.usd + 1e-9
        assert budget.samples <= ceilings.samples


def test_an_unknown_price_stays_unknown() -> None:
    assert (Spend(usd=0.1) + Spend(usd=None)).usd is None
    assert (Spend(usd=None) + Spend(usd=0.1)).usd is None
    assert (Spend(usd=0.1) + Spend(usd=0.2)).usd == pytest.approx(0.3)


def test_efforts_grow() -> None:
    ladder = [EFFORTS[name] for name in ("low", "medium", "high", "max")]
    for lower, higher in itertools.pairwise(ladder):
        assert lower.samples < higher.samples
        assert lower.tokens < higher.tokens
        assert lower.usd < higher.usd
        assert lower.seconds < higher.seconds
