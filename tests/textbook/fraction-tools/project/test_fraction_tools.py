import pytest

from fraction_tools import add, gcd, lcm, reduce


def test_gcd_one_step():
    assert gcd(12, 8) == 4
    assert gcd(7, 0) == 7


def test_gcd_many_steps():
    assert gcd(48, 18) == 6
    assert gcd(1071, 462) == 21


def test_gcd_of_multiple():
    assert gcd(15, 5) == 5


def test_coprime():
    assert gcd(17, 5) == 1


def test_lcm():
    assert lcm(4, 6) == 12
    assert lcm(6, 3) == 6


def test_add():
    assert add((1, 6), (1, 3)) == (1, 2)


def test_zero_denominator():
    with pytest.raises(ZeroDivisionError):
        reduce((1, 0))
