import pytest

from bitcount import bitcount, hamming_distance


def test_zero():
    assert bitcount(0) == 0


def test_negative():
    with pytest.raises(ValueError):
        bitcount(-1)


def test_distance_to_itself():
    assert hamming_distance(1234, 1234) == 0


def test_counts():
    expected = {1: 1, 2: 1, 3: 2, 6: 2, 15: 4, 64: 1, 100: 3, 255: 8, 1023: 10, 4097: 2}
    for n, ones in expected.items():
        assert bitcount(n) == ones
    assert hamming_distance(0b1100, 0b1010) == 2
