import pytest

import asyncio

from asyncpool import Pool, run_all


async def number(connection):
    await asyncio.sleep(0)
    return connection.number


async def fail(connection):
    await asyncio.sleep(0)
    raise ValueError("job failed")


def test_run():
    assert asyncio.run(Pool(1).run(number)) == 0


def test_connection_comes_back():
    pool = Pool(2)
    asyncio.run(pool.run(number))
    assert pool.free == 2


def test_connection_comes_back_after_failure():
    pool = Pool(2)
    with pytest.raises(ValueError):
        asyncio.run(pool.run(fail))
    assert pool.free == 2


def test_more_jobs_than_connections():
    assert asyncio.run(run_all(Pool(1), [number] * 4)) == [0, 0, 0, 0]
