import pytest

import asyncio

from asyncpool import Pool, run_all


async def number(connection):
    await asyncio.sleep(0)
    return connection.number


async def fail(connection):
    await asyncio.sleep(0)
    raise ValueError("job failed")


def limited(coroutine):
    async def main():
        return await asyncio.wait_for(coroutine, 0.05)

    return asyncio.run(main())


def test_many_failures():
    pool = Pool(3)
    results = asyncio.run(run_all(pool, [fail] * 3))
    assert [type(r) for r in results] == [ValueError] * 3
    assert pool.free == 3


def test_failure_wakes_the_next_job():
    pool = Pool(1)
    results = limited(run_all(pool, [fail, number, fail, number]))
    assert results[1] == results[3] == 0
    assert isinstance(results[0], ValueError) and isinstance(results[2], ValueError)


def test_usable_after_failure():
    pool = Pool(1)

    async def main():
        with pytest.raises(ValueError):
            await pool.run(fail)
        return await asyncio.wait_for(pool.run(number), 0.05)

    assert asyncio.run(main()) == 0


def test_cancelled_job():
    pool = Pool(1)

    async def forever(connection):
        await asyncio.sleep(60)

    async def main():
        task = asyncio.ensure_future(pool.run(forever))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return pool.free

    assert asyncio.run(main()) == 1


def test_error_is_passed_on():
    with pytest.raises(ValueError, match="job failed"):
        asyncio.run(Pool(1).run(fail))


def test_job_that_returns_none():
    async def nothing(connection):
        return None

    pool = Pool(1)
    assert asyncio.run(pool.run(nothing)) is None
    assert pool.free == 1


def test_uses_are_counted():
    pool = Pool(1)

    async def uses(connection):
        return connection.uses

    assert asyncio.run(run_all(pool, [uses] * 3)) == [1, 2, 3]
