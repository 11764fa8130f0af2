import pytest

from smoothing import MovingAverage, exponential, smooth


def test_window_filling():
    assert smooth([2, 4, 6], 3) == [2, 3, 4]


def test_window_moves():
    assert smooth([1, 3, 5, 7], 2) == [1, 2, 4, 6]


def test_bad_size():
    with pytest.raises(ValueError):
        MovingAverage(0)


def test_exponential():
    assert exponential([0, 8, 8], 0.5) == [0, 4, 6]


def test_clear():
    average = MovingAverage(2)
    average.push(100)
    average.clear()
    assert average.push(3) == 3
