"""How many requests an endpoint gets at once: fewer after each 429, one more after each round of answers.

Additive increase, multiplicative decrease (Chiu and Jain 1989, doi:10.1016/0169-7552(89)90019-6), and nobody asks
before the endpoint said they may (`Retry-After`). All models of one endpoint share one limiter.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

FIRST, MOST = 8.0, 64.0
"""Requests at once, in the beginning and at most."""


class Limiter:
    """Who may ask now. Usable in one event loop at a time."""

    def __init__(self, limit: float = FIRST, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self.in_flight = 0
        self._clock = clock
        self._not_before = 0.0
        self._slowed = 0.0
        self._waiting: list[asyncio.Future[None]] = []

    @asynccontextmanager
    async def slot(self) -> AsyncGenerator[float]:
        """A place for one request; gives the time at which it began, for `slow_down`."""
        while (wait := self._wait()) != 0.0:
            await self._pause(wait)
        self.in_flight += 1
        try:
            yield self._clock()
        finally:
            self.in_flight -= 1
            self._wake()

    def slow_down(self, began: float, seconds: float) -> None:
        """A request that began then was answered 429: ask nothing for so many seconds, then half as much at once.

        Requests that were under way when the limit was halved say nothing new when they fail as well.
        """
        now = self._clock()
        self._not_before = max(self._not_before, now + seconds)
        if began >= self._slowed:
            self.limit = max(1.0, self.limit / 2)
            self._slowed = now

    def answered(self) -> None:
        """A request was answered."""
        self.limit = min(MOST, self.limit + 1.0 / self.limit)
        self._wake()

    def _wait(self) -> float | None:
        """Seconds until one may ask, 0 for now, None for when a place is free."""
        if self.in_flight >= int(self.limit):
            return None
        return max(0.0, self._not_before - self._clock())

    async def _pause(self, seconds: float | None) -> None:
        if seconds is not None:
            await asyncio.sleep(seconds)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(woken)
        try:
            await woken
        finally:
            self._waiting.remove(woken)

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
