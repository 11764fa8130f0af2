"""Effort, ceilings and spend. A ceiling is never passed: what a move may cost is reserved before it is dispatched.

Units: tokens are input + output (reasoning included in output) as the server bills them; money is USD; time is wall
seconds unless it says CPU. An unknown price is None, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, Protocol

EffortName = Literal["low", "medium", "high", "max", "auto"]
ReasoningEffort = Literal["minimal", "low", "medium", "high"]
"""How long a model that can think before it answers is asked to think; sent only to models that take it."""


@dataclass(frozen=True)
class Ceilings:
    """What one repair may use at most. `samples` counts model replies; mutations are bounded by seconds alone."""

    samples: int
    rounds: int
    """Self-correction rounds along one chain."""
    tokens: int
    usd: float
    seconds: float


EFFORTS: Mapping[EffortName, Ceilings] = MappingProxyType(
    {
        "low": Ceilings(samples=4, rounds=1, tokens=20_000, usd=0.02, seconds=30),
        "medium": Ceilings(samples=12, rounds=3, tokens=100_000, usd=0.10, seconds=120),
        "high": Ceilings(samples=48, rounds=6, tokens=500_000, usd=0.75, seconds=600),
        "max": Ceilings(samples=200, rounds=12, tokens=2_500_000, usd=5.00, seconds=2700),
        # The most that `auto` may choose: `difficulty.auto_ceilings` picks low, medium or high for each problem.
        "auto": Ceilings(samples=48, rounds=6, tokens=500_000, usd=0.75, seconds=600),
    }
)


@dataclass(frozen=True)
class Spend:
    """What was used. Adding two spends adds every field; an unknown price makes the sum unknown."""

    input_tokens: int = 0
    cached_tokens: int = 0
    """Part of `input_tokens` that the server's prompt cache served."""
    output_tokens: int = 0
    reasoning_tokens: int = 0
    """Part of `output_tokens` spent on thinking."""
    usd: float | None = 0.0
    estimated_tokens: int = 0
    """Part of the tokens that the endpoint did not tell: our own upper estimate (a stream that was cut)."""
    model_seconds: float = 0.0
    sandbox_cpu_seconds: float = 0.0
    wall_seconds: float = 0.0

    @property
    def tokens(self) -> int:
        """Tokens billed."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: Spend) -> Spend:
        return Spend(
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.output_tokens + other.output_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
            None if self.usd is None or other.usd is None else self.usd + other.usd,
            self.estimated_tokens + other.estimated_tokens,
            self.model_seconds + other.model_seconds,
            self.sandbox_cpu_seconds + other.sandbox_cpu_seconds,
            self.wall_seconds + other.wall_seconds,
        )


@dataclass(frozen=True)
class Refusal:
    """Another reply could pass a cap: `reason` is a sentence without a full stop that names the setting behind it."""

    reason: str


class Allowance(Protocol):
    """Money that several repairs share, in whatever process they run: a day's cap."""

    def reserve(self, usd: float | None) -> int | Refusal:
        """Set a reply's worst case aside before it is asked for; a ticket for it. `usd` None: price unknown."""
        ...

    def settle(self, ticket: int, spend: Spend | None) -> None:
        """Replace what was set aside by what was billed; None when the request never reached a model."""
        ...


@dataclass(frozen=True)
class Reservation:
    """Tokens and USD set aside for one reply before it is asked for; `ticket` is the allowance's."""

    tokens: int
    usd: float
    ticket: int | None = None
    replies: int = 1


class Budget:
    """Keeps spend below the ceilings: `reserve` before dispatch, `settle` with what was really billed."""

    def __init__(self, ceilings: Ceilings, allowance: Allowance | None = None) -> None:
        self.ceilings = ceilings
        self.refusal = ""
        """Why `allowance` gave nothing when it was last asked; empty when it did."""
        self._allowance = allowance
        self.spend = Spend()
        self.samples = 0
        self._reserved: list[Reservation] = []

    @property
    def tokens_left(self) -> int:
        """Tokens neither spent nor reserved."""
        return self.ceilings.tokens - self.spend.tokens - sum(r.tokens for r in self._reserved)

    @property
    def usd_left(self) -> float:
        """USD neither spent nor reserved. An unknown price counts as nothing here: the token ceiling still holds."""
        return self.ceilings.usd - (self.spend.usd or 0.0) - sum(r.usd for r in self._reserved)

    @property
    def has_reservations(self) -> bool:
        """True while a reply is in flight whose cost is not yet known."""
        return bool(self._reserved)

    @property
    def samples_left(self) -> int:
        """Model replies that may still be asked for."""
        return self.ceilings.samples - self.samples

    def reserve(self, tokens: int, usd: float | None, replies: int = 1) -> Reservation | None:
        """Set aside one reply's worst case, or None when that could pass a ceiling. `usd` None: price unknown.
        `replies` is 0 for what only prepares one.
        """
        cost = usd or 0.0
        self.refusal = ""
        if self.samples_left < replies or tokens > self.tokens_left or cost > self.usd_left:
            return None
        ticket = self._allowance.reserve(usd) if self._allowance else None
        if isinstance(ticket, Refusal):
            self.refusal = ticket.reason
            return None
        reservation = Reservation(tokens, cost, ticket, replies)
        self._reserved.append(reservation)
        self.samples += replies
        return reservation

    def settle(self, reservation: Reservation, actual: Spend, *, already_paid: bool = False) -> None:
        """Replace a reservation by what the reply cost. Settling twice is an error. What was `already_paid` in an
        earlier run costs the allowance nothing.
        """
        self._reserved.remove(reservation)
        self.charge(actual)
        self._close(reservation, None if already_paid else actual)

    def release(self, reservation: Reservation) -> None:
        """Give a reservation back whole: the request never reached a model."""
        self._reserved.remove(reservation)
        self.samples -= reservation.replies
        self._close(reservation, None)

    def _close(self, reservation: Reservation, spend: Spend | None) -> None:
        if self._allowance is not None and reservation.ticket is not None:
            self._allowance.settle(reservation.ticket, spend)

    def charge(self, spend: Spend) -> None:
        """Count spend that needed no reservation (CPU seconds)."""
        self.spend += spend

    def tick(self, wall_seconds: float) -> None:
        """Set the wall time used so far."""
        self.spend = replace(self.spend, wall_seconds=wall_seconds)
