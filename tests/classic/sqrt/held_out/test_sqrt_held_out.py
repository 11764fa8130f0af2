import pytest

from sqrt import sqrt


def test_zero_exactly():
    assert sqrt(0.0, 1e-9) == 0


def test_negative_numbers():
    for x in (-1, -0.25):
        with pytest.raises(ValueError):
            sqrt(x, 0.01)


def test_coarse_approximations():
    for x in range(10, 100, 7):
        epsilon = x / 2
        assert abs(sqrt(x, epsilon) ** 2 - x) <= epsilon


def test_large_tolerance():
    assert abs(sqrt(1000, 600) ** 2 - 1000) <= 600


def test_many_roots():
    for x in range(1, 200):
        for epsilon in (1, 0.1, 0.001):
            assert abs(sqrt(x, epsilon) ** 2 - x) <= epsilon
        assert abs(sqrt(x, 1e-6) - x ** 0.5) < 1e-5
    assert abs(sqrt(1e6, 1e-3) - 1000) < 1e-5
    assert abs(sqrt(0.0001, 1e-9) - 0.01) < 1e-6
