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


def test_runs_concurrently():
    gauge = Gauge()
    asyncio.run(run_all([make(i) for i in range(6)], 6, gauge))
    assert gauge.peak == 6


def test_limit_is_used_and_kept():
    gauge = Gauge()
    asyncio.run(run_all([make(i) for i in range(10)], 3, gauge))
    assert gauge.peak == 3 and gauge.running == 0


def test_short_job_finishes_first():
    log = []
    asyncio.run(run_all([make("slow", log, 9), make("fast", log, 1)], 2))
    assert log == ["fast", "slow"]


def test_number_of_results():
    assert asyncio.run(run_all([make(i) for i in range(7)], 2)) == list(range(7))


def test_each_job_once():
    log = []
    asyncio.run(run_all([make(i, log) for i in range(5)], 1))
    assert log == [0, 1, 2, 3, 4]


def test_fetch_map():
    async def fetch(name):
        await asyncio.sleep(0)
        return len(name)

    assert asyncio.run(fetch_map(["a", "bb", "ccc"], fetch)) == {"a": 1, "bb": 2, "ccc": 3}


def test_fetch_map_of_generator():
    async def fetch(name):
        return name.upper()

    assert asyncio.run(fetch_map((c for c in "xy"), fetch, 1)) == {"x": "X", "y": "Y"}
