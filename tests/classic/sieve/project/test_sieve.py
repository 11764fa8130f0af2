from sieve import sieve


def test_no_primes():
    assert sieve(0) == []
    assert sieve(1) == []


def test_negative_limit():
    assert sieve(-5) == []


def test_first_prime():
    assert sieve(2) == [2]


def test_limit_is_included():
    assert sieve(5) == [2, 3, 5]
    assert sieve(6) == [2, 3, 5]


def test_up_to_fifty():
    assert sieve(50) == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47]
