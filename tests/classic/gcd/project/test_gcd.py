from gcd import gcd


def test_second_is_zero():
    assert gcd(8, 0) == 8


def test_common_divisor():
    assert gcd(84, 30) == 6
    assert gcd(18, 27) == 9


def test_coprime():
    assert gcd(25, 14) == 1


def test_multiple():
    assert gcd(9, 3) == 3
    assert gcd(3, 12) == 3


def test_first_is_zero():
    assert gcd(0, 5) == 5


def test_equal():
    assert gcd(11, 11) == 11
