from sieve import sieve


def test_below_two():
    assert all(sieve(limit) == [] for limit in range(-3, 2))


def test_small_limits():
    assert [sieve(limit) for limit in (2, 3, 4)] == [[2], [2, 3], [2, 3]]


def test_squares_are_not_prime():
    primes = sieve(400)
    assert len(primes) == 78
    assert not any(k * k in primes for k in range(2, 21))


def test_count():
    assert len(sieve(1000)) == 168


def test_every_limit():
    for limit in range(2, 80):
        expected = [n for n in range(2, limit + 1) if all(n % d for d in range(2, n))]
        assert sieve(limit) == expected
