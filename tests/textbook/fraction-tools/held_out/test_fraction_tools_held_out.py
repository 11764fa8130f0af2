import math

from fraction_tools import add, gcd, lcm, reduce


def test_like_the_library():
    for a in range(1, 30):
        for b in range(1, 30):
            assert gcd(a, b) == math.gcd(a, b)


def test_large():
    assert gcd(123456, 7890) == 6


def test_same():
    assert gcd(9, 9) == 9


def test_lcm():
    assert lcm(21, 6) == 42
    assert lcm(5, 7) == 35


def test_reduce():
    assert reduce((36, 60)) == (3, 5)
    assert reduce((4, 2)) == (2, 1)


def test_add():
    assert add((1, 4), (1, 4)) == (1, 2)
    assert add((2, 3), (3, 4)) == (17, 12)
