from jobs import run


async def one():
    return 1


async def broken():
    return {}["missing"]


async def wrong():
    raise ValueError("wrong")


def test_results_in_order():
    assert run([one, one]) == [1, 1]


def test_a_wrong_value_stands_in_its_place():
    assert [type(result) for result in run([one, wrong])] == [int, ValueError]


def test_any_failure_stands_in_its_place():
    assert [type(result) for result in run([broken, one])] == [KeyError, int]


def test_nothing():
    assert run([]) == []
