import pytest

from latency import median, slow_share, summary


def test_odd():
    assert median([30, 10, 20]) == 20
    assert median([7]) == 7


def test_even():
    assert median([1, 2, 3, 4]) == 2.5
    assert median([40, 10, 30, 22]) == 26


def test_pair():
    assert median([100, 50]) == 75


def test_no_samples():
    with pytest.raises(ValueError):
        median([])


def test_slow_share():
    assert slow_share([100, 200, 300, 400], 250) == 0.5


def test_summary():
    assert summary([5, 1, 2, 10]) == {"min": 1, "median": 3.5, "max": 10}
