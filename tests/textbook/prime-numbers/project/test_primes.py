from primes import is_prime, next_prime, primes_up_to


def test_small_numbers():
    assert not is_prime(0)
    assert not is_prime(1)
    assert is_prime(2)
    assert is_prime(3)
    assert not is_prime(4)


def test_large_primes():
    assert is_prime(97)
    assert is_prime(7919)


def test_composite():
    assert not is_prime(91)
    assert not is_prime(121)
    assert not is_prime(7917)


def test_squares_of_primes():
    assert not is_prime(25)
    assert not is_prime(49)


def test_primes_up_to():
    assert primes_up_to(30) == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]


def test_next_prime():
    assert next_prime(13) == 17
    assert next_prime(23) == 29
