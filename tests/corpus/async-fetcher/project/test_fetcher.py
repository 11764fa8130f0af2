import asyncio

from fetcher import Gauge, fetch_map, run_all


def make(value, log=None, pauses=2):
    async def job():
        for _ in range(pauses):
            await asyncio.sleep(0)
        if log is not None:
            log.append(value)
        return value

    return job


def test_no_jobs():
    assert asyncio.run(run_all([], 2)) == []


def test_one_job():
    assert asyncio.run(run_all([make(5)], 2)) == [5]


def test_results_in_order():
    jobs = [make(i, pauses=5 - i) for i in range(4)]
    assert asyncio.run(run_all(jobs, 4)) == [0, 1, 2, 3]


def test_gauge():
    gauge = Gauge()
    with gauge:
        with gauge:
            pass
    assert (gauge.running, gauge.peak) == (0, 2)
