import pytest

from to_base import to_base


def test_base_too_large():
    with pytest.raises(ValueError):
        to_base(5, 37)


def test_palindromes():
    assert to_base(7, 2) == "111"
    assert to_base(35, 36) == "Z"


def test_powers():
    for b in range(2, 37):
        assert to_base(b, b) == "10"
        assert to_base(b ** 3, b) == "1000"


def test_hexadecimal():
    for n in (16, 1234, 48879, 2 ** 40 + 1):
        assert to_base(n, 16) == "{:X}".format(n)


def test_back_again():
    for b in range(2, 37):
        for n in range(1, 150):
            assert int(to_base(n, b), b) == n
