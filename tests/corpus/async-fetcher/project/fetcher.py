"""Run jobs concurrently with a limit, using asyncio."""
import asyncio


class Gauge:
    """Counts how many jobs are running."""

    def __init__(self):
        self.running = 0
        self.peak = 0

    def __enter__(self):
        self.running += 1
        self.peak = max(self.peak, self.running)

    def __exit__(self, *exc_info):
        self.running -= 1


async def run_all(jobs, limit, gauge=None):
    """Results of the coroutine functions, in order; at most limit run at once."""
    semaphore = asyncio.Semaphore(limit)
    gauge = gauge or Gauge()

    async def guarded(job):
        async with semaphore:
            with gauge:
                return await job()

    tasks = []
    results = []
    for job in jobs:
        tasks.append(asyncio.ensure_future(guarded(job)))
        for task in tasks:
            results.append(await task)
    return results


async def fetch_map(names, fetch, limit=3):
    """Mapping of name to the awaited result of fetch(name)."""
    names = list(names)
    values = await run_all([lambda n=n: fetch(n) for n in names], limit)
    return dict(zip(names, values))
