from primes import is_prime, next_prime, primes_up_to


def test_number_of_primes():
    assert len(primes_up_to(100)) == 25
    assert len(primes_up_to(1000)) == 168


def test_products_of_primes():
    for a in (5, 7, 11, 13, 29):
        for b in (5, 7, 17, 31):
            assert not is_prime(a * b)


def test_squares():
    assert not any(is_prime(n * n) for n in range(40))


def test_primes():
    assert all(is_prime(n) for n in (5, 7, 11, 101, 257, 65537))


def test_negative():
    assert not is_prime(-7)


def test_next_prime_over_gap():
    assert next_prime(113) == 127
    assert next_prime(1) == 2
