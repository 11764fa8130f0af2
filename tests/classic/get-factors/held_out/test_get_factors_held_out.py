import pytest

from get_factors import get_factors


def test_two_and_three():
    assert get_factors(2) == [2]
    assert get_factors(3) == [3]


def test_powers():
    assert get_factors(2 ** 10) == [2] * 10
    assert get_factors(7 ** 4) == [7] * 4


def test_larger_prime():
    assert get_factors(7919) == [7919]


def test_negative():
    with pytest.raises(ValueError):
        get_factors(-6)


def test_factors_are_prime_and_multiply_to_n():
    for n in range(1, 400):
        product = 1
        factors = get_factors(n)
        for f in factors:
            assert f > 1 and all(f % d for d in range(2, f))
            product *= f
        assert product == n and factors == sorted(factors)
