"""Jobs that run one after the other."""

import asyncio


async def run_all(jobs):
    """The results of all jobs, in their order; a failed job's exception stands in its place."""
    results = []
    for job in jobs:
        try:
            results.append(await job())
        except ValueError as error:
            results.append(error)
    return results


def run(jobs):
    return asyncio.run(run_all(jobs))
