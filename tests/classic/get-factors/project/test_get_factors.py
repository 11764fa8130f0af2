import pytest

from get_factors import get_factors


def test_one():
    assert get_factors(1) == []


def test_prime():
    assert get_factors(53) == [53]


def test_two_primes():
    assert get_factors(90) == [2, 3, 3, 5]
    assert get_factors(77) == [7, 11]


def test_square():
    assert get_factors(9) == [3, 3]


def test_smallest_factor():
    assert get_factors(64)[0] == 2


def test_not_positive():
    with pytest.raises(ValueError):
        get_factors(0)
