"""A pool of reusable connections for coroutines."""
import asyncio


class Connection:
    def __init__(self, number):
        self.number = number
        self.uses = 0


class Pool:
    def __init__(self, size):
        self.size = size
        self._free = [Connection(n) for n in range(size)]
        self._waiting = []

    @property
    def free(self):
        return len(self._free)

    async def acquire(self):
        while not self._free:
            future = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await future
        connection = self._free.pop()
        connection.uses += 1
        return connection

    def release(self, connection):
        self._free.append(connection)
        while self._waiting:
            future = self._waiting.pop(0)
            if not future.done():
                future.set_result(None)
                break

    async def run(self, job):
        """Run the coroutine function with a connection; return its result."""
        connection = await self.acquire()
        result = await job(connection)
        self.release(connection)
        return result


async def run_all(pool, jobs):
    """Results or exceptions of all jobs, in order."""
    return await asyncio.gather(*[pool.run(j) for j in jobs], return_exceptions=True)
