import pytest

from bitcount import bitcount, hamming_distance


def test_zero_is_an_int():
    assert bitcount(0) == 0 and isinstance(bitcount(0), int)


def test_negative_numbers():
    for n in (-2, -255):
        with pytest.raises(ValueError):
            bitcount(n)


def test_equal_numbers():
    assert all(hamming_distance(n, n) == 0 for n in range(20))


def test_all_counts():
    for n in range(1, 600):
        assert bitcount(n) == bin(n).count("1")
    assert bitcount(2 ** 70) == 1
    assert bitcount(2 ** 70 - 1) == 70
    for a in range(12):
        for b in range(12):
            assert hamming_distance(a, b) == bin(a ^ b).count("1")
