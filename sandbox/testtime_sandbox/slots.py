"""`FairSlots`: as many boxes at a time as there are cores, shared out between the requests that want them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class FairSlots:
    """A semaphore whose free places go round the owners in turn: one with a hundred candidates waiting delays another
    by one candidate at most. Within an owner, urgent work goes first, else first come, first served.
    """

    def __init__(self, count: int) -> None:
        self._free = max(1, count)
        self._queues: OrderedDict[object, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def slot(self, owner: object, *, urgent: bool = False) -> AsyncGenerator[None]:
        """Hold a place while the block runs."""
        await self._acquire(owner, urgent)
        try:
            yield
        finally:
            self._free += 1
            self._hand_out()

    async def _acquire(self, owner: object, urgent: bool) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue = self._queues.setdefault(owner, deque())
        if urgent:
            queue.appendleft(turn)
        else:
            queue.append(turn)
        self._hand_out()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # given and not taken: pass it on
                self._free += 1
                self._hand_out()
            raise

    def _hand_out(self) -> None:
        while self._free and self._queues:
            owner, queue = self._queues.popitem(last=False)
            while queue and queue[0].done():
                queue.popleft()  # cancelled while it waited
            if queue:
                queue.popleft().set_result(None)
                self._free -= 1
            if queue:
                self._queues[owner] = queue
