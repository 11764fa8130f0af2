import pytest

from spread import mean, standard_deviation, value_range, variance, z_score


def test_mean():
    assert mean([1, 2, 6]) == 3


def test_no_values():
    with pytest.raises(ValueError):
        variance([])


def test_variance():
    assert variance([2, 4, 4, 4, 5, 5, 7, 9]) == 4
    assert variance([1, 5]) == 4


def test_standard_deviation():
    assert standard_deviation([0, 10]) == 5


def test_range():
    assert value_range([3, -2, 8]) == 10


def test_z_score():
    assert z_score(9, [2, 4, 4, 4, 5, 5, 7, 9]) == 2
