import pytest

from sqrt import sqrt


def test_zero():
    assert sqrt(0, 0.01) == 0


def test_one():
    assert abs(sqrt(1, 0.001) - 1) < 0.001


def test_negative():
    with pytest.raises(ValueError):
        sqrt(-4, 0.1)


def test_coarse():
    assert abs(sqrt(20, 10) ** 2 - 20) <= 10


def test_half_is_not_the_root():
    assert abs(sqrt(50, 25) ** 2 - 50) <= 25


def test_roots():
    assert sqrt(4, 0.01) == 2
    assert abs(sqrt(2, 0.0001) - 1.4142) < 0.0002
    assert abs(sqrt(27, 0.01) - 5.19615) < 0.01
    assert abs(sqrt(0.25, 0.0001) - 0.5) < 0.001
